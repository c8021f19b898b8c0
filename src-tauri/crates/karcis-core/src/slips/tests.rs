use super::*;
use crate::outbox::{Circuit, Lane, block_lane, lane, lease, waiting};
use crate::pretend::{Books, NOW, printer_request};
use crate::printers::PrinterRequest;
use rand::SeedableRng;
use rand::rngs::StdRng;

struct Counter {
    books: Books,
    printer: PrinterId,
}

fn counter() -> Counter {
    let mut books = Books::new();
    let printer = books.add_printer(&printer_request());
    Counter { books, printer }
}

impl Counter {
    fn of(&self, sale: &str) -> SlipRequest {
        SlipRequest {
            kind: SlipKind::Voucher,
            subject: sale.to_owned(),
            printer: self.printer,
            shift: None,
            kick: true,
        }
    }

    fn request(&mut self, asked: &SlipRequest) -> Result<Slip, SlipError> {
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| request(tx, &Actor::karcis(), asked, rng, NOW))
    }

    fn reprint(&mut self, role: Role, asked: &SlipRequest, key: &str) -> Result<Slip, SlipError> {
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| reprint(tx, &Actor::karcis(), role, asked, key, rng, NOW))
    }

    fn again(&self, id: SlipId) -> Result<Slip, SlipError> {
        self.books.db.write(|tx| again(tx, &Actor::karcis(), Role::Operator, id, NOW))
    }

    fn is(&self, slip: &Slip, state: SlipState) {
        self.books.db.write(|tx| store::keep_state(tx, slip.id, state, None, NOW)).unwrap();
    }

    fn waiting(&self) -> u32 {
        self.books.db.read(|tx| waiting(tx, &Lane::Printer(self.printer))).unwrap().0
    }
}

#[test]
fn a_slip_is_asked_for_once_however_often_its_sale_says_so() {
    let mut counter = counter();
    let asked = counter.of("sale-1");
    let slip = counter.request(&asked).unwrap();
    assert_eq!((slip.number, slip.copy, slip.state), (1, 0, SlipState::Queued));
    assert_eq!(counter.request(&asked).unwrap(), slip);
    let Books { db, .. } = &counter.books;
    let note = db.write(|tx| lease(tx, &Lane::Printer(counter.printer), NOW)).unwrap().unwrap();
    assert_eq!(note.effect, Effect::PrintSlip { printer: counter.printer, slip: slip.id });
    assert_eq!(db.read(|tx| super::slip(tx, slip.id)).unwrap(), Some(slip.clone()));
    let trail = db.read(|tx| audit::history(tx, ("slip", &slip.id.to_string()), 10)).unwrap();
    assert_eq!(trail.iter().map(|entry| entry.deed.as_str()).collect::<Vec<_>>(), ["slip.request"]);
}

#[test]
fn every_test_page_is_a_slip_of_its_own() {
    let mut counter = counter();
    let asked = SlipRequest { kind: SlipKind::Test, subject: counter.printer.to_string(), ..counter.of("") };
    let first = counter.request(&asked).unwrap();
    let second = counter.request(&asked).unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(counter.books.db.read(|tx| latest_on(tx, counter.printer)).unwrap(), Some(second));
}

#[test]
fn a_printed_slip_comes_again_as_a_marked_and_counted_copy() {
    let mut counter = counter();
    let asked = counter.of("sale-1");
    let original = counter.request(&asked).unwrap();
    counter.is(&original, SlipState::Printed);
    let copy = counter.reprint(Role::Operator, &asked, "klik").unwrap();
    assert_eq!((copy.copy, copy.kick, copy.number), (1, false, 2), "a copy opens no drawer");
    assert_eq!(counter.reprint(Role::Operator, &asked, "klik").unwrap(), copy, "a double click is one copy");
    let db = &counter.books.db;
    assert_eq!(db.read(|tx| copies(tx, SlipKind::Voucher, "sale-1")).unwrap(), 1);
    let trail = db.read(|tx| audit::history(tx, ("slip", &copy.id.to_string()), 10)).unwrap();
    assert_eq!(trail[0].deed, "slip.reprint");
}

