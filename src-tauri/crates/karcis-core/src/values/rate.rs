//! Rate limits in RouterOS's notation.

use std::fmt;
use std::str::FromStr;

/// A rate limit `upload/download` as a hotspot user profile takes it, both sides between 1 kbit/s and 10 Gbit/s.
///
/// Source: RouterOS hotspot user profile `rate-limit` is `rx/tx`, and rx is the client's upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RateLimit {
    /// From the customer, bits per second.
    pub up_bps: u64,
    /// To the customer, bits per second.
    pub down_bps: u64,
}

/// The text is not a rate limit such as `2M/5M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a rate limit")]
pub struct ParseRateLimitError;

/// `2M/5M`, `512k/1M`, or one rate for both directions: `2M`.
impl FromStr for RateLimit {
    type Err = ParseRateLimitError;

    fn from_str(text: &str) -> Result<RateLimit, ParseRateLimitError> {
        let text = text.trim();
        let (up, down) = text.split_once('/').unwrap_or((text, text));
        Ok(RateLimit { up_bps: bits(up)?, down_bps: bits(down)? })
    }
}

fn bits(text: &str) -> Result<u64, ParseRateLimitError> {
    let text = text.trim();
    let (number, factor) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 1_000),
        Some(b'm' | b'M') => (&text[..text.len() - 1], 1_000_000),
        Some(b'g' | b'G') => (&text[..text.len() - 1], 1_000_000_000),
        Some(_) | None => (text, 1),
    };
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseRateLimitError);
    }
    let rate =
        number.parse::<u64>().ok().and_then(|count| count.checked_mul(factor)).ok_or(ParseRateLimitError)?;
    if (1_000..=10_000_000_000).contains(&rate) { Ok(rate) } else { Err(ParseRateLimitError) }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", Bits(self.up_bps), Bits(self.down_bps))
    }
}

struct Bits(u64);

impl fmt::Display for Bits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            rate if rate.is_multiple_of(1_000_000_000) => write!(out, "{}G", rate / 1_000_000_000),
            rate if rate.is_multiple_of(1_000_000) => write!(out, "{}M", rate / 1_000_000),
            rate if rate.is_multiple_of(1_000) => write!(out, "{}k", rate / 1_000),
            rate => write!(out, "{rate}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_rate_means_both_directions() {
        let both = "2M".parse::<RateLimit>().map(|rate| rate.to_string());
        assert_eq!(both, Ok("2M/2M".to_owned()));
        assert_eq!(
            "512k/1500000".parse::<RateLimit>().map(|rate| rate.to_string()),
            Ok("512k/1500k".to_owned())
        );
        for text in ["", "/", "2M/", "fast", "2M/5M/1M", "1", "99G", "2 M/5 X"] {
            assert_eq!(text.parse::<RateLimit>(), Err(ParseRateLimitError), "{text}");
        }
    }
}
