use std::time::{Duration, Instant};

use routeros_sim::{Sim, Version};
use tokio::io::AsyncWriteExt;

use crate::client::{RawClient, kinds, logged_in, push_sentence, refusal};

const ADD: &str = "/ip/hotspot/user/add";
const PRINT: &str = "/ip/hotspot/user/print";
const SET: &str = "/ip/hotspot/user/set";
const REMOVE: &str = "/ip/hotspot/user/remove";
const TAKEN: &str = "failure: already have user with this name for this server";

#[tokio::test]
async fn a_user_is_added_shown_changed_and_removed() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    let replies = client
        .ask(&[ADD, "=name=K7M2", "=password=p", "=limit-uptime=3h", "=limit-bytes-total=1G", "=comment=x|1"])
        .await;
    assert_eq!(replies[0].words, ["!done", "=ret=*1"], "default-trial is *0");

    let replies = client.ask(&[PRINT, "?name=K7M2"]).await;
    assert_eq!(kinds(&replies), ["!re", "!done"]);
    let user = replies[0].map();
    for (key, value) in [
        (".id", "*1"),
        ("name", "K7M2"),
        ("password", "p"),
        ("profile", "default"),
        ("limit-uptime", "3h"),
        ("limit-bytes-total", "1073741824"),
        ("uptime", "0s"),
        ("bytes-in", "0"),
        ("disabled", "false"),
        ("comment", "x|1"),
    ] {
        assert_eq!(user.get(key), Some(&value), "{key}");
    }
    assert!(!user.contains_key("mac-address") && !user.contains_key("limit-bytes-in"), "unset is absent");

    assert_eq!(kinds(&client.ask(&[SET, "=.id=*1", "=name=Q9", "=disabled=yes"]).await), ["!done"]);
    assert_eq!(sim.user("Q9").unwrap()["disabled"], "true");
    assert!(sim.user("K7M2").is_none());
    assert_eq!(kinds(&client.ask(&["/ip/hotspot/user/enable", "=numbers=Q9"]).await), ["!done"]);
    assert_eq!(sim.user("Q9").unwrap()["disabled"], "false");
    assert_eq!(kinds(&client.ask(&["/ip/hotspot/user/comment", "=.id=Q9", "=comment=new"]).await), ["!done"]);
    assert_eq!(sim.user("Q9").unwrap()["comment"], "new");
    assert_eq!(kinds(&client.ask(&[REMOVE, "=.id=Q9"]).await), ["!done"]);
    assert_eq!(sim.user_count(), 0);
    assert_eq!(
        client.ask(&[ADD, "=name=again"]).await[0].value("ret"),
        Some("*2"),
        "an id is not used twice"
    );
}

#[tokio::test]
async fn one_name_may_exist_once_for_each_server() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    assert_eq!(kinds(&client.ask(&[ADD, "=name=a"]).await), ["!done"]);
    let replies = client.ask(&[ADD, "=name=a"]).await;
    assert_eq!(replies[0].words, ["!trap", &format!("=message={TAKEN}")]);
    assert_eq!(refusal(&client.ask(&[ADD, "=name=a", "=server=all"]).await), TAKEN);
    assert_eq!(kinds(&client.ask(&[ADD, "=name=a", "=server=hotspot1"]).await), ["!done"]);
    assert_eq!(kinds(&client.ask(&[ADD, "=name=b"]).await), ["!done"]);
    assert_eq!(refusal(&client.ask(&[SET, "=.id=b", "=name=a"]).await), TAKEN);
    assert_eq!(kinds(&client.ask(&[SET, "=.id=b", "=name=b"]).await), ["!done"], "its own name is no clash");
}

