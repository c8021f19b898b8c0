//! Routers as they are found in the field, ready made.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use thiserror::Error;

use super::hotspot::{Attempt, Device, Guest, LoginWay};
use super::menu::Menu;
use super::value::interval;
use super::{Caller, Edit, World, clock};
use crate::net::codec::from_wire;

/// What a router holds when it is switched on for the first time in a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Fixture {
    /// What a router is born with, and the hotspot the builder asks for.
    #[default]
    Empty,
    /// A small café: 3 profiles, 200 vouchers, 12 people online.
    SmallCafe,
    /// 20,000 users, 3,000 of them online.
    Big,
    /// Vouchers of a widespread PHP program: comments `vc-` and `up-`, ends in both formats of dates, sales kept as
    /// scripts, login scripts and one scheduler for each profile.
    MikhmonLegacy,
    /// Names and comments as people really write them: bytes that are no UTF-8, `|`, spaces, emoji, names that differ in
    /// case only, very long comments.
    Messy,
    /// An internet provider: 500 secrets, 200 of them dialled in, no voucher.
    PppIsp,
}

/// The text names no fixture.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("there is no fixture {0:?}; choose one of empty, small_cafe, big, mikhmon_legacy, messy, ppp_isp")]
pub struct UnknownFixture(String);

impl Fixture {
    /// All fixtures.
    pub const ALL: [Fixture; 6] = [
        Fixture::Empty,
        Fixture::SmallCafe,
        Fixture::Big,
        Fixture::MikhmonLegacy,
        Fixture::Messy,
        Fixture::PppIsp,
    ];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Fixture::Empty => "empty",
            Fixture::SmallCafe => "small_cafe",
            Fixture::Big => "big",
            Fixture::MikhmonLegacy => "mikhmon_legacy",
            Fixture::Messy => "messy",
            Fixture::PppIsp => "ppp_isp",
        }
    }
}

impl fmt::Display for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fixture {
    type Err = UnknownFixture;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Fixture::ALL.into_iter().find(|fixture| fixture.name() == text.replace('-', "_"));
        known.ok_or_else(|| UnknownFixture(text.to_owned()))
    }
}

/// The sale of one voucher as that program keeps it: a script nobody runs.
const SOLD: [(&str, &str, &str); 3] = [
    (
        "apr/30/2023-|-19:02:11-|-K7M2PQ-|-5000-|-10.5.50.21-|-A4:C3:F0:11:22:33-|-1d-|-Harian-|-vc-481-04.30.23-",
        "apr2023",
        "apr/30/2023",
    ),
    (
        "may/01/2023-|-08:15:40-|-R4TTX9-|-5000-|-10.5.50.30-|-A4:C3:F0:11:22:34-|-1d-|-Harian-|-vc-481-04.30.23-",
        "may2023",
        "may/01/2023",
    ),
    (
        "may/01/2023-|-20:45:03-|-budi-|-50000-|-10.5.50.31-|-A4:C3:F0:11:22:35-|-30d-|-Bulanan-|-up-112-05.01.23-budi",
        "may2023",
        "may/01/2023",
    ),
];

/// What people write where a program expects a word.
const MESSY_NAMES: [&str; 10] = [
    "Budi",
    "budi",
    "BUDI",
    "pak RT",
    "a|b|c",
    "caf\u{e9}",
    "\u{1f600}\u{1f4f6}",
    "x=y",
    "'; drop table",
    "  spasi  ",
];

impl World {
    /// Fills a new router. What it gets is its ground state, not changes.
    pub(super) fn fit_out(&mut self, fixture: Fixture) {
        match fixture {
            Fixture::Empty => {}
            Fixture::SmallCafe => self.small_cafe(),
            Fixture::Big => self.big(),
            Fixture::MikhmonLegacy => self.mikhmon_legacy(),
            Fixture::Messy => self.messy(),
            Fixture::PppIsp => self.ppp_isp(),
        }
    }

