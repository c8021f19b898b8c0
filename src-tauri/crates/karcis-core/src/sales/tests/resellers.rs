use super::*;
use crate::values::ResellerId;
use crate::vouchers::{Standing, VoucherState};

fn reseller(till: &mut Till) -> ResellerId {
    ResellerId::new(NOW, &mut till.books.rng)
}

fn hand(till: &mut Till, to: ResellerId, vouchers: &[VoucherId]) -> Result<Receipt, HandOverError> {
    let admin = till.admin.clone();
    let Books { db, rng, .. } = &mut till.books;
    db.write(|tx| hand_over(tx, &admin, &HandOver { reseller: to, vouchers }, rng, NOW))
}

fn ids(cards: &[Voucher]) -> Vec<VoucherId> {
    cards.iter().map(|card| card.id).collect()
}

#[test]
fn what_a_reseller_gets_is_sold_in_one_receipt_without_a_shift() {
    let mut till = till();
    let to = reseller(&mut till);
    let (_, cards) = till.batch(3, true, None);
    let receipt = hand(&mut till, to, &ids(&cards)).unwrap();
    assert_eq!((receipt.kind, receipt.quantity, receipt.total), (ReceiptKind::Handover, 3, rupiah(15_000)));
    assert_eq!((receipt.shift, receipt.counter), (None, None));
    for sale in &receipt.sales {
        assert_eq!((sale.fill, sale.reseller, sale.cost), (Fill::Handover, Some(to), rupiah(3_500)));
        assert_eq!(till.voucher(sale.voucher).standing, Standing::Sold);
    }
    assert_eq!(till.money(), (0, 0, 0), "the resellers' slice posts the money");
    let request = till.card(&cards[0]);
    assert!(matches!(till.ask(&request, NOW).unwrap_err(), SellError::NotForSale(Why::HandedOver)));
}

#[test]
fn one_that_is_not_to_be_had_keeps_all_of_them() {
    let mut till = till();
    let to = reseller(&mut till);
    let (_, cards) = till.batch(2, true, None);
    let (_, waiting) = till.batch(1, false, None);
    let request = till.card(&cards[1]);
    till.ask(&request, NOW).unwrap();
    let rows = till.rows();
    let sold = hand(&mut till, to, &ids(&cards)).unwrap_err();
    assert!(matches!(sold, HandOverError::NotForSale { number: 2, why: Why::Sold }));
    let pending = hand(&mut till, to, &[cards[0].id, waiting[0].id]).unwrap_err();
    assert!(matches!(pending, HandOverError::NotOnRouter { number: 3 }));
    assert!(matches!(hand(&mut till, to, &[]).unwrap_err(), HandOverError::Quantity));
    let twice = hand(&mut till, to, &[cards[0].id, cards[0].id]).unwrap_err();
    assert!(matches!(twice, HandOverError::NotForSale { number: 1, why: Why::Sold }));
    assert_eq!(till.rows(), rows);
    till.write(|tx| tx.run("UPDATE routers SET practice = 1", params![])).unwrap();
    assert!(matches!(hand(&mut till, to, &[cards[0].id]).unwrap_err(), HandOverError::Practice));
}

#[test]
fn what_a_reseller_gives_back_is_void_and_comes_back_once() {
    let mut till = till();
    let to = reseller(&mut till);
    let (_, cards) = till.batch(2, true, None);
    let receipt = hand(&mut till, to, &ids(&cards)).unwrap();
    let admin = till.admin.clone();
    let back = |till: &Till, sales: &[SaleId]| {
        till.write(|tx| take_back(tx, &admin, sales, "tidak laku", later(60)))
    };
    let returned = back(&till, &[receipt.sales[0].id]).unwrap();
    let voided = returned[0].voided.as_ref().unwrap();
    assert_eq!(
        (voided.kind, voided.amount, voided.reason.as_str()),
        (VoidKind::Return, rupiah(5_000), "tidak laku")
    );
    assert_eq!(till.voucher(cards[0].id).state, VoucherState::Void);
    let rows = till.rows();
    let both = [receipt.sales[1].id, receipt.sales[0].id];
    assert!(matches!(back(&till, &both), Err(HandOverError::NotHandedOver { number: 1 })));
    assert_eq!(till.rows(), rows, "the other one stays with them");
    let counter = till.sell(1);
    assert!(matches!(back(&till, &[counter.sales[0].id]), Err(HandOverError::NotHandedOver { .. })));
    let refused = till.void(&till.void_request(&receipt.sales[1]), later(60)).unwrap_err();
    assert!(matches!(refused, VoidError::HandedOver));
    assert!(matches!(till.undo(&receipt, NOW), Err(UndoError::Unknown)));
}
