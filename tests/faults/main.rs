//! Karcis under every fault of the wire: whatever the router and the network do, the books and the router agree in the
//! end, nothing is there twice, and nobody else's user is touched.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod cuts;
mod happenings;
mod later_cuts;
mod life;
mod refusals;
mod schedules;
mod wire;

use karcis_core::vouchers::Batch;
use karcis_tests::{TestShop, broken_promises};
use routeros_sim::Values;
use std::time::Duration;

/// Of the shop's time: whatever happened, it is over by then.
const HALF_AN_HOUR: Duration = Duration::from_secs(1_800);

/// The batch is whole on the router, the strangers are as before, the books are sound.
fn ended_well(shop: &TestShop, batch: &Batch, strangers: &[Values]) {
    let broken = broken_promises(shop, batch, strangers, true);
    let struck: Vec<_> = shop.sim.struck().into_iter().map(|struck| (struck.fault, struck.path)).collect();
    assert!(broken.is_empty(), "{broken:#?}\nafter {:?}", &struck[..struck.len().min(20)]);
}
