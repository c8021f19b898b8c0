//! How long a code resists guessing.

use super::code::PASSWORD_LENGTH;
use crate::plans::{CodeMode, CodeStyle};

/// What the meter says about a style of codes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strength {
    /// Bits of chance in one code.
    pub bits: f64,
    /// How many days of ceaseless guessing one hit takes on average, with so many vouchers live.
    pub days_per_hit: f64,
    /// In a word.
    pub verdict: Verdict,
    /// The shortest length that is not refused, if any length up to 16 is enough.
    pub least_length: Option<u8>,
}

/// The meter's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Less than a hit a year.
    Safe,
    /// Less than a hit a month.
    Fair,
    /// More than a hit a month: refused.
    Weak,
}

/// What a small router's login page answers per second when nothing throttles it.
const GUESSES_PER_SECOND: f64 = 10.0;
/// More than one expected hit in so many days is refused.
const REFUSED_DAYS: f64 = 30.0;

/// The strength of codes in this style when `live` vouchers are accepted by the router.
pub fn strength(style: &CodeStyle, live: u64) -> Strength {
    let days_per_hit = days_per_hit(style, style.length, live);
    let verdict = match days_per_hit {
        days if days < REFUSED_DAYS => Verdict::Weak,
        days if days < 365.0 => Verdict::Fair,
        _ => Verdict::Safe,
    };
    let least_length = (4..=16).find(|length| self::days_per_hit(style, *length, live) >= REFUSED_DAYS);
    Strength { bits: codes(style, style.length).log2(), days_per_hit, verdict, least_length }
}

/// Expected hits a day are guesses a day times live codes over possible codes; this is its inverse.
fn days_per_hit(style: &CodeStyle, length: u8, live: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "no shop has 2^53 vouchers, and the meter shows two digits"
    )]
    let live = live.max(1) as f64;
    codes(style, length) / (GUESSES_PER_SECOND * 86_400.0 * live)
}

fn codes(style: &CodeStyle, length: u8) -> f64 {
    let drawn = match style.mode {
        CodeMode::Same => length,
        CodeMode::Separate => length + PASSWORD_LENGTH,
    };
    #[expect(clippy::cast_precision_loss, reason = "an alphabet has 28 letters at most")]
    let letters = style.alphabet.letters().len() as f64;
    letters.powi(i32::from(drawn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Alphabet;

    fn meter(alphabet: Alphabet, length: u8, live: u64) -> Strength {
        let style = CodeStyle { mode: CodeMode::Same, alphabet, length, prefix: String::new() };
        strength(&style, live)
    }

    #[test]
    fn the_meter_agrees_with_the_attack_table() {
        let default = meter(Alphabet::A28, 8, 10_000);
        assert!((default.bits - 38.46).abs() < 0.01, "{}", default.bits);
        assert!((default.days_per_hit - 43.7).abs() < 0.1, "{}", default.days_per_hit);
        assert_eq!(default.verdict, Verdict::Fair);
        assert_eq!(meter(Alphabet::A28, 8, 1_000).verdict, Verdict::Safe);
        let ten_digits = meter(Alphabet::Digits, 10, 10_000);
        assert!((1.0 / ten_digits.days_per_hit - 0.864).abs() < 0.001);
    }

    #[test]
    fn short_codes_are_refused_and_a_length_is_offered() {
        for (alphabet, length, live, offered) in [
            (Alphabet::A28, 6, 1_000, 8),
            (Alphabet::Digits, 6, 40, 10),
            (Alphabet::Digits, 10, 1_000, 11),
            (Alphabet::A28, 8, 20_000, 9),
        ] {
            let weak = meter(alphabet, length, live);
            assert_eq!(
                (weak.verdict, weak.least_length),
                (Verdict::Weak, Some(offered)),
                "{alphabet:?} {length}"
            );
            assert_ne!(meter(alphabet, offered, live).verdict, Verdict::Weak);
        }
    }

    #[test]
    fn a_separate_password_counts() {
        let style =
            CodeStyle { mode: CodeMode::Separate, alphabet: Alphabet::A28, length: 6, prefix: String::new() };
        assert_eq!(strength(&style, 10_000).verdict, Verdict::Safe);
    }
}
