//! Whether somebody may come in, asked in the order in which the router asks.

use super::{ACTIVE, Attempt, PROFILE, SERVER, USER, USER_PROFILE};
use crate::world::World;
use crate::world::table::Row;
use crate::world::value::seconds;

/// What is known of a user who has been let in.
#[derive(Debug, Clone, Default)]
pub(super) struct Permit {
    pub(super) server: String,
    pub(super) interface: String,
    pub(super) profile: String,
    pub(super) keepalive: Option<String>,
    pub(super) idle: Option<String>,
    pub(super) time_left: Option<u64>,
    pub(super) cookie: Option<String>,
    pub(super) rate_limit: Option<String>,
    pub(super) parent_queue: Option<String>,
    pub(super) address_list: Option<String>,
    pub(super) address_pool: Option<String>,
    /// What each byte limit leaves: upload, download, both together.
    pub(super) bytes_left: [Option<u64>; 3],
    /// The byte limits as they stand in the user's row.
    pub(super) limits: [Option<String>; 3],
}

/// A hotspot server that runs.
struct Server {
    name: String,
    interface: String,
    ways: String,
}

const LIMITS: [&str; 3] = ["limit-bytes-in", "limit-bytes-out", "limit-bytes-total"];

impl World {
    pub(super) fn permit(&self, attempt: &Attempt<'_>) -> Result<Permit, String> {
        let guest = &attempt.guest;
        let server = self.hotspot_server(attempt.server).ok_or("hotspot service is shutting down")?;
        let allowed = |wanted: &str| server.ways.split(',').any(|way| way == wanted);
        if !attempt.by_admin && !allowed(guest.by.name()) {
            return Err(
                "web browser did not send challenge response (try again, enable JavaScript)".to_owned()
            );
        }
        let user = self.known_user(attempt, &server.name).ok_or("invalid username or password")?;
        let users = self.at(USER);
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
        let bytes_left = self.bytes_left(user);
        if bytes_left.contains(&Some(0)) {
            return Err(format!("user {name} has reached traffic limit"));
        }
        let profiles = self.at(USER_PROFILE);
        let profile = users.value(user, "profile").and_then(|profile| profiles.named(profile).next());
        let says = |property: &str| profile.and_then(|row| profiles.value(row, property)).map(str::to_owned);
        let sessions = self.at(ACTIVE).keyed(name).count();
        let most = says("shared-users").and_then(|most| most.parse::<usize>().ok());
        if most.is_some_and(|most| sessions >= most) {
            return Err(format!("no more sessions are allowed for user {name}"));
        }
        if let Some(most) = self.licensed_sessions().filter(|most| self.at(ACTIVE).len() >= *most) {
            return Err(format!("session limit reached ({most})"));
        }
        let cookie = allowed("mac-cookie") && says("add-mac-cookie").as_deref() == Some("true");
        let named = |property: &str| says(property).filter(|text| text != "none" && !text.is_empty());
        Ok(Permit {
            server: server.name.clone(),
            interface: server.interface.clone(),
            profile: users.value(user, "profile").unwrap_or_default().to_owned(),
            keepalive: named("keepalive-timeout"),
            idle: named("idle-timeout"),
            time_left: [left, says("session-timeout").as_deref().and_then(seconds)]
                .into_iter()
                .flatten()
                .min(),
            cookie: says("mac-cookie-timeout").filter(|_| cookie),
            rate_limit: named("rate-limit"),
            parent_queue: named("parent-queue"),
            address_list: named("address-list"),
            address_pool: named("address-pool"),
            bytes_left,
            limits: LIMITS.map(|limit| users.value(user, limit).map(str::to_owned)),
        })
    }

    /// The user who is meant, if the password is right or was right when the cookie was given.
    fn known_user(&self, attempt: &Attempt<'_>, server: &str) -> Option<&Row> {
        let (guest, users) = (&attempt.guest, self.at(USER));
        let known = users.named(guest.user).find(|row| {
            let meant = users.value(row, "server").is_none_or(|wanted| wanted == server);
            meant && users.value(row, "disabled") != Some("true")
        });
        let proven = |row: &&Row| {
            !guest.by.asks_password() || users.value(row, "password").unwrap_or_default() == guest.password
        };
        known.filter(proven)
    }

    /// What the byte limits of a user leave.
    fn bytes_left(&self, user: &Row) -> [Option<u64>; 3] {
        let users = self.at(USER);
        let amount =
            |property| users.value(user, property).and_then(|text| text.parse().ok()).unwrap_or(0u64);
        let (bytes_in, bytes_out) = (amount("bytes-in"), amount("bytes-out"));
        let used = [bytes_in, bytes_out, bytes_in.saturating_add(bytes_out)];
        let mut left = [None; 3];
        for (index, limit) in LIMITS.into_iter().enumerate() {
            left[index] =
                Some(amount(limit)).filter(|most| *most > 0).map(|most| most.saturating_sub(used[index]));
        }
        left
    }

    /// How many sessions the licence allows at a time; a Cloud Hosted Router and level 6 allow any number.
    fn licensed_sessions(&self) -> Option<usize> {
        let licences = self.at("/system/license");
        let level = licences.rows().next().and_then(|row| licences.value(row, "nlevel"))?;
        match level {
            "0" | "1" | "3" => Some(1),
            "4" => Some(200),
            "5" => Some(500),
            _ => None,
        }
    }

    /// The hotspot server with this name, or the first that runs, and the ways of logging in it allows.
    fn hotspot_server(&self, wanted: Option<&str>) -> Option<Server> {
        let (servers, profiles) = (self.at(SERVER), self.at(PROFILE));
        let runs = |row: &&Row| servers.value(row, "disabled") != Some("true");
        let server = match wanted {
            Some(name) => servers.named(name).find(runs)?,
            None => servers.rows().find(runs)?,
        };
        let profile = profiles.named(servers.value(server, "profile")?).next()?;
        Some(Server {
            name: servers.value(server, "name")?.to_owned(),
            interface: servers.value(server, "interface").unwrap_or_default().to_owned(),
            ways: profiles.value(profile, "login-by").unwrap_or_default().to_owned(),
        })
    }
}
