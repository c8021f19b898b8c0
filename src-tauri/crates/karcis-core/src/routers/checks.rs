//! What a connection test looks at, line by line.

use super::Machine;
use serde::{Deserialize, Serialize};

/// One line of the tick list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckItem {
    /// The address answers on the port.
    Reach,
    /// The connection is encrypted and the certificate is the pinned one.
    Tls,
    /// The router accepts the user and password.
    Login,
    /// It is the device the books know.
    Machine,
    /// The user's group has the policies Karcis needs.
    Permissions,
    /// The RouterOS version is one Karcis knows.
    Version,
    /// There is a hotspot server that runs.
    HotspotServer,
    /// The hotspot profile has a dns-name for the login page.
    DnsName,
    /// The hotspot profile allows `http-pap`, which QR codes need.
    LoginBy,
    /// The router's clock agrees with this PC's.
    Clock,
    /// The router has space left for users.
    FreeSpace,
}

impl CheckItem {
    /// Every line, in the order shown.
    pub const ALL: [CheckItem; 11] = [
        CheckItem::Reach,
        CheckItem::Tls,
        CheckItem::Login,
        CheckItem::Machine,
        CheckItem::Permissions,
        CheckItem::Version,
        CheckItem::HotspotServer,
        CheckItem::DnsName,
        CheckItem::LoginBy,
        CheckItem::Clock,
        CheckItem::FreeSpace,
    ];
}

/// How a line came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Good,
    /// Works, but something should be done.
    Warning,
    /// Does not work until something is done.
    Failed,
    /// Not looked at, because an earlier line failed.
    Skipped,
}

/// A line with its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which line.
    pub item: CheckItem,
    /// How it came out.
    pub state: CheckState,
    /// The code of what is wrong, such as `refused` or `silent`; empty when nothing is.
    pub why: String,
    /// The value seen, such as a version or a fingerprint; empty when there is none.
    pub seen: String,
}

/// The whole list, and what the router told about itself on the way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checks {
    /// One entry per item, in the order of [`CheckItem::ALL`].
    pub list: Vec<Check>,
    /// The router's own name.
    pub identity: Option<String>,
    /// Its RouterOS version.
    pub version: Option<String>,
    /// The board it runs on.
    pub board: Option<String>,
    /// Which device it is.
    #[serde(default)]
    pub machine: Option<Machine>,
    /// The login page's name.
    pub dns_name: Option<String>,
    /// SHA-256 of the certificate it showed.
    pub fingerprint: Option<String>,
    /// The names of its hotspot servers.
    pub servers: Vec<String>,
}

impl Checks {
    /// Whether nothing failed: vouchers can be pushed.
    pub fn usable(&self) -> bool {
        !self.list.is_empty() && self.list.iter().all(|check| check.state != CheckState::Failed)
    }
}
