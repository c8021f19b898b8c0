use super::*;
use crate::sales::store;

#[test]
fn a_sale_is_found_by_itself_its_voucher_and_its_receipt() {
    let mut till = till();
    let receipt = till.sell(2);
    let db = &till.books.db;
    assert_eq!(db.read(|tx| super::super::receipt(tx, receipt.id)).unwrap().as_ref(), Some(&receipt));
    for kept in &receipt.sales {
        assert_eq!(db.read(|tx| sale(tx, kept.id)).unwrap().as_ref(), Some(kept));
        assert_eq!(db.read(|tx| of_voucher(tx, kept.voucher)).unwrap().as_ref(), Some(kept));
    }
}

#[test]
fn the_latest_receipts_of_a_counter_come_first() {
    let mut till = till();
    let numbers: Vec<i64> = (0..5).map(|_| till.sell(1).number).collect();
    let latest = till.books.db.read(|tx| latest(tx, till.counter, 3)).unwrap();
    assert_eq!(latest.iter().map(|receipt| receipt.number).collect::<Vec<_>>(), [5, 4, 3]);
    assert_eq!((numbers.len(), latest[0].sales.len()), (5, 1));
    let elsewhere = CounterId::new(NOW, &mut till.books.rng);
    assert!(till.books.db.read(|tx| super::super::latest(tx, elsewhere, 3)).unwrap().is_empty());
}

#[test]
fn sales_are_searched_by_code_and_number_and_narrowed() {
    let mut till = till();
    let first = till.sell(2);
    let second = till.ask(&till.request(1), later(86_400)).unwrap();
    till.void(&till.void_request(&first.sales[1]), later(60)).unwrap();
    let find = |filter: Filter| {
        let page = till.books.db.read(|tx| search(tx, &filter, None)).unwrap();
        page.sales.into_iter().map(|sale| sale.number).collect::<Vec<_>>()
    };
    let text = |text: &str| Filter { text: text.to_owned(), ..Filter::default() };
    assert_eq!(find(Filter::default()), [3, 2, 1]);
    let code = &first.sales[0].code;
    let hyphenated = format!(" {}-{}", code[..4].to_lowercase(), &code[4..9]);
    assert_eq!(find(text(&hyphenated)), [1]);
    assert_eq!(find(text("#3")), [3]);
    assert_eq!(find(text("#1")), [2, 1], "the sale of that number and the receipt of it");
    assert!(find(text("#99")).is_empty() && find(text("'; DROP TABLE sales; --")).is_empty());
    assert_eq!(find(text("wm")).len(), 3);
    assert_eq!(find(Filter { voided: true, ..text("wm") }), [2]);
    assert_eq!(find(Filter { voided: true, ..Filter::default() }), [2]);
    assert_eq!(find(Filter { day: Some(second.day), ..Filter::default() }), [3]);
    assert_eq!(find(Filter { day: Some(first.day), voided: true, ..Filter::default() }), [2]);
    assert_eq!(find(Filter { shift: Some(till.shift.id), ..Filter::default() }), [3, 2, 1]);
    assert_eq!(find(Filter { cashier: Some(till.cashier.id()), ..Filter::default() }), [3, 2, 1]);
    assert!(find(Filter { cashier: Some(till.admin.id()), ..Filter::default() }).is_empty());
    assert!(
        find(Filter {
            counter: Some(CounterId::new(NOW, &mut StdRng::seed_from_u64(9))),
            ..Filter::default()
        })
        .is_empty()
    );
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    let mut till = till();
    for _ in 0..6 {
        till.sell(20);
    }
    let (mut seen, mut next) = (Vec::new(), None);
    loop {
        let page = till.books.db.read(|tx| search(tx, &Filter::default(), next)).unwrap();
        seen.extend(page.sales.iter().map(|sale| sale.number));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=120).rev().collect::<Vec<_>>());
}

