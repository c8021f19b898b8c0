use std::io::ErrorKind;
use std::time::Duration;

use routeros_sim::{Break, Clock, Fault, Limit, Sim, Speed, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{RawClient, ending, kinds, logged_in, push_sentence, refusal};

const ADD: &str = "/ip/hotspot/user/add";

#[tokio::test]
async fn the_connection_breaks_after_so_many_sentences() {
    let (sim, address, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::DropAfter { limit: Limit::SentencesSent(3), how: Break::Fin }.on(ADD));
    for name in ["=name=a", "=name=b", "=name=c"] {
        assert_eq!(kinds(&client.ask(&[ADD, name]).await), ["!done"]);
    }
    assert!(client.is_closed().await);
    assert_eq!(kinds(&RawClient::log_in(address).await.ask(&[ADD, "=name=d"]).await), ["!done"], "once only");
}

#[tokio::test]
async fn the_connection_breaks_within_a_sentence_after_so_many_bytes() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::DropAfter { limit: Limit::BytesSent(11), how: Break::Fin }.on("/system/*"));
    client.send(&["/system/identity/print"]).await;
    let mut bytes = Vec::new();
    client.stream.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes, b"\x03!re\x0e=name=");
}

#[tokio::test]
async fn a_reset_looks_like_a_reset() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::DropAfter { limit: Limit::SentencesSent(1), how: Break::Rst }.on("/system/*"));
    client.send(&["/system/identity/print"]).await;
    assert_eq!(ending(&mut client.stream).await.1, Break::Rst);
}

#[tokio::test]
async fn commands_beyond_the_bytes_that_are_read_are_not_carried_out() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    let mut one = Vec::new();
    push_sentence(&mut one, &[ADD, "=name=a"]);
    sim.arm(
        Fault::DropAfter { limit: Limit::BytesReceived(one.len() as u64 + 5), how: Break::Fin }
            .on("/system/*"),
    );
    client.ask(&["/system/identity/print"]).await;
    client.send(&[ADD, "=name=a"]).await;
    client.send(&[ADD, "=name=b"]).await;
    assert_eq!(client.reply().await.unwrap().kind(), "!done");
    assert!(client.is_closed().await);
    assert_eq!(sim.user_count(), 1);
}

#[tokio::test]
async fn bytes_that_were_read_together_with_the_command_count_as_well() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    let (mut all, mut one) = (Vec::new(), Vec::new());
    push_sentence(&mut one, &[ADD, "=name=b"]);
    for name in ["=name=a", "=name=b", "=name=c", "=name=d"] {
        push_sentence(&mut all, &[ADD, name]);
    }
    let limit = Limit::BytesReceived(2 * one.len() as u64);
    sim.arm(Fault::DropAfter { limit, how: Break::Fin }.on(ADD));
    client.stream.write_all(&all).await.unwrap();
    for _ in 0..3 {
        assert_eq!(client.reply().await.unwrap().kind(), "!done");
    }
    assert!(client.is_closed().await);
    assert_eq!(sim.user_count(), 3, "the command itself and two more");
}

#[tokio::test]
async fn a_limit_of_nothing_breaks_before_the_command() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::DropAfter { limit: Limit::SentencesSent(0), how: Break::Fin }.on(ADD));
    client.send(&[ADD, "=name=a"]).await;
    assert!(client.is_closed().await);
    assert_eq!(sim.user_count(), 0);
}

#[tokio::test]
async fn half_a_sentence_is_all_that_comes() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::HalfSentence.on("/system/identity/print"));
    client.send(&["/system/identity/print"]).await;
    let mut bytes = Vec::new();
    client.stream.read_to_end(&mut bytes).await.unwrap();
    let mut whole = Vec::new();
    push_sentence(&mut whole, &["!re", "=name=MikroTik"]);
    assert_eq!(bytes, whole[..whole.len() / 2]);
}

#[tokio::test]
async fn an_add_is_carried_out_although_its_reply_is_lost() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::ApplyThenDrop.on(ADD).after(1));
    assert_eq!(kinds(&client.ask(&[ADD, "=name=a"]).await), ["!done"]);
    client.send(&[ADD, "=name=b"]).await;
    assert!(client.is_closed().await);
    assert!(sim.user("b").is_some());
}

#[tokio::test]
async fn an_add_is_not_carried_out_when_the_connection_is_lost_before() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::DropBeforeApply.on(ADD));
    client.send(&[ADD, "=name=a"]).await;
    assert!(client.is_closed().await);
    assert!(sim.user("a").is_none());
}

#[tokio::test]
async fn a_command_is_refused_as_often_as_the_test_wishes() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::Trap { category: Some(4), message: "out of luck".to_owned() }.on(ADD).times(2));
    for _ in 0..2 {
        let replies = client.ask(&[ADD, "=name=a"]).await;
        assert_eq!((refusal(&replies), replies[0].value("category")), ("out of luck", Some("4")));
    }
    assert_eq!(kinds(&client.ask(&[ADD, "=name=a"]).await), ["!done"]);
    sim.arm(Fault::DiskFull);
    assert_eq!(refusal(&client.ask(&[ADD, "=name=b"]).await), "failure: not enough space");
    assert_eq!(sim.user_count(), 1);
}

