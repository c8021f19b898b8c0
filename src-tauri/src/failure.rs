//! What a person sees when Karcis cannot start or breaks: one native dialog with the sentence in both languages.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{panic, process, thread};

/// Why the window did not open.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// There is no screen to open a window on.
    #[error("there is no display")]
    NoDisplay,
    /// The system does not say where a program's data lives.
    #[error("there is no home folder")]
    NoHome,
    /// The shop's books cannot be opened; the office says why in words for people.
    #[error("{0}")]
    Books(String),
    /// The webview or one of its plugins refused.
    #[error("the window could not be opened: {0}")]
    Window(#[from] tauri::Error),
}

impl StartError {
    fn sentence(&self) -> String {
        match self {
            Self::NoDisplay => both(
                "Tidak ada layar untuk jendela Karcis. Jalankan karcis-cli serve, lalu buka alamatnya di peramban.",
                "There is no display for the Karcis window. Run karcis-cli serve and open its address in a browser.",
            ),
            Self::NoHome => both(
                "Komputer ini tidak punya folder pengguna. Sebutkan folder data dengan KARCIS_DATA, lalu buka Karcis lagi.",
                "This computer names no home folder. Name a data folder with KARCIS_DATA, then open Karcis again.",
            ),
            Self::Books(sentence) => sentence.clone(),
            Self::Window(error) if cfg!(windows) => both(
                &format!(
                    "Jendela Karcis tidak bisa dibuka. Pasang Microsoft WebView2 Runtime, lalu coba lagi. ({error})"
                ),
                &format!(
                    "The Karcis window could not open. Install the Microsoft WebView2 Runtime, then try again. ({error})"
                ),
            ),
            Self::Window(error) => both(
                &format!("Jendela Karcis tidak bisa dibuka. Data toko tidak berubah. ({error})"),
                &format!("The Karcis window could not open. The shop's data is unchanged. ({error})"),
            ),
        }
    }
}

/// Shows why the start failed and gives the exit code that says so.
pub(crate) fn announce(error: &StartError) -> ExitCode {
    tracing::error!(%error, "Karcis could not start");
    show(&error.sentence());
    ExitCode::FAILURE
}

/// From now on a panic of the main thread is shown before the process ends; other threads only leave their report.
pub(crate) fn announce_panics() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        report(panic);
        tracing::error!(%panic, "a thread panicked");
        if thread::current().name() == Some("main") && !ANNOUNCING.swap(true, Ordering::Relaxed) {
            show(&both(
                "Karcis berhenti karena kesalahan di dalam program. Yang sudah tersimpan tetap aman. Buka Karcis lagi.",
                "Karcis stopped because of an error inside the program. What was saved is safe. Open Karcis again.",
            ));
            process::exit(EXIT_PANIC);
        }
    }));
}

/// A panic while the dialog of a panic is open must not open another.
static ANNOUNCING: AtomicBool = AtomicBool::new(false);
/// The code Rust itself ends with after a panic.
const EXIT_PANIC: i32 = 101;

fn both(indonesian: &str, english: &str) -> String {
    format!("{indonesian}\n\n{english}")
}

#[expect(clippy::print_stderr, reason = "without a display the terminal is the only place left to say it")]
fn show(sentence: &str) {
    eprintln!("{sentence}");
    show_dialog(sentence);
}

#[cfg(target_os = "linux")]
fn show_dialog(sentence: &str) {
    use gtk::prelude::{DialogExt, GtkWindowExt, WidgetExt};
    use gtk::{ButtonsType, DialogFlags, MessageDialog, MessageType, Window};

    if gtk::init().is_err() {
        return;
    }
    let dialog = MessageDialog::new(
        None::<&Window>,
        DialogFlags::MODAL,
        MessageType::Error,
        ButtonsType::Close,
        sentence,
    );
    dialog.set_title("Karcis");
    dialog.show_all();
    dialog.run();
}

#[cfg(not(target_os = "linux"))]
fn show_dialog(sentence: &str) {
    rfd::MessageDialog::new()
        .set_title("Karcis")
        .set_description(sentence)
        .set_level(rfd::MessageLevel::Error)
        .show();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_start_is_explained_in_both_languages() {
        let sentence = StartError::NoDisplay.sentence();
        assert!(sentence.contains("Jalankan karcis-cli serve") && sentence.contains("Run karcis-cli serve"));
    }

    #[test]
    fn the_office_s_own_words_are_shown_unchanged() {
        let words = "Folder data tidak bisa ditulis.\n\nThe data folder cannot be written.";
        assert_eq!(StartError::Books(words.to_owned()).sentence(), words);
    }
}
