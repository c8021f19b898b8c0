//! The doctor and the ills it must find.

use crate::console::run;
use karcis_core::audit::Actor;
use karcis_core::db::Db;
use karcis_core::values::{Money, Timestamp};
use karcis_core::{counters, shifts};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::fs;
use std::path::Path;

/// Books with a finished batch, all of it in the one file.
async fn books() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = run(&["demo", "--count", "300", "--out", folder.path().to_str().unwrap()]).await;
    assert_eq!(made.code, Some(0), "{made:?}");
    settled(folder.path());
    folder
}

fn settled(folder: &Path) {
    let books = rusqlite::Connection::open(folder.join("karcis.db")).unwrap();
    books.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

#[tokio::test]
async fn healthy_books_have_no_findings() {
    let folder = books().await;
    let path = folder.path().to_str().unwrap();
    let found = run(&["doctor", "--data", path, "--json"]).await;
    assert_eq!(found.code, Some(0), "{found:?}");
    let found = found.json();
    assert_eq!(found["findings"], serde_json::json!([]));
    assert_eq!((found["audit"]["state"].as_str(), found["practice"].as_str()), (Some("whole"), Some("good")));
    assert_eq!(
        (found["lanes"][0]["waiting"].as_u64(), found["lanes"][0]["dead"].as_u64()),
        (Some(0), Some(0))
    );
    assert!(found["versions"]["sqlite"].as_str().unwrap() >= "3.51.3");
    let told = run(&["doctor", "--data", path]).await;
    assert!(told.out.contains("The audit chain is whole") && told.out.contains("Healthy"), "{told:?}");
}

#[tokio::test]
async fn a_changed_audit_row_is_named() {
    let folder = books().await;
    let books = rusqlite::Connection::open(folder.path().join("karcis.db")).unwrap();
    let guards: Vec<String> = books
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(!guards.is_empty(), "the chain is guarded");
    for guard in guards {
        books.execute(&format!("DROP TRIGGER {guard}"), []).unwrap();
    }
    assert_eq!(books.execute("UPDATE audit SET actor_name = 'Orang lain' WHERE seq = 3", []).unwrap(), 1);
    drop(books);
    let found = run(&["doctor", "--data", folder.path().to_str().unwrap(), "--json"]).await;
    assert_eq!(found.code, Some(1), "{found:?}");
    assert_eq!(found.json()["findings"], serde_json::json!([{ "kind": "audit", "row": 3 }]));
    let told = run(&["doctor", "--data", folder.path().to_str().unwrap()]).await;
    assert!(told.out.contains("breaks at row 3"), "{told:?}");
}

#[tokio::test]
async fn a_flipped_page_is_found() {
    let folder = books().await;
    let file = folder.path().join("karcis.db");
    let mut bytes = fs::read(&file).unwrap();
    let page = bytes.len() - 4_096;
    for byte in &mut bytes[page..] {
        *byte = !*byte;
    }
    fs::write(&file, bytes).unwrap();
    let found = run(&["doctor", "--data", folder.path().to_str().unwrap(), "--json"]).await;
    assert_eq!(found.code, Some(1), "{found:?}");
    assert_eq!(found.json()["findings"][0]["kind"], "integrity", "{found:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_found() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("karcis.db"), "bukan basis data sama sekali".repeat(400)).unwrap();
    let found = run(&["doctor", "--data", folder.path().to_str().unwrap(), "--json"]).await;
    assert_eq!(found.code, Some(1), "{found:?}");
    assert_eq!(found.json()["findings"][0]["kind"], "integrity");
    assert!(found.err.contains("is damaged or is not Karcis data"), "{found:?}");
}

#[tokio::test]
async fn a_damaged_practice_router_is_found() {
    let folder = books().await;
    fs::write(folder.path().join("practice-router.json"), "{").unwrap();
    let found = run(&["doctor", "--data", folder.path().to_str().unwrap(), "--json"]).await;
    assert_eq!(found.code, Some(1), "{found:?}");
    assert_eq!(found.json()["findings"], serde_json::json!([{ "kind": "practice", "memory": "damaged" }]));
}

#[tokio::test]
async fn books_that_are_open_or_not_there_are_not_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let none = run(&["doctor", "--data", path]).await;
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(none.err.contains("There is no Karcis data in"), "{none:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the doctor makes no books");
    let _open = karcis_core::db::Db::open(folder.path()).unwrap();
    let locked = run(&["doctor", "--data", path]).await;
    assert_eq!(locked.code, Some(2), "{locked:?}");
    assert!(locked.err.contains("Another Karcis is using"), "{locked:?}");
}

/// Opens a shift in these books; its float is the first transaction of the ledger.
fn open_shift(folder: &Path) {
    let db = Db::open(folder).unwrap();
    let now = Timestamp::from_millis(1_795_147_200_000);
    let mut rng = StdRng::seed_from_u64(1);
    let counter = db.read(counters::all).unwrap().remove(0).id;
    let float = Money::rupiah(100_000);
    db.write(|tx| shifts::open(tx, &Actor::karcis(), counter, float, "buka", &mut rng, now)).unwrap();
    drop(db);
    settled(folder);
}

#[tokio::test]
async fn money_that_does_not_add_up_is_named_transaction_by_transaction() {
    let folder = books().await;
    open_shift(folder.path());
    let path = folder.path().to_str().unwrap();
    let whole = run(&["doctor", "--data", path]).await;
    assert_eq!(whole.code, Some(0), "{whole:?}");
    assert!(whole.out.contains("Ledger: 2 accounts, debit Rp 100.000, credit Rp 100.000"), "{whole:?}");
    let books = rusqlite::Connection::open(folder.path().join("karcis.db")).unwrap();
    books.execute("DROP TRIGGER postings_are_never_changed", []).unwrap();
    let changed = books.execute("UPDATE postings SET amount = 90000 WHERE amount = 100000", []).unwrap();
    assert_eq!(changed, 1);
    drop(books);
    let found = run(&["doctor", "--data", path, "--json"]).await;
    assert_eq!(found.code, Some(1), "{found:?}");
    let found = found.json();
    assert_eq!(found["money"], serde_json::json!({ "accounts": 2, "debit": 90_000, "credit": 100_000 }));
    assert_eq!(
        found["findings"],
        serde_json::json!([
            { "kind": "money", "flaw": { "of": "trial_balance", "debit": 90_000, "credit": 100_000 } },
            { "kind": "money", "flaw": { "of": "transaction", "number": 1 } },
            { "kind": "money", "flaw": { "of": "shift", "number": 1, "ledger": 90_000, "rows": 100_000 } },
        ])
    );
    let told = run(&["doctor", "--data", path]).await;
    assert!(told.out.contains("Transaction 1 of the ledger does not sum to zero"), "{told:?}");
}

#[tokio::test]
async fn a_voucher_called_sold_that_nobody_sold_is_found() {
    let folder = books().await;
    let books = rusqlite::Connection::open(folder.path().join("karcis.db")).unwrap();
    let changed = books.execute("UPDATE vouchers SET standing = 'sold' WHERE number = 7", []).unwrap();
    assert_eq!(changed, 1);
    drop(books);
    let found = run(&["doctor", "--data", folder.path().to_str().unwrap(), "--json"]).await;
    assert_eq!(found.code, Some(1), "{found:?}");
    assert_eq!(
        found.json()["findings"],
        serde_json::json!([{ "kind": "money", "flaw": { "of": "voucher", "number": 7 } }])
    );
}
