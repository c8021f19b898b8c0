//! The trial balance: that the whole ledger, and each transaction in it, sums to zero.

use super::{Account, AccountKind, TransactionId, store};
use crate::db::ReadTx;
use crate::fault::Fault;

/// Broken transactions that are named; more than these are not worth naming one by one.
const MOST_NAMED: i64 = 100;

/// Every account with its balance, and whatever does not sum to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalance {
    /// The accounts, family by family.
    pub rows: Vec<TrialRow>,
    /// The sum of what stands on the debit side.
    pub debit: i64,
    /// The sum of what stands on the credit side.
    pub credit: i64,
    /// Transactions whose sides do not sum to zero, or that have none; at most 100 are named.
    pub broken: Vec<TransactionId>,
}

/// One account of the trial balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRow {
    /// The account.
    pub account: Account,
    /// The family it belongs to.
    pub kind: AccountKind,
    /// The name of its counter, plan or reseller; empty for accounts there is one of.
    pub name: String,
    /// Debits less credits.
    pub balance: i64,
}

impl TrialRow {
    /// What stands on the debit side.
    pub fn debit(&self) -> i64 {
        self.balance.max(0)
    }

    /// What stands on the credit side.
    pub fn credit(&self) -> i64 {
        self.balance.min(0).saturating_neg()
    }
}

impl TrialBalance {
    /// Whether both sides are equal and no transaction is broken.
    pub fn is_zero(&self) -> bool {
        self.debit == self.credit && self.broken.is_empty()
    }
}

/// Adds up the whole ledger.
pub fn trial_balance(tx: &ReadTx<'_>) -> Result<TrialBalance, Fault> {
    let rows = store::balances(tx)?;
    let debit = rows.iter().map(TrialRow::debit).sum();
    let credit = rows.iter().map(TrialRow::credit).sum();
    Ok(TrialBalance { rows, debit, credit, broken: store::broken(tx, MOST_NAMED)? })
}
