use super::Shop;
use super::stock;
use crate::prints::{SheetFailure, sheet_pdf, window_pdf};
use crate::texts::Refusal;
use crate::visit::WindowSession;
use axum::http::StatusCode;
use karcis_core::prints::{self, Print};
use karcis_core::settings::Language;
use karcis_core::staff::Role;
use karcis_core::values::PrintId;
use karcis_core::vouchers::Batch;

const PLAIN: [(&str, &str); 4] = [("paper", "a4"), ("cards", "40"), ("cut_marks", "lines"), ("skip", "0")];

async fn key(shop: &mut Shop, batch: &Batch) -> String {
    shop.get(&format!("/batches/{}/print", batch.id)).await.field("request_key")
}

fn form<'a>(key: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    PLAIN.into_iter().chain([("request_key", key)]).chain(more.iter().copied()).collect()
}

fn printed(shop: &Shop, batch: &Batch) -> Vec<Print> {
    shop.office.db().read(|tx| prints::of_batch(tx, batch.id)).unwrap()
}

async fn stocked(language: Language, size: u32) -> (Shop, Batch) {
    let shop = Shop::open_in(language).await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, size);
    (shop, batch)
}

#[tokio::test]
async fn cards_that_do_not_work_yet_are_printed_only_after_a_loud_yes() {
    for (language, loud, mark) in [
        (Language::Id, "50 kartu belum bisa dipakai", "BELUM DI ROUTER"),
        (Language::En, "50 cards do not work yet", "NOT ON ROUTER"),
    ] {
        let (mut shop, batch) = stocked(language, 50).await;
        let (address, key) = (format!("/batches/{}/print", batch.id), key(&mut shop, &batch).await);
        let asked = shop.post(&address, &form(&key, &[])).await;
        assert_eq!(asked.status, StatusCode::CONFLICT);
        let body = asked.body();
        assert!(
            body.contains(loud) && body.contains("R-702") && body.contains("name=\"confirmed\""),
            "{body}"
        );
        assert!(asked.header("hx-retarget").is_empty(), "the question stands where the button is");
        assert!(printed(&shop, &batch).is_empty(), "nothing is recorded before the yes");
        let done = shop.post(&address, &form(&key, &[("confirmed", "yes")])).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body());
        let prints = printed(&shop, &batch);
        assert_eq!((prints.len(), prints[0].count, prints[0].not_on_router), (1, 50, 50));
        let page = shop.get(&format!("{address}/page.svg?page=1")).await.body();
        assert!(page.starts_with("<svg") && page.matches(mark).count() >= 40, "every card is marked");
        let pdf = shop.get(&format!("/prints/{}/sheet.pdf", prints[0].id)).await;
        assert!(pdf.bytes.starts_with(b"%PDF"), "{}", pdf.body());
        assert_eq!(pdf.header("content-type"), "application/pdf");
        assert_eq!(pdf.header("content-disposition"), "attachment; filename=\"Batch 1 1 Hari.pdf\"");
        let shown = shop.get(&format!("/prints/{}/sheet.pdf?open=1", prints[0].id)).await;
        assert!(shown.header("content-disposition").starts_with("inline") && shown.bytes == pdf.bytes);
    }
}

#[tokio::test]
async fn a_double_click_is_one_print_and_the_next_one_is_a_marked_copy() {
    let (mut shop, batch) = stocked(Language::Id, 45).await;
    stock::arrive(&shop, &batch, 45);
    let (address, key) = (format!("/batches/{}/print", batch.id), key(&mut shop, &batch).await);
    let done = shop.post(&address, &form(&key, &[])).await;
    assert_eq!(shop.post(&address, &form(&key, &[])).await.status, StatusCode::OK);
    assert_eq!(printed(&shop, &batch).len(), 1, "one deed, however often it is sent");
    assert!(
        done.body().contains("45 kartu dalam 2 halaman") && !done.body().contains("SALINAN"),
        "{}",
        done.body()
    );
    let next = done.field("request_key");
    assert_ne!(next, key, "the page can print again");
    let preview = shop.part(&format!("{address}/preview?paper=a4&cards=40")).await.body();
    assert!(preview.contains("ditandai SALINAN 1") && preview.contains("Halaman 1 dari 2"), "{preview}");
    shop.wait(60);
    let copy = shop.post(&address, &form(&next, &[])).await.body();
    assert!(copy.contains("SALINAN 1"), "{copy}");
    let prints = printed(&shop, &batch);
    assert_eq!(prints.iter().map(|print| print.copy).collect::<Vec<_>>(), [1, 0]);
    let pages: Vec<_> = prints.iter().map(|print| sheet_pdf(&shop.office, print.id, None).unwrap()).collect();
    assert_ne!(pages[0], pages[1], "the copy says so on paper");
    let again = sheet_pdf(&shop.office, prints[1].id, None).unwrap();
    assert_eq!(again, pages[1], "the same print is the same file");
    let page = shop.get(&format!("/batches/{}", batch.id)).await.body();
    assert!(page.contains("salinan 1") && page.contains("cetakan pertama"), "{page}");
}

