//! The shift at this counter: opening it, while it runs, and once its drawer was counted.

use super::close::Closing;
use super::moves::MoveLine;
use super::report::ReportView;
use super::{OpenForm, counter_here, picked, since_words};
use crate::answer::{Answer, again, show};
use crate::batches::Fact;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, RequestKey};
use crate::format::Format;
use crate::frame::{Frame, Nav};
use crate::texts::Texts;
use askama::Template;
use karcis_core::counters::Counter;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::reports;
use karcis_core::shifts::{self, Move, Shift, ShiftState};
use karcis_core::values::Money;

#[derive(Template)]
#[template(path = "shift/page.html")]
pub(super) struct ShiftPage {
    t: &'static Texts,
    frame: Frame,
    title: String,
    lead: String,
    forgotten: bool,
    can_sell: bool,
    body: Body,
    report: ReportView,
}

enum Body {
    /// There are several counters, and none was picked.
    Choose,
    None {
        open: OpenForm,
    },
    Open {
        running: Running,
    },
    Counted {
        closing: Box<Closing>,
    },
}

/// A shift that sells. What is in the drawer by the books is not among it: that is told after the count.
struct Running {
    facts: Vec<Fact>,
    moves: Vec<MoveLine>,
    request_key: RequestKey,
    amount: Field,
    reason: Field,
    pays_out: bool,
}

/// What the books say of this counter.
enum Found {
    NoCounter,
    NoShift(Counter, Money),
    Shift(Box<Shift>, Vec<Move>, SoFar),
}

/// How many vouchers were sold in a shift, and how many only for practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SoFar {
    /// Not those that were taken back. Their number tells nothing of the drawer's money.
    pub(crate) sold: u32,
    pub(crate) practice: u32,
}

pub(crate) fn sales_so_far(tx: &ReadTx<'_>, shift: &Shift) -> Result<SoFar, Fault> {
    let Some(report) = reports::shift_report(tx, shift.id)? else { return Ok(SoFar::default()) };
    let sold = report.sold.count.saturating_sub(report.undone.count + report.voided.count);
    Ok(SoFar { sold, practice: report.practice })
}

async fn find(desk: &Desk) -> Result<Found, Fault> {
    let here = picked(desk);
    desk.read(move |tx| {
        let Some(counter) = counter_here(tx, here)? else { return Ok(Found::NoCounter) };
        let Some(shift) = shifts::current(tx, counter.id)? else {
            let left = OpenForm::left(tx, &counter)?;
            return Ok(Found::NoShift(counter, left));
        };
        let moves = shifts::moves(tx, shift.id)?;
        let sold = sales_so_far(tx, &shift)?;
        Ok(Found::Shift(Box::new(shift), moves, sold))
    })
    .await
}

pub(super) async fn page(desk: Desk) -> Answer {
    show(&drawn(&desk, None, None).await?)
}

/// The page again with what is wrong with a move of cash or with the closing.
pub(super) async fn once_more(desk: &Desk, wrong: Wrong) -> Answer {
    match wrong {
        Wrong::Move(typed) => again(&drawn(desk, Some(typed), None).await?),
        Wrong::Closing(closing) => again(&drawn(desk, None, Some(closing)).await?),
    }
}

/// Which form of the page was not accepted.
pub(super) enum Wrong {
    Move(TypedMove),
    Closing(Box<Closing>),
}

/// A move of cash as it was typed.
pub(super) struct TypedMove {
    pub(super) amount: Field,
    pub(super) reason: Field,
    pub(super) pays_out: bool,
    pub(super) request_key: RequestKey,
}

async fn drawn(
    desk: &Desk,
    typed: Option<TypedMove>,
    closing: Option<Box<Closing>>,
) -> Result<ShiftPage, Error> {
    let (t, now) = (desk.t, desk.now());
    let page = |title: String, lead: String, body| async {
        let frame = desk.frame(Nav::Shift, &title).await?;
        let report = ReportView::default();
        Ok::<_, Error>(ShiftPage { t, frame, title, lead, forgotten: false, can_sell: false, body, report })
    };
    match find(desk).await? {
        Found::NoCounter => page(t.shift.title.to_owned(), t.shift.lead_none.to_owned(), Body::Choose).await,
        Found::NoShift(counter, left) => {
            let open = OpenForm::of(desk, &counter, left, "/shift");
            page(t.shift.title.to_owned(), t.shift.lead_none.to_owned(), Body::None { open }).await
        }
        Found::Shift(shift, moves, sold) => {
            let title = t.shift.title_of(shift.number);
            let forgotten = shift.is_forgotten(now);
            let since = since_words(shift.opened_at, desk);
            match shift.state {
                ShiftState::Open | ShiftState::Closed => {
                    let lead = t.shift.lead_open(&shift.counter_name, &shift.opened_by, &since);
                    let lead = if forgotten { t.counter.forgotten(since) } else { lead };
                    let body = Body::Open { running: running(desk, &shift, &moves, sold, typed) };
                    Ok(ShiftPage { forgotten, can_sell: true, ..page(title, lead, body).await? })
                }
                ShiftState::Counted => {
                    let lead = t.shift.lead_counted(&shift.counter_name);
                    let report = super::report::of(desk, &shift).await?;
                    let closing = match closing {
                        Some(closing) => closing,
                        None => Box::new(Closing::ask(desk, &shift).await?),
                    };
                    let body = Body::Counted { closing };
                    Ok(ShiftPage { forgotten, report, ..page(title, lead, body).await? })
                }
            }
        }
    }
}

fn sold_words(so_far: SoFar, format: Format) -> String {
    let (t, sold) = (&format.texts().shift, format.count(so_far.sold));
    if so_far.practice == 0 {
        t.sold_count(sold)
    } else {
        t.sold_and_practice(sold, format.count(so_far.practice))
    }
}

fn running(desk: &Desk, shift: &Shift, moves: &[Move], sold: SoFar, typed: Option<TypedMove>) -> Running {
    let (t, format) = (&desk.t.shift, desk.format);
    let typed = typed.unwrap_or_else(|| TypedMove {
        amount: Field::new("amount", ""),
        reason: Field::new("reason", ""),
        pays_out: true,
        request_key: desk.request_key(),
    });
    Running {
        facts: vec![
            Fact { label: t.opened, value: format.moment(shift.opened_at) },
            Fact { label: t.opened_by, value: shift.opened_by.clone() },
            Fact { label: t.lasts, value: format.span(desk.now().since(shift.opened_at)) },
            Fact { label: t.opening, value: format.money(shift.opening_float) },
            Fact { label: t.sold, value: sold_words(sold, format) },
        ],
        moves: moves.iter().rev().map(|one| MoveLine::of(one, desk)).collect(),
        request_key: typed.request_key,
        amount: typed.amount,
        reason: typed.reason,
        pays_out: typed.pays_out,
    }
}
