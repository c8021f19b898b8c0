//! What only the shell can do: save, open and pick files, and hand a link to the system.
//! Every command answers with a [`Complaint`] when it cannot; cancelling a dialog is not a failure.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use karcis_app::write_whole;
use tauri::{AppHandle, Manager, Runtime, State, Url};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tauri_plugin_opener::OpenerExt;

use crate::complaint::Complaint;
use crate::office::Office;
use crate::silent;
use crate::transport::WINDOW;

/// A logo is printed on every card of a sheet; beyond this it only makes the paper slow.
const LOGO_LIMIT: u64 = 1024 * 1024;
/// A print's id is a UUID; anything longer was never given out by the office.
const PRINT_ID_LIMIT: usize = 64;
/// An export is named by the query of its report: a handful of short values.
const EXPORT_LIMIT: usize = 500;

/// Asks where to save the sheet of a print and writes it there; answers the path, or nothing when cancelled.
#[tauri::command]
pub(crate) async fn save_sheet<R: Runtime>(
    app: AppHandle<R>,
    office: State<'_, Office>,
    print: String,
    name: Option<String>,
) -> Result<Option<PathBuf>, Complaint> {
    let bytes = sheet(office.inner().clone(), &print).await?;
    let Some(path) = ask_where_to_save(&app, &pdf_name(name.as_deref().unwrap_or(&print)), "pdf").await
    else {
        return Ok(None);
    };
    let goal = path.clone();
    blocking(move || {
        write_whole(&goal, &bytes).map_err(|error| Complaint::not_saved(&path, &error)).map(|()| Some(path))
    })
    .await
}

/// Asks where to save the table a page names and writes it there; answers the path, or nothing when cancelled.
#[tauri::command]
pub(crate) async fn save_export<R: Runtime>(
    app: AppHandle<R>,
    office: State<'_, Office>,
    export: String,
    name: Option<String>,
) -> Result<Option<PathBuf>, Complaint> {
    if export.len() > EXPORT_LIMIT {
        return Err(Complaint::new("W-111", "Laporan ini tidak dikenal.", "This report is not known."));
    }
    let office = office.inner().clone();
    let export = blocking(move || office.export(&export).map_err(Complaint::of_the_office)).await?;
    let name = file_name(name.as_deref().unwrap_or_default(), export.ending);
    let Some(path) = ask_where_to_save(&app, &name, export.ending).await else { return Ok(None) };
    blocking(move || {
        write_whole(&path, &export.bytes)
            .map_err(|error| Complaint::not_saved(&path, &error))
            .map(|()| Some(path))
    })
    .await
}

/// Opens the sheet of a print in the system's viewer.
#[tauri::command]
pub(crate) async fn open_sheet<R: Runtime>(
    app: AppHandle<R>,
    office: State<'_, Office>,
    print: String,
    name: Option<String>,
) -> Result<(), Complaint> {
    let path = set_aside(&app, office.inner().clone(), &print, name.as_deref()).await?;
    view(&app, &path)
}

/// Sends the sheet of a print to the usual printer without a dialog; where that cannot be, it is opened in the viewer,
/// which can. Answers whether the printer has it.
#[tauri::command]
pub(crate) async fn print_sheet<R: Runtime>(
    app: AppHandle<R>,
    office: State<'_, Office>,
    print: String,
    name: Option<String>,
) -> Result<bool, Complaint> {
    let path = set_aside(&app, office.inner().clone(), &print, name.as_deref()).await?;
    match silent::print(&app, &path).await {
        Ok(()) => Ok(true),
        Err(error) => {
            tracing::info!(%error, "a sheet is opened in the viewer instead");
            view(&app, &path).map(|()| false)
        }
    }
}

/// Writes the sheet where the system's viewer finds it; the next start removes it.
async fn set_aside<R: Runtime>(
    app: &AppHandle<R>,
    office: Office,
    print: &str,
    name: Option<&str>,
) -> Result<PathBuf, Complaint> {
    let bytes = sheet(office, print).await?;
    let folder = opened_sheets(app)?;
    let name = pdf_name(name.unwrap_or(print));
    blocking(move || {
        let path = unused(&folder, &name);
        fs::create_dir_all(&folder)
            .and_then(|()| write_whole(&path, &bytes))
            .map_err(|error| Complaint::not_saved(&path, &error))
            .map(|()| path)
    })
    .await
}

fn view<R: Runtime>(app: &AppHandle<R>, path: &Path) -> Result<(), Complaint> {
    app.opener().open_path(path.to_string_lossy(), None::<&str>).map_err(|error| {
        tracing::warn!(%error, "no program opened the sheet");
        Complaint::new(
            "W-103",
            "Tidak ada program untuk membuka PDF. Simpan lembarnya, lalu buka dari folder itu.",
            "No program opens PDF files. Save the sheet and open it from its folder.",
        )
    })
}

