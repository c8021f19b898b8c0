use super::*;

#[test]
fn nobody_is_there_at_first_and_the_owner_is_founded_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    assert!(!db.read(anybody).unwrap());
    let found = |who: &str| {
        let hash = hashed(RIGHT);
        db.write(|tx| found_owner(tx, name(who), hash, &mut rng(1), OPENING))
    };
    let owner = found("Ibu Sri").unwrap();
    assert_eq!((owner.role, owner.must_change, owner.disabled), (Role::SuperAdmin, false, false));
    assert!(db.read(anybody).unwrap());
    assert!(matches!(found("Maling"), Err(StaffError::AlreadyFounded)));
    assert_eq!(db.read(people).unwrap(), [owner]);
}

#[test]
fn one_request_to_hire_makes_one_person_however_often_it_comes() {
    let shop = shop();
    let ask = |who: &str, key: &str| {
        let hash = hashed(RIGHT);
        shop.db.write(|tx| {
            hire(tx, &shop.owner.actor(), name(who), Role::Operator, hash, key, &mut rng(5), OPENING)
        })
    };
    let first = ask("Budi", "request-1").unwrap();
    assert!(first.must_change);
    assert_eq!(ask("Budi", "request-1").unwrap(), first);
    assert!(matches!(ask("  BUDI ", "request-2"), Err(StaffError::NameTaken)));
    let names: Vec<String> = shop.db.read(people).unwrap().into_iter().map(|person| person.name).collect();
    assert_eq!(names, ["Budi", "Ibu Sri"]);
    assert_eq!(shop.deeds(), ["staff.found", "staff.hire"]);
}

#[test]
fn a_name_is_one_line_and_unique_without_regard_to_case_and_blanks() {
    let shop = shop();
    shop.hire("Budi Santoso", Role::Viewer);
    let hash = hashed(RIGHT);
    let again = shop.db.write(|tx| {
        hire(tx, &shop.owner.actor(), name("budi \t SANTOSO"), Role::Viewer, hash, "k", &mut rng(5), OPENING)
    });
    assert!(matches!(again, Err(StaffError::NameTaken)));
    assert!("".parse::<PersonName>().is_err());
    assert!("x".repeat(41).parse::<PersonName>().is_err());
}

#[test]
fn the_last_active_owner_is_neither_disabled_nor_demoted() {
    let shop = shop();
    let (actor, owner) = (shop.owner.actor(), shop.owner.id);
    let demote = |id| shop.db.write(|tx| change_role(tx, &actor, id, Role::Admin, OPENING));
    let bar = |id| shop.db.write(|tx| disable(tx, &actor, id, OPENING));
    assert!(matches!(demote(owner), Err(StaffError::LastOwner)));
    assert!(matches!(bar(owner), Err(StaffError::LastOwner)));

    let second = shop.hire("Pak Joko", Role::SuperAdmin).id;
    bar(second).unwrap();
    assert!(matches!(demote(owner), Err(StaffError::LastOwner)), "a disabled owner does not count");
    shop.db.write(|tx| enable(tx, &actor, second, OPENING)).unwrap();
    assert_eq!(demote(owner).unwrap().role, Role::Admin);
    assert!(matches!(bar(second), Err(StaffError::LastOwner)));
    let kept = shop.db.read(|tx| person(tx, second)).unwrap().unwrap();
    assert!(!kept.disabled && kept.role == Role::SuperAdmin);
}

#[test]
fn an_owner_who_is_disabled_already_may_be_demoted() {
    let shop = shop();
    let second = shop.hire("Pak Joko", Role::SuperAdmin).id;
    shop.db.write(|tx| disable(tx, &shop.owner.actor(), second, OPENING)).unwrap();
    let demoted = shop.db.write(|tx| change_role(tx, &shop.owner.actor(), second, Role::Viewer, OPENING));
    assert_eq!(demoted.unwrap().role, Role::Viewer);
}

