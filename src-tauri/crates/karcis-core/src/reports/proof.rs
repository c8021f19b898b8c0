//! The proof that rows of sales, the ledger and the drawers tell one story.

use super::{drawer, store};
use crate::db::ReadTx;
use crate::fault::Fault;
use crate::ledger::{self, Account};
use crate::shifts::{self, Shift};
use serde::Serialize;

/// Flaws of one kind that are named; more than these are not worth naming one by one.
pub(super) const MOST_NAMED: i64 = 100;
const PAGE: u16 = 500;

/// Something that does not add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Flaw {
    /// A voucher has two sales, is sold without a sale, has a sale without being sold, or lives on after it was voided.
    Voucher {
        /// The voucher's number.
        number: i64,
    },
    /// A receipt is not the sum of its sales, or the ledger does not say what it says.
    Receipt {
        /// The receipt's number.
        number: i64,
    },
    /// The account of a plan's sales is not what was sold and not taken back.
    Plan {
        /// The plan's name.
        name: String,
        /// What the account says was earned.
        ledger: i64,
        /// What the sales say.
        sales: i64,
    },
    /// The account of discounts is not what was let off.
    Discounts {
        /// What the account says.
        ledger: i64,
        /// What the sales say.
        sales: i64,
    },
    /// A reseller's account is not what they were handed, less what they paid and gave back.
    Reseller {
        /// The reseller's name.
        name: String,
        /// What the account says they owe.
        ledger: i64,
        /// What the rows make.
        rows: i64,
    },
    /// A drawer should have held something else than its opening, sales, moves and refunds make.
    Shift {
        /// The shift's number.
        number: i64,
        /// What the ledger says, or said when it was counted.
        ledger: i64,
        /// What the rows make.
        rows: i64,
    },
}

/// Everything that does not add up, at most a hundred of a kind. Reads every sale there is.
pub fn prove(tx: &ReadTx<'_>) -> Result<Vec<Flaw>, Fault> {
    let mut flaws: Vec<Flaw> =
        store::flawed_vouchers(tx)?.into_iter().map(|number| Flaw::Voucher { number }).collect();
    flaws.extend(store::flawed_receipts(tx)?.into_iter().map(|number| Flaw::Receipt { number }));
    for (plan, name, sales) in store::earned(tx)? {
        let ledger = ledger::balance(tx, &Account::Sales(plan))?.saturating_neg();
        if ledger != sales {
            flaws.push(Flaw::Plan { name, ledger, sales });
        }
    }
    let (ledger, sales) = (ledger::balance(tx, &Account::Discounts)?, store::let_off(tx)?);
    if ledger != sales {
        flaws.push(Flaw::Discounts { ledger, sales });
    }
    for (reseller, name, rows) in store::owed(tx)? {
        let ledger = ledger::balance(tx, &Account::Receivable(reseller))?;
        if ledger != rows {
            flaws.push(Flaw::Reseller { name, ledger, rows });
        }
    }
    prove_drawers(tx, &mut flaws)?;
    Ok(flaws)
}

fn prove_drawers(tx: &ReadTx<'_>, flaws: &mut Vec<Flaw>) -> Result<(), Fault> {
    let mut before = None;
    loop {
        let page = shifts::list(tx, before, PAGE)?;
        let Some(oldest) = page.last() else { return Ok(()) };
        before = Some(oldest.number);
        for shift in &page {
            let rows = drawer(tx, shift.id)?.map_or(0, |drawer| drawer.expected().amount());
            let ledger = held(tx, shift)?;
            if ledger != rows {
                flaws.push(Flaw::Shift { number: shift.number, ledger, rows });
            }
        }
    }
}

/// What the ledger says of a shift's drawer: what it said as it was closed, or says now.
fn held(tx: &ReadTx<'_>, shift: &Shift) -> Result<i64, Fault> {
    match (&shift.closing, shift.tally) {
        (Some(_), Some(tally)) => Ok(tally.expected.amount()),
        (Some(_) | None, _) => ledger::balance(tx, &Account::Drawer(shift.counter)),
    }
}
