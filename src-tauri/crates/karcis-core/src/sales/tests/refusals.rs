use super::*;
use crate::reservations::{self, Kept, ReserveRequest};
use crate::values::{PlanId, ReservationId};

/// What was asked is refused as expected and has left nothing behind.
#[track_caller]
fn refused(till: &mut Till, request: &SellRequest, now: Timestamp, expected: impl Fn(&SellError) -> bool) {
    let rows = till.rows();
    let error = till.ask(request, now).unwrap_err();
    assert!(expected(&error), "{error:?}");
    assert_eq!(till.rows(), rows, "a refusal leaves nothing behind");
}

#[test]
fn nothing_is_sold_without_an_open_shift_at_a_counter_in_use() {
    let mut till = till();
    let request = till.request(1);
    let elsewhere = CounterId::new(NOW, &mut till.books.rng);
    refused(&mut till, &SellRequest { counter: elsewhere, ..request.clone() }, NOW, |error| {
        matches!(error, SellError::UnknownCounter)
    });
    let Books { db, rng, .. } = &mut till.books;
    let second = db.write(|tx| counters::add(tx, &Actor::karcis(), "Kasir 2", "dua", rng, NOW)).unwrap();
    refused(&mut till, &SellRequest { counter: second.id, ..request.clone() }, NOW, |error| {
        matches!(error, SellError::NoShift)
    });
    let (shift, cashier) = (till.shift.id, till.cashier.clone());
    till.write(|tx| shifts::count(tx, &cashier, shift, &[], "hitung", NOW)).unwrap();
    refused(&mut till, &request, NOW, |error| matches!(error, SellError::ShiftCounted));
    till.write(|tx| shifts::carry_on(tx, &cashier, shift, NOW)).unwrap();
    till.ask(&request, NOW).unwrap();
}

#[test]
fn one_to_twenty_of_a_plan_in_use_are_sold() {
    let mut till = till();
    for quantity in [0, 21] {
        let request = till.request(quantity);
        refused(&mut till, &request, NOW, |error| matches!(error, SellError::Quantity));
    }
    assert_eq!(till.sell(20).sales.len(), 20);
    let unknown = Wanted::Plan { plan: PlanId::new(NOW, &mut till.books.rng), quantity: 1 };
    let request = SellRequest { wanted: unknown, ..till.request(1) };
    refused(&mut till, &request, NOW, |error| matches!(error, SellError::UnknownPlan));
    let plan = till.plan.id;
    till.write(|tx| plans::set_archived(tx, &Actor::karcis(), plan, true, NOW)).unwrap();
    let request = till.request(1);
    refused(&mut till, &request, NOW, |error| matches!(error, SellError::UnknownPlan));
}

#[test]
fn too_little_money_and_too_much_of_it_are_refused() {
    let mut till = till();
    for (received, too_little) in [(9_999, true), (-1, true), (i64::MAX, false)] {
        let request = SellRequest { received: Some(rupiah(received)), ..till.request(2) };
        refused(&mut till, &request, NOW, |error| match error {
            SellError::TooLittle { total } => too_little && *total == rupiah(10_000),
            SellError::BadAmount => !too_little,
            _ => false,
        });
    }
    let exact = SellRequest { received: Some(rupiah(10_000)), ..till.request(2) };
    assert_eq!(till.ask(&exact, NOW).unwrap().change(), Money::ZERO);
}

#[test]
fn discounts_without_a_reason_below_zero_or_above_the_price_are_refused() {
    let mut till = till();
    let with = |till: &Till, amount: i64, reason: &str| {
        let approved_by = Some(till.admin.clone());
        let discount = Discount { amount: rupiah(amount), reason: reason.to_owned(), approved_by };
        SellRequest { discount: Some(discount), ..till.request(1) }
    };
    let request = with(&till, 100, "  ");
    refused(&mut till, &request, NOW, |error| matches!(error, SellError::NoReason));
    let request = with(&till, 100, &"x".repeat(121));
    refused(&mut till, &request, NOW, |error| matches!(error, SellError::NoReason));
    let request = with(&till, -100, "aneh");
    refused(&mut till, &request, NOW, |error| matches!(error, SellError::BadAmount));
    let request = with(&till, 5_001, "kebanyakan");
    refused(
        &mut till,
        &request,
        NOW,
        |error| matches!(error, SellError::DiscountTooHigh { most } if *most == rupiah(5_000)),
    );
    let nothing = with(&till, 0, "");
    assert_eq!(till.ask(&nothing, NOW).unwrap().discount_reason, None, "nothing off is no discount");
    let all = with(&till, 5_000, "contoh");
    assert_eq!(till.ask(&all, NOW).unwrap().total, Money::ZERO);
    till.trial_balance_is_zero();
}

fn why(till: &mut Till, request: &SellRequest, now: Timestamp, expected: Why) {
    refused(till, request, now, |error| matches!(error, SellError::NotForSale(why) if *why == expected));
}

