//! People with phones: who gets in at the hotspot, for how long, and what is written down about it.

use super::menu::Menu;
use super::table::Row;
use super::value::{interval, seconds};
use super::{Edit, World};

const ACTIVE: &str = "/ip/hotspot/active";
const COOKIE: &str = "/ip/hotspot/cookie";
const HOST: &str = "/ip/hotspot/host";
const PROFILE: &str = "/ip/hotspot/profile";
const SERVER: &str = "/ip/hotspot";
const USER: &str = "/ip/hotspot/user";
const USER_PROFILE: &str = "/ip/hotspot/user/profile";

/// Somebody who tries to log in at the hotspot.
#[derive(Debug, Clone, Copy)]
pub struct Guest<'text> {
    /// The name that is typed in.
    pub user: &'text str,
    /// The password that is typed in.
    pub password: &'text str,
    /// The address of the device, in capitals with colons.
    pub mac: &'text str,
    /// The address the device was given.
    pub address: &'text str,
    /// How the browser logs in.
    pub by: LoginWay,
}

/// How a browser sends the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginWay {
    /// In the clear, as a login address in a QR code does.
    HttpPap,
    /// As an MD5 answer worked out by the login page.
    HttpChap,
}

impl LoginWay {
    fn name(self) -> &'static str {
        match self {
            LoginWay::HttpPap => "http-pap",
            LoginWay::HttpChap => "http-chap",
        }
    }
}

/// What is known of a user who has been let in.
struct Permit {
    server: String,
    keepalive: Option<String>,
    idle: Option<String>,
    time_left: Option<u64>,
    cookie: Option<String>,
}

impl World {
    /// Lets the guest in, or says why not as the login page does.
    pub(crate) fn begin_session(&mut self, guest: &Guest<'_>) -> Result<u32, String> {
        let who = format!("{} ({})", guest.user, guest.address);
        self.log("hotspot,info,debug", &format!("{who}: trying to log in by {}", guest.by.name()));
        let permit = self.permit(guest).inspect_err(|text| {
            self.log("hotspot,info,debug", &format!("{who}: login failed: {text}"));
        })?;
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
        let menu = Menu::known(ACTIVE);
        let row = self.blank_row(menu, &values);
        let id = row.id;
        let mut edits =
            vec![Edit::Put { menu, row }, self.host_edit(guest.mac, guest.address, &permit.server, true)];
        edits.extend(permit.cookie.as_deref().map(|timeout| self.cookie_edit(guest, timeout)));
        self.commit(edits);
        for lasts in [permit.time_left, permit.cookie.as_deref().and_then(seconds)].into_iter().flatten() {
            self.expect_end(lasts);
        }
        self.log("hotspot,account,info,debug", &format!("{who}: logged in"));
        Ok(id)
    }

    /// Ends a session; what it used is added to the counters of its user.
    pub(crate) fn end_session(&mut self, active: u32, cause: &str) {
        let table = self.at(ACTIVE);
        let Some(row) = table.row(active) else { return };
        let text = |name| table.value(row, name).unwrap_or_default().to_owned();
        let (user, address, mac, server) =
            (text("user"), text("address"), text("mac-address"), text("server"));
        let mut edits = vec![Edit::Take { menu: Menu::known(ACTIVE), id: active }];
        if !mac.is_empty() {
            edits.push(self.host_edit(&mac, &address, &server, false));
        }
        edits.extend(self.counted_edit(&user, row));
        self.commit(edits);
        self.log("hotspot,account,info,debug", &format!("{user} ({address}): logged out: {cause}"));
    }

    /// Ends every session in order, so that what it used is counted.
    pub(crate) fn end_all_sessions(&mut self, cause: &str) {
        let ids: Vec<u32> = self.at(ACTIVE).rows().map(|row| row.id).collect();
        ids.into_iter().for_each(|id| self.end_session(id, cause));
    }

    /// Ends the sessions and forgets the cookies whose time has come.
    pub(crate) fn end_what_is_over(&mut self) {
        let now = self.clock.virtual_now();
        if self.next_end.is_none_or(|end| now < end) {
            return;
        }
        let (sessions, cookies) = (self.ends(ACTIVE, "session-time-left"), self.ends(COOKIE, "expires-in"));
        self.next_end = sessions.iter().chain(&cookies).map(|(end, _)| *end).filter(|end| now < *end).min();
        for (_, id) in sessions.into_iter().filter(|(end, _)| *end <= now) {
            self.end_session(id, "session timeout");
        }
        let menu = Menu::known(COOKIE);
        let over = cookies.into_iter().filter(|(end, _)| *end <= now);
        self.commit(over.map(|(_, id)| Edit::Take { menu, id }).collect());
    }

    /// When each row of a menu ends, for those that do.
    fn ends(&self, path: &'static str, property: &str) -> Vec<(i64, u32)> {
        let table = self.at(path);
        let end = |row: &Row| {
            let lasts = i64::try_from(seconds(table.value(row, property)?)?).ok()?;
            Some((row.born.saturating_add(lasts), row.id))
        };
        table.rows().filter_map(end).collect()
    }

    fn expect_end(&mut self, lasts: u64) {
        let end = self.clock.virtual_now().saturating_add(i64::try_from(lasts).unwrap_or(i64::MAX));
        self.next_end = Some(self.next_end.map_or(end, |known| known.min(end)));
    }

