use super::*;
use crate::counters;
use crate::ledger::trial_balance;
use crate::plans::{Plan, PlanRequest};
use crate::pretend::{Books, NOW, plan_request};
use crate::sales;
use crate::shifts;
use crate::values::{CounterId, StaffId, VoucherId};
use crate::vouchers::{self, Batch, BatchRequest, ChunkAnswer, Standing, VoucherState};
use proptest::prelude::*;

/// A shop with a batch on its router and a reseller who keeps a tenth.
struct Depot {
    books: Books,
    admin: Actor,
    plan: Plan,
    batch: Batch,
    reseller: Reseller,
    /// What the router does not say was never used, and who takes it back all the same.
    doubtful: Vec<VoucherId>,
    approved_by: Option<Actor>,
    asked: u32,
}

fn rupiah(amount: i64) -> Money {
    Money::rupiah(amount)
}

fn request(name: &str, share: &str) -> ResellerRequest {
    ResellerRequest { name: name.to_owned(), phone: String::new(), commission: share.parse().unwrap() }
}

impl Depot {
    fn new(size: u32, share: &str) -> Depot {
        Depot::priced(size, share, rupiah(5_000))
    }

    fn priced(size: u32, share: &str, selling_price: Money) -> Depot {
        let mut books = Books::new();
        let admin = Actor::person(StaffId::new(NOW, &mut books.rng), "Budi");
        let router = books.add_router("Warung-1");
        let plan =
            books.add_plan(&PlanRequest { price: rupiah(3_500), selling_price, ..plan_request(router) });
        let batch = issue(&mut books, &admin, &plan, size);
        let Books { db, rng, .. } = &mut books;
        let reseller = db.write(|tx| add(tx, &admin, &request("Bu Rina", share), "r", rng, NOW)).unwrap();
        Depot { books, admin, plan, batch, reseller, doubtful: Vec::new(), approved_by: None, asked: 0 }
    }

    fn key(&mut self) -> String {
        self.asked += 1;
        format!("permintaan-{}", self.asked)
    }

    fn hand_over_under(&mut self, key: &str) -> Result<Handover, HandoverError> {
        let asked = HandoverRequest {
            reseller: self.reseller.id,
            batch: self.batch.id,
            commission: self.reseller.commission,
        };
        let Depot { books: Books { db, rng, .. }, admin, .. } = self;
        db.write(|tx| hand_over(tx, admin, &asked, key, rng, NOW))
    }

    fn hand_over(&mut self) -> Handover {
        let key = self.key();
        self.hand_over_under(&key).unwrap()
    }

    fn pay(&mut self, counter: Option<CounterId>, amount: i64) -> Result<Settlement, SettleError> {
        let asked = SettleRequest {
            reseller: self.reseller.id,
            counter,
            amount: rupiah(amount),
            note: "minggu ini".to_owned(),
        };
        let key = self.key();
        let Depot { books: Books { db, rng, .. }, admin, .. } = self;
        db.write(|tx| settle(tx, admin, &asked, &key, rng, NOW))
    }

    fn give_back(&mut self, of: &Handover, from: u32, to: u32) -> Result<Settlement, SettleError> {
        let asked = TakeBackRequest {
            handover: of.id,
            from_serial: from,
            to_serial: to,
            note: "tidak laku".to_owned(),
            doubtful: self.doubtful.clone(),
            approved_by: self.approved_by.clone(),
        };
        let key = self.key();
        let Depot { books: Books { db, rng, .. }, admin, .. } = self;
        db.write(|tx| take_back(tx, admin, &asked, &key, rng, NOW))
    }

    fn owed(&self) -> i64 {
        self.books.db.read(|tx| owed(tx, self.reseller.id)).unwrap().amount()
    }

    fn balance(&self, account: &Account) -> i64 {
        self.books.db.read(|tx| ledger::balance(tx, account)).unwrap()
    }

    fn is_proven(&self) -> bool {
        self.books.db.read(trial_balance).unwrap().is_zero()
    }

    fn counter_with_shift(&mut self) -> CounterId {
        let counter = self.books.db.read(counters::all).unwrap().remove(0).id;
        let Depot { books: Books { db, rng, .. }, admin, .. } = self;
        db.write(|tx| shifts::open(tx, admin, counter, rupiah(50_000), "buka", rng, NOW)).unwrap();
        counter
    }
}

/// A batch that was pushed and read back.
fn issue(books: &mut Books, admin: &Actor, plan: &Plan, size: u32) -> Batch {
    let asked = BatchRequest {
        plan: plan.id,
        size,
        code: plan.code.clone(),
        note: String::new(),
        shelf_life_days: None,
    };
    let Books { db, rng, .. } = books;
    let batch = db.write(|tx| vouchers::issue_batch(tx, admin, &asked, "batch", rng, NOW)).unwrap();
    for chunk in 0..size.div_ceil(500) {
        let present = db.read(|tx| vouchers::chunk_wish(tx, batch.id, chunk)).unwrap().unwrap();
        let present = present.users.iter().map(|user| user.voucher).collect();
        let answer = ChunkAnswer { present, taken: Vec::new() };
        db.write(|tx| vouchers::keep_answer(tx, batch.id, chunk, &answer, rng, NOW)).unwrap();
    }
    batch
}

