use super::routers::{added, send};
use super::{Reply, Shop};
use axum::http::StatusCode;
use karcis_core::plans::{self, Plan, ProfileState};
use karcis_core::settings::Language;
use karcis_core::staff::Role;
use karcis_core::values::{Money, Period, RouterId};

type Typed = Vec<(&'static str, String)>;

fn typed(router: RouterId, key: &str) -> Typed {
    let text = str::to_owned;
    vec![
        ("request_key", text(key)),
        ("router", router.to_string()),
        ("name", text("1 Hari")),
        ("selling_price", text("Rp 5.000")),
        ("price", text("4000")),
        ("validity", text("1")),
        ("validity_unit", text("d")),
        ("uptime_unit", text("h")),
        ("data", text("1,5")),
        ("data_unit", text("GiB")),
        ("shared_users", text("1")),
        ("rate_up", text("2")),
        ("rate_down", text("5")),
        ("rate_unit", text("M")),
        ("mode", text("same")),
        ("alphabet", text("a28")),
        ("length", text("8")),
        ("prefix", text("")),
        ("counter_key", text("2")),
        ("colour", text("amber")),
    ]
}

fn with(form: &Typed, name: &'static str, value: &str) -> Typed {
    let mut form: Typed = form.iter().filter(|(known, _)| *known != name).cloned().collect();
    form.push((name, value.to_owned()));
    form
}

async fn shop_with_router(language: Language) -> (Shop, RouterId) {
    let mut shop = Shop::open_in(language).await;
    let router = added(&mut shop, "Warung-1", 8728).await;
    (shop, router.id)
}

async fn key(shop: &mut Shop) -> String {
    shop.get("/plans/new").await.field("request_key")
}

fn all(shop: &Shop) -> Vec<Plan> {
    shop.office.db().read(plans::plans).unwrap()
}

/// What stands beside the field.
fn beside(reply: &Reply, field: &str) -> String {
    let body = reply.body();
    let message = body.split(&format!("id=\"{field}-error\"")).nth(1).unwrap_or_default();
    message.split("</p>").next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_plan_is_made_as_typed_and_shown_to_the_counter() {
    let (mut shop, router) = shop_with_router(Language::Id).await;
    let key = key(&mut shop).await;
    for _ in 0..2 {
        let made = send(&mut shop, "/plans", &typed(router, &key)).await;
        assert_eq!(made.header("hx-redirect"), "/plans", "{}", made.body());
    }
    let plans = all(&shop);
    assert_eq!(plans.len(), 1, "a form sent twice makes one plan");
    let plan = &plans[0];
    assert_eq!((plan.selling_price, plan.price), (Money::rupiah(5_000), Money::rupiah(4_000)));
    assert_eq!((plan.validity, plan.uptime_limit), (Period::seconds(86_400).ok(), None));
    assert_eq!(plan.data_limit.map(|data| data.count()), Some(3 << 29));
    assert_eq!(plan.rate_limit.map(|rate| rate.to_string()).as_deref(), Some("2M/5M"));
    let page = shop.get("/plans").await.body();
    for words in
        ["Rp 5.000", "berlaku 1 hari", "kuota 1,5 GiB", "turun 5M · naik 2M", "menunggu router", "c-amber"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test]
async fn a_plan_opened_and_saved_unchanged_stays_as_it_is() {
    let (mut shop, router) = shop_with_router(Language::En).await;
    let key = key(&mut shop).await;
    send(&mut shop, "/plans", &typed(router, &key)).await;
    let before = all(&shop).remove(0);
    let path = format!("/plans/{}", before.id);
    let form = shop.get(&path).await;
    let fields = [
        "name",
        "selling_price",
        "price",
        "validity",
        "uptime",
        "data",
        "shared_users",
        "rate_up",
        "rate_down",
    ];
    let shown: Vec<(&'static str, String)> =
        fields.into_iter().map(|name| (name, form.field(name))).collect();
    let mut sent = typed(router, &form.field("request_key"));
    for (name, value) in shown {
        sent = with(&sent, name, &value);
    }
    // 1.5 GiB is shown as it divides, and a plan's router is not sent at all.
    let sent = with(&with(&sent, "data_unit", "MiB"), "router", "");
    let saved = send(&mut shop, &path, &sent).await;
    assert_eq!(saved.header("hx-redirect"), "/plans", "{}", saved.body());
    assert_eq!(all(&shop).remove(0), before);
}

#[tokio::test]
async fn what_is_wrong_with_a_plan_stands_beside_its_field_in_both_languages() {
    for (language, taken) in [(Language::Id, "R-507 Paket lain"), (Language::En, "R-507 Another plan")] {
        let (mut shop, router) = shop_with_router(language).await;
        let first = key(&mut shop).await;
        send(&mut shop, "/plans", &typed(router, &first)).await;
        let second = key(&mut shop).await;
        let good = with(&with(&typed(router, &second), "name", "7 Hari"), "counter_key", "3");
        let nobody = "00000000-0000-7000-8000-000000000000";
        let wrong = [
            (with(&good, "name", ""), "name", "R-501"),
            (with(&good, "name", "1 HARI"), "name", "R-502"),
            (with(&good, "server", &"s".repeat(65)), "server", "R-503"),
            (with(&good, "shared_users", "0"), "shared_users", "R-504"),
            (with(&good, "shared_users", "dua"), "shared_users", "R-504"),
            (with(&with(&good, "shared_users", "2"), "lock_mac", "on"), "lock_mac", "R-505"),
            (with(&good, "counter_key", "10"), "counter_key", "R-506"),
            (with(&good, "counter_key", "x"), "counter_key", "R-506"),
            (with(&good, "counter_key", "2"), "counter_key", taken),
            (with(&good, "colour", "pink"), "colour", "R-508"),
            (with(&good, "router", nobody), "router", "R-509"),
            (with(&good, "router", ""), "router", "R-509"),
            (with(&good, "selling_price", ""), "selling_price", "R-511"),
            (with(&good, "price", "5.00"), "price", "R-511"),
            (with(&good, "validity", "-1"), "validity", "R-512"),
            (with(&good, "uptime", "1,5"), "uptime", "R-512"),
            (with(&good, "data", "banyak"), "data", "R-513"),
            (with(&good, "rate_up", ""), "rate_up", "R-514"),
            (with(&good, "rate_down", "fast"), "rate_down", "R-514"),
            (with(&good, "prefix", "terlalu-panjang"), "prefix", "R-604"),
            (with(&good, "length", "3"), "length", "R-605"),
            (with(&good, "length", "5"), "length", "R-606"),
        ];
        for (form, field, code) in wrong {
            let reply = send(&mut shop, "/plans", &form).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
            assert!(beside(&reply, field).contains(code), "{code} beside {field}: {}", reply.body());
        }
        assert_eq!(all(&shop).len(), 1);
        assert_eq!(send(&mut shop, "/plans", &good).await.header("hx-redirect"), "/plans");
    }
}

#[tokio::test]
async fn a_new_price_is_kept_and_audited() {
    let (mut shop, router) = shop_with_router(Language::Id).await;
    let key = key(&mut shop).await;
    send(&mut shop, "/plans", &typed(router, &key)).await;
    let plan = all(&shop).remove(0);
    let path = format!("/plans/{}", plan.id);
    assert!(shop.get(&path).await.body().contains("Harga baru berlaku untuk batch berikutnya"));
    let changed = send(&mut shop, &path, &with(&typed(router, &key), "selling_price", "6000")).await;
    assert_eq!(changed.header("hx-redirect"), "/plans", "{}", changed.body());
    assert_eq!(all(&shop)[0].selling_price, Money::rupiah(6_000));
    let id = plan.id.to_string();
    let trail = shop.office.db().read(|tx| karcis_core::audit::history(tx, ("plan", &id), 10)).unwrap();
    let change = trail.iter().find(|entry| entry.deed == "plan.change").unwrap();
    assert!(change.detail.contains("\"price_changed\":true"), "{}", change.detail);
}

#[tokio::test]
async fn the_meter_says_how_strong_a_style_is_and_offers_a_length() {
    let (mut shop, router) = shop_with_router(Language::Id).await;
    let ask = |length: u8, alphabet: &str| {
        format!("/plans/strength?router={router}&mode=same&alphabet={alphabet}&length={length}&prefix=")
    };
    let safe = shop.part(&ask(8, "a28")).await.body();
    assert!(safe.contains("k-gauge ok") && safe.contains("8 huruf") && safe.contains("1.000"), "{safe}");
    let fair = shop.part(&ask(11, "digits")).await.body();
    assert!(fair.contains("k-gauge wait") && fair.contains("116 hari"), "{fair}");
    let short = shop.part(&ask(7, "a28")).await.body();
    assert!(short.contains("k-gauge bad") && short.contains("Pilih panjang 8"), "{short}");
    let weak = shop.part(&ask(6, "digits")).await.body();
    assert!(weak.contains("k-gauge bad") && weak.contains("Terlalu lemah"), "{weak}");
}

#[tokio::test]
async fn a_ready_example_fills_the_form_and_takes_a_free_key() {
    let (mut shop, router) = shop_with_router(Language::Id).await;
    let first = shop.get("/plans/new?example=1").await;
    assert_eq!((first.field("name"), first.field("selling_price")), ("2 Jam".into(), "Rp 2.000".into()));
    assert_eq!(first.field("uptime"), "2");
    let key = first.field("request_key");
    send(&mut shop, "/plans", &with(&typed(router, &key), "counter_key", "1")).await;
    let third = shop.get("/plans/new?example=3").await;
    assert_eq!((third.field("name"), third.field("validity")), ("7 Hari".into(), "7".into()));
    assert!(third.body().contains("<option value=\"2\" selected>"), "{}", third.body());
    assert!(third.body().contains("1 (dipakai 1 Hari)"));
    assert_eq!(shop.get("/plans/new?example=9").await.field("name"), "");
}

#[tokio::test]
async fn a_plan_goes_out_of_use_and_comes_back_unless_its_key_was_given_away() {
    let (mut shop, router) = shop_with_router(Language::Id).await;
    let first = key(&mut shop).await;
    send(&mut shop, "/plans", &typed(router, &first)).await;
    let plan = all(&shop).remove(0);
    let (archive, restore) = (format!("/plans/{}/archive", plan.id), format!("/plans/{}/restore", plan.id));
    assert_eq!(shop.post(&archive, &[]).await.header("hx-redirect"), "/plans");
    assert_eq!(shop.get(&format!("/plans/{}", plan.id)).await.status, StatusCode::NOT_FOUND);
    assert!(shop.get("/plans").await.body().contains(&restore));

    let second = key(&mut shop).await;
    send(&mut shop, "/plans", &with(&typed(router, &second), "name", "Lain")).await;
    let refused = shop.post(&restore, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body().contains("R-507"), "{}", refused.body());
    let other = all(&shop).remove(0);
    shop.post(&format!("/plans/{}/archive", other.id), &[]).await;
    let back = shop.post(&restore, &[]).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.body());
    assert_eq!(all(&shop).remove(0).id, plan.id);
}

#[tokio::test]
async fn without_a_router_the_plans_lead_to_the_routers_first() {
    let mut shop = Shop::open().await;
    for path in ["/plans", "/plans/new"] {
        let body = shop.get(path).await.body();
        assert!(body.contains("href=\"/routers\"") && !body.contains("id=\"plan-form\""), "{body}");
    }
}

#[tokio::test]
async fn whoever_may_only_sell_sees_plans_and_changes_none() {
    let (mut shop, router) = shop_with_router(Language::Id).await;
    let key = key(&mut shop).await;
    send(&mut shop, "/plans", &typed(router, &key)).await;
    let plan = all(&shop).remove(0);
    assert_eq!(plan.profile_state, ProfileState::Pending);
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let page = shop.get("/plans").await.body();
    assert!(
        page.contains("1 Hari") && !page.contains("/plans/new") && !page.contains(&plan.id.to_string()),
        "{page}"
    );
    assert_eq!(shop.get("/plans/new").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_plan_says_whether_the_counter_sells_its_stock_or_fresh_codes() {
    let (mut shop, router) = shop_with_router(Language::Id).await;
    let first = key(&mut shop).await;
    send(&mut shop, "/plans", &typed(router, &first)).await;
    let made = shop.office.db().read(plans::plans).unwrap().remove(0);
    assert_eq!(made.counter_fill, plans::Fill::Fresh, "fresh codes are the usual");
    let address = format!("/plans/{}", made.id);
    let second = shop.get(&address).await.field("request_key");
    send(&mut shop, &address, &with(&typed(router, &second), "counter_fill", "stock")).await;
    let kept = shop.office.db().read(|tx| plans::plan(tx, made.id)).unwrap().unwrap();
    assert_eq!(kept.counter_fill, plans::Fill::Stock);
    let page = shop.get(&address).await.body();
    assert!(page.contains("<option value=\"stock\" selected>"), "{page}");
}
