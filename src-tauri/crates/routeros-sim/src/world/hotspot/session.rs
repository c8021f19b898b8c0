//! A session from its login on: its rows, its queue, its cookie, its script.

use super::permit::Permit;
use super::{ACTIVE, Attempt, COOKIE, Flow, Guest, HOST, USER, USER_PROFILE};
use crate::knobs::Counters;
use crate::world::agenda::Due;
use crate::world::menu::Menu;
use crate::world::menus::{ALL_SCRIPT_POLICIES, MENUS};
use crate::world::script::Order;
use crate::world::table::Row;
use crate::world::value::{interval, rate_pair, seconds};
use crate::world::{Edit, World};

/// What the router knows when a login or logout script runs.
pub(super) struct Told<'text> {
    pub(super) event: &'static str,
    pub(super) profile: &'text str,
    pub(super) user: &'text str,
    pub(super) address: &'text str,
    pub(super) mac: &'text str,
    pub(super) server: &'text str,
    pub(super) interface: &'text str,
    pub(super) cause: &'text str,
}

impl World {
    /// Lets the guest in, or says why not as the login page does.
    pub(crate) fn begin_session(&mut self, attempt: &Attempt<'_>) -> Result<u32, String> {
        let guest = &attempt.guest;
        let who = format!("{} ({})", guest.user, guest.address);
        self.log("hotspot,info,debug", &format!("{who}: trying to log in by {}", guest.by.name()));
        let permit = self.permit(attempt).and_then(|permit| {
            self.assign_address(attempt, &permit)?;
            Ok(permit)
        });
        let permit = permit.inspect_err(|text| {
            self.log("hotspot,info,debug", &format!("{who}: login failed: {text}"));
        })?;
        let id = self.place_session(guest, &permit);
        self.log("hotspot,account,info,debug", &format!("{who}: logged in"));
        self.tell_script(&Told {
            event: "on-login",
            profile: &permit.profile,
            user: guest.user,
            address: guest.address,
            mac: guest.mac,
            server: &permit.server,
            interface: &permit.interface,
            cause: "",
        });
        Ok(id)
    }

    /// A profile with a pool of its own gives every session an address out of it.
    fn assign_address(&mut self, attempt: &Attempt<'_>, permit: &Permit) -> Result<(), String> {
        let Some(pool) = &permit.address_pool else { return Ok(()) };
        let lent = self.lend_address(pool, "hotspot", attempt.guest.mac);
        lent.map(drop).ok_or_else(|| "cannot assign ip address - no more free addresses from pool".to_owned())
    }

    fn place_session(&mut self, guest: &Guest<'_>, permit: &Permit) -> u32 {
        let now = self.clock.virtual_now();
        let mut values = vec![
            ("server", permit.server.as_str()),
            ("user", guest.user),
            ("address", guest.address),
            ("mac-address", guest.mac),
            ("login-by", guest.by.name()),
        ];
        let left = permit.time_left.map(interval);
        values.extend(left.as_deref().map(|left| ("session-time-left", left)));
        values.extend(permit.keepalive.as_deref().map(|timeout| ("keepalive-timeout", timeout)));
        values.extend(permit.idle.as_deref().map(|timeout| ("idle-timeout", timeout)));
        for (name, limit) in
            ["limit-bytes-in", "limit-bytes-out", "limit-bytes-total"].into_iter().zip(&permit.limits)
        {
            values.extend(limit.as_deref().map(|limit| (name, limit)));
        }
        let menu = Menu::known(ACTIVE);
        let row = self.blank_row(menu, &values);
        let id = row.id;
        self.flows.insert(id, Flow::new(now, permit.bytes_left));
        self.online.insert(guest.mac.to_owned(), id);
        let mut edits =
            vec![Edit::Put { menu, row }, self.host_edit(guest.mac, guest.address, &permit.server, true)];
        edits.extend(permit.cookie.as_deref().map(|timeout| self.cookie_edit(guest, timeout)));
        edits.extend(self.queue_edit(guest, permit));
        edits.extend(self.address_list_edit(guest, permit));
        self.commit(edits);
        if let Some(device) = self.devices.get(guest.mac).cloned() {
            self.set_flow(id, device.up_bps, device.down_bps, device.answers);
        }
        if let Counters::Every(every) = self.knobs.counters {
            self.agenda.set(Due::Count(id), Some(now.saturating_add(every_seconds(every))));
        }
        id
    }

