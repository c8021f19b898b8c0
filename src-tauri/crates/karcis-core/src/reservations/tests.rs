use super::*;
use crate::plans::PlanRequest;
use crate::pretend::{Books, NOW, plan_request};
use crate::vouchers::{Batch, BatchRequest, ChunkAnswer, Purpose, SteerError};
use std::time::Duration;

struct Shop {
    books: Books,
    plan: Plan,
    asked: u32,
}

fn shop(fill: Fill) -> Shop {
    let mut books = Books::new();
    let router = books.add_router("Warung-1");
    let plan = books.add_plan(&PlanRequest { counter_fill: fill, ..plan_request(router) });
    Shop { books, plan, asked: 0 }
}

impl Shop {
    fn stock(&mut self, size: u32, shelf_life_days: Option<u32>) -> (Batch, Vec<Voucher>) {
        let code = self.plan.code.clone();
        let request = BatchRequest { plan: self.plan.id, size, code, note: String::new(), shelf_life_days };
        let karcis = Actor::karcis();
        let Books { db, rng, .. } = &mut self.books;
        let made = db.write(|tx| vouchers::issue_batch(tx, &karcis, &request, "stok", rng, NOW)).unwrap();
        let cards = db.read(|tx| vouchers::printable(tx, made.id)).unwrap();
        let answer = ChunkAnswer { present: cards.iter().map(|card| card.id).collect(), taken: Vec::new() };
        db.write(|tx| vouchers::keep_answer(tx, made.id, 0, &answer, rng, NOW)).unwrap();
        db.write(|tx| vouchers::set_purpose(tx, &karcis, made.id, Purpose::Stock, NOW)).unwrap();
        let cards = db.read(|tx| vouchers::printable(tx, made.id)).unwrap();
        (made, cards)
    }

    fn request(&self) -> ReserveRequest {
        ReserveRequest {
            kept: Kept::Plan(self.plan.id),
            customer: "Bu Rina".to_owned(),
            note: String::new(),
            until: None,
        }
    }

    fn reserve(&mut self, request: &ReserveRequest, now: Timestamp) -> Result<Reservation, ReserveError> {
        self.asked += 1;
        let key = format!("simpan-{}", self.asked);
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| reserve(tx, &Actor::karcis(), request, &key, rng, now))
    }

    fn release(&self, id: ReservationId) -> Result<Reservation, ReserveError> {
        self.books.db.write(|tx| release(tx, &Actor::karcis(), id, NOW))
    }

    fn stock_left(&self) -> u32 {
        self.books.db.read(|tx| vouchers::stock_of(tx, self.plan.id, NOW)).unwrap()
    }

    fn open(&self) -> Vec<i64> {
        self.books.db.read(open).unwrap().into_iter().map(|kept| kept.number).collect()
    }
}

#[test]
fn a_plan_that_draws_its_codes_keeps_a_price_and_no_code() {
    let mut shop = shop(Fill::Fresh);
    let kept = shop.reserve(&shop.request(), NOW).unwrap();
    assert_eq!((kept.voucher, kept.price, kept.state), (None, Money::rupiah(5_000), ReservationState::Open));
    assert_eq!((kept.customer.as_str(), kept.plan_name.as_str()), ("Bu Rina", "1 Hari"));
    assert_eq!(shop.open(), [1]);
    let read = shop.books.db.read(|tx| reservation(tx, kept.id)).unwrap();
    assert_eq!(read, Some(kept), "it reads back as it was kept");
}

#[test]
fn a_plan_that_sells_from_stock_keeps_the_next_one_of_it() {
    let mut shop = shop(Fill::Stock);
    let (_, cards) = shop.stock(2, None);
    let kept = shop.reserve(&shop.request(), NOW).unwrap();
    assert_eq!((kept.voucher, shop.stock_left()), (Some(cards[0].id), 1));
    let found = shop.books.db.read(|tx| of_voucher(tx, cards[0].id)).unwrap();
    assert_eq!(found.map(|found| found.id), Some(kept.id));
    shop.release(kept.id).unwrap();
    assert_eq!((shop.stock_left(), shop.open()), (2, vec![]));
    assert_eq!(shop.release(kept.id).unwrap().state, ReservationState::Released, "letting go twice is once");
    assert_eq!(shop.books.db.read(|tx| of_voucher(tx, cards[0].id)).unwrap(), None);
}

