//! A file that is either there whole or not there at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes beside the goal, flushes to the disk, then renames over it; a failure leaves what was there before.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = unfinished_name(path)?;
    let written = write_new(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, path));
    if let Err(error) = written {
        // What could not be finished is not left lying about; the first error is the one that matters.
        let _ = fs::remove_file(&unfinished);
        return Err(error);
    }
    settle_folder(path);
    Ok(())
}

/// Keeps letters, digits, spaces and `-_.` of a suggested name, at most 80 characters, and ends it in `.pdf`.
pub(crate) fn pdf_name(suggested: &str) -> String {
    let kept: String = suggested
        .trim_end_matches(".pdf")
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.') { c } else { '-' })
        .take(80)
        .collect();
    let name = kept.trim_matches([' ', '.', '-']);
    format!("{}.pdf", if name.is_empty() { "karcis" } else { name })
}

fn unfinished_name(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.part", std::process::id()));
    Ok(path.with_file_name(hidden))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The rename itself is only durable once its folder is. Some network folders refuse the call and Windows has none;
/// the file is whole either way, so a refusal is not a failure.
fn settle_folder(path: &Path) {
    if cfg!(unix)
        && let Some(folder) = path.parent()
        && let Err(error) = File::open(folder).and_then(|folder| folder.sync_all())
    {
        tracing::debug!(%error, "the folder of a saved file could not be flushed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_else_stays_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Lembar 7.pdf");
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_remains() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken.pdf");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("inside"), b"old").unwrap();
        assert!(write_whole(&path, b"new").is_err(), "a folder cannot be replaced by a file");
        assert_eq!(fs::read(path.join("inside")).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_told_apart_from_other_failures() {
        let error = write_new(Path::new("/dev/full"), b"x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_suggested_name_cannot_leave_the_folder_or_lose_its_ending() {
        assert_eq!(pdf_name("Batch 12 - 1 Hari"), "Batch 12 - 1 Hari.pdf");
        assert_eq!(pdf_name("lembar.pdf"), "lembar.pdf");
        assert_eq!(pdf_name("../../etc/passwd"), "etc-passwd.pdf");
        assert_eq!(pdf_name("a\\b:c*d"), "a-b-c-d.pdf");
        assert_eq!(pdf_name("  "), "karcis.pdf");
        assert_eq!(pdf_name(&"x".repeat(300)).len(), 84);
    }
}
