//! A router that was without power has lost what it had not yet written to its flash: it is looked for after every
//! restart, however long ago a batch was complete, and whether Karcis was running or not.

use karcis_core::fault::Fault as Ours;
use karcis_core::outbox::{self, Circuit, Lane};
use karcis_core::plans::{self, PlanRequest};
use karcis_core::sales::Usage;
use karcis_core::vouchers::{self, BatchState, Voucher};
use karcis_tests::{Template, TestShop, broken_promises, request_of};
use routeros_sim::{Fault, Reboot, Sim};
use std::time::Duration;

const PRINT: &str = "/ip/hotspot/user/print";
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// Time passes for the shop and for its router, which answers all the while.
async fn pass(shop: &TestShop, time: Duration) {
    let mut left = time;
    while !left.is_zero() {
        let step = left.min(HOUR);
        shop.later(step);
        shop.sim.advance(step);
        shop.work().await;
        left -= step;
    }
}

/// Time passes that nobody sees.
fn unseen(shop: &TestShop, time: Duration) {
    shop.later(time);
    shop.sim.advance(time);
}

/// The power goes; with it what was written last. It comes back after so long.
fn power_cut(shop: &TestShop, lost: usize, without: Duration) {
    shop.sim.restart(Reboot::power_cut().losing_last(lost).until_power_on());
    unseen(shop, without);
    shop.sim.power_on().unwrap();
    unseen(shop, Duration::from_secs(20));
}

/// Works until nothing is owed.
async fn settle(shop: &TestShop) {
    for _ in 0..60 {
        shop.work().await;
        let lane = Lane::Router(shop.router);
        let (waiting, _) = shop.db.read(|tx| outbox::waiting(tx, &lane)).unwrap();
        if waiting == 0 && shop.lane().circuit == Circuit::Closed {
            return;
        }
        unseen(shop, Duration::from_secs(5));
    }
    panic!("the router is owed something for five minutes: {:?}", shop.lane());
}

fn cards(shop: &TestShop, batch: &vouchers::Batch) -> Vec<Voucher> {
    shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap()
}

fn void(shop: &TestShop, card: &Voucher) {
    let now = shop.now();
    shop.db.write(|tx| vouchers::void_voucher(tx, &shop.owner, card.id, "salah", now)).unwrap();
}

#[tokio::test]
async fn what_a_power_cut_took_from_a_batch_that_was_complete_is_sent_again() {
    for (size, lost) in [(30, 1), (30, 29), (30, 31), (600, 60), (600, 601)] {
        let template = Template::with_batch(size).await;
        let shop = template.shop(Sim::builder()).await;
        settle(&shop).await;
        pass(&shop, 5 * MINUTE).await;
        assert_eq!(shop.batch(&template.batch).state, BatchState::Ready);
        power_cut(&shop, lost, MINUTE);
        let left = (size as usize).saturating_sub(lost);
        assert_eq!(shop.our_users().len(), left, "the power cut took them");
        settle(&shop).await;
        let broken = broken_promises(&shop, &template.batch, &[], true);
        assert!(broken.is_empty(), "{lost} of {size} lost: {broken:#?}");
    }
}

#[tokio::test]
async fn a_code_sold_at_the_counter_that_a_power_cut_took_is_sent_again() {
    let mut shop = TestShop::open().await;
    let kept = shop.draw();
    settle(&shop).await;
    pass(&shop, MINUTE).await;
    let sold = [shop.draw(), shop.draw()];
    settle(&shop).await;
    power_cut(&shop, 2, MINUTE);
    let there = |shop: &TestShop, code: &Voucher| shop.sim.user(&code.code).is_some();
    assert_eq!((there(&shop, &kept), there(&shop, &sold[0]), there(&shop, &sold[1])), (true, false, false));
    settle(&shop).await;
    assert_eq!((there(&shop, &kept), there(&shop, &sold[0]), there(&shop, &sold[1])), (true, true, true));
    assert_eq!(shop.our_users().len(), 3);
    let usage = shop.engine.usage(sold[0].id).await.unwrap().usage;
    assert_eq!(usage, Usage::Unknown, "what was used before the router lost it left no trace");
    assert_eq!(shop.engine.usage(kept.id).await.unwrap().usage, Usage::NeverUsed);
}

