//! The practice router: a pretend RouterOS in this process, for people without a router at hand.
//!
//! It runs while the books hold a practice router. What it holds is kept in the data folder, like the flash of a real
//! one; its port and its password are new in every run, and the books are told.

mod flash;
mod guests;
mod owed;

use flash::Flash;
use guests::Guests;
use karcis_core::audit::Actor;
use karcis_core::db::Db;
use karcis_core::engine::Clock;
use karcis_core::fault::{Fault, Trying};
use karcis_core::outbox;
use karcis_core::routers::{self, Router, SealedPassword};
use karcis_core::secrets::Keys;
use karcis_core::values::RouterId;
use karcis_web::{PracticeRouter, Randomness};
use routeros_sim::{Sim, SimHandle};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use zeroize::Zeroizing;

pub use flash::practice_file;
pub(crate) use flash::{Flashed, look_at_flash};

/// The user made for Karcis on the practice router.
pub(crate) const USER: &str = "karcis";
const IDENTITY: &str = "Latihan";
/// What tells the practice router apart from others.
const SERIAL: &str = "LATIHAN";
/// The one row of a menu that has no list.
const ONLY_ROW: &str = "*0";
/// How often the pretend flash is looked at; a change is written once it has rested for one such while.
const LOOK: Duration = Duration::from_secs(1);
/// A change is written after so many looks even if changes go on.
const MOST_LOOKS: u32 = 5;
/// What only sample guests changed is written after so many looks: nobody misses five minutes of theirs.
const LIVED_LOOKS: u32 = 300;

/// The practice router of these books. Clones are hands on the same one.
#[derive(Clone)]
pub struct Practice {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    keys: Keys,
    clock: Clock,
    randomness: Randomness,
    flash: Flash,
    runtime: Handle,
    running: Mutex<Option<Running>>,
}

struct Running {
    sim: SimHandle,
    port: u16,
    password: Zeroizing<String>,
    guests: Guests,
    /// Which router the books hold it as; before they do nobody has decided yet.
    in_books: Option<RouterId>,
    /// Whether the books have this run's port and password.
    settled: bool,
    saved: Option<u64>,
    seen: u64,
    looks: u32,
    /// Looks since sample guests changed what is not written yet.
    lived: Option<u32>,
}

impl Practice {
    /// The practice router of these books, not running yet. Made on a runtime, which then carries it.
    pub fn new(db: Db, keys: Keys, clock: Clock, randomness: Randomness, data: &Path) -> Practice {
        let flash = Flash::in_folder(data);
        let running = Mutex::new(None);
        Practice {
            inner: Arc::new(Inner {
                db,
                keys,
                clock,
                randomness,
                flash,
                runtime: Handle::current(),
                running,
            }),
        }
    }

    /// Starts it unless it runs, and tells how it is reached. Blocks; not for async threads.
    pub fn start(&self) -> Result<PracticeRouter, Fault> {
        let mut running = self.running();
        if running.is_none() {
            *running = Some(self.switched_on()?);
        }
        let here = running.as_ref().ok_or_else(|| Fault::new("the practice router does not run"))?;
        Ok(PracticeRouter {
            host: "127.0.0.1".to_owned(),
            port: here.port,
            user: USER.to_owned(),
            password: here.password.to_string(),
        })
    }

    /// Does what the books say: runs while they hold a practice router, ends and forgets once it was taken out. Blocks.
    pub fn follow_books(&self) -> Result<(), Fault> {
        let row = self.inner.db.read(routers::practice_router)?;
        let mut running = self.running();
        match row {
            Some(row) => {
                let here = match running.as_mut() {
                    Some(here) => here,
                    None => running.insert(self.switched_on()?),
                };
                here.in_books = Some(row.id);
                self.settle(here, &row)
            }
            None => {
                if running.as_ref().is_none_or(|here| here.in_books.is_some()) {
                    if let Some(here) = running.take() {
                        here.sim.shutdown();
                    }
                    self.inner.flash.forget().trying("forget the practice router")?;
                }
                Ok(())
            }
        }
    }

