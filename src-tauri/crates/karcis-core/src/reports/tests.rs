use super::*;
use crate::audit::Actor;
use crate::counters;
use crate::db::{WriteTx, params};
use crate::ledger::{self, Account};
use crate::plans::{Plan, PlanRequest};
use crate::pretend::{Books, NOW, plan_request};
use crate::resellers::{self, Commission, HandoverRequest, ResellerRequest, TakeBackRequest};
use crate::sales::{self, Discount, SellRequest, Usage, VoidRequest, Wanted};
use crate::settings;
use crate::shifts::{self, Denomination, MoveKind, MoveRequest, Shift};
use crate::staff::Role;
use crate::values::StaffId;
use crate::vouchers::{BatchRequest, issue_batch};
use std::time::Duration;

mod model;

/// Books with a plan on each of two routers and one for practice, and an open shift.
struct Till {
    books: Books,
    shift: Shift,
    day_plan: Plan,
    week_plan: Plan,
    practice_plan: Plan,
    siti: Actor,
    budi: Actor,
    asked: u32,
}

const DAY_MS: u64 = 24 * 3_600_000;

fn till() -> Till {
    let mut books = Books::new();
    let [one, two, practice] = ["Warung-1", "Warung-2", "Latihan"].map(|name| books.add_router(name));
    books.db.write(|tx| tx.run("UPDATE routers SET practice = 1 WHERE id = $1", params![practice])).unwrap();
    let day_plan = books.add_plan(&PlanRequest { price: rupiah(3_500), ..plan_request(one) });
    let week_plan = books.add_plan(&PlanRequest {
        name: "7 Hari".to_owned(),
        price: rupiah(17_500),
        selling_price: rupiah(25_000),
        ..plan_request(two)
    });
    let siti = Actor::person(StaffId::new(NOW, &mut books.rng), "Siti");
    let budi = Actor::person(StaffId::new(NOW, &mut books.rng), "Budi");
    let practice_plan = books.add_plan(&plan_request(practice));
    let Books { db, rng, .. } = &mut books;
    let counter = db.read(counters::all).unwrap().remove(0).id;
    let shift = db.write(|tx| shifts::open(tx, &siti, counter, rupiah(100_000), "buka", rng, NOW)).unwrap();
    Till { books, shift, day_plan, week_plan, practice_plan, siti, budi, asked: 0 }
}

fn rupiah(amount: i64) -> Money {
    Money::rupiah(amount)
}

/// Midday of the day so many days before.
fn days_ago(days: u64) -> Timestamp {
    NOW - Duration::from_millis(days * DAY_MS)
}

impl Till {
    fn sell(&mut self, plan: &Plan, cashier: &Actor, discount: i64, at: Timestamp) -> SaleId {
        let request = SellRequest {
            counter: self.shift.counter,
            wanted: Wanted::Plan { plan: plan.id, quantity: 1 },
            discount: Some(Discount {
                amount: rupiah(discount),
                reason: "Langganan".to_owned(),
                approved_by: None,
            }),
            received: None,
            shown: None,
            twice_confirmed: true,
            waiting_accepted: true,
        };
        let key = self.key();
        let Books { db, rng, .. } = &mut self.books;
        let sold = db.write(|tx| sales::sell(tx, cashier, Role::Admin, &request, &key, rng, at));
        sold.unwrap().sales[0].id
    }

    fn undo(&mut self, sale: SaleId) {
        let key = self.key();
        let Till { books: Books { db, rng, .. }, siti, .. } = self;
        let receipt = db.read(|tx| sales::sale(tx, sale)).unwrap().unwrap().receipt;
        db.write(|tx| sales::undo(tx, siti, receipt, &key, rng, NOW)).unwrap();
    }

    fn void(&mut self, sale: SaleId) {
        let request = VoidRequest {
            sale,
            counter: self.shift.counter,
            reason: "Salah paket".to_owned(),
            usage: Usage::Unknown,
            approved_by: None,
        };
        let key = self.key();
        let Till { books: Books { db, rng, .. }, budi, .. } = self;
        db.write(|tx| sales::void(tx, budi, Role::Admin, &request, &key, rng, NOW)).unwrap();
    }

