//! What a bad network, or a router with an odd way of speaking, does to a conversation.

use crate::{HALF_AN_HOUR, ended_well};
use karcis_core::outbox::Circuit;
use karcis_tests::{Template, TestShop, strangers};
use routeros_sim::{Break, Fault, Limit, Sim, TagPosition};
use std::time::Duration;

const ADD: &str = "/ip/hotspot/user/add";
const COMMANDS: [&str; 5] = [
    "/login",
    "/ip/hotspot/user/profile/print",
    "/ip/hotspot/user/profile/add",
    ADD,
    "/ip/hotspot/user/print",
];

/// A shop whose router speaks with its tags there, and with its attributes in this order.
async fn shop_with(template: &Template, tag: TagPosition, shuffled: bool) -> TestShop {
    let sim = Sim::builder().tag_position(tag).knobs(|knobs| knobs.shuffle_attributes = shuffled);
    let shop = template.shop(sim).await;
    shop.sim.add_user("tamu", &[("comment", "punya orang")]).unwrap();
    shop
}

const WAYS_OF_SPEAKING: [(TagPosition, bool); 4] = [
    (TagPosition::Second, false),
    (TagPosition::Last, false),
    (TagPosition::Random, false),
    (TagPosition::Random, true),
];

#[tokio::test]
async fn a_router_silent_for_a_second_to_ten_minutes_is_probed_now_and_then_and_used_again() {
    let template = Template::with_batch(40).await;
    for (seconds, most_probes) in [(1, 1), (10, 3), (60, 6), (600, 15)] {
        let mut shop = template.shop(Sim::builder()).await;
        shop.answers_within(Duration::from_millis(80));
        let before = strangers(&shop);
        shop.sim.arm(Fault::Silence.on(ADD).after(20));
        shop.sim.arm(Fault::AcceptThenSilent.on("*").always());
        shop.work().await;
        let lane = shop.lane();
        assert_eq!((lane.circuit, lane.last_error.as_deref()), (Circuit::Open, Some("silent")));
        let mut probes = 0;
        for _ in 0..seconds {
            shop.later(Duration::from_secs(1));
            probes += shop.engine.tick().await.unwrap().carried;
        }
        assert!(probes <= most_probes, "{probes} probes in {seconds} s");
        assert_eq!(shop.tally(&template.batch).on_router, 0, "what is not read back is not on the router");
        shop.sim.disarm();
        shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
        ended_well(&shop, &template.batch, &before);
    }
}

#[tokio::test]
async fn half_a_sentence_before_the_end_is_no_answer() {
    let template = Template::with_batch(40).await;
    for command in COMMANDS {
        for fault in [
            Fault::HalfSentence,
            Fault::DropAfter { limit: Limit::BytesSent(9), how: Break::Fin },
            Fault::DropAfter { limit: Limit::BytesSent(9), how: Break::Rst },
        ] {
            let shop = template.shop(Sim::builder()).await;
            shop.sim.arm(fault.clone().on(command));
            shop.work().await;
            assert_eq!(shop.lane().circuit, Circuit::Open, "{fault:?} {command}");
            shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
            ended_well(&shop, &template.batch, &[]);
        }
    }
}

#[tokio::test]
async fn a_byte_at_a_time_is_slow_and_nothing_else() {
    let template = Template::with_batch(8).await;
    for (tag, shuffled) in WAYS_OF_SPEAKING {
        let shop = shop_with(&template, tag, shuffled).await;
        let before = strangers(&shop);
        shop.sim.arm(Fault::SlowDrip { bytes: 1, every: Duration::ZERO }.on("/login"));
        shop.work().await;
        assert_eq!(shop.sim.command_count_of("/login"), 1, "one conversation");
        ended_well(&shop, &template.batch, &before);
    }
}

#[tokio::test]
async fn a_pause_within_a_sentence_and_a_trembling_line_cost_nothing_but_time() {
    let template = Template::with_batch(100).await;
    let (least, most) = (Duration::ZERO, Duration::from_millis(4));
    for command in COMMANDS {
        let shop = template.shop(Sim::builder()).await;
        shop.sim.arm(Fault::Jitter { least, most }.on("*").always());
        shop.sim.arm(Fault::TornSentence { at: 7, pause: most }.on(command).times(3));
        shop.work().await;
        assert_eq!(shop.sim.command_count_of("/login"), 1, "{command}: one conversation");
        ended_well(&shop, &template.batch, &[]);
    }
}

#[tokio::test]
async fn answers_twice_or_in_another_order_and_words_nobody_knows_are_understood() {
    let template = Template::with_batch(60).await;
    for (tag, shuffled) in WAYS_OF_SPEAKING {
        for fault in [
            Fault::DuplicateReply,
            Fault::ReorderReplies(7),
            Fault::ExtraWord(".note=1".to_owned()),
            Fault::UnknownReply("!foo".to_owned()),
        ] {
            let shop = shop_with(&template, tag, shuffled).await;
            let before = strangers(&shop);
            match fault {
                // Once: while replies are held back, another order would let go of them.
                Fault::ReorderReplies(_) => shop.sim.arm(fault.clone().on(ADD).after(9)),
                _ => shop.sim.arm(fault.clone().on("/ip/*").always()),
            }
            shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
            assert_eq!(shop.sim.command_count_of("/login"), 1, "{fault:?}: one conversation");
            assert_eq!(shop.tally(&template.batch).rejected, 0, "{fault:?}: no code is given up");
            ended_well(&shop, &template.batch, &before);
        }
    }
}

#[tokio::test]
async fn a_late_answer_to_a_question_of_long_ago_is_not_taken_for_another() {
    let template = Template::with_batch(60).await;
    let stale = [
        sentence(&["!trap", ".tag=0000000002", "=message=not enough permissions (9)"]),
        sentence(&["!done", ".tag=0000000002"]),
        sentence(&["!re", ".tag=0000000001", "=.id=*FFFF", "=name=hantu"]),
        sentence(&["!done", ".tag=0000009999"]),
        sentence(&["!done"]),
    ];
    let shop = template.shop(Sim::builder()).await;
    shop.sim.arm(Fault::Garbage(stale.concat()).on(ADD).always());
    shop.sim.arm(Fault::Garbage(stale.concat()).on("/ip/hotspot/user/print").always());
    shop.work().await;
    assert_eq!(shop.sim.command_count_of("/login"), 1, "one conversation");
    ended_well(&shop, &template.batch, &[]);
}

#[tokio::test]
async fn bytes_that_are_no_sentence_end_the_conversation_and_not_the_batch() {
    let template = Template::with_batch(60).await;
    for garbage in [vec![0xf8], vec![0xff, 0xff], vec![0xef, 0xff, 0xff, 0xff]] {
        for command in COMMANDS {
            let mut shop = template.shop(Sim::builder()).await;
            shop.answers_within(Duration::from_millis(500));
            shop.sim.arm(Fault::Garbage(garbage.clone()).on(command));
            shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
            ended_well(&shop, &template.batch, &[]);
        }
    }
}

/// A sentence as it travels.
fn sentence(words: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in words {
        bytes.push(u8::try_from(word.len()).unwrap());
        bytes.extend_from_slice(word.as_bytes());
    }
    bytes.push(0);
    bytes
}
