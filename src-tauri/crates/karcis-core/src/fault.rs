//! What went wrong on our side, and the numbered incidents people can quote to support.

use crate::db::{ReadTx, WriteTx, params};
use crate::values::Timestamp;
use sha2::{Digest, Sha256};

/// We are broken: an accident, never an answer. Carries what was tried, for the log and the incident list.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Fault(#[from] anyhow::Error);

impl Fault {
    /// A fault that says what was tried.
    pub fn new(what: impl std::fmt::Display) -> Fault {
        Fault(anyhow::anyhow!("{what}"))
    }

    /// Puts what was being done in front of what happened.
    #[must_use]
    pub fn context(self, what: impl std::fmt::Display + Send + Sync + 'static) -> Fault {
        Fault(self.0.context(what))
    }

    /// The whole chain in one line, for logs only; never for a screen.
    pub fn chain(&self) -> String {
        format!("{:#}", self.0)
    }

    /// Whether the disk is full: people can act on that, so it gets its own words.
    pub fn is_disk_full(&self) -> bool {
        match self.sqlite_error() {
            // Only a disk without room refuses to let the log's index beside the books grow.
            Some(error) => {
                error.code == rusqlite::ErrorCode::DiskFull
                    || error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
            }
            None => false,
        }
    }

    /// Whether the database may not be written (read-only file or folder).
    pub fn is_read_only(&self) -> bool {
        matches!(
            self.sqlite_code(),
            Some(
                rusqlite::ErrorCode::ReadOnly
                    | rusqlite::ErrorCode::CannotOpen
                    | rusqlite::ErrorCode::PermissionDenied
            )
        )
    }

    /// Whether the file is not a database or its pages are damaged.
    pub fn is_damaged(&self) -> bool {
        matches!(
            self.sqlite_code(),
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt)
        )
    }

    fn sqlite_code(&self) -> Option<rusqlite::ErrorCode> {
        self.sqlite_error().map(|error| error.code)
    }

    fn sqlite_error(&self) -> Option<rusqlite::ffi::Error> {
        self.0.chain().find_map(|cause| match cause.downcast_ref::<rusqlite::Error>() {
            Some(rusqlite::Error::SqliteFailure(error, _)) => Some(*error),
            _ => None,
        })
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault(anyhow::Error::new(error).context("talk to the database"))
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Fault {
        Fault(anyhow::Error::new(error).context("read or write stored JSON"))
    }
}

/// Adds what was being done to any error that is our fault.
pub trait Trying<T> {
    /// Names the deed that failed.
    fn trying(self, what: &'static str) -> Result<T, Fault>;
}

impl<T, E: Into<anyhow::Error>> Trying<T> for Result<T, E> {
    fn trying(self, what: &'static str) -> Result<T, Fault> {
        self.map_err(|error| Fault(error.into().context(what)))
    }
}

/// A fault as kept in the books: grouped by fingerprint, quoted by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The number a person reads to support.
    pub number: i64,
    /// The cause chain, for us.
    pub message: String,
    /// How often it happened.
    pub count: i64,
    /// When it last happened.
    pub last_at: Timestamp,
}

/// Records a fault and returns the incident's number; the same fault twice is one incident counted twice.
pub fn record(tx: &WriteTx<'_>, place: &str, fault: &Fault, now: Timestamp) -> Result<i64, Fault> {
    let message: String = fault.chain().chars().take(500).collect();
    let digest = Sha256::digest(format!("{place}\n{message}"));
    let fingerprint: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let row = tx.one(
        "INSERT INTO incidents (fingerprint, number, place, message, count, first_at, last_at)
         VALUES ($1, (SELECT COALESCE(MAX(number), 1000) + 1 FROM incidents), $2, $3, 1, $4, $4)
         ON CONFLICT (fingerprint) DO UPDATE SET count = incidents.count + 1, last_at = excluded.last_at
         RETURNING number",
        params![fingerprint, place, message, now],
        |row| row.int(0),
    )?;
    Ok(row)
}

/// The latest incidents, newest first, at most `limit`.
pub fn incidents(tx: &ReadTx<'_>, limit: u16) -> Result<Vec<Incident>, Fault> {
    tx.all(
        "SELECT number, message, count, last_at FROM incidents ORDER BY last_at DESC LIMIT $1",
        params![i64::from(limit)],
        |row| {
            Ok(Incident {
                number: row.int(0)?,
                message: row.text(1)?,
                count: row.int(2)?,
                last_at: row.timestamp(3)?,
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    fn failed(code: i32) -> Fault {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None).into()
    }

    #[test]
    fn a_disk_is_full_also_when_the_index_of_the_log_cannot_grow() {
        assert!(failed(ffi::SQLITE_FULL).is_disk_full());
        assert!(failed(ffi::SQLITE_IOERR_SHMSIZE).context("open the database").is_disk_full());
        for other in [ffi::SQLITE_IOERR_READ, ffi::SQLITE_READONLY, ffi::SQLITE_CORRUPT] {
            assert!(!failed(other).is_disk_full(), "{other}");
        }
        assert!(!Fault::new("a full disk").is_disk_full());
    }
}
