//! The menus that are imitated. A test holds every name here against the schema of a real router.

mod hotspot;
mod network;
mod ppp;
mod radius;
mod system;

use super::menu::{Menu, Property, Shape, Verb, given};
use super::value::Kind;

pub(crate) use system::ALL_SCRIPT_POLICIES;

use Verb::{
    Add, Comment, Disable, Enable, Listen, Load, Login, MakeBinding, MakeStatic, MonitorTraffic, Move, Print,
    Read, Remove, ResetCounters, Run, Save, Set, Unset,
};

const LOOK: &[Verb] = &[Print];
const WATCH: &[Verb] = &[Print, Listen];
const ONE: &[Verb] = &[Print, Set];
const EDIT: &[Verb] = &[Print, Listen, Add, Set, Remove];
const EDIT_NOTED: &[Verb] = &[Print, Listen, Add, Set, Remove, Comment];
const SWITCH: &[Verb] = &[Print, Listen, Add, Set, Remove, Enable, Disable];
const SWITCH_NOTED: &[Verb] = &[Print, Listen, Add, Set, Remove, Enable, Disable, Comment];
const RULES: &[Verb] = &[Print, Listen, Add, Set, Remove, Enable, Disable, Comment, Move];
const COUNTED_RULES: &[Verb] =
    &[Print, Listen, Add, Set, Remove, Enable, Disable, Comment, Move, Unset, ResetCounters];

pub(super) const DISABLED: Property = given("disabled", Kind::Flag).starts("false");
pub(super) const COMMENT: Property = given("comment", Kind::Text);
pub(super) const NAME: Property = given("name", Kind::Text).required();

/// Every menu, in the order in which tables are kept.
pub(crate) static MENUS: &[Menu] = &[
    single("/system/identity", ONE, &[given("name", Kind::Text).starts("MikroTik")]),
    single("/system/clock", ONE, system::CLOCK),
    single("/system/resource", LOOK, system::RESOURCE),
    single("/system/license", LOOK, system::LICENSE),
    single("/system/routerboard", LOOK, system::ROUTERBOARD),
    list("/system/package", LOOK, system::PACKAGE),
    unique(
        list("/system/script", &[Print, Listen, Add, Set, Remove, Comment, Run], system::SCRIPT),
        SAME_NAME,
    ),
    passing("/system/script/job", LOOK, system::SCRIPT_JOB),
    unique(list("/system/scheduler", SWITCH_NOTED, system::SCHEDULER), SAME_NAME),
    single("/system/backup", &[Save, Load], &[]),
    unique(list("/file", &[Print, Add, Set, Remove, Read], system::FILE), SAME_NAME),
    passing("/log", WATCH, system::LOG),
    list("/ip/service", &[Print, Listen, Set, Enable, Disable], system::SERVICE),
    Menu {
        policy: "policy",
        ..unique(list("/user", SWITCH_NOTED, system::USER), "failure: user with the same name already exists")
    },
    passing("/user/active", WATCH, system::USER_ACTIVE),
    Menu {
        policy: "policy",
        ..unique(
            list("/user/group", EDIT_NOTED, system::USER_GROUP),
            "failure: group with the same name already exists",
        )
    },
    unique(list("/ip/hotspot", SWITCH, hotspot::HOTSPOT), "failure: hotspot with such name already exists"),
    unique(list("/ip/hotspot/profile", EDIT, hotspot::HOTSPOT_PROFILE), SAME_PROFILE),
    unique(
        list(
            "/ip/hotspot/user",
            &[Print, Listen, Add, Set, Remove, Enable, Disable, Comment, ResetCounters],
            hotspot::HOTSPOT_USER,
        ),
        "failure: already have user with this name for this server",
    ),
    unique(
        list(
            "/ip/hotspot/user/profile",
            &[Print, Listen, Add, Set, Remove, Unset],
            hotspot::HOTSPOT_USER_PROFILE,
        ),
        SAME_PROFILE,
    ),
    keyed("user", passing("/ip/hotspot/active", &[Print, Listen, Remove, Login], hotspot::HOTSPOT_ACTIVE)),
    keyed(
        "mac-address",
        passing("/ip/hotspot/host", &[Print, Listen, Remove, MakeBinding], hotspot::HOTSPOT_HOST),
    ),
    keyed("mac-address", list("/ip/hotspot/cookie", &[Print, Listen, Remove], hotspot::HOTSPOT_COOKIE)),
    ordered(list("/ip/hotspot/ip-binding", RULES, hotspot::IP_BINDING)),
    ordered(list("/ip/hotspot/walled-garden", COUNTED_RULES, hotspot::WALLED_GARDEN)),
    ordered(list(
        "/ip/hotspot/walled-garden/ip",
        &[Print, Listen, Add, Set, Remove, Enable, Disable, Comment, Move, Unset],
        hotspot::WALLED_GARDEN_IP,
    )),
    list(
        "/interface",
        &[Print, Listen, Set, Enable, Disable, Comment, ResetCounters, MonitorTraffic],
        network::INTERFACE,
    ),
    list("/interface/ethernet", &[Print, Listen, Set, Enable, Disable, Comment], network::ETHERNET),
    list("/ip/address", SWITCH_NOTED, network::ADDRESS),
    unique(list("/ip/pool", EDIT_NOTED, network::POOL), "failure: pool with such name exists"),
    keyed("pool", passing("/ip/pool/used", LOOK, network::POOL_USED)),
    unique(list("/ip/dhcp-server", SWITCH_NOTED, network::DHCP_SERVER), SAME_NAME),
    keyed(
        "mac-address",
        list(
            "/ip/dhcp-server/lease",
            &[Print, Listen, Add, Set, Remove, Enable, Disable, Comment, Unset, MakeStatic],
            network::LEASE,
        ),
    ),
    unique(ordered(list("/ip/dns/static", RULES, network::DNS_STATIC)), "failure: entry already exists"),
    list("/ip/firewall/address-list", SWITCH_NOTED, network::ADDRESS_LIST),
    ordered(list("/ip/firewall/filter", COUNTED_RULES, network::FILTER)),
    ordered(list("/ip/firewall/nat", COUNTED_RULES, network::NAT)),
    ordered(unique(list("/queue/simple", COUNTED_RULES, network::QUEUE), SAME_NAME)),
    list(
        "/tool/netwatch",
        &[Print, Listen, Add, Set, Remove, Enable, Disable, Comment, Unset],
        network::NETWATCH,
    ),
    unique(
        list("/ppp/secret", &[Print, Listen, Add, Set, Remove, Enable, Disable, Comment, Unset], ppp::SECRET),
        "failure: secret with the same name already exists",
    ),
    unique(
        list("/ppp/profile", &[Print, Listen, Add, Set, Remove, Comment, Unset], ppp::PROFILE),
        SAME_PROFILE,
    ),
    passing("/ppp/active", &[Print, Listen, Remove], ppp::ACTIVE),
    ordered(list("/radius", RULES, radius::RADIUS)),
    package(unique(list("/user-manager/user", SWITCH_NOTED, radius::USER), SAME_NAME)),
    package(unique(list("/user-manager/user/group", EDIT_NOTED, radius::GROUP), SAME_NAME)),
    package(unique(list("/user-manager/profile", EDIT_NOTED, radius::PROFILE), SAME_NAME)),
    package(unique(list("/user-manager/limitation", EDIT_NOTED, radius::LIMITATION), SAME_NAME)),
    package(list("/user-manager/profile-limitation", EDIT_NOTED, radius::PROFILE_LIMITATION)),
    package(list("/user-manager/user-profile", EDIT, radius::USER_PROFILE)),
    package(unique(list("/user-manager/router", SWITCH_NOTED, radius::ROUTER), SAME_NAME)),
    package(list("/user-manager/payment", EDIT, radius::PAYMENT)),
];

