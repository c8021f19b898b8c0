use std::time::Duration;

use routeros_sim::{Board, Clock, Sim, Version};

use crate::client::{kinds, logged_in, refusal};

/// 2026-01-02 03:04:05 in Jakarta.
const MOMENT: i64 = 1_767_297_845;

#[tokio::test]
async fn the_clock_shows_the_date_as_the_release_does() {
    for (version, date) in [
        (Version::V6_49_10, "jan/02/2026"),
        (Version::V7_9_2, "jan/02/2026"),
        (Version::V7_16, "2026-01-02"),
        (Version::V7_22_3, "2026-01-02"),
    ] {
        let (_sim, _, mut client) =
            logged_in(Sim::builder().version(version).clock(Clock::Frozen { at: MOMENT })).await;
        let replies = client.ask(&["/system/clock/print"]).await;
        assert_eq!(replies[0].value("date"), Some(date));
        assert_eq!(replies[0].value("time"), Some("03:04:05"));
        assert_eq!(replies[0].value("gmt-offset"), Some("+07:00"));
        assert_eq!(replies[0].value(".id"), None, "there is only one clock");
    }
}

#[tokio::test]
async fn the_clock_can_be_set_and_time_passes() {
    let (sim, _, mut client) = logged_in(Sim::builder().clock(Clock::Frozen { at: MOMENT })).await;
    let set = ["/system/clock/set", "=date=2026-03-01", "=time=10:00:00", "=time-zone-name=Asia/Makassar"];
    assert_eq!(kinds(&client.ask(&set).await), ["!done"]);
    sim.advance(Duration::from_secs(90));
    let replies = client.ask(&["/system/clock/print"]).await;
    assert_eq!((replies[0].value("date"), replies[0].value("time")), (Some("2026-03-01"), Some("10:01:30")));
    assert_eq!(client.ask(&["/system/resource/print"]).await[0].value("uptime"), Some("1m30s"));
    sim.set_router_clock(0);
    assert_eq!(client.ask(&["/system/clock/print"]).await[0].value("date"), Some("1970-01-01"));
    let replies = client.ask(&["/system/clock/set", "=date=tomorrow"]).await;
    assert_eq!(refusal(&replies), "invalid value for argument date");
}

#[tokio::test]
async fn the_router_says_what_it_is() {
    let (_sim, _, mut client) = logged_in(Sim::builder().identity("Warung")).await;
    assert_eq!(client.ask(&["/system/identity/print"]).await[0].words, ["!re", "=name=Warung"]);
    assert_eq!(kinds(&client.ask(&["/system/identity/set", "=name=Kedai"]).await), ["!done"]);
    assert_eq!(client.ask(&["/system/identity/print"]).await[0].value("name"), Some("Kedai"));
    assert_eq!(client.ask(&["/system/resource/print"]).await[0].value("version"), Some("7.22.3 (stable)"));
    assert_eq!(client.ask(&["/system/license/print"]).await[0].value("nlevel"), Some("4"));
    let serial =
        client.ask(&["/system/routerboard/print"]).await[0].value("serial-number").unwrap().to_owned();
    assert_eq!(serial.len(), 12);
    assert_eq!(client.ask(&["/system/package/print"]).await[0].value("name"), Some("routeros"));
    assert_eq!(refusal(&client.ask(&["/system/resource/set", "=cpu=x"]).await), "no such command");

    let (_sim, _, mut chr) = logged_in(Sim::builder().board(Board::Chr)).await;
    assert_eq!(chr.ask(&["/system/license/print"]).await[0].value("level"), Some("free"));
    assert_eq!(chr.ask(&["/system/routerboard/print"]).await[0].value("serial-number"), None);
}

#[tokio::test]
async fn the_hotspot_is_set_up_as_the_test_wishes() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    let server = client.ask(&["/ip/hotspot/print"]).await;
    assert_eq!((server[0].value("name"), server[0].value("profile")), (Some("hotspot1"), Some("hsprof1")));
    let profile = client.ask(&["/ip/hotspot/profile/print", "?name=hsprof1"]).await;
    assert_eq!(profile[0].value("dns-name"), Some("wifi.contoh"));
    assert_eq!(profile[0].value("login-by"), Some("cookie,http-chap,http-pap"));

    let (_sim, _, mut client) = logged_in(Sim::builder().without_dns_name().login_by("http-chap")).await;
    let profile = client.ask(&["/ip/hotspot/profile/print", "?name=hsprof1"]).await;
    assert_eq!((profile[0].value("dns-name"), profile[0].value("login-by")), (None, Some("http-chap")));

    let (_sim, _, mut client) = logged_in(Sim::builder().without_hotspot()).await;
    assert_eq!(kinds(&client.ask(&["/ip/hotspot/print"]).await), ["!empty", "!done"]);
}

#[tokio::test]
async fn passwords_of_administrators_are_never_shown_and_logins_are_logged() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    let users = client.ask(&["/user/print"]).await;
    assert_eq!((users[0].value("name"), users[0].value("password")), (Some("admin"), None));
    let log = client.ask(&["/log/print", "?topics=system,info,account"]).await;
    assert_eq!(log[0].value("message"), Some("user admin logged in from 127.0.0.1 via api"));
    let active = client.ask(&["/user/active/print"]).await;
    assert_eq!((active[0].value("name"), active[0].value("via")), (Some("admin"), Some("api")));
    assert_eq!(client.ask(&["/ip/service/print", "?name=api"]).await[0].value("max-sessions"), Some("20"));
}
