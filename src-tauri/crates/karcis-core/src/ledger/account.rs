//! The accounts there are.

use crate::values::{CounterId, ParseIdError, PlanId, ResellerId, words};
use std::fmt;
use std::str::FromStr;

words!(AccountKind {
    Asset = "asset",
    Liability = "liability",
    Equity = "equity",
    Income = "income",
    Expense = "expense",
});

/// Which of the five families an account belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// What the shop has or is owed.
    Asset,
    /// What the shop owes.
    Liability,
    /// What the owner put in and took out.
    Equity,
    /// What was earned.
    Income,
    /// What it cost, discounts and missing cash included.
    Expense,
}

/// An account of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// The cash in a counter's drawer.
    Drawer(CounterId),
    /// Money in the bank.
    Bank,
    /// What a reseller owes.
    Receivable(ResellerId),
    /// What customers paid in advance.
    Deposits,
    /// What the owner put in and took out.
    Owner,
    /// What a plan earned, before discounts.
    Sales(PlanId),
    /// What was let off.
    Discounts,
    /// What resellers keep.
    Commission,
    /// What counts found missing, less what they found too much.
    CashDifference,
}

impl Account {
    /// The family it belongs to.
    pub const fn kind(&self) -> AccountKind {
        match self {
            Account::Drawer(_) | Account::Bank | Account::Receivable(_) => AccountKind::Asset,
            Account::Deposits => AccountKind::Liability,
            Account::Owner => AccountKind::Equity,
            Account::Sales(_) => AccountKind::Income,
            Account::Discounts | Account::Commission | Account::CashDifference => AccountKind::Expense,
        }
    }

    /// The word of its sort, without which counter, plan or reseller: `drawer`, `sales`, `bank`.
    pub const fn sort(&self) -> &'static str {
        match self {
            Account::Drawer(_) => "drawer",
            Account::Bank => "bank",
            Account::Receivable(_) => "receivable",
            Account::Deposits => "deposits",
            Account::Owner => "owner",
            Account::Sales(_) => "sales",
            Account::Discounts => "discounts",
            Account::Commission => "commission",
            Account::CashDifference => "cash_difference",
        }
    }
}

/// `drawer:<counter>`, `sales:<plan>`, `discounts`: the id in rows and addresses.
impl fmt::Display for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = self.sort();
        match self {
            Account::Drawer(id) => write!(out, "{sort}:{id}"),
            Account::Receivable(id) => write!(out, "{sort}:{id}"),
            Account::Sales(id) => write!(out, "{sort}:{id}"),
            Account::Bank
            | Account::Deposits
            | Account::Owner
            | Account::Discounts
            | Account::Commission
            | Account::CashDifference => out.write_str(sort),
        }
    }
}

impl FromStr for Account {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Account, ParseIdError> {
        match text.split_once(':') {
            Some(("drawer", id)) => id.parse().map(Account::Drawer),
            Some(("receivable", id)) => id.parse().map(Account::Receivable),
            Some(("sales", id)) => id.parse().map(Account::Sales),
            Some(_) => Err(ParseIdError),
            None => match text {
                "bank" => Ok(Account::Bank),
                "deposits" => Ok(Account::Deposits),
                "owner" => Ok(Account::Owner),
                "discounts" => Ok(Account::Discounts),
                "commission" => Ok(Account::Commission),
                "cash_difference" => Ok(Account::CashDifference),
                _ => Err(ParseIdError),
            },
        }
    }
}

impl From<&Account> for crate::db::Val {
    fn from(account: &Account) -> crate::db::Val {
        crate::db::Val::Text(account.to_string())
    }
}
