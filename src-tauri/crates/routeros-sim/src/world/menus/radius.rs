//! The properties of the RADIUS client and of the user-manager, RouterOS's own RADIUS server.

use super::{COMMENT, DISABLED, NAME};
use crate::world::menu::{Property, given, kept};
use crate::world::value::Kind;

const USERS: Kind = Kind::Named { menu: "/user-manager/user", or: &[] };
const PROFILES: Kind = Kind::Named { menu: "/user-manager/profile", or: &[] };
const LIMITATIONS: Kind = Kind::Named { menu: "/user-manager/limitation", or: &[] };
const GROUPS: Kind = Kind::Named { menu: "/user-manager/user/group", or: &[] };
const PORT: Kind = Kind::Number { min: 1, max: 65_535 };

pub(super) const RADIUS: &[Property] = &[
    given("service", Kind::Words(&["dhcp", "dot1x", "hotspot", "ipsec", "login", "ppp", "wireless"])),
    given("address", Kind::Text).starts("0.0.0.0"),
    given("secret", Kind::Text).starts("").secret(),
    given("authentication-port", PORT).starts("1812"),
    given("accounting-port", PORT).starts("1813"),
    given("timeout", Kind::Text).starts("300ms"),
    given("domain", Kind::Text).starts(""),
    given("called-id", Kind::Text).starts(""),
    given("realm", Kind::Text),
    given("src-address", Kind::Address).blank("0.0.0.0"),
    given("accounting-backup", Kind::Flag).starts("false"),
    kept("status", Kind::Text),
    DISABLED,
    COMMENT,
];

pub(super) const USER: &[Property] = &[
    NAME,
    given("password", Kind::Text).starts("").secret(),
    given("otp-secret", Kind::Text).starts("").secret(),
    given("group", GROUPS).starts("default"),
    given("shared-users", Kind::NumberOr("unlimited")).starts("1"),
    given("caller-id", Kind::Text),
    given("attributes", Kind::Text).starts(""),
    DISABLED,
    COMMENT,
];

pub(super) const GROUP: &[Property] = &[
    NAME,
    given("outer-auths", Kind::Text).starts("pap,chap,mschap1,mschap2,eap-tls,eap-ttls,eap-peap,eap-mschap2"),
    given("inner-auths", Kind::Text).starts("ttls-pap,ttls-chap,ttls-mschap1,ttls-mschap2,peap-mschap2"),
    given("attributes", Kind::Text).starts(""),
    COMMENT,
];

pub(super) const PROFILE: &[Property] = &[
    NAME,
    given("name-for-users", Kind::Text).starts(""),
    given("validity", Kind::IntervalOr("unlimited")).starts("unlimited"),
    given("starts-when", Kind::OneOf(&["assigned", "first-auth"])).starts("assigned"),
    given("price", Kind::Text).starts("0"),
    given("override-shared-users", Kind::NumberOr("off")).starts("off"),
    COMMENT,
];

pub(super) const LIMITATION: &[Property] = &[
    NAME,
    given("download-limit", Kind::Bytes).starts("0"),
    given("upload-limit", Kind::Bytes).starts("0"),
    given("transfer-limit", Kind::Bytes).starts("0"),
    given("uptime-limit", Kind::Interval).starts("0s"),
    given("rate-limit-rx", Kind::Bytes).starts("0"),
    given("rate-limit-tx", Kind::Bytes).starts("0"),
    given("rate-limit-burst-rx", Kind::Bytes).starts("0"),
    given("rate-limit-burst-tx", Kind::Bytes).starts("0"),
    given("rate-limit-min-rx", Kind::Bytes).starts("0"),
    given("rate-limit-min-tx", Kind::Bytes).starts("0"),
    given("rate-limit-priority", Kind::Number { min: 0, max: 8 }).starts("0"),
    given("reset-counters-interval", Kind::Text).starts("disabled"),
    given("reset-counters-start-time", Kind::Text),
    COMMENT,
];

pub(super) const PROFILE_LIMITATION: &[Property] = &[
    given("profile", PROFILES).required(),
    given("limitation", LIMITATIONS).required(),
    given("from-time", Kind::Interval).starts("0s"),
    given("till-time", Kind::Interval).starts("23h59m59s"),
    given(
        "weekdays",
        Kind::Words(&["friday", "monday", "saturday", "sunday", "thursday", "tuesday", "wednesday"]),
    )
    .starts("sunday,monday,tuesday,wednesday,thursday,friday,saturday"),
    COMMENT,
];

pub(super) const USER_PROFILE: &[Property] =
    &[given("user", USERS).required(), given("profile", PROFILES).required()];

pub(super) const ROUTER: &[Property] = &[
    NAME,
    given("address", Kind::Text).required(),
    given("shared-secret", Kind::Text).starts("").secret(),
    given("coa-port", PORT).starts("3799"),
    given("protocol", Kind::OneOf(&["radsec", "udp"])).starts("udp"),
    DISABLED,
    COMMENT,
];

pub(super) const PAYMENT: &[Property] = &[
    given("user", USERS).required(),
    given("profile", PROFILES),
    given("method", Kind::Text).starts(""),
    given("price", Kind::Text).starts("0"),
    given("currency", Kind::Text).starts(""),
    given("trans-start", Kind::Text),
    given("trans-end", Kind::Text),
    given("trans-status", Kind::Text).starts("started"),
    given("user-message", Kind::Text).starts(""),
];
