//! The hand of a test, or of the practice router, on the simulator.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use thiserror::Error;

use crate::control;
use crate::core::{Core, lock};
use crate::net::door::Door;
use crate::world::command::Trap;
use crate::world::menu::Menu;
use crate::world::table::{Row, star};
use crate::world::{Attempt, Edit, RestoreError, World};
use crate::{ArmedFault, CertificateError, Deed, Guest, Knobs, Reboot, Speed, Struck, TlsMode, Version};

/// The values of one row by name, with its `.id`.
pub type Values = BTreeMap<String, String>;

/// A running simulator. Clones are hands on the same router; it stops with the last of them.
#[derive(Clone)]
pub struct SimHandle {
    inner: Arc<Last>,
}

/// A hand that lets go as soon as all others have.
#[derive(Clone)]
pub(crate) struct LooseHandle {
    inner: Weak<Last>,
}

impl LooseHandle {
    pub(crate) fn grip(&self) -> Option<SimHandle> {
        Some(SimHandle { inner: self.inner.upgrade()? })
    }
}

/// Stops the simulator when nobody holds it any more.
struct Last {
    core: Arc<Core>,
}

impl Drop for Last {
    fn drop(&mut self) {
        self.core.stop();
    }
}

/// A client that is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Where it comes from.
    pub peer: SocketAddr,
    /// `api` or `api-ssl`.
    pub service: &'static str,
    /// Who it logged in as.
    pub user: Option<String>,
}

/// The router refuses what the handle asked for; the text is what a client would have read.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct Refused(pub(crate) String);

impl From<Trap> for Refused {
    fn from(trap: Trap) -> Self {
        Refused(trap.message)
    }
}

impl SimHandle {
    pub(crate) fn new(core: Core) -> Self {
        SimHandle { inner: Arc::new(Last { core: Arc::new(core) }) }
    }

    /// A hand that does not keep the router running.
    pub(crate) fn loosely(&self) -> LooseHandle {
        LooseHandle { inner: Arc::downgrade(&self.inner) }
    }

    /// Takes requests as JSON lines from programs in any language; the README lists them. Port 0 lets the system
    /// choose. Refuses addresses other computers can reach unless the builder allowed them.
    pub async fn listen_control(&self, address: &str) -> io::Result<SocketAddr> {
        let address = self.allowed(address)?;
        control::listen(self, address, self.core().stopping()).await
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.inner.core
    }

