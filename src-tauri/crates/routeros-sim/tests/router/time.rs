//! Time in pieces is the same as time in one piece, and rows are what a naive list says they are.

#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]

use std::time::Duration;

use proptest::prelude::*;
use routeros_sim::{Clock, Fixture, LoginWay, Sim, SimHandle, Traffic, Values, Version};

#[derive(Debug, Clone)]
struct Person {
    limit: u32,
    idle: u32,
    keepalive: u32,
    up: u32,
    down: u32,
    vanishes: bool,
}

fn person() -> impl Strategy<Value = Person> {
    (0u32..4000, 0u32..900, 30u32..300, 0u32..5000, 0u32..90_000, any::<bool>()).prop_map(
        |(limit, idle, keepalive, up, down, vanishes)| Person { limit, idle, keepalive, up, down, vanishes },
    )
}

/// A router with people online and schedulers that change things.
fn busy_router(people: &[Person], intervals: &[u32]) -> SimHandle {
    let sim =
        Sim::builder().clock(Clock::Frozen { at: 1_767_322_800 }).login_by("http-pap,mac-cookie").build();
    sim.set_traffic("ether1", Traffic::Steps { rx_bps: 1000, tx_bps: 77, every: 13 }).unwrap();
    for (number, person) in people.iter().enumerate() {
        let (name, mac) = (format!("p{number}"), format!("AA:BB:CC:00:00:{number:02X}"));
        let zero = |seconds: u32| if seconds == 0 { "none".to_owned() } else { format!("{seconds}s") };
        sim.add(
            "/ip/hotspot/user/profile",
            &[
                ("name", &name),
                ("idle-timeout", &zero(person.idle)),
                ("keepalive-timeout", &zero(person.keepalive)),
                ("mac-cookie-timeout", "20m"),
                (
                    "on-login",
                    ":delay 7s; /ip hotspot user set [find name=$user] comment=[/system clock get time]",
                ),
            ],
        )
        .unwrap();
        sim.add_user(
            &name,
            &[
                ("password", "x"),
                ("profile", &name),
                ("limit-uptime", &person.limit.to_string()),
                ("limit-bytes-total", "2000000"),
            ],
        )
        .unwrap();
        let phone = sim.client(&mac);
        phone.connect("hotspot1").unwrap();
        phone.login(&name, "x", LoginWay::HttpPap).unwrap();
        phone.traffic(u64::from(person.up), u64::from(person.down));
        if person.vanishes {
            phone.vanish();
        }
    }
    for (number, interval) in intervals.iter().enumerate() {
        let name = format!("s{number}");
        let event = format!(
            ":log info [/system clock get time]; :delay {number}s; /ip hotspot user set [find name=p{number}] email=$interval; \
             /ip hotspot active remove [find where user=p{number} and uptime>50m]"
        );
        sim.add(
            "/system/scheduler",
            &[("name", &name), ("interval", &interval.to_string()), ("on-event", &event)],
        )
        .unwrap();
    }
    sim
}

fn state(sim: &SimHandle) -> Vec<Vec<Values>> {
    [
        "/ip/hotspot/user",
        "/ip/hotspot/active",
        "/ip/hotspot/host",
        "/ip/hotspot/cookie",
        "/ip/dhcp-server/lease",
        "/system/scheduler",
        "/system/script/job",
        "/interface",
        "/log",
        "/system/resource",
    ]
    .into_iter()
    .map(|menu| sim.rows(menu))
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn time_in_pieces_is_the_same_as_time_in_one_piece(
        people in prop::collection::vec(person(), 0..6),
        intervals in prop::collection::vec(40u32..1500, 0..3),
        millis in prop::collection::vec(0u64..2_500_000, 1..5),
    ) {
        let (whole, pieces) = (busy_router(&people, &intervals), busy_router(&people, &intervals));
        whole.advance(Duration::from_millis(millis.iter().sum()));
        for millis in &millis {
            pieces.advance(Duration::from_millis(*millis));
        }
        for (one, other) in state(&whole).into_iter().zip(state(&pieces)) {
            prop_assert_eq!(one, other);
        }
        prop_assert_eq!(whole.scripts().unsupported, 0);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Add { name: u8, comment: u8 },
    Rename { row: u8, name: u8 },
    Comment { row: u8, comment: u8 },
    Remove { row: u8 },
    Move { row: u8, before: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0u8..12, 0u8..9).prop_map(|(name, comment)| Step::Add { name, comment }),
        1 => (0u8..12, 0u8..12).prop_map(|(row, name)| Step::Rename { row, name }),
        1 => (0u8..12, 0u8..9).prop_map(|(row, comment)| Step::Comment { row, comment }),
        1 => (0u8..12).prop_map(|row| Step::Remove { row }),
        1 => (0u8..12, 0u8..12).prop_map(|(row, before)| Step::Move { row, before }),
    ]
}

/// The naive model: rows in order, each an id, a name and a comment.
#[derive(Debug, Default)]
struct List {
    rows: Vec<(String, String, String)>,
    made: u32,
}

impl List {
    fn find(&self, name: &str) -> Option<usize> {
        self.rows.iter().position(|(_, known, _)| known == name)
    }

