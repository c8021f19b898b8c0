//! What the world is owed: notes left by decisions, carried out later by the engine.
//!
//! Lanes back off, not notes: a thousand notes waiting for a dead router cost one probe.

mod effect;
mod lanes;
mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::values::{NoteId, Timestamp};
use serde_json::json;
use std::time::Duration;

pub use effect::{Effect, Lane, ParseLaneError};
pub use lanes::{
    Circuit, LaneState, block_lane, lane, lane_answered, lane_failed, lanes, probe_begins, unblock,
};
pub(crate) use lanes::{door_opened, rests};

/// Lower goes first: a voucher somebody waits for overtakes the chunks of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// A person waits for it.
    Now,
    /// What others depend on.
    Soon,
    /// Bulk work.
    Bulk,
}

impl Priority {
    const fn rank(self) -> i64 {
        match self {
            Priority::Now => 10,
            Priority::Soon => 20,
            Priority::Bulk => 30,
        }
    }
}

/// A note as the engine leases it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// Which note.
    pub id: NoteId,
    /// What to do; ids only, the wish is read when it is done.
    pub effect: Effect,
    /// How often it was taken up, this time included.
    pub attempts: u32,
}

/// A note as shown to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Which note.
    pub id: NoteId,
    /// Its lane.
    pub lane: Lane,
    /// What it does.
    pub effect: Effect,
    /// How often it was tried.
    pub attempts: u32,
    /// The code of its last failure.
    pub last_error: Option<String>,
    /// When it was left.
    pub created_at: Timestamp,
}

