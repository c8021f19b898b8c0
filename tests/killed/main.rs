//! The counter killed without warning, a thousand times: no sale that was acknowledged is lost, none is doubled, and
//! the ledger stays at zero.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use karcis_core::audit::{self, Chain};
use karcis_core::counters;
use karcis_core::db::{Db, ReadTx};
use karcis_core::fault::Fault;
use karcis_core::ledger::{self, Account};
use karcis_core::sales;
use karcis_core::shifts::{self, ShiftState};
use karcis_core::values::{MoveId, ReceiptId, SaleId, ShiftId};
use karcis_tests::hand;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::str::FromStr;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

/// How often the cashier is killed.
const KILLS: u32 = 1_000;
/// The whole chain and the whole file are read this often; what a kill touched is looked at every time.
const WHOLE_EVERY: u32 = 50;

/// What the cashier has said aloud.
#[derive(Default)]
struct Said {
    next: u64,
    last: Option<ReceiptId>,
    sold: BTreeMap<u64, ReceiptId>,
    undone: Vec<ReceiptId>,
    voided: Vec<SaleId>,
    moved: BTreeMap<u64, MoveId>,
    closed: Vec<ShiftId>,
}

#[tokio::test]
async fn a_cashier_killed_a_thousand_times_loses_no_sale_and_doubles_none() {
    let folder = tempfile::tempdir().unwrap();
    hand::prepare(folder.path()).unwrap();
    let mut rng = StdRng::seed_from_u64(20_261_120);
    let mut said = Said::default();
    for kill in 1..=KILLS {
        let lines = rng.random_range(0..8);
        let then = Duration::from_micros(rng.random_range(0..3_000));
        let before = said.next;
        work_until_killed(folder.path(), &mut said, lines, then).await;
        let whole = kill % WHOLE_EVERY == 0 || kill == KILLS;
        check(folder.path(), &said, before, whole);
    }
    assert!(said.sold.len() > 1_000 && said.closed.len() > 20, "the cashier got on with the work");
    assert!(said.undone.len() > 50 && said.voided.len() > 50 && said.moved.len() > 50);
}

/// Lets the cashier say so many lines, waits a moment, and kills: no handler runs, nothing is flushed.
async fn work_until_killed(folder: &Path, said: &mut Said, lines: u32, then: Duration) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_counter-hand"))
        .arg(folder)
        .arg(said.next.to_string())
        .arg(said.last.map_or_else(|| "-".to_owned(), |id| id.to_string()))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut heard = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..lines {
        let line = heard.next_line().await.unwrap().expect("the cashier goes on until killed");
        said.hear(&line);
    }
    let mut late = Vec::new();
    let end = tokio::time::sleep(then);
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            line = heard.next_line() => late.push(line.unwrap().expect("the cashier goes on until killed")),
        }
    }
    child.kill().await.unwrap();
    late.extend(rest(&mut heard).await);
    for line in &late {
        said.hear(line);
    }
}

/// What was said before the end and not heard yet counts as said.
async fn rest(heard: &mut Lines<BufReader<ChildStdout>>) -> Vec<String> {
    let mut rest = Vec::new();
    while let Ok(Some(line)) = heard.next_line().await {
        rest.push(line);
    }
    rest
}

impl Said {
    fn hear(&mut self, line: &str) {
        let mut words = line.split(' ');
        let (deed, number) = (words.next().unwrap(), words.next().unwrap());
        let Ok(number) = number.parse::<u64>() else { panic!("the cashier broke down: {line}") };
        let id = words.next();
        match deed {
            "sold" => {
                let id = parsed(id, line);
                assert_eq!(*self.sold.entry(number).or_insert(id), id, "deed {number} sold twice");
                self.last = Some(id);
            }
            "undone" => self.undone.push(parsed(id, line)),
            "voided" => self.voided.push(parsed(id, line)),
            "moved" => {
                self.moved.insert(number, parsed(id, line));
            }
            // The deed is over when the next shift is open.
            "closed" => return self.closed.push(parsed(id, line)),
            "opened" | "left" => {}
            other => panic!("the cashier said {other}: {line}"),
        }
        self.next = self.next.max(number + 1);
    }
}

