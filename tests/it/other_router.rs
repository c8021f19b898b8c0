//! Another router at the address of the one the books know.

use karcis_core::audit::{self, Actor};
use karcis_core::fault::Fault as Ours;
use karcis_core::outbox::{self, Circuit};
use karcis_core::routers::{self, CheckItem, CheckState, Machine, Mark};
use karcis_core::sales::Usage;
use karcis_core::vouchers::{self, BatchState, MoveError, VoucherState};
use karcis_tests::TestShop;
use routeros_sim::{Board, Reboot, Sim};
use std::time::Duration;

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

fn another() -> Sim {
    Sim::builder().seed(77)
}

fn known(shop: &TestShop) -> Machine {
    shop.router().machine.expect("the router was met")
}

fn replace(shop: &TestShop, seen: &Machine) -> Result<u64, MoveError> {
    let now = shop.now();
    shop.db.write(|tx| vouchers::replace_router(tx, &shop.owner, shop.router, seen, now))
}

fn try_again(shop: &TestShop) {
    let (lane, now) = (shop.router().lane(), shop.now());
    shop.db.write(|tx| outbox::unblock(tx, &lane, now)).unwrap();
}

fn deeds(shop: &TestShop) -> Vec<String> {
    let rows = shop.db.read(|tx| audit::history(tx, ("router", &shop.router.to_string()), 50)).unwrap();
    rows.into_iter().map(|row| row.deed).collect()
}

#[tokio::test]
async fn another_router_at_the_same_address_is_refused_and_nothing_is_written_to_it() {
    let mut shop = TestShop::open().await;
    let sold = shop.issue(30);
    shop.work().await;
    let old = known(&shop);
    assert_eq!(old.mark(), Mark::Serial);
    shop.swap_router(another()).await;
    let batch = shop.issue(20);
    let code = shop.draw();
    shop.work().await;
    assert_eq!(
        (shop.lane().circuit, shop.lane().last_error.as_deref()),
        (Circuit::Blocked, Some("other_router"))
    );
    let other = shop.router().other_machine.expect("the other one is remembered beside the known one");
    assert_ne!(other, old);
    assert_eq!(known(&shop), old);
    assert_eq!(shop.sim.user_count(), 0);
    assert!(shop.sim.rows("/ip/hotspot/user/profile").iter().all(|row| !row["name"].starts_with("krc-")));
    assert_eq!((shop.tally(&sold).on_router, shop.tally(&batch).pending), (30, 20));
    assert_eq!(code.state, VoucherState::Pending, "sales go on");
    for _ in 0..10 {
        shop.later(Duration::from_secs(60));
        shop.work().await;
    }
    assert_eq!(shop.sim.user_count(), 0, "it stays refused until a person says something");
    let writes = ["add", "set", "remove"];
    let count = |verb: &str| shop.sim.command_count_of(&format!("/ip/hotspot/user/{verb}"));
    assert_eq!(writes.map(count), [0, 0, 0]);
}

#[tokio::test]
async fn the_old_router_put_back_goes_on_where_it_was() {
    let mut shop = TestShop::open().await;
    shop.issue(30);
    shop.work().await;
    let (old, hand) = (known(&shop), shop.sim.snapshot());
    shop.swap_router(another()).await;
    let batch = shop.issue(10);
    shop.work().await;
    assert_eq!(shop.lane().circuit, Circuit::Blocked);
    shop.swap_router(Sim::builder()).await;
    shop.sim.restore(&hand).unwrap();
    try_again(&shop);
    shop.work().await;
    assert_eq!((shop.lane().circuit, shop.tally(&batch).on_router), (Circuit::Closed, 10));
    assert_eq!((known(&shop), shop.router().other_machine), (old, None));
    assert_eq!(shop.our_users().len(), 40);
    assert_eq!(deeds(&shop), ["router.add", "router.meet", "router.other"]);
}

#[tokio::test]
async fn a_router_that_replaces_the_old_one_is_owed_everything_that_should_be_there() {
    let mut shop = TestShop::open().await;
    let first = shop.issue(600);
    shop.work().await;
    let cards = shop.db.read(|tx| vouchers::printable(tx, first.id)).unwrap();
    let now = shop.now();
    shop.db
        .write(|tx| {
            vouchers::void_voucher(tx, &shop.owner, cards[0].id, "salah", now).map_err(Ours::new)?;
            vouchers::set_disabled(tx, &shop.owner, cards[1].id, true, now).map_err(Ours::new)
        })
        .unwrap();
    let sold = shop.draw();
    shop.work().await;
    shop.swap_router(another()).await;
    shop.later(HALF_A_MINUTE);
    let second = shop.issue(10);
    shop.work().await;
    let other = shop.router().other_machine.unwrap();
    assert_eq!(replace(&shop, &other).unwrap(), 610);
    assert_eq!(shop.batch(&first).state, BatchState::Running);
    shop.work_until_settled(&first, Duration::from_secs(600)).await;
    shop.work_until_settled(&second, Duration::from_secs(600)).await;
    assert_eq!((known(&shop), shop.router().other_machine), (other, None));
    assert_eq!((shop.tally(&first).on_router, shop.tally(&second).on_router), (599, 10));
    assert_eq!(shop.batch(&first).state, BatchState::Ready);
    assert_eq!(shop.our_users().len(), 610);
    assert!(shop.sim.user(&cards[0].code).is_none(), "a void voucher comes to no new router");
    assert_eq!(shop.sim.user(&cards[1].code).unwrap()["disabled"], "true");
    assert_eq!(shop.sim.user(&sold.code).unwrap()["profile"], shop.plan.profile_name);
    assert_eq!(deeds(&shop), ["router.add", "router.meet", "router.other", "router.replace"]);
}

