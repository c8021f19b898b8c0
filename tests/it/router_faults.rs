//! A batch under a router that fails.

use karcis_core::outbox::{self, Circuit};
use karcis_core::plans::{self, PlanRequest};
use karcis_core::vouchers::{self, BatchState};
use karcis_tests::{Plug, TestShop, request_of};
use routeros_sim::{Break, Fault, Limit, Sim, Version};
use std::time::Duration;

const HALF_AN_HOUR: Duration = Duration::from_secs(1_800);

#[tokio::test]
async fn a_router_that_dies_at_300_of_500_ends_with_exactly_500() {
    for how in [Break::Fin, Break::Rst] {
        let mut shop = TestShop::open().await;
        let batch = shop.issue(500);
        let death = Fault::DropAfter { limit: Limit::SentencesSent(300), how };
        shop.sim.arm(death.on("/ip/hotspot/user/add"));
        shop.work().await;
        let tally = shop.tally(&batch);
        assert!(tally.pending > 0, "{how:?}: {tally:?}");
        assert_eq!(shop.lane().circuit, Circuit::Open);
        assert!(shop.our_users().len() >= 300);
        shop.restart_engine();
        let tally = shop.work_until_settled(&batch, HALF_AN_HOUR).await;
        assert_eq!(tally.on_router, 500);
        shop.check(&batch, 500);
    }
}

#[tokio::test]
async fn a_command_applied_but_never_answered_doubles_nothing() {
    for command in [
        "/login",
        "/ip/hotspot/user/profile/print",
        "/ip/hotspot/user/profile/add",
        "/ip/hotspot/user/add",
        "/ip/hotspot/user/print",
    ] {
        let mut shop = TestShop::open().await;
        let batch = shop.issue(60);
        shop.sim.arm(Fault::ApplyThenDrop.on(command));
        shop.work_until_settled(&batch, HALF_AN_HOUR).await;
        shop.check(&batch, 60);
        let ours = shop.sim.rows("/ip/hotspot/user/profile");
        let ours: Vec<_> = ours.iter().filter(|row| row["name"].starts_with("krc-")).collect();
        assert_eq!(ours.len(), 1, "{command}: one profile");
    }
}

#[tokio::test]
async fn a_set_or_remove_applied_but_never_answered_ends_as_wished() {
    for command in ["/ip/hotspot/user/set", "/ip/hotspot/user/remove", "/ip/hotspot/user/profile/set"] {
        let mut shop = TestShop::open().await;
        let batch = shop.issue(4);
        shop.work().await;
        let cards = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
        let now = shop.now();
        shop.sim.arm(Fault::ApplyThenDrop.on(command));
        let profile = shop.plan.profile_name.clone();
        shop.sim.set("/ip/hotspot/user/profile", &profile, &[("shared-users", "9")]).unwrap();
        let request = PlanRequest { shared_users: 2, ..request_of(&shop.plan) };
        shop.db
            .write(|tx| {
                plans::change(tx, &shop.owner, shop.plan.id, &request, now)
                    .map_err(karcis_core::fault::Fault::new)?;
                vouchers::set_disabled(tx, &shop.owner, cards[0].id, true, now)
                    .map_err(karcis_core::fault::Fault::new)?;
                vouchers::void_voucher(tx, &shop.owner, cards[1].id, "salah", now)
                    .map_err(karcis_core::fault::Fault::new)
            })
            .unwrap();
        for _ in 0..40 {
            shop.work().await;
            shop.later(Duration::from_secs(5));
        }
        assert_eq!(shop.sim.user(&cards[0].code).unwrap()["disabled"], "true", "{command}");
        assert!(shop.sim.user(&cards[1].code).is_none(), "{command}");
        let profiles = shop.sim.rows("/ip/hotspot/user/profile");
        let ours = profiles.iter().find(|row| row["name"] == profile).unwrap();
        assert_eq!(ours["shared-users"], "2", "{command}");
        assert_eq!(shop.our_users().len(), 3);
    }
}

#[tokio::test]
async fn a_reboot_that_forgets_the_last_commands_is_noticed() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(500);
    shop.sim.arm(Fault::DropBeforeApply.on("/ip/hotspot/user/print"));
    shop.work().await;
    shop.sim.reboot(120);
    assert!(shop.our_users().len() < 500);
    shop.sim.power_on().unwrap();
    shop.work_until_settled(&batch, HALF_AN_HOUR).await;
    shop.check(&batch, 500);
}

