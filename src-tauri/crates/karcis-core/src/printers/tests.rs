use super::*;
use crate::outbox::{Circuit, block_lane, lane};
use crate::pretend::{Books, NOW, printer_request};

fn network(host: &str, port: u16) -> PrinterRequest {
    PrinterRequest { destination: Destination::Network { host: host.to_owned(), port }, ..printer_request() }
}

fn add_as(books: &mut Books, request: &PrinterRequest, key: &str) -> Result<Printer, PrinterError> {
    let Books { db, rng, .. } = books;
    db.write(|tx| add(tx, &Actor::karcis(), request, key, rng, NOW))
}

#[test]
fn a_printer_reads_back_as_added_and_a_double_click_is_one_printer() {
    let mut books = Books::new();
    for (name, destination) in [
        ("Kasir 1", Destination::Network { host: "192.0.2.7".to_owned(), port: 9100 }),
        ("Gudang", Destination::Queue("EPSON_TM T82".to_owned())),
        ("Arsip", Destination::Folder(std::env::temp_dir().display().to_string())),
    ] {
        let request = PrinterRequest { name: name.to_owned(), destination, ..printer_request() };
        let added = add_as(&mut books, &request, "klik").unwrap();
        assert_eq!(add_as(&mut books, &request, "klik").unwrap(), added);
        assert_eq!(books.db.read(|tx| printer(tx, added.id)).unwrap(), Some(added));
    }
    let names: Vec<String> = books.db.read(all).unwrap().into_iter().map(|printer| printer.name).collect();
    assert_eq!(names, ["Arsip", "Gudang", "Kasir 1"]);
}

#[test]
fn printers_that_cannot_be_reached_as_named_are_refused() {
    let mut books = Books::new();
    add_as(&mut books, &printer_request(), "a").unwrap();
    let queue =
        |name: &str| PrinterRequest { destination: Destination::Queue(name.to_owned()), ..printer_request() };
    let folder = |path: &str| PrinterRequest {
        destination: Destination::Folder(path.to_owned()),
        ..printer_request()
    };
    let named = |name: &str, request: PrinterRequest| PrinterRequest { name: name.to_owned(), ..request };
    type Expected = fn(&PrinterError) -> bool;
    let cases: [(PrinterRequest, Expected); 9] = [
        (named(" ", network("192.0.2.7", 9100)), |e| matches!(e, PrinterError::BadName)),
        (named("STRUK", network("192.0.2.7", 9100)), |e| matches!(e, PrinterError::NameTaken)),
        (named("b", network("a host", 9100)), |e| matches!(e, PrinterError::BadHost)),
        (named("b", network("http://192.0.2.7", 9100)), |e| matches!(e, PrinterError::BadHost)),
        (named("b", network("192.0.2.7", 0)), |e| matches!(e, PrinterError::BadHost)),
        (named("b", queue("")), |e| matches!(e, PrinterError::BadQueue)),
        (named("b", queue("-oraw")), |e| matches!(e, PrinterError::BadQueue)),
        (named("b", folder("struk")), |e| matches!(e, PrinterError::BadFolder)),
        (named("b", folder("/srv/../etc")), |e| matches!(e, PrinterError::BadFolder)),
    ];
    for (request, expected) in cases {
        let error = add_as(&mut books, &request, "b").unwrap_err();
        assert!(expected(&error), "{request:?}: {error:?}");
    }
}

#[test]
fn a_changed_printer_is_tried_at_once() {
    let mut books = Books::new();
    let added = add_as(&mut books, &printer_request(), "a").unwrap();
    books.db.write(|tx| block_lane(tx, &added.lane(), "queue_unknown", NOW)).unwrap();
    let request = network("printer.lan", 9101);
    let changed = books.db.write(|tx| change(tx, &Actor::karcis(), added.id, &request, NOW)).unwrap();
    assert_eq!(changed.destination, request.destination);
    let state = books.db.read(|tx| lane(tx, &added.lane())).unwrap();
    assert_eq!((state.circuit, state.probe_at), (Circuit::Open, Some(NOW)));
}
