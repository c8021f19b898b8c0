//! The shop behind the window: the assembly, and the session of whoever sits at it.

use std::path::PathBuf;
use std::sync::Arc;

use axum::{Extension, Router};
use karcis_app::{Assembly, AssemblyOptions, usual_data_folder};
use karcis_core::staff::Place;
use karcis_web::{Export, WindowSession};
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

/// An open shop. Cheap to clone; its books are free again when it is closed and the last clone is gone.
#[derive(Clone)]
pub(crate) struct Office {
    assembly: Arc<Assembly>,
    session: WindowSession,
}

impl Office {
    /// Opens the books in the data folder and starts the work on them.
    pub(crate) async fn open() -> Result<Self, StartError> {
        let folder = named_data_folder().or_else(usual_data_folder).ok_or(StartError::NoHome)?;
        let mut options = AssemblyOptions::new(folder, Place::Window);
        options.dialogs = true;
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

    /// Lets the work under way end.
    pub(crate) async fn close(&self) {
        self.assembly.stop().await;
    }
}
