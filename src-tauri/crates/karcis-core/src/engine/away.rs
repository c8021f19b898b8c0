//! A router that is away: how soon it is noticed, and how soon it is used again.
//!
//! Notes are tried ever more seldom, but somebody knocks at the door every few seconds: it costs no login, and what
//! returns is in use at once.

use super::Engine;
use crate::fault::Fault;
use crate::outbox::{self, LaneState};
use crate::routers::{self, Target};
use crate::values::{RouterId, Timestamp};
use routeros::Door;
use std::future::Future;
use std::pin::pin;
use std::sync::PoisonError;
use std::time::Duration;

/// The door of a router that is away is knocked at this often.
const KNOCK_EVERY: Duration = Duration::from_secs(8);
/// A door where nobody answers within this is closed.
const DOOR: Duration = Duration::from_secs(3);
/// A router that has said nothing to its commands for so long is knocked at.
const UNEASY_AFTER: Duration = Duration::from_secs(4);
/// How often its silence is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// The last knock at a door.
#[derive(Debug, Clone, Copy)]
pub(super) struct Knock {
    at: Timestamp,
    spoke: bool,
}

/// What became of the wait for a router that is away.
pub(super) enum Waited {
    /// It speaks again.
    Back,
    /// It does not; the next knock is due then.
    Still(Timestamp),
}

impl Engine {
    /// Knocks when it is time to. Only a door that was closed and opens means a return: one that speaks all the while
    /// belongs to a router that has another reason to fail, and is left to the circuit.
    pub(super) async fn wait_at_door(&self, router: RouterId, state: &LaneState) -> Result<Waited, Fault> {
        let now = self.now();
        let closed = matches!(state.last_error.as_deref(), Some("unreachable" | "silent" | "closed"));
        let last = {
            let mut knocks = self.knocks.lock().unwrap_or_else(PoisonError::into_inner);
            *knocks.entry(router).or_insert(Knock { at: now, spoke: !closed })
        };
        if last.at <= now && now.since(last.at) < KNOCK_EVERY {
            return Ok(Waited::Still(last.at + KNOCK_EVERY));
        }
        let Some(target) = self.target(router).await? else { return Ok(Waited::Still(now + KNOCK_EVERY)) };
        let spoke = routeros::knock(&target, self.at_door()).await == Door::Speaks;
        let now = self.now();
        self.knocks.lock().unwrap_or_else(PoisonError::into_inner).insert(router, Knock { at: now, spoke });
        if !spoke || last.spoke {
            return Ok(Waited::Still(now + KNOCK_EVERY));
        }
        tracing::info!(router = %router, "somebody answers at the door again");
        let lane = state.lane;
        self.db.writing(move |tx| outbox::door_opened(tx, &lane, now)).await?;
        Ok(Waited::Back)
    }

    /// Forgets how the door stood: the router answers.
    pub(super) fn leave_door(&self, router: RouterId) {
        self.knocks.lock().unwrap_or_else(PoisonError::into_inner).remove(&router);
    }

    /// Does something at a router, and looks after it meanwhile: one that falls silent and does not answer at its door
    /// is dead, and its connection is closed under whoever waits on it. One that only takes its time is left alone.
    /// Answers as well whether it died.
    pub(super) async fn watched<T>(&self, router: RouterId, doing: impl Future<Output = T>) -> (T, bool) {
        let mut doing = pin!(doing);
        let (mut died, mut rest) = (false, LOOK);
        loop {
            let silence = self.until_silent(router, rest);
            tokio::select! {
                biased;
                done = &mut doing => return (done, died),
                () = silence => {}
            }
            let door = self.is_dead(router);
            tokio::select! {
                biased;
                done = &mut doing => return (done, died),
                dead = door => if dead {
                    tracing::warn!(router = %router, "silent, and nobody answers at the door");
                    died = true;
                    self.drop_wire(router);
                },
            }
            rest = KNOCK_EVERY;
        }
    }

    /// Ends once the connection in use has been silent for long enough to be uneasy.
    async fn until_silent(&self, router: RouterId, rest: Duration) {
        let mut rest = rest;
        loop {
            tokio::time::sleep(rest).await;
            rest = LOOK;
            if self.silent_for(router).is_some_and(|silent| silent >= UNEASY_AFTER) {
                return;
            }
        }
    }

    /// Nobody waits longer at the door than for the greeting behind it.
    fn at_door(&self) -> Duration {
        DOOR.min(self.limits.login)
    }

    async fn is_dead(&self, router: RouterId) -> bool {
        match self.target(router).await {
            Ok(Some(target)) => routeros::knock(&target, self.at_door()).await != Door::Speaks,
            Ok(None) | Err(_) => false,
        }
    }

    async fn target(&self, router: RouterId) -> Result<Option<Target>, Fault> {
        let keys = self.keys.clone();
        let found = self
            .db
            .reading(move |tx| Ok::<_, Fault>(keys.with(|key| routers::target(tx, router, key))))
            .await?;
        Ok(found.and_then(Result::ok).flatten())
    }
}
