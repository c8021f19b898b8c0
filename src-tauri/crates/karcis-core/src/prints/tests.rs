use super::*;
use crate::db::{Db, params};
use crate::values::{PlanId, RouterId};
use rand::SeedableRng;
use rand::rngs::StdRng;

const NOW: Timestamp = Timestamp::from_millis(1_795_147_200_000);

/// Books with one batch of three vouchers, the third not on the router yet.
fn books() -> (tempfile::TempDir, Db, BatchId) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let (router, plan, batch) =
        (RouterId::new(NOW, &mut rng), PlanId::new(NOW, &mut rng), BatchId::new(NOW, &mut rng));
    db.write(|tx| {
        tx.run(
            "INSERT INTO routers (id, name, name_key, host, port, tls, user_name, password_sealed, created_at,
                 changed_at) VALUES ($1, 'r', 'r', 'r', 1, 1, 'r', '', 0, 0)",
            params![router],
        )?;
        tx.run(
            "INSERT INTO plans (id, router_id, name, name_key, hotspot_server, profile_name, price, selling_price,
                 shared_users, lock_mac, code_mode, code_alphabet, code_length, code_prefix, colour, profile_state,
                 created_at, changed_at)
             VALUES ($1, $2, 'p', 'p', 'all', 'p', 0, 0, 1, 0, 'same', 'a28', 8, '', 'teal', 'on_router', 0, 0)",
            params![plan, router],
        )?;
        tx.run(
            "INSERT INTO batches (id, number, plan_id, router_id, plan_name, hotspot_server, profile_name, price,
                 selling_price, size, code_mode, code_alphabet, code_length, code_prefix, note, state, created_by,
                 created_by_name, created_at)
             VALUES ($1, 1, $2, $3, 'p', 'all', 'p', 0, 0, 3, 'same', 'a28', 8, '', '', 'running', 'x', 'x', 0)",
            params![batch, plan, router],
        )?;
        for (serial, state) in [(1_i64, "on_router"), (2, "on_router"), (3, "pending")] {
            tx.run(
                "INSERT INTO vouchers (id, number, batch_id, plan_id, router_id, serial, chunk, code, password, state,
                     created_at) VALUES ($1, $2, $3, $4, $5, $2, 0, $6, $6, $7, 0)",
                params![
                    VoucherId::new(NOW, &mut rng),
                    serial,
                    batch,
                    plan,
                    router,
                    format!("CODE{serial}"),
                    state
                ],
            )?;
        }
        Ok::<_, Fault>(())
    })
    .unwrap();
    (folder, db, batch)
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
    let (_folder, db, batch) = books();
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
    let (_folder, db, batch) = books();
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
    let (_folder, db, batch) = books();
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
    let (_folder, db, batch) = books();
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
    let (_folder, db, batch) = books();
    let layout = Layout { paper: Paper::F4, skip: 7, offset_x_tenths: -12, ..Layout::default() };
    put(&db, &PrintRequest { layout: layout.clone(), ..request(batch) }, "x").unwrap();
    assert_eq!(db.read(last_layout).unwrap(), Layout { skip: 0, ..layout });
}
