//! A phone in the reach of the hotspot: it joins, moves data, falls silent, leaves.

use super::{Attempt, Guest, HOST, LoginWay, PROFILE, SERVER};
use crate::world::command::{Answer, Command, Trap};
use crate::world::menu::Menu;
use crate::world::value::interval;
use crate::world::{Edit, World};

/// What is known of a device, whether it is connected or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) address: String,
    pub(crate) server: String,
    pub(crate) up_bps: u64,
    pub(crate) down_bps: u64,
    /// Whether it answers when the router asks for it.
    pub(crate) answers: bool,
    /// The name and password with which it comes back by itself when it is put out.
    pub(crate) insists: Option<(String, String)>,
}

/// What became of a device that joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) address: String,
    /// The session of a device the router knew, and that had to type nothing.
    pub(crate) session: Option<u32>,
}

/// Lease time when no DHCP server says otherwise.
const LEASE: u64 = 3600;

impl World {
    /// A device joins the network of a server: it gets an address, and comes in at once when the router knows it.
    pub(crate) fn join(&mut self, mac: &str, server: &str) -> Result<Joined, String> {
        let servers = self.at(SERVER);
        let row = servers.named(server).find(|row| servers.value(row, "disabled") != Some("true"));
        let row = row.ok_or("hotspot service is shutting down")?;
        let text = |name| servers.value(row, name).unwrap_or_default().to_owned();
        let (pool, interface, profile) = (text("address-pool"), text("interface"), text("profile"));
        let known = self.devices.get(mac).filter(|device| device.server == server).cloned();
        let connected = self.at(HOST).keyed(mac).next().is_some();
        let binding = self.binding_of(mac);
        let address = match known.filter(|_| connected) {
            Some(device) => device.address,
            None => self.give_address(mac, server, &pool, &interface)?,
        };
        let device = Device {
            address: address.clone(),
            server: server.to_owned(),
            answers: true,
            ..Device::default()
        };
        self.devices.insert(mac.to_owned(), device);
        let mut host = self.host_edit(mac, &address, server, self.session_of(mac).is_some());
        if let Edit::Put { menu, row } = &mut host {
            let bypassed = (binding.as_deref() == Some("bypassed")).to_string();
            self.write(*menu, row, "bypassed", &bypassed);
        }
        self.commit(vec![host]);
        let running = self.session_of(mac);
        if let Some(session) = running {
            self.set_flow(session, 0, 0, true);
        }
        if binding.is_some_and(|binding| binding != "regular") || running.is_some() {
            return Ok(Joined { session: running, address });
        }
        let session = self.come_in_unasked(mac, server, &address, &profile);
        Ok(Joined { address, session })
    }

    /// Logs a device in that has a cookie, or whose address is a user.
    fn come_in_unasked(&mut self, mac: &str, server: &str, address: &str, profile: &str) -> Option<u32> {
        let profiles = self.at(PROFILE);
        let ways = profiles.named(profile).next().and_then(|row| profiles.value(row, "login-by"));
        let ways = ways.unwrap_or_default().to_owned();
        let allowed = |way: LoginWay| ways.split(',').any(|word| word == way.name());
        let cookie = self.cookie_user(mac).filter(|_| allowed(LoginWay::MacCookie));
        let is_user = self.at(super::USER).named(mac).next().is_some();
        let (user, by) = match cookie {
            Some(user) => (user, LoginWay::MacCookie),
            None if allowed(LoginWay::Mac) && is_user => (mac.to_owned(), LoginWay::Mac),
            None => return None,
        };
        let guest = Guest { user: &user, password: "", mac, address, by };
        self.begin_session(&Attempt { guest, server: Some(server), by_admin: false }).ok()
    }

    /// What `/ip/hotspot/ip-binding` says of a device.
    fn binding_of(&self, mac: &str) -> Option<String> {
        let bindings = self.at("/ip/hotspot/ip-binding");
        let meant = bindings.rows().find(|row| {
            bindings.value(row, "mac-address") == Some(mac) && bindings.value(row, "disabled") != Some("true")
        });
        bindings.value(meant?, "type").map(str::to_owned)
    }

    /// An address out of the server's pool, with the lease the DHCP server of that interface writes down.
    fn give_address(
        &mut self,
        mac: &str,
        server: &str,
        pool: &str,
        interface: &str,
    ) -> Result<String, String> {
        let address = self
            .lend_address(pool, "DHCP", mac)
            .ok_or("cannot assign ip address - no more free addresses from pool")?;
        let dhcp = self.at("/ip/dhcp-server");
        let serving = dhcp.rows().find(|row| dhcp.value(row, "interface") == Some(interface));
        let Some(serving) = serving else { return Ok(address) };
        let name = dhcp.value(serving, "name").unwrap_or(server).to_owned();
        let lasts = dhcp.value(serving, "lease-time").map_or_else(|| interval(LEASE), str::to_owned);
        let menu = Menu::known("/ip/dhcp-server/lease");
        let values = [
            ("address", &*address),
            ("mac-address", mac),
            ("server", &*name),
            ("status", "bound"),
            ("expires-after", &*lasts),
            ("active-address", &*address),
            ("active-mac-address", mac),
            ("active-server", &*name),
            ("dynamic", "true"),
        ];
        let mut row = self.blank_row(menu, &values);
        let leases = self.table(menu);
        if let Some(old) = leases.keyed(mac).find(|old| leases.is_dynamic(old)) {
            row.id = old.id;
        }
        self.commit(vec![Edit::Put { menu, row }]);
        Ok(address)
    }

