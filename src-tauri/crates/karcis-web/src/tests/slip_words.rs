//! What slips, cards and messages say: the words that came with the program, the shop's own, and what no words leave out.

#[expect(dead_code, unreachable_pub, reason = "shared by path with tests that look at the pixels as well")]
#[path = "../../../../../tests/src/thermal.rs"]
mod thermal;

use super::Shop;
use super::counter::{first_counter, latest, open_counter, sell};
use super::slips::printer;
use crate::prints::sheet_of_request;
use axum::http::StatusCode;
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::Val;
use karcis_core::fault::Fault;
use karcis_core::plans::Plan;
use karcis_core::prints::{Layout, PrintRequest};
use karcis_core::sales::Sale;
use karcis_core::settings::Language;
use karcis_core::slips::{self, SlipKind, SlipRequest};
use karcis_core::staff::Role;
use karcis_core::templates::{self, TemplateKind};
use karcis_core::values::{PrinterId, SlipId};

/// A shop that has sold one voucher; the counter has a printer.
async fn sold() -> (Shop, Plan, Sale) {
    let (mut shop, plan) = open_counter().await;
    let (printer, counter) = (printer(&shop, "Struk depan"), first_counter(&shop));
    let (actor, now) = (Actor::karcis(), shop.office.now());
    let db = shop.office.db();
    db.write(|tx| counters::set_printer(tx, &actor, counter, Some(printer.id), now)).unwrap();
    sell(&mut shop, &plan, &[]).await;
    let sale = latest(&shop).remove(0).sales.remove(0);
    (shop, plan, sale)
}

fn slip_of(shop: &Shop, kind: SlipKind, sale: &Sale) -> SlipId {
    let slips = shop.office.db().read(|tx| slips::of_subject(tx, kind, &sale.id.to_string())).unwrap();
    slips.last().unwrap().id
}

/// What the printer would put on paper.
fn paper(shop: &Shop, slip: SlipId) -> String {
    let compose = crate::slip_composer();
    let bytes = shop.office.db().read(|tx| compose(tx, slip)).unwrap().unwrap();
    thermal::print(&bytes, 384).unwrap().story
}

fn write(shop: &Shop, kind: TemplateKind, text: &str) {
    let (actor, now) = (Actor::karcis(), shop.office.now());
    shop.office.db().write(|tx| templates::keep(tx, &actor, kind, Language::Id, text, now)).unwrap();
}

fn printer_of(shop: &Shop) -> PrinterId {
    let counter = first_counter(shop);
    shop.office.db().read(|tx| counters::counter(tx, counter)).unwrap().unwrap().printer.unwrap()
}

fn run(shop: &Shop, sql: &'static str, values: &[Val]) {
    let changed = shop.office.db().write(|tx| tx.run(sql, values));
    assert_eq!(changed.unwrap_or_else(|fault: Fault| panic!("{}", fault.chain())), 1);
}

#[tokio::test]
async fn a_voucher_slip_carries_everything_its_buyer_needs() {
    let (shop, plan, sale) = sold().await;
    let story = paper(&shop, slip_of(&shop, SlipKind::Voucher, &sale));
    let code = karcis_print::grouped(&sale.code);
    for said in
        ["Warnet Contoh", &plan.name, "Rp 5.000", &code, "No. 1", "Budi", "Kasir 1", "20 Nov 2026 14:05"]
    {
        assert!(story.contains(said), "{said}: {story}");
    }
    for mark in ["SALINAN", "LATIHAN", "BATAL"] {
        assert!(!story.contains(mark), "{mark}: {story}");
    }
}

#[tokio::test]
async fn marks_of_copies_practice_and_voids_are_not_the_shops_to_leave_out() {
    let (mut shop, _, sale) = sold().await;
    for kind in [TemplateKind::Voucher, TemplateKind::Void] {
        write(&shop, kind, "{{ code }}");
    }
    let (mut rng, now, printer) = (shop.office.rng(), shop.office.now(), printer_of(&shop));
    let original = slip_of(&shop, SlipKind::Voucher, &sale);
    run(&shop, "UPDATE slips SET state = 'printed' WHERE id = $1", &[original.into()]);
    let subject = sale.id.to_string();
    let asked = SlipRequest { kind: SlipKind::Voucher, subject, printer, shift: None, kick: false };
    let copy = shop
        .office
        .db()
        .write(|tx| slips::reprint(tx, &Actor::karcis(), Role::Operator, &asked, "copy", rng.as_mut(), now));
    let copy = copy.unwrap().id;
    assert!(paper(&shop, copy).contains("SALINAN 1"));
    assert!(!paper(&shop, original).contains("SALINAN"));

    let key = shop.get("/counter").await.field("request_key");
    let undone =
        shop.post("/counter/undo", &[("request_key", &key), ("receipt", &sale.receipt.to_string())]).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.body());
    let void = paper(&shop, slip_of(&shop, SlipKind::Void, &sale));
    assert!(void.contains("BATAL") && void.contains(&sale.code), "{void}");
}

