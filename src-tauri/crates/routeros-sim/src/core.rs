//! What the connections and the handle of one simulator share.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::faults::Faults;
use crate::net::door::Door;
use crate::net::tls::{CertificateError, Identity};
use crate::speed::Pace;
use crate::world::World;
use crate::{Client, TagPosition};

/// Sessions of one service when the router does not say otherwise.
const MAX_SESSIONS: usize = 20;

/// Paths whose commands are counted apart; more than a client that knows the API ever needs.
const COUNTED_PATHS: usize = 512;

pub(crate) struct Core {
    pub(crate) world: Mutex<World>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) pace: Mutex<Pace>,
    pub(crate) tag_position: TagPosition,
    /// Whether it may listen on addresses other computers can reach.
    pub(crate) reachable: bool,
    clients: Mutex<HashMap<u64, Registered>>,
    doors: Mutex<Vec<Arc<Door>>>,
    identity: Mutex<Option<Identity>>,
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
    pub(crate) fn new(world: World, pace: Pace, tag_position: TagPosition, reachable: bool) -> Core {
        Core {
            world: Mutex::new(world),
            faults: Mutex::default(),
            pace: Mutex::new(pace),
            tag_position,
            reachable,
            clients: Mutex::default(),
            doors: Mutex::default(),
            identity: Mutex::default(),
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

    /// Lets a connection in; `None` when the service is switched off or has all the sessions it may have.
    pub(crate) fn register(&self, peer: SocketAddr, service: &'static str) -> Option<Ticket> {
        let allowed = self.sessions_allowed(service);
        let mut clients = lock(&self.clients);
        if *self.stopped.borrow() || !self.powered.load(Ordering::Acquire) {
            return None;
        }
        if clients.values().filter(|client| client.service == service).count() >= allowed {
            return None;
        }
        let number = self.next_client.fetch_add(1, Ordering::Relaxed);
        let (closing, watched) = watch::channel(false);
        clients.insert(number, Registered { peer, service, closing, entered: None });
        Some(Ticket { number, peer, service, closing: watched })
    }

    fn sessions_allowed(&self, service: &str) -> usize {
        let world = lock(&self.world);
        let table = world.at("/ip/service");
        let Some(row) = table.named(service).next() else { return 0 };
        let value = |name| table.value(row, name);
        if value("disabled") == Some("true") {
            return 0;
        }
        value("max-sessions").and_then(|number| number.parse().ok()).unwrap_or(MAX_SESSIONS)
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

    pub(crate) fn stop(&self) {
        self.stopped.send_replace(true);
        lock(&self.doors).clear();
        self.close_all();
    }

    pub(crate) fn identity(&self) -> Result<Identity, CertificateError> {
        let mut identity = lock(&self.identity);
        match &*identity {
            Some(identity) => Ok(identity.clone()),
            None => Ok(identity.insert(Identity::new()?).clone()),
        }
    }

    pub(crate) fn replace_identity(&self) -> Result<Identity, CertificateError> {
        Ok(lock(&self.identity).insert(Identity::new()?).clone())
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
