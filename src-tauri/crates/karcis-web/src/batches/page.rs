//! A batch's page: how far it is, what it is worth, its vouchers, its prints.

use super::progress::{Progress, Step};
use super::{Fact, MAY_UPDATE, facts, known};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Query;
use crate::frame::{Frame, Nav};
use crate::prints::{Pages, PrintRow, print_rows};
use crate::texts::Texts;
use crate::vouchers::VoucherRow;
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::routers;
use karcis_core::values::BatchId;
use karcis_core::vouchers::{self, Batch, BatchState, Filter, Purpose, Tally};
use serde::Deserialize;

/// Vouchers shown here; the rest stand behind a link.
const SHOWN: usize = 10;

#[derive(Template)]
#[template(path = "batches/page.html")]
struct BatchPage {
    t: &'static Texts,
    frame: Frame,
    title: String,
    sentence: String,
    note: String,
    progress: Progress,
    facts: Vec<Fact>,
    /// What the batch can be made for instead: what to send, the word, and what is asked first.
    other_purpose: Option<(&'static str, &'static str, &'static str)>,
    rows: Vec<VoucherRow>,
    prints: Vec<PrintRow>,
    /// The sheet as it would be printed now, when there is something to print.
    pages: Option<Pages>,
    natively: bool,
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    let progress = Progress::ask(&desk, id).await?;
    let (batch, t) = (progress.known.batch.clone(), desk.t);
    let rows = rows(&desk, id).await?;
    let title = t.batches.page.title(batch.number, &batch.plan_name);
    let sentence = t.batches.page.sentence(
        desk.format.count(batch.size),
        &progress.known.router,
        desk.format.moment(batch.created_at),
        &batch.created_by,
    );
    let pages = if progress.actions.printable { Pages::as_last_printed(&desk, id).await? } else { None };
    let page = BatchPage {
        t,
        frame: desk.frame(Nav::Batches, &title).await?,
        title,
        sentence,
        facts: [Fact { label: t.batches.page.purpose, value: purpose_word(batch.purpose, t).to_owned() }]
            .into_iter()
            .chain(facts(&batch, desk.format))
            .collect(),
        other_purpose: other_purpose(&desk, &batch, &progress.known.tally),
        note: batch.note.clone(),
        prints: print_rows(&desk, id).await?,
        rows,
        progress,
        pages,
        natively: desk.office.hooks().dialogs,
    };
    show(&page)
}

fn purpose_word(purpose: Purpose, t: &Texts) -> &'static str {
    match purpose {
        Purpose::Sheet => t.batches.page.purpose_sheet,
        Purpose::Stock => t.batches.page.purpose_stock,
        Purpose::Counter => t.batches.page.purpose_counter,
    }
}

fn other_purpose(
    desk: &Desk,
    batch: &Batch,
    tally: &Tally,
) -> Option<(&'static str, &'static str, &'static str)> {
    let t = &desk.t.batches.page;
    let left = tally.ready() + tally.pending > 0;
    let offered = desk.may(MAY_UPDATE) && batch.state != BatchState::Cancelled && left;
    match batch.purpose {
        Purpose::Sheet if offered => Some((Purpose::Stock.as_str(), t.to_stock, t.to_stock_question)),
        Purpose::Stock if offered => Some((Purpose::Sheet.as_str(), t.to_sheet, "")),
        Purpose::Sheet | Purpose::Stock | Purpose::Counter => None,
    }
}

async fn rows(desk: &Desk, id: BatchId) -> Result<Vec<VoucherRow>, Error> {
    let filter = Filter { batch: Some(id), ..Filter::default() };
    let (page, practice) = desk
        .read(move |tx| Ok::<_, Fault>((vouchers::search(tx, &filter, None)?, routers::practice_id(tx)?)))
        .await?;
    let shown = page.vouchers.iter().take(SHOWN);
    Ok(shown.map(|voucher| VoucherRow::of(voucher, practice, desk)).collect())
}

/// The newest vouchers of the batch, drawn anew when the books change.
#[derive(Template)]
#[template(path = "batches/_voucher_card.html")]
struct VouchersPart {
    t: &'static Texts,
    id: String,
    rows: Vec<VoucherRow>,
}

pub(super) async fn vouchers_part(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    show(&VouchersPart { t: desk.t, id: id.to_string(), rows: rows(&desk, id).await? })
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Was {
    #[serde(default)]
    was: String,
}

pub(super) async fn progress(desk: Desk, Path(id): Path<String>, Query(Was { was }): Query<Was>) -> Answer {
    let progress = Progress::ask(&desk, known(&id)?).await?;
    show(&Step::after(&desk, progress, &was))
}
