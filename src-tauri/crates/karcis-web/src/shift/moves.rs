//! Cash that goes into the drawer or out of it without a sale.

use super::page::{TypedMove, Wrong, once_more};
use super::{counter_here, picked, refused, since_words};
use crate::answer::{Answer, go};
use crate::batches::beside;
use crate::counter::Paper;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form, RequestKey};
use crate::icons::Icon;
use crate::texts::Refusal;
use karcis_core::shifts::{self, Move, MoveKind, MoveRequest, ShiftError};
use karcis_core::slips::SlipKind;
use karcis_core::values::Money;
use serde::Deserialize;

/// A move of cash as a line.
pub(super) struct MoveLine {
    pub(super) tone: &'static str,
    pub(super) icon: Icon,
    pub(super) amount: String,
    pub(super) reason: String,
    pub(super) words: String,
}

impl MoveLine {
    pub(super) fn of(one: &Move, desk: &Desk) -> MoveLine {
        let amount = desk.format.money(one.amount);
        let (tone, icon, amount) = match one.kind {
            MoveKind::PayIn => ("ok", Icon::BoxArrowInDown, format!("+{amount}")),
            MoveKind::PayOut => ("wait", Icon::BoxArrowUp, format!("−{amount}")),
        };
        let words = desk.t.shift.move_words(since_words(one.at, desk), &one.moved_by);
        MoveLine { tone, icon, amount, reason: one.reason.clone(), words }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct MoveForm {
    #[serde(default)]
    request_key: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn note(desk: Desk, Form(form): Form<MoveForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let kind: MoveKind = form.kind.parse().map_err(|_| Error::Unreadable)?;
    let here = picked(&desk);
    let shift = desk
        .read(move |tx| match counter_here(tx, here)? {
            Some(counter) => shifts::current(tx, counter.id),
            None => Ok(None),
        })
        .await?
        .ok_or(Error::Refused(Refusal::R801))?;
    let mut typed = TypedMove {
        amount: Field::new("amount", form.amount),
        reason: Field::new("reason", form.reason.clone()),
        pays_out: kind == MoveKind::PayOut,
        request_key: key.clone(),
    };
    let Some(amount) = typed.amount.read(str::parse::<Money>, |_| beside(&Refusal::R884, desk.t)) else {
        return once_more(&desk, Wrong::Move(typed)).await;
    };
    let request = MoveRequest { shift: shift.id, kind, amount, reason: form.reason };
    let (actor, office, now) = (desk.actor()?, desk.office.clone(), desk.now());
    let counter = shift.counter;
    let moved = desk
        .write(move |tx| {
            let mut rng = office.rng();
            let moved = shifts::move_cash(tx, &actor, &request, key.as_str(), rng.as_mut(), now)?;
            let subject = moved.id.to_string();
            let wanted = Paper::wanted(tx, counter, SlipKind::CashMove, subject, Some(moved.shift))?;
            Paper::ask(tx, &actor, wanted, rng.as_mut(), now)?;
            Ok::<_, ShiftError>(moved)
        })
        .await;
    match moved {
        Ok(_) => go("/shift"),
        Err(ShiftError::BadReason) => {
            typed.reason.refuse(beside(&Refusal::R885, desk.t));
            once_more(&desk, Wrong::Move(typed)).await
        }
        Err(ShiftError::BadAmount) => {
            typed.amount.refuse(beside(&Refusal::R884, desk.t));
            once_more(&desk, Wrong::Move(typed)).await
        }
        Err(error) => Err(refused(error, &desk)),
    }
}
