use super::Scripts;
use crate::{Clock, Guest, LoginWay, Sim, SimHandle, Version};
use std::time::Duration;

/// 2026-01-02 10:00:00 in Jakarta.
const MORNING: i64 = 1_767_322_800;

fn router(version: Version) -> SimHandle {
    Sim::builder().version(version).clock(Clock::Frozen { at: MORNING }).build()
}

/// Runs a script and returns what it has logged.
fn said(sim: &SimHandle, source: &str) -> Vec<String> {
    sim.add("/system/script", &[("name", "try"), ("source", source)]).unwrap();
    sim.world(|world| {
        let row = world.at("/system/script").named("try").next().map(|row| row.id);
        world.run_script(row.unwrap());
    });
    sim.remove("/system/script", "try").unwrap();
    logged(sim)
}

fn logged(sim: &SimHandle) -> Vec<String> {
    let lines = sim.rows("/log").into_iter();
    lines.filter(|line| line["topics"].starts_with("script")).map(|line| line["message"].clone()).collect()
}

/// What `:log info` says of an expression.
fn worked_out(expression: &str) -> String {
    let sim = router(Version::V7_22_3);
    let source =
        format!(":local mac \"AA\"; :local n 7; :local words {{\"a\";\"b\"}}; :log info ({expression})");
    said(&sim, &source).pop().unwrap_or_default()
}

#[test]
fn expressions_mean_what_they_mean_on_a_router() {
    for (expression, expected) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("\"a\" . 1 . \"b\"", "a1b"),
        ("$n - 2 = 5", "true"),
        ("$n > 10 or $n = 7", "true"),
        ("$n > 10 || !($n = 7)", "false"),
        ("[:pick \"KRC1|abc\" 0 5]", "KRC1|"),
        ("[:pick \"abc\" 1]", "b"),
        ("[:pic \"abc\" 0 9]", "abc"),
        ("[:len \"jan/02 10:00:00\"]", "15"),
        ("[len $mac]", "2"),
        ("[:typeof [:find \"abc\" \"x\"]]", "nil"),
        ("[:find \"a|F=1\" \"|F=\"]", "1"),
        ("[:find $words \"b\"]", "1"),
        ("$words->1", "b"),
        ("[:tonum \"15\"] + 1", "16"),
        ("1d + 2h", "1d02:00:00"),
        ("[:typeof 5m]", "time"),
        ("[:tostr 90s]", "00:01:30"),
        ("\"x$mac-$(1 + 1)\"", "xAA-2"),
        ("\"\\\"q\\\" \\$n\"", "\"q\" $n"),
        ("$nobody = \"\"", "true"),
        ("[:typeof $nobody]", "nil"),
        ("-3 + 5", "2"),
        ("7 / 2", "3"),
        ("7 % 4", "3"),
        ("\"abc\" ~ \"^ab\"", "true"),
    ] {
        assert_eq!(worked_out(expression), expected, "{expression}");
    }
}

#[test]
fn loops_conditions_and_functions_work() {
    let sim = router(Version::V7_22_3);
    let lines = said(
        &sim,
        "# a comment\n:local sum 0\n:foreach i in={1;2;3} do={ :set sum ($sum + $i) }\n\
         :for i from=1 to=3 do={:set sum ($sum + 10)}; :while ($sum < 40) do={:set sum ($sum + 1)}\n\
         :local double do={ :return ($n * 2) }; :log info [$double n=$sum];\n\
         :if ($sum = 40) do={ :log info \"yes\" } else={ :log info \"no\" }\n\
         :do { :error \"broken\" } on-error={ :log warning \"caught\" }\n\
         :global kept 5; { :local sum 1; :log info $sum }; :log info $sum",
    );
    assert_eq!(lines, ["80", "yes", "caught", "1", "40"]);
    assert_eq!(said(&sim, ":global kept; :log info $kept").last().unwrap(), "5", "globals outlive scripts");
    assert_eq!(sim.scripts().unsupported, 0);
}

