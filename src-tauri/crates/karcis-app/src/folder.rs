//! Where the books live when nobody says otherwise.

use std::env;
use std::path::PathBuf;

/// The system's usual place for a program's data; `None` when the system names no home.
///
/// `%LOCALAPPDATA%\Karcis` on Windows, `~/Library/Application Support/Karcis` on macOS, otherwise
/// `$XDG_DATA_HOME/karcis` or `~/.local/share/karcis`.
pub fn usual_data_folder() -> Option<PathBuf> {
    let named = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(windows) {
        return named("LOCALAPPDATA").map(|folder| folder.join("Karcis"));
    }
    if cfg!(target_os = "macos") {
        return named("HOME").map(|home| home.join("Library/Application Support/Karcis"));
    }
    let data = named("XDG_DATA_HOME").or_else(|| named("HOME").map(|home| home.join(".local/share")));
    data.map(|data| data.join("karcis"))
}
