//! The texts of slips, cards and messages: the ones that come with the program, and the shop's own in their place.

use super::card::{self, CardError};
use super::grammar::{self, Mistake, Wrong};
use super::render::{Hand, RenderError, names, render};
use super::samples::{Fullness, needed, sample};
use crate::format::Format;
use crate::texts::Refusal;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::settings::Language;
use karcis_core::templates::{self, TemplateKind};
use karcis_print::slip::{Slip, SlipError};
use minijinja::Value;

/// What puts the number of a line of the text into what is drawn from it; no text of a person holds these.
const LINE_BEGINS: char = '\u{E000}';
const LINE_ENDS: char = '\u{E001}';

/// The text that comes with the program.
pub(crate) const fn original(kind: TemplateKind, language: Language) -> &'static str {
    macro_rules! texts {
        ($($kind:ident = $name:literal),+ $(,)?) => {
            match (kind, language) {
                $(
                    (TemplateKind::$kind, Language::Id) => {
                        include_str!(concat!("../../../../../ui/slips/", $name, ".id.txt"))
                    }
                    (TemplateKind::$kind, Language::En) => {
                        include_str!(concat!("../../../../../ui/slips/", $name, ".en.txt"))
                    }
                )+
            }
        };
    }
    texts!(
        Card = "card",
        Voucher = "voucher",
        Void = "void",
        Shift = "shift",
        CashMove = "cash_move",
        Settlement = "settlement",
        Message = "message",
    )
}

/// The text in use: the shop's own, or the one that comes with the program.
pub(crate) fn in_use(tx: &ReadTx<'_>, kind: TemplateKind, language: Language) -> Result<String, Fault> {
    let own = templates::written(tx, kind, language)?;
    Ok(own.map_or_else(|| original(kind, language).to_owned(), |own| own.text))
}

/// What is drawn from the text in use. A text of the shop's that fails on real values gives way to the original one:
/// it was tried out when it was written, and somebody stands at the counter.
pub(super) fn drawn<T>(
    tx: &ReadTx<'_>,
    kind: TemplateKind,
    language: Language,
    draw: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Fault> {
    let text = in_use(tx, kind, language)?;
    draw(&text).or_else(|why| {
        tracing::warn!(kind = kind.as_str(), why, "the shop's own wording fails; the original stands in");
        draw(original(kind, language)).map_err(Fault::new)
    })
}

/// The fields a kind of text may speak of.
pub(crate) fn fields(kind: TemplateKind, format: Format) -> Vec<String> {
    names(&sample(kind, "", format, Fullness::Full))
}

/// Tries a text out, so that it is known to work before it is kept.
pub(crate) fn check(kind: TemplateKind, shop: &str, format: Format, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::R867);
    }
    if text.len() > templates::LONGEST {
        return Err(Refusal::R863);
    }
    grammar::check(text, &fields(kind, format)).map_err(mistaken)?;
    for fullness in [Fullness::Bare, Fullness::Full] {
        let values = sample(kind, shop, format, fullness);
        let numbered = render(&numbered(text), &values, hand(kind)).map_err(|error| unrendered(&error))?;
        let (lines, plain) = without_numbers(&numbered);
        draw(kind, &plain).map_err(|unfit| unfit.refusal(&lines))?;
    }
    shows_what_is_needed(kind, shop, format, text)
}

fn shows_what_is_needed(kind: TemplateKind, shop: &str, format: Format, text: &str) -> Result<(), Refusal> {
    let values = sample(kind, shop, format, Fullness::Full);
    let shown = render(text, &values, Hand::Plain).map_err(|error| unrendered(&error))?;
    let missing = needed(kind, format).into_iter().find(|(_, value)| !shown.contains(value.as_str()));
    missing.map_or(Ok(()), |(field, _)| Err(Refusal::R866 { field: field.to_owned() }))
}

