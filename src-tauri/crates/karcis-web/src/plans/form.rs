//! Making a plan and changing one.

use super::fields::{PlanFields, PlanForm, Shelf, usual_style};
use super::strength::{Gauge, live};
use super::{AUDIT, known};
use crate::answer::{Answer, again, go, show};
use crate::batches::{StyleFields, beside, readable, wait};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, Query, RequestKey};
use crate::frame::{Frame, Nav};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::plans::{self, CodeStyle, Plan, PlanError, PlanRequest};
use karcis_core::vouchers::{self, Verdict};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plans/form.html")]
struct FormPage {
    t: &'static Texts,
    frame: Frame,
    title: String,
    address: String,
    is_new: bool,
    has_router: bool,
    examples: Vec<Example>,
    fields: PlanFields,
    gauge: Gauge,
    archive_question: String,
    /// Where the plan's history stands, for those who may read it.
    history: Option<String>,
    request_key: RequestKey,
}

/// A ready plan that fills the form with one click.
struct Example {
    number: usize,
    name: &'static str,
    price: String,
}

/// Selling price, validity and its unit, online time and its unit, colour.
type Ready = (i64, (&'static str, &'static str), (&'static str, &'static str), &'static str);
const READY: [Ready; 3] = [
    (2_000, ("1", "d"), ("2", "h"), "teal"),
    (5_000, ("1", "d"), ("", "h"), "amber"),
    (25_000, ("7", "d"), ("", "h"), "blue"),
];

fn example_names(t: &Texts) -> [&'static str; 3] {
    [t.plans.example_hours, t.plans.example_day, t.plans.example_week]
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// Which of the ready plans, from 1.
    example: String,
}

pub(super) async fn blank(desk: Desk, Query(wanted): Query<Wanted>) -> Answer {
    let shelf = desk.read(Shelf::ask).await?;
    let mut form = PlanForm::blank();
    if let Some(router) = shelf.routers.first() {
        form.router = router.id.to_string();
    }
    form.counter_key = shelf.free_key();
    let number = wanted.example.parse::<usize>().unwrap_or(0);
    if let (Some(ready), Some(name)) =
        (READY.get(number.wrapping_sub(1)), example_names(desk.t).get(number.wrapping_sub(1)))
    {
        fill(&mut form, name, ready, &desk);
    }
    let fields = PlanFields::new(&form, StyleFields::of(Some(&usual_style()), desk.t), None, &shelf, desk.t);
    let key = desk.request_key();
    show(&view(&desk, None, fields, &usual_style(), &form, key).await?)
}

fn fill(form: &mut PlanForm, name: &str, ready: &Ready, desk: &Desk) {
    let (price, validity, uptime, colour) = ready;
    name.clone_into(&mut form.name);
    form.selling_price = desk.format.money(karcis_core::values::Money::rupiah(*price));
    (form.validity, form.validity_unit) = (validity.0.to_owned(), validity.1.to_owned());
    (form.uptime, form.uptime_unit) = (uptime.0.to_owned(), uptime.1.to_owned());
    (*colour).clone_into(&mut form.colour);
}

pub(super) async fn filled(desk: Desk, Path(id): Path<String>) -> Answer {
    let plan = in_use(&desk, &id).await?;
    let shelf = desk.read(Shelf::ask).await?;
    let form = PlanForm::of(&plan);
    let fields =
        PlanFields::new(&form, StyleFields::of(Some(&plan.code), desk.t), Some(plan.id), &shelf, desk.t);
    let key = desk.request_key();
    show(&view(&desk, Some(&plan), fields, &plan.code, &form, key).await?)
}

async fn in_use(desk: &Desk, id: &str) -> Result<Plan, Error> {
    let id = known(id)?;
    let plan = desk.read(move |tx| plans::plan(tx, id)).await?;
    plan.filter(|plan| !plan.archived).ok_or(Error::NotFound)
}

async fn view(
    desk: &Desk,
    plan: Option<&Plan>,
    fields: PlanFields,
    style: &CodeStyle,
    form: &PlanForm,
    request_key: RequestKey,
) -> Result<FormPage, Error> {
    let w = &desk.t.plans;
    let title = plan.map_or(w.add.to_owned(), |plan| w.edit_title(&plan.name));
    let live = live(desk, form.router.parse().ok()).await?;
    let price = |ready: &Ready| desk.format.money(karcis_core::values::Money::rupiah(ready.0));
    let examples = READY.iter().zip(example_names(desk.t)).enumerate();
    Ok(FormPage {
        t: desk.t,
        frame: desk.frame(Nav::Plans, &title).await?,
        title,
        address: plan.map_or("/plans".to_owned(), |plan| format!("/plans/{}", plan.id)),
        is_new: plan.is_none(),
        has_router: !fields.routers.is_empty(),
        examples: examples
            .map(|(at, (ready, name))| Example { number: at + 1, name, price: price(ready) })
            .collect(),
        gauge: Gauge::of(style, live, desk.format),
        archive_question: plan.map_or_else(String::new, |plan| w.archive_question(&plan.name)),
        history: plan.filter(|_| desk.may(AUDIT)).map(|plan| format!("/audit?kind=plan&id={}", plan.id)),
        fields,
        request_key,
    })
}

pub(super) async fn add(desk: Desk, Form(form): Form<PlanForm>) -> Answer {
    keep(&desk, None, &form).await
}

pub(super) async fn change(desk: Desk, Path(id): Path<String>, Form(mut form): Form<PlanForm>) -> Answer {
    let plan = in_use(&desk, &id).await?;
    // The router of a plan is for life; the form shows it and sends nothing.
    form.router = plan.router.to_string();
    keep(&desk, Some(&plan), &form).await
}

async fn keep(desk: &Desk, plan: Option<&Plan>, form: &PlanForm) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let shelf = desk.read(Shelf::ask).await?;
    let style = StyleFields::sent(&form.style, desk.t);
    let mut fields = PlanFields::new(form, style, plan.map(|plan| plan.id), &shelf, desk.t);
    if let Some(request) = fields.parse(form, desk.t)
        && strong_enough(desk, &request, &mut fields).await?
    {
        match write(desk, plan, request, key.clone()).await {
            Ok(()) => return go("/plans"),
            Err(error) => fields.refuse(error, desk.t)?,
        }
    }
    again(&view(desk, plan, fields, &readable(&form.style), form, key).await?)
}

