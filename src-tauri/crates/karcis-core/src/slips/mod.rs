//! Slips of paper: what was asked for, what became of it, and which of them are copies.
//!
//! A slip never decides anything: a sale stands whether its slip was printed or not.

mod attempt;
mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Effect, Priority};
use crate::printers;
use crate::settings;
use crate::staff::{Area, Deed, Permission, Role};
use crate::values::{PrinterId, ShiftId, SlipId, Timestamp, words};
use rand::CryptoRng;
use serde_json::json;

pub(crate) use attempt::{Ending, ended, lay_aside, take_up, unconfirm_left, waits_too_long};

/// What a slip says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipKind {
    /// A sold voucher; the subject is the sale.
    Voucher,
    /// A voided sale; the subject is the sale.
    Void,
    /// A closed shift; the subject is the shift.
    Shift,
    /// Cash paid in or out; the subject is the move.
    CashMove,
    /// What a reseller settled; the subject is the settlement.
    Settlement,
    /// A page that shows whether the printer is set up well; the subject is the printer.
    Test,
}

words!(SlipKind {
    Voucher = "voucher",
    Void = "void",
    Shift = "shift",
    CashMove = "cash_move",
    Settlement = "settlement",
    Test = "test",
});

/// What became of a slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipState {
    /// It waits for its printer; nothing has been sent.
    Queued,
    /// It is being sent.
    Printing,
    /// The printer took all of it.
    Printed,
    /// It may or may not be on paper; a person must look.
    Unconfirmed,
    /// Nothing was sent, and the printer needs a person.
    Failed,
    /// It waited too long to come out of the printer unasked.
    Stale,
}

words!(SlipState {
    Queued = "queued",
    Printing = "printing",
    Printed = "printed",
    Unconfirmed = "unconfirmed",
    Failed = "failed",
    Stale = "stale",
});

/// A slip as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// Which slip.
    pub id: SlipId,
    /// Its number on paper.
    pub number: i64,
    /// What it says.
    pub kind: SlipKind,
    /// Of which sale, shift, move, settlement or printer, by id.
    pub subject: String,
    /// 0 for the original, n for the n-th copy.
    pub copy: u32,
    /// On which printer; one that was kept as a file has none.
    pub printer: Option<PrinterId>,
    /// In which shift it was asked for.
    pub shift: Option<ShiftId>,
    /// Whether the drawer opens with it.
    pub kick: bool,
    /// What became of it.
    pub state: SlipState,
    /// Why it is not printed, as a code.
    pub reason: Option<String>,
    /// Who asked for it.
    pub requested_by: String,
    /// When it was first asked for.
    pub requested_at: Timestamp,
    /// When it was last asked for.
    pub asked_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
}

/// What is asked when something is put on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipRequest {
    /// What it says.
    pub kind: SlipKind,
    /// Of which sale, shift, move, settlement or printer, by id.
    pub subject: String,
    /// On which printer.
    pub printer: PrinterId,
    /// In which shift it is asked for.
    pub shift: Option<ShiftId>,
    /// Whether the drawer opens with it, when one hangs on the printer.
    pub kick: bool,
}

