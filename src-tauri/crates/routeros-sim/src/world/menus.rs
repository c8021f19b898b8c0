//! The menus that are imitated. A test holds every name here against the schema of a real router.

use super::menu::{Menu, Property, Shape, Source, Verb, computed, given, kept};
use super::value::Kind;
use crate::Version;

const EDIT: &[Verb] = &[Verb::Print, Verb::Listen, Verb::Add, Verb::Set, Verb::Remove];
const SWITCH: &[Verb] =
    &[Verb::Print, Verb::Listen, Verb::Add, Verb::Set, Verb::Remove, Verb::Enable, Verb::Disable];
const LOOK: &[Verb] = &[Verb::Print];
const LOOK_AND_REMOVE: &[Verb] = &[Verb::Print, Verb::Listen, Verb::Remove];
const ONE: &[Verb] = &[Verb::Print, Verb::Set];

const NONE: Kind = Kind::IntervalOr("none");
const DISABLED: Property = given("disabled", Kind::Flag).starts("false");
const COMMENT: Property = given("comment", Kind::Text);
const NAME: Property = given("name", Kind::Text).required();

const INTERFACES: Kind = Kind::OneOf(&["bridge", "ether1", "ether2", "ether3", "ether4", "ether5", "wlan1"]);
const HOTSPOT_PROFILES: Kind = Kind::Named { menu: "/ip/hotspot/profile", or: &[] };
const USER_PROFILES: Kind = Kind::Named { menu: "/ip/hotspot/user/profile", or: &[] };
const SERVERS: Kind = Kind::Named { menu: "/ip/hotspot", or: &["all"] };
const LOGIN_WAYS: Kind =
    Kind::Words(&["cookie", "http-chap", "http-pap", "https", "mac", "mac-cookie", "trial"]);
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

/// Every menu, in the order in which tables are kept.
pub(crate) static MENUS: &[Menu] = &[
    single("/system/identity", ONE, &[given("name", Kind::Text).starts("MikroTik")]),
    single("/system/clock", ONE, CLOCK),
    single("/system/resource", LOOK, RESOURCE),
    single("/system/license", LOOK, LICENSE),
    single("/system/routerboard", LOOK, ROUTERBOARD),
    list("/system/package", LOOK, PACKAGE),
    Menu {
        clash: Some("failure: hotspot with such name already exists"),
        ..list("/ip/hotspot", SWITCH, HOTSPOT)
    },
    Menu {
        clash: Some("failure: profile with the same name already exists"),
        ..list("/ip/hotspot/profile", EDIT, HOTSPOT_PROFILE)
    },
    Menu {
        clash: Some("failure: already have user with this name for this server"),
        ..list("/ip/hotspot/user", HOTSPOT_USER_VERBS, HOTSPOT_USER)
    },
    Menu {
        clash: Some("failure: profile with the same name already exists"),
        ..list("/ip/hotspot/user/profile", USER_PROFILE_VERBS, HOTSPOT_USER_PROFILE)
    },
    passing("/ip/hotspot/active", LOOK_AND_REMOVE, HOTSPOT_ACTIVE),
    passing("/ip/hotspot/host", LOOK_AND_REMOVE, HOTSPOT_HOST),
    list("/ip/hotspot/cookie", LOOK_AND_REMOVE, HOTSPOT_COOKIE),
    list("/ip/service", &[Verb::Print, Verb::Listen, Verb::Set, Verb::Enable, Verb::Disable], SERVICE),
    passing("/log", &[Verb::Print, Verb::Listen], LOG),
    Menu {
        clash: Some("failure: user with the same name already exists"),
        policy: "policy",
        ..list("/user", USER_VERBS, USER)
    },
    passing("/user/active", &[Verb::Print, Verb::Listen], USER_ACTIVE),
    Menu {
        clash: Some("failure: group with the same name already exists"),
        policy: "policy",
        ..list("/user/group", GROUP_VERBS, USER_GROUP)
    },
];

const HOTSPOT_USER_VERBS: &[Verb] = &[
    Verb::Print,
    Verb::Listen,
    Verb::Add,
    Verb::Set,
    Verb::Remove,
    Verb::Enable,
    Verb::Disable,
    Verb::Comment,
    Verb::ResetCounters,
];
const USER_PROFILE_VERBS: &[Verb] =
    &[Verb::Print, Verb::Listen, Verb::Add, Verb::Set, Verb::Remove, Verb::Unset];
