use super::*;
use crate::audit::Actor;
use crate::counters;
use crate::db::{Val, WriteTx, params};
use crate::ledger::{self, Account};
use crate::outbox::{self, Lane};
use crate::plans::{self, Plan, PlanRequest};
use crate::pretend::{Books, NOW, plan_request};
use crate::shifts::{self, Shift};
use crate::staff::Role;
use crate::values::{BatchId, StaffId};
use crate::vouchers::{self, Batch, BatchRequest, ChunkAnswer, Purpose, Voucher};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::time::Duration;

mod races;
mod reading;
mod refusals;
mod resellers;
mod selling;
mod voiding;

/// A till with an open shift and one plan for Rp 5.000 that costs Rp 3.500.
struct Till {
    books: Books,
    counter: CounterId,
    shift: Shift,
    plan: Plan,
    cashier: Actor,
    admin: Actor,
    asked: u32,
}

fn rupiah(amount: i64) -> Money {
    Money::rupiah(amount)
}

fn till() -> Till {
    till_with(Books::new())
}

fn till_with(mut books: Books) -> Till {
    let counter = books.db.read(counters::all).unwrap().remove(0).id;
    let cashier = Actor::person(StaffId::new(NOW, &mut books.rng), "Siti");
    let admin = Actor::person(StaffId::new(NOW, &mut books.rng), "Budi");
    let router = books.add_router("Warung-1");
    let plan = books.add_plan(&PlanRequest { price: rupiah(3_500), ..plan_request(router) });
    let Books { db, rng, .. } = &mut books;
    let shift =
        db.write(|tx| shifts::open(tx, &cashier, counter, rupiah(100_000), "buka", rng, NOW)).unwrap();
    Till { books, counter, shift, plan, cashier, admin, asked: 0 }
}

impl Till {
    fn key(&mut self) -> String {
        self.asked += 1;
        format!("permintaan-{}", self.asked)
    }

    /// So many of the plan, all questions answered.
    fn request(&self, quantity: u32) -> SellRequest {
        let wanted = Wanted::Plan { plan: self.plan.id, quantity };
        SellRequest {
            counter: self.counter,
            wanted,
            discount: None,
            received: None,
            shown: None,
            twice_confirmed: true,
            waiting_accepted: true,
        }
    }

    fn ask(&mut self, request: &SellRequest, now: Timestamp) -> Result<Receipt, SellError> {
        let key = self.key();
        self.ask_as(request, &key, Role::Operator, now)
    }

    fn ask_as(
        &mut self,
        request: &SellRequest,
        key: &str,
        role: Role,
        now: Timestamp,
    ) -> Result<Receipt, SellError> {
        let Till { books: Books { db, rng, .. }, cashier, .. } = self;
        db.write(|tx| sell(tx, cashier, role, request, key, rng, now))
    }

    fn sell(&mut self, quantity: u32) -> Receipt {
        let request = self.request(quantity);
        self.ask(&request, NOW).unwrap()
    }

    fn undo(&mut self, receipt: &Receipt, now: Timestamp) -> Result<Receipt, UndoError> {
        let key = self.key();
        let Till { books: Books { db, rng, .. }, cashier, .. } = self;
        db.write(|tx| undo(tx, cashier, receipt.id, &key, rng, now))
    }

    fn void_request(&self, sale: &Sale) -> VoidRequest {
        VoidRequest {
            sale: sale.id,
            counter: self.counter,
            reason: "salah paket".to_owned(),
            usage: Usage::NeverUsed,
            approved_by: None,
        }
    }

    fn void(&mut self, request: &VoidRequest, now: Timestamp) -> Result<Sale, VoidError> {
        let cashier = self.cashier.clone();
        self.void_as(request, &cashier, Role::Operator, now)
    }

