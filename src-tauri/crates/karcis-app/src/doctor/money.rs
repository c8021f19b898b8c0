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
    /// What was sold, the ledger and the drawers tell different stories.
    #[serde(untagged)]
    Story(Flaw),
}

/// Adds the whole ledger up and proves what was sold against it.
pub(super) fn money(tx: &ReadTx<'_>) -> Result<(Money, Vec<MoneyFlaw>), Fault> {
    let trial = ledger::trial_balance(tx)?;
    let money = Money { accounts: trial.rows.len(), debit: trial.debit, credit: trial.credit };
    let mut flaws = unbalanced(&trial);
    flaws.extend(reports::prove(tx)?.into_iter().map(MoneyFlaw::Story));
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
