use super::*;
use crate::outbox::Circuit;
use crate::pretend::{Books, NOW};

fn added(books: &mut Books) -> RouterId {
    let id = RouterId::new(NOW, &mut books.rng);
    let request = books.router_request(id, Some("sandi-rahasia-router"));
    books.db.write(|tx| add(tx, &Actor::karcis(), id, &request, "satu", NOW)).unwrap();
    id
}

#[test]
fn a_router_is_added_once_however_often_the_button_is_pressed() {
    let mut books = Books::new();
    let id = added(&mut books);
    let other = RouterId::new(NOW, &mut books.rng);
    let request = books.router_request(other, Some("x"));
    let again = books.db.write(|tx| add(tx, &Actor::karcis(), other, &request, "satu", NOW)).unwrap();
    assert_eq!(again.id, id);
    let taken = books.db.write(|tx| add(tx, &Actor::karcis(), other, &request, "dua", NOW)).unwrap_err();
    assert!(matches!(taken, RouterError::NameTaken));
}

#[test]
fn nonsense_is_refused() {
    let mut books = Books::new();
    let id = RouterId::new(NOW, &mut books.rng);
    let good = books.router_request(id, Some("x"));
    let plain = RouterRequest { tls: false, ..good.clone() };
    let tried =
        |request: &RouterRequest| books.db.write(|tx| add(tx, &Actor::karcis(), id, request, "k", NOW));
    assert!(matches!(tried(&plain), Err(RouterError::PlainNotAccepted)));
    for host in ["", "a b", "http://x/y", "x;reboot"] {
        let request = RouterRequest { host: host.to_owned(), ..good.clone() };
        assert!(matches!(tried(&request), Err(RouterError::BadHost)), "{host}");
    }
    assert!(matches!(tried(&RouterRequest { port: 0, ..good.clone() }), Err(RouterError::BadHost)));
    assert!(matches!(tried(&RouterRequest { password: None, ..good.clone() }), Err(RouterError::NoPassword)));
    assert!(matches!(tried(&RouterRequest { name: " ".to_owned(), ..good }), Err(RouterError::BadName)));
}

#[test]
fn the_password_is_kept_when_it_is_not_given_and_never_stands_in_the_file() {
    let mut books = Books::new();
    let id = added(&mut books);
    let request = RouterRequest { name: "Warung-2".to_owned(), ..books.router_request(id, None) };
    books.db.write(|tx| change(tx, &Actor::karcis(), id, &request, NOW)).unwrap();
    let target = books.db.read(|tx| target(tx, id, &books.key)).unwrap().unwrap();
    assert_eq!((target.host.as_str(), target.port), ("192.0.2.1", 8729));
    assert!(!format!("{target:?}").contains("sandi-rahasia"));
    for entry in std::fs::read_dir(books.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(13).any(|window| window == b"sandi-rahasia"));
    }
    let thief = DataKey::new(&mut books.rng);
    assert!(matches!(books.db.read(|tx| super::target(tx, id, &thief)), Err(TargetError::Sealed(_))));
}

#[test]
fn a_password_sealed_for_one_router_does_not_open_for_another() {
    let mut books = Books::new();
    let id = added(&mut books);
    let other = RouterId::new(NOW, &mut books.rng);
    let request = RouterRequest { name: "Lain".to_owned(), ..books.router_request(id, Some("x")) };
    let refused = books.db.write(|tx| add(tx, &Actor::karcis(), other, &request, "dua", NOW)).unwrap_err();
    assert!(matches!(refused, RouterError::NoPassword));
}

#[test]
fn another_address_asks_for_another_certificate_and_a_change_tries_the_lane_again() {
    let mut books = Books::new();
    let id = added(&mut books);
    let lane = Lane::Router(id);
    books
        .db
        .write(|tx| {
            pin(tx, &Actor::karcis(), id, "aa", NOW)?;
            outbox::block_lane(tx, &lane, "login_refused", NOW)
        })
        .unwrap();
    let request = books.router_request(id, Some("baru"));
    let changed = books.db.write(|tx| change(tx, &Actor::karcis(), id, &request, NOW)).unwrap();
    assert_eq!(changed.pin.as_deref(), Some("aa"));
    assert_eq!(books.db.read(|tx| outbox::lane(tx, &lane)).unwrap().circuit, Circuit::Open);
    let moved = RouterRequest { host: "192.0.2.9".to_owned(), ..books.router_request(id, None) };
    assert_eq!(books.db.write(|tx| change(tx, &Actor::karcis(), id, &moved, NOW)).unwrap().pin, None);
}

#[test]
fn there_is_one_practice_router_and_it_moves_with_its_port() {
    let mut books = Books::new();
    let mut ids = Vec::new();
    for port in [40_001, 40_002] {
        let id = RouterId::new(NOW, &mut books.rng);
        let sealed = SealedPassword::seal(&books.key, id, "latihan", &mut books.rng);
        let router = books
            .db
            .write(|tx| practice(tx, &Actor::karcis(), id, "Router latihan", port, ("karcis", &sealed), NOW))
            .unwrap();
        assert!(router.practice);
        assert_eq!(router.port, port);
        ids.push(router.id);
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(books.db.read(routers).unwrap().len(), 1);
}
