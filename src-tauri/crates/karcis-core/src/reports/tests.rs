use super::*;
use crate::audit::Actor;
use crate::counters;
use crate::db::params;
use crate::ledger::{self, Account, Entry, EntryKind, credit, debit};
use crate::plans::{Plan, PlanRequest};
use crate::pretend::{Books, NOW, plan_request};
use crate::settings;
use crate::shifts::{self, Denomination, MoveKind, MoveRequest, Shift};
use crate::values::{ReceiptId, ResellerId, StaffId};
use crate::vouchers::{BatchRequest, issue_batch};
use std::time::Duration;

/// Books with two plans on two routers, an open shift, and vouchers to sell.
struct Till {
    books: Books,
    shift: Shift,
    day_plan: Plan,
    week_plan: Plan,
    siti: Actor,
    budi: Actor,
    sold: u32,
}

const DAY_MS: u64 = 24 * 3_600_000;

fn till() -> Till {
    let mut books = Books::new();
    let (one, two) = (books.add_router("Warung-1"), books.add_router("Warung-2"));
    let day_plan = books.add_plan(&PlanRequest { price: rupiah(3_500), ..plan_request(one) });
    let week_plan = books.add_plan(&PlanRequest {
        name: "7 Hari".to_owned(),
        price: rupiah(17_500),
        selling_price: rupiah(25_000),
        ..plan_request(two)
    });
    let siti = Actor::person(StaffId::new(NOW, &mut books.rng), "Siti");
    let budi = Actor::person(StaffId::new(NOW, &mut books.rng), "Budi");
    let Books { db, rng, .. } = &mut books;
    for plan in [&day_plan, &week_plan] {
        let request = BatchRequest {
            plan: plan.id,
            size: 50,
            code: plan.code.clone(),
            note: String::new(),
            shelf_life_days: None,
        };
        db.write(|tx| issue_batch(tx, &siti, &request, &plan.name, rng, NOW)).unwrap();
    }
    let counter = db.read(counters::all).unwrap().remove(0).id;
    let shift = db.write(|tx| shifts::open(tx, &siti, counter, rupiah(100_000), "buka", rng, NOW)).unwrap();
    Till { books, shift, day_plan, week_plan, siti, budi, sold: 0 }
}

fn rupiah(amount: i64) -> Money {
    Money::rupiah(amount)
}

/// Midday of the day so many days before.
fn days_ago(days: u64) -> Timestamp {
    NOW - Duration::from_millis(days * DAY_MS)
}

