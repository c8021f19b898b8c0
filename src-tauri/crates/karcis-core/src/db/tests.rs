use super::*;
use crate::fault::Fault;

#[test]
fn markers_are_bound_by_their_number_not_by_their_first_appearance() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let (second, first) = db
        .read(|tx| tx.one("SELECT $2, $1, $2", params![10_i64, 20_i64], |row| Ok((row.int(0)?, row.int(1)?))))
        .unwrap();
    assert_eq!((first, second), (10, 20));
    let missing = db.read(|tx| tx.one("SELECT $3", params![1_i64], |row| row.int(0))).unwrap_err();
    assert!(missing.chain().contains("$3"));
}

#[test]
fn a_refused_verb_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let refused: Result<(), Fault> = db.write(|tx| {
        tx.run("INSERT INTO settings (name, value) VALUES ('a', 'b')", params![])?;
        Err(Fault::new("no"))
    });
    assert!(refused.is_err());
    let rows = db.read(|tx| tx.one("SELECT COUNT(*) FROM settings", params![], |row| row.int(0))).unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn a_reader_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let refused = db
        .read(|tx| tx.maybe("DELETE FROM settings RETURNING name", params![], |row| row.text(0)))
        .unwrap_err();
    assert!(refused.is_read_only(), "{}", refused.chain());
}

#[test]
fn a_second_instance_on_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Db::open(folder.path()).unwrap();
    assert!(matches!(Db::open(folder.path()), Err(OpenError::AlreadyOpen(_))));
    drop(first);
    Db::open(folder.path()).unwrap();
}

#[test]
fn books_that_were_closed_are_free_although_a_program_being_started_holds_a_copy_of_their_lock() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let copy = db.copy_of_lock();
    assert!(matches!(Db::open(folder.path()), Err(OpenError::AlreadyOpen(_))));
    drop(db);
    Db::open(folder.path()).unwrap();
    drop(copy);
}

#[test]
fn books_of_a_newer_karcis_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(Db::open(folder.path()).unwrap());
    let path = folder.path().join("karcis.db");
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer
        .execute(
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (99, 'future', '', '1')",
            [],
        )
        .unwrap();
    drop(newer);
    let error = Db::open(folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::NewerSchema { found: 99, known: SCHEMA_VERSION }), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_called_damaged() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("karcis.db"),
        "these are not the books you are looking for".repeat(200),
    )
    .unwrap();
    assert!(matches!(Db::open(folder.path()), Err(OpenError::Damaged(_))));
}

#[test]
fn a_folder_that_cannot_be_made_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "").unwrap();
    assert!(matches!(Db::open(&blocked.join("data")), Err(OpenError::CannotWrite(_))));
}

#[test]
#[cfg(unix)]
fn a_folder_without_write_permission_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let locked = folder.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write anywhere; for everybody else the folder is refused.
    let root = std::fs::write(locked.join("probe"), "").is_ok();
    assert_eq!(matches!(Db::open(&locked), Err(OpenError::CannotWrite(_))), !root);
}

#[test]
fn the_books_are_kept_with_full_synchronisation_and_a_write_ahead_log_whatever_their_folder_is_called() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["plain", "Warung Bu Siti, lantai 2", "Café Ñandú 新店 № 5 🛵", "100% #1 & co"] {
        let db = Db::open(&folder.path().join(name)).unwrap();
        let modes = db
            .write(|tx| {
                let journal = tx.one("PRAGMA journal_mode", params![], |row| row.text(0))?;
                let synchronous = tx.one("PRAGMA synchronous", params![], |row| row.int(0))?;
                let foreign = tx.one("PRAGMA foreign_keys", params![], |row| row.int(0))?;
                Ok::<_, Fault>((journal, synchronous, foreign))
            })
            .unwrap();
        assert_eq!(modes, ("wal".to_owned(), 2, 1), "{name}");
        assert_eq!(db.check().unwrap(), Vec::<String>::new());
        assert!(
            db.path().with_file_name("karcis.db-wal").exists(),
            "{name}: the log stands beside the books"
        );
    }
}

#[test]
fn books_in_a_folder_deeper_than_windows_once_allowed_keep_what_was_written() {
    let root = tempfile::tempdir().unwrap();
    let folder = (0..6).fold(root.path().to_owned(), |folder, _| {
        folder.join("Kantor pusat, lantai dua, gedung timur ".repeat(2).trim())
    });
    assert!(folder.as_os_str().len() > 300, "{}", folder.display());
    let db = Db::open(&folder).unwrap();
    db.write(|tx| tx.run("INSERT INTO settings (name, value) VALUES ('a', 'b')", params![])).unwrap();
    assert!(matches!(Db::open(&folder), Err(OpenError::AlreadyOpen(_))));
    drop(db);
    let again = Db::open(&folder).unwrap();
    let rows = again.read(|tx| tx.one("SELECT COUNT(*) FROM settings", params![], |row| row.int(0))).unwrap();
    assert_eq!(rows, 1);
    assert!(folder.join("karcis.db").exists());
    #[cfg(windows)]
    assert!(again.path().starts_with(r"\\?\C:\"), "{}", again.path().display());
}

#[test]
fn a_write_that_changes_nothing_wakes_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let commits = db.commits();
    db.write(|tx| tx.run("UPDATE settings SET value = 'b' WHERE name = 'a'", params![])).unwrap();
    assert!(!commits.has_changed().unwrap(), "an engine woken by its own look at an empty queue never rests");
    db.write(|tx| tx.run("INSERT INTO settings (name, value) VALUES ('a', 'b')", params![])).unwrap();
    assert!(commits.has_changed().unwrap());
}

#[test]
fn closed_books_are_one_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    db.write(|tx| tx.run("INSERT INTO settings (name, value) VALUES ('a', 'b')", params![])).unwrap();
    db.read(|tx| tx.one("SELECT COUNT(*) FROM settings", params![], |row| row.int(0))).unwrap();
    drop(db);
    assert!(!folder.path().join("karcis.db-wal").exists(), "a copy of karcis.db has everything");
}
