//! Putting a guest off, while the router answers, is away, or dies in the middle of it.

use karcis_core::audit::{self, Entry};
use karcis_core::engine::{Ended, Seat};
use karcis_core::outbox::{self, Circuit};
use karcis_core::vouchers::{self, Voucher};
use karcis_tests::{Plug, TestShop};
use routeros_sim::{ArmedFault, Fault, Guest, LoginWay, Sim};
use std::sync::Arc;
use std::time::Duration;

const PHONE: &str = "02:00:00:00:00:01";
const OTHER: &str = "02:00:00:00:00:02";

/// A shop whose router lets remembered devices in by themselves, and a voucher on it.
async fn cafe() -> (TestShop, Voucher) {
    let sim = Sim::builder().login_by("http-pap,mac-cookie");
    let mut shop = TestShop::with(sim, Plug::Plain).await;
    let batch = shop.issue(1);
    shop.work().await;
    let card = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap().remove(0);
    let voucher = shop.db.read(|tx| vouchers::voucher(tx, card.id)).unwrap().unwrap();
    (shop, voucher)
}

fn come(shop: &TestShop, user: &str, password: &str, mac: &str, address: &str) -> Seat {
    let guest = Guest { user, password, mac, address, by: LoginWay::HttpPap };
    shop.sim.hotspot_login(&guest).unwrap();
    Seat { user: user.to_owned(), address: address.to_owned(), device: Some(mac.to_owned()) }
}

fn arrive(shop: &TestShop, voucher: &Voucher) -> Seat {
    come(shop, &voucher.code, &voucher.password, PHONE, "10.5.50.11")
}

fn users_online(shop: &TestShop) -> Vec<String> {
    shop.sim.rows("/ip/hotspot/active").into_iter().map(|row| row["user"].clone()).collect()
}

fn rows(shop: &TestShop) -> Vec<Entry> {
    let all = shop.db.read(|tx| audit::entries(tx, None, 100)).unwrap();
    all.into_iter().filter(|entry| entry.deed.starts_with("session.")).rev().collect()
}

fn deeds(shop: &TestShop) -> Vec<String> {
    rows(shop).into_iter().map(|entry| entry.deed).collect()
}

async fn end(shop: &TestShop, seat: &Seat) -> Ended {
    shop.engine.end_session(&shop.owner, shop.router, seat).await.unwrap()
}

/// Whatever became of the session, nothing is left for the router's lane to do.
fn nothing_waits(shop: &TestShop) {
    let lane = outbox::Lane::Router(shop.router);
    assert_eq!(shop.db.read(|tx| outbox::waiting(tx, &lane)).unwrap().0, 0);
}

#[tokio::test]
async fn a_session_ends_at_once_and_its_device_does_not_come_back_by_itself() {
    let (shop, voucher) = cafe().await;
    shop.sim.add_user("kantor", &[("password", "x")]).unwrap();
    let seat = arrive(&shop, &voucher);
    come(&shop, "kantor", "x", OTHER, "10.5.50.12");
    let remembered = || shop.sim.rows("/ip/hotspot/cookie").into_iter().map(|row| row["user"].clone());
    assert_eq!(remembered().count(), 2);

    assert_eq!(end(&shop, &seat).await, Ended::Ended);
    assert_eq!(users_online(&shop), ["kantor"]);
    assert_eq!(remembered().collect::<Vec<_>>(), ["kantor"]);
    let back = shop.sim.client(PHONE).connect("hotspot1").unwrap();
    assert_eq!((back.session, users_online(&shop).len()), (None, 1));
    // The voucher itself is as it was: whoever knows the code may come again.
    assert!(shop.sim.user(&voucher.code).is_some_and(|user| user["disabled"] != "true"));
    let told = rows(&shop);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].deed.as_str(), told[0].actor_name.as_str()), ("session.end", "Pemilik"));
    assert_eq!((told[0].subject_kind.as_str(), &told[0].subject_id), ("voucher", &voucher.id.to_string()));
    nothing_waits(&shop);
}

#[tokio::test]
async fn a_device_that_insists_is_told_to_be_back_until_its_voucher_is_taken_out_of_use() {
    let (shop, voucher) = cafe().await;
    let phone = shop.sim.client(PHONE);
    let address = phone.connect("hotspot1").unwrap().address;
    phone.login(&voucher.code, &voucher.password, LoginWay::HttpPap).unwrap();
    phone.insist(&voucher.code, &voucher.password);
    let seat = Seat { user: voucher.code.clone(), address, device: Some(PHONE.to_owned()) };
    for _ in 0..2 {
        assert_eq!(end(&shop, &seat).await, Ended::Back);
        assert_eq!(users_online(&shop), [voucher.code.as_str()]);
    }
    assert_eq!(deeds(&shop), ["session.end", "session.end"]);
    shop.db.write(|tx| vouchers::void_voucher(tx, &shop.owner, voucher.id, "salah", shop.now())).unwrap();
    shop.work().await;
    assert!(users_online(&shop).is_empty());
    assert_eq!(end(&shop, &seat).await, Ended::Gone);
}

