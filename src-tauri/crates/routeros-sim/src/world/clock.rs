//! Virtual time: how long the router has been up, and what its own clock shows.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use crate::Version;

/// What drives the router's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Time passes as it does outside; the router is this many seconds ahead (or behind).
    RealTime {
        /// Seconds by which the router's clock differs from the computer's.
        offset: i64,
    },
    /// Time stands still at this second since 1970 (UTC) until it is advanced.
    Frozen {
        /// Seconds since 1970 in UTC.
        at: i64,
    },
}

impl Default for Clock {
    fn default() -> Self {
        Clock::RealTime { offset: 0 }
    }
}

#[derive(Debug)]
pub(crate) struct RouterClock {
    clock: Clock,
    advanced: i64,
    /// By how much the router's clock is wrong.
    error: i64,
    boot: i64,
}

impl RouterClock {
    pub(crate) fn new(clock: Clock) -> Self {
        let error = match clock {
            Clock::RealTime { offset } => offset,
            Clock::Frozen { .. } => 0,
        };
        let mut router = RouterClock { clock, advanced: 0, error, boot: 0 };
        router.restart();
        router
    }

    /// What drives it.
    pub(crate) fn driven_by(&self) -> Clock {
        self.clock
    }

    /// Seconds since 1970 that passed for the router, untouched by anybody setting its clock. The computer's
    /// clock is read each time, so that the router does not fall behind while a laptop sleeps.
    pub(crate) fn virtual_now(&self) -> i64 {
        let outside = match self.clock {
            Clock::RealTime { .. } => wall(),
            Clock::Frozen { at } => at,
        };
        outside.saturating_add(self.advanced)
    }

    /// What the router believes to be UTC.
    pub(crate) fn router_now(&self) -> i64 {
        self.virtual_now().saturating_add(self.error)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(whole_seconds(by));
    }

    pub(crate) fn set_router(&mut self, utc: i64) {
        self.error = utc.saturating_sub(self.virtual_now());
    }

    pub(crate) fn restart(&mut self) {
        self.boot = self.virtual_now();
    }

    pub(crate) fn uptime(&self) -> u64 {
        u64::try_from(self.virtual_now().saturating_sub(self.boot)).unwrap_or(0)
    }

    pub(crate) fn error(&self) -> i64 {
        self.error
    }

    pub(crate) fn restore_error(&mut self, error: i64) {
        self.error = error;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a router that runs in real time has its own clock: this is its edge"
)]
fn wall() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    whole_seconds(since)
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// Seconds east of Greenwich of the zones the simulator knows. None of them has daylight saving time.
pub(crate) fn zone_offset(zone: &str) -> i64 {
    match zone {
        "Asia/Jakarta" | "Asia/Pontianak" => 7 * 3600,
        "Asia/Makassar" => 8 * 3600,
        "Asia/Jayapura" => 9 * 3600,
        _ => 0,
    }
}

pub(crate) fn date(local: i64, version: Version) -> String {
    let format = if version.has_iso_dates() { "%Y-%m-%d" } else { "%b/%d/%Y" };
    moment(local).format(format).to_string().to_ascii_lowercase()
}

pub(crate) fn time(local: i64) -> String {
    moment(local).format("%H:%M:%S").to_string()
}

/// Both date formats are understood, whichever the release shows.
pub(crate) fn parse_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%b/%d/%Y")).ok()
}

pub(crate) fn parse_time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M:%S").ok()
}

pub(crate) fn moment(seconds: i64) -> NaiveDateTime {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().naive_utc()
}

pub(crate) fn seconds(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_shown_as_the_release_shows_them() {
        let new_year = 1_767_312_000;
        assert_eq!(date(new_year, Version::V7_9_2), "jan/02/2026");
        assert_eq!(date(new_year, Version::V7_16), "2026-01-02");
        assert_eq!(parse_date("jan/02/2026"), parse_date("2026-01-02"));
    }

    #[test]
    fn setting_the_router_clock_leaves_the_uptime_alone() {
        let mut clock = RouterClock::new(Clock::Frozen { at: 1_000_000 });
        clock.advance(Duration::from_secs(90));
        clock.set_router(5);
        assert_eq!((clock.router_now(), clock.uptime()), (5, 90));
        clock.restart();
        assert_eq!(clock.uptime(), 0);
    }
}
