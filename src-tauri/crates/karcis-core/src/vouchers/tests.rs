use super::*;
use crate::audit::Actor;
use crate::db::{Val, params};
use crate::plans::{self, PlanRequest};
use crate::pretend::{Books, NOW, plan_request};
use crate::routers::{self, RouterRequest};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::time::Duration;

struct Shop {
    books: Books,
    plan: plans::Plan,
    requests: u32,
}

fn shop() -> Shop {
    let mut books = Books::new();
    let router = books.add_router("Warung-1");
    let plan = books.add_plan(&plan_request(router));
    Shop { books, plan, requests: 0 }
}

impl Shop {
    fn issue(&mut self, size: u32) -> Result<Batch, IssueError> {
        let code = self.plan.code.clone();
        self.issue_with(size, code)
    }

    fn issue_with(&mut self, size: u32, code: CodeStyle) -> Result<Batch, IssueError> {
        self.requests += 1;
        let request =
            BatchRequest { plan: self.plan.id, size, code, note: String::new(), shelf_life_days: Some(30) };
        let key = format!("request-{}", self.requests);
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| issue_batch(tx, &Actor::karcis(), &request, &key, rng, NOW))
    }

    fn find(&self, text: &str) -> Vec<Voucher> {
        let filter = Filter { text: text.to_owned(), ..Filter::default() };
        self.books.db.read(|tx| search(tx, &filter, None)).unwrap().vouchers
    }
}

#[test]
fn sizes_notes_and_shelf_lives_out_of_bounds_are_refused_and_cost_nothing() {
    let mut shop = shop();
    for size in [0, 10_001] {
        assert!(matches!(shop.issue(size), Err(IssueError::BadSize)));
    }
    let short = CodeStyle { length: 3, ..shop.plan.code.clone() };
    assert!(matches!(shop.issue_with(1, short), Err(IssueError::BadStyle(_))));
    let odd = CodeStyle { prefix: "a b".to_owned(), ..shop.plan.code.clone() };
    assert!(matches!(shop.issue_with(1, odd), Err(IssueError::BadStyle(_))));
    assert_eq!(shop.books.db.read(tally_of_all).unwrap(), Tally::default());
    assert_eq!(shop.issue(1).unwrap().number, 1, "a refused batch takes no number");
}

#[test]
fn numbers_and_serials_run_without_a_gap_and_codes_wear_the_prefix() {
    let mut shop = shop();
    shop.issue(3).unwrap();
    let second = shop.issue(1_001).unwrap();
    let cards = shop.books.db.read(|tx| printable(tx, second.id)).unwrap();
    assert_eq!(cards.len(), 1_001);
    for (place, card) in (0_u32..).zip(&cards) {
        assert_eq!((card.serial, card.number), (place + 1, i64::from(place) + 4));
        assert!(card.code.starts_with("WM") && card.code.len() == 10 && card.password == card.code);
    }
    assert_eq!(second.sell_by.map(|end| end.since(NOW).as_secs()), Some(30 * 86_400));
}

#[test]
fn no_code_is_ever_issued_twice_even_after_its_voucher_is_gone() {
    let mut shop = shop();
    shop.books.rng = StdRng::seed_from_u64(2);
    let first = shop.issue(2_000).unwrap();
    let Books { db, .. } = &shop.books;
    let codes: Vec<String> =
        db.read(|tx| printable(tx, first.id)).unwrap().into_iter().map(|card| card.code).collect();
    db.write(|tx| tx.run("DELETE FROM vouchers WHERE batch_id = $1", params![first.id])).unwrap();
    let later = NOW + Duration::from_secs(1);
    let mut rng = StdRng::seed_from_u64(2);
    BatchId::new(later, &mut rng);
    assert_eq!(draw(&first.code, &mut rng).code, codes[0], "the first draw comes again");
    let request = BatchRequest {
        plan: shop.plan.id,
        size: 2_000,
        code: first.code,
        note: String::new(),
        shelf_life_days: None,
    };
    let mut rng = StdRng::seed_from_u64(2);
    let second =
        db.write(|tx| issue_batch(tx, &Actor::karcis(), &request, "again", &mut rng, later)).unwrap();
    let again = db.read(|tx| printable(tx, second.id)).unwrap();
    assert_eq!(again.len(), 2_000);
    assert!(again.iter().all(|card| !codes.contains(&card.code)));
    let refused = shop.books.db.write(|tx| tx.run("DELETE FROM issued_codes", params![])).unwrap_err();
    assert!(refused.chain().contains("only ever added"));
}

