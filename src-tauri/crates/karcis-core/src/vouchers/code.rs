//! Codes nobody can guess: drawn by the operating system, without bias.

use crate::plans::{Alphabet, CodeMode, CodeStyle};
use rand::CryptoRng;

/// The letters of a separate password, drawn from the code's alphabet.
pub const PASSWORD_LENGTH: u8 = 4;

const A28: &[u8; 28] = b"ACDEFGHJKLMNPQRTUVWXY2345679";
const DIGITS: &[u8; 10] = b"0123456789";

/// A code and the password that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// What the customer types as user name.
    pub code: String,
    /// What they type as password; equal to the code in the one-code style.
    pub password: String,
}

impl Alphabet {
    /// The letters, each as likely as any other.
    pub const fn letters(self) -> &'static [u8] {
        match self {
            Alphabet::A28 => A28,
            Alphabet::Digits => DIGITS,
        }
    }
}

/// Draws one code in this style.
pub fn draw(style: &CodeStyle, rng: &mut dyn CryptoRng) -> Code {
    let code = format!("{}{}", style.prefix, letters(style.alphabet, style.length, rng));
    let password = match style.mode {
        CodeMode::Same => code.clone(),
        CodeMode::Separate => letters(style.alphabet, PASSWORD_LENGTH, rng),
    };
    Code { code, password }
}

/// Letters by rejection sampling: a byte beyond the last whole multiple of the alphabet is thrown away, so that no
/// letter is likelier than another.
fn letters(alphabet: Alphabet, length: u8, rng: &mut dyn CryptoRng) -> String {
    let letters = alphabet.letters();
    let fair = 256 - 256 % letters.len();
    let mut drawn = String::with_capacity(usize::from(length));
    let mut bytes = [0_u8; 32];
    while drawn.len() < usize::from(length) {
        rng.fill_bytes(&mut bytes);
        let usable = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        let missing = usize::from(length) - drawn.len();
        drawn.extend(usable.take(missing).map(|byte| char::from(letters[byte % letters.len()])));
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn style(alphabet: Alphabet, mode: CodeMode) -> CodeStyle {
        CodeStyle { mode, alphabet, length: 8, prefix: "WM".to_owned() }
    }

    #[test]
    fn no_letter_is_likelier_than_another() {
        for alphabet in [Alphabet::A28, Alphabet::Digits] {
            let mut rng = StdRng::seed_from_u64(7);
            let mut seen = [0_u32; 256];
            for _ in 0..125_000 {
                let code = draw(&style(alphabet, CodeMode::Same), &mut rng).code;
                code.bytes().skip(2).for_each(|byte| seen[usize::from(byte)] += 1);
            }
            let kinds = alphabet.letters().len();
            let expected = 1_000_000.0 / kinds as f64;
            let chi_square: f64 = alphabet
                .letters()
                .iter()
                .map(|letter| (f64::from(seen[usize::from(*letter)]) - expected).powi(2) / expected)
                .sum();
            // The 99.99 % points for 27 and 9 degrees of freedom are 63.2 and 33.7; modulo bias gives thousands.
            assert!(chi_square < 63.2, "{alphabet:?}: {chi_square}");
            assert_eq!(seen.iter().sum::<u32>(), 1_000_000, "only letters of the alphabet appear");
            assert_eq!(seen.iter().filter(|count| **count > 0).count(), kinds);
        }
    }

    #[test]
    fn the_one_code_style_has_one_code_and_the_other_two() {
        let mut rng = StdRng::seed_from_u64(7);
        let same = draw(&style(Alphabet::A28, CodeMode::Same), &mut rng);
        assert_eq!((same.code.len(), &same.code), (10, &same.password));
        let separate = draw(&style(Alphabet::A28, CodeMode::Separate), &mut rng);
        assert_eq!(separate.password.len(), usize::from(PASSWORD_LENGTH));
        assert!(separate.code.starts_with("WM"));
    }

    #[test]
    fn the_alphabet_has_no_letters_that_look_alike() {
        for confusing in b"B8I1O0SZ" {
            assert!(!A28.contains(confusing));
        }
    }
}
