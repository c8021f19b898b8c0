use super::text;
use crate::command::Command;
use crate::row::Row;

/// A hotspot on an interface.
///
/// Source: RouterOS /ip/hotspot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// The row's id.
    pub id: String,
    /// The name users are bound to.
    pub name: String,
    /// Where guests come in.
    pub interface: String,
    /// The [`ServerProfile`]'s name.
    pub profile: String,
    /// Where guests' addresses come from, or `none`.
    pub address_pool: String,
    /// Switched off by its operator.
    pub disabled: bool,
    /// Switched off by the router, for its interface is unusable.
    pub invalid: bool,
}

impl Server {
    /// Understands a row of the menu.
    pub fn from_row(row: &Row) -> Server {
        Server {
            id: text(row, ".id"),
            name: text(row, "name"),
            interface: text(row, "interface"),
            profile: text(row, "profile"),
            address_pool: text(row, "address-pool"),
            disabled: row.flag("disabled"),
            invalid: row.flag("invalid"),
        }
    }
}

/// Asks for all hotspots.
pub fn servers() -> Command {
    Command::new("/ip/hotspot/print")
}

/// How guests sign in at a hotspot.
///
/// Source: RouterOS /ip/hotspot/profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerProfile {
    /// The row's id.
    pub id: String,
    /// The name hotspots refer to.
    pub name: String,
    /// The host name of the login page; empty when not set.
    pub dns_name: String,
    /// The address of the login page; empty when not set.
    pub hotspot_address: String,
    /// The folder of the login page.
    pub html_directory: String,
    /// The ways of signing in, such as `http-chap`, `http-pap`, `cookie`, `mac-cookie`.
    pub login_by: Vec<String>,
    /// Whether a RADIUS server is asked.
    pub use_radius: bool,
}

impl ServerProfile {
    /// Understands a row of the menu.
    pub fn from_row(row: &Row) -> ServerProfile {
        let ways = row.get("login-by").unwrap_or_default().split(',').map(str::trim);
        ServerProfile {
            id: text(row, ".id"),
            name: text(row, "name"),
            dns_name: text(row, "dns-name"),
            hotspot_address: text(row, "hotspot-address"),
            html_directory: text(row, "html-directory"),
            login_by: ways.filter(|way| !way.is_empty()).map(str::to_owned).collect(),
            use_radius: row.flag("use-radius"),
        }
    }

    /// Whether guests may sign in this way.
    pub fn allows(&self, way: &str) -> bool {
        self.login_by.iter().any(|allowed| allowed == way)
    }
}

/// Asks for all hotspot profiles.
pub fn server_profiles() -> Command {
    Command::new("/ip/hotspot/profile/print")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(words: &[&str]) -> Row {
        Row::of_words(words.iter().map(|word| word.as_bytes()))
    }

    #[test]
    fn a_hotspot_profile_tells_whether_a_way_of_signing_in_is_allowed() {
        let profile = ServerProfile::from_row(&row(&["=name=default", "=login-by=cookie,http-chap"]));
        assert!(profile.allows("cookie") && profile.allows("http-chap"));
        assert!(!profile.allows("http-pap") && !profile.allows(""));
        assert!(ServerProfile::from_row(&row(&["=login-by="])).login_by.is_empty());
    }

    #[test]
    fn a_hotspot_that_is_off_says_who_switched_it_off() {
        let server = Server::from_row(&row(&["=.id=*1", "=name=hs1", "=disabled=false", "=invalid=true"]));
        assert_eq!((server.id.as_str(), server.disabled, server.invalid), ("*1", false, true));
    }
}