#[tokio::test]
async fn only_the_device_that_was_seen_last_can_replace_the_router() {
    let mut shop = TestShop::open().await;
    shop.issue(1);
    shop.work().await;
    let old = known(&shop);
    assert!(matches!(replace(&shop, &old), Err(MoveError::NotSeen)));
    shop.swap_router(another()).await;
    shop.later(HALF_A_MINUTE);
    shop.work().await;
    let seen = shop.router().other_machine.unwrap();
    shop.swap_router(Sim::builder().seed(78)).await;
    try_again(&shop);
    shop.work().await;
    assert!(matches!(replace(&shop, &seen), Err(MoveError::NotSeen)), "a third one has come since");
    assert_eq!(shop.sim.user_count(), 0);
}

#[tokio::test]
async fn a_card_whose_code_a_stranger_has_on_the_new_router_is_exchanged_by_no_machine() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(3);
    shop.work().await;
    let cards = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    shop.swap_router(another()).await;
    shop.sim.add_user(&cards[0].code, &[("password", "punya-orang")]).unwrap();
    shop.later(HALF_A_MINUTE);
    shop.work().await;
    let other = shop.router().other_machine.unwrap();
    replace(&shop, &other).unwrap();
    shop.work_until_settled(&batch, Duration::from_secs(60)).await;
    let tally = shop.tally(&batch);
    assert_eq!((tally.on_router, tally.rejected), (2, 0), "its card may be in somebody's hand");
    let needs = shop.db.read(|tx| outbox::needing_attention(tx, 10)).unwrap();
    assert_eq!(needs.iter().map(|note| note.last_error.as_deref()).collect::<Vec<_>>(), [Some("sold_taken")]);
}

#[tokio::test]
async fn what_was_used_on_the_old_router_is_not_taken_for_new_on_the_one_that_replaces_it() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(1);
    shop.work().await;
    let card = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap().remove(0);
    assert_eq!(shop.engine.usage(card.id).await.unwrap().usage, Usage::NeverUsed);
    shop.swap_router(another()).await;
    assert_eq!(
        shop.engine.usage(card.id).await.unwrap().usage,
        Usage::Unknown,
        "another router is not asked"
    );
    shop.later(HALF_A_MINUTE);
    shop.work().await;
    let other = shop.router().other_machine.unwrap();
    replace(&shop, &other).unwrap();
    shop.work_until_settled(&batch, Duration::from_secs(60)).await;
    assert_eq!(shop.tally(&batch).on_router, 1);
    assert_eq!(shop.engine.usage(card.id).await.unwrap().usage, Usage::Unknown);
    shop.later(HALF_A_MINUTE);
    let later = shop.issue(1);
    shop.work().await;
    let card = shop.db.read(|tx| vouchers::printable(tx, later.id)).unwrap().remove(0);
    assert_eq!(shop.engine.usage(card.id).await.unwrap().usage, Usage::NeverUsed);
}

#[tokio::test]
async fn another_name_a_restored_backup_and_a_reset_are_no_other_router() {
    let mut shop = TestShop::open().await;
    shop.issue(5);
    shop.work().await;
    let hand = shop.sim.snapshot();
    shop.issue(5);
    shop.work().await;
    shop.sim.set_identity("Warung Baru");
    shop.sim.restore(&hand).unwrap();
    shop.sim.restart(Reboot::factory_reset());
    shop.sim.power_on().unwrap();
    for _ in 0..5 {
        shop.later(HALF_A_MINUTE);
        shop.work().await;
    }
    assert_eq!((shop.lane().circuit, shop.router().other_machine), (Circuit::Closed, None));
}

#[tokio::test]
async fn a_virtual_router_is_known_by_its_licence() {
    let chr = |seed| Sim::builder().board(Board::Chr).seed(seed);
    let mut shop = TestShop::with(chr(1), karcis_tests::Plug::Plain).await;
    shop.issue(1);
    shop.work().await;
    assert_eq!(known(&shop).mark(), Mark::System);
    shop.swap_router(chr(2)).await;
    shop.later(HALF_A_MINUTE);
    shop.work().await;
    assert_eq!(shop.lane().last_error.as_deref(), Some("other_router"));
}

#[tokio::test]
async fn the_connection_test_tells_another_router_and_the_books_keep_it() {
    let mut shop = TestShop::open().await;
    shop.issue(1);
    shop.work().await;
    let machine = known(&shop);
    shop.swap_router(another()).await;
    let keys = shop.keys.clone();
    let target = shop.db.read(|tx| keys.with(|key| routers::target(tx, shop.router, key)).unwrap());
    let checks = shop.engine.examine(&target.unwrap().unwrap(), Some(machine.clone())).await;
    let line = checks.list.iter().find(|check| check.item == CheckItem::Machine).unwrap();
    assert_eq!((line.state, line.why.as_str()), (CheckState::Failed, "other"));
    assert!(line.seen.starts_with(machine.number()) && !checks.usable());
    let now = shop.now();
    let met = checks.machine.unwrap();
    shop.db.write(|tx| routers::meet(tx, &Actor::karcis(), shop.router, &met, now)).unwrap();
    assert_eq!(shop.router().other_machine, Some(met));
}
