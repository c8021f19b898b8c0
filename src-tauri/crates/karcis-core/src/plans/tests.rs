use super::*;
use crate::outbox::{Effect, Lane, lease};
use crate::pretend::{Books, NOW, plan_request};

struct Desk {
    books: Books,
    router: RouterId,
}

fn desk() -> Desk {
    let mut books = Books::new();
    let router = books.add_router("Warung-1");
    Desk { books, router }
}

/// A plan with every limit there is.
fn request(router: RouterId) -> PlanRequest {
    PlanRequest {
        name: "7 Hari Ngebut!".to_owned(),
        price: Money::rupiah(17_500),
        selling_price: Money::rupiah(25_000),
        validity: Some("7d".parse().unwrap()),
        uptime_limit: Some("12h".parse().unwrap()),
        data_limit: Some("5G".parse().unwrap()),
        rate_limit: Some("1M/3M".parse().unwrap()),
        lock_mac: true,
        counter_key: Some(3),
        colour: "amber".to_owned(),
        counter_fill: Fill::Stock,
        ..plan_request(router)
    }
}

impl Desk {
    fn add(&mut self, request: &PlanRequest, key: &str) -> Result<Plan, PlanError> {
        let Books { db, rng, .. } = &mut self.books;
        db.write(|tx| add(tx, &Actor::karcis(), request, key, rng, NOW))
    }
}

#[test]
fn a_plan_reads_back_as_kept_and_owes_one_profile_to_its_router() {
    let mut desk = desk();
    let router = desk.router;
    let made = desk.add(&request(router), "a").unwrap();
    assert_eq!(desk.add(&request(router), "a").unwrap(), made, "a double click makes one");
    assert_eq!(desk.books.db.read(|tx| plan(tx, made.id)).unwrap().unwrap(), made);
    desk.books.db.write(|tx| change(tx, &Actor::karcis(), made.id, &request(router), NOW)).unwrap();
    let lane = Lane::Router(router);
    let note = desk.books.db.write(|tx| lease(tx, &lane, NOW)).unwrap().unwrap();
    assert_eq!(note.effect, Effect::EnsureProfile { router, plan: made.id });
    assert_eq!(
        desk.books.db.write(|tx| lease(tx, &lane, NOW)).unwrap(),
        None,
        "one note reads the newest wish"
    );
}

#[test]
fn the_profile_says_what_the_plan_says() {
    let mut desk = desk();
    let router = desk.router;
    let made = desk.add(&request(router), "a").unwrap();
    let wish = profile_wish(&made);
    assert!(wish.name.starts_with("krc-7haringe") && wish.name.len() <= 27, "{}", wish.name);
    assert_eq!((wish.shared_users, wish.rate_limit.as_str()), (1, "1M/3M"));
    assert_eq!(
        wish.on_login,
        ":local u [/ip hotspot user find name=$user]; :local c [/ip hotspot user get $u comment]; \
         :if (([:pick $c 0 5] = \"KRC1|\") and ([:typeof [:find $c \"|F=\"]] = \"nil\")) do={ \
         :local d [/system clock get date]; :local t [/system clock get time]; \
         /ip hotspot user set $u comment=($c . \"|F=\" . $d . \" \" . $t) mac-address=$\"mac-address\" }"
    );
    let free = Plan { validity: None, lock_mac: false, rate_limit: None, ..made };
    assert_eq!((profile_wish(&free).on_login.as_str(), profile_wish(&free).rate_limit.as_str()), ("", ""));
}

#[test]
fn contradictions_and_nonsense_are_refused() {
    let mut desk = desk();
    let good = request(desk.router);
    desk.add(&good, "a").unwrap();
    let other = PlanRequest { name: "Lain".to_owned(), counter_key: None, ..good.clone() };
    let unknown = RouterId::new(NOW, &mut desk.books.rng);
    type Expected = fn(&PlanError) -> bool;
    let cases: [(PlanRequest, Expected); 9] = [
        (PlanRequest { counter_key: None, ..good.clone() }, |e| matches!(e, PlanError::NameTaken)),
        (PlanRequest { counter_key: Some(3), ..other.clone() }, |e| matches!(e, PlanError::KeyTaken)),
        (PlanRequest { counter_key: Some(10), ..other.clone() }, |e| matches!(e, PlanError::BadKey)),
        (PlanRequest { shared_users: 2, ..other.clone() }, |e| matches!(e, PlanError::LockedAndShared)),
        (PlanRequest { shared_users: 101, lock_mac: false, ..other.clone() }, |e| {
            matches!(e, PlanError::BadSharedUsers)
        }),
        (PlanRequest { colour: "pink".to_owned(), ..other.clone() }, |e| matches!(e, PlanError::BadColour)),
        (PlanRequest { name: " ".to_owned(), ..other.clone() }, |e| matches!(e, PlanError::BadName)),
        (PlanRequest { router: unknown, ..other.clone() }, |e| matches!(e, PlanError::UnknownRouter)),
        (PlanRequest { hotspot_server: "x".repeat(65), ..other }, |e| matches!(e, PlanError::BadServer)),
    ];
    for (number, (request, expected)) in cases.into_iter().enumerate() {
        let refused = desk.add(&request, &format!("case-{number}")).unwrap_err();
        assert!(expected(&refused), "case {number}: {refused}");
    }
}

#[test]
fn a_code_is_never_longer_with_its_prefix_than_a_card_can_show() {
    let style = |prefix: &str, length| CodeStyle {
        mode: CodeMode::Same,
        alphabet: Alphabet::A28,
        length,
        prefix: prefix.to_owned(),
    };
    assert!(style("WARNET", 14).checked().is_ok());
    assert!(style("", 16).checked().is_ok());
    for (prefix, length) in [("WARNET", 15), ("WARNE", 16), ("", 17), ("", 3)] {
        assert!(matches!(style(prefix, length).checked(), Err(PlanError::BadLength)), "{prefix} {length}");
    }
}
