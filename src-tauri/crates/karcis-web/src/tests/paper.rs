//! Slips at the counter: asked for with the sale, shown with what becomes of them, printed again.

use super::Shop;
use super::counter::{first_counter, latest, open_counter, sell};
use super::shifts::open_shift;
use crate::slips::slip_composer;
use axum::http::StatusCode;
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::Val;
use karcis_core::fault::Fault;
use karcis_core::outbox;
use karcis_core::printers::{self, CodePage, Destination, PaperWidth, Printer, PrinterRequest, QrDrawing};
use karcis_core::shifts::{self, MoveKind, MoveRequest};
use karcis_core::slips::{self, Slip, SlipKind, SlipState};
use karcis_core::staff::Role;
use karcis_core::values::Money;

/// A printer at the first counter. Nothing prints here: no engine runs.
fn printer(shop: &Shop) -> Printer {
    let counter = first_counter(shop);
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    let request = PrinterRequest {
        name: "Struk depan".to_owned(),
        destination: Destination::Network { host: "127.0.0.1".to_owned(), port: 9 },
        paper: PaperWidth::Mm58,
        code_page: CodePage::Pc437,
        qr: QrDrawing::Native,
        cuts: true,
        kicks_drawer: true,
        tells_status: true,
    };
    shop.office
        .db()
        .write(|tx| {
            let printer = printers::add(tx, &Actor::karcis(), &request, "key", rng.as_mut(), now).unwrap();
            counters::set_printer(tx, &Actor::karcis(), counter, Some(printer.id), now).unwrap();
            Ok::<_, Fault>(printer)
        })
        .unwrap()
}

fn slips_of(shop: &Shop, kind: SlipKind, subject: &str) -> Vec<Slip> {
    shop.office.db().read(|tx| slips::of_subject(tx, kind, subject)).unwrap()
}

/// What the engine would write once it has spoken with the printer.
fn became(shop: &Shop, slip: &Slip, state: SlipState, why: Option<&str>) {
    let why = why.map_or(Val::Null, |why| Val::Text(why.to_owned()));
    let row = [Val::Text(state.as_str().to_owned()), why, slip.id.into()];
    let kept =
        shop.office.db().write(|tx| tx.run("UPDATE slips SET state = $1, reason = $2 WHERE id = $3", &row));
    assert_eq!(kept.unwrap_or_else(|fault: Fault| panic!("{}", fault.chain())), 1);
}

#[tokio::test]
async fn every_voucher_sold_has_a_slip_and_the_drawer_opens_once() {
    let (mut shop, plan) = open_counter().await;
    printer(&shop);
    assert!(shop.get("/counter").await.body().contains("Bayar &#38; cetak"));
    let body = sell(&mut shop, &plan, &[("quantity", "2")]).await.body();
    assert!(body.contains("struk menunggu printer"), "{body}");
    let receipt = latest(&shop).remove(0);
    let asked: Vec<Slip> = receipt
        .sales
        .iter()
        .flat_map(|sale| slips_of(&shop, SlipKind::Voucher, &sale.id.to_string()))
        .collect();
    assert_eq!(asked.iter().map(|slip| (slip.copy, slip.kick)).collect::<Vec<_>>(), [(0, true), (0, false)]);
}

#[tokio::test]
async fn a_failed_slip_says_why_and_a_person_sends_it_once_more_while_the_sale_stands() {
    let (mut shop, plan) = open_counter().await;
    printer(&shop);
    sell(&mut shop, &plan, &[]).await;
    let receipt = latest(&shop).remove(0);
    let sale = receipt.sales[0].id.to_string();
    let slip = slips_of(&shop, SlipKind::Voucher, &sale).remove(0);
    became(&shop, &slip, SlipState::Failed, Some("paper_out"));
    let part = shop.part(&format!("/counter/part?receipt={}", receipt.id)).await.body();
    assert!(part.contains("struk gagal dicetak") && part.contains("R-853"), "{part}");
    assert!(
        part.contains(&format!("/slips/{}/again", slip.id)) && latest(&shop)[0].sales[0].voided.is_none()
    );
    let page = shop.get(&format!("/sales/{sale}")).await.body();
    assert!(page.contains("Struk #1") && page.contains("R-853"), "{page}");
}