#[test]
fn what_is_done_to_somebody_unknown_is_refused() {
    let shop = shop();
    let (actor, nobody) = (shop.owner.actor(), StaffId::new(OPENING, &mut rng(99)));
    let hash = hashed(RIGHT);
    let refusals = shop
        .db
        .write(|tx| {
            Ok::<_, Fault>([
                disable(tx, &actor, nobody, OPENING).map(|_| ()),
                enable(tx, &actor, nobody, OPENING).map(|_| ()),
                change_role(tx, &actor, nobody, Role::Admin, OPENING).map(|_| ()),
                reset_password(tx, &actor, nobody, hash, OPENING).map(|_| ()),
                set_preferences(tx, nobody, None, None, OPENING).map(|_| ()),
                end_sessions_of(tx, &actor, nobody, OPENING).map(|_| ()),
            ])
        })
        .unwrap();
    for refusal in refusals {
        assert!(matches!(refusal, Err(StaffError::Unknown)), "{refusal:?}");
    }
    assert_eq!(shop.deeds(), ["staff.found"]);
}

#[test]
fn every_change_leaves_one_row_in_a_whole_chain_and_no_change_leaves_none() {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Operator);
    let (actor, id) = (shop.owner.actor(), budi.id);
    for _ in 0..2 {
        shop.db.write(|tx| change_role(tx, &actor, id, Role::Admin, OPENING)).unwrap();
        shop.db.write(|tx| disable(tx, &actor, id, OPENING)).unwrap();
    }
    for _ in 0..2 {
        shop.db.write(|tx| enable(tx, &actor, id, OPENING)).unwrap();
        shop.db.write(|tx| set_preferences(tx, id, Some(Language::En), None, OPENING)).unwrap();
    }
    let hash = hashed(OTHER);
    shop.db.write(|tx| reset_password(tx, &actor, id, hash, OPENING)).unwrap();
    let token = shop.try_sign_in("Budi", OTHER, OPENING).unwrap().token;
    shop.db.write(|tx| end_session(tx, &budi.actor(), &token.hash(), OPENING)).unwrap();
    shop.db.write(|tx| end_session(tx, &budi.actor(), &token.hash(), OPENING)).unwrap();
    let deeds = [
        "staff.found",
        "staff.hire",
        "staff.change_role",
        "staff.disable",
        "staff.enable",
        "staff.set_preferences",
        "staff.reset_password",
        "staff.sign_in",
        "staff.end_session",
    ];
    assert_eq!(shop.deeds(), deeds);
    let Chain::Whole { rows, .. } = shop.db.read(audit::verify).unwrap() else {
        panic!("the chain is whole")
    };
    assert_eq!(rows, 9);
}

#[test]
fn preferences_are_kept_and_can_be_given_back_to_the_shop_and_the_system() {
    let shop = shop();
    let id = shop.owner.id;
    let set =
        |language, theme| shop.db.write(|tx| set_preferences(tx, id, language, theme, OPENING)).unwrap();
    let kept = set(Some(Language::En), Some(Theme::Dark));
    assert_eq!((kept.language, kept.theme), (Some(Language::En), Some(Theme::Dark)));
    let kept = set(None, None);
    assert_eq!((kept.language, kept.theme), (None, None));
}

#[test]
fn a_hire_that_is_refused_half_way_leaves_nobody_and_no_request_key() {
    let shop = shop();
    let hash = hashed(RIGHT);
    let refused: Result<(), StaffError> = shop.db.write(|tx| {
        hire(tx, &Actor::karcis(), name("Budi"), Role::Admin, hash, "request-1", &mut rng(5), OPENING)?;
        Err(Fault::new("the power went out").into())
    });
    assert!(refused.is_err());
    assert_eq!(shop.db.read(people).unwrap().len(), 1);
    assert_eq!(shop.db.read(|tx| settings::earlier_request(tx, "request-1", "staff.hire")).unwrap(), None);
}
