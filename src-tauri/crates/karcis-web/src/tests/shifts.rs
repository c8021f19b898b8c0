use super::pretend::PASSWORD;
use super::{Reply, Shop};
use axum::http::StatusCode;
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::fault::Fault;
use karcis_core::ledger;
use karcis_core::shifts::{self, Shift, ShiftState};
use karcis_core::staff::Role;
use karcis_core::values::{CounterId, Money};

fn first_counter(shop: &Shop) -> CounterId {
    shop.office.db().read(|tx| Ok::<_, Fault>(counters::all(tx)?[0].id)).unwrap()
}

fn current(shop: &Shop) -> Shift {
    let counter = first_counter(shop);
    shop.office.db().read(|tx| shifts::current(tx, counter)).unwrap().unwrap()
}

/// Opens a shift at the only counter with this float, as whoever is signed in.
pub(super) async fn open_shift(shop: &mut Shop, opening: &str) -> Reply {
    let key = shop.get("/shift").await.field("request_key");
    shop.post("/shift/open", &[("request_key", &key), ("opening", opening), ("back", "/counter")]).await
}

async fn move_cash(shop: &mut Shop, kind: &str, amount: &str, reason: &str) -> Reply {
    let key = shop.get("/shift").await.field("request_key");
    let form = [("request_key", key.as_str()), ("kind", kind), ("amount", amount), ("reason", reason)];
    shop.post("/shift/move", &form).await
}

async fn count(shop: &mut Shop, pieces: &[(&str, &str)]) -> Reply {
    let page = shop.get("/shift/count").await;
    let (key, shift) = (page.field("request_key"), page.field("shift"));
    let mut form = vec![("request_key", key.as_str()), ("shift", shift.as_str())];
    form.extend(pieces);
    shop.post("/shift/count", &form).await
}

async fn close(shop: &mut Shop, handed_over: &str, note: &str, more: &[(&str, &str)]) -> Reply {
    let page = shop.get("/shift").await;
    let (key, shift) = (page.field("request_key"), page.field("shift"));
    let mut form = vec![
        ("request_key", key.as_str()),
        ("shift", shift.as_str()),
        ("handed_over", handed_over),
        ("note", note),
    ];
    form.extend(more);
    shop.post("/shift/close", &form).await
}

#[tokio::test]
async fn the_first_float_is_said_to_come_from_no_earlier_shift() {
    let mut shop = Shop::open().await;
    let first = shop.get("/shift").await.body();
    assert!(first.contains("Boleh 0.") && !first.contains("sisa shift terakhir"), "{first}");
    open_shift(&mut shop, "50.000").await;
    count(&mut shop, &[("pieces_50000", "1")]).await;
    close(&mut shop, "0", "", &[]).await;
    let next = shop.get("/shift").await.body();
    assert!(next.contains("sisa shift terakhir") && next.contains("50.000"), "{next}");
}

