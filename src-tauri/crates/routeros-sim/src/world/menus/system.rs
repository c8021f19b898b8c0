//! The properties of the system's own menus: clock, machine, users, scripts and files.

use super::{COMMENT, DISABLED, NAME};
use crate::Version;
use crate::world::menu::{Property, Source, computed, given, kept};
use crate::world::value::Kind;
use crate::world::zone::ZONE_NAMES;

const POLICIES: Kind = Kind::Words(&[
    "api",
    "ftp",
    "local",
    "password",
    "policy",
    "read",
    "reboot",
    "rest-api",
    "romon",
    "sensitive",
    "sniff",
    "ssh",
    "telnet",
    "test",
    "tikapp",
    "web",
    "winbox",
    "write",
    "dude",
]);

/// What a script may do.
const SCRIPT_POLICIES: Kind = Kind::Words(&[
    "dude",
    "ftp",
    "password",
    "policy",
    "read",
    "reboot",
    "romon",
    "sensitive",
    "sniff",
    "test",
    "write",
]);

pub(super) const CLOCK: &[Property] = &[
    Property { source: Source::Given, ..computed("time") },
    Property { source: Source::Given, ..computed("date") },
    given("time-zone-autodetect", Kind::Flag).starts("true"),
    given("time-zone-name", ZONE_NAMES).starts("Asia/Jakarta"),
    computed("gmt-offset"),
    computed("dst-active"),
];

pub(super) const RESOURCE: &[Property] = &[
    computed("uptime"),
    computed("version"),
    kept("build-time", Kind::Text),
    kept("factory-software", Kind::Text),
    computed("free-memory"),
    kept("total-memory", Kind::Bytes),
    kept("cpu", Kind::Text),
    kept("cpu-count", Kind::Bytes),
    kept("cpu-frequency", Kind::Bytes),
    computed("cpu-load"),
    kept("free-hdd-space", Kind::Bytes),
    kept("total-hdd-space", Kind::Bytes),
    computed("write-sect-since-reboot"),
    computed("write-sect-total"),
    kept("bad-blocks", Kind::Bytes),
    kept("architecture-name", Kind::Text),
    kept("board-name", Kind::Text),
    kept("platform", Kind::Text),
];

pub(super) const LICENSE: &[Property] = &[
    kept("software-id", Kind::Text),
    kept("nlevel", Kind::Text),
    kept("features", Kind::Text),
    kept("system-id", Kind::Text),
    kept("level", Kind::Text),
];

pub(super) const ROUTERBOARD: &[Property] = &[
    kept("routerboard", Kind::Flag),
    kept("board-name", Kind::Text),
    kept("model", Kind::Text),
    kept("serial-number", Kind::Text),
    kept("firmware-type", Kind::Text),
    kept("factory-firmware", Kind::Text),
    kept("current-firmware", Kind::Text),
    kept("upgrade-firmware", Kind::Text),
];

pub(super) const PACKAGE: &[Property] = &[
    kept("name", Kind::Text),
    kept("version", Kind::Text),
    kept("build-time", Kind::Text),
    kept("scheduled", Kind::Text),
    kept("disabled", Kind::Flag),
];

pub(super) const SERVICE: &[Property] = &[
    kept("name", Kind::Text),
    given("port", Kind::Number { min: 1, max: 65_535 }),
    given("address", Kind::Text).starts(""),
    given("certificate", Kind::Text),
    given("tls-version", Kind::OneOf(&["any", "only-1.2"])).since(Version::V6_49_10),
    given("max-sessions", Kind::Number { min: 1, max: 1000 }).since(Version::V7_9_2),
    kept("invalid", Kind::Flag).starts("false"),
    DISABLED,
];

pub(super) const LOG: &[Property] =
    &[kept("time", Kind::Text), kept("topics", Kind::Text), kept("message", Kind::Text)];

pub(super) const USER: &[Property] = &[
    NAME,
    given("password", Kind::Text).sealed(),
    given("group", Kind::Named { menu: "/user/group", or: &[] }).required(),
    given("address", Kind::Text).starts(""),
    kept("last-logged-in", Kind::Text),
    kept("expired", Kind::Flag).since(Version::V7_9_2),
    DISABLED,
    COMMENT,
];

pub(super) const USER_ACTIVE: &[Property] = &[
    kept("when", Kind::Text),
    kept("name", Kind::Text),
    kept("address", Kind::Text),
    kept("via", Kind::Text),
    kept("group", Kind::Text),
    kept("radius", Kind::Flag).starts("false"),
];

pub(super) const USER_GROUP: &[Property] =
    &[NAME, given("policy", POLICIES).starts(""), given("skin", Kind::Text).starts("default"), COMMENT];

/// What a script may do when nobody said otherwise.
pub(crate) const ALL_SCRIPT_POLICIES: &str =
    "ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon";

pub(super) const SCRIPT: &[Property] = &[
    NAME,
    given("owner", Kind::Text),
    given("policy", SCRIPT_POLICIES).starts(ALL_SCRIPT_POLICIES),
    given("dont-require-permissions", Kind::Flag).starts("false"),
    kept("last-started", Kind::Text),
    kept("run-count", Kind::Bytes).starts("0"),
    given("source", Kind::Text).starts(""),
    kept("invalid", Kind::Flag).starts("false"),
    COMMENT,
];

pub(super) const SCRIPT_JOB: &[Property] = &[
    kept("type", Kind::Text),
    kept("script", Kind::Text),
    kept("owner", Kind::Text),
    kept("policy", Kind::Text),
    kept("started", Kind::Text),
];

pub(super) const SCHEDULER: &[Property] = &[
    NAME,
    given("start-date", Kind::Text),
    given("start-time", Kind::Text),
    given("interval", Kind::Interval).starts("0s"),
    given("on-event", Kind::Text).starts(""),
    kept("owner", Kind::Text),
    given("policy", SCRIPT_POLICIES).starts(ALL_SCRIPT_POLICIES),
    kept("run-count", Kind::Bytes).starts("0"),
    computed("next-run"),
    DISABLED,
    COMMENT,
];

pub(super) const FILE: &[Property] = &[
    NAME,
    given("type", Kind::Text),
    computed("size"),
    kept("last-modified", Kind::Text),
    given("contents", Kind::Text),
];
