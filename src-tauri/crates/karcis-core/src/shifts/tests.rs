use super::*;
use crate::db::params;
use crate::ledger::trial_balance;
use crate::pretend::{Books, NOW};
use crate::staff::Role;
use crate::values::StaffId;

struct Till {
    books: Books,
    counter: CounterId,
    cashier: Actor,
    admin: Actor,
    asked: u32,
}

fn till() -> Till {
    let mut books = Books::new();
    let counter = books.db.read(counters::all).unwrap().remove(0).id;
    let cashier = Actor::person(StaffId::new(NOW, &mut books.rng), "Siti");
    let admin = Actor::person(StaffId::new(NOW, &mut books.rng), "Budi");
    Till { books, counter, cashier, admin, asked: 0 }
}

fn rupiah(amount: i64) -> Money {
    Money::rupiah(amount)
}

/// The fewest pieces that are worth so much.
fn pieces(amount: i64) -> Vec<Pieces> {
    let mut rest = amount;
    let mut found = Vec::new();
    for denomination in Denomination::ALL {
        let value = denomination.value().amount();
        found.push((denomination, u32::try_from(rest / value).unwrap()));
        rest %= value;
    }
    assert_eq!(rest, 0, "{amount} cannot be laid out in pieces");
    found
}

impl Till {
    fn key(&mut self) -> String {
        self.asked += 1;
        format!("permintaan-{}", self.asked)
    }

    fn open(&mut self, float: i64) -> Result<Shift, ShiftError> {
        self.open_with(rupiah(float).into())
    }

    fn open_with(&mut self, opening: Opening) -> Result<Shift, ShiftError> {
        let key = self.key();
        let Till { books: Books { db, rng, .. }, counter, cashier, .. } = self;
        db.write(|tx| open(tx, cashier, *counter, opening, &key, rng, NOW))
    }

    fn pay(&mut self, shift: &Shift, kind: MoveKind, amount: i64, reason: &str) -> Result<Move, ShiftError> {
        let key = self.key();
        let request =
            MoveRequest { shift: shift.id, kind, amount: rupiah(amount), reason: reason.to_owned() };
        let Till { books: Books { db, rng, .. }, cashier, .. } = self;
        db.write(|tx| move_cash(tx, cashier, &request, &key, rng, NOW))
    }

    fn count(&mut self, shift: &Shift, amount: i64) -> Result<Shift, ShiftError> {
        let key = self.key();
        self.books.db.write(|tx| count(tx, &self.cashier, shift.id, &pieces(amount), &key, NOW))
    }

    fn close(&mut self, role: Role, request: &CloseRequest) -> Result<Shift, ShiftError> {
        let key = self.key();
        self.books.db.write(|tx| close(tx, &self.cashier, role, request, &key, NOW))
    }

    fn drawer(&self) -> i64 {
        self.books.db.read(|tx| ledger::balance(tx, &Account::Drawer(self.counter))).unwrap()
    }

    fn deeds(&self, shift: &Shift) -> Vec<String> {
        let trail = self.books.db.read(|tx| audit::history(tx, ("shift", &shift.id.to_string()), 100));
        trail.unwrap().into_iter().map(|entry| entry.deed).collect()
    }
}

fn closing(shift: &Shift, handed_over: i64, note: &str) -> CloseRequest {
    CloseRequest {
        shift: shift.id,
        handed_over: rupiah(handed_over),
        note: note.to_owned(),
        approved_by: None,
    }
}