#[test]
fn a_card_that_is_not_to_be_had_says_why() {
    let mut till = till();
    let (made, cards) = till.batch(6, true, Some(30));
    let karcis = Actor::karcis();
    let mut unknown = cards[0].clone();
    unknown.id = VoucherId::new(NOW, &mut till.books.rng);
    let request = till.card(&unknown);
    why(&mut till, &request, NOW, Why::Unknown);

    let sold = till.card(&cards[0]);
    till.ask(&sold, NOW).unwrap();
    why(&mut till, &sold, NOW, Why::Sold);

    let voided = till.card(&cards[1]);
    till.write(|tx| vouchers::void_voucher(tx, &karcis, cards[1].id, "hilang", NOW)).unwrap();
    why(&mut till, &voided, NOW, Why::Void);

    let off = till.card(&cards[2]);
    till.write(|tx| vouchers::set_disabled(tx, &karcis, cards[2].id, true, NOW)).unwrap();
    why(&mut till, &off, NOW, Why::Disabled);

    let kept = till.card(&cards[3]);
    reserve(&mut till, Kept::Voucher(cards[3].id));
    why(&mut till, &kept, NOW, Why::Reserved);

    let old = till.card(&cards[4]);
    let last_moment = made.sell_by.unwrap();
    why(&mut till, &old, last_moment + Duration::from_millis(1), Why::TooOld);
    till.ask(&old, last_moment).unwrap();
}

#[test]
fn a_rejected_card_is_not_sold() {
    let mut till = till();
    let (made, cards) = till.batch(1, false, None);
    let answer = ChunkAnswer { present: Vec::new(), taken: vec![cards[0].id] };
    let Books { db, rng, .. } = &mut till.books;
    db.write(|tx| vouchers::keep_answer(tx, made.id, 0, &answer, rng, NOW)).unwrap();
    let request = till.card(&cards[0]);
    why(&mut till, &request, NOW, Why::Rejected);
}

#[test]
fn a_card_of_a_cancelled_batch_is_sold_when_it_is_on_the_router_and_only_then() {
    let mut till = till();
    let (made, cards) = till.batch(2, false, None);
    till.write(|tx| vouchers::voucher_answered(tx, cards[0].id, NOW)).unwrap();
    till.write(|tx| vouchers::cancel_batch(tx, &Actor::karcis(), made.id, NOW)).unwrap();
    let (there, gone) = (till.card(&cards[0]), till.card(&cards[1]));
    till.ask(&there, NOW).unwrap();
    why(&mut till, &gone, NOW, Why::Void);
}

#[test]
fn a_card_of_a_plan_out_of_use_is_as_good_as_it_was() {
    let mut till = till();
    let (_, cards) = till.batch(1, true, None);
    let plan = till.plan.id;
    till.write(|tx| plans::set_archived(tx, &Actor::karcis(), plan, true, NOW)).unwrap();
    let request = till.card(&cards[0]);
    assert_eq!(till.ask(&request, NOW).unwrap().total, rupiah(5_000));
}

#[test]
fn a_voided_sales_voucher_is_never_sold_again() {
    let mut till = till();
    let (_, cards) = till.batch(1, true, None);
    let request = till.card(&cards[0]);
    let receipt = till.ask(&request, NOW).unwrap();
    till.undo(&receipt, NOW).unwrap();
    why(&mut till, &request, NOW, Why::Void);
}

fn reserve(till: &mut Till, kept: Kept) -> reservations::Reservation {
    let key = till.key();
    let request = ReserveRequest { kept, customer: "Bu Rina".to_owned(), note: String::new(), until: None };
    let Till { books: Books { db, rng, .. }, cashier, .. } = till;
    db.write(|tx| reservations::reserve(tx, cashier, &request, &key, rng, NOW)).unwrap()
}

#[test]
fn what_was_kept_is_sold_to_its_customer_at_the_price_of_that_day() {
    let mut till = till();
    let plan = till.plan.id;
    let kept = reserve(&mut till, Kept::Plan(plan));
    assert_eq!((kept.voucher, kept.price), (None, rupiah(5_000)));
    till.change_plan(PlanRequest { selling_price: rupiah(9_000), ..plan_request(till.plan.router) });
    let request = SellRequest { wanted: Wanted::Reservation(kept.id), ..till.request(1) };
    let receipt = till.ask(&request, NOW).unwrap();
    assert_eq!((receipt.total, receipt.sales[0].fill), (rupiah(5_000), Fill::Reserved));
    let after = till.books.db.read(|tx| reservations::reservation(tx, kept.id)).unwrap().unwrap();
    assert_eq!((after.state, after.receipt), (reservations::ReservationState::Sold, Some(receipt.id)));
    refused(&mut till, &request, NOW, |error| matches!(error, SellError::ReservationClosed));
    let none = Wanted::Reservation(ReservationId::new(NOW, &mut till.books.rng));
    let request = SellRequest { wanted: none, ..till.request(1) };
    refused(&mut till, &request, NOW, |error| matches!(error, SellError::ReservationClosed));
}

#[test]
fn a_card_kept_for_somebody_is_theirs_past_its_shelf_life() {
    let mut till = till();
    let (made, cards) = till.batch(1, true, Some(1));
    let kept = reserve(&mut till, Kept::Voucher(cards[0].id));
    let request = SellRequest { wanted: Wanted::Reservation(kept.id), ..till.request(1) };
    let after = made.sell_by.unwrap() + Duration::from_secs(60);
    assert_eq!(till.ask(&request, after).unwrap().sales[0].voucher, cards[0].id);
}
