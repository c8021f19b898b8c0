//! What a property may hold, how people write it, and how the router shows it.

use std::net::Ipv4Addr;

/// The type of one property.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Flag,
    Number {
        min: u64,
        max: u64,
    },
    /// A count of bytes; `k`, `M` and `G` are understood on input.
    Bytes,
    Interval,
    /// An interval, or a word such as `none`.
    IntervalOr(&'static str),
    NumberOr(&'static str),
    Address,
    /// One address, a range `a-b`, or a network `a/24`.
    AddressRange,
    /// Two rates in bits per second, of upload and download; `k`, `M` and `G` are understood on input.
    RatePair,
    Mac,
    OneOf(&'static [&'static str]),
    /// A comma list of known words.
    Words(&'static [&'static str]),
    /// The name of a row of another menu, or one of a few words.
    Named {
        menu: &'static str,
        or: &'static [&'static str],
    },
}

/// Why a value was refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadValue {
    /// It is not of the type.
    Invalid,
    /// It names something that does not exist.
    NoMatch,
}

impl Kind {
    /// The value as the router would show it. Whether a name exists is asked of `exists`.
    pub(crate) fn canonical(
        self,
        text: &str,
        exists: impl FnOnce(&str, &str) -> bool,
    ) -> Result<String, BadValue> {
        let same = || text.to_owned();
        let shown = match self {
            Kind::Text => Some(same()),
            Kind::Flag => flag(text).map(|on| on.to_string()),
            Kind::Number { min, max } => {
                text.parse().ok().filter(|n: &u64| (min..=max).contains(n)).map(|n| n.to_string())
            }
            Kind::Bytes => bytes(text).map(|n| n.to_string()),
            Kind::Interval => seconds(text).map(interval),
            Kind::IntervalOr(word) if text == word => Some(same()),
            Kind::IntervalOr(_) => seconds(text).map(interval),
            Kind::NumberOr(word) if text == word => Some(same()),
            Kind::NumberOr(_) => text.parse().ok().map(|n: u32| n.to_string()),
            Kind::Address => text.parse().ok().map(|ip: Ipv4Addr| ip.to_string()),
            Kind::AddressRange => is_address_range(text).then(same),
            Kind::RatePair => rate_pair(text).map(|(up, down)| format!("{up}/{down}")),
            Kind::Mac => mac(text),
            Kind::OneOf(words) => return words.contains(&text).then(same).ok_or(BadValue::NoMatch),
            Kind::Words(words) => {
                let known = |word: &str| words.contains(&word.strip_prefix('!').unwrap_or(word));
                return (text.is_empty() || text.split(',').all(known)).then(same).ok_or(BadValue::NoMatch);
            }
            Kind::Named { menu, or } => {
                let known = or.contains(&text) || exists(menu, text);
                return known.then(same).ok_or(BadValue::NoMatch);
            }
        };
        shown.ok_or(BadValue::Invalid)
    }

    /// A number that orders two values of this type, when both have one.
    pub(crate) fn rank(self, text: &str) -> Option<u64> {
        match self {
            Kind::Number { .. } | Kind::Bytes | Kind::NumberOr(_) => bytes(text),
            Kind::Interval | Kind::IntervalOr(_) => seconds(text),
            Kind::Address => text.parse().ok().map(|ip: Ipv4Addr| u64::from(u32::from(ip))),
            Kind::Text
            | Kind::Flag
            | Kind::AddressRange
            | Kind::RatePair
            | Kind::Mac
            | Kind::OneOf(_)
            | Kind::Words(_)
            | Kind::Named { .. } => text.parse().ok(),
        }
    }
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

fn bytes(text: &str) -> Option<u64> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1 << 10),
        b'M' => (&text[..text.len() - 1], 1 << 20),
        b'G' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// An interval as the router shows it: `1w2d3h4m5s`, and `0s` for nothing.