    /// Whether the step is allowed; if so it is taken.
    fn take(&mut self, step: &Step) -> bool {
        match step {
            Step::Add { name, comment } => {
                let free = self.find(&format!("q{name}")).is_none();
                if free {
                    let id = format!("*{:X}", self.made);
                    self.made += 1;
                    self.rows.push((id, format!("q{name}"), format!("c{comment}")));
                }
                free
            }
            Step::Rename { row, name } => {
                let (Some(at), taken) = (self.find(&format!("q{row}")), self.find(&format!("q{name}")))
                else {
                    return false;
                };
                let allowed = taken.is_none_or(|taken| taken == at);
                if allowed {
                    self.rows[at].1 = format!("q{name}");
                }
                allowed
            }
            Step::Comment { row, comment } => match self.find(&format!("q{row}")) {
                Some(at) => {
                    self.rows[at].2 = format!("c{comment}");
                    true
                }
                None => false,
            },
            Step::Remove { row } => self.find(&format!("q{row}")).map(|at| self.rows.remove(at)).is_some(),
            Step::Move { row, before } => {
                let (Some(at), Some(_)) = (self.find(&format!("q{row}")), self.find(&format!("q{before}")))
                else {
                    return false;
                };
                let moved = self.rows.remove(at);
                let place = self.find(&format!("q{before}")).unwrap_or(at);
                self.rows.insert(place, moved);
                true
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_are_what_a_naive_list_says_they_are(steps in prop::collection::vec(step(), 0..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (sim, _, mut client) = crate::client::logged_in(Sim::builder()).await;
            let mut list = List::default();
            for step in &steps {
                let word = |key: &str, letter: char, number: &u8| format!("={key}={letter}{number}");
                let words = match step {
                    Step::Add { name, comment } => {
                        vec!["/queue/simple/add".to_owned(), word("name", 'q', name), word("comment", 'c', comment)]
                    }
                    Step::Rename { row, name } => {
                        vec!["/queue/simple/set".to_owned(), word("numbers", 'q', row), word("name", 'q', name)]
                    }
                    Step::Comment { row, comment } => {
                        vec!["/queue/simple/comment".to_owned(), word("numbers", 'q', row), word("comment", 'c', comment)]
                    }
                    Step::Remove { row } => vec!["/queue/simple/remove".to_owned(), word("numbers", 'q', row)],
                    Step::Move { row, before } => {
                        vec!["/queue/simple/move".to_owned(), word("numbers", 'q', row), word("destination", 'q', before)]
                    }
                };
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let done = client.ask(&words).await.len() == 1;
                assert_eq!(done, list.take(step), "{step:?}");
            }
            let rows: Vec<(String, String, String)> = (sim.rows("/queue/simple").into_iter())
                .map(|row| (row[".id"].clone(), row["name"].clone(), row["comment"].clone()))
                .collect();
            assert_eq!(rows, list.rows);
        });
    }
}

#[test]
fn every_fixture_is_what_its_name_says() {
    for version in [Version::V6_49_10, Version::V7_22_3] {
        for fixture in Fixture::ALL {
            let sim = Sim::builder()
                .clock(Clock::Frozen { at: 1_767_322_800 })
                .version(version)
                .fixture(fixture)
                .build();
            let count = |menu: &str| sim.rows(menu).len();
            let found = (sim.user_count(), count("/ip/hotspot/active"), count("/ppp/secret"));
            let expected = match fixture {
                Fixture::Empty => (0, 0, 0),
                Fixture::SmallCafe => (200, 12, 0),
                Fixture::Big => (20_000, 3000, 0),
                Fixture::MikhmonLegacy => (63, 0, 0),
                Fixture::Messy => (81, 0, 0),
                Fixture::PppIsp => (0, 0, 500),
            };
            assert_eq!(found, expected, "{fixture}");
            assert_eq!(sim.revision(), 0, "{fixture}: a fixture is no change");
            assert_eq!(fixture.name().parse(), Ok(fixture));
            let copy = Sim::builder().version(version).build();
            copy.restore(&sim.snapshot()).unwrap();
            assert_eq!(copy.rows("/ip/hotspot/user").len(), count("/ip/hotspot/user"), "{fixture}");
        }
    }
    assert!("huge".parse::<Fixture>().is_err());
}

#[test]
fn the_legacy_fixture_ends_its_vouchers_on_old_releases_only() {
    for (version, survives) in [(Version::V7_9_2, false), (Version::V7_22_3, true)] {
        let sim = Sim::builder()
            .clock(Clock::Frozen { at: 1_767_322_800 })
            .version(version)
            .fixture(Fixture::MikhmonLegacy)
            .build();
        let over = |sim: &SimHandle| sim.users().iter().any(|user| user["comment"].starts_with("may/"));
        assert!(over(&sim));
        sim.advance(Duration::from_secs(600));
        assert_eq!(over(&sim), survives, "{version}");
        assert_eq!((sim.scripts().failed, sim.scripts().unsupported), (0, 0), "{:?}", sim.scripts());
    }
}

#[test]
fn a_busy_router_works_harder_and_time_can_pass_faster() {
    let idle = Sim::builder().clock(Clock::Frozen { at: 1_767_322_800 }).build();
    let busy = Sim::builder().clock(Clock::Frozen { at: 1_767_322_800 }).fixture(Fixture::Big).build();
    let load = |sim: &SimHandle| sim.rows("/system/resource")[0]["cpu-load"].parse::<u32>().unwrap();
    let free = |sim: &SimHandle| sim.rows("/system/resource")[0]["free-memory"].parse::<u64>().unwrap();
    assert!(load(&busy) > load(&idle) + 30, "{} {}", load(&busy), load(&idle));
    assert!(free(&busy) < free(&idle));
    let fast = Sim::builder().clock(Clock::Scaled { at: 1_767_322_800, times: 1_000_000 }).build();
    let before = fast.router_clock();
    while fast.router_clock() - before < 60 {
        std::thread::yield_now();
    }
}
