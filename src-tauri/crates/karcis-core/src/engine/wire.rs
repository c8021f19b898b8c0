//! The open connections, one per router, and what their failures mean for a lane.

use super::Engine;
use crate::audit::Actor;
use crate::fault::Fault;
use crate::outbox::Outcome;
use crate::routers::{self, TargetError};
use crate::values::{RouterId, Timestamp};
use routeros::system::License;
use routeros::{CallError, ConnectError, Connection, TrapKind};
use std::sync::PoisonError;
use std::time::Duration;

/// A router that lets nobody in within this is away; it is tried again soon.
const LOGIN: Duration = Duration::from_secs(5);
/// Guests are counted this often.
const COUNT_EVERY: Duration = Duration::from_secs(30);

/// An open connection and when it last said something.
pub(super) struct Wire {
    connection: Connection,
    heard_at: Timestamp,
    licence: Option<String>,
    counted_at: Option<Timestamp>,
}

impl Wire {
    pub(super) async fn close(self) {
        self.connection.close().await;
    }
}

impl Engine {
    /// The router's connection, opened when there is none; the outcome for the lane when that fails.
    pub(super) async fn wire(&self, router: RouterId) -> Result<Result<Connection, Outcome>, Fault> {
        let open = {
            let mut wires = self.wires.lock().unwrap_or_else(PoisonError::into_inner);
            wires.retain(|_, wire| wire.connection.is_open());
            wires.get(&router).map(|wire| wire.connection.clone())
        };
        if let Some(connection) = open {
            return Ok(Ok(connection));
        }
        let keys = self.keys.clone();
        let found = self
            .db
            .reading(move |tx| match keys.with(|key| routers::target(tx, router, key)) {
                Some(target) => target.map(Some),
                None => Ok(None),
            })
            .await;
        let target = match found {
            Ok(Some(Some(target))) => target,
            Ok(Some(None)) => return Ok(Err(Outcome::GiveUp("unknown_router"))),
            Ok(None) => return Ok(Err(Outcome::LaneAway("locked"))),
            Err(TargetError::Sealed(_)) => return Ok(Err(Outcome::LaneBlocked("password_unreadable"))),
            Err(TargetError::Fault(fault)) => return Err(fault),
        };
        let limits = routeros::Limits { login: self.limits.login.min(LOGIN), ..self.limits.clone() };
        match Connection::open(&target, &limits).await {
            Ok(connection) => match self.recognise(router, &connection).await? {
                Ok(licence) => self.keep(router, &target, connection, licence).await.map(Ok),
                Err(outcome) => {
                    connection.close().await;
                    Ok(Err(outcome))
                }
            },
            Err(error) => Ok(Err(refused(&error))),
        }
    }

    async fn keep(
        &self,
        router: RouterId,
        target: &routeros::Target,
        connection: Connection,
        licence: License,
    ) -> Result<Connection, Fault> {
        let now = self.now();
        let unpinned = matches!(target.security, routeros::Security::Tls { pin: None });
        if let (true, Some(fingerprint)) = (unpinned, connection.fingerprint().map(ToString::to_string)) {
            let karcis = Actor::karcis();
            self.db.writing(move |tx| routers::pin(tx, &karcis, router, &fingerprint, now)).await?;
        }
        let licence = Some(licence.level).filter(|level| !level.is_empty());
        let wire = Wire { connection: connection.clone(), heard_at: now, licence, counted_at: None };
        self.wires.lock().unwrap_or_else(PoisonError::into_inner).insert(router, wire);
        Ok(connection)
    }

    /// When the router last answered on its latest connection. One that closes after every answer counts as well, or
    /// it would be greeted without a pause.
    pub(super) fn heard_at(&self, router: RouterId) -> Option<Timestamp> {
        let wires = self.wires.lock().unwrap_or_else(PoisonError::into_inner);
        wires.get(&router).map(|wire| wire.heard_at)
    }

