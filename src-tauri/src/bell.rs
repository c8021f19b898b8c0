//! Notices of the system's own, for those who do not look at the window.

use karcis_app::Bell;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_notification::NotificationExt;

use crate::transport::WINDOW;

/// Rings through the system's notifications.
pub(crate) struct SystemBell<R: Runtime>(pub(crate) AppHandle<R>);

impl<R: Runtime> Bell for SystemBell<R> {
    fn somebody_looks(&self) -> bool {
        let Some(window) = self.0.get_webview_window(WINDOW) else { return false };
        window.is_visible().unwrap_or(false) && window.is_focused().unwrap_or(false)
    }

    fn ring(&self, title: &str, words: &str) {
        // A system without notifications has the same on the pages.
        if let Err(error) = self.0.notification().builder().title(title).body(words).show() {
            tracing::debug!(%error, "a notice was not shown");
        }
    }
}
