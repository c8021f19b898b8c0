use super::*;

const APPROVE: Permission = Permission::new(Area::Counter, Deed::Update);

fn approve(shop: &Shop, who: Who<'_>, password: &str, now: Timestamp) -> Result<Actor, ApprovalError> {
    let cashier = shop.owner.actor();
    confirm_by(&shop.db, &WINDOW, who, password, APPROVE, &cashier, now)
}

#[test]
fn somebody_who_may_approves_with_their_own_password_and_it_stands_in_the_trail() {
    let shop = shop();
    let admin = shop.hire("Pak Dedi", Role::Admin);
    settle(&shop, &admin);
    for who in [Who::Known(admin.id), Who::Named("pak  DEDI")] {
        assert_eq!(approve(&shop, who, RIGHT, OPENING).unwrap(), admin.actor());
    }
    let row = shop.db.read(|tx| audit::entries(tx, None, 1)).unwrap().remove(0);
    assert_eq!((row.deed.as_str(), row.actor_name.as_str()), ("staff.approve", "Pak Dedi"));
    let owner = shop.owner.id;
    assert_eq!(row.detail, format!(r#"{{"area":"counter","asked_by":"{owner}","deed":"update"}}"#));
}

#[test]
fn who_may_not_themselves_cannot_approve_even_with_the_right_password() {
    let shop = shop();
    let (cashier, fresh) = (shop.hire("Budi", Role::Operator), shop.hire("Pak Dedi", Role::Admin));
    settle(&shop, &cashier);
    for person in [&cashier, &fresh] {
        // Right passwords are no guesses, however often they are typed.
        for _ in 0..5 {
            let refused = approve(&shop, Who::Known(person.id), RIGHT, OPENING);
            assert!(
                matches!(&refused, Err(ApprovalError::NotAllowed { name }) if *name == person.name),
                "{refused:?}"
            );
        }
    }
    assert!(!shop.deeds().contains(&"staff.approve".to_owned()));
}

#[test]
fn guessing_somebodys_approval_is_slowed_down_as_a_sign_in_is() {
    let shop = shop();
    let id = shop.owner.id;
    for _ in 0..3 {
        let wrong = approve(&shop, Who::Known(id), OTHER, OPENING);
        assert!(matches!(wrong, Err(ApprovalError::SignIn(SignInError::Wrong))));
    }
    let wait = approve(&shop, Who::Known(id), RIGHT, OPENING);
    assert!(matches!(wait, Err(ApprovalError::SignIn(SignInError::Wait { .. }))));
    assert!(matches!(shop.try_sign_in("Ibu Sri", RIGHT, OPENING), Err(SignInError::Wait { .. })));
    approve(&shop, Who::Known(id), RIGHT, after_s(1)).unwrap();
    assert!(matches!(
        approve(&shop, Who::Named("Maling"), RIGHT, after_s(1)),
        Err(ApprovalError::SignIn(SignInError::Wrong))
    ));
}

#[test]
fn a_disabled_person_approves_nothing() {
    let shop = shop();
    let admin = shop.hire("Pak Dedi", Role::Admin);
    settle(&shop, &admin);
    shop.db.write(|tx| disable(tx, &shop.owner.actor(), admin.id, OPENING)).unwrap();
    let refused = approve(&shop, Who::Known(admin.id), RIGHT, OPENING);
    assert!(matches!(refused, Err(ApprovalError::SignIn(SignInError::Disabled))));
}

/// They choose their own password, which happens to be the same.
fn settle(shop: &Shop, person: &Person) {
    let none = "0".repeat(64).parse().unwrap();
    let hash = hashed(RIGHT);
    shop.db.write(|tx| change_own_password(tx, &person.actor(), person.id, hash, &none, OPENING)).unwrap();
}
