//! Undoing what was just sold.

use super::page::answered;
use crate::answer::{Answer, show, telling_too};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::texts::Refusal;
use karcis_core::sales::{self, UndoError};
use karcis_core::values::ReceiptId;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct UndoForm {
    #[serde(default)]
    request_key: String,
    #[serde(default)]
    receipt: String,
}

fn refused(error: UndoError) -> Error {
    Error::Refused(match error {
        UndoError::Unknown => return Error::NotFound,
        UndoError::TooLate => Refusal::R822,
        UndoError::NotYours => Refusal::R823,
        UndoError::AlreadyVoid => Refusal::R821,
        UndoError::ShiftNotOpen => Refusal::R827,
        UndoError::Fault(fault) => return Error::Fault(fault),
    })
}

pub(super) async fn undo(desk: Desk, Form(form): Form<UndoForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let id: ReceiptId = form.receipt.parse().map_err(|_| Error::NotFound)?;
    let (actor, office, now) = (desk.actor()?, desk.office.clone(), desk.now());
    let undone = desk
        .write(move |tx| sales::undo(tx, &actor, id, key.as_str(), office.rng().as_mut(), now))
        .await
        .map_err(refused)?;
    let words = desk.t.counter.undone_now(desk.format.money(undone.total));
    Ok(telling_too(show(&answered(&desk, undone).await?)?, "karcis:sold", &words))
}
