//! The icon beside the clock, where the desktop has a place for it: the way back to a window that was closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use karcis_core::settings::Language;
use karcis_web::Texts;
use tauri::menu::{Menu, MenuBuilder};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

use crate::office::Office;
use crate::start::raise;

const ICON: &str = "karcis";
const OPEN: &str = "open";
const LOCK: &str = "lock";
const QUIT: &str = "quit";

/// Whether the icon is there. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Tray(Arc<AtomicBool>);

impl Tray {
    pub(crate) fn is_there(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Shows the icon now, or as soon as the desktop has a place for it. On the main thread only.
    pub(crate) fn put_up(&self, app: &AppHandle<Wry>, language: Language) {
        #[cfg(target_os = "linux")]
        self.await_place(app, language);
        #[cfg(not(target_os = "linux"))]
        self.show(app, language);
    }

    /// Says the menu in another language. On the main thread only.
    pub(crate) fn speak(&self, app: &AppHandle<Wry>, language: Language) {
        let Some(icon) = app.tray_by_id(ICON) else { return };
        if let Err(error) = menu(app, language).and_then(|menu| icon.set_menu(Some(menu))) {
            tracing::debug!(%error, "the menu of the tray keeps its language");
        }
    }

    fn show(&self, app: &AppHandle<Wry>, language: Language) {
        match icon(app, language) {
            Ok(()) => self.0.store(true, Ordering::SeqCst),
            Err(error) => tracing::warn!(%error, "there is no icon beside the clock"),
        }
    }

    /// A desktop's place for icons may come after us and may go away; a hidden window is shown when it does.
    #[cfg(target_os = "linux")]
    fn await_place(&self, app: &AppHandle<Wry>, language: Language) {
        use gtk::gio::{BusNameWatcherFlags, BusType, bus_watch_name};

        const PLACE: &str = "org.kde.StatusNotifierWatcher";
        if !library::is_there() {
            tracing::info!("the library for icons beside the clock is not installed");
            return;
        }
        let (appeared, vanished) = ((self.clone(), app.clone()), (self.clone(), app.clone()));
        bus_watch_name(
            BusType::Session,
            PLACE,
            BusNameWatcherFlags::NONE,
            move |_, _, _| {
                let (tray, app) = &appeared;
                if !tray.is_there() {
                    tray.show(app, app.try_state::<Office>().map_or(language, |office| office.language()));
                }
            },
            move |_, _| {
                let (tray, app) = &vanished;
                if tray.0.swap(false, Ordering::SeqCst) {
                    drop(app.remove_tray_by_id(ICON));
                    let window = app.get_webview_window(crate::transport::WINDOW);
                    if window.is_some_and(|window| !window.is_visible().unwrap_or(true)) {
                        raise(app);
                    }
                }
            },
        );
    }
}

fn icon(app: &AppHandle<Wry>, language: Language) -> tauri::Result<()> {
    let mut builder = TrayIconBuilder::with_id(ICON)
        .menu(&menu(app, language)?)
        .tooltip("Karcis")
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                raise(icon.app_handle());
            }
        });
    if let Some(picture) = app.default_window_icon() {
        builder = builder.icon(picture.clone());
    }
    builder.build(app).map(drop)
}

fn menu(app: &AppHandle<Wry>, language: Language) -> tauri::Result<Menu<Wry>> {
    let t = &Texts::of(language).desktop;
    MenuBuilder::new(app)
        .text(OPEN, t.tray_open)
        .text(LOCK, t.tray_lock)
        .separator()
        .text(QUIT, t.tray_quit)
        .build()
}

fn chosen(app: &AppHandle<Wry>, deed: &str) {
    match deed {
        OPEN => raise(app),
        LOCK => {
            if let Some(office) = app.try_state::<Office>() {
                let office = office.inner().clone();
                tauri::async_runtime::spawn_blocking(move || office.lock());
            }
        }
        QUIT => app.exit(0),
        _ => {}
    }
}

/// The library that draws the icon is opened at run time, and whoever asks for it in vain ends the program.
#[cfg(target_os = "linux")]
mod library {
    use std::path::Path;

    const NAMES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];
    const FOLDERS: [&str; 6] = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib64",
        "/usr/lib",
        "/lib64",
        "/lib",
    ];

    pub(super) fn is_there() -> bool {
        FOLDERS.iter().any(|folder| NAMES.iter().any(|name| Path::new(folder).join(name).exists()))
    }
}
