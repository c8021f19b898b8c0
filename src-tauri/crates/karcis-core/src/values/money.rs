//! Whole rupiah.

use std::fmt;
use std::str::FromStr;

/// An amount of whole rupiah; the rupiah has no minor unit in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Money(i64);

/// The text is not an amount between zero and 999 billion rupiah.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount of money")]
pub struct ParseMoneyError;

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);
    /// The largest amount that people can type: just under a million million rupiah.
    pub const MOST: i64 = 999_999_999_999;

    /// So many rupiah.
    pub const fn rupiah(amount: i64) -> Money {
        Money(amount)
    }

    /// The amount in rupiah.
    pub const fn amount(self) -> i64 {
        self.0
    }

    /// The sum, unless it overflows.
    pub fn plus(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).map(Money)
    }

    /// The difference, unless it is below zero.
    pub fn minus(self, other: Money) -> Option<Money> {
        self.0.checked_sub(other.0).filter(|rest| *rest >= 0).map(Money)
    }

    /// So many times the amount, unless it overflows.
    pub fn times(self, count: u32) -> Option<Money> {
        self.0.checked_mul(i64::from(count)).map(Money)
    }
}

/// Accepts what people type: `5000`, `5.000`, `Rp 5.000`, `Rp5.000,00`.
impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Money, ParseMoneyError> {
        let text = text.trim();
        let text = text.strip_prefix("Rp").or_else(|| text.strip_prefix("rp")).unwrap_or(text).trim();
        let text = text.strip_prefix('.').unwrap_or(text).trim();
        let whole = text.strip_suffix(",00").or_else(|| text.strip_suffix(",-")).unwrap_or(text);
        let groups: Vec<&str> = whole.split('.').collect();
        let grouped =
            groups.len() > 1 && groups.iter().skip(1).all(|group| group.len() == 3) && groups[0].len() <= 3;
        let digits: String = groups.concat();
        let plain = groups.len() == 1;
        if !(plain || grouped) || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseMoneyError);
        }
        let amount: i64 = digits.parse().map_err(|_| ParseMoneyError)?;
        if amount > Money::MOST { Err(ParseMoneyError) } else { Ok(Money(amount)) }
    }
}

/// `Rp 5.000`, with the Indonesian grouping point.
impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        write!(out, "{}Rp {grouped}", if self.0 < 0 { "-" } else { "" })
    }
}

impl From<Money> for crate::db::Val {
    fn from(money: Money) -> crate::db::Val {
        crate::db::Val::Int(money.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_type_amounts_in_several_ways() {
        for text in ["5000", "5.000", "Rp 5.000", "Rp5000", "rp. 5.000", " 5.000,00 ", "5.000,-"] {
            assert_eq!(text.parse(), Ok(Money::rupiah(5000)), "{text}");
        }
        for text in ["", "Rp", "5.00", "5,5", "-5000", "5.0000", "1e3", "9999999999999", "٥"] {
            assert_eq!(text.parse::<Money>(), Err(ParseMoneyError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_typed_back(amount in 0_i64..=Money::MOST) {
            prop_assert_eq!(Money(amount).to_string().parse(), Ok(Money(amount)));
        }
    }
}
