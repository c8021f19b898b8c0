use std::time::Duration;

/// Reads a length of time: `1w2d3h4m5s`, `500ms`, `1d 02:00:00`, `1d02:00:00`, `02:00:00`, `02:00` (hours and minutes)
/// or bare seconds. `none` and the like are no length.
///
/// Source: RouterOS prints the first form, and takes and, in older versions, prints the others.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    match text.find(':') {
        None => parse_units(text),
        Some(colon) => {
            let start = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit()).len();
            let days = text[..start].trim_end();
            let whole = if days.is_empty() { Duration::ZERO } else { parse_units(days)? };
            whole.checked_add(parse_clock(&text[start..])?)
        }
    }
}

/// Writes a length of time as RouterOS prints it, to the millisecond: `1w2d3h4m5s`, `1s500ms`, and `0s` for none.
pub fn print_duration(duration: Duration) -> String {
    let mut rest = duration.as_millis();
    let mut text = String::new();
    for (unit, millis) in UNITS {
        let count = rest / millis;
        rest %= millis;
        if count > 0 {
            text.push_str(&count.to_string());
            text.push_str(unit);
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

const UNITS: [(&str, u128); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Numbers with units, each unit at most once and from large to small.
fn parse_units(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (_, millis) = units.find(|(unit, _)| *unit == &rest[..letters])?;
        sum = sum.checked_add(count.checked_mul(u64::try_from(*millis).ok()?)?)?;
        rest = rest[letters..].trim_start();
    }
    (!text.is_empty()).then_some(Duration::from_millis(sum))
}

/// `hours:minutes` or `hours:minutes:seconds`; hours may pass a day.
fn parse_clock(text: &str) -> Option<Duration> {
    let mut parts = text.split(':').map(|part| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits { part.parse::<u64>().ok() } else { None }
    });
    let hours = parts.next()??;
    let minutes = parts.next()?.filter(|&minutes| minutes < 60)?;
    let seconds = match parts.next() {
        Some(seconds) => seconds.filter(|&seconds| seconds < 60)?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    Some(Duration::from_secs(hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        parse_duration(text).map(|duration| duration.as_secs())
    }

    #[test]
    fn every_notation_of_a_length_of_time_is_read() {
        let two_days = 2 * 86_400;
        let read = [
            ("1w2d3h4m5s", 604_800 + two_days + 3 * 3600 + 4 * 60 + 5),
            ("0s", 0),
            ("30m", 1800),
            ("1d 02:00:00", 86_400 + 7200),
            ("1d02:00:01", 86_400 + 7201),
            ("1w2d10:00:00", 604_800 + two_days + 36_000),
            ("00:01:00", 60),
            ("26:00:00", 26 * 3600),
            ("02:30", 9000),
            ("3600", 3600),
            ("0", 0),
        ];
        for (text, wanted) in read {
            assert_eq!(seconds(text), Some(wanted), "{text}");
        }
        assert_eq!(parse_duration("1s500ms"), Some(Duration::from_millis(1500)));
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        for wrong in [
            "", "none", "never", "1", "h", "1x", "1h1w", "1m1m", "00:61:00", "1:2:3:4", ":", "1:", "-1s",
            "¡:", "1.5h",
        ] {
            let wanted = (wrong == "1").then_some(1);
            assert_eq!(seconds(wrong), wanted, "{wrong}");
        }
        assert_eq!(seconds("99999999999999999999s"), None, "too large to hold");
        assert_eq!(seconds("9999999999999999999w"), None, "too large to hold");
    }

    proptest! {
        #[test]
        fn a_printed_length_of_time_reads_back(millis in 0..100_000_000_000_u64) {
            let duration = Duration::from_millis(millis);
            prop_assert_eq!(parse_duration(&print_duration(duration)), Some(duration));
        }

        #[test]
        fn a_length_of_time_in_clock_form_means_the_same(days in 0..400_u64, clock in 0..86_400_u64) {
            let duration = Duration::from_secs(days * 86_400 + clock);
            let text = format!("{days}d {:02}:{:02}:{:02}", clock / 3600, clock / 60 % 60, clock % 60);
            prop_assert_eq!(parse_duration(&text), Some(duration));
        }

        #[test]
        fn no_text_makes_reading_a_length_of_time_fail_badly(text in "\\PC*") {
            let _ = parse_duration(&text);
        }
    }
}
