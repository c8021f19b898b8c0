//! The assembly of Karcis: one wiring for the window, the console, the server and tests.
//!
//! [`Assembly`] opens the books and everything that stands on them. [`serve`] offers its screens over HTTP, [`demo`]
//! does the main job without a screen, [`doctor`] looks at books that nobody has open.

mod assembly;
mod autostart;
mod edge;
mod file;
mod folder;
mod key_safe;
mod logs;
mod practice;
mod start_error;
mod watch;

pub mod demo;
pub mod doctor;
pub mod serve;
pub mod updates;

pub use assembly::{Assembly, AssemblyOptions, KeyHome};
pub use autostart::{HIDDEN, StartList};
pub use edge::{clock, randomness};
pub use file::write_whole;
pub use folder::{create_private_folder, usual_data_folder};
pub use logs::{LogError, Logs};
pub use practice::{Practice, practice_file};
pub use start_error::StartError;
pub use watch::Bell;
