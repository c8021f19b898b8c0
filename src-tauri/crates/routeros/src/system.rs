//! What the router is: its name, version, clock, licence and serial number.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::NaiveDateTime;
use thiserror::Error;

use crate::command::Command;
use crate::connection::Connection;
use crate::error::CallError;
use crate::row::{Reply, Row};
use crate::values::{DateStyle, date, parse_duration};

/// Asks for the router's name.
///
/// Source: RouterOS /system/identity, property `name`.
///
/// # Errors
/// See [`CallError`].
pub async fn identity(router: &Connection) -> Result<String, CallError> {
    let reply = router.call(Command::new("/system/identity/print")).await?;
    Ok(text(only(&reply), "name"))
}

/// What the router is made of and how busy it is.
///
/// Source: RouterOS /system/resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resource {
    /// As the router writes it, such as `7.22.3 (stable)`.
    pub version: String,
    /// The model, such as `hAP ac lite`; `CHR` for a virtual router.
    pub board_name: String,
    /// The processor family.
    pub architecture_name: String,
    /// How long it has been running.
    pub uptime: Option<Duration>,
    /// In per cent.
    pub cpu_load: Option<u8>,
    /// In bytes.
    pub free_memory: Option<u64>,
    /// In bytes.
    pub total_memory: Option<u64>,
    /// Free storage in bytes.
    pub free_hdd_space: Option<u64>,
    /// Storage in bytes.
    pub total_hdd_space: Option<u64>,
}

impl Resource {
    /// Asks the router.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(router: &Connection) -> Result<Resource, CallError> {
        let reply = router.call(Command::new("/system/resource/print")).await?;
        Ok(Self::from_row(only(&reply)))
    }

    /// Understands a row of the menu; what is missing stays empty.
    pub fn from_row(row: &Row) -> Resource {
        Resource {
            version: text(row, "version"),
            board_name: text(row, "board-name"),
            architecture_name: text(row, "architecture-name"),
            uptime: row.get("uptime").and_then(parse_duration),
            cpu_load: number(row, "cpu-load"),
            free_memory: number(row, "free-memory"),
            total_memory: number(row, "total-memory"),
            free_hdd_space: number(row, "free-hdd-space"),
            total_hdd_space: number(row, "total-hdd-space"),
        }
    }

    /// The version in numbers; `None` when it is written in an unknown way.
    pub fn version(&self) -> Option<Version> {
        self.version.parse().ok()
    }
}

/// Asks how long the router has been running; `None` when it says so in an unknown way.
///
/// Source: RouterOS /system/resource, property `uptime`.
///
/// # Errors
/// See [`CallError`].
pub async fn uptime(router: &Connection) -> Result<Option<Duration>, CallError> {
    let reply = router.call(Command::new("/system/resource/print").proplist(&["uptime"])).await?;
    Ok(Resource::from_row(only(&reply)).uptime)
}

/// A RouterOS version, comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// 6 or 7.
    pub major: u16,
    /// The number after the first point.
    pub minor: u16,
    /// The number after the second point, or 0.
    pub patch: u16,
}

impl Version {
    /// How this version writes dates.
    ///
    /// Source: RouterOS 7.10 changed to ISO 8601.
    pub fn date_style(self) -> DateStyle {
        if self >= (Version { major: 7, minor: 10, patch: 0 }) { DateStyle::Iso } else { DateStyle::Month }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The text does not begin with a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a RouterOS version")]
pub struct ParseVersionError;

impl FromStr for Version {
    type Err = ParseVersionError;

    /// Reads `7.22.3 (stable)`, `6.49`, `7.17beta2`.
    fn from_str(text: &str) -> Result<Self, ParseVersionError> {
        let mut rest = text.trim();
        let mut numbers = [None; 3];
        for (index, slot) in numbers.iter_mut().enumerate() {
            if index > 0 {
                let Some(after) = rest.strip_prefix('.') else { break };
                rest = after;
            }
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            *slot = Some(rest[..end].parse().map_err(|_| ParseVersionError)?);
            rest = &rest[end..];
        }
        match numbers {
            [Some(major), Some(minor), patch] => Ok(Version { major, minor, patch: patch.unwrap_or(0) }),
            _ => Err(ParseVersionError),
        }
    }
}

/// What the router's clock shows, in its own time zone. A router without a battery starts in 1970, so whoever counts
/// with it must look at the year first.
///
/// Source: RouterOS /system/clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clock {
    /// Date and time on the router's wall; `None` when they are written in an unknown way.
    pub wall: Option<NaiveDateTime>,
    /// How far that is ahead of UTC, in seconds.
    pub gmt_offset_s: Option<i32>,
    /// Such as `Asia/Jakarta`; empty when unknown.
    pub time_zone_name: String,
}

impl Clock {
    /// Asks the router.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(router: &Connection) -> Result<Clock, CallError> {
        let reply = router.call(Command::new("/system/clock/print")).await?;
        Ok(Self::from_row(only(&reply)))
    }

    /// Understands a row of the menu; what is missing stays empty.
    pub fn from_row(row: &Row) -> Clock {
        let date = row.get("date").and_then(date::parse_date);
        let time = row.get("time").and_then(date::parse_time);
        Clock {
            wall: date.zip(time).map(|(date, time)| date.and_time(time)),
            gmt_offset_s: row.get("gmt-offset").and_then(offset_s),
            time_zone_name: text(row, "time-zone-name"),
        }
    }

    /// The moment in UTC, when the router says how far it is off.
    pub fn utc(&self) -> Option<NaiveDateTime> {
        self.wall?.checked_sub_signed(chrono::Duration::seconds(self.gmt_offset_s?.into()))
    }
}

