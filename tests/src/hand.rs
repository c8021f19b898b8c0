//! The numbered deeds of a cashier without a face, and the shop they work in.

use crate::shop;
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::Db;
use karcis_core::fault::Fault;
use karcis_core::plans;
use karcis_core::routers::{self, RouterRequest, SealedPassword};
use karcis_core::secrets::DataKey;
use karcis_core::settings;
use karcis_core::shifts::{self, MoveKind};
use karcis_core::values::{Money, RouterId, StaffId, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::path::Path;
use std::time::Duration;

/// When the first deed is done.
pub const OPENING: Timestamp = Timestamp::from_millis(1_795_147_200_000); // 2026-11-20 04:00 UTC

/// One deed at a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Sells so many.
    Sell {
        /// How many.
        quantity: u32,
    },
    /// Takes the latest receipt back at once.
    Undo,
    /// Voids the first sale of the latest receipt.
    Void,
    /// Pays cash in or out.
    Move {
        /// Which way.
        kind: MoveKind,
        /// How much.
        amount: Money,
    },
    /// Counts, closes and opens a shift.
    Turn {
        /// How much is missing in the drawer.
        short: Money,
    },
}

/// What the deed of this number is: always the same.
pub fn deed(number: u64) -> Deed {
    let mut rng = StdRng::seed_from_u64(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    match rng.random_range(0..100) {
        0..68 => Deed::Sell { quantity: rng.random_range(1..=3) },
        68..78 => Deed::Undo,
        78..86 => Deed::Void,
        86..96 => {
            let kind = if rng.random_bool(0.5) { MoveKind::PayIn } else { MoveKind::PayOut };
            Deed::Move { kind, amount: Money::rupiah(500 * rng.random_range(1..20)) }
        }
        _ => Deed::Turn { short: Money::rupiah(500 * rng.random_range(0..4)) },
    }
}

/// When the deed of this number is done: one a second.
pub fn moment(number: u64) -> Timestamp {
    OPENING + Duration::from_secs(number)
}

/// New books with a router, a plan and an open shift.
pub fn prepare(folder: &Path) -> Result<(), Fault> {
    let db = Db::open(folder).map_err(Fault::new)?;
    let mut rng = StdRng::seed_from_u64(3);
    let owner = Actor::person(StaffId::new(OPENING, &mut rng), "Pemilik");
    let router = RouterId::new(OPENING, &mut rng);
    let key = DataKey::new(&mut rng);
    let asked = RouterRequest {
        name: "Warung-1".to_owned(),
        host: "192.0.2.1".to_owned(),
        port: 8728,
        tls: false,
        plain_accepted: true,
        user_name: "karcis".to_owned(),
        password: Some(SealedPassword::seal(&key, router, "kata-sandi", &mut rng)),
        ssid: None,
    };
    db.write(|tx| {
        settings::found(tx, &mut rng)?;
        counters::found(tx, &mut rng, OPENING)?;
        routers::add(tx, &owner, router, &asked, "router", OPENING).map_err(Fault::new)?;
        plans::add(tx, &owner, &shop::day_plan(router), "plan", &mut rng, OPENING).map_err(Fault::new)?;
        let counter = counters::all(tx)?.first().map(|counter| counter.id);
        let counter = counter.ok_or_else(|| Fault::new("new books have a counter"))?;
        let float = Money::rupiah(100_000);
        shifts::open(tx, &owner, counter, float, "shift", &mut rng, OPENING).map_err(Fault::new)?;
        Ok(())
    })
}