    fn permit(&self, guest: &Guest<'_>) -> Result<Permit, String> {
        let (server, ways) = self.hotspot_server().ok_or("hotspot service is shutting down")?;
        if !ways.split(',').any(|way| way == guest.by.name()) {
            return Err(
                "web browser did not send challenge response (try again, enable JavaScript)".to_owned()
            );
        }
        let users = self.at(USER);
        let known = users.named(guest.user).find(|row| {
            let meant = users.value(row, "server").is_none_or(|wanted| wanted == server);
            meant && users.value(row, "disabled") != Some("true")
        });
        let known = known.filter(|row| users.value(row, "password").unwrap_or_default() == guest.password);
        let user = known.ok_or("invalid username or password")?;
        let name = guest.user;
        if users.value(user, "mac-address").is_some_and(|mac| mac != guest.mac) {
            return Err(format!("user {name} is not allowed to log in from this MAC address"));
        }
        let used = users.value(user, "uptime").and_then(seconds).unwrap_or(0);
        let left =
            users.value(user, "limit-uptime").and_then(seconds).map(|limit| limit.saturating_sub(used));
        if left == Some(0) {
            return Err(format!("user {name} has reached uptime limit"));
        }
        if self.traffic_is_used_up(user) {
            return Err(format!("user {name} has reached traffic limit"));
        }
        let profiles = self.at(USER_PROFILE);
        let profile = users.value(user, "profile").and_then(|profile| profiles.named(profile).next());
        let says = |property| profile.and_then(|row| profiles.value(row, property));
        let active = self.at(ACTIVE);
        let sessions = active.rows().filter(|row| active.value(row, "user") == Some(name)).count();
        if says("shared-users").and_then(|most| most.parse().ok()).is_some_and(|most: usize| sessions >= most)
        {
            return Err(format!("no more sessions are allowed for user {name}"));
        }
        let cookie = ways.split(',').any(|way| way == "mac-cookie") && says("add-mac-cookie") == Some("true");
        Ok(Permit {
            server,
            keepalive: says("keepalive-timeout").filter(|text| *text != "none").map(str::to_owned),
            idle: says("idle-timeout").filter(|text| *text != "none").map(str::to_owned),
            time_left: [left, says("session-timeout").and_then(seconds)].into_iter().flatten().min(),
            cookie: says("mac-cookie-timeout").filter(|_| cookie).map(str::to_owned),
        })
    }

    fn traffic_is_used_up(&self, user: &Row) -> bool {
        let users = self.at(USER);
        let amount =
            |property| users.value(user, property).and_then(|text| text.parse().ok()).unwrap_or(0u64);
        let (bytes_in, bytes_out) = (amount("bytes-in"), amount("bytes-out"));
        [
            ("limit-bytes-in", bytes_in),
            ("limit-bytes-out", bytes_out),
            ("limit-bytes-total", bytes_in.saturating_add(bytes_out)),
        ]
        .into_iter()
        .any(|(limit, used)| amount(limit) > 0 && used >= amount(limit))
    }

    /// The first hotspot server that runs, and the ways of logging in it allows.
    fn hotspot_server(&self) -> Option<(String, String)> {
        let (servers, profiles) = (self.at(SERVER), self.at(PROFILE));
        let server = servers.rows().find(|row| servers.value(row, "disabled") != Some("true"))?;
        let profile = profiles.named(servers.value(server, "profile")?).next()?;
        let ways = profiles.value(profile, "login-by").unwrap_or_default();
        Some((servers.value(server, "name")?.to_owned(), ways.to_owned()))
    }

    fn host_edit(&self, mac: &str, address: &str, server: &str, authorized: bool) -> Edit {
        let menu = Menu::known(HOST);
        let table = self.table(menu);
        let known = table.rows().find(|row| table.value(row, "mac-address") == Some(mac)).cloned();
        let values =
            [("mac-address", mac), ("address", address), ("to-address", address), ("server", server)];
        let mut row = known.unwrap_or_else(|| self.blank_row(menu, &values));
        if let Some(prop) = table.menu.prop("authorized") {
            row.values[prop] = Some(authorized.to_string());
        }
        Edit::Put { menu, row }
    }

    fn cookie_edit(&self, guest: &Guest<'_>, timeout: &str) -> Edit {
        let menu = Menu::known(COOKIE);
        let table = self.table(menu);
        let values = [
            ("user", guest.user),
            ("mac-address", guest.mac),
            ("mac-cookie", "true"),
            ("expires-in", timeout),
        ];
        let mut row = self.blank_row(menu, &values);
        if let Some(old) = table.rows().find(|old| table.value(old, "mac-address") == Some(guest.mac)) {
            row.id = old.id;
        }
        Edit::Put { menu, row }
    }

    /// The user's row with the session added to its counters.
    fn counted_edit(&self, user: &str, session: &Row) -> Option<Edit> {
        let (active, users) = (self.at(ACTIVE), self.at(USER));
        let mut row = users.named(user).next()?.clone();
        let lasted = u64::try_from(self.clock.virtual_now().saturating_sub(session.born)).unwrap_or(0);
        let before = users.value(&row, "uptime").and_then(seconds).unwrap_or(0);
        row.values[users.menu.prop("uptime")?] = Some(interval(before.saturating_add(lasted)));
        for counter in ["bytes-in", "bytes-out", "packets-in", "packets-out"] {
            let amount = |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
            let sum =
                amount(users.value(&row, counter)).saturating_add(amount(active.value(session, counter)));
            row.values[users.menu.prop(counter)?] = Some(sum.to_string());
        }
        Some(Edit::Put { menu: Menu::known(USER), row })
    }
}
