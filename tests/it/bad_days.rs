//! Days on which several things go wrong at once.

use karcis_core::audit::Actor;
use karcis_core::db::Db;
use karcis_core::engine::{Clock, Engine};
use karcis_core::fault::Fault as Ours;
use karcis_core::outbox::{self, Circuit, Effect, Lane, Priority};
use karcis_core::plans::{self, PlanRequest, ProfileState};
use karcis_core::practice;
use karcis_core::settings;
use karcis_core::vouchers::{self, BatchState};
use karcis_tests::{TestShop, request_of};
use rand::SeedableRng;
use rand::rngs::StdRng;
use routeros_sim::{Break, Fault, Limit};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;

const A_MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_note_left_behind_by_a_fault_of_ours_is_tried_again_within_a_minute() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(20);
    let rename = |from: &'static str| shop.db.write(|tx| tx.run(from, &[])).unwrap();
    rename("UPDATE settings SET name = 'mislaid' WHERE name = 'shop.tag'");
    shop.engine.tick().await.unwrap_err();
    rename("UPDATE settings SET name = 'shop.tag' WHERE name = 'mislaid'");
    shop.work_until_settled(&batch, A_MINUTE).await;
    shop.check(&batch, 20);
    assert_eq!(shop.batch(&batch).state, BatchState::Ready);
}

#[tokio::test]
async fn a_note_that_always_breaks_us_ends_dead_and_lets_the_others_pass() {
    let mut shop = TestShop::open().await;
    shop.issue(1);
    shop.work().await;
    shop.db.write(|tx| tx.run("UPDATE settings SET name = 'mislaid' WHERE name = 'shop.tag'", &[])).unwrap();
    shop.issue(1);
    let now = shop.now();
    let faults = count_faults(&shop, 40).await;
    assert!((1..=10).contains(&faults), "{faults}");
    let dead = shop.db.read(|tx| outbox::needing_attention(tx, 10)).unwrap();
    assert_eq!(dead.iter().map(|note| note.last_error.as_deref()).collect::<Vec<_>>(), [Some("fault")]);
    assert!(shop.now().since(now) < Duration::from_secs(3 * 3_600));
}

async fn count_faults(shop: &TestShop, rounds: u32) -> u32 {
    let mut faults = 0;
    for _ in 0..rounds {
        for _ in 0..3 {
            faults += u32::from(shop.engine.tick().await.is_err());
        }
        shop.later(Duration::from_secs(240));
    }
    faults
}

#[tokio::test]
async fn a_disk_that_is_full_for_a_while_costs_nothing_but_time() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(1_000);
    let pages = |sql: &'static str| shop.db.write(|tx| tx.one(sql, &[], |row| row.int(0))).unwrap();
    pages("PRAGMA max_page_count = 1");
    let mut faults = Vec::new();
    for _ in 0..6 {
        faults.extend(shop.engine.tick().await.err());
        shop.later(Duration::from_secs(20));
    }
    assert!(!faults.is_empty() && faults.iter().all(Ours::is_disk_full), "{faults:?}");
    assert!(shop.tally(&batch).pending > 0);
    pages("PRAGMA max_page_count = 1000000");
    shop.work_until_settled(&batch, A_MINUTE).await;
    shop.check(&batch, 1_000);
}

#[tokio::test]
async fn a_clock_put_back_by_days_puts_no_lane_to_sleep() {
    let mut shop = TestShop::open().await;
    shop.sim.reboot(0);
    let batch = shop.issue(10);
    shop.work().await;
    assert_eq!(shop.lane().circuit, Circuit::Open);
    shop.sim.power_on().unwrap();
    shop.earlier(Duration::from_secs(3 * 86_400));
    shop.work().await;
    shop.check(&batch, 10);
    let lane = shop.lane();
    assert_eq!((lane.circuit, lane.last_ok_at), (Circuit::Closed, Some(shop.now())));
}

#[tokio::test]
async fn a_batch_behind_a_refused_profile_goes_on_when_the_plan_is_put_right() {
    let mut shop = TestShop::open().await;
    let trap = Fault::Trap { category: Some(1), message: "invalid value for argument rate-limit".to_owned() };
    shop.sim.arm(trap.on("/ip/hotspot/user/profile/add").times(1));
    let batch = shop.issue(10);
    shop.work().await;
    let plan = shop.db.read(|tx| plans::plan(tx, shop.plan.id)).unwrap().unwrap();
    assert_eq!((plan.profile_state, shop.tally(&batch).pending), (ProfileState::Rejected, 10));
    let now = shop.now();
    shop.db.write(|tx| plans::change(tx, &shop.owner, shop.plan.id, &put_right(&shop), now)).unwrap();
    shop.work().await;
    shop.check(&batch, 10);
    assert_eq!(shop.db.read(|tx| outbox::needing_attention(tx, 10)).unwrap(), []);
}

fn put_right(shop: &TestShop) -> PlanRequest {
    PlanRequest { rate_limit: None, ..request_of(&shop.plan) }
}

#[tokio::test]
async fn a_router_without_its_profile_after_an_hour_away_still_gets_its_batch() {
    let mut shop = TestShop::open().await;
    shop.issue(1);
    shop.work().await;
    shop.sim.reboot(0);
    let batch = shop.issue(10);
    for _ in 0..60 {
        shop.work().await;
        shop.later(A_MINUTE);
    }
    shop.sim.power_on().unwrap();
    shop.sim.remove("/ip/hotspot/user/profile", &shop.plan.profile_name).unwrap();
    shop.work_until_settled(&batch, Duration::from_secs(600)).await;
    assert_eq!(shop.tally(&batch).on_router, 10);
}