    pub(super) fn tell_script(&mut self, told: &Told<'_>) {
        let profiles = self.at(USER_PROFILE);
        let row = profiles.named(told.profile).next();
        let Some(source) = row.and_then(|row| profiles.value(row, told.event)).map(str::to_owned) else {
            return;
        };
        let title = format!("hotspot {} {}", told.event, told.user);
        let mut variables = vec![
            ("user", told.user),
            ("username", told.user),
            ("address", told.address),
            ("mac-address", told.mac),
            ("interface", told.interface),
            ("server", told.server),
        ];
        if !told.cause.is_empty() {
            variables.push(("cause", told.cause));
        }
        self.start(&Order {
            title: &title,
            source: &source,
            owner: "*hotspot",
            policy: ALL_SCRIPT_POLICIES,
            variables: &variables,
        });
    }

    pub(super) fn host_edit(&self, mac: &str, address: &str, server: &str, authorized: bool) -> Edit {
        let menu = Menu::known(HOST);
        let table = self.table(menu);
        let values =
            [("mac-address", mac), ("address", address), ("to-address", address), ("server", server)];
        let known = table.keyed(mac).next().cloned();
        let mut row = known.unwrap_or_else(|| self.blank_row(menu, &values));
        self.write(menu, &mut row, "authorized", &authorized.to_string());
        Edit::Put { menu, row }
    }

    fn cookie_edit(&self, guest: &Guest<'_>, timeout: &str) -> Edit {
        let menu = Menu::known(COOKIE);
        let values = [
            ("user", guest.user),
            ("mac-address", guest.mac),
            ("mac-cookie", "true"),
            ("expires-in", timeout),
        ];
        let mut row = self.blank_row(menu, &values);
        if let Some(old) = self.table(menu).keyed(guest.mac).next() {
            row.id = old.id;
        }
        Edit::Put { menu, row }
    }

    /// The queue that holds a session to the rate of its profile.
    fn queue_edit(&self, guest: &Guest<'_>, permit: &Permit) -> Option<Edit> {
        let rate = permit.rate_limit.as_deref()?;
        let mut parts = rate.split_whitespace().map(rate_pair);
        let mut pair = || parts.next().flatten().map(|(up, down)| format!("{up}/{down}"));
        let (limit, burst, threshold) = (pair()?, pair(), pair());
        let menu = Menu::known("/queue/simple");
        let first = format!("<hotspot-{}>", guest.user);
        let free = |name: &String| self.table(menu).named(name).next().is_none();
        let others = (1..).map(|number| format!("<hotspot-{}-{number}>", guest.user));
        let name = std::iter::once(first).chain(others).find(free)?;
        let target = format!("{}/32", guest.address);
        let mut values = vec![
            ("name", name.as_str()),
            ("target", &target),
            ("max-limit", &limit),
            ("queue", "hotspot-default/hotspot-default"),
            ("dynamic", "true"),
        ];
        values.extend(burst.as_deref().map(|burst| ("burst-limit", burst)));
        values.extend(threshold.as_deref().map(|threshold| ("burst-threshold", threshold)));
        values.extend(permit.parent_queue.as_deref().map(|parent| ("parent", parent)));
        Some(Edit::Put { menu, row: self.blank_row(menu, &values) })
    }

    fn address_list_edit(&self, guest: &Guest<'_>, permit: &Permit) -> Option<Edit> {
        let list = permit.address_list.as_deref()?;
        let menu = Menu::known("/ip/firewall/address-list");
        let now = self.log_time();
        let values =
            [("list", list), ("address", guest.address), ("creation-time", &*now), ("dynamic", "true")];
        Some(Edit::Put { menu, row: self.blank_row(menu, &values) })
    }

