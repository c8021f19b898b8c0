//! One shift's page, as long as the books last.

use super::moves::MoveLine;
use super::report::{self, ReportView};
use super::{chip, known};
use crate::answer::{Answer, show};
use crate::batches::Fact;
use crate::desk::Desk;
use crate::error::Error;
use crate::frame::{Frame, Nav};
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::shifts::{self, Count, Shift, ShiftState};

#[derive(Template)]
#[template(path = "shift/one.html")]
struct OnePage {
    t: &'static Texts,
    frame: Frame,
    title: String,
    lead: String,
    state: Chip,
    facts: Vec<Fact>,
    audit_head: Option<String>,
    counts: Vec<CountView>,
    /// Missing until the drawer was counted: a count is blind.
    report: Option<ReportView>,
    moves: Vec<MoveLine>,
}

/// One count of the drawer.
struct CountView {
    title: String,
    lines: Vec<(String, String)>,
}

fn count_view(count: &Count, desk: &Desk) -> CountView {
    let (t, format) = (&desk.t.shift, desk.format);
    let found = count.pieces.iter().filter(|(_, pieces)| *pieces > 0);
    CountView {
        title: t.count_of(count.attempt, format.money(count.total())),
        lines: found
            .map(|(denomination, pieces)| {
                let sum = denomination.value().times(*pieces).unwrap_or_default();
                (t.pieces_of(format.count(*pieces), denomination), format.money(sum))
            })
            .collect(),
    }
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    let found = desk
        .read(move |tx| {
            let Some(shift) = shifts::shift(tx, id)? else { return Ok::<_, Fault>(None) };
            Ok(Some((shift, shifts::counts(tx, id)?, shifts::moves(tx, id)?)))
        })
        .await?;
    let (shift, counts, moves) = found.ok_or(Error::NotFound)?;
    let title = desk.t.shift.title_of(shift.number);
    let blind = shift.state == ShiftState::Open;
    show(&OnePage {
        t: desk.t,
        frame: desk.frame(Nav::Shift, &title).await?,
        title,
        lead: lead(&shift, &desk),
        state: chip(&shift, desk.now(), desk.t),
        facts: facts(&shift, &desk),
        audit_head: shift.closing.as_ref().map(|closing| closing.audit_head.clone()),
        counts: counts.iter().map(|count| count_view(count, &desk)).collect(),
        report: if blind { None } else { Some(report::of(&desk, &shift).await?) },
        moves: moves.iter().map(|one| MoveLine::of(one, &desk)).collect(),
    })
}

fn lead(shift: &Shift, desk: &Desk) -> String {
    let (t, format) = (&desk.t.shift, desk.format);
    let opened = format.moment(shift.opened_at);
    match &shift.closing {
        Some(closing) => t.lead_closed(&shift.counter_name, opened, format.moment(closing.at)),
        None => t.lead_open(&shift.counter_name, &shift.opened_by, opened),
    }
}

fn facts(shift: &Shift, desk: &Desk) -> Vec<Fact> {
    let (t, format) = (&desk.t.shift, desk.format);
    let mut facts = vec![
        Fact { label: t.counter, value: shift.counter_name.clone() },
        Fact { label: t.opened_by, value: shift.opened_by.clone() },
        Fact { label: t.opened, value: format.moment(shift.opened_at) },
        Fact { label: t.opening, value: format.money(shift.opening_float) },
    ];
    let Some(closing) = &shift.closing else { return facts };
    facts.extend([
        Fact { label: t.closed_by, value: closing.by.clone() },
        Fact { label: t.closed, value: format.moment(closing.at) },
        Fact { label: t.lasts, value: format.span(closing.at.since(shift.opened_at)) },
        Fact { label: t.handed_over, value: format.money(closing.handed_over) },
    ]);
    facts.extend(closing.note.clone().map(|value| Fact { label: t.note, value }));
    facts.extend(closing.approved_by.clone().map(|value| Fact { label: t.approved_by, value }));
    facts
}