#[tokio::test]
async fn a_wrong_password_blocks_the_lane_and_is_not_tried_again_by_itself() {
    let mut shop = TestShop::open().await;
    shop.sim.set_password("karcis", "diganti").unwrap();
    let batch = shop.issue(10);
    shop.work().await;
    let lane = shop.lane();
    assert_eq!((lane.circuit, lane.last_error.as_deref()), (Circuit::Blocked, Some("login_refused")));
    let logins = shop.sim.command_count_of("/login");
    for _ in 0..100 {
        shop.later(Duration::from_secs(60));
        shop.work().await;
    }
    assert_eq!(shop.sim.command_count_of("/login"), logins, "RouterOS may blacklist who keeps trying");
    shop.sim.set_password("karcis", "kata-sandi-router").unwrap();
    let now = shop.now();
    shop.db.write(|tx| outbox::unblock(tx, &outbox::Lane::Router(shop.router), now)).unwrap();
    shop.work_until_settled(&batch, HALF_AN_HOUR).await;
    shop.check(&batch, 10);
}

#[tokio::test]
async fn a_changed_certificate_is_refused_until_a_person_accepts_it() {
    let mut shop = TestShop::with(Sim::builder(), Plug::Tls).await;
    let first = shop.issue(5);
    shop.work().await;
    shop.check(&first, 5);
    let pinned = shop.router().pin.expect("pinned on first use");
    shop.sim.replace_certificate().unwrap();
    shop.sim.close_connections();
    let second = shop.issue(5);
    shop.work().await;
    assert_eq!(shop.tally(&second).pending, 5, "nothing is sent to a router we do not know");
    for _ in 0..30 {
        shop.later(Duration::from_secs(10));
        shop.work().await;
    }
    let lane = shop.lane();
    assert_eq!((lane.circuit, lane.last_error.as_deref()), (Circuit::Blocked, Some("certificate_changed")));
    assert_eq!(shop.router().pin.as_deref(), Some(pinned.as_str()));
    let now = shop.now();
    shop.db.write(|tx| karcis_core::routers::forget_pin(tx, &shop.owner, shop.router, now)).unwrap();
    shop.work_until_settled(&second, HALF_AN_HOUR).await;
    assert_eq!(shop.tally(&second).on_router, 5);
    assert_ne!(shop.router().pin, Some(pinned));
}

#[tokio::test]
async fn a_router_that_is_away_costs_one_probe_at_a_time_and_resumes() {
    let mut shop = TestShop::open().await;
    shop.sim.reboot(0);
    let batch = shop.issue(2_000);
    let mut probes = 0;
    for _ in 0..120 {
        let carried = shop.engine.tick().await.unwrap().carried;
        probes += carried;
        shop.later(Duration::from_secs(1));
    }
    assert!((3..=8).contains(&probes), "5 s doubling to 60 s in two minutes, not one probe a note: {probes}");
    let (waiting, oldest) =
        shop.db.read(|tx| outbox::waiting(tx, &outbox::Lane::Router(shop.router))).unwrap();
    assert_eq!((waiting, oldest.is_some()), (5, true), "a profile and four chunks wait");
    shop.sim.power_on().unwrap();
    shop.work_until_settled(&batch, HALF_AN_HOUR).await;
    shop.check(&batch, 2_000);
}

#[tokio::test]
async fn every_version_takes_a_batch() {
    for version in [Version::V6_42_12, Version::V6_49_10, Version::V7_9_2, Version::V7_16, Version::V7_22_3] {
        let mut shop = TestShop::with(Sim::builder().version(version), Plug::Plain).await;
        let batch = shop.issue(80);
        shop.work().await;
        shop.check(&batch, 80);
        assert_eq!(shop.batch(&batch).state, BatchState::Ready, "{version:?}");
    }
}

#[tokio::test]
async fn traps_on_adding_do_what_they_mean() {
    for (message, circuit) in [
        ("not enough permissions (9)", Circuit::Blocked),
        ("failure: not enough space", Circuit::Open),
        ("failure: something nobody has seen", Circuit::Closed),
    ] {
        let mut shop = TestShop::open().await;
        let batch = shop.issue(50);
        let trap = Fault::Trap { category: None, message: message.to_owned() };
        shop.sim.arm(trap.on("/ip/hotspot/user/add").times(1));
        shop.work().await;
        assert_eq!(shop.lane().circuit, circuit, "{message}");
        let now = shop.now();
        shop.db.write(|tx| outbox::unblock(tx, &outbox::Lane::Router(shop.router), now)).unwrap();
        shop.work_until_settled(&batch, HALF_AN_HOUR).await;
        shop.check(&batch, 50);
    }
}
