use super::*;

#[test]
fn the_right_name_in_any_case_and_the_right_password_let_in() {
    let shop = shop();
    let signed_in = shop.try_sign_in("  ibu   SRI ", RIGHT, after_s(5)).unwrap();
    assert_eq!(signed_in.person.id, shop.owner.id);
    assert_eq!(signed_in.person.last_sign_in_at, Some(after_s(5)));
    let session = shop.session(&signed_in.token, after_s(6)).unwrap();
    assert_eq!((session.person, session.place), (signed_in.person, Place::Window));
    assert_eq!(shop.deeds(), ["staff.found", "staff.sign_in"]);
}

#[test]
fn nobody_is_told_whether_the_name_or_the_password_was_wrong() {
    let shop = shop();
    let long = "x".repeat(500);
    for (who, password) in
        [("Ibu Sri", OTHER), ("Ibu Sri", ""), ("Maling", RIGHT), ("", RIGHT), (&long, RIGHT), ("Ibu", &long)]
    {
        assert!(matches!(shop.try_sign_in(who, password, OPENING), Err(SignInError::Wrong)), "{who}");
    }
}

#[test]
fn a_name_nobody_has_costs_a_hash_as_well() {
    let shop = shop();
    let cost_of = |who: &str| {
        let before = derivations_on_this_thread();
        assert!(matches!(shop.try_sign_in(who, OTHER, OPENING), Err(SignInError::Wrong)));
        derivations_on_this_thread() - before
    };
    assert_eq!(cost_of("Ibu Sri"), 1);
    assert_eq!(cost_of("Maling"), 1);
    assert_eq!(cost_of(&"x".repeat(41)), 1);
    assert_eq!(cost_of(""), 1);
}

#[test]
fn the_wait_is_one_two_four_eight_and_then_ten_seconds_from_the_third_failure_on() {
    let waits: Vec<u64> = (0..10).map(|failures| WINDOW.delay(failures).as_secs()).collect();
    assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 10, 10, 10]);
    assert_eq!(WINDOW.delay(u32::MAX).as_secs(), 10);
}

#[test]
fn at_a_browser_the_tenth_failure_locks_out_for_five_minutes_and_the_fifteenth_for_fifteen() {
    let door = browser("192.168.1.20");
    let minutes = |failures| door.delay(failures).as_secs() / 60;
    assert_eq!([9, 10, 14, 15, 16, u32::MAX].map(minutes), [0, 5, 5, 15, 15, 15]);
    for failures in 0..10 {
        assert_eq!(door.delay(failures), WINDOW.delay(failures), "{failures}");
    }
}

/// The failures of these numbers in a row, each as soon as it is weighed; answers when the next one would be.
fn guess(shop: &Shop, door: &Door, numbers: std::ops::RangeInclusive<u32>, first: Timestamp) -> Timestamp {
    numbers.fold(first, |now, number| {
        assert!(matches!(shop.try_at(door, "Ibu Sri", OTHER, now), Err(SignInError::Wrong)), "{number}");
        now + door.delay(number)
    })
}

#[test]
fn a_browser_that_guesses_locks_itself_out_and_nobody_else() {
    let shop = shop();
    let (thief, other) = (browser("192.168.1.66"), browser("192.168.1.20"));
    let until = guess(&shop, &thief, 1..=10, OPENING);
    let early = until - Duration::from_millis(1);
    assert!(
        matches!(shop.try_at(&thief, "Ibu Sri", RIGHT, early), Err(SignInError::Wait { until: at }) if at == until)
    );
    // The owner gets in at another browser and at the shop's own window, at once and in the middle of it.
    shop.try_at(&other, "Ibu Sri", RIGHT, early).unwrap();
    shop.try_at(&WINDOW, "Ibu Sri", RIGHT, early).unwrap();
    assert!(
        matches!(shop.try_at(&thief, "Ibu Sri", RIGHT, early), Err(SignInError::Wait { .. })),
        "what others prove elsewhere frees no guesser"
    );
    let later = guess(&shop, &thief, 11..=15, until);
    let fifteen = Duration::from_mins(15);
    assert!(matches!(
        shop.try_at(&thief, "Ibu Sri", RIGHT, later - fifteen),
        Err(SignInError::Wait { until }) if until == later
    ));
    shop.try_at(&thief, "Ibu Sri", RIGHT, later).unwrap();
    shop.try_at(&thief, "Ibu Sri", OTHER, later).unwrap_err();
    shop.try_at(&thief, "Ibu Sri", RIGHT, later).unwrap();
}

