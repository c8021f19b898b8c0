//! One's own PIN for switching people at a PC.

use super::wait;
use crate::answer::{Answer, again, go, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form};
use crate::frame::{Frame, Nav};
use crate::staff::refused;
use crate::texts::Texts;
use askama::Template;
use karcis_core::fault::Fault;
use karcis_core::staff::{self, NewPin, ParsePinError, PinState, SignInError};
use serde::Deserialize;
use zeroize::Zeroizing;

#[derive(Template)]
#[template(path = "entry/pin.html")]
struct PinPage {
    t: &'static Texts,
    frame: Frame,
    has_pin: bool,
    current: Field,
    pin: Field,
    repeated: Field,
}

#[derive(Default, Deserialize)]
pub(super) struct PinForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    repeated: String,
}

async fn view(desk: &Desk, current: Field, pin: Field, repeated: Field) -> Result<PinPage, Fault> {
    Ok(PinPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.pin.title).await?,
        has_pin: desk.visit.person().is_some_and(|person| person.pin != PinState::None),
        current,
        pin,
        repeated,
    })
}

pub(super) async fn form(desk: Desk) -> Answer {
    show(&view(&desk, Field::new("current", ""), Field::new("pin", ""), Field::new("repeated", "")).await?)
}

/// The PIN somebody wants; says beside the field what is wrong with it.
pub(crate) fn parse(field: &mut Field, text: &str, t: &Texts) -> Option<NewPin> {
    match NewPin::parse(text) {
        Ok(pin) => Some(pin),
        Err(ParsePinError::NotDigits) => {
            field.refuse(t.pin.not_digits);
            None
        }
        Err(ParsePinError::Easy) => {
            field.refuse(t.pin.easy);
            None
        }
    }
}

pub(super) async fn choose(desk: Desk, Form(form): Form<PinForm>) -> Answer {
    let (mut current, mut pin, mut repeated) =
        (Field::new("current", ""), Field::new("pin", ""), Field::new("repeated", ""));
    let chosen = parse(&mut pin, &form.pin, desk.t);
    if chosen.is_some() && form.pin != form.repeated {
        repeated.refuse(desk.t.pin.differs);
    }
    let (Some(chosen), None) = (chosen, &repeated.error) else {
        return again(&view(&desk, current, pin, repeated).await?);
    };
    let person = desk.person()?.clone();
    let (door, office, id, known) =
        (desk.door(), desk.office.clone(), person.id, Zeroizing::new(form.current));
    let confirmed =
        desk.blocking(move || staff::confirm_password(office.db(), &door, id, &known, office.now())).await?;
    match confirmed {
        Ok(()) => {}
        Err(SignInError::Wrong) => current.refuse(desk.t.switch.wrong_password),
        Err(SignInError::Wait { until }) => current.refuse(wait(&desk, until).0),
        Err(SignInError::Disabled) => return Err(Error::SignIn),
        Err(SignInError::Fault(fault)) => return Err(Error::Fault(fault)),
    }
    if current.error.is_some() {
        return again(&view(&desk, current, pin, repeated).await?);
    }
    let (office, actor) = (desk.office.clone(), person.actor());
    desk.blocking(move || {
        let hash = staff::hash_pin(&chosen, office.cost(), office.rng().as_mut());
        office.db().write(|tx| staff::set_pin(tx, &actor, id, &hash, office.now()))
    })
    .await?
    .map_err(|error| refused(error, ""))?;
    go("/me")
}

pub(super) async fn clear(desk: Desk) -> Answer {
    let (actor, id, now) = (desk.actor()?, desk.person()?.id, desk.now());
    desk.write(move |tx| staff::clear_pin(tx, &actor, id, now)).await.map_err(|error| refused(error, ""))?;
    go("/me")
}
