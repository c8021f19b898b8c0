use super::*;

const PIN: &str = "402618";
const OTHER_PIN: &str = "719405";

pub(super) fn give_pin(shop: &Shop, id: StaffId) {
    let hash = hash_pin(&NewPin::parse(PIN).unwrap(), Cost::TESTS, &mut shop.rng());
    shop.db.write(|tx| set_pin(tx, &shop.owner.actor(), id, &hash, OPENING)).unwrap();
}

fn pin_of(shop: &Shop, id: StaffId) -> PinState {
    shop.db.read(|tx| person(tx, id)).unwrap().unwrap().pin
}

/// Tries a PIN at the owner's own screen.
fn try_pin(shop: &Shop, session: &SessionToken, pin: &str, now: Timestamp) -> Result<(), SwitchError> {
    unlock(&shop.db, &WINDOW, &session.hash(), Secret::Pin(pin), now)
}

#[test]
fn a_pin_is_six_digits() {
    for wrong in ["", "12345", "1234567", "40261a", "40 618", "４０２６１８", "-40261", "+40261", "40261\n"]
    {
        assert!(matches!(NewPin::parse(wrong), Err(ParsePinError::NotDigits)), "{wrong:?}");
    }
    assert!(NewPin::parse(PIN).is_ok() && NewPin::parse(OTHER_PIN).is_ok());
    assert_eq!(format!("{:?}", NewPin::parse(PIN).unwrap()), "NewPin(..)");
}

#[test]
fn a_pin_that_a_stranger_tries_first_is_refused_and_nearly_all_others_are_not() {
    for easy in [
        "000000", "111111", "123456", "654321", "012345", "567890", "890123", "987654", "135791", "246802",
        "121212", "112211", "101010", "100000", "123123", "702702", "123321", "840048", "112233", "667788",
        "159753", "147258", "789456",
    ] {
        assert!(matches!(NewPin::parse(easy), Err(ParsePinError::Easy)), "{easy}");
    }
    let every_seventeenth = (0..1_000_000).step_by(17);
    let refused = every_seventeenth.filter(|number| NewPin::parse(&format!("{number:06}")).is_err()).count();
    assert!((150..600).contains(&refused), "{refused} of 58,824: about half a percent");
}

#[test]
fn five_wrong_tries_in_a_row_leave_only_the_password_until_it_was_used() {
    let shop = shop();
    let id = shop.owner.id;
    give_pin(&shop, id);
    let session = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    for left in (1..=4).rev() {
        let wrong = try_pin(&shop, &session, OTHER_PIN, OPENING);
        assert!(
            matches!(wrong, Err(SwitchError::Pin(PinError::Wrong { left: told })) if told == left),
            "{left}: {wrong:?}"
        );
    }
    try_pin(&shop, &session, PIN, OPENING).unwrap();
    for _ in 0..4 {
        try_pin(&shop, &session, OTHER_PIN, OPENING).unwrap_err();
    }
    assert_eq!(pin_of(&shop, id), PinState::Ready);
    let fifth = try_pin(&shop, &session, OTHER_PIN, OPENING);
    assert!(matches!(fifth, Err(SwitchError::Pin(PinError::Spent))), "{fifth:?}");
    assert_eq!(pin_of(&shop, id), PinState::Spent);
    let before = derivations_on_this_thread();
    for now in [OPENING, after_min(11 * 60)] {
        let right = try_pin(&shop, &session, PIN, now);
        assert!(matches!(right, Err(SwitchError::Pin(PinError::Spent))), "no waiting brings it back");
    }
    assert_eq!(derivations_on_this_thread(), before, "a spent PIN is not weighed");
    shop.try_sign_in("Ibu Sri", RIGHT, OPENING).unwrap();
    assert_eq!(pin_of(&shop, id), PinState::Ready);
    try_pin(&shop, &session, PIN, OPENING).unwrap();
    let failed = shop.deeds().iter().filter(|deed| *deed == "staff.pin_failed").count();
    assert_eq!(failed, 9);
}

#[test]
fn guesses_at_a_pin_side_by_side_are_counted_as_if_made_in_a_row() {
    let shop = shop();
    give_pin(&shop, shop.owner.id);
    let session = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| try_pin(&shop, &session, OTHER_PIN, OPENING).unwrap_err());
        }
    });
    let failed = shop.deeds().iter().filter(|deed| *deed == "staff.pin_failed").count();
    assert_eq!(failed, 5);
}

#[test]
fn a_password_asked_again_brings_a_spent_pin_back_as_well() {
    let shop = shop();
    give_pin(&shop, shop.owner.id);
    let session = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    let spend = || {
        for _ in 0..5 {
            try_pin(&shop, &session, OTHER_PIN, OPENING).unwrap_err();
        }
        assert_eq!(pin_of(&shop, shop.owner.id), PinState::Spent);
    };
    spend();
    confirm_password(&shop.db, &WINDOW, shop.owner.id, RIGHT, OPENING).unwrap();
    assert_eq!(pin_of(&shop, shop.owner.id), PinState::Ready);
    spend();
    unlock(&shop.db, &WINDOW, &session.hash(), Secret::Password(RIGHT), OPENING).unwrap();
    assert_eq!(pin_of(&shop, shop.owner.id), PinState::Ready);
}

#[test]
fn a_pin_goes_when_it_is_taken_away_and_when_the_password_is_reset() {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Operator);
    assert_eq!(pin_of(&shop, budi.id), PinState::None);
    give_pin(&shop, budi.id);
    assert_eq!(pin_of(&shop, budi.id), PinState::Ready);
    let owner = shop.owner.actor();
    for _ in 0..2 {
        shop.db.write(|tx| clear_pin(tx, &owner, budi.id, OPENING)).unwrap();
    }
    assert_eq!(pin_of(&shop, budi.id), PinState::None);
    give_pin(&shop, budi.id);
    shop.db.write(|tx| reset_password(tx, &owner, budi.id, hashed(OTHER), OPENING)).unwrap();
    assert_eq!(pin_of(&shop, budi.id), PinState::None);
    let cleared = shop.deeds().iter().filter(|deed| *deed == "staff.clear_pin").count();
    assert_eq!(cleared, 1);
}

#[test]
fn a_new_pin_counts_anew() {
    let shop = shop();
    give_pin(&shop, shop.owner.id);
    let session = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    for _ in 0..5 {
        try_pin(&shop, &session, OTHER_PIN, OPENING).unwrap_err();
    }
    give_pin(&shop, shop.owner.id);
    try_pin(&shop, &session, PIN, OPENING).unwrap();
}

#[test]
fn a_pin_is_kept_as_a_hash_of_the_cost_that_was_asked_and_signs_nobody_in() {
    let shop = shop();
    let hash = hash_pin(&NewPin::parse(PIN).unwrap(), Cost::FLOOR, &mut shop.rng());
    shop.db.write(|tx| set_pin(tx, &shop.owner.actor(), shop.owner.id, &hash, OPENING)).unwrap();
    let tables = every_text(&shop);
    assert!(tables.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "{tables}");
    assert!(!tables.contains(PIN));
    assert!(matches!(shop.try_sign_in("Ibu Sri", PIN, OPENING), Err(SignInError::Wrong)));
}
