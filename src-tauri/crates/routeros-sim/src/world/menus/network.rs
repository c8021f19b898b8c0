//! The properties of interfaces, addresses, DHCP, DNS, firewall and queues.

use super::{COMMENT, DISABLED, NAME};
use crate::Version;
use crate::world::menu::{Property, computed, given, kept};
use crate::world::value::Kind;

const INTERFACES: Kind = Kind::Named { menu: "/interface", or: &[] };
const POOLS: Kind = Kind::Named { menu: "/ip/pool", or: &["none"] };
const POOLS_OR_STATIC: Kind = Kind::Named { menu: "/ip/pool", or: &["static-only"] };
const DHCP_SERVERS: Kind = Kind::Named { menu: "/ip/dhcp-server", or: &["all"] };
const MTU: Kind = Kind::Number { min: 68, max: 65_535 };

pub(super) const INTERFACE: &[Property] = &[
    NAME,
    kept("default-name", Kind::Text),
    kept("type", Kind::Text),
    given("mtu", MTU),
    kept("actual-mtu", Kind::Bytes),
    given("l2mtu", MTU),
    kept("mac-address", Kind::Mac),
    kept("last-link-up-time", Kind::Text),
    kept("last-link-down-time", Kind::Text),
    kept("link-downs", Kind::Bytes).starts("0"),
    computed("rx-byte"),
    computed("tx-byte"),
    computed("rx-packet"),
    computed("tx-packet"),
    kept("rx-error", Kind::Bytes).starts("0"),
    kept("tx-error", Kind::Bytes).starts("0"),
    kept("rx-drop", Kind::Bytes).starts("0"),
    kept("tx-drop", Kind::Bytes).starts("0"),
    kept("tx-queue-drop", Kind::Bytes).starts("0"),
    computed("running"),
    kept("slave", Kind::Flag),
    kept("dynamic", Kind::Flag),
    DISABLED,
    COMMENT,
];

