use super::*;
use crate::audit::Actor;
use crate::desktop::Desktop;
use crate::outbox::{Effect, Lane, Outcome, Priority};
use crate::pretend::{Books, NOW};
use crate::values::PlanId;

struct Shop {
    books: Books,
    memory: Memory,
}

fn shop() -> Shop {
    let mut shop = Shop { books: Books::new(), memory: Memory::default() };
    assert_eq!(shop.due(NOW), [], "the first look learns what is listed");
    shop
}

impl Shop {
    fn due(&mut self, now: Timestamp) -> Vec<Notice> {
        self.look(false, now)
    }

    fn look(&mut self, somebody_looks: bool, now: Timestamp) -> Vec<Notice> {
        let Shop { books, memory } = self;
        books.db.read(|tx| due(tx, memory, somebody_looks, now)).unwrap()
    }

    fn fails(&mut self, router: RouterId, now: Timestamp) {
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| outbox::lane_failed(tx, &Lane::Router(router), "unreachable", rng, now)).unwrap();
    }

    fn answers(&mut self, router: RouterId, now: Timestamp) {
        self.books.db.write(|tx| outbox::lane_answered(tx, &Lane::Router(router), now)).unwrap();
    }

    fn give_up(&mut self, now: Timestamp) {
        let Books { db, rng, .. } = &mut self.books;
        let (router, plan) = (RouterId::new(now, rng), PlanId::new(now, rng));
        db.write(|tx| outbox::push(tx, &Effect::EnsureProfile { router, plan }, Priority::Now, None, now))
            .unwrap();
        let note = db.write(|tx| outbox::lease(tx, &Lane::Router(router), now)).unwrap().unwrap();
        db.write(|tx| outbox::settle(tx, &note, &Outcome::GiveUp("refused"), now)).unwrap();
    }
}

fn away(name: &str) -> Notice {
    Notice::RouterAway { name: name.to_owned() }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn a_router_is_spoken_of_once_when_it_has_been_away_for_a_while() {
    let mut shop = shop();
    let router = shop.books.add_router("Warung-1");
    shop.fails(router, NOW);
    assert_eq!(shop.due(NOW + (AWAY_FOR - seconds(1))), []);
    assert_eq!(shop.due(NOW + AWAY_FOR), [away("Warung-1")]);
    shop.fails(router, NOW + AWAY_FOR);
    assert_eq!(shop.due(NOW + AWAY_FOR + QUIET_FOR + HOUR), [], "it is still the same trouble");
}

#[test]
fn a_router_that_comes_and_goes_is_spoken_of_twice_an_hour_at_most() {
    let mut shop = shop();
    let router = shop.books.add_router("Warung-1");
    let mut said = 0;
    for minute in (0..60).step_by(5) {
        let at = NOW + seconds(minute * 60);
        shop.fails(router, at);
        said += shop.due(at + AWAY_FOR).len();
        shop.answers(router, at + AWAY_FOR);
    }
    assert_eq!(said, 2);
}

#[test]
fn a_router_that_refuses_us_is_spoken_of_at_once() {
    let mut shop = shop();
    let router = shop.books.add_router("Warung-1");
    shop.books.db.write(|tx| outbox::block_lane(tx, &Lane::Router(router), "login", NOW)).unwrap();
    assert_eq!(shop.due(NOW), [Notice::RouterRefuses { name: "Warung-1".to_owned() }]);
    assert_eq!(shop.due(NOW), []);
}

#[test]
fn somebody_who_looks_at_the_window_is_told_nothing_then_or_later() {
    let mut shop = shop();
    let router = shop.books.add_router("Warung-1");
    shop.fails(router, NOW);
    shop.give_up(NOW);
    assert_eq!(shop.look(true, NOW + AWAY_FOR), []);
    assert_eq!(shop.due(NOW + AWAY_FOR + HOUR), []);
}

#[test]
fn what_was_listed_at_the_start_is_not_spoken_of_and_what_comes_after_is_within_half_an_hour() {
    let mut shop = Shop { books: Books::new(), memory: Memory::default() };
    shop.give_up(NOW);
    assert_eq!(shop.due(NOW), []);
    shop.give_up(NOW);
    assert_eq!(shop.due(NOW), [Notice::Attention { count: 2 }]);
    shop.give_up(NOW);
    assert_eq!(shop.due(NOW + (QUIET_FOR - seconds(1))), []);
    assert_eq!(shop.due(NOW + QUIET_FOR), [Notice::Attention { count: 3 }]);
}

#[test]
fn what_does_not_fit_into_the_hour_is_said_in_the_next() {
    let mut shop = shop();
    for number in 1..=6 {
        let router = shop.books.add_router(&format!("Warung-{number}"));
        shop.fails(router, NOW);
    }
    let first = shop.due(NOW + AWAY_FOR);
    assert_eq!(first.len(), MOST_AN_HOUR);
    assert_eq!(shop.due(NOW + AWAY_FOR + (HOUR - seconds(1))), []);
    let rest = shop.due(NOW + AWAY_FOR + HOUR);
    assert_eq!(rest.len(), 2);
    assert!(rest.iter().all(|notice| !first.contains(notice)));
}

#[test]
fn each_kind_can_be_turned_off() {
    let mut shop = shop();
    let router = shop.books.add_router("Warung-1");
    shop.fails(router, NOW);
    shop.give_up(NOW);
    for (notices, expected) in [
        (vec![NoticeKind::Router], away("Warung-1")),
        (vec![NoticeKind::Attention], Notice::Attention { count: 1 }),
    ] {
        let wanted = Desktop { stays_when_closed: true, notices };
        shop.books.db.write(|tx| desktop::keep(tx, &Actor::karcis(), &wanted, NOW)).unwrap();
        let mut fresh = Memory { newest: Some(None), ..Memory::default() };
        let said = shop.books.db.read(|tx| due(tx, &mut fresh, false, NOW + AWAY_FOR)).unwrap();
        assert_eq!(said, [expected]);
    }
}
