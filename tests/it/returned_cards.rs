//! Cards that a reseller gives back: the router is asked about all of them at once.

use karcis_core::vouchers;
use karcis_tests::TestShop;
use routeros_sim::{Guest, LoginWay};

#[tokio::test]
async fn cards_are_doubtful_that_were_used_that_are_gone_and_all_when_nobody_answers() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(5);
    shop.work().await;
    let cards = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    let ids: Vec<_> = cards.iter().map(|card| card.id).collect();
    assert_eq!(shop.engine.doubtful(ids.clone()).await.unwrap(), []);
    let (user, password) = (cards[1].code.as_str(), cards[1].password.as_str());
    let (mac, address) = ("02:00:00:00:00:01", "10.5.50.11");
    shop.sim.hotspot_login(&Guest { user, password, mac, address, by: LoginWay::HttpPap }).unwrap();
    shop.sim.remove_user(&cards[3].code).unwrap();
    shop.sim.add_user(&cards[3].code, &[("password", "punya-orang")]).unwrap();
    assert_eq!(shop.engine.doubtful(ids.clone()).await.unwrap(), [ids[1], ids[3]]);
    let asked = shop.sim.command_count_of("/ip/hotspot/user/print");
    shop.engine.doubtful(ids.clone()).await.unwrap();
    assert_eq!(shop.sim.command_count_of("/ip/hotspot/user/print"), asked + 1, "one look at everybody");
    shop.sim.restart(routeros_sim::Reboot::graceful().until_power_on());
    assert_eq!(shop.engine.doubtful(ids.clone()).await.unwrap(), ids);
}
