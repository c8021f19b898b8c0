//! Ten thousand random deeds at two counters against a small model that knows nothing of ledgers.

mod credit;

use self::credit::{BATCHES, ModelReseller, SIZE};
use super::*;
use crate::counters::Counter;
use crate::pretend::repeated;
use crate::shifts::{CloseRequest, Opening, Pieces, Short};
use crate::values::ReceiptId;
use crate::vouchers;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const DEEDS: u32 = 10_000;
/// At most so many in one life of the books, and so many lives at a time.
const MOST_IN_A_LIFE: usize = 500;
const LIVES: u32 = 8;
const CARDS: usize = 40;

/// What somebody sells: so many of a plan, or one card.
#[derive(Debug, Clone, Copy)]
struct Order {
    counter: usize,
    cashier: usize,
    plan: usize,
    quantity: u32,
    card: Option<usize>,
    off: u32,
}

/// Something that happens at the counters. Small numbers choose among what is there.
#[derive(Debug, Clone)]
enum Happening {
    Later { seconds: u32 },
    Open { counter: usize, float: i64 },
    Sell { order: Order, given: i64 },
    Undo { cashier: usize, back: usize },
    Void { counter: usize, cashier: usize, sale: usize, usage: usize, approved: bool },
    Move { counter: usize, kind: MoveKind, amount: i64 },
    Count { counter: usize, wrong_by: i64 },
    HandOver { batch: usize, share: u32 },
    Settle { counter: Option<usize>, part: i64 },
    TakeBack { batch: usize, serials: (u32, u32) },
    CarryOn { counter: usize },
    Close { counter: usize, part: u32, noted: bool, approved: bool },
}

fn happening() -> impl Strategy<Value = Happening> {
    let counter = 0_usize..2;
    let cashier = 0_usize..2;
    prop_oneof![
        2 => prop_oneof![Just(1_u32), Just(9), Just(200), Just(4_000), Just(40_000)]
            .prop_map(|seconds| Happening::Later { seconds }),
        3 => (counter.clone(), 0_i64..4)
            .prop_map(|(counter, hundreds)| Happening::Open { counter, float: hundreds * 50_000 }),
        12 => (counter.clone(), cashier.clone(), 0_usize..4, 1_u32..4, 0_u32..30, 0_i64..4).prop_map(
            |(counter, cashier, plan, quantity, off, notes)| Happening::Sell {
                order: Order { counter, cashier, plan, quantity, card: None, off },
                given: notes * 20_000,
            }
        ),
        2 => (counter.clone(), cashier.clone(), 0..CARDS).prop_map(|(counter, cashier, card)| Happening::Sell {
            order: Order { counter, cashier, plan: OF_CARDS, quantity: 1, card: Some(card), off: 0 },
            given: 0,
        }),
        3 => (cashier.clone(), 0_usize..3).prop_map(|(cashier, back)| Happening::Undo { cashier, back }),
        4 => (counter.clone(), cashier, any::<prop::sample::Index>(), 0_usize..3, any::<bool>()).prop_map(
            |(counter, cashier, sale, usage, approved)| Happening::Void {
                counter, cashier, sale: sale.index(1_000), usage, approved,
            }
        ),
        3 => (counter.clone(), any::<bool>(), 1_i64..200).prop_map(|(counter, into, hundreds)| Happening::Move {
            counter,
            kind: if into { MoveKind::PayIn } else { MoveKind::PayOut },
            amount: hundreds * 100,
        }),
        3 => (counter.clone(), prop_oneof![3 => Just(0_i64), 1 => -3_i64..4, 1 => Just(400_i64)])
            .prop_map(|(counter, hundreds)| Happening::Count { counter, wrong_by: hundreds * 100 }),
        2 => (0..BATCHES, prop_oneof![Just(1_000_u32), 0_u32..=10_000])
            .prop_map(|(batch, share)| Happening::HandOver { batch, share }),
        2 => (prop::option::of(counter.clone()), prop_oneof![Just(50_i64), Just(100), 0_i64..120])
            .prop_map(|(counter, part)| Happening::Settle { counter, part }),
        2 => (0..BATCHES, 1..=SIZE, 0..=SIZE + 1).prop_map(|(batch, from, to)| Happening::TakeBack {
            batch,
            serials: (from, to),
        }),
        1 => counter.clone().prop_map(|counter| Happening::CarryOn { counter }),
        3 => (counter, 0_u32..=100, any::<bool>(), any::<bool>()).prop_map(
            |(counter, part, noted, approved)| Happening::Close { counter, part, noted, approved }
        ),
    ]
}

