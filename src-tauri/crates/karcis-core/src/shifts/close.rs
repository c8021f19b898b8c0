//! Counting blind, then closing: what should be in the drawer is said only after it was counted.

use super::{Closing, Count, Pieces, Shift, ShiftError, ShiftState, Tally, known, parsed, post, store};
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::ledger::{self, Account, EntryKind, credit, debit};
use crate::settings;
use crate::staff::{Area, Deed, Permission, Role};
use crate::values::{Money, ShiftId, Timestamp, line};
use serde_json::json;

/// The largest difference that nobody has to allow, unless the owner set another.
pub const DIFFERENCE_LIMIT: Money = Money::rupiah(20_000);
const LIMIT: &str = "shift.difference_limit";
const LONGEST_NOTE: usize = 200;
const APPROVE: Permission = Permission::new(Area::Counter, Deed::Update);

/// What is asked when a shift is closed.
#[derive(Debug, Clone)]
pub struct CloseRequest {
    /// The counted shift.
    pub shift: ShiftId,
    /// What is taken out for the owner, at most what was counted.
    pub handed_over: Money,
    /// Why the drawer differs: one line of at most 200 characters, obligatory when it does.
    pub note: String,
    /// Who else allows a difference above the limit; their word was asked for where they were asked.
    pub approved_by: Option<Actor>,
}

/// The largest difference that nobody has to allow.
pub fn difference_limit(tx: &ReadTx<'_>) -> Result<Money, Fault> {
    let kept = settings::text(tx, LIMIT)?.and_then(|text| text.parse::<i64>().ok());
    Ok(kept.filter(|amount| (0..=Money::MOST).contains(amount)).map_or(DIFFERENCE_LIMIT, Money::rupiah))
}

/// Sets the largest difference that nobody has to allow.
pub fn set_difference_limit(
    tx: &WriteTx<'_>,
    actor: &Actor,
    limit: Money,
    now: Timestamp,
) -> Result<(), ShiftError> {
    if !(0..=Money::MOST).contains(&limit.amount()) {
        return Err(ShiftError::BadAmount);
    }
    let before = difference_limit(tx)?;
    settings::keep(tx, LIMIT, &limit.amount().to_string())?;
    let detail = json!({ "before": before.amount(), "after": limit.amount() });
    audit::record(tx, actor, "settings.difference_limit", ("settings", "shift"), &detail, now)?;
    Ok(())
}

/// Keeps a count of the drawer and answers the shift with what it should have been. A recount is another attempt.
///
/// The same count under the same key is one attempt.
pub fn count(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: ShiftId,
    pieces: &[Pieces],
    request_key: &str,
    now: Timestamp,
) -> Result<Shift, ShiftError> {
    let key = settings::bound_key(request_key, "shift.count", &(id, pieces));
    if settings::earlier_request(tx, &key, "shift.count")?.is_some() {
        return known(tx, id);
    }
    let before = known(tx, id)?;
    if before.state == ShiftState::Closed {
        return Err(ShiftError::Closed);
    }
    let counted = Count::new(before.counts + 1, pieces).map_err(|_| ShiftError::BadCount)?;
    let tally = tally(tx, &before, counted.total(), now)?;
    store::add_count(tx, id, &counted)?;
    let shift = Shift { state: ShiftState::Counted, counts: counted.attempt, tally: Some(tally), ..before };
    store::change(tx, &shift)?;
    settings::remember_request(tx, &key, "shift.count", &shift.subject(), now)?;
    let detail = json!({
        "number": shift.number,
        "attempt": counted.attempt,
        "counted": tally.counted.amount(),
        "expected": tally.expected.amount(),
        "difference": tally.difference.amount(),
    });
    audit::record(tx, actor, "shift.count", ("shift", &shift.subject()), &detail, now)?;
    Ok(shift)
}

/// The counts of a shift's drawer, in their order.
pub fn counts(tx: &ReadTx<'_>, id: ShiftId) -> Result<Vec<Count>, Fault> {
    store::counts(tx, id)
}

/// Goes on selling after a count; that count is void, and stays in the books.
pub fn carry_on(tx: &WriteTx<'_>, actor: &Actor, id: ShiftId, now: Timestamp) -> Result<Shift, ShiftError> {
    let before = known(tx, id)?;
    match before.state {
        ShiftState::Open => return Ok(before),
        ShiftState::Counted => {}
        ShiftState::Closed => return Err(ShiftError::Closed),
    }
    let shift = Shift { state: ShiftState::Open, tally: None, ..before };
    store::change(tx, &shift)?;
    let detail = json!({ "number": shift.number, "counts": shift.counts });
    audit::record(tx, actor, "shift.carry_on", ("shift", &shift.subject()), &detail, now)?;
    Ok(shift)
}

