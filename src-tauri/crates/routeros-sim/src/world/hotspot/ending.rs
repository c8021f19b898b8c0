//! How sessions end, and what is written down of them.

use super::session::{Told, every_seconds};
use super::{ACTIVE, COOKIE, HOST, USER};
use crate::knobs::Counters;
use crate::world::agenda::Due;
use crate::world::menu::Menu;
use crate::world::table::Row;
use crate::world::value::{interval, seconds};
use crate::world::{Edit, World};

impl World {
    /// Ends a session; what it used is added to the counters of its user.
    pub(crate) fn end_session(&mut self, active: u32, cause: &str) {
        let table = self.at(ACTIVE);
        let Some(row) = table.row(active).cloned() else { return };
        let text = |name| table.value(&row, name).unwrap_or_default().to_owned();
        let (user, address, mac, server) =
            (text("user"), text("address"), text("mac-address"), text("server"));
        let mut edits: Vec<Edit> = self.counted_edit(&row).into_iter().collect();
        edits.push(Edit::Take { menu: Menu::known(ACTIVE), id: active });
        if !mac.is_empty() {
            edits.push(self.host_edit(&mac, &address, &server, false));
        }
        edits.extend(self.dynamic_rows_of(&address));
        self.commit(edits);
        self.flows.remove(&active);
        if self.online.get(&mac) == Some(&active) {
            self.online.remove(&mac);
        }
        self.agenda.set(Due::Session(active), None);
        self.agenda.set(Due::Count(active), None);
        if cause == "keepalive timeout" {
            self.forget_host(&mac);
        }
        self.log("hotspot,account,info,debug", &format!("{user} ({address}): logged out: {cause}"));
        self.tell_logout(&user, &address, &mac, &server, cause);
    }

    /// An administrator ends a session; the device may not leave it at that.
    pub(in crate::world) fn put_out(&mut self, active: u32) {
        let table = self.at(ACTIVE);
        let mac = table.row(active).and_then(|row| table.value(row, "mac-address")).map(str::to_owned);
        self.end_session(active, "admin reset");
        if let Some(mac) = mac {
            self.device_was_put_out(&mac);
        }
    }

    fn tell_logout(&mut self, user: &str, address: &str, mac: &str, server: &str, cause: &str) {
        let users = self.at(USER);
        let row = users.named(user).next();
        let profile = row.and_then(|row| users.value(row, "profile")).unwrap_or_default().to_owned();
        let servers = self.at("/ip/hotspot");
        let interface = servers.named(server).next().and_then(|row| servers.value(row, "interface"));
        let interface = interface.unwrap_or_default().to_owned();
        self.tell_script(&Told {
            event: "on-logout",
            profile: &profile,
            user,
            address,
            mac,
            server,
            interface: &interface,
            cause,
        });
    }

    /// A session's time has come, or one of its limits may have been reached.
    pub(in crate::world) fn session_is_due(&mut self, id: u32) {
        let Some(row) = self.at(ACTIVE).row(id) else { return };
        let now = self.clock.virtual_now();
        match self.session_end(row) {
            Some((at, cause)) if at <= now => self.end_session(id, cause),
            _ => self.plan(Menu::known(ACTIVE), id),
        }
    }

    /// The counters of a running session are added to its user's, where the router does so in between.
    pub(in crate::world) fn count_session(&mut self, id: u32) {
        let Some(row) = self.at(ACTIVE).row(id).cloned() else { return };
        let edit = self.counted_edit(&row);
        self.commit(edit.into_iter().collect());
        let now = self.clock.virtual_now();
        let lasted = u64::try_from(now.saturating_sub(row.born)).unwrap_or(0);
        if let Some(flow) = self.flows.get_mut(&id) {
            let (up, down) = flow.bytes(now);
            flow.counted = (lasted, up, down);
        }
        if let Counters::Every(every) = self.knobs.counters {
            self.agenda.set(Due::Count(id), Some(now.saturating_add(every_seconds(every))));
        }
    }