/// Lets a person pick the shop's logo and hands the picture to the office; answers whether one was picked.
#[tauri::command]
pub(crate) async fn pick_logo<R: Runtime>(
    app: AppHandle<R>,
    office: State<'_, Office>,
) -> Result<bool, Complaint> {
    let (answer, picked) = tokio::sync::oneshot::channel();
    let start = app.path().picture_dir().ok().filter(|folder| folder.is_dir());
    starting_in(&app, start).add_filter("PNG, JPEG", &["png", "jpg", "jpeg"]).pick_file(move |path| {
        // The command is gone only when the program is ending.
        let _ = answer.send(path);
    });
    let Some(path) = picked.await.ok().flatten().and_then(local) else { return Ok(false) };
    let office = office.inner().clone();
    blocking(move || {
        let picture = read_logo(&path)?;
        office.keep_logo(&picture).map_err(Complaint::of_the_office)
    })
    .await?;
    Ok(true)
}

/// Lets a person pick an installer, such as one from a USB stick, and hands it to the office to be checked; answers
/// whether one was picked.
#[tauri::command]
pub(crate) async fn pick_update<R: Runtime>(
    app: AppHandle<R>,
    office: State<'_, Office>,
) -> Result<bool, Complaint> {
    let (answer, picked) = tokio::sync::oneshot::channel();
    let start = app.path().download_dir().ok().filter(|folder| folder.is_dir());
    let (kind, ending) = if cfg!(windows) { ("Karcis (exe)", "exe") } else { ("Karcis (deb)", "deb") };
    starting_in(&app, start).add_filter(kind, &[ending]).pick_file(move |path| {
        // The command is gone only when the program is ending.
        let _ = answer.send(path);
    });
    let Some(path) = picked.await.ok().flatten().and_then(local) else { return Ok(false) };
    let office = office.inner().clone();
    blocking(move || office.take_update(&path).map_err(Complaint::of_the_office)).await?;
    Ok(true)
}

/// Hands a web, mail or telephone link to the system; refuses every other kind.
#[tauri::command]
pub(crate) async fn open_link<R: Runtime>(app: AppHandle<R>, url: String) -> Result<(), Complaint> {
    let url = outside_link(&url).ok_or_else(|| {
        Complaint::new("W-105", "Tautan ini tidak bisa dibuka.", "This link cannot be opened.")
    })?;
    blocking(move || {
        app.opener().open_url(url.as_str(), None::<&str>).map_err(|error| {
            tracing::warn!(%error, "no program opened the link");
            Complaint::new(
                "W-106",
                "Tidak ada peramban untuk membuka tautan ini.",
                "No browser was found to open this link.",
            )
        })
    })
    .await
}

/// Removes the sheets that earlier runs opened in a viewer: they show codes that are worth money.
pub(crate) fn forget_opened_sheets<R: Runtime>(app: &AppHandle<R>) {
    let Ok(folder) = opened_sheets(app) else { return };
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::debug!(%error, "sheets opened earlier could not all be removed");
    }
}

async fn sheet(office: Office, print: &str) -> Result<Vec<u8>, Complaint> {
    if !is_print_id(print) {
        return Err(Complaint::new("W-104", "Cetakan ini tidak dikenal.", "This print is not known."));
    }
    let print = print.to_owned();
    blocking(move || office.sheet(&print).map_err(Complaint::of_the_office)).await
}

async fn ask_where_to_save<R: Runtime>(app: &AppHandle<R>, name: &str, ending: &str) -> Option<PathBuf> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    let start = app.path().document_dir().ok().filter(|folder| folder.is_dir());
    let dialog = starting_in(app, start).set_file_name(name);
    dialog.add_filter(ending.to_uppercase(), &[ending]).save_file(move |path| {
        // The command is gone only when the program is ending.
        let _ = answer.send(path);
    });
    chosen.await.ok().flatten().and_then(local)
}

fn pdf_name(suggested: &str) -> String {
    file_name(suggested, "pdf")
}

/// Keeps letters, digits, spaces and `-_.` of a suggested name, at most 80 characters, and gives it its ending.
fn file_name(suggested: &str, ending: &str) -> String {
    let kept: String = suggested
        .trim_end_matches(ending)
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.') { c } else { '-' })
        .take(80)
        .collect();
    let name = kept.trim_matches([' ', '.', '-']);
    format!("{}.{ending}", if name.is_empty() { "karcis" } else { name })
}

/// A file dialog of the window that starts in the wanted folder, or at home where the system has no such folder.
fn starting_in<R: Runtime>(app: &AppHandle<R>, wanted: Option<PathBuf>) -> FileDialogBuilder<R> {
    let dialog = match app.get_webview_window(WINDOW) {
        Some(window) => app.dialog().file().set_parent(&window),
        None => app.dialog().file(),
    };
    match wanted.or_else(|| app.path().home_dir().ok()) {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    }
}

fn local(path: FilePath) -> Option<PathBuf> {
    path.into_path().ok()
}

