use std::time::Duration;

use super::{ids, number, text};
use crate::command::{Command, Query};
use crate::row::Row;
use crate::values::{Mac, parse_duration, print_bool, print_duration};

/// Who may use a hotspot: a voucher, mostly.
///
/// Source: RouterOS /ip/hotspot/user. Counters are brought up to date at each logout, not while a guest is online.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct User {
    /// The row's id.
    pub id: String,
    /// The name guests type.
    pub name: String,
    /// Empty also when this router user may not see passwords.
    pub password: String,
    /// The hotspot, or `all`.
    pub server: String,
    /// The [`UserProfile`](super::UserProfile)'s name.
    pub profile: String,
    /// The operator's or our own note.
    pub comment: String,
    /// The only device allowed, if any.
    pub mac_address: Option<Mac>,
    /// How long the user may be online in sum; `None` for as long as it likes.
    pub limit_uptime: Option<Duration>,
    /// How much the user may send and receive in sum; 0 for any amount.
    pub limit_bytes_total: u64,
    /// How long the user has been online in sum.
    pub uptime: Duration,
    /// What the user sent.
    pub bytes_in: u64,
    /// What the user received.
    pub bytes_out: u64,
    /// Switched off.
    pub disabled: bool,
    /// Made by the router itself, such as `default-trial`; not a guest of the shop.
    pub default: bool,
    /// Not kept over a restart.
    pub dynamic: bool,
}

impl User {
    /// Understands a row of the menu.
    pub fn from_row(row: &Row) -> User {
        let duration = |name| row.get(name).and_then(parse_duration);
        User {
            id: text(row, ".id"),
            name: text(row, "name"),
            password: text(row, "password"),
            server: row.get("server").unwrap_or("all").to_owned(),
            profile: row.get("profile").unwrap_or("default").to_owned(),
            comment: text(row, "comment"),
            mac_address: row
                .get("mac-address")
                .and_then(|mac| mac.parse().ok())
                .filter(|mac| *mac != Mac::NONE),
            limit_uptime: duration("limit-uptime").filter(|limit| !limit.is_zero()),
            limit_bytes_total: number(row, "limit-bytes-total"),
            uptime: duration("uptime").unwrap_or_default(),
            bytes_in: number(row, "bytes-in"),
            bytes_out: number(row, "bytes-out"),
            disabled: row.flag("disabled"),
            default: row.flag("default"),
            dynamic: row.flag("dynamic"),
        }
    }
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// A user to be added. Whatever is `None` is left to the router's default.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewUser {
    /// The name guests type; unique per hotspot.
    pub name: String,
    /// What they type below it; may be empty.
    pub password: String,
    /// The hotspot; `None` for all.
    pub server: Option<String>,
    /// The user profile.
    pub profile: Option<String>,
    /// A note.
    pub comment: Option<String>,
    /// The only device allowed.
    pub mac_address: Option<Mac>,
    /// How long it may be online in sum.
    pub limit_uptime: Option<Duration>,
    /// How much it may send and receive in sum.
    pub limit_bytes_total: Option<u64>,
    /// Whether it starts switched off.
    pub disabled: bool,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser").field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// What changes on a user. `None` leaves as it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Another name.
    pub name: Option<String>,
    /// Another password.
    pub password: Option<String>,
    /// Another hotspot, or `all`.
    pub server: Option<String>,
    /// Another user profile.
    pub profile: Option<String>,
    /// Another note; an empty one clears it.
    pub comment: Option<String>,
    /// Another device; [`Mac::NONE`] frees the user from its device.
    pub mac_address: Option<Mac>,
    /// Another limit; zero lifts it.
    pub limit_uptime: Option<Duration>,
    /// Another limit; zero lifts it.
    pub limit_bytes_total: Option<u64>,
    /// Switched off or on.
    pub disabled: Option<bool>,
}

impl std::fmt::Debug for UserChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserChange").finish_non_exhaustive()
    }
}

/// Asks for all users, the router's own `default-trial` included.
pub fn users() -> Command {
    Command::new("/ip/hotspot/user/print")
}

/// Asks for the users that match, such as `Query::one_of("name", codes)`.
pub fn users_where(query: Query) -> Command {
    users().query(query)
}

/// Asks how many users match; the reply's [`count`](crate::Reply::count) tells.
pub fn user_count(query: Option<Query>) -> Command {
    let count = users().flag("count-only");
    match query {
        Some(query) => count.query(query),
        None => count,
    }
}

