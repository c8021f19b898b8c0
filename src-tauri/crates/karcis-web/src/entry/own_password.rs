//! Choosing one's own password; forced after somebody else has chosen it.

use crate::answer::{Answer, again, go, show_with};
use crate::desk::Desk;
use crate::entry::{passwords, wait};
use crate::error::Error;
use crate::fields::{Field, Form};
use crate::frame::{Frame, Nav};
use crate::staff::refused;
use crate::texts::Texts;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use karcis_core::fault::Fault;
use karcis_core::staff::{self, SignInError};
use serde::Deserialize;
use zeroize::Zeroizing;

#[derive(Template)]
#[template(path = "entry/own_password.html")]
struct OwnPasswordPage {
    t: &'static Texts,
    frame: Frame,
    forced: bool,
    current: Field,
    new: Field,
}

#[derive(Deserialize)]
pub(super) struct OwnPasswordForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    new: String,
}

pub(super) async fn form(desk: Desk) -> Answer {
    Ok(page(&desk, StatusCode::OK).await)
}

/// The form, also in the place of every other page while the password is not one's own.
pub(crate) async fn page(desk: &Desk, status: StatusCode) -> Response {
    match view(desk, Field::new("current", ""), Field::new("new", "")).await {
        Ok(page) => show_with(status, &page),
        Err(fault) => Error::Fault(fault).into_response(),
    }
}

async fn view(desk: &Desk, current: Field, new: Field) -> Result<OwnPasswordPage, Fault> {
    Ok(OwnPasswordPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.password.title).await?,
        forced: desk.visit.person().is_some_and(|person| person.must_change),
        current,
        new,
    })
}

pub(super) async fn change(desk: Desk, Form(form): Form<OwnPasswordForm>) -> Answer {
    let (mut current, mut new) = (Field::new("current", ""), Field::new("new", ""));
    let person = desk.person()?.clone();
    let shop = desk.visit.shop.name.clone();
    let chosen = passwords::parse(&mut new, &form.new, &[&person.name, &shop], desk.t);
    if form.new == form.current {
        new.refuse(desk.t.password.unchanged);
    }
    let (Some(chosen), None) = (chosen, &new.error) else {
        return again(&view(&desk, current, new).await?);
    };
    let (door, office, id, known) =
        (desk.door(), desk.office.clone(), person.id, Zeroizing::new(form.current));
    let confirmed =
        desk.blocking(move || staff::confirm_password(office.db(), &door, id, &known, office.now())).await?;
    match confirmed {
        Ok(()) => {}
        Err(SignInError::Wrong) => current.refuse(desk.t.password.wrong_current),
        Err(SignInError::Wait { until }) => current.refuse(wait(&desk, until).0),
        Err(SignInError::Disabled) => return Err(Error::SignIn),
        Err(SignInError::Fault(fault)) => return Err(Error::Fault(fault)),
    }
    if current.error.is_some() {
        return again(&view(&desk, current, new).await?);
    }
    let session =
        desk.visit.session.as_ref().map(|session| session.token_hash.clone()).ok_or(Error::SignIn)?;
    let (office, actor) = (desk.office.clone(), person.actor());
    desk.blocking(move || {
        let hash = staff::hash(&chosen, office.cost(), office.rng().as_mut());
        office.db().write(|tx| staff::change_own_password(tx, &actor, id, hash, &session, office.now()))
    })
    .await?
    .map_err(|error| refused(error, ""))?;
    go("/")
}