#[test]
fn a_batch_handed_over_is_owed_for_less_the_commission() {
    let mut depot = Depot::new(20, "10");
    let handover = depot.hand_over();
    assert_eq!(
        (handover.quantity, handover.gross, handover.commission),
        (20, rupiah(100_000), rupiah(10_000))
    );
    assert_eq!(depot.owed(), 90_000);
    assert_eq!(depot.balance(&Account::Sales(depot.plan.id)), -100_000);
    assert_eq!(depot.balance(&Account::Commission), 10_000);
    assert!(depot.is_proven());
    let (receipt, live) = depot
        .books
        .db
        .read(|tx| {
            Ok::<_, Fault>((sales::receipt(tx, handover.receipt)?, vouchers::printable(tx, depot.batch.id)?))
        })
        .unwrap();
    assert_eq!(receipt.unwrap().sales.len(), 20);
    assert!(live.iter().all(|voucher| voucher.standing == Standing::Sold), "no voucher is sold twice");
}

#[test]
fn handing_over_again_finds_nothing_left_but_the_same_request_is_one_deed() {
    let mut depot = Depot::new(5, "0");
    let first = depot.hand_over_under("sekali").unwrap();
    assert_eq!(depot.hand_over_under("sekali").unwrap(), first);
    assert!(matches!(depot.hand_over_under("lagi"), Err(HandoverError::NothingLeft)));
    assert_eq!(depot.owed(), 25_000);
}

#[test]
fn a_batch_worth_more_than_the_ledger_moves_at_once_is_refused_and_the_largest_that_is_not_is_handed_over() {
    let mut depot = Depot::priced(1_001, "12,5", rupiah(Money::MOST));
    assert!(matches!(depot.hand_over_under("terlalu besar"), Err(HandoverError::TooMuch)));
    let free = depot.books.db.read(|tx| unsold(tx, depot.batch.id)).unwrap();
    assert_eq!((free.len(), depot.owed()), (1_001, 0), "nothing has changed");
    let mut depot = Depot::priced(1_000, "12,5", rupiah(Money::MOST));
    let handover = depot.hand_over();
    assert_eq!(handover.gross, rupiah(1_000 * Money::MOST));
    assert_eq!(depot.owed(), handover.gross.amount() - handover.commission.amount());
    assert!(depot.is_proven());
}

#[test]
fn a_batch_that_is_not_on_its_router_stays() {
    let mut depot = Depot::new(3, "10");
    depot.batch = {
        let Depot { books, admin, plan, .. } = &mut depot;
        let asked = BatchRequest {
            plan: plan.id,
            size: 4,
            code: plan.code.clone(),
            note: String::new(),
            shelf_life_days: None,
        };
        let Books { db, rng, .. } = books;
        db.write(|tx| vouchers::issue_batch(tx, admin, &asked, "baru", rng, NOW)).unwrap()
    };
    assert!(matches!(depot.hand_over_under("x"), Err(HandoverError::NotOnRouter { count: 4 })));
    assert_eq!(depot.owed(), 0);
}

#[test]
fn cash_goes_into_an_open_drawer_and_a_transfer_to_the_bank() {
    let mut depot = Depot::new(20, "10");
    depot.hand_over();
    let counter = depot.books.db.read(counters::all).unwrap().remove(0).id;
    assert!(matches!(depot.pay(Some(counter), 40_000), Err(SettleError::NoShift)));
    let counter = depot.counter_with_shift();
    depot.pay(Some(counter), 40_000).unwrap();
    assert_eq!(depot.balance(&Account::Drawer(counter)), 90_000);
    depot.pay(None, 50_000).unwrap();
    assert_eq!((depot.balance(&Account::Bank), depot.owed()), (50_000, 0));
    assert!(matches!(depot.pay(None, 1), Err(SettleError::TooMuch { .. })));
    assert!(depot.is_proven());
}

#[test]
fn nobody_pays_nothing_or_more_than_is_owed() {
    let mut depot = Depot::new(2, "50");
    depot.hand_over();
    assert!(matches!(depot.pay(None, 0), Err(SettleError::NoAmount)));
    assert!(matches!(depot.pay(None, 5_001), Err(SettleError::TooMuch { owed }) if owed == rupiah(5_000)));
    assert_eq!((depot.balance(&Account::Bank), depot.owed()), (0, 5_000));
}