#[tokio::test]
async fn a_practice_sale_says_so_on_its_slip() {
    let (mut shop, plan) = open_counter().await;
    run(&shop, "UPDATE routers SET practice = 1", &[]);
    let (printer, counter) = (printer(&shop, "Struk depan"), first_counter(&shop));
    let (actor, now) = (Actor::karcis(), shop.office.now());
    let db = shop.office.db();
    db.write(|tx| counters::set_printer(tx, &actor, counter, Some(printer.id), now)).unwrap();
    sell(&mut shop, &plan, &[]).await;
    let sale = latest(&shop).remove(0).sales.remove(0);
    assert!(paper(&shop, slip_of(&shop, SlipKind::Voucher, &sale)).contains("LATIHAN"));
}

#[tokio::test]
async fn names_that_look_like_marks_stay_names_on_paper() {
    for name in ["# besar", "[qr] jahat", "[logo]", "a || b", "{{ code }}", "\\", "---"] {
        let (shop, _, sale) = sold().await;
        // Rows of sales are never changed, so the name was another one only until this line.
        run(&shop, "UPDATE sales_counters SET name = $1", &[Val::Text(name.to_owned())]);
        let story = paper(&shop, slip_of(&shop, SlipKind::Voucher, &sale));
        assert!(story.contains(name), "{name}: {story}");
    }
}

#[tokio::test]
async fn words_that_fail_on_a_real_sale_give_way_to_the_original_ones() {
    let (shop, _, sale) = sold().await;
    for broken in ["{{ nothing }}", "{% for x in shop %}", "[qr] {{ discount }}", "[kode] {{ code }}"] {
        write(&shop, TemplateKind::Voucher, broken);
        let story = paper(&shop, slip_of(&shop, SlipKind::Voucher, &sale));
        assert!(story.contains(&karcis_print::grouped(&sale.code)), "{broken}: {story}");
    }
    write(&shop, TemplateKind::Voucher, "Halo dari {{ shop|upper }}: {{ code }}");
    assert!(paper(&shop, slip_of(&shop, SlipKind::Voucher, &sale)).contains("Halo dari WARNET CONTOH"));
}

#[tokio::test]
async fn a_slip_kept_as_a_pdf_counts_as_paper() {
    let (mut shop, _, sale) = sold().await;
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let subject = sale.id.to_string();
    let mut files = Vec::new();
    for copy in 0..=3 {
        let key = shop.get(&format!("/sales/{subject}")).await.body();
        let key = key.split("request_key\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = [("kind", "voucher"), ("subject", subject.as_str()), ("request_key", key.as_str())];
        let kept = shop.post("/slips/file", &form).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.body());
        assert_eq!(kept.body().contains(&format!("SALINAN {copy}.")), copy > 0, "{}", kept.body());
        let address = kept.body().split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let pdf = shop.get(&address).await;
        assert!(pdf.bytes.starts_with(b"%PDF"), "{address}");
        assert_eq!(pdf.bytes, shop.get(&address).await.bytes, "the same file every time");
        files.push(pdf.bytes);
    }
    assert_ne!(files[0], files[1]);
    let key = shop.get(&format!("/sales/{subject}")).await.body();
    let key = key.split("request_key\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fourth =
        shop.post("/slips/file", &[("kind", "voucher"), ("subject", &subject), ("request_key", &key)]).await;
    assert_eq!(fourth.status, StatusCode::CONFLICT);
    assert!(fourth.body().contains("R-717"), "{}", fourth.body());
    let nothing = "00000000-0000-7000-8000-000000000000";
    let form = [("kind", "shift"), ("subject", nothing), ("request_key", key.as_str())];
    assert_eq!(shop.post("/slips/file", &form).await.status, StatusCode::NOT_FOUND);
    let left = shop.office.db().read(|tx| slips::of_subject(tx, SlipKind::Shift, nothing)).unwrap();
    assert_eq!(left, [], "a slip about nothing is not kept");
}

#[tokio::test]
async fn the_window_saves_a_slip_by_its_name() {
    let (mut shop, _, sale) = sold().await;
    let slip = slip_of(&shop, SlipKind::Voucher, &sale);
    let window = crate::WindowSession::default();
    assert!(crate::window_pdf(&shop.office, &window, &format!("slip-{slip}")).is_err(), "nobody sits there");
    let pdf = crate::slip_pdf(&shop.office, slip).unwrap();
    assert_eq!(pdf, shop.get(&format!("/slips/{slip}/slip.pdf")).await.bytes);
}

#[tokio::test]
async fn a_message_carries_the_voucher_and_opens_the_chat() {
    let (mut shop, _, sale) = sold().await;
    write(&shop, TemplateKind::Message, "Kode & sandi: {{ code }} {{ password }}\nTerima kasih, {{ shop }}!");
    let page = shop.get(&format!("/sales/{}/message", sale.id)).await.body();
    assert!(page.contains(&format!("Kode &#38; sandi: {}", sale.code)), "{page}");
    let link = format!("https://wa.me/?text=Kode%20%26%20sandi%3A%20{}", sale.code);
    assert!(page.contains(&link), "{page}");
    let key = shop.get("/counter").await.field("request_key");
    shop.post("/counter/undo", &[("request_key", &key), ("receipt", &sale.receipt.to_string())]).await;
    let gone = shop.get(&format!("/sales/{}/message", sale.id)).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "a voided code is sent to nobody");
}

