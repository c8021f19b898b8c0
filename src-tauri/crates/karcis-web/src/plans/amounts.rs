//! Amounts as people type them, a number and a unit: spans of time, data, speed.

use karcis_core::values::{Bytes, Period, RateLimit};

/// Not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAnAmount;

/// A span of time; nothing when the number is left empty.
pub(super) fn period(count: &str, unit: &str) -> Result<Option<Period>, NotAnAmount> {
    match count.trim() {
        "" => Ok(None),
        count => format!("{count}{unit}").parse().map(Some).map_err(|_| NotAnAmount),
    }
}

/// The largest unit that divides the span, in the words of the form.
pub(super) fn of_period(period: Option<Period>) -> (String, &'static str) {
    let Some(period) = period else { return (String::new(), "h") };
    let units = [("w", 604_800), ("d", 86_400), ("h", 3_600)];
    let found = units.into_iter().find(|(_, size)| period.as_secs().is_multiple_of(*size));
    let (unit, size) = found.unwrap_or(("m", 60));
    ((period.as_secs() / size).to_string(), unit)
}

/// An amount of data; nothing when the number is left empty.
pub(super) fn data(count: &str, unit: &str) -> Result<Option<Bytes>, NotAnAmount> {
    match count.trim() {
        "" => Ok(None),
        count => format!("{count}{unit}").parse().map(Some).map_err(|_| NotAnAmount),
    }
}

/// Whole GiB, else MiB.
pub(super) fn of_data(data: Option<Bytes>) -> (String, &'static str) {
    let Some(data) = data else { return (String::new(), "GiB") };
    match data.count() {
        count if count % (1 << 30) == 0 => ((count >> 30).to_string(), "GiB"),
        count => ((count >> 20).to_string(), "MiB"),
    }
}

/// One direction of a speed in bits per second; `1,5` and `1.5` are the same.
fn bits(count: &str, unit: &str) -> Result<u64, NotAnAmount> {
    let count = count.trim().replace(',', ".");
    let (whole, part) = count.split_once('.').unwrap_or((&count, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 3 || !digits(whole) || !digits(part) {
        return Err(NotAnAmount);
    }
    let thousandths: u64 = format!("{whole}{part:0<3}").parse().map_err(|_| NotAnAmount)?;
    let per_thousandth = match unit {
        "M" => 1_000,
        "k" => 1,
        _ => return Err(NotAnAmount),
    };
    thousandths.checked_mul(per_thousandth).ok_or(NotAnAmount)
}

/// Which direction is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrongRate {
    Up,
    Down,
}

/// A speed in both directions; nothing when both are left empty.
pub(super) fn rate(up: &str, down: &str, unit: &str) -> Result<Option<RateLimit>, WrongRate> {
    if up.trim().is_empty() && down.trim().is_empty() {
        return Ok(None);
    }
    let up_bps = bits(up, unit).map_err(|NotAnAmount| WrongRate::Up)?;
    let down_bps = bits(down, unit).map_err(|NotAnAmount| WrongRate::Down)?;
    // RouterOS's own bounds are those of the value: it is parsed as the router will read it.
    let within = |bps: u64| bps.to_string().parse::<RateLimit>().is_ok();
    match (within(up_bps), within(down_bps)) {
        (false, _) => Err(WrongRate::Up),
        (true, false) => Err(WrongRate::Down),
        (true, true) => Ok(Some(RateLimit { up_bps, down_bps })),
    }
}

/// Both directions in one unit: upload, download, unit.
pub(super) fn of_rate(rate: Option<RateLimit>) -> (String, String, &'static str) {
    let Some(rate) = rate else { return (String::new(), String::new(), "M") };
    let whole = |bps: u64| bps.is_multiple_of(1_000_000);
    let (unit, size) =
        if whole(rate.up_bps) && whole(rate.down_bps) { ("M", 1_000_000) } else { ("k", 1_000) };
    (decimal(rate.up_bps, size), decimal(rate.down_bps, size), unit)
}

fn decimal(bps: u64, size: u64) -> String {
    match bps % size {
        0 => (bps / size).to_string(),
        rest => format!("{},{:03}", bps / size, rest * 1_000 / size).trim_end_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        assert_eq!(period("2", "h").map(|span| span.map(Period::as_secs)), Ok(Some(7_200)));
        assert_eq!(period(" 7 ", "d").map(|span| span.map(Period::as_secs)), Ok(Some(604_800)));
        assert_eq!(period("", "d"), Ok(None));
        for (count, unit) in [("0", "h"), ("-1", "h"), ("2", ""), ("dua", "h"), ("999", "w"), ("1h2", "m")] {
            let read = period(count, unit);
            assert!(read == Err(NotAnAmount) || count == "1h2", "{count}{unit}: {read:?}");
        }
    }

    #[test]
    fn what_is_shown_is_read_back_the_same() {
        for seconds in [60, 5_400, 7_200, 86_400, 604_800, 691_200] {
            let span = Period::seconds(seconds).ok();
            let (count, unit) = of_period(span);
            assert_eq!(period(&count, unit), Ok(span), "{count}{unit}");
        }
        for bytes in [1 << 20, 500 << 20, 1_536 << 20, 2 << 30] {
            let amount = Bytes::new(bytes).ok();
            let (count, unit) = of_data(amount);
            assert_eq!(data(&count, unit), Ok(amount), "{count}{unit}");
        }
        for text in ["2M/5M", "512k/5M", "1500/2M", "10G/1k"] {
            let limit = text.parse::<RateLimit>().ok();
            let (up, down, unit) = of_rate(limit);
            assert_eq!(rate(&up, &down, unit), Ok(limit), "{text}: {up} {down} {unit}");
        }
    }

    #[test]
    fn a_speed_says_which_direction_is_wrong() {
        assert_eq!(rate("1,5", "5", "M").map(|rate| rate.map(|rate| rate.up_bps)), Ok(Some(1_500_000)));
        assert_eq!(rate("", " ", "M"), Ok(None));
        assert_eq!(rate("", "5", "M"), Err(WrongRate::Up));
        assert_eq!(rate("2", "fast", "M"), Err(WrongRate::Down));
        assert_eq!(rate("2", "0", "M"), Err(WrongRate::Down));
        assert_eq!(rate("99999", "5", "M"), Err(WrongRate::Up));
        assert_eq!(rate("2", "5", "X"), Err(WrongRate::Up));
    }
}
