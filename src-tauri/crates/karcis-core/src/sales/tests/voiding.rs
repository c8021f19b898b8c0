use super::*;
use crate::vouchers::VoucherState;

#[test]
fn an_undo_takes_back_the_whole_receipt_and_its_codes() {
    let mut till = till();
    let discount = Discount { amount: rupiah(500), reason: "langganan".to_owned(), approved_by: None };
    let request = SellRequest { discount: Some(discount), ..till.request(2) };
    let receipt = till.ask(&request, NOW).unwrap();
    let undone = till.undo(&receipt, later(10)).unwrap();
    assert!(undone.is_void());
    for sale in &undone.sales {
        let voided = sale.voided.as_ref().unwrap();
        assert_eq!(
            (voided.kind, voided.amount, voided.shift),
            (VoidKind::Undo, sale.paid, Some(till.shift.id))
        );
        let voucher = till.voucher(sale.voucher);
        assert_eq!((voucher.state, voucher.reason.as_deref()), (VoucherState::Void, Some("sale_undone")));
    }
    assert_eq!(till.money(), (0, 0, 0));
    let removals = "SELECT COUNT(*) FROM outbox WHERE kind = 'ensure_voucher' AND state = 'queued'";
    assert_eq!(till.count(removals), 4, "each code was owed to the router, and its removal is");
    assert_eq!(till.deeds().last().map(String::as_str), Some("sale.undo"));
    till.trial_balance_is_zero();
}

#[test]
fn an_undo_sent_twice_is_one_and_another_one_is_refused() {
    let mut till = till();
    let receipt = till.sell(1);
    let cashier = till.cashier.clone();
    let undone = |till: &mut Till, key: &str| {
        let Books { db, rng, .. } = &mut till.books;
        db.write(|tx| undo(tx, &cashier, receipt.id, key, rng, later(1)))
    };
    let first = undone(&mut till, "klik").unwrap();
    let rows = till.rows();
    assert_eq!(undone(&mut till, "klik").unwrap(), first);
    assert!(matches!(undone(&mut till, "lain"), Err(UndoError::AlreadyVoid)));
    assert_eq!(till.rows(), rows);
}

#[test]
fn only_the_one_who_sold_it_undoes_it_and_only_at_once() {
    let mut till = till();
    let receipt = till.sell(1);
    let rows = till.rows();
    for late in [NOW + UNDO_FOR + Duration::from_millis(1), NOW - Duration::from_secs(3_600)] {
        assert!(
            matches!(till.undo(&receipt, late), Err(UndoError::TooLate)),
            "a clock put back is no way out"
        );
    }
    std::mem::swap(&mut till.cashier, &mut till.admin);
    assert!(matches!(till.undo(&receipt, NOW), Err(UndoError::NotYours)));
    std::mem::swap(&mut till.cashier, &mut till.admin);
    assert_eq!(till.rows(), rows);
    let (shift, cashier) = (till.shift.id, till.cashier.clone());
    till.write(|tx| shifts::count(tx, &cashier, shift, &[], "hitung", NOW)).unwrap();
    assert!(matches!(till.undo(&receipt, NOW), Err(UndoError::ShiftNotOpen)));
    let none = Receipt { id: ReceiptId::new(NOW, &mut till.books.rng), ..receipt };
    assert!(matches!(till.undo(&none, NOW), Err(UndoError::Unknown)));
}

#[test]
fn a_receipt_of_which_a_part_was_voided_is_not_undone() {
    let mut till = till();
    let receipt = till.sell(2);
    till.void(&till.void_request(&receipt.sales[0]), later(5)).unwrap();
    assert!(matches!(till.undo(&receipt, later(6)), Err(UndoError::AlreadyVoid)));
    assert_eq!(till.money(), (5_000, 0, 5_000));
}

#[test]
fn the_cashier_voids_an_unused_voucher_alone_for_five_minutes() {
    let mut till = till();
    let discount = Discount { amount: rupiah(700), reason: "langganan".to_owned(), approved_by: None };
    let request = SellRequest { discount: Some(discount), ..till.request(2) };
    let receipt = till.ask(&request, NOW).unwrap();
    let sale = till.void(&till.void_request(&receipt.sales[0]), NOW + VOID_ALONE_FOR).unwrap();
    let voided = sale.voided.unwrap();
    assert_eq!(
        (voided.kind, voided.reason.as_str(), voided.amount),
        (VoidKind::Void, "salah paket", rupiah(4_650))
    );
    assert_eq!((voided.by.as_str(), voided.approved_by), ("Siti", None));
    assert_eq!(sale.voucher_state, VoucherState::Void);
    assert_eq!(till.money(), (4_650, 350, 5_000), "one of two is left");
    assert_eq!(till.deeds().last().map(String::as_str), Some("sale.void"));
    till.trial_balance_is_zero();
}

#[test]
fn whatever_else_is_voided_needs_somebody_who_may() {
    let mut till = till();
    let receipt = till.sell(1);
    let request = till.void_request(&receipt.sales[0]);
    let (siti, budi) = (till.cashier.clone(), till.admin.clone());
    let late = NOW + VOID_ALONE_FOR + Duration::from_millis(1);
    let back = NOW - VOID_ALONE_FOR - Duration::from_millis(1);
    let rows = till.rows();
    for (usage, actor, now, because) in [
        (Usage::Used, &siti, NOW, Because::Used),
        (Usage::Unknown, &siti, NOW, Because::UsageUnknown),
        (Usage::NeverUsed, &siti, late, Because::Late),
        (Usage::NeverUsed, &siti, back, Because::Late),
        (Usage::NeverUsed, &budi, NOW, Because::NotYours),
    ] {
        let request = VoidRequest { usage, ..request.clone() };
        let refused = till.void_as(&request, actor, Role::Operator, now).unwrap_err();
        assert!(matches!(refused, VoidError::NeedsApproval(why) if why == because), "{refused:?}");
        assert_eq!(approval_for(&receipt.sales[0], actor, Role::Operator, usage, now), Some(because));
        assert_eq!(approval_for(&receipt.sales[0], actor, Role::Admin, usage, now), None);
    }
    assert_eq!(till.rows(), rows);
    let approved = VoidRequest { usage: Usage::Used, approved_by: Some(budi), ..request };
    let sale = till.void(&approved, late).unwrap();
    assert_eq!(sale.voided.unwrap().approved_by.as_deref(), Some("Budi"));
    assert_eq!(till.money(), (0, 0, 0));
}