#[tokio::test]
async fn a_slip_that_waits_says_what_the_printer_lacks_and_is_quiet_once_it_has_it() {
    let (mut shop, plan) = open_counter().await;
    let printer = printer(&shop);
    let now = shop.office.now();
    shop.office.db().write(|tx| outbox::block_lane(tx, &printer.lane(), "paper_out", now)).unwrap();
    let body = sell(&mut shop, &plan, &[]).await.body();
    assert!(
        body.contains("struk menunggu printer") && body.contains("R-853 Kertas printer struk habis"),
        "{body}"
    );
    assert!(body.contains("/again\""), "who has put paper in has it tried at once: {body}");
    let receipt = latest(&shop).remove(0);
    let page = shop.get(&format!("/printers/{}", printer.id)).await.body();
    assert!(page.contains("every 1s") && page.contains("R-853"), "{page}");
    let slip = slips_of(&shop, SlipKind::Voucher, &receipt.sales[0].id.to_string()).remove(0);
    became(&shop, &slip, SlipState::Printed, None);
    let part = shop.part(&format!("/counter/part?receipt={}", receipt.id)).await.body();
    assert!(part.contains("struk tercetak") && !part.contains("R-853"), "{part}");
    let page = shop.get(&format!("/printers/{}", printer.id)).await.body();
    assert!(!page.contains("every 1s"), "{page}");
}

#[tokio::test]
async fn printing_again_is_a_copy_and_a_cashier_makes_three_of_them() {
    let (mut shop, plan) = open_counter().await;
    printer(&shop);
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    sell(&mut shop, &plan, &[]).await;
    let sale = latest(&shop).remove(0).sales[0].id.to_string();
    became(&shop, &slips_of(&shop, SlipKind::Voucher, &sale)[0], SlipState::Printed, None);
    for copy in 1..=3 {
        let printed = shop.post("/counter/reprint", &[]).await;
        assert_eq!(printed.status, StatusCode::OK, "{}", printed.body());
        assert!(
            printed.header("hx-trigger").contains(&format!("ke-{copy}")),
            "{}",
            printed.header("hx-trigger")
        );
        let newest = slips_of(&shop, SlipKind::Voucher, &sale).pop().unwrap();
        assert_eq!((newest.copy, newest.kick), (copy, false));
        became(&shop, &newest, SlipState::Printed, None);
    }
    let refused = shop.post("/counter/reprint", &[]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.body().contains("R-717"), "{}", refused.body());
    shop.sign_in("Budi").await;
    let key = shop.get(&format!("/sales/{sale}")).await.body();
    let key = key.split("\"request_key\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for _ in 0..2 {
        let printed = shop.post(&format!("/sales/{sale}/reprint"), &[("request_key", &key)]).await;
        assert_eq!(printed.status, StatusCode::OK, "{}", printed.body());
    }
    assert_eq!(slips_of(&shop, SlipKind::Voucher, &sale).len(), 5, "one key, one copy");
}

#[tokio::test]
async fn without_a_printer_or_a_sale_there_is_nothing_to_print_again() {
    let (mut shop, plan) = open_counter().await;
    let none = shop.post("/counter/reprint", &[]).await;
    assert!(none.status == StatusCode::CONFLICT && none.body().contains("R-819"), "{}", none.body());
    sell(&mut shop, &plan, &[]).await;
    let none = shop.post("/counter/reprint", &[]).await;
    assert!(none.status == StatusCode::CONFLICT && none.body().contains("R-896"), "{}", none.body());
}

#[tokio::test]
async fn taking_a_sale_back_prints_that_it_is_void() {
    let (mut shop, plan) = open_counter().await;
    printer(&shop);
    let body = sell(&mut shop, &plan, &[]).await.body();
    let receipt = latest(&shop).remove(0);
    let key = body.split("\"request_key\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let undone =
        shop.post("/counter/undo", &[("receipt", &receipt.id.to_string()), ("request_key", &key)]).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.body());
    assert_eq!(slips_of(&shop, SlipKind::Void, &receipt.sales[0].id.to_string()).len(), 1);
    shop.wait(3);
    sell(&mut shop, &plan, &[]).await;
    let sale = latest(&shop).remove(0).sales[0].id.to_string();
    let key = shop.part(&format!("/sales/{sale}/void")).await.field("request_key");
    let form = [("request_key", key.as_str()), ("reason", "salah paket")];
    shop.post(&format!("/sales/{sale}/void"), &form).await;
    assert_eq!(slips_of(&shop, SlipKind::Void, &sale).len(), 1);
}

