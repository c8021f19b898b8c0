use super::*;
use crate::pretend::repeated;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// No two windows of a test run draw the same.
static SEEDS: AtomicU64 = AtomicU64::new(1_000);

/// Two windows of one shop, each with its own generator, that press at the same instant.
fn race<T: Send>(till: &Till, each: impl Fn(&Till, usize, &mut StdRng) -> T + Sync) -> [T; 2] {
    let start = Barrier::new(2);
    let seeds = SEEDS.fetch_add(2, Ordering::SeqCst);
    let run = |window: usize| {
        let mut rng = StdRng::seed_from_u64(seeds + window as u64);
        start.wait();
        each(till, window, &mut rng)
    };
    thread::scope(|scope| {
        let other = scope.spawn(|| run(1));
        [run(0), other.join().unwrap()]
    })
}

fn press(till: &Till, request: &SellRequest, key: &str, rng: &mut StdRng) -> Result<Receipt, SellError> {
    till.books.db.write(|tx| sell(tx, &till.cashier, Role::Operator, request, key, rng, NOW))
}

#[test]
fn two_windows_that_sell_the_same_card_at_the_same_instant_sell_it_once_ten_thousand_times() {
    let races = repeated(10_000);
    let mut till = till_with(Books::quick());
    let (_, cards) = till.batch(races, true, None);
    let begin = Barrier::new(2);
    let won = race(&till, |till, window, rng| {
        let mut won = 0_u32;
        for card in &cards {
            let request = till.card(card);
            begin.wait();
            match press(till, &request, &format!("{window}-{}", card.number), rng) {
                Ok(_) => won += 1,
                Err(SellError::NotForSale(Why::Sold)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        won
    });
    assert_eq!(won.iter().sum::<u32>(), races);
    assert_eq!(till.count("SELECT COUNT(*) FROM sales"), i64::from(races));
    assert_eq!(till.count("SELECT COUNT(DISTINCT voucher_id) FROM sales"), i64::from(races));
    let taken = i64::from(races) * 5_000;
    assert_eq!(till.money(), (taken, 0, taken));
    till.trial_balance_is_zero();
}

#[test]
fn one_request_pressed_in_two_windows_is_one_deed() {
    let till = till_with(Books::quick());
    let request = till.request(2);
    for round in 0..200 {
        let [one, other] = race(&till, |till, _, rng| press(till, &request, &format!("klik-{round}"), rng));
        assert_eq!(one.unwrap(), other.unwrap());
    }
    assert_eq!(till.count("SELECT COUNT(*) FROM sales"), 400);
}

#[test]
fn the_last_one_of_stock_is_sold_once_and_the_other_gets_a_fresh_code() {
    let mut till = till_with(Books::quick());
    let (stock, _) = till.batch(200, true, None);
    till.make_stock(stock.id);
    till.fill_from_stock();
    let request = till.request(1);
    till.write(|tx| tx.run("UPDATE vouchers SET standing = 'unsold'", params![])).unwrap();
    for round in 1..=200_i64 {
        let next = "UPDATE vouchers SET standing = 'stock' WHERE number = $1";
        till.write(|tx| tx.run(next, params![round])).unwrap();
        let sold = race(&till, |till, window, rng| press(till, &request, &format!("{window}-{round}"), rng));
        let mut fills = sold.map(|receipt| receipt.unwrap().sales[0].fill.as_str());
        fills.sort_unstable();
        assert_eq!(fills, ["fresh", "stock"]);
    }
}

#[test]
fn an_undo_and_a_void_of_the_same_sale_give_the_money_back_once() {
    let mut till = till_with(Books::quick());
    for round in 0..200 {
        let receipt = till.sell(1);
        let request = till.void_request(&receipt.sales[0]);
        let taken_back = race(&till, |till, window, rng| {
            let key = format!("{window}-{round}");
            let db = &till.books.db;
            match window {
                0 => db.write(|tx| undo(tx, &till.cashier, receipt.id, &key, rng, NOW)).is_ok(),
                _ => db.write(|tx| void(tx, &till.cashier, Role::Operator, &request, &key, rng, NOW)).is_ok(),
            }
        });
        assert_eq!(taken_back.iter().filter(|done| **done).count(), 1);
    }
    assert_eq!((till.count("SELECT COUNT(*) FROM sale_voids"), till.money()), (200, (0, 0, 0)));
    till.trial_balance_is_zero();
}
