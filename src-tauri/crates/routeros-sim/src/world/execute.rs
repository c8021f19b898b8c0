//! What each command does.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::clock;
use super::command::{Again, Answer, Command, Page, Repeat, Subscription, Trap, View};
use super::menu::{Menu, Shape, Verb};
use super::menus::MENUS;
use super::query::Query;
use super::table::Row;
use super::value::{self, BadValue};
use super::{Edit, World, actions};

/// Words a `print` understands besides a query; all but `count-only` change nothing here.
const PRINT_WORDS: [&str; 9] = [
    "count-only",
    "detail",
    "stats",
    "terse",
    "without-paging",
    "value-list",
    "follow",
    "follow-only",
    "brief",
];

/// What `reset-counters` sets back.
const COUNTERS: [&str; 8] =
    ["uptime", "bytes-in", "bytes-out", "packets-in", "packets-out", "bytes", "packets", "hits"];

impl World {
    /// Runs a command of a user who is logged in.
    pub(crate) fn run(&mut self, user: &str, wake: &Arc<Notify>, command: &Command) -> Answer {
        self.obey(user, wake, command).unwrap_or_else(Answer::Trap)
    }

    fn obey(&mut self, user: &str, wake: &Arc<Notify>, command: &Command) -> Result<Answer, Trap> {
        self.settle();
        self.note_command();
        if let Some(action) = actions::find(&command.path) {
            self.demand(user, action.policy())?;
            return self.act(user, action, command);
        }
        let (menu, verb) = self.find_verb(&command.path)?;
        self.demand(user, policy_of(menu, verb))?;
        match verb {
            Verb::Print => self.print(user, wake, menu, command),
            Verb::Listen => {
                let view = self.view(user, menu, command)?;
                Ok(Answer::Listen(Subscription { menu, view, changes: self.subscribe(menu, wake) }))
            }
            Verb::Add
            | Verb::Set
            | Verb::Remove
            | Verb::Enable
            | Verb::Disable
            | Verb::Comment
            | Verb::Unset
            | Verb::ResetCounters
            | Verb::Move
            | Verb::MakeStatic
            | Verb::MakeBinding
            | Verb::MonitorTraffic
            | Verb::Run
            | Verb::Login
            | Verb::Save
            | Verb::Load
            | Verb::Read => self.carry_out(user, menu, verb, command),
        }
    }

    fn demand(&self, user: &str, policy: &str) -> Result<(), Trap> {
        if self.allows(user, policy) { Ok(()) } else { Err(Trap::plain("not enough permissions (9)")) }
    }

    /// Does what a command asks that neither prints nor listens, in the name of `user`.
    pub(crate) fn carry_out(
        &mut self,
        user: &str,
        menu: usize,
        verb: Verb,
        command: &Command,
    ) -> Result<Answer, Trap> {
        match verb {
            Verb::Print | Verb::Listen => Err(Trap::of(0, "no such command")),
            Verb::Add => {
                let id = self.add(user, menu, &command.attributes)?;
                Ok(Answer::Done(Some(super::table::star(id))))
            }
            Verb::Set if MENUS[menu].path == "/system/clock" => self.set_clock(menu, command),
            Verb::Set => self.set(menu, command),
            Verb::Comment => self.comment(menu, command),
            Verb::Enable => self.switch(menu, command, "false"),
            Verb::Disable => self.switch(menu, command, "true"),
            Verb::Remove => self.remove(menu, command),
            Verb::Unset => self.unset(menu, command),
            Verb::ResetCounters => self.reset_counters(menu, command),
            Verb::Move => self.shift(menu, command),
            Verb::MakeStatic => self.make_static(menu, command),
            Verb::MakeBinding => self.make_binding(command),
            Verb::MonitorTraffic => self.monitor_traffic(command),
            Verb::Login => self.admin_login(command),
            Verb::Save => self.save_backup(command),
            Verb::Read => self.read_file(command),
            Verb::Run => self.run_scripts(user, command),
            Verb::Load => self.load_backup(command),
        }
    }

    fn view(&self, user: &str, menu: usize, command: &Command) -> Result<View, Trap> {
        let query = Query::parse(&command.queries, &MENUS[menu])
            .map_err(|word| Trap::of(5, format!("invalid query word {word}")))?;
        Ok(View { query, proplist: command.proplist.clone(), secrets: self.allows(user, "sensitive") })
    }

