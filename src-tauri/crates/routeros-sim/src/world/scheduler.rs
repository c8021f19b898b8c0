//! `/system/scheduler`: what runs when.

use super::agenda::Due;
use super::menu::Menu;
use super::script::Order;
use super::table::Row;
use super::value::seconds;
use super::{World, clock};

const SCHEDULER: &str = "/system/scheduler";

/// Seconds after the boot at which what starts with the router starts.
const STARTUP: i64 = 3;

impl World {
    /// The virtual second in which an entry runs next: its start, or a whole number of intervals later.
    pub(super) fn next_run(&self, row: &Row) -> Option<i64> {
        let menu = Menu::known(SCHEDULER);
        let text = |name| self.text(menu, row, name);
        if text("disabled") == "true" {
            return None;
        }
        let now = self.clock.virtual_now();
        let start = if text("start-time") == "startup" {
            self.clock.booted().saturating_add(STARTUP)
        } else {
            let date = clock::parse_date(text("start-date"))?;
            let time = clock::parse_time(text("start-time"))?;
            let local = clock::seconds(date.and_time(time));
            // What the router's clock calls that moment, in seconds that really pass.
            local.saturating_sub(self.zone().0).saturating_sub(self.clock.error())
        };
        if start > now {
            return Some(start);
        }
        let interval = i64::try_from(seconds(text("interval"))?).ok().filter(|interval| *interval > 0)?;
        let passed = (now - start) / interval + 1;
        Some(start.saturating_add(passed.saturating_mul(interval)))
    }

    /// `next-run` as the release shows it.
    pub(super) fn next_run_shown(&self, row: &Row) -> Option<String> {
        let next = self.agenda.when(Due::Scheduler(row.id))?;
        let local = self.local_now();
        let ahead = next.saturating_sub(self.clock.virtual_now());
        Some(clock::date_and_time(local.saturating_add(ahead), local, self.version))
    }

    /// An entry's time has come.
    pub(super) fn run_entry(&mut self, id: u32) {
        let menu = Menu::known(SCHEDULER);
        let Some(mut row) = self.table(menu).row(id).cloned() else { return };
        let text = |name: &str| self.text(menu, &row, name).to_owned();
        let (name, event, owner, policy) = (text("name"), text("on-event"), text("owner"), text("policy"));
        let count = text("run-count").parse::<u64>().unwrap_or(0).saturating_add(1).to_string();
        self.write(menu, &mut row, "run-count", &count);
        self.count_run(menu, row);
        // `on-event` is a script, or the name of one.
        let script = self.at("/system/script").named(event.trim()).next().map(|row| row.id);
        match script {
            Some(script) => self.run_script(script),
            None => self.start(&Order {
                title: &name,
                source: &event,
                owner: &owner,
                policy: &policy,
                variables: &[],
            }),
        }
    }
}
