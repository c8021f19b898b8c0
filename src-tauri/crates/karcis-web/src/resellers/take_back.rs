//! Taking unsold vouchers back from a reseller.

use super::not_settled;
use super::page::{ResellerPart, view};
use crate::answer::{Answer, drawn_into, show, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::resellers::{self, TakeBackRequest};
use karcis_core::values::HandoverId;
use karcis_core::vouchers;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "resellers/_take_back.html")]
struct Dialog {
    t: &'static Texts,
    id: String,
    title: String,
    words: String,
    last: u32,
    request_key: RequestKey,
}

#[derive(Debug, Deserialize)]
pub(super) struct TakeBackForm {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    request_key: String,
}

fn known(id: &str) -> Result<HandoverId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

pub(super) async fn dialog(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    let found = desk
        .read(move |tx| {
            let Some(handover) = resellers::handover(tx, id)? else { return Ok::<_, Fault>(None) };
            Ok(vouchers::batch(tx, handover.batch)?.map(|batch| (handover, batch)))
        })
        .await?;
    let (handover, batch) = found.ok_or(Error::NotFound)?;
    let t = desk.t;
    let dialog = Dialog {
        t,
        id: id.to_string(),
        title: t.resellers.take_back_from(&handover.reseller_name),
        words: t.resellers.take_back_words(batch.number, desk.format.count(batch.size)),
        last: batch.size,
        request_key: desk.request_key(),
    };
    Ok(drawn_into(show(&dialog)?, "#dialog"))
}

pub(super) async fn take_back(desk: Desk, Path(id): Path<String>, Form(form): Form<TakeBackForm>) -> Answer {
    let (id, key) = (known(&id)?, RequestKey::parse(&form.request_key)?);
    let serial = |text: &str| text.trim().parse().map_err(|_| Error::Refused(Refusal::R838));
    let request = TakeBackRequest {
        handover: id,
        from_serial: serial(&form.from)?,
        to_serial: serial(&form.to)?,
        note: form.note,
    };
    let (actor, now, mut rng) = (desk.actor()?, desk.now(), desk.office.rng());
    let back = desk
        .write(move |tx| resellers::take_back(tx, &actor, &request, key.as_str(), rng.as_mut(), now))
        .await
        .map_err(|error| not_settled(error, &desk))?;
    let reseller = view(&desk, back.reseller).await?;
    let words = desk.t.resellers.taken_back(desk.format.count(back.quantity), desk.format.money(back.amount));
    Ok(with_toast(show(&ResellerPart { t: desk.t, reseller })?, &words))
}
