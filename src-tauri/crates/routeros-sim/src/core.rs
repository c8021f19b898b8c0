//! What the connections and the handle of one simulator share.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::faults::{Asked, Faults};
use crate::net::door::Door;
use crate::net::tls::{CertificateError, Identity};
use crate::speed::Pace;
use crate::trace::{Struck, Trace};
use crate::world::{Setup, World, within};
use crate::{Client, Farewell, Fault, TlsMode};

/// Sessions of one service when the router does not say otherwise.
const MAX_SESSIONS: usize = 20;

/// Paths whose commands are counted apart; more than a client that knows the API ever needs.
const COUNTED_PATHS: usize = 512;

pub(crate) struct Core {
    pub(crate) world: Mutex<World>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) pace: Mutex<Pace>,
    /// Whether it may listen on addresses other computers can reach.
    pub(crate) reachable: bool,
    clients: Mutex<HashMap<u64, Registered>>,
    doors: Mutex<Vec<Arc<Door>>>,
    pub(crate) setup: Setup,
    pub(crate) trace: Arc<Trace>,
    /// When the router will be back, in its own time, while it is away.
    pub(crate) back_at: Mutex<Option<i64>>,
    /// Seconds by which time was advanced.
    pub(crate) moved: watch::Sender<i64>,
    identities: Mutex<HashMap<TlsMode, Identity>>,
    commands: Mutex<HashMap<String, u64>>,
    next_client: AtomicU64,
    stopped: watch::Sender<bool>,
    powered: AtomicBool,
}

struct Registered {
    peer: SocketAddr,
    service: &'static str,
    closing: watch::Sender<bool>,
    entered: Option<Entered>,
}

struct Entered {
    name: String,
    boot: u64,
    active: u32,
}

/// What a connection is given when it is let in.
pub(crate) struct Ticket {
    pub(crate) number: u64,
    pub(crate) peer: SocketAddr,
    pub(crate) service: &'static str,
    pub(crate) closing: watch::Receiver<bool>,
}

