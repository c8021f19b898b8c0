#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]

use std::time::Duration;

use routeros_sim::{Clock, Counters, HotspotClient, LoginWay, Sim, SimHandle};

use crate::client::{kinds, logged_in, refusal};

/// 2026-01-02 10:00:00 in Jakarta.
const MORNING: i64 = 1_767_322_800;
const PHONE: &str = "AA:BB:CC:00:00:01";
const TABLET: &str = "AA:BB:CC:00:00:02";

fn cafe() -> Sim {
    Sim::builder().clock(Clock::Frozen { at: MORNING }).login_by("http-pap,mac-cookie")
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A phone that is online as `K7M2`, whose profile has these properties.
fn online(sim: &SimHandle, profile: &[(&str, &str)], user: &[(&str, &str)]) -> HotspotClient {
    sim.add("/ip/hotspot/user/profile", &[&[("name", "p")], profile].concat()).unwrap();
    sim.add_user("K7M2", &[&[("password", "x"), ("profile", "p")], user].concat()).unwrap();
    let phone = sim.client(PHONE);
    phone.connect("hotspot1").unwrap();
    phone.login("K7M2", "x", LoginWay::HttpPap).unwrap();
    phone
}

fn causes(sim: &SimHandle) -> Vec<String> {
    let lines = sim.rows("/log").into_iter().map(|line| line["message"].clone());
    lines.filter_map(|line| line.split_once("logged out: ").map(|(_, cause)| cause.to_owned())).collect()
}

#[test]
fn a_phone_gets_an_address_a_host_row_a_lease_and_a_queue() {
    let sim = cafe().build();
    let phone = online(&sim, &[("rate-limit", "512k/1M 1M/2M"), ("address-list", "tamu")], &[]);
    let host = &sim.rows("/ip/hotspot/host")[0];
    assert_eq!((host["address"].as_str(), host["authorized"].as_str()), ("10.5.50.2", "true"));
    let lease = &sim.rows("/ip/dhcp-server/lease")[0];
    assert_eq!((lease["status"].as_str(), lease["dynamic"].as_str()), ("bound", "true"));
    assert_eq!(sim.rows("/ip/pool")[0]["available"], "252");
    let queue = &sim.rows("/queue/simple")[0];
    assert_eq!((queue["name"].as_str(), queue["target"].as_str()), ("<hotspot-K7M2>", "10.5.50.2/32"));
    assert_eq!(
        (queue["max-limit"].as_str(), queue["burst-limit"].as_str()),
        ("512000/1000000", "1000000/2000000")
    );
    assert_eq!(sim.rows("/ip/firewall/address-list")[0]["address"], "10.5.50.2");
    assert_eq!(sim.revision(), 3, "the profile, the user and the cookie are kept, and nothing else");
    phone.logout();
    assert!(sim.rows("/queue/simple").is_empty() && sim.rows("/ip/firewall/address-list").is_empty());
    assert_eq!(causes(&sim), ["user request"]);
}

#[test]
fn what_a_phone_moves_is_shown_at_once_and_counted_at_logout() {
    let sim = cafe().build();
    let phone = online(&sim, &[], &[]);
    phone.traffic(80_000, 800_000);
    sim.advance(seconds(60));
    let active = &sim.rows("/ip/hotspot/active")[0];
    assert_eq!((active["bytes-in"].as_str(), active["bytes-out"].as_str()), ("600000", "6000000"));
    assert_eq!((active["idle-time"].as_str(), active["uptime"].as_str()), ("0s", "1m"));
    assert_eq!(sim.user("K7M2").unwrap()["bytes-out"], "0", "counters move at logout");
    phone.go_idle();
    sim.advance(seconds(30));
    assert_eq!(sim.rows("/ip/hotspot/active")[0]["idle-time"], "30s");
    phone.logout();
    let user = sim.user("K7M2").unwrap();
    assert_eq!((user["bytes-out"].as_str(), user["uptime"].as_str()), ("6000000", "1m30s"));
    sim.set("/ip/hotspot/user", "K7M2", &[("bytes-out", "0"), ("uptime", "0s")]).unwrap();
}

#[test]
fn counters_may_also_be_live_or_written_now_and_then() {
    for (counters, after_a_minute) in
        [(Counters::AtLogout, "0s"), (Counters::Live, "1m"), (Counters::Every(seconds(25)), "50s")]
    {
        let sim = cafe().knobs(|knobs| knobs.counters = counters).build();
        let phone = online(&sim, &[], &[]);
        phone.traffic(0, 8000);
        sim.advance(seconds(60));
        assert_eq!(sim.user("K7M2").unwrap()["uptime"], after_a_minute, "{counters:?}");
        phone.logout();
        let user = sim.user("K7M2").unwrap();
        assert_eq!((user["uptime"].as_str(), user["bytes-out"].as_str()), ("1m", "60000"), "{counters:?}");
    }
}

#[test]
fn sessions_end_by_themselves_for_the_reason_the_profile_gives() {
    type Values = &'static [(&'static str, &'static str)];
    type Case = (Values, Values, fn(&HotspotClient), u64, &'static str);
    let cases: [Case; 5] = [
        (&[("idle-timeout", "5m")], &[], |phone| phone.go_idle(), 300, "idle timeout"),
        (&[("keepalive-timeout", "2m")], &[], |phone| phone.vanish(), 120, "keepalive timeout"),
        (&[("session-timeout", "10m")], &[], |phone| phone.traffic(8, 8), 600, "session timeout"),
        (&[], &[("limit-uptime", "7m")], |phone| phone.traffic(8, 8), 420, "session timeout"),
        (&[], &[("limit-bytes-total", "9000")], |phone| phone.traffic(400, 800), 60, "traffic limit reached"),
    ];
    for (profile, user, act, after, cause) in cases {
        let sim = cafe().build();
        let phone = online(&sim, profile, user);
        phone.traffic(8000, 8000);
        sim.advance(seconds(0));
        act(&phone);
        sim.advance(seconds(after - 1));
        assert!(phone.session().is_some(), "{cause}: a second early");
        sim.advance(seconds(1));
        assert!(phone.session().is_none(), "{cause}");
        assert_eq!(causes(&sim), [cause]);
    }
}

#[test]
fn a_voucher_whose_bytes_are_used_up_does_not_come_in_again() {
    let sim = cafe().build();
    let phone = online(&sim, &[], &[("limit-bytes-out", "1000")]);
    phone.traffic(0, 8000);
    sim.advance(seconds(5));
    let refused = phone.login("K7M2", "x", LoginWay::HttpPap).unwrap_err();
    assert_eq!(refused.to_string(), "user K7M2 has reached traffic limit");
}

#[tokio::test]
async fn a_phone_with_a_cookie_comes_in_by_itself_even_after_it_was_thrown_out() {
    let (sim, _, mut client) = logged_in(cafe()).await;
    let phone = online(&sim, &[("mac-cookie-timeout", "1h")], &[]);
    let active = client.ask(&["/ip/hotspot/active/print", "=.proplist=.id"]).await;
    let id = active[0].value(".id").unwrap().to_owned();
    client.ask(&["/ip/hotspot/active/remove", &format!("=.id={id}")]).await;
    assert!(phone.session().is_none());
    let back = phone.connect("hotspot1").unwrap();
    assert!(back.session.is_some(), "the cookie is still there");
    assert_eq!(sim.rows("/ip/hotspot/active")[0]["login-by"], "mac-cookie");
    client.ask(&["/ip/hotspot/active/remove", &format!("=.id={}", back.session.unwrap())]).await;
    client.ask(&["/ip/hotspot/cookie/remove", "=.id=*0"]).await;
    assert!(phone.connect("hotspot1").unwrap().session.is_none(), "without the cookie it has to log in");
    phone.login("K7M2", "x", LoginWay::HttpPap).unwrap();
    phone.vanish();
    sim.advance(seconds(3600));
    assert!(phone.connect("hotspot1").unwrap().session.is_none(), "the cookie has run out");
}

#[tokio::test]
async fn a_phone_that_insists_is_back_at_once_until_its_user_is_switched_off() {
    let (sim, _, mut client) = logged_in(cafe()).await;
    let phone = online(&sim, &[], &[]);
    phone.insist("K7M2", "x");
    let before = phone.session().unwrap();
    client.ask(&["/ip/hotspot/active/remove", &format!("=.id={before}")]).await;
    let after = phone.session().expect("it came back by itself");
    assert_eq!(
        (sim.rows("/ip/hotspot/active").len(), sim.rows("/ip/hotspot/active")[0][".id"].as_str()),
        (1, after.as_str())
    );
    client.ask(&["/ip/hotspot/user/set", "=.id=K7M2", "=disabled=yes"]).await;
    let last = phone.session();
    if let Some(id) = last {
        client.ask(&["/ip/hotspot/active/remove", &format!("=.id={id}")]).await;
    }
    assert!(phone.session().is_none(), "who is refused stays out");
}

#[test]
fn a_phone_that_is_back_in_time_goes_on_where_it_was() {
    let sim = cafe().build();
    let phone = online(&sim, &[("keepalive-timeout", "2m")], &[]);
    let session = phone.session();
    phone.vanish();
    sim.advance(seconds(100));
    assert_eq!(sim.rows("/ip/hotspot/host")[0]["host-dead-time"], "1m40s");
    let back = phone.connect("hotspot1").unwrap();
    assert_eq!((back.address.as_str(), back.session), ("10.5.50.2", session.clone()));
    sim.advance(seconds(600));
    assert_eq!(phone.session(), session);
    assert_eq!(sim.rows("/ip/pool/used").len(), 1);
}

#[test]
fn a_phone_that_hides_its_address_is_another_phone() {
    let sim = cafe().build();
    let phone = online(&sim, &[("keepalive-timeout", "2m")], &[]);
    let same = phone.roam(TABLET);
    assert!(same.connect("hotspot1").unwrap().session.is_none());
    let refused = same.login("K7M2", "x", LoginWay::HttpPap).unwrap_err();
    assert_eq!(refused.to_string(), "no more sessions are allowed for user K7M2");
    sim.advance(seconds(120));
    same.login("K7M2", "x", LoginWay::HttpPap).unwrap();
    assert_eq!(sim.rows("/ip/hotspot/host").len(), 1, "who does not answer is no host any more");
}

#[tokio::test]
async fn a_user_who_is_disabled_while_online_stays_or_goes_as_the_knob_says() {
    for drops in [false, true] {
        let (sim, _, mut client) = logged_in(cafe().knobs(|knobs| knobs.drops_changed_users = drops)).await;
        let phone = online(&sim, &[], &[]);
        client.ask(&["/ip/hotspot/user/disable", "=numbers=K7M2"]).await;
        assert_eq!(phone.session().is_none(), drops);
        client.ask(&["/ip/hotspot/user/remove", "=numbers=K7M2"]).await;
        assert_eq!(phone.session().is_none(), drops);
        client.ask(&["/ip/hotspot/disable", "=numbers=hotspot1"]).await;
        assert!(phone.session().is_none(), "without its server nobody is online");
        let refused = sim.client(TABLET).connect("hotspot1").unwrap_err();
        assert_eq!(refused.to_string(), "hotspot service is shutting down");
    }
}

#[test]
fn pools_and_licences_have_an_end() {
    let sim = cafe().build();
    sim.set("/ip/pool", "hs-pool-1", &[("ranges", "10.5.50.2-10.5.50.3")]).unwrap();
    sim.client("AA:BB:CC:00:00:10").connect("hotspot1").unwrap();
    sim.client("AA:BB:CC:00:00:11").connect("hotspot1").unwrap();
    let refused = sim.client("AA:BB:CC:00:00:12").connect("hotspot1").unwrap_err();
    assert_eq!(refused.to_string(), "cannot assign ip address - no more free addresses from pool");

    let sim = cafe().build();
    sim.set("/system/license", "*0", &[("nlevel", "3")]).unwrap();
    online(&sim, &[("shared-users", "5")], &[]);
    let tablet = sim.client(TABLET);
    tablet.connect("hotspot1").unwrap();
    let refused = tablet.login("K7M2", "x", LoginWay::HttpPap).unwrap_err();
    assert_eq!(refused.to_string(), "session limit reached (1)");
}

#[tokio::test]
async fn a_device_can_be_let_past_the_login_page_or_kept_out() {
    let (sim, _, mut client) = logged_in(cafe()).await;
    let printer = sim.client(PHONE);
    printer.connect("hotspot1").unwrap();
    let made = client.ask(&["/ip/hotspot/host/make-binding", "=numbers=*0", "=type=bypassed"]).await;
    assert_eq!(kinds(&made), ["!done"]);
    let binding = &sim.rows("/ip/hotspot/ip-binding")[0];
    assert_eq!((binding["mac-address"].as_str(), binding["type"].as_str()), (PHONE, "bypassed"));
    assert_eq!(sim.rows("/ip/hotspot/host")[0]["bypassed"], "true");

    sim.add("/ip/hotspot/ip-binding", &[("mac-address", TABLET), ("type", "blocked")]).unwrap();
    sim.add_user("a", &[("password", "a")]).unwrap();
    let tablet = sim.client(TABLET);
    tablet.connect("hotspot1").unwrap();
    assert!(tablet.login("a", "a", LoginWay::HttpPap).is_err());
}

#[tokio::test]
async fn an_administrator_can_log_a_device_in() {
    let (sim, _, mut client) = logged_in(cafe().login_by("http-chap")).await;
    sim.add_user("a", &[("password", "a")]).unwrap();
    let phone = sim.client(PHONE);
    let address = phone.connect("hotspot1").unwrap().address;
    let ip = format!("=ip={address}");
    let wrong = client.ask(&["/ip/hotspot/active/login", "=user=a", "=password=b", &ip]).await;
    assert_eq!(refusal(&wrong), "failure: invalid username or password");
    let right = client.ask(&["/ip/hotspot/active/login", "=user=a", "=password=a", &ip]).await;
    assert_eq!(kinds(&right), ["!done"]);
    assert!(phone.session().is_some());
    let unknown = client.ask(&["/ip/hotspot/active/login", "=user=a", "=ip=10.9.9.9"]).await;
    assert_eq!(refusal(&unknown), "failure: unknown host IP");
    let no_set = client.ask(&["/ip/hotspot/active/set", "=.id=*0", "=limit-uptime=1h"]).await;
    assert_eq!(refusal(&no_set), "no such command");
}

#[tokio::test]
async fn who_listens_to_the_active_sessions_hears_them_come_and_go() {
    let (sim, _, mut client) = logged_in(cafe()).await;
    client.send(&["/ip/hotspot/active/listen", ".tag=L", "=.proplist=.id,user"]).await;
    client.ask(&["/system/identity/print"]).await;
    let phone = online(&sim, &[("session-timeout", "10m")], &[]);
    assert_eq!(client.reply().await.unwrap().value("user"), Some("K7M2"));
    sim.advance(seconds(600));
    assert!(phone.session().is_none());
    assert_eq!(client.reply().await.unwrap().value(".dead"), Some("true"));
}
