//! The form that makes a batch.

use super::beside;
use super::style::{Meter, StyleFields, StyleForm, days_words};
use crate::answer::{Answer, again, go, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form, Query, RequestKey};
use crate::format::Format;
use crate::frame::{Frame, Nav};
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::fault::Fault;
use karcis_core::plans::{self, Plan, PlanError};
use karcis_core::routers::{self, Router};
use karcis_core::values::PlanId;
use karcis_core::vouchers::{self, BatchRequest, IssueError};
use serde::Deserialize;

/// What people ask for most often: a sheet, a box of a hundred, a season.
const QUICK: [u32; 3] = [40, 100, 500];

#[derive(Template)]
#[template(path = "batches/make.html")]
struct MakePage {
    t: &'static Texts,
    frame: Frame,
    has_plans: bool,
    plans: Vec<Choice>,
    plan_error: Option<String>,
    size: Field,
    quick: Vec<(u32, String)>,
    style: StyleFields,
    meter: Meter,
    note: Field,
    shelf_life: Field,
    /// Whether the folded part has something to say.
    unfolded: bool,
    request_key: RequestKey,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    plan: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct MakeForm {
    #[serde(default)]
    plan: String,
    #[serde(default)]
    size: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    shelf_life: String,
    #[serde(default)]
    request_key: String,
    #[serde(flatten)]
    style: StyleForm,
}

/// The form's own texts and what is wrong with them; the style's fields look after themselves.
struct Draft {
    plan: Option<PlanId>,
    plan_error: Option<String>,
    size: Field,
    note: Field,
    shelf_life: Field,
    style: StyleFields,
}

impl Draft {
    fn sent(form: &MakeForm, desk: &Desk) -> Draft {
        Draft {
            plan: form.plan.parse().ok(),
            plan_error: None,
            size: Field::new("size", form.size.clone()),
            note: Field::new("note", form.note.clone()),
            shelf_life: Field::new("shelf_life", form.shelf_life.clone()),
            style: StyleFields::sent(&form.style, desk.t),
        }
    }

    /// What is asked, when every field can be read.
    fn request(&mut self, form: &MakeForm, t: &Texts) -> Option<BatchRequest> {
        if self.plan.is_none() {
            self.plan_error = Some(beside(&Refusal::R609, t));
        }
        let size = self.size.read(whole, |()| beside(&Refusal::R601, t));
        let shelf_life = self.shelf_life.read(maybe_whole, |()| beside(&Refusal::R603, t));
        let code = self.style.read(&form.style, t);
        let (plan, size, shelf_life_days, code) = (self.plan?, size?, shelf_life?, code?);
        Some(BatchRequest { plan, size, code, note: form.note.clone(), shelf_life_days })
    }

    /// Puts a refusal beside the field it is about; what concerns no field goes on as an error.
    fn refuse(&mut self, error: IssueError, format: Format) -> Result<(), Error> {
        let t = format.texts();
        let (field, refusal) = match error {
            IssueError::BadSize => (&mut self.size, Refusal::R601),
            IssueError::BadNote => (&mut self.note, Refusal::R602),
            IssueError::BadShelfLife => (&mut self.shelf_life, Refusal::R603),
            IssueError::BadStyle(error) => return self.refuse_style(error, t),
            IssueError::TooWeak { days, least_length: Some(least) } => {
                let refusal = Refusal::R606 { wait: days_words(days, format), least: least.to_string() };
                (&mut self.style.length, refusal)
            }
            IssueError::TooWeak { days, least_length: None } => {
                (&mut self.style.length, Refusal::R607 { wait: days_words(days, format) })
            }
            IssueError::TooFewCodes => (&mut self.style.length, Refusal::R608),
            IssueError::UnknownPlan => {
                self.plan_error = Some(beside(&Refusal::R609, t));
                return Ok(());
            }
            IssueError::Fault(fault) => return Err(Error::Fault(fault)),
        };
        field.refuse(beside(&refusal, t));
        Ok(())
    }

