//! The SQL of staff and sessions.

use super::guess::MOST_SOURCES;
use super::pin::{PIN_TRIES, PinState};
use super::session::{EndedWhy, Place, Session, TokenHash};
use super::{PasswordHash, Person, PersonName, Role, Theme};
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::settings::Language;
use crate::values::{CounterId, StaffId, Timestamp};

/// A person with what signing in needs.
pub(super) struct Account {
    pub(super) person: Person,
    pub(super) hash: PasswordHash,
    pub(super) pin: Option<PasswordHash>,
}

/// Somebody to be added.
pub(super) struct Hired<'a> {
    pub(super) id: StaffId,
    pub(super) name: &'a PersonName,
    pub(super) role: Role,
    pub(super) hash: &'a PasswordHash,
    pub(super) must_change: bool,
}

pub(super) fn anybody(tx: &ReadTx<'_>) -> Result<bool, Fault> {
    Ok(tx.maybe("SELECT 1 FROM staff LIMIT 1", params![], |row| row.int(0))?.is_some())
}

pub(super) fn is_taken(tx: &ReadTx<'_>, name: &PersonName) -> Result<bool, Fault> {
    let found = tx.maybe("SELECT 1 FROM staff WHERE name_key = $1", params![name.key()], |row| row.int(0))?;
    Ok(found.is_some())
}

pub(super) fn another_active_owner(tx: &ReadTx<'_>, id: StaffId) -> Result<bool, Fault> {
    let found = tx.maybe(
        "SELECT 1 FROM staff WHERE role = $1 AND disabled = 0 AND id <> $2 LIMIT 1",
        params![Role::SuperAdmin.as_str(), id],
        |row| row.int(0),
    )?;
    Ok(found.is_some())
}

pub(super) fn people(tx: &ReadTx<'_>) -> Result<Vec<Person>, Fault> {
    tx.all(
        "SELECT id, name, role, must_change, disabled, language, theme, created_at, last_sign_in_at, pin_hash,
                pin_failures
         FROM staff ORDER BY name_key",
        params![],
        read_person,
    )
}

pub(super) fn person(tx: &ReadTx<'_>, id: StaffId) -> Result<Option<Person>, Fault> {
    tx.maybe(
        "SELECT id, name, role, must_change, disabled, language, theme, created_at, last_sign_in_at, pin_hash,
                pin_failures
         FROM staff WHERE id = $1",
        params![id],
        read_person,
    )
}

pub(super) fn account(tx: &ReadTx<'_>, id: StaffId) -> Result<Option<Account>, Fault> {
    tx.maybe(
        "SELECT id, name, role, must_change, disabled, language, theme, created_at, last_sign_in_at, pin_hash,
                pin_failures, password_hash
         FROM staff WHERE id = $1",
        params![id],
        read_account,
    )
}

pub(super) fn account_named(tx: &ReadTx<'_>, name: &PersonName) -> Result<Option<Account>, Fault> {
    tx.maybe(
        "SELECT id, name, role, must_change, disabled, language, theme, created_at, last_sign_in_at, pin_hash,
                pin_failures, password_hash
         FROM staff WHERE name_key = $1",
        params![name.key()],
        read_account,
    )
}

pub(super) fn add(tx: &WriteTx<'_>, hired: &Hired<'_>, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO staff (id, name, name_key, role, password_hash, must_change, disabled, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $7)",
        params![
            hired.id,
            hired.name.as_str(),
            hired.name.key(),
            hired.role.as_str(),
            hired.hash.as_str(),
            hired.must_change,
            now
        ],
    )?;
    Ok(())
}

pub(super) fn set_disabled(
    tx: &WriteTx<'_>,
    id: StaffId,
    disabled: bool,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run("UPDATE staff SET disabled = $2, changed_at = $3 WHERE id = $1", params![id, disabled, now])?;
    forget_failures_of(tx, id)
}

pub(super) fn set_role(tx: &WriteTx<'_>, id: StaffId, role: Role, now: Timestamp) -> Result<(), Fault> {
    tx.run("UPDATE staff SET role = $2, changed_at = $3 WHERE id = $1", params![id, role.as_str(), now])?;
    Ok(())
}

pub(super) fn set_password(
    tx: &WriteTx<'_>,
    id: StaffId,
    hash: &PasswordHash,
    must_change: bool,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE staff SET password_hash = $2, must_change = $3, changed_at = $4 WHERE id = $1",
        params![id, hash.as_str(), must_change, now],
    )?;
    forget_failures_of(tx, id)
}

pub(super) fn set_hash(tx: &WriteTx<'_>, id: StaffId, hash: &PasswordHash) -> Result<(), Fault> {
    tx.run("UPDATE staff SET password_hash = $2 WHERE id = $1", params![id, hash.as_str()])?;
    Ok(())
}