#[test]
fn a_shift_goes_from_its_float_to_its_closing_and_leaves_the_rest_in_the_drawer() {
    let mut till = till();
    let shift = till.open(100_000).unwrap();
    assert_eq!(
        (shift.number, shift.state, shift.day.to_string().as_str()),
        (1, ShiftState::Open, "2026-11-20")
    );
    till.pay(&shift, MoveKind::PayIn, 50_000, "Uang kecil").unwrap();
    till.pay(&shift, MoveKind::PayOut, 20_000, "Galon air").unwrap();
    let counted = till.count(&shift, 129_000).unwrap();
    let tally = counted.tally.unwrap();
    assert_eq!(
        (tally.expected, tally.counted, tally.difference),
        (rupiah(130_000), rupiah(129_000), rupiah(-1_000))
    );
    let closed = till.close(Role::Operator, &closing(&shift, 79_000, " Kembalian salah ")).unwrap();
    let close = closed.closing.clone().unwrap();
    assert_eq!(
        (close.by.as_str(), close.note.as_deref(), close.handed_over),
        ("Siti", Some("Kembalian salah"), rupiah(79_000))
    );
    assert_eq!(
        till.books.db.read(|tx| super::shift(tx, shift.id)).unwrap(),
        Some(closed),
        "it reads back as told"
    );
    assert_eq!(till.drawer(), 50_000);
    assert_eq!(till.books.db.read(|tx| left_in_drawer(tx, till.counter)).unwrap(), rupiah(50_000));
    let trial = till.books.db.read(trial_balance).unwrap();
    assert!(trial.is_zero(), "{trial:?}");
    let rows: Vec<(&str, i64)> = trial.rows.iter().map(|row| (row.account.sort(), row.balance)).collect();
    assert_eq!(rows, [("drawer", 50_000), ("owner", -51_000), ("cash_difference", 1_000)]);
    assert_eq!(
        till.deeds(&shift),
        ["shift.open", "shift.pay_in", "shift.pay_out", "shift.count", "shift.close"]
    );
}

#[test]
fn a_float_below_what_was_left_opens_only_with_a_word_on_where_the_rest_is() {
    for (short, owner, difference) in [(Short::TakenOut, -30_000, 0), (Short::Missing, -50_000, 20_000)] {
        let mut till = till();
        let first = till.open(50_000).unwrap();
        till.count(&first, 50_000).unwrap();
        till.close(Role::Operator, &closing(&first, 0, "")).unwrap();
        let refused = till.open(30_000);
        assert!(matches!(refused, Err(ShiftError::FloatShort { left }) if left == rupiah(50_000)));
        assert_eq!(till.drawer(), 50_000, "nothing has moved");
        let opening = Opening { float: rupiah(30_000), short: Some(short) };
        let second = till.open_with(opening).unwrap();
        assert_eq!((second.opening_float, till.drawer()), (rupiah(30_000), 30_000));
        let balance = |account| till.books.db.read(|tx| ledger::balance(tx, &account)).unwrap();
        assert_eq!((balance(Account::Owner), balance(Account::CashDifference)), (owner, difference));
        assert!(till.books.db.read(trial_balance).unwrap().is_zero());
        let subject = ("shift", second.id.to_string());
        let trail = till.books.db.read(|tx| audit::history(tx, (subject.0, &subject.1), 1)).unwrap();
        assert!(trail[0].detail.contains(short.as_str()), "{}", trail[0].detail);
    }
}

#[test]
fn a_word_about_a_rest_that_is_not_missing_changes_nothing() {
    let mut till = till();
    let shift = till.open_with(Opening { float: rupiah(5_000), short: Some(Short::Missing) }).unwrap();
    assert_eq!((shift.opening_float, till.drawer()), (rupiah(5_000), 5_000));
    let owner = till.books.db.read(|tx| ledger::balance(tx, &Account::Owner)).unwrap();
    assert_eq!(owner, -5_000);
}

#[test]
fn the_head_kept_on_the_closing_is_the_head_after_the_closing_itself() {
    let mut till = till();
    let shift = till.open(0).unwrap();
    till.count(&shift, 0).unwrap();
    let closed = till.close(Role::Operator, &closing(&shift, 0, "")).unwrap();
    let newest = till.books.db.read(|tx| audit::entries(tx, None, 1)).unwrap().remove(0);
    assert_eq!(newest.deed, "shift.close");
    let head = closed.closing.unwrap().audit_head;
    assert_eq!((head.len(), newest.hash.starts_with(&head)), (10, true));
    let chain = till.books.db.read(audit::verify).unwrap();
    assert!(matches!(chain, audit::Chain::Whole { head: whole, .. } if whole == head));
}