/// A panic elsewhere leaves the simulator usable: every change to what a lock guards is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Core {
    pub(crate) fn new(setup: Setup, pace: Pace, reachable: bool) -> Core {
        Core {
            world: Mutex::new(World::new(&setup)),
            setup,
            trace: Arc::default(),
            back_at: Mutex::default(),
            moved: watch::Sender::new(0),
            faults: Mutex::default(),
            pace: Mutex::new(pace),
            reachable,
            clients: Mutex::default(),
            doors: Mutex::default(),
            identities: Mutex::default(),
            commands: Mutex::default(),
            next_client: AtomicU64::new(1),
            stopped: watch::Sender::new(false),
            powered: AtomicBool::new(true),
        }
    }

    pub(crate) fn open(self: &Arc<Core>, door: Arc<Door>) {
        lock(&self.doors).push(Arc::clone(&door));
        tokio::spawn(door.attend(Arc::clone(self), self.stopped.subscribe()));
    }

    /// The faults that strike at this command; they are written down.
    pub(crate) fn strike(&self, asked: &Asked<'_>) -> Vec<Fault> {
        let faults = lock(&self.faults).at_command(asked);
        self.write_down(&faults, asked.connection, asked.path);
        faults
    }

    fn write_down(&self, faults: &[Fault], connection: u64, path: &str) {
        if faults.is_empty() {
            return;
        }
        let at = lock(&self.world).clock.outside();
        for fault in faults {
            self.trace.struck(Struck { at, connection, fault: fault.name(), path: path.to_owned() });
        }
    }

    /// Somebody reaches the router: their number, and the faults that strike them.
    pub(crate) fn greet(&self) -> (u64, Vec<Fault>) {
        let number = self.next_client.fetch_add(1, Ordering::Relaxed);
        let faults = lock(&self.faults).at_connection(number);
        self.write_down(&faults, number, "");
        (number, faults)
    }

    /// Notes in the transcript what became of a connection.
    pub(crate) fn event(&self, connection: u64, what: &str) {
        if self.trace.is_on() {
            let at = lock(&self.world).clock.outside();
            self.trace.event(at, connection, what);
        }
    }

    /// What the connections run on.
    pub(crate) fn runtime(&self) -> Option<Handle> {
        lock(&self.doors).first().map(|door| door.runtime.clone())
    }

    /// Lets a connection in, unless the router or the service is switched off or all sessions are taken.
    pub(crate) fn register(
        &self,
        number: u64,
        peer: SocketAddr,
        service: &'static str,
    ) -> Result<Ticket, Farewell> {
        let (allowed, farewell) = self.sessions_allowed(service, peer);
        let mut clients = lock(&self.clients);
        if *self.stopped.borrow() || !self.powered.load(Ordering::Acquire) {
            return Err(Farewell::Silent);
        }
        if clients.values().filter(|client| client.service == service).count() >= allowed {
            return Err(farewell);
        }
        let (closing, watched) = watch::channel(false);
        clients.insert(number, Registered { peer, service, closing, entered: None });
        Ok(Ticket { number, peer, service, closing: watched })
    }

    fn sessions_allowed(&self, service: &str, peer: SocketAddr) -> (usize, Farewell) {
        let world = lock(&self.world);
        let table = world.at("/ip/service");
        let peer = peer.ip().to_string();
        let running = table.named(service).find(|row| {
            let value = |name| table.value(row, name);
            value("disabled") != Some("true") && within(value("address").unwrap_or_default(), &peer)
        });
        let sessions = running.map_or(0, |row| {
            let most = table.value(row, "max-sessions").and_then(|number| number.parse().ok());
            most.unwrap_or(MAX_SESSIONS)
        });
        (sessions, world.knobs.no_session)
    }

    pub(crate) fn entered(&self, number: u64, name: &str, boot: u64, active: u32) {
        if let Some(client) = lock(&self.clients).get_mut(&number) {
            client.entered = Some(Entered { name: name.to_owned(), boot, active });
        }
    }

    pub(crate) fn unregister(&self, number: u64) {
        let client = lock(&self.clients).remove(&number);
        if let Some(entered) = client.and_then(|client| client.entered) {
            let mut world = lock(&self.world);
            if world.boot == entered.boot {
                world.logout(entered.active);
            }
        }
    }

    pub(crate) fn clients(&self) -> Vec<Client> {
        let clients = lock(&self.clients);
        let mut list: Vec<(u64, Client)> = (clients.iter())
            .map(|(number, client)| {
                let user = client.entered.as_ref().map(|entered| entered.name.clone());
                (*number, Client { peer: client.peer, service: client.service, user })
            })
            .collect();
        list.sort_by_key(|(number, _)| *number);
        list.into_iter().map(|(_, client)| client).collect()
    }

    pub(crate) fn close_all(&self) {
        for client in lock(&self.clients).values() {
            client.closing.send_replace(true);
        }
    }

    /// Refuses connections from now on.
    pub(crate) fn shut_doors(&self) {
        self.powered.store(false, Ordering::Release);
        lock(&self.doors).iter().for_each(|door| door.shut());
    }

    pub(crate) fn open_doors(&self) -> io::Result<()> {
        self.powered.store(true, Ordering::Release);
        lock(&self.doors).iter().try_for_each(|door| door.reopen())
    }

    /// Tells when the simulator is shut down.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopped.subscribe()
    }

    pub(crate) fn stop(&self) {
        self.stopped.send_replace(true);
        lock(&self.doors).drain(..).for_each(|door| door.close());
        self.close_all();
    }

    pub(crate) fn identity(&self, mode: TlsMode) -> Result<Identity, CertificateError> {
        let mut identities = lock(&self.identities);
        match identities.get(&mode) {
            Some(identity) => Ok(identity.clone()),
            None => Ok(identities.entry(mode).insert_entry(Identity::new(mode)?).get().clone()),
        }
    }

    pub(crate) fn forget_identities(&self) {
        lock(&self.identities).clear();
    }

    pub(crate) fn counted(&self, path: &str) {
        let mut commands = lock(&self.commands);
        match commands.get_mut(path) {
            Some(count) => *count += 1,
            None => {
                let key = if commands.len() < COUNTED_PATHS { path } else { "" };
                *commands.entry(key.to_owned()).or_default() += 1;
            }
        }
    }

    pub(crate) fn command_count(&self, path: Option<&str>) -> u64 {
        let commands = lock(&self.commands);
        match path {
            Some(path) => commands.get(path).copied().unwrap_or(0),
            None => commands.values().sum(),
        }
    }
}
