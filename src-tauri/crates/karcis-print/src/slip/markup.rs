//! The text of a template, line by line.

use super::{Line, Look, MAX_TEXT, SlipError};
use crate::faces::is_invisible;
use crate::qr::QrMatrix;
use crate::sheet::{MAX_ADDRESS, MAX_CODE};

/// Characters that mean something to the markup, somewhere in a line.
const MARKS: [char; 7] = ['\\', '#', '=', '*', '|', '[', '-'];

/// A text that stays text wherever in a template it stands: on one line, without control characters, and with a
/// backslash before every character that could be taken for a mark.
pub fn escaped(value: &str) -> String {
    let mut safe = String::with_capacity(value.len());
    for letter in printable(value).chars() {
        if MARKS.contains(&letter) {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

/// Every line of a text, without the blank ones before and after it.
pub(super) fn read(text: &str) -> Result<Vec<Line>, SlipError> {
    if text.len() > MAX_TEXT {
        return Err(SlipError::TextTooLong);
    }
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(number, text)| line(printable(text).trim_end(), number + 1))
        .collect::<Result<Vec<Line>, SlipError>>()?;
    let blank = |line: &Line| matches!(line, Line::Blank);
    let end = lines.iter().rposition(|line| !blank(line)).ok_or(SlipError::Empty)? + 1;
    lines.truncate(end);
    let start = lines.iter().position(|line| !blank(line)).unwrap_or_default();
    Ok(lines.split_off(start))
}

fn line(text: &str, number: usize) -> Result<Line, SlipError> {
    if text.trim_start().is_empty() {
        return Ok(Line::Blank);
    }
    if text.len() >= 3 && text.bytes().all(|byte| byte == b'-') {
        return Ok(Line::Rule);
    }
    if let Some((mark, rest)) = bracketed(text) {
        return marked(mark, plain(rest.trim()), number);
    }
    if let Some(rest) = text.strip_prefix("# ") {
        return Ok(set(rest.trim(), Look::Title));
    }
    if let Some(rest) = text.strip_prefix("= ") {
        return Ok(set(rest.trim(), Look::Centred));
    }
    let (rest, bold) = text.strip_prefix("* ").map_or((text, false), |rest| (rest, true));
    Ok(match at_bars(rest) {
        Some((left, right)) => Line::Pair { left: plain(left.trim()), right: plain(right.trim()), bold },
        None => set(rest, if bold { Look::Bold } else { Look::Plain }),
    })
}

fn set(text: &str, look: Look) -> Line {
    if text.is_empty() { Line::Blank } else { Line::Text(plain(text), look) }
}

/// What `[word] rest` is for the words there are.
fn marked(mark: &str, rest: String, line: usize) -> Result<Line, SlipError> {
    match mark {
        "code" => {
            let typable =
                (1..=MAX_CODE).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_graphic());
            if typable { Ok(Line::Code(rest)) } else { Err(SlipError::Code { line }) }
        }
        "qr" => {
            let symbol = QrMatrix::encode(rest.as_bytes());
            let fits = (1..=MAX_ADDRESS).contains(&rest.len());
            let symbol = symbol.filter(|_| fits).ok_or(SlipError::Qr { line })?;
            Ok(Line::Qr { text: rest, symbol })
        }
        "logo" => Ok(Line::Logo),
        unknown => Err(SlipError::UnknownMark { line, mark: unknown.to_owned() }),
    }
}

/// `[word]` at the start of a line and what follows it.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.strip_prefix('[')?.split_once(']')?;
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_word && (rest.is_empty() || rest.starts_with(' '))).then_some((word, rest))
}

/// The two sides of the first `||` that no backslash takes apart.
fn at_bars(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'\\', _) => at += 2,
            (b'|', b'|') => return Some((&text[..at], &text[at + 2..])),
            (_, _) => at += 1,
        }
    }
    None
}

/// The text with its backslashes taken out.
fn plain(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        plain.push(if letter == '\\' { letters.next().unwrap_or('\\') } else { letter });
    }
    plain
}

