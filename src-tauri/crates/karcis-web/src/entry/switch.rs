//! Switching people on one PC: the tiles of those who have a PIN, and a password for everybody else.

use super::sign_in::enter;
use super::wait;
use crate::answer::{Answer, again, show};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form, Query};
use crate::frame::{Frame, Nav, role_word};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::http::HeaderMap;
use karcis_core::fault::Fault;
use karcis_core::staff::{self, Person, PinError, PinState, Proof, SignInError, SwitchError, Who};
use karcis_core::values::StaffId;
use serde::Deserialize;
use zeroize::Zeroizing;

/// The dialog, as the top bar asks for it.
#[derive(Template)]
#[template(path = "entry/_switch_dialog.html")]
struct Dialog {
    t: &'static Texts,
    switch: Switch,
}

/// What stands in the dialog and in the lock, drawn anew when it was refused or the other way is chosen.
#[derive(Template)]
#[template(path = "entry/_switch.html")]
struct Card {
    t: &'static Texts,
    switch: Switch,
}

#[derive(Template)]
#[template(path = "entry/switch.html")]
struct SwitchPage {
    t: &'static Texts,
    frame: Frame,
    switch: Switch,
}

struct Switch {
    /// Where it stands: `lock`, `page`, or the dialog of a page.
    at: &'static str,
    by_pin: bool,
    /// Somebody else has a PIN that counts.
    could_use_pin: bool,
    /// Those with a PIN that counts, or everybody when it goes by password.
    people: Vec<Tile>,
    who_error: Option<String>,
    pin: Field,
    password: Field,
    wait_s: u64,
}

struct Tile {
    person: Choice,
    role: &'static str,
    initial: String,
}

#[derive(Default, Deserialize)]
pub(super) struct Way {
    #[serde(default)]
    by: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    part: String,
}

#[derive(Default, Deserialize)]
pub(super) struct SwitchForm {
    #[serde(default)]
    at: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    password: String,
}

impl Switch {
    /// The choice of people, with `chosen` picked already. By password when nobody else has a PIN.
    async fn ask(desk: &Desk, at: &str, by: &str, chosen: &str) -> Result<Switch, Fault> {
        let own = desk.visit.any_session().map(|session| session.person.id);
        let people = desk.read(staff::people).await?;
        let others: Vec<Person> =
            people.into_iter().filter(|person| !person.disabled && Some(person.id) != own).collect();
        let has_pin = |person: &Person| person.pin == PinState::Ready;
        let could_use_pin = others.iter().any(has_pin);
        let by_pin = could_use_pin && by != "password";
        let shown: Vec<&Person> = others.iter().filter(|person| !by_pin || has_pin(person)).collect();
        let alone = shown.len() == 1;
        let tile = |person: &&Person| {
            let id = person.id.to_string();
            let is_chosen = alone || id == chosen;
            Tile {
                person: Choice::new(id, person.name.clone(), is_chosen),
                role: role_word(desk.t, person.role),
                initial: person
                    .name
                    .chars()
                    .next()
                    .map(|it| it.to_uppercase().to_string())
                    .unwrap_or_default(),
            }
        };
        Ok(Switch {
            at: match at {
                "lock" => "lock",
                "page" => "page",
                _ => "",
            },
            by_pin,
            could_use_pin,
            people: shown.iter().map(tile).collect(),
            who_error: None,
            pin: Field::new("pin", ""),
            password: Field::new("password", ""),
            wait_s: 0,
        })
    }

    /// What has the focus first: the choice of a person, or the secret when there is none to make.
    fn is_chosen(&self) -> bool {
        self.people.iter().any(|tile| tile.person.chosen)
    }
}

pub(super) async fn form(desk: Desk, headers: HeaderMap, Query(way): Query<Way>) -> Answer {
    if !headers.contains_key("hx-request") {
        let frame = desk.frame(Nav::None, desk.t.switch.title).await?;
        let switch = Switch::ask(&desk, "page", &way.by, "").await?;
        return show(&SwitchPage { t: desk.t, frame, switch });
    }
    let switch = Switch::ask(&desk, &way.at, &way.by, "").await?;
    if way.part.is_empty() { show(&Dialog { t: desk.t, switch }) } else { show(&Card { t: desk.t, switch }) }
}

/// Gives this screen to somebody else, who begins at their own first page.
pub(super) async fn check(desk: Desk, Form(form): Form<SwitchForm>) -> Answer {
    let by_pin = form.by == "pin";
    let Ok(id) = form.who.parse::<StaffId>() else {
        let mut switch = Switch::ask(&desk, &form.at, &form.by, "").await?;
        switch.who_error = Some(desk.t.switch.choose.to_owned());
        return again(&Card { t: desk.t, switch });
    };
    let from = desk.visit.any_session().ok_or(Error::SignIn)?.token_hash.clone();
    let (door, office) = (desk.door(), desk.office.clone());
    let secret = Zeroizing::new(if by_pin { form.pin } else { form.password });
    let answer = desk.blocking(move || {
        let proof = if by_pin { Proof::Pin(id, &secret) } else { Proof::Password(Who::Known(id), &secret) };
        staff::switch(office.db(), &door, &from, proof, office.rng().as_mut(), office.now())
    });
    let error = match answer.await? {
        Ok(switched) => return enter(&desk, switched.token.as_str(), "/"),
        Err(SwitchError::SignIn(SignInError::Fault(fault))) => return Err(Error::Fault(fault)),
        Err(SwitchError::NoSession) => return Err(Error::SignIn),
        Err(error) => error,
    };
    // A spent PIN leaves the person only their password.
    let by = if matches!(error, SwitchError::Pin(PinError::Spent)) { "password" } else { &form.by };
    let mut switch = Switch::ask(&desk, &form.at, by, &form.who).await?;
    if let SwitchError::SignIn(SignInError::Wait { until }) = &error {
        switch.wait_s = wait(&desk, *until).1;
    }
    let field = if switch.by_pin { &mut switch.pin } else { &mut switch.password };
    field.refuse(said(&desk, &error));
    again(&Card { t: desk.t, switch })
}

/// Why a PIN or a password gives no screen, beside its field.
pub(super) fn said(desk: &Desk, error: &SwitchError) -> String {
    let t = desk.t;
    match error {
        SwitchError::Pin(PinError::Wrong { left }) => t.pin.wrong(left),
        SwitchError::Pin(PinError::Spent) => beside(&Refusal::R152, t),
        SwitchError::SignIn(SignInError::Wrong) => t.switch.wrong_password.to_owned(),
        SwitchError::SignIn(SignInError::Disabled) => beside(&Refusal::R203, t),
        SwitchError::SignIn(SignInError::Wait { until }) => wait(desk, *until).0,
        SwitchError::Pin(PinError::Fault(_))
        | SwitchError::SignIn(SignInError::Fault(_))
        | SwitchError::NoSession => t.errors.fault_sentence.to_owned(),
    }
}
