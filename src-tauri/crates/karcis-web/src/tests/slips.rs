//! Slips that are not on paper, and the printers they wait for.

use super::Shop;
use axum::http::StatusCode;
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::outbox::{self, Circuit};
use karcis_core::printers::{self, CodePage, Destination, PaperWidth, Printer, PrinterRequest, QrDrawing};
use karcis_core::settings::Language;
use karcis_core::slips::{self, Slip, SlipKind, SlipRequest};
use karcis_core::staff::Role;

pub(crate) fn printer_request(name: &str) -> PrinterRequest {
    PrinterRequest {
        name: name.to_owned(),
        destination: Destination::Network { host: "127.0.0.1".to_owned(), port: 9100 },
        paper: PaperWidth::Mm58,
        code_page: CodePage::Pc437,
        qr: QrDrawing::Native,
        cuts: true,
        kicks_drawer: true,
        tells_status: true,
    }
}

pub(crate) fn printer(shop: &Shop, name: &str) -> Printer {
    let (mut rng, now, request) = (shop.office.rng(), shop.office.now(), printer_request(name));
    let db = shop.office.db();
    db.write(|tx| printers::add(tx, &Actor::karcis(), &request, name, rng.as_mut(), now)).unwrap()
}

/// A test page for a printer that is out of paper.
fn waiting(shop: &Shop, printer: &Printer) -> Slip {
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    let asked = SlipRequest {
        kind: SlipKind::Test,
        subject: printer.id.to_string(),
        printer: printer.id,
        shift: None,
        kick: false,
    };
    shop.office
        .db()
        .write(|tx| {
            let slip = slips::request(tx, &Actor::karcis(), &asked, rng.as_mut(), now)?;
            outbox::block_lane(tx, &printer.lane(), "paper_out", now)?;
            Ok::<_, slips::SlipError>(slip)
        })
        .unwrap()
}

#[tokio::test]
async fn a_printer_that_is_away_is_told_in_the_queue_with_what_waits_and_what_to_do() {
    for (language, words, waits) in [
        (Language::Id, "Kertas printer struk habis.", "1 struk menunggu, terlama sejak 14:05"),
        (Language::En, "The slip printer is out of paper.", "1 slip waits, the oldest since 14:05"),
    ] {
        let mut shop = Shop::open_in(language).await;
        let printer = printer(&shop, "Struk depan");
        waiting(&shop, &printer);
        let queue = shop.get("/queue").await.body();
        for said in ["Struk depan", "R-853", words, waits] {
            assert!(queue.contains(said), "{said}: {queue}");
        }
        let now = format!("/queue/printers/{}/now", printer.id);
        assert!(queue.contains(&now), "{queue}");
        assert!(!shop.get("/").await.body().contains(words), "the banner is about routers");
        assert_eq!(shop.post(&now, &[]).await.status, StatusCode::OK);
        let circuit = shop.office.db().read(|tx| outbox::lane(tx, &printer.lane())).unwrap().circuit;
        assert_eq!(circuit, Circuit::Open);
    }
}

#[tokio::test]
async fn a_slip_that_is_not_on_paper_is_listed_for_whoever_sells() {
    let mut shop = Shop::open().await;
    let printer = printer(&shop, "Struk depan");
    let slip = waiting(&shop, &printer);
    let (actor, now) = (Actor::karcis(), shop.office.now());
    shop.office.db().write(|tx| counters::retire_printer(tx, &actor, printer.id, now)).unwrap();
    shop.hire("Siti", Role::Operator, false);
    shop.hire("Wati", Role::Viewer, false);
    let again = format!("/slips/{}/again", slip.id);
    for (name, may) in [("Siti", true), ("Wati", false)] {
        shop.sign_in(name).await;
        let queue = shop.get("/queue").await.body();
        assert!(queue.contains("R-715") && queue.contains("Struk no. 1"), "{queue}");
        assert_eq!(queue.contains(&again), may, "{name}: {queue}");
        let reply = shop.post(&again, &[]).await;
        let (status, code) =
            if may { (StatusCode::CONFLICT, "R-718") } else { (StatusCode::FORBIDDEN, "R-903") };
        assert_eq!(reply.status, status, "{name}");
        assert!(reply.body().contains(code), "{name}: {}", reply.body());
    }
    shop.wait(13 * 3_600);
    shop.sign_in("Siti").await;
    assert!(!shop.get("/queue").await.body().contains("R-715"), "nobody misses it the day after");
}
