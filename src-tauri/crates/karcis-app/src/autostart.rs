//! Whether the system starts Karcis by itself: a value of the registry on Windows, a file of the desktop's elsewhere.

use std::io;
use std::path::PathBuf;

/// The argument by which a start of the system's own is told from a person's: the window stays hidden.
pub const HIDDEN: &str = "--hidden";

/// The system's list of what it starts by itself, as far as it is about one program.
#[derive(Debug, Clone)]
pub struct StartList {
    program: PathBuf,
    list: list::Place,
}

impl StartList {
    /// The list of whoever runs this program; nothing where the system names none.
    pub fn of_this_program() -> Option<StartList> {
        let program = std::env::current_exe().ok()?;
        Some(StartList { program, list: list::usual()? })
    }

    /// Whether the program is on the list and the system heeds it.
    pub fn is_on(&self) -> io::Result<bool> {
        list::is_on(&self.list)
    }

    /// Puts the program on the list, as it is called now, or takes it off.
    pub fn set(&self, on: bool) -> io::Result<()> {
        if on { list::add(&self.list, &self.program) } else { list::remove(&self.list) }
    }
}

#[cfg(windows)]
mod list {
    //! `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`, and beside it what a person has turned off in the Task
    //! Manager. The installer writes the same value.

    use super::HIDDEN;
    use std::io;
    use std::path::Path;
    use windows_registry::{CURRENT_USER, Key};

    pub(super) type Place = String;
    const VALUE: &str = "Karcis";
    const USUAL: &str = r"Software\Microsoft\Windows\CurrentVersion";
    /// The first byte of what a person has turned off is odd.
    const APPROVED: &str = r"Explorer\StartupApproved\Run";

    pub(super) fn usual() -> Option<Place> {
        Some(USUAL.to_owned())
    }

    fn run(place: &str) -> String {
        format!(r"{place}\Run")
    }

    fn approved(place: &str) -> String {
        format!(r"{place}\{APPROVED}")
    }

    pub(super) fn is_on(place: &Place) -> io::Result<bool> {
        let named = CURRENT_USER.open(run(place)).is_ok_and(|key| key.get_string(VALUE).is_ok());
        let off = CURRENT_USER.open(approved(place)).is_ok_and(|key| is_turned_off(&key));
        Ok(named && !off)
    }

    fn is_turned_off(key: &Key) -> bool {
        key.get_value(VALUE).is_ok_and(|value| value.first().is_some_and(|byte| byte % 2 == 1))
    }

    pub(super) fn add(place: &Place, program: &Path) -> io::Result<()> {
        let command = format!("\"{}\" {HIDDEN}", program.display());
        CURRENT_USER.create(run(place))?.set_string(VALUE, command)?;
        forget(&approved(place));
        Ok(())
    }

