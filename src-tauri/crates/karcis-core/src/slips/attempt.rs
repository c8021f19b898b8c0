//! The attempts at slips: taken up, ended, laid aside. The engine's side of the slice.

use super::{Slip, SlipState, settle, store};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::values::{PrinterId, SlipId, Timestamp};
use std::time::Duration;

/// A slip that waited longer than this is not printed by itself: nobody wants last hour's slips when the paper is put in.
const PRINTED_WITHIN: Duration = Duration::from_secs(120);

/// How an attempt at a slip ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The printer took all of it.
    Printed,
    /// Something was sent, and nobody knows what came of it.
    Unconfirmed(&'static str),
    /// Nothing was sent, and a person must act first.
    Failed(&'static str),
    /// Nothing was sent; the printer is tried again by itself.
    Waits(&'static str),
}

/// Takes a slip up for printing on this printer; answers whether it is to be printed now.
///
/// One that is found in the printer's hands was left there by a step that never came to its end: it may be on paper.
pub(crate) fn take_up(
    tx: &WriteTx<'_>,
    id: SlipId,
    printer: PrinterId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(slip) = store::one(tx, id)?.filter(|slip| slip.printer == Some(printer)) else {
        return Ok(false);
    };
    match slip.state {
        SlipState::Printed | SlipState::Unconfirmed | SlipState::Failed | SlipState::Stale => Ok(false),
        SlipState::Printing => {
            store::keep_state(tx, id, SlipState::Unconfirmed, Some("print_interrupted"), now)?;
            Ok(false)
        }
        SlipState::Queued => {
            store::keep_state(tx, id, SlipState::Printing, None, now)?;
            Ok(true)
        }
    }
}

/// Keeps how the attempt at a slip ended; one that is not in the printer's hands any more stays as it is.
pub(crate) fn ended(tx: &WriteTx<'_>, id: SlipId, ending: Ending, now: Timestamp) -> Result<(), Fault> {
    if store::one(tx, id)?.is_none_or(|slip| slip.state != SlipState::Printing) {
        return Ok(());
    }
    match ending {
        Ending::Printed => store::keep_state(tx, id, SlipState::Printed, None, now),
        Ending::Unconfirmed(why) => store::keep_state(tx, id, SlipState::Unconfirmed, Some(why), now),
        Ending::Failed(why) => store::keep_state(tx, id, SlipState::Failed, Some(why), now),
        Ending::Waits(why) => store::keep_state(tx, id, SlipState::Queued, Some(why), now),
    }
}

/// Lays the slips aside that waited too long for their printer; answers how many.
pub(crate) fn lay_aside(tx: &WriteTx<'_>, printer: PrinterId, now: Timestamp) -> Result<usize, Fault> {
    let waiting = store::queued(tx, printer)?;
    let old = waiting.iter().filter(|slip| is_too_old(slip, now));
    let old: Vec<SlipId> = old.map(|slip| slip.id).collect();
    for id in &old {
        settle(tx, *id, SlipState::Stale, "slip_too_old", now)?;
    }
    Ok(old.len())
}

/// Whether a slip of the printer waits that is too old to be printed by itself.
pub(crate) fn waits_too_long(tx: &ReadTx<'_>, printer: PrinterId, now: Timestamp) -> Result<bool, Fault> {
    Ok(store::queued(tx, printer)?.iter().any(|slip| is_too_old(slip, now)))
}

/// The slips that somebody left in a printer's hands may be on paper: in those of one printer, or of any.
pub(crate) fn unconfirm_left(
    tx: &WriteTx<'_>,
    printer: Option<PrinterId>,
    now: Timestamp,
) -> Result<(), Fault> {
    for slip in store::printing(tx)? {
        if printer.is_none() || slip.printer == printer {
            settle(tx, slip.id, SlipState::Unconfirmed, "print_interrupted", now)?;
        }
    }
    Ok(())
}

fn is_too_old(slip: &Slip, now: Timestamp) -> bool {
    now.since(slip.asked_at) > PRINTED_WITHIN
}
