//! Two applications on one router.

use karcis_core::fault::Fault;
use karcis_core::plans::{self, PlanRequest};
use karcis_core::settings;
use karcis_core::vouchers::{self, BatchState};
use karcis_tests::{TestShop, request_of};
use routeros_sim::{Guest, LoginWay, Values};
use std::collections::BTreeSet;
use std::time::Duration;

fn tag(shop: &TestShop) -> String {
    shop.db.read(|tx| settings::text(tx, settings::SHOP_TAG)).unwrap().unwrap()
}

/// The users of one shop, by its mark.
fn users_of(shop: &TestShop) -> Vec<Values> {
    let mark = format!("KRC1|{}|", tag(shop));
    let mut users = shop.sim.users();
    users.retain(|user| user.get("comment").is_some_and(|comment| comment.starts_with(&mark)));
    users
}

fn profiles(shop: &TestShop) -> Vec<Values> {
    let mut profiles = shop.sim.rows("/ip/hotspot/user/profile");
    profiles.retain(|row| row["name"].starts_with("krc-"));
    profiles
}

fn codes(shop: &TestShop, batch: &vouchers::Batch) -> BTreeSet<String> {
    let cards = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    cards.into_iter().map(|card| card.code).collect()
}

/// The shop's plan with another number of devices, under the same name.
fn with_devices(shop: &TestShop, devices: u32) -> PlanRequest {
    PlanRequest { shared_users: devices, ..request_of(&shop.plan) }
}

fn change_plan(shop: &TestShop, devices: u32) {
    let (request, now) = (with_devices(shop, devices), shop.now());
    shop.db.write(|tx| plans::change(tx, &shop.owner, shop.plan.id, &request, now)).unwrap();
}

async fn both(one: &TestShop, other: &TestShop, seconds: u64) {
    for _ in 0..seconds.div_ceil(5) {
        let (first, second) = tokio::join!(one.engine.tick(), other.engine.tick());
        first.unwrap();
        second.unwrap();
        one.later(Duration::from_secs(5));
        other.later(Duration::from_secs(5));
    }
}

#[tokio::test]
async fn two_shops_push_to_one_router_at_the_same_time_and_touch_nothing_of_each_other() {
    let mut one = TestShop::open().await;
    let mut other = one.beside();
    assert_ne!(tag(&one), tag(&other));
    let (mine, theirs) = (one.issue(600), other.issue(600));
    // Both draw from the same randomness: nearly every code of the one is a code of the other.
    assert!(codes(&one, &mine).intersection(&codes(&other, &theirs)).count() > 500);
    both(&one, &other, 120).await;
    assert_eq!((one.batch(&mine).state, other.batch(&theirs).state), (BatchState::Ready, BatchState::Ready));
    assert_eq!((one.tally(&mine).on_router, other.tally(&theirs).on_router), (600, 600));
    assert!(codes(&one, &mine).is_disjoint(&codes(&other, &theirs)), "a code that was taken is replaced");
    assert_eq!((users_of(&one).len(), users_of(&other).len(), one.sim.user_count()), (600, 600, 1_200));
    assert_eq!((one.router().strays, other.router().strays), (0, 0), "another shop is no copy of this one");
}

#[tokio::test]
async fn voiding_in_one_shop_ends_no_session_of_the_other() {
    let mut one = TestShop::open().await;
    let mut other = one.beside();
    let (mine, theirs) = (one.issue(5), other.issue(5));
    both(&one, &other, 60).await;
    let card = other.db.read(|tx| vouchers::printable(tx, theirs.id)).unwrap().remove(0);
    let guest = Guest {
        user: &card.code,
        password: &card.password,
        mac: "02:00:00:00:00:01",
        address: "10.5.50.11",
        by: LoginWay::HttpPap,
    };
    one.sim.hotspot_login(&guest).unwrap();
    let now = one.now();
    one.db
        .write(|tx| {
            for card in vouchers::printable(tx, mine.id)? {
                vouchers::void_voucher(tx, &one.owner, card.id, "salah", now).map_err(Fault::new)?;
            }
            Ok::<_, Fault>(())
        })
        .unwrap();
    both(&one, &other, 30).await;
    assert_eq!((users_of(&one).len(), users_of(&other).len()), (0, 5));
    assert_eq!(one.sim.rows("/ip/hotspot/active").len(), 1);
}

#[tokio::test]
async fn plans_of_the_same_name_with_other_limits_do_not_overwrite_each_other() {
    let mut one = TestShop::open().await;
    let mut other = one.beside();
    assert_eq!(one.plan.name, other.plan.name);
    assert_ne!(one.plan.profile_name, other.plan.profile_name);
    change_plan(&one, 2);
    change_plan(&other, 7);
    let (mine, theirs) = (one.issue(3), other.issue(3));
    both(&one, &other, 60).await;
    assert_eq!((one.tally(&mine).on_router, other.tally(&theirs).on_router), (3, 3));
    let devices = |name: &str| {
        let found = profiles(&one).into_iter().find(|row| row["name"] == *name);
        found.unwrap()["shared-users"].clone()
    };
    assert_eq!(
        (devices(&one.plan.profile_name), devices(&other.plan.profile_name)),
        ("2".into(), "7".into())
    );
    let set = one.sim.command_count_of("/ip/hotspot/user/profile/set");
    both(&one, &other, 300).await;
    assert_eq!(one.sim.command_count_of("/ip/hotspot/user/profile/set"), set, "nobody fights over a profile");
    assert_eq!(profiles(&one).len(), 2);
}

#[tokio::test]
async fn the_same_books_on_two_computers_are_noticed_and_neither_removes_what_the_other_made() {
    let mut one = TestShop::open().await;
    one.issue(5);
    one.work().await;
    let mut copy = one.copied();
    assert_eq!(tag(&one), tag(&copy));
    let apart = copy.issue(4);
    copy.work().await;
    assert_eq!((copy.tally(&apart).on_router, copy.router().strays), (4, 0));
    one.later(Duration::from_secs(3_600));
    let mine = one.issue(3);
    one.work().await;
    assert_eq!((one.tally(&mine).on_router, one.router().strays), (3, 4));
    assert_eq!(one.sim.user_count(), 12, "strays are told of, never touched");
    copy.later(Duration::from_secs(3_600));
    copy.issue(1);
    copy.work().await;
    assert_eq!(copy.router().strays, 3);
}
