//! The ledger: double entry in whole rupiah, only ever added to.
//!
//! Verbs post what money they moved in their own transaction; the postings of a transaction sum to zero.

mod account;
mod store;
mod trial;

#[cfg(test)]
mod tests;

use crate::audit::Actor;
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::settings;
use crate::values::{Day, Money, ParseIdError, ShiftId, Timestamp, words};
use std::fmt;

pub use account::{Account, AccountKind};
pub use trial::{TrialBalance, TrialRow, trial_balance};

words!(EntryKind {
    Sale = "sale",
    Undo = "undo",
    Void = "void",
    Float = "float",
    PayIn = "pay_in",
    PayOut = "pay_out",
    Difference = "difference",
    TakeOut = "take_out",
    Handover = "handover",
    Return = "return",
    Settlement = "settlement",
});

/// What moved the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A receipt of the counter.
    Sale,
    /// A receipt taken back at once.
    Undo,
    /// A sale voided later.
    Void,
    /// A drawer brought to its float as a shift opens.
    Float,
    /// Cash put into a drawer.
    PayIn,
    /// Cash taken out of a drawer for something.
    PayOut,
    /// What a count found too much or too little.
    Difference,
    /// Cash taken out of a drawer for the owner.
    TakeOut,
    /// Vouchers given to a reseller.
    Handover,
    /// Vouchers that a reseller gave back.
    Return,
    /// What a reseller paid.
    Settlement,
}

/// Which transaction of the ledger; numbered without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransactionId(i64);

impl TransactionId {
    /// Its number, from 1.
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl std::str::FromStr for TransactionId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<TransactionId, ParseIdError> {
        text.parse().map(TransactionId).map_err(|_| ParseIdError)
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// One side of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    account: Account,
    side: Side,
    amount: Money,
    name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Debit,
    Credit,
}

/// What comes into an account: cash into a drawer, what a reseller owes, a discount given.
pub fn debit(account: Account, amount: Money) -> Posting {
    Posting { account, side: Side::Debit, amount, name: None }
}

/// What goes out of an account, or is earned.
pub fn credit(account: Account, amount: Money) -> Posting {
    Posting { account, side: Side::Credit, amount, name: None }
}

impl Posting {
    /// Gives the account the name of its counter, plan or reseller, as people read it in the ledger.
    #[must_use]
    pub fn called(self, name: &str) -> Posting {
        Posting { name: Some(name.to_owned()), ..self }
    }

    fn signed(&self) -> i64 {
        match self.side {
            Side::Debit => self.amount.amount(),
            Side::Credit => -self.amount.amount(),
        }
    }
}

/// What a verb has to say to the ledger.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What moved the money.
    pub kind: EntryKind,
    /// The thing it was about, such as `("receipt", id)`.
    pub subject: (&'static str, String),
    /// The shift it happened in.
    pub shift: Option<ShiftId>,
    /// What people read beside it.
    pub memo: String,
    /// Its sides; those of nothing are left out, and those of one account are added up.
    pub postings: Vec<Posting>,
}

/// Why nothing is posted. Each is a mistake of the verb that posts, never of a person.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// An entry without a side.
    #[error("an entry without postings")]
    Empty,
    /// The sides do not sum to zero.
    #[error("the postings sum to {sum}, not to zero")]
    Unbalanced {
        /// What is left over.
        sum: i64,
    },
    /// An amount below zero: the other side is meant.
    #[error("an amount below zero")]
    Negative,
    /// An amount that no till knows.
    #[error("an amount out of bounds")]
    TooMuch,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<PostError> for Fault {
    fn from(error: PostError) -> Fault {
        match error {
            PostError::Fault(fault) => fault,
            mistake @ (PostError::Empty
            | PostError::Unbalanced { .. }
            | PostError::Negative
            | PostError::TooMuch) => Fault::new(mistake).context("post to the ledger"),
        }
    }
}

/// Adds a transaction, once its sides are proven to sum to zero; `None` when nothing moved.
///
/// Leaves no audit row of its own: the verb that posts does.
pub fn post(
    tx: &WriteTx<'_>,
    actor: &Actor,
    entry: &Entry,
    now: Timestamp,
) -> Result<Option<TransactionId>, PostError> {
    prove(&entry.postings)?;
    let moving = merged(&entry.postings);
    if moving.is_empty() {
        return Ok(None);
    }
    let id = TransactionId(settings::take_numbers(tx, "ledger", 1)?);
    let day = settings::business_day(tx, now)?;
    store::add(tx, id, actor, entry, day, now)?;
    for (position, (posting, amount)) in (1_u32..).zip(moving) {
        store::open_account(tx, &posting.account, posting.name.as_deref(), now)?;
        store::add_posting(tx, id, position, &posting.account, amount)?;
    }
    Ok(Some(id))
}

/// One side for each account, so that a statement has one line for each transaction; sides of nothing are left out.
fn merged(postings: &[Posting]) -> Vec<(&Posting, i64)> {
    let mut merged: Vec<(&Posting, i64)> = Vec::with_capacity(postings.len());
    for posting in postings {
        match merged.iter_mut().find(|(known, _)| known.account == posting.account) {
            // The whole was proven to stay within bounds.
            Some((_, amount)) => *amount += posting.signed(),
            None => merged.push((posting, posting.signed())),
        }
    }
    merged.retain(|(_, amount)| *amount != 0);
    merged
}

fn prove(postings: &[Posting]) -> Result<(), PostError> {
    if postings.is_empty() {
        return Err(PostError::Empty);
    }
    let mut sum = 0_i64;
    for posting in postings {
        match posting.amount.amount() {
            amount if amount < 0 => return Err(PostError::Negative),
            amount if amount > MOST => return Err(PostError::TooMuch),
            _ => sum = sum.checked_add(posting.signed()).ok_or(PostError::TooMuch)?,
        }
    }
    if sum == 0 { Ok(()) } else { Err(PostError::Unbalanced { sum }) }
}

/// Whole drawers may hold more than people can type at once; no posting moves more.
pub(crate) const MOST: i64 = 1_000 * Money::MOST;

/// A transaction as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Its number.
    pub id: TransactionId,
    /// What moved the money.
    pub kind: EntryKind,
    /// The kind of thing it was about.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: String,
    /// The shift it happened in.
    pub shift: Option<ShiftId>,
    /// The business day.
    pub day: Day,
    /// When.
    pub at: Timestamp,
    /// Whose deed, by name.
    pub actor_name: String,
    /// What people read beside it.
    pub memo: String,
    /// Its sides.
    pub sides: Vec<PostedSide>,
}

