//! What a router has when it is new, and how a test may want it otherwise.

use super::menu::Menu;
use super::{Edit, Fixture, World};
use crate::{Clock, Knobs, Version};

/// The wishes of the builder.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) version: Version,
    pub(crate) seed: u64,
    pub(crate) clock: Clock,
    pub(crate) identity: String,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) dns_name: Option<String>,
    pub(crate) login_by: String,
    pub(crate) hotspot: bool,
    pub(crate) board: Board,
    pub(crate) fixture: Fixture,
    pub(crate) packages: Vec<String>,
    pub(crate) knobs: Knobs,
}

/// What kind of machine the router says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Board {
    /// A hAP ac lite: `/system/routerboard` has a serial number.
    #[default]
    HapAcLite,
    /// A Cloud Hosted Router: no RouterBOARD, a system id in its licence.
    Chr,
}

type Values<'value> = &'value [(&'value str, &'value str)];

impl World {
    /// Puts the rows of a new router in place. They are its ground state, not changes.
    pub(super) fn furnish(&mut self, setup: &Setup) {
        self.place("/system/identity", &[("name", &setup.identity)]);
        self.place("/system/clock", &[]);
        self.machine(setup);
        self.packages();
        for package in &setup.packages {
            self.add_package(package);
        }
        for (name, policy) in GROUPS {
            self.place("/user/group", &[("name", name), ("policy", policy)]);
        }
        self.place("/user", &[("name", &setup.user), ("password", &setup.password), ("group", "full")]);
        for (name, port, disabled) in SERVICES {
            let sessions = if self.version.is_v7() { &[("max-sessions", "20")][..] } else { &[] };
            self.place(
                "/ip/service",
                &[&[("name", name), ("port", port), ("disabled", disabled)], sessions].concat(),
            );
        }
        self.network(setup);
        self.hotspot(setup);
        self.fit_out(setup.fixture);
        self.forget_journal();
        self.revision = 0;
    }

    pub(super) fn place(&mut self, path: &'static str, values: Values<'_>) {
        let menu = Menu::known(path);
        let row = self.blank_row(menu, values);
        self.commit(vec![Edit::Put { menu, row }]);
    }

    /// The interfaces, addresses and profiles every router has, and the network behind its hotspot.
    fn network(&mut self, setup: &Setup) {
        let mut mac = [0x4C, 0x5E, 0x0C, 0, 0, 0];
        let serial = self.random.draw().to_be_bytes();
        mac[3..].copy_from_slice(&serial[..3]);
        for (index, (name, kind)) in INTERFACES.into_iter().enumerate() {
            mac[5] = mac[5].wrapping_add(1);
            let pairs: Vec<String> = mac.iter().map(|byte| format!("{byte:02X}")).collect();
            let address = pairs.join(":");
            let slave = (kind != "bridge" && index > 0).to_string();
            let values = [
                ("name", name),
                ("default-name", name),
                ("type", kind),
                ("mtu", "1500"),
                ("actual-mtu", "1500"),
                ("l2mtu", "1598"),
                ("mac-address", &*address),
                ("slave", &*slave),
            ];
            self.place("/interface", if kind == "bridge" { &values[..6] } else { &values });
            if kind == "ether" {
                self.place(
                    "/interface/ethernet",
                    &[
                        ("name", name),
                        ("default-name", name),
                        ("mac-address", &address),
                        ("orig-mac-address", &address),
                        ("slave", &slave),
                    ],
                );
            }
        }
        for (name, id) in [("default", 0), ("default-encryption", 0xFFFF_FFFE)] {
            let encryption = if id == 0 { "default" } else { "yes" };
            let menu = Menu::known("/ppp/profile");
            let values = [("name", name), ("default", "true"), ("use-encryption", encryption)];
            let mut row = self.blank_row(menu, &values);
            row.id = id;
            self.commit(vec![Edit::Put { menu, row }]);
        }
        if !setup.hotspot {
            return;
        }
        self.place(
            "/ip/address",
            &[
                ("address", "10.5.50.1/24"),
                ("network", "10.5.50.0"),
                ("interface", "bridge"),
                ("actual-interface", "bridge"),
            ],
        );
        self.place("/ip/pool", &[("name", "hs-pool-1"), ("ranges", "10.5.50.2-10.5.50.254")]);
        self.place(
            "/ip/dhcp-server",
            &[
                ("name", "dhcp1"),
                ("interface", "bridge"),
                ("address-pool", "hs-pool-1"),
                ("lease-time", "1h"),
            ],
        );
    }

    fn hotspot(&mut self, setup: &Setup) {
        self.place("/ip/hotspot/user/profile", &[("name", "default"), ("default", "true")]);
        self.place("/ip/hotspot/profile", &[("name", "default"), ("default", "true")]);
        let trial = "counters and limits for trial users";
        self.place("/ip/hotspot/user", &[("name", "default-trial"), ("comment", trial), ("default", "true")]);
        if !setup.hotspot {
            return;
        }
        let mut profile = vec![
            ("name", "hsprof1"),
            ("hotspot-address", "10.5.50.1"),
            ("login-by", setup.login_by.as_str()),
        ];
        profile.extend(setup.dns_name.as_deref().map(|name| ("dns-name", name)));
        self.place("/ip/hotspot/profile", &profile);
        self.place(
            "/ip/hotspot",
            &[
                ("name", "hotspot1"),
                ("interface", "bridge"),
                ("address-pool", "hs-pool-1"),
                ("profile", "hsprof1"),
                ("ip-of-dns-name", "10.5.50.1"),
                ("proxy-status", "running"),
                ("invalid", "false"),
                ("HTTPS", "false"),
            ],
        );
    }