    fn small_cafe(&mut self) {
        for (name, rate, shared) in
            [("1-jam", "1M/2M", "1"), ("harian", "2M/5M", "1"), ("bulanan", "5M/10M", "2")]
        {
            let values = [("name", name), ("rate-limit", rate), ("shared-users", shared)];
            self.place("/ip/hotspot/user/profile", &values);
        }
        for number in 0..200 {
            let code = self.code();
            let (profile, lasts) = [("1-jam", "1h"), ("harian", "1d"), ("bulanan", "30d")][number % 3];
            let comment = format!("Meja {}", number % 20 + 1);
            self.place(
                "/ip/hotspot/user",
                &[
                    ("name", &code),
                    ("password", &code),
                    ("profile", profile),
                    ("limit-uptime", &interval(super::value::seconds(lasts).unwrap_or(0))),
                    ("comment", &comment),
                ],
            );
            if number % 17 == 0 {
                self.seat(number, &code, 60 + 251 * number as i64 % 3000);
            }
        }
    }

    fn big(&mut self) {
        let menu = Menu::known("/system/license");
        let licence = self.table(menu).rows().next().cloned();
        if let Some(mut row) = licence {
            self.write(menu, &mut row, "nlevel", "6");
            self.commit(vec![Edit::Put { menu, row }]);
        }
        let pools = Menu::known("/ip/pool");
        let pool = self.table(pools).named("hs-pool-1").next().cloned();
        if let Some(mut row) = pool {
            self.write(pools, &mut row, "ranges", "10.64.0.2-10.64.255.254");
            self.commit(vec![Edit::Put { menu: pools, row }]);
        }
        for (name, rate) in [("harian", "2M/5M"), ("mingguan", "3M/6M"), ("bulanan", "5M/10M")] {
            self.place("/ip/hotspot/user/profile", &[("name", name), ("rate-limit", rate)]);
        }
        for number in 0..20_000 {
            let name = format!("u{number:05}");
            let profile = ["harian", "mingguan", "bulanan"][number % 3];
            let uptime = interval(number as u64 % 9000);
            self.place(
                "/ip/hotspot/user",
                &[
                    ("name", &name),
                    ("password", &name),
                    ("profile", profile),
                    ("uptime", &uptime),
                    ("comment", "vc"),
                ],
            );
            if number < 3000 {
                self.seat(number, &name, 30 + number as i64);
            }
        }
    }

    fn mikhmon_legacy(&mut self) {
        let (day, month) = ("1d", "30d");
        for (name, mode, price, lasts) in
            [("Harian", "rem", "5000", day), ("Bulanan", "ntfc", "50000", month), ("Gratis", "", "0", "")]
        {
            let login = legacy_login(mode, price, lasts);
            self.place(
                "/ip/hotspot/user/profile",
                &[("name", name), ("rate-limit", "512k/1M"), ("on-login", &login)],
            );
            if !mode.is_empty() {
                let act = if mode == "rem" { "remove" } else { "set limit-uptime=1s" };
                self.place(
                    "/system/scheduler",
                    &[
                        ("name", name),
                        ("start-date", &clock::date(self.local_now(), self.version)),
                        ("start-time", "00:03:17"),
                        ("interval", "2m40s"),
                        ("on-event", &legacy_sweep(name, act)),
                        ("owner", "admin"),
                        ("comment", &format!("Monitor Profile {name}")),
                    ],
                );
            }
        }
        for number in 0..60 {
            let code = self.code();
            let comment = match number % 4 {
                0 | 1 => {
                    format!("vc-{}-05.01.23-{}", 100 + number, if number % 2 == 0 { "" } else { "meja" })
                }
                2 => format!("may/{:02}/2023 12:0{}:00", number % 27 + 1, number % 10),
                _ => format!("2026-0{}-1{} 08:30:00", number % 9 + 1, number % 10),
            };
            self.place(
                "/ip/hotspot/user",
                &[("name", &code), ("password", &code), ("profile", "Harian"), ("comment", &comment)],
            );
        }
        for name in ["budi", "siti", "warung"] {
            let comment = format!("up-112-05.01.23-{name}");
            self.place(
                "/ip/hotspot/user",
                &[("name", name), ("password", "1234"), ("profile", "Bulanan"), ("comment", &comment)],
            );
        }
        for (name, owner, date) in SOLD {
            self.place(
                "/system/script",
                &[("name", name), ("owner", owner), ("source", date), ("comment", "mikhmon")],
            );
        }
    }