/// How values are written into a kind of text.
pub(super) const fn hand(kind: TemplateKind) -> Hand {
    match kind {
        TemplateKind::Message => Hand::Plain,
        TemplateKind::Card
        | TemplateKind::Voucher
        | TemplateKind::Void
        | TemplateKind::Shift
        | TemplateKind::CashMove
        | TemplateKind::Settlement => Hand::Marked,
    }
}

/// Why what a text gave cannot be put on paper.
enum Unfit {
    Slip(SlipError),
    Card(CardError),
}

fn draw(kind: TemplateKind, text: &str) -> Result<(), Unfit> {
    match kind {
        TemplateKind::Message if text.trim().is_empty() => Err(Unfit::Slip(SlipError::Empty)),
        TemplateKind::Message => Ok(()),
        TemplateKind::Card => card::read(text).map(drop).map_err(Unfit::Card),
        TemplateKind::Voucher
        | TemplateKind::Void
        | TemplateKind::Shift
        | TemplateKind::CashMove
        | TemplateKind::Settlement => Slip::parse(text).map(drop).map_err(Unfit::Slip),
    }
}

impl Unfit {
    /// The refusal, its line turned from the one drawn to the one written.
    fn refusal(self, lines: &[usize]) -> Refusal {
        let written = |drawn: usize| {
            let line = drawn.checked_sub(1).and_then(|drawn| lines.get(drawn)).copied();
            line.unwrap_or(drawn).to_string()
        };
        match self {
            Unfit::Slip(SlipError::Empty) => Refusal::R867,
            Unfit::Slip(SlipError::TextTooLong | SlipError::PaperTooLong) => Refusal::R863,
            Unfit::Slip(SlipError::UnknownMark { line, mark }) => Refusal::R864 { line: written(line), mark },
            Unfit::Slip(SlipError::Code { line } | SlipError::Qr { line }) => {
                Refusal::R865 { line: written(line) }
            }
            Unfit::Card(CardError::Line(line)) => Refusal::R868 { line: written(line) },
            Unfit::Card(CardError::TooMany { line, mark }) => {
                Refusal::R869 { line: written(line), mark: mark.to_owned() }
            }
        }
    }
}

fn mistaken(mistake: Mistake) -> Refusal {
    let line = mistake.line.to_string();
    match mistake.wrong {
        Wrong::Tag(tag) => Refusal::R861 { line, tag },
        Wrong::Field(field) => Refusal::R862 { line, field },
        Wrong::Unpaired(word) => Refusal::R860 { line, word },
    }
}

fn unrendered(error: &RenderError) -> Refusal {
    match error {
        RenderError::TooMuch => Refusal::R863,
        RenderError::Failed { line, what } => Refusal::R861 { line: line.to_string(), tag: what.clone() },
    }
}

/// The text with the number of each line before what it prints. Lines that begin with a tag of their own print nothing.
fn numbered(text: &str) -> String {
    let line = |(number, line): (usize, &str)| {
        if line.trim_start().starts_with("{%") {
            format!("{line}\n")
        } else {
            format!("{LINE_BEGINS}{}{LINE_ENDS}{line}\n", number + 1)
        }
    };
    let text: String = text.chars().filter(|letter| ![LINE_BEGINS, LINE_ENDS].contains(letter)).collect();
    text.lines().enumerate().map(line).collect()
}

/// What was drawn without the numbers, and for each of its lines the one it was written in.
fn without_numbers(drawn: &str) -> (Vec<usize>, String) {
    let mut lines = Vec::new();
    let mut plain = String::with_capacity(drawn.len());
    let mut current = 1;
    for line in drawn.lines() {
        let mut parts = line.split(LINE_BEGINS);
        plain.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (number, text) = part.split_once(LINE_ENDS).unwrap_or(("", part));
            current = number.parse().unwrap_or(current);
            plain.push_str(text);
        }
        plain.push('\n');
        lines.push(current);
    }
    (lines, plain)
}

