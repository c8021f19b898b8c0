use super::pins::give_pin;
use super::*;

const PIN: &str = "402618";

fn locked(shop: &Shop, token: &SessionToken, now: Timestamp) -> bool {
    let after = shop.db.read(lock_after).unwrap();
    shop.session(token, now).unwrap().is_locked(after, now)
}

fn choose(shop: &Shop, text: &str, now: Timestamp) {
    let after = LockAfter::parse(text).unwrap();
    shop.db.write(|tx| keep_lock_after(tx, &shop.owner.actor(), after, now)).unwrap();
}

#[test]
fn a_screen_locks_after_ten_minutes_without_a_request_and_the_minute_it_may_not_know_of() {
    let shop = shop();
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    let last = after_min(11) - Duration::from_millis(1);
    assert!(!locked(&shop, &token, last));
    assert!(locked(&shop, &token, after_min(11)));
    shop.db.write(|tx| touch_session(tx, &token.hash(), last)).unwrap();
    assert!(!locked(&shop, &token, after_min(21)));
}

#[test]
fn a_screen_in_use_never_locks_however_requests_fall() {
    let shop = shop();
    choose(&shop, "2", OPENING);
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    for step in 1..600 {
        let now = after_s(step * 7);
        assert!(!locked(&shop, &token, now), "after {step} steps");
        shop.db.write(|tx| touch_session(tx, &token.hash(), now)).unwrap();
    }
}

#[test]
fn the_span_is_one_of_seven_and_may_be_never() {
    let shop = shop();
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    assert_eq!(shop.db.read(lock_after).unwrap().minutes(), Some(10));
    for after in LockAfter::ALL {
        assert_eq!(LockAfter::parse(&after.as_text()), Some(after));
    }
    for wrong in ["", "0", "1", "11", "-5", "off", "10 "] {
        assert_eq!(LockAfter::parse(wrong), None, "{wrong}");
    }
    choose(&shop, "never", OPENING);
    assert!(!locked(&shop, &token, after_min(11 * 60)));
    choose(&shop, "60", OPENING);
    assert!(!locked(&shop, &token, after_min(60)));
    assert!(locked(&shop, &token, after_min(61)));
    assert_eq!(shop.deeds().iter().filter(|deed| *deed == "settings.lock").count(), 2);
}

#[test]
fn a_longer_span_opens_no_screen_that_was_locked() {
    let shop = shop();
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    assert!(locked(&shop, &token, after_min(12)));
    choose(&shop, "never", after_min(12));
    assert!(locked(&shop, &token, after_min(12)));
}

#[test]
fn a_locked_screen_opens_with_the_pin_or_the_password_of_its_person_only() {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Operator);
    give_pin(&shop, shop.owner.id);
    give_pin(&shop, budi.id);
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    for (minute, secret) in [(1, Secret::Pin(PIN)), (40, Secret::Password(RIGHT))] {
        let (early, late) = (after_min(minute), after_min(minute + 30));
        let open = |secret| unlock(&shop.db, &WINDOW, &token.hash(), secret, late);
        shop.db.write(|tx| lock(tx, &token.hash(), early)).unwrap();
        assert!(locked(&shop, &token, early));
        assert!(open(Secret::Pin("719405")).is_err() && open(Secret::Password(OTHER)).is_err());
        assert!(locked(&shop, &token, late));
        open(secret).unwrap();
        assert!(!locked(&shop, &token, late), "unlocking is a sign of life");
    }
    let deeds = shop.deeds();
    let count = |name: &str| deeds.iter().filter(|deed| *deed == name).count();
    assert_eq!((count("staff.lock"), count("staff.unlock")), (2, 2));
}

#[test]
fn locking_twice_is_locking_once_and_an_ended_session_has_no_screen() {
    let shop = shop();
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    for second in [1, 2] {
        shop.db.write(|tx| lock(tx, &token.hash(), after_s(second))).unwrap();
    }
    assert_eq!(shop.session(&token, after_s(3)).unwrap().locked_at, Some(after_s(1)));
    assert_eq!(shop.deeds().iter().filter(|deed| *deed == "staff.lock").count(), 1);
    shop.db.write(|tx| end_session(tx, &shop.owner.actor(), &token.hash(), after_s(4))).unwrap();
    let refused = unlock(&shop.db, &WINDOW, &token.hash(), Secret::Password(RIGHT), after_s(5));
    assert!(matches!(refused, Err(SwitchError::NoSession)), "{refused:?}");
}

#[test]
fn a_page_that_has_seen_nobody_locks_unless_another_page_has() {
    let shop = shop();
    let token = shop.sign_in_at("Ibu Sri", Place::Browser, OPENING);
    let ask = |now| shop.db.write(|tx| lock_when_idle(tx, &token.hash(), now)).unwrap();
    shop.db.write(|tx| touch_session(tx, &token.hash(), after_min(4))).unwrap();
    assert_eq!(ask(after_min(10)), Some(Duration::from_mins(4)));
    assert!(!locked(&shop, &token, after_min(10)));
    assert_eq!(ask(after_min(14)), None);
    assert!(locked(&shop, &token, after_min(14)));
    choose(&shop, "never", after_min(14));
    assert!(ask(after_min(60)).is_some());
}

#[test]
fn other_sessions_end_and_the_own_one_stays() {
    let shop = shop();
    let [here, there, elsewhere] = [1, 2, 3].map(|_| shop.sign_in_at("Ibu Sri", Place::Window, OPENING));
    let (owner, id) = (shop.owner.actor(), shop.owner.id);
    let ended = shop.db.write(|tx| end_other_sessions(tx, &owner, id, &here.hash(), after_s(1))).unwrap();
    assert_eq!(ended, 2);
    assert!(shop.session(&here, after_s(2)).is_some());
    assert!([&there, &elsewhere].iter().all(|token| shop.session(token, after_s(2)).is_none()));
}
