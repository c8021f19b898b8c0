//! What a router has when it is new, and how a test may want it otherwise.

use super::menu::Menu;
use super::{Edit, World};
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
        self.hotspot(setup);
        self.forget_journal();
        self.revision = 0;
    }

    fn place(&mut self, path: &'static str, values: Values<'_>) {
        let menu = Menu::known(path);
        let row = self.blank_row(menu, values);
        self.commit(vec![Edit::Put { menu, row }]);
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
                ("free-memory", "33554432"),
                ("total-memory", "67108864"),
                ("cpu", "MIPS 24Kc V7.4"),
                ("cpu-count", "1"),
                ("cpu-frequency", "650"),
                ("cpu-load", "3"),
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
        let (version, built) = (self.version.number(), build_time(self.version));
        for name in names {
            self.place(
                "/system/package",
                &[
                    ("name", name),
                    ("version", version),
                    ("build-time", built),
                    ("scheduled", ""),
                    ("disabled", "false"),
                ],
            );
        }
    }
}

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