    pub(crate) fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let mut world = lock(&self.core().world);
        world.settle();
        look(&mut world)
    }

    /// Listens for plain connections; port 0 lets the system choose. Refuses addresses other computers can reach
    /// unless the builder allowed them.
    #[expect(clippy::unused_async, reason = "it needs the runtime, which an async function always has")]
    pub async fn listen(&self, address: &str) -> io::Result<SocketAddr> {
        self.open(address, None)
    }

    /// Listens for TLS connections.
    #[expect(clippy::unused_async, reason = "it needs the runtime, which an async function always has")]
    pub async fn listen_tls(&self, address: &str, mode: TlsMode) -> io::Result<SocketAddr> {
        self.core().identity(mode).map_err(io::Error::other)?;
        self.open(address, Some(mode))
    }

    fn open(&self, address: &str, tls: Option<TlsMode>) -> io::Result<SocketAddr> {
        let door = Door::open(self.allowed(address)?, tls)?;
        let address = door.address;
        self.core().open(door);
        Ok(address)
    }

    fn allowed(&self, address: &str) -> io::Result<SocketAddr> {
        let address: SocketAddr =
            address.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        if !address.ip().is_loopback() && !self.core().reachable {
            let text = format!("{address} can be reached from other computers, and this is no real router");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        Ok(address)
    }

    /// Closes everything. The state can still be looked at.
    pub fn shutdown(&self) {
        self.core().stop();
    }

    /// The SHA-256 of the self-signed certificate in lower-case hex.
    pub fn fingerprint(&self) -> Result<String, CertificateError> {
        self.fingerprint_of(TlsMode::SelfSigned)
    }

    /// The SHA-256 of the certificate that is shown in this mode, in lower-case hex.
    pub fn fingerprint_of(&self, mode: TlsMode) -> Result<String, CertificateError> {
        Ok(self.core().identity(mode)?.fingerprint)
    }

    /// Makes new certificates for later connections and returns the fingerprint of the self-signed one.
    pub fn replace_certificate(&self) -> Result<String, CertificateError> {
        self.core().forget_identities();
        self.fingerprint()
    }

    /// Arms a fault.
    pub fn arm(&self, fault: impl Into<ArmedFault>) {
        lock(&self.core().faults).arm(fault.into());
    }

    /// Takes back every fault that has not struck yet. Connections that have fallen silent stay so.
    pub fn disarm(&self) {
        lock(&self.core().faults).disarm();
    }

    /// The latest faults that have struck, oldest first.
    #[must_use]
    pub fn struck(&self) -> Vec<Struck> {
        self.core().trace.list_struck()
    }

    /// Writes down everything that is said from now on, passwords included, as JSON lines.
    pub fn trace_to(&self, sink: impl Write + Send + 'static) {
        self.core().trace.write_to(Box::new(sink));
    }

    /// Changes how fast the router works.
    pub fn set_speed(&self, speed: Speed) {
        lock(&self.core().pace).change(speed);
    }

    /// Turns the knobs of what nobody has verified. What concerns the wire holds for later connections.
    pub fn set_knobs(&self, turn: impl FnOnce(&mut Knobs)) {
        self.world(|world| turn(&mut world.knobs));
    }

    /// Switches the router off: connections end, the running sessions are forgotten, nobody can connect.
    /// The last `lose_last` changes of the configuration had not been written to flash and are lost.
    pub fn reboot(&self, lose_last: usize) {
        self.core().restart(Reboot::power_cut().losing_last(lose_last).until_power_on());
    }

    /// Restarts the router in this way.
    pub fn restart(&self, reboot: Reboot) {
        self.core().restart(reboot);
    }

    /// The router has booted: connections are let in again and the uptime counts from now.
    pub fn power_on(&self) -> io::Result<()> {
        self.core().power_on()
    }

    /// Ends every connection; new ones are let in.
    pub fn close_connections(&self) {
        self.core().close_all();
    }

    /// Lets time pass for the router.
    pub fn advance(&self, by: Duration) {
        self.core().advance(by);
    }

    /// Sets the router's own clock to this second since 1970 (UTC), right or wrong.
    pub fn set_router_clock(&self, utc: i64) {
        self.world(|world| world.set_clock_to(utc));
    }

    /// What the router's clock believes, in seconds since 1970 (UTC).
    #[must_use]
    pub fn router_clock(&self) -> i64 {
        self.world(|world| world.clock.router_now())
    }

    /// Every hotspot user except the built-in `default-trial`.
    #[must_use]
    pub fn users(&self) -> Vec<Values> {
        self.rows(USERS).into_iter().filter(|user| !user.contains_key("default")).collect()
    }

    /// How many hotspot users there are, without `default-trial`.
    #[must_use]
    pub fn user_count(&self) -> usize {
        self.world(|world| {
            let table = world.at(USERS);
            table.rows().filter(|row| table.value(row, "default").is_none()).count()
        })
    }

    /// The hotspot user with this name, of whichever server.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<Values> {
        self.world(|world| {
            world.at(USERS).named(name).next().map(|row| values(world, Menu::known(USERS), row))
        })
    }

    /// Adds a hotspot user as another administrator would, and returns its `.id`.
    pub fn add_user(&self, name: &str, properties: &[(&str, &str)]) -> Result<String, Refused> {
        self.add(USERS, &[&[("name", name)], properties].concat())
    }

    /// Removes a hotspot user as another administrator would.
    pub fn remove_user(&self, name: &str) -> Result<(), Refused> {
        self.remove(USERS, name)
    }

    /// Renames a hotspot user as another administrator would.
    pub fn rename_user(&self, name: &str, new: &str) -> Result<(), Refused> {
        self.set(USERS, name, &[("name", new)])
    }

    /// Somebody with a device tries to log in at the hotspot. Returns the `.id` of the active session, or the
    /// text the login page would show.
    pub fn hotspot_login(&self, guest: &Guest<'_>) -> Result<String, Refused> {
        let attempt = Attempt { guest: *guest, server: None, by_admin: false };
        self.world(|world| world.begin_session(&attempt).map(star).map_err(Refused))
    }

    /// The device logs out; its time is added to the user's counters.
    pub fn hotspot_logout(&self, session: &str) -> Result<(), Refused> {
        self.world(|world| {
            let active = world.at("/ip/hotspot/active").find(session).map(|row| row.id);
            let active = active.ok_or_else(|| world.no_such_item())?;
            world.end_session(active, "user request");
            Ok(())
        })
    }

    /// Sets the name of the router.
    pub fn set_identity(&self, name: &str) {
        let menu = Menu::known("/system/identity");
        self.world(|world| {
            let Some(mut row) = world.table(menu).rows().next().cloned() else { return };
            row.values[0] = Some(name.to_owned());
            world.commit(vec![Edit::Put { menu, row }]);
        });
    }

    /// Gives a user of the API another password, as somebody who rotates credentials would.
    pub fn set_password(&self, user: &str, password: &str) -> Result<(), Refused> {
        self.set("/user", user, &[("password", password)])
    }

    /// The rows of a menu such as `/ip/hotspot/active`; none when it is not simulated.
    #[must_use]
    pub fn rows(&self, path: &str) -> Vec<Values> {
        let Some(menu) = Menu::at(path) else { return Vec::new() };
        self.world(|world| world.table(menu).rows().map(|row| values(world, menu, row)).collect())
    }

    /// Adds a row to any list, as another administrator (or the router itself) would. In menus that clients
    /// cannot add to, the values are taken as they are.
    pub fn add(&self, path: &str, properties: &[(&str, &str)]) -> Result<String, Refused> {
        Ok(self.world(|world| world.admin_add(path, properties))?)
    }

    /// Changes the row with this id or name. Counters and the like may be set too.
    pub fn set(&self, path: &str, row: &str, properties: &[(&str, &str)]) -> Result<(), Refused> {
        Ok(self.world(|world| world.admin_set(path, row, properties))?)
    }

    /// Removes the row with this id or name.
    pub fn remove(&self, path: &str, row: &str) -> Result<(), Refused> {
        Ok(self.world(|world| world.admin_remove(path, row))?)
    }

    /// The release it is.
    #[must_use]
    pub fn version(&self) -> Version {
        self.world(|world| world.version)
    }

    /// Does what another administrator does.
    pub fn edit(&self, deed: &Deed) -> Result<(), Refused> {
        Ok(self.world(|world| world.do_deed(deed))?)
    }

    /// How many commands clients have sent.
    #[must_use]
    pub fn command_count(&self) -> u64 {
        self.core().command_count(None)
    }

    /// How many commands with exactly this path clients have sent.
    #[must_use]
    pub fn command_count_of(&self, path: &str) -> u64 {
        self.core().command_count(Some(path))
    }

    /// Who is connected, oldest first.
    #[must_use]
    pub fn connections(&self) -> Vec<Client> {
        self.core().clients()
    }

    /// Grows with every change of the configuration; when it does, a snapshot is worth taking.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.world(|world| world.revision)
    }

    /// The whole configuration, passwords included.
    #[must_use]
    pub fn snapshot(&self) -> serde_json::Value {
        self.world(|world| world.snapshot())
    }

    /// Puts a snapshot in place of the present configuration, or changes nothing.
    pub fn restore(&self, snapshot: &serde_json::Value) -> Result<(), RestoreError> {
        self.world(|world| world.restore(snapshot))
    }
}

const USERS: &str = "/ip/hotspot/user";

fn values(world: &World, menu: usize, row: &Row) -> Values {
    let mut values = Values::new();
    world.each_value(menu, row, true, |name, value| {
        values.insert(name.to_owned(), value.to_owned());
    });
    values
}
