//! The shop behind the window: the assembly, and the session of whoever sits at it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::{Extension, Router};
use karcis_app::updates::Carrier;
use karcis_app::{Assembly, AssemblyOptions, Bell, StartList, usual_data_folder};
use karcis_core::desktop::{self, Closing};
use karcis_core::fault::{Fault, Trying};
use karcis_core::settings::{self, Language};
use karcis_core::staff::Place;
use karcis_web::{Autostart, DesktopHook, Export, WindowSession};
use tokio::sync::watch;

use crate::failure::StartError;

/// Where the books are when this names a folder.
const DATA_FOLDER: &str = "KARCIS_DATA";
/// How much is written into the log.
const LOG: &str = "KARCIS_LOG";

/// The data folder somebody named instead of the usual one.
pub(crate) fn named_data_folder() -> Option<PathBuf> {
    std::env::var_os(DATA_FOLDER).filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// What the window around the office does for it.
pub(crate) struct Around {
    pub(crate) carrier: Arc<dyn Carrier>,
    pub(crate) bell: Arc<dyn Bell>,
    pub(crate) has_tray: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// An open shop. Cheap to clone; its books are free again when it is closed and the last clone is gone.
#[derive(Clone)]
pub(crate) struct Office {
    assembly: Arc<Assembly>,
    session: WindowSession,
}

impl Office {
    /// Opens the books in the data folder and starts the work on them.
    pub(crate) async fn open(around: Around) -> Result<Self, StartError> {
        let folder = named_data_folder().or_else(usual_data_folder).ok_or(StartError::NoHome)?;
        let mut options = AssemblyOptions::new(folder, Place::Window);
        options.dialogs = true;
        options.carrier = Some(around.carrier);
        options.bell = Some(around.bell);
        options.desktop =
            Some(DesktopHook { has_tray: around.has_tray, prints: cfg!(windows), autostart: autostart() });
        options.log = Some(std::env::var(LOG).unwrap_or_default());
        let assembly =
            Assembly::open(options).await.map_err(|error| StartError::Books(error.in_both_languages()))?;
        assembly.run();
        Ok(Self { assembly: Arc::new(assembly), session: WindowSession::default() })
    }

    /// The screens, as the person at this window sees them.
    pub(crate) fn router(&self) -> Router {
        self.assembly.router().layer(Extension(self.session.clone()))
    }

    /// Counts what changes the books.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.assembly.changes()
    }

    /// The PDF a page names, for whoever may print; a refusal is a sentence in their language. Blocks.
    pub(crate) fn sheet(&self, name: &str) -> Result<Vec<u8>, String> {
        self.assembly.window_pdf(&self.session, name)
    }

    /// The table a report's query names, for whoever may; a refusal is a sentence in their language. Blocks.
    pub(crate) fn export(&self, query: &str) -> Result<Export, String> {
        self.assembly.window_export(&self.session, query)
    }

    /// Takes a picture as the shop's logo, from whoever may; a refusal is a sentence in their language. Blocks.
    pub(crate) fn keep_logo(&self, picture: &[u8]) -> Result<(), String> {
        self.assembly.keep_logo(&self.session, picture)
    }

    /// Checks an installer that somebody picked, from whoever may; a refusal is a sentence in their language. Blocks.
    pub(crate) fn take_update(&self, installer: &Path) -> Result<(), String> {
        self.assembly.take_update(&self.session, installer)
    }

    /// The language of the shop. Blocks.
    pub(crate) fn language(&self) -> Language {
        let shop = self.assembly.db().read(settings::shop);
        shop.map(|shop| shop.language).unwrap_or_default()
    }

    /// Locks the screen of whoever is signed in. Blocks.
    pub(crate) fn lock(&self) {
        if let Err(fault) = self.assembly.lock_window(&self.session) {
            tracing::warn!(error = fault.chain(), "the screen could not be locked from outside");
        }
    }

    /// What becomes of the window that somebody closes. Blocks.
    pub(crate) fn closing(&self, has_tray: bool) -> Closing {
        let decided = self.assembly.db().write(|tx| desktop::close(tx, has_tray));
        decided.unwrap_or_else(|fault: Fault| {
            // Whoever wants to leave is not kept by books that cannot be read.
            tracing::warn!(error = fault.chain(), "the books do not say what closing means");
            Closing::Ends
        })
    }

    /// Lets the work under way end.
    pub(crate) async fn close(&self) {
        self.assembly.stop().await;
    }
}

/// The system's list of what it starts by itself. It starts the usual books: those in a folder of one's own are not on it.
fn autostart() -> Option<Autostart> {
    let list = StartList::of_this_program().filter(|_| named_data_folder().is_none())?;
    let (asked, changed) = (list.clone(), list);
    Some(Autostart {
        is_on: Arc::new(move || asked.is_on().trying("read what the system starts")),
        set: Arc::new(move |on| changed.set(on).trying("change what the system starts")),
    })
}
