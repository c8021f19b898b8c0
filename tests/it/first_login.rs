//! What a voucher's first login does on the router, by the script the plan put there.

use std::time::Duration;

use karcis_core::plans::{self, PlanRequest};
use karcis_core::vouchers::{self, Tag};
use karcis_tests::{Plug, TestShop, request_of};
use routeros_sim::{Clock, LoginWay, Sim, Version};

/// 2026-01-02 10:00:00 in Jakarta.
const MORNING: i64 = 1_767_322_800;

/// A shop with one voucher on the router, of a plan that locks it to its first device or not.
async fn shop_with_a_voucher(version: Version, lock_mac: bool) -> (TestShop, vouchers::Voucher) {
    let sim = Sim::builder().version(version).clock(Clock::Frozen { at: MORNING });
    let mut shop = TestShop::with(sim, Plug::Plain).await;
    if lock_mac {
        let name = "1 Hari satu HP".to_owned();
        let request = PlanRequest { name, lock_mac: true, counter_key: None, ..request_of(&shop.plan) };
        let (mut rng, now) = (shop.rng(), shop.now());
        let made = shop.db.write(|tx| plans::add(tx, &shop.owner, &request, "plan-2", &mut rng, now));
        shop.plan = made.unwrap();
    }
    let batch = shop.issue(1);
    shop.work().await;
    shop.check(&batch, 1);
    let voucher = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap().remove(0);
    (shop, voucher)
}

#[tokio::test]
async fn the_first_login_is_stamped_by_the_router_once() {
    for version in [Version::V6_49_10, Version::V7_9_2, Version::V7_16, Version::V7_22_3] {
        let (shop, voucher) = shop_with_a_voucher(version, false).await;
        let comment = || shop.sim.user(&voucher.code).unwrap()["comment"].clone();
        let before = comment();
        let phone = shop.sim.client("AA:BB:CC:00:00:01");
        phone.connect("hotspot1").unwrap();
        phone.login(&voucher.code, &voucher.password, LoginWay::HttpPap).unwrap();
        let date = if version >= Version::V7_16 { "2026-01-02" } else { "jan/02/2026" };
        assert_eq!(comment(), format!("{before}|F={date} 10:00:00"), "{version}");
        assert!(Tag::parse(&comment()).is_some(), "the tag still reads back");
        phone.logout();
        shop.sim.advance(Duration::from_secs(3600));
        phone.login(&voucher.code, &voucher.password, LoginWay::HttpPap).unwrap();
        assert_eq!(comment(), format!("{before}|F={date} 10:00:00"), "{version}: the second login leaves it");
        let scripts = shop.sim.scripts();
        assert_eq!((scripts.started, scripts.failed, scripts.unsupported), (2, 0, 0), "{scripts:?}");
        assert!(!shop.sim.user(&voucher.code).unwrap().contains_key("mac-address"));
    }
}

#[tokio::test]
async fn a_voucher_that_is_locked_opens_for_its_first_device_only() {
    let (shop, voucher) = shop_with_a_voucher(Version::V7_22_3, true).await;
    let (phone, tablet) = (shop.sim.client("AA:BB:CC:00:00:01"), shop.sim.client("AA:BB:CC:00:00:02"));
    phone.connect("hotspot1").unwrap();
    tablet.connect("hotspot1").unwrap();
    phone.login(&voucher.code, &voucher.password, LoginWay::HttpPap).unwrap();
    assert_eq!(shop.sim.user(&voucher.code).unwrap()["mac-address"], "AA:BB:CC:00:00:01");
    phone.logout();
    let refused = tablet.login(&voucher.code, &voucher.password, LoginWay::HttpPap).unwrap_err();
    assert!(refused.to_string().ends_with("is not allowed to log in from this MAC address"), "{refused}");
    phone.login(&voucher.code, &voucher.password, LoginWay::HttpPap).unwrap();
    assert_eq!((shop.sim.scripts().failed, shop.sim.scripts().unsupported), (0, 0));
}

#[tokio::test]
async fn a_router_that_woke_in_1970_stamps_what_it_believes() {
    let (shop, voucher) = shop_with_a_voucher(Version::V7_22_3, false).await;
    shop.sim.set_router_clock(86_400);
    let phone = shop.sim.client("AA:BB:CC:00:00:01");
    phone.connect("hotspot1").unwrap();
    phone.login(&voucher.code, &voucher.password, LoginWay::HttpPap).unwrap();
    assert!(shop.sim.user(&voucher.code).unwrap()["comment"].ends_with("|F=1970-01-02 07:00:00"));
}
