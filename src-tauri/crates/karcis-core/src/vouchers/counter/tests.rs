use super::store::{BATCHES_IN_STOCK, IN_STOCK, STOCK_OF};
use super::*;
use crate::db::params;
use crate::outbox::Lane;
use crate::plans::{Alphabet, PlanRequest};
use crate::pretend::{Books, NOW, plan_request};
use crate::prints::{Layout, PrintError, PrintRequest, print};
use crate::values::Money;
use crate::vouchers::{
    BatchRequest, ChunkAnswer, VoucherState, archive_router, batch, cancel_batch, issue_batch, keep_answer,
    printable, set_disabled, tally, void_voucher, voucher,
};
use std::time::Duration;

struct Shop {
    books: Books,
    plan: Plan,
    requests: u32,
}

fn shop() -> Shop {
    let mut books = Books::new();
    let router = books.add_router("Warung-1");
    let plan = books.add_plan(&plan_request(router));
    Shop { books, plan, requests: 0 }
}

impl Shop {
    fn issue(&mut self, size: u32, shelf_life_days: Option<u32>) -> Batch {
        self.requests += 1;
        let code = self.plan.code.clone();
        let request = BatchRequest { plan: self.plan.id, size, code, note: String::new(), shelf_life_days };
        let key = format!("request-{}", self.requests);
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| issue_batch(tx, &Actor::karcis(), &request, &key, rng, NOW)).unwrap()
    }

    /// A batch of stock whose vouchers are on the router.
    fn stock(&mut self, size: u32, shelf_life_days: Option<u32>) -> (Batch, Vec<Voucher>) {
        let made = self.issue(size, shelf_life_days);
        self.confirm(&made, size as usize);
        let kept = self.write(|tx| set_purpose(tx, &Actor::karcis(), made.id, Purpose::Stock, NOW));
        (kept.unwrap(), self.cards(&made))
    }

    /// The router is found to have the first so many vouchers of the batch.
    fn confirm(&mut self, batch: &Batch, count: usize) {
        let present = self.cards(batch).iter().take(count).map(|card| card.id).collect();
        let answer = ChunkAnswer { present, taken: Vec::new() };
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| keep_answer(tx, batch.id, 0, &answer, rng, NOW)).unwrap();
    }

    fn cards(&self, batch: &Batch) -> Vec<Voucher> {
        self.books.db.read(|tx| printable(tx, batch.id)).unwrap()
    }

    fn draw(&mut self) -> Voucher {
        let Books { db, rng, .. } = &mut self.books;
        let plan = db.read(|tx| plans::plan(tx, self.plan.id)).unwrap().unwrap();
        db.write(|tx| draw_for_counter(tx, &Actor::karcis(), &plan, rng, NOW)).unwrap()
    }

    fn change(&self, request: &PlanRequest) {
        self.books.db.write(|tx| plans::change(tx, &Actor::karcis(), self.plan.id, request, NOW)).unwrap();
    }

    fn write<T, E: From<Fault>>(&self, verb: impl FnOnce(&WriteTx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.books.db.write(verb)
    }

    fn again(&self, card: &Voucher) -> Voucher {
        self.books.db.read(|tx| voucher(tx, card.id)).unwrap().unwrap()
    }

    fn batch(&self, id: BatchId) -> Batch {
        self.books.db.read(|tx| batch(tx, id)).unwrap().unwrap()
    }

    fn stock_left(&self, now: Timestamp) -> (u32, Vec<i64>) {
        let plan = self.plan.id;
        let count = self.books.db.read(|tx| stock_of(tx, plan, now)).unwrap();
        let next = self.books.db.read(|tx| next_of_stock(tx, plan, 5, now)).unwrap();
        (count, next.into_iter().map(|card| card.number).collect())
    }

    fn notes_about(&self, card: &Voucher) -> i64 {
        let sql = "SELECT COUNT(*) FROM outbox WHERE subject = $1 AND state <> 'done'";
        self.books.db.read(|tx| tx.one(sql, params![card.id.to_string()], |row| row.int(0))).unwrap()
    }
}

