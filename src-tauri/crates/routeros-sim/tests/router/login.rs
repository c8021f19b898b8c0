use md5::{Digest, Md5};
use routeros_sim::{Sim, TagPosition, Version};
use tokio::io::AsyncWriteExt;

use crate::client::{RawClient, kinds, logged_in, refusal};

#[tokio::test]
async fn a_wrong_password_is_refused_and_may_be_tried_again() {
    let (_sim, address, _) = logged_in(Sim::builder()).await;
    let mut client = RawClient::connect(address).await;
    let replies = client.ask(&["/login", "=name=admin", "=password=wrong"]).await;
    assert_eq!(refusal(&replies), "invalid user name or password (6)");
    assert_eq!(kinds(&client.ask(&["/login", "=name=admin", "=password=secret"]).await), ["!done"]);
}

#[tokio::test]
async fn an_old_router_asks_a_riddle() {
    let sim = Sim::builder().version(Version::V6_42_12).credentials("admin", "secret").build();
    let address = sim.listen("127.0.0.1:0").await.unwrap();
    let mut client = RawClient::connect(address).await;
    let replies = client.ask(&["/login", "=name=admin", "=password=secret"]).await;
    let challenge = replies[0].value("ret").expect("a challenge, not a login").to_owned();
    let bytes: Vec<u8> =
        (0..16).map(|index| u8::from_str_radix(&challenge[2 * index..2 * index + 2], 16).unwrap()).collect();
    let answer = |password: &str| {
        let hash = Md5::digest([b"\0", password.as_bytes(), &bytes].concat());
        format!("=response=00{}", hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    };
    let replies = client.ask(&["/login", "=name=admin", &answer("wrong")]).await;
    assert_eq!(refusal(&replies), "cannot log in");

    let replies = client.ask(&["/login", "=name=admin", &answer("secret")]).await;
    assert!(replies[0].value("ret").is_some(), "a riddle may be answered once; here is the next one");

    let mut client = RawClient::connect(address).await;
    let challenge = client.ask(&["/login"]).await[0].value("ret").unwrap().to_owned();
    let bytes: Vec<u8> =
        (0..16).map(|index| u8::from_str_radix(&challenge[2 * index..2 * index + 2], 16).unwrap()).collect();
    let hash = Md5::digest([b"\0secret", &bytes[..]].concat());
    let response =
        format!("=response=00{}", hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let replies = client.ask(&["/login", "=name=admin", &response]).await;
    assert_eq!((kinds(&replies), replies[0].value("ret")), (vec!["!done"], None));
    assert_eq!(kinds(&client.ask(&["/system/identity/print"]).await), ["!re", "!done"]);
}

#[tokio::test]
async fn a_stranger_gets_nothing_but_the_login() {
    let (_sim, address, _) = logged_in(Sim::builder()).await;
    let mut client = RawClient::connect(address).await;
    client.send(&["/ip/hotspot/user/print"]).await;
    assert_eq!(client.reply().await.unwrap().words, ["!fatal", "not logged in"]);
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn a_stranger_may_neither_talk_long_nor_often() {
    let (_sim, address, _) = logged_in(Sim::builder()).await;
    let mut long = RawClient::connect(address).await;
    long.send(&["/login", &format!("=name={}", "a".repeat(5000))]).await;
    assert!(long.is_closed().await, "more than 4 KiB before login");

    let mut often = RawClient::connect(address).await;
    for _ in 0..10 {
        refusal(&often.ask(&["/login", "=name=admin", "=password=wrong"]).await);
    }
    often.send(&["/login", "=name=admin", "=password=secret"]).await;
    assert!(often.is_closed().await, "an eleventh sentence before login");
}

#[tokio::test]
async fn a_length_byte_nobody_defined_ends_the_conversation() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    client.stream.write_all(&[0xF8]).await.unwrap();
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn a_word_of_more_than_a_mebibyte_is_fatal() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    client.stream.write_all(&[0xD0, 0x00, 0x01]).await.unwrap();
    assert_eq!(client.reply().await.unwrap().kind(), "!fatal");
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn quitting_is_confirmed_and_closes() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    client.send(&["/quit"]).await;
    assert_eq!(client.reply().await.unwrap().words, ["!fatal", "session terminated on request"]);
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn the_tag_comes_second_or_last_as_the_test_wishes() {
    for (position, expected) in [
        (TagPosition::Second, vec!["!done", ".tag=7", "=ret=*1"]),
        (TagPosition::Last, vec!["!done", "=ret=*1", ".tag=7"]),
    ] {
        let (_sim, _, mut client) = logged_in(Sim::builder().tag_position(position)).await;
        let replies = client.ask(&["/ip/hotspot/user/add", ".tag=7", "=name=a"]).await;
        assert_eq!(replies[0].words, expected);
    }
}

#[tokio::test]
async fn the_twenty_first_session_is_turned_away() {
    let (sim, address, first) = logged_in(Sim::builder()).await;
    let mut others = Vec::new();
    for _ in 0..19 {
        others.push(RawClient::log_in(address).await);
    }
    assert_eq!(sim.connections().len(), 20);
    let mut late = RawClient::connect(address).await;
    assert!(late.is_closed().await);
    drop((first, others));
}

#[tokio::test]
async fn a_group_without_write_may_look_but_not_touch() {
    let (sim, address, _) = logged_in(Sim::builder()).await;
    sim.add("/user", &[("name", "viewer"), ("password", "v"), ("group", "read")]).unwrap();
    sim.add("/user/group", &[("name", "nobody"), ("policy", "read,write")]).unwrap();
    sim.add("/user", &[("name", "noapi"), ("password", "v"), ("group", "nobody")]).unwrap();
    let mut viewer = RawClient::connect(address).await;
    assert_eq!(kinds(&viewer.ask(&["/login", "=name=viewer", "=password=v"]).await), ["!done"]);
    assert_eq!(
        refusal(&viewer.ask(&["/ip/hotspot/user/add", "=name=a"]).await),
        "not enough permissions (9)"
    );
    assert_eq!(kinds(&viewer.ask(&["/ip/hotspot/user/print"]).await), ["!re", "!done"]);
    let mut noapi = RawClient::connect(address).await;
    let replies = noapi.ask(&["/login", "=name=noapi", "=password=v"]).await;
    assert_eq!(refusal(&replies), "invalid user name or password (6)");
}

#[tokio::test]
async fn what_is_switched_off_lets_nobody_in() {
    let (sim, address, mut admin) = logged_in(Sim::builder()).await;
    sim.add("/user", &[("name", "former"), ("password", "f"), ("group", "full"), ("disabled", "yes")])
        .unwrap();
    let mut former = RawClient::connect(address).await;
    let replies = former.ask(&["/login", "=name=former", "=password=f"]).await;
    assert_eq!(refusal(&replies), "invalid user name or password (6)");
    assert_eq!(kinds(&admin.ask(&["/ip/service/disable", "=numbers=api"]).await), ["!done"]);
    assert!(RawClient::connect(address).await.is_closed().await, "the service is switched off");
    assert_eq!(
        kinds(&admin.ask(&["/ip/service/enable", "=numbers=api"]).await),
        ["!done"],
        "who is in stays in"
    );
    RawClient::log_in(address).await;
}
