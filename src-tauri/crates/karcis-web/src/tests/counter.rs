//! The sell screen: selling, the questions before it, undoing, finding, what it says while nothing can be sold.

use super::pretend::PASSWORD;
use super::shifts::open_shift;
use super::stock::{self, arrive, batch, plan, plan_on, practice_plan, router, vouchers_of};
use super::{Reply, Shop};
use axum::http::StatusCode;
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::fault::Fault;
use karcis_core::ledger::{self, Account};
use karcis_core::outbox::{self, Lane};
use karcis_core::plans::Plan;
use karcis_core::sales::{self, Receipt};
use karcis_core::shifts;
use karcis_core::staff::Role;
use karcis_core::values::CounterId;
use karcis_core::vouchers::{self, Purpose, Standing};

pub(super) fn first_counter(shop: &Shop) -> CounterId {
    shop.office.db().read(|tx| Ok::<_, Fault>(counters::all(tx)?[0].id)).unwrap()
}

pub(super) fn latest(shop: &Shop) -> Vec<Receipt> {
    let counter = first_counter(shop);
    shop.office.db().read(|tx| sales::latest(tx, counter, 50)).unwrap()
}

fn drawer(shop: &Shop) -> i64 {
    let counter = first_counter(shop);
    shop.office.db().read(|tx| ledger::balance(tx, &Account::Drawer(counter))).unwrap()
}

/// A shop whose counter is open, with a plan of 5,000 rupiah on it; its owner is signed in.
pub(super) async fn open_counter() -> (Shop, Plan) {
    let mut shop = Shop::open().await;
    let plan = plan(&shop);
    open_shift(&mut shop, "50.000").await;
    (shop, plan)
}

/// The ticket of a plan as the page sends it, with what a test changes.
pub(super) async fn sell(shop: &mut Shop, plan: &Plan, changes: &[(&str, &str)]) -> Reply {
    let key = shop.get("/counter").await.field("request_key");
    sell_with(shop, &key, plan, changes).await
}

async fn sell_with(shop: &mut Shop, key: &str, plan: &Plan, changes: &[(&str, &str)]) -> Reply {
    let plan = plan.id.to_string();
    let mut form: Vec<(&str, &str)> = vec![("request_key", key), ("plan", &plan), ("quantity", "1")];
    form.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    form.extend(changes);
    shop.post("/counter/sell", &form).await
}

fn sold(reply: &Reply) -> String {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body());
    assert_eq!(reply.header("hx-trigger-after-swap"), "karcis:sold", "{}", reply.body());
    reply.body()
}