/// Why no slip is asked for.
#[derive(Debug, thiserror::Error)]
pub enum SlipError {
    /// There is no such printer, or it is out of use.
    #[error("no such printer")]
    UnknownPrinter,
    /// There is no such slip.
    #[error("no such slip")]
    Unknown,
    /// It is printed; another one is a copy.
    #[error("the slip is printed")]
    Printed,
    /// This role may make no more copies.
    #[error("no more than {most} copies")]
    TooManyCopies {
        /// How many it may make.
        most: u32,
    },
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Copies of one slip that somebody may make who may not change sales.
pub const MOST_COPIES: u32 = 3;

/// Asks for the original slip of something. Asked again, it answers the one there is; a test page is always a new one.
pub fn request(
    tx: &WriteTx<'_>,
    actor: &Actor,
    asked: &SlipRequest,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Slip, SlipError> {
    printers::in_use(tx, asked.printer)?.ok_or(SlipError::UnknownPrinter)?;
    match newest(tx, asked.kind, &asked.subject)? {
        Some(known) => Ok(known),
        None => Ok(lay_down(tx, actor, &Sheet::original(asked), "slip.request", rng, now)?),
    }
}

/// Puts something on paper once more: marked as a copy when an earlier slip of it may be on paper. The same request under
/// the same key answers the slip it made before.
pub fn reprint(
    tx: &WriteTx<'_>,
    actor: &Actor,
    role: Role,
    asked: &SlipRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Slip, SlipError> {
    let key = settings::bound_key(request_key, "slip.reprint", asked);
    if let Some(earlier) = settings::earlier_request(tx, &key, "slip.reprint")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no slip"))?;
        return store::one(tx, id)?.ok_or(SlipError::Unknown);
    }
    printers::in_use(tx, asked.printer)?.ok_or(SlipError::UnknownPrinter)?;
    let slip = match newest(tx, asked.kind, &asked.subject)? {
        None => lay_down(tx, actor, &Sheet::original(asked), "slip.request", rng, now)?,
        Some(known) => match known.state {
            SlipState::Queued | SlipState::Failed | SlipState::Stale => {
                ask_again(tx, actor, Slip { printer: Some(asked.printer), ..known }, now)?
            }
            SlipState::Printing | SlipState::Printed | SlipState::Unconfirmed => {
                let copy = next_copy(tx, role, asked.kind, &asked.subject)?;
                let sheet = Sheet { copy, kick: false, ..Sheet::original(asked) };
                lay_down(tx, actor, &sheet, "slip.reprint", rng, now)?
            }
        },
    };
    settings::remember_request(tx, &key, "slip.reprint", &slip.id.to_string(), now)?;
    Ok(slip)
}

/// Tries a slip once more that is not known to be printed. One that may be on paper already becomes a copy.
pub fn again(
    tx: &WriteTx<'_>,
    actor: &Actor,
    role: Role,
    id: SlipId,
    now: Timestamp,
) -> Result<Slip, SlipError> {
    let slip = store::one(tx, id)?.ok_or(SlipError::Unknown)?;
    let printer = slip.printer.ok_or(SlipError::Printed)?;
    printers::in_use(tx, printer)?.ok_or(SlipError::UnknownPrinter)?;
    match slip.state {
        SlipState::Printed => Err(SlipError::Printed),
        SlipState::Printing => Ok(slip),
        SlipState::Queued | SlipState::Failed | SlipState::Stale => Ok(ask_again(tx, actor, slip, now)?),
        SlipState::Unconfirmed => {
            let copy = match slip.kind {
                SlipKind::Test => 0,
                SlipKind::Voucher
                | SlipKind::Void
                | SlipKind::Shift
                | SlipKind::CashMove
                | SlipKind::Settlement => next_copy(tx, role, slip.kind, &slip.subject)?,
            };
            Ok(ask_again(tx, actor, Slip { copy, kick: false, ..slip }, now)?)
        }
    }
}

/// Keeps something as a file in place of paper, which counts as paper: a copy where an earlier slip of it may be about.
/// The same request under the same key answers the slip it made before.
#[expect(clippy::too_many_arguments, reason = "who, what, which request, and the edge's own two")]
pub fn keep_as_file(
    tx: &WriteTx<'_>,
    actor: &Actor,
    role: Role,
    kind: SlipKind,
    subject: &str,
    shift: Option<ShiftId>,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Slip, SlipError> {
    let key = settings::bound_key(request_key, "slip.file", &(kind, subject));
    if let Some(earlier) = settings::earlier_request(tx, &key, "slip.file")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no slip"))?;
        return store::one(tx, id)?.ok_or(SlipError::Unknown);
    }
    let known = newest(tx, kind, subject)?;
    let sheet = |copy| Sheet { kind, subject, copy, printer: None, shift, kick: false };
    let slip = match known {
        None => lay_down(tx, actor, &sheet(0), "slip.file", rng, now)?,
        Some(known) => match known.state {
            // It was never on paper and will not come out of a printer any more: the file is this slip.
            SlipState::Queued | SlipState::Failed | SlipState::Stale => {
                outbox::withdraw(tx, &known.id.to_string(), "kept_as_file", now)?;
                let slip = Slip {
                    printer: None,
                    state: SlipState::Printed,
                    reason: None,
                    kick: false,
                    asked_at: now,
                    changed_at: now,
                    ..known
                };
                store::change(tx, &slip)?;
                note(tx, actor, "slip.file", &slip, now)?;
                slip
            }
            SlipState::Printing | SlipState::Printed | SlipState::Unconfirmed => {
                let copy = next_copy(tx, role, kind, subject)?;
                lay_down(tx, actor, &sheet(copy), "slip.file", rng, now)?
            }
        },
    };
    settings::remember_request(tx, &key, "slip.file", &slip.id.to_string(), now)?;
    Ok(slip)
}

/// One slip.
pub fn slip(tx: &ReadTx<'_>, id: SlipId) -> Result<Option<Slip>, Fault> {
    store::one(tx, id)
}

/// The slips of one thing, oldest first.
pub fn of_subject(tx: &ReadTx<'_>, kind: SlipKind, subject: &str) -> Result<Vec<Slip>, Fault> {
    store::of_subject(tx, kind, subject)
}

/// How many copies of a slip were asked for; the original is none.
pub fn copies(tx: &ReadTx<'_>, kind: SlipKind, subject: &str) -> Result<u32, Fault> {
    store::copies(tx, kind, subject)
}

/// How many copies were asked for in a shift.
pub fn copies_in(tx: &ReadTx<'_>, shift: ShiftId) -> Result<u32, Fault> {
    store::copies_in(tx, shift)
}

/// The slip a printer was last asked for.
pub fn latest_on(tx: &ReadTx<'_>, printer: PrinterId) -> Result<Option<Slip>, Fault> {
    store::latest_on(tx, printer)
}

/// Slips that were asked for after `since` and need a person: failed, unconfirmed or left too long. Newest first.
pub fn unprinted(tx: &ReadTx<'_>, since: Timestamp, limit: u16) -> Result<Vec<Slip>, Fault> {
    store::unprinted(tx, since, limit)
}

/// Takes a printer out of use; the slips that wait for it have failed. Answers whether it was in use.
pub(crate) fn retire_printer(
    tx: &WriteTx<'_>,
    actor: &Actor,
    printer: PrinterId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(printer) = printers::in_use(tx, printer)? else { return Ok(false) };
    fail_waiting(tx, printer.id, "printer_retired", now)?;
    printers::archive(tx, actor, &printer, now)?;
    Ok(true)
}

/// The printer refuses until a person acts: no slip waits for it any longer.
pub(crate) fn fail_waiting(
    tx: &WriteTx<'_>,
    printer: PrinterId,
    why: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    for slip in store::queued(tx, printer)? {
        settle(tx, slip.id, SlipState::Failed, why, now)?;
    }
    Ok(())
}

fn settle(tx: &WriteTx<'_>, id: SlipId, state: SlipState, why: &str, now: Timestamp) -> Result<(), Fault> {
    store::keep_state(tx, id, state, Some(why), now)?;
    outbox::withdraw(tx, &id.to_string(), why, now)?;
    Ok(())
}

/// The newest slip of something; test pages are each for themselves.
fn newest(tx: &ReadTx<'_>, kind: SlipKind, subject: &str) -> Result<Option<Slip>, Fault> {
    match kind {
        SlipKind::Test => Ok(None),
        SlipKind::Voucher | SlipKind::Void | SlipKind::Shift | SlipKind::CashMove | SlipKind::Settlement => {
            Ok(store::of_subject(tx, kind, subject)?.pop())
        }
    }
}

fn next_copy(tx: &ReadTx<'_>, role: Role, kind: SlipKind, subject: &str) -> Result<u32, SlipError> {
    let copy = store::copies(tx, kind, subject)?.saturating_add(1);
    if copy > MOST_COPIES && !role.may(Permission::new(Area::Counter, Deed::Update)) {
        return Err(SlipError::TooManyCopies { most: MOST_COPIES });
    }
    Ok(copy)
}

/// What a new row says.
struct Sheet<'a> {
    kind: SlipKind,
    subject: &'a str,
    copy: u32,
    printer: Option<PrinterId>,
    shift: Option<ShiftId>,
    kick: bool,
}

impl Sheet<'_> {
    fn original(asked: &SlipRequest) -> Sheet<'_> {
        Sheet {
            kind: asked.kind,
            subject: &asked.subject,
            copy: 0,
            printer: Some(asked.printer),
            shift: asked.shift,
            kick: asked.kick,
        }
    }
}

