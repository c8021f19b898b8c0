//! A router that understands and says no.

use crate::{HALF_AN_HOUR, ended_well};
use karcis_core::fault::Fault as Ours;
use karcis_core::outbox::{self, Circuit, Lane};
use karcis_core::plans::{self, ProfileState};
use karcis_core::routers::{self, RouterRequest, SealedPassword};
use karcis_core::vouchers;
use karcis_tests::{Template, TestShop, Trial, broken_promises, request_of, try_all};
use rand::SeedableRng;
use rand::rngs::StdRng;
use routeros_sim::{Deed, Fault, Guest, LoginWay, Sim};
use std::time::Duration;

const ADD: &str = "/ip/hotspot/user/add";
const MESSAGES: [&str; 12] = [
    "failure: already have user with this name for this server",
    "failure: profile with the same name already exists",
    "no such item",
    "no such item (4)",
    "not enough permissions (9)",
    "failure: not enough space",
    "failure: disk full",
    "input does not match any value of profile",
    "invalid value for argument limit-uptime",
    "no such command prefix",
    "interrupted",
    "failure: something nobody has seen",
];
const WHILE_ADDING: [&str; 5] = [
    "/ip/hotspot/user/profile/print",
    "/ip/hotspot/user/profile/add",
    ADD,
    "/ip/hotspot/user/print",
    "/system/identity/print",
];
const WHILE_TAKING_BACK: [&str; 7] = [
    "/ip/hotspot/user/print",
    "/ip/hotspot/user/set",
    "/ip/hotspot/user/remove",
    "/ip/hotspot/active/print",
    "/ip/hotspot/active/remove",
    "/ip/hotspot/cookie/print",
    "/ip/hotspot/cookie/remove",
];

/// One refusal of one command.
struct Refusal {
    command: &'static str,
    message: &'static str,
    taking_back: bool,
}

impl Trial for Refusal {
    fn name(&self) -> String {
        let deed = if self.taking_back { "taking back" } else { "adding" };
        format!("{deed}, {}: {}", self.command, self.message)
    }
}

#[test]
fn every_refusal_of_every_command_ends_as_wished_once_a_person_has_looked() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let template = runtime.block_on(Template::with_batch(6));
    let mut refusals = Vec::new();
    for message in MESSAGES {
        let adding = WHILE_ADDING.iter().map(|command| Refusal { command, message, taking_back: false });
        let back = WHILE_TAKING_BACK.iter().map(|command| Refusal { command, message, taking_back: true });
        refusals.extend(adding.chain(back));
    }
    try_all("every_refusal", &refusals, async |refusal| {
        if refusal.taking_back {
            taken_back(&template, refusal).await
        } else {
            added(&template, refusal).await
        }
    });
}

fn trap(refusal: &Refusal) -> Fault {
    Fault::Trap { category: None, message: refusal.message.to_owned() }
}

async fn added(template: &Template, refusal: &Refusal) -> Vec<String> {
    let shop = template.shop(Sim::builder()).await;
    shop.sim.arm(trap(refusal).on(refusal.command));
    settle_with_a_person(&shop).await;
    let mut broken = broken_promises(&shop, &template.batch, &[], true);
    if shop.tally(&template.batch).rejected > 0 {
        broken.push("a code was given up that nobody else has".to_owned());
    }
    if refusal.command != "/system/identity/print" && shop.sim.struck().len() != 1 {
        broken.push("nothing was refused".to_owned());
    }
    broken
}

/// Switches one card off and takes one back while both are online.
async fn taken_back(template: &Template, refusal: &Refusal) -> Vec<String> {
    let shop = template.shop(Sim::builder()).await;
    shop.work().await;
    let cards = shop.db.read(|tx| vouchers::printable(tx, template.batch.id)).unwrap();
    for (place, card) in cards[..2].iter().enumerate() {
        let (mac, address) = (format!("02:00:00:00:00:0{place}"), format!("10.5.50.1{place}"));
        let (user, password) = (card.code.as_str(), card.password.as_str());
        let guest = Guest { user, password, mac: &mac, address: &address, by: LoginWay::HttpPap };
        shop.sim.hotspot_login(&guest).unwrap();
    }
    let now = shop.now();
    shop.sim.arm(trap(refusal).on(refusal.command));
    shop.db.write(|tx| vouchers::set_disabled(tx, &shop.owner, cards[0].id, true, now)).unwrap();
    shop.db.write(|tx| vouchers::void_voucher(tx, &shop.owner, cards[1].id, "salah", now)).unwrap();
    settle_with_a_person(&shop).await;
    let mut broken = broken_promises(&shop, &template.batch, &[], true);
    let online: Vec<_> = shop.sim.rows("/ip/hotspot/active").iter().map(|row| row["user"].clone()).collect();
    let known: Vec<_> = shop.sim.rows("/ip/hotspot/cookie").iter().map(|row| row["user"].clone()).collect();
    if !(online.is_empty() && known.is_empty()) {
        broken.push(format!("{online:?} are online, the devices of {known:?} remembered"));
    }
    broken
}

/// Works until nothing is owed, for at most half an hour; a person looks at a lane that is blocked, at notes that were
/// given up and at a plan the router refused.
async fn settle_with_a_person(shop: &TestShop) {
    for _ in 0..360 {
        shop.work().await;
        if shop.lane().circuit == Circuit::Blocked {
            let said = shop.sim.command_count();
            shop.later(Duration::from_secs(600));
            shop.work().await;
            assert_eq!(shop.sim.command_count(), said, "nothing is said to a router that refuses us");
        }
        if rests(shop) {
            return;
        }
        put_right(shop);
        shop.later(Duration::from_secs(5));
    }
}

