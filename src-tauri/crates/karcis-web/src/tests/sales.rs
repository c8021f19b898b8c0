//! Sales as they stand in the books: the list, one sale's page.

use super::Shop;
use super::counter::{latest, open_counter, sell};
use axum::http::StatusCode;
use karcis_core::sales::Sale;
use karcis_core::staff::Role;

fn last(shop: &Shop) -> Sale {
    latest(shop).remove(0).sales.remove(0)
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
}