    fn key(&mut self) -> String {
        self.asked += 1;
        format!("permintaan-{}", self.asked)
    }

    /// Hands two vouchers to a reseller at ten percent, who gives one back the next day.
    fn hand_over_and_take_back(&mut self) {
        let code = self.week_plan.code.clone();
        let request = BatchRequest {
            plan: self.week_plan.id,
            size: 2,
            code,
            note: String::new(),
            shelf_life_days: None,
        };
        let (commission, yesterday) = (Commission::hundredths(1_000).unwrap(), days_ago(1));
        let ani = ResellerRequest { name: "Warung Ani".to_owned(), phone: String::new(), commission };
        let Till { books: Books { db, rng, .. }, siti, budi, .. } = self;
        let write = |tx: &WriteTx<'_>| {
            let batch = issue_batch(tx, budi, &request, "titip", rng, NOW).map_err(Fault::new)?.id;
            tx.run("UPDATE vouchers SET state = 'on_router' WHERE batch_id = $1", params![batch])?;
            let reseller = resellers::add(tx, budi, &ani, "ani", rng, NOW).map_err(Fault::new)?.id;
            let given = HandoverRequest { reseller, batch, commission };
            let handover =
                resellers::hand_over(tx, budi, &given, "titip", rng, yesterday).map_err(Fault::new)?;
            let note = "Tidak laku".to_owned();
            let back = TakeBackRequest {
                handover: handover.id,
                from_serial: 1,
                to_serial: 1,
                note,
                doubtful: Vec::new(),
                approved_by: None,
            };
            resellers::take_back(tx, siti, &back, "kembali", rng, NOW).map_err(Fault::new)
        };
        db.write(write).unwrap();
    }

    fn day_sale(&mut self, discount: i64) -> SaleId {
        let (plan, siti) = (self.day_plan.clone(), self.siti.clone());
        self.sell(&plan, &siti, discount, NOW)
    }

    fn pay(&mut self, kind: MoveKind, amount: i64) {
        let request =
            MoveRequest { shift: self.shift.id, kind, amount: rupiah(amount), reason: "Galon".to_owned() };
        let Till { books: Books { db, rng, .. }, siti, .. } = self;
        let key = format!("{kind:?}{amount}");
        db.write(|tx| shifts::move_cash(tx, siti, &request, &key, rng, NOW)).unwrap();
    }

    fn count(&self, hundreds: u32) {
        let found = [(Denomination::ALL[10], hundreds)];
        self.books
            .db
            .write(|tx| shifts::count(tx, &self.siti, self.shift.id, &found, "hitung", NOW))
            .unwrap();
    }

    fn report(&self) -> ShiftReport {
        self.books.db.read(|tx| shift_report(tx, self.shift.id)).unwrap().unwrap()
    }

    fn income(&self, span: Span) -> Income {
        self.books.db.read(|tx| income(tx, span)).unwrap()
    }

    fn flaws(&self) -> Vec<Flaw> {
        self.books.db.read(prove).unwrap()
    }

    fn today(&self) -> Day {
        self.books.db.read(|tx| settings::business_day(tx, NOW)).unwrap()
    }

    /// Changes rows as somebody with the file open in another program could.
    fn forge(&self, guard: &str, sql: &str) {
        let books = rusqlite::Connection::open(self.books.folder.path().join("karcis.db")).unwrap();
        books.execute_batch(&format!("PRAGMA foreign_keys = OFF; DROP TRIGGER IF EXISTS {guard}")).unwrap();
        assert!(books.execute(sql, []).unwrap() > 0, "{sql}");
    }
}

fn sums(name: &str, count: u32, gross: i64, discount: i64) -> ShiftSales {
    ShiftSales {
        name: name.to_owned(),
        count,
        gross: rupiah(gross),
        discount: rupiah(discount),
        paid: rupiah(gross - discount),
    }
}

