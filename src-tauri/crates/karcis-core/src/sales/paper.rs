//! The slips of a sale: asked for in its transaction, printed afterwards. Paper never stands in the way of a sale.

use crate::audit::Actor;
use crate::counters::Counter;
use crate::db::WriteTx;
use crate::fault::Fault;
use crate::slips::{self, SlipError, SlipKind, SlipRequest};
use crate::values::{SaleId, ShiftId, Timestamp};
use rand::CryptoRng;

/// Asks the counter's printer, if it has one, for a slip of each sale; the drawer opens with the first.
pub(super) fn ask_for(
    tx: &WriteTx<'_>,
    actor: &Actor,
    kind: SlipKind,
    (counter, shift): (&Counter, Option<ShiftId>),
    sales: impl Iterator<Item = SaleId>,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(printer) = counter.printer else { return Ok(()) };
    let mut kick = true;
    for sale in sales {
        let asked = SlipRequest { kind, subject: sale.to_string(), printer, shift, kick };
        kick = false;
        match slips::request(tx, actor, &asked, rng, now) {
            Ok(_) => {}
            // The printer is out of use: the counter sells without paper until it has another.
            Err(SlipError::UnknownPrinter) => return Ok(()),
            Err(SlipError::Fault(fault)) => return Err(fault),
            Err(mistake @ (SlipError::Unknown | SlipError::Printed | SlipError::TooManyCopies { .. })) => {
                return Err(Fault::new(mistake).context("ask for a slip"));
            }
        }
    }
    Ok(())
}
