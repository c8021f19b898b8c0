//! Selling on the screen while the disk is full.

use super::Shop;
use super::counter::{latest, open_counter, sell};
use axum::http::StatusCode;
use karcis_core::audit::{self, Chain};
use karcis_core::ledger;
use karcis_core::reports;

/// How many times the disk runs full before the test has seen enough.
const FULL: i64 = 12;

/// Lets the books grow no more, or as much as they like.
fn room(shop: &Shop, there_is: bool) {
    // A limit below what there is stands for what there is.
    let sql = if there_is { "PRAGMA max_page_count = 1000000" } else { "PRAGMA max_page_count = 1" };
    shop.office.db().write(|tx| tx.one(sql, &[], |row| row.int(0))).unwrap();
}

#[tokio::test]
async fn a_sale_that_finds_the_disk_full_is_told_so_and_is_no_sale() {
    let (mut shop, plan) = open_counter().await;
    let (mut sold, mut refused) = (0_i64, 0);
    room(&shop, false);
    while refused < FULL {
        shop.wait(3);
        let reply = sell(&mut shop, &plan, &[("quantity", "5"), ("shown", "25000")]).await;
        let (body, receipts) = (reply.body(), latest(&shop).len());
        if reply.status == StatusCode::OK {
            sold += 1;
            assert_eq!(reply.header("hx-trigger-after-swap"), "karcis:sold", "{body}");
        } else {
            refused += 1;
            assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{body}");
            assert!(body.contains("R-911") && body.contains("Disk komputer ini penuh"), "{body}");
            assert!(body.contains("Yang sudah tersimpan tetap aman"), "{body}");
            assert_eq!((reply.header("hx-trigger-after-swap"), reply.header("hx-retarget")), ("", "#notice"));
            room(&shop, true);
            shop.wait(3);
            let reply = sell(&mut shop, &plan, &[("quantity", "5"), ("shown", "25000")]).await;
            assert_eq!(reply.status, StatusCode::OK, "with room again the counter sells: {}", reply.body());
            sold += 1;
            room(&shop, false);
            assert_eq!(latest(&shop).len(), (receipts + 1).min(50));
        }
    }
    assert!(sold > FULL);
    let db = shop.office.db();
    let counted = |sql| db.read(|tx| tx.one(sql, &[], |row| row.int(0))).unwrap();
    assert_eq!(counted("SELECT COUNT(*) FROM receipts"), sold);
    assert_eq!(counted("SELECT COUNT(*) FROM sales"), 5 * sold);
    assert_eq!(db.read(reports::prove).unwrap(), []);
    assert!(db.read(ledger::trial_balance).unwrap().is_zero());
    assert!(matches!(db.read(audit::verify).unwrap(), Chain::Whole { .. }));
    assert_eq!(db.check().unwrap(), Vec::<String>::new());
}
