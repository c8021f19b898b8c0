//! The values scripts work with, and how one becomes another.

use super::tree::Block;
use crate::world::value::seconds;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Nothing,
    Bool(bool),
    Num(i64),
    /// A span of time in seconds.
    Time(i64),
    Str(String),
    /// The internal number of a row, such as `*1A`.
    Id(String),
    List(Vec<Value>),
    Code(Block),
}

impl Value {
    /// The name `:typeof` gives it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Nothing => "nil",
            Value::Bool(_) => "bool",
            Value::Num(_) => "num",
            Value::Time(_) => "time",
            Value::Str(_) => "str",
            Value::Id(_) => "id",
            Value::List(_) => "array",
            Value::Code(_) => "code",
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Value::Nothing | Value::Code(_) => String::new(),
            Value::Bool(on) => on.to_string(),
            Value::Num(number) => number.to_string(),
            Value::Time(seconds) => span(*seconds),
            Value::Str(text) | Value::Id(text) => text.clone(),
            Value::List(items) => {
                let texts: Vec<String> = items.iter().map(Value::text).collect();
                texts.join(";")
            }
        }
    }

    /// A word without quotes, as an operand means it.
    pub(crate) fn of_word(word: &str) -> Value {
        match word {
            "true" | "yes" => return Value::Bool(true),
            "false" | "no" => return Value::Bool(false),
            _ => {}
        }
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits(word)
            && let Ok(number) = word.parse()
        {
            return Value::Num(number);
        }
        if word.strip_prefix('*').is_some_and(|id| u32::from_str_radix(id, 16).is_ok()) {
            return Value::Id(word.to_owned());
        }
        let span = seconds(word).filter(|_| word.starts_with(|first: char| first.is_ascii_digit()));
        match span.and_then(|span| i64::try_from(span).ok()) {
            Some(span) => Value::Time(span),
            None => Value::Str(word.to_owned()),
        }
    }

    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Value::Num(number) | Value::Time(number) => Some(*number),
            Value::Str(text) => text.parse().ok(),
            Value::Nothing | Value::Bool(_) | Value::Id(_) | Value::List(_) | Value::Code(_) => None,
        }
    }

    pub(crate) fn truth(&self) -> Option<bool> {
        match self {
            Value::Bool(on) => Some(*on),
            Value::Str(text) if text == "true" || text == "yes" => Some(true),
            Value::Str(text) if text == "false" || text == "no" => Some(false),
            Value::Nothing
            | Value::Num(_)
            | Value::Time(_)
            | Value::Str(_)
            | Value::Id(_)
            | Value::List(_)
            | Value::Code(_) => None,
        }
    }

    /// How two values compare: as numbers where both are, else as text. Nothing and an empty list are empty text.
    pub(crate) fn order(&self, other: &Value) -> std::cmp::Ordering {
        let numeric = |value: &Value| match value {
            Value::Num(number) | Value::Time(number) => Some(*number),
            Value::Str(text) => text.parse().ok(),
            Value::Nothing | Value::Bool(_) | Value::Id(_) | Value::List(_) | Value::Code(_) => None,
        };
        let both_text = matches!((self, other), (Value::Str(_), Value::Str(_)));
        match (numeric(self), numeric(other)) {
            (Some(one), Some(two)) if !both_text => one.cmp(&two),
            _ => self.text().cmp(&other.text()),
        }
    }

    /// One value as a list of one; a list as it is.
    pub(crate) fn items(self) -> Vec<Value> {
        match self {
            Value::Nothing => Vec::new(),
            Value::List(items) => items,
            single => vec![single],
        }
    }
}

/// A span as scripts see it: `1w2d03:04:05`.
fn span(total: i64) -> String {
    let sign = if total < 0 { "-" } else { "" };
    let seconds = total.unsigned_abs();
    let (weeks, days) = (seconds / 604_800, seconds % 604_800 / 86_400);
    let mut shown = sign.to_owned();
    for (number, unit) in [(weeks, 'w'), (days, 'd')] {
        if number > 0 {
            shown.push_str(&format!("{number}{unit}"));
        }
    }
    shown + &format!("{:02}:{:02}:{:02}", seconds % 86_400 / 3600, seconds % 3600 / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_number_a_time_an_id_or_text() {
        for (word, kind) in [
            ("15", "num"),
            ("5s", "time"),
            ("00:02:30", "time"),
            ("*1A", "id"),
            ("yes", "bool"),
            ("K7M2", "str"),
        ] {
            assert_eq!(Value::of_word(word).kind(), kind, "{word}");
        }
        assert_eq!(Value::Time(788_645).text(), "1w2d03:04:05");
        assert_eq!(Value::Time(3600).text(), "01:00:00");
    }

    #[test]
    fn numbers_compare_as_numbers_and_texts_as_texts() {
        use std::cmp::Ordering;
        let text = |text: &str| Value::Str(text.to_owned());
        assert_eq!(Value::Num(9).order(&Value::Num(15)), Ordering::Less);
        assert_eq!(text("9").order(&text("15")), Ordering::Greater);
        assert_eq!(text("9").order(&Value::Num(15)), Ordering::Less);
        assert_eq!(Value::List(Vec::new()).order(&text("")), Ordering::Equal);
        assert_eq!(Value::Nothing.order(&text("")), Ordering::Equal);
    }
}