    fn print(
        &mut self,
        user: &str,
        wake: &Arc<Notify>,
        menu: usize,
        command: &Command,
    ) -> Result<Answer, Trap> {
        let known = |key: &str| PRINT_WORDS.contains(&key) || key == "interval";
        if let Some((unknown, _)) = command.attributes.iter().find(|(key, _)| !known(key)) {
            return Err(self.unknown_parameter(unknown));
        }
        let view = self.view(user, menu, command)?;
        if command.attribute("count-only").is_some() {
            return Ok(Answer::Done(Some(self.count(menu, &view).to_string())));
        }
        if let Some(text) = command.attribute("interval") {
            let every = value::seconds(text).filter(|seconds| *seconds > 0);
            let every = every.ok_or_else(|| Trap::of(1, "invalid value for argument interval"))?;
            let what = Again::Rows { menu, view };
            return Ok(Answer::Repeat(Repeat { every: Duration::from_secs(every), what }));
        }
        let follow = command.attribute("follow").is_some();
        let follow_only = command.attribute("follow-only").is_some();
        let then = (follow || follow_only).then(|| Subscription {
            menu,
            view: view.clone(),
            changes: self.subscribe(menu, wake),
        });
        match then {
            Some(subscription) if follow_only => Ok(Answer::Listen(subscription)),
            then => Ok(Answer::Print(Page { menu, view, from: 0, shown: 0, then })),
        }
    }

    /// Adds one row in the name of `by` and returns its id.
    pub(crate) fn add(
        &mut self,
        by: &str,
        menu: usize,
        attributes: &[(String, String)],
    ) -> Result<u32, Trap> {
        let described = &MENUS[menu];
        let mut row = self.blank_row(menu, &[]);
        if let Some((_, source)) = attributes.iter().find(|(key, _)| key == "copy-from") {
            let source = self.tables[menu].find(source).ok_or_else(|| self.no_such_item())?;
            for (index, prop) in described.props.iter().enumerate().filter(|(_, prop)| prop.is_given()) {
                row.values[index] = source.values[index].clone().or_else(|| prop.default.map(str::to_owned));
            }
        }
        let before = self.place_before(menu, attributes)?;
        let properties = attributes.iter().filter(|(key, _)| key != "copy-from" && key != "place-before");
        for (key, value) in properties {
            self.assign(menu, &mut row, key, value)?;
        }
        self.complete(menu, &mut row, Some(by))?;
        let missing = |index: &usize| row.values[*index].as_deref().unwrap_or_default().is_empty();
        let required = (0..described.props.len()).filter(|index| described.props[*index].required);
        if let Some(index) = required.into_iter().find(missing) {
            let name = described.props[index].name;
            return Err(Trap::plain(format!("missing value(s) of argument(s) {name}")));
        }
        let id = row.id;
        self.refuse_clash(menu, std::slice::from_ref(&row))?;
        let shift = before.map(|place| Edit::Shift { menu, id, place });
        self.commit([Edit::Put { menu, row }].into_iter().chain(shift).collect());
        Ok(id)
    }

    /// How many rows shall stand before a new one.
    fn place_before(&self, menu: usize, attributes: &[(String, String)]) -> Result<Option<usize>, Trap> {
        let Some((key, token)) = attributes.iter().find(|(key, _)| key == "place-before") else {
            return Ok(None);
        };
        if !MENUS[menu].ordered {
            return Err(self.unknown_parameter(key));
        }
        let table = &self.tables[menu];
        let row = table.find(token).ok_or_else(|| self.no_such_item())?;
        Ok(table.place(row.id))
    }

    /// Moves rows so that they stand before the destination, or last when there is none.
    fn shift(&mut self, menu: usize, command: &Command) -> Result<Answer, Trap> {
        let rows = self.targets(menu, command)?;
        let destination = match command.attribute("destination") {
            Some(token) => Some(self.tables[menu].find(token).ok_or_else(|| self.no_such_item())?.id),
            None => None,
        };
        let known = |key: &str| is_target(key) || key == "destination";
        if let Some((key, _)) = command.attributes.iter().find(|(key, _)| !known(key)) {
            return Err(self.unknown_parameter(key));
        }
        for row in rows.into_iter().filter(|row| Some(row.id) != destination) {
            let table = &self.tables[menu];
            let from = table.place(row.id).unwrap_or_default();
            let before = destination.and_then(|id| table.place(id)).unwrap_or(table.len());
            // What stands behind the moved row moves up by one.
            let place = if from < before { before - 1 } else { before };
            self.commit(vec![Edit::Shift { menu, id: row.id, place }]);
        }
        Ok(Answer::Done(None))
    }

    fn comment(&mut self, menu: usize, command: &Command) -> Result<Answer, Trap> {
        match command.attributes.iter().find(|(key, _)| !is_target(key) && key != "comment") {
            Some((unknown, _)) => Err(self.unknown_parameter(unknown)),
            None => self.set(menu, command),
        }
    }

    fn set(&mut self, menu: usize, command: &Command) -> Result<Answer, Trap> {
        let mut rows = self.targets(menu, command)?;
        for (key, value) in command.attributes.iter().filter(|(key, _)| !is_target(key)) {
            for row in &mut rows {
                self.assign(menu, row, key, value)?;
            }
        }
        for row in &mut rows {
            self.complete(menu, row, None)?;
        }
        self.replace(menu, rows)
    }

