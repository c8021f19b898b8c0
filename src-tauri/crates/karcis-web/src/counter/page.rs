//! The sell screen, the part of it that lives, and what stands in its place while nothing can be sold.

use super::find::OfferView;
use super::scene::{Scene, ShiftLine, TillView};
use super::sold::{Known, SoldView};
use crate::answer::{Answer, go, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, Query, RequestKey};
use crate::frame::{Frame, Nav};
use crate::shift::{OpenForm, counter_here, picked, since_words};
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::counters::{self, Counter};
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::sales::Receipt;
use karcis_core::shifts::{self, Shift};
use karcis_core::staff;
use karcis_core::values::{CounterId, Money};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "counter/page.html")]
struct CounterPage {
    t: &'static Texts,
    frame: Frame,
    counter_name: Option<String>,
    shift_line: ShiftLine,
    till: Option<TillView>,
    closed: Option<Closed>,
    sold: Option<SoldView>,
    arriving: Option<OfferView>,
    request_key: RequestKey,
    oob: bool,
}

/// Why nothing can be sold here, and what to do.
enum Closed {
    /// There are several counters, and none was picked.
    Choose {
        counters: Vec<CounterChoice>,
    },
    NoShift {
        open: Box<OpenForm>,
    },
    Counted,
}

struct CounterChoice {
    id: String,
    name: String,
    note: String,
}

/// Everything a sale, an undo or a change of the books changes on the screen.
#[derive(Template)]
#[template(path = "counter/_answer.html")]
pub(super) struct AnswerPart {
    t: &'static Texts,
    sold: Option<SoldView>,
    shift_line: ShiftLine,
    till: TillView,
    request_key: RequestKey,
    oob: bool,
}

/// The same without the ticket: what the books of others change.
#[derive(Template)]
#[template(path = "counter/_part.html")]
struct LivePart {
    t: &'static Texts,
    sold: Option<SoldView>,
    shift_line: ShiftLine,
    till: TillView,
    oob: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Arriving {
    /// What was kept and is to be sold now.
    reservation: String,
    /// Whether another counter is to be picked.
    pick: String,
}

enum Found {
    Several(Vec<(Counter, Option<Shift>)>),
    Here { scene: Box<Scene>, just: Option<Box<Known>>, left: Money, several: bool },
}

fn find(tx: &ReadTx<'_>, desk: &Desk, pick: bool) -> Result<Found, Fault> {
    let all = counters::all(tx)?;
    let here = counter_here(tx, picked(desk))?.filter(|_| !pick || all.len() == 1);
    let Some(counter) = here else {
        let with_shift = |counter: Counter| {
            let shift = shifts::current(tx, counter.id)?;
            Ok((counter, shift))
        };
        return Ok(Found::Several(all.into_iter().map(with_shift).collect::<Result<_, Fault>>()?));
    };
    let left = OpenForm::left(tx, &counter)?;
    let scene = Scene::ask(tx, counter, desk.now())?;
    let just = Known::just_now(tx, &scene.latest, desk)?.map(Box::new);
    Ok(Found::Here { scene: Box::new(scene), just, left, several: all.len() > 1 })
}

pub(crate) async fn page(desk: Desk, Query(asked): Query<Arriving>) -> Answer {
    let (asker, pick) = (desk.clone(), !asked.pick.is_empty());
    let found = desk.read(move |tx| find(tx, &asker, pick)).await?;
    let arriving = match asked.reservation.is_empty() {
        true => None,
        false => OfferView::of_reservation(&desk, &asked.reservation).await?,
    };
    let mut page = CounterPage {
        t: desk.t,
        frame: desk.frame(Nav::Counter, desk.t.counter.title).await?,
        counter_name: None,
        shift_line: ShiftLine { words: String::new(), forgotten: false },
        till: None,
        closed: None,
        sold: None,
        arriving,
        request_key: desk.request_key(),
        oob: false,
    };
    match found {
        Found::Several(counters) => page.closed = Some(choose(&counters, &desk)),
        Found::Here { scene, just, left, several } => {
            page.counter_name = several.then(|| scene.counter.name.clone());
            page.shift_line = ShiftLine::of(&scene, &desk);
            page.sold = just.map(|known| SoldView::of(&known, &desk)).transpose()?;
            if scene.sells() {
                page.till = Some(TillView::of(&scene, &desk));
            } else if scene.shift.is_some() {
                page.closed = Some(Closed::Counted);
            } else {
                let open = Box::new(OpenForm::of(&desk, &scene.counter, left, "/counter"));
                page.closed = Some(Closed::NoShift { open });
            }
        }
    }
    show(&page)
}

fn choose(counters: &[(Counter, Option<Shift>)], desk: &Desk) -> Closed {
    let note =
        |shift: &Shift| desk.t.counter.shift_open_there(&shift.opened_by, since_words(shift.opened_at, desk));
    let choice = |(counter, shift): &(Counter, Option<Shift>)| CounterChoice {
        id: counter.id.to_string(),
        name: counter.name.clone(),
        note: shift.as_ref().map(note).unwrap_or_default(),
    };
    Closed::Choose { counters: counters.iter().map(choice).collect() }
}

/// The counter of this session with everything that stands on its screen.
async fn scene(desk: &Desk) -> Result<Scene, Error> {
    let (here, now) = (picked(desk), desk.now());
    let found = desk
        .read(move |tx| match counter_here(tx, here)? {
            Some(counter) => Scene::ask(tx, counter, now).map(Some),
            None => Ok(None),
        })
        .await?;
    found.ok_or(Error::Refused(Refusal::R817))
}

/// The answer to a sale or an undo: the code first, and everything that changed with it.
pub(super) async fn answered(desk: &Desk, receipt: Receipt) -> Result<AnswerPart, Error> {
    let known = desk.read(move |tx| Known::of(tx, receipt)).await?;
    let scene = scene(desk).await?;
    Ok(AnswerPart {
        t: desk.t,
        sold: Some(SoldView::of(&known, desk)?),
        shift_line: ShiftLine::of(&scene, desk),
        till: TillView::of(&scene, desk),
        request_key: desk.request_key(),
        oob: true,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    /// The receipt whose code stands on the screen.
    receipt: String,
}

pub(super) async fn part(desk: Desk, Query(shown): Query<Shown>) -> Answer {
    let scene = scene(&desk).await?;
    let known = match shown.receipt.parse() {
        Ok(id) => desk.read(move |tx| Known::ask(tx, id)).await?,
        Err(_) => None,
    };
    show(&LivePart {
        t: desk.t,
        sold: known.map(|known| SoldView::of(&known, &desk)).transpose()?,
        shift_line: ShiftLine::of(&scene, &desk),
        till: TillView::of(&scene, &desk),
        oob: true,
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct PickForm {
    #[serde(default)]
    counter: String,
}

/// Picks the counter this session sells at.
pub(super) async fn pick(desk: Desk, Form(form): Form<PickForm>) -> Answer {
    let id: CounterId = form.counter.parse().map_err(|_| Error::Unreadable)?;
    let session = desk.visit.session.as_ref().ok_or(Error::SignIn)?;
    let (token, actor, now) = (session.token_hash.clone(), desk.actor()?, desk.now());
    desk.write(move |tx| {
        let counter = counters::counter(tx, id)?.filter(|counter| !counter.archived);
        let counter = counter.ok_or(Error::Refused(Refusal::R817))?;
        staff::set_session_counter(tx, &actor, &token, Some(counter.id), now)?;
        Ok::<_, Error>(())
    })
    .await?;
    go("/counter")
}
