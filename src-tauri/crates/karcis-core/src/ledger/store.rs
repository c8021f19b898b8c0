//! The ledger's SQL.

use super::{Account, Entry, PostedSide, StatementLine, Transaction, TransactionId, TrialRow};
use crate::audit::Actor;
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{Day, Timestamp};

pub(super) fn add(
    tx: &WriteTx<'_>,
    id: TransactionId,
    actor: &Actor,
    entry: &Entry,
    day: Day,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO ledger_transactions (id, kind, subject_kind, subject_id, shift_id, business_day, at, actor_id,
             actor_name, memo)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            id.number(),
            entry.kind.as_str(),
            entry.subject.0,
            &entry.subject.1,
            entry.shift,
            day,
            now,
            actor.id(),
            actor.name(),
            &entry.memo
        ],
    )?;
    Ok(())
}

/// The account is there afterwards, under the newest name it was given.
pub(super) fn open_account(
    tx: &WriteTx<'_>,
    account: &Account,
    name: Option<&str>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO accounts (id, kind, name, created_at) VALUES ($1, $2, COALESCE($3, ''), $4)
         ON CONFLICT (id) DO UPDATE SET name = $3 WHERE $3 IS NOT NULL AND accounts.name <> $3",
        params![account, account.kind().as_str(), name, now],
    )?;
    Ok(())
}

pub(super) fn add_posting(
    tx: &WriteTx<'_>,
    id: TransactionId,
    position: u32,
    account: &Account,
    amount: i64,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO postings (transaction_id, position, account_id, amount) VALUES ($1, $2, $3, $4)",
        params![id.number(), position, account, amount],
    )?;
    Ok(())
}

pub(super) fn account_name(tx: &ReadTx<'_>, account: &Account) -> Result<Option<String>, Fault> {
    tx.maybe("SELECT name FROM accounts WHERE id = $1", params![account], |row| row.text(0))
}

pub(super) fn balance(tx: &ReadTx<'_>, account: &Account, up_to: i64) -> Result<i64, Fault> {
    tx.one(
        "SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account_id = $1 AND transaction_id <= $2",
        params![account, up_to],
        |row| row.int(0),
    )
}

pub(super) fn balances(tx: &ReadTx<'_>) -> Result<Vec<TrialRow>, Fault> {
    let mut rows = tx.all(
        "SELECT a.id, a.kind, a.name, COALESCE((SELECT SUM(p.amount) FROM postings AS p WHERE p.account_id = a.id), 0)
         FROM accounts AS a ORDER BY a.name, a.id",
        params![],
        |row| {
            Ok(TrialRow {
                account: row.parsed(0)?,
                kind: row.parsed(1)?,
                name: row.text(2)?,
                balance: row.int(3)?,
            })
        },
    )?;
    // The order of the enum is the order people read accounts in.
    rows.sort_by_key(|row| rank(&row.account));
    Ok(rows)
}

fn rank(account: &Account) -> u8 {
    match account {
        Account::Drawer(_) => 0,
        Account::Bank => 1,
        Account::Receivable(_) => 2,
        Account::Deposits => 3,
        Account::Owner => 4,
        Account::Sales(_) => 5,
        Account::Discounts => 6,
        Account::Commission => 7,
        Account::CashDifference => 8,
    }
}

/// Transactions whose sides do not sum to zero, and those without a side.
pub(super) fn broken(tx: &ReadTx<'_>, limit: i64) -> Result<Vec<TransactionId>, Fault> {
    let mut broken = tx.all(
        "SELECT transaction_id FROM postings GROUP BY transaction_id HAVING SUM(amount) <> 0
         ORDER BY transaction_id LIMIT $1",
        params![limit],
        |row| row.int(0).map(TransactionId),
    )?;
    let empty = tx.all(
        "SELECT id FROM ledger_transactions AS t
         WHERE NOT EXISTS (SELECT 1 FROM postings AS p WHERE p.transaction_id = t.id) ORDER BY id LIMIT $1",
        params![limit],
        |row| row.int(0).map(TransactionId),
    )?;
    broken.extend(empty);
    broken.sort();
    broken.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(broken)
}

pub(super) fn lines(
    tx: &ReadTx<'_>,
    account: &Account,
    before: i64,
    limit: u16,
) -> Result<Vec<StatementLine>, Fault> {
    tx.all(
        "SELECT t.id, t.kind, t.subject_kind, t.subject_id, t.business_day, t.at, t.actor_name, t.memo, p.amount
         FROM postings AS p JOIN ledger_transactions AS t ON t.id = p.transaction_id
         WHERE p.account_id = $1 AND p.transaction_id < $2
         ORDER BY p.transaction_id DESC LIMIT $3",
        params![account, before, i64::from(limit)],
        |row| {
            Ok(StatementLine {
                id: TransactionId(row.int(0)?),
                kind: row.parsed(1)?,
                subject_kind: row.text(2)?,
                subject_id: row.text(3)?,
                day: Day::from_number(row.int(4)?),
                at: row.timestamp(5)?,
                actor_name: row.text(6)?,
                memo: row.text(7)?,
                amount: row.int(8)?,
                balance: 0,
            })
        },
    )
}

pub(super) fn transactions(tx: &ReadTx<'_>, before: i64, limit: u16) -> Result<Vec<Transaction>, Fault> {
    tx.all(
        "SELECT id, kind, subject_kind, subject_id, shift_id, business_day, at, actor_name, memo
         FROM ledger_transactions WHERE id < $1 ORDER BY id DESC LIMIT $2",
        params![before, i64::from(limit)],
        transaction,
    )
}

pub(super) fn of_subject(
    tx: &ReadTx<'_>,
    subject: (&str, &str),
    limit: u16,
) -> Result<Vec<Transaction>, Fault> {
    tx.all(
        "SELECT id, kind, subject_kind, subject_id, shift_id, business_day, at, actor_name, memo
         FROM ledger_transactions WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id LIMIT $3",
        params![subject.0, subject.1, i64::from(limit)],
        transaction,
    )
}

pub(super) fn sides(tx: &ReadTx<'_>, id: TransactionId) -> Result<Vec<PostedSide>, Fault> {
    tx.all(
        "SELECT a.id, a.name, p.amount FROM postings AS p JOIN accounts AS a ON a.id = p.account_id
         WHERE p.transaction_id = $1 ORDER BY p.position",
        params![id.number()],
        |row| Ok(PostedSide { account: row.parsed(0)?, name: row.text(1)?, amount: row.int(2)? }),
    )
}

fn transaction(row: &Row<'_>) -> Result<Transaction, Fault> {
    Ok(Transaction {
        id: TransactionId(row.int(0)?),
        kind: row.parsed(1)?,
        subject_kind: row.text(2)?,
        subject_id: row.text(3)?,
        shift: row.maybe_parsed(4)?,
        day: Day::from_number(row.int(5)?),
        at: row.timestamp(6)?,
        actor_name: row.text(7)?,
        memo: row.text(8)?,
        sides: Vec::new(),
    })
}
