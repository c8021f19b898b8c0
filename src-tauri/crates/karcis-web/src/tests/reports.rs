use super::Shop;
use axum::http::StatusCode;
use karcis_core::fault::Fault;
use karcis_core::shifts::{self, MoveKind, MoveRequest};
use karcis_core::staff::{self, Role};
use karcis_core::values::Money;
use karcis_core::{counters, reports::Span, settings};

/// Opens a shift with this float and pays something in.
fn with_money(shop: &Shop, float: i64, paid_in: i64) {
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    shop.office
        .db()
        .write(|tx| {
            let owner = staff::people(tx)?.remove(0).actor();
            let counter = counters::all(tx)?.remove(0).id;
            let shift = shifts::open(tx, &owner, counter, Money::rupiah(float), "a", rng.as_mut(), now);
            let asked = MoveRequest {
                shift: shift.map_err(Fault::new)?.id,
                kind: MoveKind::PayIn,
                amount: Money::rupiah(paid_in),
                reason: "Uang receh".to_owned(),
            };
            shifts::move_cash(tx, &owner, &asked, "b", rng.as_mut(), now).map_err(Fault::new)
        })
        .unwrap();
}

#[tokio::test]
async fn the_trial_balance_shows_both_sides_and_that_they_are_equal() {
    let mut shop = Shop::open().await;
    let empty = shop.get("/ledger").await;
    assert!(empty.body().contains("Belum ada uang yang bergerak"), "{}", empty.body());
    with_money(&shop, 100_000, 25_000);
    let page = shop.get("/ledger").await.body();
    assert!(page.contains("Terbukti"), "{page}");
    assert_eq!(page.matches("<b>Rp 125.000</b>").count(), 2, "debit and credit: {page}");
    assert!(page.contains("Laci Kasir 1") && page.contains("Pemilik"), "{page}");
    let drawer = page.split("href=\"/ledger/drawer").nth(1).unwrap().split('"').next().unwrap();
    let statement = shop.get(&format!("/ledger/drawer{drawer}")).await.body();
    assert!(statement.contains("Kas masuk") && statement.contains("Uang receh"), "{statement}");
    assert!(statement.contains("Saldo Rp 125.000"), "{statement}");
}

#[tokio::test]
async fn an_account_that_never_was_has_no_statement() {
    let mut shop = Shop::open().await;
    for nowhere in ["/ledger/bank", "/ledger/vault", "/ledger/drawer:1"] {
        assert_eq!(shop.get(nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[tokio::test]
async fn a_span_without_sales_says_so_and_offers_no_file() {
    let mut shop = Shop::open().await;
    for address in ["/reports", "/reports?span=week", "/reports?span=month&on=2026-02-03"] {
        let page = shop.get(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(page.body().contains("Belum ada penjualan"), "{address}");
        assert!(!page.body().contains("/reports/file"), "{address}");
    }
    let misread = shop.get("/reports?span=between&from=2026-11-20&to=2026-11-01").await.body();
    assert!(misread.contains("id=\"misread\""), "{misread}");
}

#[tokio::test]
async fn a_report_of_days_that_cannot_be_read_does_not_become_a_file() {
    let mut shop = Shop::open().await;
    let refused = shop.get("/reports/file?table=days&kind=csv&span=between&from=x&to=y").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body().contains("R-871"), "{}", refused.body());
    for unreadable in ["table=days&kind=exe", "table=secrets&kind=csv", ""] {
        let reply = shop.get(&format!("/reports/file?{unreadable}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{unreadable}");
    }
}

#[tokio::test]
async fn every_export_stands_in_the_trail() {
    let mut shop = Shop::open().await;
    let file = shop.get("/reports/file?table=days&kind=csv&span=week").await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.header("content-disposition").contains("karcis-days-2026-11-16-2026-11-22.csv"));
    let body = file.body();
    assert!(body.starts_with("\u{feff}Per hari,Terjual,"), "{body}");
    assert_eq!(body.lines().count(), 1 + week(&shop).days().count(), "{body}");
    let book = shop.get("/reports/file?table=sales&kind=xlsx").await;
    assert_eq!(&book.bytes[..2], b"PK");
    let trail = shop.get("/audit").await.body();
    assert_eq!(trail.matches("Laporan disimpan sebagai berkas").count(), 2, "{trail}");
}

fn week(shop: &Shop) -> Span {
    let now = shop.office.now();
    let today = shop.office.db().read(|tx| settings::business_day(tx, now)).unwrap();
    Span::week(today)
}

#[tokio::test]
async fn whoever_sells_sees_no_income_and_exports_nothing() {
    let mut shop = Shop::open().await;
    shop.hire("Siti", Role::Operator, false);
    shop.hire("Wati", Role::Viewer, false);
    shop.sign_in("Siti").await;
    for closed in ["/reports", "/ledger", "/reports/file?table=days&kind=csv"] {
        assert_eq!(shop.get(closed).await.status, StatusCode::FORBIDDEN, "{closed}");
    }
    shop.sign_in("Wati").await;
    assert_eq!(shop.get("/reports").await.status, StatusCode::OK);
    assert_eq!(shop.get("/reports/file?table=days&kind=csv").await.status, StatusCode::FORBIDDEN);
}
