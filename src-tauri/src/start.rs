//! Opens the books, then the window on them.

use std::ffi::OsStr;
use std::sync::{Arc, Once, OnceLock};
use std::time::Duration;

use karcis_app::HIDDEN;
use karcis_app::updates::BUILT_IN_KEY;
use karcis_core::desktop::Closing;
use karcis_core::settings::Language;
use karcis_web::Texts;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{App, AppHandle, Emitter, Manager, RunEvent, WebviewWindowBuilder, Window, WindowEvent, Wry};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_window_state::{AppHandleExt, StateFlags};
use tokio::sync::watch;

use crate::bell::SystemBell;
use crate::carrier::{Farewell, PluginCarrier};
use crate::commands;
use crate::failure::{self, StartError};
use crate::office::{Around, Office, named_data_folder};
use crate::transport::{self, Transport, WINDOW};
use crate::tray::Tray;

/// What the pages hear when the books have changed.
const CHANGED: &str = "karcis://changed";
/// A batch changes the books many times a second; the pages hear of it at most five times.
const CHANGED_PAUSE: Duration = Duration::from_millis(200);
/// The argument by which an installer asks the Karcis that runs to end. Whoever is started with it opens nothing.
const QUIT: &str = "--quit";
/// A window that starts hidden is shown after this long if the desktop has no place for its icon.
const PATIENCE_FOR_A_TRAY: Duration = Duration::from_secs(20);
/// Runs in every page before the page's own scripts.
const BRIDGE: &str = include_str!("bridge.js");

/// Runs the window until it is closed.
pub(crate) fn run() -> Result<(), StartError> {
    if !has_display() {
        return Err(StartError::NoDisplay);
    }
    let mut builder = tauri::Builder::default();
    if named_data_folder().is_none() {
        // First of all plugins, so that a second start only raises the window of the first. A data folder of one's own
        // is a shop of its own: there the lock of the folder decides.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
            if is_told(&arguments, QUIT) {
                app.exit(0);
            } else if !is_told(&arguments, HIDDEN) {
                raise(app);
            }
        }));
    }
    let app = builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_updater::Builder::new().build())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_window_state::Builder::default().with_state_flags(remembered()).build())
        .register_asynchronous_uri_scheme_protocol(transport::SCHEME, transport::carry)
        .invoke_handler(tauri::generate_handler![
            commands::save_sheet,
            commands::save_export,
            commands::open_sheet,
            commands::print_sheet,
            commands::pick_logo,
            commands::pick_update,
            commands::open_link
        ])
        .on_window_event(on_window_event)
        .setup(|app| {
            if is_told(std::env::args_os(), QUIT) {
                // One that runs would have been told by now: there is none.
                std::process::exit(0);
            }
            // Tauri would turn an error returned from here into a panic; people are told why instead.
            if let Err(error) = open(app) {
                failure::announce(&error);
                std::process::exit(1);
            }
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event
            && let Some(office) = app.try_state::<Office>()
        {
            tauri::async_runtime::block_on(office.close());
        }
    });
    Ok(())
}

/// Opens the books and shows the window; by now a second start has already given way to the first.
fn open(app: &App) -> Result<(), StartError> {
    let (tray, farewell) = (Tray::default(), Arc::<OnceLock<Farewell>>::default());
    let beside = tray.clone();
    let around = Around {
        carrier: Arc::new(PluginCarrier::new(
            app.handle().clone(),
            BUILT_IN_KEY.unwrap_or_default(),
            Arc::clone(&farewell),
        )),
        bell: Arc::new(SystemBell(app.handle().clone())),
        has_tray: Arc::new(move || beside.is_there()),
    };
    let office = tauri::async_runtime::block_on(Office::open(around))?;
    // Set once, here.
    let _ = farewell.set(leaving(app.handle().clone(), office.clone()));
    app.manage(Transport::new(office.router()));
    app.manage(office.clone());
    app.manage(tray);
    commands::forget_opened_sheets(app.handle());
    let hidden = is_told(std::env::args_os(), HIDDEN);
    open_window(app, !hidden)?;
    if hidden {
        tauri::async_runtime::spawn(show_without_tray(app.handle().clone()));
    }
    tauri::async_runtime::spawn(tell_of_changes(app.handle().clone(), office.changes()));
    Ok(())
}

fn is_told(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>, word: &str) -> bool {
    arguments.into_iter().skip(1).any(|argument| argument.as_ref() == word)
}

/// Where the window stood, not whether it was shown: a window that was closed beside the clock opens again.
fn remembered() -> StateFlags {
    StateFlags::all() - StateFlags::VISIBLE
}

