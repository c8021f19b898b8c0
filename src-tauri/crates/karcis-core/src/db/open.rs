//! Opening the books: who may, under which pragmas, and what is refused.

use super::migrate::{SCHEMA_VERSION, migrate, schema_version};
use super::{ReadTx, WriteTx};
use crate::fault::{Fault, Trying};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Component, Path, PathBuf, Prefix};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Why the books cannot be opened; each is a sentence for people in the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The linked SQLite has the WAL-reset bug.
    #[error("SQLite {found} is older than {needed}")]
    SqliteTooOld {
        /// The version linked.
        found: String,
        /// The oldest version accepted.
        needed: &'static str,
    },
    /// A newer Karcis has migrated these books.
    #[error("the database has schema {found}, this program knows up to {known}")]
    NewerSchema {
        /// The version in the books.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The data folder or the database in it cannot be written.
    #[error("cannot write in {0}")]
    CannotWrite(PathBuf),
    /// Another Karcis has this data folder open.
    #[error("another Karcis uses {0}")]
    AlreadyOpen(PathBuf),
    /// The disk that holds the data folder is full.
    #[error("no space left for {0}")]
    DiskFull(PathBuf),
    /// The file is not a database of ours or is damaged.
    #[error("{0} is not a usable database")]
    Damaged(PathBuf),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The books of one shop: one writer, a few readers, a lock on the data folder.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    // Closed in this order: the writer, the last to close, folds the log back into the database.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    commits: watch::Sender<u64>,
    _lock: Lock,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Db").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

/// The oldest SQLite without the WAL-reset corruption bug (fixed on 2026-03-13).
const OLDEST_SQLITE: (&str, i32) = ("3.51.3", 3_051_003);
/// Readers kept open between uses; more may exist for a moment under load, never more than requests under way.
const IDLE_READERS: usize = 4;
/// The longest folder whose files Windows opens under their plain name; `karcis.db-journal` must fit behind it.
const LONGEST_PLAIN_FOLDER: usize = 200;
/// Statements kept prepared on each connection.
const PREPARED: usize = 128;

impl Db {
    /// Opens (or makes) the books in this data folder: `karcis.db`, locked by `karcis.lock`.
    ///
    /// Refuses an old SQLite, a newer schema, a folder it cannot write and a second instance.
    pub fn open(folder: &Path) -> Result<Db, OpenError> {
        if rusqlite::version_number() < OLDEST_SQLITE.1 {
            let found = rusqlite::version().to_owned();
            return Err(OpenError::SqliteTooOld { found, needed: OLDEST_SQLITE.0 });
        }
        let lock = lock(folder)?;
        let path = reachable(folder).join("karcis.db");
        let writer = open_writer(&path).map_err(|fault| explain(fault, folder, &path))?;
        Ok(Db {
            inner: Arc::new(Inner {
                path,
                writer: Mutex::new(writer),
                readers: Mutex::new(Vec::new()),
                commits: watch::Sender::new(0),
                _lock: lock,
            }),
        })
    }

    /// What a program that is being started holds of the lock until it has begun.
    #[cfg(test)]
    pub(super) fn copy_of_lock(&self) -> File {
        self.inner._lock.0.try_clone().expect("a file that is open can be copied")
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Decides: runs `verb` in a write transaction, commits when it answers `Ok`, leaves nothing behind otherwise.
    ///
    /// Blocks until the disk has the commit (`synchronous=FULL`); async callers use [`Db::writing`].
    pub fn write<T, E: From<Fault>>(&self, verb: impl FnOnce(&WriteTx<'_>) -> Result<T, E>) -> Result<T, E> {
        let (answer, changed) = {
            let mut writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction =
                writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Fault::from)?;
            let before = transaction.total_changes();
            let answer = verb(&WriteTx::new(&transaction))?;
            let changed = transaction.total_changes() != before;
            transaction.commit().map_err(Fault::from)?;
            (answer, changed)
        };
        // A look at an empty queue is a write as well; it must not wake the one who looks.
        if changed {
            self.inner.commits.send_modify(|count| *count += 1);
        }
        Ok(answer)
    }

    /// Asks: runs `question` on a read-only connection that sees one moment of the books.
    pub fn read<T, E: From<Fault>>(
        &self,
        question: impl FnOnce(&ReadTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => open_reader(&self.inner.path)?,
        };
        let answer = {
            let transaction = reader.transaction().map_err(Fault::from)?;
            question(&ReadTx::new(&transaction))?
        };
        let mut idle = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(reader);
        }
        Ok(answer)
    }

    /// [`Db::write`] on a blocking thread.
    pub async fn writing<T, E>(
        &self,
        verb: impl FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.write(verb))
            .await
            .map_err(|_| Fault::new("a write panicked"))?
    }

    /// [`Db::read`] on a blocking thread.
    pub async fn reading<T, E>(
        &self,
        question: impl FnOnce(&ReadTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.read(question))
            .await
            .map_err(|_| Fault::new("a read panicked"))?
    }

    /// Counts the commits that changed a row, so that engines and screens wake when the books change.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.inner.commits.subscribe()
    }

    /// Whether SQLite finds the file whole (`integrity_check`, `foreign_key_check`); the findings otherwise.
    pub fn check(&self) -> Result<Vec<String>, Fault> {
        let reader = open_reader(&self.inner.path)?;
        let mut findings = Vec::new();
        let mut integrity = reader.prepare("PRAGMA integrity_check(20)")?;
        let mut rows = integrity.query([])?;
        while let Some(row) = rows.next()? {
            let line: String = row.get(0)?;
            if line != "ok" {
                findings.push(line);
            }
        }
        let mut foreign = reader.prepare("PRAGMA foreign_key_check")?;
        let mut rows = foreign.query([])?;
        while let Some(row) = rows.next()? {
            let table: String = row.get(0)?;
            findings.push(format!("a row of {table} refers to nothing"));
        }
        Ok(findings)
    }
}

