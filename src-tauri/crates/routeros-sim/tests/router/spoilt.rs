//! Replies that come late, torn, twice, in another order, or hold what no manual knows.

use std::time::Duration;

use routeros_sim::{Deed, Fault, Sim, Speed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use crate::client::{RawClient, kinds, logged_in, push_sentence, read_sentence, refusal};

const ADD: &str = "/ip/hotspot/user/add";
const IDENTITY: &str = "/system/identity/print";

/// A client in a time that passes at once, and when it began.
async fn in_paused_time(router: Sim) -> (routeros_sim::SimHandle, RawClient, Instant) {
    let (sim, _, mut client) = logged_in(router).await;
    client.deadline = false;
    tokio::time::pause();
    (sim, client, Instant::now())
}

#[tokio::test]
async fn a_sentence_may_stop_within_and_go_on_later() {
    let (sim, mut client, started) = in_paused_time(Sim::builder()).await;
    sim.arm(Fault::TornSentence { at: 5, pause: Duration::from_secs(3) }.on(IDENTITY));
    client.send(&[IDENTITY]).await;
    client.stream.read_exact(&mut [0; 5]).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(3));
    let mut rest = [0; 22];
    client.stream.read_exact(&mut rest).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(3));
    assert!(rest.ends_with(b"\x05!done\0"), "{rest:?}");
}

#[tokio::test]
async fn jitter_lies_between_its_bounds_and_is_not_always_the_same() {
    let (sim, mut client, _) = in_paused_time(Sim::builder()).await;
    let (least, most) = (Duration::from_millis(100), Duration::from_millis(900));
    sim.arm(Fault::Jitter { least, most }.on(IDENTITY).always());
    let mut waits = std::collections::HashSet::new();
    for _ in 0..20 {
        let started = Instant::now();
        client.ask(&[IDENTITY]).await;
        let took = started.elapsed();
        assert!(took >= least && took <= most + Duration::from_millis(50), "{took:?}");
        waits.insert(took.as_millis() / 50);
    }
    assert!(waits.len() > 5, "{waits:?}");
}

#[tokio::test]
async fn a_router_that_does_not_read_for_a_while_obeys_later() {
    let (sim, mut client, started) = in_paused_time(Sim::builder()).await;
    sim.arm(Fault::StallReads(Duration::from_secs(5)).on(IDENTITY));
    client.ask(&[IDENTITY]).await;
    assert!(started.elapsed() < Duration::from_secs(1), "the reply itself is not held up");
    client.ask(&[IDENTITY]).await;
    assert!(started.elapsed() >= Duration::from_secs(5));
}

#[tokio::test]
async fn a_router_that_does_not_write_for_a_while_has_obeyed_all_the_same() {
    let (sim, mut client, started) = in_paused_time(Sim::builder()).await;
    sim.arm(Fault::StallWrites(Duration::from_secs(5)).on(ADD));
    client.ask(&[ADD, "=name=a"]).await;
    assert!(started.elapsed() >= Duration::from_secs(5));
    assert!(sim.user("a").is_some());
}

#[tokio::test]
async fn bytes_may_come_one_at_a_time() {
    let (sim, mut client, started) = in_paused_time(Sim::builder()).await;
    sim.arm(Fault::SlowDrip { bytes: 1, every: Duration::from_millis(10) }.on(IDENTITY));
    assert_eq!(kinds(&client.ask(&[IDENTITY]).await), ["!re", "!done"]);
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(250), "{took:?}");
}

#[tokio::test]
async fn a_fatal_end_gives_its_reason_and_does_nothing() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::Fatal("out of memory".to_owned()).on(ADD));
    client.send(&[ADD, "=name=a"]).await;
    assert_eq!(client.reply().await.unwrap().words, ["!fatal", "out of memory"]);
    assert!(client.is_closed().await);
    assert_eq!(sim.user_count(), 0);
}

#[tokio::test]
async fn a_group_may_lose_a_policy_in_the_middle_of_the_work() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::PolicyRemoved("write".to_owned()).on(ADD).after(1));
    assert_eq!(kinds(&client.ask(&[ADD, "=name=a"]).await), ["!done"]);
    for name in ["=name=b", "=name=c"] {
        assert_eq!(refusal(&client.ask(&[ADD, name]).await), "not enough permissions (9)");
    }
    assert_eq!(sim.user_count(), 1);
}

#[tokio::test]
async fn a_property_may_hold_bytes_that_are_no_text() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::NonUtf8 { field: "name".to_owned(), bytes: vec![0xFF, 0x80] }.on(IDENTITY));
    client.send(&[IDENTITY]).await;
    let words = read_sentence(&mut client.stream).await.unwrap();
    assert_eq!(words, [b"!re".to_vec(), b"=name=\xFF\x80".to_vec()]);
    assert_eq!(read_sentence(&mut client.stream).await.unwrap(), [b"!done".to_vec()]);
    assert_eq!(client.ask(&[IDENTITY]).await[0].value("name"), Some("MikroTik"), "once only");
}

#[tokio::test]
async fn bytes_that_are_no_sentence_come_before_the_reply() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::Garbage(vec![0xFF, 0x00, 0xF8]).on(IDENTITY));
    client.send(&[IDENTITY]).await;
    let mut bytes = [0; 7];
    client.stream.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"\xFF\x00\xF8\x03!re");
}

