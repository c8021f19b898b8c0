//! Files: backups, exports, and reading them piece by piece.

use super::actions::required;
use super::command::{Answer, Command, Trap};
use super::menu::{Menu, Shape};
use super::table::{Row, Table};
use super::{Edit, World, clock};

/// Bytes `/file/read` gives at once when nobody says how many.
const CHUNK: usize = 32 * 1024;

/// The size a backup begins at; each row of the configuration adds to it.
const SMALLEST_BACKUP: usize = 20_000;
const LARGEST_BACKUP: usize = 80_000;

/// Backups that fit on the disk.
const MOST_BACKUPS: usize = 32;

impl World {
    /// `/system/backup/save`: a file nobody can read but a router.
    pub(super) fn save_backup(&mut self, command: &Command) -> Result<Answer, Trap> {
        const KNOWN: [&str; 4] = ["name", "password", "encryption", "dont-encrypt"];
        if let Some((key, _)) = command.attributes.iter().find(|(key, _)| !KNOWN.contains(&key.as_str())) {
            return Err(self.unknown_parameter(key));
        }
        let given = command.attribute("name").filter(|name| !name.is_empty()).map(str::to_owned);
        let name = given.unwrap_or_else(|| {
            let identity = self.identity();
            let stamp = clock::moment(self.local_now()).format("%Y%m%d-%H%M").to_string();
            format!("{identity}-{stamp}")
        });
        let rows: usize = self.tables.iter().map(Table::len).sum();
        let size = (SMALLEST_BACKUP + rows).min(LARGEST_BACKUP);
        let name = name.strip_suffix(".backup").unwrap_or(&name).to_owned();
        if self.backups.len() == MOST_BACKUPS && !self.backups.contains_key(&name) {
            return Err(Trap::plain("failure: not enough space"));
        }
        self.backups.insert(name.clone(), self.snapshot());
        let name = name + ".backup";
        self.put_file(&name, "backup", &"\u{1}".repeat(size));
        self.log("system,info", "configuration saved");
        Ok(Answer::Done(None))
    }

    /// `/system/backup/load`: the router takes the backup and restarts with it.
    pub(super) fn load_backup(&mut self, command: &Command) -> Result<Answer, Trap> {
        let name = required(command, "name")?;
        let saved = self.backups.get(name.strip_suffix(".backup").unwrap_or(name)).cloned();
        let saved = saved.ok_or_else(|| self.no_such_item())?;
        self.restore(&saved).map_err(|_| Trap::plain("failure: backup is damaged"))?;
        Ok(Answer::Down { returns: true })
    }

    /// `/export file=`: the configuration as commands. Without a file there is nowhere to write it.
    pub(super) fn export(&mut self, user: &str, below: &str, command: &Command) -> Result<Answer, Trap> {
        const KNOWN: [&str; 6] = ["file", "compact", "verbose", "terse", "show-sensitive", "hide-sensitive"];
        if let Some((key, _)) = command.attributes.iter().find(|(key, _)| !KNOWN.contains(&key.as_str())) {
            return Err(self.unknown_parameter(key));
        }
        let name = required(command, "file")?.to_owned();
        if !self.allows(user, "ftp") {
            return Err(Trap::plain("not enough permissions (9)"));
        }
        // Version 6 shows secrets unless told not to; version 7 hides them unless told to.
        let asked = |word| command.attribute(word).is_some();
        let secrets = if self.version.is_v7() { asked("show-sensitive") } else { !asked("hide-sensitive") };
        let text = self.export_text(below, secrets && self.allows(user, "sensitive"), asked("verbose"));
        let name = name.strip_suffix(".rsc").unwrap_or(&name).to_owned() + ".rsc";
        self.put_file(&name, "script", &text);
        Ok(Answer::Done(None))
    }

