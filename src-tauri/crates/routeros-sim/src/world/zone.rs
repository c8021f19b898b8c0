//! The time zones a router can be set to, with their summer time.
//!
//! A small table instead of the whole database: the zones of Indonesia and its neighbours, and one zone of each
//! kind of summer time, so that a product that trusts `gmt-offset` is tried on a zone where it changes.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Weekday};

use super::value::Kind;

const HOUR: i64 = 3600;

/// When clocks are put forward by an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Summer {
    Never,
    /// Last Sunday of March to last Sunday of October, at 01:00 UTC.
    Europe,
    /// Second Sunday of March to first Sunday of November, at 02:00 by the clock on the wall.
    America,
    /// First Sunday of October to first Sunday of April, at 02:00 standard time.
    Australia,
}

const ZONES: [(&str, i64, Summer); 24] = [
    ("manual", 0, Summer::Never),
    ("UTC", 0, Summer::Never),
    ("Etc/UTC", 0, Summer::Never),
    ("Asia/Jakarta", 7 * HOUR, Summer::Never),
    ("Asia/Pontianak", 7 * HOUR, Summer::Never),
    ("Asia/Makassar", 8 * HOUR, Summer::Never),
    ("Asia/Jayapura", 9 * HOUR, Summer::Never),
    ("Asia/Bangkok", 7 * HOUR, Summer::Never),
    ("Asia/Dhaka", 6 * HOUR, Summer::Never),
    ("Asia/Dili", 9 * HOUR, Summer::Never),
    ("Asia/Dubai", 4 * HOUR, Summer::Never),
    ("Asia/Kathmandu", 5 * HOUR + 2700, Summer::Never),
    ("Asia/Kolkata", 5 * HOUR + 1800, Summer::Never),
    ("Asia/Kuala_Lumpur", 8 * HOUR, Summer::Never),
    ("Asia/Manila", 8 * HOUR, Summer::Never),
    ("Asia/Singapore", 8 * HOUR, Summer::Never),
    ("Africa/Lagos", HOUR, Summer::Never),
    ("Africa/Nairobi", 3 * HOUR, Summer::Never),
    ("America/New_York", -5 * HOUR, Summer::America),
    ("America/Sao_Paulo", -3 * HOUR, Summer::Never),
    ("Australia/Sydney", 10 * HOUR, Summer::Australia),
    ("Europe/Berlin", HOUR, Summer::Europe),
    ("Europe/London", 0, Summer::Europe),
    ("Europe/Riga", 2 * HOUR, Summer::Europe),
];

const NAMES: [&str; ZONES.len()] = {
    let mut names = [""; ZONES.len()];
    let mut index = 0;
    while index < ZONES.len() {
        names[index] = ZONES[index].0;
        index += 1;
    }
    names
};

pub(crate) const ZONE_NAMES: Kind = Kind::OneOf(&NAMES);

/// Seconds east of Greenwich at this moment of UTC, and whether summer time is in force.
pub(crate) fn offset(zone: &str, utc: i64) -> (i64, bool) {
    let Some((_, standard, rule)) = ZONES.iter().find(|(name, ..)| *name == zone) else { return (0, false) };
    let summer = is_summer(*rule, *standard, utc);
    (standard + if summer { HOUR } else { 0 }, summer)
}

fn is_summer(rule: Summer, standard: i64, utc: i64) -> bool {
    let Some(moment) = DateTime::from_timestamp(utc, 0).map(|moment| moment.naive_utc()) else {
        return false;
    };
    let year = (moment + chrono::Duration::seconds(standard)).year();
    let at = |month, nth, hours| sunday(year, month, nth).map_or(i64::MAX, |day| seconds(day, hours));
    match rule {
        Summer::Never => false,
        Summer::Europe => (at(3, Nth::Last, HOUR)..at(10, Nth::Last, HOUR)).contains(&utc),
        Summer::America => {
            let from = at(3, Nth::Of(2), 2 * HOUR) - standard;
            let until = at(11, Nth::Of(1), HOUR) - standard;
            (from..until).contains(&utc)
        }
        Summer::Australia => {
            let until = at(4, Nth::Of(1), 2 * HOUR) - standard;
            let from = at(10, Nth::Of(1), 2 * HOUR) - standard;
            utc < until || utc >= from
        }
    }
}

#[derive(Clone, Copy)]
enum Nth {
    Of(u8),
    Last,
}

fn sunday(year: i32, month: u32, nth: Nth) -> Option<NaiveDate> {
    match nth {
        Nth::Of(n) => NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Sun, n),
        Nth::Last => {
            let last = NaiveDate::from_ymd_opt(year, month, 31)?;
            last.checked_sub_days(Days::new(u64::from(last.weekday().num_days_from_sunday())))
        }
    }
}

fn seconds(day: NaiveDate, seconds: i64) -> i64 {
    NaiveDateTime::from(day).and_utc().timestamp() + seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> i64 {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc().timestamp()
    }

    #[test]
    fn summer_time_begins_and_ends_where_the_law_says() {
        for (zone, before, after, from, to) in [
            ("Europe/Berlin", "2026-03-29 00:59", "2026-03-29 01:00", 1, 2),
            ("Europe/Berlin", "2026-10-25 00:59", "2026-10-25 01:00", 2, 1),
            ("America/New_York", "2026-03-08 06:59", "2026-03-08 07:00", -5, -4),
            ("America/New_York", "2026-11-01 05:59", "2026-11-01 06:00", -4, -5),
            ("Australia/Sydney", "2026-04-04 15:59", "2026-04-04 16:00", 11, 10),
            ("Australia/Sydney", "2026-10-03 15:59", "2026-10-03 16:00", 10, 11),
            ("Asia/Jakarta", "2026-03-29 00:59", "2026-03-29 01:00", 7, 7),
        ] {
            assert_eq!(offset(zone, utc(before)).0, from * HOUR, "{zone} {before}");
            assert_eq!(offset(zone, utc(after)).0, to * HOUR, "{zone} {after}");
        }
        assert!(offset("Europe/London", utc("2026-07-01 00:00")).1);
        assert_eq!(offset("Nowhere/City", 0), (0, false));
    }
}
