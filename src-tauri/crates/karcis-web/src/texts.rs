//! The catalogue of `ui/locales`: every word on every screen, in both languages.

use karcis_core::settings::Language;
use karcis_core::values::ParseTextError;
use std::fmt::Display;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

impl Texts {
    /// Every word in this language.
    pub fn of(language: Language) -> &'static Texts {
        match language {
            Language::Id => &INDONESIAN,
            Language::En => &ENGLISH,
        }
    }
}

impl FieldsTexts {
    /// What is wrong with a line of text of at most `most` characters.
    pub(crate) fn wrong_text(&self, error: ParseTextError, most: usize) -> String {
        match error {
            ParseTextError::Empty => self.empty.to_owned(),
            ParseTextError::TooLong(_) => self.too_long(most),
        }
    }
}

/// A sentence with places for values.
#[derive(Debug)]
struct Phrase(&'static [Part]);

#[derive(Debug)]
enum Part {
    Text(&'static str),
    Value(usize),
    Plural(usize, &'static str, &'static str),
}

impl Phrase {
    fn fill(&self, values: &[&dyn Display]) -> String {
        let value = |place: usize| values.get(place).map(ToString::to_string).unwrap_or_default();
        let part = |part: &Part| match *part {
            Part::Text(text) => text.to_owned(),
            Part::Value(place) => value(place),
            Part::Plural(place, one, many) => if value(place) == "1" { one } else { many }.to_owned(),
        };
        self.0.iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_follows_the_count_it_belongs_to() {
        const TABLETS: Phrase =
            Phrase(&[Part::Value(0), Part::Text(" "), Part::Plural(0, "row", "rows"), Part::Text(".")]);
        assert_eq!(TABLETS.fill(&[&1]), "1 row.");
        assert_eq!(TABLETS.fill(&[&"1,000"]), "1,000 rows.");
    }
}
