use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// The two ways RouterOS writes a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateStyle {
    /// `jan/02/2026`, before 7.10.
    Month,
    /// `2026-01-02`, from 7.10 on.
    Iso,
}

/// Reads a date of either style.
///
/// Source: RouterOS /system/clock, scheduler, log and script variables.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let (style, separator) = if text.contains('/') { (DateStyle::Month, '/') } else { (DateStyle::Iso, '-') };
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = parts[..] else { return None };
    match style {
        DateStyle::Month => {
            let month = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(first))?;
            date(third, (month + 1) as u32, second)
        }
        DateStyle::Iso => date(first, number(second, 2)?, third),
    }
}

/// Reads a date and a time with one space or more between them.
///
/// Source: RouterOS /system/scheduler next-run, /log time and what scripts make of `date` and `time`.
pub fn parse_date_time(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.trim().split_once(' ')?;
    Some(parse_date(date)?.and_time(parse_time(time.trim_start())?))
}

/// Writes a date and a time, to the second.
pub fn print_date_time(moment: NaiveDateTime, style: DateStyle) -> String {
    match style {
        DateStyle::Month => moment.format("%b/%d/%Y %H:%M:%S").to_string().to_ascii_lowercase(),
        DateStyle::Iso => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

pub(crate) fn parse_time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M:%S").ok()
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn date(year: &str, month: u32, day: &str) -> Option<NaiveDate> {
    let year = i32::try_from(number(year, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, month, number(day, 2)?)
}

/// A number of exactly that many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_styles_of_a_date_mean_the_same_day() {
        let wanted = NaiveDate::from_ymd_opt(2026, 1, 2);
        assert_eq!(parse_date("jan/02/2026"), wanted);
        assert_eq!(parse_date("Jan/02/2026"), wanted);
        assert_eq!(parse_date("2026-01-02"), wanted);
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for wrong in
            ["", "jan/02", "2026-02-30", "foo/01/2026", "26-01-02", "2026-1-2", "2026-01-02-03", "+026-01-02"]
        {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
        for wrong in ["2026-01-02", "2026-01-02 25:00:00", "2026-01-02T10:00:00", " "] {
            assert_eq!(parse_date_time(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_printed_moment_reads_back_in_both_styles(seconds in 0..4_000_000_000_i64) {
            let moment = chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            for style in [DateStyle::Month, DateStyle::Iso] {
                prop_assert_eq!(parse_date_time(&print_date_time(moment, style)), Some(moment));
            }
        }

        #[test]
        fn no_text_makes_reading_a_date_fail_badly(text in "\\PC*") {
            let _ = parse_date_time(&text);
        }
    }
}
