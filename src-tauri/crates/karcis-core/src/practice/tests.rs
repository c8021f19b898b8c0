use super::*;
use crate::counters;
use crate::db::params;
use crate::outbox;
use crate::plans::{Plan, PlanRequest};
use crate::pretend::{Books, NOW, plan_request, printer_request};
use crate::prints::{Layout, PrintRequest};
use crate::reports;
use crate::reservations::{Kept, ReserveRequest};
use crate::routers::SealedPassword;
use crate::sales::{Receipt, SellError, SellRequest, Usage, VoidRequest, Wanted};
use crate::shifts::{self, Shift};
use crate::staff::Role;
use crate::values::{CounterId, Money, StaffId};
use crate::vouchers::{BatchRequest, SteerError};
use std::collections::BTreeMap;

/// A shop with a real router, a practice router, a printer at the counter and an open shift.
struct Shop {
    books: Books,
    siti: Actor,
    counter: CounterId,
    shift: Shift,
    real: Plan,
}

fn shop() -> Shop {
    let mut books = Books::new();
    let siti = Actor::person(StaffId::new(NOW, &mut books.rng), "Siti");
    let counter = books.db.read(counters::all).unwrap().remove(0).id;
    let printer = books.add_printer(&printer_request());
    let router = books.add_router("Warung-1");
    let real = books.add_plan(&plan_request(router));
    let Books { db, rng, .. } = &mut books;
    db.write(|tx| counters::set_printer(tx, &siti, counter, Some(printer), NOW)).unwrap();
    let float = Money::rupiah(100_000);
    let shift = db.write(|tx| shifts::open(tx, &siti, counter, float, "buka", rng, NOW)).unwrap();
    Shop { books, siti, counter, shift, real }
}

impl Shop {
    fn add_practice(&mut self) -> RouterId {
        let Books { db, key, rng, .. } = &mut self.books;
        let id = RouterId::new(NOW, rng);
        let sealed = SealedPassword::seal(key, id, "latihan", rng);
        let login = ("karcis", &sealed);
        db.write(|tx| routers::practice(tx, &Actor::karcis(), id, "Latihan", 18_728, login, NOW)).unwrap().id
    }

    fn sell(&mut self, plan: &Plan, key: &str) -> Result<Receipt, SellError> {
        let request = SellRequest {
            counter: self.counter,
            wanted: Wanted::Plan { plan: plan.id, quantity: 2 },
            discount: None,
            received: None,
            shown: None,
            twice_confirmed: true,
            waiting_accepted: true,
        };
        let Shop { books: Books { db, rng, .. }, siti, .. } = self;
        db.write(|tx| sales::sell(tx, siti, Role::Operator, &request, key, rng, NOW))
    }