pub(super) const ETHERNET: &[Property] = &[
    NAME,
    kept("default-name", Kind::Text),
    given("mtu", MTU).starts("1500"),
    given("l2mtu", MTU).starts("1598"),
    given("mac-address", Kind::Mac),
    kept("orig-mac-address", Kind::Mac),
    given("auto-negotiation", Kind::Flag).starts("true"),
    computed("running"),
    kept("slave", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

pub(super) const ADDRESS: &[Property] = &[
    given("address", Kind::Text).required(),
    given("network", Kind::Address),
    given("interface", INTERFACES).required(),
    kept("actual-interface", Kind::Text),
    kept("invalid", Kind::Flag).starts("false"),
    kept("dynamic", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

pub(super) const POOL: &[Property] = &[
    NAME,
    given("ranges", Kind::Text).required(),
    given("next-pool", POOLS).blank("none"),
    computed("total").since(Version::V7_22_3),
    computed("used").since(Version::V7_22_3),
    computed("available").since(Version::V7_22_3),
    COMMENT,
];

pub(super) const POOL_USED: &[Property] = &[
    kept("pool", Kind::Text),
    kept("address", Kind::Address),
    kept("owner", Kind::Text),
    kept("info", Kind::Text),
];

pub(super) const DHCP_SERVER: &[Property] = &[
    NAME,
    given("interface", INTERFACES).required(),
    given("relay", Kind::Address).blank("0.0.0.0"),
    given("address-pool", POOLS_OR_STATIC).starts("static-only"),
    given("lease-time", Kind::Interval).starts("30m"),
    given("add-arp", Kind::Flag).blank("false"),
    given("authoritative", Kind::OneOf(&["after-10sec-delay", "after-2sec-delay", "no", "yes"]))
        .starts("yes"),
    given("lease-script", Kind::Text).starts(""),
    given("use-radius", Kind::OneOf(&["accounting", "no", "yes"])).starts("no"),
    kept("dynamic", Kind::Flag).starts("false"),
    kept("invalid", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

pub(super) const LEASE: &[Property] = &[
    given("address", Kind::Address),
    given("mac-address", Kind::Mac).blank("00:00:00:00:00:00"),
    given("client-id", Kind::Text),
    given("address-lists", Kind::Text).starts(""),
    given("server", DHCP_SERVERS).blank("all"),
    given("dhcp-option", Kind::Text).starts(""),
    given("lease-time", Kind::Interval).blank("0s"),
    given("rate-limit", Kind::Text),
    given("block-access", Kind::Flag).blank("false"),
    given("always-broadcast", Kind::Flag).blank("false"),
    kept("status", Kind::Text).starts("waiting"),
    kept("expires-after", Kind::Interval).shrinks(),
    computed("last-seen"),
    kept("active-address", Kind::Address),
    kept("active-mac-address", Kind::Mac),
    kept("active-client-id", Kind::Text),
    kept("active-server", Kind::Text),
    kept("host-name", Kind::Text),
    kept("radius", Kind::Flag).starts("false"),
    kept("dynamic", Kind::Flag).starts("false"),
    kept("blocked", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

pub(super) const DNS_STATIC: &[Property] = &[
    given("name", Kind::Text),
    given("regexp", Kind::Text),
    given("address", Kind::Text),
    given("type", Kind::OneOf(&["A", "AAAA", "CNAME", "FWD", "MX", "NS", "NXDOMAIN", "SRV", "TXT"]))
        .blank("A"),
    given("cname", Kind::Text),
    given("forward-to", Kind::Text),
    given("text", Kind::Text),
    given("match-subdomain", Kind::Flag).blank("false").since(Version::V7_9_2),
    given("address-list", Kind::Text).since(Version::V7_9_2),
    given("ttl", Kind::Interval).starts("1d"),
    kept("dynamic", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

pub(super) const ADDRESS_LIST: &[Property] = &[
    given("list", Kind::Text).required(),
    given("address", Kind::Text).required(),
    kept("creation-time", Kind::Text),
    given("timeout", Kind::Interval),
    given("dynamic", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

/// What both kinds of firewall rules can look at.
macro_rules! rule {
    ($($own:expr),* $(,)?) => {
        &[
            given("chain", Kind::Text).required(),
            given("action", Kind::Text).starts("accept"),
            given("src-address", Kind::Text),
            given("dst-address", Kind::Text),
            given("src-address-list", Kind::Text),
            given("dst-address-list", Kind::Text),
            given("protocol", Kind::Text),
            given("src-port", Kind::Text),
            given("dst-port", Kind::Text),
            given("in-interface", Kind::Text),
            given("out-interface", Kind::Text),
            given("in-interface-list", Kind::Text),
            given("out-interface-list", Kind::Text),
            given("src-mac-address", Kind::Text),
            given("connection-mark", Kind::Text),
            given("hotspot", Kind::Text),
            given("time", Kind::Text),
            given("jump-target", Kind::Text),
            given("address-list", Kind::Text),
            given("address-list-timeout", Kind::Text),
            given("log", Kind::Flag).starts("false"),
            given("log-prefix", Kind::Text).starts(""),
            $($own,)*
            kept("bytes", Kind::Bytes).starts("0"),
            kept("packets", Kind::Bytes).starts("0"),
            kept("invalid", Kind::Flag).starts("false"),
            kept("dynamic", Kind::Flag).starts("false"),
            DISABLED,
            COMMENT,
        ]
    };
}

pub(super) const FILTER: &[Property] = rule![
    given("connection-state", Kind::Text),
    given("connection-nat-state", Kind::Text),
    given("layer7-protocol", Kind::Text),
    given("tls-host", Kind::Text),
    given("reject-with", Kind::Text),
];

pub(super) const NAT: &[Property] =
    rule![given("to-addresses", Kind::AddressRange), given("to-ports", Kind::Text)];

pub(super) const QUEUE: &[Property] = &[
    NAME,
    given("target", Kind::Text).starts(""),
    given("dst", Kind::Text),
    given("parent", Kind::Named { menu: "/queue/simple", or: &["none"] }).starts("none"),
    given("packet-marks", Kind::Text).starts(""),
    given("priority", Kind::Text).starts("8/8"),
    given("queue", Kind::Text).starts("default-small/default-small"),
    given("limit-at", Kind::RatePair).starts("0/0"),
    given("max-limit", Kind::RatePair).starts("0/0"),
    given("burst-limit", Kind::RatePair).starts("0/0"),
    given("burst-threshold", Kind::RatePair).starts("0/0"),
    given("burst-time", Kind::Text).starts("0s/0s"),
    given("time", Kind::Text),
    computed("bytes"),
    computed("rate"),
    kept("packets", Kind::Text).starts("0/0"),
    kept("dropped", Kind::Text).starts("0/0"),
    kept("invalid", Kind::Flag).starts("false"),
    kept("dynamic", Kind::Flag).starts("false"),
    DISABLED,
    COMMENT,
];

pub(super) const NETWATCH: &[Property] = &[
    given("name", Kind::Text).since(Version::V7_9_2),
    given("type", Kind::OneOf(&["dns", "http-get", "https-get", "icmp", "simple", "tcp-conn"]))
        .starts("simple")
        .since(Version::V7_9_2),
    given("host", Kind::Text).required(),
    given("interval", Kind::Interval).starts("1m"),
    given("timeout", Kind::Interval).starts("1s"),
    given("port", Kind::Number { min: 0, max: 65_535 }),
    given("up-script", Kind::Text).starts(""),
    given("down-script", Kind::Text).starts(""),
    given("test-script", Kind::Text).since(Version::V7_9_2),
    kept("status", Kind::Text).starts("unknown"),
    kept("since", Kind::Text),
    DISABLED,
    COMMENT,
];
