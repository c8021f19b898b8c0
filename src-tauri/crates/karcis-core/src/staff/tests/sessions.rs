use super::*;

#[test]
fn a_token_is_256_random_bits_and_only_its_hash_is_kept() {
    let shop = shop();
    let tokens: Vec<SessionToken> =
        (1..6).map(|_| shop.sign_in_at("Ibu Sri", Place::Window, after_s(1))).collect();
    let different: BTreeSet<&str> = tokens.iter().map(SessionToken::as_str).collect();
    assert_eq!(different.len(), 5);
    for token in &tokens {
        assert_eq!(token.as_str().len(), 43);
        let known =
            token.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        assert!(known, "the token is base64url");
    }
    let sql = "SELECT token_hash FROM sessions";
    let kept = shop.db.read(|tx| tx.all(sql, params![], |row| row.text(0))).unwrap();
    let expected: BTreeSet<String> = tokens.iter().map(|token| token.hash().as_str().to_owned()).collect();
    assert_eq!(kept.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn a_token_hash_or_nonsense_proves_nothing() {
    let shop = shop();
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    for text in [token.hash().as_str(), "", "x", &token.as_str()[..42], &format!("{} ", token.as_str())] {
        assert_eq!(shop.db.read(|tx| session(tx, text, OPENING)).unwrap(), None, "{text:?}");
    }
    assert_eq!(token.hash().as_str().parse(), Ok(token.hash()));
    assert_eq!(token.as_str().parse::<TokenHash>(), Err(ParseTokenHashError));
}

#[test]
fn a_session_ends_when_nothing_happens_for_as_long_as_its_place_and_role_allow() {
    let shop = shop();
    for (who, role) in
        [("Ana", Role::SuperAdmin), ("Adi", Role::Admin), ("Oki", Role::Operator), ("Vina", Role::Viewer)]
    {
        shop.hire(who, role);
        for place in Place::ALL {
            let token = shop.sign_in_at(who, place, OPENING);
            let minutes = match (who, place) {
                ("Ana" | "Adi", Place::Browser) => 30,
                _ => 12 * 60,
            };
            let last = after_min(minutes) - Duration::from_millis(1);
            assert!(shop.session(&token, last).is_some(), "{who} {place:?}");
            assert!(shop.session(&token, after_min(minutes)).is_none(), "{who} {place:?}");
            shop.db.write(|tx| end_session(tx, &shop.owner.actor(), &token.hash(), OPENING)).unwrap();
        }
    }
}

#[test]
fn a_session_in_use_goes_on_until_its_longest_and_no_longer() {
    let shop = shop();
    for (place, hours) in [(Place::Window, 7 * 24), (Place::Browser, 12)] {
        let token = shop.sign_in_at("Ibu Sri", place, OPENING);
        let longest = hours * 60;
        for minute in (0..longest).step_by(20) {
            let now = after_min(minute);
            assert!(shop.session(&token, now).is_some(), "{place:?} after {minute} min");
            shop.db.write(|tx| touch_session(tx, &token.hash(), now)).unwrap();
        }
        assert!(shop.session(&token, after_min(longest)).is_none(), "{place:?}");
    }
}

#[test]
fn use_of_a_session_is_written_down_at_most_once_a_minute() {
    let shop = shop();
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    let touch = |now| {
        let needed = shop.session(&token, now).unwrap().needs_touch(now);
        shop.db.write(|tx| touch_session(tx, &token.hash(), now)).unwrap();
        (needed, shop.session(&token, now).unwrap().last_seen_at)
    };
    assert_eq!(touch(after_s(59)), (false, OPENING));
    assert_eq!(touch(after_s(60)), (true, after_s(60)));
    assert_eq!(touch(after_s(100)), (false, after_s(60)));
    assert_eq!(touch(after_s(130)), (true, after_s(130)));
}

#[test]
fn changing_ones_password_ends_every_session_but_the_one_it_was_done_in() {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Operator);
    let here = shop.sign_in_at("Budi", Place::Window, OPENING);
    let elsewhere = [2, 3].map(|_| shop.sign_in_at("Budi", Place::Browser, OPENING));
    let owners = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    let hash = hashed(OTHER);
    let changed = shop
        .db
        .write(|tx| change_own_password(tx, &budi.actor(), budi.id, hash, &here.hash(), after_s(1)))
        .unwrap();
    assert!(!changed.must_change);
    assert!(shop.session(&here, after_s(2)).is_some());
    assert!(shop.session(&owners, after_s(2)).is_some());
    for token in &elsewhere {
        assert!(shop.session(token, after_s(2)).is_none());
    }
    assert!(matches!(shop.try_sign_in("Budi", RIGHT, after_s(3)), Err(SignInError::Wrong)));
    shop.try_sign_in("Budi", OTHER, after_s(4)).unwrap();
}

#[test]
fn a_password_reset_ends_every_session_and_forgives_failures_and_must_be_changed() {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Operator);
    let token = shop.sign_in_at("Budi", Place::Window, OPENING);
    for _ in 0..3 {
        assert!(matches!(shop.try_sign_in("Budi", OTHER, OPENING), Err(SignInError::Wrong)));
    }
    let hash = hashed(OTHER);
    let reset = shop.db.write(|tx| reset_password(tx, &shop.owner.actor(), budi.id, hash, OPENING)).unwrap();
    assert!(reset.must_change);
    assert!(shop.session(&token, OPENING).is_none());
    assert!(shop.try_sign_in("Budi", OTHER, OPENING).unwrap().person.must_change);
}