/// The text on one line, without control and invisible characters.
fn printable(text: &str) -> String {
    let shown = text.chars().filter_map(|letter| {
        if letter.is_whitespace() {
            Some(' ')
        } else {
            (!letter.is_control() && !is_invisible(letter)).then_some(letter)
        }
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Look, MAX_TEXT, SlipError};
    use super::{escaped, read};

    fn only(text: &str) -> Line {
        let mut lines = read(text).unwrap();
        assert_eq!(lines.len(), 1, "{text:?}");
        lines.remove(0)
    }

    fn text(text: &str, look: Look) -> Line {
        Line::Text(text.into(), look)
    }

    #[test]
    fn every_mark_is_known_by_the_start_of_its_line() {
        assert_eq!(only("# WARNET"), text("WARNET", Look::Title));
        assert_eq!(only("= Terima kasih"), text("Terima kasih", Look::Centred));
        assert_eq!(only("* Tunai"), text("Tunai", Look::Bold));
        assert_eq!(only("-----"), Line::Rule);
        assert_eq!(only("[code] K7M2PQRX"), Line::Code("K7M2PQRX".into()));
        assert_eq!(only("[logo]"), Line::Logo);
        assert!(matches!(only("[qr] http://w.net/"), Line::Qr { text, .. } if text == "http://w.net/"));
        let pair = |bold| Line::Pair { left: "Tunai".into(), right: "Rp 5.000".into(), bold };
        assert_eq!(only("Tunai || Rp 5.000"), pair(false));
        assert_eq!(only("* Tunai||Rp 5.000"), pair(true));
        assert_eq!(only("  1 Sambung Wi-Fi"), text("  1 Sambung Wi-Fi", Look::Plain));
    }

    #[test]
    fn what_only_looks_like_a_mark_is_text() {
        for plain in ["#1 Paket", "=5", "*bintang", "--", "--- a", "[ Promo ]", "[QR] x", "[qr]x", "a | b"] {
            assert_eq!(only(plain), text(plain, Look::Plain));
        }
    }

    #[test]
    fn blank_lines_are_kept_between_and_dropped_around() {
        let lines = read("\n \na\n\nb\n\n").unwrap();
        assert_eq!(lines, [text("a", Look::Plain), Line::Blank, text("b", Look::Plain)]);
        assert_eq!(read(" \n\n"), Err(SlipError::Empty));
    }

    #[test]
    fn an_escaped_text_stays_text_and_on_its_line() {
        let names = [
            "# besar",
            "= tengah",
            "* tebal",
            "a || b",
            "---",
            "[qr] http://jahat/",
            "[code] X",
            "[logo]",
            "[x] y",
            r"\",
            r"\\||",
            r"a\# b",
            "-",
            "||",
            "baris\nbaru\r\n[qr] x",
            "tab\tdan\u{1b}@ESC\u{0}\u{7f}\u{9b}",
        ];
        for name in names {
            let flat: String = name
                .chars()
                .filter_map(|letter| match letter {
                    '\n' | '\r' | '\t' => Some(' '),
                    other => (!other.is_control()).then_some(other),
                })
                .collect();
            assert_eq!(only(&escaped(name)), text(&flat, Look::Plain), "{name:?}");
            assert_eq!(only(&format!("# {}", escaped(name))), text(&flat, Look::Title), "{name:?}");
            let pair = only(&format!("{} || {}", escaped(name), escaped(name)));
            assert_eq!(pair, Line::Pair { left: flat.clone(), right: flat, bold: false }, "{name:?}");
        }
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert_eq!(read("a\n[qrr] x"), Err(SlipError::UnknownMark { line: 2, mark: "qrr".into() }));
        assert_eq!(read("\n[code]"), Err(SlipError::Code { line: 2 }));
        assert_eq!(read("[code] ABCDEFGHIJKLMNOPQRSTU"), Err(SlipError::Code { line: 1 }));
        assert_eq!(read("[code] A B"), Err(SlipError::Code { line: 1 }));
        assert_eq!(read("[qr]"), Err(SlipError::Qr { line: 1 }));
        assert_eq!(read(&format!("[qr] {}", "a".repeat(123))), Err(SlipError::Qr { line: 1 }));
        assert_eq!(read(&"a".repeat(MAX_TEXT + 1)), Err(SlipError::TextTooLong));
    }
}
