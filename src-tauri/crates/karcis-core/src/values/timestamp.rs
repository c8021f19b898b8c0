//! Moments, stored as milliseconds since 1970 in UTC and shown in the shop's zone.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta, Utc};
use std::ops::{Add, Sub};
use std::time::Duration;

/// A moment: milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment so many milliseconds after 1970-01-01 UTC.
    pub const fn from_millis(millis: i64) -> Timestamp {
        Timestamp(millis)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The moment on the wall clock of `zone`.
    pub fn in_zone(self, zone: Zone) -> DateTime<FixedOffset> {
        let utc = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
        utc.with_timezone(&zone.offset())
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Timestamp {
        Timestamp(moment.timestamp_millis())
    }
}

impl Add<Duration> for Timestamp {
    type Output = Timestamp;

    fn add(self, duration: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Timestamp;

    fn sub(self, duration: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl From<Timestamp> for crate::db::Val {
    fn from(moment: Timestamp) -> crate::db::Val {
        crate::db::Val::Int(moment.0)
    }
}

/// One of Indonesia's three zones; none of them changes its clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zone {
    /// Waktu Indonesia Barat, UTC+7.
    #[default]
    Wib,
    /// Waktu Indonesia Tengah, UTC+8.
    Wita,
    /// Waktu Indonesia Timur, UTC+9.
    Wit,
}

impl Zone {
    /// Every zone, west to east.
    pub const ALL: [Zone; 3] = [Zone::Wib, Zone::Wita, Zone::Wit];

    /// Whole hours ahead of UTC.
    pub const fn hours(self) -> i32 {
        match self {
            Zone::Wib => 7,
            Zone::Wita => 8,
            Zone::Wit => 9,
        }
    }

    /// The zone's abbreviation as printed after a time.
    pub const fn name(self) -> &'static str {
        match self {
            Zone::Wib => "WIB",
            Zone::Wita => "WITA",
            Zone::Wit => "WIT",
        }
    }

    /// The zone with this abbreviation.
    pub fn parse(text: &str) -> Option<Zone> {
        Zone::ALL.into_iter().find(|zone| zone.name() == text)
    }

    fn offset(self) -> FixedOffset {
        FixedOffset::east_opt(self.hours() * 3600).expect("seven to nine hours are within a day")
    }

    /// The first moment of the day `days` before the one `now` falls on.
    pub fn day_start(self, now: Timestamp, days: u32) -> Timestamp {
        let local = now.in_zone(self);
        let day = NaiveDate::from_ymd_opt(local.year(), local.month(), local.day()).unwrap_or(NaiveDate::MIN);
        let start = day - TimeDelta::days(i64::from(days));
        let midnight = start.and_hms_opt(0, 0, 0).expect("midnight exists in a zone without clock changes");
        Timestamp(midnight.and_utc().timestamp_millis() - i64::from(self.hours()) * 3_600_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_at_local_midnight() {
        let evening_utc = Timestamp::from_millis(1_795_201_200_000); // 2026-11-20 19:00 UTC, already the 21st in Jakarta
        let start = Zone::Wib.day_start(evening_utc, 0);
        assert_eq!(start.in_zone(Zone::Wib).to_rfc3339(), "2026-11-21T00:00:00+07:00");
        assert_eq!(evening_utc.since(start).as_secs(), 2 * 3600);
        assert_eq!(start.since(Zone::Wib.day_start(evening_utc, 1)).as_secs(), 86_400);
    }

    #[test]
    fn a_clock_that_went_back_gives_no_negative_time() {
        assert_eq!(Timestamp::from_millis(5).since(Timestamp::from_millis(9)), Duration::ZERO);
    }
}