#[test]
fn a_disabled_persons_session_dies_and_does_not_return_with_them() {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Operator);
    let token = shop.sign_in_at("Budi", Place::Window, OPENING);
    shop.db.write(|tx| disable(tx, &shop.owner.actor(), budi.id, after_s(1))).unwrap();
    assert!(shop.session(&token, after_s(2)).is_none());
    shop.db.write(|tx| enable(tx, &shop.owner.actor(), budi.id, after_s(3))).unwrap();
    assert!(shop.session(&token, after_s(4)).is_none());
}

#[test]
fn a_person_disabled_by_any_other_way_has_no_session_either() {
    let shop = shop();
    let token = shop.sign_in_at("Ibu Sri", Place::Window, OPENING);
    shop.db.write(|tx| tx.run("UPDATE staff SET disabled = 1", params![])).unwrap();
    assert!(shop.session(&token, after_s(1)).is_none());
}

#[test]
fn a_new_role_counts_from_the_next_request_of_a_session_that_goes_on() {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Admin);
    let token = shop.sign_in_at("Budi", Place::Window, OPENING);
    shop.db.write(|tx| change_role(tx, &shop.owner.actor(), budi.id, Role::Viewer, after_s(1))).unwrap();
    assert_eq!(shop.session(&token, after_s(2)).unwrap().person.role, Role::Viewer);
}

#[test]
fn signing_out_ends_one_session_and_ending_all_ends_the_rest() {
    let shop = shop();
    let [first, second, third] = [1, 2, 3].map(|_| shop.sign_in_at("Ibu Sri", Place::Window, OPENING));
    let actor = shop.owner.actor();
    shop.db.write(|tx| end_session(tx, &actor, &first.hash(), after_s(1))).unwrap();
    assert!(shop.session(&first, after_s(2)).is_none());
    let open = shop.db.read(|tx| sessions(tx, shop.owner.id, after_s(2))).unwrap();
    let open: BTreeSet<&str> = open.iter().map(|session| session.token_hash.as_str()).collect();
    assert_eq!(open, BTreeSet::from([second.hash().as_str(), third.hash().as_str()]));
    let ended = shop.db.write(|tx| end_sessions_of(tx, &actor, shop.owner.id, after_s(3))).unwrap();
    assert_eq!(ended, 2);
    assert!(shop.session(&third, after_s(4)).is_none());
}

#[test]
fn the_eleventh_session_ends_the_one_seen_longest_ago() {
    let shop = shop();
    let tokens: Vec<SessionToken> =
        (0..11).map(|count| shop.sign_in_at("Ibu Sri", Place::Window, after_s(count))).collect();
    assert!(shop.session(&tokens[0], after_s(20)).is_none());
    assert!(tokens[1..].iter().all(|token| shop.session(token, after_s(20)).is_some()));
    assert_eq!(MOST_SESSIONS, 10);
}

#[test]
fn no_clock_set_back_revives_a_session() {
    let shop = shop();
    let token = shop.sign_in_at("Ibu Sri", Place::Browser, after_min(60));
    // A correction of a few minutes is everyday life; an hour is not.
    assert!(shop.session(&token, after_min(56)).is_some());
    assert!(shop.session(&token, OPENING).is_none());
    let ended = shop.db.write(|tx| end_expired_sessions(tx, after_min(90))).unwrap();
    assert_eq!(ended, 1);
    assert!(shop.session(&token, after_min(61)).is_none());
}

#[test]
fn sessions_that_ended_long_ago_are_forgotten_and_open_ones_are_not() {
    let shop = shop();
    let count = || {
        let sql = "SELECT COUNT(*) FROM sessions";
        shop.db.read(|tx| tx.one(sql, params![], |row| row.int(0))).unwrap()
    };
    let day = 24 * 60;
    shop.sign_in_at("Ibu Sri", Place::Browser, OPENING);
    shop.sign_in_at("Ibu Sri", Place::Browser, after_min(day));
    shop.sign_in_at("Ibu Sri", Place::Browser, after_min(90 * day));
    assert_eq!(count(), 3);
    shop.sign_in_at("Ibu Sri", Place::Browser, after_min(92 * day));
    assert_eq!(count(), 3, "the first one ended 91 days ago");
}

#[test]
fn a_session_keeps_the_counter_that_was_picked_for_it() {
    let shop = shop();
    let (here, elsewhere) = (
        shop.sign_in_at("Ibu Sri", Place::Window, OPENING),
        shop.sign_in_at("Ibu Sri", Place::Browser, OPENING),
    );
    assert_eq!(shop.session(&here, OPENING).unwrap().counter, None);
    let counter = CounterId::new(OPENING, &mut shop.rng());
    let pick = |counter| {
        let actor = shop.owner.actor();
        shop.db.write(|tx| set_session_counter(tx, &actor, &here.hash(), counter, OPENING)).unwrap();
    };
    pick(Some(counter));
    pick(Some(counter));
    assert_eq!(shop.session(&here, OPENING).unwrap().counter, Some(counter));
    assert_eq!(shop.session(&elsewhere, OPENING).unwrap().counter, None);
    pick(None);
    assert_eq!(shop.session(&here, OPENING).unwrap().counter, None);
    assert_eq!(shop.deeds().iter().filter(|deed| *deed == "staff.pick_counter").count(), 2);
}
