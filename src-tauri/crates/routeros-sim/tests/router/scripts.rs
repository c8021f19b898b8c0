use std::time::Duration;

use routeros_sim::{Clock, LoginWay, Reboot, Sim, SimHandle, Version};

use crate::client::{kinds, logged_in, refusal};

/// 2026-01-02 10:00:00 in Jakarta.
const MORNING: i64 = 1_767_322_800;

fn frozen() -> Sim {
    Sim::builder().clock(Clock::Frozen { at: MORNING })
}

fn logged(sim: &SimHandle) -> Vec<String> {
    let lines = sim.rows("/log").into_iter();
    lines.filter(|line| line["topics"] == "script,info").map(|line| line["message"].clone()).collect()
}

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

#[tokio::test]
async fn an_entry_of_the_scheduler_runs_at_its_time_and_again_after_each_interval() {
    let (sim, _, mut client) = logged_in(frozen()).await;
    let add = [
        "/system/scheduler/add",
        "=name=tick",
        "=interval=1h",
        "=on-event=:log info [/system clock get time]",
    ];
    assert_eq!(kinds(&client.ask(&add).await), ["!done"]);
    let row = client.ask(&["/system/scheduler/print"]).await;
    assert_eq!(
        (row[0].value("start-date"), row[0].value("start-time")),
        (Some("2026-01-02"), Some("10:00:00"))
    );
    assert_eq!(
        (row[0].value("next-run"), row[0].value("owner")),
        (Some("2026-01-02 11:00:00"), Some("admin"))
    );
    sim.advance(Duration::from_secs(3 * 3600 + 10));
    assert_eq!(logged(&sim), ["11:00:00", "12:00:00", "13:00:00"]);
    assert_eq!(sim.rows("/system/scheduler")[0]["run-count"], "3");
    assert_eq!(sim.revision(), 1, "how often it has run is no configuration");
    client.ask(&["/system/scheduler/disable", "=numbers=tick"]).await;
    sim.advance(hours(5));
    assert_eq!(logged(&sim).len(), 3);
    assert_eq!(client.ask(&["/system/scheduler/print"]).await[0].value("next-run"), None);
}

#[test]
fn without_an_interval_an_entry_runs_once() {
    let sim = frozen().build();
    let once = [
        ("name", "once"),
        ("start-date", "2026-01-02"),
        ("start-time", "12:30:00"),
        ("on-event", ":log info now"),
    ];
    sim.add("/system/scheduler", &once).unwrap();
    let past = [
        ("name", "past"),
        ("start-date", "2026-01-01"),
        ("start-time", "12:30:00"),
        ("on-event", ":log info past"),
    ];
    sim.add("/system/scheduler", &past).unwrap();
    sim.advance(hours(100));
    assert_eq!(logged(&sim), ["now"]);
    assert!(sim.rows("/system/scheduler").iter().all(|row| !row.contains_key("next-run")));
}

#[test]
fn old_releases_shorten_the_next_run() {
    for (version, ahead, expected) in [
        (Version::V7_9_2, "12:00:00", "12:00:00"),
        (Version::V6_49_10, "09:00:00", "jan/03 09:00:00"),
        (Version::V7_16, "12:00:00", "2026-01-02 12:00:00"),
    ] {
        let sim = frozen().version(version).build();
        sim.add("/system/scheduler", &[("name", "s"), ("start-time", ahead), ("interval", "1d")]).unwrap();
        assert_eq!(sim.rows("/system/scheduler")[0]["next-run"], expected, "{version}");
    }
}

#[test]
fn what_starts_with_the_router_starts_after_each_boot() {
    let sim = frozen().build();
    sim.add(
        "/system/scheduler",
        &[("name", "boot"), ("start-time", "startup"), ("on-event", ":log info up")],
    )
    .unwrap();
    sim.restart(Reboot::graceful());
    sim.advance(Duration::from_secs(42));
    assert!(logged(&sim).is_empty(), "it takes three seconds more");
    sim.advance(Duration::from_secs(1));
    assert_eq!(logged(&sim), ["up"]);
}

#[test]
fn a_router_without_a_battery_wakes_in_1970_and_its_schedulers_with_it() {
    let sim = frozen().build();
    sim.add(
        "/system/scheduler",
        &[("name", "noon"), ("start-time", "12:00:00"), ("interval", "1d"), ("on-event", ":log info noon")],
    )
    .unwrap();
    sim.restart(Reboot::power_cut().forgetting_the_time());
    sim.advance(Duration::from_secs(60));
    assert_eq!(sim.rows("/system/clock")[0]["date"], "1970-01-02");
    sim.advance(hours(3));
    assert!(logged(&sim).is_empty(), "noon of 2026 is far away");
    sim.ntp_sync();
    assert_eq!(sim.rows("/system/clock")[0]["date"], "2026-01-02");
    sim.advance(hours(24));
    assert_eq!(logged(&sim), ["noon"]);
}

