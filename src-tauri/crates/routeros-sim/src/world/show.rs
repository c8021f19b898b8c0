//! Rows as clients see them.

use std::borrow::Cow;

use super::command::{Again, Page, Repeat, View};
use super::menu::{Shape, Source};
use super::menus::MENUS;
use super::table::{Row, star};
use super::value::{Kind, interval, seconds};
use super::{World, clock, zone};
use crate::net::outbox::Outbox;

/// Rows that are written before the world is released to others again.
const ROWS_AT_ONCE: usize = 256;

impl World {
    /// Writes the next rows of a print; `false` when there are no more.
    pub(crate) fn show_page(&self, page: &mut Page, tag: Option<&str>, out: &mut Outbox) -> bool {
        for (seen, (next, row)) in self.candidates(page.menu, page.from, &page.view).enumerate() {
            if seen == ROWS_AT_ONCE {
                return true;
            }
            page.from = next;
            if self.passes(page.menu, row, &page.view) {
                page.shown += 1;
                self.show_row(page.menu, row, &page.view, tag, out);
            }
        }
        false
    }

    /// Shows what is shown again and again; `false` when this was the last time.
    pub(crate) fn show_again(
        &mut self,
        repeat: &Repeat,
        section: u64,
        tag: Option<&str>,
        out: &mut Outbox,
    ) -> bool {
        self.settle();
        out.section(Some(section));
        match &repeat.what {
            Again::Rows { menu, view } => {
                for (_, row) in self.candidates(*menu, 0, view) {
                    if self.passes(*menu, row, view) {
                        self.show_row(*menu, row, view, tag, out);
                    }
                }
            }
            Again::Traffic { interfaces, proplist, .. } => {
                for interface in interfaces {
                    out.begin("!re", tag);
                    let asked =
                        |name: &str| proplist.as_ref().is_none_or(|list| list.iter().any(|p| p == name));
                    for (name, value) in self.rates(interface).into_iter().filter(|(name, _)| asked(name)) {
                        out.attribute(name, &value);
                    }
                    out.end(tag);
                }
            }
        }
        out.section(None);
        match &repeat.what {
            Again::Rows { .. } => true,
            Again::Traffic { times, .. } => times.is_none_or(|times| section + 1 < times),
        }
    }

    pub(crate) fn count(&self, menu: usize, view: &View) -> usize {
        if view.query.is_empty() {
            return self.tables[menu].len();
        }
        self.candidates(menu, 0, view).filter(|(_, row)| self.passes(menu, row, view)).count()
    }

