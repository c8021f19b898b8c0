use super::*;
use crate::db::Db;
use serde_json::json;

fn books() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    (folder, db)
}

fn three_rows(db: &Db) {
    for count in 0..3 {
        db.write(|tx| {
            let now = Timestamp::from_millis(1_000 + count);
            record(tx, &Actor::karcis(), "plan.keep", ("plan", "p1"), &json!({"price": 5000 + count}), now)
        })
        .unwrap();
    }
}

#[test]
fn a_whole_chain_verifies_and_its_head_is_ten_characters() {
    let (_folder, db) = books();
    three_rows(&db);
    let Chain::Whole { rows, head } = db.read(verify).unwrap() else { panic!("the chain is whole") };
    assert_eq!((rows, head.len()), (3, 10));
}

#[test]
fn the_database_refuses_to_change_or_delete_a_row() {
    let (_folder, db) = books();
    three_rows(&db);
    for sql in ["UPDATE audit SET detail = '{}' WHERE seq = 2", "DELETE FROM audit WHERE seq = 3"] {
        let refused = db.write(|tx| tx.run(sql, crate::db::params![])).unwrap_err();
        assert!(refused.chain().contains("only ever added"), "{}", refused.chain());
    }
}

#[test]
fn a_row_changed_behind_the_guards_is_named() {
    for (bad, sql) in [
        (2, "UPDATE audit SET detail = '{\"price\":1}' WHERE seq = 2"),
        (1, "UPDATE audit SET actor_name = 'Budi' WHERE seq = 1"),
        (2, "DELETE FROM audit WHERE seq = 2"),
        (3, "UPDATE audit SET at = 1 WHERE seq = 3"),
    ] {
        let (folder, db) = books();
        three_rows(&db);
        let thief = rusqlite::Connection::open(folder.path().join("karcis.db")).unwrap();
        thief
            .execute_batch("DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_deleted")
            .unwrap();
        thief.execute(sql, []).unwrap();
        assert_eq!(db.read(verify).unwrap(), Chain::Broken { seq: bad }, "{sql}");
    }
}

#[test]
fn canonical_json_sorts_keys_at_every_depth() {
    let value = json!({"b": [1, {"z": null, "a": "\"x\""}], "a": true});
    assert_eq!(canonical_json(&value), r#"{"a":true,"b":[1,{"a":"\"x\"","z":null}]}"#);
}
