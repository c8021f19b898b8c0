//! The staff: who works here, what they may do, where they are signed in.

mod hire;
mod person;

use crate::access::Access;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Choice;
use crate::frame::{Frame, Nav, role_word};
use crate::icons::Icon;
use crate::routes::Routes;
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::staff::{self, Area, Deed, Permission, Person, PinState, Place, Role, Session, StaffError};

const READ: Access = Access::May(Permission::new(Area::User, Deed::Read));
const CREATE: Access = Access::May(Permission::new(Area::User, Deed::Create));
const UPDATE: Access = Access::May(Permission::new(Area::User, Deed::Update));

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/staff", READ, list);
    routes.get("/staff/new", CREATE, hire::form);
    routes.post("/staff", CREATE, hire::hire);
    routes.get("/staff/{id}", READ, person::page);
    routes.post("/staff/{id}/role", UPDATE, person::change_role);
    routes.post("/staff/{id}/disable", UPDATE, person::disable);
    routes.post("/staff/{id}/enable", UPDATE, person::enable);
    routes.post("/staff/{id}/password", UPDATE, person::reset_password);
    routes.post("/staff/{id}/pin", UPDATE, person::set_pin);
    routes.post("/staff/{id}/pin/clear", UPDATE, person::clear_pin);
    routes.post("/staff/{id}/sessions/end", UPDATE, person::end_sessions);
    routes.post("/staff/{id}/sessions/{session}/end", UPDATE, person::end_session);
}

/// A state as icon and word; `tone` is the class that colours it.
#[derive(Debug, Clone)]
pub(crate) struct Chip {
    pub(crate) tone: &'static str,
    pub(crate) icon: Icon,
    pub(crate) word: &'static str,
}

/// Whether somebody can sign in, and with whose password.
fn state_chip(person: &Person, t: &Texts) -> Chip {
    if person.disabled {
        Chip { tone: "mute", icon: Icon::SlashCircle, word: t.staff.disabled }
    } else if person.must_change {
        Chip { tone: "wait", icon: Icon::HourglassSplit, word: t.staff.must_change }
    } else {
        Chip { tone: "ok", icon: Icon::Check2, word: t.staff.active }
    }
}

struct PersonRow {
    id: String,
    name: String,
    role: &'static str,
    state: Chip,
    last_seen: String,
    is_me: bool,
}

#[derive(Template)]
#[template(path = "staff/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    summary: String,
    rows: Vec<PersonRow>,
}

async fn list(desk: Desk) -> Answer {
    let (people, me, t) = (desk.read(staff::people).await?, desk.person()?.id, desk.t);
    let active = people.iter().filter(|person| !person.disabled).count();
    let row = |person: &Person| PersonRow {
        id: person.id.to_string(),
        name: person.name.clone(),
        role: role_word(t, person.role),
        state: state_chip(person, t),
        last_seen: person.last_sign_in_at.map_or(t.staff.never.to_owned(), |at| desk.format.moment(at)),
        is_me: person.id == me,
    };
    let page = ListPage {
        t,
        frame: desk.frame(Nav::Staff, t.staff.title).await?,
        summary: t.staff.summary(desk.format.count(people.len()), desk.format.count(active)),
        rows: people.iter().map(row).collect(),
    };
    show(&page)
}

/// How it stands with somebody's PIN, as a chip; whether there is one to take away.
pub(crate) struct PinView {
    pub(crate) state: Chip,
    pub(crate) is_there: bool,
}

impl PinView {
    pub(crate) fn of(person: &Person, t: &Texts) -> PinView {
        let (tone, icon, word) = match person.pin {
            PinState::None => ("mute", Icon::DashCircle, t.pin.none),
            PinState::Ready => ("ok", Icon::Check2, t.pin.ready),
            PinState::Spent => ("wait", Icon::Lock, t.pin.spent),
        };
        PinView { state: Chip { tone, icon, word }, is_there: person.pin != PinState::None }
    }
}

/// Where somebody is signed in.
pub(crate) struct SessionRow {
    pub(crate) id: String,
    pub(crate) place: &'static str,
    pub(crate) icon: Icon,
    pub(crate) since: String,
    pub(crate) last_seen: String,
    pub(crate) ends: String,
    pub(crate) is_this: bool,
    pub(crate) is_locked: bool,
}

impl SessionRow {
    pub(crate) fn of(session: &Session, desk: &Desk) -> SessionRow {
        let (place, icon) = match session.place {
            Place::Window => (desk.t.staff.at_window, Icon::Laptop),
            Place::Browser => (desk.t.staff.at_browser, Icon::Globe),
        };
        let own = desk.visit.session.as_ref().is_some_and(|own| own.token_hash == session.token_hash);
        SessionRow {
            id: session.token_hash.as_str().to_owned(),
            place,
            icon,
            since: desk.format.moment(session.created_at),
            last_seen: desk.format.moment(session.last_seen_at),
            ends: desk.format.moment(session.ends_at()),
            is_this: own,
            is_locked: session.is_locked(desk.visit.lock_after, desk.now()),
        }
    }
}

/// The roles to choose from, each with what it may do.
fn role_choices(chosen: Role, t: &Texts) -> Vec<Choice> {
    let label = |role: Role| format!("{}: {}", role_word(t, role), role_hint(role, t));
    Role::ALL.into_iter().rev().map(|role| Choice::new(role.as_str(), label(role), role == chosen)).collect()
}

fn role_hint(role: Role, t: &Texts) -> &'static str {
    match role {
        Role::SuperAdmin => t.roles.super_admin_may,
        Role::Admin => t.roles.admin_may,
        Role::Operator => t.roles.operator_may,
        Role::Viewer => t.roles.viewer_may,
    }
}

/// The refusals of the staff slice in words.
pub(crate) fn refused(error: StaffError, name: &str) -> Error {
    match error {
        StaffError::AlreadyFounded | StaffError::Unknown => Error::NotFound,
        StaffError::NameTaken => Error::Refused(Refusal::R201 { name: name.to_owned() }),
        StaffError::LastOwner => Error::Refused(Refusal::R202),
        StaffError::Fault(fault) => Error::Fault(fault),
    }
}