#[tokio::test]
async fn a_counter_without_plans_leads_those_who_may_make_one_to_it() {
    let mut shop = Shop::open().await;
    open_shift(&mut shop, "50.000").await;
    let way = "href=\"/plans\">";
    let place = |body: &str| {
        body.split("id=\"tiles\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned()
    };
    let owner = place(&shop.get("/counter").await.body());
    assert!(owner.contains(way) && !owner.contains("Minta admin"), "{owner}");
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let cashier = place(&shop.get("/counter").await.body());
    assert!(!cashier.contains(way) && cashier.contains("Minta admin"), "{cashier}");
}

#[tokio::test]
async fn one_request_sells_and_its_answer_carries_the_code_and_everything_that_changed() {
    let (mut shop, plan) = open_counter().await;
    let page = shop.get("/counter").await.body();
    assert!(page.contains("data-key") == plan.counter_key.is_some() && page.contains("Rp 5.000"), "{page}");
    let reply = sell(&mut shop, &plan, &[("received", "10000"), ("shown", "5000")]).await;
    let body = sold(&reply);
    let receipt = latest(&shop).remove(0);
    assert!(body.contains(&karcis_print::grouped(&receipt.sales[0].code)), "{body}");
    assert!(body.contains("Kembali <b>Rp 5.000</b>") && body.contains("id=\"undo\""), "{body}");
    for part in ["shift-line", "tiles", "latest", "sell-key"] {
        let swapped =
            body.split("id=\"").any(|it| it.starts_with(part) && it.contains("hx-swap-oob=\"true\""));
        assert!(swapped, "{part} is drawn with the answer: {body}");
    }
    assert!(body.contains("1 terjual") && drawer(&shop) == 55_000, "{body}");
    let again = shop.get("/counter").await.body();
    assert!(again.contains(&karcis_print::grouped(&receipt.sales[0].code)), "a reload shows the code again");
}

#[tokio::test]
async fn the_same_request_sent_twice_sells_once_and_shows_the_same_code() {
    let (mut shop, plan) = open_counter().await;
    let key = shop.get("/counter").await.field("request_key");
    let first = sold(&sell_with(&mut shop, &key, &plan, &[]).await);
    let second = sold(&sell_with(&mut shop, &key, &plan, &[]).await);
    let receipts = latest(&shop);
    assert_eq!(receipts.len(), 1);
    let code = karcis_print::grouped(&receipts[0].sales[0].code);
    assert!(first.contains(&code) && second.contains(&code));
}

#[tokio::test]
async fn the_same_plan_within_two_seconds_is_asked_about_and_the_answer_sells() {
    let (mut shop, plan) = open_counter().await;
    sold(&sell(&mut shop, &plan, &[]).await);
    let asked = sell(&mut shop, &plan, &[]).await;
    let body = asked.body();
    assert_eq!((asked.status, asked.header("hx-retarget")), (StatusCode::OK, "#dialog"), "{body}");
    assert!(body.contains("2 voucher?") && body.contains("data-modal"), "{body}");
    assert_eq!((asked.field("twice").as_str(), asked.header("hx-trigger-after-swap")), ("on", ""));
    assert_eq!(latest(&shop).len(), 1, "a question sells nothing");
    let key = asked.field("request_key");
    sold(&sell_with(&mut shop, &key, &plan, &[("twice", "on")]).await);
    assert_eq!(latest(&shop).len(), 2);
    shop.wait(3);
    sold(&sell(&mut shop, &plan, &[]).await);
}

#[tokio::test]
async fn several_are_sold_at_once_and_each_has_its_code() {
    let (mut shop, plan) = open_counter().await;
    let body = sold(&sell(&mut shop, &plan, &[("quantity", "3"), ("received", "20.000")]).await);
    let receipt = latest(&shop).remove(0);
    assert_eq!(receipt.sales.len(), 3);
    for sale in &receipt.sales {
        assert!(body.contains(&karcis_print::grouped(&sale.code)), "{body}");
    }
    assert!(body.contains("3 × 1 Hari") && body.contains("Kembali <b>Rp 5.000</b>"), "{body}");
}

#[tokio::test]
async fn what_the_rules_forbid_is_refused_with_its_code_and_sells_nothing() {
    let (mut shop, plan) = open_counter().await;
    for (change, code) in [
        (("quantity", "0"), "R-813"),
        (("quantity", "21"), "R-813"),
        (("quantity", "x"), "R-813"),
        (("received", "4.000"), "R-814"),
        (("received", "banyak"), "R-884"),
        (("discount", "500"), "R-815"),
        (("discount", "5.001"), "R-816"),
        (("voucher", "00000000-0000-7000-8000-000000000000"), "R-804"),
        (("reservation", "00000000-0000-7000-8000-000000000000"), "R-833"),
        (("plan", "00000000-0000-7000-8000-000000000000"), "R-803"),
    ] {
        let mut changes = vec![change, ("shown", "5000")];
        if change == ("discount", "5.001") {
            changes.push(("reason", "langganan"));
        }
        let refused = sell(&mut shop, &plan, &changes).await;
        let body = refused.body();
        assert!(refused.status == StatusCode::CONFLICT && body.contains(code), "{change:?}: {body}");
        assert_eq!(refused.header("hx-retarget"), "#notice");
    }
    assert!(latest(&shop).is_empty());
    assert_eq!(sell(&mut shop, &plan, &[("request_key", "x")]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn without_a_shift_the_screen_opens_one_and_sells_nothing() {
    let mut shop = Shop::open().await;
    let plan = plan(&shop);
    let page = shop.get("/counter").await;
    assert!(page.body().contains("id=\"open-shift\"") && !page.body().contains("id=\"sell\""));
    let key = page.field("request_key");
    let refused = sell_with(&mut shop, &key, &plan, &[]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.body().contains("R-801"), "{}", refused.body());
}

#[tokio::test]
async fn while_the_drawer_is_being_counted_nothing_is_sold() {
    let (mut shop, plan) = open_counter().await;
    let key = shop.get("/counter").await.field("request_key");
    let counter = first_counter(&shop);
    let now = shop.office.now();
    shop.office
        .db()
        .write(|tx| {
            let shift = shifts::current(tx, counter)?.unwrap();
            shifts::count(tx, &Actor::karcis(), shift.id, &[], "count", now)
        })
        .unwrap();
    let page = shop.get("/counter").await.body();
    assert!(page.contains("Laci sedang dihitung") && !page.contains("id=\"sell\""), "{page}");
    let refused = sell_with(&mut shop, &key, &plan, &[]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.body().contains("R-802"), "{}", refused.body());
}

#[tokio::test]
async fn with_several_counters_the_screen_asks_which_and_remembers_it_for_the_session() {
    let (mut shop, plan) = open_counter().await;
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    let second = shop
        .office
        .db()
        .write(|tx| counters::add(tx, &Actor::karcis(), "Warung depan", "key", rng.as_mut(), now))
        .unwrap();
    let page = shop.get("/counter").await.body();
    assert!(page.contains("Warung depan") && page.contains("shift Budi sejak"), "{page}");
    let picked = shop.post("/counter/use", &[("counter", &second.id.to_string())]).await;
    assert_eq!(picked.header("hx-redirect"), "/counter", "{}", picked.body());
    let page = shop.get("/counter").await.body();
    assert!(page.contains("Belum ada shift di Warung depan") && page.contains("/counter?pick=1"), "{page}");
    assert!(shop.get("/counter?pick=1").await.body().contains("Kasir 1"));
    open_shift(&mut shop, "0").await;
    sold(&sell(&mut shop, &plan, &[]).await);
    assert!(latest(&shop).is_empty(), "the other counter sold nothing");
    let nowhere = shop.post("/counter/use", &[("counter", "00000000-0000-7000-8000-000000000000")]).await;
    assert!(nowhere.status == StatusCode::CONFLICT && nowhere.body().contains("R-817"));
}

#[tokio::test]
async fn a_cashier_begins_where_they_sell_and_everybody_else_with_the_overview() {
    let (mut shop, _) = open_counter().await;
    assert!(shop.get("/").await.body().contains("id=\"board\""));
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    assert!(shop.get("/").await.body().contains("id=\"sell\""));
    assert!(shop.get("/dashboard").await.body().contains("id=\"board\""));
    shop.hire("Rina", Role::Viewer, false);
    shop.sign_in("Rina").await;
    let board = shop.get("/").await.body();
    assert!(board.contains("id=\"board\"") && !board.contains("href=\"/counter\""), "{board}");
    assert_eq!(shop.get("/counter").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn stock_is_sold_before_fresh_codes_and_its_count_goes_down() {
    let (mut shop, _) = open_counter().await;
    let plan = stock::plan_of_stock(&shop);
    let made = batch(&shop, &plan, 2);
    arrive(&shop, &made, 2);
    let now = shop.office.now();
    shop.office
        .db()
        .write(|tx| vouchers::set_purpose(tx, &Actor::karcis(), made.id, Purpose::Stock, now))
        .unwrap();
    assert!(shop.get("/counter").await.body().contains("stok 2"));
    let next = vouchers_of(&shop, &made).remove(0);
    let body = sold(&sell(&mut shop, &plan, &[]).await);
    assert!(body.contains(&karcis_print::grouped(&next.code)) && body.contains("stok 1"), "{body}");
    assert!(body.contains("siap dipakai"), "{body}");
}

#[tokio::test]
async fn an_exact_card_goes_onto_the_ticket_and_is_sold_once_whatever_window_is_quicker() {
    let (mut shop, plan) = open_counter().await;
    let made = batch(&shop, &plan, 3);
    arrive(&shop, &made, 3);
    let card = vouchers_of(&shop, &made).remove(1);
    let address = format!("http://wifi.contoh/login?username={0}&password={0}", card.code);
    for text in [card.code.to_lowercase(), karcis_print::grouped(&card.code), address] {
        let path = format!("/counter/search?enter=1&text={}", crate::answer::encoded(&text));
        let body = shop.part(&path).await.body();
        assert!(
            body.contains("data-offer=\"exact\"") && body.contains(&card.id.to_string()),
            "{text}: {body}"
        );
    }
    let id = card.id.to_string();
    let key = shop.get("/counter").await.field("request_key");
    let body = sold(&sell_with(&mut shop, &key, &plan, &[("voucher", &id)]).await);
    assert!(body.contains(&karcis_print::grouped(&card.code)), "{body}");
    let other = "00000000-0000-7000-8000-000000000009";
    let late = sell_with(&mut shop, other, &plan, &[("voucher", &id)]).await;
    let body = late.body();
    assert!(late.status == StatusCode::CONFLICT && body.contains("R-805"), "{body}");
    assert!(body.contains("dari jendela lain") && latest(&shop).len() == 1, "{body}");
    let found = shop.part(&format!("/counter/search?enter=1&text={}", card.code)).await.body();
    assert!(found.contains("R-805") && found.contains("/sales/") && !found.contains("data-offer"), "{found}");
}

#[tokio::test]
async fn what_is_typed_finds_cards_sales_and_receipts() {
    let (mut shop, plan) = open_counter().await;
    let made = batch(&shop, &plan, 12);
    sold(&sell(&mut shop, &plan, &[]).await);
    let sale = latest(&shop).remove(0).sales.remove(0);
    let card = vouchers_of(&shop, &made).remove(0);
    let part = shop.part(&format!("/counter/search?text={}", &card.code[..5])).await.body();
    assert!(
        part.contains(&karcis_print::grouped(&card.code)) && part.contains("data-offer=\"row\""),
        "{part}"
    );
    let by_number = shop.part("/counter/search?text=%231").await.body();
    assert!(by_number.contains(&format!("/sales/{}", sale.id)), "{by_number}");
    let nothing = shop.part("/counter/search?text=ZZZZZZZZ").await.body();
    assert!(nothing.contains("Tidak ada yang cocok dengan ZZZZZZZZ"), "{nothing}");
    assert!(!shop.part("/counter/search?text=").await.body().contains("k-list"));
    let hostile = shop.part("/counter/search?text=%3Cscript%3E").await.body();
    assert!(!hostile.contains("<script>"), "{hostile}");
}

#[tokio::test]
async fn a_router_that_is_away_is_asked_about_once_for_everybody_until_it_is_back() {
    let (mut shop, plan) = open_counter().await;
    go_away(&shop, &plan);
    assert!(shop.get("/counter").await.body().contains("aktif nanti"));
    let asked = sell(&mut shop, &plan, &[]).await;
    let body = asked.body();
    assert!(body.contains("Router Warung-1 tidak tersambung") && latest(&shop).is_empty(), "{body}");
    let key = asked.field("request_key");
    let body = sold(&sell_with(&mut shop, &key, &plan, &[("waiting", "on")]).await);
    assert!(body.contains("aktif setelah router tersambung"), "{body}");
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    sold(&sell(&mut shop, &plan, &[]).await);
}

/// The plan's router stops answering: its lane is open.
fn go_away(shop: &Shop, plan: &Plan) {
    let (lane, mut rng, now) = (Lane::Router(plan.router), shop.office.rng(), shop.office.now());
    shop.office.db().write(|tx| outbox::lane_failed(tx, &lane, "unreachable", rng.as_mut(), now)).unwrap();
}

#[tokio::test]
async fn a_price_that_changed_meanwhile_is_shown_before_it_is_paid() {
    let (mut shop, plan) = open_counter().await;
    let asked = sell(&mut shop, &plan, &[("shown", "4000")]).await;
    let body = asked.body();
    assert!(body.contains("Sekarang Rp 5.000") && latest(&shop).is_empty(), "{body}");
    assert_eq!(asked.field("shown"), "5000");
    let key = asked.field("request_key");
    sold(&sell_with(&mut shop, &key, &plan, &[("shown", "5000")]).await);
}

#[tokio::test]
async fn a_cashier_lets_off_a_tenth_alone_and_more_with_an_admins_password() {
    let (mut shop, plan) = open_counter().await;
    let admin = shop.hire("Dedi", Role::Admin, false).to_string();
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let small = [("discount", "500"), ("reason", "langganan"), ("shown", "5000")];
    sold(&sell(&mut shop, &plan, &small).await);
    assert_eq!((latest(&shop)[0].total.amount(), drawer(&shop)), (4_500, 54_500));
    shop.wait(3);
    let large = [("discount", "2000"), ("reason", "ganti rugi"), ("shown", "5000")];
    let asked = sell(&mut shop, &plan, &large).await;
    let body = asked.body();
    assert!(body.contains("Potongan perlu persetujuan") && body.contains("Dedi"), "{body}");
    assert!(body.contains("Rp 500") && latest(&shop).len() == 1, "{body}");
    let key = asked.field("request_key");
    let with = |password| {
        [large.as_slice(), &[("approver", admin.as_str()), ("approver_password", password)]].concat()
    };
    let wrong = sell_with(&mut shop, &key, &plan, &with("salah")).await;
    assert_eq!((wrong.status, wrong.header("hx-retarget")), (StatusCode::UNPROCESSABLE_ENTITY, "#dialog"));
    assert!(wrong.body().contains("Kata sandi salah"), "{}", wrong.body());
    sold(&sell_with(&mut shop, &key, &plan, &with(PASSWORD)).await);
    let receipt = latest(&shop).remove(0);
    assert_eq!((receipt.discount.amount(), receipt.approved_by.as_deref()), (2_000, Some("Dedi")));
}

#[tokio::test]
async fn the_last_sale_is_undone_for_ten_seconds_by_whoever_sold_it() {
    let (mut shop, plan) = open_counter().await;
    let body = sold(&sell(&mut shop, &plan, &[("quantity", "2")]).await);
    let receipt = latest(&shop).remove(0).id.to_string();
    let key = body.split("\"request_key\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = [("receipt", receipt.as_str()), ("request_key", key.as_str())];
    for _ in 0..2 {
        let undone = shop.post("/counter/undo", &form).await;
        let body = sold(&undone);
        assert!(body.contains("Kembalikan <b>Rp 10.000</b>") && body.contains("k-undone"), "{body}");
        assert!(body.contains("0 terjual") && !body.contains("id=\"undo\""), "{body}");
    }
    assert_eq!(drawer(&shop), 50_000);
    let other = "00000000-0000-7000-8000-000000000009";
    let again = shop.post("/counter/undo", &[("receipt", &receipt), ("request_key", other)]).await;
    assert!(again.status == StatusCode::CONFLICT && again.body().contains("R-821"), "{}", again.body());
}

#[tokio::test]
async fn undoing_is_refused_when_it_is_late_or_somebody_elses() {
    let (mut shop, plan) = open_counter().await;
    sold(&sell(&mut shop, &plan, &[]).await);
    let receipt = latest(&shop).remove(0).id.to_string();
    let form = [("receipt", receipt.as_str()), ("request_key", "00000000-0000-7000-8000-000000000009")];
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    assert!(!shop.get("/counter").await.body().contains("id=\"undo\""), "it is not hers to undo");
    let refused = shop.post("/counter/undo", &form).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.body().contains("R-823"), "{}", refused.body());
    shop.sign_in("Budi").await;
    assert!(shop.get("/counter").await.body().contains("id=\"undo\""));
    shop.wait(11);
    assert!(!shop.get("/counter").await.body().contains("id=\"undo\""));
    let late = shop.post("/counter/undo", &form).await;
    assert!(late.status == StatusCode::CONFLICT && late.body().contains("R-822"), "{}", late.body());
}

#[tokio::test]
async fn practice_sales_are_marked_and_are_no_money() {
    let (mut shop, _) = open_counter().await;
    let plan = practice_plan(&shop);
    assert!(shop.get("/counter").await.body().contains("latihan ·"));
    let body = sold(&sell(&mut shop, &plan, &[]).await);
    assert!(body.contains("LATIHAN") && drawer(&shop) == 50_000, "{body}");
    assert!(body.contains("0 terjual, 1 latihan"), "{body}");
    let shift = shop.get("/shift").await.body();
    assert!(shift.contains("0 voucher, 1 latihan"), "{shift}");
}

#[tokio::test]
async fn the_live_part_draws_what_others_changed_and_the_state_of_the_code() {
    let (mut shop, plan) = open_counter().await;
    sold(&sell(&mut shop, &plan, &[]).await);
    let receipt = latest(&shop).remove(0);
    let part = shop.part(&format!("/counter/part?receipt={}", receipt.id)).await.body();
    assert!(part.contains("id=\"sold-state\" hx-swap-oob=\"true\" data-unsettled"), "{part}");
    assert!(part.contains("dikirim ke router") && part.contains("id=\"tiles\" hx-swap-oob"), "{part}");
    let id = receipt.sales[0].voucher;
    let now = shop.office.now();
    shop.office.db().write(|tx| vouchers::voucher_answered(tx, id, now)).unwrap();
    let part = shop.part(&format!("/counter/part?receipt={}", receipt.id)).await.body();
    assert!(part.contains("siap dipakai") && !part.contains("data-unsettled"), "{part}");
    assert!(!shop.part("/counter/part?receipt=").await.body().contains("sold-state"));
}

#[tokio::test]
async fn a_kept_voucher_is_for_its_customer_sold_from_the_list_and_let_go_once() {
    let (mut shop, plan) = open_counter().await;
    let made = batch(&shop, &plan, 2);
    arrive(&shop, &made, 2);
    let card = vouchers_of(&shop, &made).remove(0);
    let (plan_id, voucher) = (plan.id.to_string(), card.id.to_string());
    let dialog = shop.part(&format!("/reservations/new?plan={plan_id}&voucher={voucher}")).await;
    assert!(dialog.body().contains("Simpan 1 Hari untuk nanti?"), "{}", dialog.body());
    let key = dialog.field("request_key");
    let form =
        |customer| [("request_key", key.as_str()), ("voucher", voucher.as_str()), ("customer", customer)];
    let wrong = shop.post("/reservations", &form(" ")).await;
    assert!(
        wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body().contains("R-831"),
        "{}",
        wrong.body()
    );
    for _ in 0..2 {
        let kept = shop.post("/reservations", &form("Bu Sri")).await;
        assert_eq!((kept.status, kept.header("hx-trigger-after-swap")), (StatusCode::OK, "karcis:kept"));
    }
    let list = shop.get("/reservations").await.body();
    assert!(list.contains("Bu Sri") && list.contains("1 disimpan"), "{list}");
    let found = shop.part(&format!("/counter/search?enter=1&text={}", card.code)).await.body();
    assert!(found.contains("R-806") && found.contains("href=\"/reservations\""), "{found}");
    let refused = sell(&mut shop, &plan, &[("voucher", &voucher)]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.body().contains("R-806"), "{}", refused.body());

    let id = list.split("/counter?reservation=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = shop.get(&format!("/counter?reservation={id}")).await.body();
    assert!(page.contains("data-offer=\"exact\"") && page.contains("data-code=\"Bu Sri\""), "{page}");
    let body = sold(&sell(&mut shop, &plan, &[("reservation", &id)]).await);
    assert!(body.contains(&karcis_print::grouped(&card.code)), "{body}");
    let gone = shop.post(&format!("/reservations/{id}/release"), &[]).await;
    assert!(gone.status == StatusCode::CONFLICT && gone.body().contains("R-833"), "{}", gone.body());
}

#[tokio::test]
async fn what_is_let_go_can_be_sold_to_anybody_again() {
    let (mut shop, plan) = open_counter().await;
    let made = batch(&shop, &plan, 1);
    arrive(&shop, &made, 1);
    let card = vouchers_of(&shop, &made).remove(0);
    let key = shop.part(&format!("/reservations/new?voucher={}", card.id)).await.field("request_key");
    let voucher = card.id.to_string();
    shop.post("/reservations", &[("request_key", &key), ("voucher", &voucher), ("customer", "Pak Jo")]).await;
    let list = shop.part("/reservations/part").await.body();
    let id = list.split("/reservations/").nth(2).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(shop.post(&format!("/reservations/{id}/release"), &[]).await.status, StatusCode::OK);
    let now = shop.office.db().read(|tx| vouchers::voucher(tx, card.id)).unwrap().unwrap();
    assert_eq!(now.standing, Standing::Unsold);
    assert!(shop.get("/reservations").await.body().contains("Tidak ada yang disimpan"));
}

#[tokio::test]
async fn a_router_out_of_use_takes_its_plans_from_the_screen() {
    let (mut shop, _) = open_counter().await;
    let elsewhere = router(&shop, "Kos Melati", None);
    let other = plan_on(&shop, elsewhere, "30 Hari");
    assert!(shop.get("/counter").await.body().contains("30 Hari"));
    let now = shop.office.now();
    shop.office.db().write(|tx| vouchers::archive_router(tx, &Actor::karcis(), elsewhere, now)).unwrap();
    assert!(!shop.get("/counter").await.body().contains("30 Hari"));
    let refused = sell(&mut shop, &other, &[]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.body().contains("R-803"), "{}", refused.body());
}
