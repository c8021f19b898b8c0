//! How counts, dates and spans are written in each language.

use crate::texts::Texts;
use chrono::{Datelike, NaiveDateTime, Timelike};
use karcis_core::settings::Language;
use karcis_core::values::{Bytes, Day, Money, Timestamp, Zone};
use std::time::Duration;

/// The language and the zone in which values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// The language of months and units.
    pub language: Language,
    /// The zone of the shop's clocks.
    pub zone: Zone,
}

impl Format {
    /// `Rp 5.000` in both languages: it is the currency's own notation.
    pub fn money(self, amount: Money) -> String {
        amount.to_string()
    }

    /// `1.000` in Indonesian, `1,000` in English.
    pub fn count(self, count: impl TryInto<i64>) -> String {
        let count: i64 = count.try_into().unwrap_or(i64::MAX);
        let digits = count.unsigned_abs().to_string();
        let point = match self.language {
            Language::Id => '.',
            Language::En => ',',
        };
        let mut text = String::from(if count < 0 { "-" } else { "" });
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                text.push(point);
            }
            text.push(digit);
        }
        text
    }

    /// `1,5 GiB` in Indonesian, `1.5 GiB` in English.
    pub fn data(self, amount: Bytes) -> String {
        match self.language {
            Language::Id => amount.to_string(),
            Language::En => amount.to_string().replace(',', "."),
        }
    }

    /// What went through so far: the same, in smaller units below the first mebibyte.
    pub fn traffic(self, bytes: u64) -> String {
        match i64::try_from(bytes).map(Bytes::new) {
            Ok(Ok(amount)) => self.data(amount),
            Ok(Err(_)) | Err(_) => format!("{} KiB", bytes / 1024),
        }
    }

    /// `20 Nov 2026 14:05`, as a clock said it whose zone nobody knows.
    pub fn wall(self, at: NaiveDateTime) -> String {
        format!("{} {} {} {:02}:{:02}", at.day(), self.month(at.month0()), at.year(), at.hour(), at.minute())
    }

    /// `20 Nov 2026 14:05 WIB`.
    pub fn moment(self, moment: Timestamp) -> String {
        format!("{} {} {}", self.day(moment), self.time(moment), self.zone.name())
    }

    /// `20 Nov 2026`.
    pub fn day(self, moment: Timestamp) -> String {
        let local = moment.in_zone(self.zone);
        format!("{} {} {}", local.day(), self.month(local.month0()), local.year())
    }

    /// `20 Nov 2026`, for a business day.
    pub fn date(self, day: Day) -> String {
        let (year, month, day) = day.calendar();
        format!("{day} {} {year}", self.month(month.saturating_sub(1)))
    }

    /// `Nov 2026`.
    pub fn month_of(self, day: Day) -> String {
        let (year, month, _) = day.calendar();
        format!("{} {year}", self.month(month.saturating_sub(1)))
    }

    /// `14:05`.
    pub fn time(self, moment: Timestamp) -> String {
        let local = moment.in_zone(self.zone);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// `Jum 20 Nov 2026 · 14:05 WIB`, as on a wall.
    pub fn clock(self, moment: Timestamp) -> String {
        let weekday = moment.in_zone(self.zone).weekday().num_days_from_monday();
        let names = match self.language {
            Language::Id => ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"],
            Language::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        };
        let name = names[weekday as usize % 7];
        format!("{name} {} · {} {}", self.day(moment), self.time(moment), self.zone.name())
    }

    /// The two largest units of a span: `2 jam 5 menit`, `3 hari`, `12 detik`; in English `2 h 5 min`.
    pub fn span(self, span: Duration) -> String {
        let words = match self.language {
            Language::Id => ["hari", "jam", "menit", "detik"],
            Language::En => ["d", "h", "min", "s"],
        };
        let seconds = span.as_secs();
        let amounts = [seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60];
        let first = amounts.iter().position(|amount| *amount > 0).unwrap_or(3);
        let units: Vec<String> = (first..4.min(first + 2))
            .filter(|unit| *unit == first || amounts[*unit] > 0)
            .map(|unit| format!("{} {}", amounts[unit], words[unit]))
            .collect();
        units.join(" ")
    }

    /// The catalogue in this language.
    pub fn texts(self) -> &'static Texts {
        Texts::of(self.language)
    }

    fn month(self, month0: u32) -> &'static str {
        let months = match self.language {
            Language::Id => {
                ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]
            }
            Language::En => {
                ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            }
        };
        months[month0 as usize % 12]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Format = Format { language: Language::Id, zone: Zone::Wib };
    const EN: Format = Format { language: Language::En, zone: Zone::Wit };

    #[test]
    fn a_moment_is_written_in_the_zone_and_language_of_the_reader() {
        let moment = Timestamp::from_millis(1_787_641_500_000); // 2026-08-25 07:05 UTC
        assert_eq!(ID.moment(moment), "25 Agu 2026 14:05 WIB");
        assert_eq!(EN.moment(moment), "25 Aug 2026 16:05 WIT");
        assert_eq!(ID.clock(moment), "Sel 25 Agu 2026 · 14:05 WIB");
        let day = "2026-05-03".parse().unwrap();
        assert_eq!((ID.date(day), EN.month_of(day)), ("3 Mei 2026".into(), "May 2026".into()));
    }

    #[test]
    fn what_went_through_is_told_from_the_first_kibibyte_on() {
        let told = |format: Format| [0, 2_500, 3 << 20, 3 << 19].map(|bytes| format.traffic(bytes));
        assert_eq!(told(ID), ["0 KiB", "2 KiB", "3 MiB", "1,5 MiB"]);
        assert_eq!(told(EN), ["0 KiB", "2 KiB", "3 MiB", "1.5 MiB"]);
    }

    #[test]
    fn a_span_shows_its_two_largest_units() {
        let span = |format: Format, seconds| format.span(Duration::from_secs(seconds));
        assert_eq!(span(ID, 7_500), "2 jam 5 menit");
        assert_eq!(span(EN, 7_500), "2 h 5 min");
        assert_eq!(span(ID, 86_400), "1 hari");
        assert_eq!(span(ID, 86_400 + 59), "1 hari");
        assert_eq!(span(ID, 0), "0 detik");
        assert_eq!(span(EN, 61), "1 min 1 s");
    }

    #[test]
    fn thousands_are_grouped_as_the_language_does() {
        assert_eq!((ID.count(1_234_567), EN.count(1_234_567)), ("1.234.567".into(), "1,234,567".into()));
        assert_eq!((ID.count(999), EN.count(-1_000)), ("999".into(), "-1,000".into()));
        assert_eq!(ID.money(Money::rupiah(5_000)), "Rp 5.000");
    }
}