    fn machine(&mut self, setup: &Setup) {
        let serial = format!("{:012X}", self.random.draw() >> 16);
        let number = setup.version.number();
        let (board, architecture) = match setup.board {
            Board::HapAcLite => ("hAP ac lite", "mipsbe"),
            Board::Chr => ("CHR", "x86_64"),
        };
        self.place(
            "/system/resource",
            &[
                ("build-time", build_time(setup.version)),
                ("total-memory", "67108864"),
                ("cpu", "MIPS 24Kc V7.4"),
                ("cpu-count", "1"),
                ("cpu-frequency", "650"),
                ("free-hdd-space", "4194304"),
                ("total-hdd-space", "16777216"),
                ("architecture-name", architecture),
                ("board-name", board),
                ("platform", "MikroTik"),
            ],
        );
        match setup.board {
            Board::HapAcLite => {
                let software = format!("{}-{}", &serial[0..4], &serial[4..8]);
                self.place(
                    "/system/license",
                    &[("software-id", &software), ("nlevel", "4"), ("features", "")],
                );
                self.place(
                    "/system/routerboard",
                    &[
                        ("routerboard", "true"),
                        ("board-name", board),
                        ("model", "RB952Ui-5ac2nD"),
                        ("serial-number", &serial),
                        ("firmware-type", "qca9531L"),
                        ("factory-firmware", "6.42.12"),
                        ("current-firmware", number),
                        ("upgrade-firmware", number),
                    ],
                );
            }
            Board::Chr => {
                self.place("/system/license", &[("system-id", &serial), ("level", "free")]);
                self.place("/system/routerboard", &[("routerboard", "false")]);
            }
        }
    }

    /// Becomes another release, as an upgrade and the restart after it do.
    pub(crate) fn upgrade(&mut self, version: Version) {
        self.version = version;
        self.tables[Menu::known("/system/package")].clear();
        self.packages();
        let menu = Menu::known("/system/resource");
        let built = self.tables[menu].menu.prop("build-time");
        let row = self.tables[menu].rows().next().cloned();
        if let (Some(mut row), Some(built)) = (row, built) {
            row.values[built] = Some(build_time(version).to_owned());
            self.commit(vec![Edit::Put { menu, row }]);
        }
    }

    fn packages(&mut self) {
        let names: &[&str] = if self.version.is_v7() {
            &["routeros"]
        } else {
            &["routeros-mipsbe", "system", "hotspot", "ppp", "dhcp", "security", "advanced-tools", "wireless"]
        };
        for name in names {
            self.add_package(name);
        }
    }

    fn add_package(&mut self, name: &str) {
        self.place(
            "/system/package",
            &[
                ("name", name),
                ("version", self.version.number()),
                ("build-time", build_time(self.version)),
                ("scheduled", ""),
                ("disabled", "false"),
            ],
        );
        if name == "user-manager" {
            self.place("/user-manager/user/group", &[("name", "default")]);
        }
    }
}

const INTERFACES: [(&str, &str); 7] = [
    ("ether1", "ether"),
    ("ether2", "ether"),
    ("ether3", "ether"),
    ("ether4", "ether"),
    ("ether5", "ether"),
    ("wlan1", "wlan"),
    ("bridge", "bridge"),
];

const GROUPS: [(&str, &str); 3] = [
    (
        "read",
        "local,telnet,ssh,reboot,read,test,winbox,password,web,sniff,sensitive,api,romon,!ftp,!write,!policy",
    ),
    (
        "write",
        "local,telnet,ssh,reboot,read,write,test,winbox,password,web,sniff,sensitive,api,romon,!ftp,!policy",
    ),
    (
        "full",
        "local,telnet,ssh,ftp,reboot,read,write,policy,test,winbox,password,web,sniff,sensitive,api,romon",
    ),
];

const SERVICES: [(&str, &str, &str); 8] = [
    ("telnet", "23", "false"),
    ("ftp", "21", "false"),
    ("www", "80", "false"),
    ("ssh", "22", "false"),
    ("www-ssl", "443", "true"),
    ("api", "8728", "false"),
    ("winbox", "8291", "false"),
    ("api-ssl", "8729", "false"),
];

fn build_time(version: Version) -> &'static str {
    match version {
        Version::V6_42_12 => "feb/12/2019 08:21:28",
        Version::V6_49_10 => "sep/14/2023 10:10:02",
        Version::V7_9_2 => "may/30/2023 07:10:50",
        Version::V7_16 => "2024-09-20 13:00:27",
        Version::V7_22_3 => "2026-06-02 09:14:11",
    }
}