const USER_VERBS: &[Verb] = &[
    Verb::Print,
    Verb::Listen,
    Verb::Add,
    Verb::Set,
    Verb::Remove,
    Verb::Enable,
    Verb::Disable,
    Verb::Comment,
];
const GROUP_VERBS: &[Verb] = &[Verb::Print, Verb::Listen, Verb::Add, Verb::Set, Verb::Remove, Verb::Comment];

const fn list(path: &'static str, verbs: &'static [Verb], props: &'static [Property]) -> Menu {
    Menu { path, shape: Shape::List, verbs, props, clash: None, policy: "write" }
}

const fn single(path: &'static str, verbs: &'static [Verb], props: &'static [Property]) -> Menu {
    Menu { shape: Shape::Single, ..list(path, verbs, props) }
}

const fn passing(path: &'static str, verbs: &'static [Verb], props: &'static [Property]) -> Menu {
    Menu { shape: Shape::Passing, ..list(path, verbs, props) }
}

const ZONES: Kind = Kind::OneOf(&[
    "manual",
    "Etc/UTC",
    "UTC",
    "Asia/Jakarta",
    "Asia/Pontianak",
    "Asia/Makassar",
    "Asia/Jayapura",
]);

const CLOCK: &[Property] = &[
    Property { source: Source::Given, ..computed("time") },
    Property { source: Source::Given, ..computed("date") },
    given("time-zone-autodetect", Kind::Flag).starts("true"),
    given("time-zone-name", ZONES).starts("Asia/Jakarta"),
    computed("gmt-offset"),
    computed("dst-active"),
];

const RESOURCE: &[Property] = &[
    computed("uptime"),
    computed("version"),
    kept("build-time", Kind::Text),
    kept("factory-software", Kind::Text),
    kept("free-memory", Kind::Bytes),
    kept("total-memory", Kind::Bytes),
    kept("cpu", Kind::Text),
    kept("cpu-count", Kind::Bytes),
    kept("cpu-frequency", Kind::Bytes),
    kept("cpu-load", Kind::Bytes),
    kept("free-hdd-space", Kind::Bytes),
    kept("total-hdd-space", Kind::Bytes),
    computed("write-sect-since-reboot"),
    computed("write-sect-total"),
    kept("bad-blocks", Kind::Bytes),
    kept("architecture-name", Kind::Text),
    kept("board-name", Kind::Text),
    kept("platform", Kind::Text),
];

const LICENSE: &[Property] = &[
    kept("software-id", Kind::Text),
    kept("nlevel", Kind::Text),
    kept("features", Kind::Text),
    kept("system-id", Kind::Text),
    kept("level", Kind::Text),
];

const ROUTERBOARD: &[Property] = &[
    kept("routerboard", Kind::Flag),
    kept("board-name", Kind::Text),
    kept("model", Kind::Text),
    kept("serial-number", Kind::Text),
    kept("firmware-type", Kind::Text),
    kept("factory-firmware", Kind::Text),
    kept("current-firmware", Kind::Text),
    kept("upgrade-firmware", Kind::Text),
];

const PACKAGE: &[Property] = &[
    kept("name", Kind::Text),
    kept("version", Kind::Text),
    kept("build-time", Kind::Text),
    kept("scheduled", Kind::Text),
    kept("disabled", Kind::Flag),
];

const HOTSPOT: &[Property] = &[
    NAME,
    given("interface", INTERFACES).required(),
    given("address-pool", Kind::Text).starts("none"),
    given("profile", HOTSPOT_PROFILES).starts("default"),
    given("idle-timeout", NONE).starts("5m"),
    given("keepalive-timeout", NONE).starts("none"),
    given("login-timeout", NONE).starts("none").since(Version::V6_49_10),
    given("addresses-per-mac", Kind::NumberOr("unlimited")).starts("2"),
    kept("ip-of-dns-name", Kind::Address),
    kept("proxy-status", Kind::Text),
    kept("invalid", Kind::Flag),
    kept("HTTPS", Kind::Flag),
    DISABLED,
];