#[test]
fn one_network_is_one_source_however_many_addresses_it_hands_out() {
    let sources = |address: &str| browser(address).source();
    assert_eq!(sources("2001:db8:1:2::1"), sources("2001:db8:1:2:ffff::9"));
    assert_ne!(sources("2001:db8:1:2::1"), sources("2001:db8:1:3::1"));
    assert_eq!(sources("::ffff:192.168.1.20"), sources("192.168.1.20"));
    assert_ne!(sources("192.168.1.20"), sources("192.168.1.21"));
    assert_ne!(Door { address: None, ..browser("::1") }.source(), WINDOW.source());
}

#[test]
fn what_is_remembered_of_failures_is_bounded_and_ends_after_a_day() {
    let shop = shop();
    let rows = || {
        let sql = "SELECT COUNT(*) FROM sign_in_failures";
        shop.db.read(|tx| tx.one(sql, params![], |row| row.int(0))).unwrap()
    };
    shop.db
        .write(|tx| {
            (0..1_200).try_for_each(|turn| {
                let address = format!("10.0.{}.{}", turn / 256, turn % 256);
                store::count_failure(tx, shop.owner.id, &address, after_s(turn))
            })
        })
        .unwrap();
    assert_eq!(rows(), 1_000);
    assert!(shop.try_at(&browser("10.9.9.9"), "Ibu Sri", OTHER, after_min(26 * 60)).is_err());
    assert_eq!(rows(), 1);
}

#[test]
fn a_lock_out_stands_in_the_trail_with_its_address() {
    let shop = shop();
    guess(&shop, &browser("192.168.1.66"), 1..=10, OPENING);
    let failed = shop.db.read(|tx| audit::entries(tx, None, 1)).unwrap().remove(0);
    assert_eq!(failed.detail, r#"{"address":"192.168.1.66","failures":10,"locked_out_min":5}"#);
}

#[test]
fn wrong_passwords_delay_even_the_right_one_and_success_forgives_them() {
    let shop = shop();
    let mut now = OPENING;
    for wait_s in [0, 0, 1, 2, 4, 8, 10, 10] {
        assert!(matches!(shop.try_sign_in("Ibu Sri", OTHER, now), Err(SignInError::Wrong)));
        let until = now + Duration::from_secs(wait_s);
        if wait_s > 0 {
            let early = until - Duration::from_millis(1);
            for moment in [now, early] {
                let refused = shop.try_sign_in("Ibu Sri", RIGHT, moment);
                assert!(
                    matches!(refused, Err(SignInError::Wait { until: told }) if told == until),
                    "{wait_s}"
                );
            }
        }
        now = until;
    }
    shop.try_sign_in("Ibu Sri", RIGHT, now).unwrap();
    for _ in 0..2 {
        assert!(matches!(shop.try_sign_in("Ibu Sri", OTHER, now), Err(SignInError::Wrong)));
    }
    shop.try_sign_in("Ibu Sri", RIGHT, now).unwrap();
}

#[test]
fn an_attempt_in_the_delay_costs_no_hash_and_does_not_lengthen_it() {
    let shop = shop();
    for _ in 0..3 {
        assert!(matches!(shop.try_sign_in("Ibu Sri", OTHER, OPENING), Err(SignInError::Wrong)));
    }
    let before = derivations_on_this_thread();
    for _ in 0..50 {
        let refused = shop.try_sign_in("Ibu Sri", OTHER, OPENING);
        assert!(matches!(refused, Err(SignInError::Wait { until }) if until == after_s(1)));
    }
    assert_eq!(derivations_on_this_thread(), before);
    shop.try_sign_in("Ibu Sri", RIGHT, after_s(1)).unwrap();
}

#[test]
fn guesses_made_side_by_side_are_counted_as_if_made_in_a_row() {
    let shop = shop();
    let weighed: usize = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..12)
            .map(|_| {
                scope.spawn(|| matches!(shop.try_sign_in("Ibu Sri", OTHER, OPENING), Err(SignInError::Wrong)))
            })
            .collect();
        guesses.into_iter().map(|guess| usize::from(guess.join().unwrap())).sum()
    });
    assert_eq!(weighed, 3);
}