#[test]
fn a_clock_that_jumps_takes_the_schedulers_along() {
    let sim = frozen().build();
    sim.add(
        "/system/scheduler",
        &[("name", "noon"), ("start-time", "12:00:00"), ("interval", "1d"), ("on-event", ":log info noon")],
    )
    .unwrap();
    sim.set_router_clock(MORNING + 3 * 3600);
    assert_eq!(
        sim.rows("/system/scheduler")[0]["next-run"],
        "2026-01-03 12:00:00",
        "today's was jumped over"
    );
    sim.set_router_clock(MORNING + 7000);
    sim.advance(Duration::from_secs(200));
    assert_eq!(logged(&sim), ["noon"]);
}

#[tokio::test]
async fn scripts_are_run_and_executed_over_the_api() {
    let (sim, _, mut client) = logged_in(frozen()).await;
    client.ask(&["/system/script/add", "=name=hello", "=source=:log info hello"]).await;
    assert_eq!(kinds(&client.ask(&["/system/script/run", "=number=hello"]).await), ["!done"]);
    assert_eq!(kinds(&client.ask(&["/system/script/run", "=.id=*0"]).await), ["!done"]);
    assert_eq!(refusal(&client.ask(&["/system/script/run", "=number=bye"]).await), "no such item (4)");
    let job = client.ask(&["/execute", "=script=:log info executed"]).await;
    assert!(job[0].value("ret").is_some(), "{job:?}");
    assert_eq!(kinds(&client.ask(&["/log/info", "=message=by hand"]).await), ["!done"]);
    assert_eq!(logged(&sim), ["hello", "hello", "executed", "by hand"]);
    assert_eq!(sim.rows("/system/script")[0]["run-count"], "2");
}

/// A login script as vouchers with a validity need it: the first login writes the router's date into the comment.
const STAMPS: &str = ":local u [/ip hotspot user find name=$user]; :local c [/ip hotspot user get $u comment]; \
    :if (([:pick $c 0 5] = \"KRC1|\") and ([:typeof [:find $c \"|F=\"]] = \"nil\")) do={ \
    :local d [/system clock get date]; :local t [/system clock get time]; \
    /ip hotspot user set $u comment=($c . \"|F=\" . $d . \" \" . $t) mac-address=$\"mac-address\" }";

#[test]
fn a_login_script_stamps_the_first_login_once_and_locks_the_device() {
    for version in Version::ALL {
        let sim = frozen().version(version).build();
        let profile =
            [("name", "krc"), ("on-login", STAMPS), ("shared-users", "2"), ("add-mac-cookie", "no")];
        sim.add("/ip/hotspot/user/profile", &profile).unwrap();
        for (name, comment) in [("K7M2", "KRC1|b=1|v=2"), ("tamu", "vc-foreign")] {
            sim.add_user(name, &[("password", "x"), ("profile", "krc"), ("comment", comment)]).unwrap();
        }
        let (phone, tablet) = (sim.client("AA:BB:CC:00:00:01"), sim.client("AA:BB:CC:00:00:02"));
        phone.connect("hotspot1").unwrap();
        tablet.connect("hotspot1").unwrap();
        phone.login("K7M2", "x", LoginWay::HttpPap).unwrap();
        let date = if version >= Version::V7_16 { "2026-01-02" } else { "jan/02/2026" };
        let stamped = format!("KRC1|b=1|v=2|F={date} 10:00:00");
        assert_eq!(sim.user("K7M2").unwrap()["comment"], stamped, "{version}");
        assert_eq!(sim.user("K7M2").unwrap()["mac-address"], "AA:BB:CC:00:00:01");
        let refused = tablet.login("K7M2", "x", LoginWay::HttpPap).unwrap_err();
        assert_eq!(refused.to_string(), "user K7M2 is not allowed to log in from this MAC address");
        phone.logout();
        sim.advance(hours(5));
        phone.login("K7M2", "x", LoginWay::HttpPap).unwrap();
        assert_eq!(sim.user("K7M2").unwrap()["comment"], stamped, "the second login leaves it");
        tablet.login("tamu", "x", LoginWay::HttpPap).unwrap();
        assert_eq!(sim.user("tamu").unwrap()["comment"], "vc-foreign");
        let counts = sim.scripts();
        assert_eq!((counts.started, counts.failed, counts.unsupported), (3, 0, 0), "{version}: {counts:?}");
    }
}