    /// What the running sessions add to a kept value.
    pub(in crate::world) fn live_part(&self, menu: usize, row: &Row, name: &str) -> u64 {
        let now = self.clock.virtual_now();
        let mac = self.text(menu, row, "mac-address");
        let flow = match MENUS[menu].path {
            USER => return self.live_counter(row, name),
            ACTIVE => self.flows.get(&row.id),
            _ => self.online.get(mac).and_then(|id| self.flows.get(id)),
        };
        let Some(flow) = flow else { return 0 };
        let since = |moment: Option<i64>| {
            moment.map_or(0, |moment| u64::try_from(now.saturating_sub(moment)).unwrap_or(0))
        };
        match name {
            "bytes-in" => flow.bytes(now).0,
            "bytes-out" => flow.bytes(now).1,
            "packets-in" => flow.packets(now).0,
            "packets-out" => flow.packets(now).1,
            "idle-time" => since(flow.quiet_since),
            "host-dead-time" => since(flow.lost_since),
            _ => 0,
        }
    }

    /// What a user's sessions add to a counter where the router counts while they run.
    fn live_counter(&self, user: &Row, name: &str) -> u64 {
        if self.knobs.counters != Counters::Live {
            return 0;
        }
        let place = ["uptime", "bytes-in", "bytes-out", "packets-in", "packets-out"];
        let Some(place) = place.into_iter().position(|known| known == name) else { return 0 };
        let users = self.at(USER);
        let sessions = self.at(ACTIVE).keyed(users.name_of(user).unwrap_or_default());
        sessions.map(|session| self.used_by_session(session)[place]).sum()
    }

    /// What goes through a queue: bytes so far, and bits in a second, each of upload and download.
    pub(in crate::world) fn queue_moves(&self, menu: usize, queue: &Row) -> ((u64, u64), (u64, u64)) {
        let address = self.text(menu, queue, "target").trim_end_matches("/32");
        let hosts = self.at(HOST);
        let host = hosts.rows().find(|row| hosts.value(row, "address") == Some(address));
        let mac = host.and_then(|row| hosts.value(row, "mac-address")).unwrap_or_default();
        let flow = self.online.get(mac).and_then(|id| self.flows.get(id));
        let now = self.clock.virtual_now();
        flow.map_or(((0, 0), (0, 0)), |flow| (flow.bytes(now), (flow.up_bps, flow.down_bps)))
    }

    /// From now on a session moves so much, and its device answers or not.
    pub(super) fn set_flow(&mut self, id: u32, up_bps: u64, down_bps: u64, answers: bool) {
        let now = self.clock.virtual_now();
        let Some(flow) = self.flows.get_mut(&id) else { return };
        flow.change(now, up_bps, down_bps);
        flow.lost_since = if answers { None } else { flow.lost_since.or(Some(now)) };
        self.plan(Menu::known(ACTIVE), id);
    }

    /// When a session ends by itself, and what the log will call it.
    pub(in crate::world) fn session_end(&self, row: &Row) -> Option<(i64, &'static str)> {
        let table = self.at(ACTIVE);
        let lasts = |name| {
            let span = table.value(row, name).and_then(seconds)?;
            i64::try_from(span).ok()
        };
        let time = lasts("session-time-left").map(|left| (row.born.saturating_add(left), "session timeout"));
        let flow = self.flows.get(&row.id);
        let after = |since: Option<i64>, name, cause| Some((since?.saturating_add(lasts(name)?), cause));
        let lost = flow.and_then(|flow| after(flow.lost_since, "keepalive-timeout", "keepalive timeout"));
        let quiet = flow.and_then(|flow| after(flow.quiet_since, "idle-timeout", "idle timeout"));
        let bytes = flow.and_then(Flow::limit_reached).map(|at| (at, "traffic limit reached"));
        [time, bytes, lost, quiet].into_iter().flatten().min_by_key(|(at, _)| *at)
    }
}

pub(super) fn every_seconds(every: std::time::Duration) -> i64 {
    i64::try_from(every.as_secs()).unwrap_or(i64::MAX).max(1)
}
