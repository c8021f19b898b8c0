//! The pretend flash: what the practice router holds, as a file in the data folder.

use crate::file::{patiently, write_whole};
use routeros_sim::Sim;
use serde_json::Value;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const NAME: &str = "practice-router.json";
/// Ten thousand users take about four megabytes; a file beyond this is not ours.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// The file of a data folder that holds the practice router's memory.
pub fn practice_file(data: &Path) -> PathBuf {
    data.join(NAME)
}

/// What the file of a data folder is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flashed {
    /// There is none.
    Missing,
    /// It can be restored.
    Good,
    /// It cannot.
    Damaged,
}

/// Looks at the file without changing anything.
pub(crate) fn look_at_flash(data: &Path) -> Flashed {
    let flash = Flash::in_folder(data);
    match flash.parsed() {
        Ok(_) => Flashed::Good,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Flashed::Missing,
        Err(_) => Flashed::Damaged,
    }
}

pub(super) struct Flash {
    path: PathBuf,
}

impl Flash {
    pub(super) fn in_folder(data: &Path) -> Flash {
        Flash { path: practice_file(data) }
    }

    /// What was kept. A file that cannot be restored is set aside, and the router begins empty.
    pub(super) fn read(&self) -> Option<Value> {
        match self.parsed() {
            Ok(snapshot) => Some(snapshot),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(%error, "the practice router's memory is damaged and set aside");
                // If even that fails, the next snapshot replaces the damaged one.
                let _ = fs::rename(&self.path, self.path.with_extension("damaged.json"));
                None
            }
        }
    }

    pub(super) fn write(&self, snapshot: &Value) -> io::Result<()> {
        write_whole(&self.path, snapshot.to_string().as_bytes())
    }

    pub(super) fn forget(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The snapshot, tried on a router that nobody can reach.
    fn parsed(&self) -> io::Result<Value> {
        if fs::metadata(&self.path)?.len() > MOST_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let snapshot: Value = serde_json::from_slice(&patiently(|| fs::read(&self.path))?)?;
        let trial = Sim::builder().build();
        trial.restore(&snapshot).map_err(io::Error::other)?;
        if trial.rows("/user").iter().all(|user| user.get("name").map(String::as_str) != Some(super::USER)) {
            return Err(io::Error::other("our user is not in it"));
        }
        Ok(snapshot)
    }
}
