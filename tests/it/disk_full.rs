//! A disk that runs full in the middle of a sale: refused before anything is acknowledged, nothing half-written, and
//! with room again the same books sell.
#![cfg(target_os = "linux")]

use karcis_core::audit::{self, Actor, Chain};
use karcis_core::counters;
use karcis_core::db::{Db, OpenError};
use karcis_core::fault::Fault;
use karcis_core::ledger::{self, Account};
use karcis_core::plans;
use karcis_core::printers::{self, CodePage, Destination, PaperWidth, PrinterRequest, QrDrawing};
use karcis_core::reports;
use karcis_core::sales::{self, Receipt, SellError, SellRequest, Wanted};
use karcis_core::staff::Role;
use karcis_core::values::{Money, StaffId};
use karcis_tests::hand::{self, Deed, OPENING, deed, moment};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// More writes than one sale ever makes.
const MOST_WRITES: u32 = 2_000;

/// The books of a shop whose counter prints, so that a sale writes everything a sale can write.
fn prepare(folder: &Path) {
    hand::prepare(folder).unwrap();
    let (db, karcis) = (opened(folder), Actor::karcis());
    let mut rng = StdRng::seed_from_u64(5);
    let asked = PrinterRequest {
        name: "Struk".to_owned(),
        destination: Destination::Network { host: "192.0.2.9".to_owned(), port: 9100 },
        paper: PaperWidth::Mm58,
        code_page: CodePage::Pc437,
        qr: QrDrawing::Native,
        cuts: true,
        kicks_drawer: true,
        tells_status: true,
    };
    db.write(|tx| {
        let printer = printers::add(tx, &karcis, &asked, "printer", &mut rng, OPENING).map_err(Fault::new)?;
        let counter = counters::all(tx)?.remove(0).id;
        counters::set_printer(tx, &karcis, counter, Some(printer.id), OPENING).map_err(Fault::new)
    })
    .unwrap();
}

/// Opens the books. A program that another test starts at this instant holds our lock until it has become itself: that
/// is waited for.
fn opened(folder: &Path) -> Db {
    for _ in 0..100 {
        match Db::open(folder) {
            Ok(db) => return db,
            Err(OpenError::AlreadyOpen(_)) => {
                File::options().write(true).open(folder.join("karcis.lock")).unwrap().lock().unwrap();
            }
            Err(error) => panic!("books whose disk was full open: {error}"),
        }
    }
    panic!("somebody else has these books");
}

/// Everything a refused sale must not change, counted; the last is what the drawer holds.
fn rows(db: &Db) -> Vec<i64> {
    db.read(|tx| {
        let counts = [
            "SELECT COUNT(*) FROM receipts",
            "SELECT COUNT(*) FROM sales",
            "SELECT COUNT(*) FROM vouchers",
            "SELECT COUNT(*) FROM issued_codes",
            "SELECT COUNT(*) FROM ledger_transactions",
            "SELECT COUNT(*) FROM postings",
            "SELECT COUNT(*) FROM audit",
            "SELECT COUNT(*) FROM slips",
            "SELECT COUNT(*) FROM outbox",
            "SELECT COUNT(*) FROM request_keys",
            "SELECT SUM(value) FROM counters",
        ];
        let mut rows = Vec::new();
        for sql in counts {
            rows.push(tx.one(sql, &[], |row| row.int(0))?);
        }
        let counter = counters::all(tx)?.remove(0).id;
        rows.push(ledger::balance(tx, &Account::Drawer(counter))?);
        Ok::<_, Fault>(rows)
    })
    .unwrap()
}

/// The file, the chain, the ledger, and every sale beside its voucher and its receipt.
fn proven(db: &Db) {
    assert_eq!(db.check().unwrap(), Vec::<String>::new(), "I10: integrity");
    let chain = db.read(audit::verify).unwrap();
    assert!(matches!(chain, Chain::Whole { .. }), "I9: {chain:?}");
    let balance = db.read(ledger::trial_balance).unwrap();
    assert!(balance.is_zero(), "I3: {balance:?}");
    assert_eq!(db.read(reports::prove).unwrap(), [], "I2: what was sold is what was posted");
}

/// Sells two of the plan, as a window does.
fn sell(db: &Db, key: &str) -> Result<Receipt, SellError> {
    let mut rng = StdRng::seed_from_u64(rand::random());
    let actor = Actor::person(StaffId::new(OPENING, &mut StdRng::seed_from_u64(7)), "Siti");
    db.write(|tx| {
        let plan = plans::plans(tx)?.remove(0).id;
        let asked = SellRequest {
            counter: counters::all(tx)?.remove(0).id,
            wanted: Wanted::Plan { plan, quantity: 2 },
            discount: None,
            received: Some(Money::rupiah(20_000)),
            shown: None,
            twice_confirmed: true,
            waiting_accepted: true,
        };
        sales::sell(tx, &actor, Role::Operator, &asked, key, &mut rng, moment(1_000_000))
    })
}

/// Lets the cashier work from this deed on while every write of the log from the `nth` on finds the disk full, until
/// the cashier gives up; answers what was said.
fn work_until_full(folder: &Path, first: u64, nth: u32) -> Option<String> {
    for _ in 0..100 {
        let said = try_work(folder, first, nth)?;
        // The same instant that `opened` waits for.
        if !said.contains("another Karcis") {
            return Some(said);
        }
    }
    panic!("somebody else has these books");
}