fn rests(shop: &TestShop) -> bool {
    let lane = Lane::Router(shop.router);
    let (waiting, _) = shop.db.read(|tx| outbox::waiting(tx, &lane)).unwrap();
    let attention = shop.db.read(|tx| outbox::needing_attention(tx, 1)).unwrap();
    waiting == 0 && attention.is_empty() && shop.lane().circuit == Circuit::Closed
}

fn put_right(shop: &TestShop) {
    let now = shop.now();
    let plan = shop.db.read(|tx| plans::plan(tx, shop.plan.id)).unwrap().unwrap();
    shop.db
        .write(|tx| {
            if outbox::lane(tx, &Lane::Router(shop.router))?.circuit == Circuit::Blocked {
                outbox::unblock(tx, &Lane::Router(shop.router), now)?;
            }
            for note in outbox::needing_attention(tx, 100)? {
                outbox::revive(tx, &shop.owner, note.id, now)?;
            }
            if plan.profile_state == ProfileState::Rejected {
                plans::change(tx, &shop.owner, plan.id, &request_of(&plan), now).map_err(Ours::new)?;
            }
            Ok::<_, Ours>(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_router_that_ends_the_session_with_a_reason_is_asked_again_later() {
    let template = Template::with_batch(40).await;
    for command in ["/login", "/ip/hotspot/user/profile/add", ADD, "/ip/hotspot/user/print"] {
        let shop = template.shop(Sim::builder()).await;
        shop.sim.arm(Fault::Fatal("session closed by administrator".to_owned()).on(command));
        shop.work().await;
        assert_eq!(shop.lane().circuit, Circuit::Open, "{command}");
        shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
        ended_well(&shop, &template.batch, &[]);
    }
}

#[tokio::test]
async fn a_password_changed_in_mid_batch_is_tried_once_and_the_new_one_goes_on() {
    let template = Template::with_batch(600).await;
    let shop = template.shop(Sim::builder()).await;
    let changed = ("password".to_owned(), "diganti-malam-ini".to_owned());
    let change = Deed::Set { path: "/user".to_owned(), row: "karcis".to_owned(), values: vec![changed] };
    shop.sim.arm(Fault::Meanwhile(change).on(ADD).after(550));
    shop.sim.arm(Fault::DropBeforeApply.on(ADD).after(551));
    shop.work().await;
    let (logins, tally) = (shop.sim.command_count_of("/login"), shop.tally(&template.batch));
    assert_eq!((tally.on_router, tally.pending, shop.lane().circuit), (500, 100, Circuit::Open));
    for _ in 0..360 {
        shop.later(Duration::from_secs(5));
        shop.work().await;
    }
    let lane = shop.lane();
    assert_eq!((lane.circuit, lane.last_error.as_deref()), (Circuit::Blocked, Some("login_refused")));
    assert_eq!(shop.sim.command_count_of("/login"), logins + 1, "RouterOS may blacklist who keeps trying");
    let mut rng = StdRng::seed_from_u64(9);
    let known = shop.router();
    let sealed = |key: &_| SealedPassword::seal(key, shop.router, "diganti-malam-ini", &mut rng);
    let request = RouterRequest {
        name: known.name,
        host: known.host,
        port: known.port,
        tls: false,
        plain_accepted: true,
        user_name: known.user_name,
        password: shop.keys.with(sealed),
        ssid: known.ssid,
    };
    let now = shop.now();
    shop.db.write(|tx| routers::change(tx, &shop.owner, shop.router, &request, now)).unwrap();
    shop.engine.reconnect(shop.router).await;
    shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
    ended_well(&shop, &template.batch, &[]);
}

#[tokio::test]
async fn rights_taken_away_in_mid_batch_block_the_lane_until_they_are_back() {
    let template = Template::with_batch(600).await;
    let shop = template.shop(Sim::builder()).await;
    let groups = shop.sim.rows("/user/group");
    let before = groups.iter().find(|group| group["name"] == "full").unwrap()["policy"].clone();
    shop.sim.arm(Fault::PolicyRemoved("write".to_owned()).on(ADD).after(550));
    shop.work().await;
    let lane = shop.lane();
    assert_eq!((lane.circuit, lane.last_error.as_deref()), (Circuit::Blocked, Some("not_permitted")));
    let said = shop.sim.command_count();
    shop.later(HALF_AN_HOUR);
    shop.work().await;
    assert_eq!(shop.sim.command_count(), said);
    shop.sim.set("/user/group", "full", &[("policy", &before)]).unwrap();
    put_right(&shop);
    shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
    ended_well(&shop, &template.batch, &[]);
}

#[tokio::test]
async fn a_router_without_space_is_waited_for_as_long_as_it_takes() {
    let template = Template::with_batch(600).await;
    // The text is not verified on a real router; it may be either.
    for message in ["failure: not enough space", "failure: disk full"] {
        let shop = template.shop(Sim::builder()).await;
        let full = Fault::Trap { category: None, message: message.to_owned() };
        shop.sim.arm(full.on(ADD).after(300).always());
        for _ in 0..60 {
            shop.work().await;
            shop.later(Duration::from_secs(60));
        }
        let lane = shop.lane();
        assert_eq!(
            (lane.circuit, lane.last_error.as_deref()),
            (Circuit::Open, Some("out_of_space")),
            "{message}"
        );
        assert_eq!(shop.db.read(|tx| outbox::needing_attention(tx, 10)).unwrap(), [], "no note is given up");
        shop.sim.disarm();
        shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
        ended_well(&shop, &template.batch, &[]);
    }
}