#[test]
fn a_shift_adds_up_by_plan_and_by_cashier() {
    let mut till = till();
    till.day_sale(0);
    till.day_sale(500);
    let (week, practice, budi) = (till.week_plan.clone(), till.practice_plan.clone(), till.budi.clone());
    till.sell(&week, &budi, 0, NOW);
    till.sell(&practice, &budi, 0, NOW);
    let report = till.report();
    assert_eq!(report.plans, [sums("1 Hari", 2, 10_000, 500), sums("7 Hari", 1, 25_000, 0)]);
    assert_eq!(report.cashiers, [sums("Budi", 1, 25_000, 0), sums("Siti", 2, 10_000, 500)]);
    assert_eq!((report.sold, report.practice), (sums("", 3, 35_000, 500), 1));
    assert_eq!(
        (report.undone, report.voided, report.reprints),
        (TakenBack::default(), TakenBack::default(), 0)
    );
}

#[test]
fn the_drawer_is_told_only_after_it_was_counted_and_is_what_the_ledger_says() {
    let mut till = till();
    let (first, second) = (till.day_sale(0), till.day_sale(500));
    till.day_sale(0);
    till.undo(first);
    till.void(second);
    till.pay(MoveKind::PayIn, 20_000);
    till.pay(MoveKind::PayOut, 7_000);
    assert_eq!(till.report().drawer, None, "the count is blind");
    let proof = till.books.db.read(|tx| drawer(tx, till.shift.id)).unwrap().unwrap();
    till.count(1_180);
    let report = till.report();
    let told = report.drawer.unwrap();
    assert_eq!(told, proof);
    assert_eq!(
        told,
        Drawer {
            opening: rupiah(100_000),
            cash_sales: rupiah(14_500),
            settlements: Money::ZERO,
            pay_in: rupiah(20_000),
            pay_out: rupiah(7_000),
            refunds: rupiah(9_500),
        }
    );
    let tally = report.shift.tally.unwrap();
    assert_eq!(
        (told.expected(), tally.expected, tally.difference),
        (rupiah(118_000), rupiah(118_000), Money::ZERO)
    );
    assert_eq!(report.undone, TakenBack { count: 1, paid_back: rupiah(5_000) });
    assert_eq!(report.voided, TakenBack { count: 1, paid_back: rupiah(4_500) });
    assert_eq!(report.moves.len(), 2);
    assert_eq!(till.flaws(), []);
}

#[test]
fn a_shift_that_never_was_has_no_report() {
    let mut till = till();
    let stranger = ShiftId::new(NOW, &mut till.books.rng);
    assert_eq!(till.books.db.read(|tx| shift_report(tx, stranger)).unwrap(), None);
    assert_eq!(till.books.db.read(|tx| drawer(tx, stranger)).unwrap(), None);
}

#[test]
fn income_is_seen_by_day_plan_cashier_and_router() {
    let mut till = till();
    let (day, week, siti, budi) =
        (till.day_plan.clone(), till.week_plan.clone(), till.siti.clone(), till.budi.clone());
    let sold = till.sell(&day, &siti, 0, days_ago(2));
    till.sell(&week, &siti, 5_000, days_ago(1));
    till.sell(&week, &budi, 0, NOW);
    let practice = till.practice_plan.clone();
    till.sell(&practice, &budi, 0, NOW);
    till.void(sold);
    let today = till.today();
    let income = till.income(Span::between(today.plus(-2), today).unwrap());
    let total = income.total;
    assert_eq!(
        (total.count, total.gross, total.discount, total.paid),
        (3, rupiah(55_000), rupiah(5_000), rupiah(50_000))
    );
    assert_eq!((total.voided, total.refunds, total.net()), (1, rupiah(5_000), rupiah(45_000)));
    assert_eq!((total.cost, total.profit()), (rupiah(38_500), rupiah(10_000)), "a voided sale cost nothing");
    let days: Vec<(i64, i64)> = income
        .days
        .iter()
        .map(|(day, totals)| (day.number() - today.number(), totals.net().amount()))
        .collect();
    assert_eq!(days, [(-2, 5_000), (-1, 20_000), (0, 20_000)], "a void counts on its own day");
    let named = |slices: &[Slice]| -> Vec<(String, i64, u32)> {
        slices.iter().map(|it| (it.name.clone(), it.totals.net().amount(), it.totals.count)).collect()
    };
    assert_eq!(named(&income.plans), [("7 Hari".to_owned(), 45_000, 2), ("1 Hari".to_owned(), 0, 1)]);
    assert_eq!(named(&income.cashiers), [("Budi".to_owned(), 25_000, 1), ("Siti".to_owned(), 20_000, 2)]);
    assert_eq!(named(&income.routers), [("Warung-2".to_owned(), 45_000, 2), ("Warung-1".to_owned(), 0, 1)]);
    assert_eq!(income.plans[0].id, week.id.to_string());
    let only_today = till.income(Span::day(today));
    assert_eq!((only_today.total.paid, only_today.total.net()), (rupiah(25_000), rupiah(20_000)));
}

