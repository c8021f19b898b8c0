//! The one place that reaches the outside: leases notes, carries them out, writes back what the world answered.
//!
//! No transaction is open while anything is awaited. In tests the engine is ticked; in life [`Engine::run`] wakes it
//! when the books change and when something falls due.

mod away;
mod chunk;
mod examine;
mod find;
mod identify;
mod lane;
mod look_back;
mod online;
mod press;
mod profile;
mod put_off;
mod readback;
mod run;
mod usage;
mod wire;

#[cfg(test)]
mod tests;

use crate::db::Db;
use crate::fault::Fault;
use crate::outbox::{self, Lane, LaneState, Leased};
use crate::printers;
use crate::routers;
use crate::secrets::Keys;
use crate::slips;
use crate::values::{BatchId, RouterId, Timestamp};
use rand::CryptoRng;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

pub use examine::{Needs, examine};
pub use find::PrinterWord;
pub use karcis_spool::{Cover, Limits as PrintLimits, Online, Paper as Roll, Status as PrinterStatus};
pub use lane::Step;
pub use online::{GuestSession, Guests, MOST_TOLD};
pub use press::Composer;
pub use put_off::{Ended, Seat};
pub use usage::Traces;

/// Reads the wall clock; tests turn it by hand.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The engine of one shop.
pub struct Engine {
    db: Db,
    keys: Keys,
    clock: Clock,
    rng: Mutex<Box<dyn CryptoRng + Send>>,
    limits: routeros::Limits,
    press: press::Press,
    wires: Mutex<HashMap<RouterId, wire::Wire>>,
    acknowledged: Mutex<HashMap<BatchId, u32>>,
    // The note each lane has leased and not settled; what is here when the next step begins was left by a fault.
    underway: Mutex<HashMap<Lane, Leased>>,
    // The routers that answered something in the step under way.
    answered: Mutex<HashSet<RouterId>>,
    looked_for_strays: Mutex<HashMap<RouterId, Timestamp>>,
    knocks: Mutex<HashMap<RouterId, away::Knock>>,
}

/// What a tick of every lane did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tick {
    /// Notes that were carried out, whatever came of them.
    pub carried: u32,
    /// When the next note or probe is due, if anything waits for a moment.
    pub next: Option<Timestamp>,
}

/// A lane carries at most so many notes before others get their turn.
const DRAIN: u32 = 50;

impl Engine {
    /// An engine on these books. Leases that a dead engine left are given back, and slips it left in a printer's hands
    /// are for a person to look at.
    pub fn new(
        db: Db,
        keys: Keys,
        clock: Clock,
        rng: Box<dyn CryptoRng + Send>,
        limits: routeros::Limits,
    ) -> Result<Engine, Fault> {
        let now = clock();
        db.write(|tx| {
            outbox::release_all(tx, now)?;
            slips::unconfirm_left(tx, None, now)
        })?;
        Ok(Engine {
            db,
            keys,
            clock,
            rng: Mutex::new(rng),
            limits,
            press: press::Press::default(),
            wires: Mutex::new(HashMap::new()),
            acknowledged: Mutex::new(HashMap::new()),
            underway: Mutex::new(HashMap::new()),
            answered: Mutex::new(HashSet::new()),
            looked_for_strays: Mutex::new(HashMap::new()),
            knocks: Mutex::new(HashMap::new()),
        })
    }

    /// Carries every lane's due notes, at most fifty a lane, one lane after the other.
    pub async fn tick(&self) -> Result<Tick, Fault> {
        let mut sum = Tick::default();
        for lane in self.lanes_in_use().await? {
            let (carried, next) = self.drain(&lane).await?;
            sum.carried += carried;
            sum.next = earliest(sum.next, next);
        }
        Ok(sum)
    }

    async fn drain(&self, lane: &Lane) -> Result<(u32, Option<Timestamp>), Fault> {
        for carried in 0..DRAIN {
            match self.step(lane).await? {
                Step::Carried => {}
                Step::Idle { until } => return Ok((carried, until)),
            }
        }
        Ok((DRAIN, Some((self.clock)())))
    }

    /// Vouchers of the batch that the router has acknowledged but the books have not confirmed yet.
    pub fn acknowledged(&self, batch: BatchId) -> u32 {
        let acknowledged = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        acknowledged.get(&batch).copied().unwrap_or(0)
    }

    /// Drops the connection to a router whose address, password or certificate changed; the next note opens a new one.
    pub async fn reconnect(&self, router: RouterId) {
        let wire = self.wires.lock().unwrap_or_else(PoisonError::into_inner).remove(&router);
        if let Some(wire) = wire {
            wire.close().await;
        }
    }

    /// Closes every connection, as the program ends.
    pub async fn close(&self) {
        let wires: Vec<_> = self.wires.lock().unwrap_or_else(PoisonError::into_inner).drain().collect();
        for (_, wire) in wires {
            wire.close().await;
        }
    }

    async fn lanes_in_use(&self) -> Result<Vec<Lane>, Fault> {
        self.db
            .reading(|tx| {
                let (routers, printers) = (routers::routers(tx)?, printers::all(tx)?);
                let routers = routers.iter().map(routers::Router::lane);
                Ok(routers.chain(printers.iter().map(printers::Printer::lane)).collect())
            })
            .await
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Draws with the engine's generator.
    fn with_rng<T>(&self, draw: impl FnOnce(&mut dyn CryptoRng) -> T) -> T {
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        draw(rng.as_mut())
    }

    /// A generator of its own for a transaction on another thread.
    fn fork_rng(&self) -> rand::rngs::StdRng {
        let mut seed = [0_u8; 32];
        self.with_rng(|rng| rng.fill_bytes(&mut seed));
        rand::SeedableRng::from_seed(seed)
    }
}

/// What the lane's circuit says about it to a person: away since when, or refused.
pub fn is_away(state: &LaneState) -> bool {
    match state.circuit {
        outbox::Circuit::Closed => false,
        outbox::Circuit::Open | outbox::Circuit::HalfOpen | outbox::Circuit::Blocked => true,
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