#[tokio::test]
async fn a_silent_router_keeps_the_connection_open() {
    let (sim, address, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::Silence.on(ADD));
    client.send(&[ADD, "=name=a"]).await;
    client.send(&["/system/identity/print"]).await;
    // Another client is served after this one, so what has not come by then was never sent.
    while sim.command_count_of("/system/identity/print") == 0 {
        RawClient::log_in(address).await.ask(&["/system/clock/print"]).await;
    }
    RawClient::log_in(address).await.ask(&["/system/clock/print"]).await;
    assert_eq!(client.stream.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(sim.user_count(), 0);
}

#[tokio::test]
async fn rotated_credentials_shut_the_old_password_out() {
    let (sim, address, _) = logged_in(Sim::builder()).await;
    sim.arm(Fault::WrongPassword);
    let mut client = RawClient::connect(address).await;
    let login = ["/login", "=name=admin", "=password=secret"];
    assert_eq!(refusal(&client.ask(&login).await), "invalid user name or password (6)");
    assert_eq!(kinds(&client.ask(&login).await), ["!done"]);
    sim.set_password("admin", "new").unwrap();
    let mut client = RawClient::connect(address).await;
    assert_eq!(refusal(&client.ask(&login).await), "invalid user name or password (6)");
}

#[tokio::test]
async fn a_connection_is_reset_or_never_answered() {
    let (sim, address, _first) = logged_in(Sim::builder()).await;
    sim.arm(Fault::RefuseConnect);
    let mut refused = TcpStream::connect(address).await.unwrap();
    assert_eq!(ending(&mut refused).await, (Vec::new(), Break::Rst));
    sim.arm(Fault::AcceptThenSilent);
    let mut silent = RawClient::connect(address).await;
    silent.send(&["/login", "=name=admin", "=password=secret"]).await;
    let mut client = RawClient::log_in(address).await;
    client.ask(&["/system/identity/print"]).await;
    assert_eq!(silent.stream.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(sim.connections().len(), 3);
}

#[tokio::test]
async fn a_reboot_ends_everything_and_loses_what_was_not_yet_written() {
    let clock = Clock::Frozen { at: 1_767_312_000 };
    let (sim, address, mut client) = logged_in(Sim::builder().version(Version::V7_22_3).clock(clock)).await;
    for name in ["a", "b", "c"] {
        sim.add_user(name, &[]).unwrap();
    }
    sim.add("/ip/hotspot/active", &[("user", "a")]).unwrap();
    sim.advance(Duration::from_secs(500));
    sim.reboot(2);
    assert!(client.is_closed().await);
    assert_eq!(TcpStream::connect(address).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    sim.power_on().unwrap();
    let mut client = RawClient::log_in(address).await;
    assert_eq!(client.ask(&["/system/resource/print"]).await[0].value("uptime"), Some("0s"));
    assert_eq!(sim.users().iter().map(|user| user["name"].as_str()).collect::<Vec<_>>(), ["a"]);
    assert!(sim.rows("/ip/hotspot/active").is_empty());
    assert_eq!(sim.rows("/user/active").len(), 1, "only who came in after the boot");
}

#[tokio::test]
async fn a_slow_command_holds_up_what_comes_after_it_without_a_tag() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::Latency(Duration::from_secs(2)).on(ADD));
    client.deadline = false;
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    client.ask(&[ADD, "=name=a"]).await;
    assert!(started.elapsed() >= Duration::from_secs(2));
    assert_eq!(sim.user_count(), 1);
}

#[tokio::test]
async fn a_tired_router_needs_twenty_milliseconds_for_each_command() {
    let (_sim, _, mut client) = logged_in(Sim::builder().speed(Speed::Chr)).await;
    client.deadline = false;
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    for number in 0..200 {
        client.ask(&[ADD, &format!("=name=u{number}")]).await;
    }
    // The login took one of the 160 quick ones.
    let expected = Duration::from_millis(159 + 41 * 20);
    let took = started.elapsed();
    assert!(took >= expected && took < expected + Duration::from_millis(400), "{took:?}");
}

#[tokio::test]
async fn a_new_connection_is_cut_at_exactly_one_byte_of_what_it_hears() {
    let (sim, address, _first) = logged_in(Sim::builder()).await;
    for how in [Break::Fin, Break::Rst] {
        sim.arm(Fault::Cut { limit: Limit::BytesSent(3), how });
        let mut client = RawClient::connect(address).await;
        client.send(&["/login", "=name=admin", "=password=secret"]).await;
        let (said, ended) = ending(&mut client.stream).await;
        assert_eq!(ended, how);
        // Windows may throw away with a reset what was not read before it.
        let all_of_it =
            said == b"\x05!d" || cfg!(windows) && how == Break::Rst && b"\x05!d".starts_with(&said);
        assert!(all_of_it, "{how:?}: {said:?}");
    }
    assert_eq!(sim.struck().iter().map(|struck| struck.fault).collect::<Vec<_>>(), ["cut", "cut"]);
    RawClient::log_in(address).await;
}

#[tokio::test]
async fn what_is_complete_within_the_bytes_of_a_cut_is_carried_out_and_answered_or_not() {
    let login = ["/login", "=name=admin", "=password=secret"];
    let mut said = Vec::new();
    push_sentence(&mut said, &login);
    push_sentence(&mut said, &[ADD, "=name=a"]);
    let whole = said.len() as u64;
    for (limit, answers, users) in [
        (Limit::BytesReceived(whole), 2, 1),
        (Limit::BytesUnanswered(whole), 0, 1),
        (Limit::BytesReceived(whole - 1), 1, 0),
        (Limit::BytesUnanswered(0), 0, 0),
    ] {
        let (sim, address, _first) = logged_in(Sim::builder()).await;
        sim.arm(Fault::Cut { limit, how: Break::Fin });
        let mut client = RawClient::connect(address).await;
        client.stream.write_all(&said).await.unwrap();
        for _ in 0..answers {
            assert_eq!(client.reply().await.unwrap().kind(), "!done", "{limit:?}");
        }
        assert!(client.is_closed().await, "{limit:?}");
        assert_eq!(sim.user_count(), users, "{limit:?}");
    }
}
