//! Before anything is written over a connection: is this still the router the books know, has it restarted, how full is it,
//! and do other books of the same shop write to it?

use super::Engine;
use super::lane::GREETING;
use super::readback::Users;
use crate::audit::Actor;
use crate::fault::Fault;
use crate::outbox::Outcome;
use crate::routers::{self, Guests, Machine, Met};
use crate::values::{RouterId, Timestamp};
use crate::vouchers;
use routeros::system::{self, License};
use routeros::{CallError, Connection, TrapKind, hotspot};
use std::sync::PoisonError;
use std::time::Duration;

/// Users of ours that the books do not know are looked for at most this often: every one of them costs a look.
const STRAYS_EVERY: Duration = Duration::from_secs(600);

/// Asks a router which device it is, and for its licence.
pub(super) async fn tell(router: &Connection) -> Result<(Machine, License), CallError> {
    let serial = system::serial_number(router).await?;
    let licence = match License::read(router).await {
        Err(CallError::Trap(trap)) if trap.kind() == TrapKind::NoSuchCommand => License::default(),
        read => read?,
    };
    Ok((Machine::told(serial.as_deref(), &licence), licence))
}

impl Engine {
    /// Makes sure that a new connection leads to the device the books know, notes whether that has restarted, and answers
    /// its licence.
    pub(super) async fn recognise(
        &self,
        router: RouterId,
        connection: &Connection,
    ) -> Result<Result<License, Outcome>, Fault> {
        let (machine, licence) = match tokio::time::timeout(GREETING, tell(connection)).await {
            Ok(Ok(told)) => told,
            Ok(Err(error)) => return Ok(Err(unsaid(&error))),
            Err(_) => return Ok(Err(Outcome::LaneAway("silent"))),
        };
        let Some(row) = self.db.reading(move |tx| routers::router(tx, router)).await? else {
            return Ok(Ok(licence));
        };
        if routers::is_news(&row, &machine) {
            let (seen, now) = (machine.clone(), self.now());
            self.db.writing(move |tx| routers::meet(tx, &Actor::karcis(), router, &seen, now)).await?;
        }
        match routers::compare(&row, &machine) {
            Met::Known => Ok(self.note_boot(router, connection).await?.map(|()| licence)),
            Met::Other => {
                tracing::warn!(router = %router, seen = %machine, "another router answers at this address");
                Ok(Err(Outcome::LaneBlocked("other_router")))
            }
        }
    }

    /// Keeps how long a router has been running: one that restarted may have lost what was written to it before.
    async fn note_boot(
        &self,
        router: RouterId,
        connection: &Connection,
    ) -> Result<Result<(), Outcome>, Fault> {
        let uptime = match tokio::time::timeout(GREETING, system::uptime(connection)).await {
            Ok(Ok(Some(uptime))) => uptime,
            Ok(Ok(None)) => return Ok(Ok(())),
            Ok(Err(error)) => return Ok(Err(unsaid(&error))),
            Err(_) => return Ok(Err(Outcome::LaneAway("silent"))),
        };
        let now = self.now();
        if self.db.writing(move |tx| routers::booted(tx, router, uptime, now)).await? {
            tracing::info!(router = %router, uptime_s = uptime.as_secs(), "the router has restarted");
        }
        Ok(Ok(()))
    }

    /// Counts who is online and keeps it when it is news. A router without a hotspot has nobody.
    pub(super) async fn count_guests(
        &self,
        router: RouterId,
        connection: &Connection,
    ) -> Result<Result<(), CallError>, Fault> {
        let counted = match tokio::time::timeout(GREETING, connection.call(hotspot::active_count())).await {
            Ok(Ok(reply)) => reply.count(),
            Ok(Err(CallError::Trap(_))) => None,
            Ok(Err(error)) => return Ok(Err(error)),
            Err(_) => return Ok(Err(CallError::TimedOut)),
        };
        let Some(online) = counted else { return Ok(Ok(())) };
        let guests = Guests {
            licence: self.licence(router),
            online: Some(u32::try_from(online).unwrap_or(u32::MAX)),
            counted_at: Some(self.now()),
        };
        let row = self.db.reading(move |tx| routers::router(tx, router)).await?;
        if row.is_some_and(|row| guests.is_news(&row.guests)) {
            self.db.writing(move |tx| routers::keep_guests(tx, router, &guests)).await?;
        }
        Ok(Ok(()))
    }

    /// Looks among the users that were just read for some of this shop that no row of these books knows: then the same
    /// books are used on another PC, or these are older than what was done with them.
    pub(super) async fn look_for_strays(&self, router: RouterId, users: &Users) -> Result<(), Fault> {
        if !self.is_time_for_strays(router) {
            return Ok(());
        }
        let tags = users.tags();
        let (known, strays) = self
            .db
            .reading(move |tx| {
                let row = routers::router(tx, router)?;
                Ok::<_, Fault>((row.map_or(0, |row| row.strays), vouchers::strays(tx, &tags)?))
            })
            .await?;
        if strays == known {
            return Ok(());
        }
        self.db.writing(move |tx| routers::keep_strays(tx, router, strays)).await
    }

    fn is_time_for_strays(&self, router: RouterId) -> bool {
        let now = self.now();
        let mut looked = self.looked_for_strays.lock().unwrap_or_else(PoisonError::into_inner);
        let rests = |last: &Timestamp| *last <= now && now.since(*last) < STRAYS_EVERY;
        if looked.get(&router).is_some_and(rests) {
            return false;
        }
        looked.insert(router, now);
        true
    }
}

/// What it means that a router would not say which one it is. Nothing is written to it, and it is asked again.
fn unsaid(error: &CallError) -> Outcome {
    match error {
        CallError::Trap(trap) if trap.kind() == TrapKind::NotPermitted => {
            Outcome::LaneBlocked("not_permitted")
        }
        CallError::Trap(_) | CallError::Limit => Outcome::LaneAway("refused"),
        CallError::Fatal(_) | CallError::Closed | CallError::NotSent => Outcome::LaneAway("closed"),
        CallError::TimedOut => Outcome::LaneAway("silent"),
    }
}
