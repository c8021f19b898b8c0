use super::*;
use crate::pretend::{Books, NOW, printer_request};

fn add_counter(books: &mut Books, name: &str, key: &str) -> Result<Counter, CounterError> {
    let Books { db, rng, .. } = books;
    db.write(|tx| add(tx, &Actor::karcis(), name, key, rng, NOW))
}

fn names(books: &Books) -> Vec<String> {
    books.db.read(all).unwrap().into_iter().map(|counter| counter.name).collect()
}

#[test]
fn books_are_founded_with_one_counter_and_only_once() {
    let mut books = Books::new();
    assert_eq!(names(&books), ["Kasir 1"]);
    let Books { db, rng, .. } = &mut books;
    db.write(|tx| found(tx, rng, NOW)).unwrap();
    assert_eq!(names(&books), ["Kasir 1"]);
    let trail = books.db.read(|tx| audit::entries(tx, None, 10)).unwrap();
    assert_eq!((trail.len(), trail[0].deed.as_str()), (1, "counter.add"));
}

#[test]
fn a_counter_is_added_once_for_one_request() {
    let mut books = Books::new();
    let made = add_counter(&mut books, " Kasir depan ", "a").unwrap();
    assert_eq!((made.number, made.name.as_str()), (2, "Kasir depan"));
    assert_eq!(add_counter(&mut books, " Kasir depan ", "a").unwrap(), made, "a double click makes one");
    assert_eq!(names(&books), ["Kasir 1", "Kasir depan"]);
    assert_eq!(books.db.read(|tx| counter(tx, made.id)).unwrap(), Some(made));
}

#[test]
fn names_are_one_line_and_nobody_elses() {
    let mut books = Books::new();
    let long = "x".repeat(31);
    assert!(matches!(add_counter(&mut books, " ", "a"), Err(CounterError::BadName)));
    assert!(matches!(add_counter(&mut books, &long, "b"), Err(CounterError::BadName)));
    assert!(matches!(add_counter(&mut books, "KASIR 1", "c"), Err(CounterError::NameTaken)));
    let made = add_counter(&mut books, "Depan", "d").unwrap();
    let Books { db, rng, .. } = &mut books;
    let actor = Actor::karcis();
    let again = |name: &str| db.write(|tx| rename(tx, &actor, made.id, name, NOW));
    assert!(matches!(again("kasir 1"), Err(CounterError::NameTaken)));
    assert_eq!(again("DEPAN").unwrap().name, "DEPAN", "its own name is not taken");
    let stranger = CounterId::new(NOW, rng);
    let refused = db.write(|tx| rename(tx, &actor, stranger, "Lain", NOW)).unwrap_err();
    assert!(matches!(refused, CounterError::Unknown));
}

#[test]
fn a_shop_has_at_most_a_hundred_counters() {
    let mut books = Books::new();
    for number in 2..=100 {
        add_counter(&mut books, &format!("Kasir {number}"), &number.to_string()).unwrap();
    }
    assert!(matches!(add_counter(&mut books, "Kasir 101", "x"), Err(CounterError::TooMany)));
}

#[test]
fn a_counter_prints_on_a_printer_that_is_there() {
    let mut books = Books::new();
    let first = books.db.read(all).unwrap().remove(0);
    let stranger = PrinterId::new(NOW, &mut books.rng);
    let printer = books.add_printer(&printer_request());
    let actor = Actor::karcis();
    let choose = |printer| books.db.write(|tx| set_printer(tx, &actor, first.id, printer, NOW));
    assert!(matches!(choose(Some(stranger)), Err(CounterError::UnknownPrinter)));
    assert_eq!(choose(Some(printer)).unwrap().printer, Some(printer));
    assert_eq!(books.db.read(|tx| counter(tx, first.id)).unwrap().unwrap().printer, Some(printer));
    assert_eq!(choose(None).unwrap().printer, None);
    let deeds = books.db.read(|tx| audit::history(tx, ("counter", &first.id.to_string()), 10)).unwrap();
    assert_eq!(deeds.iter().filter(|entry| entry.deed == "counter.set_printer").count(), 2);
}

#[test]
fn no_counter_prints_on_a_printer_that_was_retired() {
    let mut books = Books::new();
    let printer = books.add_printer(&printer_request());
    let closed = add_counter(&mut books, "Gudang", "a").unwrap();
    let open = books.db.read(all).unwrap().remove(0);
    let actor = Actor::karcis();
    let retire_it = || books.db.write(|tx| retire_printer(tx, &actor, printer, NOW));
    for counter in [open.id, closed.id] {
        books.db.write(|tx| set_printer(tx, &actor, counter, Some(printer), NOW)).unwrap();
    }
    books.db.write(|tx| retire(tx, closed.id, NOW)).unwrap();
    retire_it().unwrap();
    for id in [open.id, closed.id] {
        assert_eq!(books.db.read(|tx| counter(tx, id)).unwrap().unwrap().printer, None);
    }
    assert_eq!(books.db.read(printers::all).unwrap(), []);
    assert!(matches!(retire_it(), Err(CounterError::UnknownPrinter)));
}

#[test]
fn somebody_works_where_they_chose_or_at_the_only_counter() {
    let mut books = Books::new();
    let first = books.db.read(all).unwrap().remove(0);
    let at = |books: &Books, chosen| books.db.read(|tx| working_at(tx, chosen)).unwrap();
    assert_eq!(at(&books, None), Some(first.clone()));
    let second = add_counter(&mut books, "Kasir 2", "a").unwrap();
    assert_eq!(at(&books, None), None, "with two counters somebody has to choose");
    assert_eq!(at(&books, Some(second.id)), Some(second.clone()));
    books.db.write(|tx| retire(tx, second.id, NOW)).unwrap();
    assert_eq!(at(&books, Some(second.id)), Some(first), "one out of use is not worked at");
}

#[test]
fn a_counter_out_of_use_comes_back_under_its_name() {
    let mut books = Books::new();
    let made = add_counter(&mut books, "Depan", "a").unwrap();
    books.db.write(|tx| retire(tx, made.id, NOW)).unwrap();
    assert_eq!(books.db.read(archived).unwrap(), [Counter { archived: true, ..made.clone() }]);
    assert!(matches!(add_counter(&mut books, "depan", "b"), Err(CounterError::NameTaken)));
    let back = books.db.write(|tx| restore(tx, &Actor::karcis(), made.id, NOW)).unwrap();
    assert_eq!(back, made);
    assert_eq!(names(&books), ["Kasir 1", "Depan"]);
}
