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
    /// Time begins at this second since 1970 (UTC) and passes so many times as fast as outside.
    Scaled {
        /// Seconds since 1970 in UTC.
        at: i64,
        /// How many seconds pass for the router in one second.
        times: u32,
    },
}

impl Default for Clock {
    fn default() -> Self {
        Clock::RealTime { offset: 0 }
    }
}

/// The second a router without a battery begins at after a boot: 1970-01-02 00:00:00.
pub(crate) const WITHOUT_BATTERY: i64 = 86_400;

#[derive(Debug)]
pub(crate) struct RouterClock {
    clock: Clock,
    started: Duration,
    advanced: Duration,
    /// The virtual second that is being lived; it follows the outside one event after the other.
    present: i64,
    /// By how much the router's clock is wrong.
    error: i64,
    boot: i64,
}

impl RouterClock {
    pub(crate) fn new(clock: Clock) -> Self {
        let error = match clock {
            Clock::RealTime { offset } => offset,
            Clock::Frozen { .. } | Clock::Scaled { .. } => 0,
        };
        let mut router =
            RouterClock { clock, started: wall(), advanced: Duration::ZERO, present: 0, error, boot: 0 };
        router.present = router.outside();
        router.restart();
        router
    }

    /// What drives it.
    pub(crate) fn driven_by(&self) -> Clock {
        self.clock
    }

    /// How far time has got, whether or not everything due until then has happened.
    pub(crate) fn outside(&self) -> i64 {
        let (base, passed) = match self.clock {
            Clock::RealTime { .. } => (0, wall()),
            Clock::Frozen { at } => (at, Duration::ZERO),
            Clock::Scaled { at, times } => (at, wall().saturating_sub(self.started).saturating_mul(times)),
        };
        base.saturating_add(whole_seconds(passed.saturating_add(self.advanced)))
    }

    /// Comes to this second. The computer's clock may be set back; the router's virtual time never is.
    pub(crate) fn live(&mut self, at: i64) {
        self.present = self.present.max(at);
    }

    /// Seconds since 1970 that passed for the router, untouched by anybody setting its clock.
    pub(crate) fn virtual_now(&self) -> i64 {
        self.present
    }

    /// What the router believes to be UTC.
    pub(crate) fn router_now(&self) -> i64 {
        self.present.saturating_add(self.error)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(by);
    }

    pub(crate) fn set_router(&mut self, utc: i64) {
        self.error = utc.saturating_sub(self.present);
    }

    pub(crate) fn restart(&mut self) {
        self.boot = self.present;
    }

    pub(crate) fn uptime(&self) -> u64 {
        u64::try_from(self.present.saturating_sub(self.boot)).unwrap_or(0)
    }

    /// The virtual second of the boot.
    pub(crate) fn booted(&self) -> i64 {
        self.boot
    }

    pub(crate) fn error(&self) -> i64 {
        self.error
    }

    pub(crate) fn set_error(&mut self, error: i64) {
        self.error = error;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a router that runs in real time has its own clock: this is its edge"
)]
fn wall() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

pub(crate) fn date(local: i64, version: Version) -> String {
    shown_date(moment(local).date(), version)
}

pub(crate) fn shown_date(date: NaiveDate, version: Version) -> String {
    let format = if version.has_iso_dates() { "%Y-%m-%d" } else { "%b/%d/%Y" };
    date.format(format).to_string().to_ascii_lowercase()
}

/// A moment as `next-run` shows it: old releases leave out what is the same as today.
pub(crate) fn date_and_time(local: i64, now: i64, version: Version) -> String {
    let (then, today) = (moment(local), moment(now));
    let format = if version.has_iso_dates() {
        "%Y-%m-%d %H:%M:%S"
    } else if then.date() == today.date() {
        "%H:%M:%S"
    } else if then.format("%Y").to_string() == today.format("%Y").to_string() {
        "%b/%d %H:%M:%S"
    } else {
        "%b/%d/%Y %H:%M:%S"
    };
    then.format(format).to_string().to_ascii_lowercase()
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
    fn old_releases_leave_out_of_a_moment_what_is_the_same_as_today() {
        let now = 1_767_312_000;
        let shown = |ahead| date_and_time(now + ahead, now, Version::V7_9_2);
        assert_eq!(
            [shown(60), shown(86_400), shown(400 * 86_400)],
            ["00:01:00", "jan/03 00:00:00", "feb/06/2027 00:00:00"]
        );
        assert_eq!(date_and_time(now + 60, now, Version::V7_22_3), "2026-01-02 00:01:00");
    }

    #[test]
    fn setting_the_router_clock_leaves_the_uptime_alone() {
        let mut clock = RouterClock::new(Clock::Frozen { at: 1_000_000 });
        clock.advance(Duration::from_millis(45_500));
        clock.advance(Duration::from_millis(44_500));
        clock.live(clock.outside());
        clock.set_router(5);
        assert_eq!((clock.router_now(), clock.uptime()), (5, 90));
        clock.restart();
        assert_eq!(clock.uptime(), 0);
    }
}