#[test]
fn menus_are_read_and_changed_with_shortened_words() {
    let sim = router(Version::V7_22_3);
    sim.add_user("a", &[("comment", "vc-1"), ("limit-uptime", "1h")]).unwrap();
    sim.add_user("b", &[("comment", "up-1"), ("disabled", "yes")]).unwrap();
    let lines = said(
        &sim,
        "/ip hotspot user set comment=\"x y\" [find where name=\"a\"]\n\
         :log info [/ip hotspot user get [find name=a] comment]\n\
         :log info [/ip hotspot user get a limit-uptime]\n\
         :log info [/ip hotspot user print count-only where disabled=yes]\n\
         :log info [:len [/ip hotspot user find where comment~\"1\" and !disabled]]\n\
         /sys sch add name=s1 disable=no interval=1d on-event=\"\"; :log info [/sys sch get s1 next-run]\n\
         [/sys sch re [find where name=s1]]; :log info [:len [/system scheduler find]]\n\
         :local name b; :log info [:len [/ip hotspot user find where name=$name]]\n\
         /ip hotspot user remove [find where name=\"b\"]; /ip hotspot user remove [find where name=\"b\"]",
    );
    assert_eq!(lines, ["x y", "01:00:00", "1", "0", "2026-01-03 10:00:00", "0", "3"]);
    assert!(sim.user("b").is_none());
    assert_eq!(sim.user("a").unwrap()["comment"], "x y");
    assert_eq!(sim.scripts(), Scripts { started: 1, ..Scripts::default() });
}

#[test]
fn an_error_stops_a_script_and_nothing_else() {
    let sim = router(Version::V7_22_3);
    let lines = said(&sim, ":log info a; /ip hotspot user get nobody comment; :log info b");
    assert_eq!(lines, ["a", "try: no such item"]);
    assert_eq!((sim.scripts().failed, sim.scripts().unsupported), (1, 0));
}

#[test]
fn what_is_not_understood_has_no_effect_at_all_and_is_counted() {
    let sim = router(Version::V7_22_3);
    for source in [
        ":log info a; /tool fetch url=http://x",
        ":log info a; :resolve x",
        ":log info (1 +",
        ":if (1=1) do={ :log info a",
        "/ip hotspot user set [find] nonsense=1",
    ] {
        said(&sim, source);
    }
    let counts = sim.scripts();
    assert_eq!((counts.unsupported, counts.started), (5, 0), "{:?}", counts.not_understood);
    assert!(logged(&sim).iter().all(|line| line.starts_with("try: not understood")), "{:?}", logged(&sim));
}

#[test]
fn a_script_may_do_what_it_was_allowed_and_no_more() {
    let sim = router(Version::V7_22_3);
    sim.add(
        "/system/script",
        &[("name", "peek"), ("policy", "read"), ("source", "/ip hotspot user add name=x")],
    )
    .unwrap();
    sim.add("/system/scheduler", &[("name", "s"), ("interval", "1m"), ("on-event", "peek")]).unwrap();
    sim.advance(Duration::from_secs(60));
    assert_eq!(logged(&sim), ["peek: not enough permissions (9)"]);
    assert!(sim.user("x").is_none());
    let script = &sim.rows("/system/script")[0];
    assert_eq!((script["run-count"].as_str(), script["last-started"].as_str()), ("1", "2026-01-02 10:01:00"));
}

#[test]
fn a_script_that_waits_goes_on_later_and_is_a_job_meanwhile() {
    let sim = router(Version::V7_22_3);
    assert!(said(&sim, ":delay 5s; :log info [/system clock get time]; :delay 2; :log info done").is_empty());
    assert_eq!(sim.rows("/system/script/job").len(), 1);
    sim.advance(Duration::from_secs(4));
    assert!(logged(&sim).is_empty());
    sim.advance(Duration::from_secs(600));
    assert_eq!(logged(&sim), ["10:00:05", "done"]);
    assert!(sim.rows("/system/script/job").is_empty());
}

/// A login script as widespread voucher programs write it: the first login makes a scheduler only to learn from it
/// when the voucher is over, and writes that into the comment.
const LEARNS_ITS_END: &str = ":put (\",rem,5000,1d,6000,,Disable,\"); :local day [/system clock get date]; \
    :local year [:pick $day 7 11]; :local note [/ip hotspot user get [/ip hotspot user find where name=\"$user\"] comment]; \
    :local kind [:pic $note 0 2]; :if ($kind = \"vc\" or $kind = \"up\" or $note = \"\") do={ \
    /sys sch add name=\"$user\" disable=no start-date=$day interval=\"1d\"; :delay 5s; \
    :local end [/sys sch get [/sys sch find where name=\"$user\"] next-run]; :local size [len $end]; \
    :if ($size = 15) do={ /ip hotspot user set comment=([:pick $end 0 6] . \"/\" . $year . [:pick $end 6 15]) [find where name=\"$user\"] }; \
    :if ($size = 8) do={ /ip hotspot user set comment=\"$day $end\" [find where name=\"$user\"] }; \
    :if ($size > 15) do={ /ip hotspot user set comment=\"$end\" [find where name=\"$user\"] }; \
    :delay 5s; /sys sch remove [find where name=\"$user\"] }";

