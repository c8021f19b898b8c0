//! Spans of business days.

use crate::values::Day;

/// More days than any shop's books have.
const MOST_DAYS: i64 = 3_700;

/// Business days from a first to a last one, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    first: Day,
    last: Day,
}

/// The last day is before the first, or there are more than ten years between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a span of days")]
pub struct BadSpan;

impl Span {
    /// One day.
    pub const fn day(day: Day) -> Span {
        Span { first: day, last: day }
    }

    /// The week of a day, Monday to Sunday.
    pub const fn week(day: Day) -> Span {
        let first = day.week_start();
        Span { first, last: first.plus(6) }
    }

    /// The month of a day.
    pub fn month(day: Day) -> Span {
        Span { first: day.month_start(), last: day.month_end() }
    }

    /// From a first to a last day, at most ten years.
    pub fn between(first: Day, last: Day) -> Result<Span, BadSpan> {
        let days = last.number().saturating_sub(first.number());
        if (0..MOST_DAYS).contains(&days) { Ok(Span { first, last }) } else { Err(BadSpan) }
    }

    /// The first day.
    pub const fn first(self) -> Day {
        self.first
    }

    /// The last day.
    pub const fn last(self) -> Day {
        self.last
    }

    /// Its days in their order.
    pub fn days(self) -> impl Iterator<Item = Day> {
        (self.first.number()..=self.last.number()).map(Day::from_number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_and_months_are_whole() {
        let friday = day("2026-11-20");
        assert_eq!(Span::week(friday), Span { first: day("2026-11-16"), last: day("2026-11-22") });
        assert_eq!(Span::month(friday).days().count(), 30);
        assert_eq!(Span::day(friday).days().collect::<Vec<_>>(), [friday]);
    }

    #[test]
    fn a_span_runs_forward_and_ends_within_ten_years() {
        let first = day("2026-11-20");
        assert_eq!(Span::between(first, first), Ok(Span::day(first)));
        assert_eq!(Span::between(first, first.plus(-1)), Err(BadSpan));
        assert!(Span::between(first, first.plus(3_699)).is_ok());
        assert_eq!(Span::between(first, first.plus(3_700)), Err(BadSpan));
    }
}