fn opened_sheets<R: Runtime>(app: &AppHandle<R>) -> Result<PathBuf, Complaint> {
    app.path().app_cache_dir().map(|folder| folder.join("opened")).map_err(|error| {
        tracing::warn!(%error, "the system names no cache folder");
        Complaint::new(
            "W-102",
            "Lembar tidak bisa disiapkan di komputer ini.",
            "The sheet could not be prepared.",
        )
    })
}

/// A viewer may still hold an earlier copy open, so a copy never replaces another.
fn unused(folder: &Path, name: &str) -> PathBuf {
    let stem = name.trim_end_matches(".pdf");
    let copies = (2..).map(|copy| format!("{stem} ({copy}).pdf"));
    std::iter::once(name.to_owned())
        .chain(copies)
        .map(|name| folder.join(name))
        .find(|path| !path.exists())
        .expect("the copies are numbered without end")
}

fn read_logo(path: &Path) -> Result<Vec<u8>, Complaint> {
    let mut picture = Vec::new();
    fs::File::open(path).and_then(|file| file.take(LOGO_LIMIT + 1).read_to_end(&mut picture)).map_err(
        |error| {
            tracing::warn!(%error, "the picked logo could not be read");
            Complaint::new("W-107", "Gambar itu tidak bisa dibaca.", "That picture could not be read.")
        },
    )?;
    if picture.len() as u64 > LOGO_LIMIT {
        return Err(Complaint::new(
            "W-108",
            "Gambar itu lebih besar dari 1 MB. Pilih yang lebih kecil.",
            "That picture is larger than 1 MB. Pick a smaller one.",
        ));
    }
    Ok(picture)
}

fn is_print_id(print: &str) -> bool {
    (1..=PRINT_ID_LIMIT).contains(&print.len())
        && print.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn outside_link(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "https" | "http" | "mailto" | "tel").then_some(url)
}

/// Runs work that may wait for the disk or the books away from the window's own threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Complaint> + Send + 'static,
) -> Result<T, Complaint> {
    tauri::async_runtime::spawn_blocking(work).await.unwrap_or_else(|error| {
        tracing::error!(%error, "a native command ended in a panic");
        Err(Complaint::new(
            "W-110",
            "Kesalahan di dalam program. Yang sudah tersimpan tetap aman.",
            "An error inside the program. What was saved is safe.",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_mail_and_telephone_links_leave_the_window() {
        for link in
            ["https://example.com/source", "http://192.168.88.1/", "mailto:a@example.com", "tel:+62811"]
        {
            assert!(outside_link(link).is_some(), "{link}");
        }
        for link in
            ["file:///etc/passwd", "javascript:alert(1)", "smb://x/y", "app://localhost/", "/etc/passwd", ""]
        {
            assert!(outside_link(link).is_none(), "{link}");
        }
    }

    #[test]
    fn a_print_id_is_letters_digits_and_dashes() {
        assert!(is_print_id("0193e7a0-5a8e-7cc3-8f1e-2f4b9d3f2a11"));
        for wrong in ["", "../x", "a b", "a/b", &"a".repeat(65)] {
            assert!(!is_print_id(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_suggested_name_cannot_leave_the_folder_or_lose_its_ending() {
        assert_eq!(pdf_name("Batch 12 - 1 Hari"), "Batch 12 - 1 Hari.pdf");
        assert_eq!(pdf_name("lembar.pdf"), "lembar.pdf");
        assert_eq!(pdf_name("../../etc/passwd"), "etc-passwd.pdf");
        assert_eq!(pdf_name("a\\b:c*d"), "a-b-c-d.pdf");
        assert_eq!(pdf_name("  "), "karcis.pdf");
        assert_eq!(pdf_name(&"x".repeat(300)).len(), 84);
        assert_eq!(file_name("Penjualan 2026-11.xlsx", "xlsx"), "Penjualan 2026-11.xlsx");
        assert_eq!(file_name("Penjualan 2026-11.csv", "xlsx"), "Penjualan 2026-11.csv.xlsx");
    }

    #[test]
    fn a_sheet_still_open_in_a_viewer_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        for expected in ["lembar.pdf", "lembar (2).pdf", "lembar (3).pdf"] {
            let path = unused(folder.path(), "lembar.pdf");
            assert_eq!(path, folder.path().join(expected));
            fs::write(path, b"").unwrap();
        }
    }

    #[test]
    fn a_logo_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo.png");
        fs::write(&path, vec![1; LOGO_LIMIT as usize]).unwrap();
        assert_eq!(read_logo(&path).unwrap().len() as u64, LOGO_LIMIT);
        fs::write(&path, vec![1; LOGO_LIMIT as usize + 1]).unwrap();
        assert_eq!(read_logo(&path).unwrap_err().code, "W-108");
        assert_eq!(read_logo(&folder.path().join("gone.png")).unwrap_err().code, "W-107");
    }
}