    fn messy(&mut self) {
        let latin = from_wire(b"caf\xE9 \xFF\xFE penuh");
        let long = "x".repeat(250);
        let comments = [
            "",
            "a|F=|b",
            "KRC1",
            " KRC1|x",
            "line\nbreak",
            "\"quoted\" \\ $var",
            latin.as_str(),
            long.as_str(),
        ];
        for (number, name) in MESSY_NAMES.into_iter().enumerate() {
            for (index, comment) in comments.into_iter().enumerate() {
                let name = if index == 0 { name.to_owned() } else { format!("{name} {number}-{index}") };
                self.place("/ip/hotspot/user", &[("name", &name), ("password", "x"), ("comment", comment)]);
            }
        }
        self.place(
            "/ip/hotspot/user/profile",
            &[("name", "Paket | 1 jam \u{1f600}"), ("rate-limit", "1M/1M 2M/2M")],
        );
        self.place(
            "/ip/hotspot/user",
            &[("name", "tanpa password"), ("profile", "*7F"), ("disabled", "true")],
        );
    }

    fn ppp_isp(&mut self) {
        self.place("/ip/pool", &[("name", "pppoe"), ("ranges", "100.64.0.2-100.64.7.254")]);
        for (name, rate) in [("10mbps", "10M/10M"), ("20mbps", "20M/20M"), ("50mbps", "50M/50M")] {
            self.place(
                "/ppp/profile",
                &[
                    ("name", name),
                    ("local-address", "100.64.0.1"),
                    ("remote-address", "pppoe"),
                    ("rate-limit", rate),
                    ("only-one", "yes"),
                ],
            );
        }
        for number in 0..500 {
            let name = format!("pelanggan{number:03}");
            let profile = ["10mbps", "20mbps", "50mbps"][number % 3];
            let disabled = (number % 25 == 24).to_string();
            self.place(
                "/ppp/secret",
                &[
                    ("name", &name),
                    ("password", &name),
                    ("service", "pppoe"),
                    ("profile", profile),
                    ("comment", &format!("ODP-{} | 08xx{number:04}", number / 16)),
                    ("disabled", &disabled),
                ],
            );
            if number < 200 && disabled == "false" {
                let caller = Caller {
                    user: &name,
                    password: &name,
                    service: "pppoe",
                    caller_id: &device_address(number),
                };
                // Every secret of this fixture may dial, and the pool is large enough.
                let _ = self.dial(&caller);
            }
        }
    }

    /// A code as vouchers have it.
    fn code(&mut self) -> String {
        const LETTERS: &[u8; 31] = b"ABCDEFGHJKLMNPQRSTUVWXYZ2345679";
        (0..6).map(|_| char::from(LETTERS[(self.random.draw() % 31) as usize])).collect()
    }

    /// Somebody who has been online for so many seconds.
    fn seat(&mut self, number: usize, user: &str, since: i64) {
        let mac = device_address(number);
        let pools = self.at("/ip/pool");
        let wide = pools.named("hs-pool-1").next().and_then(|row| pools.value(row, "ranges"));
        let first =
            wide.and_then(|text| text.split('-').next()?.parse().ok()).unwrap_or(Ipv4Addr::new(10, 5, 50, 2));
        let address = Ipv4Addr::from(u32::from(first) + u32::try_from(number).unwrap_or(0)).to_string();
        let used = [("pool", "hs-pool-1"), ("address", &*address), ("owner", "DHCP"), ("info", &*mac)];
        self.place("/ip/pool/used", &used);
        let device = Device {
            address: address.clone(),
            server: "hotspot1".to_owned(),
            up_bps: 20_000 + number as u64 % 7 * 10_000,
            down_bps: 100_000 + number as u64 % 11 * 90_000,
            answers: true,
            insists: None,
        };
        self.devices.insert(mac.clone(), device);
        let users = self.at("/ip/hotspot/user");
        let password = users.named(user).next().and_then(|row| users.value(row, "password"));
        let password = password.unwrap_or_default().to_owned();
        let guest = Guest { user, password: &password, mac: &mac, address: &address, by: LoginWay::HttpPap };
        if let Ok(id) = self.begin_session(&Attempt { guest, server: None, by_admin: true }) {
            self.backdate(id, since);
        }
    }

