//! Who is on the staff: founding, hiring, changing, disabling.

use super::session::{self, EndedWhy, TokenHash};
use super::store::{self, Hired};
use super::{PasswordHash, Person, PersonName, Role, StaffError, Theme};
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::settings::{self, Language};
use crate::values::{StaffId, Timestamp};
use rand::CryptoRng;
use serde_json::{Value, json};

const HIRE: &str = "staff.hire";

/// Whether anybody is on the staff; false on a first start, when the wizard makes the owner.
pub fn anybody(tx: &ReadTx<'_>) -> Result<bool, Fault> {
    store::anybody(tx)
}

/// Everybody, by name.
pub fn people(tx: &ReadTx<'_>) -> Result<Vec<Person>, Fault> {
    store::people(tx)
}

/// One person.
pub fn person(tx: &ReadTx<'_>, id: StaffId) -> Result<Option<Person>, Fault> {
    store::person(tx, id)
}

/// Makes the first person, who may do everything. Refused when anybody exists, disabled or not.
pub fn found_owner(
    tx: &WriteTx<'_>,
    name: PersonName,
    hash: PasswordHash,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Person, StaffError> {
    if store::anybody(tx)? {
        return Err(StaffError::AlreadyFounded);
    }
    let id = StaffId::new(now, rng);
    store::add(tx, &Hired { id, name: &name, role: Role::SuperAdmin, hash: &hash, must_change: false }, now)?;
    let owner = known(tx, id)?;
    note(tx, &owner.actor(), "staff.found", id, &json!({ "name": owner.name }), now)?;
    Ok(owner)
}

/// Takes somebody on, with a password they change when they first sign in.
///
/// The same request key again answers the same person. Refused when the name is taken.
#[expect(clippy::too_many_arguments, reason = "a person, and who asked, when and by which request")]
pub fn hire(
    tx: &WriteTx<'_>,
    actor: &Actor,
    name: PersonName,
    role: Role,
    hash: PasswordHash,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Person, StaffError> {
    if let Some(earlier) = settings::earlier_request(tx, request_key, HIRE)? {
        return known(tx, earlier.parse().map_err(|_| Fault::new("a request to hire made no person"))?);
    }
    if store::is_taken(tx, &name)? {
        return Err(StaffError::NameTaken);
    }
    let id = StaffId::new(now, rng);
    store::add(tx, &Hired { id, name: &name, role, hash: &hash, must_change: true }, now)?;
    settings::remember_request(tx, request_key, HIRE, &id.to_string(), now)?;
    note(tx, actor, HIRE, id, &json!({ "name": name.as_str(), "role": role.as_str() }), now)?;
    known(tx, id)
}

/// Bars somebody from signing in and ends their sessions. Refused for the last active owner.
pub fn disable(tx: &WriteTx<'_>, actor: &Actor, id: StaffId, now: Timestamp) -> Result<Person, StaffError> {
    let person = known(tx, id)?;
    if person.disabled {
        return Ok(person);
    }
    spare_last_owner(tx, &person)?;
    store::set_disabled(tx, id, true, now)?;
    let ended = session::end_all(tx, id, None, EndedWhy::Disabled, now)?;
    note(tx, actor, "staff.disable", id, &json!({ "sessions_ended": ended }), now)?;
    known(tx, id)
}

/// Lets somebody sign in again.
pub fn enable(tx: &WriteTx<'_>, actor: &Actor, id: StaffId, now: Timestamp) -> Result<Person, StaffError> {
    let person = known(tx, id)?;
    if !person.disabled {
        return Ok(person);
    }
    store::set_disabled(tx, id, false, now)?;
    note(tx, actor, "staff.enable", id, &json!({}), now)?;
    known(tx, id)
}

/// Makes somebody something else, from their very next request on. Refused for the last active owner.
///
/// Sessions go on: what a session may do is read from the person at every request.
pub fn change_role(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: StaffId,
    role: Role,
    now: Timestamp,
) -> Result<Person, StaffError> {
    let person = known(tx, id)?;
    if person.role == role {
        return Ok(person);
    }
    spare_last_owner(tx, &person)?;
    store::set_role(tx, id, role, now)?;
    note(
        tx,
        actor,
        "staff.change_role",
        id,
        &json!({ "from": person.role.as_str(), "to": role.as_str() }),
        now,
    )?;
    known(tx, id)
}

/// Gives somebody a password they change when they next sign in, takes their PIN and ends their sessions.
pub fn reset_password(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: StaffId,
    hash: PasswordHash,
    now: Timestamp,
) -> Result<Person, StaffError> {
    known(tx, id)?;
    store::set_password(tx, id, &hash, true, now)?;
    store::set_pin(tx, id, None, now)?;
    let ended = session::end_all(tx, id, None, EndedWhy::PasswordReset, now)?;
    note(tx, actor, "staff.reset_password", id, &json!({ "sessions_ended": ended }), now)?;
    known(tx, id)
}

/// Changes somebody's own password and ends every session of theirs but the one they did it in.
pub fn change_own_password(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: StaffId,
    hash: PasswordHash,
    keep_session: &TokenHash,
    now: Timestamp,
) -> Result<Person, StaffError> {
    known(tx, id)?;
    store::set_password(tx, id, &hash, false, now)?;
    let ended = session::end_all(tx, id, Some(keep_session), EndedWhy::PasswordChanged, now)?;
    note(tx, actor, "staff.change_own_password", id, &json!({ "sessions_ended": ended }), now)?;
    known(tx, id)
}

/// Keeps somebody's own language and colours; the shop's and the system's when there are none.
pub fn set_preferences(
    tx: &WriteTx<'_>,
    id: StaffId,
    language: Option<Language>,
    theme: Option<Theme>,
    now: Timestamp,
) -> Result<Person, StaffError> {
    let person = known(tx, id)?;
    if (person.language, person.theme) == (language, theme) {
        return Ok(person);
    }
    store::set_preferences(tx, id, language, theme, now)?;
    let detail = json!({ "language": language.map(Language::code), "theme": theme.map(Theme::as_str) });
    note(tx, &person.actor(), "staff.set_preferences", id, &detail, now)?;
    known(tx, id)
}

pub(super) fn known(tx: &ReadTx<'_>, id: StaffId) -> Result<Person, StaffError> {
    store::person(tx, id)?.ok_or(StaffError::Unknown)
}

fn spare_last_owner(tx: &ReadTx<'_>, person: &Person) -> Result<(), StaffError> {
    let is_owner = person.role == Role::SuperAdmin && !person.disabled;
    if is_owner && !store::another_active_owner(tx, person.id)? { Err(StaffError::LastOwner) } else { Ok(()) }
}

pub(super) fn note(
    tx: &WriteTx<'_>,
    actor: &Actor,
    deed: &str,
    id: StaffId,
    detail: &Value,
    now: Timestamp,
) -> Result<(), Fault> {
    audit::record(tx, actor, deed, ("staff", &id.to_string()), detail, now)
}
