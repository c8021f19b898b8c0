use super::Shop;
use axum::http::StatusCode;
use karcis_core::staff::Role;

const NOWHERE: &str = if cfg!(windows) { r"C:\tidak-ada\struk" } else { "/tidak-ada/struk" };
const FOLDER: [(&str, &str); 8] = [
    ("name", "Kasir depan"),
    ("kind", "folder"),
    ("folder", NOWHERE),
    ("paper", "58"),
    ("code_page", "pc437"),
    ("qr", "native"),
    ("cuts", "on"),
    ("tells_status", "on"),
];

async fn a_printer(shop: &mut Shop) -> String {
    let key = shop.get("/printers/new").await.field("request_key");
    let mut form = FOLDER.to_vec();
    form.push(("request_key", &key));
    let made = shop.post("/printers", &form).await;
    let address = made.header("hx-redirect").to_owned();
    assert!(address.starts_with("/printers/"), "{} {}", made.status, made.body());
    assert_eq!(shop.post("/printers", &form).await.header("hx-redirect"), address, "sent twice is one deed");
    address
}

#[tokio::test]
async fn a_printer_is_added_asked_tested_changed_and_archived() {
    let mut shop = Shop::open().await;
    assert!(shop.get("/printers").await.body().contains("Belum ada printer struk"));
    let address = a_printer(&mut shop).await;
    assert!(shop.get("/printers").await.body().contains(&format!("folder {NOWHERE}")));
    let page = shop.get(&address).await;
    assert!(page.body().contains("Belum ada yang dicetak"), "{}", page.body());

    let asked = shop.post(&format!("{address}/look"), &[]).await;
    assert!(asked.header("hx-trigger").contains("karcis:toast"), "{}", asked.body());
    assert!(!asked.header("hx-trigger").contains("Printer siap."), "there is no such folder");

    let key = page.field("request_key");
    let tested = shop.post(&format!("{address}/test"), &[("request_key", &key)]).await;
    assert!(tested.body().contains("menunggu printer"), "{}", tested.body());

    let key = shop.get(&format!("{address}/edit")).await.field("request_key");
    let mut form = FOLDER.to_vec();
    form[0] = ("name", "Kasir belakang");
    form.push(("request_key", &key));
    assert_eq!(shop.post(&address, &form).await.header("hx-redirect"), address);
    assert!(shop.get(&address).await.body().contains("Kasir belakang"));
    assert_eq!(shop.post(&format!("{address}/archive"), &[]).await.header("hx-redirect"), "/printers");
    assert_eq!(shop.get(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field() {
    let mut shop = Shop::open().await;
    a_printer(&mut shop).await;
    let key = shop.get("/printers/new").await.field("request_key");
    for (change, field) in [
        (("name", ""), "name-error"),
        (("name", "KASIR DEPAN"), "name-error"),
        (("folder", "struk"), "folder-error"),
        (("folder", "/tidak-ada/../etc"), "folder-error"),
    ] {
        let mut form = FOLDER.to_vec();
        form[0] = ("name", "Lain");
        form.retain(|(name, _)| *name != change.0);
        form.extend([change, ("request_key", &key)]);
        let again = shop.post("/printers", &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{change:?}");
        assert!(again.body().contains(&format!("id=\"{field}\"")), "{change:?}: {}", again.body());
    }
    for (host, port) in [("", "9100"), ("192.168.1.9", "0"), ("192.168.1.9", "x"), ("-h", "9100")] {
        let mut form = FOLDER.to_vec();
        form[0] = ("name", "Lain");
        form[1] = ("kind", "network");
        form.extend([("host", host), ("port", port), ("request_key", &key)]);
        let again = shop.post("/printers", &form).await;
        assert!(again.body().contains("id=\"host-error\""), "{host}:{port}");
    }
}

#[tokio::test]
async fn the_shops_own_words_are_written_tried_and_thrown_away() {
    let mut shop = Shop::open().await;
    let list = shop.get("/templates").await.body();
    assert_eq!(list.matches("data-open=\"/templates/").count(), 14, "seven kinds in two languages: {list}");
    let address = "/templates/voucher/id";
    let page = shop.get(address).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body().contains("[code]"), "{}", page.body());
    let broken =
        shop.post(&format!("{address}/preview"), &[("text", "{{ tidak.ada }}"), ("paper", "58")]).await;
    assert!(broken.body().contains("k-warn"), "{}", broken.body());
    let refused = shop.post(address, &[("text", "halo")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "a voucher slip without its code is no slip");
    assert_eq!(shop.get("/templates/nothing/id").await.status, StatusCode::NOT_FOUND);
    assert_eq!(shop.get("/templates/voucher/fr").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_cashier_sees_how_a_printer_is_and_changes_nothing() {
    let mut shop = Shop::open().await;
    let address = a_printer(&mut shop).await;
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let page = shop.get(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body().contains("/archive") && !page.body().contains("/test"), "{}", page.body());
    for closed in ["/printers/new", "/templates"] {
        assert_eq!(shop.get(closed).await.status, StatusCode::FORBIDDEN, "{closed}");
    }
    assert_eq!(shop.post(&format!("{address}/archive"), &[]).await.status, StatusCode::FORBIDDEN);
}
