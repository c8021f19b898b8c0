use super::pins::give_pin;
use super::*;

const PIN: &str = "402618";

/// A shop where the cashier Budi has a PIN and the owner sits at the window, at a counter.
fn at_the_counter() -> (Shop, Person, SessionToken, CounterId) {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Operator);
    give_pin(&shop, budi.id);
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    let counter = CounterId::new(OPENING, &mut shop.rng());
    let actor = shop.owner.actor();
    shop.db.write(|tx| set_session_counter(tx, &actor, &token.hash(), Some(counter), OPENING)).unwrap();
    (shop, budi, token, counter)
}

fn switch_to(
    shop: &Shop,
    from: &SessionToken,
    proof: Proof<'_>,
    now: Timestamp,
) -> Result<SignedIn, SwitchError> {
    switch(&shop.db, &WINDOW, &from.hash(), proof, &mut shop.rng(), now)
}

#[test]
fn a_pin_gives_the_screen_to_somebody_else_at_the_same_place_and_counter() {
    let (shop, budi, before, counter) = at_the_counter();
    let switched = switch_to(&shop, &before, Proof::Pin(budi.id, PIN), after_s(9)).unwrap();
    assert_eq!((switched.person.id, switched.person.last_sign_in_at), (budi.id, Some(after_s(9))));
    let session = shop.session(&switched.token, after_s(10)).unwrap();
    assert_eq!((session.place, session.counter), (Place::Window, Some(counter)));
    assert_eq!(session.created_at, after_s(9));
    assert!(shop.session(&before, after_s(10)).is_none(), "the old session has ended");
    let sql = "SELECT ended_why FROM sessions WHERE token_hash = $1";
    let why = shop.db.read(|tx| tx.one(sql, params![before.hash().as_str()], |row| row.text(0))).unwrap();
    assert_eq!(why, "switched");
    let row = shop.db.read(|tx| audit::entries(tx, None, 1)).unwrap().remove(0);
    assert_eq!((row.deed.as_str(), row.actor_name.as_str()), ("staff.switch", "Budi"));
    let owner = shop.owner.id;
    assert_eq!(row.detail, format!(r#"{{"by":"pin","from":"{owner}","place":"window"}}"#));
}

#[test]
fn a_password_switches_as_well_and_to_people_without_a_pin() {
    let (shop, _, before, _) = at_the_counter();
    shop.hire("Siti", Role::Operator);
    let wrong = switch_to(&shop, &before, Proof::Password(Who::Named("siti"), OTHER), OPENING);
    assert!(matches!(wrong, Err(SwitchError::SignIn(SignInError::Wrong))), "{wrong:?}");
    let switched = switch_to(&shop, &before, Proof::Password(Who::Named("siti"), RIGHT), OPENING).unwrap();
    assert_eq!(switched.person.name, "Siti");
}

#[test]
fn whoever_has_no_pin_is_let_in_by_none() {
    let (shop, _, before, _) = at_the_counter();
    let siti = shop.hire("Siti", Role::Operator);
    let stranger = StaffId::new(OPENING, &mut shop.rng());
    for id in [siti.id, stranger] {
        let refused = switch_to(&shop, &before, Proof::Pin(id, PIN), OPENING);
        assert!(matches!(refused, Err(SwitchError::Pin(PinError::Spent))), "{refused:?}");
    }
    assert!(shop.session(&before, OPENING).is_some(), "nothing has changed");
}

#[test]
fn a_session_that_has_ended_gives_its_screen_to_nobody_and_costs_no_try() {
    let (shop, budi, before, _) = at_the_counter();
    let long_after = after_min(13 * 60);
    for (token, now) in [(SessionToken::new(&mut shop.rng()), OPENING), (before.clone(), long_after)] {
        let refused = switch_to(&shop, &token, Proof::Pin(budi.id, "719405"), now);
        assert!(matches!(refused, Err(SwitchError::NoSession)), "{refused:?}");
    }
    shop.db.write(|tx| end_session(tx, &shop.owner.actor(), &before.hash(), OPENING)).unwrap();
    let refused = switch_to(&shop, &before, Proof::Pin(budi.id, PIN), OPENING);
    assert!(matches!(refused, Err(SwitchError::NoSession)), "{refused:?}");
    assert!(!shop.deeds().contains(&"staff.pin_failed".to_owned()));
}

#[test]
fn a_disabled_person_is_not_switched_to() {
    let (shop, budi, before, _) = at_the_counter();
    shop.db.write(|tx| disable(tx, &shop.owner.actor(), budi.id, OPENING)).unwrap();
    let refused = switch_to(&shop, &before, Proof::Pin(budi.id, PIN), OPENING);
    assert!(matches!(refused, Err(SwitchError::SignIn(SignInError::Disabled))), "{refused:?}");
    assert!(shop.session(&before, OPENING).is_some());
}

#[test]
fn one_screen_is_given_away_once_however_many_ask_at_the_same_instant() {
    let (shop, budi, before, _) = at_the_counter();
    let given: usize = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8)
            .map(|_| {
                scope
                    .spawn(|| switch_to(&shop, &before, Proof::Password(Who::Known(budi.id), RIGHT), OPENING))
            })
            .collect();
        asking.into_iter().map(|one| usize::from(one.join().unwrap().is_ok())).sum()
    });
    assert_eq!(given, 1);
    let open = shop.db.read(|tx| sessions(tx, budi.id, OPENING)).unwrap();
    assert_eq!(open.len(), 1);
}
