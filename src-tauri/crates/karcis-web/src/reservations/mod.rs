//! Vouchers kept for customers who pay later.

use crate::access::Access;
use crate::answer::{Answer, again, changed, drawn_into, show, telling_too};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form, Query, RequestKey};
use crate::frame::{Frame, Nav};
use crate::routes::Routes;
use crate::shift::{SELL, since_words};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::plans;
use karcis_core::reservations::{self, Kept, Reservation, ReserveError, ReserveRequest};
use karcis_core::routers;
use karcis_core::values::{PlanId, ReservationId};
use karcis_core::vouchers;
use serde::Deserialize;
use std::collections::HashSet;

pub(crate) fn routes(routes: &mut Routes) {
    let may = Access::May(SELL);
    routes.get("/reservations", may, page);
    routes.post("/reservations", may, keep);
    routes.get("/reservations/part", may, part);
    routes.get("/reservations/new", may, blank);
    routes.post("/reservations/{id}/release", may, release);
}

#[derive(Template)]
#[template(path = "reservations/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    lead: String,
    rows: Vec<Row>,
}

/// What every change draws anew.
#[derive(Template)]
#[template(path = "reservations/_list.html")]
struct ListPart {
    t: &'static Texts,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    customer: String,
    what: String,
    words: String,
    question: String,
    practice: bool,
}

fn row((kept, practice): &(Reservation, bool), desk: &Desk) -> Row {
    let t = &desk.t.reservations;
    let when = since_words(kept.reserved_at, desk);
    let words = match kept.note.as_str() {
        "" => t.words(when, &kept.reserved_by),
        note => t.words_noted(when, &kept.reserved_by, note),
    };
    Row {
        id: kept.id.to_string(),
        customer: kept.customer.clone(),
        what: t.what(&kept.plan_name, desk.format.money(kept.price)),
        words,
        question: t.release_question(&kept.customer),
        practice: *practice,
    }
}

/// What is kept, and which of it is for practice.
fn open(tx: &ReadTx<'_>) -> Result<Vec<(Reservation, bool)>, Fault> {
    let practice = routers::practice_id(tx)?;
    let plans: HashSet<PlanId> =
        plans::plans(tx)?.iter().filter(|plan| Some(plan.router) == practice).map(|plan| plan.id).collect();
    let kept = reservations::open(tx)?;
    Ok(kept
        .into_iter()
        .map(|kept| {
            let practice = plans.contains(&kept.plan);
            (kept, practice)
        })
        .collect())
}

async fn page(desk: Desk) -> Answer {
    let open = desk.read(open).await?;
    let t = &desk.t.reservations;
    show(&ListPage {
        t: desk.t,
        frame: desk.frame(Nav::Counter, t.title).await?,
        lead: t.lead(desk.format.count(open.len())),
        rows: open.iter().map(|kept| row(kept, &desk)).collect(),
    })
}

async fn part(desk: Desk) -> Answer {
    let open = desk.read(open).await?;
    show(&ListPart { t: desk.t, rows: open.iter().map(|kept| row(kept, &desk)).collect() })
}

/// The dialog that asks for whom.
#[derive(Template)]
#[template(path = "reservations/_new.html")]
struct Question {
    t: &'static Texts,
    title: String,
    request_key: RequestKey,
    plan: String,
    voucher: String,
    customer: Field,
    note: Field,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct KeepForm {
    request_key: String,
    plan: String,
    voucher: String,
    customer: String,
    note: String,
}

impl KeepForm {
    fn kept(&self) -> Result<Kept, Error> {
        if !self.voucher.is_empty() {
            return Ok(Kept::Voucher(self.voucher.parse().map_err(|_| Error::Unreadable)?));
        }
        Ok(Kept::Plan(self.plan.parse().map_err(|_| Error::Unreadable)?))
    }
}

fn name_of(tx: &ReadTx<'_>, kept: Kept) -> Result<Option<String>, Fault> {
    Ok(match kept {
        Kept::Plan(id) => plans::plan(tx, id)?.map(|plan| plan.name),
        Kept::Voucher(id) => vouchers::voucher(tx, id)?.map(|voucher| voucher.plan_name),
    })
}

async fn question(desk: &Desk, form: KeepForm) -> Result<Question, Error> {
    let kept = form.kept()?;
    let name = desk.read(move |tx| name_of(tx, kept)).await?.ok_or(Error::NotFound)?;
    Ok(Question {
        t: desk.t,
        title: desk.t.reservations.new_title(name),
        request_key: RequestKey::parse(&form.request_key).unwrap_or_else(|_| desk.request_key()),
        plan: form.plan,
        voucher: form.voucher,
        customer: Field::new("customer", form.customer),
        note: Field::new("note", form.note),
    })
}

async fn blank(desk: Desk, Query(form): Query<KeepForm>) -> Answer {
    show(&question(&desk, form).await?)
}

fn refused(error: ReserveError) -> Error {
    Error::Refused(match error {
        ReserveError::UnknownPlan => Refusal::R803,
        ReserveError::NotToBeHad => Refusal::R805,
        ReserveError::BadCustomer => Refusal::R831,
        ReserveError::BadNote => Refusal::R832,
        ReserveError::TooMany => Refusal::R834,
        ReserveError::Closed => Refusal::R833,
        ReserveError::BadUntil => return Error::Unreadable,
        ReserveError::Unknown => return Error::NotFound,
        ReserveError::Fault(fault) => return Error::Fault(fault),
    })
}

async fn keep(desk: Desk, Form(form): Form<KeepForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let request = ReserveRequest {
        kept: form.kept()?,
        customer: form.customer.clone(),
        note: form.note.clone(),
        until: None,
    };
    let (actor, office, now) = (desk.actor()?, desk.office.clone(), desk.now());
    let kept = desk
        .write(move |tx| {
            reservations::reserve(tx, &actor, &request, key.as_str(), office.rng().as_mut(), now)
        })
        .await;
    match kept {
        Ok(kept) => {
            let words = desk.t.reservations.kept_now(&kept.customer);
            Ok(telling_too(Response::default(), "karcis:kept", &words))
        }
        Err(error @ (ReserveError::BadCustomer | ReserveError::BadNote)) => {
            let mut question = question(&desk, form).await?;
            let field = match error {
                ReserveError::BadNote => &mut question.note,
                _ => &mut question.customer,
            };
            if let Error::Refused(refusal) = refused(error) {
                field.refuse(beside(&refusal, desk.t));
            }
            Ok(drawn_into(again(&question)?, "#dialog"))
        }
        Err(error) => Err(refused(error)),
    }
}

async fn release(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: ReservationId = id.parse().map_err(|_| Error::NotFound)?;
    let (actor, now) = (desk.actor()?, desk.now());
    desk.write(move |tx| reservations::release(tx, &actor, id, now)).await.map_err(refused)?;
    Ok(changed(desk.t.reservations.released_now))
}
