//! Taking a voucher back, switching it off and on again.

use super::known;
use super::page::{VoucherPart, VoucherView};
use crate::answer::{Answer, again, drawn_into, show, with_toast};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::values::VoucherId;
use karcis_core::vouchers::{self, SteerError};
use serde::Deserialize;

/// The refusals of steering a voucher in words.
fn refused(error: SteerError) -> Error {
    match error {
        SteerError::Unknown => Error::NotFound,
        SteerError::TooLate => Error::Refused(Refusal::R612),
        SteerError::NoReason => Error::Refused(Refusal::R613),
        SteerError::Sold => Error::Refused(Refusal::R616),
        SteerError::Reserved => Error::Refused(Refusal::R617),
        SteerError::InUse => Error::Refused(Refusal::R614),
        SteerError::Fault(fault) => Error::Fault(fault),
    }
}

async fn drawn(desk: &Desk, id: VoucherId, words: &str) -> Answer {
    let voucher = VoucherView::ask(desk, id).await?;
    Ok(with_toast(show(&VoucherPart { t: desk.t, voucher, close_dialog: true })?, words))
}

async fn switch(desk: Desk, id: &str, disabled: bool, words: &'static str) -> Answer {
    let (id, actor, now) = (known(id)?, desk.actor()?, desk.now());
    desk.write(move |tx| vouchers::set_disabled(tx, &actor, id, disabled, now)).await.map_err(refused)?;
    drawn(&desk, id, words).await
}

pub(super) async fn disable(desk: Desk, Path(id): Path<String>) -> Answer {
    let words = desk.t.vouchers.steer.disabled_now;
    switch(desk, &id, true, words).await
}

pub(super) async fn enable(desk: Desk, Path(id): Path<String>) -> Answer {
    let words = desk.t.vouchers.steer.enabled_now;
    switch(desk, &id, false, words).await
}

#[derive(Template)]
#[template(path = "vouchers/_void.html")]
struct Question {
    t: &'static Texts,
    address: String,
    title: String,
    reasons: Vec<Choice>,
    other: Field,
}

/// The usual reasons as people write them, in their language; that is also how they are kept.
fn reasons(chosen: &str, t: &Texts) -> Vec<Choice> {
    let r = &t.vouchers.reasons;
    let usual = [r.wrong_plan, r.lost, r.damaged, r.mistake, r.leaked];
    usual.into_iter().map(|reason| Choice::new(reason, reason, reason == chosen)).collect()
}

async fn question(desk: &Desk, id: VoucherId, chosen: &str, other: Field) -> Result<Question, Error> {
    let voucher = desk.read(move |tx| vouchers::voucher(tx, id)).await?.ok_or(Error::NotFound)?;
    Ok(Question {
        t: desk.t,
        address: format!("/vouchers/{id}/void"),
        title: desk.t.vouchers.steer.void_title(karcis_print::grouped(&voucher.code)),
        reasons: reasons(chosen, desk.t),
        other,
    })
}

pub(super) async fn ask(desk: Desk, Path(id): Path<String>) -> Answer {
    show(&question(&desk, known(&id)?, "", Field::new("other", "")).await?)
}

#[derive(Debug, Deserialize)]
pub(super) struct VoidForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    other: String,
}

pub(super) async fn void(desk: Desk, Path(id): Path<String>, Form(form): Form<VoidForm>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    let reason = if form.other.trim().is_empty() { form.reason.clone() } else { form.other.clone() };
    match desk.write(move |tx| vouchers::void_voucher(tx, &actor, id, &reason, now)).await {
        Ok(_) => drawn(&desk, id, desk.t.vouchers.steer.void_now).await,
        Err(SteerError::NoReason) => {
            let mut other = Field::new("other", form.other);
            other.refuse(beside(&Refusal::R613, desk.t));
            Ok(drawn_into(again(&question(&desk, id, &form.reason, other).await?)?, "#dialog"))
        }
        Err(error) => Err(refused(error)),
    }
}