#[test]
fn codes_drawn_at_the_counter_share_a_batch_until_the_plans_terms_change() {
    let mut shop = shop();
    let first = shop.draw();
    let second = shop.draw();
    assert_eq!(
        (first.standing, first.sold_at, first.state),
        (Standing::Sold, Some(NOW), VoucherState::Pending)
    );
    assert_eq!((first.batch, first.serial, second.serial), (second.batch, 1, 2));
    let kept = shop.batch(first.batch);
    assert_eq!((kept.purpose, kept.state, kept.size), (Purpose::Counter, BatchState::Ready, 2));
    shop.change(&PlanRequest { selling_price: Money::rupiah(6_000), ..plan_request(shop.plan.router) });
    let dearer = shop.draw();
    assert_ne!(dearer.batch, first.batch);
    assert_eq!(shop.batch(dearer.batch).selling_price, Money::rupiah(6_000));
    assert_eq!(shop.batch(first.batch).selling_price, Money::rupiah(5_000));
    shop.change(&PlanRequest { counter_key: Some(4), ..plan_request(shop.plan.router) });
    assert_ne!(shop.draw().batch, dearer.batch, "the price is back, but the batch in between is the newest");
}

#[test]
fn a_full_counter_batch_is_followed_by_another() {
    let mut shop = shop();
    let first = shop.draw();
    let fill = "UPDATE batches SET size = 9999 WHERE id = $1";
    shop.write(|tx| tx.run(fill, params![first.batch])).unwrap();
    assert_eq!((shop.draw().batch, shop.batch(first.batch).size), (first.batch, 10_000));
    assert_ne!(shop.draw().batch, first.batch);
}

#[test]
fn a_code_drawn_at_the_counter_overtakes_batches_on_its_way_to_the_router() {
    let mut shop = shop();
    shop.issue(20, None);
    let drawn = shop.draw();
    let lane = Lane::Router(shop.plan.router);
    let lease = || shop.write(|tx| outbox::lease(tx, &lane, NOW)).unwrap().unwrap();
    let profile = lease();
    assert_eq!(profile.effect, Effect::EnsureProfile { router: shop.plan.router, plan: shop.plan.id });
    shop.write(|tx| outbox::settle(tx, &profile, &outbox::Outcome::Done, NOW)).unwrap();
    assert_eq!(lease().effect, Effect::EnsureVoucher { router: shop.plan.router, voucher: drawn.id });
}

#[test]
fn a_style_that_would_be_guessed_is_lengthened_instead_of_stopping_the_counter() {
    let mut shop = shop();
    let code = CodeStyle { alphabet: Alphabet::Digits, length: 5, ..shop.plan.code.clone() };
    shop.change(&PlanRequest { code: code.clone(), ..plan_request(shop.plan.router) });
    let drawn = shop.draw();
    let kept = shop.batch(drawn.batch);
    assert_eq!((kept.code.alphabet, kept.code.length), (Alphabet::Digits, 12));
    assert_eq!(drawn.code.len(), 2 + 12);
    assert_eq!(shop.draw().batch, drawn.batch, "the longer codes are the plan's own");
}

#[test]
fn stock_is_what_is_on_the_router_switched_on_and_not_past_its_shelf_life() {
    let mut shop = shop();
    let (old, _) = shop.stock(2, Some(1));
    let half = shop.issue(3, None);
    shop.confirm(&half, 2);
    shop.write(|tx| set_purpose(tx, &Actor::karcis(), half.id, Purpose::Stock, NOW)).unwrap();
    assert_eq!(shop.stock_left(NOW), (4, vec![1, 2, 3, 4]), "number 5 is not on the router yet");
    let first = shop.cards(&half).remove(0);
    shop.write(|tx| set_disabled(tx, &Actor::karcis(), first.id, true, NOW)).unwrap();
    assert_eq!(shop.stock_left(NOW), (3, vec![1, 2, 4]));
    let last_moment = old.sell_by.unwrap();
    assert_eq!(shop.stock_left(last_moment).0, 3);
    assert_eq!(shop.stock_left(last_moment + Duration::from_millis(1)), (1, vec![4]));
    shop.write(|tx| set_purpose(tx, &Actor::karcis(), old.id, Purpose::Sheet, NOW)).unwrap();
    assert_eq!(shop.stock_left(NOW), (1, vec![4]));
    shop.confirm(&half, 3);
    assert_eq!(shop.stock_left(NOW), (2, vec![4, 5]), "what is read back later is stock as well");
}

