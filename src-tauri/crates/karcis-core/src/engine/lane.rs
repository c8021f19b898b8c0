//! One step of one lane: the circuit decides whether a note goes, the outcome decides what becomes of both.

use super::away::Waited;
use super::{Engine, earliest};
use crate::fault::Fault;
use crate::outbox::{self, Circuit, Effect, Lane, LaneState, Leased, Outcome};
use crate::printers;
use crate::routers;
use crate::values::{RouterId, Timestamp};
use crate::vouchers;
use std::sync::PoisonError;
use std::time::Duration;

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A note or a probe was carried out; there may be more.
    Carried,
    /// Nothing may be done before this moment, or before the books change.
    Idle {
        /// The moment, if there is one.
        until: Option<Timestamp>,
    },
}

/// A lane nobody used is asked for a sign of life this often, so that the banner is honest: a dead router is known to be
/// dead ten seconds later, the wait for an answer included.
const SIGN_OF_LIFE: Duration = Duration::from_secs(4);

/// A router that says nothing to a greeting for this long is away, however patient commands may be.
pub(super) const GREETING: Duration = Duration::from_secs(5);

impl Engine {
    /// Takes one step in a lane.
    pub async fn step(&self, lane: &Lane) -> Result<Step, Fault> {
        match *lane {
            Lane::Router(router) => self.step_to_router(router).await,
            Lane::Printer(printer) => self.step_to_printer(printer).await,
        }
    }

    async fn step_to_router(&self, router: RouterId) -> Result<Step, Fault> {
        if !self.keys.is_unlocked() {
            return Ok(Step::Idle { until: None });
        }
        let lane = Lane::Router(router);
        let now = self.now();
        let state = self.db.reading(move |tx| outbox::lane(tx, &lane)).await?;
        match state.circuit {
            Circuit::Blocked => return Ok(Step::Idle { until: None }),
            Circuit::Open if outbox::rests(&state, now) => {
                return Ok(match self.wait_at_door(router, &state).await? {
                    Waited::Back => Step::Carried,
                    Waited::Still(next) => Step::Idle { until: earliest(state.probe_at, Some(next)) },
                });
            }
            Circuit::Open => {
                let half_open = state.clone();
                self.db.writing(move |tx| outbox::probe_begins(tx, &half_open, now)).await?;
            }
            Circuit::Closed => self.leave_door(router),
            Circuit::HalfOpen => {}
        }
        let probing = state.circuit != Circuit::Closed;
        match self.take_up(lane, now).await? {
            Some(note) => self.carry(router, note).await.map(|()| Step::Carried),
            None if probing => self.sign_of_life(router).await.map(|()| Step::Carried),
            None => self.idle(router, &state, now).await,
        }
    }

    /// Leases the next note. One that an earlier step left behind, because something of ours broke, has failed and
    /// waits for its next try, so that it neither rests for the length of a lease nor stands in the way of others.
    pub(super) async fn take_up(&self, lane: Lane, now: Timestamp) -> Result<Option<Leased>, Fault> {
        let left = self.underway.lock().unwrap_or_else(PoisonError::into_inner).get(&lane).cloned();
        let note = self
            .db
            .writing(move |tx| {
                if let Some(left) = left {
                    outbox::settle(tx, &left, &Outcome::Retry("fault"), now)?;
                }
                outbox::lease(tx, &lane, now)
            })
            .await?;
        let mut underway = self.underway.lock().unwrap_or_else(PoisonError::into_inner);
        match &note {
            Some(note) => underway.insert(lane, note.clone()),
            None => underway.remove(&lane),
        };
        Ok(note)
    }

    async fn carry(&self, router: RouterId, note: Leased) -> Result<(), Fault> {
        let lane = Lane::Router(router);
        let started = self.now();
        self.has_answered(router);
        let (outcome, died) = self.watched(router, self.act(&note)).await;
        let outcome = match outcome? {
            Outcome::LaneAway("closed") if died => Outcome::LaneAway("silent"),
            outcome => outcome,
        };
        let now = self.now();
        tracing::debug!(
            note.id = %note.id, note.kind = note.effect.kind(), note.attempts = note.attempts, ?outcome,
            duration_ms = now.since(started).as_millis() as u64, "note carried"
        );
        let (mut rng, answered) = (self.fork_rng(), self.has_answered(router));
        self.db
            .writing(move |tx| {
                outbox::settle(tx, &note, &outcome, now)?;
                if outcome == Outcome::Held {
                    vouchers::let_go_unless_paused(tx, &note.effect, now)?;
                }
                keep_circuit(tx, lane, &outcome, answered, &mut rng, now)
            })
            .await?;
        self.put_down(lane);
        Ok(())
    }

