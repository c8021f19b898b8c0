//! Finding a place in the guide by what somebody types.

use super::pages::{PAGES, Page, Section};
use karcis_core::settings::Language;

/// Places shown at once.
const MOST_HITS: usize = 12;
/// Words of a question that are looked at; the rest is ignored.
const MOST_WORDS: usize = 8;
/// Words of the text shown around the first that was found.
const BEFORE: usize = 5;
const EXCERPT: usize = 24;

/// A place in the guide.
pub(super) struct Hit {
    pub(super) address: String,
    pub(super) page: &'static str,
    pub(super) section: &'static str,
    pub(super) excerpt: String,
}

/// The places that have every word, those with a word in their heading first.
pub(super) fn hits(language: Language, text: &str, asked: &str) -> Vec<Hit> {
    let words: Vec<String> =
        text.to_lowercase().split_whitespace().take(MOST_WORDS).map(str::to_owned).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(u32, Hit)> = Vec::new();
    for page in PAGES {
        let written = page.written(language);
        for section in written.sections {
            if let Some(weight) = weight(&words, written.title, section) {
                found.push((weight, hit(page, written.title, section, &words, asked)));
            }
        }
    }
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    found.into_iter().take(MOST_HITS).map(|(_, hit)| hit).collect()
}

/// How well a place answers; nothing when a word is missing.
fn weight(words: &[String], page: &str, section: &Section) -> Option<u32> {
    let (page, title, text) =
        (page.to_lowercase(), section.title.to_lowercase(), section.text.to_lowercase());
    let of_word = |word: &String| match (title.contains(word), page.contains(word), text.contains(word)) {
        (true, _, _) => Some(4),
        (false, true, _) => Some(2),
        (false, false, true) => Some(1),
        (false, false, false) => None,
    };
    words.iter().map(of_word).sum()
}

fn hit(page: &Page, title: &'static str, section: &'static Section, words: &[String], asked: &str) -> Hit {
    Hit {
        address: page.address(asked, section.anchor),
        page: title,
        section: if section.anchor.is_empty() { "" } else { section.title },
        excerpt: excerpt(section.text, words),
    }
}

/// A few words of the text around the first that was asked for.
fn excerpt(text: &str, words: &[String]) -> String {
    let said: Vec<&str> = text.split_whitespace().collect();
    let is_asked = |word: &&str| words.iter().any(|asked| word.to_lowercase().contains(asked));
    let start = said.iter().position(is_asked).unwrap_or(0).saturating_sub(BEFORE);
    let shown: Vec<&str> = said.iter().skip(start).take(EXCERPT).copied().collect();
    let before = if start > 0 { "… " } else { "" };
    let after = if start + shown.len() < said.len() { " …" } else { "" };
    format!("{before}{}{after}", shown.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_counts_for_more_than_a_mention() {
        for (language, text) in [(Language::Id, "kertas habis"), (Language::En, "paper out")] {
            let found = hits(language, text, "");
            assert!(found[0].address.starts_with("/help/printer#"), "{}", found[0].address);
        }
    }

    #[test]
    fn every_word_must_be_there_whatever_its_case() {
        assert!(!hits(Language::Id, "KUNCI Pemulihan", "").is_empty());
        assert!(hits(Language::Id, "kunci pemulihan xyzzy", "").is_empty());
        assert!(hits(Language::Id, "   ", "").is_empty());
    }

    #[test]
    fn an_excerpt_shows_what_was_asked_for() {
        let text = "one two three four five six seven eight nine ten ".repeat(4);
        let shown = excerpt(&text, &["eight".to_owned()]);
        assert!(shown.starts_with("… three") && shown.contains("eight") && shown.ends_with('…'), "{shown}");
        assert!(hits(Language::En, "o", "").len() <= MOST_HITS);
    }
}
