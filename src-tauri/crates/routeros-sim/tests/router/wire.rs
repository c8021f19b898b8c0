use std::collections::HashSet;
use std::time::Duration;

use routeros_sim::{Clock, Farewell, Sim, TagPosition, Version};

use crate::client::{RawClient, kinds, logged_in, refusal};

const ADD: &str = "/ip/hotspot/user/add";
const PRINT: &str = "/ip/hotspot/user/print";

#[tokio::test]
async fn who_does_not_log_in_is_sent_away_after_a_minute_of_the_routers_time() {
    let sim =
        Sim::builder().clock(Clock::Frozen { at: 1_767_312_000 }).credentials("admin", "secret").build();
    let address = sim.listen("127.0.0.1:0").await.unwrap();
    let mut stranger = RawClient::connect(address).await;
    refusal(&stranger.ask(&["/login", "=name=admin", "=password=wrong"]).await);
    let mut user = RawClient::log_in(address).await;
    sim.advance(Duration::from_secs(59));
    refusal(&stranger.ask(&["/login", "=name=admin", "=password=wrong"]).await);
    sim.advance(Duration::from_secs(1));
    assert!(stranger.is_closed().await);
    assert_eq!(kinds(&user.ask(&[PRINT]).await), ["!re", "!done"], "who has logged in may be idle");
}

#[tokio::test(start_paused = true)]
async fn a_minute_that_passes_outside_sends_a_stranger_away_too() {
    let sim = Sim::builder().build();
    let address = sim.listen("127.0.0.1:0").await.unwrap();
    let mut stranger = RawClient::connect(address).await;
    stranger.deadline = false;
    let started = tokio::time::Instant::now();
    assert!(stranger.is_closed().await);
    assert!(started.elapsed() >= Duration::from_secs(60), "{:?}", started.elapsed());
}

#[tokio::test]
async fn the_tag_may_stand_anywhere_and_attributes_in_any_order() {
    let router = Sim::builder().knobs(|knobs| {
        knobs.tag_position = TagPosition::Random;
        knobs.shuffle_attributes = true;
    });
    let (sim, _, mut client) = logged_in(router).await;
    sim.add_user("a", &[("comment", "c"), ("password", "p")]).unwrap();
    let (mut places, mut orders) = (HashSet::new(), HashSet::new());
    let mut contents = HashSet::new();
    for _ in 0..50 {
        let replies = client.ask(&[PRINT, ".tag=7", "?name=a", "=.proplist=.id,name,comment,password"]).await;
        let words = &replies[0].words;
        places.insert(words.iter().position(|word| word == ".tag=7").unwrap());
        orders.insert(words.iter().filter(|word| word.starts_with('=')).cloned().collect::<Vec<_>>());
        let mut sorted = words.clone();
        sorted.sort();
        contents.insert(sorted);
        assert_eq!(words[0], "!re");
    }
    assert_eq!(places, HashSet::from([1, 2, 3, 4, 5]));
    assert!(orders.len() > 10, "{}", orders.len());
    assert_eq!(contents.len(), 1, "nothing is lost or added");
}

#[tokio::test]
async fn a_session_too_many_is_told_so_when_the_knob_says_it() {
    let (_sim, address, client) =
        logged_in(Sim::builder().knobs(|knobs| knobs.no_session = Farewell::Fatal)).await;
    let mut others = vec![client];
    for _ in 0..19 {
        others.push(RawClient::log_in(address).await);
    }
    let mut late = RawClient::connect(address).await;
    assert_eq!(late.reply().await.unwrap().kind(), "!fatal");
    assert!(late.is_closed().await);
}

#[tokio::test]
async fn a_service_and_a_user_may_be_bound_to_addresses() {
    let (sim, address, mut admin) = logged_in(Sim::builder()).await;
    sim.add("/user", &[("name", "far"), ("password", "f"), ("group", "full"), ("address", "10.0.0.0/8")])
        .unwrap();
    let mut far = RawClient::connect(address).await;
    let replies = far.ask(&["/login", "=name=far", "=password=f"]).await;
    assert_eq!(refusal(&replies), "invalid user name or password (6)");
    sim.set("/user", "far", &[("address", "10.0.0.0/8,127.0.0.0/8")]).unwrap();
    assert_eq!(kinds(&far.ask(&["/login", "=name=far", "=password=f"]).await), ["!done"]);
    admin.ask(&["/ip/service/set", "=numbers=api", "=address=10.0.0.0/8"]).await;
    assert!(RawClient::connect(address).await.is_closed().await);
}

