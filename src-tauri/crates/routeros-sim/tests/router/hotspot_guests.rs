use std::time::Duration;

use routeros_sim::{Clock, Guest, LoginWay, Sim};

use crate::client::{kinds, logged_in};

fn guest<'text>(user: &'text str, mac: &'text str) -> Guest<'text> {
    Guest { user, password: "p", mac, address: "10.5.50.9", by: LoginWay::HttpPap }
}

const PHONE: &str = "AA:BB:CC:00:00:01";
const TABLET: &str = "AA:BB:CC:00:00:02";

#[tokio::test]
async fn a_guest_is_online_for_as_long_as_the_voucher_lasts() {
    let (sim, _, mut client) = logged_in(Sim::builder().clock(Clock::Frozen { at: 1_800_000_000 })).await;
    sim.add_user("K7M2", &[("password", "p"), ("limit-uptime", "1h")]).unwrap();
    let session = sim.hotspot_login(&guest("K7M2", PHONE)).unwrap();
    sim.set("/ip/hotspot/active", &session, &[("bytes-in", "500")]).unwrap();
    sim.advance(Duration::from_secs(600));
    let active = client.ask(&["/ip/hotspot/active/print", "?user=K7M2"]).await;
    assert_eq!(active[0].value("uptime"), Some("10m"));
    assert_eq!(active[0].value("session-time-left"), Some("50m"));
    assert_eq!(active[0].value("server"), Some("hotspot1"));
    assert_eq!(sim.user("K7M2").unwrap()["uptime"], "0s", "counters move at logout");

    sim.hotspot_logout(&session).unwrap();
    let user = sim.user("K7M2").unwrap();
    assert_eq!((user["uptime"].as_str(), user["bytes-in"].as_str()), ("10m", "500"));
    assert_eq!(sim.rows("/ip/hotspot/host")[0]["authorized"], "false");

    sim.hotspot_login(&guest("K7M2", PHONE)).unwrap();
    sim.advance(Duration::from_secs(50 * 60));
    assert!(sim.rows("/ip/hotspot/active").is_empty(), "the hour is over");
    let refused = sim.hotspot_login(&guest("K7M2", PHONE)).unwrap_err();
    assert_eq!(refused.to_string(), "user K7M2 has reached uptime limit");
}

#[test]
fn a_guest_who_may_not_come_in_is_told_why() {
    let sim = Sim::builder().build();
    for (name, properties) in [
        ("open", &[("password", "p")][..]),
        ("off", &[("password", "p"), ("disabled", "yes")]),
        ("locked", &[("password", "p"), ("mac-address", TABLET)]),
        ("full", &[("password", "p"), ("limit-bytes-total", "1M")]),
    ] {
        sim.add_user(name, properties).unwrap();
    }
    sim.set("/ip/hotspot/user", "full", &[("bytes-out", "1048576")]).unwrap();
    sim.hotspot_login(&guest("open", TABLET)).unwrap();
    for (name, text) in [
        ("nobody", "invalid username or password"),
        ("off", "invalid username or password"),
        ("locked", "user locked is not allowed to log in from this MAC address"),
        ("full", "user full has reached traffic limit"),
        ("open", "no more sessions are allowed for user open"),
    ] {
        assert_eq!(sim.hotspot_login(&guest(name, PHONE)).unwrap_err().to_string(), text, "{name}");
    }
    let wrong = Guest { password: "x", ..guest("open", PHONE) };
    assert_eq!(sim.hotspot_login(&wrong).unwrap_err().to_string(), "invalid username or password");

    let chap_only = Sim::builder().login_by("http-chap").build();
    chap_only.add_user("open", &[("password", "p")]).unwrap();
    assert!(chap_only.hotspot_login(&guest("open", PHONE)).is_err(), "a QR code logs in by http-pap");
    assert!(Sim::builder().without_hotspot().build().hotspot_login(&guest("open", PHONE)).is_err());
}

#[tokio::test]
async fn removing_a_session_counts_it_and_leaves_the_cookie() {
    let sim = Sim::builder().clock(Clock::Frozen { at: 1_800_000_000 }).login_by("http-pap,mac-cookie");
    let (sim, _, mut client) = logged_in(sim).await;
    sim.add_user("K7M2", &[("password", "p")]).unwrap();
    let session = sim.hotspot_login(&guest("K7M2", PHONE)).unwrap();
    sim.advance(Duration::from_secs(60));
    let replies = client.ask(&["/ip/hotspot/active/remove", &format!("=.id={session}")]).await;
    assert_eq!(kinds(&replies), ["!done"]);
    assert_eq!(sim.user("K7M2").unwrap()["uptime"], "1m");
    let log = client.ask(&["/log/print", "?message=K7M2 (10.5.50.9): logged out: admin reset"]).await;
    assert_eq!(kinds(&log), ["!re", "!done"]);
    assert_eq!(sim.rows("/ip/hotspot/cookie")[0]["expires-in"], "2d23h59m");
    sim.advance(Duration::from_secs(3 * 86_400));
    assert!(sim.rows("/ip/hotspot/cookie").is_empty());
}