#[test]
fn what_should_be_in_the_drawer_is_not_told_before_it_was_counted() {
    let mut till = till();
    let shift = till.open(100_000).unwrap();
    let read = |till: &Till| till.books.db.read(|tx| current(tx, till.counter)).unwrap().unwrap();
    assert_eq!(read(&till).tally, None);
    till.count(&shift, 90_000).unwrap();
    assert_eq!(read(&till).tally.unwrap().difference, rupiah(-10_000));
    till.books.db.write(|tx| carry_on(tx, &till.cashier, shift.id, NOW)).unwrap();
    assert_eq!(read(&till).tally, None, "who carries on counts anew");
}

#[test]
fn every_count_is_kept_and_told_of() {
    let mut till = till();
    let shift = till.open(100_000).unwrap();
    till.count(&shift, 90_000).unwrap();
    assert_eq!(till.count(&shift, 100_000).unwrap().counts, 2);
    let counts = till.books.db.read(|tx| counts(tx, shift.id)).unwrap();
    let totals: Vec<(u32, Money)> = counts.iter().map(|count| (count.attempt, count.total())).collect();
    assert_eq!(totals, [(1, rupiah(90_000)), (2, rupiah(100_000))]);
    assert!(counts.iter().all(|count| count.pieces.len() == 11), "the count sheet as it was");
    assert_eq!(till.deeds(&shift), ["shift.open", "shift.count", "shift.count"]);
    let twice = [(Denomination::ALL[0], 1), (Denomination::ALL[0], 1)];
    let refused = till.books.db.write(|tx| count(tx, &till.cashier, shift.id, &twice, "x", NOW)).unwrap_err();
    assert!(matches!(refused, ShiftError::BadCount));
}

#[test]
fn a_counter_has_one_open_shift() {
    let mut till = till();
    let shift = till.open(0).unwrap();
    let refused = till.open(0).unwrap_err();
    assert!(matches!(refused, ShiftError::AlreadyOpen { by, since } if by == "Siti" && since == NOW));
    till.count(&shift, 0).unwrap();
    assert!(matches!(till.open(0), Err(ShiftError::AlreadyOpen { .. })), "a counted shift is still there");
    till.close(Role::Operator, &closing(&shift, 0, "")).unwrap();
    assert_eq!(till.open(0).unwrap().number, 2);
    let sql = "INSERT INTO shifts (id, number, counter_id, counter_name, state, business_day, opened_by,
                   opened_by_name, opened_at, opening_float)
               VALUES ('x', 99, $1, 'x', 'open', 0, 'x', 'x', 0, 0)";
    let refused = till.books.db.write(|tx| tx.run(sql, params![till.counter])).unwrap_err();
    assert!(refused.chain().contains("UNIQUE"), "the database refuses a second one too: {}", refused.chain());
}

#[test]
fn a_shift_opens_at_a_counter_in_use_with_an_amount_that_can_be() {
    let mut till = till();
    assert!(matches!(till.open(-1), Err(ShiftError::BadAmount)));
    assert!(matches!(till.open(Money::MOST + 1), Err(ShiftError::BadAmount)));
    till.counter = CounterId::new(NOW, &mut till.books.rng);
    assert!(matches!(till.open(0), Err(ShiftError::UnknownCounter)));
}

#[test]
fn the_books_follow_the_float_whichever_way() {
    let mut till = till();
    for float in [100_000, 250_000, 40_000] {
        let opening = Opening { float: rupiah(float), short: Some(Short::TakenOut) };
        let shift = till.open_with(opening).unwrap();
        assert_eq!(till.drawer(), float);
        assert_eq!(till.count(&shift, float).unwrap().tally.unwrap().difference, Money::ZERO);
        till.close(Role::Operator, &closing(&shift, 0, "")).unwrap();
    }
    assert!(till.books.db.read(trial_balance).unwrap().is_zero());
}