    /// Puts changed rows in place as one change; whoever referred to an old name follows.
    pub(crate) fn replace(&mut self, menu: usize, rows: Vec<Row>) -> Result<Answer, Trap> {
        self.refuse_clash(menu, &rows)?;
        let names = self.named_rows(menu, &rows);
        let mut edits = Vec::new();
        for row in rows {
            let table = &self.tables[menu];
            let before = table.row(row.id).and_then(|old| table.name_of(old));
            if let (Some(old), Some(new)) = (before, table.name_of(&row))
                && old != new
            {
                edits.extend(self.follow_rename(menu, old, new));
            }
            edits.extend(self.mirrored(menu, &row));
            edits.push(Edit::Put { menu, row });
        }
        self.commit(edits);
        self.after_change(menu, &names);
        Ok(Answer::Done(None))
    }

    fn switch(&mut self, menu: usize, command: &Command, disabled: &str) -> Result<Answer, Trap> {
        let mut rows = self.targets(menu, command)?;
        if let Some((key, _)) = command.attributes.iter().find(|(key, _)| !is_target(key)) {
            return Err(self.unknown_parameter(key));
        }
        for row in &mut rows {
            self.assign(menu, row, "disabled", disabled)?;
        }
        self.replace(menu, rows)
    }

    fn remove(&mut self, menu: usize, command: &Command) -> Result<Answer, Trap> {
        let rows = self.targets(menu, command)?;
        self.refuse_removal(menu, &rows)?;
        let ids: Vec<u32> = rows.iter().map(|row| row.id).collect();
        self.remove_rows(menu, &ids);
        Ok(Answer::Done(None))
    }

    fn unset(&mut self, menu: usize, command: &Command) -> Result<Answer, Trap> {
        let mut rows = self.targets(menu, command)?;
        let names = command.attribute("value-name").unwrap_or_default();
        for name in names.split(',') {
            let prop = MENUS[menu].prop(name).filter(|prop| MENUS[menu].props[*prop].is_given());
            let prop = prop.ok_or_else(|| Trap::of(1, "input does not match any value of value-name"))?;
            let default = MENUS[menu].props[prop].default.map(str::to_owned);
            rows.iter_mut().for_each(|row| row.values[prop].clone_from(&default));
        }
        self.replace(menu, rows)
    }

    fn reset_counters(&mut self, menu: usize, command: &Command) -> Result<Answer, Trap> {
        let mut rows = self.targets(menu, command)?;
        if MENUS[menu].path == "/interface" {
            self.reset_interface_counters(&rows);
            return Ok(Answer::Done(None));
        }
        for name in COUNTERS {
            let Some(prop) = MENUS[menu].prop(name) else { continue };
            let zero = MENUS[menu].props[prop].default.map(str::to_owned);
            rows.iter_mut().for_each(|row| row.values[prop].clone_from(&zero));
        }
        self.replace(menu, rows)
    }

    fn set_clock(&mut self, menu: usize, command: &Command) -> Result<Answer, Trap> {
        let now = clock::moment(self.local_now());
        let (mut date, mut time) = (now.date(), now.time());
        for (key, value) in &command.attributes {
            let bad = || Trap::of(1, format!("invalid value for argument {key}"));
            match key.as_str() {
                "date" => date = clock::parse_date(value).ok_or_else(bad)?,
                "time" => time = clock::parse_time(value).ok_or_else(bad)?,
                _ => {}
            }
        }
        let others: Vec<_> = (command.attributes.iter())
            .filter(|(key, _)| !matches!(key.as_str(), "date" | "time"))
            .cloned()
            .collect();
        self.set(menu, &Command { attributes: others, ..command.clone() })?;
        if command.attribute("date").or_else(|| command.attribute("time")).is_some() {
            self.set_clock_to(clock::seconds(date.and_time(time)) - self.zone().0);
        }
        Ok(Answer::Done(None))
    }

    /// The rows a command means, all of them or none.
    pub(crate) fn targets(&self, menu: usize, command: &Command) -> Result<Vec<Row>, Trap> {
        let table = &self.tables[menu];
        if MENUS[menu].shape == Shape::Single {
            return Ok(table.rows().cloned().collect());
        }
        let tokens = command.attribute(".id").or_else(|| command.attribute("numbers"));
        let tokens = tokens.ok_or_else(|| Trap::plain("missing value(s) of argument(s) numbers"))?;
        let mut seen = HashSet::new();
        let mut rows = Vec::new();
        for token in tokens.split(',') {
            let row = table.find(token).ok_or_else(|| self.no_such_item())?;
            if seen.insert(row.id) {
                rows.push(row.clone());
            }
        }
        Ok(rows)
    }