#[test]
fn an_operator_makes_three_copies_and_an_admin_more() {
    let mut counter = counter();
    let asked = counter.of("sale-1");
    let original = counter.request(&asked).unwrap();
    counter.is(&original, SlipState::Printed);
    for copy in 1..=3 {
        let slip = counter.reprint(Role::Operator, &asked, &format!("klik-{copy}")).unwrap();
        assert_eq!(slip.copy, copy);
        counter.is(&slip, SlipState::Printed);
    }
    let refused = counter.reprint(Role::Operator, &asked, "klik-4").unwrap_err();
    assert!(matches!(refused, SlipError::TooManyCopies { most: 3 }), "{refused:?}");
    assert_eq!(counter.reprint(Role::Admin, &asked, "klik-5").unwrap().copy, 4);
}

#[test]
fn what_was_never_on_paper_is_no_copy_when_it_is_printed_at_last() {
    let mut counter = counter();
    for state in [SlipState::Queued, SlipState::Failed, SlipState::Stale] {
        let asked = counter.of(state.as_str());
        let slip = counter.request(&asked).unwrap();
        counter.is(&slip, state);
        let once_more = counter.again(slip.id).unwrap();
        assert_eq!((once_more.copy, once_more.state, once_more.kick), (0, SlipState::Queued, true));
        counter.is(&slip, state);
        let asked_anew = counter.reprint(Role::Operator, &asked, state.as_str()).unwrap();
        assert_eq!((asked_anew.id, asked_anew.copy), (slip.id, 0));
    }
    assert_eq!(counter.waiting(), 3, "however often a slip is asked for, one note waits for it");
}

#[test]
fn what_may_be_on_paper_already_is_a_copy_when_it_is_tried_again() {
    let mut counter = counter();
    let asked = counter.of("sale-1");
    let slip = counter.request(&asked).unwrap();
    counter.is(&slip, SlipState::Unconfirmed);
    let once_more = counter.again(slip.id).unwrap();
    assert_eq!((once_more.id, once_more.copy, once_more.kick), (slip.id, 1, false));
    assert_eq!(counter.again(slip.id).unwrap().copy, 1, "asked twice while it waits it stays that copy");
    counter.is(&slip, SlipState::Printed);
    assert!(matches!(counter.again(slip.id), Err(SlipError::Printed)));
}

#[test]
fn a_slip_can_be_sent_to_another_printer() {
    let mut counter = counter();
    let asked = counter.of("sale-1");
    let slip = counter.request(&asked).unwrap();
    counter.is(&slip, SlipState::Failed);
    let other =
        counter.books.add_printer(&PrinterRequest { name: "Cadangan".to_owned(), ..printer_request() });
    let moved = SlipRequest { printer: other, ..asked };
    let slip = counter.reprint(Role::Operator, &moved, "klik").unwrap();
    assert_eq!((slip.printer, slip.copy), (Some(other), 0));
    assert_eq!(counter.waiting(), 0);
    let note = counter.books.db.write(|tx| lease(tx, &Lane::Printer(other), NOW)).unwrap().unwrap();
    assert_eq!(note.effect, Effect::PrintSlip { printer: other, slip: slip.id });
}

#[test]
fn whoever_asks_for_a_slip_has_the_printer_tried_at_once() {
    let mut counter = counter();
    let lane_of = Lane::Printer(counter.printer);
    for circuit in [Circuit::Open, Circuit::Blocked] {
        let mut rng = StdRng::seed_from_u64(3);
        let slip = counter.request(&counter.of(circuit.as_str())).unwrap();
        counter
            .books
            .db
            .write(|tx| match circuit {
                Circuit::Blocked => block_lane(tx, &lane_of, "queue_unknown", NOW),
                Circuit::Open | Circuit::HalfOpen | Circuit::Closed => {
                    outbox::lane_failed(tx, &lane_of, "printer_silent", &mut rng, NOW)
                }
            })
            .unwrap();
        counter.is(&slip, SlipState::Failed);
        counter.again(slip.id).unwrap();
        let state = counter.books.db.read(|tx| lane(tx, &lane_of)).unwrap();
        assert_eq!((state.circuit, state.probe_at), (Circuit::Open, Some(NOW)));
    }
}

