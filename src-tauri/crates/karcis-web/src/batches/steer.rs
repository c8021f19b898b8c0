//! Pausing a batch, letting it go on, cancelling what is left of it.

use super::progress::{Progress, Step};
use super::{beside, known};
use crate::answer::{Answer, again, drawn_into, refresh, show, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::values::BatchId;
use karcis_core::vouchers::{self, Purpose, SteerError};
use serde::Deserialize;

/// More vouchers than this are not cancelled without typing their number.
const TYPED_ABOVE: u32 = 100;

/// The refusals of steering a batch in words.
fn refused(error: SteerError) -> Error {
    match error {
        SteerError::Unknown => Error::NotFound,
        SteerError::TooLate => Error::Refused(Refusal::R611),
        SteerError::NoReason => Error::Refused(Refusal::R613),
        SteerError::Sold => Error::Refused(Refusal::R616),
        SteerError::Reserved => Error::Refused(Refusal::R617),
        SteerError::InUse => Error::Refused(Refusal::R614),
        SteerError::Fault(fault) => Error::Fault(fault),
    }
}

pub(super) async fn pause(desk: Desk, Path(id): Path<String>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    desk.write(move |tx| vouchers::pause_batch(tx, &actor, id, now)).await.map_err(refused)?;
    drawn(&desk, id, desk.t.batches.page.paused_now).await
}

pub(super) async fn resume(desk: Desk, Path(id): Path<String>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    desk.write(move |tx| vouchers::resume_batch(tx, &actor, id, now)).await.map_err(refused)?;
    drawn(&desk, id, desk.t.batches.page.resumed_now).await
}

/// The progress anew, with the page's buttons as they are now.
async fn drawn(desk: &Desk, id: BatchId, words: &str) -> Answer {
    let progress = Progress::ask(desk, id).await?;
    Ok(with_toast(show(&Step::after(desk, progress, ""))?, words))
}

/// The dialog's content: how many vouchers a cancellation takes back.
#[derive(Template)]
#[template(path = "batches/_cancel.html")]
struct Question {
    t: &'static Texts,
    address: String,
    title: String,
    lead: String,
    yes: String,
    /// The number to type, as it is shown, when it must be typed.
    to_type: Option<String>,
    typed: Field,
}

impl Question {
    async fn ask(desk: &Desk, id: BatchId, typed: Field) -> Result<(Question, u32), Error> {
        let found = desk
            .read(move |tx| {
                let Some(batch) = vouchers::batch(tx, id)? else { return Ok::<_, Fault>(None) };
                Ok(Some((batch, vouchers::tally(tx, id)?)))
            })
            .await?;
        let (batch, tally) = found.ok_or(Error::NotFound)?;
        let (t, count) = (&desk.t.batches.page, desk.format.count(tally.pending));
        let question = Question {
            t: desk.t,
            address: format!("/batches/{id}/cancel"),
            title: t.cancel_title(batch.number),
            lead: t.cancel_lead(&count),
            yes: t.cancel_yes(&count),
            to_type: (tally.pending > TYPED_ABOVE).then_some(count),
            typed,
        };
        Ok((question, tally.pending))
    }
}

pub(super) async fn ask(desk: Desk, Path(id): Path<String>) -> Answer {
    let (question, _) = Question::ask(&desk, known(&id)?, Field::new("typed", "")).await?;
    show(&question)
}

#[derive(Debug, Deserialize)]
pub(super) struct CancelForm {
    #[serde(default)]
    typed: String,
}

/// Cancels what is left. While the dialog was open some vouchers may have arrived, so a number typed from it may be
/// larger than what is left now; never smaller.
pub(super) async fn cancel(desk: Desk, Path(id): Path<String>, Form(form): Form<CancelForm>) -> Answer {
    let id = known(&id)?;
    let (mut question, pending) = Question::ask(&desk, id, Field::new("typed", form.typed.clone())).await?;
    if let Some(count) = &question.to_type {
        let digits: String = form.typed.chars().filter(char::is_ascii_digit).collect();
        if !digits.parse().is_ok_and(|typed: u32| typed >= pending) {
            let refusal = Refusal::R615 { count: count.clone() };
            question.typed.refuse(beside(&refusal, desk.t));
            return Ok(drawn_into(again(&question)?, "#dialog"));
        }
    }
    let (actor, now) = (desk.actor()?, desk.now());
    desk.write(move |tx| vouchers::cancel_batch(tx, &actor, id, now)).await.map_err(refused)?;
    let progress = Progress::ask(&desk, id).await?;
    let step = Step::after(&desk, progress, "").closing_dialog();
    Ok(with_toast(show(&step)?, desk.t.batches.page.cancelled_now))
}

#[derive(Debug, Deserialize)]
pub(super) struct PurposeForm {
    #[serde(default)]
    purpose: String,
}

pub(super) async fn set_purpose(desk: Desk, Path(id): Path<String>, Form(form): Form<PurposeForm>) -> Answer {
    let purpose: Purpose = form.purpose.parse().map_err(|_| Error::Unreadable)?;
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    desk.write(move |tx| vouchers::set_purpose(tx, &actor, id, purpose, now)).await.map_err(refused)?;
    Ok(refresh())
}