#[tokio::test]
async fn a_list_with_one_stranger_in_it_changes_nothing() {
    for (version, text) in [(Version::V6_49_10, "no such item"), (Version::V7_22_3, "no such item (4)")] {
        let (sim, _, mut client) = logged_in(Sim::builder().version(version)).await;
        for name in ["a", "b", "c"] {
            sim.add_user(name, &[]).unwrap();
        }
        let replies = client.ask(&[REMOVE, "=.id=*1,*63,*2"]).await;
        assert_eq!(replies[0].words, ["!trap", "=category=0", &format!("=message={text}")]);
        assert_eq!(refusal(&client.ask(&[SET, "=.id=a,nobody", "=comment=x"]).await), text);
        assert_eq!(sim.user_count(), 3);
        assert!(!sim.user("a").unwrap().contains_key("comment"));
        assert_eq!(kinds(&client.ask(&[SET, "=numbers=a,*2", "=comment=x"]).await), ["!done"]);
        assert_eq!(kinds(&client.ask(&[REMOVE, "=numbers=a,*2"]).await), ["!done"]);
        assert_eq!(sim.users().len(), 1);
    }
}

#[tokio::test]
async fn two_users_cannot_be_given_one_name_at_once() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.add_user("a", &[]).unwrap();
    sim.add_user("b", &[]).unwrap();
    assert_eq!(refusal(&client.ask(&[SET, "=.id=*1,*2", "=name=c"]).await), TAKEN);
    assert!(sim.user("a").is_some() && sim.user("b").is_some());
}

#[tokio::test]
async fn what_is_wrong_with_an_argument_is_said_as_the_release_says_it() {
    for (version, unknown) in [
        (Version::V6_49_10, "unknown parameter"),
        (Version::V7_9_2, "unknown parameter colour"),
        (Version::V7_22_3, "unknown parameter colour"),
    ] {
        let (_sim, _, mut client) = logged_in(Sim::builder().version(version)).await;
        assert_eq!(refusal(&client.ask(&[ADD, "=name=a", "=colour=red"]).await), unknown);
        let replies = client.ask(&[ADD, "=name=a", "=profile=nowhere"]).await;
        assert_eq!(refusal(&replies), "input does not match any value of profile");
        assert_eq!(replies[0].value("category"), Some("1"));
        let replies = client.ask(&[ADD, "=name=a", "=limit-uptime=soon"]).await;
        assert_eq!(refusal(&replies), "invalid value for argument limit-uptime");
        assert_eq!(refusal(&client.ask(&["/ip/hotspot/user/dance"]).await), "no such command");
        assert_eq!(refusal(&client.ask(&["/nowhere/print"]).await), "no such command prefix");
    }
}

#[tokio::test]
async fn counting_and_choosing_columns() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    for number in 0..600 {
        sim.add_user(&format!("u{number}"), &[("comment", if number % 2 == 0 { "even" } else { "odd" })])
            .unwrap();
    }
    assert_eq!(client.ask(&[PRINT, "=count-only="]).await[0].words, ["!done", "=ret=601"]);
    assert_eq!(client.ask(&[PRINT, "=count-only=", "?comment=even"]).await[0].value("ret"), Some("300"));
    let replies = client.ask(&[PRINT, "=.proplist=.id,name", "?comment=odd"]).await;
    assert_eq!(replies.len(), 301, "more rows than are written at once");
    assert_eq!(replies[0].words, ["!re", "=.id=*2", "=name=u1"]);
}

#[tokio::test]
async fn nothing_to_show_is_said_since_7_18() {
    for (version, expected) in [(Version::V7_16, vec!["!done"]), (Version::V7_22_3, vec!["!empty", "!done"])]
    {
        let (_sim, _, mut client) = logged_in(Sim::builder().version(version)).await;
        assert_eq!(kinds(&client.ask(&[PRINT, "?name=nobody"]).await), expected);
    }
}

#[tokio::test]
async fn bytes_that_are_no_utf8_are_kept() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    let mut bytes = Vec::new();
    push_sentence(&mut bytes, &[ADD, "=name=a"]);
    bytes.pop();
    bytes.extend_from_slice(b"\x0e=comment=caf\xe9 \x00");
    client.stream.write_all(&bytes).await.unwrap();
    assert_eq!(client.reply().await.unwrap().kind(), "!done");
    client.send(&[PRINT, "=.proplist=comment", "?name=a"]).await;
    let words = crate::client::read_sentence(&mut client.stream).await.unwrap();
    assert_eq!(words[1], b"=comment=caf\xe9 ");
}