#[test]
fn a_clock_set_back_neither_skips_the_delay_nor_stretches_it() {
    let shop = shop();
    for _ in 0..3 {
        assert!(matches!(shop.try_sign_in("Ibu Sri", OTHER, after_min(600)), Err(SignInError::Wrong)));
    }
    let refused = shop.try_sign_in("Ibu Sri", RIGHT, OPENING);
    assert!(matches!(refused, Err(SignInError::Wait { until }) if until == after_s(1)), "{refused:?}");
    shop.try_sign_in("Ibu Sri", RIGHT, after_s(1)).unwrap();
}

#[test]
fn one_persons_wrong_passwords_delay_nobody_else() {
    let shop = shop();
    shop.hire("Budi", Role::Operator);
    for _ in 0..3 {
        assert!(matches!(shop.try_sign_in("Budi", OTHER, OPENING), Err(SignInError::Wrong)));
    }
    assert!(matches!(shop.try_sign_in("Budi", RIGHT, OPENING), Err(SignInError::Wait { .. })));
    shop.try_sign_in("Ibu Sri", RIGHT, OPENING).unwrap();
}

#[test]
fn a_hash_from_cheaper_days_is_made_anew_at_the_next_sign_in_and_then_left_alone() {
    let shop = shop();
    let id = shop.owner.id;
    let dearer = Door { cost: Cost::FLOOR, ..WINDOW };
    let sign_in = || {
        shop.try_at(&dearer, "Ibu Sri", RIGHT, OPENING).unwrap();
        shop.kept_hash(id)
    };
    assert!(shop.kept_hash(id).starts_with("$argon2id$v=19$m=8,"));
    let fresher = sign_in();
    assert!(fresher.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{fresher}");
    assert_eq!(sign_in(), fresher);
    assert!(matches!(shop.try_sign_in("Ibu Sri", OTHER, OPENING), Err(SignInError::Wrong)));
    shop.try_sign_in("Ibu Sri", RIGHT, OPENING).unwrap();
    assert_eq!(shop.kept_hash(id), fresher, "a cost that fell weakens no hash");
}

#[test]
fn a_disabled_person_is_told_so_only_with_the_right_password() {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Operator);
    shop.db.write(|tx| disable(tx, &shop.owner.actor(), budi.id, OPENING)).unwrap();
    assert!(matches!(shop.try_sign_in("Budi", OTHER, OPENING), Err(SignInError::Wrong)));
    assert!(matches!(shop.try_sign_in("Budi", RIGHT, OPENING), Err(SignInError::Disabled)));
    shop.db.write(|tx| enable(tx, &shop.owner.actor(), budi.id, OPENING)).unwrap();
    shop.try_sign_in("Budi", RIGHT, OPENING).unwrap();
}

#[test]
fn a_password_asked_again_is_guarded_as_a_sign_in_is() {
    let shop = shop();
    let id = shop.owner.id;
    for _ in 0..2 {
        assert!(matches!(confirm_password(&shop.db, &WINDOW, id, OTHER, OPENING), Err(SignInError::Wrong)));
    }
    confirm_password(&shop.db, &WINDOW, id, RIGHT, OPENING).unwrap();
    for _ in 0..3 {
        assert!(matches!(confirm_password(&shop.db, &WINDOW, id, OTHER, OPENING), Err(SignInError::Wrong)));
    }
    assert!(matches!(confirm_password(&shop.db, &WINDOW, id, RIGHT, OPENING), Err(SignInError::Wait { .. })));
    assert!(matches!(shop.try_sign_in("Ibu Sri", RIGHT, OPENING), Err(SignInError::Wait { .. })));
}

#[test]
fn failed_attempts_are_in_the_chain_and_what_was_typed_as_a_name_is_not() {
    let shop = shop();
    assert!(matches!(shop.try_sign_in("Ibu Sri", OTHER, OPENING), Err(SignInError::Wrong)));
    assert!(matches!(shop.try_sign_in("Maling", OTHER, OPENING), Err(SignInError::Wrong)));
    assert_eq!(shop.deeds(), ["staff.found", "staff.sign_in_failed"]);
    let failed = shop.db.read(|tx| audit::entries(tx, None, 1)).unwrap().remove(0);
    assert_eq!(failed.detail, r#"{"failures":1}"#);
}