#[tokio::test]
async fn a_router_that_was_off_while_karcis_was_not_running_is_looked_at_when_both_are_back() {
    let template = Template::with_batch(30).await;
    // How long the router ran on without Karcis, how long it had no power, how long it has been back when Karcis is.
    for (ran, off, back) in [(0, 60, 60), (0, 40, 36_000), (1_800, 36_000, 0), (600, 259_200, 259_200)] {
        let mut shop = template.shop(Sim::builder()).await;
        pass(&shop, 26 * HOUR).await;
        let later = shop.issue(12);
        settle(&shop).await;
        shop.engine.close().await;
        unseen(&shop, Duration::from_secs(ran));
        power_cut(&shop, 7, Duration::from_secs(off));
        unseen(&shop, Duration::from_secs(back));
        assert_eq!(shop.our_users().len(), 35);
        shop.restart_engine();
        settle(&shop).await;
        assert_eq!((shop.our_users().len(), shop.tally(&later).on_router), (42, 12), "off for {off} s");
        assert_eq!(shop.batch(&later).state, BatchState::Ready);
    }
}

#[tokio::test]
async fn a_look_that_fails_is_made_up_for_even_when_karcis_is_started_anew_before() {
    let template = Template::with_batch(30).await;
    let mut shop = template.shop(Sim::builder()).await;
    settle(&shop).await;
    pass(&shop, MINUTE).await;
    power_cut(&shop, 10, MINUTE);
    shop.sim.arm(Fault::DropBeforeApply.on(PRINT).always());
    for _ in 0..6 {
        shop.work().await;
        unseen(&shop, Duration::from_secs(10));
    }
    assert_eq!((shop.our_users().len(), shop.tally(&template.batch).on_router), (20, 30));
    shop.sim.disarm();
    shop.restart_engine();
    settle(&shop).await;
    let broken = broken_promises(&shop, &template.batch, &[], true);
    assert!(broken.is_empty(), "{broken:#?}");
}

#[tokio::test]
async fn two_power_cuts_in_a_row_are_both_made_up_for() {
    let template = Template::with_batch(30).await;
    let shop = template.shop(Sim::builder()).await;
    settle(&shop).await;
    pass(&shop, MINUTE).await;
    power_cut(&shop, 10, MINUTE);
    // The second one takes what is being put back.
    let again = Reboot::power_cut().losing_last(3).until_power_on();
    shop.sim.arm(Fault::Reboot(again).on("/ip/hotspot/user/add").after(5));
    for _ in 0..4 {
        shop.work().await;
        unseen(&shop, Duration::from_secs(20));
    }
    shop.sim.power_on().unwrap();
    unseen(&shop, Duration::from_secs(20));
    settle(&shop).await;
    assert_eq!(shop.sim.struck().len(), 1, "the second one came");
    let broken = broken_promises(&shop, &template.batch, &[], true);
    assert!(broken.is_empty(), "{broken:#?}");
}

#[tokio::test]
async fn what_was_sent_again_to_a_router_that_replaced_another_is_looked_for_as_well() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(30);
    settle(&shop).await;
    pass(&shop, 30 * HOUR).await;
    shop.swap_router(Sim::builder().seed(77)).await;
    unseen(&shop, MINUTE);
    shop.work().await;
    let (other, now) = (shop.router().other_machine.unwrap(), shop.now());
    shop.db.write(|tx| vouchers::replace_router(tx, &shop.owner, shop.router, &other, now)).unwrap();
    settle(&shop).await;
    assert_eq!(shop.our_users().len(), 30);
    pass(&shop, 10 * MINUTE).await;
    power_cut(&shop, 11, MINUTE);
    assert_eq!(shop.our_users().len(), 19);
    settle(&shop).await;
    assert_eq!((shop.our_users().len(), shop.tally(&batch).on_router), (30, 30));
}