/// The other half: every few minutes whoever is past the day in the comment is removed. It knows slashes only.
const REMOVES_WHAT_IS_OVER: &str = ":local months (\"jan\",\"feb\",\"mar\",\"apr\",\"may\",\"jun\",\"jul\",\"aug\",\"sep\",\"oct\",\"nov\",\"dec\"); \
    :local number do={ :local month ([:find $months [:pick $d 0 3]] + 101); \
    :return [:tonum ([:pick $d 7 11] . [:pick $month 1 3] . [:pick $d 4 6])] }; \
    :local today [$number d=[/system clock get date] months=$months]; \
    :foreach i in=[/ip hotspot user find where profile=\"harian\"] do={ \
    :local note [/ip hotspot user get $i comment]; :local who [/ip hotspot user get $i name]; \
    :if ([:pick $note 3] = \"/\" and [:pick $note 6] = \"/\") do={ \
    :if ([$number d=$note months=$months] < $today) do={ /ip hotspot user remove $i; \
    /ip hotspot active remove [find where user=$who] } } }";

fn with_voucher_program(version: Version) -> SimHandle {
    let sim = router(version);
    sim.add("/ip/hotspot/user/profile", &[("name", "harian"), ("on-login", LEARNS_ITS_END)]).unwrap();
    let sweep = [("name", "harian"), ("interval", "2m30s"), ("on-event", REMOVES_WHAT_IS_OVER)];
    sim.add("/system/scheduler", &sweep).unwrap();
    sim.add_user("K7M2", &[("profile", "harian"), ("comment", "vc-123-05.01.23-note")]).unwrap();
    let guest = Guest {
        user: "K7M2",
        password: "",
        mac: "AA:BB:CC:00:00:01",
        address: "10.5.50.9",
        by: LoginWay::HttpPap,
    };
    sim.hotspot_login(&guest).unwrap();
    sim.advance(Duration::from_secs(11));
    sim
}

#[test]
fn a_voucher_program_that_knows_old_dates_only_works_on_old_releases() {
    for version in [Version::V6_49_10, Version::V7_9_2] {
        let sim = with_voucher_program(version);
        assert_eq!(sim.user("K7M2").unwrap()["comment"], "jan/03/2026 10:00:00", "{version}");
        assert_eq!(sim.rows("/system/scheduler").len(), 1, "the one it learned from is gone");
        sim.advance(Duration::from_secs(2 * 86_400));
        assert!(sim.user("K7M2").is_none(), "{version}: the voucher is over");
        assert!(sim.rows("/ip/hotspot/active").is_empty());
        assert_eq!((sim.scripts().unsupported, sim.scripts().failed), (0, 0), "{:?}", logged(&sim));
    }
}

#[test]
fn the_same_program_never_ends_a_voucher_on_releases_with_iso_dates() {
    let sim = with_voucher_program(Version::V7_22_3);
    assert_eq!(sim.user("K7M2").unwrap()["comment"], "2026-01-03 10:00:00");
    sim.advance(Duration::from_secs(30 * 86_400));
    assert!(sim.user("K7M2").is_some(), "its sweeper does not know the date");
    assert_eq!(sim.scripts().unsupported, 0);
}

#[test]
fn what_widespread_scripts_get_away_with_is_understood() {
    let sim = router(Version::V6_49_10);
    let lines = said(
        &sim,
        ":local user K7M2; {:local n 2; [:local twice ($n * 2); :log info $twice]; :foreach i in [:toarray \"a,b\"] do={ :log info $i }; \
         [/system scheduler add name=$user interval=1h on-event= \":log info \\\"$user \\$n\\\"\"]}}",
    );
    assert_eq!(lines, ["4", "a", "b"]);
    let entry = &sim.rows("/system/scheduler")[0];
    assert_eq!((entry["name"].as_str(), entry["on-event"].as_str()), ("K7M2", ":log info \"K7M2 $n\""));
    assert_eq!(sim.scripts().unsupported, 0);
}

#[test]
fn no_text_breaks_the_reader() {
    use proptest::prelude::*;
    proptest!(|(source in "[\\[\\](){};:$\"a-z =.,/!<>0-9\\\\-]{0,60}")| {
        let _ = super::parse::parse(&source);
    });
}