pub(super) fn set_preferences(
    tx: &WriteTx<'_>,
    id: StaffId,
    language: Option<Language>,
    theme: Option<Theme>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE staff SET language = $2, theme = $3, changed_at = $4 WHERE id = $1",
        params![id, language.map(Language::code), theme.map(Theme::as_str), now],
    )?;
    Ok(())
}

/// Wrong passwords in a row from one source, and when the last one came.
pub(super) fn failures(
    tx: &ReadTx<'_>,
    id: StaffId,
    source: &str,
) -> Result<Option<(u32, Timestamp)>, Fault> {
    tx.maybe(
        "SELECT failures, last_at FROM sign_in_failures WHERE staff_id = $1 AND source = $2",
        params![id, source],
        |row| Ok((row.count(0)?, row.timestamp(1)?)),
    )
}

pub(super) fn count_failure(
    tx: &WriteTx<'_>,
    id: StaffId,
    source: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO sign_in_failures (staff_id, source, failures, last_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (staff_id, source)
         DO UPDATE SET failures = sign_in_failures.failures + 1, last_at = excluded.last_at",
        params![id, source, now],
    )?;
    tx.run(
        "DELETE FROM sign_in_failures WHERE staff_id = $1 AND source NOT IN
            (SELECT source FROM sign_in_failures WHERE staff_id = $1 ORDER BY last_at DESC, source LIMIT $2)",
        params![id, MOST_SOURCES],
    )?;
    Ok(())
}

pub(super) fn date_failure(tx: &WriteTx<'_>, id: StaffId, source: &str, at: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE sign_in_failures SET last_at = $3 WHERE staff_id = $1 AND source = $2",
        params![id, source, at],
    )?;
    Ok(())
}

pub(super) fn forget_failures_before(tx: &WriteTx<'_>, before: Timestamp) -> Result<(), Fault> {
    tx.run("DELETE FROM sign_in_failures WHERE last_at < $1", params![before])?;
    Ok(())
}

fn forget_failures_of(tx: &WriteTx<'_>, id: StaffId) -> Result<(), Fault> {
    tx.run("DELETE FROM sign_in_failures WHERE staff_id = $1", params![id])?;
    Ok(())
}

/// A password that was proven takes back what went wrong at the same place before.
pub(super) fn forgive(tx: &WriteTx<'_>, id: StaffId, source: &str) -> Result<(), Fault> {
    tx.run("DELETE FROM sign_in_failures WHERE staff_id = $1 AND source = $2", params![id, source])?;
    forgive_pin(tx, id)
}

pub(super) fn set_pin(
    tx: &WriteTx<'_>,
    id: StaffId,
    hash: Option<&PasswordHash>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE staff SET pin_hash = $2, pin_failures = 0, changed_at = $3 WHERE id = $1",
        params![id, hash.map(PasswordHash::as_str), now],
    )?;
    Ok(())
}

/// Counts a try at a PIN as wrong and answers how many there were in a row.
pub(super) fn count_pin_failure(tx: &WriteTx<'_>, id: StaffId) -> Result<u32, Fault> {
    tx.one(
        "UPDATE staff SET pin_failures = pin_failures + 1 WHERE id = $1 RETURNING pin_failures",
        params![id],
        |row| row.count(0),
    )
}

pub(super) fn forgive_pin(tx: &WriteTx<'_>, id: StaffId) -> Result<(), Fault> {
    tx.run("UPDATE staff SET pin_failures = 0 WHERE id = $1", params![id])?;
    Ok(())
}

pub(super) fn signed_in(tx: &WriteTx<'_>, id: StaffId, now: Timestamp) -> Result<(), Fault> {
    tx.run("UPDATE staff SET last_sign_in_at = $2 WHERE id = $1", params![id, now])?;
    Ok(())
}

pub(super) fn session(tx: &ReadTx<'_>, token_hash: &TokenHash) -> Result<Option<Session>, Fault> {
    tx.maybe(
        "SELECT staff.id, staff.name, staff.role, staff.must_change, staff.disabled, staff.language, staff.theme,
                staff.created_at, staff.last_sign_in_at, staff.pin_hash, staff.pin_failures, sessions.token_hash,
                sessions.place, sessions.created_at, sessions.last_seen_at, sessions.expires_at,
                sessions.counter_id, sessions.locked_at
         FROM sessions JOIN staff ON staff.id = sessions.staff_id
         WHERE sessions.token_hash = $1 AND sessions.ended_at IS NULL",
        params![token_hash.as_str()],
        read_session,
    )
}

pub(super) fn open_sessions(tx: &ReadTx<'_>, id: StaffId) -> Result<Vec<Session>, Fault> {
    tx.all(
        "SELECT staff.id, staff.name, staff.role, staff.must_change, staff.disabled, staff.language, staff.theme,
                staff.created_at, staff.last_sign_in_at, staff.pin_hash, staff.pin_failures, sessions.token_hash,
                sessions.place, sessions.created_at, sessions.last_seen_at, sessions.expires_at,
                sessions.counter_id, sessions.locked_at
         FROM sessions JOIN staff ON staff.id = sessions.staff_id
         WHERE sessions.staff_id = $1 AND sessions.ended_at IS NULL
         ORDER BY sessions.last_seen_at DESC, sessions.token_hash",
        params![id],
        read_session,
    )
}

