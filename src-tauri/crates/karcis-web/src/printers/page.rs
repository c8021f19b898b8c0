//! One printer: how it is, what it printed last, and a test page.

use super::{MAY_CHANGE, code_page_word, known, paper_word, place, qr_word};
use crate::answer::{Answer, go, show, with_toast};
use crate::batches::Fact;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::frame::{Frame, Nav};
use crate::icons::Icon;
use crate::queue::{LaneView, Outlook, printer_lane, reason};
use crate::slips::again::refusal;
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::counters::{self, CounterError};
use karcis_core::engine::PrinterWord;
use karcis_core::printers::{self, Printer};
use karcis_core::slips::{self, Slip, SlipKind, SlipRequest, SlipState};
use karcis_core::values::PrinterId;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "printers/page.html")]
struct PrinterPage {
    t: &'static Texts,
    frame: Frame,
    printer: View,
}

#[derive(Template)]
#[template(path = "printers/_printer.html")]
struct PrinterPart {
    t: &'static Texts,
    printer: View,
}

struct View {
    id: String,
    name: String,
    place: String,
    lane: LaneView,
    facts: Vec<Fact>,
    last: Option<SlipView>,
    /// Whether a slip is on its way, so that the page asks what became of it.
    awaits: bool,
    may_change: bool,
    archive_question: String,
    request_key: RequestKey,
}

struct SlipView {
    title: String,
    chip: Chip,
    at: String,
    why: Option<String>,
}

fn slip_view(slip: &Slip, desk: &Desk) -> SlipView {
    let w = &desk.t.printers;
    let (tone, icon, word) = match slip.state {
        SlipState::Queued | SlipState::Printing => ("wait", Icon::HourglassSplit, w.slip_waits),
        SlipState::Printed => ("ok", Icon::Check2, w.slip_printed),
        SlipState::Unconfirmed => ("wait", Icon::QuestionCircle, desk.t.queue.slip_unconfirmed),
        SlipState::Failed => ("bad", Icon::ExclamationOctagon, desk.t.queue.slip_failed),
        SlipState::Stale => ("wait", Icon::ClockHistory, desk.t.queue.slip_stale),
    };
    SlipView {
        title: desk.t.queue.about_slip(desk.format.count(slip.number)),
        chip: Chip { tone, icon, word },
        at: desk.format.moment(slip.requested_at),
        why: slip.reason.as_deref().map(|code| reason(code).sentence(desk.t)),
    }
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let printer = view(&desk, known(&id)?).await?;
    let frame = desk.frame(Nav::Settings, &printer.name).await?;
    show(&PrinterPage { t: desk.t, frame, printer })
}

pub(super) async fn part(desk: Desk, Path(id): Path<String>) -> Answer {
    show(&PrinterPart { t: desk.t, printer: view(&desk, known(&id)?).await? })
}

async fn view(desk: &Desk, id: PrinterId) -> Result<View, Error> {
    let outlook = Outlook::of(desk);
    let found = desk
        .read(move |tx| {
            let Some(printer) = printers::in_use(tx, id)? else { return Ok::<_, Error>(None) };
            let counters = counters::all(tx)?.into_iter().filter(|counter| counter.printer == Some(id));
            let counters: Vec<String> = counters.map(|counter| counter.name).collect();
            let lane = printer_lane(tx, &printer, outlook)?;
            Ok(Some((printer, counters, lane, slips::latest_on(tx, id)?)))
        })
        .await?;
    let (printer, counters, lane, last) = found.ok_or(Error::NotFound)?;
    Ok(View {
        id: id.to_string(),
        place: place(&printer, desk.t),
        facts: facts(&printer, &counters, desk.t),
        awaits: last
            .as_ref()
            .is_some_and(|slip| matches!(slip.state, SlipState::Queued | SlipState::Printing)),
        last: last.as_ref().map(|slip: &Slip| slip_view(slip, desk)),
        may_change: desk.may(MAY_CHANGE),
        archive_question: desk.t.printers.archive_question(&printer.name),
        request_key: desk.request_key(),
        name: printer.name,
        lane,
    })
}

fn facts(printer: &Printer, counters: &[String], t: &'static Texts) -> Vec<Fact> {
    let w = &t.printers;
    let yes = |it: bool| (if it { w.yes } else { w.no }).to_owned();
    let counters = if counters.is_empty() { w.no_counter.to_owned() } else { counters.join(", ") };
    [
        (w.counters, counters),
        (w.paper, paper_word(printer.paper).to_owned()),
        (w.code_page, code_page_word(printer.code_page).to_owned()),
        (w.qr, qr_word(printer.qr, t).to_owned()),
        (w.cuts, yes(printer.cuts)),
        (w.kicks_drawer, yes(printer.kicks_drawer)),
        (w.tells_status, yes(printer.tells_status)),
    ]
    .map(|(label, value)| Fact { label, value })
    .into_iter()
    .collect()
}

#[derive(Debug, Deserialize)]
pub(super) struct TestForm {
    #[serde(default)]
    request_key: String,
}

/// A test page is a slip like any other: it waits, is printed, and says what became of it.
pub(super) async fn test(desk: Desk, Path(id): Path<String>, Form(form): Form<TestForm>) -> Answer {
    let (id, key) = (known(&id)?, RequestKey::parse(&form.request_key)?);
    let (actor, role, now, mut rng) = (desk.actor()?, desk.person()?.role, desk.now(), desk.office.rng());
    desk.write(move |tx| {
        let asked = SlipRequest {
            kind: SlipKind::Test,
            subject: id.to_string(),
            printer: id,
            shift: None,
            kick: false,
        };
        slips::reprint(tx, &actor, role, &asked, key.as_str(), rng.as_mut(), now)
    })
    .await
    .map_err(refusal)?;
    let printer = view(&desk, id).await?;
    Ok(with_toast(show(&PrinterPart { t: desk.t, printer })?, desk.t.printers.test_sent))
}

/// Asks the printer how it is, without printing.
pub(super) async fn look(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    let printer = desk.read(move |tx| printers::in_use(tx, id)).await?;
    let printer = printer.ok_or(Error::NotFound)?;
    let seen = desk.office.engine().printer_word(&printer).await;
    let t = &desk.t.printers;
    let words = match seen {
        Ok(PrinterWord::Ready) => t.ready.to_owned(),
        Ok(PrinterWord::PaperLow) => t.paper_low.to_owned(),
        Ok(PrinterWord::Silent) => t.says_nothing.to_owned(),
        Err(code) => reason(code).sentence(desk.t),
    };
    let printer = view(&desk, id).await?;
    Ok(with_toast(show(&PrinterPart { t: desk.t, printer })?, &words))
}

pub(super) async fn archive(desk: Desk, Path(id): Path<String>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    let retired = desk.write(move |tx| counters::retire_printer(tx, &actor, id, now)).await;
    match retired {
        Ok(()) => go("/printers"),
        Err(CounterError::Fault(fault)) => Err(Error::Fault(fault)),
        Err(
            CounterError::UnknownPrinter
            | CounterError::Unknown
            | CounterError::BadName
            | CounterError::NameTaken
            | CounterError::TooMany
            | CounterError::LastOne
            | CounterError::ShiftOpen,
        ) => Err(Error::NotFound),
    }
}
