//! The pages of the guide, made from `ui/help` when the program is built.

use crate::icons::Icon;
use karcis_core::settings::Language;

include!(concat!(env!("OUT_DIR"), "/guide.rs"));

/// Where links repeat the language for a reader who is not signed in.
const LANGUAGE: &str = "~asked~";

/// One page, in both languages.
pub(super) struct Page {
    /// As it stands in the address.
    pub(super) name: &'static str,
    pub(super) icon: Icon,
    id: Written,
    en: Written,
}

/// A page in one language.
pub(super) struct Written {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    html: &'static str,
    /// The first is what stands before any heading.
    pub(super) sections: &'static [Section],
}

/// What stands below one heading.
pub(super) struct Section {
    pub(super) anchor: &'static str,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
}

impl Page {
    pub(super) fn written(&self, language: Language) -> &Written {
        match language {
            Language::Id => &self.id,
            Language::En => &self.en,
        }
    }

    pub(super) fn address(&self, asked: &str, anchor: &str) -> String {
        let hash = if anchor.is_empty() { "" } else { "#" };
        format!("/help/{}{asked}{hash}{anchor}", self.name)
    }
}

impl Written {
    pub(super) fn shown(&self, asked: &str) -> String {
        self.html.replace(LANGUAGE, asked)
    }

    /// On a page with all the others: what led to another page leads to another place on this one.
    pub(super) fn shown_among_others(&self, name: &str) -> String {
        let html = self.html.replace(" id=\"", &format!(" id=\"{name}-"));
        let mut parts = html.split("href=\"/help/");
        let mut shown = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (to, rest) = part.split_once('"').unwrap_or((part, ""));
            let place = to.replace(&format!("{LANGUAGE}#"), "-").replace(LANGUAGE, "");
            shown.push_str(&format!("href=\"#{place}\"{rest}"));
        }
        shown
    }

    pub(super) fn headed(&self) -> &'static [Section] {
        self.sections.get(1..).unwrap_or_default()
    }
}