#[test]
fn what_resellers_keep_is_no_income_and_is_given_back_with_their_vouchers() {
    let mut till = till();
    till.hand_over_and_take_back();
    let today = till.today();
    let income = till.income(Span::between(today.plus(-1), today).unwrap());
    let total = income.total;
    assert_eq!((total.count, total.paid, total.refunds), (2, rupiah(50_000), rupiah(25_000)));
    assert_eq!(
        (total.commission, total.net(), total.profit()),
        (rupiah(2_500), rupiah(22_500), rupiah(5_000))
    );
    let days: Vec<i64> = income.days.iter().map(|(_, totals)| totals.net().amount()).collect();
    assert_eq!(days, [45_000, -22_500]);
    assert_eq!((income.cashiers.len(), income.cashiers[0].name.as_str()), (1, "Budi"), "whoever handed over");
    assert_eq!(income.plans[0].totals.net(), rupiah(22_500));
    assert_eq!(till.report().sold, ShiftSales::default(), "it is nobody's drawer");
    assert_eq!(till.flaws(), []);
    till.forge("receipts_are_never_changed", "UPDATE receipts SET gross = 49000, total = 49000");
    assert_eq!(till.flaws(), [Flaw::Receipt { number: 1 }]);
    till.forge("settlements_are_never_changed", "UPDATE settlements SET amount = 22000");
    let reseller = Flaw::Reseller { name: "Warung Ani".to_owned(), ledger: 22_500, rows: 23_000 };
    assert_eq!(till.flaws(), [Flaw::Receipt { number: 1 }, reseller]);
}

#[test]
fn a_span_without_a_sale_still_has_its_days() {
    let till = till();
    let income = till.income(Span::month(till.today()));
    assert_eq!((income.days.len(), income.total, income.plans.len()), (30, Totals::default(), 0));
}

#[test]
fn the_small_hours_count_for_the_evening_before() {
    let mut till = till();
    let night = NOW + Duration::from_secs(15 * 3600); // 02:00 in Jakarta
    let (plan, siti) = (till.day_plan.clone(), till.siti.clone());
    till.sell(&plan, &siti, 0, night);
    assert_eq!(till.income(Span::day(till.today())).total.count, 1);
    assert_eq!(till.income(Span::day(till.today().plus(1))).total.count, 0);
}

#[test]
fn sales_leave_in_pages_without_gap_or_repeat_and_without_practice() {
    let mut till = till();
    let (plan, siti) = (till.day_plan.clone(), till.siti.clone());
    let mut voided = None;
    for days in [3, 1, 1, 0, 2] {
        voided = Some(till.sell(&plan, &siti, 0, days_ago(days)));
    }
    let practice = till.practice_plan.clone();
    till.sell(&practice, &siti, 0, NOW);
    till.void(voided.unwrap());
    let span = Span::between(till.today().plus(-2), till.today()).unwrap();
    let (mut numbers, mut after) = (Vec::new(), None);
    loop {
        let page = till.books.db.read(|tx| sales_rows(tx, span, after, 2)).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.cursor());
        numbers.extend(page.iter().map(|row| (row.number, row.receipt, row.voided_at.is_some())));
    }
    assert_eq!(numbers, [(5, 5, true), (2, 2, false), (3, 3, false), (4, 4, false)]);
}