impl Till {
    /// Writes a receipt of one sale as the counter does, with its money.
    fn sell(&mut self, plan: &Plan, cashier: &Actor, discount: i64, at: Timestamp, practice: bool) -> SaleId {
        self.sold += 1;
        let Till { books: Books { db, rng, .. }, shift, sold, .. } = self;
        let (receipt, sale) = (ReceiptId::new(at, rng), SaleId::new(at, rng));
        let paid = plan.selling_price.minus(rupiah(discount)).unwrap();
        let entry = Entry {
            kind: EntryKind::Sale,
            subject: ("receipt", receipt.to_string()),
            shift: Some(shift.id),
            memo: String::new(),
            postings: vec![
                debit(Account::Drawer(shift.counter), paid),
                debit(Account::Discounts, rupiah(discount)),
                credit(Account::Sales(plan.id), plan.selling_price),
            ],
        };
        db.write(|tx| {
            let day = settings::business_day(tx, at)?;
            tx.run(
                "INSERT INTO receipts (id, number, kind, counter_id, shift_id, quantity, gross, discount, total, practice,
                     cashier_id, cashier_name, business_day, at)
                 VALUES ($1, $2, 'counter', $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12)",
                params![receipt, *sold, shift.counter, shift.id, plan.selling_price, discount, paid, practice,
                    cashier.id(), cashier.name(), day, at],
            )?;
            tx.run(
                "INSERT INTO sales (id, number, receipt_id, voucher_id, fill, plan_id, plan_name, router_id, router_name,
                     code, price, discount, paid, cost, counter_id, shift_id, cashier_id, cashier_name, practice,
                     business_day, at)
                 SELECT $1, $2, $3, v.id, 'fresh', v.plan_id, $4, v.router_id, r.name, v.code, $5, $6, $7, $8, $9, $10,
                     $11, $12, $13, $14, $15
                 FROM vouchers AS v JOIN routers AS r ON r.id = v.router_id
                 WHERE v.plan_id = $16 AND v.standing = 'unsold' ORDER BY v.number LIMIT 1",
                params![sale, *sold, receipt, &plan.name, plan.selling_price, discount, paid, plan.price, shift.counter,
                    shift.id, cashier.id(), cashier.name(), practice, day, at, plan.id],
            )?;
            tx.run(
                "UPDATE vouchers SET standing = 'sold' WHERE id = (SELECT voucher_id FROM sales WHERE id = $1)",
                params![sale],
            )?;
            if !practice {
                ledger::post(tx, cashier, &entry, at)?;
            }
            Ok::<_, Fault>(())
        })
        .unwrap();
        sale
    }

    /// Takes a sale back as the counter does.
    fn take_back(&self, sale: SaleId, kind: &str, plan: &Plan, paid: i64, at: Timestamp) {
        let discount = plan.selling_price.amount() - paid;
        let entry = Entry {
            kind: EntryKind::Void,
            subject: ("sale", sale.to_string()),
            shift: Some(self.shift.id),
            memo: String::new(),
            postings: vec![
                credit(Account::Drawer(self.shift.counter), rupiah(paid)),
                credit(Account::Discounts, rupiah(discount)),
                debit(Account::Sales(plan.id), plan.selling_price),
            ],
        };
        let write = |tx: &crate::db::WriteTx<'_>| {
            let day = settings::business_day(tx, at)?;
            tx.run(
                "INSERT INTO sale_voids (sale_id, kind, reason, amount, shift_id, voided_by, voided_by_name, business_day, at)
                 VALUES ($1, $2, 'Salah paket', $3, $4, 'x', 'Budi', $5, $6)",
                params![sale, kind, paid, self.shift.id, day, at],
            )?;
            tx.run(
                "UPDATE vouchers SET state = 'void' WHERE id = (SELECT voucher_id FROM sales WHERE id = $1)",
                params![sale],
            )?;
            ledger::post(tx, &self.budi, &entry, at)?;
            Ok::<_, Fault>(())
        };
        self.books.db.write(write).unwrap();
    }

    /// Hands two vouchers of a plan to a reseller at ten percent, and takes one back the next day.
    fn hand_over_and_take_back(&mut self) {
        let (plan, budi) = (self.week_plan.clone(), self.budi.clone());
        let (first, second) =
            (self.sell(&plan, &budi, 0, days_ago(1), true), self.sell(&plan, &budi, 0, days_ago(1), true));
        let books = rusqlite::Connection::open(self.books.folder.path().join("karcis.db")).unwrap();
        // Turned into one receipt of a reseller, as handing over writes it.
        let turned = "DROP TRIGGER sales_are_never_changed; DROP TRIGGER receipts_are_never_changed;
            DROP TRIGGER receipts_are_never_deleted;
            UPDATE sales SET fill = 'handover', shift_id = NULL, counter_id = NULL, practice = 0,
                receipt_id = (SELECT receipt_id FROM sales WHERE number = 1);
            DELETE FROM receipts WHERE number = 2;
            UPDATE receipts SET kind = 'handover', shift_id = NULL, counter_id = NULL, practice = 0, quantity = 2,
                gross = 50000, total = 50000;
            INSERT INTO resellers VALUES ('r', 'Warung Ani', 'warung ani', '', 1000, 0, 0, 0);
            INSERT INTO handovers SELECT 'h', 1, 'r', 'Warung Ani', b.id, t.id, 2, 50000, 1000, 5000, 'x', 'Budi', 0
                FROM batches AS b, receipts AS t LIMIT 1;
            INSERT INTO settlements VALUES ('s', 1, 'r', 'h', 'return', 1, 22500, '', NULL, NULL, 'x', 'Siti', 0);";
        books.execute_batch(turned).unwrap();
        drop(books);
        let reseller = self
            .books
            .db
            .read(|tx| {
                tx.one("SELECT '00000000-0000-0000-0000-000000000001'", params![], |row| {
                    row.parsed::<ResellerId>(0)
                })
            })
            .unwrap();
        let post = |kind, subject: (&'static str, &str), postings, at| {
            let entry = Entry {
                kind,
                subject: (subject.0, subject.1.to_owned()),
                shift: None,
                memo: String::new(),
                postings,
            };
            self.books.db.write(|tx| ledger::post(tx, &self.siti, &entry, at)).unwrap();
        };
        post(
            EntryKind::Handover,
            ("handover", "h"),
            vec![
                debit(Account::Receivable(reseller), rupiah(45_000)),
                debit(Account::Commission, rupiah(5_000)),
                credit(Account::Sales(plan.id), rupiah(50_000)),
            ],
            days_ago(1),
        );
        post(
            EntryKind::Return,
            ("settlement", "s"),
            vec![
                debit(Account::Sales(plan.id), rupiah(25_000)),
                credit(Account::Commission, rupiah(2_500)),
                credit(Account::Receivable(reseller), rupiah(22_500)),
            ],
            NOW,
        );
        let write = |tx: &crate::db::WriteTx<'_>| {
            tx.run(
                "INSERT INTO sale_voids (sale_id, kind, reason, amount, voided_by, voided_by_name, business_day, at)
                 VALUES ($1, 'return', 'Sisa', 25000, 'x', 'Siti', $2, $3)",
                params![second, self.today(), NOW],
            )?;
            tx.run(
                "UPDATE vouchers SET state = 'void' WHERE id = (SELECT voucher_id FROM sales WHERE id = $1)",
                params![second],
            )
        };
        self.books.db.write(write).unwrap();
        assert_ne!(first, second);
    }

    fn day_sale(&mut self, discount: i64) -> SaleId {
        let (plan, siti) = (self.day_plan.clone(), self.siti.clone());
        self.sell(&plan, &siti, discount, NOW, false)
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
    let (week, budi) = (till.week_plan.clone(), till.budi.clone());
    till.sell(&week, &budi, 0, NOW, false);
    till.sell(&week, &budi, 0, NOW, true);
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
    let plan = till.day_plan.clone();
    till.take_back(first, "undo", &plan, 5_000, NOW);
    till.take_back(second, "void", &plan, 4_500, NOW);
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
    let sold = till.sell(&day, &siti, 0, days_ago(2), false);
    till.sell(&week, &siti, 5_000, days_ago(1), false);
    till.sell(&week, &budi, 0, NOW, false);
    till.sell(&week, &budi, 0, NOW, true);
    till.take_back(sold, "void", &day, 5_000, NOW);
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
    till.forge("x", "UPDATE receipts SET gross = 49000, total = 49000");
    assert_eq!(till.flaws(), [Flaw::Receipt { number: 1 }]);
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
    till.sell(&plan, &siti, 0, night, false);
    assert_eq!(till.income(Span::day(till.today())).total.count, 1);
    assert_eq!(till.income(Span::day(till.today().plus(1))).total.count, 0);
}

#[test]
fn sales_leave_in_pages_without_gap_or_repeat_and_without_practice() {
    let mut till = till();
    let (plan, siti) = (till.day_plan.clone(), till.siti.clone());
    let mut voided = None;
    for days in [3, 1, 1, 0, 2] {
        voided = Some(till.sell(&plan, &siti, 0, days_ago(days), false));
    }
    till.sell(&plan, &siti, 0, NOW, true);
    till.take_back(voided.unwrap(), "void", &plan, 5_000, NOW);
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
    let plan = till.day_plan.clone();
    till.take_back(first, "void", &plan, 5_000, NOW);
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
    let role = crate::staff::Role::Operator;
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
    let rows = walks(&question("SELECT s.id, s.number, r.number"));
    assert!(rows.contains("sales_in_order") && !rows.contains("TEMP B-TREE"), "{rows}");
    let voids = walks(&question("SELECT v.business_day, s.plan_id"));
    assert!(voids.contains("sale_voids_by_day"), "{voids}");
}
