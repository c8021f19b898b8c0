//! The locked screen: after so long without a person, or at once when one walks away.

use super::roster::note;
use super::session::{Session, TokenHash};
use super::store;
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::settings;
use crate::values::Timestamp;
use serde_json::json;
use std::time::Duration;

const SETTING: &str = "shop.lock_after_min";
/// The last request of a session is known to the minute, and typing is told to us as often: a screen in use is never
/// taken for an idle one.
const LEEWAY: Duration = Duration::from_mins(1);

/// After how long without a person screens lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockAfter(Option<u16>);

impl LockAfter {
    /// What can be chosen, `never` last.
    pub const ALL: [LockAfter; 7] = [
        LockAfter(Some(2)),
        LockAfter(Some(5)),
        LockAfter(Some(10)),
        LockAfter(Some(15)),
        LockAfter(Some(30)),
        LockAfter(Some(60)),
        LockAfter(None),
    ];

    /// Whole minutes; nothing when screens never lock by themselves.
    pub const fn minutes(self) -> Option<u16> {
        self.0
    }

    /// The same as a span.
    pub fn span(self) -> Option<Duration> {
        self.0.map(|minutes| Duration::from_mins(u64::from(minutes)))
    }

    /// The text kept in rows and sent by forms: minutes, or `never`.
    pub fn as_text(self) -> String {
        self.0.map_or_else(|| "never".to_owned(), |minutes| minutes.to_string())
    }

    /// The choice with this text.
    pub fn parse(text: &str) -> Option<LockAfter> {
        LockAfter::ALL.into_iter().find(|choice| choice.as_text() == text)
    }
}

impl Default for LockAfter {
    fn default() -> LockAfter {
        LockAfter(Some(10))
    }
}

impl Session {
    /// Whether its screen shows nothing but the lock.
    pub fn is_locked(&self, after: LockAfter, now: Timestamp) -> bool {
        let idle = now.since(self.last_seen_at);
        self.locked_at.is_some() || after.span().is_some_and(|span| idle >= span + LEEWAY)
    }
}

/// After how long screens lock.
pub fn lock_after(tx: &ReadTx<'_>) -> Result<LockAfter, Fault> {
    Ok(settings::text(tx, SETTING)?.and_then(|text| LockAfter::parse(&text)).unwrap_or_default())
}

/// Sets after how long screens lock. Those that are locked stay so.
pub fn keep_lock_after(
    tx: &WriteTx<'_>,
    actor: &Actor,
    after: LockAfter,
    now: Timestamp,
) -> Result<(), Fault> {
    let before = lock_after(tx)?;
    if before == after {
        return Ok(());
    }
    for session in store::all_open_sessions(tx)? {
        if session.is_locked(before, now) {
            store::lock(tx, &session.token_hash, now)?;
        }
    }
    settings::keep(tx, SETTING, &after.as_text())?;
    let detail = json!({ "from": before.as_text(), "to": after.as_text() });
    audit::record(tx, actor, "settings.lock", ("settings", SETTING), &detail, now)
}

/// Locks the screen of a session now.
pub fn lock(tx: &WriteTx<'_>, token_hash: &TokenHash, now: Timestamp) -> Result<(), Fault> {
    locked(tx, token_hash, "person", now)
}

/// Locks the screen of a session whose page has seen nobody for long enough; answers how long it has to wait instead
/// when somebody was there at another page meanwhile.
pub fn lock_when_idle(
    tx: &WriteTx<'_>,
    token_hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Duration>, Fault> {
    let Some(session) = store::session(tx, token_hash)? else { return Ok(None) };
    let Some(span) = lock_after(tx)?.span() else { return Ok(Some(Duration::from_hours(1))) };
    match span.saturating_sub(now.since(session.last_seen_at)) {
        Duration::ZERO => locked(tx, token_hash, "idle", now).map(|()| None),
        left => Ok(Some(left)),
    }
}

fn locked(tx: &WriteTx<'_>, token_hash: &TokenHash, by: &str, now: Timestamp) -> Result<(), Fault> {
    let Some(session) = store::session(tx, token_hash)? else { return Ok(()) };
    if session.locked_at.is_some() {
        return Ok(());
    }
    store::lock(tx, token_hash, now)?;
    let (person, detail) = (&session.person, json!({ "place": session.place.as_str(), "by": by }));
    note(tx, &person.actor(), "staff.lock", person.id, &detail, now)
}