#[tokio::test]
async fn a_message_goes_to_the_number_that_is_typed_and_the_number_is_kept_nowhere() {
    let (mut shop, _, sale) = sold().await;
    let address = format!("/sales/{}/message", sale.id);
    let page = shop.post(&address, &[("to", "0812-3456-7899")]).await;
    let body = page.body();
    assert!(page.status == StatusCode::OK && body.contains("https://wa.me/6281234567899?text="), "{body}");
    assert!(body.contains("data-opens"), "{body}");
    let wrong = shop.post(&address, &[("to", "021 555 (kantor)")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("Ini bukan nomor ponsel") && !wrong.body().contains("data-opens"));
    let kept = shop.office.db().path().parent().unwrap().to_owned();
    for file in std::fs::read_dir(kept).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(
            !bytes.windows(11).any(|window| window == b"81234567899"),
            "the books do not know the number"
        );
    }
}

#[tokio::test]
async fn the_shops_words_are_tried_out_before_they_are_kept() {
    let mut shop = Shop::open().await;
    let kept = |shop: &Shop| {
        let db = shop.office.db();
        let own = db.read(|tx| templates::written(tx, TemplateKind::Voucher, Language::Id)).unwrap();
        own.map(|template| template.text)
    };
    let wrong = shop.post("/templates/voucher/id", &[("text", "# {{ shop }}\n{{ kode }}")]).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    assert!(wrong.body().contains("R-862") && wrong.body().contains("Baris 2"), "{}", wrong.body());
    assert_eq!(kept(&shop), None);

    let text = "# {{ shop }}\r\n[code] {{ code }}\r\n{{ password }}";
    let right = shop.post("/templates/voucher/id", &[("text", text)]).await;
    assert_eq!(right.status, StatusCode::OK, "{}", right.body());
    assert_eq!(kept(&shop).as_deref(), Some("# {{ shop }}\n[code] {{ code }}\n{{ password }}\n"));
    assert_eq!(shop.post("/templates/voucher/id/reset", &[]).await.status, StatusCode::OK);
    assert_eq!(kept(&shop), None);
    for nowhere in ["/templates/poster/id", "/templates/voucher/fr"] {
        assert_eq!(shop.post(nowhere, &[("text", text)]).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_text_is_looked_at_as_it_will_be() {
    let mut shop = Shop::open().await;
    let look = async |shop: &mut Shop, kind: &str, text: &str| {
        let path = format!("/templates/{kind}/id/preview");
        shop.post(&path, &[("text", text), ("paper", "80")]).await.body()
    };
    for kind in TemplateKind::ALL {
        let text = crate::slips::wording::original(*kind, Language::Id);
        let drawn = look(&mut shop, kind.as_str(), text).await;
        let expected = if *kind == TemplateKind::Message { "K7M2PQRX" } else { "<svg" };
        assert!(drawn.contains(expected), "{kind:?}: {drawn}");
    }
    let wrong = look(&mut shop, "message", "{% if shop %}{{ code }}").await;
    assert!(wrong.contains("R-860") && wrong.contains("Baris 1"), "{wrong}");
    let script = look(&mut shop, "message", "<script>{{ code }}{{ password }}").await;
    assert!(!script.contains("<script>"), "{script}");
}

#[tokio::test]
async fn the_words_on_cards_are_the_shops_and_the_rest_of_the_card_stays() {
    let mut shop = Shop::open().await;
    let router = super::routers::added(&mut shop, "Warung-1", 8728).await;
    run(&shop, "UPDATE routers SET dns_name = 'wifi.contoh'", &[]);
    let batch = super::routers::batch_on(&shop, router.id, "1 Hari");
    let request = PrintRequest {
        batch: batch.id,
        layout: Layout::default(),
        from_serial: None,
        to_serial: None,
        confirmed: true,
    };
    let sheet = sheet_of_request(&shop.office, &request).unwrap();
    let words =
        (sheet.words.heading.as_deref(), sheet.words.step_one.as_str(), sheet.words.step_two.as_str());
    assert_eq!(words, (Some("Warnet Contoh"), "1 Sambung ke Wi-Fi ini", "2 Pindai QR / isi kode"));
    write(
        &shop,
        TemplateKind::Card,
        "[heading] {{ shop|upper }}\n[note] {{ validity }}!\n[step] Pindai saja",
    );
    let own = sheet_of_request(&shop.office, &request).unwrap();
    assert_eq!(own.words.heading.as_deref(), Some("WARNET CONTOH"));
    assert_eq!((own.words.step_one.as_str(), own.words.step_two.as_str()), ("Pindai saja", ""));
    assert_eq!(own.cards[0].validity, format!("{}!", sheet.cards[0].validity));
    assert_eq!((&own.cards[0].code, &own.shop.name), (&sheet.cards[0].code, &sheet.shop.name));
}