#[test]
fn a_difference_needs_a_note_and_a_large_one_somebody_who_may_allow_it() {
    let mut till = till();
    let shift = till.open(100_000).unwrap();
    till.count(&shift, 80_000).unwrap();
    let silent = closing(&shift, 0, " ");
    assert!(matches!(till.close(Role::Operator, &silent), Err(ShiftError::NoteMissing)));
    till.count(&shift, 79_900).unwrap();
    let large = closing(&shift, 0, "Tidak tahu");
    let refused = till.close(Role::Operator, &large).unwrap_err();
    assert!(matches!(refused, ShiftError::NeedsApproval { limit } if limit == DIFFERENCE_LIMIT));
    assert_eq!(till.drawer(), 100_000, "a refusal posts nothing");
    let approved = CloseRequest { approved_by: Some(till.admin.clone()), ..large };
    let closed = till.close(Role::Operator, &approved).unwrap();
    assert_eq!(closed.closing.unwrap().approved_by.as_deref(), Some("Budi"));

    let shift = till.open(100_000).unwrap();
    till.count(&shift, 200_000).unwrap();
    let surplus = closing(&shift, 0, "Uang siapa?");
    assert!(
        matches!(till.close(Role::Operator, &surplus), Err(ShiftError::NeedsApproval { .. })),
        "too much counts as well"
    );
    let closed = till.close(Role::Admin, &surplus).unwrap();
    assert_eq!(closed.closing.unwrap().approved_by, None, "an admin needs nobody");
}

#[test]
fn the_owner_sets_the_limit() {
    let mut till = till();
    let set = |amount| till.books.db.write(|tx| set_difference_limit(tx, &till.admin, rupiah(amount), NOW));
    assert!(matches!(set(-1), Err(ShiftError::BadAmount)));
    set(0).unwrap();
    assert_eq!(till.books.db.read(difference_limit).unwrap(), Money::ZERO);
    let shift = till.open(1_000).unwrap();
    till.count(&shift, 900).unwrap();
    let refused = till.close(Role::Operator, &closing(&shift, 0, "Koin")).unwrap_err();
    assert!(matches!(refused, ShiftError::NeedsApproval { .. }));
}

#[test]
fn nobody_takes_out_more_than_was_counted() {
    let mut till = till();
    let shift = till.open(10_000).unwrap();
    till.count(&shift, 10_000).unwrap();
    for amount in [10_001, -1] {
        let refused = till.close(Role::Operator, &closing(&shift, amount, "")).unwrap_err();
        assert!(matches!(refused, ShiftError::TooMuchHandedOver), "{amount}: {refused}");
    }
    till.close(Role::Operator, &closing(&shift, 10_000, "")).unwrap();
    assert_eq!(till.drawer(), 0);
}

#[test]
fn money_moves_only_while_the_shift_sells() {
    let mut till = till();
    let shift = till.open(10_000).unwrap();
    let early = till.close(Role::Operator, &closing(&shift, 0, "")).unwrap_err();
    assert!(matches!(early, ShiftError::NotCounted));
    till.count(&shift, 10_000).unwrap();
    assert!(matches!(till.pay(&shift, MoveKind::PayOut, 1, "x"), Err(ShiftError::Counted)));
    till.books.db.write(|tx| carry_on(tx, &till.cashier, shift.id, NOW)).unwrap();
    till.pay(&shift, MoveKind::PayOut, 1_000, "Parkir").unwrap();
    till.count(&shift, 9_000).unwrap();
    till.close(Role::Operator, &closing(&shift, 0, "")).unwrap();
    assert!(matches!(till.pay(&shift, MoveKind::PayIn, 1, "x"), Err(ShiftError::Closed)));
    assert!(matches!(till.count(&shift, 0), Err(ShiftError::Closed)));
    assert!(matches!(till.close(Role::Admin, &closing(&shift, 0, "")), Err(ShiftError::Closed)));
    let late = till.books.db.write(|tx| carry_on(tx, &till.cashier, shift.id, NOW)).unwrap_err();
    assert!(matches!(late, ShiftError::Closed));
}