#[test]
fn a_printer_that_is_retired_leaves_no_slip_waiting_and_takes_no_other() {
    let mut counter = counter();
    let asked = counter.of("sale-1");
    let slip = counter.request(&asked).unwrap();
    let printer = counter.printer;
    assert!(counter.books.db.write(|tx| retire_printer(tx, &Actor::karcis(), printer, NOW)).unwrap());
    let left = counter.books.db.read(|tx| super::slip(tx, slip.id)).unwrap().unwrap();
    assert_eq!((left.state, left.reason.as_deref()), (SlipState::Failed, Some("printer_retired")));
    assert_eq!(counter.waiting(), 0);
    assert!(matches!(counter.again(slip.id), Err(SlipError::UnknownPrinter)));
    assert!(matches!(counter.request(&counter.of("sale-2")), Err(SlipError::UnknownPrinter)));
    // Its name is free again.
    assert_ne!(counter.books.add_printer(&printer_request()), printer);
}

#[test]
fn slips_that_need_a_person_are_listed_for_as_long_as_anybody_cares() {
    let mut counter = counter();
    let mut listed = Vec::new();
    for state in SlipState::ALL {
        let slip = counter.request(&counter.of(state.as_str())).unwrap();
        counter.is(&slip, *state);
        match state {
            SlipState::Unconfirmed | SlipState::Failed | SlipState::Stale => listed.insert(0, slip.id),
            SlipState::Queued | SlipState::Printing | SlipState::Printed => {}
        }
    }
    let ids = |since| -> Vec<SlipId> {
        let found = counter.books.db.read(|tx| unprinted(tx, since, 10)).unwrap();
        found.into_iter().map(|slip| slip.id).collect()
    };
    assert_eq!(ids(NOW - std::time::Duration::from_secs(1)), listed);
    assert_eq!(ids(NOW), []);
}

#[test]
fn copies_are_counted_by_the_shift_they_were_asked_for_in() {
    let mut counter = counter();
    let mut rng = StdRng::seed_from_u64(9);
    let (morning, evening) = (ShiftId::new(NOW, &mut rng), ShiftId::new(NOW, &mut rng));
    let asked = SlipRequest { shift: Some(morning), ..counter.of("sale-1") };
    let original = counter.request(&asked).unwrap();
    counter.is(&original, SlipState::Printed);
    let later = SlipRequest { shift: Some(evening), ..asked };
    let copy = counter.reprint(Role::Operator, &later, "a").unwrap();
    counter.is(&copy, SlipState::Printed);
    counter.reprint(Role::Operator, &later, "b").unwrap();
    let count = |shift| counter.books.db.read(|tx| copies_in(tx, shift)).unwrap();
    assert_eq!((count(morning), count(evening)), (0, 2));
}

#[test]
fn a_file_counts_as_paper() {
    let mut counter = counter();
    let file = |counter: &mut Counter, sale: &str, key: &str| {
        let Books { db, rng, .. } = &mut counter.books;
        let (actor, kind) = (Actor::karcis(), SlipKind::Voucher);
        db.write(|tx| keep_as_file(tx, &actor, Role::Operator, kind, sale, None, key, rng, NOW))
    };
    let first = file(&mut counter, "sale-1", "a").unwrap();
    assert_eq!((first.copy, first.state, first.printer), (0, SlipState::Printed, None));
    assert_eq!(file(&mut counter, "sale-1", "a").unwrap(), first, "a double click is one file");
    assert_eq!(file(&mut counter, "sale-1", "b").unwrap().copy, 1);
    let asked = counter.of("sale-1");
    assert_eq!(counter.reprint(Role::Operator, &asked, "c").unwrap().copy, 2);
    assert!(matches!(counter.again(first.id), Err(SlipError::Printed)));

    let asked = counter.of("sale-2");
    let waiting = counter.request(&asked).unwrap();
    let kept = file(&mut counter, "sale-2", "d").unwrap();
    assert_eq!((kept.id, kept.copy, kept.state), (waiting.id, 0, SlipState::Printed));
    assert_eq!(counter.waiting(), 1, "only the copy of the first sale still waits for the printer");
    let asked = counter.of("sale-2");
    assert_eq!(counter.reprint(Role::Operator, &asked, "e").unwrap().copy, 1);
}
