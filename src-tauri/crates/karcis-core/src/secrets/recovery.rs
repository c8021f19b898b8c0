//! The key that is printed once and kept in a drawer.

use rand::CryptoRng;
use std::fmt;
use std::str::FromStr;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 27 random characters and 3 check characters in six groups of five: 129 bits that fit on a slip of paper.
///
/// Letters and digits that look alike on paper are not in its alphabet.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey(String);

/// Why a typed text is not a recovery key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseRecoveryKeyError {
    /// A character that recovery keys never have.
    #[error("a character that is not in recovery keys")]
    Letter,
    /// Too few or too many characters; the number found.
    #[error("{0} characters")]
    Length(usize),
    /// Every character is possible, but one is wrong or two are swapped.
    #[error("a typing error")]
    Typo,
}

const ALPHABET: &[u8; 28] = b"ACDEFGHJKLMNPQRTUVWXY2345679";
const RANDOM: usize = 27;
const CHECK: usize = 3;
const GROUP: usize = 5;

impl RecoveryKey {
    /// A fresh key.
    pub fn new(rng: &mut dyn CryptoRng) -> RecoveryKey {
        let mut text = String::with_capacity(RANDOM + CHECK);
        while text.len() < RANDOM {
            let mut byte = [0_u8];
            rng.fill_bytes(&mut byte);
            // 252 is the largest multiple of 28 in a byte: beyond it some letters would come more often.
            if byte[0] < 252 {
                text.push(char::from(ALPHABET[usize::from(byte[0]) % ALPHABET.len()]));
            }
        }
        text.push_str(&check(text.as_bytes()));
        RecoveryKey(text)
    }

    /// What the wrap is derived from: the random part as printed, without groups.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0.as_bytes()[..RANDOM]
    }
}

/// As typed from paper: in any case, with or without blanks and hyphens.
impl FromStr for RecoveryKey {
    type Err = ParseRecoveryKeyError;

    fn from_str(text: &str) -> Result<RecoveryKey, ParseRecoveryKeyError> {
        let mut key = RecoveryKey(String::with_capacity(RANDOM + CHECK));
        for letter in text.chars().filter(|letter| !letter.is_whitespace() && !is_hyphen(*letter)) {
            let letter = letter.to_ascii_uppercase();
            if !ALPHABET.iter().any(|known| char::from(*known) == letter) {
                return Err(ParseRecoveryKeyError::Letter);
            }
            if key.0.len() == RANDOM + CHECK {
                return Err(ParseRecoveryKeyError::Length(RANDOM + CHECK + 1));
            }
            key.0.push(letter);
        }
        if key.0.len() != RANDOM + CHECK {
            return Err(ParseRecoveryKeyError::Length(key.0.len()));
        }
        let (random, typed) = key.0.split_at(RANDOM);
        if check(random.as_bytes()) == typed { Ok(key) } else { Err(ParseRecoveryKeyError::Typo) }
    }
}

/// `ACDEF-GHJKL-...`, for the one page that is printed.
impl fmt::Display for RecoveryKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, letter) in self.0.chars().enumerate() {
            if position > 0 && position.is_multiple_of(GROUP) {
                out.write_str("-")?;
            }
            write!(out, "{letter}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RecoveryKey(..)")
    }
}

/// The hyphens and dashes that keyboards and word processors make of a hyphen.
fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Three characters that notice any one wrong character and any two neighbours swapped.
///
/// The sum of digits times powers of 29, modulo 28 cubed: 29 is 28 + 1 and has no factor in common with 28, so one
/// wrong digit never sums to zero, and two swapped neighbours differ by less than 28 times 28, which does not either.
fn check(random: &[u8]) -> String {
    let modulus = ALPHABET.len().pow(3);
    let digit = |byte: &u8| ALPHABET.iter().position(|known| known == byte).unwrap_or(0);
    let sum = random.iter().fold(1, |sum, byte| (sum * 29 + digit(byte)) % modulus);
    [sum / 784, sum / 28 % 28, sum % 28].map(|digit| char::from(ALPHABET[digit])).iter().collect()
}