#[tokio::test]
async fn the_preview_draws_the_login_addresses_codes_and_serials_of_its_page() {
    let (mut shop, batch) = stocked(Language::Id, 45).await;
    stock::arrive(&shop, &batch, 45);
    let vouchers = stock::vouchers_of(&shop, &batch);
    let query = "paper=f4&cards=40&cut_marks=off&skip=3";
    let first = shop.get(&format!("/batches/{}/print/page.svg?{query}&page=1", batch.id)).await;
    let second = shop.get(&format!("/batches/{}/print/page.svg?{query}&page=2", batch.id)).await.body();
    assert_eq!(first.header("content-type"), "image/svg+xml");
    let first = first.body();
    for (serial, voucher) in vouchers.iter().enumerate() {
        let page = if serial < 37 { &first } else { &second };
        assert!(page.contains(&karcis_print::grouped(&voucher.code)), "{serial}");
        assert!(page.contains(&format!("1-{:04}", serial + 1)), "{serial}");
    }
    assert_eq!(first.matches("shape-rendering").count(), 37, "a QR on each card, three positions skipped");
    assert!(
        first.contains("viewBox=\"0 0 215 330\"") && !first.contains("style="),
        "F4, and nothing the policy refuses"
    );
    let part = shop.part(&format!("/batches/{}/print/preview?{query}", batch.id)).await.body();
    assert!(
        part.contains("QR masuk langsung ke wifi.contoh") && part.contains("2 halaman · 45 kartu"),
        "{part}"
    );
    assert!(part.contains("id=\"skip-3\" value=\"3\" checked"), "{part}");
    let gone = shop.get(&format!("/batches/{}/print/page.svg?page=9", batch.id)).await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_qr_of_each_card_holds_the_login_address_of_its_voucher() {
    let (shop, batch) = stocked(Language::Id, 3).await;
    stock::arrive(&shop, &batch, 3);
    let request = prints::PrintRequest {
        batch: batch.id,
        layout: prints::Layout::default(),
        from_serial: None,
        to_serial: None,
        confirmed: false,
    };
    let sheet = crate::prints::sheet_of_request(&shop.office, &request).unwrap();
    for (card, voucher) in sheet.cards.iter().zip(stock::vouchers_of(&shop, &batch)) {
        let code = &voucher.code;
        assert_eq!(card.login_address, format!("http://wifi.contoh/login?username={code}&password={code}"));
        assert_eq!((card.price.as_str(), card.validity.as_str()), ("Rp 5.000", "Berlaku 1 hari sejak masuk"));
        assert_eq!(card.serial, format!("1-{:04}", voucher.serial));
    }
    assert_eq!((sheet.shop.name.as_str(), sheet.shop.ssid.as_str()), ("Warnet Contoh", "CONTOH"));
    assert_eq!(sheet.header, "Batch #1 · 1 Hari · 20 Nov 2026");
}

#[tokio::test]
async fn what_cannot_be_read_is_said_beside_its_field() {
    for (language, words) in [(Language::Id, "Geseran antara"), (Language::En, "The shift is between")] {
        let (mut shop, batch) = stocked(language, 45).await;
        let (address, key) = (format!("/batches/{}/print", batch.id), key(&mut shop, &batch).await);
        for (field, value, code) in [
            ("offset_x", "6", "R-704"),
            ("offset_y", "miring", "R-704"),
            ("from", "0", "R-709"),
            ("to", "46", "R-709"),
        ] {
            let refused = shop.post(&address, &form(&key, &[(field, value)])).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
            assert_eq!(refused.header("hx-retarget"), "#options");
            let body = refused.body();
            let beside =
                body.split(&format!("id=\"{field}-error\"")).nth(1).unwrap().split("</p>").next().unwrap();
            assert!(beside.contains(code) && (code != "R-704" || beside.contains(words)), "{beside}");
            let preview = shop.part(&format!("{address}/preview?{field}={value}")).await.body();
            assert!(preview.contains(code) && !preview.contains("<img"), "{preview}");
        }
        let nothing = shop.post(&address, &form(&key, &[("from", "40"), ("to", "30")])).await;
        assert_eq!((nothing.status, nothing.body().contains("R-701")), (StatusCode::CONFLICT, true));
        assert!(printed(&shop, &batch).is_empty());
    }
}

#[tokio::test]
async fn without_a_known_login_page_nothing_is_printed_and_the_way_out_is_told() {
    let mut shop = Shop::open().await;
    let plan = stock::plan_on(&shop, stock::router(&shop, "Kos Melati", None), "1 Hari");
    let batch = stock::batch(&shop, &plan, 5);
    let (address, key) = (format!("/batches/{}/print", batch.id), key(&mut shop, &batch).await);
    let refused = shop.post(&address, &form(&key, &[("confirmed", "yes")])).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body().contains("R-705") && refused.body().contains("Kos Melati"), "{}", refused.body());
    assert!(printed(&shop, &batch).is_empty());
    let long = stock::plan_on(&shop, stock::router(&shop, "Panjang", Some(&"a".repeat(90))), "1 Hari");
    let batch = stock::batch(&shop, &long, 5);
    let refused =
        shop.post(&format!("/batches/{}/print", batch.id), &form(&key, &[("confirmed", "yes")])).await;
    assert!(refused.body().contains("R-706"), "{}", refused.body());
}