#[tokio::test]
async fn cash_moved_and_a_shift_closed_have_slips_and_the_closing_one_is_printed_again() {
    let (mut shop, _) = open_counter().await;
    printer(&shop);
    let page = shop.get("/shift").await;
    let key = page.field("request_key");
    let form = [("request_key", key.as_str()), ("kind", "pay_out"), ("amount", "1000"), ("reason", "parkir")];
    shop.post("/shift/move", &form).await;
    let counter = first_counter(&shop);
    let shift = shop.office.db().read(|tx| karcis_core::shifts::current(tx, counter)).unwrap().unwrap();
    let moved = shop.office.db().read(|tx| karcis_core::shifts::moves(tx, shift.id)).unwrap().remove(0);
    assert_eq!(slips_of(&shop, SlipKind::CashMove, &moved.id.to_string()).len(), 1);

    let early = shop.post(&format!("/shifts/{}/print", shift.id), &[("request_key", &key)]).await;
    assert!(early.status == StatusCode::CONFLICT && early.body().contains("R-883"), "{}", early.body());
    let count = shop.get("/shift/count").await;
    let (key, id) = (count.field("request_key"), count.field("shift"));
    let counted = [
        ("request_key", key.as_str()),
        ("shift", id.as_str()),
        ("pieces_20000", "2"),
        ("pieces_5000", "1"),
        ("pieces_2000", "2"),
    ];
    shop.post("/shift/count", &counted).await;
    let page = shop.get("/shift").await;
    let key = page.field("request_key");
    let close = [("request_key", key.as_str()), ("shift", id.as_str()), ("handed_over", "0")];
    assert!(shop.post("/shift/close", &close).await.header("hx-redirect").contains(&id));
    let slip = slips_of(&shop, SlipKind::Shift, &id).remove(0);
    became(&shop, &slip, SlipState::Printed, None);
    let key = "00000000-0000-7000-8000-000000000001";
    let printed = shop.post(&format!("/shifts/{id}/print"), &[("request_key", key)]).await;
    assert!(printed.header("hx-trigger").contains("ke-1"), "{}", printed.body());
    assert!(shop.get(&format!("/shifts/{id}")).await.body().contains("SALINAN 1"));
    open_shift(&mut shop, "49.000").await;
}

#[tokio::test]
async fn a_closing_slip_too_long_for_paper_lists_fewer_moves_and_loses_none() {
    let (mut shop, _) = open_counter().await;
    printer(&shop);
    let counter = first_counter(&shop);
    let shift = shop.office.db().read(|tx| shifts::current(tx, counter)).unwrap().unwrap();
    // One word to a row of paper: seven rows for each move.
    let reason = ["belanjakeperluan"; 6].join(" ");
    for number in 0..60 {
        let (mut rng, now) = (shop.office.rng(), shop.office.now());
        let request = MoveRequest {
            shift: shift.id,
            kind: MoveKind::PayIn,
            amount: Money::rupiah(1_000),
            reason: format!("{number:02} {reason}"),
        };
        let key = number.to_string();
        let db = shop.office.db();
        db.write(|tx| shifts::move_cash(tx, &Actor::karcis(), &request, &key, rng.as_mut(), now)).unwrap();
    }
    let count = shop.get("/shift/count").await;
    let (key, id) = (count.field("request_key"), count.field("shift"));
    let counted =
        [("request_key", key.as_str()), ("shift", id.as_str()), ("pieces_50000", "2"), ("pieces_10000", "1")];
    shop.post("/shift/count", &counted).await;
    let key = shop.get("/shift").await.field("request_key");
    let close = [("request_key", key.as_str()), ("shift", id.as_str()), ("handed_over", "0")];
    assert!(shop.post("/shift/close", &close).await.header("hx-redirect").contains(&id));
    let slip = slips_of(&shop, SlipKind::Shift, &id).remove(0);
    let paper = shop.office.db().read(|tx| slip_composer()(tx, slip.id)).unwrap().expect("a closed shift");
    let words = String::from_utf8_lossy(&paper);
    assert!(words.contains("40 kas lain") && words.contains("Rp 40.000"), "{words}");
    let page = shop.get(&format!("/shifts/{id}")).await.body();
    assert!((0..60).all(|number| page.contains(&format!("{number:02} belanja"))), "the page lists them all");
}

#[tokio::test]
async fn a_vouchers_page_leads_to_its_sale_and_shows_its_slips() {
    let (mut shop, plan) = open_counter().await;
    printer(&shop);
    sell(&mut shop, &plan, &[]).await;
    let sale = latest(&shop).remove(0).sales.remove(0);
    let page = shop.get(&format!("/vouchers/{}", sale.voucher)).await.body();
    assert!(page.contains(&format!("href=\"/sales/{}\"", sale.id)), "{page}");
    assert!(page.contains("Struk #") && page.contains("struk menunggu printer"), "{page}");
}