#[tokio::test]
async fn a_renamed_profile_keeps_its_users_and_a_removed_one_leaves_its_id() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    assert_eq!(kinds(&client.ask(&["/ip/hotspot/user/profile/add", "=name=day"]).await), ["!done"]);
    sim.add_user("a", &[("profile", "day")]).unwrap();
    client.ask(&["/ip/hotspot/user/profile/set", "=.id=day", "=name=night"]).await;
    assert_eq!(sim.user("a").unwrap()["profile"], "night");
    client.ask(&["/ip/hotspot/user/profile/remove", "=.id=night"]).await;
    assert_eq!(sim.user("a").unwrap()["profile"], "*1");
    let replies = client.ask(&["/ip/hotspot/user/profile/remove", "=.id=default"]).await;
    assert!(refusal(&replies).starts_with("failure: can not remove default"));
}

#[tokio::test]
async fn counters_are_reset_and_values_unset() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.add_user("a", &[]).unwrap();
    sim.set("/ip/hotspot/user", "a", &[("uptime", "5m"), ("bytes-in", "77")]).unwrap();
    assert_eq!(kinds(&client.ask(&["/ip/hotspot/user/reset-counters", "=.id=a"]).await), ["!done"]);
    let user = sim.user("a").unwrap();
    assert_eq!((user["uptime"].as_str(), user["bytes-in"].as_str()), ("0s", "0"));
    client.ask(&["/ip/hotspot/user/profile/add", "=name=p", "=rate-limit=1M/2M"]).await;
    let unset = ["/ip/hotspot/user/profile/unset", "=.id=p", "=value-name=rate-limit"];
    assert_eq!(kinds(&client.ask(&unset).await), ["!done"]);
    assert!(!sim.rows("/ip/hotspot/user/profile")[1].contains_key("rate-limit"));
}

#[tokio::test]
async fn ten_thousand_pipelined_adds_take_a_moment() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    let mut bytes = Vec::new();
    for number in 0..10_000 {
        let (tag, name) = (format!(".tag={number}"), format!("=name=v{number}"));
        push_sentence(&mut bytes, &[ADD, &tag, &name, "=password=p", "=profile=default", "=comment=k|1|2"]);
    }
    let started = Instant::now();
    let (mut reader, mut writer) = client.stream.split();
    let send = writer.write_all(&bytes);
    let receive = async {
        let mut reader = tokio::io::BufReader::new(&mut reader);
        for _ in 0..10_000 {
            let words = crate::client::read_sentence(&mut reader).await.unwrap();
            assert_eq!(words[0], b"!done");
        }
    };
    let (sent, ()) = tokio::join!(send, receive);
    sent.unwrap();
    let took = started.elapsed();
    assert_eq!(sim.user_count(), 10_000);
    assert_eq!(sim.command_count_of(ADD), 10_000);
    assert!(took < Duration::from_secs(60), "a table that is walked for every add takes minutes: {took:?}");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_not_read_from() {
    const PRINTS: u64 = 300;
    let (sim, address, mut greedy) = logged_in(Sim::builder()).await;
    for number in 0..600 {
        sim.add_user(&format!("u{number}"), &[("comment", &"x".repeat(200))]).unwrap();
    }
    for _ in 0..PRINTS {
        greedy.send(&[PRINT]).await;
    }
    let mut other = RawClient::log_in(address).await;
    for _ in 0..100 {
        assert_eq!(
            kinds(&other.ask(&["/system/identity/print"]).await),
            ["!re", "!done"],
            "others are served"
        );
    }
    let begun = sim.command_count_of(PRINT);
    assert!(begun < PRINTS, "all {PRINTS} answers (100 MB) were taken into memory");
    let mut reader = tokio::io::BufReader::new(&mut greedy.stream);
    let mut done = 0;
    while done < PRINTS {
        let words = crate::client::read_sentence(&mut reader).await.unwrap();
        done += u64::from(words[0] == b"!done");
    }
    assert_eq!(sim.command_count_of(PRINT), PRINTS, "it goes on where it stopped");
}

#[tokio::test]
async fn an_add_that_is_refused_uses_no_id_up() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    client.ask(&[ADD, "=name=a"]).await;
    refusal(&client.ask(&[ADD, "=name=a"]).await);
    assert_eq!(client.ask(&[ADD, "=name=b"]).await[0].value("ret"), Some("*2"));
}