    fn export_text(&self, below: &str, secrets: bool, verbose: bool) -> String {
        let local = self.local_now();
        let date = clock::date(local, self.version);
        let mut text = format!("# {date} {} by RouterOS {}\n", clock::time(local), self.version.number());
        let licences = self.at("/system/license");
        let software = licences.rows().next().and_then(|row| licences.value(row, "software-id"));
        text.push_str(&format!("# software id = {}\n#\n", software.unwrap_or_default()));
        for table in &self.tables {
            let path = table.menu.path;
            let wanted =
                path.strip_prefix(below).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            if wanted && table.menu.is_config() && path != "/file" {
                self.export_menu(table, secrets, verbose, &mut text);
            }
        }
        text
    }

    fn export_menu(&self, table: &Table, secrets: bool, verbose: bool, text: &mut String) {
        let mut lines = String::new();
        for row in table.rows().filter(|row| !table.is_dynamic(row)) {
            let values = self.exported_values(table, row, secrets, verbose);
            if values.is_empty() {
                continue;
            }
            let verb = if table.menu.shape == Shape::Single {
                "set".to_owned()
            } else if table.value(row, "default") == Some("true")
                || !table.menu.verbs.contains(&super::menu::Verb::Add)
            {
                let name = table.name_of(row).map(quoted).unwrap_or_default();
                format!("set [ find name={name} ]")
            } else {
                "add".to_owned()
            };
            lines.push_str(&format!("{verb}{values}\n"));
        }
        if !lines.is_empty() {
            let words = table.menu.path[1..].replace('/', " ");
            text.push_str(&format!("/{words}\n{lines}"));
        }
    }

    fn exported_values(&self, table: &Table, row: &Row, secrets: bool, verbose: bool) -> String {
        let mut values = String::new();
        for (index, prop) in table.menu.props.iter().enumerate() {
            let hidden = prop.secret && !secrets;
            let known = row.value(index).filter(|value| verbose || prop.default != Some(*value));
            if !prop.is_given()
                || prop.since > self.version
                || hidden
                || prop.source == super::menu::Source::Sealed
            {
                continue;
            }
            if let Some(value) = known {
                let value = match value {
                    "true" => "yes".to_owned(),
                    "false" => "no".to_owned(),
                    other => quoted(other),
                };
                values.push_str(&format!(" {}={value}", prop.name));
            }
        }
        values
    }

    /// `/file/read`: a piece of a file.
    pub(super) fn read_file(&self, command: &Command) -> Result<Answer, Trap> {
        let name = required(command, "file")?;
        let menu = Menu::known("/file");
        let row = self.table(menu).find(name).ok_or_else(|| self.no_such_item())?;
        let number = |key: &str, otherwise: usize| {
            let given = command.attribute(key).map(|text| text.parse::<usize>());
            given
                .unwrap_or(Ok(otherwise))
                .map_err(|_| Trap::of(1, format!("invalid value for argument {key}")))
        };
        let (offset, size) = (number("offset", 0)?, number("chunk-size", CHUNK)?);
        let contents = self.text(menu, row, "contents");
        let piece: String = contents.chars().skip(offset).take(size.min(CHUNK)).collect();
        Ok(Answer::Row(vec![("data".to_owned(), piece)]))
    }

    pub(super) fn put_file(&mut self, name: &str, kind: &str, contents: &str) {
        let menu = Menu::known("/file");
        let now = self.log_time();
        let known = self.table(menu).named(name).next().cloned();
        let mut row = known.unwrap_or_else(|| self.blank_row(menu, &[("name", name)]));
        for (key, value) in [("type", kind), ("contents", contents), ("last-modified", &*now)] {
            self.write(menu, &mut row, key, value);
        }
        self.commit(vec![Edit::Put { menu, row }]);
    }

    fn identity(&self) -> String {
        let table = self.at("/system/identity");
        table.rows().next().and_then(|row| table.value(row, "name")).unwrap_or_default().to_owned()
    }
}

/// A value as a script writes it: in quotes where it has to be.
fn quoted(value: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:,*".contains(letter);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    let mut text = String::from("\"");
    for letter in value.chars() {
        match letter {
            '"' | '\\' | '$' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            _ => text.push(letter),
        }
    }
    text + "\""
}