    /// A session began earlier than it did.
    fn backdate(&mut self, session: u32, by: i64) {
        let menu = Menu::known("/ip/hotspot/active");
        let begun = self.table(menu).row(session).cloned();
        if let Some(mut row) = begun {
            row.born -= by;
            self.write(menu, &mut row, "bytes-out", &(by.unsigned_abs() * 20_000).to_string());
            self.write(menu, &mut row, "bytes-in", &(by.unsigned_abs() * 2500).to_string());
            self.commit(vec![Edit::Put { menu, row }]);
        }
    }
}

fn device_address(number: usize) -> String {
    format!("02:4B:00:{:02X}:{:02X}:{:02X}", number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF)
}

/// What such a program lets the router do at a login: the header it reads prices from, and the end of the voucher,
/// learned from a scheduler, as the comment.
fn legacy_login(mode: &str, price: &str, lasts: &str) -> String {
    if mode.is_empty() {
        return format!(":put (\",,{price},,,noexp,Disable,\")");
    }
    format!(
        ":put (\",{mode},{price},{lasts},{price},,Disable,\"); :local day [/system clock get date]; \
         :local year [:pick $day 7 11]; \
         :local note [/ip hotspot user get [/ip hotspot user find where name=\"$user\"] comment]; \
         :local kind [:pick $note 0 2]; :if ($kind = \"vc\" or $kind = \"up\" or $note = \"\") do={{ \
         /sys sch add name=\"$user\" disable=no start-date=$day interval=\"{lasts}\"; :delay 5s; \
         :local end [/sys sch get [/sys sch find where name=\"$user\"] next-run]; :local size [len $end]; \
         :if ($size = 15) do={{ /ip hotspot user set comment=([:pick $end 0 6] . \"/\" . $year . [:pick $end 6 15]) \
         [find where name=\"$user\"] }}; \
         :if ($size = 8) do={{ /ip hotspot user set comment=\"$day $end\" [find where name=\"$user\"] }}; \
         :if ($size > 15) do={{ /ip hotspot user set comment=\"$end\" [find where name=\"$user\"] }}; \
         :delay 5s; /sys sch remove [find where name=\"$user\"] }}"
    )
}

/// What it lets the router do every few minutes: users past the day in their comment are dealt with. It knows dates
/// with slashes only.
fn legacy_sweep(profile: &str, act: &str) -> String {
    format!(
        ":local months (\"jan\",\"feb\",\"mar\",\"apr\",\"may\",\"jun\",\"jul\",\"aug\",\"sep\",\"oct\",\"nov\",\"dec\"); \
         :local number do={{ :local month ([:find $months [:pick $d 0 3]] + 101); \
         :return [:tonum ([:pick $d 7 11] . [:pick $month 1 3] . [:pick $d 4 6])] }}; \
         :local date [/system clock get date]; \
         :if ([:pick $date 3] = \"/\") do={{ :local today [$number d=$date months=$months]; \
         :foreach i in=[/ip hotspot user find where profile=\"{profile}\"] do={{ \
         :local note [/ip hotspot user get $i comment]; :local who [/ip hotspot user get $i name]; \
         :if ([:pick $note 3] = \"/\" and [:pick $note 6] = \"/\") do={{ \
         :if ([$number d=$note months=$months] < $today) do={{ [/ip hotspot user {act} $i]; \
         /ip hotspot active remove [find where user=$who] }} }} }} }}"
    )
}
