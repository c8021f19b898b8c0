//! When a router was last switched on. One that restarted may have lost what it had not yet written to its flash.

use super::store;
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Effect, Lane, Priority};
use crate::values::{RouterId, Timestamp};
use std::time::Duration;

/// RouterOS says nowhere how long a change may wait for its flash; after this long it is there.
const UNWRITTEN: Duration = Duration::from_secs(3_600);

/// Two looks at the same boot differ by less than this: a router answers within a few seconds or not at all.
const BLUR: Duration = Duration::from_secs(10);

/// The uptime of a router that did not restart is written down at most this often.
const EVERY: Duration = Duration::from_secs(60);

/// Keeps how long a router has been running, and answers whether it has restarted since it was last asked. One that has,
/// and was written to shortly before, is owed a look back.
///
/// No audit row: it changes nothing but what we know.
pub fn booted(tx: &WriteTx<'_>, id: RouterId, uptime: Duration, now: Timestamp) -> Result<bool, Fault> {
    let at = now - uptime;
    let known = store::boot(tx, id)?;
    // An uptime that fell tells a restart whatever our own clock has done meanwhile.
    let restarted = known.is_some_and(|(before, ran)| uptime < ran || at > before + BLUR);
    let is_news = known.is_none_or(|(before, ran)| at + BLUR < before || uptime >= ran + EVERY);
    if restarted || is_news {
        store::keep_boot(tx, id, at, uptime)?;
    }
    if restarted {
        doubt(tx, id, at, now)?;
    }
    Ok(restarted)
}

/// Owes a look at everything that was written shortly before the router went down, or later.
fn doubt(tx: &WriteTx<'_>, id: RouterId, booted_at: Timestamp, now: Timestamp) -> Result<(), Fault> {
    let lane = Lane::Router(id);
    // It may have been without power all night: what counts is when it was last heard before that.
    let alive = outbox::lane(tx, &lane)?.last_ok_at.map_or(booted_at, |heard| heard.min(booted_at));
    let since = alive - UNWRITTEN;
    if outbox::carried_since(tx, &lane, since)?.is_empty() {
        return Ok(());
    }
    let since = store::unsure_since(tx, id)?.map_or(since, |before| before.min(since));
    store::keep_unsure(tx, id, Some(since))?;
    let effect = Effect::LookBack { router: id };
    if outbox::queued(tx, &effect)?.is_none() {
        outbox::push(tx, &effect, Priority::Now, None, now)?;
    }
    Ok(())
}

/// Since when writes to the router may be lost that have not been looked for.
pub(crate) fn unsure_since(tx: &ReadTx<'_>, id: RouterId) -> Result<Option<Timestamp>, Fault> {
    store::unsure_since(tx, id)
}

/// What may have been lost since then was looked for; an older doubt that came meanwhile stays.
pub(crate) fn looked_back(tx: &WriteTx<'_>, id: RouterId, since: Timestamp) -> Result<(), Fault> {
    if store::unsure_since(tx, id)? == Some(since) {
        store::keep_unsure(tx, id, None)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pretend::{Books, NOW};

    const HOUR: u64 = 3_600;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_restart_is_told_by_an_uptime_that_fell_or_by_a_later_boot() {
        // How long it ran at the first look, our clock's seconds between the looks, how long it runs at the second.
        let cases = [
            (10 * HOUR, 60, 10 * HOUR + 60, false, "it runs on"),
            (10 * HOUR, 0, 10 * HOUR, false, "asked twice at once"),
            (10 * HOUR, 66, 10 * HOUR + 60, false, "its answer took six seconds"),
            (10 * HOUR, 60, 20, true, "it was switched off and on"),
            (
                60,
                24 * HOUR,
                8 * HOUR,
                true,
                "it was off during the night and has been running for longer since",
            ),
            (10 * HOUR, 0, 5 * HOUR, true, "our clock was put back at the same time"),
        ];
        for (ran, later, runs, restarted, why) in cases {
            let mut books = Books::new();
            let id = books.add_router("Warung-1");
            let seen = |ran, now| books.db.write(|tx| booted(tx, id, seconds(ran), now)).unwrap();
            assert!(!seen(ran, NOW), "the first look tells nothing");
            assert_eq!(seen(runs, NOW + seconds(later)), restarted, "{why}");
            assert!(!seen(runs, NOW + seconds(later)), "{why}: once");
        }
    }

    #[test]
    fn a_router_that_was_not_written_to_before_its_restart_is_owed_no_look() {
        let mut books = Books::new();
        let id = books.add_router("Warung-1");
        books.db.write(|tx| booted(tx, id, seconds(HOUR), NOW)).unwrap();
        assert!(books.db.write(|tx| booted(tx, id, seconds(5), NOW + seconds(60))).unwrap());
        let owed = books.db.read(|tx| outbox::queued(tx, &Effect::LookBack { router: id })).unwrap();
        assert_eq!((owed, books.db.read(|tx| unsure_since(tx, id)).unwrap()), (None, None));
    }
}
