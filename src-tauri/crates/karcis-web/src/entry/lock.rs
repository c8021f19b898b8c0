//! The locked screen: what shows when a person walked away, and how they come back.

use super::switch::said;
use super::wait;
use crate::answer::{Answer, again, go, own_address, show, show_with, unswapped, with_event};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form, Query};
use crate::frame::{Frame, Nav, role_word};
use crate::office::Office;
use crate::texts::Texts;
use crate::visit::{Visit, WindowSession};
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use karcis_core::fault::Fault;
use karcis_core::staff::{self, PinState, Secret, Session, SignInError, SwitchError, TokenHash};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

/// The lock alone, as it lies over the page people were working on.
#[derive(Template)]
#[template(path = "entry/_lock.html")]
struct Card {
    t: &'static Texts,
    lock: Lock,
}

/// The lock in the place of a page that was asked for.
#[derive(Template)]
#[template(path = "entry/lock.html")]
struct LockPage {
    t: &'static Texts,
    frame: Frame,
    lock: Lock,
}

struct Lock {
    name: String,
    role: &'static str,
    pin: Option<Field>,
    password: Field,
    /// They have a PIN that counts, and chose to type their password.
    could_use_pin: bool,
    pin_is_spent: bool,
    next: String,
    wait_s: u64,
}

#[derive(Default, Deserialize)]
pub(super) struct Way {
    #[serde(default)]
    by: String,
    #[serde(default)]
    next: String,
}

fn own_session(desk: &Desk) -> Result<&Session, Error> {
    desk.visit.any_session().ok_or(Error::SignIn)
}

fn own_hash(desk: &Desk) -> Result<TokenHash, Error> {
    Ok(own_session(desk)?.token_hash.clone())
}

impl Lock {
    fn of(desk: &Desk, by: &str, next: &str) -> Result<Lock, Error> {
        let person = &own_session(desk)?.person;
        let has_pin = person.pin == PinState::Ready;
        let by_pin = has_pin && by != "password";
        Ok(Lock {
            name: person.name.clone(),
            role: role_word(desk.t, person.role),
            pin: by_pin.then(|| Field::new("pin", "")),
            password: Field::new("password", ""),
            could_use_pin: has_pin && !by_pin,
            pin_is_spent: person.pin == PinState::Spent,
            // Nothing to go on to where the page itself still lies beneath.
            next: if next.is_empty() { String::new() } else { own_address(next).to_owned() },
            wait_s: 0,
        })
    }
}

/// The lock: over the page, or as a page of its own.
pub(super) async fn form(desk: Desk, headers: HeaderMap, Query(way): Query<Way>) -> Answer {
    if headers.contains_key("hx-request") {
        return show(&Card { t: desk.t, lock: Lock::of(&desk, &way.by, &way.next)? });
    }
    Ok(page(&desk, own_address(&way.next), StatusCode::OK).await)
}

/// The lock in the place of every other page while the screen is locked.
pub(crate) async fn page(desk: &Desk, next: &str, status: StatusCode) -> Response {
    match view(desk, next).await {
        Ok(page) => show_with(status, &page),
        Err(error) => error.into_response(),
    }
}

async fn view(desk: &Desk, next: &str) -> Result<LockPage, Error> {
    let lock = Lock::of(desk, "", next)?;
    Ok(LockPage { t: desk.t, frame: desk.frame(Nav::None, desk.t.lock.title).await?, lock })
}

/// Locks the screen at once.
pub(super) async fn now(desk: Desk) -> Answer {
    let (token_hash, now) = (own_hash(&desk)?, desk.now());
    desk.write(move |tx| staff::lock(tx, &token_hash, now)).await?;
    Ok(unswapped(StatusCode::OK, "karcis:locked"))
}

/// Locks the screen of the window, from outside its pages. Answers whether anybody was signed in there. Blocks.
pub fn lock_window(office: &Office, window: &WindowSession) -> Result<bool, Fault> {
    let visit = Visit::of_window(office, window);
    let Some(session) = visit.any_session() else { return Ok(false) };
    office.db().write(|tx| staff::lock(tx, &session.token_hash, office.now()))?;
    Ok(true)
}

/// Locks the screen of a page that has seen nobody for long enough; tells it to wait when another page has.
pub(super) async fn when_idle(desk: Desk) -> Answer {
    let (token_hash, now) = (own_hash(&desk)?, desk.now());
    if desk.visit.locked.is_some() {
        return Ok(unswapped(StatusCode::OK, "karcis:locked"));
    }
    let left = desk.write(move |tx| staff::lock_when_idle(tx, &token_hash, now)).await?;
    Ok(match left {
        None => unswapped(StatusCode::OK, "karcis:locked"),
        Some(left) => {
            let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            with_event(
                StatusCode::NO_CONTENT.into_response(),
                &json!({ "karcis:wait": { "seconds": seconds } }),
            )
        }
    })
}

/// Somebody moves and types at a page that asks for nothing: what every request but a page's own notes.
pub(super) async fn awake(_: Desk) -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Default, Deserialize)]
pub(super) struct OpenForm {
    #[serde(default)]
    pin: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    next: String,
}

/// Opens the screen for its own person: the page beneath it again, or on to the page that was asked for.
pub(super) async fn open(desk: Desk, Form(form): Form<OpenForm>) -> Answer {
    let (door, office, token_hash) = (desk.door(), desk.office.clone(), own_hash(&desk)?);
    let by_pin = form.by == "pin";
    let secret = Zeroizing::new(if by_pin { form.pin } else { form.password });
    let answer = desk.blocking(move || {
        let secret = if by_pin { Secret::Pin(&secret) } else { Secret::Password(&secret) };
        staff::unlock(office.db(), &door, &token_hash, secret, office.now())
    });
    match answer.await? {
        Ok(()) if form.next.is_empty() => {
            let person = own_session(&desk)?.person.id.to_string();
            Ok(with_event(Body::empty().into_response(), &json!({ "karcis:unlocked": { "person": person } })))
        }
        Ok(()) => go(own_address(&form.next)),
        Err(SwitchError::SignIn(SignInError::Fault(fault))) => Err(Error::Fault(fault)),
        Err(SwitchError::NoSession) => Err(Error::SignIn),
        Err(error) => refused(&desk, error, by_pin, &form.next).await,
    }
}

/// The lock again, as the books know its person now: a PIN may just have been spent.
async fn refused(desk: &Desk, error: SwitchError, by_pin: bool, next: &str) -> Answer {
    let mut lock = Lock::of(desk, if by_pin { "pin" } else { "password" }, next)?;
    let id = own_session(desk)?.person.id;
    let spent = desk.read(move |tx| staff::person(tx, id)).await?.is_none_or(|it| it.pin != PinState::Ready);
    if spent {
        (lock.pin, lock.could_use_pin, lock.pin_is_spent) = (None, false, by_pin || lock.pin_is_spent);
    }
    let field = lock.pin.as_mut().unwrap_or(&mut lock.password);
    if let SwitchError::SignIn(SignInError::Wait { until }) = &error {
        lock.wait_s = wait(desk, *until).1;
    }
    field.refuse(said(desk, &error));
    again(&Card { t: desk.t, lock })
}
