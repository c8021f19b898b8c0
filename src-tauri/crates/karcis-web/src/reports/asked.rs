//! Which days a report is about, as an address says it.

use crate::format::Format;
use karcis_core::reports::Span;
use karcis_core::values::Day;
use serde::Deserialize;

/// The part of an address that names the days.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Asked {
    /// `day`, `week`, `month` or `between`; the day when missing.
    #[serde(default)]
    pub(super) span: String,
    /// A day of the week or month meant; today when missing.
    #[serde(default)]
    pub(super) on: String,
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) to: String,
}

/// The kinds of spans people choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Day,
    Week,
    Month,
    Between,
}

impl Reach {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Reach::Day => "day",
            Reach::Week => "week",
            Reach::Month => "month",
            Reach::Between => "between",
        }
    }
}

/// The days meant, and how they were named.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meant {
    pub(super) reach: Reach,
    pub(super) span: Span,
    /// Whether what was typed as days could not be read.
    pub(super) misread: bool,
}

impl Asked {
    /// The days meant; what cannot be read is the business day of today.
    pub(super) fn meant(&self, today: Day) -> Meant {
        let on = self.on.parse().unwrap_or(today);
        let meant = |reach, span| Meant { reach, span, misread: false };
        match self.span.as_str() {
            "week" => meant(Reach::Week, Span::week(on)),
            "month" => meant(Reach::Month, Span::month(on)),
            "between" => {
                let (from, to) = (self.from.parse::<Day>(), self.to.parse::<Day>());
                match (from, to) {
                    (Ok(from), Ok(to)) => match Span::between(from, to) {
                        Ok(span) => meant(Reach::Between, span),
                        Err(_) => Meant { reach: Reach::Between, span: Span::day(today), misread: true },
                    },
                    (Ok(_) | Err(_), _) => {
                        Meant { reach: Reach::Between, span: Span::day(today), misread: true }
                    }
                }
            }
            _ => meant(Reach::Day, Span::day(on)),
        }
    }
}

impl Meant {
    /// The same days as an address.
    pub(super) fn query(&self) -> String {
        match self.reach {
            Reach::Day | Reach::Week | Reach::Month => {
                format!("span={}&on={}", self.reach.word(), self.span.first())
            }
            Reach::Between => format!("span=between&from={}&to={}", self.span.first(), self.span.last()),
        }
    }

    /// The same reach one step back or forth.
    pub(super) fn step(&self, forth: bool) -> String {
        let (first, last) = (self.span.first(), self.span.last());
        let length = last.number() - first.number() + 1;
        match self.reach {
            Reach::Day | Reach::Week | Reach::Month => {
                let on = if forth { last.plus(1) } else { first.plus(-1) };
                format!("span={}&on={on}", self.reach.word())
            }
            Reach::Between => {
                let by = if forth { length } else { -length };
                format!("span=between&from={}&to={}", first.plus(by), last.plus(by))
            }
        }
    }

    /// The days in words: `20 Nov 2026`, or from the first to the last.
    pub(super) fn words(&self, format: Format) -> String {
        let (first, last) = (self.span.first(), self.span.last());
        if first == last {
            format.date(first)
        } else {
            format!("{} – {}", format.date(first), format.date(last))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn asked(span: &str, on: &str, from: &str, to: &str) -> Meant {
        let text = str::to_owned;
        Asked { span: text(span), on: text(on), from: text(from), to: text(to) }.meant(day("2026-11-20"))
    }

    #[test]
    fn an_address_leads_back_to_the_same_days() {
        for meant in [
            asked("", "", "", ""),
            asked("week", "2026-11-18", "", ""),
            asked("month", "2026-02-28", "", ""),
            asked("between", "", "2026-11-01", "2026-11-09"),
        ] {
            let query = meant.query();
            let parts: std::collections::HashMap<&str, &str> =
                query.split('&').filter_map(|part| part.split_once('=')).collect();
            let part = |name: &str| parts.get(name).copied().unwrap_or_default();
            let again = asked(part("span"), part("on"), part("from"), part("to"));
            assert_eq!((again.reach, again.span), (meant.reach, meant.span));
        }
    }

    #[test]
    fn one_step_back_is_the_month_before_however_long_it_was() {
        assert_eq!(asked("month", "2026-03-15", "", "").step(false), "span=month&on=2026-02-28");
        assert_eq!(asked("week", "2026-11-20", "", "").step(true), "span=week&on=2026-11-23");
        assert_eq!(
            asked("between", "", "2026-11-01", "2026-11-10").step(false),
            "span=between&from=2026-10-22&to=2026-10-31"
        );
    }

    #[test]
    fn days_that_cannot_be_read_are_said_to_be_so() {
        for (from, to) in
            [("", ""), ("2026-11-20", "2026-11-01"), ("x", "2026-11-01"), ("2026-02-30", "2026-03-01")]
        {
            assert!(asked("between", "", from, to).misread, "{from} {to}");
        }
        assert!(!asked("day", "gibberish", "", "").misread);
    }
}
