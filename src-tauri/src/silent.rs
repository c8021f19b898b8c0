//! A sheet straight to the printer, without a dialog: by WebView2 on Windows, and nowhere else.

use std::path::Path;

use tauri::{AppHandle, Runtime};

/// Why nothing was printed by us; the system's viewer can still do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotPrinted {
    /// This system's webview prints only through its dialog.
    #[cfg(not(windows))]
    #[error("this system's webview prints only through its dialog")]
    NotHere,
    /// The webview for paper did not open, or has no print interface.
    #[cfg(windows)]
    #[error("the webview for paper refused: {0}")]
    Webview(#[from] tauri::Error),
    /// WebView2 refused, or the printer did.
    #[cfg(windows)]
    #[error("the sheet did not reach the printer")]
    Refused,
    /// It took too long.
    #[cfg(windows)]
    #[error("the printer did not take the sheet in time")]
    Late,
}

/// Prints a PDF in its true size on the system's usual printer. When it refuses, nothing is known to be on paper.
#[cfg(not(windows))]
pub(crate) async fn print<R: Runtime>(_app: &AppHandle<R>, _sheet: &Path) -> Result<(), NotPrinted> {
    std::future::ready(Err(NotPrinted::NotHere)).await
}

/// Prints a PDF in its true size on the system's usual printer. When it refuses, nothing is known to be on paper.
#[cfg(windows)]
pub(crate) async fn print<R: Runtime>(app: &AppHandle<R>, sheet: &Path) -> Result<(), NotPrinted> {
    paper::print(app, sheet).await
}

#[cfg(windows)]
mod paper {
    //! A webview that nobody sees shows the sheet and is asked to print what it shows.

    use std::path::Path;
    use std::sync::Mutex;
    use std::time::Duration;

    use tauri::webview::{NewWindowResponse, PageLoadEvent};
    use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
    use tokio::sync::{Mutex as Turn, oneshot};

    use super::NotPrinted;

    const LABEL: &str = "paper";
    /// A full sheet is in the printer's queue long before; a queue that hangs does not keep a person waiting.
    const LIMIT: Duration = Duration::from_secs(60);
    /// One sheet after the other: there is one such webview.
    static TURN: Turn<()> = Turn::const_new(());

    pub(super) async fn print<R: Runtime>(app: &AppHandle<R>, sheet: &Path) -> Result<(), NotPrinted> {
        let _turn = TURN.lock().await;
        let (window, shown) = show(app, sheet)?;
        let printed = tokio::time::timeout(LIMIT, async {
            shown.await.map_err(|_| NotPrinted::Refused)?;
            send(&window)?.await.map_err(|_| NotPrinted::Refused)
        });
        let printed = printed.await.unwrap_or(Err(NotPrinted::Late));
        if let Err(error) = window.destroy() {
            tracing::debug!(%error, "the webview for paper stays open");
        }
        if printed? { Ok(()) } else { Err(NotPrinted::Refused) }
    }

    /// The window and the moment in which the sheet is there.
    fn show<R: Runtime>(
        app: &AppHandle<R>,
        sheet: &Path,
    ) -> Result<(WebviewWindow<R>, oneshot::Receiver<()>), NotPrinted> {
        let address = Url::from_file_path(sheet).map_err(|()| NotPrinted::Refused)?;
        let (there, shown) = oneshot::channel();
        let there = Mutex::new(Some(there));
        let own = address.clone();
        let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::External(address))
            .visible(false)
            .skip_taskbar(true)
            .data_directory(app.path().app_cache_dir()?.join("webview"))
            .on_navigation(move |url| *url == own)
            .on_new_window(|_, _| NewWindowResponse::Deny)
            .on_page_load(move |_, page| {
                if page.event() == PageLoadEvent::Finished
                    && let Ok(mut there) = there.lock()
                    && let Some(there) = there.take()
                {
                    // Whoever waited may have given up.
                    let _ = there.send(());
                }
            })
            .build()?;
        Ok((window, shown))
    }

    fn send<R: Runtime>(window: &WebviewWindow<R>) -> Result<oneshot::Receiver<bool>, NotPrinted> {
        let (done, printed) = oneshot::channel();
        window.with_webview(move |view| {
            let told = Box::new(move |whole| {
                // Whoever waited may have given up.
                let _ = done.send(whole);
            });
            if let Err(error) = karcis_spool::print_shown(&view.controller(), &view.environment(), told) {
                tracing::warn!(%error, "WebView2 does not print");
            }
        })?;
        Ok(printed)
    }
}