/// What the model remembers of a counter: one pile of cash and where its shift stands.
#[derive(Debug, Default)]
struct ModelCounter {
    cash: i64,
    shift: Option<ModelShift>,
}

#[derive(Debug)]
struct ModelShift {
    id: ShiftId,
    sold: u32,
    counted: Option<i64>,
}

#[derive(Debug)]
struct ModelSale {
    id: SaleId,
    receipt: usize,
    plan: usize,
    card: Option<usize>,
    price: i64,
    discount: i64,
    taken_back: bool,
}

#[derive(Debug)]
struct ModelReceipt {
    id: ReceiptId,
    counter: usize,
    shift: ShiftId,
    cashier: usize,
    at: Timestamp,
}

/// The books beside the model.
struct World {
    books: Books,
    budi: Actor,
    counters: Vec<Counter>,
    plans: Vec<Plan>,
    cards: Vec<VoucherId>,
    cashiers: Vec<Actor>,
    now: Timestamp,
    asked: u32,
    model: [ModelCounter; 2],
    receipts: Vec<ModelReceipt>,
    sales: Vec<ModelSale>,
    reseller: ModelReseller,
    /// Cash the owner put in, less what was taken out.
    owner: i64,
    /// What counts found missing, less what they found too much.
    missing: i64,
}

/// The plan on the practice router, and the plan that cards were made of.
const PRACTICE: usize = 3;
const OF_CARDS: usize = 1;

fn world() -> World {
    let mut books = Books::new();
    let (router, practice) = (books.add_router("Warung-1"), books.add_router("Latihan"));
    books.db.write(|tx| tx.run("UPDATE routers SET practice = 1 WHERE id = $1", params![practice])).unwrap();
    let offered = [
        ("2 Jam", 2_000, router),
        ("1 Hari", 5_000, router),
        ("Gratis", 0, router),
        ("Latihan", 9_000, practice),
    ];
    let plans = offered.map(|(name, price, router)| {
        let name = name.to_owned();
        books.add_plan(&PlanRequest { name, selling_price: rupiah(price), ..plan_request(router) })
    });
    let [siti, agus, budi] =
        ["Siti", "Agus", "Budi"].map(|name| Actor::person(StaffId::new(NOW, &mut books.rng), name));
    let Books { db, rng, .. } = &mut books;
    db.write(|tx| counters::add(tx, &budi, "Kasir 2", "a", rng, NOW)).unwrap();
    let request = BatchRequest {
        plan: plans[OF_CARDS].id,
        size: u32::try_from(CARDS).unwrap(),
        code: plans[OF_CARDS].code.clone(),
        note: String::new(),
        shelf_life_days: None,
    };
    let batch = db.write(|tx| issue_batch(tx, &budi, &request, "kartu", rng, NOW)).unwrap();
    let cards = db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    let counters = db.read(counters::all).unwrap();
    let reseller = ModelReseller::found(&mut books, &budi, &plans[OF_CARDS]);
    World {
        books,
        budi,
        counters,
        plans: plans.into(),
        cards: cards.into_iter().map(|card| card.id).collect(),
        cashiers: vec![siti, agus],
        now: NOW,
        asked: 0,
        model: Default::default(),
        receipts: Vec::new(),
        sales: Vec::new(),
        reseller,
        owner: 0,
        missing: 0,
    }
}

/// What the books answered and what the model foretold must be the same word.
fn agree(happening: &Happening, answered: &str, foretold: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(answered, foretold, "{:?}", happening);
    Ok(())
}

const DONE: &str = "done";

