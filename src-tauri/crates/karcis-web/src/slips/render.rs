//! Values put into a text: bounded in work and length, strict about missing fields, and no value is ever taken for a mark.

use karcis_print::slip::{MAX_TEXT, escaped};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;
use std::io;
use std::sync::OnceLock;

/// Steps a text may take: far more than the longest closing slip needs.
const FUEL: u64 = 50_000;

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// Into marked-up lines: a value keeps to its line and means nothing but itself.
    Marked,
    /// Into text that nobody reads marks from: a value keeps to its line.
    Plain,
}

/// Why a text gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RenderError {
    /// It would be longer than [`MAX_TEXT`], or takes too many steps.
    TooMuch,
    /// It cannot be read, or names a field that is not there.
    Failed {
        /// Which line, counted from one.
        line: usize,
        /// What the engine says.
        what: String,
    },
}

/// The text with its values.
pub(super) fn render(text: &str, values: &Value, hand: Hand) -> Result<String, RenderError> {
    let template = environment(hand).template_from_str(text).map_err(|error| failed(&error))?;
    let mut page = Page::default();
    let written = template.render_captured_to(values.clone(), &mut page).map(drop);
    match written {
        Ok(()) => String::from_utf8(page.bytes)
            .map_err(|_| RenderError::Failed { line: 0, what: "not text".to_owned() }),
        Err(_) if page.full => Err(RenderError::TooMuch),
        Err(error) => Err(failed(&error)),
    }
}

/// Fields as values.
pub(super) fn as_values(fields: impl Serialize) -> Value {
    Value::from(Serde(fields))
}

/// The names of the fields in a set of values.
pub(super) fn names(values: &Value) -> Vec<String> {
    values.try_iter().map(|keys| keys.map(|key| key.to_string()).collect()).unwrap_or_default()
}

fn failed(error: &Error) -> RenderError {
    match error.kind() {
        ErrorKind::OutOfFuel => RenderError::TooMuch,
        kind => RenderError::Failed {
            line: error.line().unwrap_or(0),
            what: error.detail().map_or_else(|| kind.to_string(), str::to_owned),
        },
    }
}

/// The engine with nothing in it but what the grammar knows: no functions, no tests, no other templates.
fn environment(hand: Hand) -> &'static Environment<'static> {
    static MARKED: OnceLock<Environment<'static>> = OnceLock::new();
    static PLAIN: OnceLock<Environment<'static>> = OnceLock::new();
    let (cell, write): (_, fn(&str) -> String) = match hand {
        Hand::Marked => (&MARKED, escaped),
        Hand::Plain => (&PLAIN, on_one_line),
    };
    cell.get_or_init(|| {
        let mut environment = Environment::empty();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(32);
        // A line with nothing but an `if` or a `for` leaves no blank line on paper.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.expect("the ordinary delimiters are delimiters"));
        environment.add_filter("upper", |text: &str| text.to_uppercase());
        environment.add_filter("lower", |text: &str| text.to_lowercase());
        environment.set_formatter(move |out, _, value| {
            if value.is_undefined() {
                return Err(Error::from(ErrorKind::UndefinedError));
            }
            out.write_str(&write(&value.to_string())).map_err(Error::from)
        });
        environment
    })
}

/// A value for text without marks: on one line, without control characters.
fn on_one_line(value: &str) -> String {
    let spaced = value.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    spaced.filter(|letter| !letter.is_control()).collect()
}

/// What is written to, up to its bound.
#[derive(Default)]
struct Page {
    bytes: Vec<u8>,
    full: bool,
}

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > MAX_TEXT {
            self.full = true;
            return Err(io::Error::other("full"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use karcis_print::slip::{Slip, SlipPaper, escpos};

    fn with(name: &str) -> Value {
        as_values(serde_json::json!({"name": name, "list": vec!["x"; 400]}))
    }

    #[test]
    fn a_value_is_never_taken_for_a_mark_or_a_command() {
        for name in [
            "# besar",
            "[qr] http://jahat/",
            "[code] X",
            "---",
            "a || b",
            "* tebal",
            "baris\nbaru",
            "{{ name }}",
            "{% for x in list %}",
            "\u{1b}@\u{1d}V\u{0}kasir\u{7f}",
            "\\",
        ] {
            for text in ["{{ name }}", "= {{ name }}", "{{ name }} || {{ name }}", "Kasir {{ name }}"] {
                let rendered = render(text, &with(name), Hand::Marked).unwrap();
                assert_eq!(rendered.lines().count(), 1, "{rendered:?}");
                let slip = Slip::parse(&rendered).unwrap();
                let printed = escpos(&slip, &SlipPaper::default());
                let plain = Slip::parse(&text.replace("{{ name }}", "Siti")).unwrap();
                let usual = escpos(&plain, &SlipPaper::default());
                let commands = |bytes: &[u8]| bytes.iter().filter(|byte| **byte < 0x0A).count();
                assert_eq!(commands(&printed), commands(&usual), "{name:?} in {text:?}");
            }
        }
    }

    #[test]
    fn a_line_of_a_block_alone_leaves_no_line_on_paper() {
        let text = "a\n{% if name %}\n  b {{ name|upper }}\n{% endif %}\n{% if not name %}x{% endif %}\nc\n";
        assert_eq!(render(text, &with("siti"), Hand::Marked).unwrap(), "a\n  b SITI\nc");
    }

    #[test]
    fn a_missing_field_is_an_error_with_its_line_and_not_a_gap() {
        for text in ["x\n{{ nama }}", "x\n{% if nama %}{% endif %}", "x\n{{ name.first }}"] {
            let error = render(text, &with("x"), Hand::Plain).unwrap_err();
            assert!(matches!(error, RenderError::Failed { line: 2, .. }), "{text}: {error:?}");
        }
    }

    #[test]
    fn work_and_length_have_bounds() {
        let nested =
            "{% for a in list %}{% for b in list %}{% for c in list %}{% endfor %}{% endfor %}{% endfor %}";
        assert_eq!(render(nested, &with("x"), Hand::Plain), Err(RenderError::TooMuch));
        let long = "{% for a in list %}0123456789012345678901234567890123456789{{ a }}\n{% endfor %}";
        assert_eq!(render(long, &with("x"), Hand::Plain), Err(RenderError::TooMuch));
    }

    #[test]
    fn a_message_keeps_a_value_on_its_line_and_its_letters_as_they_are() {
        assert_eq!(
            render("Hai {{ name }}!", &with("#1\nBudi | [x]"), Hand::Plain).unwrap(),
            "Hai #1 Budi | [x]!"
        );
    }
}