#[test]
fn stock_questions_walk_the_index_of_what_can_be_sold() {
    let shop = shop();
    for (sql, of_a_plan) in [(BATCHES_IN_STOCK, true), (IN_STOCK, false), (STOCK_OF, true)] {
        let sql: &'static str = format!("EXPLAIN QUERY PLAN {sql}").leak();
        let values = params![shop.plan.id, NOW, 5_u32];
        let steps = shop.books.db.read(|tx| tx.all(sql, values, |row| row.text(3))).unwrap();
        assert!(steps.iter().any(|step| step.contains("vouchers_in_stock")), "{steps:?}");
        assert_eq!(steps.iter().any(|step| step.contains("batches_by_purpose")), of_a_plan, "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
    }
}

#[test]
fn one_voucher_is_claimed_once() {
    let mut shop = shop();
    let (_, cards) = shop.stock(1, None);
    let card = &cards[0];
    assert!(shop.write(|tx| claim(tx, card, Standing::Sold, NOW)).unwrap());
    assert!(!shop.write(|tx| claim(tx, card, Standing::Sold, NOW)).unwrap(), "the look was out of date");
    assert_eq!((shop.again(card).standing, shop.again(card).sold_at), (Standing::Sold, Some(NOW)));
}

#[test]
fn a_void_voucher_is_claimed_by_nobody() {
    let mut shop = shop();
    let (_, cards) = shop.stock(1, None);
    shop.write(|tx| void_voucher(tx, &Actor::karcis(), cards[0].id, "hilang", NOW)).unwrap();
    assert!(!shop.write(|tx| claim(tx, &cards[0], Standing::Sold, NOW)).unwrap());
}

#[test]
fn what_was_kept_for_somebody_goes_back_to_where_its_batch_stands() {
    let mut shop = shop();
    let (stock, cards) = shop.stock(2, None);
    assert!(shop.write(|tx| claim(tx, &cards[0], Standing::Reserved, NOW)).unwrap());
    assert_eq!(shop.stock_left(NOW).0, 1);
    let kept = shop.again(&cards[0]);
    shop.write(|tx| set_purpose(tx, &Actor::karcis(), stock.id, Purpose::Sheet, NOW)).unwrap();
    assert_eq!(shop.again(&kept).standing, Standing::Reserved, "a promise outlives what the batch is for");
    assert!(shop.write(|tx| release(tx, &kept, NOW)).unwrap());
    assert_eq!(shop.again(&kept).standing, Standing::Unsold);
}

#[test]
fn a_promised_voucher_is_not_voided_on_its_own() {
    let mut shop = shop();
    let (_, cards) = shop.stock(2, None);
    shop.write(|tx| claim(tx, &cards[0], Standing::Sold, NOW)).unwrap();
    shop.write(|tx| claim(tx, &cards[1], Standing::Reserved, NOW)).unwrap();
    let void = |card: &Voucher| shop.write(|tx| void_voucher(tx, &Actor::karcis(), card.id, "salah", NOW));
    assert!(matches!(void(&cards[0]), Err(SteerError::Sold)));
    assert!(matches!(void(&cards[1]), Err(SteerError::Reserved)));
    assert_eq!(shop.again(&cards[0]).state, VoucherState::OnRouter);
}

#[test]
fn cancelling_a_batch_leaves_what_was_sold_and_the_router_still_gets_it() {
    let mut shop = shop();
    let made = shop.issue(3, None);
    let cards = shop.cards(&made);
    assert!(shop.write(|tx| claim(tx, &cards[1], Standing::Sold, NOW)).unwrap());
    shop.write(|tx| cancel_batch(tx, &Actor::karcis(), made.id, NOW)).unwrap();
    let tally = shop.books.db.read(|tx| tally(tx, made.id)).unwrap();
    assert_eq!((tally.pending, tally.void), (1, 2));
    assert_eq!((shop.again(&cards[1]).state, shop.notes_about(&cards[1])), (VoucherState::Pending, 1));
}

#[test]
fn a_taken_code_that_was_sold_is_left_to_a_person_and_noted_once() {
    let mut shop = shop();
    let made = shop.issue(2, None);
    let cards = shop.cards(&made);
    shop.write(|tx| claim(tx, &cards[0], Standing::Reserved, NOW)).unwrap();
    let answer = ChunkAnswer { present: Vec::new(), taken: vec![cards[0].id, cards[1].id] };
    for _ in 0..2 {
        let Books { db, rng, .. } = &mut shop.books;
        db.write(|tx| keep_answer(tx, made.id, 0, &answer, rng, NOW)).unwrap();
    }
    assert_eq!((shop.again(&cards[0]).state, shop.notes_about(&cards[0])), (VoucherState::Pending, 1));
    assert_eq!((shop.again(&cards[1]).state, shop.notes_about(&cards[1])), (VoucherState::Rejected, 0));
}

#[test]
fn a_voucher_taken_back_from_its_buyer_leaves_the_router_and_completes_its_batch() {
    let mut shop = shop();
    let made = shop.issue(1, None);
    let card = shop.cards(&made).remove(0);
    shop.write(|tx| claim(tx, &card, Standing::Sold, NOW)).unwrap();
    let sold = shop.again(&card);
    shop.write(|tx| void_promised(tx, &sold, "salah paket", Priority::Now, NOW)).unwrap();
    let gone = shop.again(&card);
    assert_eq!(
        (gone.state, gone.standing, gone.reason.as_deref()),
        (VoucherState::Void, Standing::Sold, Some("salah paket"))
    );
    assert_eq!((shop.notes_about(&card), shop.batch(made.id).state), (2, BatchState::Ready));
}

#[test]
fn a_counter_batch_is_never_anything_else_and_nothing_becomes_one() {
    let mut shop = shop();
    let drawn = shop.draw();
    let made = shop.issue(1, None);
    let set = |id, purpose| shop.write(|tx| set_purpose(tx, &Actor::karcis(), id, purpose, NOW));
    assert!(matches!(set(drawn.batch, Purpose::Stock), Err(SteerError::TooLate)));
    assert!(matches!(set(made.id, Purpose::Counter), Err(SteerError::TooLate)));
    assert!(matches!(set(drawn.batch, Purpose::Sheet), Err(SteerError::TooLate)));
    assert_eq!(
        set(made.id, Purpose::Sheet).unwrap().purpose,
        Purpose::Sheet,
        "saying it twice changes nothing"
    );
}

#[test]
fn a_code_is_found_exactly_however_it_is_typed() {
    let mut shop = shop();
    let made = shop.issue(1, None);
    let card = shop.cards(&made).remove(0);
    let typed = format!(" {}-{}", &card.code[..4], &card.code[4..]).to_lowercase();
    assert_eq!(shop.books.db.read(|tx| by_code(tx, &typed)).unwrap().map(|found| found.id), Some(card.id));
    assert_eq!(shop.books.db.read(|tx| by_code(tx, &card.code[..9])).unwrap(), None);
}

#[test]
fn a_router_goes_when_all_it_has_is_sold_and_delivered() {
    let mut shop = shop();
    let router = shop.plan.router;
    let (_, cards) = shop.stock(1, None);
    let drawn = shop.draw();
    let archive = |shop: &Shop| shop.write(|tx| archive_router(tx, &Actor::karcis(), router, NOW));
    assert!(matches!(archive(&shop), Err(SteerError::InUse)));
    shop.write(|tx| claim(tx, &cards[0], Standing::Sold, NOW)).unwrap();
    assert!(
        matches!(archive(&shop), Err(SteerError::InUse)),
        "somebody has paid for a code that is not there"
    );
    shop.write(|tx| crate::vouchers::voucher_answered(tx, drawn.id, NOW)).unwrap();
    archive(&shop).unwrap();
    assert_eq!(shop.again(&drawn).state, VoucherState::OnRouter, "what was sold stays as it was");
}

#[test]
fn codes_drawn_at_the_counter_are_put_on_no_sheet() {
    let mut shop = shop();
    let drawn = shop.draw();
    let request = PrintRequest {
        batch: drawn.batch,
        layout: Layout::default(),
        from_serial: None,
        to_serial: None,
        confirmed: true,
    };
    let Books { db, rng, .. } = &mut shop.books;
    let refused = db.write(|tx| print(tx, &Actor::karcis(), &request, "sheet", rng, NOW)).unwrap_err();
    assert!(matches!(refused, PrintError::Nothing));
}