/// The variant's name, without what it carries.
fn word<T, E: std::fmt::Debug>(answer: &Result<T, E>) -> String {
    match answer {
        Ok(_) => DONE.to_owned(),
        Err(error) => {
            let text = format!("{error:?}");
            text.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
        }
    }
}

impl World {
    fn key(&mut self) -> String {
        self.asked += 1;
        format!("permintaan-{}", self.asked)
    }

    fn live(&mut self, happening: &Happening) -> Result<(), TestCaseError> {
        match *happening {
            Happening::Later { seconds } => {
                self.now = self.now + Duration::from_secs(u64::from(seconds));
                Ok(())
            }
            Happening::Open { counter, float } => self.open(happening, counter, float),
            Happening::Sell { order, given } => self.sell(happening, order, given),
            Happening::Undo { cashier, back } => self.undo(happening, cashier, back),
            Happening::Void { counter, cashier, sale, usage, approved } => {
                self.void(happening, (counter, cashier), sale, usage, approved)
            }
            Happening::Move { counter, kind, amount } => self.move_cash(happening, counter, kind, amount),
            Happening::Count { counter, wrong_by } => self.count(happening, counter, wrong_by),
            Happening::HandOver { batch, share } => self.hand_over(happening, batch, share),
            Happening::Settle { counter, part } => self.settle(happening, counter, part),
            Happening::TakeBack { batch, serials } => self.take_back(happening, batch, serials),
            Happening::CarryOn { counter } => self.carry_on(happening, counter),
            Happening::Close { counter, part, noted, approved } => {
                self.close(happening, counter, part, noted, approved)
            }
        }
    }

