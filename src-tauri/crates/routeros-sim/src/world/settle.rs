//! Time that passes: everything due happens in its order, and the power may fail in between.

use super::agenda::Due;
use super::clock::WITHOUT_BATTERY;
use super::menus::MENUS;
use super::table::Row;
use super::value::seconds;
use super::{Edit, World};

impl World {
    /// Lets everything happen that is due by now, each at its own second.
    pub(crate) fn settle(&mut self) {
        let until = self.clock.outside();
        while !self.off {
            let Some((at, due)) = self.agenda.take_until(until) else { break };
            self.clock.live(at);
            self.happen(due);
        }
        self.clock.live(until);
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Session(id) => self.session_is_due(id),
            Due::Count(id) => self.count_session(id),
            Due::Cookie(id) => self.forget("/ip/hotspot/cookie", id),
            Due::Lease(id) => self.forget("/ip/dhcp-server/lease", id),
            Due::Ppp(id) => self.hang_up(id, "session timeout"),
            Due::Scheduler(id) => self.run_entry(id),
            Due::Script(number) => self.resume(number),
        }
    }

    fn forget(&mut self, path: &'static str, id: u32) {
        let menu = super::menu::Menu::known(path);
        self.commit(vec![Edit::Take { menu, id }]);
    }

    /// Looks anew when something of this row is due.
    pub(super) fn plan(&mut self, menu: usize, id: u32) {
        let row = self.tables[menu].row(id);
        let ends = |name: &str| row.and_then(|row| self.end_of(menu, row, name));
        let (due, at) = match MENUS[menu].path {
            "/ip/hotspot/active" => {
                let end = row.and_then(|row| self.session_end(row));
                (Due::Session(id), end.map(|(at, _)| at))
            }
            "/ip/hotspot/cookie" => (Due::Cookie(id), ends("expires-in")),
            "/ip/dhcp-server/lease" => (Due::Lease(id), ends("expires-after")),
            "/system/scheduler" => (Due::Scheduler(id), row.and_then(|row| self.next_run(row))),
            _ => return,
        };
        self.agenda.set(due, at);
    }

    /// Looks anew when anything of a menu is due.
    pub(super) fn plan_menu(&mut self, path: &'static str) {
        let menu = super::menu::Menu::known(path);
        let ids: Vec<u32> = self.tables[menu].rows().map(|row| row.id).collect();
        ids.into_iter().for_each(|id| self.plan(menu, id));
    }

    /// When an interval that shrinks from the birth of its row is over.
    fn end_of(&self, menu: usize, row: &Row, name: &str) -> Option<i64> {
        let lasts = i64::try_from(seconds(self.tables[menu].value(row, name)?)?).ok()?;
        Some(row.born.saturating_add(lasts))
    }

    /// Looks anew when anything is due.
    pub(super) fn plan_all(&mut self) {
        self.agenda.forget_rows();
        for menu in MENUS {
            self.plan_menu(menu.path);
        }
    }

    /// Switches the router off: passing rows are gone and nobody is connected any more. Without a battery its clock
    /// begins anew.
    pub(crate) fn go_down(&mut self, keeps_time: bool) {
        self.off = true;
        self.agenda.clear();
        self.forget_scripts();
        self.flows.clear();
        self.online.clear();
        self.calls.clear();
        for table in &mut self.tables {
            if table.menu.is_config() {
                table.forget_dynamic();
            } else {
                table.clear();
            }
        }
        self.listeners.clear();
        self.boot += 1;
        if !keeps_time {
            self.clock.set_router(WITHOUT_BATTERY);
        }
    }

    /// Switches the router on again: the uptime counts from now.
    pub(crate) fn come_up(&mut self) {
        self.clock.live(self.clock.outside());
        self.clock.restart();
        self.off = false;
        self.begin_counting();
        self.log("system,info", "router rebooted");
        self.plan_all();
    }

    /// The network tells the router what time it is.
    pub(crate) fn sync_clock(&mut self) {
        self.clock.set_error(0);
        self.plan_menu("/system/scheduler");
    }
}
