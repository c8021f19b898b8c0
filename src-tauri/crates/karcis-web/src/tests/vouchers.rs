use super::Shop;
use super::counter::{latest, open_counter, sell};
use super::stock;
use axum::http::StatusCode;
use karcis_core::settings::Language;
use karcis_core::staff::Role;
use karcis_core::vouchers::{self, VoucherState};

fn rows(body: &str) -> usize {
    body.matches("data-open=\"/vouchers/").count()
}

#[tokio::test]
async fn a_code_is_found_however_it_is_typed() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 60);
    let meant = &stock::vouchers_of(&shop, &batch)[41];
    let (small, grouped) = (meant.code.to_lowercase(), karcis_print::grouped(&meant.code));
    let hyphened = grouped.to_lowercase();
    let end = meant.code[3..].to_owned();
    for typed in [&meant.code, &small, &hyphened, &small[..7].to_owned(), &end, &format!(" {hyphened} ")] {
        let found = shop.part(&format!("/vouchers/find?text={}", crate::answer::encoded(typed))).await;
        assert_eq!(rows(&found.body()), 1, "{typed}: {}", found.body());
        assert!(found.body().contains(&grouped), "{typed}");
    }
    let found = shop.part("/vouchers/find?text=1-0042").await;
    assert!(rows(&found.body()) == 1 && found.body().contains(&grouped), "the serial as printed on the card");
    assert_eq!(found.header("hx-replace-url"), "/vouchers?text=1-0042", "the address follows");
    let none = shop.part("/vouchers/find?text=zzzzzzzz").await.body();
    assert!(none.contains("Tidak ada voucher yang cocok") && none.contains("Hapus saringan"), "{none}");
}

#[tokio::test]
async fn enter_opens_an_exact_code_and_searches_for_anything_else() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 5);
    let meant = &stock::vouchers_of(&shop, &batch)[2];
    let there = format!("/vouchers/{}", meant.id);
    for typed in [
        meant.code.clone(),
        karcis_print::grouped(&meant.code).to_lowercase(),
        "1-0003".to_owned(),
        "1-3".to_owned(),
    ] {
        let opened = shop.part(&format!("/vouchers/open?text={typed}")).await;
        assert_eq!(opened.header("hx-redirect"), there, "{typed}");
    }
    for typed in ["", &meant.code[..4], "1-9999"] {
        let searched = shop.part(&format!("/vouchers/open?text={typed}")).await;
        assert_eq!((searched.status, searched.header("hx-redirect")), (StatusCode::OK, ""), "{typed}");
    }
}

#[tokio::test]
async fn an_address_holds_the_filter_and_pages_go_on_without_gaps() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let other = stock::plan_on(&shop, stock::router(&shop, "Kos Melati", None), "30 Hari");
    let batch = stock::batch(&shop, &plan, 120);
    stock::batch(&shop, &other, 3);
    stock::arrive(&shop, &batch, 110);
    for (query, expected) in [
        (format!("state=ready&plan={}", plan.id), 50),
        (format!("state=pending&batch={}", batch.id), 10),
        (format!("router={}", other.router), 3),
        (format!("state=ready&router={}", other.router), 0),
        ("state=nonsense&plan=nonsense".to_owned(), 50),
    ] {
        let page = shop.get(&format!("/vouchers?{query}")).await.body();
        assert_eq!(rows(&page), expected, "{query}");
    }
    let mut address = format!("/vouchers?batch={}", batch.id);
    let mut seen = 0;
    for expected in [50, 50, 20] {
        let page = shop.get(&address).await.body();
        assert_eq!(rows(&page), expected);
        seen += rows(&page);
        let next = page.split("href=\"").filter(|part| part.contains("after=")).last();
        let Some(next) = next else { break };
        address = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
    assert_eq!(seen, 120);
}

#[tokio::test]
async fn what_somebody_bought_is_called_sold_and_is_not_among_what_is_ready() {
    let (mut shop, plan) = open_counter().await;
    let batch = stock::batch(&shop, &plan, 3);
    stock::arrive(&shop, &batch, 3);
    sell(&mut shop, &plan, &[]).await;
    let sale = latest(&shop).remove(0).sales.remove(0);
    let now = shop.office.now();
    shop.office.db().write(|tx| vouchers::voucher_answered(tx, sale.voucher, now)).unwrap();
    let (page, code) = (shop.get("/vouchers").await.body(), karcis_print::grouped(&sale.code));
    let row = |body: &str| body.split("<tr").find(|row| row.contains(&code)).map(ToOwned::to_owned);
    let chip = row(&page).unwrap();
    assert!(chip.contains("terjual") && !chip.contains("siap"), "{chip}");
    assert!(page.contains("3 siap, 0 menunggu router"), "{page}");
    let ready = shop.get("/vouchers?state=ready").await.body();
    assert_eq!((rows(&ready), row(&ready)), (3, None), "{ready}");
    let sold = shop.get("/vouchers?state=sold").await.body();
    assert!(rows(&sold) == 1 && row(&sold).is_some(), "{sold}");
    let alone = shop.get(&format!("/vouchers/{}", sale.voucher)).await.body();
    assert!(
        alone.split("<h1").nth(1).unwrap().split("</div>").next().unwrap().contains("terjual"),
        "{alone}"
    );
    assert!(!alone.contains("/void\"") && alone.contains(&format!("/sales/{}", sale.id)), "{alone}");
    let home = shop.get("/").await.body();
    assert!(home.contains("3 voucher siap dijual") && home.contains("1 dari 1 terjual"), "{home}");
    let made = shop.get(&format!("/batches/{}", batch.id)).await.body();
    assert!(!made.contains("sudah terjual"), "{made}");
}

