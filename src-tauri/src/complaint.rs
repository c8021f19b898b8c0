//! The words of a native command that could not do what it was asked.

use std::io;
use std::path::Path;

use serde::Serialize;

/// Why a native command did not do what it was asked, in both languages and with a stable code.
#[derive(Debug, Serialize)]
pub(crate) struct Complaint {
    pub(crate) code: &'static str,
    id: String,
    en: String,
}

impl Complaint {
    pub(crate) fn new(code: &'static str, indonesian: impl Into<String>, english: impl Into<String>) -> Self {
        Self { code, id: indonesian.into(), en: english.into() }
    }

    /// The office already speaks the language of the person.
    pub(crate) fn of_the_office(sentence: String) -> Self {
        Self { code: "", id: sentence.clone(), en: sentence }
    }

    /// A file that could not be written, with what to do about it.
    pub(crate) fn not_saved(path: &Path, error: &io::Error) -> Self {
        tracing::warn!(%error, "a sheet could not be saved");
        let folder = path.parent().unwrap_or(path).display();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::new(
                "W-100",
                format!(
                    "Disk penuh: lembar tidak tersimpan di {folder}. Kosongkan ruang atau pilih folder lain. Voucher tetap aman."
                ),
                format!(
                    "The disk is full: the sheet was not saved in {folder}. Free some space or choose another folder. The vouchers are safe."
                ),
            ),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::new(
                "W-101",
                format!("Folder {folder} tidak bisa ditulis. Pilih folder lain. Voucher tetap aman."),
                format!(
                    "The folder {folder} cannot be written. Choose another folder. The vouchers are safe."
                ),
            ),
            _ => Self::new(
                "W-109",
                format!("Lembar tidak tersimpan di {folder}. Pilih folder lain. Voucher tetap aman."),
                format!("The sheet was not saved in {folder}. Choose another folder. The vouchers are safe."),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_closed_folder_each_say_what_to_do() {
        let said = |kind| Complaint::not_saved(Path::new("/media/usb/lembar.pdf"), &io::Error::from(kind));
        let full = said(io::ErrorKind::StorageFull);
        assert_eq!(full.code, "W-100");
        assert!(full.id.starts_with("Disk penuh") && full.id.contains("/media/usb"), "{full:?}");
        assert!(full.en.contains("disk is full") && full.en.contains("vouchers are safe"), "{full:?}");
        assert_eq!(said(io::ErrorKind::ReadOnlyFilesystem).code, "W-101");
        assert_eq!(said(io::ErrorKind::PermissionDenied).code, "W-101");
    }
}
