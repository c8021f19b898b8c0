//! Ending the session of somebody who is online: done at once or not at all, nothing waits for later.

use super::Engine;
use super::chunk::tolerant;
use super::wire::meaning;
use crate::audit::{self, Actor};
use crate::db::WriteTx;
use crate::fault::Fault;
use crate::outbox::{self, Circuit, Lane, Outcome};
use crate::values::{RouterId, Timestamp};
use crate::vouchers;
use routeros::hotspot::{Active, Cookie, active, active_remove, cookie_remove, cookies};
use routeros::{CallError, Connection, Query};
use serde_json::json;
use std::time::Duration;

/// Somebody waits at the list: a router that has not answered a step by then cannot be asked.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A connection that broke is followed by one more try.
const TRIES: u32 = 2;

/// Whose session is to end, as the list told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The name they signed in with.
    pub user: String,
    /// The device's address in the network.
    pub address: String,
    /// The device, if the router tells it.
    pub device: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The router has no such session any more, and has forgotten the device.
    Ended,
    /// It ended, and the device was let in again by itself before anybody could look.
    Back,
    /// There was no such session any more; nothing was changed.
    Gone,
    /// The router could not be asked; nothing was changed.
    Away,
    /// Our user may not do this at the router.
    NotPermitted,
    /// The router stopped answering, or answered something else, in the middle of it.
    Unsure,
}

/// The session at a router.
struct Found {
    connection: Connection,
    session: Active,
}

impl Engine {
    /// Ends a session, and forgets its device so that it is not let in again by itself. Whose user it is does not matter:
    /// users stay as they are.
    ///
    /// Who wanted it stands in the trail before the router is told, and once more if it did not come to it.
    pub async fn end_session(&self, actor: &Actor, router: RouterId, seat: &Seat) -> Result<Ended, Fault> {
        let lane = Lane::Router(router);
        let state = self.db.reading(move |tx| outbox::lane(tx, &lane)).await?;
        if state.circuit != Circuit::Closed {
            return Ok(Ended::Away);
        }
        let found = match tokio::time::timeout(ANSWER_WITHIN, self.find_session(router, seat)).await {
            Ok(found) => match found? {
                Some(Ok(Some(found))) => found,
                Some(Ok(None)) => return Ok(Ended::Gone),
                Some(Err(error)) => return Ok(before(&error)),
                None => return Ok(Ended::Away),
            },
            Err(_) => return Ok(Ended::Away),
        };
        self.tell_trail(actor, "session.end", router, seat, None).await?;
        let ended = self.carry_out(router, seat, found).await?;
        let why = match ended {
            Ended::Ended | Ended::Back => return Ok(ended),
            Ended::NotPermitted => "not_permitted",
            Ended::Gone | Ended::Away | Ended::Unsure => "unsure",
        };
        self.tell_trail(actor, "session.end_failed", router, seat, Some(why)).await?;
        Ok(ended)
    }

    /// Puts them off and reads back. A connection that broke may have carried the command: a new one is asked, and told
    /// once more if the session is still there.
    async fn carry_out(&self, router: RouterId, seat: &Seat, first: Found) -> Result<Ended, Fault> {
        let (before, mut found) = (first.session.clone(), Some(first));
        for _ in 0..TRIES {
            let put_off = self.put_off(router, seat, found.take());
            let error = match tokio::time::timeout(ANSWER_WITHIN, put_off).await {
                Ok(done) => match done? {
                    Some(Ok(left)) => return Ok(after(&before, left.as_ref())),
                    Some(Err(error)) => error,
                    None => return Ok(Ended::Unsure),
                },
                Err(_) => CallError::TimedOut,
            };
            match self.lost(router, &error).await {
                Outcome::LaneBlocked("not_permitted") => return Ok(Ended::NotPermitted),
                Outcome::LaneAway("closed") => {}
                Outcome::LaneAway(_)
                | Outcome::LaneBlocked(_)
                | Outcome::Done
                | Outcome::Held
                | Outcome::Retry(_)
                | Outcome::GiveUp(_)
                | Outcome::Unconfirmed(_) => return Ok(Ended::Unsure),
            }
        }
        Ok(Ended::Unsure)
    }

    /// One try; answers the session that is there afterwards, and nothing when the router cannot be reached.
    async fn put_off(
        &self,
        router: RouterId,
        seat: &Seat,
        found: Option<Found>,
    ) -> Result<Option<Result<Option<Active>, CallError>>, Fault> {
        let found = match found {
            Some(found) => found,
            None => match self.find_session(router, seat).await? {
                Some(Ok(Some(found))) => found,
                Some(Ok(None)) => return Ok(Some(Ok(None))),
                Some(Err(error)) => return Ok(Some(Err(error))),
                None => return Ok(None),
            },
        };
        Ok(Some(put_off(&found, seat).await))
    }

