use super::*;
use crate::pretend::{Books, NOW};

fn keep_it(books: &Books, text: &str) -> Result<(), TemplateError> {
    let actor = Actor::karcis();
    books.db.write(|tx| keep(tx, &actor, TemplateKind::Voucher, Language::Id, text, NOW))
}

fn kept(books: &Books, kind: TemplateKind, language: Language) -> Option<String> {
    books.db.read(|tx| written(tx, kind, language)).unwrap().map(|template| template.text)
}

#[test]
fn the_shops_own_words_are_for_one_kind_and_one_language() {
    let books = Books::new();
    keep_it(&books, "# {{ shop }}\n").unwrap();
    assert_eq!(kept(&books, TemplateKind::Voucher, Language::Id).as_deref(), Some("# {{ shop }}\n"));
    assert_eq!(kept(&books, TemplateKind::Voucher, Language::En), None);
    assert_eq!(kept(&books, TemplateKind::Void, Language::Id), None);
    assert_eq!(books.db.read(all).unwrap().len(), 1);
}

#[test]
fn text_is_kept_without_the_line_ends_and_control_characters_of_other_programs() {
    let books = Books::new();
    keep_it(&books, "satu\r\ndua\rtiga \u{1b}@\t\n\n\n").unwrap();
    assert_eq!(kept(&books, TemplateKind::Voucher, Language::Id).as_deref(), Some("satu\ndua\ntiga @\n"));
}

#[test]
fn nothing_and_too_much_are_refused() {
    let books = Books::new();
    assert!(matches!(keep_it(&books, " \r\n\u{7}"), Err(TemplateError::Empty)));
    assert!(matches!(keep_it(&books, &"x".repeat(LONGEST)), Err(TemplateError::TooLong)));
    keep_it(&books, &"x".repeat(LONGEST - 1)).unwrap();
}

#[test]
fn what_was_written_and_what_was_thrown_away_stands_in_the_trail() {
    let books = Books::new();
    for text in ["satu", "satu", "dua"] {
        keep_it(&books, text).unwrap();
    }
    let throw_away =
        || books.db.write(|tx| reset(tx, &Actor::karcis(), TemplateKind::Voucher, Language::Id, NOW));
    assert!(throw_away().unwrap());
    assert!(!throw_away().unwrap());
    assert_eq!(kept(&books, TemplateKind::Voucher, Language::Id), None);
    let trail = books.db.read(|tx| audit::history(tx, ("template", "voucher"), 10)).unwrap();
    let deeds: Vec<_> =
        trail.iter().map(|entry| (entry.deed.as_str(), entry.detail.contains("dua"))).collect();
    assert_eq!(deeds, [("template.keep", false), ("template.keep", true), ("template.reset", true)]);
}
