use std::collections::HashSet;
use std::time::Duration;

use routeros::hotspot::{self, NewUser, NewUserProfile, User, UserChange, UserProfile};
use routeros::values::Mac;
use routeros::{Query, TrapKind};
use routeros_sim::{Fault, Sim, Version};

use crate::signed_in;

fn voucher(name: &str) -> NewUser {
    NewUser { name: name.into(), password: name.into(), ..NewUser::default() }
}

async fn refusal(router: &routeros::Connection, command: routeros::Command) -> TrapKind {
    router.call(command).await.unwrap_err().trap().unwrap().kind()
}

#[tokio::test]
async fn a_user_is_added_with_all_it_has_and_read_back() {
    let (_sim, router) = signed_in(Sim::builder()).await;
    let new = NewUser {
        server: Some("hotspot1".into()),
        profile: Some("default".into()),
        comment: Some("K|b7|v12".into()),
        mac_address: Some(Mac([2, 0, 0, 0, 0, 1])),
        limit_uptime: Some(Duration::from_secs(3 * 3600)),
        limit_bytes_total: Some(1 << 30),
        disabled: true,
        ..voucher("k7m2")
    };
    let id = router.call(hotspot::user_add(&new)).await.unwrap().ret().unwrap().to_owned();
    let found = router.call(hotspot::users_where(Query::equal("name", "k7m2"))).await.unwrap();
    let wanted = User {
        id,
        name: "k7m2".into(),
        password: "k7m2".into(),
        server: "hotspot1".into(),
        profile: "default".into(),
        comment: "K|b7|v12".into(),
        mac_address: new.mac_address,
        limit_uptime: new.limit_uptime,
        limit_bytes_total: 1 << 30,
        disabled: true,
        ..User::default()
    };
    let users: Vec<User> = found.rows.iter().map(User::from_row).collect();
    assert!(users == [wanted], "{:?}", found.rows);
}

#[tokio::test]
async fn refusals_are_told_apart_in_every_version() {
    for version in Version::ALL {
        let (sim, router) = signed_in(Sim::builder().version(version)).await;
        sim.add_user("taken", &[]).unwrap();
        let no_profile = NewUser { profile: Some("nowhere".into()), ..voucher("k7m2") };
        let wrong_limit = hotspot::user_add(&voucher("k7m2")).set("limit-uptime", "soon");
        let cases = [
            (hotspot::user_add(&voucher("taken")), TrapKind::AlreadyExists),
            (hotspot::user_add(&no_profile), TrapKind::NoMatch),
            (hotspot::user_set("*FFFF", &UserChange::default()), TrapKind::NoSuchItem),
            (hotspot::user_remove(&["*FFFF"]), TrapKind::NoSuchItem),
            (hotspot::user_add(&voucher("k7m2")).set("colour", "red"), TrapKind::UnknownParameter),
            (wrong_limit, TrapKind::InvalidValue),
            (routeros::Command::new("/ip/hotspot/user/dance"), TrapKind::NoSuchCommand),
        ];
        for (command, wanted) in cases {
            let shown = format!("{version} {command:?}");
            assert_eq!(refusal(&router, command).await, wanted, "{shown}");
        }
        assert_eq!(sim.user_count(), 1, "{version}: a refusal changes nothing");
        sim.arm(Fault::DiskFull);
        assert_eq!(refusal(&router, hotspot::user_add(&voucher("k7m2"))).await, TrapKind::OutOfSpace);
    }
}

#[tokio::test]
async fn a_thousand_vouchers_go_out_together_and_every_one_arrives_once() {
    let (sim, router) = signed_in(Sim::builder()).await;
    let adds: Vec<_> =
        (0..1000).map(|number| router.start(hotspot::user_add(&voucher(&format!("k{number:04}"))))).collect();
    let mut ids = HashSet::new();
    for (number, add) in adds.into_iter().enumerate() {
        let id = add.await.unwrap().ret().unwrap().to_owned();
        assert_eq!(
            sim.user(&format!("k{number:04}")).unwrap()[".id"],
            id,
            "each reply belongs to its command"
        );
        ids.insert(id);
    }
    assert_eq!((ids.len(), sim.user_count()), (1000, 1000));

    let built_in = Query::equal("default", "true").negate();
    let count = router.call(hotspot::user_count(Some(built_in))).await.unwrap().count();
    assert_eq!(count, Some(1000));
    let names: Vec<String> = (0..1000).step_by(7).map(|number| format!("k{number:04}")).collect();
    let some = Query::one_of("name", names.iter().map(String::as_str)).unwrap();
    let found = router.call(hotspot::users_where(some).proplist(&["name"])).await.unwrap();
    assert!(found.rows.iter().map(|row| row.get("name").unwrap()).eq(names.iter().map(String::as_str)));
}

