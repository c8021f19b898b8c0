//! The menus that are imitated. A test holds every name here against the schema of a real router.

mod hotspot;

use self::hotspot::{
    HOTSPOT, HOTSPOT_ACTIVE, HOTSPOT_COOKIE, HOTSPOT_HOST, HOTSPOT_PROFILE, HOTSPOT_USER,
    HOTSPOT_USER_PROFILE,
};
use super::menu::{Menu, Property, Shape, Source, Verb, computed, given, kept};
use super::value::Kind;
use crate::Version;

const EDIT: &[Verb] = &[Verb::Print, Verb::Listen, Verb::Add, Verb::Set, Verb::Remove];
const SWITCH: &[Verb] =
    &[Verb::Print, Verb::Listen, Verb::Add, Verb::Set, Verb::Remove, Verb::Enable, Verb::Disable];
const LOOK: &[Verb] = &[Verb::Print];
const LOOK_AND_REMOVE: &[Verb] = &[Verb::Print, Verb::Listen, Verb::Remove];
const ONE: &[Verb] = &[Verb::Print, Verb::Set];

pub(super) const DISABLED: Property = given("disabled", Kind::Flag).starts("false");
pub(super) const COMMENT: Property = given("comment", Kind::Text);
pub(super) const NAME: Property = given("name", Kind::Text).required();

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