/// Adds a user; the reply's [`ret`](crate::Reply::ret) is its id.
pub fn user_add(user: &NewUser) -> Command {
    let command = Command::new("/ip/hotspot/user/add")
        .set("name", &user.name)
        .set("password", &user.password)
        .opt("server", user.server.as_deref())
        .opt("profile", user.profile.as_deref())
        .opt("comment", user.comment.as_deref());
    let command = limits(command, user.mac_address, user.limit_uptime, user.limit_bytes_total);
    if user.disabled { command.set("disabled", print_bool(true)) } else { command }
}

/// Changes a user, named by its id.
pub fn user_set(id: &str, change: &UserChange) -> Command {
    let command = Command::new("/ip/hotspot/user/set")
        .set(".id", id)
        .opt("name", change.name.as_deref())
        .opt("password", change.password.as_deref())
        .opt("server", change.server.as_deref())
        .opt("profile", change.profile.as_deref())
        .opt("comment", change.comment.as_deref());
    limits(command, change.mac_address, change.limit_uptime, change.limit_bytes_total)
        .opt("disabled", change.disabled.map(print_bool))
}

/// Removes users, named by their ids: all of them, or none when one is missing.
pub fn user_remove(users: &[&str]) -> Command {
    Command::new("/ip/hotspot/user/remove").set(".id", &ids(users))
}

/// Switches users on, named by their ids.
pub fn user_enable(users: &[&str]) -> Command {
    Command::new("/ip/hotspot/user/enable").set(".id", &ids(users))
}

/// Switches users off, named by their ids. A guest who is online stays so until its session is removed.
pub fn user_disable(users: &[&str]) -> Command {
    Command::new("/ip/hotspot/user/disable").set(".id", &ids(users))
}

/// Sets the time and bytes used back to nothing.
pub fn user_reset_counters(users: &[&str]) -> Command {
    Command::new("/ip/hotspot/user/reset-counters").set(".id", &ids(users))
}

fn limits(command: Command, mac: Option<Mac>, uptime: Option<Duration>, bytes: Option<u64>) -> Command {
    command
        .opt("mac-address", mac.map(|mac| mac.to_string()).as_deref())
        .opt("limit-uptime", uptime.map(print_duration).as_deref())
        .opt("limit-bytes-total", bytes.map(|bytes| bytes.to_string()).as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(words: &[&str]) -> Row {
        Row::of_words(words.iter().map(|word| word.as_bytes()))
    }

    #[test]
    fn a_user_row_with_only_a_name_has_the_routers_defaults() {
        let user = User::from_row(&row(&["=.id=*2", "=name=k7m2"]));
        assert_eq!((user.server.as_str(), user.profile.as_str()), ("all", "default"));
        assert_eq!((user.limit_uptime, user.mac_address, user.limit_bytes_total), (None, None, 0));
    }

    #[test]
    fn limits_of_zero_and_the_empty_device_mean_none() {
        let user = User::from_row(&row(&["=limit-uptime=0s", "=mac-address=00:00:00:00:00:00"]));
        assert_eq!((user.limit_uptime, user.mac_address), (None, None));
        let user =
            User::from_row(&row(&["=limit-uptime=1d", "=mac-address=AA:BB:CC:00:00:01", "=uptime=1h"]));
        assert_eq!(user.limit_uptime, Some(Duration::from_secs(86_400)));
        assert_eq!(user.mac_address, Some(Mac([0xaa, 0xbb, 0xcc, 0, 0, 1])));
        assert_eq!(user.uptime, Duration::from_secs(3600));
    }

    #[test]
    fn adding_sends_only_what_is_given() {
        let user = NewUser { name: "a".into(), password: "b".into(), ..NewUser::default() };
        let wanted = Command::new("/ip/hotspot/user/add").set("name", "a").set("password", "b");
        assert_eq!(user_add(&user), wanted);
    }

    #[test]
    fn changing_can_lift_limits_and_clear_the_note() {
        let change = UserChange {
            comment: Some(String::new()),
            mac_address: Some(Mac::NONE),
            limit_uptime: Some(Duration::ZERO),
            limit_bytes_total: Some(0),
            disabled: Some(false),
            ..UserChange::default()
        };
        let wanted = Command::new("/ip/hotspot/user/set")
            .set(".id", "*1")
            .set("comment", "")
            .set("mac-address", "00:00:00:00:00:00")
            .set("limit-uptime", "0s")
            .set("limit-bytes-total", "0")
            .set("disabled", "no");
        assert_eq!(user_set("*1", &change), wanted);
    }

    #[test]
    fn users_print_no_names_and_no_passwords() {
        let user = User::from_row(&row(&["=name=k7m2", "=password=hunter2"]));
        let new = NewUser { name: "k7m2".into(), password: "hunter2".into(), ..NewUser::default() };
        let shown = format!("{user:?} {new:?}");
        assert!(!shown.contains("k7m2") && !shown.contains("hunter2"), "{shown}");
    }
}
