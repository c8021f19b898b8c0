use super::*;
use crate::db::params;
use crate::pretend::{Books, NOW};
use crate::values::{CounterId, PlanId};
use std::time::Duration;

struct Till {
    books: Books,
    drawer: Account,
    sales: Account,
}

fn till() -> Till {
    let mut books = Books::new();
    let drawer = Account::Drawer(CounterId::new(NOW, &mut books.rng));
    let sales = Account::Sales(PlanId::new(NOW, &mut books.rng));
    Till { books, drawer, sales }
}

impl Till {
    fn post(&self, postings: Vec<Posting>) -> Result<Option<TransactionId>, PostError> {
        let entry = Entry {
            kind: EntryKind::Sale,
            subject: ("receipt", "nota-1".to_owned()),
            shift: None,
            memo: "1 Hari".to_owned(),
            postings,
        };
        self.books.db.write(|tx| post(tx, &Actor::karcis(), &entry, NOW))
    }

    fn sell(&self, total: i64, discount: i64) -> TransactionId {
        let postings = vec![
            debit(self.drawer, Money::rupiah(total)).called("Kasir 1"),
            debit(Account::Discounts, Money::rupiah(discount)),
            credit(self.sales, Money::rupiah(total + discount)).called("1 Hari"),
        ];
        self.post(postings).unwrap().unwrap()
    }

    fn balance(&self, account: Account) -> i64 {
        self.books.db.read(|tx| balance(tx, &account)).unwrap()
    }

    fn rows(&self, table: &'static str) -> i64 {
        self.books.db.read(|tx| tx.one(table, params![], |row| row.int(0))).unwrap()
    }
}

const TRANSACTIONS: &str = "SELECT COUNT(*) FROM ledger_transactions";
const POSTINGS: &str = "SELECT COUNT(*) FROM postings";

#[test]
fn what_is_posted_stands_in_its_accounts_and_sums_to_zero() {
    let till = till();
    assert_eq!(till.sell(4_500, 500).number(), 1);
    assert_eq!(till.sell(5_000, 0).number(), 2);
    assert_eq!(
        (till.balance(till.drawer), till.balance(Account::Discounts), till.balance(till.sales)),
        (9_500, 500, -10_000)
    );
    assert_eq!(till.rows(POSTINGS), 5, "a side of nothing is left out");
    let trial = till.books.db.read(trial_balance).unwrap();
    assert!(trial.is_zero(), "{trial:?}");
    assert_eq!((trial.debit, trial.credit), (10_000, 10_000));
    let names: Vec<(&str, i64, i64)> =
        trial.rows.iter().map(|row| (row.name.as_str(), row.debit(), row.credit())).collect();
    assert_eq!(names, [("Kasir 1", 9_500, 0), ("1 Hari", 0, 10_000), ("", 500, 0)]);
}

#[test]
fn sides_that_do_not_sum_to_zero_are_refused_before_anything_is_written() {
    let till = till();
    let money = Money::rupiah;
    let (drawer, sales) = (till.drawer, till.sales);
    type Expected = fn(&PostError) -> bool;
    let cases: [(Vec<Posting>, Expected); 5] = [
        (vec![], |e| matches!(e, PostError::Empty)),
        (vec![debit(drawer, money(5_000)), credit(sales, money(4_999))], |e| {
            matches!(e, PostError::Unbalanced { sum: 1 })
        }),
        (vec![debit(drawer, money(5_000))], |e| matches!(e, PostError::Unbalanced { sum: 5_000 })),
        (vec![debit(drawer, money(-5_000)), credit(sales, money(-5_000))], |e| {
            matches!(e, PostError::Negative)
        }),
        (vec![debit(drawer, money(i64::MAX)), credit(sales, money(i64::MAX))], |e| {
            matches!(e, PostError::TooMuch)
        }),
    ];
    for (number, (postings, expected)) in cases.into_iter().enumerate() {
        let refused = till.post(postings).unwrap_err();
        assert!(expected(&refused), "case {number}: {refused}");
    }
    assert_eq!((till.rows(TRANSACTIONS), till.rows(POSTINGS)), (0, 0));
    assert_eq!(till.post(vec![debit(drawer, Money::ZERO), credit(sales, Money::ZERO)]).unwrap(), None);
    assert_eq!(till.rows(TRANSACTIONS), 0, "nothing moved, nothing is written");
    assert_eq!(till.sell(5_000, 0).number(), 1, "a refusal takes no number");
}

#[test]
fn the_database_itself_refuses_to_change_or_delete_what_was_posted() {
    let till = till();
    till.sell(5_000, 0);
    for sql in [
        "UPDATE postings SET amount = 0",
        "DELETE FROM postings",
        "UPDATE ledger_transactions SET memo = ''",
        "DELETE FROM ledger_transactions",
    ] {
        let refused = till.books.db.write(|tx| tx.run(sql, params![])).unwrap_err();
        assert!(refused.chain().contains("only ever added"), "{sql}: {}", refused.chain());
    }
    assert_eq!((till.balance(till.drawer), till.rows(TRANSACTIONS)), (5_000, 1));
}