/// Strikes out every slip about a subject, with what the printers are owed of them.
pub(crate) fn forget_about(tx: &WriteTx<'_>, subject: &str) -> Result<(), Fault> {
    for slip in store::forget_about(tx, subject)? {
        outbox::forget_about(tx, &slip.to_string())?;
    }
    Ok(())
}

fn lay_down(
    tx: &WriteTx<'_>,
    actor: &Actor,
    sheet: &Sheet<'_>,
    deed: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Slip, Fault> {
    let slip = Slip {
        id: SlipId::new(now, rng),
        number: settings::take_numbers(tx, "slips", 1)?,
        kind: sheet.kind,
        subject: sheet.subject.to_owned(),
        copy: sheet.copy,
        printer: sheet.printer,
        shift: sheet.shift,
        kick: sheet.kick,
        state: if sheet.printer.is_some() { SlipState::Queued } else { SlipState::Printed },
        reason: None,
        requested_by: actor.name().to_owned(),
        requested_at: now,
        asked_at: now,
        changed_at: now,
    };
    store::add(tx, &slip, &actor.id())?;
    owe(tx, &slip, now)?;
    note(tx, actor, deed, &slip, now)?;
    Ok(slip)
}

fn ask_again(tx: &WriteTx<'_>, actor: &Actor, slip: Slip, now: Timestamp) -> Result<Slip, Fault> {
    // A note of an earlier try may name another printer.
    outbox::withdraw(tx, &slip.id.to_string(), "asked_again", now)?;
    let slip = Slip { state: SlipState::Queued, reason: None, asked_at: now, changed_at: now, ..slip };
    store::change(tx, &slip)?;
    owe(tx, &slip, now)?;
    note(tx, actor, "slip.again", &slip, now)?;
    Ok(slip)
}

/// Leaves the note, and has the printer tried at once: somebody stands in front of it.
fn owe(tx: &WriteTx<'_>, slip: &Slip, now: Timestamp) -> Result<(), Fault> {
    let Some(printer) = slip.printer else { return Ok(()) };
    let effect = Effect::PrintSlip { printer, slip: slip.id };
    outbox::push(tx, &effect, Priority::Now, None, now)?;
    outbox::unblock(tx, &effect.lane(), now)
}

fn note(tx: &WriteTx<'_>, actor: &Actor, deed: &str, slip: &Slip, now: Timestamp) -> Result<(), Fault> {
    let detail = json!({
        "number": slip.number, "kind": slip.kind.as_str(), "of": slip.subject, "copy": slip.copy,
        "printer": slip.printer.map(|id| id.to_string()),
    });
    audit::record(tx, actor, deed, ("slip", &slip.id.to_string()), &detail, now)
}
