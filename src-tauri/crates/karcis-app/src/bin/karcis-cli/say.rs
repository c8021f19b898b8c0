//! What a console program says, where, and how it ends.

use karcis_core::settings::Language;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// The code for a run that somebody stopped, as shells count it.
pub(crate) const INTERRUPTED: u8 = 130;

/// How the program ends: a code, and a sentence when it is not a success.
#[derive(Debug)]
pub(crate) struct Ended {
    code: u8,
    why: Option<String>,
}

impl Ended {
    pub(crate) fn well() -> Ended {
        Ended { code: 0, why: None }
    }

    /// Ends with a code and says nothing more.
    pub(crate) fn with(code: u8) -> Ended {
        Ended { code, why: None }
    }

    pub(crate) fn because(code: u8, why: impl Display) -> Ended {
        Ended { code, why: Some(why.to_string()) }
    }

    pub(crate) fn code(self) -> ExitCode {
        if let Some(why) = self.why {
            aside(why);
        }
        ExitCode::from(self.code)
    }
}

/// The language asked for, or the one of the session; Indonesian is the first language.
pub(crate) fn language(asked: Option<&str>) -> Language {
    let session = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        if value.is_empty() { None } else { Some(value) }
    });
    named(asked).or_else(|| named(session.as_deref())).unwrap_or_default()
}

/// `en` and `en_US.UTF-8` alike.
fn named(locale: Option<&str>) -> Option<Language> {
    Language::parse(locale?.split(['_', '-', '.', '@']).next()?)
}

/// A line of the answer. A reader that has gone is no reason to break off.
pub(crate) fn say(line: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A line beside the answer: news, warnings, reasons.
pub(crate) fn aside(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A line that the next one takes the place of.
pub(crate) fn redrawn(line: impl Display) {
    let mut out = std::io::stderr().lock();
    let _ = write!(out, "\r\x1b[2K{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_read_from_a_locale() {
        for (locale, expected) in [
            ("en", Some(Language::En)),
            ("en_US.UTF-8", Some(Language::En)),
            ("id_ID", Some(Language::Id)),
            ("C.UTF-8", None),
            ("jv_ID", None),
        ] {
            assert_eq!(named(Some(locale)), expected, "{locale}");
        }
    }
}
