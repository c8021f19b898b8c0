use std::time::Duration;

use super::{ids, text};
use crate::command::Command;
use crate::row::Row;
use crate::values::{parse_duration, print_bool, print_duration};

/// What users have in common: speed, sessions, scripts.
///
/// Source: RouterOS /ip/hotspot/user/profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserProfile {
    /// The row's id.
    pub id: String,
    /// The name users refer to.
    pub name: String,
    /// How many devices may use one name at once; `None` for any number.
    pub shared_users: Option<u32>,
    /// `upload/download` and bursts as the router writes them; empty for full speed.
    pub rate_limit: String,
    /// The longest single session; `None` for any length.
    pub session_timeout: Option<Duration>,
    /// How long a guest may be idle; `None` for ever.
    pub idle_timeout: Option<Duration>,
    /// How long a guest may not answer; `None` for ever.
    pub keepalive_timeout: Option<Duration>,
    /// Whether a device is remembered and signed in again by itself.
    pub add_mac_cookie: bool,
    /// For how long it is remembered.
    pub mac_cookie_timeout: Option<Duration>,
    /// The script run when a guest has signed in.
    pub on_login: String,
    /// The script run when a guest has left.
    pub on_logout: String,
    /// Made by the router itself.
    pub default: bool,
}

impl UserProfile {
    /// Understands a row of the menu.
    pub fn from_row(row: &Row) -> UserProfile {
        let duration = |name| row.get(name).and_then(parse_duration).filter(|duration| !duration.is_zero());
        UserProfile {
            id: text(row, ".id"),
            name: text(row, "name"),
            shared_users: match row.get("shared-users") {
                Some(number) => number.parse().ok(),
                None => Some(1),
            },
            rate_limit: text(row, "rate-limit"),
            session_timeout: duration("session-timeout"),
            idle_timeout: duration("idle-timeout"),
            keepalive_timeout: duration("keepalive-timeout"),
            add_mac_cookie: row.flag("add-mac-cookie"),
            mac_cookie_timeout: duration("mac-cookie-timeout"),
            on_login: text(row, "on-login"),
            on_logout: text(row, "on-logout"),
            default: row.flag("default"),
        }
    }
}

/// A user profile to be added, or what a profile is to become. Whatever is `None` is left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewUserProfile {
    /// The name users refer to.
    pub name: Option<String>,
    /// How many devices may use one name at once.
    pub shared_users: Option<u32>,
    /// Such as `1M/5M`; an empty one lifts the limit.
    pub rate_limit: Option<String>,
    /// The longest single session; zero for any length.
    pub session_timeout: Option<Duration>,
    /// How long a guest may be idle; zero for ever.
    pub idle_timeout: Option<Duration>,
    /// How long a guest may not answer; zero for ever.
    pub keepalive_timeout: Option<Duration>,
    /// Whether a device is remembered and signed in again by itself.
    pub add_mac_cookie: Option<bool>,
    /// For how long it is remembered.
    pub mac_cookie_timeout: Option<Duration>,
    /// The script run when a guest has signed in; an empty one clears it.
    pub on_login: Option<String>,
    /// The script run when a guest has left; an empty one clears it.
    pub on_logout: Option<String>,
}

/// Asks for all user profiles.
pub fn user_profiles() -> Command {
    Command::new("/ip/hotspot/user/profile/print")
}

/// Adds a user profile; the reply's [`ret`](crate::Reply::ret) is its id.
pub fn user_profile_add(profile: &NewUserProfile) -> Command {
    properties(Command::new("/ip/hotspot/user/profile/add"), profile)
}

/// Changes a user profile, named by its id. Guests who are online keep what they have until they sign in again.
pub fn user_profile_set(id: &str, profile: &NewUserProfile) -> Command {
    properties(Command::new("/ip/hotspot/user/profile/set").set(".id", id), profile)
}

/// Removes user profiles, named by their ids.
pub fn user_profile_remove(profiles: &[&str]) -> Command {
    Command::new("/ip/hotspot/user/profile/remove").set(".id", &ids(profiles))
}

fn properties(command: Command, profile: &NewUserProfile) -> Command {
    let session = profile.session_timeout.map(print_duration);
    let cookie = profile.mac_cookie_timeout.map(print_duration);
    command
        .opt("name", profile.name.as_deref())
        .opt("shared-users", profile.shared_users.map(|number| number.to_string()).as_deref())
        .opt("rate-limit", profile.rate_limit.as_deref())
        .opt("session-timeout", session.as_deref())
        .opt("idle-timeout", profile.idle_timeout.map(or_none).as_deref())
        .opt("keepalive-timeout", profile.keepalive_timeout.map(or_none).as_deref())
        .opt("add-mac-cookie", profile.add_mac_cookie.map(print_bool))
        .opt("mac-cookie-timeout", cookie.as_deref())
        .opt("on-login", profile.on_login.as_deref())
        .opt("on-logout", profile.on_logout.as_deref())
}

/// Source: RouterOS writes an idle or keep-alive timeout that never comes as `none`.
fn or_none(timeout: Duration) -> String {
    if timeout.is_zero() { "none".to_owned() } else { print_duration(timeout) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(words: &[&str]) -> Row {
        Row::of_words(words.iter().map(|word| word.as_bytes()))
    }

    #[test]
    fn the_default_profile_of_a_router_is_understood() {
        let profile = UserProfile::from_row(&row(&[
            "=.id=*0",
            "=name=default",
            "=idle-timeout=none",
            "=keepalive-timeout=2m",
            "=shared-users=1",
            "=add-mac-cookie=true",
            "=mac-cookie-timeout=3d",
            "=default=true",
        ]));
        assert_eq!((profile.shared_users, profile.idle_timeout), (Some(1), None));
        assert_eq!(profile.keepalive_timeout, Some(Duration::from_secs(120)));
        assert!(profile.add_mac_cookie && profile.default && profile.rate_limit.is_empty());
    }

    #[test]
    fn unlimited_sharing_is_no_number() {
        assert_eq!(UserProfile::from_row(&row(&["=shared-users=unlimited"])).shared_users, None);
    }

    #[test]
    fn a_changed_profile_sends_only_what_changes() {
        let change = NewUserProfile {
            rate_limit: Some("1M/5M".into()),
            idle_timeout: Some(Duration::ZERO),
            add_mac_cookie: Some(false),
            ..NewUserProfile::default()
        };
        let wanted = Command::new("/ip/hotspot/user/profile/set")
            .set(".id", "*3")
            .set("rate-limit", "1M/5M")
            .set("idle-timeout", "none")
            .set("add-mac-cookie", "no");
        assert_eq!(user_profile_set("*3", &change), wanted);
    }
}
