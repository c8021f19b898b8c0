use super::*;
use crate::slips::SlipKind;
use crate::vouchers::Standing;

#[test]
fn a_sale_is_one_transaction_of_voucher_money_note_and_trail() {
    let mut till = till();
    let receipt = till.sell(1);
    assert_eq!((receipt.number, receipt.quantity, receipt.total), (1, 1, rupiah(5_000)));
    assert_eq!((receipt.counter, receipt.shift), (Some(till.counter), Some(till.shift.id)));
    assert_eq!(receipt.cashier_name, "Siti");
    let sale = &receipt.sales[0];
    assert_eq!(
        (sale.fill, sale.plan_name.as_str(), sale.router_name.as_str()),
        (Fill::Fresh, "1 Hari", "Warung-1")
    );
    assert_eq!(
        (sale.price, sale.discount, sale.paid, sale.cost),
        (rupiah(5_000), Money::ZERO, rupiah(5_000), rupiah(3_500))
    );
    assert!(sale.is_waiting() && !sale.is_active() && sale.code.starts_with("WM"));
    let voucher = till.voucher(sale.voucher);
    assert_eq!(
        (voucher.standing, voucher.code.as_str(), voucher.sold_at),
        (Standing::Sold, sale.code.as_str(), Some(NOW))
    );
    assert_eq!(till.money(), (5_000, 0, 5_000));
    let subject = voucher.id.to_string();
    let waiting = "SELECT COUNT(*) FROM outbox WHERE subject = $1 AND state = 'queued' AND priority = 10";
    let waiting = till.books.db.read(|tx| tx.one(waiting, params![subject], |row| row.int(0))).unwrap();
    assert_eq!(waiting, 1);
    assert_eq!(till.deeds().last().map(String::as_str), Some("sale.sell"));
    till.trial_balance_is_zero();
}

