//! How soon a dead router is noticed, how often it is tried, and how soon it is used again. Time is turned by hand; what is
//! waited for on the network passes in the shop's time as well.

use karcis_core::engine::Step;
use karcis_core::outbox::{Circuit, Lane};
use karcis_tests::TestShop;
use routeros_sim::{ArmedFault, Fault};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// How a router goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    /// The box is there, its API has ended: connections end, connecting is refused.
    Gone,
    /// Nothing comes any more and nothing ends, as when the cable is pulled: what is sent is swallowed.
    Silent,
}

impl Death {
    const ALL: [Death; 2] = [Death::Gone, Death::Silent];

    fn strikes(self, shop: &TestShop) {
        match self {
            Death::Gone => shop.sim.reboot(0),
            Death::Silent => {
                shop.sim.arm(Fault::Silence.on("*").always());
                shop.sim.arm(ArmedFault::from(Fault::AcceptThenSilent).always());
                // From here on whatever waits for the router waits in no time.
                tokio::time::pause();
            }
        }
    }

    fn passes(self, shop: &TestShop) {
        match self {
            Death::Gone => shop.sim.power_on().unwrap(),
            Death::Silent => {
                tokio::time::resume();
                shop.sim.disarm();
            }
        }
    }
}

/// Takes a step and answers when the next is due.
async fn step(shop: &TestShop) -> karcis_core::values::Timestamp {
    match shop.engine.step(&Lane::Router(shop.router)).await.unwrap() {
        Step::Carried => shop.now(),
        Step::Idle { until } => until.unwrap_or_else(|| shop.now() + 15 * SECOND),
    }
}

/// Lives on until the lane stands so, and answers how long that took.
async fn until(shop: &TestShop, circuit: Circuit) -> Duration {
    let begun = shop.now();
    while shop.lane().circuit != circuit {
        let due = step(shop).await;
        if shop.lane().circuit == circuit {
            break;
        }
        shop.later(due.since(shop.now()).min(15 * SECOND));
        assert!(shop.now().since(begun) < Duration::from_secs(300), "{circuit:?} never comes");
    }
    shop.now().since(begun)
}

/// Lives on for so long.
async fn live(shop: &TestShop, span: Duration) {
    let end = shop.now() + span;
    while shop.now() < end {
        let due = step(shop).await;
        shop.later(due.since(shop.now()).min(end.since(shop.now())).max(Duration::from_millis(10)));
    }
}

async fn answering() -> TestShop {
    let mut shop = TestShop::open().await;
    shop.be_patient();
    shop.issue(1);
    shop.work().await;
    assert_eq!(shop.lane().circuit, Circuit::Closed);
    shop
}

#[tokio::test]
async fn a_router_that_dies_while_nobody_uses_it_is_known_to_be_dead_within_ten_seconds() {
    for death in Death::ALL {
        let shop = answering().await;
        death.strikes(&shop);
        let noticed = until(&shop, Circuit::Open).await;
        assert!(noticed <= 10 * SECOND, "{death:?}: {noticed:?}");
        death.passes(&shop);
    }
}

#[tokio::test]
async fn a_router_that_dies_in_the_middle_of_a_batch_is_known_to_be_dead_within_ten_seconds() {
    for death in Death::ALL {
        let mut shop = answering().await;
        let batch = shop.issue(400);
        death.strikes(&shop);
        let noticed = until(&shop, Circuit::Open).await;
        assert!(noticed <= 10 * SECOND, "{death:?}: {noticed:?}");
        death.passes(&shop);
        until(&shop, Circuit::Closed).await;
        shop.work_until_settled(&batch, Duration::from_secs(120)).await;
        assert_eq!(shop.tally(&batch).on_router, 400, "{death:?}");
        assert_eq!(shop.our_users().len(), 401, "{death:?}");
    }
}

#[tokio::test]
async fn a_router_that_only_takes_its_time_is_not_taken_for_dead() {
    let mut shop = answering().await;
    let batch = shop.issue(3);
    shop.sim.arm(Fault::Latency(30 * SECOND).on("/ip/hotspot/user/add"));
    tokio::time::pause();
    // The simulator waits on the same clock; only the door answers meanwhile.
    for _ in 0..3 {
        step(&shop).await;
    }
    tokio::time::resume();
    assert_eq!(shop.lane().circuit, Circuit::Closed);
    assert_eq!(shop.tally(&batch).on_router, 3);
}

#[tokio::test]
async fn a_dead_router_is_tried_after_five_seconds_then_twice_as_long_up_to_a_minute_and_never_in_step() {
    for death in Death::ALL {
        let shop = answering().await;
        death.strikes(&shop);
        until(&shop, Circuit::Open).await;
        let mut waits = Vec::new();
        let mut failures = shop.lane().failures;
        waits.push(shop.lane().probe_at.unwrap().since(shop.now()));
        while waits.len() < 9 {
            let due = step(&shop).await;
            let lane = shop.lane();
            if lane.failures > failures {
                failures = lane.failures;
                waits.push(lane.probe_at.unwrap().since(shop.now()));
            }
            shop.later(due.since(shop.now()).min(15 * SECOND));
        }
        for (wait, whole) in waits.iter().zip([5, 10, 20, 40, 60, 60, 60, 60, 60]) {
            let whole = whole * SECOND;
            assert!(*wait <= whole && *wait >= whole * 8 / 10, "{death:?}: {waits:?}");
        }
        let last: std::collections::HashSet<_> = waits[4..].iter().collect();
        assert!(last.len() > 2, "without chance every shop would knock at once: {waits:?}");
        death.passes(&shop);
    }
}

#[tokio::test]
async fn a_router_that_returns_is_in_use_again_within_fifteen_seconds_however_long_it_was_away() {
    for death in Death::ALL {
        let mut shop = answering().await;
        for away in [7, 40, 133, 601, 3_607] {
            let batch = shop.issue(2);
            death.strikes(&shop);
            until(&shop, Circuit::Open).await;
            live(&shop, Duration::from_secs(away)).await;
            assert_eq!((shop.lane().circuit, shop.tally(&batch).pending), (Circuit::Open, 2));
            death.passes(&shop);
            let back = until(&shop, Circuit::Closed).await;
            assert!(back <= 15 * SECOND, "{death:?} for {away} s: {back:?}");
            shop.work().await;
            assert_eq!(shop.tally(&batch).on_router, 2, "{death:?} for {away} s");
        }
    }
}

#[tokio::test]
async fn knocking_at_the_door_of_a_router_that_is_away_logs_nobody_in() {
    let shop = answering().await;
    shop.sim.arm(Fault::WrongPassword.on("/login").always());
    shop.sim.arm(Fault::Silence.on("/system/identity/print").always());
    tokio::time::pause();
    until(&shop, Circuit::Open).await;
    tokio::time::resume();
    let logins = shop.sim.command_count_of("/login");
    let due = shop.lane().probe_at.unwrap();
    shop.later(due.since(shop.now()));
    step(&shop).await;
    assert_eq!(shop.lane().circuit, Circuit::Blocked, "a refused password is for a person");
    assert_eq!(shop.sim.command_count_of("/login"), logins + 1);
    live(&shop, Duration::from_secs(120)).await;
    assert_eq!(shop.sim.command_count_of("/login"), logins + 1);
}