#[tokio::test]
async fn a_long_print_does_not_hold_up_other_commands_with_tags() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    for number in 0..2000 {
        sim.add_user(&format!("u{number}"), &[]).unwrap();
    }
    client.send(&[PRINT, ".tag=long"]).await;
    client.send(&["/system/identity/print", ".tag=short"]).await;
    let mut rows = 0;
    let before = loop {
        let reply = client.reply().await.unwrap();
        match (reply.kind(), reply.words[1].as_str()) {
            ("!re", ".tag=long") => rows += 1,
            ("!done", ".tag=short") => break rows,
            ("!done", ".tag=long") => panic!("the short command waited for the long one"),
            _ => {}
        }
    };
    assert!(before < 2000, "{before}");
    while client.reply().await.unwrap().kind() == "!re" {
        rows += 1;
    }
    assert_eq!(rows, 2001);
}

#[tokio::test]
async fn a_long_print_without_a_tag_comes_before_what_follows_it() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    for number in 0..1000 {
        sim.add_user(&format!("u{number}"), &[]).unwrap();
    }
    client.send(&[PRINT, "=.proplist=name"]).await;
    let replies = client.ask(&["/system/identity/print"]).await;
    assert_eq!(replies.len(), 1002, "the first print with its end");
    assert_eq!(client.reply().await.unwrap().value("name"), Some("MikroTik"));
}

#[tokio::test]
async fn a_long_print_can_be_cancelled() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    for number in 0..20_000 {
        sim.add_user(&format!("u{number}"), &[]).unwrap();
    }
    client.send(&[PRINT, ".tag=long"]).await;
    client.send(&["/cancel", "=tag=long", ".tag=c"]).await;
    let mut rows = 0;
    let end = loop {
        let reply = client.reply().await.unwrap();
        if reply.kind() != "!re" {
            break reply;
        }
        rows += 1;
    };
    assert_eq!(end.words, ["!trap", ".tag=long", "=category=2", "=message=interrupted"]);
    assert!(rows < 20_000, "{rows}");
}

#[tokio::test(start_paused = true)]
async fn printing_at_an_interval_goes_on_until_it_is_cancelled() {
    let (sim, _, mut client) = logged_in(Sim::builder().version(Version::V7_16)).await;
    client.deadline = false;
    let started = tokio::time::Instant::now();
    client.send(&["/system/identity/print", "=interval=2s", ".tag=i"]).await;
    for section in ["0", "1", "2"] {
        let reply = client.reply().await.unwrap();
        assert_eq!((reply.kind(), reply.value(".section")), ("!re", Some(section)));
    }
    assert!(started.elapsed() >= Duration::from_secs(4));
    sim.set_identity("new");
    assert_eq!(client.reply().await.unwrap().value("name"), Some("new"));
    client.send(&["/cancel", "=tag=i"]).await;
    while client.reply().await.unwrap().words != ["!done", ".tag=i"] {}
    let replies = client.ask(&["/system/identity/print", "=interval=0"]).await;
    assert_eq!(replies[0].value("message"), Some("invalid value for argument interval"));
}

#[tokio::test]
async fn a_client_that_does_not_read_is_not_read_from() {
    let (sim, address, mut lazy) = logged_in(Sim::builder()).await;
    let comment = "x".repeat(50_000);
    for number in 0..100 {
        sim.add_user(&format!("u{number}"), &[("comment", &comment)]).unwrap();
    }
    // Each asks for 5 MB; their answers fill every buffer on the way long before the last is obeyed.
    let mut sent = 0;
    for number in 0..200 {
        let words = [PRINT, &format!(".tag={number}")];
        lazy.send(&words).await;
        sent += 1;
    }
    lazy.send(&[ADD, "=name=last"]).await;
    let mut other = RawClient::log_in(address).await;
    assert_eq!(kinds(&other.ask(&["/system/identity/print"]).await), ["!re", "!done"], "others are served");
    assert!(sim.user("last").is_none(), "{sent} answers wait to be read");
    drop(lazy);
}
