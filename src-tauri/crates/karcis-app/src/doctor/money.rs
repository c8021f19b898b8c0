//! Whether the ledger sums to zero, and whether sales, ledger and drawers tell one story.

use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::ledger::{self, TrialBalance};
use karcis_core::reports::{self, Flaw};
use serde::Serialize;

/// The trial balance in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Money {
    /// Accounts of the ledger.
    pub accounts: usize,
    /// The sum of what stands on the debit side.
    pub debit: i64,
    /// The sum of what stands on the credit side.
    pub credit: i64,
}

/// Money that does not add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum MoneyFlaw {
    /// The two sides of the whole ledger differ.
    TrialBalance {
        /// What stands on the debit side.
        debit: i64,
        /// What stands on the credit side.
        credit: i64,
    },
    /// A transaction of the ledger does not sum to zero.
    Transaction {
        /// Its number.
        number: i64,
    },
    /// A voucher is sold twice, without a sale, or lives on after its sale was voided.
    Voucher {
        /// Its number.
        number: i64,
    },
    /// A receipt is not the sum of its sales, or the ledger says something else of it.
    Receipt {
        /// Its number.
        number: i64,
    },
    /// The ledger says something else of a plan's sales than the sales do.
    Plan {
        /// Its name.
        name: String,
        /// What the ledger says.
        ledger: i64,
        /// What the sales say.
        sales: i64,
    },
    /// The ledger says something else of discounts than the sales do.
    Discounts {
        /// What the ledger says.
        ledger: i64,
        /// What the sales say.
        sales: i64,
    },
    /// A reseller owes something else by the ledger than by what they were handed, paid and gave back.
    Reseller {
        /// Their name.
        name: String,
        /// What the ledger says.
        ledger: i64,
        /// What the rows make.
        rows: i64,
    },
    /// A drawer should have held something else than the shift's rows make.
    Shift {
        /// The shift's number.
        number: i64,
        /// What the ledger says.
        ledger: i64,
        /// What the rows make.
        rows: i64,
    },
}

/// Adds the whole ledger up and proves what was sold against it.
pub(super) fn money(tx: &ReadTx<'_>) -> Result<(Money, Vec<MoneyFlaw>), Fault> {
    let trial = ledger::trial_balance(tx)?;
    let money = Money { accounts: trial.rows.len(), debit: trial.debit, credit: trial.credit };
    let mut flaws = unbalanced(&trial);
    flaws.extend(reports::prove(tx)?.into_iter().map(MoneyFlaw::from));
    Ok((money, flaws))
}

fn unbalanced(trial: &TrialBalance) -> Vec<MoneyFlaw> {
    let mut flaws = Vec::new();
    if trial.debit != trial.credit {
        flaws.push(MoneyFlaw::TrialBalance { debit: trial.debit, credit: trial.credit });
    }
    flaws.extend(trial.broken.iter().map(|id| MoneyFlaw::Transaction { number: id.number() }));
    flaws
}

impl From<Flaw> for MoneyFlaw {
    fn from(flaw: Flaw) -> MoneyFlaw {
        match flaw {
            Flaw::Voucher { number } => MoneyFlaw::Voucher { number },
            Flaw::Receipt { number } => MoneyFlaw::Receipt { number },
            Flaw::Plan { name, ledger, sales } => MoneyFlaw::Plan { name, ledger, sales },
            Flaw::Discounts { ledger, sales } => MoneyFlaw::Discounts { ledger, sales },
            Flaw::Reseller { name, ledger, rows } => MoneyFlaw::Reseller { name, ledger, rows },
            Flaw::Shift { number, ledger, rows } => MoneyFlaw::Shift { number, ledger, rows },
        }
    }
}