/// What is done before an installer ends the program without a word.
fn leaving(app: AppHandle<Wry>, office: Office) -> Farewell {
    Arc::new(move || {
        if let Err(error) = app.save_window_state(remembered()) {
            tracing::debug!(%error, "where the window stood is not remembered");
        }
        tauri::async_runtime::block_on(office.close());
        app.cleanup_before_exit();
    })
}

async fn show_without_tray(app: AppHandle<Wry>) {
    tokio::time::sleep(PATIENCE_FOR_A_TRAY).await;
    if app.try_state::<Tray>().is_none_or(|tray| !tray.is_there()) {
        raise(&app);
    }
}

/// The icon comes after the first page: nobody waits for it.
fn begin_tray(app: AppHandle<Wry>) {
    tauri::async_runtime::spawn(async move {
        let language = spoken(&app).await;
        let raised = app.clone();
        let put_up = app.run_on_main_thread(move || raised.state::<Tray>().put_up(&raised, language));
        if let Err(error) = put_up {
            tracing::debug!(%error, "the program ended before its icon was there");
        }
    });
}

async fn spoken(app: &AppHandle<Wry>) -> Language {
    let office = app.state::<Office>().inner().clone();
    tauri::async_runtime::spawn_blocking(move || office.language()).await.unwrap_or_default()
}

fn on_window_event(window: &Window<Wry>, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    let app = window.app_handle();
    let (Some(office), Some(tray)) = (app.try_state::<Office>(), app.try_state::<Tray>()) else { return };
    let Closing::Hides { first } = office.closing(tray.is_there()) else { return };
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window could not be hidden, so it closes");
        return;
    }
    api.prevent_close();
    if first {
        let t = &Texts::of(office.language()).desktop;
        app.dialog().message(t.stays_told).title(t.stays_told_title).show(|_| {});
    }
}

fn open_window(app: &App, visible: bool) -> tauri::Result<()> {
    let first_page = Once::new();
    let config = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == WINDOW)
        .expect("tauri.conf.json, compiled into this program, describes the window");
    WebviewWindowBuilder::from_config(app, config)?
        // What the webview caches is not part of the shop and does not lie beside its books.
        .data_directory(app.path().app_cache_dir()?.join("webview"))
        .visible(visible)
        .initialization_script(BRIDGE)
        .on_page_load(move |window, page| {
            if page.event() == PageLoadEvent::Finished {
                first_page.call_once(|| begin_tray(window.app_handle().clone()));
            }
        })
        .on_navigation(|url| {
            let ours = transport::is_ours(url);
            if !ours {
                tracing::warn!(scheme = url.scheme(), "the window was kept from leaving its own pages");
            }
            ours
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

async fn tell_of_changes(app: AppHandle<Wry>, mut changed: watch::Receiver<u64>) {
    let mut language = spoken(&app).await;
    while changed.changed().await.is_ok() {
        let revision = *changed.borrow_and_update();
        if let Err(error) = app.emit_to(WINDOW, CHANGED, revision) {
            tracing::debug!(%error, "the window did not hear of a change");
        }
        let now = spoken(&app).await;
        if now != language {
            language = now;
            let said = app.clone();
            // The program may be ending.
            let _ = app.run_on_main_thread(move || said.state::<Tray>().speak(&said, now));
        }
        tokio::time::sleep(CHANGED_PAUSE).await;
    }
}

pub(crate) fn raise(app: &AppHandle<Wry>) {
    let Some(window) = app.get_webview_window(WINDOW) else { return };
    for raised in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = raised {
            tracing::debug!(%error, "the window could not be raised");
        }
    }
}

fn has_display() -> bool {
    cfg!(not(target_os = "linux"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|at| !at.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_argument_hides_the_window_or_ends_the_program() {
        for word in [HIDDEN, QUIT] {
            assert!(is_told(["karcis", word], word));
            assert!(is_told(["karcis", "--other", word], word));
            assert!(!is_told(["karcis"], word));
            assert!(!is_told([word], word), "the program's own name is no argument");
            assert!(!is_told(["karcis", &format!("{word}ly"), &format!("/home/{word}/karcis")], word));
        }
        assert!(!is_told(["karcis", HIDDEN], QUIT));
    }

    #[test]
    fn a_window_that_was_hidden_is_not_hidden_at_the_next_start() {
        assert!(!remembered().contains(StateFlags::VISIBLE));
        assert!(remembered().contains(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED));
    }
}