    /// The note that the lane had taken up is settled.
    pub(super) fn put_down(&self, lane: Lane) {
        self.underway.lock().unwrap_or_else(PoisonError::into_inner).remove(&lane);
    }

    async fn act(&self, note: &Leased) -> Result<Outcome, Fault> {
        match note.effect {
            Effect::EnsureProfile { router, plan } => self.ensure_profile(router, plan).await,
            Effect::EnsureVouchers { router, batch, chunk } => {
                self.ensure_chunk(router, batch, chunk, note.attempts).await
            }
            Effect::EnsureVoucher { router, voucher } => self.ensure_voucher(router, voucher).await,
            Effect::LookBack { router } => self.look_back(router).await,
            // A slip waits in its printer's lane, never in a router's.
            Effect::PrintSlip { .. } => Ok(Outcome::GiveUp("wrong_lane")),
        }
    }

    async fn idle(&self, router: RouterId, state: &LaneState, now: Timestamp) -> Result<Step, Fault> {
        let heard = self.heard_at(router).max(state.last_ok_at);
        let due = heard.map_or(now, |heard| heard + SIGN_OF_LIFE);
        if due <= now || heard.is_some_and(|heard| heard > now) {
            self.sign_of_life(router).await?;
            return Ok(Step::Carried);
        }
        let lane = Lane::Router(router);
        let next = self.db.reading(move |tx| outbox::next_due(tx, &lane)).await?;
        Ok(Step::Idle { until: earliest(Some(due), next.filter(|next| *next > now)) })
    }

    /// Asks the router for its name, and keeps whether it answered.
    async fn sign_of_life(&self, router: RouterId) -> Result<(), Fault> {
        let lane = Lane::Router(router);
        self.has_answered(router);
        let outcome = self.greet(router).await?;
        let now = self.now();
        let (mut rng, answered) = (self.fork_rng(), self.has_answered(router));
        self.db.writing(move |tx| keep_circuit(tx, lane, &outcome, answered, &mut rng, now)).await
    }

    async fn greet(&self, router: RouterId) -> Result<Outcome, Fault> {
        let connection = match self.wire(router).await? {
            Ok(connection) => connection,
            Err(outcome) => return Ok(outcome),
        };
        match tokio::time::timeout(GREETING, routeros::system::identity(&connection)).await {
            Ok(Ok(_)) => {
                self.heard(router);
                if !self.should_count(router) {
                    return Ok(Outcome::Done);
                }
                match self.count_guests(router, &connection).await? {
                    Ok(()) => Ok(Outcome::Done),
                    Err(error) => Ok(self.lost(router, &error).await),
                }
            }
            Ok(Err(error)) => Ok(self.lost(router, &error).await),
            Err(_) => Ok(self.lost(router, &routeros::CallError::TimedOut).await),
        }
    }
}

/// Keeps what the outcome says about the lane. A note that needed nothing from the other side says nothing about it,
/// and a router or printer that was taken out of use meanwhile has no lane any more.
pub(super) fn keep_circuit(
    tx: &crate::db::WriteTx<'_>,
    lane: Lane,
    outcome: &Outcome,
    answered: bool,
    rng: &mut rand::rngs::StdRng,
    now: Timestamp,
) -> Result<(), Fault> {
    let in_use = match lane {
        Lane::Router(router) => routers::in_use(tx, router)?,
        Lane::Printer(printer) => printers::in_use(tx, printer)?.is_some(),
    };
    if !in_use {
        return Ok(());
    }
    match outcome {
        // A probe leaves the circuit half open; open again means that a person changed something meanwhile and asked
        // for another try, which an answer to the old question must not put off or forbid.
        Outcome::LaneAway(_) | Outcome::LaneBlocked(_)
            if outbox::lane(tx, &lane)?.circuit == Circuit::Open => {}
        Outcome::Done | Outcome::Held | Outcome::Retry(_) | Outcome::GiveUp(_) | Outcome::Unconfirmed(_) => {
            if answered && outbox::lane_answered(tx, &lane, now)? {
                tracing::info!(lane = %lane, "the other side answers again");
            }
        }
        Outcome::LaneAway(why) => {
            tracing::warn!(lane = %lane, why, "the other side is away");
            outbox::lane_failed(tx, &lane, why, rng, now)?;
        }
        Outcome::LaneBlocked(why) => {
            tracing::warn!(lane = %lane, why, "the other side refuses us until a person acts");
            outbox::block_lane(tx, &lane, why, now)?;
        }
    }
    Ok(())
}