    /// A batch on paper, sales of which one is voided, a code kept for somebody: everything a newcomer tries.
    fn practise(&mut self, router: RouterId) -> Plan {
        let plan = self.books.add_plan(&PlanRequest { name: "Coba".to_owned(), ..plan_request(router) });
        let sold = self.sell(&plan, "latihan").unwrap();
        let made = BatchRequest {
            plan: plan.id,
            size: 5,
            code: plan.code.clone(),
            note: String::new(),
            shelf_life_days: None,
        };
        let back = VoidRequest {
            sale: sold.sales[0].id,
            counter: self.counter,
            reason: "coba batal".to_owned(),
            usage: Usage::NeverUsed,
            approved_by: None,
        };
        let kept = ReserveRequest {
            kept: Kept::Plan(plan.id),
            customer: "Bu Ani".to_owned(),
            note: String::new(),
            until: None,
        };
        let Shop { books: Books { db, rng, .. }, siti, .. } = self;
        let layout = Layout::default();
        let write = |tx: &WriteTx<'_>| {
            let batch = vouchers::issue_batch(tx, siti, &made, "batch", rng, NOW).map_err(Fault::new)?;
            let sheet =
                PrintRequest { batch: batch.id, layout, from_serial: None, to_serial: None, confirmed: true };
            prints::print(tx, siti, &sheet, "cetak", rng, NOW).map_err(Fault::new)?;
            sales::void(tx, siti, Role::Operator, &back, "batal", rng, NOW).map_err(Fault::new)?;
            reservations::reserve(tx, siti, &kept, "simpan", rng, NOW).map_err(Fault::new)?;
            Ok::<_, Fault>(())
        };
        db.write(write).unwrap();
        plan
    }

    fn remove(&self, router: RouterId) -> Result<Content, RemoveError> {
        self.books.db.write(|tx| remove(tx, &self.siti, router, NOW))
    }

    /// Every row of the books, but the trail, what must never be given twice, and the layout used last.
    fn rows(&self) -> BTreeMap<String, Vec<String>> {
        const STAY: [&str; 5] = ["audit", "counters", "issued_codes", "request_keys", "settings"];
        let books = rusqlite::Connection::open(self.books.folder.path().join("karcis.db")).unwrap();
        let mut tables = books.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
        let names = tables.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
        let names = names.filter(|name| !STAY.contains(&name.as_str()) && !name.starts_with("sqlite_"));
        names
            .map(|name| {
                let mut all = books.prepare(&format!("SELECT * FROM {name}")).unwrap();
                let columns = all.column_count();
                let as_text = |row: &rusqlite::Row<'_>| {
                    (0..columns)
                        .map(|column| row.get(column))
                        .collect::<Result<Vec<rusqlite::types::Value>, _>>()
                };
                let rows = all.query_map([], as_text).unwrap();
                let mut rows: Vec<String> = rows.map(|row| format!("{:?}", row.unwrap())).collect();
                rows.sort();
                (name, rows)
            })
            .collect()
    }
}

#[test]
fn what_was_practised_is_gone_without_a_trace_and_what_is_real_is_untouched() {
    let mut shop = shop();
    let real = shop.real.clone();
    shop.sell(&real, "sungguhan").unwrap();
    let before = shop.rows();
    let router = shop.add_practice();
    shop.practise(router);
    assert_ne!(shop.rows(), before);
    let gone = shop.remove(router).unwrap();
    assert_eq!(gone, Content { plans: 1, vouchers: 7, sales: 2 });
    for (table, rows) in shop.rows() {
        assert_eq!(rows, before[&table], "{table}");
    }
    let report = shop.books.db.read(|tx| reports::shift_report(tx, shop.shift.id)).unwrap().unwrap();
    assert_eq!((report.practice, report.sold.count), (0, 2));
    assert!(shop.books.db.read(reports::prove).unwrap().is_empty());
    let trail = shop.books.db.read(|tx| audit::entries(tx, None, 1)).unwrap();
    assert_eq!((trail[0].deed.as_str(), trail[0].actor_name.as_str()), ("router.remove_practice", "Siti"));
}

