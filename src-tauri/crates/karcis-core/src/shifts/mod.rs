//! Shifts: a drawer is opened with a float, sold from, counted blind, and closed with what the count found.

mod cash;
mod close;
mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::counters::{self, Counter, CounterError};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::ledger::{self, Account, Entry, EntryKind, credit, debit};
use crate::settings;
use crate::values::{CounterId, Day, Money, MoveId, ShiftId, Timestamp, line, words};
use rand::CryptoRng;
use serde_json::json;
use std::time::Duration;

pub use cash::{BadCount, Count, Denomination, Pieces};
pub use close::{
    CloseRequest, DIFFERENCE_LIMIT, carry_on, close, count, counts, difference_limit, set_difference_limit,
};

words!(ShiftState { Open = "open", Counted = "counted", Closed = "closed" });
words!(Short { TakenOut = "taken_out", Missing = "missing" });
words!(MoveKind { PayIn = "pay_in", PayOut = "pay_out" });

/// A shift that is open for longer was forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(18 * 3600);
const LONGEST_REASON: usize = 120;

/// Where a shift stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftState {
    /// Sells.
    Open,
    /// The drawer was counted; nothing moves until it is closed or carried on.
    Counted,
    /// For ever.
    Closed,
}

/// A shift at a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Which shift.
    pub id: ShiftId,
    /// Its number among all shifts.
    pub number: i64,
    /// The counter.
    pub counter: CounterId,
    /// The counter's name when the shift was opened.
    pub counter_name: String,
    /// Where it stands.
    pub state: ShiftState,
    /// The business day it was opened on.
    pub day: Day,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: Timestamp,
    /// What was in the drawer then.
    pub opening_float: Money,
    /// How often the drawer was counted.
    pub counts: u32,
    /// What the last count found; missing until counted.
    pub tally: Option<Tally>,
    /// How it was closed.
    pub closing: Option<Closing>,
}

/// What a count found, beside what should have been there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// What was counted.
    pub counted: Money,
    /// When.
    pub at: Timestamp,
    /// What the books expected; below zero when more was paid out than ever came in.
    pub expected: Money,
    /// Counted less expected.
    pub difference: Money,
}

/// How a shift was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Who closed it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What was taken out for the owner; the rest stays in the drawer.
    pub handed_over: Money,
    /// Why the drawer differed.
    pub note: Option<String>,
    /// Who allowed a difference above the limit.
    pub approved_by: Option<String>,
    /// The first ten characters of the audit chain's head, as printed.
    pub audit_head: String,
}

impl Shift {
    /// Whether it sells.
    pub fn sells(&self) -> bool {
        self.state == ShiftState::Open
    }

    /// Whether somebody forgot to close it.
    pub fn is_forgotten(&self, now: Timestamp) -> bool {
        self.state != ShiftState::Closed && now.since(self.opened_at) > FORGOTTEN_AFTER
    }

    fn drawer(&self) -> Account {
        Account::Drawer(self.counter)
    }

    fn subject(&self) -> String {
        self.id.to_string()
    }
}

/// What is in the drawer as a shift opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// What was counted into it.
    pub float: Money,
    /// Where the rest is when that is less than the shift before left.
    pub short: Option<Short>,
}

/// Why a drawer holds less than the shift before left in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Short {
    /// The owner took it in between.
    TakenOut,
    /// Nobody knows: it is a difference like one that a count finds.
    Missing,
}

impl From<Money> for Opening {
    fn from(float: Money) -> Opening {
        Opening { float, short: None }
    }
}

/// Cash that went into a drawer or out of it without a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Which move.
    pub id: MoveId,
    /// Its number among all moves.
    pub number: i64,
    /// The shift.
    pub shift: ShiftId,
    /// In or out.
    pub kind: MoveKind,
    /// How much.
    pub amount: Money,
    /// What for.
    pub reason: String,
    /// Who moved it.
    pub moved_by: String,
    /// When.
    pub at: Timestamp,
}

/// Which way cash was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveKind {
    /// Into the drawer.
    PayIn,
    /// Out of it.
    PayOut,
}