#[test]
fn tiles_say_what_the_next_one_costs_what_is_left_and_whether_it_waits() {
    let mut till = till();
    let router = till.plan.router;
    let other = till.books.add_plan(&PlanRequest {
        name: "2 Jam".to_owned(),
        counter_key: Some(1),
        selling_price: rupiah(2_000),
        ..plan_request(router)
    });
    let (stock, _) = till.batch(2, true, None);
    till.make_stock(stock.id);
    let dearer = PlanRequest {
        selling_price: rupiah(6_000),
        counter_fill: plans::Fill::Stock,
        ..plan_request(router)
    };
    till.change_plan(dearer);
    let tiles = |till: &Till| {
        let tiles = till.books.db.read(|tx| tiles(tx, NOW)).unwrap();
        tiles
            .into_iter()
            .map(|it| (it.plan, it.key, it.price.amount(), it.stock, it.waiting))
            .collect::<Vec<_>>()
    };
    let (fresh, plan) = (other.id, till.plan.id);
    assert_eq!(tiles(&till), [(fresh, Some(1), 2_000, None, false), (plan, None, 5_000, Some(2), false)]);
    till.router_leaves();
    assert_eq!(tiles(&till), [(fresh, Some(1), 2_000, None, true), (plan, None, 5_000, Some(2), false)]);
    till.sell(2);
    assert_eq!(tiles(&till)[1], (plan, None, 6_000, Some(0), true));
}

#[test]
fn a_quote_says_what_would_be_sold() {
    let mut till = till();
    let (stock, cards) = till.batch(1, true, None);
    let wanted = Wanted::Plan { plan: till.plan.id, quantity: 2 };
    let quote = till.books.db.read(|tx| quote(tx, &wanted, NOW)).unwrap();
    assert_eq!((quote.quantity, quote.gross, quote.waiting), (2, rupiah(10_000), false));
    let offer = till.books.db.read(|tx| offer(tx, cards[0].id, NOW)).unwrap();
    assert_eq!((offer.voucher.id, offer.price), (cards[0].id, rupiah(5_000)));
    till.make_stock(stock.id);
    till.router_leaves();
    let quote = till.books.db.read(|tx| super::super::quote(tx, &wanted, NOW)).unwrap();
    assert!(quote.waiting && quote.router_name == "Warung-1" && !quote.practice);
}

/// The steps SQLite takes for a statement.
fn steps(till: &Till, sql: &str, values: &[Val]) -> Vec<String> {
    let sql: &'static str = format!("EXPLAIN QUERY PLAN {sql}").leak();
    till.books.db.read(|tx| tx.all(sql, values, |row| row.text(3))).unwrap()
}

#[test]
fn what_is_asked_at_every_sale_walks_an_index_and_sorts_nothing() {
    let till = till();
    let values = [Val::Null, Val::Null, Val::Null, Val::Null, Val::Null];
    for (sql, index) in [
        (store::LATEST, "receipts_by_counter"),
        (store::OF_RECEIPT, "sales_by_receipt"),
        (store::SOLD_SINCE, "receipts_by_counter"),
    ] {
        let steps = steps(&till, sql, &values);
        assert!(steps.iter().any(|step| step.contains(index)), "{steps:?}");
        let slow = |step: &String| {
            step.contains("TEMP B-TREE") || (step.contains("SCAN") && !step.contains("SCAN newest"))
        };
        assert!(!steps.iter().any(slow), "{steps:?}");
    }
}

#[test]
fn lists_of_sales_walk_an_index_of_their_leading_condition() {
    let till = till();
    let (shift, day) = (Some(till.shift.id), Some(till.shift.day));
    let cashier = Some(till.cashier.id());
    let none = Filter::default();
    for (filter, index) in [
        (none.clone(), "INTEGER PRIMARY KEY|sqlite_autoindex_sales_2"),
        (Filter { shift, ..none.clone() }, "sales_by_shift"),
        (Filter { day, ..none.clone() }, "sales_in_order|sales_by_day"),
        (Filter { cashier, ..none.clone() }, "sales_by_cashier"),
        (Filter { voided: true, ..none }, "sqlite_autoindex_sales_1"),
    ] {
        let values: Vec<Val> = (0..8).map(|_| Val::Null).collect();
        let steps = steps(&till, store::newest_sql(&filter), &values);
        assert!(
            steps.iter().any(|step| index.split('|').any(|it| step.contains(it))),
            "{filter:?}: {steps:?}"
        );
    }
}