#[tokio::test]
async fn a_cashier_opens_moves_counts_blind_and_closes() {
    let mut shop = Shop::open().await;
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let opened = open_shift(&mut shop, "Rp 50.000").await;
    assert_eq!(
        (opened.status, opened.header("hx-redirect")),
        (StatusCode::OK, "/counter"),
        "{}",
        opened.body()
    );
    assert_eq!(move_cash(&mut shop, "pay_in", "20.000", "uang receh").await.header("hx-redirect"), "/shift");
    assert_eq!(move_cash(&mut shop, "pay_out", "5000", "air minum").await.status, StatusCode::OK);
    let running = shop.get("/shift").await.body();
    assert!(running.contains("+Rp 20.000") && running.contains("−Rp 5.000"), "{running}");
    assert!(!running.contains("65.000"), "a count is blind: {running}");
    let blind = shop.get("/shift/count").await.body();
    assert!(!blind.contains("65.000") && blind.contains("pieces_75000"), "{blind}");

    let counted =
        count(&mut shop, &[("pieces_50000", "1"), ("pieces_5000", "2"), ("pieces_500", " 8 ")]).await;
    assert_eq!(counted.header("hx-redirect"), "/shift", "{}", counted.body());
    let result = shop.get("/shift").await.body();
    assert!(result.contains("Rp 65.000") && result.contains("Rp 64.000"), "{result}");
    assert!(result.contains("Kurang") && !result.contains("id=\"approval\""), "{result}");

    let id = current(&shop).id;
    let closed = close(&mut shop, "44.000", "receh hilang", &[]).await;
    assert_eq!(closed.header("hx-redirect"), format!("/shifts/{id}"), "{}", closed.body());
    let page = shop.get(&format!("/shifts/{id}")).await.body();
    let head =
        shop.office.db().read(|tx| shifts::shift(tx, id)).unwrap().unwrap().closing.unwrap().audit_head;
    assert!(page.contains(&head) && page.contains("receh hilang") && page.contains("Rp 44.000"), "{page}");
    let next = shop.get("/shift").await;
    assert_eq!(next.field("opening"), "20.000", "what was left is the next float");
    shop.office
        .db()
        .read(|tx| {
            let trial = ledger::trial_balance(tx)?;
            assert!(trial.broken.is_empty(), "{:?}", trial.broken);
            Ok::<_, Fault>(())
        })
        .unwrap();
}

#[tokio::test]
async fn the_page_of_an_open_shift_tells_no_money_to_anybody() {
    let mut shop = Shop::open().await;
    open_shift(&mut shop, "50000").await;
    move_cash(&mut shop, "pay_in", "33333", "titip").await;
    let id = current(&shop).id;
    for path in ["/shift".to_owned(), format!("/shifts/{id}"), "/shifts".to_owned()] {
        let body = shop.get(&path).await.body();
        assert!(!body.contains("83.333"), "{path}: {body}");
    }
}

#[tokio::test]
async fn the_same_request_sent_twice_opens_and_moves_once() {
    let mut shop = Shop::open().await;
    let key = shop.get("/shift").await.field("request_key");
    let form = [("request_key", key.as_str()), ("opening", "50000"), ("back", "/shift")];
    for _ in 0..2 {
        assert_eq!(shop.post("/shift/open", &form).await.header("hx-redirect"), "/shift");
    }
    let key = shop.get("/shift").await.field("request_key");
    let form = [("request_key", key.as_str()), ("kind", "pay_out"), ("amount", "1000"), ("reason", "parkir")];
    for _ in 0..2 {
        assert_eq!(shop.post("/shift/move", &form).await.status, StatusCode::OK);
    }
    let id = current(&shop).id;
    let moves = shop.office.db().read(|tx| shifts::moves(tx, id)).unwrap();
    assert_eq!(moves.len(), 1);
}

#[tokio::test]
async fn a_second_shift_at_the_same_counter_is_refused_with_who_and_since() {
    let mut shop = Shop::open().await;
    let key = shop.get("/shift").await.field("request_key");
    open_shift(&mut shop, "50000").await;
    let form = [("request_key", key.as_str()), ("opening", "10000"), ("back", "/shift")];
    let refused = shop.post("/shift/open", &form).await;
    let body = refused.body();
    assert_eq!(refused.status, StatusCode::CONFLICT, "{body}");
    assert!(body.contains("R-881") && body.contains("Budi"), "{body}");
}

