//! Something on the shelf: a router, a plan, batches, and vouchers that have arrived.

use super::Shop;
use karcis_core::audit::Actor;
use karcis_core::plans::{self, Alphabet, CodeMode, CodeStyle, Fill, Plan, PlanRequest};
use karcis_core::routers::{self, Checks, RouterRequest, SealedPassword};
use karcis_core::values::{Money, Period, RouterId};
use karcis_core::vouchers::{self, Batch, BatchRequest, ChunkAnswer, Voucher};

pub(super) fn style(length: u8) -> CodeStyle {
    CodeStyle { mode: CodeMode::Same, alphabet: Alphabet::A28, length, prefix: String::new() }
}

/// A router whose login page is known, and a plan of 5,000 rupiah for a day on it.
pub(super) fn plan(shop: &Shop) -> Plan {
    let router = router(shop, "Warung-1", Some("wifi.contoh"));
    plan_on(shop, router, "1 Hari")
}

pub(super) fn plan_on(shop: &Shop, router: RouterId, name: &str) -> Plan {
    plan_made(shop, router, name, (4_000, 5_000), Fill::Fresh)
}

/// A plan on a router of its own whose sales take the counter's stock first.
pub(super) fn plan_of_stock(shop: &Shop) -> Plan {
    let router = router(shop, "Warung-2", None);
    plan_made(shop, router, "2 Jam", (4_000, 5_000), Fill::Stock)
}

/// A plan that costs us the first amount and the customer the second.
pub(super) fn plan_at(shop: &Shop, router: RouterId, name: &str, amounts: (i64, i64)) -> Plan {
    plan_made(shop, router, name, amounts, Fill::Fresh)
}

fn plan_made(
    shop: &Shop,
    router: RouterId,
    name: &str,
    (cost, price): (i64, i64),
    counter_fill: Fill,
) -> Plan {
    let request = PlanRequest {
        router,
        name: name.to_owned(),
        hotspot_server: "all".to_owned(),
        price: Money::rupiah(cost),
        selling_price: Money::rupiah(price),
        validity: Period::seconds(86_400).ok(),
        uptime_limit: None,
        data_limit: None,
        shared_users: 1,
        rate_limit: None,
        lock_mac: false,
        code: style(8),
        counter_key: None,
        colour: "teal".to_owned(),
        counter_fill,
    };
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    shop.office.db().write(|tx| plans::add(tx, &Actor::karcis(), &request, name, rng.as_mut(), now)).unwrap()
}

pub(super) fn router(shop: &Shop, name: &str, dns_name: Option<&str>) -> RouterId {
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    let id = RouterId::new(now, rng.as_mut());
    let sealed = shop.office.keys().with(|key| SealedPassword::seal(key, id, "rahasia", rng.as_mut()));
    let request = RouterRequest {
        name: name.to_owned(),
        host: "127.0.0.1".to_owned(),
        port: 9,
        tls: false,
        plain_accepted: true,
        user_name: "karcis".to_owned(),
        password: sealed,
        ssid: Some("CONTOH".to_owned()),
    };
    let checks = Checks { dns_name: dns_name.map(str::to_owned), ..Checks::default() };
    shop.office
        .db()
        .write(|tx| {
            routers::add(tx, &Actor::karcis(), id, &request, name, now).unwrap();
            routers::keep_checks(tx, id, &checks, now)
        })
        .unwrap();
    id
}

pub(super) fn batch(shop: &Shop, plan: &Plan, size: u32) -> Batch {
    batch_of(shop, plan, size, plan.code.clone())
}

pub(super) fn batch_of(shop: &Shop, plan: &Plan, size: u32, code: CodeStyle) -> Batch {
    let request = BatchRequest { plan: plan.id, size, code, note: String::new(), shelf_life_days: None };
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    let key = crate::guard::request_id(&shop.office).to_string();
    shop.office
        .db()
        .write(|tx| vouchers::issue_batch(tx, &Actor::karcis(), &request, &key, rng.as_mut(), now))
        .unwrap()
}

/// Every voucher of the batch that belongs on paper, by serial.
pub(super) fn vouchers_of(shop: &Shop, batch: &Batch) -> Vec<Voucher> {
    shop.office.db().read(|tx| vouchers::printable(tx, batch.id)).unwrap()
}

/// The first `count` vouchers of the batch were read back from the router.
pub(super) fn arrive(shop: &Shop, batch: &Batch, count: usize) {
    let present = vouchers_of(shop, batch).iter().take(count).map(|voucher| voucher.id).collect();
    let answer = ChunkAnswer { present, taken: Vec::new() };
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    shop.office.db().write(|tx| vouchers::keep_answer(tx, batch.id, 0, &answer, rng.as_mut(), now)).unwrap();
}

/// A plan on the practice router.
pub(super) fn practice_plan(shop: &Shop) -> Plan {
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    let id = RouterId::new(now, rng.as_mut());
    let sealed =
        shop.office.keys().with(|key| SealedPassword::seal(key, id, "rahasia", rng.as_mut())).unwrap();
    let checks = Checks { dns_name: Some("latihan.contoh".to_owned()), ..Checks::default() };
    shop.office
        .db()
        .write(|tx| {
            routers::practice(tx, &Actor::karcis(), id, "Latihan", 8728, ("karcis", &sealed), now).unwrap();
            routers::keep_checks(tx, id, &checks, now)
        })
        .unwrap();
    plan_on(shop, id, "1 Hari")
}
