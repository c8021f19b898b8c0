//! Batches: the list, the form that makes one, and a batch's own page with its progress.

mod facts;
mod make;
mod page;
mod progress;
mod steer;
mod style;

use crate::access::Access;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Query};
use crate::frame::{Frame, Nav};
use crate::icons::Icon;
use crate::routers::beside_practice;
use crate::routes::Routes;
use crate::staff::Chip;
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::plans::{self, Plan};
use karcis_core::routers::{self, Router};
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::{BatchId, PlanId, RouterId};
use karcis_core::vouchers::{self, Batch, BatchState, PAGE, Tally};
use serde::Deserialize;

pub(crate) use facts::{Fact, facts};
pub(crate) use style::{StyleFields, StyleForm, readable, score, wait, words};

const READ: Access = Access::May(Permission::new(Area::Voucher, Deed::Read));
const MAY_CREATE: Permission = Permission::new(Area::Voucher, Deed::Create);
const CREATE: Access = Access::May(MAY_CREATE);
const MAY_UPDATE: Permission = Permission::new(Area::Voucher, Deed::Update);
const UPDATE: Access = Access::May(MAY_UPDATE);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/batches", READ, list);
    routes.post("/batches", CREATE, make::make);
    routes.get("/batches/new", CREATE, make::form);
    routes.get("/batches/new/style", CREATE, style::of_plan);
    routes.get("/batches/new/meter", CREATE, style::meter);
    routes.get("/batches/{id}", READ, page::page);
    routes.get("/batches/{id}/progress", READ, page::progress);
    routes.get("/batches/{id}/vouchers", READ, page::vouchers_part);
    routes.get("/batches/{id}/cancel", UPDATE, steer::ask);
    routes.post("/batches/{id}/cancel", UPDATE, steer::cancel);
    routes.post("/batches/{id}/pause", UPDATE, steer::pause);
    routes.post("/batches/{id}/resume", UPDATE, steer::resume);
    routes.post("/batches/{id}/purpose", UPDATE, steer::set_purpose);
}

/// The id in an address; one that cannot be read names nothing.
pub(crate) fn known(id: &str) -> Result<BatchId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// A refusal as it stands beside a field: the code people read to support, then the sentence.
pub(crate) fn beside(refusal: &Refusal, t: &Texts) -> String {
    format!("{} {}", refusal.code(), refusal.sentence(t))
}

/// Where a batch stands, as icon and word.
fn chip(state: BatchState, t: &Texts) -> Chip {
    match state {
        BatchState::Running => Chip { tone: "wait", icon: Icon::HourglassSplit, word: t.batches.running },
        BatchState::Paused => Chip { tone: "mute", icon: Icon::PauseFill, word: t.batches.paused },
        BatchState::Cancelled => Chip { tone: "bad", icon: Icon::XLg, word: t.batches.cancelled },
        BatchState::Ready => Chip { tone: "ok", icon: Icon::Check2, word: t.batches.ready },
    }
}

#[derive(Debug, Default, Deserialize)]
struct ListQuery {
    #[serde(default)]
    plan: String,
    #[serde(default)]
    router: String,
    #[serde(default)]
    before: String,
}

struct BatchRow {
    address: String,
    number: i64,
    plan: String,
    router: String,
    practice: bool,
    state: Chip,
    /// For the bar: how many of how many.
    done: u32,
    of: u32,
    done_words: String,
    note: String,
    made: String,
    made_by: String,
}

#[derive(Template)]
#[template(path = "batches/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    summary: String,
    rows: Vec<BatchRow>,
    plans: Vec<Choice>,
    routers: Vec<Choice>,
    narrowed: bool,
    older: Option<String>,
    newest: bool,
    may_make: bool,
}

/// What the list is made of.
struct Shelf {
    batches: Vec<(Batch, Tally)>,
    plans: Vec<Plan>,
    routers: Vec<Router>,
    all: Tally,
    apart: Tally,
}

impl Shelf {
    fn ask(
        tx: &ReadTx<'_>,
        plan: Option<PlanId>,
        router: Option<RouterId>,
        before: Option<i64>,
    ) -> Result<Shelf, Fault> {
        let with_tally = |batch: Batch| {
            let tally = vouchers::tally(tx, batch.id)?;
            Ok((batch, tally))
        };
        let batches = vouchers::batches(tx, plan, router, before)?;
        Ok(Shelf {
            batches: batches.into_iter().map(with_tally).collect::<Result<_, Fault>>()?,
            plans: plans::plans(tx)?,
            routers: routers::routers(tx)?,
            all: vouchers::tally_of_all(tx)?,
            apart: vouchers::tally_of_practice(tx)?,
        })
    }
}

async fn list(desk: Desk, Query(query): Query<ListQuery>) -> Answer {
    let (plan, router) = (query.plan.parse().ok(), query.router.parse().ok());
    let before: Option<i64> = query.before.parse().ok();
    let shelf = desk.read(move |tx| Shelf::ask(tx, plan, router, before)).await?;
    let (t, format) = (desk.t, desk.format);
    let last = shelf.batches.last().filter(|_| shelf.batches.len() == usize::from(PAGE));
    let older = last.map(|(batch, _)| {
        format!("/batches?plan={}&router={}&before={}", id_text(plan), id_text(router), batch.number)
    });
    let summary = t.batches.summary(format.count(shelf.all.on_router), format.count(shelf.all.pending));
    let page = ListPage {
        t,
        summary: beside_practice(summary, &shelf.apart, format),
        rows: shelf.batches.iter().map(|(batch, tally)| row(batch, tally, &shelf.routers, &desk)).collect(),
        plans: plan_choices(&shelf.plans, plan, t.batches.all_plans),
        routers: router_choices(&shelf.routers, router, t.batches.all_routers),
        narrowed: plan.is_some() || router.is_some(),
        older,
        newest: before.is_none(),
        may_make: desk.may(MAY_CREATE),
        frame: desk.frame(Nav::Batches, t.batches.title).await?,
    };
    show(&page)
}

fn row(batch: &Batch, tally: &Tally, routers: &[Router], desk: &Desk) -> BatchRow {
    let (t, format) = (desk.t, desk.format);
    let router = routers.iter().find(|router| router.id == batch.router);
    BatchRow {
        address: format!("/batches/{}", batch.id),
        number: batch.number,
        plan: batch.plan_name.clone(),
        router: router.map(|router| router.name.clone()).unwrap_or_default(),
        practice: router.is_some_and(|router| router.practice),
        state: chip(batch.state, t),
        done: tally.on_router,
        of: batch.size,
        done_words: t.batches.at_router_of(format.count(tally.on_router), format.count(batch.size)),
        note: batch.note.clone(),
        made: format.moment(batch.created_at),
        made_by: batch.created_by.clone(),
    }
}

fn id_text(id: Option<impl ToString>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// The plans in use to filter by, all of them first.
pub(crate) fn plan_choices(plans: &[Plan], chosen: Option<PlanId>, all: &str) -> Vec<Choice> {
    let each = plans.iter().map(|plan| Choice::new(plan.id.to_string(), &plan.name, Some(plan.id) == chosen));
    std::iter::once(Choice::new("", all, chosen.is_none())).chain(each).collect()
}

/// The routers in use to filter by, all of them first.
pub(crate) fn router_choices(routers: &[Router], chosen: Option<RouterId>, all: &str) -> Vec<Choice> {
    let each = routers.iter().map(|it| Choice::new(it.id.to_string(), &it.name, Some(it.id) == chosen));
    std::iter::once(Choice::new("", all, chosen.is_none())).chain(each).collect()
}
