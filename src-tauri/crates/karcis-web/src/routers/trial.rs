//! The connection test: of what is typed, before it is saved, and of a router as the books know it.

use super::checks::{Tick, ticks};
use super::form::{RouterFields, RouterForm, again_with, changeable};
use super::{in_use, known, locked, page};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Form;
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::response::Response;
use karcis_core::audit::Actor;
use karcis_core::fault::Fault;
use karcis_core::routers::{self, CheckItem, Checks, Machine, Router, Target, TargetError, as_target};
use karcis_core::values::RouterId;

/// What a test of typed values found.
#[derive(Template)]
#[template(path = "routers/_trial.html")]
struct TrialPart {
    t: &'static Texts,
    summary: &'static str,
    usable: bool,
    ticks: Vec<Tick>,
    fingerprint: Option<String>,
    /// Where and which device it was, for the form to bring along when the router is saved.
    met: Option<String>,
}

impl TrialPart {
    fn of(checks: &Checks, met: Option<String>, desk: &Desk) -> TrialPart {
        TrialPart {
            t: desk.t,
            summary: summary(checks, desk.t),
            usable: checks.usable(),
            ticks: ticks(checks, true, desk.format),
            fingerprint: checks.fingerprint.clone(),
            met,
        }
    }
}

/// The whole list in one sentence.
pub(super) fn summary(checks: &Checks, t: &Texts) -> &'static str {
    use karcis_core::routers::CheckState::Warning;
    match (checks.usable(), checks.list.iter().any(|check| check.state == Warning)) {
        (false, _) => t.checks.not_usable,
        (true, true) => t.checks.usable_with_warnings,
        (true, false) => t.checks.usable,
    }
}

pub(super) async fn typed_new(desk: Desk, Form(form): Form<RouterForm>) -> Answer {
    typed(&desk, None, &form).await
}

pub(super) async fn typed_change(desk: Desk, Path(id): Path<String>, Form(form): Form<RouterForm>) -> Answer {
    let router = changeable(&desk, known(&id)?).await?;
    typed(&desk, Some(&router), &form).await
}

async fn typed(desk: &Desk, router: Option<&Router>, form: &RouterForm) -> Answer {
    let mut fields = RouterFields::sent(form);
    let Some(request) = fields.parse(router.is_none(), form, desk.t) else {
        return whole_form(again_with(desk, router, fields, desk.request_key()).await?);
    };
    let id = router.map_or_else(|| RouterId::new(desk.now(), desk.office.rng().as_mut()), |router| router.id);
    let mut row = match desk.read(move |tx| routers::parse(tx, id, &request)).await {
        Ok(row) => row,
        Err(error) => {
            fields.refuse(error, desk.t)?;
            return whole_form(again_with(desk, router, fields, desk.request_key()).await?);
        }
    };
    if let Some(before) = router {
        let same = row.tls && row.host == before.host && row.port == before.port;
        row.pin = before.pin.clone().filter(|_| same);
    }
    let mut target = as_target(&row, &form.password)?;
    if router.is_some() && !form.says_password() {
        target.password = kept_target(desk, id).await?.password;
    }
    let known = router.and_then(|router| router.machine.clone());
    let checks = desk.office.engine().examine(&target, known).await;
    let met = checks.machine.as_ref().filter(|_| router.is_none());
    let met = met.map(|machine| met_at(&target.host, target.port, machine));
    show(&TrialPart::of(&checks, met, desk))
}

/// The test of a router as the books know it; what it finds is kept.
pub(super) async fn kept(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    desk.read(move |tx| in_use(tx, id)).await?;
    examine_and_keep(&desk, id).await?;
    page::drawn(&desk, id).await
}

pub(super) async fn examine_and_keep(desk: &Desk, id: RouterId) -> Result<(), Error> {
    let target = kept_target(desk, id).await?;
    let router = desk.read(move |tx| routers::router(tx, id)).await?;
    let practice = router.as_ref().is_some_and(|router| router.practice);
    let known = router.and_then(|router| router.machine);
    let mut checks = desk.office.engine().examine(&target, known).await;
    if practice {
        // It is inside the program: there is no network on which anybody could listen.
        checks.list.retain(|check| check.item != CheckItem::Tls);
    }
    let now = desk.now();
    Ok(desk
        .write(move |tx| {
            routers::keep_checks(tx, id, &checks, now)?;
            if let Some(machine) = &checks.machine {
                routers::meet(tx, &Actor::karcis(), id, machine, now)?;
            }
            Ok::<_, Fault>(())
        })
        .await?)
}

/// The device met at an address, as the form brings it along.
fn met_at(host: &str, port: u16, machine: &Machine) -> String {
    format!("{host} {port} {machine}")
}

/// The device that the test before met at this very address.
pub(super) fn met_before(met: &str, router: &Router) -> Option<Machine> {
    let place = format!("{} {} ", router.host.trim_matches(['[', ']']), router.port);
    met.strip_prefix(&place)?.parse().ok()
}

async fn kept_target(desk: &Desk, id: RouterId) -> Result<Target, Error> {
    let keys = desk.office.keys().clone();
    let target = desk.read(move |tx| keys.with(|key| routers::target(tx, id, key)).transpose()).await;
    match target {
        Ok(Some(Some(target))) => Ok(target),
        Ok(Some(None)) => Err(Error::NotFound),
        Ok(None) => Err(locked()),
        Err(TargetError::Sealed(_)) => Err(Error::Refused(Refusal::R111)),
        Err(TargetError::Fault(fault)) => Err(Error::Fault(fault)),
    }
}

/// The form takes the place of the form, although the button asked for the tick list.
fn whole_form(mut response: Response) -> Answer {
    let headers = response.headers_mut();
    headers.insert("hx-retarget", HeaderValue::from_static("#router-form"));
    headers.insert("hx-reselect", HeaderValue::from_static("#router-form"));
    headers.insert("hx-reswap", HeaderValue::from_static("outerHTML"));
    Ok(response)
}