#[tokio::test]
async fn a_removal_and_a_switch_that_a_power_cut_undid_are_done_again() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(5);
    settle(&shop).await;
    pass(&shop, 3 * HOUR).await;
    let cards = cards(&shop, &batch);
    void(&shop, &cards[0]);
    let now = shop.now();
    shop.db.write(|tx| vouchers::set_disabled(tx, &shop.owner, cards[1].id, true, now)).unwrap();
    settle(&shop).await;
    assert!(shop.sim.user(&cards[0].code).is_none());
    power_cut(&shop, 2, MINUTE);
    assert!(shop.sim.user(&cards[0].code).is_some(), "what is void can log in");
    assert_eq!(shop.sim.user(&cards[1].code).unwrap()["disabled"], "false");
    settle(&shop).await;
    assert!(shop.sim.user(&cards[0].code).is_none());
    assert_eq!(shop.sim.user(&cards[1].code).unwrap()["disabled"], "true");
    assert_eq!(shop.our_users().len(), 4);
}

#[tokio::test]
async fn a_batch_that_was_cancelled_stays_off_a_router_that_forgot_it() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(600);
    shop.sim.arm(Fault::ApplyThenDrop.on("/ip/hotspot/user/add").after(90));
    shop.work().await;
    let now = shop.now();
    shop.db.write(|tx| vouchers::cancel_batch(tx, &shop.owner, batch.id, now)).unwrap();
    settle(&shop).await;
    assert_eq!(shop.our_users().len(), 0);
    unseen(&shop, MINUTE);
    power_cut(&shop, 40, MINUTE);
    assert!(!shop.our_users().is_empty(), "the router forgot that they were removed");
    settle(&shop).await;
    assert_eq!(shop.our_users().len(), 0);
}

#[tokio::test]
async fn a_changed_plan_that_a_power_cut_undid_is_changed_again() {
    let mut shop = TestShop::open().await;
    shop.issue(1);
    settle(&shop).await;
    pass(&shop, 3 * HOUR).await;
    let request = PlanRequest { shared_users: 4, ..request_of(&shop.plan) };
    let now = shop.now();
    shop.db
        .write(|tx| plans::change(tx, &shop.owner, shop.plan.id, &request, now).map_err(Ours::new))
        .unwrap();
    settle(&shop).await;
    let shared = |shop: &TestShop| {
        let rows = shop.sim.rows("/ip/hotspot/user/profile");
        rows.into_iter().find(|row| row["name"].starts_with("krc-")).unwrap()["shared-users"].clone()
    };
    assert_eq!(shared(&shop), "4");
    power_cut(&shop, 1, MINUTE);
    assert_eq!(shared(&shop), "1");
    settle(&shop).await;
    assert_eq!(shared(&shop), "4");
}

#[tokio::test]
async fn a_user_that_was_removed_by_hand_long_before_a_restart_is_not_given_away_again() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(5);
    settle(&shop).await;
    pass(&shop, 3 * HOUR).await;
    let gone = &cards(&shop, &batch)[2];
    shop.sim.remove_user(&gone.code).unwrap();
    // Another code was sent shortly before, so that there is something to look for.
    shop.draw();
    settle(&shop).await;
    power_cut(&shop, 1, MINUTE);
    settle(&shop).await;
    assert_eq!(shop.our_users().len(), 5, "four of the batch and the one that was lost");
    assert!(shop.sim.user(&gone.code).is_none());
}

#[tokio::test]
async fn a_restart_is_looked_at_once_and_a_broken_connection_is_no_restart() {
    let mut shop = TestShop::open().await;
    shop.issue(5);
    settle(&shop).await;
    let looks = |shop: &TestShop| shop.sim.command_count_of(PRINT);
    let before = looks(&shop);
    for _ in 0..3 {
        shop.sim.close_connections();
        unseen(&shop, MINUTE);
        settle(&shop).await;
    }
    assert_eq!(looks(&shop), before, "nothing is read back for a broken connection");
    let adds = shop.sim.command_count_of("/ip/hotspot/user/add");
    power_cut(&shop, 0, MINUTE);
    settle(&shop).await;
    assert_eq!(looks(&shop), before + 1, "one look after a restart");
    for _ in 0..3 {
        shop.sim.close_connections();
        unseen(&shop, MINUTE);
        settle(&shop).await;
    }
    assert_eq!(looks(&shop), before + 1, "and no second one");
    assert_eq!(shop.sim.command_count_of("/ip/hotspot/user/add"), adds, "nothing was lost, nothing is sent");
}
