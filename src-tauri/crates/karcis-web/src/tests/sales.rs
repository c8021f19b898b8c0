//! Sales as they stand in the books: the list, one sale's page, voiding it.

use super::Shop;
use super::counter::{latest, open_counter, sell};
use super::pretend::PASSWORD;
use axum::http::StatusCode;
use karcis_core::sales::{self, Sale};
use karcis_core::staff::Role;
use karcis_core::values::SaleId;
use karcis_core::vouchers;

fn last(shop: &Shop) -> Sale {
    latest(shop).remove(0).sales.remove(0)
}

fn kept(shop: &Shop, id: SaleId) -> Sale {
    shop.office.db().read(|tx| sales::sale(tx, id)).unwrap().unwrap()
}

#[tokio::test]
async fn sales_are_listed_newest_first_found_by_code_receipt_and_shift() {
    let (mut shop, plan) = open_counter().await;
    for _ in 0..3 {
        sell(&mut shop, &plan, &[]).await;
        shop.wait(3);
    }
    let newest = last(&shop);
    let list = shop.get("/sales").await.body();
    assert!(
        list.contains("#3<") && list.contains("#1<") && list.contains(&karcis_print::grouped(&newest.code)),
        "{list}"
    );
    let found = shop.part(&format!("/sales/find?text={}", newest.code.to_lowercase())).await;
    assert!(
        found.body().contains(&format!("/sales/{}", newest.id)) && !found.body().contains("#1<"),
        "{}",
        found.body()
    );
    assert!(found.header("hx-replace-url").starts_with("/sales?text="));
    let by_receipt = shop.part("/sales/find?text=%232").await.body();
    assert!(by_receipt.contains("#2<") && !by_receipt.contains("#3<"), "{by_receipt}");
    let shift = newest.shift.unwrap();
    let of_shift = shop.get(&format!("/sales?shift={shift}")).await.body();
    assert!(of_shift.contains("Hanya shift #1") && of_shift.contains("#1<"), "{of_shift}");
    let nothing = shop.part("/sales/find?text=ZZZZ").await.body();
    assert!(nothing.contains("Tidak ada penjualan yang cocok"), "{nothing}");
}