#[test]
fn several_are_sold_on_one_receipt_and_change_is_given() {
    let mut till = till();
    let request = SellRequest { received: Some(rupiah(50_000)), ..till.request(3) };
    let receipt = till.ask(&request, NOW).unwrap();
    assert_eq!((receipt.total, receipt.change(), receipt.sales.len()), (rupiah(15_000), rupiah(35_000), 3));
    let numbers: Vec<i64> = receipt.sales.iter().map(|sale| sale.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(till.money(), (15_000, 0, 15_000), "the change was never in the drawer's books");
}

#[test]
fn the_same_request_is_one_sale_whatever_was_confirmed_meanwhile() {
    let mut till = till();
    let first = SellRequest { twice_confirmed: false, ..till.request(1) };
    let sold = till.ask_as(&first, "klik", Role::Operator, NOW).unwrap();
    let rows = till.rows();
    let confirmed = till.request(1);
    for request in [&first, &confirmed] {
        assert_eq!(till.ask_as(request, "klik", Role::Operator, later(1)).unwrap(), sold);
    }
    assert_eq!(till.rows(), rows);
    let changed = till.request(2);
    let another = till.ask_as(&changed, "klik", Role::Operator, later(1)).unwrap();
    assert_ne!(another.id, sold.id, "a form that was changed and sent again is another deed");
}

#[test]
fn stock_is_sold_at_the_price_it_was_made_for_and_a_fresh_code_follows_when_it_ends() {
    let mut till = till();
    let (stock, cards) = till.batch(2, true, None);
    till.make_stock(stock.id);
    let dearer = PlanRequest {
        selling_price: rupiah(6_000),
        price: rupiah(4_000),
        counter_fill: plans::Fill::Stock,
        ..plan_request(till.plan.router)
    };
    till.change_plan(dearer);
    let receipt = till.sell(3);
    let sold: Vec<_> = receipt.sales.iter().map(|sale| (sale.fill, sale.price, sale.cost)).collect();
    let from_stock = (Fill::Stock, rupiah(5_000), rupiah(3_500));
    assert_eq!(sold, [from_stock, from_stock, (Fill::Fresh, rupiah(6_000), rupiah(4_000))]);
    assert_eq!(receipt.sales[0].voucher, cards[0].id, "the oldest first");
    assert!(receipt.sales[0].is_active());
    assert_eq!((receipt.gross, till.money()), (rupiah(16_000), (16_000, 0, 16_000)));
    assert_eq!(receipt.day, till.books.db.read(|tx| crate::settings::business_day(tx, NOW)).unwrap());
}

#[test]
fn the_price_the_cashier_saw_is_the_price_that_is_sold() {
    let mut till = till();
    let seen = SellRequest { shown: Some(rupiah(10_000)), ..till.request(2) };
    till.change_plan(PlanRequest { selling_price: rupiah(6_000), ..plan_request(till.plan.router) });
    let rows = till.rows();
    let refused = till.ask(&seen, NOW).unwrap_err();
    assert!(matches!(refused, SellError::OtherPrice { gross } if gross == rupiah(12_000)));
    assert_eq!(till.rows(), rows);
    till.ask(&SellRequest { shown: Some(rupiah(12_000)), ..seen }, NOW).unwrap();
}

#[test]
fn a_card_in_the_hand_sells_exactly_that_card() {
    let mut till = till();
    let (_, cards) = till.batch(3, true, None);
    let receipt = till.ask(&till.card(&cards[1]), NOW).unwrap();
    assert_eq!((receipt.sales[0].voucher, receipt.sales[0].fill), (cards[1].id, Fill::Card));
    assert!(till.voucher(cards[0].id).standing == Standing::Unsold);
}

#[test]
fn a_card_on_its_way_to_the_router_is_sold_and_overtakes_its_batch() {
    let mut till = till();
    let (_, cards) = till.batch(3, false, None);
    let receipt = till.ask(&till.card(&cards[2]), NOW).unwrap();
    assert!(receipt.sales[0].is_waiting());
    let sql = "SELECT COUNT(*) FROM outbox WHERE kind = 'ensure_voucher' AND priority = 10";
    assert_eq!(till.count(sql), 1);
}

#[test]
fn a_discount_is_spread_and_posted() {
    let mut till = till();
    let discount = Discount { amount: rupiah(1_000), reason: "langganan".to_owned(), approved_by: None };
    let request = SellRequest { discount: Some(discount), received: Some(rupiah(14_000)), ..till.request(3) };
    let receipt = till.ask(&request, NOW).unwrap();
    assert_eq!(
        (receipt.gross, receipt.discount, receipt.total),
        (rupiah(15_000), rupiah(1_000), rupiah(14_000))
    );
    let shares: Vec<i64> = receipt.sales.iter().map(|sale| sale.discount.amount()).collect();
    assert_eq!((shares.iter().sum::<i64>(), shares), (1_000, vec![333, 333, 334]));
    assert_eq!(receipt.discount_reason.as_deref(), Some("langganan"));
    assert_eq!(till.money(), (14_000, 1_000, 15_000));
    till.trial_balance_is_zero();
}

#[test]
fn a_high_discount_needs_somebody_who_may_and_names_them() {
    let mut till = till();
    let asked = |approved_by| Discount { amount: rupiah(2_000), reason: "rusak".to_owned(), approved_by };
    let request = SellRequest { discount: Some(asked(None)), ..till.request(1) };
    let refused = till.ask(&request, NOW).unwrap_err();
    assert!(matches!(refused, SellError::DiscountTooHigh { most } if most == rupiah(500)));
    let admins = till.ask_as(&request, "admin", Role::Admin, NOW).unwrap();
    assert_eq!((admins.discount, admins.approved_by), (rupiah(2_000), None));
    let approved = SellRequest { discount: Some(asked(Some(till.admin.clone()))), ..request };
    let receipt = till.ask(&approved, NOW).unwrap();
    assert_eq!(receipt.approved_by.as_deref(), Some("Budi"));
}

#[test]
fn what_a_role_may_let_off_is_the_owners_to_set() {
    let mut till = till();
    till.write(|tx| set_discount_most(tx, Role::Operator, 0)).unwrap();
    let discount = Discount { amount: rupiah(1), reason: "receh".to_owned(), approved_by: None };
    let request = SellRequest { discount: Some(discount), ..till.request(1) };
    assert!(
        matches!(till.ask(&request, NOW).unwrap_err(), SellError::DiscountTooHigh { most } if most == Money::ZERO)
    );
    assert!(till.write(|tx| set_discount_most(tx, Role::Operator, 101)).is_err());
    assert!(till.write(|tx| set_discount_most(tx, Role::Viewer, 5)).is_err());
    let most = |role| till.books.db.read(|tx| discount_most(tx, role)).unwrap();
    assert_eq!([Role::Operator, Role::Admin, Role::SuperAdmin, Role::Viewer].map(most), [0, 50, 100, 0]);
}

#[test]
fn selling_while_the_router_is_away_is_asked_once_for_an_outage() {
    let mut till = till();
    let unasked = SellRequest { waiting_accepted: false, ..till.request(1) };
    till.ask(&unasked, NOW).unwrap();
    till.router_leaves();
    let rows = till.rows();
    let refused = till.ask(&unasked, NOW).unwrap_err();
    assert!(matches!(refused, SellError::RouterAway { router_name } if router_name == "Warung-1"));
    assert_eq!(till.rows(), rows);
    till.ask(&till.request(1), NOW).unwrap();
    till.router_leaves();
    assert!(till.ask(&unasked, NOW).unwrap().sales[0].is_waiting(), "the same outage, another failure");
    till.router_returns();
    till.ask(&unasked, NOW).unwrap();
    let lane = Lane::Router(till.plan.router);
    let Books { db, rng, .. } = &mut till.books;
    db.write(|tx| outbox::lane_failed(tx, &lane, "silent", rng, later(60))).unwrap();
    assert!(
        matches!(till.ask(&unasked, later(60)).unwrap_err(), SellError::RouterAway { .. }),
        "another outage"
    );
}

#[test]
fn what_is_on_the_router_already_is_sold_without_a_word_while_it_is_away() {
    let mut till = till();
    let (stock, cards) = till.batch(3, true, None);
    let unasked = SellRequest { waiting_accepted: false, ..till.card(&cards[2]) };
    till.router_leaves();
    till.ask(&unasked, NOW).unwrap();
    till.make_stock(stock.id);
    till.fill_from_stock();
    let quantity = |quantity| Wanted::Plan { plan: till.plan.id, quantity };
    let (two, three) = (quantity(2), quantity(3));
    assert!(matches!(
        till.ask(&SellRequest { wanted: three, ..unasked.clone() }, NOW).unwrap_err(),
        SellError::RouterAway { .. }
    ));
    assert!(
        till.ask(&SellRequest { wanted: two, ..unasked }, NOW).unwrap().sales.iter().all(Sale::is_active)
    );
}

#[test]
fn the_same_plan_within_two_seconds_is_asked_about() {
    let mut till = till();
    let unasked = SellRequest { twice_confirmed: false, ..till.request(1) };
    till.ask(&unasked, NOW).unwrap();
    let soon = NOW + Duration::from_millis(1_999);
    assert!(matches!(till.ask(&unasked, soon).unwrap_err(), SellError::AskTwice));
    till.ask(&unasked, later(2)).unwrap();
    till.ask(&till.request(1), later(2)).unwrap();
    let before = NOW - Duration::from_secs(3_600);
    till.ask(&unasked, before).expect("a clock that was put back asks nothing");
}

#[test]
fn another_plan_another_person_or_an_undone_sale_is_not_asked_about() {
    let mut till = till();
    let unasked = SellRequest { twice_confirmed: false, ..till.request(1) };
    let undone = till.ask(&unasked, NOW).unwrap();
    till.undo(&undone, NOW).unwrap();
    till.ask(&unasked, NOW).unwrap();
    std::mem::swap(&mut till.cashier, &mut till.admin);
    till.ask(&unasked, NOW).expect("somebody else");
    let router = till.plan.router;
    let other = till.books.add_plan(&PlanRequest { name: "2 Jam".to_owned(), ..plan_request(router) });
    let wanted = Wanted::Plan { plan: other.id, quantity: 1 };
    till.ask(&SellRequest { wanted, ..unasked.clone() }, NOW).expect("another plan");
    let (_, cards) = till.batch(2, true, None);
    for card in &cards {
        till.ask(&SellRequest { twice_confirmed: false, ..till.card(card) }, NOW)
            .expect("a card is one of its kind");
    }
}

#[test]
fn practice_is_recorded_but_is_not_money() {
    let mut till = till();
    till.write(|tx| tx.run("UPDATE routers SET practice = 1", params![])).unwrap();
    let receipt = till.sell(1);
    assert!(receipt.practice && receipt.sales[0].practice);
    assert_eq!(till.money(), (0, 0, 0));
    let voided = till.void(&till.void_request(&receipt.sales[0]), later(30)).unwrap();
    assert!(voided.voided.is_some());
    assert_eq!(
        (till.money(), till.count("SELECT COUNT(*) FROM ledger_transactions WHERE kind <> 'float'")),
        ((0, 0, 0), 0)
    );
}

#[test]
fn something_free_is_sold_without_money() {
    let mut till = till();
    till.change_plan(PlanRequest { selling_price: Money::ZERO, ..plan_request(till.plan.router) });
    let receipt = till.sell(2);
    assert_eq!((receipt.total, till.money()), (Money::ZERO, (0, 0, 0)));
    till.undo(&receipt, NOW).unwrap();
}

#[test]
fn a_counter_with_a_printer_asks_for_one_slip_a_voucher_and_opens_the_drawer_once() {
    let mut till = till();
    till.give_printer();
    let receipt = till.sell(3);
    for (place, sale) in receipt.sales.iter().enumerate() {
        let subject = sale.id.to_string();
        let slips =
            till.books.db.read(|tx| crate::slips::of_subject(tx, SlipKind::Voucher, &subject)).unwrap();
        assert_eq!((slips.len(), slips[0].kick), (1, place == 0));
    }
    till.undo(&receipt, NOW).unwrap();
    assert_eq!(till.count("SELECT COUNT(*) FROM slips WHERE kind = 'void'"), 3);
    till.retire_printer();
    let receipt = till.sell(1);
    assert_eq!(receipt.sales.len(), 1, "a printer out of use stands in no sale's way");
}
