#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]

use std::time::Duration;

use routeros_sim::{Clock, Sim, SimHandle};

use crate::client::{kinds, logged_in, refusal};

fn provider() -> Sim {
    Sim::builder().clock(Clock::Frozen { at: 1_767_322_800 })
}

fn with_secret(sim: &SimHandle, profile: &[(&str, &str)], secret: &[(&str, &str)]) {
    sim.add("/ip/pool", &[("name", "pppoe"), ("ranges", "100.64.0.2-100.64.0.9")]).unwrap();
    sim.add(
        "/ppp/profile",
        &[&[("name", "10M"), ("remote-address", "pppoe"), ("rate-limit", "5M/10M")], profile].concat(),
    )
    .unwrap();
    sim.add(
        "/ppp/secret",
        &[&[("name", "budi"), ("password", "x"), ("service", "pppoe"), ("profile", "10M")], secret].concat(),
    )
    .unwrap();
}

#[tokio::test]
async fn a_caller_gets_an_address_an_interface_and_a_queue() {
    let (sim, _, mut client) = logged_in(provider()).await;
    with_secret(&sim, &[], &[]);
    let modem = sim.ppp_client("pppoe", "AA:BB:CC:00:00:01");
    let session = modem.dial("budi", "x").unwrap();
    sim.advance(Duration::from_secs(90));
    let active = client.ask(&["/ppp/active/print"]).await;
    assert_eq!((active[0].value("name"), active[0].value("uptime")), (Some("budi"), Some("1m30s")));
    assert_eq!(
        (active[0].value("address"), active[0].value("caller-id")),
        (Some("100.64.0.2"), Some("AA:BB:CC:00:00:01"))
    );
    let interface = client.ask(&["/interface/print", "?type=pppoe-in"]).await;
    assert_eq!(interface[0].value("name"), Some("<pppoe-budi>"));
    assert_eq!(sim.rows("/queue/simple")[0]["max-limit"], "5000000/10000000");
    assert_eq!(kinds(&client.ask(&["/ppp/active/remove", &format!("=.id={session}")]).await), ["!done"]);
    let secret = &sim.rows("/ppp/secret")[0];
    assert_eq!(
        (secret["last-caller-id"].as_str(), secret["last-disconnect-reason"].as_str()),
        ("AA:BB:CC:00:00:01", "admin reset")
    );
    assert_eq!(secret["last-logged-out"], "2026-01-02 10:01:30");
    assert!(sim.rows("/ppp/active").is_empty() && sim.rows("/queue/simple").is_empty());
    assert!(sim.rows("/interface").iter().all(|row| !row["name"].starts_with('<')));
    let duplicate = client.ask(&["/ppp/secret/add", "=name=budi"]).await;
    assert_eq!(refusal(&duplicate), "failure: secret with the same name already exists");
    let profiles: Vec<String> = sim.rows("/ppp/profile").iter().map(|row| row[".id"].clone()).collect();
    assert_eq!(profiles, ["*0", "*1", "*FFFFFFFE"]);
}

#[test]
fn a_caller_is_refused_for_the_reason_the_log_tells() {
    let sim = provider().build();
    with_secret(&sim, &[], &[("caller-id", "AA:BB:CC:00:00:01")]);
    for (service, caller_id, user, password, why) in [
        ("pppoe", "AA:BB:CC:00:00:01", "siti", "x", "no such user"),
        ("pppoe", "AA:BB:CC:00:00:01", "budi", "y", "wrong password"),
        ("pppoe", "AA:BB:CC:00:00:02", "budi", "x", "could not match caller id"),
        ("l2tp", "AA:BB:CC:00:00:01", "budi", "x", "no such user"),
    ] {
        let refused = sim.ppp_client(service, caller_id).dial(user, password).unwrap_err();
        assert_eq!(refused.to_string(), why);
        assert!(sim.rows("/log").last().unwrap()["message"].ends_with(why));
    }
    sim.set("/ppp/secret", "budi", &[("disabled", "yes")]).unwrap();
    assert!(sim.ppp_client("pppoe", "AA:BB:CC:00:00:01").dial("budi", "x").is_err());
}

#[test]
fn a_second_call_replaces_the_first_where_only_one_is_allowed_and_sessions_time_out() {
    let sim = provider().build();
    let up = ":log info (\"up \" . $user . \" \" . $\"remote-address\")";
    let only_one = [
        ("only-one", "yes"),
        ("session-timeout", "1h"),
        ("on-up", up),
        ("on-down", ":log info \"down $user\""),
    ];
    with_secret(&sim, &only_one, &[]);
    let modem = sim.ppp_client("pppoe", "AA:BB:CC:00:00:01");
    let first = modem.dial("budi", "x").unwrap();
    let second = modem.dial("budi", "x").unwrap();
    assert_ne!(first, second);
    assert_eq!(sim.rows("/ppp/active").len(), 1);
    sim.advance(Duration::from_secs(3600));
    assert!(sim.rows("/ppp/active").is_empty());
    let said: Vec<String> = (sim.rows("/log").into_iter())
        .filter(|line| line["topics"] == "script,info")
        .map(|line| line["message"].clone())
        .collect();
    assert_eq!(said, ["up budi 100.64.0.2", "down budi", "up budi 100.64.0.2", "down budi"]);
    assert_eq!(sim.scripts().unsupported, 0);
    let modem = sim.ppp_client("pppoe", "AA:BB:CC:00:00:01");
    let third = modem.dial("budi", "x").unwrap();
    modem.hangup(&third, "peer request").unwrap();
    assert_eq!(sim.rows("/ppp/secret")[0]["last-disconnect-reason"], "peer request");
}

#[test]
fn two_calls_of_one_secret_have_an_interface_each() {
    let sim = provider().build();
    with_secret(&sim, &[], &[]);
    let names = |sim: &SimHandle| -> Vec<String> {
        let interfaces = sim.rows("/interface").into_iter().map(|row| row["name"].clone());
        interfaces.filter(|name| name.starts_with('<')).collect()
    };
    let modem = sim.ppp_client("pppoe", "AA:BB:CC:00:00:01");
    let first = modem.dial("budi", "x").unwrap();
    let second = modem.dial("budi", "x").unwrap();
    assert_eq!(names(&sim), ["<pppoe-budi>", "<pppoe-budi-1>"]);
    modem.hangup(&second, "peer request").unwrap();
    assert_eq!(names(&sim), ["<pppoe-budi>"]);
    modem.hangup(&first, "peer request").unwrap();
    assert!(names(&sim).is_empty() && sim.rows("/ip/pool/used").is_empty());
}
