//! Spans of time a plan sells.

use std::str::FromStr;
use std::time::Duration;

/// A span of whole seconds, at least one minute and at most ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period(u32);

/// The text is not a span between one minute and ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a span of time")]
pub struct ParsePeriodError;

impl Period {
    const LEAST: u64 = 60;
    const MOST: u64 = 10 * 366 * 86_400;

    /// A span of so many seconds.
    pub fn seconds(seconds: u64) -> Result<Period, ParsePeriodError> {
        match u32::try_from(seconds) {
            Ok(value) if (Period::LEAST..=Period::MOST).contains(&seconds) => Ok(Period(value)),
            Ok(_) | Err(_) => Err(ParsePeriodError),
        }
    }

    /// The length in seconds.
    pub const fn as_secs(self) -> u64 {
        self.0 as u64
    }

    /// The length as the standard library's type.
    pub const fn as_duration(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

/// RouterOS's own notation, largest unit first: `30m`, `2h`, `1d`, `1w2d3h`.
impl FromStr for Period {
    type Err = ParsePeriodError;

    fn from_str(text: &str) -> Result<Period, ParsePeriodError> {
        let mut total = 0_u64;
        let mut digits = String::new();
        let mut last_unit = u64::MAX;
        for letter in text.trim().chars() {
            if letter.is_ascii_digit() {
                digits.push(letter);
                continue;
            }
            let unit = match letter {
                'w' => 604_800,
                'd' => 86_400,
                'h' => 3_600,
                'm' => 60,
                's' => 1,
                _ => return Err(ParsePeriodError),
            };
            if unit >= last_unit {
                return Err(ParsePeriodError);
            }
            let count: u64 = digits.parse().map_err(|_| ParsePeriodError)?;
            total =
                count.checked_mul(unit).and_then(|span| total.checked_add(span)).ok_or(ParsePeriodError)?;
            last_unit = unit;
            digits.clear();
        }
        if digits.is_empty() { Period::seconds(total) } else { Err(ParsePeriodError) }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut rest = self.0;
        for (unit, letter) in [(604_800, 'w'), (86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')] {
            if rest >= unit {
                write!(out, "{}{letter}", rest / unit)?;
                rest %= unit;
            }
        }
        Ok(())
    }
}

impl From<Period> for crate::db::Val {
    fn from(period: Period) -> crate::db::Val {
        crate::db::Val::Int(i64::from(period.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn router_notation_is_read_and_nonsense_refused() {
        assert_eq!("2h".parse::<Period>().map(Period::as_secs), Ok(7_200));
        assert_eq!("1w2d".parse::<Period>().map(Period::as_secs), Ok(777_600));
        for text in ["", "5", "2h1d", "1x", "59s", "h", "99999w", "2h2h"] {
            assert_eq!(text.parse::<Period>(), Err(ParsePeriodError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in Period::LEAST..=Period::MOST) {
            let period = Period::seconds(seconds).expect("within the limits");
            prop_assert_eq!(period.to_string().parse(), Ok(period));
        }
    }
}