#[test]
fn real_receipts_and_sales_are_numbered_without_a_gap_whatever_is_practised_between() {
    let mut shop = shop();
    let real = shop.real.clone();
    let first = shop.sell(&real, "satu").unwrap();
    let router = shop.add_practice();
    let plan = shop.practise(router);
    let second = shop.sell(&real, "dua").unwrap();
    let practised = shop.sell(&plan, "latihan lagi").unwrap();
    let titles = |shop: &Shop| {
        let latest = shop.books.db.read(|tx| sales::latest(tx, shop.counter, 9)).unwrap();
        latest.iter().map(Receipt::title).collect::<Vec<_>>()
    };
    assert_eq!(titles(&shop), ["L-2", "2", "L-1", "1"], "the newest first, real or not");
    let numbers = |receipt: &Receipt| receipt.sales.iter().map(|sale| sale.number).collect::<Vec<_>>();
    assert_eq!(
        (numbers(&first), numbers(&second), numbers(&practised)),
        (vec![1, 2], vec![3, 4], vec![3, 4])
    );
    let found = |shop: &Shop, text: &str| {
        let filter = sales::Filter { text: text.to_owned(), ..sales::Filter::default() };
        let page = shop.books.db.read(|tx| sales::search(tx, &filter, None)).unwrap();
        page.sales.iter().map(|sale| (sale.receipt_title(), sale.number)).collect::<Vec<_>>()
    };
    let real_two = [("2".to_owned(), 4), ("2".to_owned(), 3), ("1".to_owned(), 2)];
    assert_eq!(found(&shop, "#2"), real_two, "the receipt of that number, and the sale");
    let practised_two = [("L-2".to_owned(), 4), ("L-2".to_owned(), 3), ("L-1".to_owned(), 2)];
    assert_eq!(found(&shop, "L-2"), practised_two);
    let all = shop.books.db.read(|tx| sales::search(tx, &sales::Filter::default(), None)).unwrap();
    let all: Vec<_> = all.sales.iter().map(sales::Sale::receipt_title).collect();
    assert_eq!(all, ["L-2", "L-2", "2", "2", "L-1", "L-1", "1", "1"]);
    shop.remove(router).unwrap();
    let third = shop.sell(&real, "tiga").unwrap();
    assert_eq!((third.title(), numbers(&third)), ("3".to_owned(), vec![5, 6]));
    assert_eq!(titles(&shop), ["3", "2", "1"]);
    assert_eq!(found(&shop, "#2"), real_two);
}

#[test]
fn it_comes_back_empty_and_its_old_codes_are_not_given_again() {
    let mut shop = shop();
    let first = shop.add_practice();
    shop.practise(first);
    let codes = |shop: &Shop| {
        let count = |row: &crate::db::Row<'_>| row.int(0);
        shop.books.db.read(|tx| tx.one("SELECT COUNT(*) FROM issued_codes", params![], count)).unwrap()
    };
    let issued = codes(&shop);
    shop.remove(first).unwrap();
    assert!(matches!(shop.remove(first), Err(RemoveError::Unknown)), "twice is once");
    let second = shop.add_practice();
    assert_ne!(first, second);
    let content = shop.books.db.read(|tx| content(tx, second)).unwrap();
    assert_eq!((content, codes(&shop)), (Content::default(), issued));
}

#[test]
fn a_double_click_that_arrives_after_the_removal_is_refused_and_sells_nothing() {
    let mut shop = shop();
    let router = shop.add_practice();
    let plan = shop.practise(router);
    shop.remove(router).unwrap();
    assert!(matches!(shop.sell(&plan, "latihan"), Err(SellError::UnknownPlan)));
}

#[test]
fn an_engine_that_was_carrying_a_note_meanwhile_finds_nothing_and_leaves_nothing() {
    let mut shop = shop();
    let router = shop.add_practice();
    shop.practise(router);
    let lane = outbox::Lane::Router(router);
    let leased = shop.books.db.write(|tx| outbox::lease(tx, &lane, NOW)).unwrap().unwrap();
    shop.remove(router).unwrap();
    let before = shop.rows();
    shop.books.db.write(|tx| outbox::settle(tx, &leased, &outbox::Outcome::Retry("refused"), NOW)).unwrap();
    assert_eq!(shop.rows(), before);
}

#[test]
fn a_real_router_is_not_removed_and_a_practice_router_is_not_merely_taken_out_of_use() {
    let mut shop = shop();
    assert!(matches!(shop.remove(shop.real.router), Err(RemoveError::Unknown)));
    let practice = shop.add_practice();
    let archived = shop.books.db.write(|tx| vouchers::archive_router(tx, &shop.siti, practice, NOW));
    assert!(matches!(archived, Err(SteerError::InUse)));
}