#[test]
fn a_later_price_never_alters_vouchers_already_made() {
    let mut shop = shop();
    let batch = shop.issue(1).unwrap();
    let request = PlanRequest { selling_price: Money::rupiah(9_000), ..plan_request(shop.plan.router) };
    shop.books.db.write(|tx| plans::change(tx, &Actor::karcis(), shop.plan.id, &request, NOW)).unwrap();
    let kept = shop.books.db.read(|tx| super::batch(tx, batch.id)).unwrap().unwrap();
    assert_eq!(kept.selling_price, Money::rupiah(5_000));
    let trail =
        shop.books.db.read(|tx| crate::audit::history(tx, ("plan", &shop.plan.id.to_string()), 10)).unwrap();
    assert!(trail[1].detail.contains(r#""price_changed":true"#) && trail[1].detail.contains("9000"));
}

#[test]
fn a_code_is_found_however_it_is_typed() {
    let mut shop = shop();
    let batch = shop.issue(300).unwrap();
    let card = shop.books.db.read(|tx| printable(tx, batch.id)).unwrap().remove(41);
    let hyphenated = format!("{}-{}", &card.code[..4], &card.code[4..]).to_lowercase();
    for typed in [card.code.as_str(), &hyphenated, &format!(" {} ", card.code)] {
        assert_eq!(shop.find(typed).first().map(|found| found.id), Some(card.id), "{typed}");
    }
    assert!(shop.find(&card.code[5..]).iter().any(|found| found.id == card.id), "the end of a torn card");
    assert_eq!(shop.find("42").first().map(|found| found.number), Some(42), "by number");
    assert!(shop.find("BBBBBBBB").is_empty());
    assert!(shop.find("'; DROP TABLE vouchers; --").is_empty());
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    let mut shop = shop();
    shop.issue(120).unwrap();
    for text in ["", "wm", "a"] {
        let filter = Filter { text: text.to_owned(), ..Filter::default() };
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = shop.books.db.read(|tx| search(tx, &filter, after.as_deref())).unwrap();
            seen.extend(page.vouchers.into_iter().map(|voucher| voucher.number));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count, "{text:?}: none twice");
        if text != "a" {
            assert_eq!(count, 120, "{text:?}: none missing");
        }
    }
}

#[test]
fn filters_narrow_together() {
    let mut shop = shop();
    let first = shop.issue(4).unwrap();
    shop.issue(5).unwrap();
    let card = shop.books.db.read(|tx| printable(tx, first.id)).unwrap().remove(0);
    shop.books.db.write(|tx| void_voucher(tx, &Actor::karcis(), card.id, "hilang", NOW)).unwrap();
    let count = |filter: Filter| shop.books.db.read(|tx| search(tx, &filter, None)).unwrap().vouchers.len();
    let batch = Some(first.id);
    let (plan, router) = (Some(shop.plan.id), Some(shop.plan.router));
    assert_eq!(count(Filter { batch, ..Filter::default() }), 4);
    assert_eq!(count(Filter { batch, state: Some(VoucherState::Void), ..Filter::default() }), 1);
    assert_eq!(count(Filter { state: Some(VoucherState::Pending), ..Filter::default() }), 8);
    assert_eq!(count(Filter { plan, state: Some(VoucherState::Void), ..Filter::default() }), 1);
    assert_eq!(count(Filter { router, ..Filter::default() }), 9);
    let all = Filter {
        text: "wm".to_owned(),
        batch,
        plan,
        router,
        state: Some(VoucherState::Pending),
        promised: Some(false),
    };
    assert_eq!(count(all), 3);
}

#[test]
fn voiding_the_last_pending_voucher_completes_its_batch() {
    let mut shop = shop();
    let batch = shop.issue(1).unwrap();
    let card = shop.books.db.read(|tx| printable(tx, batch.id)).unwrap().remove(0);
    let refused =
        shop.books.db.write(|tx| void_voucher(tx, &Actor::karcis(), card.id, " ", NOW)).unwrap_err();
    assert!(matches!(refused, SteerError::NoReason));
    shop.books.db.write(|tx| void_voucher(tx, &Actor::karcis(), card.id, "hilang", NOW)).unwrap();
    assert_eq!(
        shop.books.db.read(|tx| super::batch(tx, batch.id)).unwrap().unwrap().state,
        BatchState::Ready
    );
}

#[test]
fn a_router_with_live_vouchers_stays() {
    let mut shop = shop();
    let batch = shop.issue(1).unwrap();
    let router = shop.plan.router;
    let refused = shop.books.db.write(|tx| archive_router(tx, &Actor::karcis(), router, NOW)).unwrap_err();
    assert!(matches!(refused, SteerError::InUse));
    let card = shop.books.db.read(|tx| printable(tx, batch.id)).unwrap().remove(0);
    shop.books.db.write(|tx| void_voucher(tx, &Actor::karcis(), card.id, "hilang", NOW)).unwrap();
    shop.books.db.write(|tx| archive_router(tx, &Actor::karcis(), router, NOW)).unwrap();
    assert!(shop.books.db.read(routers::routers).unwrap().is_empty());
    assert!(shop.books.db.read(plans::plans).unwrap().is_empty());
}

#[test]
fn a_paused_batch_that_has_nothing_left_to_push_holds_no_notes_for_ever() {
    let mut shop = shop();
    let batch = shop.issue(1).unwrap();
    let card = shop.books.db.read(|tx| printable(tx, batch.id)).unwrap().remove(0);
    shop.books.db.write(|tx| pause_batch(tx, &Actor::karcis(), batch.id, NOW)).unwrap();
    shop.books.db.write(|tx| void_voucher(tx, &Actor::karcis(), card.id, "hilang", NOW)).unwrap();
    assert_eq!(
        shop.books.db.read(|tx| super::batch(tx, batch.id)).unwrap().unwrap().state,
        BatchState::Ready
    );
    let held = shop
        .books
        .db
        .read(|tx| tx.one("SELECT COUNT(*) FROM outbox WHERE state = 'held'", params![], |row| row.int(0)))
        .unwrap();
    assert_eq!(held, 0, "nobody can resume a batch that is ready");
}

#[test]
fn a_request_key_used_again_for_something_else_is_another_deed() {
    let mut shop = shop();
    let plans::Plan { id: plan, code, .. } = shop.plan;
    let request =
        |size| BatchRequest { plan, size, code: code.clone(), note: String::new(), shelf_life_days: None };
    let Books { db, rng, .. } = &mut shop.books;
    let mut issue =
        |size| db.write(|tx| issue_batch(tx, &Actor::karcis(), &request(size), "klik", rng, NOW)).unwrap();
    let ten = issue(10);
    assert_eq!(issue(10), ten, "a double click is one deed");
    assert_eq!(issue(500).size, 500, "a form that was changed and sent again is not the earlier one");
    assert_eq!(issue(10), ten);
}

#[test]
fn a_router_out_of_use_is_neither_changed_nor_taken_out_of_use_again() {
    let mut shop = shop();
    let router = shop.plan.router;
    shop.books.db.write(|tx| archive_router(tx, &Actor::karcis(), router, NOW)).unwrap();
    let again = shop.books.db.write(|tx| archive_router(tx, &Actor::karcis(), router, NOW)).unwrap_err();
    assert!(matches!(again, SteerError::Unknown));
    let request = RouterRequest { host: "192.0.2.2".to_owned(), ..shop.books.router_request(router, None) };
    let changed =
        shop.books.db.write(|tx| routers::change(tx, &Actor::karcis(), router, &request, NOW)).unwrap_err();
    assert!(matches!(changed, routers::RouterError::Unknown), "its name is free for another router");
}

#[test]
fn lists_walk_an_index_in_the_order_shown() {
    let shop = shop();
    let (plan, router) = (Some(shop.plan.id), Some(shop.plan.router));
    for state in [None, Some(VoucherState::Rejected)] {
        for (plan, router) in [(None, None), (plan, None), (None, router), (plan, router)] {
            let filter = Filter { state, plan, router, ..Filter::default() };
            let sql: &'static str = format!("EXPLAIN QUERY PLAN {}", list::newest_sql(&filter)).leak();
            let none = Val::Null;
            let limit = Val::Int(51);
            let values =
                [Val::Int(i64::MAX), none.clone(), none.clone(), none.clone(), none.clone(), limit, none];
            let steps = shop.books.db.read(|tx| tx.all(sql, &values, |row| row.text(3))).unwrap();
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{filter:?}: {steps:?}");
        }
    }
}

#[test]
fn the_tally_of_all_adds_up_the_routers_in_use() {
    let mut shop = shop();
    shop.issue(4).unwrap();
    let second = shop.books.add_router("Warung-2");
    let request = PlanRequest { name: "2 Jam".to_owned(), ..plan_request(second) };
    shop.plan = shop.books.add_plan(&request);
    shop.issue(3).unwrap();
    assert_eq!(shop.books.db.read(tally_of_all).unwrap().pending, 7);
}