#[tokio::test]
async fn what_cannot_be_read_is_said_beside_its_field() {
    let mut shop = Shop::open().await;
    let wrong = open_shift(&mut shop, "lima puluh").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("R-884") && wrong.body().contains("lima puluh"), "{}", wrong.body());
    open_shift(&mut shop, "50000").await;
    let wrong = move_cash(&mut shop, "pay_out", "", "x").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body().contains("R-884"));
    let wrong = move_cash(&mut shop, "pay_out", "0", "x").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body().contains("R-884"));
    let wrong = move_cash(&mut shop, "pay_out", "1000", "  ").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body().contains("R-885"));
    let wrong = count(&mut shop, &[("pieces_1000", "3"), ("pieces_500", "banyak")]).await;
    let body = wrong.body();
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && body.contains("banyak"), "{body}");
    assert_eq!(current(&shop).state, ShiftState::Open);
    count(&mut shop, &[("pieces_50000", "1")]).await;
    let wrong = close(&mut shop, "semua", "", &[]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body().contains("R-884"));
    let wrong = close(&mut shop, "50.100", "", &[]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body().contains("R-888"));
    assert_eq!(current(&shop).state, ShiftState::Counted);
}

#[tokio::test]
async fn a_difference_needs_a_note_and_a_large_one_an_admin_as_well() {
    let mut shop = Shop::open().await;
    let admin = shop.hire("Dedi", Role::Admin, false).to_string();
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    open_shift(&mut shop, "100.000").await;
    count(&mut shop, &[("pieces_50000", "1")]).await;
    let page = shop.get("/shift").await.body();
    assert!(page.contains("id=\"approval\"") && page.contains("Dedi"), "{page}");
    let wrong = close(&mut shop, "0", "", &[]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body().contains("R-886"));
    let wrong =
        close(&mut shop, "0", "hilang", &[("approver", &admin), ("approver_password", "salah")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("Kata sandi salah") && wrong.body().contains("hilang"), "{}", wrong.body());
    assert!(!wrong.body().contains("value=\"salah\""), "passwords are never sent back");
    let id = current(&shop).id;
    let closed =
        close(&mut shop, "0", "hilang", &[("approver", &admin), ("approver_password", PASSWORD)]).await;
    assert_eq!(closed.header("hx-redirect"), format!("/shifts/{id}"), "{}", closed.body());
    let shift = shop.office.db().read(|tx| shifts::shift(tx, id)).unwrap().unwrap();
    assert_eq!(shift.closing.unwrap().approved_by.as_deref(), Some("Dedi"));
}

#[tokio::test]
async fn closing_twice_with_one_form_is_one_deed_and_another_form_is_too_late() {
    let mut shop = Shop::open().await;
    open_shift(&mut shop, "50.000").await;
    count(&mut shop, &[("pieces_50000", "1")]).await;
    let page = shop.get("/shift").await;
    let (key, shift) = (page.field("request_key"), page.field("shift"));
    let form =
        |key, handed_over| [("request_key", key), ("shift", shift.as_str()), ("handed_over", handed_over)];
    for _ in 0..2 {
        let closed = shop.post("/shift/close", &form(key.as_str(), "50000")).await;
        assert_eq!(closed.header("hx-redirect"), format!("/shifts/{shift}"), "{}", closed.body());
    }
    let late = shop.post("/shift/close", &form("00000000-0000-7000-8000-000000000001", "0")).await;
    assert!(late.status == StatusCode::CONFLICT && late.body().contains("R-882"), "{}", late.body());
}

#[tokio::test]
async fn a_count_can_be_done_again_or_thrown_away_and_both_stay_on_record() {
    let mut shop = Shop::open().await;
    open_shift(&mut shop, "50.000").await;
    count(&mut shop, &[("pieces_20000", "2")]).await;
    count(&mut shop, &[("pieces_50000", "1")]).await;
    let page = shop.get("/shift").await;
    assert!(page.body().contains("Hitungan ke-2") && page.body().contains("Pas"), "{}", page.body());
    let shift = page.field("shift");
    let on = shop.post("/shift/carry-on", &[("shift", &shift)]).await;
    assert_eq!(on.header("hx-redirect"), "/counter");
    assert_eq!(current(&shop).state, ShiftState::Open);
    let page = shop.get(&format!("/shifts/{shift}")).await.body();
    assert!(page.contains("Hitungan ke-1: Rp 40.000") && page.contains("Hitungan ke-2: Rp 50.000"), "{page}");
}

#[tokio::test]
async fn a_forgotten_shift_is_flagged_and_never_closed_by_itself() {
    let mut shop = Shop::open().await;
    open_shift(&mut shop, "50.000").await;
    shop.wait(17 * 3600);
    shop.sign_in("Budi").await;
    assert!(!shop.get("/shifts").await.body().contains("terlupa"));
    shop.wait(2 * 3600);
    shop.sign_in("Budi").await;
    assert!(shop.get("/shifts").await.body().contains("terlupa"));
    let banner = shop.get("/plans").await.body();
    assert!(banner.contains("Shift di Kasir 1 dibuka") && banner.contains("belum ditutup"), "{banner}");
    assert!(shop.get("/shift").await.body().contains("belum ditutup"));
    assert_eq!(current(&shop).state, ShiftState::Open);
}

#[tokio::test]
async fn a_float_below_what_was_left_is_asked_about_and_the_answer_is_recorded() {
    let mut shop = Shop::open().await;
    open_shift(&mut shop, "50.000").await;
    count(&mut shop, &[("pieces_50000", "1")]).await;
    close(&mut shop, "0", "", &[]).await;
    let asked = open_shift(&mut shop, "30.000").await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.body());
    let body = asked.body();
    assert!(body.contains("Shift terakhir meninggalkan Rp 50.000. Kurang Rp 20.000"), "{body}");
    assert!(body.contains("value=\"30.000\"") && body.contains("value=\"missing\""), "{body}");
    let key = asked.field("request_key");
    let form =
        [("request_key", key.as_str()), ("opening", "30.000"), ("back", "/shift"), ("short", "missing")];
    let opened = shop.post("/shift/open", &form).await;
    assert_eq!(opened.header("hx-redirect"), "/shift", "{}", opened.body());
    assert_eq!(current(&shop).opening_float, Money::rupiah(30_000));
    let ledger = shop.get("/ledger").await.body();
    assert!(ledger.contains("Selisih kas"), "{ledger}");
}

