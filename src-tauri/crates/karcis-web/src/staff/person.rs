//! One person's page: role, password, sessions, leaving and coming back.

use super::hire::{FirstPassword, draw};
use super::{Chip, PinView, SessionRow, refused, role_choices, role_hint, state_chip};
use crate::answer::{Answer, again, show, with_toast};
use crate::desk::Desk;
use crate::entry::pin;
use crate::error::Error;
use crate::fields::{Choice, Field, Form};
use crate::frame::{Frame, Nav, role_word};
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::audit::Actor;
use karcis_core::db::WriteTx;
use karcis_core::fault::Fault;
use karcis_core::staff::{self, Person, Role, StaffError, TokenHash};
use karcis_core::values::{StaffId, Timestamp};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "staff/person.html")]
struct PersonPage {
    t: &'static Texts,
    frame: Frame,
    person: PersonView,
}

/// The part of the page that every change draws anew.
#[derive(Template)]
#[template(path = "staff/_person.html")]
struct PersonPart {
    t: &'static Texts,
    person: PersonView,
}

struct PersonView {
    id: String,
    name: String,
    role: &'static str,
    role_hint: &'static str,
    state: Chip,
    since: String,
    last_seen: String,
    is_me: bool,
    disabled: bool,
    roles: Vec<Choice>,
    pin: PinView,
    new_pin: Field,
    sessions: Vec<SessionRow>,
    disable_question: String,
    reset_question: String,
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let person = view(&desk, known(&id)?).await?;
    let frame = desk.frame(Nav::Staff, &person.name).await?;
    show(&PersonPage { t: desk.t, frame, person })
}

fn known(id: &str) -> Result<StaffId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

async fn view(desk: &Desk, id: StaffId) -> Result<PersonView, Error> {
    let now = desk.now();
    let found = desk
        .read(move |tx| {
            let Some(person) = staff::person(tx, id)? else { return Ok::<_, Fault>(None) };
            Ok(Some((person, staff::sessions(tx, id, now)?)))
        })
        .await?;
    let (person, sessions) = found.ok_or(Error::NotFound)?;
    let t = desk.t;
    Ok(PersonView {
        id: id.to_string(),
        role: role_word(t, person.role),
        role_hint: role_hint(person.role, t),
        state: state_chip(&person, t),
        since: desk.format.day(person.created_at),
        last_seen: person.last_sign_in_at.map_or(t.staff.never.to_owned(), |at| desk.format.moment(at)),
        is_me: desk.person()?.id == id,
        disabled: person.disabled,
        roles: role_choices(person.role, t),
        pin: PinView::of(&person, t),
        new_pin: Field::new("pin", ""),
        sessions: sessions.iter().map(|session| SessionRow::of(session, desk)).collect(),
        disable_question: t.staff.disable_question(&person.name),
        reset_question: t.staff.reset_question(&person.name),
        name: person.name,
    })
}

/// Carries one verb out and draws the person anew, with a word of success.
async fn changed(
    desk: Desk,
    id: &str,
    words: &'static str,
    verb: impl FnOnce(&WriteTx<'_>, &Actor, StaffId, Timestamp) -> Result<Person, StaffError> + Send + 'static,
) -> Answer {
    let (id, actor, now) = (known(id)?, desk.actor()?, desk.now());
    desk.write(move |tx| verb(tx, &actor, id, now)).await.map_err(|error| refused(error, ""))?;
    drawn(&desk, id, words).await
}

async fn drawn(desk: &Desk, id: StaffId, words: &str) -> Answer {
    let person = view(desk, id).await?;
    Ok(with_toast(show(&PersonPart { t: desk.t, person })?, words))
}

#[derive(Debug, Deserialize)]
pub(super) struct RoleForm {
    #[serde(default)]
    role: String,
}

pub(super) async fn change_role(desk: Desk, Path(id): Path<String>, Form(form): Form<RoleForm>) -> Answer {
    let role = Role::parse(&form.role).ok_or(Error::Unreadable)?;
    let words = desk.t.staff.role_changed;
    changed(desk, &id, words, move |tx, actor, id, now| staff::change_role(tx, actor, id, role, now)).await
}

pub(super) async fn disable(desk: Desk, Path(id): Path<String>) -> Answer {
    let words = desk.t.staff.disabled_now;
    changed(desk, &id, words, staff::disable).await
}

pub(super) async fn enable(desk: Desk, Path(id): Path<String>) -> Answer {
    let words = desk.t.staff.enabled_now;
    changed(desk, &id, words, staff::enable).await
}

#[derive(Default, Deserialize)]
pub(super) struct PinForm {
    #[serde(default)]
    pin: String,
}

/// Gives somebody a PIN, which they can change on their own page.
pub(super) async fn set_pin(desk: Desk, Path(id): Path<String>, Form(form): Form<PinForm>) -> Answer {
    let id = known(&id)?;
    let mut person = view(&desk, id).await?;
    let Some(chosen) = pin::parse(&mut person.new_pin, &form.pin, desk.t) else {
        return again(&PersonPart { t: desk.t, person });
    };
    let (office, actor) = (desk.office.clone(), desk.actor()?);
    desk.blocking(move || {
        let hash = staff::hash_pin(&chosen, office.cost(), office.rng().as_mut());
        office.db().write(|tx| staff::set_pin(tx, &actor, id, &hash, office.now()))
    })
    .await?
    .map_err(|error| refused(error, ""))?;
    drawn(&desk, id, desk.t.pin.was_set).await
}

pub(super) async fn clear_pin(desk: Desk, Path(id): Path<String>) -> Answer {
    let words = desk.t.pin.was_cleared;
    changed(desk, &id, words, staff::clear_pin).await
}

pub(super) async fn end_sessions(desk: Desk, Path(id): Path<String>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    desk.write(move |tx| staff::end_sessions_of(tx, &actor, id, now))
        .await
        .map_err(|error| refused(error, ""))?;
    drawn(&desk, id, desk.t.staff.sessions_ended).await
}

pub(super) async fn end_session(desk: Desk, Path((id, session)): Path<(String, String)>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    let session: TokenHash = session.parse().map_err(|_| Error::NotFound)?;
    desk.write(move |tx| {
        // Only a session of this very person: the address names both.
        let theirs = staff::sessions(tx, id, now)?.iter().any(|open| open.token_hash == session);
        if theirs { staff::end_session(tx, &actor, &session, now) } else { Ok(()) }
    })
    .await?;
    drawn(&desk, id, desk.t.staff.session_ended).await
}

/// Gives somebody a new first password and shows it once.
pub(super) async fn reset_password(desk: Desk, Path(id): Path<String>) -> Answer {
    let (id, actor, office) = (known(&id)?, desk.actor()?, desk.office.clone());
    let (person, password) = desk
        .blocking(move || {
            let mut rng = office.rng();
            let (password, new) = draw(rng.as_mut())?;
            let hash = staff::hash(&new, office.cost(), rng.as_mut());
            let person = office.db().write(|tx| {
                staff::reset_password(tx, &actor, id, hash, office.now()).map_err(|error| refused(error, ""))
            })?;
            Ok::<_, Error>((person, password))
        })
        .await??;
    show(&FirstPassword {
        t: desk.t,
        words: desk.t.staff.was_reset(&person.name),
        address: format!("/staff/{id}"),
        name: person.name,
        password: password.to_string(),
    })
}