    /// The rows from this place on that may pass, each with the place after it: found by their key where the query
    /// allows, else all.
    fn candidates<'world>(
        &'world self,
        menu: usize,
        from: u32,
        view: &View,
    ) -> Box<dyn Iterator<Item = (u32, &'world Row)> + 'world> {
        let table = &self.tables[menu];
        let keys = view.query.only_values_of(MENUS[menu].key);
        let Some(keys) = keys.filter(|_| !MENUS[menu].ordered) else { return table.rows_from(from) };
        let mut rows: Vec<&Row> =
            keys.into_iter().flat_map(|key| table.keyed(key)).filter(|row| row.id >= from).collect();
        rows.sort_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        Box::new(rows.into_iter().map(|row| (row.id.saturating_add(1), row)))
    }

    pub(crate) fn passes(&self, menu: usize, row: &Row, view: &View) -> bool {
        let described = &MENUS[menu];
        view.query.is_empty()
            || view.query.passes(
                |name| self.value(menu, row, name, view.secrets),
                |name| described.prop(name).map_or(Kind::Text, |prop| described.props[prop].kind),
            )
    }

    pub(crate) fn show_row(&self, menu: usize, row: &Row, view: &View, tag: Option<&str>, out: &mut Outbox) {
        out.begin("!re", tag);
        match &view.proplist {
            Some(names) => {
                for name in names {
                    if let Some(value) = self.value(menu, row, name, view.secrets) {
                        out.attribute(name, &value);
                    }
                }
            }
            None => self.each_value(menu, row, view.secrets, |name, value| out.attribute(name, value)),
        }
        out.end(tag);
    }

    /// Everything the row shows, its id first.
    pub(crate) fn each_value(&self, menu: usize, row: &Row, secrets: bool, mut see: impl FnMut(&str, &str)) {
        if MENUS[menu].shape != Shape::Single {
            see(".id", &star(row.id));
        }
        for (index, prop) in MENUS[menu].props.iter().enumerate() {
            if let Some(value) = self.shown(menu, row, index, secrets) {
                see(prop.name, &value);
            }
        }
    }

    pub(crate) fn value<'row>(
        &self,
        menu: usize,
        row: &'row Row,
        name: &str,
        secrets: bool,
    ) -> Option<Cow<'row, str>> {
        if name == ".id" {
            return (MENUS[menu].shape != Shape::Single).then(|| Cow::Owned(star(row.id)));
        }
        self.shown(menu, row, MENUS[menu].prop(name)?, secrets)
    }

    fn shown<'row>(
        &self,
        menu: usize,
        row: &'row Row,
        index: usize,
        secrets: bool,
    ) -> Option<Cow<'row, str>> {
        let prop = &MENUS[menu].props[index];
        if prop.since > self.version || (prop.secret && !secrets) {
            return None;
        }
        match prop.source {
            Source::Sealed => None,
            Source::Computed => self.worked_out(menu, row, prop.name).map(Cow::Owned),
            Source::Given if MENUS[menu].path == "/system/clock" && matches!(prop.name, "date" | "time") => {
                self.worked_out(menu, row, prop.name).map(Cow::Owned)
            }
            Source::Live => self.live(menu, row, index),
            Source::Grows | Source::Shrinks => {
                let passed = u64::try_from(self.clock.virtual_now().saturating_sub(row.born)).unwrap_or(0);
                let kept = seconds(row.value(index)?)?;
                let now = if prop.source == Source::Grows {
                    kept.saturating_add(passed)
                } else {
                    kept.saturating_sub(passed)
                };
                Some(Cow::Owned(interval(now)))
            }
            Source::Given | Source::Kept => row.value(index).map(Cow::Borrowed),
        }
    }

    /// A kept value together with what the running session adds to it.
    fn live<'row>(&self, menu: usize, row: &'row Row, index: usize) -> Option<Cow<'row, str>> {
        let kept = row.value(index)?;
        let name = MENUS[menu].props[index].name;
        Some(match self.live_part(menu, row, name) {
            0 => Cow::Borrowed(kept),
            more if matches!(MENUS[menu].props[index].kind, Kind::Interval) => {
                Cow::Owned(interval(seconds(kept).unwrap_or(0).saturating_add(more)))
            }
            more => Cow::Owned(kept.parse::<u64>().unwrap_or(0).saturating_add(more).to_string()),
        })
    }

    /// Values that depend on the moment or on other menus.
    fn worked_out(&self, menu: usize, row: &Row, name: &str) -> Option<String> {
        match (MENUS[menu].path, name) {
            ("/system/clock", "date") => Some(clock::date(self.local_now(), self.version)),
            ("/system/clock", "time") => Some(clock::time(self.local_now())),
            ("/system/clock", "gmt-offset") => {
                let offset = self.zone().0;
                let sign = if offset < 0 { '-' } else { '+' };
                Some(format!("{sign}{:02}:{:02}", offset.abs() / 3600, offset.abs() % 3600 / 60))
            }
            ("/system/clock", "dst-active") => Some(self.zone().1.to_string()),
            ("/system/resource", "uptime") => Some(interval(self.clock.uptime())),
            ("/system/resource", "version") => Some(self.version.resource_text()),
            ("/system/resource", "write-sect-since-reboot" | "write-sect-total") => {
                Some((self.revision * 2).to_string())
            }
            ("/system/resource", "cpu-load") => Some(self.cpu_load().to_string()),
            ("/system/resource", "free-memory") => Some(self.free_memory().to_string()),
            ("/system/scheduler", "next-run") => self.next_run_shown(row),
            ("/interface" | "/interface/ethernet", "running") => Some(self.is_running(menu, row).to_string()),
            ("/interface", counter) => Some(self.counter(menu, row, counter).to_string()),
            ("/ip/pool", "total") => Some(self.pool_counts(self.text(menu, row, "name")).0.to_string()),
            ("/ip/pool", "used") => Some(self.pool_counts(self.text(menu, row, "name")).1.to_string()),
            ("/ip/pool", "available") => {
                let (total, used) = self.pool_counts(self.text(menu, row, "name"));
                Some(total.saturating_sub(used).to_string())
            }
            ("/ip/dhcp-server/lease", "last-seen") => {
                let bound = self.text(menu, row, "status") == "bound";
                let passed = u64::try_from(self.clock.virtual_now().saturating_sub(row.born)).unwrap_or(0);
                Some(if bound { interval(passed) } else { "never".to_owned() })
            }
            ("/queue/simple", "bytes" | "rate") => {
                let (bytes, rate) = self.queue_moves(menu, row);
                let (up, down) = if name == "bytes" { bytes } else { rate };
                Some(format!("{up}/{down}"))
            }
            ("/file", "size") => {
                let contents = self.tables[menu].value(row, "contents").unwrap_or_default();
                Some(contents.len().to_string())
            }
            _ => None,
        }
    }

    /// Seconds east of Greenwich where the router stands, and whether summer time is in force there.
    pub(crate) fn zone(&self) -> (i64, bool) {
        let table = self.at("/system/clock");
        let zone = table.rows().next().and_then(|row| table.value(row, "time-zone-name")).unwrap_or_default();
        zone::offset(zone, self.clock.router_now())
    }

    /// The router's own time of day, in its zone.
    pub(crate) fn local_now(&self) -> i64 {
        self.clock.router_now().saturating_add(self.zone().0)
    }

    pub(crate) fn log_time(&self) -> String {
        let local = self.local_now();
        format!("{} {}", clock::date(local, self.version), clock::time(local))
    }
}