    pub(super) fn remove(place: &Place) -> io::Result<()> {
        forget(&run(place));
        if is_on(place)? { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    }

    /// A value that is not there is as good as one that was removed.
    fn forget(key: &str) {
        if let Ok(key) = CURRENT_USER.options().read().write().open(key) {
            let _ = key.remove_value(VALUE);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::super::StartList;
        use super::*;

        #[test]
        fn the_registry_starts_the_program_hidden_until_it_is_taken_off_and_heeds_the_task_manager() {
            let place = format!(r"Software\KarcisTest{}", std::process::id());
            let program = r"C:\Users\Budi Santoso\Programs\Karcis\karcis.exe";
            let list = StartList { program: program.into(), list: place.clone() };
            assert!(!list.is_on().unwrap());
            list.set(true).unwrap();
            assert!(list.is_on().unwrap());
            let kept = CURRENT_USER.open(run(&place)).unwrap().get_string(VALUE).unwrap();
            assert_eq!(kept, format!("\"{program}\" --hidden"));
            let off = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            let key = CURRENT_USER.create(approved(&place)).unwrap();
            key.set_bytes(VALUE, windows_registry::Type::Bytes, &off).unwrap();
            assert!(!list.is_on().unwrap());
            list.set(true).unwrap();
            assert!(list.is_on().unwrap(), "somebody who turns it on here means it");
            list.set(false).unwrap();
            list.set(false).unwrap();
            assert!(!list.is_on().unwrap());
            CURRENT_USER.remove_tree(&place).unwrap();
        }
    }
}

#[cfg(not(windows))]
mod list {
    //! `~/.config/autostart/karcis.desktop`, as the desktops have agreed on.

    use super::HIDDEN;
    use crate::write_whole;
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};
    use std::{env, fs, io};

    /// The folder whose entries the desktop starts.
    pub(super) type Place = PathBuf;
    const ENTRY: &str = "karcis.desktop";

    pub(super) fn usual() -> Option<Place> {
        let whole = |folder: OsString| Some(PathBuf::from(folder)).filter(|folder| folder.is_absolute());
        let config = env::var_os("XDG_CONFIG_HOME").and_then(whole);
        let config = config.or_else(|| Some(whole(env::var_os("HOME")?)?.join(".config")))?;
        Some(config.join("autostart"))
    }

    pub(super) fn is_on(folder: &Place) -> io::Result<bool> {
        match fs::read_to_string(folder.join(ENTRY)) {
            // What a desktop's own settings turn off is not removed but marked.
            Ok(entry) => Ok(!entry
                .lines()
                .any(|line| matches!(line.trim(), "Hidden=true" | "X-GNOME-Autostart-enabled=false"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn add(folder: &Place, program: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let command = quoted(&program.to_string_lossy());
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Karcis\nExec={command} {HIDDEN}\nTerminal=false\n\
             X-GNOME-Autostart-enabled=true\n"
        );
        write_whole(&folder.join(ENTRY), entry.as_bytes())
    }

    pub(super) fn remove(folder: &Place) -> io::Result<()> {
        match fs::remove_file(folder.join(ENTRY)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// An argument in double quotes: `"`, `` ` ``, `$` and `\` are escaped for the command, `\` once more because values of
    /// such files have escapes of their own, and `%` would begin a field code.
    fn quoted(argument: &str) -> String {
        let mut quoted = String::from("\"");
        for letter in argument.chars() {
            match letter {
                '"' | '`' | '$' => quoted.extend(["\\\\", letter.encode_utf8(&mut [0; 4])]),
                '\\' => quoted.push_str("\\\\\\\\"),
                '%' => quoted.push_str("%%"),
                letter => quoted.push(letter),
            }
        }
        quoted.push('"');
        quoted
    }

    #[cfg(test)]
    mod tests {
        use super::super::StartList;
        use super::*;

        #[test]
        fn the_desktop_starts_the_program_hidden_until_it_is_taken_off_and_heeds_its_own_settings() {
            let home = tempfile::tempdir().unwrap();
            let folder = home.path().join("autostart");
            let list = StartList { program: "/opt/Budi's $HOME/50%/karcis".into(), list: folder.clone() };
            assert!(!list.is_on().unwrap());
            list.set(true).unwrap();
            assert!(list.is_on().unwrap());
            let entry = fs::read_to_string(folder.join(ENTRY)).unwrap();
            let command = entry.lines().find(|line| line.starts_with("Exec=")).unwrap();
            assert_eq!(command, r#"Exec="/opt/Budi's \\$HOME/50%%/karcis" --hidden"#);
            fs::write(folder.join(ENTRY), entry.replace("enabled=true", "enabled=false")).unwrap();
            assert!(!list.is_on().unwrap());
            list.set(true).unwrap();
            assert!(list.is_on().unwrap(), "somebody who turns it on here means it");
            list.set(false).unwrap();
            list.set(false).unwrap();
            assert!(!list.is_on().unwrap());
        }
    }
}
