//! What of a batch was put on paper before.

use super::options::paper_word;
use crate::desk::Desk;
use crate::error::Error;
use karcis_core::fault::Fault;
use karcis_core::prints::{self, Print};
use karcis_core::values::BatchId;
use karcis_core::vouchers::{self, Batch};

/// One print, and the ways to its file.
#[derive(Debug)]
pub(crate) struct PrintRow {
    pub(crate) id: String,
    pub(crate) words: String,
    pub(crate) copy: String,
    pub(crate) is_copy: bool,
    pub(crate) layout: String,
    pub(crate) waiting: Option<String>,
    /// What the file is called, without its ending.
    pub(crate) name: String,
}

impl PrintRow {
    pub(super) fn of(print: &Print, batch: &Batch, desk: &Desk) -> PrintRow {
        let (t, format) = (&desk.t.prints, desk.format);
        PrintRow {
            id: print.id.to_string(),
            words: t.history_row(format.count(print.count), format.moment(print.at), &print.printed_by),
            copy: match print.copy {
                0 => t.history_first.to_owned(),
                copy => t.history_copy(copy),
            },
            is_copy: print.copy > 0,
            layout: t.history_layout(paper_word(print.layout.paper, desk.t), print.layout.cards_per_page),
            waiting: (print.not_on_router > 0).then(|| t.history_waiting(format.count(print.not_on_router))),
            name: match print.copy {
                0 => t.file_name(batch.number, &batch.plan_name),
                copy => t.file_name_copy(batch.number, &batch.plan_name, copy),
            },
        }
    }
}

/// The prints of a batch, newest first.
pub(crate) async fn print_rows(desk: &Desk, id: BatchId) -> Result<Vec<PrintRow>, Error> {
    let found = desk
        .read(move |tx| {
            let Some(batch) = vouchers::batch(tx, id)? else { return Ok::<_, Fault>(None) };
            Ok(Some((prints::of_batch(tx, id)?, batch)))
        })
        .await?;
    let (prints, batch) = found.ok_or(Error::NotFound)?;
    Ok(prints.iter().map(|print| PrintRow::of(print, &batch, desk)).collect())
}