    fn void_as(
        &mut self,
        request: &VoidRequest,
        actor: &Actor,
        role: Role,
        now: Timestamp,
    ) -> Result<Sale, VoidError> {
        let key = self.key();
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| void(tx, actor, role, request, &key, rng, now))
    }

    fn write<T, E: From<Fault>>(&self, verb: impl FnOnce(&WriteTx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.books.db.write(verb)
    }

    /// Makes a batch; the router has it when `there`.
    fn batch(&mut self, size: u32, there: bool, shelf_life_days: Option<u32>) -> (Batch, Vec<Voucher>) {
        let key = self.key();
        let code = self.plan.code.clone();
        let request = BatchRequest { plan: self.plan.id, size, code, note: String::new(), shelf_life_days };
        let Books { db, rng, .. } = &mut self.books;
        let made =
            db.write(|tx| vouchers::issue_batch(tx, &Actor::karcis(), &request, &key, rng, NOW)).unwrap();
        if there {
            let cards = db.read(|tx| vouchers::printable(tx, made.id)).unwrap();
            let present = cards.iter().map(|card| card.id).collect();
            let answer = ChunkAnswer { present, taken: Vec::new() };
            db.write(|tx| vouchers::keep_answer(tx, made.id, 0, &answer, rng, NOW)).unwrap();
        }
        let cards = db.read(|tx| vouchers::printable(tx, made.id)).unwrap();
        (made, cards)
    }

    fn make_stock(&self, batch: BatchId) {
        self.write(|tx| vouchers::set_purpose(tx, &Actor::karcis(), batch, Purpose::Stock, NOW)).unwrap();
    }

    fn change_plan(&mut self, request: PlanRequest) {
        let id = self.plan.id;
        let plan = self.write(|tx| plans::change(tx, &Actor::karcis(), id, &request, NOW)).unwrap();
        self.plan = plan;
    }

    fn fill_from_stock(&mut self) {
        let request = PlanRequest {
            price: rupiah(3_500),
            counter_fill: plans::Fill::Stock,
            ..plan_request(self.plan.router)
        };
        self.change_plan(request);
    }

    fn card(&self, wanted: &Voucher) -> SellRequest {
        SellRequest { wanted: Wanted::Voucher(wanted.id), ..self.request(1) }
    }

    fn voucher(&self, id: VoucherId) -> Voucher {
        self.books.db.read(|tx| vouchers::voucher(tx, id)).unwrap().unwrap()
    }

    fn balance(&self, account: Account) -> i64 {
        self.books.db.read(|tx| ledger::balance(tx, &account)).unwrap()
    }

    /// What the drawer holds beyond its float, what was let off, and what the plan earned.
    fn money(&self) -> (i64, i64, i64) {
        (
            self.balance(Account::Drawer(self.counter)) - 100_000,
            self.balance(Account::Discounts),
            -self.balance(Account::Sales(self.plan.id)),
        )
    }

    fn count(&self, sql: &'static str) -> i64 {
        self.books.db.read(|tx| tx.one(sql, params![], |row| row.int(0))).unwrap()
    }

    /// Everything a refused deed must not change.
    fn rows(&self) -> Vec<i64> {
        [
            "SELECT COUNT(*) FROM receipts",
            "SELECT COUNT(*) FROM sales",
            "SELECT COUNT(*) FROM sale_voids",
            "SELECT COUNT(*) FROM postings",
            "SELECT COUNT(*) FROM audit",
            "SELECT COUNT(*) FROM outbox",
            "SELECT COUNT(*) FROM vouchers",
            "SELECT COUNT(*) FROM slips",
            "SELECT COUNT(*) FROM issued_codes",
            "SELECT SUM(value) FROM counters",
        ]
        .map(|sql| self.count(sql))
        .into()
    }

    fn deeds(&self) -> Vec<String> {
        let mut trail = self.books.db.read(|tx| crate::audit::entries(tx, None, 50)).unwrap();
        trail.reverse();
        trail.into_iter().map(|entry| entry.deed).collect()
    }

    /// The router is found to be away.
    fn router_leaves(&mut self) {
        let lane = Lane::Router(self.plan.router);
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| outbox::lane_failed(tx, &lane, "unreachable", rng, NOW)).unwrap();
    }

    fn router_returns(&self) {
        let lane = Lane::Router(self.plan.router);
        self.write(|tx| outbox::lane_answered(tx, &lane, NOW)).unwrap();
    }

    fn give_printer(&mut self) {
        let printer = self.books.add_printer(&crate::pretend::printer_request());
        let (counter, karcis) = (self.counter, Actor::karcis());
        self.write(|tx| counters::set_printer(tx, &karcis, counter, Some(printer), NOW)).unwrap();
    }

    fn retire_printer(&self) {
        let printer = self.books.db.read(|tx| counters::counter(tx, self.counter)).unwrap().unwrap().printer;
        self.write(|tx| crate::slips::retire_printer(tx, &Actor::karcis(), printer.unwrap(), NOW)).unwrap();
    }

    fn trial_balance_is_zero(&self) {
        let trial = self.books.db.read(ledger::trial_balance).unwrap();
        assert_eq!((trial.debit, trial.broken.len()), (trial.credit, 0));
    }
}

fn later(seconds: u64) -> Timestamp {
    NOW + Duration::from_secs(seconds)
}
