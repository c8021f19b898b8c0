//! Rows as clients see them.

use std::borrow::Cow;

use super::command::{Again, Page, Repeat, View};
use super::menu::{Shape, Source};
use super::menus::MENUS;
use super::table::{Row, star};
use super::value::{Kind, interval, seconds};
use super::{World, clock};
use crate::net::outbox::Outbox;

/// Rows that are written before the world is released to others again.
const ROWS_AT_ONCE: usize = 256;

impl World {
    /// Writes the next rows of a print; `false` when there are no more.
    pub(crate) fn show_page(&self, page: &mut Page, tag: Option<&str>, out: &mut Outbox) -> bool {
        for (seen, row) in self.candidates(page.menu, page.from, &page.view).enumerate() {
            if seen == ROWS_AT_ONCE {
                return true;
            }
            page.from = row.id.saturating_add(1);
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
        self.end_what_is_over();
        out.section(Some(section));
        match &repeat.what {
            Again::Rows { menu, view } => {
                for row in self.candidates(*menu, 0, view).filter(|row| self.passes(*menu, row, view)) {
                    self.show_row(*menu, row, view, tag, out);
                }
            }
        }
        out.section(None);
        true
    }

    pub(crate) fn count(&self, menu: usize, view: &View) -> usize {
        if view.query.is_empty() {
            return self.tables[menu].len();
        }
        self.candidates(menu, 0, view).filter(|row| self.passes(menu, row, view)).count()
    }

    /// The rows from this id on that may pass: found by name where the query allows, else all.
    fn candidates<'world>(
        &'world self,
        menu: usize,
        from: u32,
        view: &View,
    ) -> Box<dyn Iterator<Item = &'world Row> + 'world> {
        let table = &self.tables[menu];
        let Some(names) = view.query.only_names() else { return Box::new(table.rows_from(from)) };
        let mut rows: Vec<&Row> =
            names.into_iter().flat_map(|name| table.named(name)).filter(|row| row.id >= from).collect();
        rows.sort_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        Box::new(rows.into_iter())
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

    fn value<'row>(&self, menu: usize, row: &'row Row, name: &str, secrets: bool) -> Option<Cow<'row, str>> {
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
            Source::Computed => Some(Cow::Owned(self.worked_out(prop.name))),
            Source::Given if MENUS[menu].path == "/system/clock" && matches!(prop.name, "date" | "time") => {
                Some(Cow::Owned(self.worked_out(prop.name)))
            }
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

    /// Values that depend on the moment. Their names are unique among the menus.
    fn worked_out(&self, name: &str) -> String {
        let local = self.local_now();
        match name {
            "date" => clock::date(local, self.version),
            "time" => clock::time(local),
            "gmt-offset" => {
                let offset = local - self.clock.router_now();
                format!("+{:02}:{:02}", offset / 3600, offset % 3600 / 60)
            }
            "dst-active" => "false".to_owned(),
            "uptime" => interval(self.clock.uptime()),
            "version" => self.version.resource_text(),
            "write-sect-since-reboot" | "write-sect-total" => (self.revision * 2).to_string(),
            _ => String::new(),
        }
    }

    /// The router's own time of day, in its zone.
    pub(crate) fn local_now(&self) -> i64 {
        let table = self.at("/system/clock");
        let zone = table.rows().next().and_then(|row| table.value(row, "time-zone-name")).unwrap_or_default();
        self.clock.router_now().saturating_add(clock::zone_offset(zone))
    }

    pub(crate) fn log_time(&self) -> String {
        let local = self.local_now();
        format!("{} {}", clock::date(local, self.version), clock::time(local))
    }
}
