//! Where the books live when nobody says otherwise, and how their folder is made.

#[cfg(windows)]
mod access;

#[cfg(windows)]
use access::create;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Makes a folder that nobody may look into but the person who runs the program, and the folders above it as the system
/// makes any. What is made in it later is as private.
///
/// Refuses where something has the name already.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        fs::create_dir_all(above)?;
    }
    create(folder)
}

#[cfg(unix)]
fn create(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_is_made_once_with_the_folders_above_it() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("Data toko").join("Karcis é 店");
        create_private_folder(&folder).unwrap();
        fs::write(folder.join("karcis.db"), "books").unwrap();
        assert_eq!(create_private_folder(&folder).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(folder.join("karcis.db")).unwrap(), b"books");
    }

    #[test]
    #[cfg(unix)]
    fn nobody_else_may_look_into_a_private_folder() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("Karcis");
        create_private_folder(&folder).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o077, 0);
    }
}