#[test]
fn a_card_is_kept_for_one_person_only() {
    let mut shop = shop(Fill::Fresh);
    let (made, cards) = shop.stock(3, Some(1));
    let karcis = Actor::karcis();
    let this = |card: &Voucher| ReserveRequest { kept: Kept::Voucher(card.id), ..shop_request(card.plan) };
    shop.reserve(&this(&cards[0]), NOW).unwrap();
    assert!(matches!(shop.reserve(&this(&cards[0]), NOW), Err(ReserveError::NotToBeHad)));
    shop.books.db.write(|tx| vouchers::set_disabled(tx, &karcis, cards[1].id, true, NOW)).unwrap();
    assert!(matches!(shop.reserve(&this(&cards[1]), NOW), Err(ReserveError::NotToBeHad)));
    let too_old = made.sell_by.unwrap() + Duration::from_millis(1);
    assert!(matches!(shop.reserve(&this(&cards[2]), too_old), Err(ReserveError::NotToBeHad)));
    shop.books.db.write(|tx| vouchers::void_voucher(tx, &karcis, cards[2].id, "hilang", NOW)).unwrap();
    assert!(matches!(shop.reserve(&this(&cards[2]), NOW), Err(ReserveError::NotToBeHad)));
    let voided = shop.books.db.write(|tx| vouchers::void_voucher(tx, &karcis, cards[0].id, "hilang", NOW));
    assert!(matches!(voided, Err(SteerError::Reserved)));
}

fn shop_request(plan: PlanId) -> ReserveRequest {
    ReserveRequest {
        kept: Kept::Plan(plan),
        customer: "Pak Joko".to_owned(),
        note: "bayar sore".to_owned(),
        until: None,
    }
}

#[test]
fn names_notes_moments_and_plans_that_make_no_sense_are_refused() {
    let mut shop = shop(Fill::Fresh);
    let good = ReserveRequest { until: Some(NOW + Duration::from_secs(60)), ..shop.request() };
    let long = "x".repeat(121);
    let nobody = ReserveRequest { customer: " ".to_owned(), ..good.clone() };
    assert!(matches!(shop.reserve(&nobody, NOW), Err(ReserveError::BadCustomer)));
    let wordy = ReserveRequest { note: long, ..good.clone() };
    assert!(matches!(shop.reserve(&wordy, NOW), Err(ReserveError::BadNote)));
    let past = ReserveRequest { until: Some(NOW), ..good.clone() };
    assert!(matches!(shop.reserve(&past, NOW), Err(ReserveError::BadUntil)));
    let kept = shop.reserve(&good, NOW).unwrap();
    assert!(!kept.is_overdue(NOW) && kept.is_overdue(NOW + Duration::from_secs(61)));
    let plan = shop.plan.id;
    shop.books.db.write(|tx| plans::set_archived(tx, &Actor::karcis(), plan, true, NOW)).unwrap();
    assert!(matches!(shop.reserve(&good, NOW), Err(ReserveError::UnknownPlan)));
    assert_eq!(shop.open(), [1]);
}

#[test]
fn the_same_request_is_one_reservation() {
    let mut shop = shop(Fill::Fresh);
    let request = shop.request();
    let Books { db, rng, .. } = &mut shop.books;
    let mut twice = || db.write(|tx| reserve(tx, &Actor::karcis(), &request, "klik", rng, NOW)).unwrap();
    assert_eq!(twice(), twice());
    assert_eq!(shop.open(), [1]);
}

#[test]
fn a_counter_is_not_a_warehouse() {
    let mut shop = shop(Fill::Fresh);
    for _ in 0..MOST_OPEN {
        shop.reserve(&shop.request(), NOW).unwrap();
    }
    assert!(matches!(shop.reserve(&shop.request(), NOW), Err(ReserveError::TooMany)));
}