    /// Why nothing moves at a counter, if nothing does.
    fn idle(&self, counter: usize, counted: &'static str) -> Option<&'static str> {
        match &self.model[counter].shift {
            None => Some("NoShift"),
            Some(shift) if shift.counted.is_some() => Some(counted),
            Some(_) => None,
        }
    }

    fn open(&mut self, happening: &Happening, counter: usize, float: i64) -> Result<(), TestCaseError> {
        let key = self.key();
        let (id, now) = (self.counters[counter].id, self.now);
        let World { books: Books { db, rng, .. }, cashiers, .. } = self;
        let short = if float % 2 == 0 { Short::TakenOut } else { Short::Missing };
        let opening = Opening { float: rupiah(float), short: Some(short) };
        let opened = db.write(|tx| shifts::open(tx, &cashiers[0], id, opening, &key, rng, now));
        let place = &mut self.model[counter];
        if place.shift.is_some() {
            return agree(happening, &word(&opened), "AlreadyOpen");
        }
        agree(happening, &word(&opened), DONE)?;
        if float < place.cash && short == Short::Missing {
            self.missing += place.cash - float;
        } else {
            self.owner += float - place.cash;
        }
        place.cash = float;
        place.shift = Some(ModelShift { id: opened.unwrap().id, sold: 0, counted: None });
        Ok(())
    }

    fn sell(&mut self, happening: &Happening, order: Order, given: i64) -> Result<(), TestCaseError> {
        let Order { counter, cashier, plan, quantity, card, off } = order;
        let price = self.plans[plan].selling_price.amount();
        let gross = price * i64::from(quantity);
        let discount = gross * i64::from(off) / 100;
        let total = gross - discount;
        let request = SellRequest {
            counter: self.counters[counter].id,
            wanted: match card {
                Some(card) => Wanted::Voucher(self.cards[card]),
                None => Wanted::Plan { plan: self.plans[plan].id, quantity },
            },
            discount: Some(Discount {
                amount: rupiah(discount),
                reason: "Langganan".to_owned(),
                approved_by: None,
            }),
            received: (given > 0).then(|| rupiah(given)),
            shown: Some(rupiah(gross)),
            twice_confirmed: true,
            waiting_accepted: true,
        };
        let foretold = match self.idle(counter, "ShiftCounted") {
            Some(why) => why,
            None if card.is_some() && self.sales.iter().any(|sale| sale.card == card) => "NotForSale",
            None if discount > gross * 10 / 100 => "DiscountTooHigh",
            None if given > 0 && given < total => "TooLittle",
            None => DONE,
        };
        let (key, now) = (self.key(), self.now);
        let World { books: Books { db, rng, .. }, cashiers, .. } = self;
        let mut ask =
            || db.write(|tx| sales::sell(tx, &cashiers[cashier], Role::Operator, &request, &key, rng, now));
        let (sold, again) = (ask(), ask());
        agree(happening, &word(&sold), foretold)?;
        let Ok(receipt) = sold else { return Ok(()) };
        prop_assert_eq!(again.unwrap().id, receipt.id, "the same request twice is one deed");
        prop_assert_eq!((receipt.total, receipt.sales.len()), (rupiah(total), quantity as usize));
        let place = &mut self.model[counter];
        let shift = place.shift.as_mut().unwrap();
        if plan != PRACTICE {
            place.cash += total;
            shift.sold += quantity;
        }
        let known = ModelReceipt { id: receipt.id, counter, shift: shift.id, cashier, at: now };
        for sale in &receipt.sales {
            self.sales.push(ModelSale {
                id: sale.id,
                receipt: self.receipts.len(),
                plan,
                card,
                price,
                discount: sale.discount.amount(),
                taken_back: false,
            });
        }
        self.receipts.push(known);
        Ok(())
    }

    /// The model's own rule of what comes back out of the drawer.
    fn taken_back(&mut self, sale: usize, counter: usize) {
        let sale = &mut self.sales[sale];
        sale.taken_back = true;
        if sale.plan != PRACTICE {
            self.model[counter].cash -= sale.price - sale.discount;
        }
    }

    fn undo(&mut self, happening: &Happening, cashier: usize, back: usize) -> Result<(), TestCaseError> {
        let Some(place) = self.receipts.len().checked_sub(back + 1) else { return Ok(()) };
        let (id, counter) = (self.receipts[place].id, self.receipts[place].counter);
        let key = self.key();
        let now = self.now;
        let World { books: Books { db, rng, .. }, cashiers, .. } = self;
        let undone = db.write(|tx| sales::undo(tx, &cashiers[cashier], id, &key, rng, now));
        let receipt = &self.receipts[place];
        let its = |sale: &&ModelSale| sale.receipt == place;
        let open = self.model[counter].shift.as_ref();
        let foretold = if self.sales.iter().filter(its).any(|sale| sale.taken_back) {
            "AlreadyVoid"
        } else if receipt.cashier != cashier {
            "NotYours"
        } else if now.since(receipt.at) > Duration::from_secs(10) {
            "TooLate"
        } else if open.is_some_and(|shift| shift.id == receipt.shift && shift.counted.is_none()) {
            DONE
        } else {
            "ShiftNotOpen"
        };
        agree(happening, &word(&undone), foretold)?;
        if undone.is_ok() {
            let its: Vec<usize> =
                (0..self.sales.len()).filter(|at| self.sales[*at].receipt == place).collect();
            its.into_iter().for_each(|sale| self.taken_back(sale, counter));
        }
        Ok(())
    }

    fn void(
        &mut self,
        happening: &Happening,
        (counter, cashier): (usize, usize),
        sale: usize,
        usage: usize,
        approved: bool,
    ) -> Result<(), TestCaseError> {
        if self.sales.is_empty() {
            return Ok(());
        }
        let place = sale % self.sales.len();
        let request = VoidRequest {
            sale: self.sales[place].id,
            counter: self.counters[counter].id,
            reason: "Salah paket".to_owned(),
            usage: [Usage::NeverUsed, Usage::Used, Usage::Unknown][usage],
            approved_by: approved.then(|| self.budi.clone()),
        };
        let key = self.key();
        let now = self.now;
        let World { books: Books { db, rng, .. }, cashiers, .. } = self;
        let role = Role::Operator;
        let voided = db.write(|tx| sales::void(tx, &cashiers[cashier], role, &request, &key, rng, now));
        let receipt = &self.receipts[self.sales[place].receipt];
        let alone =
            usage == 0 && receipt.cashier == cashier && now.since(receipt.at) <= Duration::from_secs(5 * 60);
        let foretold = match self.idle(counter, "ShiftCounted") {
            _ if self.sales[place].taken_back => "AlreadyVoid",
            Some(why) => why,
            None if alone || approved => DONE,
            None => "NeedsApproval",
        };
        agree(happening, &word(&voided), foretold)?;
        if voided.is_ok() {
            self.taken_back(place, counter);
        }
        Ok(())
    }

    fn move_cash(
        &mut self,
        happening: &Happening,
        counter: usize,
        kind: MoveKind,
        amount: i64,
    ) -> Result<(), TestCaseError> {
        let Some(shift) = &self.model[counter].shift else { return Ok(()) };
        let request =
            MoveRequest { shift: shift.id, kind, amount: rupiah(amount), reason: "Parkir".to_owned() };
        let key = self.key();
        let now = self.now;
        let World { books: Books { db, rng, .. }, cashiers, .. } = self;
        let moved = db.write(|tx| shifts::move_cash(tx, &cashiers[0], &request, &key, rng, now));
        agree(happening, &word(&moved), self.idle(counter, "Counted").unwrap_or(DONE))?;
        if moved.is_ok() {
            let amount = match kind {
                MoveKind::PayIn => amount,
                MoveKind::PayOut => -amount,
            };
            self.owner += amount;
            self.model[counter].cash += amount;
        }
        Ok(())
    }

    fn count(&mut self, happening: &Happening, counter: usize, wrong_by: i64) -> Result<(), TestCaseError> {
        let key = self.key();
        let place = &mut self.model[counter];
        let Some(shift) = &mut place.shift else { return Ok(()) };
        let hundreds = u32::try_from((place.cash + wrong_by).max(0) / 100).unwrap();
        let found: Vec<Pieces> =
            vec![(Denomination::ALL[10], hundreds % 10), (Denomination::ALL[7], hundreds / 10)];
        let counted = i64::from(hundreds) * 100;
        let (db, cashier, now) = (&self.books.db, &self.cashiers[0], self.now);
        let answer = db.write(|tx| shifts::count(tx, cashier, shift.id, &found, &key, now));
        agree(happening, &word(&answer), DONE)?;
        let tally = answer.unwrap().tally.unwrap();
        prop_assert_eq!(tally.expected, rupiah(place.cash), "expected cash is the model's pile");
        prop_assert_eq!(tally.difference, rupiah(counted - place.cash));
        shift.counted = Some(counted);
        Ok(())
    }

    fn carry_on(&mut self, happening: &Happening, counter: usize) -> Result<(), TestCaseError> {
        let Some(shift) = &mut self.model[counter].shift else { return Ok(()) };
        let (db, cashier, now) = (&self.books.db, &self.cashiers[0], self.now);
        let answer = db.write(|tx| shifts::carry_on(tx, cashier, shift.id, now));
        agree(happening, &word(&answer), DONE)?;
        shift.counted = None;
        Ok(())
    }

    fn close(
        &mut self,
        happening: &Happening,
        counter: usize,
        part: u32,
        noted: bool,
        approved: bool,
    ) -> Result<(), TestCaseError> {
        let key = self.key();
        let place = &mut self.model[counter];
        let Some(shift) = &place.shift else { return Ok(()) };
        let counted = shift.counted.unwrap_or_default();
        let handed_over = counted * i64::from(part) / 100;
        let request = CloseRequest {
            shift: shift.id,
            handed_over: rupiah(handed_over),
            note: if noted { "Kembalian".to_owned() } else { String::new() },
            approved_by: approved.then(|| self.budi.clone()),
        };
        let (db, cashier, now) = (&self.books.db, &self.cashiers[0], self.now);
        let closed = db.write(|tx| shifts::close(tx, cashier, Role::Operator, &request, &key, now));
        let difference = counted - place.cash;
        let foretold = match shift.counted {
            None => "NotCounted",
            Some(_) if difference != 0 && !noted => "NoteMissing",
            Some(_) if difference.abs() > 20_000 && !approved => "NeedsApproval",
            Some(_) => DONE,
        };
        agree(happening, &word(&closed), foretold)?;
        if closed.is_ok() {
            let report = db.read(|tx| shift_report(tx, shift.id)).unwrap().unwrap();
            prop_assert_eq!(report.sold.count, shift.sold);
            prop_assert_eq!(report.drawer.unwrap().expected(), rupiah(place.cash));
            self.missing -= difference;
            self.owner -= handed_over;
            place.cash = counted - handed_over;
            place.shift = None;
        }
        Ok(())
    }

    fn balance(&self, account: Account) -> i64 {
        self.books.db.read(|tx| ledger::balance(tx, &account)).unwrap()
    }

    fn drawers_agree(&self, happening: &Happening) -> Result<(), TestCaseError> {
        for (counter, place) in self.counters.iter().zip(&self.model) {
            prop_assert_eq!(self.balance(Account::Drawer(counter.id)), place.cash, "{:?}", happening);
        }
        Ok(())
    }

    /// Everything the model knows, and everything the books can prove of themselves.
    fn books_agree(&self) -> Result<(), TestCaseError> {
        let trial = self.books.db.read(ledger::trial_balance).unwrap();
        prop_assert!(trial.is_zero(), "{:?}", trial);
        prop_assert_eq!(self.flaws(), vec![]);
        prop_assert_eq!(self.balance(Account::Owner), -self.owner);
        prop_assert_eq!(self.balance(Account::CashDifference), self.missing);
        let kept = |sale: &&ModelSale| sale.plan != PRACTICE && !sale.taken_back;
        let discounts: i64 = self.sales.iter().filter(kept).map(|sale| sale.discount).sum();
        prop_assert_eq!(self.balance(Account::Discounts), discounts);
        for (at, plan) in self.plans.iter().enumerate() {
            let of_plan = self.sales.iter().filter(kept).filter(|sale| sale.plan == at);
            let (given, back) = if at == OF_CARDS { self.reseller.vouchers() } else { (0, 0) };
            let on_credit = (given - back) as i64 * plan.selling_price.amount();
            let earned = of_plan.map(|sale| sale.price).sum::<i64>() + on_credit;
            prop_assert_eq!(self.balance(Account::Sales(plan.id)), -earned, "{}", plan.name);
        }
        self.credit_agrees()?;
        self.income_agrees()
    }

    fn income_agrees(&self) -> Result<(), TestCaseError> {
        let first = self.books.db.read(|tx| settings::business_day(tx, NOW)).unwrap();
        let last = self.books.db.read(|tx| settings::business_day(tx, self.now)).unwrap();
        let total = self.books.db.read(|tx| income(tx, Span::between(first, last).unwrap())).unwrap().total;
        let real = self.sales.iter().filter(|sale| sale.plan != PRACTICE);
        let (count, voided) = (real.clone().count(), real.filter(|sale| sale.taken_back).count());
        let (given, back) = self.reseller.vouchers();
        prop_assert_eq!((total.count as usize, total.voided as usize), (count + given, voided + back));
        let kept = self.sales.iter().filter(|sale| sale.plan != PRACTICE && !sale.taken_back);
        let net: i64 = kept.map(|sale| sale.price - sale.discount).sum();
        prop_assert_eq!(total.net(), rupiah(net + self.on_credit()));
        Ok(())
    }

    fn flaws(&self) -> Vec<Flaw> {
        self.books.db.read(prove).unwrap()
    }
}

#[test]
fn ten_thousand_random_deeds_keep_books_and_drawers_true() {
    let lived = std::cell::Cell::new(0);
    let deeds = prop::collection::vec(happening(), 1..=MOST_IN_A_LIFE);
    while lived.get() < repeated(DEEDS) as usize {
        let config =
            Config { cases: LIVES, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
        let life = |deeds: Vec<Happening>| {
            let mut world = world();
            for happening in &deeds {
                world.live(happening)?;
                world.drawers_agree(happening)?;
            }
            lived.set(lived.get() + deeds.len());
            world.books_agree()
        };
        TestRunner::new(config).run(&deeds, life).unwrap();
    }
}
