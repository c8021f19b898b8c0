//! A router's life: it restarts, forgets, is crowded, is told the wrong time, and other people work on it.

use crate::{HALF_AN_HOUR, ended_well};
use karcis_core::vouchers;
use karcis_tests::{Template, TestShop, strangers};
use routeros_sim::{Deed, Farewell, Fault, ProfileRemoval, Reboot, Sim, Version};
use std::time::Duration;

const ADD: &str = "/ip/hotspot/user/add";
const PRINT: &str = "/ip/hotspot/user/print";
const USERS: &str = "/ip/hotspot/user";

#[tokio::test]
async fn a_reboot_in_mid_batch_that_forgets_what_was_read_back_already_is_made_up_for() {
    let template = Template::with_batch(1_100).await;
    for lost in [0, 40, 200, 560, 640] {
        let shop = template.shop(Sim::builder()).await;
        shop.sim.add_user("tamu", &[("comment", "punya orang")]).unwrap();
        let before = strangers(&shop);
        let reboot = Reboot::power_cut().losing_last(lost).until_power_on();
        shop.sim.arm(Fault::Reboot(reboot).on(ADD).after(1_050));
        shop.work().await;
        assert_eq!(shop.tally(&template.batch).on_router, 1_000, "two parts were read back");
        shop.later(Duration::from_secs(300));
        shop.sim.power_on().unwrap();
        shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
        ended_well(&shop, &template.batch, &before);
    }
}

#[tokio::test]
async fn a_router_that_comes_back_as_another_release_gets_the_rest_of_its_batch() {
    let template = Template::with_batch(600).await;
    for (from, to) in [
        (Version::V6_42_12, Version::V6_49_10),
        (Version::V6_49_10, Version::V7_9_2),
        (Version::V7_9_2, Version::V7_16),
        (Version::V7_16, Version::V7_22_3),
    ] {
        let shop = template.shop(Sim::builder().version(from)).await;
        let reboot = Reboot::graceful().into_version(to).until_power_on();
        shop.sim.arm(Fault::Reboot(reboot).on(ADD).after(550));
        shop.work().await;
        shop.sim.power_on().unwrap();
        shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
        assert_eq!(shop.sim.version(), to);
        ended_well(&shop, &template.batch, &[]);
    }
}

#[tokio::test]
async fn a_router_that_does_not_know_the_time_takes_a_batch_like_any_other() {
    let template = Template::with_batch(600).await;
    for version in [Version::V6_49_10, Version::V7_9_2, Version::V7_22_3] {
        for jump in [-1_795_000_000, -86_400, 31_536_000] {
            let shop = template.shop(Sim::builder().version(version)).await;
            shop.sim.arm(Fault::ClockJump(jump).on(ADD).after(100));
            shop.sim.arm(Fault::DropBeforeApply.on(ADD).after(300));
            shop.sim.arm(Fault::ClockJump(-jump).on(ADD).after(550));
            shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
            ended_well(&shop, &template.batch, &[]);
        }
        let shop = template.shop(Sim::builder().version(version)).await;
        let boot = Reboot::power_cut().losing_last(30).forgetting_the_time().until_power_on();
        shop.sim.arm(Fault::Reboot(boot).on(ADD).after(400));
        shop.work().await;
        shop.sim.power_on().unwrap();
        assert!(shop.sim.router_clock() < 200_000, "it woke in 1970");
        shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
        ended_well(&shop, &template.batch, &[]);
    }
}

#[tokio::test]
async fn ten_thousand_users_of_somebody_else_stay_as_they_are() {
    let template = Template::with_batch(600).await;
    let shop = template.shop(Sim::builder()).await;
    let cards = shop.db.read(|tx| vouchers::printable(tx, template.batch.id)).unwrap();
    for number in 0..9_997 {
        let comment = ["vc-123-05.01.23-note", "may/01/2023 12:00:00", "KRC1 bukan punya Karcis", ""];
        let properties = [("password", "rahasia"), ("comment", comment[number % 4]), ("limit-uptime", "3h")];
        shop.sim.add_user(&format!("lama{number}"), &properties).unwrap();
    }
    for place in [3, 499, 560] {
        shop.sim.add_user(&cards[place].code, &[("password", "punya-orang")]).unwrap();
    }
    let before = strangers(&shop);
    assert_eq!(before.len(), 10_000);
    shop.sim.arm(Fault::DropBeforeApply.on(ADD).after(320));
    shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
    assert_eq!(shop.tally(&template.batch).rejected, 3, "codes that were somebody else's");
    ended_well(&shop, &template.batch, &before);
}

