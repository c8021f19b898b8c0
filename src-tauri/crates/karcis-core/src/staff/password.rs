//! Passwords: which are accepted, and what is kept of them.

use crate::secrets::{Cost, argon2id};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rand::CryptoRng;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A password somebody wants to use from now on: 8 to 128 characters that are not everybody's first guess.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct NewPassword(String);

/// Why a text is not accepted as a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePasswordError {
    /// Fewer than 8 characters.
    #[error("shorter than {} characters", NewPassword::LEAST)]
    TooShort,
    /// More than 128 characters.
    #[error("longer than {} characters", NewPassword::MOST)]
    TooLong,
    /// Among the first that anybody would try, whatever digits follow.
    #[error("a common password")]
    Common,
    /// Contains the shop's name, the person's own name or a word of the trade.
    #[error("contains a word that belongs to this shop")]
    OwnWord,
}

/// What is kept of a password: its argon2id text with cost and salt.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

const COMMON: &str = include_str!("common_passwords.txt");
const TRADE: [&str; 3] = ["mikrotik", "hotspot", "karcis"];
/// Shorter words stand in too many good passwords to be refused.
const OWN_WORD_LEAST: usize = 4;
const FEWEST_DIFFERENT: usize = 4;
const SALT: usize = 16;
const WAY: &str = "$argon2id$v=19$";

impl NewPassword {
    /// The least characters.
    pub const LEAST: usize = 8;
    /// The most characters.
    pub const MOST: usize = 128;

    /// A password for somebody whose names, and whose shop's name, are `own`.
    pub fn parse(text: &str, own: &[&str]) -> Result<NewPassword, ParsePasswordError> {
        match text.chars().count() {
            count if count < NewPassword::LEAST => Err(ParsePasswordError::TooShort),
            count if count > NewPassword::MOST => Err(ParsePasswordError::TooLong),
            _ if is_common(text) => Err(ParsePasswordError::Common),
            _ if has_own_word(text, own) => Err(ParsePasswordError::OwnWord),
            _ => Ok(NewPassword(text.to_owned())),
        }
    }
}

fn is_common(text: &str) -> bool {
    let lower = text.to_lowercase();
    let stem = lower.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    let guessed = |candidate: &str| COMMON.lines().any(|line| line == candidate);
    different.len() < FEWEST_DIFFERENT || guessed(&lower) || guessed(stem)
}

fn has_own_word(text: &str, own: &[&str]) -> bool {
    let text = letters(text);
    let whole = own.iter().map(|name| letters(name));
    let words = own.iter().flat_map(|name| name.split_whitespace()).map(letters);
    TRADE.iter().any(|word| text.contains(word))
        || whole.chain(words).any(|word| word.chars().count() >= OWN_WORD_LEAST && text.contains(&word))
}

/// Without case, blanks and punctuation: `Warnet Melati` hides in `warnet-melati!`.
fn letters(text: &str) -> String {
    text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The hash of a new password. Slow on purpose: never inside a transaction.
pub fn hash(password: &NewPassword, cost: Cost, rng: &mut dyn CryptoRng) -> PasswordHash {
    hash_text(&password.0, cost, rng)
}

/// The hash of a password that was accepted earlier, when a costlier one is due.
pub(super) fn hash_text(password: &str, cost: Cost, rng: &mut dyn CryptoRng) -> PasswordHash {
    let mut salt = [0_u8; SALT];
    rng.fill_bytes(&mut salt);
    let output = argon2id(password.as_bytes(), &salt, cost);
    PasswordHash::write(cost, &salt, output.as_slice())
}

impl PasswordHash {
    /// A hash no password has, for people who do not exist: looking them up takes as long as for those who do.
    pub(super) fn decoy(cost: Cost) -> PasswordHash {
        PasswordHash::write(cost, &[0; SALT], &[0; 32])
    }

    /// The hash as kept in a row, unless the row holds something else.
    pub(super) fn parse(text: String) -> Option<PasswordHash> {
        let hash = PasswordHash(text);
        hash.parts().is_some().then_some(hash)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the hash of `password`. As slow as making it.
    pub(super) fn matches(&self, password: &str) -> bool {
        let Some((cost, salt, expected)) = self.parts() else { return false };
        bool::from(argon2id(password.as_bytes(), &salt, cost).ct_eq(expected.as_slice()))
    }

    /// Whether a hash made today would cost a guesser more.
    pub(super) fn is_cheaper_than(&self, cost: Cost) -> bool {
        self.parts().is_none_or(|(own, _, _)| own.is_below(cost))
    }

    fn write(cost: Cost, salt: &[u8], output: &[u8]) -> PasswordHash {
        let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
        PasswordHash(format!("{WAY}{cost}${salt}${output}"))
    }

    fn parts(&self) -> Option<(Cost, Vec<u8>, Vec<u8>)> {
        let mut parts = self.0.strip_prefix(WAY)?.split('$');
        let cost = Cost::parse_stored(parts.next()?)?;
        let salt = STANDARD_NO_PAD.decode(parts.next()?).ok().filter(|salt| salt.len() >= SALT)?;
        let output = STANDARD_NO_PAD.decode(parts.next()?).ok().filter(|output| output.len() == 32)?;
        parts.next().is_none().then_some((cost, salt, output))
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NewPassword(..)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PasswordHash(..)")
    }
}