#[tokio::test]
async fn a_reply_may_come_twice_hold_a_strange_word_or_follow_a_strange_sentence() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    let mut heard = async |fault: Fault, sentences: usize| {
        sim.arm(fault.on(IDENTITY));
        client.send(&[IDENTITY, ".tag=7"]).await;
        let mut heard = Vec::new();
        for _ in 0..sentences {
            heard.push(client.reply().await.unwrap().words.join(" "));
        }
        heard
    };
    let (row, done) = ("!re .tag=7 =name=MikroTik", "!done .tag=7");
    assert_eq!(heard(Fault::DuplicateReply, 4).await, [row, row, done, done]);
    let noted = |text: &str| format!("{text} .note=1");
    assert_eq!(heard(Fault::ExtraWord(".note=1".to_owned()), 2).await, [noted(row), noted(done)]);
    assert_eq!(heard(Fault::UnknownReply("!foo".to_owned()), 3).await, ["!foo .tag=7", row, done]);
}

#[tokio::test]
async fn replies_may_come_in_reverse_order() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::ReorderReplies(3).on(ADD));
    // Sent at once: those that come late are not waited for.
    let mut all = Vec::new();
    for name in ["a", "b", "c", "d"] {
        push_sentence(&mut all, &[ADD, &format!(".tag={name}"), &format!("=name={name}")]);
    }
    client.stream.write_all(&all).await.unwrap();
    let mut order = Vec::new();
    for _ in 0..4 {
        order.push(client.reply().await.unwrap().words[1].clone());
    }
    assert_eq!(order, [".tag=c", ".tag=b", ".tag=a", ".tag=d"]);
    sim.arm(Fault::ReorderReplies(3).on(ADD));
    let alone = client.ask(&[ADD, ".tag=e", "=name=e"]).await;
    assert_eq!(kinds(&alone), ["!done"], "who waits for none but this one hears it all the same");
}

#[tokio::test]
async fn the_clock_may_jump_and_another_administrator_may_be_quicker() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    let before = sim.router_clock();
    sim.arm(Fault::ClockJump(-86_400).on(ADD));
    let values = vec![("name".to_owned(), "a".to_owned()), ("comment".to_owned(), "theirs".to_owned())];
    sim.arm(Fault::Meanwhile(Deed::Add { path: "/ip/hotspot/user".to_owned(), values }).on(ADD));
    let replies = client.ask(&[ADD, "=name=a"]).await;
    assert_eq!(refusal(&replies), "failure: already have user with this name for this server");
    assert!((sim.router_clock() - before + 86_400).abs() < 60);
    let gone = Deed::Remove { path: "/ip/hotspot/user".to_owned(), row: "a".to_owned() };
    sim.arm(Fault::Meanwhile(gone).on("/ip/hotspot/user/set"));
    let replies = client.ask(&["/ip/hotspot/user/set", "=.id=a", "=comment=mine"]).await;
    assert_eq!(refusal(&replies), "no such item (4)");
}

#[tokio::test]
async fn a_new_connection_may_be_reset_in_its_greeting_or_find_no_session() {
    let (sim, address, _first) = logged_in(Sim::builder()).await;
    sim.arm(Fault::TlsReset);
    let mut client = RawClient::connect(address).await;
    client.send(&["/login", "=name=admin", "=password=secret"]).await;
    assert!(client.stream.read_u8().await.is_err());
    sim.arm(Fault::SessionLimit);
    assert!(RawClient::connect(address).await.is_closed().await);
    RawClient::log_in(address).await;
}

#[tokio::test]
async fn faults_choose_their_victims_and_leave_a_trace() {
    let (sim, address, mut first) = logged_in(Sim::builder()).await;
    let mut second = RawClient::log_in(address).await;
    sim.arm(Fault::DropBeforeApply.on("*").on_connection(2));
    sim.arm(Fault::Trap { category: None, message: "not you".to_owned() }.on(ADD).with_tag("9"));
    assert_eq!(kinds(&first.ask(&[IDENTITY]).await), ["!re", "!done"]);
    second.send(&[IDENTITY]).await;
    assert!(second.is_closed().await);
    assert_eq!(kinds(&first.ask(&[ADD, ".tag=8", "=name=a"]).await), ["!done"]);
    assert_eq!(refusal(&first.ask(&[ADD, ".tag=9", "=name=b"]).await), "not you");
    let struck: Vec<_> =
        sim.struck().into_iter().map(|struck| (struck.connection, struck.fault, struck.path)).collect();
    assert_eq!(struck, [(2, "drop-before-apply", IDENTITY.to_owned()), (1, "trap", ADD.to_owned())]);
}

#[tokio::test]
async fn a_small_board_takes_longer_for_many_rows() {
    let (sim, mut client, started) = in_paused_time(Sim::builder().speed(Speed::HapLite)).await;
    for number in 0..1000 {
        sim.add_user(&format!("u{number}"), &[]).unwrap();
    }
    assert_eq!(client.ask(&["/ip/hotspot/user/print", "=.proplist=name"]).await.len(), 1002);
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(200) && took < Duration::from_millis(400), "{took:?}");
}