/// What is asked when cash is moved.
#[derive(Debug, Clone)]
pub struct MoveRequest {
    /// The shift whose drawer it is.
    pub shift: ShiftId,
    /// In or out.
    pub kind: MoveKind,
    /// More than nothing.
    pub amount: Money,
    /// One line of at most 120 characters.
    pub reason: String,
}

/// Why nothing happens to a shift.
#[derive(Debug, thiserror::Error)]
pub enum ShiftError {
    /// There is no such counter, or it is out of use.
    #[error("no such counter")]
    UnknownCounter,
    /// There is no such shift.
    #[error("no such shift")]
    Unknown,
    /// The counter has an open shift already.
    #[error("a shift is open at this counter since {since:?}")]
    AlreadyOpen {
        /// Who opened it.
        by: String,
        /// When.
        since: Timestamp,
    },
    /// There is less in the drawer than the shift before left, and nobody said where the rest is.
    #[error("the shift before left {left}")]
    FloatShort {
        /// What it left.
        left: Money,
    },
    /// The drawer was counted: it is closed next, or carried on.
    #[error("the drawer was counted")]
    Counted,
    /// The drawer has not been counted.
    #[error("the drawer was not counted")]
    NotCounted,
    /// It is closed.
    #[error("the shift is closed")]
    Closed,
    /// The amount is nothing, below nothing, or more than any drawer holds.
    #[error("not an amount that can be in a drawer")]
    BadAmount,
    /// The reason is missing or too long.
    #[error("the reason is not one line of 1 to 120 characters")]
    BadReason,
    /// The count names a denomination twice or pieces beyond counting.
    #[error("not a count of a drawer")]
    BadCount,
    /// A difference needs a note.
    #[error("a difference needs a note")]
    NoteMissing,
    /// A difference above the limit needs somebody who may allow it.
    #[error("a difference above {limit} needs an approval")]
    NeedsApproval {
        /// The largest difference that needs none.
        limit: Money,
    },
    /// More is handed over than was counted.
    #[error("more is handed over than was counted")]
    TooMuchHandedOver,
    /// Money moved after the count.
    #[error("money moved after the count")]
    MovedSinceCount,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The counter's shift that is not closed.
pub fn current(tx: &ReadTx<'_>, counter: CounterId) -> Result<Option<Shift>, Fault> {
    store::current(tx, counter)
}

/// One shift.
pub fn shift(tx: &ReadTx<'_>, id: ShiftId) -> Result<Option<Shift>, Fault> {
    store::one(tx, id)
}

/// Shifts newest first, from before the number `before` on (all when missing), at most `limit`.
pub fn list(tx: &ReadTx<'_>, before: Option<i64>, limit: u16) -> Result<Vec<Shift>, Fault> {
    store::list(tx, before.unwrap_or(i64::MAX), limit)
}

/// Shifts that are not closed, the oldest first: at most one for each counter.
pub fn not_closed(tx: &ReadTx<'_>) -> Result<Vec<Shift>, Fault> {
    store::not_closed(tx)
}

/// Shifts that somebody forgot to close, the oldest first.
pub fn forgotten(tx: &ReadTx<'_>, now: Timestamp) -> Result<Vec<Shift>, Fault> {
    let mut open = not_closed(tx)?;
    open.retain(|shift| shift.is_forgotten(now));
    Ok(open)
}

/// What stayed in a counter's drawer, which the next float starts from.
pub fn left_in_drawer(tx: &ReadTx<'_>, counter: CounterId) -> Result<Money, Fault> {
    Ok(Money::rupiah(ledger::balance(tx, &Account::Drawer(counter))?.max(0)))
}

/// Opens a shift with what is in the drawer; the books follow the float. What was added came from the owner; what is less
/// than the shift before left went to the owner or is missing, as whoever opens says.
///
/// The same request under the same key answers the shift it opened before.
pub fn open(
    tx: &WriteTx<'_>,
    actor: &Actor,
    counter: CounterId,
    opening: impl Into<Opening>,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Shift, ShiftError> {
    let opening: Opening = opening.into();
    let opening_float = opening.float;
    let key = settings::bound_key(request_key, "shift.open", &(counter, opening));
    if let Some(earlier) = settings::earlier_request(tx, &key, "shift.open")? {
        return known(tx, parsed(&earlier)?);
    }
    let counter = at_work(tx, counter)?;
    if let Some(open) = store::current(tx, counter.id)? {
        return Err(ShiftError::AlreadyOpen { by: open.opened_by, since: open.opened_at });
    }
    if !(0..=Money::MOST).contains(&opening_float.amount()) {
        return Err(ShiftError::BadAmount);
    }
    let found = ledger::balance(tx, &Account::Drawer(counter.id))?;
    let short = match opening.short {
        None if opening_float.amount() < found => {
            return Err(ShiftError::FloatShort { left: Money::rupiah(found) });
        }
        short => short.filter(|_| opening_float.amount() < found),
    };
    let shift = Shift {
        id: ShiftId::new(now, rng),
        number: settings::take_numbers(tx, "shifts", 1)?,
        counter: counter.id,
        counter_name: counter.name,
        state: ShiftState::Open,
        day: settings::business_day(tx, now)?,
        opened_by: actor.name().to_owned(),
        opened_at: now,
        opening_float,
        counts: 0,
        tally: None,
        closing: None,
    };
    store::add(tx, &shift, actor)?;
    post_float(tx, actor, &shift, found, short, now)?;
    settings::remember_request(tx, &key, "shift.open", &shift.subject(), now)?;
    let detail = json!({
        "number": shift.number, "counter": shift.counter_name, "float": opening_float.amount(), "left": found,
        "short": short.map(Short::as_str),
    });
    audit::record(tx, actor, "shift.open", ("shift", &shift.subject()), &detail, now)?;
    Ok(shift)
}

/// Brings the drawer's account to the float.
fn post_float(
    tx: &WriteTx<'_>,
    actor: &Actor,
    shift: &Shift,
    found: i64,
    short: Option<Short>,
    now: Timestamp,
) -> Result<(), Fault> {
    let added = shift.opening_float.amount().saturating_sub(found);
    let amount = Money::rupiah(added.saturating_abs());
    let drawer = |side: fn(Account, Money) -> ledger::Posting| {
        side(shift.drawer(), amount).called(&shift.counter_name)
    };
    let (kind, postings) = match short {
        None => (EntryKind::Float, vec![drawer(debit), credit(Account::Owner, amount)]),
        Some(Short::TakenOut) => (EntryKind::TakeOut, vec![debit(Account::Owner, amount), drawer(credit)]),
        Some(Short::Missing) => {
            (EntryKind::Difference, vec![debit(Account::CashDifference, amount), drawer(credit)])
        }
    };
    post(tx, actor, kind, shift, String::new(), postings, now)
}

/// Puts cash into the drawer or takes it out, for a reason.
///
/// More can be paid out than the books expect in the drawer: only a count tells what is in it, and a refusal would tell
/// what is expected. The same request under the same key answers the move it made before.
pub fn move_cash(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &MoveRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Move, ShiftError> {
    let key = settings::bound_key(request_key, "shift.move", request);
    if let Some(earlier) = settings::earlier_request(tx, &key, "shift.move")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that moved nothing"))?;
        return store::one_move(tx, id)?.ok_or(ShiftError::Unknown);
    }
    let shift = selling(tx, request.shift)?;
    if !(1..=Money::MOST).contains(&request.amount.amount()) {
        return Err(ShiftError::BadAmount);
    }
    let moved = Move {
        id: MoveId::new(now, rng),
        number: settings::take_numbers(tx, "cash_moves", 1)?,
        shift: shift.id,
        kind: request.kind,
        amount: request.amount,
        reason: line(&request.reason, LONGEST_REASON).map_err(|_| ShiftError::BadReason)?,
        moved_by: actor.name().to_owned(),
        at: now,
    };
    store::add_move(tx, &moved, actor)?;
    let drawer = shift.drawer();
    let (kind, deed, sides) = match moved.kind {
        MoveKind::PayIn => (
            EntryKind::PayIn,
            "shift.pay_in",
            [debit(drawer, moved.amount), credit(Account::Owner, moved.amount)],
        ),
        MoveKind::PayOut => (
            EntryKind::PayOut,
            "shift.pay_out",
            [debit(Account::Owner, moved.amount), credit(drawer, moved.amount)],
        ),
    };
    post(tx, actor, kind, &shift, moved.reason.clone(), sides.to_vec(), now)?;
    settings::remember_request(tx, &key, "shift.move", &moved.id.to_string(), now)?;
    let detail = json!({
        "number": moved.number, "shift": shift.number, "amount": moved.amount.amount(), "reason": moved.reason,
    });
    audit::record(tx, actor, deed, ("shift", &shift.subject()), &detail, now)?;
    Ok(moved)
}

/// The moves of a shift in their order, at most 1,000.
pub fn moves(tx: &ReadTx<'_>, id: ShiftId) -> Result<Vec<Move>, Fault> {
    store::moves(tx, id, 1_000)
}

/// One move.
pub fn one_move(tx: &ReadTx<'_>, id: MoveId) -> Result<Option<Move>, Fault> {
    store::one_move(tx, id)
}

/// Takes a counter out of use; what is left in its drawer goes to the owner. Not while a shift is open at it.
pub fn archive_counter(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: CounterId,
    now: Timestamp,
) -> Result<Counter, CounterError> {
    if store::current(tx, id)?.is_some() {
        return Err(CounterError::ShiftOpen);
    }
    let counter = counters::retire(tx, id, now)?;
    let drawer = Account::Drawer(id);
    let left = ledger::balance(tx, &drawer)?;
    let amount = Money::rupiah(left.saturating_abs());
    let postings = if left >= 0 {
        vec![debit(Account::Owner, amount), credit(drawer, amount)]
    } else {
        vec![debit(drawer, amount), credit(Account::Owner, amount)]
    };
    let entry = Entry {
        kind: EntryKind::TakeOut,
        subject: ("counter", id.to_string()),
        shift: None,
        memo: counter.name.clone(),
        postings,
    };
    ledger::post(tx, actor, &entry, now).map_err(Fault::from)?;
    let detail = json!({ "name": counter.name, "left": left });
    audit::record(tx, actor, "counter.archive", ("counter", &id.to_string()), &detail, now)?;
    Ok(counter)
}

fn post(
    tx: &WriteTx<'_>,
    actor: &Actor,
    kind: EntryKind,
    shift: &Shift,
    memo: String,
    postings: Vec<ledger::Posting>,
    now: Timestamp,
) -> Result<(), Fault> {
    let entry = Entry { kind, subject: ("shift", shift.subject()), shift: Some(shift.id), memo, postings };
    ledger::post(tx, actor, &entry, now)?;
    Ok(())
}

fn at_work(tx: &ReadTx<'_>, counter: CounterId) -> Result<Counter, ShiftError> {
    counters::in_use(tx, counter).map_err(|error| match error {
        CounterError::Fault(fault) => ShiftError::Fault(fault),
        CounterError::BadName
        | CounterError::NameTaken
        | CounterError::TooMany
        | CounterError::Unknown
        | CounterError::UnknownPrinter
        | CounterError::ShiftOpen
        | CounterError::LastOne => ShiftError::UnknownCounter,
    })
}

fn known(tx: &ReadTx<'_>, id: ShiftId) -> Result<Shift, ShiftError> {
    store::one(tx, id)?.ok_or(ShiftError::Unknown)
}

/// The shift, if money can move in it.
fn selling(tx: &ReadTx<'_>, id: ShiftId) -> Result<Shift, ShiftError> {
    let shift = known(tx, id)?;
    match shift.state {
        ShiftState::Open => Ok(shift),
        ShiftState::Counted => Err(ShiftError::Counted),
        ShiftState::Closed => Err(ShiftError::Closed),
    }
}

fn parsed(earlier: &str) -> Result<ShiftId, Fault> {
    earlier.parse().map_err(|_| Fault::new("a request that made no shift"))
}
