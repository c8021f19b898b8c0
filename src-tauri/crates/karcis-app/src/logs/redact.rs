//! The last look at a line before it is written: what must not be there is masked.
//!
//! Nothing secret is logged in the first place; this is for the day somebody forgets.

use serde_json::Value;

/// Fields whose values are never written, whatever they hold.
const SECRET: [&str; 11] = [
    "password",
    "passphrase",
    "kata_sandi",
    "secret",
    "token",
    "cookie",
    "recovery",
    "data_key",
    "voucher_code",
    "code",
    "phone",
];
const MASK: &str = "***";

/// The line with secrets and telephone numbers masked.
pub(super) fn redacted(line: &[u8]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(line) else {
        return mask_phones(&String::from_utf8_lossy(line)).into_bytes();
    };
    clean(&mut value);
    let mut bytes = value.to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}

fn clean(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if is_secret(name) { *value = Value::from(MASK) } else { clean(value) }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(clean),
        Value::String(text) => *text = mask_phones(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The last part of a dotted name decides: `router.password` as well as `password`.
fn is_secret(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    SECRET.contains(&last.as_str())
}

/// Indonesian telephone numbers, with the middle taken out: `0812****789`.
fn mask_phones(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut clean = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let starts = !before.is_some_and(|before| before.is_ascii_alphanumeric());
        match phone_at(&letters[at..]).filter(|_| starts) {
            Some(length) => {
                let number: Vec<char> =
                    letters[at..at + length].iter().copied().filter(char::is_ascii_digit).collect();
                clean.extend(&number[..4]);
                clean.push_str("****");
                clean.extend(&number[number.len() - 3..]);
                at += length;
            }
            None => {
                clean.push(letters[at]);
                at += 1;
            }
        }
    }
    clean
}

/// The length of the telephone number that begins here: `08..`, `628..` or `+628..` with 9 to 14 digits, which may be
/// set apart by single blanks and hyphens.
fn phone_at(letters: &[char]) -> Option<usize> {
    let mut digits = String::new();
    let mut end = 0;
    for (place, letter) in letters.iter().enumerate() {
        match letter {
            '0'..='9' => {
                digits.push(*letter);
                end = place + 1;
            }
            '+' if place == 0 => {}
            ' ' | '-' if end == place && place > 0 => {}
            _ => break,
        }
    }
    let followed = letters.get(end).is_some_and(|next| next.is_ascii_alphanumeric());
    let mobile = digits.starts_with("08") || digits.starts_with("628");
    (mobile && (9..=14).contains(&digits.len()) && !followed).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_fields_are_masked_wherever_they_stand() {
        let line = br#"{"message":"x","router.password":"hunter2","span":{"name":"request","token":"abc"},"size":3}"#;
        let clean = String::from_utf8(redacted(line)).unwrap();
        assert!(!clean.contains("hunter2") && !clean.contains("abc"), "{clean}");
        assert!(clean.contains("\"size\":3") && clean.ends_with('\n'), "{clean}");
    }

    #[test]
    fn telephone_numbers_lose_their_middle() {
        for (text, expected) in [
            ("dari 081234567890 tadi", "dari 0812****890 tadi"),
            ("+62 812-3456-7890", "6281****890"),
            ("kode 6281234567890.", "kode 6281****890."),
        ] {
            assert_eq!(mask_phones(text), expected);
        }
    }

    #[test]
    fn ids_and_times_stay_readable() {
        for text in [
            "2026-11-20T04:00:00.123456Z",
            "0193e7a0-5a8e-7cc3-8f1e-2f4b9d3f2a11",
            "port 8728",
            "id a0812345678901b",
        ] {
            assert_eq!(mask_phones(text), text);
        }
    }
}
