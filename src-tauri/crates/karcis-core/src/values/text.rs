//! One line of text that people typed.

/// The text is empty or longer than its field allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseTextError {
    /// Nothing but blanks.
    #[error("empty")]
    Empty,
    /// More characters than allowed.
    #[error("longer than {0} characters")]
    TooLong(usize),
}

/// One trimmed line without control characters, of one to `most` characters.
///
/// Control characters are dropped rather than refused: they come from pasted text, and printers obey them. So are those
/// that break a line or turn the direction of writing, which would turn what stands beside a name as well.
pub fn line(text: &str, most: usize) -> Result<String, ParseTextError> {
    let clean: String = text.chars().filter(|letter| !letter.is_control() && !steers(*letter)).collect();
    let clean = clean.trim();
    match clean.chars().count() {
        0 => Err(ParseTextError::Empty),
        count if count > most => Err(ParseTextError::TooLong(most)),
        _ => Ok(clean.to_owned()),
    }
}

const fn steers(letter: char) -> bool {
    matches!(letter, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_loses_its_control_characters_and_blanks() {
        assert_eq!(line("  Warnet\u{1b}@ Melati\n", 20), Ok("Warnet@ Melati".to_owned()));
        assert_eq!(line("Melati\u{202e}5.000\u{2028}\u{2066}", 20), Ok("Melati5.000".to_owned()));
        assert_eq!(
            line("👨\u{200d}👩\u{200d}👧", 20),
            Ok("👨\u{200d}👩\u{200d}👧".to_owned()),
            "a family stays one"
        );
        assert_eq!(line("\u{202e}", 20), Err(ParseTextError::Empty));
        assert_eq!(line(" \t ", 20), Err(ParseTextError::Empty));
        assert_eq!(line("Melati", 5), Err(ParseTextError::TooLong(5)));
    }
}
