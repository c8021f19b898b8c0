use super::Shop;
use crate::error::Error;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use karcis_core::fault::{self, Fault};

#[tokio::test]
async fn a_panic_and_a_fault_get_a_number_and_say_that_the_money_is_safe() {
    let mut shop = Shop::open().await;
    shop.with_routes(
        Router::new().route("/panic", get(async || -> &'static str { panic!("a handler fails") })).route(
            "/fault",
            get(async || -> Result<(), Error> { Err(Fault::new("SQLITE_BUSY: secret").into()) }),
        ),
    );
    for path in ["/panic", "/fault"] {
        let page = shop.get(path).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(page.body().contains("Kejadian 100"), "{path}: {}", page.body());
        assert!(page.body().contains("tetap aman"), "{path}");
        assert!(
            !page.body().contains("SQLITE") && !page.body().contains("panicked"),
            "no technical text on a screen"
        );
        let part = shop.part(path).await;
        assert_eq!((part.status, part.header("hx-retarget")), (StatusCode::INTERNAL_SERVER_ERROR, "#notice"));
    }
    let kept = shop.office.db().read(|tx| fault::incidents(tx, 10)).unwrap();
    let counts: Vec<i64> = kept.iter().map(|incident| incident.count).collect();
    assert_eq!(counts, [2, 2], "the same fault twice is one incident counted twice");
}

#[tokio::test]
async fn incidents_are_read_out_on_the_diagnostics_page_and_the_books_checked() {
    let mut shop = Shop::open().await;
    let now = shop.office.now();
    shop.office.db().write(|tx| fault::record(tx, "GET /x", &Fault::new("<b>broken</b>"), now)).unwrap();
    let page = shop.get("/diagnostics").await.body();
    assert!(page.contains("1001") && page.contains("&#60;b&#62;broken"), "{page}");
    let checked = shop.part("/diagnostics/check").await.body();
    assert!(checked.contains("Buku utuh"), "{checked}");
}