    /// The level of the router's licence, as it said it when it was connected.
    pub(super) fn licence(&self, router: RouterId) -> Option<String> {
        let wires = self.wires.lock().unwrap_or_else(PoisonError::into_inner);
        wires.get(&router).and_then(|wire| wire.licence.clone())
    }

    /// Whether it is time to count the guests again; then it is noted that they are counted now.
    pub(super) fn should_count(&self, router: RouterId) -> bool {
        let now = self.now();
        let mut wires = self.wires.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(wire) = wires.get_mut(&router) else { return false };
        if wire.counted_at.is_some_and(|last| last <= now && now.since(last) < COUNT_EVERY) {
            return false;
        }
        wire.counted_at = Some(now);
        true
    }

    /// How long the router has been silent on the connection that is in use.
    pub(super) fn silent_for(&self, router: RouterId) -> Option<Duration> {
        let wires = self.wires.lock().unwrap_or_else(PoisonError::into_inner);
        wires.get(&router).filter(|wire| wire.connection.is_open()).map(|wire| wire.connection.silent_for())
    }

    /// Lets go of a connection to a dead router: whoever waits on it is told that it is closed.
    pub(super) fn drop_wire(&self, router: RouterId) {
        let wire = self.wires.lock().unwrap_or_else(PoisonError::into_inner).remove(&router);
        if let Some(wire) = wire {
            // A dead router answers no farewell; the connection ends by itself once it was waited for.
            tokio::spawn(wire.close());
        }
    }

    /// Notes that the router has just answered.
    pub(super) fn heard(&self, router: RouterId) {
        let now = self.now();
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).insert(router);
        let mut wires = self.wires.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wire) = wires.get_mut(&router) {
            wire.heard_at = now;
        }
    }

    /// Whether the router answered anything since this was last asked.
    pub(super) fn has_answered(&self, router: RouterId) -> bool {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).remove(&router)
    }

    /// What a failed call means. A lost connection is dropped, so that the next note opens a new one.
    pub(super) async fn lost(&self, router: RouterId, error: &CallError) -> Outcome {
        match error {
            CallError::Trap(trap) => meaning(trap),
            CallError::Fatal(_) | CallError::Closed | CallError::NotSent => {
                self.reconnect(router).await;
                Outcome::LaneAway("closed")
            }
            CallError::TimedOut => {
                self.drop_wire(router);
                Outcome::LaneAway("silent")
            }
            CallError::Limit => Outcome::Retry("too_large"),
        }
    }
}

/// What a refused command means for its note or lane.
pub(super) fn meaning(trap: &routeros::Trap) -> Outcome {
    match trap.kind() {
        TrapKind::NotPermitted => Outcome::LaneBlocked("not_permitted"),
        TrapKind::LoginRefused => Outcome::LaneBlocked("login_refused"),
        TrapKind::OutOfSpace => Outcome::LaneAway("out_of_space"),
        TrapKind::NoSuchCommand => Outcome::LaneBlocked("no_hotspot"),
        TrapKind::NoMatch => Outcome::Retry("no_match"),
        TrapKind::InvalidValue | TrapKind::UnknownParameter => Outcome::GiveUp("value_refused"),
        TrapKind::AlreadyExists | TrapKind::NoSuchItem | TrapKind::Interrupted | TrapKind::Other => {
            Outcome::Retry("refused")
        }
    }
}

fn refused(error: &ConnectError) -> Outcome {
    match error {
        ConnectError::Unreachable(_) => Outcome::LaneAway("unreachable"),
        ConnectError::TimedOut(_) => Outcome::LaneAway("silent"),
        ConnectError::Tls(_) => Outcome::LaneAway("tls"),
        ConnectError::CertificateChanged { .. } => Outcome::LaneBlocked("certificate_changed"),
        ConnectError::LoginRefused { .. } => Outcome::LaneBlocked("login_refused"),
        ConnectError::NotRouterOs => Outcome::LaneAway("not_routeros"),
        ConnectError::Closed => Outcome::LaneAway("closed"),
    }
}