/// One side of a transaction as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedSide {
    /// The account.
    pub account: Account,
    /// The name of its counter, plan or reseller; empty for accounts there is one of.
    pub name: String,
    /// Debit positive, credit negative.
    pub amount: i64,
}

impl Transaction {
    /// Whether its sides sum to zero, as they did when they were written.
    pub fn is_balanced(&self) -> bool {
        let sum = self.sides.iter().try_fold(0_i64, |sum, side| sum.checked_add(side.amount));
        !self.sides.is_empty() && sum == Some(0)
    }
}

/// One line of an account's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The transaction.
    pub id: TransactionId,
    /// What moved the money.
    pub kind: EntryKind,
    /// The kind of thing it was about.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: String,
    /// The business day.
    pub day: Day,
    /// When.
    pub at: Timestamp,
    /// Whose deed, by name.
    pub actor_name: String,
    /// What people read beside it.
    pub memo: String,
    /// Debit positive, credit negative.
    pub amount: i64,
    /// The account's balance after it.
    pub balance: i64,
}

/// What stands in an account: debits less credits.
pub fn balance(tx: &ReadTx<'_>, account: &Account) -> Result<i64, Fault> {
    store::balance(tx, account, i64::MAX)
}

/// The name of an account's counter, plan or reseller, empty where there is one of it; nothing when it was never used.
pub fn account_name(tx: &ReadTx<'_>, account: &Account) -> Result<Option<String>, Fault> {
    store::account_name(tx, account)
}

/// An account's lines, newest first, from before `before` on (all when missing), at most `limit`.
pub fn statement(
    tx: &ReadTx<'_>,
    account: &Account,
    before: Option<TransactionId>,
    limit: u16,
) -> Result<Vec<StatementLine>, Fault> {
    let before = before.map_or(i64::MAX, TransactionId::number);
    let mut lines = store::lines(tx, account, before, limit)?;
    let Some(newest) = lines.first() else { return Ok(lines) };
    let mut balance = store::balance(tx, account, newest.id.number())?;
    for line in &mut lines {
        line.balance = balance;
        balance -= line.amount;
    }
    Ok(lines)
}

/// Transactions newest first with their sides, from before `before` on (all when missing), at most `limit`.
pub fn transactions(
    tx: &ReadTx<'_>,
    before: Option<TransactionId>,
    limit: u16,
) -> Result<Vec<Transaction>, Fault> {
    let mut found = store::transactions(tx, before.map_or(i64::MAX, TransactionId::number), limit)?;
    for transaction in &mut found {
        transaction.sides = store::sides(tx, transaction.id)?;
    }
    Ok(found)
}

/// What the ledger says about one thing, oldest first, at most `limit`.
pub fn of_subject(tx: &ReadTx<'_>, subject: (&str, &str), limit: u16) -> Result<Vec<Transaction>, Fault> {
    let mut found = store::of_subject(tx, subject, limit)?;
    for transaction in &mut found {
        transaction.sides = store::sides(tx, transaction.id)?;
    }
    Ok(found)
}
