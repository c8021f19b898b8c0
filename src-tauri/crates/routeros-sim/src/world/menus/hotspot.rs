//! The properties of the hotspot menus.

use super::{COMMENT, DISABLED, NAME};
use crate::Version;
use crate::world::menu::{Property, given, kept};
use crate::world::value::Kind;

const INTERFACES: Kind = Kind::Named { menu: "/interface", or: &[] };
const POOLS: Kind = Kind::Named { menu: "/ip/pool", or: &["none"] };
const HOTSPOT_PROFILES: Kind = Kind::Named { menu: "/ip/hotspot/profile", or: &[] };
const USER_PROFILES: Kind = Kind::Named { menu: "/ip/hotspot/user/profile", or: &[] };
const SERVERS: Kind = Kind::Named { menu: "/ip/hotspot", or: &["all"] };
const LOGIN_WAYS: Kind =
    Kind::Words(&["cookie", "http-chap", "http-pap", "https", "mac", "mac-cookie", "trial"]);
const NONE: Kind = Kind::IntervalOr("none");

pub(super) const HOTSPOT: &[Property] = &[
    NAME,
    given("interface", INTERFACES).required(),
    given("address-pool", POOLS).starts("none"),
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

pub(super) const HOTSPOT_PROFILE: &[Property] = &[
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

pub(super) const HOTSPOT_USER: &[Property] = &[
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
    kept("uptime", Kind::Interval).starts("0s").live(),
    kept("bytes-in", Kind::Bytes).starts("0").live(),
    kept("bytes-out", Kind::Bytes).starts("0").live(),
    kept("packets-in", Kind::Bytes).starts("0").live(),
    kept("packets-out", Kind::Bytes).starts("0").live(),
    kept("default", Kind::Flag),
    kept("dynamic", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

pub(super) const HOTSPOT_USER_PROFILE: &[Property] = &[
    NAME,
    given("address-pool", POOLS).blank("none"),
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

pub(super) const HOTSPOT_ACTIVE: &[Property] = &[
    kept("server", Kind::Text),
    kept("user", Kind::Text),
    kept("domain", Kind::Text),
    kept("address", Kind::Address),
    kept("mac-address", Kind::Mac),
    kept("login-by", Kind::Text),
    kept("uptime", Kind::Interval).starts("0s").grows(),
    kept("idle-time", Kind::Interval).starts("0s").live(),
    kept("idle-timeout", Kind::Interval),
    kept("session-time-left", Kind::Interval).shrinks(),
    kept("keepalive-timeout", Kind::Interval),
    kept("limit-bytes-in", Kind::Bytes),
    kept("limit-bytes-out", Kind::Bytes),
    kept("limit-bytes-total", Kind::Bytes),
    kept("bytes-in", Kind::Bytes).starts("0").live(),
    kept("bytes-out", Kind::Bytes).starts("0").live(),
    kept("packets-in", Kind::Bytes).starts("0").live(),
    kept("packets-out", Kind::Bytes).starts("0").live(),
    kept("radius", Kind::Flag).starts("false"),
    kept("comment", Kind::Text),
];

pub(super) const HOTSPOT_HOST: &[Property] = &[
    kept("mac-address", Kind::Mac),
    kept("address", Kind::Address),
    kept("to-address", Kind::Address),
    kept("server", Kind::Text),
    kept("bridge-port", Kind::Text),
    kept("uptime", Kind::Interval).starts("0s").grows(),
    kept("idle-time", Kind::Interval).starts("0s").live(),
    kept("host-dead-time", Kind::Interval).starts("0s").live(),
    kept("bytes-in", Kind::Bytes).starts("0").live(),
    kept("bytes-out", Kind::Bytes).starts("0").live(),
    kept("found-by", Kind::Text),
    kept("DHCP", Kind::Flag).starts("true"),
    kept("authorized", Kind::Flag).starts("false"),
    kept("bypassed", Kind::Flag).starts("false"),
    kept("comment", Kind::Text),
];

pub(super) const HOTSPOT_COOKIE: &[Property] = &[
    kept("user", Kind::Text),
    kept("domain", Kind::Text),
    kept("mac-address", Kind::Mac),
    kept("mac-cookie", Kind::Flag).starts("false"),
    kept("expires-in", Kind::Interval).shrinks(),
];

pub(super) const IP_BINDING: &[Property] = &[
    given("mac-address", Kind::Mac).blank("00:00:00:00:00:00"),
    given("address", Kind::AddressRange).blank("0.0.0.0"),
    given("to-address", Kind::Address).blank("0.0.0.0"),
    given("server", SERVERS).blank("all"),
    given("type", Kind::OneOf(&["blocked", "bypassed", "regular"])).starts("regular"),
    DISABLED,
    COMMENT,
];

pub(super) const WALLED_GARDEN: &[Property] = &[
    given("action", Kind::OneOf(&["allow", "deny"])).starts("allow"),
    given("server", Kind::Text).blank("all"),
    given("src-address", Kind::Text),
    given("method", Kind::Text),
    given("dst-host", Kind::Text),
    given("dst-port", Kind::Text),
    given("path", Kind::Text),
    kept("hits", Kind::Bytes).starts("0"),
    kept("dynamic", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

pub(super) const WALLED_GARDEN_IP: &[Property] = &[
    given("action", Kind::OneOf(&["accept", "drop", "reject"])).starts("accept"),
    given("server", Kind::Text).blank("all"),
    given("src-address", Kind::Text),
    given("src-address-list", Kind::Text),
    given("dst-address", Kind::Text),
    given("dst-address-list", Kind::Text),
    given("dst-host", Kind::Text),
    given("dst-port", Kind::Text),
    given("protocol", Kind::Text),
    DISABLED,
    COMMENT,
];
