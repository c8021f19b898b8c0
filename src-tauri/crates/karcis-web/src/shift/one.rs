//! One shift's page, as long as the books last.

use super::moves::MoveLine;
use super::report::{self, ReportView};
use super::{SELL, chip, counter_here, known, picked};
use crate::answer::{Answer, changed, show};
use crate::batches::Fact;
use crate::counter::{Paper, SlipRow, printing_words};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::frame::{Frame, Nav};
use crate::slips::again::refusal;
use crate::staff::Chip;
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::shifts::{self, Count, Shift, ShiftState};
use karcis_core::slips::{self, SlipError, SlipKind, SlipRequest};
use serde::Deserialize;

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
    slips: Vec<SlipRow>,
    id: String,
    request_key: RequestKey,
    may_print: bool,
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
            let printed = slips::of_subject(tx, SlipKind::Shift, &id.to_string())?;
            Ok(Some((shift, shifts::counts(tx, id)?, shifts::moves(tx, id)?, printed)))
        })
        .await?;
    let (shift, counts, moves, printed) = found.ok_or(Error::NotFound)?;
    let title = desk.t.shift.title_of(shift.number);
    let blind = shift.state == ShiftState::Open;
    show(&OnePage {
        t: desk.t,
        frame: desk.frame(Nav::Shift, &title).await?,
        id: shift.id.to_string(),
        title,
        lead: lead(&shift, &desk),
        state: chip(&shift, desk.now(), desk.t),
        facts: facts(&shift, &desk),
        audit_head: shift.closing.as_ref().map(|closing| closing.audit_head.clone()),
        counts: counts.iter().map(|count| count_view(count, &desk)).collect(),
        report: if blind { None } else { Some(report::of(&desk, &shift).await?) },
        moves: moves.iter().map(|one| MoveLine::of(one, &desk)).collect(),
        slips: printed.iter().map(|slip| SlipRow::of(slip, &desk)).collect(),
        request_key: desk.request_key(),
        may_print: shift.closing.is_some() && desk.may(SELL),
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

#[derive(Debug, Deserialize)]
pub(super) struct PrintForm {
    #[serde(default)]
    request_key: String,
}

/// The closing slip once more, at the counter of whoever asks; a copy when the first may be on paper.
pub(super) async fn print(desk: Desk, Path(id): Path<String>, Form(form): Form<PrintForm>) -> Answer {
    let (id, key) = (known(&id)?, RequestKey::parse(&form.request_key)?);
    let (person, office, now, here) = (desk.person()?, desk.office.clone(), desk.now(), picked(&desk));
    let (actor, role) = (person.actor(), person.role);
    let printed = desk
        .write(move |tx| {
            let shift = shifts::shift(tx, id)?.ok_or(SlipError::Unknown)?;
            if shift.closing.is_none() {
                return Ok(Err(Refusal::R883));
            }
            let counter = counter_here(tx, here)?.map_or(shift.counter, |counter| counter.id);
            let wanted = Paper::wanted(tx, counter, SlipKind::Shift, id.to_string(), Some(id))?;
            let Some(request) = wanted else { return Ok(Err(Refusal::R896)) };
            let request = SlipRequest { kick: false, ..request };
            slips::reprint(tx, &actor, role, &request, key.as_str(), office.rng().as_mut(), now).map(Ok)
        })
        .await
        .map_err(refusal)?;
    Ok(changed(&printing_words(&printed?, desk.t)))
}
