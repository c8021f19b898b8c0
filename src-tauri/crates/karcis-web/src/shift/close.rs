//! What the count found, and closing the shift over it.

use super::page::{Wrong, once_more};
use super::{APPROVE, difference, known, refused, since_words};
use crate::answer::{Answer, go};
use crate::approval::{Approval, ApprovalForm};
use crate::batches::beside;
use crate::counter::Paper;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form, RequestKey};
use crate::icons::Icon;
use crate::texts::Refusal;
use karcis_core::audit::Actor;
use karcis_core::fault::Fault;
use karcis_core::shifts::{self, CloseRequest, Shift, ShiftError, Tally};
use karcis_core::slips::SlipKind;
use karcis_core::values::Money;
use serde::Deserialize;

/// The counted shift as it is shown: what was found, and the form that closes it.
pub(super) struct Closing {
    pub(super) shift: String,
    pub(super) expected: String,
    pub(super) counted: String,
    pub(super) difference: String,
    pub(super) difference_word: &'static str,
    pub(super) tone: &'static str,
    pub(super) icon: Icon,
    pub(super) attempts: String,
    pub(super) request_key: RequestKey,
    pub(super) handed_over: Field,
    pub(super) handed_over_hint: String,
    pub(super) note: Field,
    pub(super) note_hint: &'static str,
    pub(super) approval: Option<Approval>,
}

/// What the form was sent with.
#[derive(Deserialize)]
pub(super) struct CloseForm {
    #[serde(default)]
    request_key: String,
    #[serde(default)]
    shift: String,
    #[serde(default)]
    handed_over: String,
    #[serde(default)]
    note: String,
    #[serde(flatten)]
    approval: ApprovalForm,
}

fn tally(shift: &Shift) -> Result<Tally, Error> {
    shift.tally.ok_or(Error::Refused(Refusal::R883))
}

/// Whether somebody else has to allow this difference.
async fn needs_approval(desk: &Desk, tally: &Tally) -> Result<bool, Error> {
    let limit = desk.read(shifts::difference_limit).await?;
    Ok(tally.difference.amount().abs() > limit.amount() && !desk.may(APPROVE))
}

impl Closing {
    pub(super) async fn ask(desk: &Desk, shift: &Shift) -> Result<Closing, Error> {
        let tally = tally(shift)?;
        let (t, format) = (&desk.t.shift, desk.format);
        let (tone, icon, difference_word) = difference(tally.difference.amount(), desk.t);
        let approval = match needs_approval(desk, &tally).await? {
            true => Some(Approval::ask(desk, APPROVE).await?),
            false => None,
        };
        Ok(Closing {
            shift: shift.id.to_string(),
            expected: format.money(tally.expected),
            counted: format.money(tally.counted),
            difference: format.money(Money::rupiah(tally.difference.amount().abs())),
            difference_word,
            tone,
            icon,
            attempts: t.attempts(shift.counts, since_words(tally.at, desk)),
            request_key: desk.request_key(),
            handed_over: Field::new("handed_over", ""),
            handed_over_hint: t.handed_over_hint(format.money(tally.counted)),
            note: Field::new("note", ""),
            note_hint: if tally.difference == Money::ZERO { t.note_optional } else { t.note_needed },
            approval,
        })
    }
}

async fn counted(desk: &Desk, id: &str) -> Result<Shift, Error> {
    let id = known(id)?;
    desk.read(move |tx| shifts::shift(tx, id)).await?.ok_or(Error::NotFound)
}

pub(super) async fn close(desk: Desk, Form(form): Form<CloseForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let shift = counted(&desk, &form.shift).await?;
    if shift.closing.is_some() {
        return send_again(&desk, &shift, form, key).await;
    }
    let tally = tally(&shift)?;
    let mut closing = Closing {
        request_key: key.clone(),
        handed_over: Field::new("handed_over", form.handed_over),
        note: Field::new("note", form.note.clone()),
        ..Closing::ask(&desk, &shift).await?
    };
    let handed_over = closing.handed_over.read(str::parse::<Money>, |_| beside(&Refusal::R884, desk.t));
    let Some(handed_over) = handed_over else {
        return once_more(&desk, Wrong::Closing(Box::new(closing))).await;
    };
    let mut request = CloseRequest { shift: shift.id, handed_over, note: form.note, approved_by: None };
    if request.note.trim().is_empty() && tally.difference != Money::ZERO {
        closing.note.refuse(beside(&Refusal::R886, desk.t));
        return once_more(&desk, Wrong::Closing(Box::new(closing))).await;
    }
    if closing.approval.is_some() {
        match Approval::given(&desk, form.approval, APPROVE).await? {
            Ok(approver) => request.approved_by = Some(approver),
            Err(fields) => {
                closing.approval = Some(fields);
                return once_more(&desk, Wrong::Closing(Box::new(closing))).await;
            }
        }
    }
    match write(&desk, request, key).await {
        Ok(shift) => go(&format!("/shifts/{}", shift.id)),
        Err(ShiftError::NoteMissing | ShiftError::BadReason) => {
            closing.note.refuse(beside(&Refusal::R886, desk.t));
            once_more(&desk, Wrong::Closing(Box::new(closing))).await
        }
        Err(ShiftError::TooMuchHandedOver) => {
            closing.handed_over.refuse(beside(&Refusal::R888, desk.t));
            once_more(&desk, Wrong::Closing(Box::new(closing))).await
        }
        Err(error) => Err(refused(error, &desk)),
    }
}

/// A second click on a closing that is done leads to the same page; another closing of it is refused.
async fn send_again(desk: &Desk, shift: &Shift, form: CloseForm, key: RequestKey) -> Answer {
    let handed_over = form.handed_over.parse().map_err(|_| Error::Refused(Refusal::R882))?;
    let request = CloseRequest { shift: shift.id, handed_over, note: form.note, approved_by: None };
    let closed = write(desk, request, key).await.map_err(|error| refused(error, desk))?;
    go(&format!("/shifts/{}", closed.id))
}

async fn write(desk: &Desk, request: CloseRequest, key: RequestKey) -> Result<Shift, ShiftError> {
    let (actor, role) = who(desk)?;
    let (office, now) = (desk.office.clone(), desk.now());
    desk.write(move |tx| {
        let shift = shifts::close(tx, &actor, role, &request, key.as_str(), now)?;
        let wanted = Paper::wanted(tx, shift.counter, SlipKind::Shift, shift.id.to_string(), Some(shift.id))?;
        Paper::ask(tx, &actor, wanted, office.rng().as_mut(), now)?;
        Ok(shift)
    })
    .await
}

fn who(desk: &Desk) -> Result<(Actor, karcis_core::staff::Role), ShiftError> {
    let nobody = || Fault::new("a shift is closed by nobody");
    let person = desk.visit.person().ok_or_else(nobody)?;
    Ok((person.actor(), person.role))
}

#[derive(Debug, Deserialize)]
pub(super) struct CarryOnForm {
    #[serde(default)]
    shift: String,
}

pub(super) async fn carry_on(desk: Desk, Form(form): Form<CarryOnForm>) -> Answer {
    let (id, actor, now) = (known(&form.shift)?, desk.actor()?, desk.now());
    let done = desk.write(move |tx| shifts::carry_on(tx, &actor, id, now)).await;
    done.map_err(|error| refused(error, &desk))?;
    go("/counter")
}