    fn refuse_style(&mut self, error: PlanError, t: &Texts) -> Result<(), Error> {
        match error {
            PlanError::BadPrefix => self.style.prefix.refuse(beside(&Refusal::R604, t)),
            PlanError::BadLength => self.style.length.refuse(beside(&Refusal::R605, t)),
            PlanError::Fault(fault) => return Err(Error::Fault(fault)),
            PlanError::BadName
            | PlanError::NameTaken
            | PlanError::BadServer
            | PlanError::BadSharedUsers
            | PlanError::LockedAndShared
            | PlanError::BadKey
            | PlanError::KeyTaken
            | PlanError::BadColour
            | PlanError::UnknownRouter
            | PlanError::Unknown => return Err(Error::Fault(Fault::new("a style refused as a plan"))),
        }
        Ok(())
    }

    async fn page(self, desk: &Desk, request_key: RequestKey) -> Result<MakePage, Error> {
        let (plans, routers) =
            desk.read(|tx| Ok::<_, Fault>((plans::plans(tx)?, routers::routers(tx)?))).await?;
        let t = desk.t;
        let meter =
            Meter::of(desk, self.plan, whole(&self.size.value).unwrap_or(0), self.style.code()).await?;
        Ok(MakePage {
            t,
            frame: desk.frame(Nav::Batches, t.batches.make_form.title).await?,
            has_plans: !plans.is_empty(),
            plans: plans.iter().map(|plan| choice(plan, &routers, self.plan, desk)).collect(),
            plan_error: self.plan_error,
            quick: QUICK.into_iter().map(|count| (count, desk.format.count(count))).collect(),
            meter,
            unfolded: self.note.error.is_some() || self.shelf_life.error.is_some() || self.style.is_wrong(),
            size: self.size,
            style: self.style,
            note: self.note,
            shelf_life: self.shelf_life,
            request_key,
        })
    }
}

fn choice(plan: &Plan, routers: &[Router], chosen: Option<PlanId>, desk: &Desk) -> Choice {
    let router =
        routers.iter().find(|router| router.id == plan.router).map_or("", |router| router.name.as_str());
    let label = desk.t.batches.make_form.plan_of(&plan.name, desk.format.money(plan.selling_price), router);
    Choice::new(plan.id.to_string(), label, chosen == Some(plan.id))
}

/// A whole number as people type it: `1000`, `1.000`, `1,000`.
pub(super) fn whole(text: &str) -> Result<u32, ()> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, '.' | ',' | ' ')).collect();
    digits.parse().map_err(|_| ())
}

fn maybe_whole(text: &str) -> Result<Option<u32>, ()> {
    if text.trim().is_empty() { Ok(None) } else { whole(text).map(Some) }
}

pub(super) async fn form(desk: Desk, Query(wanted): Query<Wanted>) -> Answer {
    let plans = desk.read(plans::plans).await?;
    let wanted: Option<PlanId> = wanted.plan.parse().ok();
    let plan = plans.iter().find(|plan| Some(plan.id) == wanted).or(plans.first());
    let draft = Draft {
        plan: plan.map(|plan| plan.id),
        plan_error: None,
        size: Field::new("size", QUICK[0].to_string()),
        note: Field::new("note", ""),
        shelf_life: Field::new("shelf_life", ""),
        style: StyleFields::of(plan.map(|plan| &plan.code), desk.t),
    };
    let key = desk.request_key();
    show(&draft.page(&desk, key).await?)
}

pub(super) async fn make(desk: Desk, Form(form): Form<MakeForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let mut draft = Draft::sent(&form, &desk);
    let Some(request) = draft.request(&form, desk.t) else {
        return again(&draft.page(&desk, key).await?);
    };
    let (actor, now, office, deed) = (desk.actor()?, desk.now(), desk.office.clone(), key.clone());
    let made = desk
        .write(move |tx| {
            vouchers::issue_batch(tx, &actor, &request, deed.as_str(), office.rng().as_mut(), now)
        })
        .await;
    match made {
        Ok(batch) => go(&format!("/batches/{}", batch.id)),
        Err(error) => {
            draft.refuse(error, desk.format)?;
            again(&draft.page(&desk, key).await?)
        }
    }
}