fn deeds(code: &str) -> [Deed; 4] {
    let (path, row) = (USERS.to_owned(), code.to_owned());
    let set = |values: &[(&str, &str)]| {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Deed::Set { path: path.clone(), row: row.clone(), values }
    };
    [
        set(&[("name", "nama-lain")]),
        set(&[("password", "lain"), ("limit-uptime", "5h"), ("profile", "default")]),
        set(&[("disabled", "yes")]),
        Deed::Remove { path: path.clone(), row: row.clone() },
    ]
}

/// Shops on both sides of what nobody knows about names and servers.
async fn shops(template: &Template) -> [TestShop; 2] {
    let with = async |clash| {
        let sim = Sim::builder().knobs(|knobs| knobs.names_clash_across_servers = clash);
        template.shop(sim).await
    };
    [with(false).await, with(true).await]
}

#[tokio::test]
async fn a_user_changed_by_hand_before_it_is_read_back_is_put_right_and_not_doubled() {
    let template = Template::with_batch(30).await;
    for place in 0..4 {
        for shop in shops(&template).await {
            let cards = shop.db.read(|tx| vouchers::printable(tx, template.batch.id)).unwrap();
            let deed = deeds(&cards[7].code)[place].clone();
            shop.sim.arm(Fault::Meanwhile(deed).on(PRINT));
            shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
            ended_well(&shop, &template.batch, &[]);
        }
    }
}

#[tokio::test]
async fn a_user_renamed_or_removed_by_hand_while_its_batch_is_under_way_is_there_in_the_end() {
    let template = Template::with_batch(1_100).await;
    for place in [0, 3] {
        for shop in shops(&template).await {
            let cards = shop.db.read(|tx| vouchers::printable(tx, template.batch.id)).unwrap();
            let deed = deeds(&cards[7].code)[place].clone();
            shop.sim.arm(Fault::Meanwhile(deed).on(ADD).after(1_050));
            shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
            ended_well(&shop, &template.batch, &[]);
        }
    }
}

#[tokio::test]
async fn a_voucher_changed_by_hand_is_right_again_once_a_person_switches_it_in_karcis() {
    let template = Template::with_batch(5).await;
    for place in 0..4 {
        for shop in shops(&template).await {
            shop.work().await;
            let cards = shop.db.read(|tx| vouchers::printable(tx, template.batch.id)).unwrap();
            shop.sim.edit(&deeds(&cards[2].code)[place]).unwrap();
            let now = shop.now();
            for disabled in [true, false] {
                shop.db
                    .write(|tx| vouchers::set_disabled(tx, &shop.owner, cards[2].id, disabled, now))
                    .unwrap();
            }
            shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
            ended_well(&shop, &template.batch, &[]);
        }
    }
}

#[tokio::test]
async fn a_profile_removed_by_hand_in_mid_batch_comes_back() {
    let template = Template::with_batch(600).await;
    for removal in [ProfileRemoval::Dangling, ProfileRemoval::Refused, ProfileRemoval::Default] {
        let shop = template.shop(Sim::builder().knobs(|knobs| knobs.profile_removal = removal)).await;
        let deed =
            Deed::Remove { path: format!("{USERS}/profile"), row: template.batch.profile_name.clone() };
        // Before the first user: with users in it, what they show is for comparing the whole router.
        shop.sim.arm(Fault::Meanwhile(deed).on(ADD));
        shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
        ended_well(&shop, &template.batch, &[]);
    }
}

#[tokio::test]
async fn a_router_whose_sessions_are_all_taken_is_tried_again() {
    let template = Template::with_batch(30).await;
    for farewell in [Farewell::Silent, Farewell::Fatal] {
        let shop = template.shop(Sim::builder().knobs(|knobs| knobs.no_session = farewell)).await;
        shop.sim.arm(Fault::SessionLimit.on("*").times(4));
        shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
        ended_well(&shop, &template.batch, &[]);
    }
}