#[tokio::test]
async fn users_are_changed_switched_off_and_removed_by_their_ids() {
    let (sim, router) = signed_in(Sim::builder()).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(router.call(hotspot::user_add(&voucher(name))).await.unwrap().ret().unwrap().to_owned());
    }
    let [a, b, c] = [&ids[0], &ids[1], &ids[2]].map(String::as_str);
    let change = UserChange {
        comment: Some("note".into()),
        limit_uptime: Some(Duration::from_secs(60)),
        ..UserChange::default()
    };
    router.call(hotspot::user_set(a, &change)).await.unwrap();
    assert_eq!(sim.user("a").unwrap()["comment"], "note");
    let clear = UserChange { comment: Some(String::new()), ..UserChange::default() };
    router.call(hotspot::user_set(a, &clear)).await.unwrap();
    assert!(sim.user("a").unwrap().get("comment").is_none_or(String::is_empty));
    assert_eq!(sim.user("a").unwrap()["limit-uptime"], "1m", "what is not given stays");

    let disabled = async || {
        let all = router.call(hotspot::users()).await.unwrap();
        let off: Vec<String> =
            all.rows.iter().map(User::from_row).filter(|u| u.disabled).map(|u| u.name).collect();
        off
    };
    router.call(hotspot::user_disable(&[a, b])).await.unwrap();
    assert_eq!(disabled().await, ["a", "b"]);
    router.call(hotspot::user_enable(&[b])).await.unwrap();
    assert_eq!(disabled().await, ["a"]);
    router.call(hotspot::user_reset_counters(&[c])).await.unwrap();

    let missing = hotspot::user_remove(&[a, "*FFFF"]);
    assert_eq!(refusal(&router, missing).await, TrapKind::NoSuchItem);
    assert_eq!(sim.user_count(), 3, "all or none");
    router.call(hotspot::user_remove(&[a, c])).await.unwrap();
    assert_eq!(sim.users().len(), 1);
}

#[tokio::test]
async fn a_user_profile_is_added_changed_and_removed() {
    let (_sim, router) = signed_in(Sim::builder()).await;
    let profile = NewUserProfile {
        name: Some("harian".into()),
        shared_users: Some(2),
        rate_limit: Some("1M/5M".into()),
        keepalive_timeout: Some(Duration::from_secs(300)),
        add_mac_cookie: Some(true),
        mac_cookie_timeout: Some(Duration::from_secs(86_400)),
        on_login: Some(":log info \"masuk\"".into()),
        ..NewUserProfile::default()
    };
    let id = router.call(hotspot::user_profile_add(&profile)).await.unwrap().ret().unwrap().to_owned();
    let faster = NewUserProfile { rate_limit: Some("2M/10M".into()), ..NewUserProfile::default() };
    router.call(hotspot::user_profile_set(&id, &faster)).await.unwrap();
    let all = router.call(hotspot::user_profiles()).await.unwrap();
    let profiles: Vec<UserProfile> = all.rows.iter().map(UserProfile::from_row).collect();
    let found = profiles.iter().find(|profile| profile.id == id).unwrap();
    assert_eq!((found.name.as_str(), found.rate_limit.as_str()), ("harian", "2M/10M"));
    assert_eq!((found.shared_users, found.keepalive_timeout), (Some(2), profile.keepalive_timeout));
    assert_eq!((found.add_mac_cookie, found.mac_cookie_timeout), (true, profile.mac_cookie_timeout));
    assert_eq!(found.on_login, ":log info \"masuk\"");
    router.call(hotspot::user_profile_remove(&[&id])).await.unwrap();
    assert_eq!(router.call(hotspot::user_profiles()).await.unwrap().rows.len(), profiles.len() - 1);
}

#[tokio::test]
async fn a_listener_hears_what_others_change_until_it_is_cancelled() {
    let (sim, router) = signed_in(Sim::builder()).await;
    let mut changes = router.listen(routeros::Command::new("/ip/hotspot/user/listen"));
    routeros::system::identity(&router).await.unwrap();
    let id = sim.add_user("k7m2", &[]).unwrap();
    let added = changes.next().await.unwrap().unwrap();
    assert_eq!((added.id(), added.get("name")), (Some(id.as_str()), Some("k7m2")));
    sim.remove_user("k7m2").unwrap();
    let removed = changes.next().await.unwrap().unwrap();
    assert_eq!((removed.id(), removed.is_dead()), (Some(id.as_str()), true));
    assert_eq!(changes.cancel().await, Ok(()));
    assert!(routeros::system::identity(&router).await.is_ok(), "the session lives on");
}
