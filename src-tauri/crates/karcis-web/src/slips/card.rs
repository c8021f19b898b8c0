//! The words on a card of a sheet: its place for each is fixed, what stands there is the shop's.

use super::fields::CardFields;
use super::render::as_values;
use super::wording::original;
use karcis_core::settings::Language;
use karcis_core::templates::TemplateKind;
use minijinja::Value;

/// The words on the cards of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CardWords {
    /// The first line.
    pub(crate) heading: String,
    /// What the customer gets.
    pub(crate) note: String,
    /// How to get it.
    pub(crate) steps: [String; 2],
}

/// Why a text gives no words for cards. Lines count from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CardError {
    /// A line that begins with none of the marks of a card.
    Line(usize),
    /// More lines of a mark than a card has places.
    TooMany {
        /// Which line.
        line: usize,
        /// The mark.
        mark: &'static str,
    },
}

/// The words for the cards of a batch. A text of the shop's that fails gives way to the original one.
pub(crate) fn card_words(text: &str, language: Language, fields: &CardFields) -> CardWords {
    let values = as_values(fields);
    let original = || words(original(TemplateKind::Card, language), &values);
    words(text, &values).or_else(|_| original()).unwrap_or_default()
}

/// Fills a text with its values and reads the words from it.
fn words(text: &str, values: &Value) -> Result<CardWords, String> {
    let filled = super::wording::filled(TemplateKind::Card, text, values)?;
    read(&filled).map_err(|error| format!("{error:?}"))
}

/// Reads `[heading]`, `[note]` and up to two lines of `[step]`; what has no line stays empty on the card.
pub(super) fn read(text: &str) -> Result<CardWords, CardError> {
    let (mut heading, mut note, mut steps) = (None, None, Vec::new());
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let (mark, rest) = line.split_once(']').ok_or(CardError::Line(number))?;
        let words = unescaped(rest.trim());
        match mark {
            "[heading" if heading.is_none() => heading = Some(words),
            "[note" if note.is_none() => note = Some(words),
            "[step" if steps.len() < 2 => steps.push(words),
            "[heading" => return Err(CardError::TooMany { line: number, mark: "heading" }),
            "[note" => return Err(CardError::TooMany { line: number, mark: "note" }),
            "[step" => return Err(CardError::TooMany { line: number, mark: "step" }),
            _ => return Err(CardError::Line(number)),
        }
    }
    let mut steps = steps.into_iter();
    Ok(CardWords {
        heading: heading.unwrap_or_default(),
        note: note.unwrap_or_default(),
        steps: [steps.next().unwrap_or_default(), steps.next().unwrap_or_default()],
    })
}

/// The text with its backslashes taken out.
fn unescaped(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        plain.push(if letter == '\\' { letters.next().unwrap_or('\\') } else { letter });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_card_has_its_line_and_may_stay_empty() {
        let words = read("[heading] WARNET\n\n [note]  24 jam \n[step] 1 a\n[step] 2 b\n").unwrap();
        assert_eq!((words.heading.as_str(), words.note.as_str()), ("WARNET", "24 jam"));
        assert_eq!(words.steps, ["1 a", "2 b"]);
        assert_eq!(read("[step] saja").unwrap().steps, ["saja", ""]);
        assert_eq!(read("").unwrap(), CardWords::default());
    }

    #[test]
    fn what_has_no_place_on_a_card_is_told_with_its_line() {
        assert_eq!(read("[heading] a\nhalo"), Err(CardError::Line(2)));
        assert_eq!(read("[judul] a"), Err(CardError::Line(1)));
        assert_eq!(read("[note] a\n[note] b"), Err(CardError::TooMany { line: 2, mark: "note" }));
        let three = "[step] a\n[step] b\n[step] c";
        assert_eq!(read(three), Err(CardError::TooMany { line: 3, mark: "step" }));
    }

    #[test]
    fn a_shop_named_like_a_mark_keeps_its_name() {
        let values = as_values(serde_json::json!({"shop": "[step] #1 \\ Budi"}));
        let words = words("[heading] {{ shop }}", &values).unwrap();
        assert_eq!((words.heading.as_str(), words.steps[0].as_str()), ("[step] #1 \\ Budi", ""));
    }
}
