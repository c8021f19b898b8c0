use super::*;
use crate::counters;
use crate::outbox::{Effect, Outcome, Priority};
use crate::pretend::{Books, NOW};
use crate::shifts::{CloseRequest, Denomination, Pieces};
use crate::staff::Role;
use crate::values::{Money, PlanId, RouterId};

const FEED: &str = "https://updates.example/karcis/CHANNEL/latest.json";

fn keep(books: &Books, address: &str, channel: Channel) {
    let feed = Feed::parse(address, channel).unwrap();
    books.db.write(|tx| keep_feed(tx, &Actor::karcis(), &feed, NOW)).unwrap();
}

fn in_the_way(books: &Books) -> Vec<Hindrance> {
    books.db.read(hindrances).unwrap()
}

#[test]
fn nobody_looks_anywhere_until_an_address_is_kept() {
    let books = Books::new();
    assert_eq!(books.db.read(feed).unwrap(), Feed::default());
    assert_eq!(books.db.read(feed).unwrap().url(), None);
    assert!(!books.db.read(|tx| is_due(tx, NOW)).unwrap());
}

#[test]
fn the_channel_chooses_where_to_look() {
    let url = |channel| Feed::parse(FEED, channel).unwrap().url().unwrap();
    assert_eq!(url(Channel::Stable), "https://updates.example/karcis/stable/latest.json");
    assert_eq!(url(Channel::Beta), "https://updates.example/karcis/beta/latest.json");
}

#[test]
fn only_an_address_under_https_is_taken() {
    for wrong in [
        "http://updates.example/latest.json",
        "https://",
        "https:///latest.json",
        "HTTPS//updates.example",
        "ftp://updates.example",
        "https://updates.example@elsewhere.example/",
        "https://updates.example/a b",
        "https://updates.example/\u{202e}",
        "javascript:alert(1)",
    ] {
        assert_eq!(Feed::parse(wrong, Channel::Stable), Err(BadAddress::NotHttps), "{wrong}");
    }
    let long = format!("https://updates.example/{}", "a".repeat(LONGEST_ADDRESS));
    assert_eq!(Feed::parse(&long, Channel::Stable), Err(BadAddress::TooLong));
    assert_eq!(Feed::parse("  ", Channel::Beta).unwrap().url(), None);
}

#[test]
fn where_updates_come_from_stands_in_the_trail_with_what_it_was() {
    let books = Books::new();
    keep(&books, FEED, Channel::Stable);
    keep(&books, FEED, Channel::Stable);
    keep(&books, FEED, Channel::Beta);
    let trail = books.db.read(|tx| audit::history(tx, ("settings", "updates"), 10)).unwrap();
    assert_eq!(trail.len(), 2, "what did not change is not told");
    assert!(trail.iter().any(|entry| entry.detail.contains("stable") && entry.detail.contains("beta")));
}

#[test]
fn karcis_looks_once_a_day_and_after_the_clock_was_put_back() {
    let books = Books::new();
    keep(&books, FEED, Channel::Stable);
    let due = |now| books.db.read(|tx| is_due(tx, now)).unwrap();
    assert!(due(NOW));
    books.db.write(|tx| note_look(tx, NOW)).unwrap();
    assert!(!due(NOW));
    assert!(!due(NOW + (EVERY - Duration::from_secs(1))));
    assert!(due(NOW + EVERY));
    assert!(due(Timestamp::from_millis(NOW.millis() - 1)));
}

#[test]
fn an_open_shift_keeps_the_program_from_being_replaced_until_it_is_closed() {
    let mut books = Books::new();
    let actor = Actor::karcis();
    let counter = books.db.read(counters::all).unwrap().remove(0).id;
    let Books { db, rng, .. } = &mut books;
    let shift =
        db.write(|tx| shifts::open(tx, &actor, counter, Money::rupiah(1_000), "a", rng, NOW)).unwrap();
    assert_eq!(in_the_way(&books), [Hindrance::OpenShifts(1)]);
    let refused = books.db.write(|tx| begin_install(tx, &actor, ("0.1.0", "0.2.0"), NOW)).unwrap_err();
    assert!(matches!(refused, InstallError::Hindered(_)), "{refused}");
    let found: [Pieces; 1] = [(Denomination::of(1_000).unwrap(), 1)];
    books.db.write(|tx| shifts::count(tx, &actor, shift.id, &found, "b", NOW)).unwrap();
    assert_eq!(in_the_way(&books), [Hindrance::OpenShifts(1)], "a counted shift is not closed");
    let request =
        CloseRequest { shift: shift.id, handed_over: Money::ZERO, note: String::new(), approved_by: None };
    books.db.write(|tx| shifts::close(tx, &actor, Role::SuperAdmin, &request, "c", NOW)).unwrap();
    assert_eq!(in_the_way(&books), []);
    books.db.write(|tx| begin_install(tx, &actor, ("0.1.0", "0.2.0"), NOW)).unwrap();
    let trail = books.db.read(|tx| audit::history(tx, ("program", "karcis"), 10)).unwrap();
    assert_eq!(trail.len(), 1, "only what was begun is told");
}

#[test]
fn notes_on_their_way_or_paused_keep_the_program_from_being_replaced() {
    let mut books = Books::new();
    let Books { db, rng, .. } = &mut books;
    let (router, plan) = (RouterId::new(NOW, rng), PlanId::new(NOW, rng));
    let effect = Effect::EnsureProfile { router, plan };
    db.write(|tx| outbox::push(tx, &effect, Priority::Now, None, NOW)).unwrap();
    assert_eq!(in_the_way(&books), [], "what waits, waits for the new program as well");
    let lane = outbox::Lane::Router(router);
    let leased = books.db.write(|tx| outbox::lease(tx, &lane, NOW)).unwrap().unwrap();
    assert_eq!(in_the_way(&books), [Hindrance::UnderWay(1)]);
    books.db.write(|tx| outbox::settle(tx, &leased, &Outcome::Held, NOW)).unwrap();
    assert_eq!(in_the_way(&books), [Hindrance::Paused(1)]);
}