#[test]
fn honest_books_have_no_flaw_and_each_forgery_is_named() {
    let mut till = till();
    let first = till.day_sale(0);
    till.day_sale(500);
    till.void(first);
    assert_eq!(till.flaws(), []);

    till.forge("sales_are_never_changed", "UPDATE sales SET price = 4000, paid = 3500 WHERE number = 2");
    let shift = |ledger, rows| Flaw::Shift { number: 1, ledger, rows };
    assert_eq!(
        till.flaws(),
        [
            Flaw::Receipt { number: 2 },
            Flaw::Plan { name: "1 Hari".to_owned(), ledger: 5_000, sales: 4_000 },
            shift(104_500, 103_500),
        ]
    );
    till.forge("sales_are_never_changed", "UPDATE sales SET price = 5000, paid = 4500 WHERE number = 2");
    till.forge("x", "UPDATE sales SET discount = 400 WHERE number = 2");
    assert_eq!(till.flaws(), [Flaw::Receipt { number: 2 }, Flaw::Discounts { ledger: 500, sales: 400 }]);
    till.forge("x", "UPDATE sales SET discount = 500 WHERE number = 2");
    till.forge("x", "UPDATE vouchers SET state = 'on_router' WHERE state = 'void'");
    assert!(
        matches!(till.flaws()[..], [Flaw::Voucher { .. }]),
        "a voided sale's voucher lives: {:?}",
        till.flaws()
    );
    till.forge("x", "UPDATE vouchers SET state = 'void' WHERE state = 'on_router'");
    till.forge("cash_moves_are_never_deleted", "UPDATE shifts SET opening_float = 99000");
    assert_eq!(till.flaws(), [shift(104_500, 103_500)]);
}

#[test]
fn a_receipt_the_ledger_never_heard_of_is_named() {
    let mut till = till();
    till.day_sale(0);
    till.forge(
        "ledger_transactions_are_never_changed",
        "UPDATE ledger_transactions SET subject_id = 'lain' WHERE kind = 'sale'",
    );
    assert_eq!(till.flaws(), [Flaw::Receipt { number: 1 }]);
}

#[test]
fn a_closed_shift_is_proven_against_what_it_said_when_it_was_counted() {
    let mut till = till();
    till.day_sale(0);
    till.count(1_050);
    let request = shifts::CloseRequest {
        shift: till.shift.id,
        handed_over: rupiah(100_000),
        note: String::new(),
        approved_by: None,
    };
    let role = Role::Operator;
    till.books.db.write(|tx| shifts::close(tx, &till.siti, role, &request, "tutup", NOW)).unwrap();
    assert_eq!(till.flaws(), []);
    till.forge("a_closed_shift_stays_as_it_was", "UPDATE shifts SET expected = 104000");
    assert_eq!(till.flaws(), [Flaw::Shift { number: 1, ledger: 104_000, rows: 105_000 }]);
}

#[test]
fn reports_walk_their_indexes_without_sorting_sales() {
    let till = till();
    let books = rusqlite::Connection::open(till.books.folder.path().join("karcis.db")).unwrap();
    let walks = |sql: &str| -> String {
        let mut plan = books.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines: Vec<String> = plan.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        lines.join("; ")
    };
    let source = include_str!("store.rs");
    let question = |starts: &str| {
        let from = source.find(starts).unwrap_or_else(|| panic!("{starts} is asked"));
        let text = &source[from..];
        text[..text.find('"').unwrap()]
            .replace("$1", "1")
            .replace("$2", "2")
            .replace("$3", "3")
            .replace("$4", "4")
    };
    let sold = walks(&question("SELECT business_day, plan_id, cashier_id"));
    assert!(sold.contains("COVERING INDEX sales_by_day") && !sold.contains("TEMP B-TREE"), "{sold}");
    let in_shift = walks(&question("SELECT plan_id, plan_name, cashier_id"));
    assert!(
        in_shift.contains("COVERING INDEX sales_by_shift") && !in_shift.contains("TEMP B-TREE"),
        "{in_shift}"
    );
    let rows = walks(&question("SELECT s.id, s.number, COALESCE"));
    assert!(rows.contains("sales_in_order") && !rows.contains("TEMP B-TREE"), "{rows}");
    let voids = walks(&question("SELECT v.business_day, s.plan_id"));
    assert!(voids.contains("sale_voids_by_day"), "{voids}");
}