#[test]
fn each_transaction_is_proven_not_only_the_whole() {
    let till = till();
    till.sell(5_000, 0);
    till.sell(7_000, 0);
    let books = rusqlite::Connection::open(till.books.folder.path().join("karcis.db")).unwrap();
    books.execute("DROP TRIGGER postings_are_never_changed", []).unwrap();
    // A forger who keeps the whole balanced takes from one transaction what he gives to another.
    books
        .execute("UPDATE postings SET amount = amount - 10 WHERE transaction_id = 1 AND position = 1", [])
        .unwrap();
    books
        .execute("UPDATE postings SET amount = amount + 10 WHERE transaction_id = 2 AND position = 1", [])
        .unwrap();
    let sql = "INSERT INTO ledger_transactions VALUES (3, 'sale', 'receipt', 'x', NULL, 0, 0, 'x', 'x', '')";
    books.execute(sql, []).unwrap();
    drop(books);
    let trial = till.books.db.read(trial_balance).unwrap();
    assert_eq!((trial.debit, trial.credit), (12_000, 12_000));
    assert_eq!(trial.broken.iter().map(|id| id.number()).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(!trial.is_zero());
    let read = till.books.db.read(|tx| transactions(tx, None, 10)).unwrap();
    assert!(read.iter().all(|transaction| !transaction.is_balanced()), "{read:?}");
}

#[test]
fn a_statement_runs_backwards_from_the_balance() {
    let till = till();
    for total in [1_000, 2_000, 3_000] {
        till.sell(total, 0);
    }
    let read = |before, limit| till.books.db.read(|tx| statement(tx, &till.drawer, before, limit)).unwrap();
    let lines = read(None, 2);
    let shown: Vec<(i64, i64)> = lines.iter().map(|line| (line.amount, line.balance)).collect();
    assert_eq!(shown, [(3_000, 6_000), (2_000, 3_000)]);
    let rest = read(Some(lines[1].id), 2);
    assert_eq!(rest.iter().map(|line| (line.amount, line.balance)).collect::<Vec<_>>(), [(1_000, 1_000)]);
    assert_eq!(read(Some(rest[0].id), 2), []);
}

#[test]
fn what_was_posted_about_a_thing_can_be_read_with_its_sides() {
    let till = till();
    let id = till.sell(4_500, 500);
    let found = till.books.db.read(|tx| of_subject(tx, ("receipt", "nota-1"), 10)).unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].id == id && found[0].is_balanced() && found[0].memo == "1 Hari");
    let sides: Vec<(Account, i64)> = found[0].sides.iter().map(|side| (side.account, side.amount)).collect();
    assert_eq!(sides, [(till.drawer, 4_500), (Account::Discounts, 500), (till.sales, -5_000)]);
    assert_eq!(till.books.db.read(|tx| transactions(tx, None, 10)).unwrap(), found);
}

#[test]
fn an_account_wears_the_newest_name_it_was_given_and_keeps_it_when_none_is_given() {
    let till = till();
    till.sell(1_000, 0);
    let plain =
        vec![debit(till.drawer, Money::rupiah(5)), credit(till.sales, Money::rupiah(5)).called("1 Day")];
    till.post(plain).unwrap();
    let rows = till.books.db.read(trial_balance).unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Kasir 1", "1 Day"]);
}

#[test]
fn an_account_is_known_by_its_id() {
    let till = till();
    let fixed = [
        Account::Bank,
        Account::Deposits,
        Account::Owner,
        Account::Discounts,
        Account::Commission,
        Account::CashDifference,
    ];
    for account in fixed.into_iter().chain([till.drawer, till.sales]) {
        assert_eq!(account.to_string().parse(), Ok(account));
    }
    for text in ["", "drawer", "drawer:x", "bank:1", "sales:", "lain"] {
        assert!(text.parse::<Account>().is_err(), "{text}");
    }
}

#[test]
fn the_small_hours_are_booked_on_the_business_day_before() {
    let till = till();
    let night = NOW + Duration::from_secs(15 * 3600); // 02:00 in Jakarta
    let entry = Entry {
        kind: EntryKind::PayIn,
        subject: ("shift", "s".to_owned()),
        shift: None,
        memo: String::new(),
        postings: vec![debit(till.drawer, Money::rupiah(1)), credit(Account::Owner, Money::rupiah(1))],
    };
    till.books.db.write(|tx| post(tx, &Actor::karcis(), &entry, night)).unwrap();
    till.books.db.write(|tx| settings::keep_day_starts_at(tx, 0)).unwrap();
    till.books.db.write(|tx| post(tx, &Actor::karcis(), &entry, night)).unwrap();
    let days: Vec<String> = till
        .books
        .db
        .read(|tx| transactions(tx, None, 10))
        .unwrap()
        .iter()
        .map(|transaction| transaction.day.to_string())
        .collect();
    assert_eq!(days, ["2026-11-21", "2026-11-20"], "a new hour changes no day that was written");
    assert!(till.books.db.write(|tx| settings::keep_day_starts_at(tx, 24)).is_err());
}
