//! The circuit breaker of each lane: closed, open with a probe to come, half open, or blocked until a person acts.

use super::{Lane, store};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::values::{Timestamp, words};
use rand::{CryptoRng, RngExt};
use std::time::Duration;

/// Whether a lane lets notes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circuit {
    /// Notes flow.
    Closed,
    /// The other side is away; nothing is tried before the probe.
    Open,
    /// One note is on its way as a probe.
    HalfOpen,
    /// The other side refused us; only a person opens the lane again.
    Blocked,
}

words!(Circuit { Closed = "closed", Open = "open", HalfOpen = "half_open", Blocked = "blocked" });

/// A lane's circuit as stored and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneState {
    /// Which lane.
    pub lane: Lane,
    /// Whether it lets notes through.
    pub circuit: Circuit,
    /// Failures in a row.
    pub failures: u32,
    /// Since when it has not been closed.
    pub open_since: Option<Timestamp>,
    /// When the next probe is due.
    pub probe_at: Option<Timestamp>,
    /// The code of the last failure.
    pub last_error: Option<String>,
    /// When the other side last answered; kept to the minute.
    pub last_ok_at: Option<Timestamp>,
}

/// The first probe of a lane that went away comes after this long.
const FIRST_PROBE: Duration = Duration::from_secs(5);
/// The longest wait between two probes: a router that returns is in use again within a minute.
const LONGEST_PROBE: Duration = Duration::from_secs(60);
/// The last answer is written down at most this often, so that a heartbeat is not a disk write.
const OK_EVERY: Duration = Duration::from_secs(60);

/// The lane's state; a lane nobody wrote about is closed.
pub fn lane(tx: &ReadTx<'_>, lane: &Lane) -> Result<LaneState, Fault> {
    Ok(store::lane(tx, lane)?.unwrap_or(LaneState {
        lane: *lane,
        circuit: Circuit::Closed,
        failures: 0,
        open_since: None,
        probe_at: None,
        last_error: None,
        last_ok_at: None,
    }))
}

/// Every lane that was ever used.
pub fn lanes(tx: &ReadTx<'_>) -> Result<Vec<LaneState>, Fault> {
    store::lanes(tx)
}

/// Whether an open lane still waits for its probe.
///
/// A probe further away than the longest wait was set by a clock that has been put back since, and is due.
pub(crate) fn rests(state: &LaneState, now: Timestamp) -> bool {
    state.probe_at.is_some_and(|probe| now < probe && probe.since(now) <= LONGEST_PROBE)
}

/// Marks that the probe of an open lane begins.
pub fn probe_begins(tx: &WriteTx<'_>, state: &LaneState, now: Timestamp) -> Result<(), Fault> {
    store::keep_lane(tx, &LaneState { circuit: Circuit::HalfOpen, ..state.clone() }, now)
}

/// The other side answered: the circuit closes. Answers whether it was not closed before.
pub fn lane_answered(tx: &WriteTx<'_>, of: &Lane, now: Timestamp) -> Result<bool, Fault> {
    let state = lane(tx, of)?;
    let returned = state.circuit != Circuit::Closed;
    if returned || state.last_ok_at.is_none_or(|last| now.since(last) >= OK_EVERY || now < last) {
        let closed = LaneState {
            circuit: Circuit::Closed,
            failures: 0,
            open_since: None,
            probe_at: None,
            last_error: None,
            last_ok_at: Some(now),
            ..state
        };
        store::keep_lane(tx, &closed, now)?;
    }
    Ok(returned)
}

/// The other side is away: the circuit opens, and the next probe comes after 5 s, doubling to 60 s, with jitter.
pub fn lane_failed(
    tx: &WriteTx<'_>,
    of: &Lane,
    why: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<(), Fault> {
    let state = lane(tx, of)?;
    let failures = state.failures.saturating_add(1);
    let wait = (FIRST_PROBE * (1 << failures.saturating_sub(1).min(8))).min(LONGEST_PROBE);
    let jitter =
        Duration::from_millis(rng.random_range(0..=u64::try_from(wait.as_millis() / 10).unwrap_or(0)));
    let open = LaneState {
        circuit: Circuit::Open,
        failures,
        open_since: state.open_since.or(Some(now)),
        probe_at: Some(now + wait - jitter),
        last_error: Some(why.to_owned()),
        ..state
    };
    store::keep_lane(tx, &open, now)
}

/// The other side refused us: nothing more is tried until [`unblock`].
pub fn block_lane(tx: &WriteTx<'_>, of: &Lane, why: &str, now: Timestamp) -> Result<(), Fault> {
    let state = lane(tx, of)?;
    let blocked = LaneState {
        circuit: Circuit::Blocked,
        failures: state.failures.saturating_add(1),
        open_since: state.open_since.or(Some(now)),
        probe_at: None,
        last_error: Some(why.to_owned()),
        ..state
    };
    store::keep_lane(tx, &blocked, now)
}

/// Somebody answers at the other side's door again: it is tried at once, and if that fails, soon again.
pub(crate) fn door_opened(tx: &WriteTx<'_>, of: &Lane, now: Timestamp) -> Result<(), Fault> {
    let state = lane(tx, of)?;
    match state.circuit {
        Circuit::Open => store::keep_lane(tx, &LaneState { failures: 0, probe_at: Some(now), ..state }, now),
        Circuit::Closed | Circuit::HalfOpen | Circuit::Blocked => Ok(()),
    }
}

/// A person changed something or asks for it: the next note or heartbeat is tried at once.
pub fn unblock(tx: &WriteTx<'_>, of: &Lane, now: Timestamp) -> Result<(), Fault> {
    let state = lane(tx, of)?;
    match state.circuit {
        Circuit::Closed => Ok(()),
        Circuit::Open | Circuit::HalfOpen | Circuit::Blocked => {
            store::keep_lane(tx, &LaneState { circuit: Circuit::Open, probe_at: Some(now), ..state }, now)
        }
    }
}