const SAME_NAME: &str = "failure: item with such name already exists";
const SAME_PROFILE: &str = "failure: profile with the same name already exists";

const fn list(path: &'static str, verbs: &'static [Verb], props: &'static [Property]) -> Menu {
    Menu {
        path,
        shape: Shape::List,
        verbs,
        props,
        clash: None,
        policy: "write",
        key: "name",
        ordered: false,
        package: None,
    }
}

const fn single(path: &'static str, verbs: &'static [Verb], props: &'static [Property]) -> Menu {
    Menu { shape: Shape::Single, ..list(path, verbs, props) }
}

const fn passing(path: &'static str, verbs: &'static [Verb], props: &'static [Property]) -> Menu {
    Menu { shape: Shape::Passing, ..list(path, verbs, props) }
}

const fn unique(menu: Menu, clash: &'static str) -> Menu {
    Menu { clash: Some(clash), ..menu }
}

const fn keyed(key: &'static str, menu: Menu) -> Menu {
    Menu { key, ..menu }
}

const fn ordered(menu: Menu) -> Menu {
    Menu { ordered: true, ..menu }
}

/// A menu of the user-manager, which is a package of its own.
const fn package(menu: Menu) -> Menu {
    Menu { package: Some("user-manager"), ..menu }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trimmed from the schema of a CHR 7.22.3; where it came from is told in `tests/golden/README.md`.
    const SCHEMA: &str = include_str!("../../tests/golden/schema-7.22.3.json");

    /// Boards have these, the CHR the schema was read from has not.
    const ONLY_ON_BOARDS: [&str; 3] = ["software-id", "nlevel", "features"];

    #[test]
    fn every_menu_property_and_command_is_one_a_real_router_has() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        for menu in MENUS.iter().filter(|menu| menu.path != "/system/routerboard") {
            let real = &schema[&menu.path[1..]];
            let has = |list: &str, name: &str| {
                real[list].as_array().unwrap().iter().any(|known| known.as_str() == Some(name))
            };
            for verb in menu.verbs.iter().filter(|verb| **verb != Verb::Listen) {
                assert!(has("commands", verb.word()), "{} cannot {}", menu.path, verb.word());
            }
            assert!(!menu.ordered || has("commands", "move"), "{} has no order", menu.path);
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