#[tokio::test]
async fn a_part_of_a_batch_is_printed_and_the_next_print_starts_from_its_layout() {
    let (mut shop, batch) = stocked(Language::Id, 45).await;
    stock::arrive(&shop, &batch, 45);
    let (address, key) = (format!("/batches/{}/print", batch.id), key(&mut shop, &batch).await);
    let form = [
        ("paper", "f4"),
        ("cards", "21"),
        ("cut_marks", "corners"),
        ("skip", "4"),
        ("from", "11"),
        ("to", "20"),
        ("offset_x", "-1,5"),
        ("offset_y", ""),
        ("request_key", key.as_str()),
    ];
    assert_eq!(shop.post(&address, &form).await.status, StatusCode::OK);
    let print = &printed(&shop, &batch)[0];
    assert_eq!((print.count, print.layout.skip, print.layout.offset_x_tenths), (10, 4, -15));
    let page = shop.get(&address).await;
    let body = page.body();
    assert!(
        body.contains("id=\"paper-f4\" value=\"f4\" checked")
            && body.contains("id=\"cards-21\" value=\"21\" checked")
    );
    assert_eq!((page.field("offset_x"), page.field("from")), ("-1,5".to_owned(), String::new()));
    assert!(body.contains("id=\"skip-0\" value=\"0\" checked"), "positions are never skipped unasked");
    assert!(
        body.contains("data-print=\"calibration-f4-n15-p0\"")
            || body.contains("paper=f4&#38;offset_x=-1%2C5"),
        "{body}"
    );
}

#[tokio::test]
async fn the_window_gets_the_same_file_for_those_who_may_print() {
    let (mut shop, batch) = stocked(Language::Id, 5).await;
    let key = key(&mut shop, &batch).await;
    shop.post(&format!("/batches/{}/print", batch.id), &form(&key, &[("confirmed", "yes")])).await;
    let id = printed(&shop, &batch)[0].id;
    let window = WindowSession::default();
    assert!(window_pdf(&shop.office, &window, &id.to_string()).is_err(), "nobody is signed in");
    window.hold(Some(shop.session_token()));
    assert_eq!(
        window_pdf(&shop.office, &window, &id.to_string()).unwrap(),
        sheet_pdf(&shop.office, id, None).unwrap()
    );
    assert!(window_pdf(&shop.office, &window, "calibration-a4-p0-n5").unwrap().starts_with(b"%PDF"));
    let words = window_pdf(&shop.office, &window, "calibration-a4-p99-p0").unwrap_err();
    assert!(words.starts_with("R-704 "), "{words}");
    assert!(window_pdf(&shop.office, &window, "no-such-print").is_err());
    shop.hire("Siti", Role::Viewer, false);
    shop.sign_in("Siti").await;
    window.hold(Some(shop.session_token()));
    assert!(
        window_pdf(&shop.office, &window, &id.to_string()).is_err(),
        "whoever only looks takes no codes away"
    );
    assert_eq!(shop.get(&format!("/prints/{id}/sheet.pdf")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_print_nobody_made_and_a_measuring_sheet() {
    let (mut shop, _) = stocked(Language::En, 1).await;
    let unknown = PrintId::new(shop.office.now(), shop.office.rng().as_mut());
    assert!(matches!(sheet_pdf(&shop.office, unknown, None), Err(SheetFailure::Unknown)));
    assert_eq!(shop.get(&format!("/prints/{unknown}/sheet.pdf")).await.status, StatusCode::NOT_FOUND);
    let sheet = shop.get("/prints/calibration.pdf?paper=f4&offset_x=1,5").await;
    assert!(sheet.bytes.starts_with(b"%PDF"));
    assert_eq!(sheet.header("content-disposition"), "attachment; filename=\"Measuring sheet.pdf\"");
    let wrong = shop.get("/prints/calibration.pdf?offset_x=99").await;
    assert!(wrong.status == StatusCode::CONFLICT && wrong.body().contains(Refusal::R704.code()));
}

#[tokio::test]
async fn the_practice_routers_paper_says_so() {
    let mut shop = Shop::open().await;
    let plan = stock::practice_plan(&shop);
    let batch = stock::batch(&shop, &plan, 3);
    let address = format!("/batches/{}/print", batch.id);
    let drawing = shop.get(&format!("{address}/page.svg?page=1")).await.body();
    assert!(drawing.contains(">LATIHAN<"), "{drawing}");
    assert!(shop.get(&address).await.body().contains("Router latihan: setiap kartu ditandai LATIHAN"));
}