pub(super) fn all_open_sessions(tx: &ReadTx<'_>) -> Result<Vec<Session>, Fault> {
    tx.all(
        "SELECT staff.id, staff.name, staff.role, staff.must_change, staff.disabled, staff.language, staff.theme,
                staff.created_at, staff.last_sign_in_at, staff.pin_hash, staff.pin_failures, sessions.token_hash,
                sessions.place, sessions.created_at, sessions.last_seen_at, sessions.expires_at,
                sessions.counter_id, sessions.locked_at
         FROM sessions JOIN staff ON staff.id = sessions.staff_id
         WHERE sessions.ended_at IS NULL",
        params![],
        read_session,
    )
}

pub(super) fn begin_session(
    tx: &WriteTx<'_>,
    token_hash: &TokenHash,
    id: StaffId,
    place: Place,
    counter: Option<CounterId>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO sessions (token_hash, staff_id, place, created_at, last_seen_at, expires_at, counter_id)
         VALUES ($1, $2, $3, $4, $4, $5, $6)",
        params![token_hash.as_str(), id, place.as_str(), now, now + place.longest(), counter],
    )?;
    Ok(())
}

pub(super) fn set_counter(
    tx: &WriteTx<'_>,
    token_hash: &TokenHash,
    counter: Option<CounterId>,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE sessions SET counter_id = $2 WHERE token_hash = $1",
        params![token_hash.as_str(), counter],
    )?;
    Ok(())
}

pub(super) fn touch(
    tx: &WriteTx<'_>,
    token_hash: &TokenHash,
    now: Timestamp,
    seen_until: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE sessions SET last_seen_at = $2
         WHERE token_hash = $1 AND ended_at IS NULL AND last_seen_at <= $3",
        params![token_hash.as_str(), now, seen_until],
    )?;
    Ok(())
}

pub(super) fn lock(tx: &WriteTx<'_>, token_hash: &TokenHash, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE sessions SET locked_at = $2 WHERE token_hash = $1 AND locked_at IS NULL",
        params![token_hash.as_str(), now],
    )?;
    Ok(())
}

pub(super) fn unlock(tx: &WriteTx<'_>, token_hash: &TokenHash, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE sessions SET locked_at = NULL, last_seen_at = $2 WHERE token_hash = $1",
        params![token_hash.as_str(), now],
    )?;
    Ok(())
}

pub(super) fn end(
    tx: &WriteTx<'_>,
    token_hash: &TokenHash,
    why: EndedWhy,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE sessions SET ended_at = $2, ended_why = $3 WHERE token_hash = $1 AND ended_at IS NULL",
        params![token_hash.as_str(), now, why.as_str()],
    )?;
    Ok(())
}

pub(super) fn forget_ended(tx: &WriteTx<'_>, before: Timestamp) -> Result<(), Fault> {
    tx.run("DELETE FROM sessions WHERE ended_at < $1", params![before])?;
    Ok(())
}

fn read_person(row: &Row<'_>) -> Result<Person, Fault> {
    Ok(Person {
        id: row.parsed(0)?,
        name: row.text(1)?,
        role: Role::parse(&row.text(2)?).ok_or_else(|| Fault::new("a person has an unknown role"))?,
        must_change: row.truth(3)?,
        disabled: row.truth(4)?,
        language: row.maybe_text(5)?.and_then(|code| Language::parse(&code)),
        theme: row.maybe_text(6)?.and_then(|name| Theme::parse(&name)),
        created_at: row.timestamp(7)?,
        last_sign_in_at: row.maybe_timestamp(8)?,
        pin: match (row.maybe_text(9)?, row.count(10)?) {
            (None, _) => PinState::None,
            (Some(_), failures) if failures >= PIN_TRIES => PinState::Spent,
            (Some(_), _) => PinState::Ready,
        },
    })
}

fn read_account(row: &Row<'_>) -> Result<Account, Fault> {
    let hash = PasswordHash::parse(row.text(11)?);
    Ok(Account {
        person: read_person(row)?,
        hash: hash.ok_or_else(|| Fault::new("a person has no usable password hash"))?,
        pin: row.maybe_text(9)?.and_then(PasswordHash::parse),
    })
}

fn read_session(row: &Row<'_>) -> Result<Session, Fault> {
    let place = Place::parse(&row.text(12)?);
    Ok(Session {
        person: read_person(row)?,
        token_hash: row.parsed(11)?,
        place: place.ok_or_else(|| Fault::new("a session is at an unknown place"))?,
        created_at: row.timestamp(13)?,
        last_seen_at: row.timestamp(14)?,
        expires_at: row.timestamp(15)?,
        counter: row.maybe_parsed(16)?,
        locked_at: row.maybe_timestamp(17)?,
    })
}
