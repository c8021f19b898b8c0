//! The printers' lanes, and the slips that are not on paper.

use super::lanes::{LaneView, Outlook, Side, view};
use super::reason;
use crate::icons::Icon;
use crate::staff::Chip;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::printers::{self, Printer};
use karcis_core::slips::{self, Slip, SlipState};
use std::time::Duration;

/// So many are listed; printing one makes room for the next.
const LISTED: u16 = 100;
/// A slip that nobody printed in so long is not missed any more.
const MISSED_FOR: Duration = Duration::from_secs(12 * 3_600);

/// A slip that needs a person, in words.
#[derive(Debug, Clone)]
pub(crate) struct SlipNeed {
    pub(crate) slip: String,
    /// Its number.
    pub(crate) about: String,
    /// On which printer, who asked for it, and when.
    pub(crate) asked: String,
    pub(crate) code: &'static str,
    pub(crate) words: String,
    pub(crate) chip: Chip,
}

/// The lanes of the printers in use, by name.
pub(crate) fn printer_lanes(tx: &ReadTx<'_>, outlook: Outlook) -> Result<Vec<LaneView>, Fault> {
    printers::all(tx)?.iter().map(|printer| printer_lane(tx, printer, outlook)).collect()
}

/// One printer's lane.
pub(crate) fn printer_lane(tx: &ReadTx<'_>, printer: &Printer, outlook: Outlook) -> Result<LaneView, Fault> {
    let side = Side {
        lane: printer.lane(),
        id: printer.id.to_string(),
        name: printer.name.clone(),
        practice: false,
    };
    // No key is needed to print.
    view(tx, side, Outlook { unlocked: true, ..outlook })
}

/// The slips that need a person, the newest first.
pub(crate) fn slip_needs(tx: &ReadTx<'_>, outlook: Outlook) -> Result<Vec<SlipNeed>, Fault> {
    slips::unprinted(tx, outlook.now - MISSED_FOR, LISTED)?
        .iter()
        .map(|slip| slip_need(tx, slip, outlook))
        .collect()
}

fn slip_need(tx: &ReadTx<'_>, slip: &Slip, outlook: Outlook) -> Result<SlipNeed, Fault> {
    let t = outlook.t();
    let refusal = reason(slip.reason.as_deref().unwrap_or("print_failed"));
    let printer = match slip.printer {
        Some(printer) => printers::printer(tx, printer)?.map_or_else(String::new, |printer| printer.name),
        None => String::new(),
    };
    Ok(SlipNeed {
        slip: slip.id.to_string(),
        about: t.queue.about_slip(outlook.format.count(slip.number)),
        asked: t.queue.slip_on(printer, &slip.requested_by, outlook.since(slip.requested_at)),
        code: refusal.code(),
        words: refusal.sentence(t),
        chip: chip(slip.state, outlook),
    })
}

fn chip(state: SlipState, outlook: Outlook) -> Chip {
    let w = &outlook.t().queue;
    let (tone, icon, word) = match state {
        SlipState::Unconfirmed => ("wait", Icon::QuestionCircle, w.slip_unconfirmed),
        SlipState::Stale => ("wait", Icon::ClockHistory, w.slip_stale),
        SlipState::Failed | SlipState::Queued | SlipState::Printing | SlipState::Printed => {
            ("bad", Icon::ExclamationOctagon, w.slip_failed)
        }
    };
    Chip { tone, icon, word }
}
