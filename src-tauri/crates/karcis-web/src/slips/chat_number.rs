//! The number a chat is opened with, from what people type. It is personal data: read, put into one link, and kept nowhere.

/// Digits a number abroad has at least and at most (E.164).
const ABROAD: std::ops::RangeInclusive<usize> = 8..=15;
/// An Indonesian mobile number with its country: 628, then 8 to 11 digits, the first of them not 0.
const MOBILE: std::ops::RangeInclusive<usize> = 11..=14;

/// The digits of the number with its country, as chats want it; nothing when no mobile number can be meant.
///
/// `0812..`, `812..`, `62812..` and `+62 812..` are one number; other countries need their `+`.
pub(super) fn chat_number(typed: &str) -> Option<String> {
    let typed = typed.replace("(0)", "");
    // A note beside the number would become a part of it.
    let is_mark = |letter: char| letter.is_whitespace() || "+-.()/".contains(letter);
    if typed.chars().any(|letter| !letter.is_ascii_digit() && !is_mark(letter)) {
        return None;
    }
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let plus = typed.trim_start().starts_with('+');
    if plus && !digits.starts_with("62") {
        return (ABROAD.contains(&digits.len()) && !digits.starts_with('0')).then_some(digits);
    }
    let rest = match digits.strip_prefix("0062").or_else(|| digits.strip_prefix("62")) {
        Some(rest) => rest.strip_prefix('0').unwrap_or(rest),
        None => digits.strip_prefix('0').unwrap_or(&digits),
    };
    let number = format!("62{rest}");
    let mobile = rest.starts_with('8') && !rest.starts_with("80") && MOBILE.contains(&number.len());
    mobile.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_meant_however_it_is_written() {
        for typed in [
            "08123456789",
            "628123456789",
            "62 0812 3456 789",
            "8123456789",
            "+62 812-3456-789",
            "+62 (0) 812 3456 789",
            "00628123456789",
            "0812.3456.789",
        ] {
            assert_eq!(chat_number(typed).as_deref(), Some("628123456789"), "{typed}");
        }
        assert_eq!(chat_number("0811 1234 5678 9").as_deref(), Some("62811123456789"));
        assert_eq!(chat_number("+60 12-345 6789").as_deref(), Some("60123456789"));
    }

    #[test]
    fn what_is_no_mobile_number_is_not_guessed_at() {
        for typed in [
            "",
            "0812345",
            "081234567890123",
            "021-5550123",
            "08012345678",
            "08123456789 (Budi)",
            "+123",
            "satu",
        ] {
            assert_eq!(chat_number(typed), None, "{typed}");
        }
    }
}