#[tokio::test]
async fn shifts_are_listed_newest_first_a_page_at_a_time() {
    let mut shop = Shop::open().await;
    let counter = first_counter(&shop);
    for number in 0..51_i64 {
        let (mut rng, now) = (shop.office.rng(), shop.office.now());
        let key = number.to_string();
        shop.office
            .db()
            .write(|tx| {
                let actor = Actor::karcis();
                let none = karcis_core::values::Money::ZERO;
                let shift = shifts::open(tx, &actor, counter, none, &key, rng.as_mut(), now)?;
                shifts::count(tx, &actor, shift.id, &[], &key, now)?;
                let request = shifts::CloseRequest {
                    shift: shift.id,
                    handed_over: none,
                    note: String::new(),
                    approved_by: None,
                };
                shifts::close(tx, &actor, Role::SuperAdmin, &request, &key, now)
            })
            .unwrap();
    }
    let first = shop.get("/shifts").await.body();
    assert!(first.contains("#51<") && first.contains("#2<") && !first.contains(">#1<"), "{first}");
    assert!(first.contains("/shifts?before=2\""), "{first}");
    let second = shop.get("/shifts?before=2").await.body();
    assert!(second.contains(">#1<") && !second.contains("before="), "{second}");
}

#[tokio::test]
async fn whoever_may_only_look_sees_the_list_and_opens_nothing() {
    let mut shop = Shop::open().await;
    shop.hire("Rina", Role::Viewer, false);
    shop.sign_in("Rina").await;
    let list = shop.get("/shifts").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.body().contains("href=\"/shifts\""), "the menu leads to the list: {}", list.body());
    assert_eq!(shop.get("/shift").await.status, StatusCode::FORBIDDEN);
}