#[tokio::test]
async fn a_vouchers_page_shows_code_qr_and_all_that_happened() {
    for (language, made, read_back) in [
        (Language::Id, "Dibuat di batch #1 oleh Karcis", "Dibaca kembali dari router Warung-1"),
        (Language::En, "Made in batch #1 by Karcis", "Read back from router Warung-1"),
    ] {
        let mut shop = Shop::open_in(language).await;
        let plan = stock::plan(&shop);
        let batch = stock::batch(&shop, &plan, 2);
        let voucher = stock::vouchers_of(&shop, &batch)[0].clone();
        let address = format!("/vouchers/{}", voucher.id);
        let waiting = shop.get(&address).await.body();
        assert!(waiting.contains("karcis:changed from:body"), "a pending voucher listens for the router");
        shop.wait(60);
        stock::arrive(&shop, &batch, 2);
        let page = shop.get(&address).await.body();
        assert!(
            page.contains(&karcis_print::grouped(&voucher.code)) && page.contains("class=\"k-qr\""),
            "{page}"
        );
        let (first, second) = (page.find(made).unwrap(), page.find(read_back).unwrap());
        assert!(first < second, "oldest first");
        assert!(page.contains("wifi.contoh") && page.contains("Rp 5.000"));
    }
}

#[tokio::test]
async fn a_voucher_is_switched_off_and_on_and_taken_back_with_a_reason() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 2);
    stock::arrive(&shop, &batch, 2);
    let voucher = stock::vouchers_of(&shop, &batch)[0].clone();
    let at = |deed: &str| format!("/vouchers/{}/{deed}", voucher.id);
    let off = shop.post(&at("disable"), &[]).await.body();
    assert!(
        off.contains("dimatikan") && off.contains("Dimatikan oleh Budi") && off.contains("/enable"),
        "{off}"
    );
    let on = shop.post(&at("enable"), &[]).await.body();
    assert!(on.contains("Dinyalakan lagi oleh Budi") && on.contains("/disable"), "{on}");
    let question = shop.get(&at("void")).await.body();
    assert!(question.contains("data-modal") && question.contains("kartu rusak"), "{question}");
    for (reason, other) in [("", ""), ("", "  "), ("", &*"x".repeat(121))] {
        let refused = shop.post(&at("void"), &[("reason", reason), ("other", other)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body().contains("R-613") && refused.body().contains("id=\"other-error\""));
        assert_eq!(refused.header("hx-retarget"), "#dialog");
    }
    let void = shop.post(&at("void"), &[("reason", "kartu rusak"), ("other", "")]).await.body();
    assert!(void.contains("Dibatalkan oleh Budi: kartu rusak") && !void.contains("k-qr"), "{void}");
    let kept = shop.office.db().read(|tx| vouchers::voucher(tx, voucher.id)).unwrap().unwrap();
    assert_eq!((kept.state, kept.reason.as_deref()), (VoucherState::Void, Some("kartu rusak")));
    for deed in ["disable", "enable", "void"] {
        let late = shop.post(&at(deed), &[("reason", "kartu rusak")]).await;
        assert_eq!((late.status, late.body().contains("R-612")), (StatusCode::CONFLICT, true), "{deed}");
    }
}

#[tokio::test]
async fn a_reason_that_people_wrote_is_shown_as_text() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 1);
    let voucher = stock::vouchers_of(&shop, &batch)[0].id;
    for script in super::staff::CORPUS.into_iter().filter(|it| it.contains(['<', '"', '\'', '&'])) {
        let query = crate::answer::encoded(script);
        for path in [format!("/vouchers?text={query}"), format!("/vouchers/find?text={query}&after={query}")]
        {
            assert!(!shop.get(&path).await.body().contains(script), "{path}");
        }
    }
    let script = "<script>alert(1)</script>";
    shop.post(&format!("/vouchers/{voucher}/void"), &[("other", script)]).await;
    let page = shop.get(&format!("/vouchers/{voucher}")).await.body();
    assert!(page.contains("alert(1)") && !page.contains(script), "{page}");
}

#[tokio::test]
async fn a_cashier_sees_a_voucher_but_not_the_deeds_of_others() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 1);
    let voucher = stock::vouchers_of(&shop, &batch)[0].id;
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let page = shop.get(&format!("/vouchers/{voucher}")).await.body();
    assert!(!page.contains("/disable") && !page.contains(&format!("/vouchers/{voucher}/void")), "{page}");
    assert_eq!(
        shop.post(&format!("/vouchers/{voucher}/void"), &[("other", "x")]).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn without_a_known_login_page_there_is_no_qr_but_a_way_to_one() {
    let mut shop = Shop::open().await;
    let plan = stock::plan_on(&shop, stock::router(&shop, "Kos Melati", None), "1 Hari");
    let batch = stock::batch(&shop, &plan, 1);
    let voucher = stock::vouchers_of(&shop, &batch)[0].id;
    let page = shop.get(&format!("/vouchers/{voucher}")).await.body();
    assert!(!page.contains("class=\"k-qr\"") && page.contains("Tes koneksi router sekali"), "{page}");
}
