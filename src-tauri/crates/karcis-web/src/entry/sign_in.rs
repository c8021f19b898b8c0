//! Signing in and out.

use crate::answer::{Answer, again, encoded, go, own_address, show_with};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form, Query};
use crate::frame::{Frame, Nav};
use crate::texts::{Refusal, Texts};
use crate::visit::keep_token;
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::Response;
use karcis_core::fault::Fault;
use karcis_core::staff::{self, Place, SignInError};
use karcis_core::values::Timestamp;
use serde::Deserialize;
use std::time::Duration;

#[derive(Template)]
#[template(path = "entry/sign_in.html")]
struct SignInPage {
    t: &'static Texts,
    frame: Frame,
    name: Field,
    password: Field,
    /// Names to pick from, at the shop's own window only: a browser may stand anywhere.
    names: Vec<String>,
    next: String,
    /// Seconds until the next attempt is weighed; zero when it would be at once.
    wait_s: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn form(desk: Desk, Query(query): Query<Next>) -> Answer {
    Ok(page(&desk, own_address(&query.next), StatusCode::OK).await)
}

/// The sign-in page, also in the place of a page that needs somebody signed in.
pub(crate) async fn page(desk: &Desk, next: &str, status: StatusCode) -> Response {
    let (name, password) = (Field::new("name", ""), Field::new("password", ""));
    match view(desk, name, password, next, 0).await {
        Ok(page) => show_with(status, &page),
        Err(fault) => axum::response::IntoResponse::into_response(Error::Fault(fault)),
    }
}

async fn view(
    desk: &Desk,
    name: Field,
    password: Field,
    next: &str,
    wait_s: u64,
) -> Result<SignInPage, Fault> {
    let names = match desk.office.place() {
        Place::Window => desk.read(staff::people).await?,
        Place::Browser => Vec::new(),
    };
    Ok(SignInPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.sign_in.title).await?,
        name,
        password,
        names: names.into_iter().filter(|person| !person.disabled).map(|person| person.name).collect(),
        next: own_address(next).to_owned(),
        wait_s,
    })
}

pub(super) async fn check(desk: Desk, Form(form): Form<SignInForm>) -> Answer {
    signed_in(&desk, &form.name, &form.password, &form.next).await
}

/// Signs somebody in and goes on to `next`, or says on the form why not.
pub(crate) async fn signed_in(desk: &Desk, name: &str, password: &str, next: &str) -> Answer {
    let (door, office, given, secret) =
        (desk.door(), desk.office.clone(), name.to_owned(), zeroize::Zeroizing::new(password.to_owned()));
    let answer = desk
        .blocking(move || {
            let (mut rng, now) = (office.rng(), office.now());
            staff::sign_in(office.db(), &door, &given, &secret, rng.as_mut(), now)
        })
        .await?;
    let (message, wait_s) = match answer {
        Ok(signed_in) => return enter(desk, signed_in.token.as_str(), next),
        Err(SignInError::Wrong) => (desk.t.sign_in.wrong.to_owned(), 0),
        Err(SignInError::Wait { until }) => wait(desk, until),
        Err(SignInError::Disabled) => return Err(Error::Refused(Refusal::R203)),
        Err(SignInError::Fault(fault)) => return Err(Error::Fault(fault)),
    };
    let (name, mut password) = (Field::new("name", name), Field::new("password", ""));
    password.refuse(message);
    again(&view(desk, name, password, next, wait_s).await?)
}

/// How long it is until the next try is weighed: in words, and in whole seconds.
pub(crate) fn wait(desk: &Desk, until: Timestamp) -> (String, u64) {
    let left = until.since(desk.now());
    let seconds = left.as_secs() + u64::from(left.subsec_millis() > 0);
    (desk.t.sign_in.wait(desk.format.span(Duration::from_secs(seconds))), seconds)
}

/// Goes on to `next` with this session from now on.
pub(super) fn enter(desk: &Desk, token: &str, next: &str) -> Answer {
    let next = own_address(next);
    // A first start has no key yet; afterwards nothing reaches a router before somebody brings it.
    let locked = desk.visit.stage >= crate::wizard::Stage::Router && !desk.office.keys().is_unlocked();
    let address = if locked { format!("/unlock?next={}", encoded(next)) } else { next.to_owned() };
    let mut response = go(&address)?;
    if let Some(cookie) = keep_token(&desk.office, desk.window.as_ref(), Some(token.to_owned())) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Ends one's own session.
pub(super) async fn out(desk: Desk) -> Answer {
    let session = desk.visit.any_session().ok_or(Error::SignIn)?;
    let (actor, token_hash, now) = (session.person.actor(), session.token_hash.clone(), desk.now());
    desk.write(move |tx| staff::end_session(tx, &actor, &token_hash, now)).await?;
    let mut response = go("/sign-in")?;
    if let Some(cookie) = keep_token(&desk.office, desk.window.as_ref(), None) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