#[test]
fn what_comes_back_is_void_and_owed_no_more() {
    let mut depot = Depot::new(10, "10");
    let handover = depot.hand_over();
    let back = depot.give_back(&handover, 3, 5).unwrap();
    assert_eq!((back.quantity, back.amount), (3, rupiah(13_500)));
    assert_eq!(depot.owed(), 45_000 - 13_500);
    let states = depot.books.db.read(|tx| vouchers::printable(tx, depot.batch.id)).unwrap();
    assert_eq!(states.len(), 7, "three are void");
    assert!(states.iter().all(|voucher| voucher.state == VoucherState::OnRouter));
    assert!(matches!(depot.give_back(&handover, 3, 5), Err(SettleError::NothingLeft)));
    assert_eq!(depot.give_back(&handover, 1, 10).unwrap().quantity, 7);
    assert_eq!((depot.owed(), depot.balance(&Account::Commission)), (0, 0));
    assert_eq!(depot.balance(&Account::Sales(depot.plan.id)), 0);
    assert!(depot.is_proven());
}

#[test]
fn whoever_owes_is_not_archived() {
    let mut depot = Depot::new(4, "10");
    depot.hand_over();
    let (id, admin) = (depot.reseller.id, depot.admin.clone());
    let put_away = |depot: &Depot| depot.books.db.write(|tx| archive(tx, &admin, id, true, NOW));
    assert!(matches!(put_away(&depot), Err(ResellerError::NotSettled { owed }) if owed == rupiah(18_000)));
    depot.pay(None, 18_000).unwrap();
    assert!(put_away(&depot).unwrap().archived);
    assert!(matches!(depot.hand_over_under("x"), Err(HandoverError::UnknownReseller)));
}

#[test]
fn a_name_belongs_to_one_reseller() {
    let mut depot = Depot::new(1, "10");
    let Depot { books: Books { db, rng, .. }, admin, reseller, .. } = &mut depot;
    let twice = db.write(|tx| add(tx, admin, &request("bu rina", "5"), "b", rng, NOW));
    assert!(matches!(twice, Err(ResellerError::NameTaken)));
    let renamed = db.write(|tx| change(tx, admin, reseller.id, &request("Bu Rina W", "7,5"), NOW)).unwrap();
    assert_eq!((renamed.name.as_str(), renamed.commission.to_string()), ("Bu Rina W", "7,5".to_owned()));
    assert!(matches!(
        db.write(|tx| change(tx, admin, reseller.id, &request(" ", "5"), NOW)),
        Err(ResellerError::BadName)
    ));
}

#[test]
fn a_commission_is_typed_as_people_do() {
    for (text, hundredths) in
        [("10", 1_000), ("12,5", 1_250), ("12.5 %", 1_250), ("0", 0), ("100", 10_000), ("7,25%", 725)]
    {
        assert_eq!(text.parse::<Commission>().map(Commission::as_hundredths), Ok(hundredths), "{text}");
    }
    for text in ["", "101", "-1", "1,234", "ten", "1,,2", "٥"] {
        assert!(text.parse::<Commission>().is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_back_in_whatever_order_the_books_end_where_they_began(
        share in 0_u32..=10_000,
        cuts in proptest::collection::vec(1_u32..=9, 1..6),
    ) {
        let share = Commission::hundredths(share).unwrap();
        let mut depot = Depot::new(9, &share.to_string());
        let handover = depot.hand_over();
        for cut in cuts {
            // Some of these serials are back already; what is left of them comes back now.
            let _ = depot.give_back(&handover, cut, cut + 2);
            prop_assert!(depot.is_proven() && depot.owed() >= 0);
        }
        let _ = depot.give_back(&handover, 1, 9);
        prop_assert_eq!(depot.owed(), 0);
        prop_assert_eq!(depot.balance(&Account::Commission), 0);
        prop_assert_eq!(depot.balance(&Account::Sales(depot.plan.id)), 0);
    }
}

#[test]
fn cards_that_were_used_come_back_only_with_the_yes_of_somebody_who_may() {
    let mut depot = Depot::new(5, "10");
    let handover = depot.hand_over();
    let before = depot.owed();
    let cards = depot.books.db.read(|tx| vouchers::printable(tx, depot.batch.id)).unwrap();
    depot.doubtful = vec![cards[0].id, cards[4].id];
    let refused = depot.give_back(&handover, 1, 3).unwrap_err();
    assert!(matches!(refused, SettleError::NeedsApproval { count: 1 }), "{refused}");
    assert_eq!(depot.owed(), before);
    assert_eq!(depot.give_back(&handover, 2, 3).unwrap().quantity, 2, "nobody doubts these");
    depot.approved_by = Some(depot.admin.clone());
    assert_eq!(depot.give_back(&handover, 1, 1).unwrap().quantity, 1);
    assert!(depot.is_proven());
}