    /// A device that joined logs in.
    pub(crate) fn log_in(
        &mut self,
        mac: &str,
        user: &str,
        password: &str,
        by: LoginWay,
    ) -> Result<u32, String> {
        let device = self.devices.get(mac).cloned().ok_or("the device has not joined the network")?;
        if self.binding_of(mac).as_deref() == Some("blocked") {
            return Err("the device is blocked".to_owned());
        }
        if self.session_of(mac).is_some() {
            return Err("already authorizing, retry later".to_owned());
        }
        let guest = Guest { user, password, mac, address: &device.address, by };
        self.begin_session(&Attempt { guest, server: Some(&device.server), by_admin: false })
    }

    /// From now on a device moves so many bits in a second.
    pub(crate) fn device_moves(&mut self, mac: &str, up_bps: u64, down_bps: u64) {
        let Some(device) = self.devices.get_mut(mac) else { return };
        (device.up_bps, device.down_bps) = (up_bps, down_bps);
        let answers = device.answers;
        if let Some(session) = self.session_of(mac) {
            self.set_flow(session, up_bps, down_bps, answers);
        }
    }

    /// From now on a device comes back by itself, with this name and password, when it is put out.
    pub(crate) fn device_insists(&mut self, mac: &str, user: &str, password: &str) {
        let Some(device) = self.devices.get_mut(mac) else { return };
        device.insists = Some((user.to_owned(), password.to_owned()));
    }

    /// What a device does that was put out. What the router tells it makes no difference to it.
    pub(in crate::world) fn device_was_put_out(&mut self, mac: &str) {
        let insists = self.devices.get(mac).filter(|device| device.answers);
        if let Some((user, password)) = insists.and_then(|device| device.insists.clone()) {
            let _ = self.log_in(mac, &user, &password, LoginWay::HttpPap);
        }
    }

    /// A device is out of reach: nothing moves, and it does not answer.
    pub(crate) fn device_vanishes(&mut self, mac: &str) {
        let Some(device) = self.devices.get_mut(mac) else { return };
        (device.up_bps, device.down_bps, device.answers) = (0, 0, false);
        match self.session_of(mac) {
            Some(session) => self.set_flow(session, 0, 0, false),
            None => self.forget_host(mac),
        }
    }

    /// `make-binding` of hosts: from now on they need not log in.
    pub(in crate::world) fn make_binding(&mut self, command: &Command) -> Result<Answer, Trap> {
        let hosts = Menu::known(HOST);
        let rows = self.targets(hosts, command)?;
        let menu = Menu::known("/ip/hotspot/ip-binding");
        let kind = command.attribute("type").unwrap_or("bypassed").to_owned();
        for mut host in rows {
            let text = |name: &str| self.text(hosts, &host, name).to_owned();
            let (mac, address, server) = (text("mac-address"), text("address"), text("server"));
            let mut row = self.blank_row(menu, &[]);
            for (key, value) in
                [("mac-address", &mac), ("address", &address), ("server", &server), ("type", &kind)]
            {
                self.assign(menu, &mut row, key, value)?;
            }
            self.write(hosts, &mut host, "bypassed", &(kind == "bypassed").to_string());
            self.commit(vec![Edit::Put { menu, row }, Edit::Put { menu: hosts, row: host }]);
        }
        Ok(Answer::Done(None))
    }

    /// An administrator logs a device in.
    pub(in crate::world) fn admin_login(&mut self, command: &Command) -> Result<Answer, Trap> {
        let user = super::super::actions::required(command, "user")?.to_owned();
        let address = super::super::actions::required(command, "ip")?.to_owned();
        let password = command.attribute("password").unwrap_or_default().to_owned();
        let hosts = self.at(HOST);
        let host = hosts.rows().find(|row| hosts.value(row, "address") == Some(&address));
        let host = host.ok_or_else(|| Trap::plain("failure: unknown host IP"))?;
        let text = |name| hosts.value(host, name).unwrap_or_default().to_owned();
        let (mac, server) = (text("mac-address"), text("server"));
        let guest =
            Guest { user: &user, password: &password, mac: &mac, address: &address, by: LoginWay::HttpPap };
        self.begin_session(&Attempt { guest, server: Some(&server), by_admin: true })
            .map_err(|text| Trap::plain(format!("failure: {text}")))?;
        Ok(Answer::Done(None))
    }
}