    /// What a session has used and nobody has counted yet: seconds, upload, download, packets of each.
    pub(in crate::world) fn used_by_session(&self, session: &Row) -> [u64; 5] {
        let (active, now) = (self.at(ACTIVE), self.clock.virtual_now());
        let kept = |name| active.value(session, name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        let lasted = u64::try_from(now.saturating_sub(session.born)).unwrap_or(0);
        let flow = self.flows.get(&session.id);
        let ((up, down), (packets_up, packets_down), counted) = flow
            .map_or(((0, 0), (0, 0), (0, 0, 0)), |flow| (flow.bytes(now), flow.packets(now), flow.counted));
        [
            lasted.saturating_sub(counted.0),
            kept("bytes-in").saturating_add(up).saturating_sub(counted.1),
            kept("bytes-out").saturating_add(down).saturating_sub(counted.2),
            kept("packets-in").saturating_add(packets_up),
            kept("packets-out").saturating_add(packets_down),
        ]
    }

    /// The user's row with the session added to its counters.
    pub(in crate::world) fn counted_edit(&self, session: &Row) -> Option<Edit> {
        let (active, users) = (self.at(ACTIVE), self.at(USER));
        let menu = Menu::known(USER);
        let mut row = users.named(active.value(session, "user")?).next()?.clone();
        let [lasted, up, down, packets_up, packets_down] = self.used_by_session(session);
        let before = users.value(&row, "uptime").and_then(seconds).unwrap_or(0);
        self.write(menu, &mut row, "uptime", &interval(before.saturating_add(lasted)));
        for (name, more) in
            [("bytes-in", up), ("bytes-out", down), ("packets-in", packets_up), ("packets-out", packets_down)]
        {
            let before = users.value(&row, name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
            self.write(menu, &mut row, name, &before.saturating_add(more).to_string());
        }
        Some(Edit::Put { menu, row })
    }

    /// The edits that take away what the router made for a session: its queue, its address, its list entry.
    fn dynamic_rows_of(&self, address: &str) -> Vec<Edit> {
        let target = format!("{address}/32");
        let mut edits = Vec::new();
        for (path, property, wanted) in
            [("/queue/simple", "target", target.as_str()), ("/ip/firewall/address-list", "address", address)]
        {
            let menu = Menu::known(path);
            let table = self.table(menu);
            let ours = |row: &&Row| table.is_dynamic(row) && table.value(row, property) == Some(wanted);
            edits.extend(table.rows().filter(ours).map(|row| Edit::Take { menu, id: row.id }));
        }
        edits
    }

    /// Ends every session in order, so that what it used is counted.
    pub(crate) fn end_all_sessions(&mut self, cause: &str) {
        let ids: Vec<u32> = self.at(ACTIVE).rows().map(|row| row.id).collect();
        ids.into_iter().for_each(|id| self.end_session(id, cause));
    }

    /// Ends every session of a server or user that is switched off or gone.
    pub(in crate::world) fn end_sessions_of(&mut self, property: &str, whose: &str) {
        let table = self.at(ACTIVE);
        let theirs = table.rows().filter(|row| table.value(row, property) == Some(whose));
        let ids: Vec<u32> = theirs.map(|row| row.id).collect();
        let cause = if property == "server" { "hotspot service is shutting down" } else { "admin reset" };
        ids.into_iter().for_each(|id| self.end_session(id, cause));
    }

    /// Removes a host: its session ends with it.
    pub(in crate::world) fn remove_host(&mut self, id: u32) {
        let hosts = self.at(HOST);
        let Some(mac) = hosts.row(id).and_then(|row| hosts.value(row, "mac-address")).map(str::to_owned)
        else {
            return;
        };
        if let Some(session) = self.session_of(&mac) {
            self.end_session(session, "admin reset");
        }
        self.forget_host(&mac);
    }

    pub(super) fn forget_host(&mut self, mac: &str) {
        let menu = Menu::known(HOST);
        let table = self.table(menu);
        let rows: Vec<Row> = table.keyed(mac).cloned().collect();
        let mut edits = Vec::new();
        for row in rows {
            edits.extend(self.address_returned(self.text(menu, &row, "address")));
            edits.push(Edit::Take { menu, id: row.id });
        }
        self.commit(edits);
    }

    /// The running session of a device.
    pub(crate) fn session_of(&self, mac: &str) -> Option<u32> {
        self.online.get(mac).copied()
    }

    /// Forgets the cookie of a device, as its guest who logs out wishes.
    pub(crate) fn forget_cookie(&mut self, mac: &str) {
        let menu = Menu::known(COOKIE);
        let edits = self.table(menu).keyed(mac).map(|row| Edit::Take { menu, id: row.id }).collect();
        self.commit(edits);
    }

    /// The user whose live cookie a device has.
    pub(super) fn cookie_user(&self, mac: &str) -> Option<String> {
        let table = self.at(COOKIE);
        let row = table.keyed(mac).find(|row| table.value(row, "mac-cookie") == Some("true"))?;
        table.value(row, "user").map(str::to_owned)
    }
}