#[tokio::test]
async fn an_empty_shop_says_so() {
    let mut shop = Shop::open().await;
    assert!(shop.get("/sales").await.body().contains("Belum ada penjualan"));
    assert_eq!(shop.get("/sales/00000000-0000-7000-8000-000000000000").await.status, StatusCode::NOT_FOUND);
    assert_eq!(shop.get("/sales/x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_sales_page_tells_what_was_paid_by_whom_and_what_became_of_it() {
    let (mut shop, plan) = open_counter().await;
    sell(&mut shop, &plan, &[("quantity", "2"), ("received", "20000")]).await;
    let sale = last(&shop);
    let page = shop.get(&format!("/sales/{}", sale.id)).await.body();
    for words in [
        "Rp 20.000",
        "Rp 10.000",
        "Dijual oleh Budi di Kasir 1",
        "Menunggu router Warung-1",
        "Di nota yang sama",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("Shift #1") && page.contains(&format!("/vouchers/{}", sale.voucher)), "{page}");
}

/// Asks for the dialog, and answers the request key in it.
async fn asked(shop: &mut Shop, sale: &Sale) -> super::Reply {
    shop.part(&format!("/sales/{}/void", sale.id)).await
}

#[tokio::test]
async fn the_owner_voids_with_a_reason_once_and_the_page_tells() {
    let (mut shop, plan) = open_counter().await;
    sell(&mut shop, &plan, &[]).await;
    let sale = last(&shop);
    let dialog = asked(&mut shop, &sale).await;
    assert!(
        dialog.body().contains("Kembalikan Rp 5.000")
            && dialog.body().contains("belum sampai di router, jadi belum pernah dipakai")
    );
    assert!(!dialog.body().contains("id=\"approval\""), "an owner needs nobody: {}", dialog.body());
    let key = dialog.field("request_key");
    let path = format!("/sales/{}/void", sale.id);
    let without = shop.post(&path, &[("request_key", &key)]).await;
    assert_eq!(
        (without.status, without.header("hx-retarget")),
        (StatusCode::UNPROCESSABLE_ENTITY, "#dialog")
    );
    assert!(without.body().contains("R-613"), "{}", without.body());
    for _ in 0..2 {
        let voided = shop.post(&path, &[("request_key", &key), ("reason", "salah paket")]).await;
        let body = voided.body();
        assert!(
            voided.status == StatusCode::OK && body.contains("Dibatalkan oleh Budi: salah paket"),
            "{body}"
        );
        assert!(body.contains("id=\"dialog\" hx-swap-oob") && !body.contains("id=\"void\""), "{body}");
    }
    assert!(kept(&shop, sale.id).voided.is_some());
    let again = asked(&mut shop, &sale).await;
    assert!(again.status == StatusCode::CONFLICT && again.body().contains("R-821"), "{}", again.body());
}

#[tokio::test]
async fn a_cashier_whose_router_cannot_be_asked_needs_an_admins_password() {
    let (mut shop, plan) = open_counter().await;
    let admin = shop.hire("Dedi", Role::Admin, false).to_string();
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    sell(&mut shop, &plan, &[]).await;
    let sale = last(&shop);
    let now = shop.office.now();
    shop.office.db().write(|tx| vouchers::voucher_answered(tx, sale.voucher, now)).unwrap();
    let dialog = asked(&mut shop, &sale).await;
    assert!(dialog.body().contains("tidak bisa ditanya"), "{}", dialog.body());
    assert!(dialog.body().contains("id=\"approval\"") && dialog.body().contains("Dedi"), "{}", dialog.body());
    let key = dialog.field("request_key");
    let path = format!("/sales/{}/void", sale.id);
    let alone = shop.post(&path, &[("request_key", &key), ("reason", "salah paket")]).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", alone.body());
    assert!(kept(&shop, sale.id).voided.is_none());
    let form = [
        ("request_key", key.as_str()),
        ("reason", "salah paket"),
        ("approver", admin.as_str()),
        ("approver_password", PASSWORD),
    ];
    let voided = shop.post(&path, &form).await;
    assert!(
        voided.status == StatusCode::OK && voided.body().contains("Disetujui oleh Dedi"),
        "{}",
        voided.body()
    );
    assert_eq!(kept(&shop, sale.id).voided.unwrap().approved_by.as_deref(), Some("Dedi"));
}

#[tokio::test]
async fn for_five_minutes_a_cashier_voids_alone_what_nobody_can_have_used() {
    let (mut shop, plan) = open_counter().await;
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    sell(&mut shop, &plan, &[]).await;
    let sale = last(&shop);
    let dialog = asked(&mut shop, &sale).await;
    assert!(!dialog.body().contains("id=\"approval\""), "{}", dialog.body());
    let key = dialog.field("request_key");
    shop.wait(301);
    let late = asked(&mut shop, &sale).await;
    assert!(late.body().contains("id=\"approval\""), "{}", late.body());
    let path = format!("/sales/{}/void", sale.id);
    let form = [("request_key", key.as_str()), ("reason", "salah paket")];
    assert_eq!(shop.post(&path, &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    sell(&mut shop, &plan, &[]).await;
    let young = last(&shop);
    let key = asked(&mut shop, &young).await.field("request_key");
    let form = [("request_key", key.as_str()), ("reason", "salah paket")];
    let voided = shop.post(&format!("/sales/{}/void", young.id), &form).await;
    assert!(voided.status == StatusCode::OK && kept(&shop, young.id).voided.is_some(), "{}", voided.body());
}

#[tokio::test]
async fn a_reason_that_people_wrote_is_shown_as_text() {
    let (mut shop, plan) = open_counter().await;
    sell(&mut shop, &plan, &[]).await;
    let sale = last(&shop);
    let key = asked(&mut shop, &sale).await.field("request_key");
    let path = format!("/sales/{}/void", sale.id);
    let other = "<img src=x onerror=alert(1)>";
    let voided = shop.post(&path, &[("request_key", &key), ("other", other)]).await.body();
    assert!(voided.contains("&#60;img") && !voided.contains("<img"), "{voided}");
}

#[tokio::test]
async fn without_an_open_shift_no_money_is_given_back() {
    let (mut shop, plan) = open_counter().await;
    sell(&mut shop, &plan, &[]).await;
    let sale = last(&shop);
    let counter = super::counter::first_counter(&shop);
    let now = shop.office.now();
    shop.office
        .db()
        .write(|tx| {
            let shift = karcis_core::shifts::current(tx, counter)?.unwrap();
            karcis_core::shifts::count(tx, &karcis_core::audit::Actor::karcis(), shift.id, &[], "c", now)
        })
        .unwrap();
    let key = asked(&mut shop, &sale).await.field("request_key");
    let form = [("request_key", key.as_str()), ("reason", "salah paket")];
    let refused = shop.post(&format!("/sales/{}/void", sale.id), &form).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.body().contains("R-802"), "{}", refused.body());
}

#[tokio::test]
async fn whoever_may_only_look_sees_sales_and_no_ways_to_change_them() {
    let (mut shop, plan) = open_counter().await;
    sell(&mut shop, &plan, &[]).await;
    let sale = last(&shop);
    shop.hire("Rina", Role::Viewer, false);
    shop.sign_in("Rina").await;
    let page = shop.get(&format!("/sales/{}", sale.id)).await.body();
    assert!(
        page.contains("Dijual oleh Budi")
            && !page.contains("id=\"void\"")
            && !page.contains("id=\"reprint\"")
    );
    assert_eq!(asked(&mut shop, &sale).await.status, StatusCode::FORBIDDEN);
}
