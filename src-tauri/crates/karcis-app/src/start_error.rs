//! Why Karcis does not open, in words that say what happened and what to do.

use karcis_core::db::OpenError;
use karcis_core::fault::Fault;
use karcis_core::settings::Language;
use karcis_web::Texts;
use std::io;
use std::path::{Path, PathBuf};

/// Why the books or the screens are not opened.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The books refuse.
    #[error("the books in {folder} do not open: {error}")]
    Books {
        /// The data folder.
        folder: PathBuf,
        /// Why.
        #[source]
        error: OpenError,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {error}")]
    CannotListen {
        /// The address asked for.
        address: String,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// The books opened, but could not be read or written while everything was put together.
    #[error("the start failed in {folder}: {}", .fault.chain())]
    Fault {
        /// The data folder.
        folder: PathBuf,
        /// What was tried.
        fault: Fault,
    },
}

impl StartError {
    pub(crate) fn fault(folder: &Path) -> impl Fn(Fault) -> StartError {
        move |fault| StartError::Fault { folder: folder.to_owned(), fault }
    }

    pub(crate) fn books(folder: &Path) -> impl Fn(OpenError) -> StartError {
        move |error| StartError::Books { folder: folder.to_owned(), error }
    }

    /// What happened and what to do, in one language.
    pub fn sentence(&self, language: Language) -> String {
        let t = &Texts::of(language).start;
        match self {
            StartError::Books { folder, error } => match error {
                OpenError::SqliteTooOld { found, needed } => t.sqlite_too_old(found, needed),
                OpenError::NewerSchema { found, known } => t.newer_schema(folder.display(), found, known),
                OpenError::CannotWrite(folder) => t.cannot_write(folder.display()),
                OpenError::AlreadyOpen(folder) => t.already_open(folder.display()),
                OpenError::DiskFull(folder) => disk_full(folder, language),
                OpenError::Damaged(file) => t.damaged(file.display()),
                OpenError::Fault(fault) => of_fault(fault, folder, language),
            },
            StartError::CannotListen { address, error: _ } => t.cannot_listen(address),
            StartError::Fault { folder, fault } => of_fault(fault, folder, language),
        }
    }

    /// The sentence in both languages, for a dialog before anybody's language is known.
    pub fn in_both_languages(&self) -> String {
        Language::ALL.map(|language| self.sentence(language)).join("\n\n")
    }
}

/// With the code that a full disk has on every screen.
fn disk_full(folder: &Path, language: Language) -> String {
    format!("R-911: {}", Texts::of(language).start.disk_full(folder.display()))
}

fn of_fault(fault: &Fault, folder: &Path, language: Language) -> String {
    let t = &Texts::of(language).start;
    if fault.is_disk_full() {
        disk_full(folder, language)
    } else if fault.is_read_only() {
        t.cannot_write(folder.display())
    } else if fault.is_damaged() {
        t.damaged(folder.join("karcis.db").display())
    } else {
        t.fault.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do_in_both_languages_and_nothing_in_the_words_of_sqlite() {
        let folder = PathBuf::from("/srv/karcis");
        let books = StartError::books(&folder);
        let cases = [
            (
                books(OpenError::SqliteTooOld { found: "3.40.0".into(), needed: "3.51.3" }),
                "Pasang",
                "Install",
            ),
            (
                books(OpenError::NewerSchema { found: 9, known: 1 }),
                "Pasang Karcis terbaru",
                "Install the latest",
            ),
            (books(OpenError::CannotWrite(folder.clone())), "izin menulis", "Allow writing"),
            (books(OpenError::AlreadyOpen(folder.clone())), "tutup dulu", "close it first"),
            (books(OpenError::DiskFull(folder.clone())), "R-911: Disk", "R-911: The disk"),
            (books(OpenError::Damaged(folder.join("karcis.db"))), "Pulihkan", "Restore a backup"),
            (books(OpenError::Fault(Fault::new("SQLITE_MISUSE"))), "hubungi bantuan", "ask for help"),
        ];
        for (error, indonesian, english) in cases {
            let both = error.in_both_languages();
            assert!(both.contains(indonesian) && both.contains(english), "{both}");
            assert!(!both.contains("SQLITE_"), "{both}");
        }
    }
}