/// A text with its values, for those who put it on paper.
pub(super) fn filled(kind: TemplateKind, text: &str, values: &Value) -> Result<String, String> {
    render(text, values, hand(kind)).map_err(|error| format!("{error:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use karcis_core::values::Zone;

    const FORMAT: Format = Format { language: Language::Id, zone: Zone::Wib };

    fn judged(kind: TemplateKind, text: &str) -> Result<(), (&'static str, Option<String>)> {
        check(kind, "Warnet Contoh", FORMAT, text).map_err(|refusal| {
            let line = match &refusal {
                Refusal::R860 { line, .. }
                | Refusal::R861 { line, .. }
                | Refusal::R862 { line, .. }
                | Refusal::R864 { line, .. }
                | Refusal::R865 { line }
                | Refusal::R868 { line }
                | Refusal::R869 { line, .. } => Some(line.clone()),
                Refusal::R866 { field } => Some(field.clone()),
                _ => None,
            };
            (refusal.code(), line)
        })
    }

    #[test]
    fn every_original_text_works_in_both_languages_with_a_shop_of_any_name() {
        for kind in TemplateKind::ALL {
            for language in Language::ALL {
                let format = Format { language, ..FORMAT };
                for shop in ["Warnet Contoh", "# [qr] \u{1b}@", "", "Ω || 99 {{ shop }} ".repeat(9).trim()] {
                    let text = original(*kind, language);
                    assert_eq!(check(*kind, shop, format, text), Ok(()), "{kind:?} {language:?} {shop}");
                    assert_eq!(templates::tidied(text), text, "{kind:?} {language:?} is kept as it is");
                }
            }
        }
    }

    #[test]
    fn a_mistake_is_told_with_the_line_it_was_written_in() {
        let kind = TemplateKind::Voucher;
        let good =
            "{% if discount %}\nDiskon {{ discount }}\n{% endif %}\n{% if not discount %}\n-\n{% endif %}\n";
        let rest = "{{ code }} {{ password }}";
        for (wrong, code) in [
            ("{{ kode }}", "R-862"),
            ("{{ code|title }}", "R-861"),
            ("{% endif %}", "R-860"),
            ("[kode] {{ code }}", "R-864"),
            ("[code] {{ shop }} {{ plan }}", "R-865"),
            ("[qr] {{ login }}", "R-865"),
        ] {
            let text = format!("{good}{wrong}\n{rest}");
            assert_eq!(judged(kind, &text), Err((code, Some("7".to_owned()))), "{wrong}");
        }
        assert_eq!(judged(kind, " \n"), Err(("R-867", None)));
        assert_eq!(judged(kind, &"x\n".repeat(300)), Err(("R-863", None)));
        assert_eq!(judged(kind, &"x".repeat(templates::LONGEST + 1)), Err(("R-863", None)));
    }

    #[test]
    fn paper_that_would_not_do_its_work_is_refused() {
        for (kind, text, missing) in [
            (TemplateKind::Voucher, "# {{ shop }}\n{{ password }}", "code"),
            (TemplateKind::Message, "{{ code }}", "password"),
            (TemplateKind::Void, "{{ refund }}", "number"),
            (TemplateKind::Shift, "{{ difference }}", "audit_head"),
            (TemplateKind::Shift, "{{ audit_head }}", "difference"),
            (TemplateKind::CashMove, "{{ reason }}", "amount"),
            (TemplateKind::Settlement, "{{ reseller }}", "amount"),
        ] {
            assert_eq!(judged(kind, text), Err(("R-866", Some(missing.to_owned()))), "{text}");
        }
        assert_eq!(judged(TemplateKind::Voucher, "{{ code }}{{ password }}"), Ok(()), "grouped or not");
    }

    #[test]
    fn every_kind_says_which_fields_it_has() {
        let voucher = fields(TemplateKind::Voucher, FORMAT);
        assert!(voucher.contains(&"code".to_owned()) && voucher.contains(&"validity".to_owned()));
        assert!(fields(TemplateKind::Shift, FORMAT).contains(&"plans".to_owned()));
        assert!(fields(TemplateKind::Card, FORMAT).contains(&"ssid".to_owned()));
    }
}
