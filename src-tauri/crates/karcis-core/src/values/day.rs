//! Business days: a night shift belongs to the day it began on.

use super::{Timestamp, Zone};
use chrono::{Datelike, NaiveDate, TimeDelta};
use std::fmt;
use std::str::FromStr;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A business day: whole days since 1970-01-01 in the shop's zone, each from the hour its days start at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i64);

/// The text is not a date such as `2026-11-20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date")]
pub struct ParseDayError;

impl Day {
    /// The day so many days after 1970-01-01.
    pub const fn from_number(number: i64) -> Day {
        Day(number)
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The business day of a moment, when days start at this hour of the zone's clock.
    pub const fn of(now: Timestamp, zone: Zone, starts_at_hour: u8) -> Day {
        Day(now.millis().saturating_add(shift(zone, starts_at_hour)).div_euclid(DAY_MS))
    }

    /// Its first moment.
    pub const fn start(self, zone: Zone, starts_at_hour: u8) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(DAY_MS).saturating_sub(shift(zone, starts_at_hour)))
    }

    /// So many days later; earlier when negative.
    #[must_use]
    pub const fn plus(self, days: i64) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// Its place in the week: 0 on Monday, 6 on Sunday.
    pub const fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        (self.0.saturating_add(3)).rem_euclid(7) as u8
    }

    /// The Monday of its week.
    #[must_use]
    pub const fn week_start(self) -> Day {
        self.plus(-(self.weekday() as i64))
    }

    /// The first day of its month.
    #[must_use]
    pub fn month_start(self) -> Day {
        self.plus(1 - i64::from(self.date().day()))
    }

    /// The last day of its month.
    #[must_use]
    pub fn month_end(self) -> Day {
        // The 28th and four days are in the next month, whatever the month.
        self.month_start().plus(27 + 4).month_start().plus(-1)
    }

    /// Year, month and day of the month.
    pub fn calendar(self) -> (i32, u32, u32) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    fn date(self) -> NaiveDate {
        TimeDelta::try_days(self.0)
            .and_then(|days| NaiveDate::default().checked_add_signed(days))
            .unwrap_or_default()
    }
}

const fn shift(zone: Zone, starts_at_hour: u8) -> i64 {
    (zone.hours() as i64 - starts_at_hour as i64) * HOUR_MS
}

/// `2026-11-20`.
impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(out)
    }
}

/// Accepts `2026-11-20`, as date fields send it.
impl FromStr for Day {
    type Err = ParseDayError;

    fn from_str(text: &str) -> Result<Day, ParseDayError> {
        let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_err(|_| ParseDayError)?;
        if !(1970..=9999).contains(&date.year()) {
            return Err(ParseDayError);
        }
        Ok(Day(date.signed_duration_since(NaiveDate::default()).num_days()))
    }
}

impl From<Day> for crate::db::Val {
    fn from(day: Day) -> crate::db::Val {
        crate::db::Val::Int(day.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_small_hours_belong_to_the_evening_before() {
        let two_at_night = Timestamp::from_millis(1_795_201_200_000); // 2026-11-20 19:00 UTC, 02:00 on the 21st in Jakarta
        assert_eq!(Day::of(two_at_night, Zone::Wib, 4), day("2026-11-20"));
        assert_eq!(Day::of(two_at_night, Zone::Wib, 0), day("2026-11-21"));
        assert_eq!(Day::of(two_at_night, Zone::Wit, 4), day("2026-11-21"), "it is 04:00 in Jayapura");
        let start = day("2026-11-20").start(Zone::Wib, 4);
        assert_eq!(start.in_zone(Zone::Wib).to_rfc3339(), "2026-11-20T04:00:00+07:00");
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let friday = day("2026-11-20");
        assert_eq!((friday.weekday(), friday.week_start()), (4, day("2026-11-16")));
        assert_eq!((friday.month_start(), friday.month_end()), (day("2026-11-01"), day("2026-11-30")));
        assert_eq!(day("2028-02-10").month_end(), day("2028-02-29"));
        assert_eq!(day("2026-12-31").month_end().plus(1), day("2027-01-01"));
        assert_eq!(friday.calendar(), (2026, 11, 20));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "2026-11-31", "20-11-2026", "2026-11-20T00:00", "1969-12-31", "+12026-01-01"] {
            assert_eq!(text.parse::<Day>(), Err(ParseDayError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_begins_with_its_start_and_ends_before_the_next(number in 0_i64..100_000, hour in 0_u8..24, zone in 0_usize..3) {
            let (day, zone) = (Day::from_number(number), Zone::ALL[zone]);
            let start = day.start(zone, hour);
            prop_assert_eq!(Day::of(start, zone, hour), day);
            prop_assert_eq!(Day::of(Timestamp::from_millis(start.millis() - 1), zone, hour), day.plus(-1));
            prop_assert_eq!(day.to_string().parse(), Ok(day));
        }
    }
}
