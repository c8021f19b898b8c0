use super::*;
use crate::db::{Db, params};
use crate::pretend::{Books, NOW, plan_request};
use crate::vouchers::{BatchRequest, issue_batch};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// Books with one batch of three vouchers, the third not on the router yet.
fn books() -> (Books, BatchId) {
    let mut books = Books::new();
    let router = books.add_router("Warung-1");
    let plan = books.add_plan(&plan_request(router));
    let request =
        BatchRequest { plan: plan.id, size: 3, code: plan.code, note: String::new(), shelf_life_days: None };
    let Books { db, rng, .. } = &mut books;
    let batch = db.write(|tx| issue_batch(tx, &Actor::karcis(), &request, "batch", rng, NOW)).unwrap();
    db.write(|tx| tx.run("UPDATE vouchers SET state = 'on_router' WHERE serial < 3", params![])).unwrap();
    (books, batch.id)
}

fn request(batch: BatchId) -> PrintRequest {
    PrintRequest { batch, layout: Layout::default(), from_serial: None, to_serial: None, confirmed: true }
}

fn put(db: &Db, request: &PrintRequest, key: &str) -> Result<Print, PrintError> {
    let mut rng = StdRng::seed_from_u64(key.len() as u64 + 100);
    db.write(|tx| print(tx, &Actor::karcis(), request, key, &mut rng, NOW))
}

#[test]
fn cards_that_do_not_work_yet_need_a_loud_yes() {
    let (Books { db, folder: _folder, .. }, batch) = books();
    let unasked = PrintRequest { confirmed: false, ..request(batch) };
    assert!(matches!(put(&db, &unasked, "a"), Err(PrintError::NotOnRouter { count: 1 })));
    let working = PrintRequest { to_serial: Some(2), ..unasked };
    assert_eq!(put(&db, &working, "b").unwrap().not_on_router, 0);
    let print = put(&db, &request(batch), "ccc").unwrap();
    assert_eq!((print.count, print.not_on_router), (3, 1));
    let cards = db.read(|tx| printed_cards(tx, print.id)).unwrap();
    assert_eq!(cards.iter().map(|card| card.on_router).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn the_second_print_is_a_copy_and_a_double_click_is_not() {
    let (Books { db, folder: _folder, .. }, batch) = books();
    let first = put(&db, &request(batch), "klik").unwrap();
    assert_eq!(put(&db, &request(batch), "klik").unwrap(), first);
    assert_eq!(first.copy, 0);
    assert_eq!(put(&db, &request(batch), "lagi-1").unwrap().copy, 1);
    assert_eq!(put(&db, &request(batch), "lagi-22").unwrap().copy, 2);
    let prints = db.read(|tx| of_batch(tx, batch)).unwrap();
    assert_eq!(prints.len(), 3);
    let trail = db.read(|tx| audit::history(tx, ("batch", &batch.to_string()), 10)).unwrap();
    assert_eq!(trail.iter().filter(|entry| entry.deed == "batch.print").count(), 3);
}

#[test]
fn a_changed_range_under_the_same_key_is_another_print() {
    let (Books { db, folder: _folder, .. }, batch) = books();
    let front = PrintRequest { to_serial: Some(1), ..request(batch) };
    let back = PrintRequest { from_serial: Some(2), ..request(batch) };
    let first = put(&db, &front, "klik").unwrap();
    let mut rng = StdRng::seed_from_u64(900);
    let second = db.write(|tx| print(tx, &Actor::karcis(), &back, "klik", &mut rng, NOW)).unwrap();
    assert_eq!(
        (first.count, second.count, second.copy),
        (1, 2, 0),
        "the same cards twice would be unmarked copies"
    );
}

#[test]
fn layouts_the_sheets_do_not_know_are_refused() {
    let (Books { db, folder: _folder, .. }, batch) = books();
    for layout in [
        Layout { cards_per_page: 22, ..Layout::default() },
        Layout { skip: 40, ..Layout::default() },
        Layout { offset_x_tenths: 51, ..Layout::default() },
        Layout { offset_y_tenths: -51, ..Layout::default() },
    ] {
        let asked = PrintRequest { layout, ..request(batch) };
        assert!(matches!(put(&db, &asked, "x"), Err(PrintError::BadLayout)));
    }
    let beyond = PrintRequest { from_serial: Some(4), ..request(batch) };
    assert!(matches!(put(&db, &beyond, "x"), Err(PrintError::Nothing)));
}

#[test]
fn the_next_print_starts_from_the_last_layout_without_its_skipped_positions() {
    let (Books { db, folder: _folder, .. }, batch) = books();
    let layout = Layout { paper: Paper::F4, skip: 7, offset_x_tenths: -12, ..Layout::default() };
    put(&db, &PrintRequest { layout: layout.clone(), ..request(batch) }, "x").unwrap();
    assert_eq!(db.read(last_layout).unwrap(), Layout { skip: 0, ..layout });
}