/// Held for the life of the books; the system releases it when the process dies.
struct Lock(File);

impl Drop for Lock {
    /// Closing the file alone would leave the lock to a program that is being started just then: until it has begun, it
    /// holds a copy of every open file.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

fn lock(folder: &Path) -> Result<Lock, OpenError> {
    let cannot = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::StorageFull => OpenError::DiskFull(folder.to_owned()),
        _ => OpenError::CannotWrite(folder.to_owned()),
    };
    fs::create_dir_all(folder).map_err(cannot)?;
    let path = folder.join("karcis.lock");
    let file = File::options().create(true).truncate(false).write(true).open(path).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(OpenError::AlreadyOpen(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(cannot(error)),
    }
}

/// The folder as SQLite can open files in it. Windows takes paths of more than 260 letters only in their full form, which
/// Rust's own functions write by themselves and SQLite does not.
fn reachable(folder: &Path) -> PathBuf {
    if !cfg!(windows) || folder.as_os_str().len() <= LONGEST_PLAIN_FOLDER {
        return folder.to_owned();
    }
    let Ok(whole) = std::path::absolute(folder) else { return folder.to_owned() };
    let mut parts = whole.components();
    match parts.next() {
        Some(Component::Prefix(start)) => match start.kind() {
            Prefix::Disk(_) => {
                let mut full = OsString::from(r"\\?\");
                full.push(&whole);
                full.into()
            }
            Prefix::UNC(server, share) => {
                let share = Path::new(r"\\?\UNC").join(server).join(share);
                share.join(parts.as_path().strip_prefix(r"\").unwrap_or(parts.as_path()))
            }
            Prefix::Verbatim(_) | Prefix::VerbatimUNC(..) | Prefix::VerbatimDisk(_) | Prefix::DeviceNS(_) => {
                whole
            }
        },
        Some(Component::RootDir | Component::CurDir | Component::ParentDir | Component::Normal(_)) | None => {
            whole
        }
    }
}

fn open_writer(path: &Path) -> Result<Connection, OpenError> {
    let mut connection = Connection::open(path).trying("open the database")?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(Fault::from)?;
    common(&connection)?;
    let found = schema_version(&connection)?;
    if found > SCHEMA_VERSION {
        return Err(OpenError::NewerSchema { found, known: SCHEMA_VERSION });
    }
    migrate(&mut connection)?;
    // A read-only file shows itself only when something is written.
    connection
        .execute_batch("BEGIN IMMEDIATE; UPDATE counters SET value = value WHERE name = 'none'; COMMIT")
        .trying("write to the database")?;
    Ok(connection)
}

fn open_reader(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).trying("open the database for reading")?;
    common(&connection)?;
    Ok(connection)
}

fn common(connection: &Connection) -> Result<(), Fault> {
    // FULL: an acknowledged commit is on the disk. NORMAL would lose the newest ones at a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "cache_size", -8_192)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(())
}

fn explain(error: OpenError, folder: &Path, path: &Path) -> OpenError {
    let OpenError::Fault(fault) = error else { return error };
    if fault.is_disk_full() {
        OpenError::DiskFull(folder.to_owned())
    } else if fault.is_read_only() {
        OpenError::CannotWrite(folder.to_owned())
    } else if fault.is_damaged() {
        OpenError::Damaged(path.to_owned())
    } else {
        OpenError::Fault(fault)
    }
}