#[tokio::test]
async fn a_router_that_falls_silent_before_or_in_the_middle_of_it_is_told_apart() {
    for (command, ended, told) in [
        ("/ip/hotspot/active/print", Ended::Away, &[][..]),
        ("/ip/hotspot/cookie/print", Ended::Unsure, &["session.end", "session.end_failed"]),
        ("/ip/hotspot/active/remove", Ended::Unsure, &["session.end", "session.end_failed"]),
    ] {
        let (shop, voucher) = cafe().await;
        let seat = arrive(&shop, &voucher);
        shop.sim.arm(Fault::Silence.on(command).always());
        let ending = {
            let (engine, owner, router) = (Arc::clone(&shop.engine), shop.owner.clone(), shop.router);
            let seat = seat.clone();
            tokio::spawn(async move { engine.end_session(&owner, router, &seat).await })
        };
        while shop.sim.struck().is_empty() {
            tokio::task::yield_now().await;
        }
        // What waits for the router from here on waits in no time.
        tokio::time::pause();
        assert_eq!(ending.await.unwrap().unwrap(), ended, "{command}");
        tokio::time::resume();
        assert_eq!(deeds(&shop), told, "{command}");
        assert_eq!(users_online(&shop), [voucher.code.as_str()], "{command}");
        nothing_waits(&shop);
        shop.sim.disarm();
        shop.later(Duration::from_secs(120));
        shop.work().await;
        assert_eq!(end(&shop, &seat).await, Ended::Ended, "{command}: once it answers again");
    }
}

#[tokio::test]
async fn a_strangers_session_ends_as_well_and_the_trail_names_whose_it_was() {
    let (shop, _) = cafe().await;
    shop.sim.add_user("kantor", &[("password", "x"), ("comment", "punya pak RT")]).unwrap();
    let before = shop.sim.user("kantor").unwrap();
    let seat = come(&shop, "kantor", "x", OTHER, "10.5.50.12");
    assert_eq!(end(&shop, &seat).await, Ended::Ended);
    assert!(users_online(&shop).is_empty());
    let after = shop.sim.user("kantor").unwrap();
    assert_eq!((&after["comment"], &after["name"]), (&before["comment"], &before["name"]));
    let told = rows(&shop).remove(0);
    assert_eq!((told.subject_kind.as_str(), told.subject_id), ("router", shop.router.to_string()));
    assert!(told.detail.contains("\"user\":\"kantor\"") && told.detail.contains(OTHER), "{}", told.detail);
}

#[tokio::test]
async fn only_the_session_that_was_looked_at_ends() {
    let (shop, voucher) = cafe().await;
    shop.sim.add_user("kantor", &[("password", "x"), ("mac-address", OTHER)]).unwrap();
    let seat = arrive(&shop, &voucher);
    // The guest left, and somebody else has the address by now.
    let session = shop.sim.rows("/ip/hotspot/active").remove(0)[".id"].clone();
    shop.sim.hotspot_logout(&session).unwrap();
    come(&shop, "kantor", "x", OTHER, &seat.address);
    assert_eq!(end(&shop, &seat).await, Ended::Gone);
    assert_eq!(users_online(&shop), ["kantor"]);
    assert!(rows(&shop).is_empty(), "nothing was done, so nothing is told");
}

#[tokio::test]
async fn a_command_carried_out_but_never_answered_ends_the_session() {
    for command in ["/ip/hotspot/cookie/remove", "/ip/hotspot/active/remove"] {
        for fault in [Fault::ApplyThenDrop, Fault::DropBeforeApply] {
            let (shop, voucher) = cafe().await;
            let seat = arrive(&shop, &voucher);
            shop.sim.arm(fault.clone().on(command));
            assert_eq!(end(&shop, &seat).await, Ended::Ended, "{command}: {fault:?}");
            assert_eq!(shop.sim.struck().len(), 1, "{command}: {fault:?}");
            assert!(users_online(&shop).is_empty() && shop.sim.rows("/ip/hotspot/cookie").is_empty());
            assert_eq!(deeds(&shop), ["session.end"]);
        }
    }
}

#[tokio::test]
async fn a_router_that_dies_in_the_middle_leaves_it_open_and_nothing_waits_for_its_return() {
    let (shop, voucher) = cafe().await;
    let seat = arrive(&shop, &voucher);
    shop.sim.arm(Fault::DropBeforeApply.on("/ip/hotspot/active/remove"));
    shop.sim.arm(ArmedFault::from(Fault::RefuseConnect).always());
    assert_eq!(end(&shop, &seat).await, Ended::Unsure);
    assert_eq!(deeds(&shop), ["session.end", "session.end_failed"]);
    shop.later(Duration::from_secs(5));
    shop.work().await;
    assert_eq!(shop.lane().circuit, Circuit::Open);

    let asked = shop.sim.command_count();
    assert_eq!(end(&shop, &seat).await, Ended::Away);
    assert_eq!((shop.sim.command_count(), deeds(&shop).len()), (asked, 2));
    shop.sim.disarm();
    shop.later(Duration::from_secs(120));
    shop.work().await;
    assert_eq!(shop.lane().circuit, Circuit::Closed);
    assert_eq!(users_online(&shop), [voucher.code.as_str()], "a session ends now or not at all");
    nothing_waits(&shop);
    assert_eq!(end(&shop, &seat).await, Ended::Ended);
}

#[tokio::test]
async fn a_user_of_ours_who_may_not_write_is_told_so() {
    let (shop, voucher) = cafe().await;
    let seat = arrive(&shop, &voucher);
    shop.sim.arm(Fault::PolicyRemoved("write".into()).on("/ip/hotspot/cookie/remove"));
    assert_eq!(end(&shop, &seat).await, Ended::NotPermitted);
    assert_eq!(users_online(&shop), [voucher.code.as_str()]);
    assert_eq!(deeds(&shop), ["session.end", "session.end_failed"]);
    assert!(rows(&shop)[1].detail.contains("not_permitted"));
}
