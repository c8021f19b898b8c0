use super::*;
use crate::db::Db;
use crate::outbox::Circuit;
use rand::SeedableRng;
use rand::rngs::StdRng;

const NOW: Timestamp = Timestamp::from_millis(1_795_147_200_000);

struct Desk {
    folder: tempfile::TempDir,
    db: Db,
    key: DataKey,
    rng: StdRng,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let key = DataKey::new(&mut rng);
    Desk { folder, db, key, rng }
}

impl Desk {
    fn request(&mut self, id: RouterId, password: Option<&str>) -> RouterRequest {
        let password = password.map(|text| SealedPassword::seal(&self.key, id, text, &mut self.rng));
        RouterRequest {
            name: "Warung-1".to_owned(),
            host: "192.0.2.1".to_owned(),
            port: 8729,
            tls: true,
            plain_accepted: false,
            user_name: "karcis".to_owned(),
            password,
            ssid: Some("CONTOH".to_owned()),
        }
    }

    fn added(&mut self) -> RouterId {
        let id = RouterId::new(NOW, &mut self.rng);
        let request = self.request(id, Some("sandi-rahasia-router"));
        self.db.write(|tx| add(tx, &Actor::karcis(), id, &request, "satu", NOW)).unwrap();
        id
    }

    fn password(&self, id: RouterId) -> routeros::Target {
        self.db.read(|tx| target(tx, id, &self.key)).unwrap().unwrap()
    }
}

#[test]
fn a_router_is_added_once_however_often_the_button_is_pressed() {
    let mut desk = desk();
    let id = desk.added();
    let other = RouterId::new(NOW, &mut desk.rng);
    let request = desk.request(other, Some("x"));
    let again = desk.db.write(|tx| add(tx, &Actor::karcis(), other, &request, "satu", NOW)).unwrap();
    assert_eq!(again.id, id);
    let taken = desk.db.write(|tx| add(tx, &Actor::karcis(), other, &request, "dua", NOW)).unwrap_err();
    assert!(matches!(taken, RouterError::NameTaken));
}

#[test]
fn nonsense_is_refused() {
    let mut desk = desk();
    let id = RouterId::new(NOW, &mut desk.rng);
    let good = desk.request(id, Some("x"));
    let plain = RouterRequest { tls: false, ..good.clone() };
    let tried =
        |request: &RouterRequest| desk.db.write(|tx| add(tx, &Actor::karcis(), id, request, "k", NOW));
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
    let mut desk = desk();
    let id = desk.added();
    let request = RouterRequest { name: "Warung-2".to_owned(), ..desk.request(id, None) };
    desk.db.write(|tx| change(tx, &Actor::karcis(), id, &request, NOW)).unwrap();
    let target = desk.password(id);
    assert_eq!((target.host.as_str(), target.port), ("192.0.2.1", 8729));
    assert!(!format!("{target:?}").contains("sandi-rahasia"));
    for entry in std::fs::read_dir(desk.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(13).any(|window| window == b"sandi-rahasia"));
    }
    let thief = DataKey::new(&mut desk.rng);
    assert!(matches!(desk.db.read(|tx| super::target(tx, id, &thief)), Err(TargetError::Sealed(_))));
}

#[test]
fn a_password_sealed_for_one_router_does_not_open_for_another() {
    let mut desk = desk();
    let id = desk.added();
    let other = RouterId::new(NOW, &mut desk.rng);
    let request = RouterRequest { name: "Lain".to_owned(), ..desk.request(id, Some("x")) };
    let refused = desk.db.write(|tx| add(tx, &Actor::karcis(), other, &request, "dua", NOW)).unwrap_err();
    assert!(matches!(refused, RouterError::NoPassword));
}

#[test]
fn another_address_asks_for_another_certificate_and_a_change_tries_the_lane_again() {
    let mut desk = desk();
    let id = desk.added();
    let lane = Lane::Router(id);
    desk.db
        .write(|tx| {
            pin(tx, &Actor::karcis(), id, "aa", NOW)?;
            outbox::block_lane(tx, &lane, "login_refused", NOW)
        })
        .unwrap();
    let request = desk.request(id, Some("baru"));
    let changed = desk.db.write(|tx| change(tx, &Actor::karcis(), id, &request, NOW)).unwrap();
    assert_eq!(changed.pin.as_deref(), Some("aa"));
    assert_eq!(desk.db.read(|tx| outbox::lane(tx, &lane)).unwrap().circuit, Circuit::Open);
    let moved = RouterRequest { host: "192.0.2.9".to_owned(), ..desk.request(id, None) };
    assert_eq!(desk.db.write(|tx| change(tx, &Actor::karcis(), id, &moved, NOW)).unwrap().pin, None);
}

#[test]
fn there_is_one_practice_router_and_it_moves_with_its_port() {
    let mut desk = desk();
    let mut ids = Vec::new();
    for port in [40_001, 40_002] {
        let id = RouterId::new(NOW, &mut desk.rng);
        let sealed = SealedPassword::seal(&desk.key, id, "latihan", &mut desk.rng);
        let router = desk
            .db
            .write(|tx| practice(tx, &Actor::karcis(), id, "Router latihan", port, ("karcis", &sealed), NOW))
            .unwrap();
        assert!(router.practice);
        assert_eq!(router.port, port);
        ids.push(router.id);
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(desk.db.read(routers).unwrap().len(), 1);
}