/// A style that every batch of today would be refused for is refused here already, with the length that would do.
async fn strong_enough(desk: &Desk, request: &PlanRequest, fields: &mut PlanFields) -> Result<bool, Error> {
    if let Err(error) = request.code.checked() {
        fields.refuse(error, desk.t)?;
        return Ok(false);
    }
    let live = live(desk, Some(request.router)).await? + 1;
    let strength = vouchers::strength(&request.code, live);
    if strength.verdict != Verdict::Weak {
        return Ok(true);
    }
    let wait = wait(strength.days_per_hit, desk.format);
    let refusal = match strength.least_length {
        Some(least) => Refusal::R606 { wait, least: least.to_string() },
        None => Refusal::R607 { wait },
    };
    fields.style.length.refuse(beside(&refusal, desk.t));
    Ok(false)
}

async fn write(
    desk: &Desk,
    plan: Option<&Plan>,
    request: PlanRequest,
    key: RequestKey,
) -> Result<(), PlanError> {
    let Ok(actor) = desk.actor() else { return Err(PlanError::Unknown) };
    let (id, office, now) = (plan.map(|plan| plan.id), desk.office.clone(), desk.now());
    desk.write(move |tx| {
        match id {
            Some(id) => plans::change(tx, &actor, id, &request, now)?,
            None => plans::add(tx, &actor, &request, key.as_str(), office.rng().as_mut(), now)?,
        };
        Ok(())
    })
    .await
}
