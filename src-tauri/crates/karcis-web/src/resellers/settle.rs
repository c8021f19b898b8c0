//! Taking a reseller's money.

use super::page::{ResellerPart, view};
use super::{known, not_settled};
use crate::answer::{Answer, show, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::texts::Refusal;
use axum::extract::Path;
use karcis_core::resellers::{self, SettleRequest};
use karcis_core::values::Money;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct SettleForm {
    #[serde(default)]
    amount: String,
    /// A counter's id, or `bank`.
    #[serde(default)]
    place: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    request_key: String,
}

pub(super) async fn settle(desk: Desk, Path(id): Path<String>, Form(form): Form<SettleForm>) -> Answer {
    let (id, key) = (known(&id)?, RequestKey::parse(&form.request_key)?);
    let amount: Money = form.amount.parse().map_err(|_| Error::Refused(Refusal::R511))?;
    let counter = match form.place.as_str() {
        "bank" => None,
        counter => Some(counter.parse().map_err(|_| Error::Unreadable)?),
    };
    let request = SettleRequest { reseller: id, counter, amount, note: form.note };
    let (actor, now, mut rng) = (desk.actor()?, desk.now(), desk.office.rng());
    let settled = desk
        .write(move |tx| resellers::settle(tx, &actor, &request, key.as_str(), rng.as_mut(), now))
        .await
        .map_err(|error| not_settled(error, &desk))?;
    let reseller = view(&desk, id).await?;
    let words = desk.t.resellers.settled_now(desk.format.money(settled.amount));
    Ok(with_toast(show(&ResellerPart { t: desk.t, reseller })?, &words))
}