/// A line cut off by the kill is no acknowledgement; the others name what they are about.
fn parsed<T: FromStr>(id: Option<&str>, line: &str) -> T {
    id.and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("an id in {line:?}"))
}

fn check(folder: &Path, said: &Said, before: u64, whole: bool) {
    let db = Db::open(folder).expect("books of a killed program open");
    db.read(|tx| {
        for (number, receipt) in said.sold.range(if whole { 0 } else { before }..) {
            let found = sales::receipt(tx, *receipt)?;
            let found = found.unwrap_or_else(|| panic!("I2: the sale of deed {number} is gone"));
            let posted = ledger::of_subject(tx, ("receipt", &receipt.to_string()), 10)?;
            assert!(!posted.is_empty() && posted.iter().all(ledger::Transaction::is_balanced), "{found:?}");
        }
        // The deed under way when the kill came may be in the books without having been said.
        let receipts = counted(tx, "SELECT COUNT(*) FROM receipts")?;
        let known = said.sold.len() as u64;
        assert!((known..=known + 1).contains(&receipts), "{receipts} receipts for {known} deeds");
        let moves = counted(tx, "SELECT COUNT(*) FROM cash_moves")?;
        let known = said.moved.len() as u64;
        assert!((known..=known + 1).contains(&moves), "{moves} moves for {known} deeds");
        for receipt in said.undone.iter().rev().take(if whole { usize::MAX } else { 5 }) {
            assert!(sales::receipt(tx, *receipt)?.unwrap().is_void(), "an undo is gone");
        }
        for sale in said.voided.iter().rev().take(if whole { usize::MAX } else { 5 }) {
            assert!(sales::sale(tx, *sale)?.unwrap().voided.is_some(), "a void is gone");
        }
        for shift in said.closed.iter().rev().take(if whole { usize::MAX } else { 5 }) {
            assert_eq!(shifts::shift(tx, *shift)?.unwrap().state, ShiftState::Closed, "a closing is gone");
        }
        Ok::<_, Fault>(())
    })
    .unwrap();
    let balance = db.read(ledger::trial_balance).unwrap();
    assert!(balance.is_zero(), "I3: {balance:?}");
    if whole {
        proven(&db);
    }
}

fn counted(tx: &ReadTx<'_>, sql: &'static str) -> Result<u64, Fault> {
    tx.one(sql, &[], |row| Ok(u64::from(row.count(0)?)))
}

/// The whole file, the whole chain, and each sale beside its voucher.
fn proven(db: &Db) {
    assert_eq!(db.check().unwrap(), Vec::<String>::new(), "I10: integrity");
    let chain = db.read(audit::verify).unwrap();
    assert!(matches!(chain, Chain::Whole { .. }), "I9: {chain:?}");
    db.read(|tx| {
        let stray = counted(tx, "SELECT COUNT(*) FROM vouchers WHERE standing = 'sold' AND id NOT IN (SELECT voucher_id FROM sales)")?;
        assert_eq!(stray, 0, "I1: every sold voucher has its sale");
        let torn = counted(tx, "SELECT COUNT(*) FROM receipts AS r WHERE r.quantity <> (SELECT COUNT(*) FROM sales AS s WHERE s.receipt_id = r.id)")?;
        assert_eq!(torn, 0, "I2: no receipt lacks a sale");
        let counter = counters::all(tx)?.remove(0).id;
        let drawer = ledger::balance(tx, &Account::Drawer(counter))?;
        assert!(drawer.abs() < i64::from(u32::MAX), "I3: {drawer}");
        Ok::<_, Fault>(())
    })
    .unwrap();
}