fn try_work(folder: &Path, first: u64, nth: u32) -> Option<String> {
    let log = folder.join("karcis.db-wal");
    let inject = format!("inject=write,pwrite64:error=ENOSPC:when={nth}+");
    let worked = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=write,pwrite64", "-e", &inject, "-P"])
        .arg(log)
        .arg(env!("CARGO_BIN_EXE_counter-hand"))
        .arg(folder)
        .args([first.to_string().as_str(), "-"])
        .output();
    let worked = worked.ok()?;
    let said = String::from_utf8(worked.stdout).unwrap();
    // Where processes may not be watched, the cashier never started.
    (!said.is_empty()).then_some(said)
}

#[test]
fn a_disk_that_is_full_at_any_write_of_a_sale_refuses_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let first = (0..).find(|number| deed(*number) == Deed::Sell { quantity: 3 }).unwrap();
    let mut refused = 0;
    for nth in 1..MOST_WRITES {
        let before = rows(&opened(folder.path()));
        let Some(said) = work_until_full(folder.path(), first, nth) else {
            eprintln!("skipped: this test needs strace and the right to use it");
            return;
        };
        let db = opened(folder.path());
        if said.starts_with("sold") {
            assert!(rows(&db) > before, "what was acknowledged is in the books: {said}");
            proven(&db);
            break;
        }
        assert!(said.starts_with("fault ") && said.contains("full"), "write {nth}: {said}");
        assert_eq!(rows(&db), before, "write {nth}: nothing is left of what was refused");
        proven(&db);
        refused += 1;
    }
    assert!(refused > 40, "a sale writes more than {refused} times");
    let db = opened(folder.path());
    let before = rows(&db);
    sell(&db, "ruang lagi").unwrap();
    assert_eq!(rows(&db)[0], before[0] + 1, "with room again the counter sells");
    proven(&db);
}

/// A small file system of its own, for as long as it lives, with a file that takes all its room.
struct FullDisk {
    folder: tempfile::TempDir,
    filler: Option<File>,
    taken: u64,
}

impl FullDisk {
    const PAGE: u64 = 4_096;

    /// Mounts it, where the tests may mount.
    fn mounted() -> Option<FullDisk> {
        let folder = tempfile::tempdir().unwrap();
        let done =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(folder.path()).output();
        done.is_ok_and(|done| done.status.success()).then_some(FullDisk { folder, filler: None, taken: 0 })
    }

    /// Takes all the room there is.
    fn fill(&mut self) {
        let mut filler = File::create(self.folder.path().join("filler")).unwrap();
        let page = [7_u8; FullDisk::PAGE as usize];
        while filler.write_all(&page).is_ok() {
            self.taken += FullDisk::PAGE;
        }
        filler.set_len(self.taken).unwrap();
        self.filler = Some(filler);
    }

    /// Gives one page of it back.
    fn give_a_page(&mut self) {
        self.taken -= FullDisk::PAGE;
        self.filler.as_ref().unwrap().set_len(self.taken).unwrap();
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

#[test]
fn one_program_that_meets_a_full_disk_page_by_page_sells_as_soon_as_there_is_room() {
    let Some(mut disk) = FullDisk::mounted() else {
        eprintln!("skipped: this test needs the right to mount a small file system (root)");
        return;
    };
    let data = disk.folder.path().join("data");
    prepare(&data);
    let db = opened(&data);
    sell(&db, "sebelum").unwrap();
    disk.fill();
    let (before, mut refused) = (rows(&db), 0);
    // The same request each time, as somebody does who presses again.
    let receipt = loop {
        match sell(&db, "tekan lagi") {
            Ok(receipt) => break receipt,
            Err(SellError::Fault(fault)) => assert!(fault.is_disk_full(), "{}", fault.chain()),
            Err(other) => panic!("a full disk is no {other:?}"),
        }
        assert_eq!(rows(&db), before, "page {refused}: nothing is left of what was refused");
        let balance = db.read(ledger::trial_balance).unwrap();
        assert!(balance.is_zero(), "I3: {balance:?}");
        refused += 1;
        disk.give_a_page();
    };
    assert!(refused > 10, "a sale needs more than {refused} pages");
    assert_eq!((rows(&db)[0], receipt.sales.len()), (before[0] + 1, 2), "pressed often, sold once");
    assert_eq!(sell(&db, "tekan lagi").unwrap().id, receipt.id);
    proven(&db);
    drop(db);
    // The log is folded back without room for it, or kept until there is: either way nothing is lost.
    let db = opened(&data);
    assert_eq!(rows(&db)[0], before[0] + 1);
    proven(&db);
}

#[test]
fn books_on_a_disk_that_is_full_already_say_so_instead_of_opening() {
    let Some(mut disk) = FullDisk::mounted() else {
        eprintln!("skipped: this test needs the right to mount a small file system (root)");
        return;
    };
    let data = disk.folder.path().join("data");
    prepare(&data);
    disk.fill();
    match Db::open(&data) {
        Err(OpenError::DiskFull(folder)) => assert_eq!(folder, data),
        other => panic!("a full disk is no {other:?}"),
    }
    // The log and its index need some pages before the books open and sell again.
    for _ in 0..64 {
        disk.give_a_page();
    }
    proven(&opened(&data));
}