    pub(crate) fn assign(&self, menu: usize, row: &mut Row, key: &str, value: &str) -> Result<(), Trap> {
        let prop = MENUS[menu].prop(key).filter(|prop| {
            let prop = &MENUS[menu].props[*prop];
            prop.is_given() && prop.since <= self.version
        });
        let Some(index) = prop else { return Err(self.unknown_parameter(key)) };
        let prop = &MENUS[menu].props[index];
        let exists = |menu: &str, name: &str| {
            Menu::at(menu).is_some_and(|menu| self.tables[menu].named(name).next().is_some())
        };
        let emptied = value.is_empty() && prop.blank.is_some();
        let shown = if emptied { Ok(String::new()) } else { prop.kind.canonical(value, exists) };
        let shown = shown.map_err(|bad| match bad {
            BadValue::Invalid => Trap::of(1, format!("invalid value for argument {key}")),
            BadValue::NoMatch => Trap::of(1, format!("input does not match any value of {key}")),
        })?;
        row.values[index] = (!emptied && prop.blank != Some(&shown)).then_some(shown);
        Ok(())
    }

    /// Two rows of one menu may not carry the same name; hotspot users may, for different servers.
    fn refuse_clash(&self, menu: usize, rows: &[Row]) -> Result<(), Trap> {
        let Some(text) = MENUS[menu].clash else { return Ok(()) };
        let table = &self.tables[menu];
        let also = MENUS[menu].prop(if MENUS[menu].path == "/ip/dns/static" { "address" } else { "server" });
        let key = |row: &Row| {
            let also = also.and_then(|prop| row.value(prop)).unwrap_or("all");
            (table.value(row, MENUS[menu].key).unwrap_or_default().to_owned(), also.to_owned())
        };
        let across = self.knobs.names_clash_across_servers && MENUS[menu].path == "/ip/hotspot/user";
        let same = |one: &(String, String), other: &(String, String)| {
            one == other || (across && one.0 == other.0 && (one.1 == "all" || other.1 == "all"))
        };
        let changing: HashSet<u32> = rows.iter().map(|row| row.id).collect();
        let mut taken = HashSet::new();
        for row in rows {
            let wanted = key(row);
            let elsewhere = |other: &Row| !changing.contains(&other.id) && same(&key(other), &wanted);
            if table.keyed(&wanted.0).any(elsewhere) || !taken.insert(wanted) {
                return Err(Trap::plain(text));
            }
        }
        Ok(())
    }

    /// The menu and the verb of a path. A menu of a package that is not installed does not exist.
    fn find_verb(&self, path: &str) -> Result<(usize, Verb), Trap> {
        let exists = |menu: &&Menu| menu.package.is_none_or(|package| self.has_package(package));
        let top = path.strip_prefix('/').and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if !MENUS.iter().filter(exists).any(|menu| menu.path[1..].split('/').next() == Some(top)) {
            return Err(Trap::of(0, "no such command prefix"));
        }
        let found = path.rsplit_once('/').and_then(|(menu, verb)| {
            let menu = Menu::at(menu).filter(|menu| exists(&&MENUS[*menu]))?;
            let verb = Verb::parse(verb).filter(|verb| MENUS[menu].verbs.contains(verb))?;
            Some((menu, verb))
        });
        found.ok_or_else(|| Trap::of(0, "no such command"))
    }

    pub(crate) fn has_package(&self, name: &str) -> bool {
        let packages = self.at("/system/package");
        packages.named(name).any(|row| packages.value(row, "disabled") != Some("true"))
    }

    pub(crate) fn no_such_item(&self) -> Trap {
        Trap::of(0, if self.version.is_v7() { "no such item (4)" } else { "no such item" })
    }

    pub(crate) fn unknown_parameter(&self, name: &str) -> Trap {
        Trap::plain(if self.version.is_v7() {
            format!("unknown parameter {name}")
        } else {
            "unknown parameter".into()
        })
    }
}

pub(crate) fn is_target(key: &str) -> bool {
    matches!(key, ".id" | "numbers")
}

/// The policy a command needs.
pub(crate) fn policy_of(menu: usize, verb: Verb) -> &'static str {
    match verb {
        Verb::Print | Verb::Listen | Verb::MonitorTraffic | Verb::Read => "read",
        Verb::Save => "ftp",
        Verb::Load => "policy",
        Verb::Run
        | Verb::Login
        | Verb::Add
        | Verb::Set
        | Verb::Remove
        | Verb::Enable
        | Verb::Disable
        | Verb::Comment
        | Verb::Unset
        | Verb::ResetCounters
        | Verb::Move
        | Verb::MakeStatic
        | Verb::MakeBinding => MENUS[menu].policy,
    }
}