/// Closes a counted shift for ever: posts the difference, hands cash over, keeps the head of the audit chain.
///
/// The same request under the same key answers the shift it closed before.
pub fn close(
    tx: &WriteTx<'_>,
    actor: &Actor,
    role: Role,
    request: &CloseRequest,
    request_key: &str,
    now: Timestamp,
) -> Result<Shift, ShiftError> {
    let asked = (request.shift, request.handed_over, &request.note);
    let key = settings::bound_key(request_key, "shift.close", &asked);
    if let Some(earlier) = settings::earlier_request(tx, &key, "shift.close")? {
        return known(tx, parsed(&earlier)?);
    }
    let shift = known(tx, request.shift)?;
    let tally = match (shift.state, shift.tally) {
        (ShiftState::Closed, _) => return Err(ShiftError::Closed),
        (ShiftState::Counted, Some(tally)) => tally,
        (ShiftState::Counted | ShiftState::Open, _) => return Err(ShiftError::NotCounted),
    };
    let approver = request.approved_by.as_ref().filter(|somebody| somebody.id() != actor.id());
    let note = allowed(tx, &shift, tally, request, approver.is_some() || role.may(APPROVE))?;
    post_closing(tx, actor, &shift, tally, request.handed_over, now)?;
    settings::remember_request(tx, &key, "shift.close", &shift.subject(), now)?;
    let approved_by = approver.map(|approver| approver.name().to_owned());
    let detail = json!({
        "number": shift.number,
        "counter": shift.counter_name,
        "counted": tally.counted.amount(),
        "expected": tally.expected.amount(),
        "difference": tally.difference.amount(),
        "handed_over": request.handed_over.amount(),
        "note": note,
        "approved_by": approved_by,
    });
    audit::record(tx, actor, "shift.close", ("shift", &shift.subject()), &detail, now)?;
    let closing = Closing {
        by: actor.name().to_owned(),
        at: now,
        handed_over: request.handed_over,
        note,
        approved_by,
        audit_head: audit::head(tx)?,
    };
    let shift = Shift { state: ShiftState::Closed, closing: Some(closing), ..shift };
    store::close(tx, &shift, actor, approver)?;
    Ok(shift)
}

/// The tidy note, if nothing stands in the way of closing.
fn allowed(
    tx: &ReadTx<'_>,
    shift: &Shift,
    tally: Tally,
    request: &CloseRequest,
    is_approved: bool,
) -> Result<Option<String>, ShiftError> {
    if ledger::balance(tx, &shift.drawer())? != tally.expected.amount() {
        return Err(ShiftError::MovedSinceCount);
    }
    if !(0..=tally.counted.amount()).contains(&request.handed_over.amount()) {
        return Err(ShiftError::TooMuchHandedOver);
    }
    let note = match request.note.trim() {
        "" => None,
        text => Some(line(text, LONGEST_NOTE).map_err(|_| ShiftError::BadReason)?),
    };
    if tally.difference != Money::ZERO && note.is_none() {
        return Err(ShiftError::NoteMissing);
    }
    let limit = difference_limit(tx)?;
    let large = tally.difference.amount().abs() > limit.amount();
    if large && !is_approved {
        return Err(ShiftError::NeedsApproval { limit });
    }
    Ok(note)
}

fn tally(tx: &ReadTx<'_>, shift: &Shift, counted: Money, now: Timestamp) -> Result<Tally, Fault> {
    let expected = ledger::balance(tx, &shift.drawer())?;
    let difference = Money::rupiah(counted.amount() - expected);
    Ok(Tally { counted, at: now, expected: Money::rupiah(expected), difference })
}

fn post_closing(
    tx: &WriteTx<'_>,
    actor: &Actor,
    shift: &Shift,
    tally: Tally,
    handed_over: Money,
    now: Timestamp,
) -> Result<(), Fault> {
    let (drawer, difference) = (shift.drawer(), tally.difference.amount());
    let amount = Money::rupiah(difference.abs());
    let found = if difference > 0 {
        vec![debit(drawer, amount), credit(Account::CashDifference, amount)]
    } else {
        vec![debit(Account::CashDifference, amount), credit(drawer, amount)]
    };
    post(tx, actor, EntryKind::Difference, shift, String::new(), found, now)?;
    let taken = vec![debit(Account::Owner, handed_over), credit(drawer, handed_over)];
    post(tx, actor, EntryKind::TakeOut, shift, String::new(), taken, now)
}