#[test]
fn the_guards_let_practice_go_and_nothing_that_was_money() {
    let mut shop = shop();
    let real = shop.real.clone();
    let receipt = shop.sell(&real, "sungguhan").unwrap();
    let back = VoidRequest {
        sale: receipt.sales[0].id,
        counter: shop.counter,
        reason: "salah".to_owned(),
        usage: Usage::NeverUsed,
        approved_by: None,
    };
    let Shop { books: Books { db, rng, .. }, siti, .. } = &mut shop;
    db.write(|tx| sales::void(tx, siti, Role::Operator, &back, "batal", rng, NOW)).unwrap();
    for sql in [
        "DELETE FROM sale_voids",
        "DELETE FROM sales",
        "DELETE FROM receipts",
        "UPDATE sales SET practice = 1",
        "UPDATE receipts SET practice = 1",
    ] {
        let refused = db.write(|tx| tx.run(sql, params![])).unwrap_err();
        assert!(refused.chain().contains("only ever added"), "{sql}: {}", refused.chain());
    }
}

#[test]
fn practice_stands_in_no_tally_but_its_own() {
    let mut shop = shop();
    let router = shop.add_practice();
    shop.practise(router);
    let real = shop.real.clone();
    shop.sell(&real, "sungguhan").unwrap();
    let (all, practice) = shop
        .books
        .db
        .read(|tx| Ok::<_, Fault>((vouchers::tally_of_all(tx)?, vouchers::tally_of_practice(tx)?)))
        .unwrap();
    assert_eq!((all.pending, all.void), (2, 0));
    assert_eq!((practice.pending, practice.void), (6, 1));
}

#[test]
fn a_copy_of_a_practice_slip_is_no_reprint_of_the_shift() {
    let mut shop = shop();
    let router = shop.add_practice();
    let plan = shop.books.add_plan(&plan_request(router));
    let sale = shop.sell(&plan, "latihan").unwrap().sales[0].id.to_string();
    let Shop { books: Books { db, rng, .. }, siti, shift, .. } = &mut shop;
    let copy = |tx: &WriteTx<'_>| {
        tx.run("UPDATE slips SET state = 'printed'", params![])?;
        let printer = crate::printers::all(tx)?[0].id;
        let asked = crate::slips::SlipRequest {
            kind: crate::slips::SlipKind::Voucher,
            subject: sale.clone(),
            printer,
            shift: Some(shift.id),
            kick: false,
        };
        crate::slips::reprint(tx, siti, Role::Operator, &asked, "salinan", rng, NOW).map_err(Fault::new)
    };
    assert_eq!(db.write(copy).unwrap().copy, 1);
    let report = db.read(|tx| reports::shift_report(tx, shift.id)).unwrap().unwrap();
    assert_eq!(report.reprints, 0);
}

#[test]
fn sample_guests_leave_alone_what_a_person_is_about_to_try() {
    let mut shop = shop();
    let router = shop.add_practice();
    let plan = shop.practise(router);
    for number in 0..2 {
        shop.sell(&plan, &format!("lagi-{number}")).unwrap();
    }
    let there = "UPDATE vouchers SET state = 'on_router' WHERE state = 'pending' AND router_id = $1";
    shop.books.db.write(|tx| tx.run(there, params![router])).unwrap();
    let lent = |shop: &Shop, after: i64, before: Timestamp| {
        let found = shop.books.db.read(|tx| vouchers::lendable(tx, router, after, before, 10)).unwrap();
        found.into_iter().map(|voucher| voucher.number).collect::<Vec<_>>()
    };
    let later = NOW + std::time::Duration::from_secs(1);
    assert!(lent(&shop, 0, NOW).is_empty(), "nothing so young");
    // Sold: 1 (void), 2, 8 to 11, the latest left alone; of the sheet of 3 to 7 the last third.
    assert_eq!(lent(&shop, 0, later), [2, 6, 7, 8, 9, 10]);
    assert_eq!(lent(&shop, 6, later), [7, 8, 9, 10]);
    shop.books.db.write(|tx| tx.run("UPDATE vouchers SET disabled = 1 WHERE number = 8", params![])).unwrap();
    assert_eq!(lent(&shop, 6, later), [7, 9, 10]);
}