/// How an effect went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The world has what it was owed.
    Done,
    /// A person paused the work while it went on; the note waits to be let go again.
    Held,
    /// This note failed and is worth another try later; the lane is fine.
    Retry(&'static str),
    /// Nothing more can be done by machine.
    GiveUp(&'static str),
    /// The other side may or may not have acted; a person must look.
    Unconfirmed(&'static str),
    /// The lane's other side is away: the note waits, the lane backs off.
    LaneAway(&'static str),
    /// The lane's other side refuses us until a person acts.
    LaneBlocked(&'static str),
}

/// How long a leased note belongs to one engine. Only one process opens the books, so this matters after a crash only.
const LEASE: Duration = Duration::from_secs(10 * 60);
/// After so many failures of its own a note is dead and listed for a person.
const MOST_ATTEMPTS: u32 = 10;
/// The wait after a note's first failure of its own is twice this, and doubles.
const FIRST_RETRY: Duration = Duration::from_secs(5);
/// The longest wait between two tries of a note.
const LONGEST_RETRY: Duration = Duration::from_secs(5 << 6);

/// Leaves a note in the transaction of the decision that owes it.
pub fn push(
    tx: &WriteTx<'_>,
    effect: &Effect,
    priority: Priority,
    depends_on: Option<NoteId>,
    now: Timestamp,
) -> Result<NoteId, Fault> {
    store::add(tx, effect, priority.rank(), depends_on, now)
}

/// A note for the same effect that waits and has not been taken up.
pub fn queued(tx: &ReadTx<'_>, effect: &Effect) -> Result<Option<NoteId>, Fault> {
    store::queued(tx, effect)
}

/// Whether a note for the same effect is not done: it waits, is carried, or was given up to a person.
pub fn is_owed(tx: &ReadTx<'_>, effect: &Effect) -> Result<bool, Fault> {
    store::is_owed(tx, effect)
}

/// Whether a note about this subject was ever taken up, so that the other side may have heard of it.
pub fn was_tried(tx: &ReadTx<'_>, subject: &str) -> Result<bool, Fault> {
    store::was_tried(tx, subject)
}

/// Leases the next due note of a lane, if one is ready.
pub fn lease(tx: &WriteTx<'_>, lane: &Lane, now: Timestamp) -> Result<Option<Leased>, Fault> {
    // Moments further ahead than any wait were written by a clock that has been put back since.
    store::release_expired(tx, lane, now, now + LEASE)?;
    store::lease_next(tx, lane, now, now + LONGEST_RETRY, now + LEASE)
}

/// Settles a leased note after its effect; one that is not leased any more is left as it is.
///
/// A pause, or a lane that is away, costs a note none of its tries. A note that is done settles the dead ones that
/// wished the same, so that nothing waits behind them.
pub fn settle(tx: &WriteTx<'_>, note: &Leased, outcome: &Outcome, now: Timestamp) -> Result<(), Fault> {
    match outcome {
        Outcome::Done => {
            store::close(tx, note.id, "done", None, now)?;
            store::close_dead_twins(tx, &note.effect, now)
        }
        Outcome::Held => store::put_back(tx, note.id, "held", None, now),
        Outcome::LaneAway(why) | Outcome::LaneBlocked(why) => {
            store::put_back(tx, note.id, "queued", Some(why), now)
        }
        Outcome::Retry(why) if note.attempts < MOST_ATTEMPTS => {
            let wait = (FIRST_RETRY * (1 << note.attempts.min(6))).min(LONGEST_RETRY);
            store::requeue(tx, note.id, now + wait, why, now)
        }
        Outcome::Retry(why) | Outcome::GiveUp(why) => store::close(tx, note.id, "dead", Some(why), now),
        Outcome::Unconfirmed(why) => store::close(tx, note.id, "unknown", Some(why), now),
    }
}

/// Gives back every lease of an engine that died; called once when the books are opened.
pub fn release_all(tx: &WriteTx<'_>, now: Timestamp) -> Result<usize, Fault> {
    store::release_all(tx, now)
}

/// Notes that wait in a lane, and since when the oldest has waited.
pub fn waiting(tx: &ReadTx<'_>, lane: &Lane) -> Result<(u32, Option<Timestamp>), Fault> {
    store::waiting(tx, lane)
}

/// The moment the next note of the lane becomes due, if any waits.
pub fn next_due(tx: &ReadTx<'_>, lane: &Lane) -> Result<Option<Timestamp>, Fault> {
    store::next_due(tx, lane)
}

/// Holds every queued note of a subject (a paused batch), or lets them go again.
pub fn hold(tx: &WriteTx<'_>, subject: &str, held: bool, now: Timestamp) -> Result<usize, Fault> {
    let (from, to) = if held { ("queued", "held") } else { ("held", "queued") };
    store::change_state(tx, subject, from, to, now)
}

/// Drops the notes of a subject that never started; the ones that did are left to be finished.
pub fn drop_unstarted(tx: &WriteTx<'_>, subject: &str, now: Timestamp) -> Result<usize, Fault> {
    store::drop_unstarted(tx, subject, now)
}

/// Closes the notes of a subject that wait, tried or not: the world is owed nothing any more.
pub(crate) fn withdraw(tx: &WriteTx<'_>, subject: &str, why: &str, now: Timestamp) -> Result<usize, Fault> {
    store::withdraw(tx, subject, why, now)
}

/// The chunks of a batch whose notes are not done, so that some of their vouchers may be on the router.
pub fn unfinished_chunks(tx: &ReadTx<'_>, subject: &str) -> Result<Vec<u32>, Fault> {
    store::unfinished_chunks(tx, subject)
}

/// What was tried or done on a lane since then, each effect once.
pub(crate) fn carried_since(tx: &ReadTx<'_>, lane: &Lane, since: Timestamp) -> Result<Vec<Effect>, Fault> {
    store::carried_since(tx, lane, since)
}

/// Ends a lane whose other side is no longer ours: its notes are closed, its circuit forgotten.
pub fn close_lane(tx: &WriteTx<'_>, lane: &Lane, now: Timestamp) -> Result<(), Fault> {
    store::close_lane(tx, lane, now)
}

/// Strikes out every note of a lane and what is known of its other side.
pub(crate) fn forget_lane(tx: &WriteTx<'_>, lane: &Lane) -> Result<(), Fault> {
    store::forget_lane(tx, lane)
}

/// Strikes out every note about a subject.
pub(crate) fn forget_about(tx: &WriteTx<'_>, subject: &str) -> Result<(), Fault> {
    store::forget_about(tx, subject)
}

/// Notes that need a person: dead ones and unconfirmed ones, newest first.
pub fn needing_attention(tx: &ReadTx<'_>, limit: u16) -> Result<Vec<Note>, Fault> {
    store::in_states(tx, limit)
}

/// How many notes are being carried out, and how many a person has paused.
pub fn under_way(tx: &ReadTx<'_>) -> Result<(u32, u32), Fault> {
    store::under_way(tx)
}

/// Queues a dead or unconfirmed note once more.
pub fn revive(tx: &WriteTx<'_>, actor: &Actor, id: NoteId, now: Timestamp) -> Result<bool, Fault> {
    let revived = store::revive(tx, id, now)?;
    if revived {
        audit::record(tx, actor, "note.revive", ("note", &id.to_string()), &json!({}), now)?;
    }
    Ok(revived)
}