#[test]
fn money_that_moved_behind_a_count_makes_it_worthless() {
    let mut till = till();
    let shift = till.open(10_000).unwrap();
    till.count(&shift, 10_000).unwrap();
    let entry = Entry {
        kind: EntryKind::Settlement,
        subject: ("settlement", "x".to_owned()),
        shift: None,
        memo: String::new(),
        postings: vec![
            debit(Account::Drawer(till.counter), rupiah(5_000)),
            credit(Account::Bank, rupiah(5_000)),
        ],
    };
    till.books.db.write(|tx| ledger::post(tx, &till.admin, &entry, NOW)).unwrap();
    let refused = till.close(Role::Admin, &closing(&shift, 0, "")).unwrap_err();
    assert!(matches!(refused, ShiftError::MovedSinceCount));
    till.count(&shift, 15_000).unwrap();
    till.close(Role::Admin, &closing(&shift, 0, "")).unwrap();
}

#[test]
fn moves_have_an_amount_and_a_reason() {
    let mut till = till();
    let shift = till.open(0).unwrap();
    for amount in [0, -5, Money::MOST + 1] {
        assert!(
            matches!(till.pay(&shift, MoveKind::PayIn, amount, "x"), Err(ShiftError::BadAmount)),
            "{amount}"
        );
    }
    let long = "x".repeat(121);
    for reason in ["", "  ", long.as_str()] {
        assert!(matches!(till.pay(&shift, MoveKind::PayOut, 1, reason), Err(ShiftError::BadReason)));
    }
    let moved = till.pay(&shift, MoveKind::PayOut, 3_000, " Es batu\n").unwrap();
    assert_eq!((moved.number, moved.reason.as_str(), moved.moved_by.as_str()), (1, "Es batu", "Siti"));
    assert_eq!(till.books.db.read(|tx| moves(tx, shift.id)).unwrap(), vec![moved.clone()]);
    assert_eq!(till.books.db.read(|tx| one_move(tx, moved.id)).unwrap(), Some(moved));
    assert_eq!(till.drawer(), -3_000, "only a count tells what is in the drawer");
    let tally = till.count(&shift, 0).unwrap().tally.unwrap();
    assert_eq!((tally.expected, tally.difference), (rupiah(-3_000), rupiah(3_000)));
}

#[test]
fn the_same_request_twice_is_one_deed() {
    let mut till = till();
    let Till { books: Books { db, rng, .. }, counter, cashier, .. } = &mut till;
    let mut opened = || db.write(|tx| open(tx, cashier, *counter, rupiah(5_000), "buka", rng, NOW)).unwrap();
    let shift = opened();
    assert_eq!(opened(), shift);
    let request = MoveRequest {
        shift: shift.id,
        kind: MoveKind::PayIn,
        amount: rupiah(1_000),
        reason: "Koin".to_owned(),
    };
    let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(9);
    let mut paid = |request: &MoveRequest| {
        db.write(|tx| move_cash(tx, cashier, request, "masuk", &mut rng, NOW)).unwrap()
    };
    let moved = paid(&request);
    assert_eq!(paid(&request), moved);
    let other = paid(&MoveRequest { amount: rupiah(2_000), ..request });
    assert_ne!(other, moved, "what was changed and sent again is another deed");
    let counted =
        |amount| db.write(|tx| count(tx, cashier, shift.id, &pieces(amount), "hitung", NOW)).unwrap();
    assert_eq!(
        (counted(8_000).counts, counted(8_000).counts, counted(7_000).counts, counted(8_000).counts),
        (1, 1, 2, 2)
    );
    let request = closing(&shift, 0, "Kurang");
    let closed = || db.write(|tx| close(tx, cashier, Role::Operator, &request, "tutup", NOW)).unwrap();
    assert_eq!(closed(), closed());
    assert_eq!(
        till.deeds(&shift),
        ["shift.open", "shift.pay_in", "shift.pay_in", "shift.count", "shift.count", "shift.close"]
    );
    assert_eq!(till.drawer(), 7_000);
}

