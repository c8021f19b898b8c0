use std::time::Duration;

use super::{ids, number, text};
use crate::command::Command;
use crate::row::Row;
use crate::values::{Mac, parse_duration};

/// A guest who is online.
///
/// Source: RouterOS /ip/hotspot/active.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Active {
    /// The session's id.
    pub id: String,
    /// The hotspot.
    pub server: String,
    /// The user's name.
    pub user: String,
    /// The device's address.
    pub address: String,
    /// The device.
    pub mac_address: Option<Mac>,
    /// How the guest signed in, such as `http-pap` or `mac-cookie`.
    pub login_by: String,
    /// How long this session has lasted.
    pub uptime: Duration,
    /// How much longer it may last; `None` for as long as it likes.
    pub session_time_left: Option<Duration>,
    /// What the guest sent in this session.
    pub bytes_in: u64,
    /// What the guest received in this session.
    pub bytes_out: u64,
}

impl Active {
    /// Understands a row of the menu.
    pub fn from_row(row: &Row) -> Active {
        Active {
            id: text(row, ".id"),
            server: text(row, "server"),
            user: text(row, "user"),
            address: text(row, "address"),
            mac_address: row.get("mac-address").and_then(|mac| mac.parse().ok()),
            login_by: text(row, "login-by"),
            uptime: row.get("uptime").and_then(parse_duration).unwrap_or_default(),
            session_time_left: row.get("session-time-left").and_then(parse_duration),
            bytes_in: number(row, "bytes-in"),
            bytes_out: number(row, "bytes-out"),
        }
    }
}

/// Asks who is online.
pub fn active() -> Command {
    Command::new("/ip/hotspot/active/print")
}

/// Asks how many are online; the reply's [`count`](crate::Reply::count) tells.
pub fn active_count() -> Command {
    active().flag("count-only")
}

/// Ends sessions, named by their ids. A device that is remembered signs in again by itself: see [`cookie_remove`].
pub fn active_remove(sessions: &[&str]) -> Command {
    Command::new("/ip/hotspot/active/remove").set(".id", &ids(sessions))
}

/// A device that is remembered and signed in again by itself.
///
/// Source: RouterOS /ip/hotspot/cookie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cookie {
    /// The row's id.
    pub id: String,
    /// The user's name.
    pub user: String,
    /// The device.
    pub mac_address: Option<Mac>,
    /// For how much longer.
    pub expires_in: Option<Duration>,
}

impl Cookie {
    /// Understands a row of the menu.
    pub fn from_row(row: &Row) -> Cookie {
        Cookie {
            id: text(row, ".id"),
            user: text(row, "user"),
            mac_address: row.get("mac-address").and_then(|mac| mac.parse().ok()),
            expires_in: row.get("expires-in").and_then(parse_duration),
        }
    }
}

/// Asks for all remembered devices.
pub fn cookies() -> Command {
    Command::new("/ip/hotspot/cookie/print")
}

/// Forgets devices, named by the ids of their rows.
pub fn cookie_remove(cookies: &[&str]) -> Command {
    Command::new("/ip/hotspot/cookie/remove").set(".id", &ids(cookies))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_without_an_end_has_no_time_left_to_tell() {
        let words: [&[u8]; 4] = [b"=.id=*1", b"=user=k7m2", b"=uptime=1h2m", b"=bytes-out=42"];
        let active = Active::from_row(&Row::of_words(words.into_iter()));
        assert_eq!(active.uptime, Duration::from_secs(3720));
        assert_eq!((active.session_time_left, active.bytes_in, active.bytes_out), (None, 0, 42));
    }
}