#[test]
fn an_admin_voids_anything_alone() {
    let mut till = till();
    let receipt = till.sell(1);
    let request = VoidRequest { usage: Usage::Used, ..till.void_request(&receipt.sales[0]) };
    let admin = till.admin.clone();
    let sale = till.void_as(&request, &admin, Role::Admin, later(86_400)).unwrap();
    let voided = sale.voided.unwrap();
    assert_eq!((voided.by.as_str(), voided.approved_by), ("Budi", None));
}

#[test]
fn the_money_of_a_void_comes_from_the_drawer_of_whoever_voids() {
    let mut till = till();
    let receipt = till.sell(1);
    let Books { db, rng, .. } = &mut till.books;
    let second = db.write(|tx| counters::add(tx, &Actor::karcis(), "Kasir 2", "dua", rng, NOW)).unwrap();
    let request = VoidRequest { counter: second.id, ..till.void_request(&receipt.sales[0]) };
    assert!(matches!(till.void(&request, NOW), Err(VoidError::NoShift)));
    let (siti, Books { db, rng, .. }) = (till.cashier.clone(), &mut till.books);
    let shift =
        db.write(|tx| shifts::open(tx, &siti, second.id, rupiah(50_000), "buka 2", rng, NOW)).unwrap();
    let sale = till.void(&request, NOW).unwrap();
    assert_eq!(sale.voided.unwrap().shift, Some(shift.id));
    assert_eq!((till.money(), till.balance(Account::Drawer(second.id))), ((5_000, 0, 0), 45_000));
    till.trial_balance_is_zero();
}

#[test]
fn voids_that_make_no_sense_are_refused_and_leave_nothing_behind() {
    let mut till = till();
    let receipt = till.sell(1);
    let request = till.void_request(&receipt.sales[0]);
    let rows = till.rows();
    let none = VoidRequest { sale: SaleId::new(NOW, &mut till.books.rng), ..request.clone() };
    assert!(matches!(till.void(&none, NOW), Err(VoidError::Unknown)));
    let nowhere = VoidRequest { counter: CounterId::new(NOW, &mut till.books.rng), ..request.clone() };
    assert!(matches!(till.void(&nowhere, NOW), Err(VoidError::UnknownCounter)));
    let wordless = VoidRequest { reason: " ".to_owned(), ..request.clone() };
    assert!(matches!(till.void(&wordless, NOW), Err(VoidError::NoReason)));
    assert_eq!(till.rows(), rows);
    let (shift, cashier) = (till.shift.id, till.cashier.clone());
    till.write(|tx| shifts::count(tx, &cashier, shift, &[], "hitung", NOW)).unwrap();
    assert!(matches!(till.void(&request, NOW), Err(VoidError::ShiftCounted)));
    till.write(|tx| shifts::carry_on(tx, &cashier, shift, NOW)).unwrap();
    till.void(&request, NOW).unwrap();
    assert!(matches!(till.void(&request, NOW), Err(VoidError::AlreadyVoid)));
}

#[test]
fn a_void_sent_twice_is_one() {
    let mut till = till();
    let receipt = till.sell(1);
    let request = till.void_request(&receipt.sales[0]);
    let cashier = till.cashier.clone();
    let mut twice = || {
        let Books { db, rng, .. } = &mut till.books;
        db.write(|tx| void(tx, &cashier, Role::Operator, &request, "klik", rng, NOW)).unwrap()
    };
    assert_eq!(twice(), twice());
    assert_eq!((till.count("SELECT COUNT(*) FROM sale_voids"), till.money()), (1, (0, 0, 0)));
}

#[test]
fn a_sold_voucher_is_not_voided_past_the_money() {
    let mut till = till();
    let receipt = till.sell(1);
    let voucher = receipt.sales[0].voucher;
    let refused = till.write(|tx| vouchers::void_voucher(tx, &Actor::karcis(), voucher, "hilang", NOW));
    assert!(matches!(refused.unwrap_err(), vouchers::SteerError::Sold));
    let refused =
        till.write(|tx| vouchers::cancel_batch(tx, &Actor::karcis(), till.voucher(voucher).batch, NOW));
    assert!(matches!(refused.unwrap_err(), vouchers::SteerError::TooLate));
    assert_eq!(till.voucher(voucher).state, VoucherState::Pending);
}

#[test]
fn rows_of_money_are_only_ever_added() {
    let mut till = till();
    let receipt = till.sell(1);
    till.void(&till.void_request(&receipt.sales[0]), NOW).unwrap();
    for sql in [
        "UPDATE sales SET paid = 0",
        "DELETE FROM sales",
        "UPDATE receipts SET total = 0",
        "DELETE FROM receipts",
        "UPDATE sale_voids SET amount = 0",
        "DELETE FROM sale_voids",
    ] {
        let refused = till.write(|tx| tx.run(sql, params![])).unwrap_err();
        assert!(refused.chain().contains("only ever added"), "{sql}: {}", refused.chain());
    }
}