    /// Follows the books and keeps the pretend flash until `stop` turns true, then switches off.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut commits = self.inner.db.commits();
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        while !*stop.borrow_and_update() {
            let books_changed = tokio::select! {
                _ = stop.changed() => break,
                changed = commits.changed() => changed.is_ok(),
                _ = look.tick() => self.awaits_the_key(),
            };
            let practice = self.clone();
            let done = tokio::task::spawn_blocking(move || match books_changed {
                true => practice.follow_books(),
                false => practice.live().and_then(|()| practice.keep_flash(false)),
            });
            if let Ok(Err(fault)) = done.await {
                tracing::warn!(error = fault.chain(), "the practice router could not follow");
            }
        }
        let practice = self.clone();
        let _ = tokio::task::spawn_blocking(move || practice.switch_off()).await;
    }

    /// Writes what it holds to the disk and ends it. Blocks.
    pub fn switch_off(&self) {
        if let Err(fault) = self.keep_flash(true) {
            tracing::warn!(error = fault.chain(), "the practice router's memory could not be kept");
        }
        if let Some(here) = self.running().take() {
            here.sim.shutdown();
        }
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.inner.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn awaits_the_key(&self) -> bool {
        let unsettled = self.running().as_ref().is_some_and(|here| here.in_books.is_some() && !here.settled);
        unsettled && self.inner.keys.is_unlocked()
    }

    fn switched_on(&self) -> Result<Running, Fault> {
        let mut rng = (self.inner.randomness)();
        let password = random_password(rng.as_mut());
        let sim = Sim::builder().identity(IDENTITY).seed(rng.next_u64()).credentials(USER, &password).build();
        if let Some(snapshot) = self.inner.flash.read() {
            sim.restore(&snapshot).trying("restore the practice router")?;
            sim.set_password(USER, &password).trying("give the practice router a password")?;
        }
        // One and the same device in every run, also when what it held was lost.
        sim.set("/system/routerboard", ONLY_ROW, &[("serial-number", SERIAL)])
            .trying("number the practice router")?;
        let listening = self.inner.runtime.block_on(sim.listen("127.0.0.1:0"));
        let port = listening.trying("let the practice router listen")?.port();
        let guests = Guests::of(&sim, rng.next_u64());
        let seen = sim.revision();
        Ok(Running {
            sim,
            port,
            password,
            guests,
            in_books: None,
            settled: false,
            saved: None,
            seen,
            looks: 0,
            lived: None,
        })
    }

    /// Tells the books this run's port and password, and owes the router what a crash made it forget.
    fn settle(&self, here: &mut Running, row: &Router) -> Result<(), Fault> {
        if here.settled {
            return Ok(());
        }
        let mut rng = (self.inner.randomness)();
        let sealed =
            self.inner.keys.with(|key| SealedPassword::seal(key, row.id, &here.password, rng.as_mut()));
        let Some(sealed) = sealed else { return Ok(()) };
        let now = (self.inner.clock)();
        let owed = self.inner.db.write(|tx| {
            let login = (USER, &sealed);
            routers::practice(tx, &Actor::karcis(), row.id, &row.name, here.port, login, now)
                .map_err(Fault::new)?;
            outbox::unblock(tx, &row.lane(), now)?;
            owed::owe_what_was_forgotten(tx, row, &here.sim, now)
        })?;
        if owed > 0 {
            tracing::info!(notes = owed, "the practice router is given back what it forgot");
        }
        here.settled = true;
        Ok(())
    }

    /// Lets the sample guests do what is due. Blocks.
    fn live(&self) -> Result<(), Fault> {
        let mut running = self.running();
        let Some((here, router)) = running.as_mut().and_then(|here| here.in_books.map(|id| (here, id)))
        else {
            return Ok(());
        };
        let before = here.sim.revision();
        here.guests.live(&self.inner.db, router, (self.inner.clock)())?;
        let after = here.sim.revision();
        if after != before && here.saved == Some(before) {
            (here.saved, here.seen) = (Some(after), after);
            here.lived.get_or_insert(0);
        }
        Ok(())
    }

    fn keep_flash(&self, at_once: bool) -> Result<(), Fault> {
        let (snapshot, revision) = {
            let mut running = self.running();
            let Some(here) = running.as_mut().filter(|here| here.in_books.is_some()) else { return Ok(()) };
            let revision = here.sim.revision();
            here.lived = here.lived.map(|looks| looks + 1);
            let lived = here.lived.is_some_and(|looks| at_once || looks >= LIVED_LOOKS);
            if Some(revision) == here.saved && !lived {
                return Ok(());
            }
            here.looks += 1;
            let rests = revision == here.seen;
            here.seen = revision;
            if !(at_once || rests || lived || here.looks >= MOST_LOOKS) {
                return Ok(());
            }
            here.looks = 0;
            (here.sim.snapshot(), revision)
        };
        self.inner.flash.write(&snapshot).trying("keep the practice router's memory")?;
        if let Some(here) = self.running().as_mut() {
            here.saved = Some(revision);
            here.lived = None;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Practice").field("running", &self.running().is_some()).finish_non_exhaustive()
    }
}

fn random_password(rng: &mut dyn rand::CryptoRng) -> Zeroizing<String> {
    let mut random = Zeroizing::new([0_u8; 16]);
    rng.fill_bytes(random.as_mut_slice());
    Zeroizing::new(random.iter().map(|byte| format!("{byte:02x}")).collect())
}