pub(crate) fn interval(seconds: u64) -> String {
    if seconds == 0 {
        return "0s".to_owned();
    }
    let mut left = seconds;
    let mut shown = String::new();
    for (unit, size) in [('w', 604_800), ('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)] {
        if left >= size {
            shown.push_str(&(left / size).to_string());
            shown.push(unit);
            left %= size;
        }
    }
    shown
}

/// The seconds of an interval as people write it: `1w2d`, `hh:mm:ss`, `1d 02:00:00`, or bare seconds.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = text;
    let mut any = false;
    while let Some(end) = rest.find(|c: char| !c.is_ascii_digit()) {
        let number: u64 = rest[..end].parse().ok()?;
        let size = match rest.as_bytes()[end] {
            b'w' => 604_800,
            b'd' => 86_400,
            b'h' => 3600,
            b'm' => 60,
            b's' => 1,
            b':' => return clock_face(rest).and_then(|face| total.checked_add(face)),
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(size)?)?;
        rest = rest[end + 1..].trim_start();
        any = true;
    }
    if rest.is_empty() {
        return any.then_some(total);
    }
    total.checked_add(rest.parse().ok()?)
}

fn clock_face(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut parts = 0;
    for part in text.split(':') {
        total = total.checked_mul(60)?.checked_add(part.parse().ok()?)?;
        parts += 1;
    }
    match parts {
        2 => total.checked_mul(60),
        3 => Some(total),
        _ => None,
    }
}

fn is_address_range(text: &str) -> bool {
    let address = |text: &str| text.parse::<Ipv4Addr>().is_ok();
    match (text.split_once('-'), text.split_once('/')) {
        (Some((from, to)), _) => address(from) && address(to),
        (None, Some((network, bits))) => address(network) && bits.parse().is_ok_and(|bits: u8| bits <= 32),
        (None, None) => address(text),
    }
}

/// Bits per second as people write them: `512k`, `1M`; the units are decimal.
pub(crate) fn rate(text: &str) -> Option<u64> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1000),
        b'M' => (&text[..text.len() - 1], 1_000_000),
        b'G' => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// Upload and download of `1M/2M`; one number alone is both.
pub(crate) fn rate_pair(text: &str) -> Option<(u64, u64)> {
    let (up, down) = text.split_once('/').unwrap_or((text, text));
    Some((rate(up)?, rate(down)?))
}

fn mac(text: &str) -> Option<String> {
    let pairs: Vec<&str> = text.split([':', '-']).collect();
    let whole = pairs.len() == 6
        && pairs.iter().all(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()));
    whole.then(|| pairs.join(":").to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn intervals_are_understood_as_people_write_them() {
        for (text, expected) in [
            ("0s", Some(0)),
            ("90", Some(90)),
            ("1h", Some(3600)),
            ("1w2d3h4m5s", Some(788_645)),
            ("02:00:00", Some(7200)),
            ("1d 02:00:00", Some(93_600)),
            ("1d02:00:00", Some(93_600)),
            ("02:30", Some(9000)),
            ("", None),
            ("1x", None),
            ("h", None),
            ("99999999999999999999w", None),
        ] {
            assert_eq!(seconds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn byte_counts_understand_binary_units() {
        assert_eq!(bytes("2G"), Some(2_147_483_648));
        assert_eq!(bytes("512k"), Some(524_288));
        assert_eq!(bytes("17179869184G"), None, "more than 64 bits");
        assert_eq!(bytes(""), None);
    }

    #[test]
    fn rates_and_address_ranges_are_understood_as_people_write_them() {
        assert_eq!(rate_pair("512k/1M"), Some((512_000, 1_000_000)));
        assert_eq!(rate_pair("2M"), Some((2_000_000, 2_000_000)));
        assert_eq!(rate_pair("fast"), None);
        for (text, good) in [("10.5.50.2", true), ("10.5.50.2-10.5.50.9", true), ("10.5.50.0/24", true)] {
            assert_eq!(is_address_range(text), good, "{text}");
        }
        assert!(!is_address_range("10.5.50.0/33") && !is_address_range("10.5.50"));
    }

    #[test]
    fn a_mac_address_is_shown_in_capitals_with_colons() {
        assert_eq!(mac("aa-bb-cc-dd-ee-0f").as_deref(), Some("AA:BB:CC:DD:EE:0F"));
        assert_eq!(mac("aa:bb:cc:dd:ee"), None);
    }

    proptest! {
        #[test]
        fn an_interval_that_is_shown_can_be_read_again(n in 0u64..10_000_000_000) {
            prop_assert_eq!(seconds(&interval(n)), Some(n));
        }

        #[test]
        fn no_text_breaks_the_readers(text: String) {
            let _ = seconds(&text);
            let _ = bytes(&text);
            let _ = mac(&text);
        }
    }
}
