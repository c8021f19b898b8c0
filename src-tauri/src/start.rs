//! Opens the books, then the window on them.

use std::time::Duration;

use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Emitter, Manager, RunEvent, WebviewWindowBuilder, Wry};
use tokio::sync::watch;

use crate::commands;
use crate::failure::{self, StartError};
use crate::office::{Office, named_data_folder};
use crate::transport::{self, Transport, WINDOW};

/// What the pages hear when the books have changed.
const CHANGED: &str = "karcis://changed";
/// A batch changes the books many times a second; the pages hear of it at most five times.
const CHANGED_PAUSE: Duration = Duration::from_millis(200);
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
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| raise(app)));
    }
    let app = builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .register_asynchronous_uri_scheme_protocol(transport::SCHEME, transport::carry)
        .invoke_handler(tauri::generate_handler![
            commands::save_sheet,
            commands::save_export,
            commands::open_sheet,
            commands::pick_logo,
            commands::open_link
        ])
        .setup(|app| {
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
    let office = tauri::async_runtime::block_on(Office::open())?;
    app.manage(Transport::new(office.router()));
    app.manage(office.clone());
    commands::forget_opened_sheets(app.handle());
    open_window(app)?;
    tauri::async_runtime::spawn(tell_of_changes(app.handle().clone(), office.changes()));
    Ok(())
}

fn open_window(app: &App) -> tauri::Result<()> {
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
        .initialization_script(BRIDGE)
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
    while changed.changed().await.is_ok() {
        let revision = *changed.borrow_and_update();
        if let Err(error) = app.emit_to(WINDOW, CHANGED, revision) {
            tracing::debug!(%error, "the window did not hear of a change");
        }
        tokio::time::sleep(CHANGED_PAUSE).await;
    }
}

fn raise(app: &AppHandle<Wry>) {
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