const HOTSPOT_PROFILE: &[Property] = &[
    NAME,
    given("hotspot-address", Kind::Address).blank("0.0.0.0"),
    given("dns-name", Kind::Text),
    given("html-directory", Kind::Text).starts("hotspot"),
    given("html-directory-override", Kind::Text),
    given("rate-limit", Kind::Text),
    given("http-proxy", Kind::Text).starts("0.0.0.0:0"),
    given("smtp-server", Kind::Address).starts("0.0.0.0"),
    given("login-by", LOGIN_WAYS).starts("cookie,http-chap"),
    given("http-cookie-lifetime", Kind::Interval).starts("3d"),
    given("split-user-domain", Kind::Flag).starts("false"),
    given("use-radius", Kind::Flag).starts("false"),
    given("ssl-certificate", Kind::Text),
    given("trial-uptime-limit", Kind::Interval),
    given("trial-uptime-reset", Kind::Interval),
    given("trial-user-profile", USER_PROFILES),
    kept("default", Kind::Flag),
];

const HOTSPOT_USER: &[Property] = &[
    given("server", SERVERS).blank("all"),
    NAME,
    given("password", Kind::Text).secret(),
    given("address", Kind::Address).blank("0.0.0.0"),
    given("mac-address", Kind::Mac).blank("00:00:00:00:00:00"),
    given("profile", USER_PROFILES).starts("default"),
    given("routes", Kind::Text),
    given("email", Kind::Text),
    given("limit-uptime", Kind::Interval).blank("0s"),
    given("limit-bytes-in", Kind::Bytes).blank("0"),
    given("limit-bytes-out", Kind::Bytes).blank("0"),
    given("limit-bytes-total", Kind::Bytes).blank("0"),
    given("otp-secret", Kind::Text).secret().since(Version::V7_9_2),
    kept("uptime", Kind::Interval).starts("0s"),
    kept("bytes-in", Kind::Bytes).starts("0"),
    kept("bytes-out", Kind::Bytes).starts("0"),
    kept("packets-in", Kind::Bytes).starts("0"),
    kept("packets-out", Kind::Bytes).starts("0"),
    kept("default", Kind::Flag),
    kept("dynamic", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

const HOTSPOT_USER_PROFILE: &[Property] = &[
    NAME,
    given("address-pool", Kind::Text).blank("none"),
    given("session-timeout", Kind::Interval).blank("0s"),
    given("idle-timeout", NONE).starts("none"),
    given("keepalive-timeout", NONE).starts("2m"),
    given("status-autorefresh", NONE).starts("1m"),
    given("shared-users", Kind::NumberOr("unlimited")).starts("1"),
    given("add-mac-cookie", Kind::Flag).starts("true"),
    given("mac-cookie-timeout", Kind::Interval).starts("3d"),
    given("rate-limit", Kind::Text),
    given("address-list", Kind::Text).starts(""),
    given("incoming-filter", Kind::Text),
    given("outgoing-filter", Kind::Text),
    given("incoming-packet-mark", Kind::Text),
    given("outgoing-packet-mark", Kind::Text),
    given("parent-queue", Kind::Text).blank("none"),
    given("queue-type", Kind::Text),
    given("insert-queue-before", Kind::Text),
    given("open-status-page", Kind::OneOf(&["always", "http-login"])).blank("always"),
    given("transparent-proxy", Kind::Flag).starts("false"),
    given("advertise", Kind::Flag).blank("false"),
    given("advertise-url", Kind::Text),
    given("advertise-interval", Kind::Text),
    given("advertise-timeout", Kind::Text),
    given("on-login", Kind::Text),
    given("on-logout", Kind::Text),
    kept("default", Kind::Flag),
];

const HOTSPOT_ACTIVE: &[Property] = &[
    kept("server", Kind::Text),
    kept("user", Kind::Text),
    kept("domain", Kind::Text),
    kept("address", Kind::Address),
    kept("mac-address", Kind::Mac),
    kept("login-by", Kind::Text),
    kept("uptime", Kind::Interval).starts("0s"),
    kept("idle-time", Kind::Interval).starts("0s"),
    kept("idle-timeout", Kind::Interval),
    kept("session-time-left", Kind::Interval),
    kept("keepalive-timeout", Kind::Interval),
    kept("limit-bytes-in", Kind::Bytes),
    kept("limit-bytes-out", Kind::Bytes),
    kept("limit-bytes-total", Kind::Bytes),
    kept("bytes-in", Kind::Bytes).starts("0"),
    kept("bytes-out", Kind::Bytes).starts("0"),
    kept("packets-in", Kind::Bytes).starts("0"),
    kept("packets-out", Kind::Bytes).starts("0"),
    kept("radius", Kind::Flag).starts("false"),
    kept("comment", Kind::Text),
];

const HOTSPOT_HOST: &[Property] = &[
    kept("mac-address", Kind::Mac),
    kept("address", Kind::Address),
    kept("to-address", Kind::Address),
    kept("server", Kind::Text),
    kept("bridge-port", Kind::Text),
    kept("uptime", Kind::Interval).starts("0s"),
    kept("idle-time", Kind::Interval).starts("0s"),
    kept("host-dead-time", Kind::Interval).starts("0s"),
    kept("bytes-in", Kind::Bytes).starts("0"),
    kept("bytes-out", Kind::Bytes).starts("0"),
    kept("found-by", Kind::Text),
    kept("DHCP", Kind::Flag).starts("true"),
    kept("authorized", Kind::Flag).starts("false"),
    kept("bypassed", Kind::Flag).starts("false"),
    kept("comment", Kind::Text),
];

const HOTSPOT_COOKIE: &[Property] = &[
    kept("user", Kind::Text),
    kept("domain", Kind::Text),
    kept("mac-address", Kind::Mac),
    kept("mac-cookie", Kind::Flag).starts("false"),
    kept("expires-in", Kind::Interval),
];

const SERVICE: &[Property] = &[
    kept("name", Kind::Text),
    given("port", Kind::Number { min: 1, max: 65_535 }),
    given("address", Kind::Text).starts(""),
    given("certificate", Kind::Text),
    given("tls-version", Kind::OneOf(&["any", "only-1.2"])).since(Version::V6_49_10),
    given("max-sessions", Kind::Number { min: 1, max: 1000 }).since(Version::V7_9_2),
    kept("invalid", Kind::Flag).starts("false"),
    DISABLED,
];

const LOG: &[Property] = &[kept("time", Kind::Text), kept("topics", Kind::Text), kept("message", Kind::Text)];

const USER: &[Property] = &[
    NAME,
    given("password", Kind::Text).sealed(),
    given("group", Kind::Named { menu: "/user/group", or: &[] }).required(),
    given("address", Kind::Text).starts(""),
    kept("last-logged-in", Kind::Text),
    kept("expired", Kind::Flag).since(Version::V7_9_2),
    DISABLED,
    COMMENT,
];

const USER_ACTIVE: &[Property] = &[
    kept("when", Kind::Text),
    kept("name", Kind::Text),
    kept("address", Kind::Text),
    kept("via", Kind::Text),
    kept("group", Kind::Text),
    kept("radius", Kind::Flag).starts("false"),
];

const USER_GROUP: &[Property] =
    &[NAME, given("policy", POLICIES).starts(""), given("skin", Kind::Text).starts("default"), COMMENT];

#[cfg(test)]
mod tests {
    use super::*;

    /// Trimmed from the schema of a CHR 7.22.3; where it came from is told in `tests/golden/README.md`.
    const SCHEMA: &str = include_str!("../../tests/golden/schema-7.22.3.json");

    /// Boards have these, the CHR the schema was read from has not.
    const ONLY_ON_BOARDS: [&str; 3] = ["software-id", "nlevel", "features"];

    #[test]
    fn every_menu_and_property_is_one_a_real_router_has() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        for menu in MENUS.iter().filter(|menu| menu.path != "/system/routerboard") {
            let real = &schema[&menu.path[1..]];
            let has = |list: &str, name: &str| {
                real[list].as_array().unwrap().iter().any(|known| known.as_str() == Some(name))
            };
            for prop in menu.props {
                let board = menu.path == "/system/license" && ONLY_ON_BOARDS.contains(&prop.name);
                assert!(board || has("readable", prop.name), "{} {} cannot be read", menu.path, prop.name);
                if prop.is_given() {
                    let verb = if menu.verbs.contains(&Verb::Add) { "add" } else { "set" };
                    assert!(has(verb, prop.name), "{} {verb} has no {}", menu.path, prop.name);
                }
            }
        }
    }

    #[test]
    fn no_property_is_described_twice() {
        for menu in MENUS {
            for (index, prop) in menu.props.iter().enumerate() {
                assert_eq!(menu.prop(prop.name), Some(index), "{} {}", menu.path, prop.name);
            }
        }
    }
}