#[tokio::test]
async fn a_note_that_needs_no_router_does_not_make_a_dead_one_look_alive() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(10);
    let now = shop.now();
    shop.db.write(|tx| vouchers::pause_batch(tx, &shop.owner, batch.id, now)).unwrap();
    shop.sim.reboot(0);
    shop.work().await;
    assert_eq!(shop.lane().circuit, Circuit::Open);
    let since = shop.lane().open_since;
    for _ in 0..5 {
        let late = Effect::EnsureVouchers { router: shop.router, batch: batch.id, chunk: 0 };
        shop.db.write(|tx| outbox::push(tx, &late, Priority::Now, None, now)).unwrap();
        shop.later(A_MINUTE);
        shop.work().await;
        let lane = shop.lane();
        assert_eq!((lane.circuit, lane.open_since, lane.last_ok_at), (Circuit::Open, since, None));
    }
}

#[tokio::test]
async fn a_practice_router_removed_in_the_middle_of_a_chunk_leaves_nothing_waiting() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(2_000);
    let (db, owner, sim, router) = (shop.db.clone(), shop.owner.clone(), shop.sim.clone(), shop.router);
    let now = shop.now();
    let removal = tokio::task::spawn_blocking(move || {
        while sim.user_count() < 700 {
            std::thread::yield_now();
        }
        db.write(|tx| {
            tx.run("UPDATE routers SET practice = 1", &[])?;
            practice::remove(tx, &owner, router, now)
        })
    });
    let engine = Arc::clone(&shop.engine);
    let work = tokio::spawn(async move { while engine.tick().await.unwrap().carried > 0 {} });
    removal.await.unwrap().unwrap();
    work.await.unwrap();
    shop.work().await;
    assert_eq!(shop.db.read(|tx| vouchers::batch(tx, batch.id)).unwrap(), None);
    assert_eq!(shop.db.read(outbox::lanes).unwrap(), [], "a router that is gone is not away");
    let lane = Lane::Router(shop.router);
    assert_eq!(shop.db.read(|tx| outbox::waiting(tx, &lane)).unwrap(), (0, None));
    assert_eq!(shop.db.read(|tx| outbox::needing_attention(tx, 10)).unwrap(), []);
}

#[tokio::test]
async fn a_confirmed_user_stays_when_a_stranger_of_its_name_moves_in_beside_it() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(3);
    let cards = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    shop.sim.add_user(&cards[0].code, &[("password", "punya-orang")]).unwrap();
    let lane = Lane::Router(shop.router);
    while shop.tally(&batch).rejected == 0 {
        shop.engine.step(&lane).await.unwrap();
    }
    shop.sim.add_user(&cards[1].code, &[("server", "hotspot1"), ("password", "punya-orang")]).unwrap();
    shop.work().await;
    let tally = shop.tally(&batch);
    assert_eq!((tally.on_router, tally.rejected), (3, 1));
    assert_eq!(shop.our_users().len(), 3, "a voucher that may be sold already keeps its user");
}

#[tokio::test]
async fn a_router_that_hangs_up_after_every_answer_is_not_greeted_without_a_pause() {
    let shop = TestShop::open().await;
    shop.work().await;
    let hang_up = Fault::DropAfter { limit: Limit::SentencesSent(2), how: Break::Fin };
    shop.sim.arm(hang_up.on("/system/identity/print").always());
    // Closed from this side: when a closing by the router is noticed is for the machine to say.
    shop.engine.reconnect(shop.router).await;
    shop.later(Duration::from_secs(45));
    let before = shop.sim.command_count_of("/system/identity/print");
    shop.work().await;
    let greeted = shop.sim.command_count_of("/system/identity/print") - before;
    assert!((1..=2).contains(&greeted), "{greeted}");
}

#[tokio::test]
async fn a_lane_whose_worker_broke_down_works_again() {
    let mut shop = TestShop::open().await;
    let broken = Arc::new(AtomicBool::new(true));
    let (once, now) = (Arc::clone(&broken), shop.now());
    let clock: Clock = Arc::new(move || {
        assert!(!once.swap(false, Ordering::SeqCst), "the worker breaks down");
        now
    });
    let limits = routeros::Limits::default();
    broken.store(false, Ordering::SeqCst);
    let rng = Box::new(StdRng::seed_from_u64(4));
    let engine = Arc::new(Engine::new(shop.db.clone(), shop.keys.clone(), clock, rng, limits).unwrap());
    broken.store(true, Ordering::SeqCst);
    let (stop, stopped) = watch::channel(false);
    let run = tokio::spawn(Arc::clone(&engine).run(stopped));
    while broken.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    let batch = shop.issue(5);
    tokio::time::timeout(A_MINUTE, until_ready(&shop.db, batch.id)).await.expect("the lane works again");
    stop.send(true).unwrap();
    run.await.unwrap();
    shop.check(&batch, 5);
}

#[tokio::test]
async fn an_engine_nobody_can_stop_any_more_ends() {
    let shop = TestShop::open().await;
    let (stop, stopped) = watch::channel(false);
    drop(stop);
    tokio::time::timeout(A_MINUTE, Arc::clone(&shop.engine).run(stopped)).await.expect("the engine ends");
}

async fn until_ready(db: &Db, batch: karcis_core::values::BatchId) {
    let mut commits = db.commits();
    loop {
        commits.mark_unchanged();
        let found = db.reading(move |tx| vouchers::batch(tx, batch)).await.unwrap().unwrap();
        if found.state == BatchState::Ready {
            return;
        }
        // Something else is written now and then in a living shop.
        let name = Actor::karcis().name().to_owned();
        db.writing(move |tx| settings::keep(tx, "nudge", &name)).await.unwrap();
        let _ = tokio::time::timeout(Duration::from_millis(20), commits.changed()).await;
    }
}
