//! The counters of the shop: their names and printers, adding one, taking one out of use.

mod rules;

use crate::access::Access;
use crate::answer::{Answer, again, show, with_toast};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form, RequestKey};
use crate::frame::{Frame, Nav};
use crate::icons::Icon;
use crate::routes::Routes;
use crate::shift::APPROVE;
use crate::staff::Chip;
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::counters::{self, Counter, CounterError};
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::printers::{self, Printer};
use karcis_core::shifts;
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::{CounterId, PrinterId};
use rules::RulesView;
use serde::Deserialize;

const KEEP: Access = Access::May(APPROVE);
/// Times and what may be let off are the owner's to set.
const RULE: Permission = Permission::new(Area::System, Deed::Update);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/counters", KEEP, page);
    routes.post("/counters", KEEP, add);
    routes.post("/counters/rules", Access::May(RULE), rules::keep);
    routes.post("/counters/{id}", KEEP, change);
    routes.post("/counters/{id}/archive", KEEP, archive);
    routes.post("/counters/{id}/restore", KEEP, restore);
}

#[derive(Template)]
#[template(path = "counters/page.html")]
struct CountersPage {
    t: &'static Texts,
    frame: Frame,
    list: List,
    rules: Option<RulesView>,
}

/// The list alone, as every answer to its forms.
#[derive(Template)]
#[template(path = "counters/_list.html")]
struct ListPart {
    t: &'static Texts,
    list: List,
}

struct List {
    rows: Vec<Row>,
    archived: Vec<(String, String)>,
    name: Field,
    request_key: RequestKey,
}

struct Row {
    id: String,
    title: String,
    name: String,
    error: Option<String>,
    state: Option<Chip>,
    question: String,
    printers: Vec<Choice>,
}

/// What the books say: the counters in use with whether a shift is open, those out of use, and the printers.
type Found = (Vec<(Counter, bool)>, Vec<Counter>, Vec<Printer>);

fn find(tx: &ReadTx<'_>) -> Result<Found, Fault> {
    let with_shift = |counter: Counter| {
        let open = shifts::current(tx, counter.id)?.is_some();
        Ok((counter, open))
    };
    let in_use = counters::all(tx)?.into_iter().map(with_shift).collect::<Result<_, Fault>>()?;
    Ok((in_use, counters::archived(tx)?, printers::all(tx)?))
}

/// The list as it is, with what is wrong with the one or the other name.
async fn list(desk: &Desk, name: Field, wrong: Option<(CounterId, String, String)>) -> Result<List, Error> {
    let (in_use, archived, printers) = desk.read(find).await?;
    let t = &desk.t.counters;
    let row = |(counter, open): &(Counter, bool)| {
        let typed = wrong.as_ref().filter(|(id, _, _)| *id == counter.id);
        Row {
            id: counter.id.to_string(),
            title: counter.name.clone(),
            name: typed.map_or_else(|| counter.name.clone(), |(_, typed, _)| typed.clone()),
            error: typed.map(|(_, _, error)| error.clone()),
            state: open.then_some(Chip { tone: "ok", icon: Icon::CashStack, word: t.open_now }),
            question: t.archive_question(&counter.name),
            printers: choices(&printers, counter.printer, t.no_printer),
        }
    };
    Ok(List {
        rows: in_use.iter().map(row).collect(),
        archived: archived.into_iter().map(|counter| (counter.id.to_string(), counter.name)).collect(),
        name,
        request_key: desk.request_key(),
    })
}

/// The printers to choose from, none of them first.
fn choices(printers: &[Printer], chosen: Option<PrinterId>, none: &str) -> Vec<Choice> {
    let each = printers.iter().map(|it| Choice::new(it.id.to_string(), &it.name, Some(it.id) == chosen));
    std::iter::once(Choice::new("", none, chosen.is_none())).chain(each).collect()
}

async fn page(desk: Desk) -> Answer {
    let list = list(&desk, Field::new("name", ""), None).await?;
    let rules = match desk.may(RULE) {
        true => Some(RulesView::ask(&desk).await?),
        false => None,
    };
    let frame = desk.frame(Nav::Settings, desk.t.counters.title).await?;
    show(&CountersPage { t: desk.t, frame, list, rules })
}

async fn done(desk: &Desk, words: &str) -> Answer {
    let list = list(desk, Field::new("name", ""), None).await?;
    Ok(with_toast(show(&ListPart { t: desk.t, list })?, words))
}

fn known(id: &str) -> Result<CounterId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// A refusal about the name stands beside it; every other is a notice.
fn about_name(error: CounterError, t: &Texts) -> Result<String, Error> {
    match refused(error) {
        Error::Refused(refusal @ (Refusal::R891 | Refusal::R892)) => Ok(beside(&refusal, t)),
        other => Err(other),
    }
}

fn refused(error: CounterError) -> Error {
    Error::Refused(match error {
        CounterError::BadName => Refusal::R891,
        CounterError::NameTaken => Refusal::R892,
        CounterError::ShiftOpen => Refusal::R893,
        CounterError::LastOne => Refusal::R894,
        CounterError::TooMany => Refusal::R897,
        CounterError::UnknownPrinter => return Error::Unreadable,
        CounterError::Unknown => return Error::NotFound,
        CounterError::Fault(fault) => return Error::Fault(fault),
    })
}

#[derive(Debug, Deserialize)]
struct AddForm {
    #[serde(default)]
    request_key: String,
    #[serde(default)]
    name: String,
}

async fn add(desk: Desk, Form(form): Form<AddForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let (actor, office, now, name) = (desk.actor()?, desk.office.clone(), desk.now(), form.name.clone());
    let added = desk
        .write(move |tx| counters::add(tx, &actor, &name, key.as_str(), office.rng().as_mut(), now))
        .await;
    match added {
        Ok(_) => done(&desk, desk.t.counters.added).await,
        Err(error) => {
            let mut name = Field::new("name", form.name);
            name.refuse(about_name(error, desk.t)?);
            again(&ListPart { t: desk.t, list: list(&desk, name, None).await? })
        }
    }
}

#[derive(Debug, Deserialize)]
struct ChangeForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    printer: String,
}

async fn change(desk: Desk, Path(id): Path<String>, Form(form): Form<ChangeForm>) -> Answer {
    let (id, actor, now, name) = (known(&id)?, desk.actor()?, desk.now(), form.name.clone());
    let printer = match form.printer.as_str() {
        "" => None,
        printer => Some(printer.parse().map_err(|_| Error::Unreadable)?),
    };
    let changed = desk
        .write(move |tx| {
            counters::rename(tx, &actor, id, &name, now)?;
            counters::set_printer(tx, &actor, id, printer, now)
        })
        .await;
    match changed {
        Ok(_) => done(&desk, desk.t.common.saved).await,
        Err(error) => {
            let wrong = Some((id, form.name, about_name(error, desk.t)?));
            again(&ListPart { t: desk.t, list: list(&desk, Field::new("name", ""), wrong).await? })
        }
    }
}

async fn archive(desk: Desk, Path(id): Path<String>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    desk.write(move |tx| shifts::archive_counter(tx, &actor, id, now)).await.map_err(refused)?;
    done(&desk, desk.t.counters.archived_now).await
}

async fn restore(desk: Desk, Path(id): Path<String>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    desk.write(move |tx| counters::restore(tx, &actor, id, now)).await.map_err(refused)?;
    done(&desk, desk.t.counters.restored).await
}