/// Reads `+07:00` and `-03:30`; older versions print the seconds, negative ones as an unsigned 32 bit number.
fn offset_s(text: &str) -> Option<i32> {
    let (sign, clock) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => (1, text),
    };
    let seconds = parse_duration(clock)?.as_secs();
    let seconds = u32::try_from(seconds).ok()?.cast_signed();
    Some(sign * seconds).filter(|seconds| seconds.abs() <= 86_400)
}

/// Which licence the router has; it caps how many hotspot guests may be online.
///
/// Source: RouterOS /system/license, properties `nlevel`, `software-id` on a router board, `level`, `system-id` on a
/// virtual one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct License {
    /// `4`, `free`, `p1` and so on; empty when unknown.
    pub level: String,
    /// The number the licence is bound to; empty when unknown.
    pub id: String,
    /// Whether it is the licence of a virtual router.
    pub is_virtual: bool,
}

impl License {
    /// Asks the router.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(router: &Connection) -> Result<License, CallError> {
        let reply = router.call(Command::new("/system/license/print")).await?;
        Ok(Self::from_row(only(&reply)))
    }

    /// Understands a row of the menu; what is missing stays empty.
    pub fn from_row(row: &Row) -> License {
        let either = |first, second| row.get(first).or(row.get(second)).unwrap_or_default().to_owned();
        License {
            level: either("nlevel", "level"),
            id: either("software-id", "system-id"),
            is_virtual: row.get("system-id").is_some(),
        }
    }
}

/// How many hotspot guests a licence of this level lets in at a time; `None` when it sets no limit that is known. The
/// licence of a virtual router limits its speed instead.
///
/// Source: RouterOS licence levels, the row of active hotspot users; seen in copies of the table only.
pub fn most_guests(level: &str) -> Option<u32> {
    match level {
        "1" | "3" => Some(1),
        "4" => Some(200),
        "5" => Some(500),
        _ => None,
    }
}

/// Asks for the serial number printed on the board; `None` for a virtual router or a machine of another maker.
///
/// Source: RouterOS /system/routerboard, property `serial-number`.
///
/// # Errors
/// See [`CallError`]; a router without that menu is no error.
pub async fn serial_number(router: &Connection) -> Result<Option<String>, CallError> {
    use crate::TrapKind;
    match router.call(Command::new("/system/routerboard/print")).await {
        Ok(reply) => Ok(only(&reply).get("serial-number").map(str::to_owned)),
        Err(CallError::Trap(trap)) if trap.kind() == TrapKind::NoSuchCommand => Ok(None),
        Err(error) => Err(error),
    }
}

fn only(reply: &Reply) -> &Row {
    static NOTHING: std::sync::LazyLock<Row> = std::sync::LazyLock::new(Row::default);
    reply.first().unwrap_or(&NOTHING)
}

fn text(row: &Row, name: &str) -> String {
    row.get(name).unwrap_or_default().to_owned()
}

fn number<N: FromStr>(row: &Row, name: &str) -> Option<N> {
    row.get(name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(words: &[&str]) -> Row {
        Row::of_words(words.iter().map(|word| word.as_bytes()))
    }

    #[test]
    fn the_clock_is_read_in_both_styles_of_date() {
        let new = Clock::from_row(&row(&["=date=2026-05-31", "=time=23:59:58", "=gmt-offset=+07:00"]));
        let old = Clock::from_row(&row(&["=date=may/31/2026", "=time=23:59:58", "=gmt-offset=25200"]));
        assert_eq!(new.wall, old.wall);
        assert_eq!(new.utc().unwrap().to_string(), "2026-05-31 16:59:58");
        assert_eq!(old.utc(), new.utc());
    }

    #[test]
    fn an_offset_behind_utc_is_read_in_both_notations() {
        assert_eq!(offset_s("-03:30"), Some(-12_600));
        assert_eq!(offset_s("4294954696"), Some(-12_600), "older versions print it unsigned");
        assert_eq!(offset_s("+99:00"), None);
    }

    #[test]
    fn a_clock_without_a_date_is_unknown_not_wrong() {
        assert_eq!(Clock::from_row(&row(&["=time=23:59:58"])).wall, None);
    }

    #[test]
    fn versions_are_read_and_compared_by_number() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert_eq!(version("7.22.3 (stable)"), Version { major: 7, minor: 22, patch: 3 });
        assert_eq!(version("7.17beta2"), Version { major: 7, minor: 17, patch: 0 });
        assert!(version("7.9.2") < version("7.10"));
        assert_eq!(version("7.9.2").date_style(), DateStyle::Month);
        assert_eq!(version("7.10").date_style(), DateStyle::Iso);
        for wrong in ["", "7", "x.y", "7.", "99999.1"] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_resource_with_missing_parts_is_still_read() {
        let resource =
            Resource::from_row(&row(&["=version=7.22.3 (stable)", "=uptime=1d2h", "=cpu-load=101x"]));
        assert_eq!(resource.uptime, Some(Duration::from_secs(26 * 3600)));
        assert_eq!(resource.cpu_load, None);
        assert_eq!(resource.version().unwrap().to_string(), "7.22.3");
    }

    #[test]
    fn a_licence_is_read_from_a_board_and_from_a_virtual_router() {
        let board = License::from_row(&row(&["=software-id=ABCD-1234", "=nlevel=4"]));
        let chr = License::from_row(&row(&["=system-id=xyz", "=level=free"]));
        assert_eq!((board.level.as_str(), board.id.as_str()), ("4", "ABCD-1234"));
        assert_eq!((chr.level.as_str(), chr.id.as_str()), ("free", "xyz"));
        assert!(chr.is_virtual && !board.is_virtual);
        let most = ["3", "4", "5", "6", "free", ""].map(most_guests);
        assert_eq!(most, [Some(1), Some(200), Some(500), None, None, None]);
    }
}
