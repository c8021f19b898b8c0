//! The properties of the PPP menus.

use super::{COMMENT, DISABLED, NAME};
use crate::world::menu::{Property, given, kept};
use crate::world::value::Kind;

const PROFILES: Kind = Kind::Named { menu: "/ppp/profile", or: &[] };
const SERVICES: Kind = Kind::OneOf(&["any", "async", "l2tp", "ovpn", "pppoe", "pptp", "sstp"]);
const CHOICE: Kind = Kind::OneOf(&["default", "no", "yes"]);

pub(super) const SECRET: &[Property] = &[
    NAME,
    given("service", SERVICES).starts("any"),
    given("caller-id", Kind::Text).starts(""),
    given("password", Kind::Text).starts("").secret(),
    given("profile", PROFILES).starts("default"),
    given("local-address", Kind::Text),
    given("remote-address", Kind::Text),
    given("routes", Kind::Text).starts(""),
    given("limit-bytes-in", Kind::Bytes).starts("0"),
    given("limit-bytes-out", Kind::Bytes).starts("0"),
    kept("last-logged-out", Kind::Text),
    kept("last-caller-id", Kind::Text),
    kept("last-disconnect-reason", Kind::Text),
    DISABLED,
    COMMENT,
];

pub(super) const PROFILE: &[Property] = &[
    NAME,
    given("local-address", Kind::Text),
    given("remote-address", Kind::Text),
    given("bridge", Kind::Text),
    given("session-timeout", Kind::Interval).blank("0s"),
    given("idle-timeout", Kind::Interval).blank("0s"),
    given("rate-limit", Kind::Text),
    given("only-one", CHOICE).starts("default"),
    given("change-tcp-mss", CHOICE).starts("yes"),
    given("use-compression", CHOICE).starts("default"),
    given("use-encryption", Kind::OneOf(&["default", "no", "required", "yes"])).starts("default"),
    given("use-upnp", CHOICE).starts("default"),
    given("address-list", Kind::Text).starts(""),
    given("dns-server", Kind::Text),
    given("parent-queue", Kind::Text).blank("none"),
    given("queue-type", Kind::Text),
    given("insert-queue-before", Kind::Text),
    given("on-up", Kind::Text).starts(""),
    given("on-down", Kind::Text).starts(""),
    kept("default", Kind::Flag),
    COMMENT,
];

pub(super) const ACTIVE: &[Property] = &[
    kept("name", Kind::Text),
    kept("service", Kind::Text),
    kept("caller-id", Kind::Text),
    kept("address", Kind::Address),
    kept("uptime", Kind::Interval).starts("0s").grows(),
    kept("encoding", Kind::Text).starts(""),
    kept("session-id", Kind::Text),
    kept("limit-bytes-in", Kind::Bytes).starts("0"),
    kept("limit-bytes-out", Kind::Bytes).starts("0"),
    kept("radius", Kind::Flag).starts("false"),
    kept("comment", Kind::Text),
];
