//! How many guests a router's licence lets in at a time.

use karcis_core::routers::Fullness;
use karcis_core::vouchers::{self, Voucher};
use karcis_tests::{Plug, TestShop};
use routeros_sim::{Board, Guest, LoginWay, Refused, Sim};
use std::time::Duration;

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

fn come_in(shop: &TestShop, card: &Voucher, number: usize) -> Result<String, Refused> {
    let mac = format!("02:00:00:00:{:02X}:{:02X}", number / 256, number % 256);
    let address = format!("10.5.50.{}", 11 + number);
    let (user, password) = (card.code.as_str(), card.password.as_str());
    shop.sim.hotspot_login(&Guest { user, password, mac: &mac, address: &address, by: LoginWay::HttpPap })
}

async fn a_while_later(shop: &TestShop) -> (Option<u32>, Fullness) {
    shop.later(HALF_A_MINUTE);
    shop.work().await;
    let guests = shop.router().guests;
    (guests.online, guests.fullness())
}

#[tokio::test]
async fn a_licence_that_lets_nobody_more_in_is_told_of_before_and_vouchers_still_reach_the_router() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(201);
    shop.work().await;
    let cards = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    for (number, card) in cards.iter().enumerate().take(179) {
        come_in(&shop, card, number).unwrap();
    }
    assert_eq!(a_while_later(&shop).await, (Some(179), Fullness::Room));
    assert_eq!(shop.router().guests.licence.as_deref(), Some("4"));
    assert_eq!(shop.router().guests.most(), Some(200));
    come_in(&shop, &cards[179], 179).unwrap();
    assert_eq!(a_while_later(&shop).await, (Some(180), Fullness::Near));
    for (number, card) in cards.iter().enumerate().take(200).skip(180) {
        come_in(&shop, card, number).unwrap();
    }
    assert_eq!(a_while_later(&shop).await, (Some(200), Fullness::Full));
    let refused = come_in(&shop, &cards[200], 200).unwrap_err();
    assert!(refused.to_string().contains("session limit reached"), "{refused}");
    let more = shop.issue(3);
    shop.work().await;
    assert_eq!(shop.tally(&more).on_router, 3, "the licence limits guests, not vouchers");
}

#[tokio::test]
async fn a_virtual_router_and_a_higher_licence_have_no_such_limit() {
    let mut shop = TestShop::with(Sim::builder().board(Board::Chr), Plug::Plain).await;
    shop.issue(1);
    shop.work().await;
    assert_eq!(a_while_later(&shop).await, (Some(0), Fullness::Room));
    let guests = shop.router().guests;
    assert_eq!((guests.licence.as_deref(), guests.most()), (Some("free"), None));
}