    async fn find_session(
        &self,
        router: RouterId,
        seat: &Seat,
    ) -> Result<Option<Result<Option<Found>, CallError>>, Fault> {
        let Ok(connection) = self.wire(router).await? else { return Ok(None) };
        let session = session(&connection, seat).await;
        Ok(Some(session.map(|session| session.map(|session| Found { connection, session }))))
    }

    async fn tell_trail(
        &self,
        actor: &Actor,
        deed: &'static str,
        router: RouterId,
        seat: &Seat,
        why: Option<&'static str>,
    ) -> Result<(), Fault> {
        let (actor, seat, now) = (actor.clone(), seat.clone(), self.now());
        self.db.writing(move |tx| record(tx, &actor, deed, router, &seat, why, now)).await
    }
}

/// A voucher's own history tells of it; a stranger's session belongs to the router.
fn record(
    tx: &WriteTx<'_>,
    actor: &Actor,
    deed: &str,
    router: RouterId,
    seat: &Seat,
    why: Option<&str>,
    now: Timestamp,
) -> Result<(), Fault> {
    let ours = vouchers::by_code(tx, &seat.user)?.filter(|voucher| voucher.router == router);
    let mut detail = json!({ "address": seat.address });
    if let Some(device) = &seat.device {
        detail["device"] = json!(device);
    }
    if let Some(why) = why {
        detail["why"] = json!(why);
    }
    match ours {
        Some(voucher) => audit::record(tx, actor, deed, ("voucher", &voucher.id.to_string()), &detail, now),
        None => {
            detail["user"] = json!(seat.user);
            audit::record(tx, actor, deed, ("router", &router.to_string()), &detail, now)
        }
    }
}

/// The session at this seat. The names are compared here: one that is no text cannot be asked for.
async fn session(router: &Connection, seat: &Seat) -> Result<Option<Active>, CallError> {
    let there = router.call(active().query(Query::equal("address", &seat.address))).await?;
    let mut there = there.rows.iter().map(Active::from_row);
    Ok(there.find(|row| row.user == seat.user && row.mac_address.map(|mac| mac.to_string()) == seat.device))
}

/// Forgets the device first, so that it does not come back between the two, and answers the session that is there
/// afterwards.
async fn put_off(found: &Found, seat: &Seat) -> Result<Option<Active>, CallError> {
    let (router, session) = (&found.connection, &found.session);
    let of_device = match &seat.device {
        Some(device) => Query::equal("mac-address", device),
        None => Query::equal("user", &seat.user),
    };
    let remembered = router.call(cookies().query(of_device)).await?;
    let remembered: Vec<Cookie> = remembered.rows.iter().map(Cookie::from_row).collect();
    let of_user = remembered.iter().filter(|cookie| cookie.user == session.user);
    let of_user: Vec<&str> = of_user.map(|cookie| cookie.id.as_str()).collect();
    if !of_user.is_empty() {
        tolerant(router.call(cookie_remove(&of_user)).await)?;
    }
    tolerant(router.call(active_remove(&[&session.id])).await)?;
    self::session(router, seat).await
}

/// What a failure means while nothing was changed yet.
fn before(error: &CallError) -> Ended {
    match error.trap().map(meaning) {
        Some(Outcome::LaneBlocked("not_permitted")) => Ended::NotPermitted,
        Some(_) | None => Ended::Away,
    }
}

/// What the look afterwards means: a session that is younger than the one before is another one.
fn after(before: &Active, left: Option<&Active>) -> Ended {
    match left {
        None => Ended::Ended,
        Some(left) if left.id != before.id || left.uptime < before.uptime => Ended::Back,
        Some(_) => Ended::Unsure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_is_younger_afterwards_is_another_one() {
        let row = |id: &str, seconds| Active {
            id: id.to_owned(),
            uptime: Duration::from_secs(seconds),
            ..Active::default()
        };
        let before = row("*1", 60);
        assert_eq!(after(&before, None), Ended::Ended);
        assert_eq!(after(&before, Some(&row("*1", 0))), Ended::Back);
        assert_eq!(after(&before, Some(&row("*2", 60))), Ended::Back);
        assert_eq!(after(&before, Some(&row("*1", 61))), Ended::Unsure);
    }
}