#[test]
fn a_shift_is_forgotten_after_eighteen_hours_and_never_closed_by_itself() {
    let mut till = till();
    let shift = till.open(0).unwrap();
    let forgotten_at = |hours: u64| {
        let now = NOW + Duration::from_secs(hours * 3600) + Duration::from_millis(1);
        till.books.db.read(|tx| forgotten(tx, now)).unwrap()
    };
    assert_eq!(forgotten_at(17), []);
    assert_eq!(forgotten_at(18), vec![shift.clone()]);
    assert!(!shift.is_forgotten(NOW + Duration::from_secs(18 * 3600)));
    till.count(&shift, 0).unwrap();
    till.close(Role::Operator, &closing(&shift, 0, "")).unwrap();
    assert_eq!(till.books.db.read(|tx| forgotten(tx, NOW + Duration::from_secs(99 * 3600))).unwrap(), []);
}

#[test]
fn the_database_itself_keeps_closed_shifts_counts_and_moves_as_they_are() {
    let mut till = till();
    let shift = till.open(1_000).unwrap();
    till.pay(&shift, MoveKind::PayIn, 1_000, "Koin").unwrap();
    till.count(&shift, 2_000).unwrap();
    till.close(Role::Operator, &closing(&shift, 0, "")).unwrap();
    for sql in [
        "UPDATE shifts SET difference = 0",
        "DELETE FROM shifts",
        "UPDATE cash_moves SET amount = 1",
        "DELETE FROM cash_moves",
        "UPDATE cash_counts SET pieces = 0",
        "DELETE FROM cash_counts",
    ] {
        let refused = till.books.db.write(|tx| tx.run(sql, params![])).unwrap_err();
        let said = refused.chain();
        assert!(said.contains("only ever added") || said.contains("never changed"), "{sql}: {said}");
    }
}

#[test]
fn a_counter_goes_out_of_use_with_an_empty_drawer_and_no_open_shift() {
    let mut till = till();
    let shift = till.open(30_000).unwrap();
    let archive = |till: &Till| till.books.db.write(|tx| archive_counter(tx, &till.admin, till.counter, NOW));
    assert!(matches!(archive(&till), Err(CounterError::ShiftOpen)));
    till.count(&shift, 30_000).unwrap();
    till.close(Role::Operator, &closing(&shift, 0, "")).unwrap();
    assert!(matches!(archive(&till), Err(CounterError::LastOne)));
    assert_eq!(till.drawer(), 30_000);
    let Till { books: Books { db, rng, .. }, admin, .. } = &mut till;
    db.write(|tx| counters::add(tx, admin, "Kasir 2", "a", rng, NOW)).unwrap();
    assert!(archive(&till).unwrap().archived);
    assert_eq!(till.drawer(), 0);
    assert!(matches!(till.open(0), Err(ShiftError::UnknownCounter)));
    let trail =
        till.books.db.read(|tx| audit::history(tx, ("counter", &till.counter.to_string()), 10)).unwrap();
    assert!(trail.iter().any(|entry| entry.deed == "counter.archive" && entry.detail.contains("30000")));
}

#[test]
fn shifts_are_listed_newest_first_page_by_page() {
    let mut till = till();
    for _ in 0..3 {
        let shift = till.open(0).unwrap();
        till.count(&shift, 0).unwrap();
        till.close(Role::Operator, &closing(&shift, 0, "")).unwrap();
    }
    let numbers = |before, limit| -> Vec<i64> {
        till.books.db.read(|tx| list(tx, before, limit)).unwrap().iter().map(|shift| shift.number).collect()
    };
    assert_eq!((numbers(None, 2), numbers(Some(2), 2)), (vec![3, 2], vec![1]));
}
