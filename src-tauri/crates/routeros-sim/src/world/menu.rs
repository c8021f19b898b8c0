//! How a menu is described: its properties, what may be done in it, and which rows would clash.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::menus::MENUS;
use super::value::Kind;
use crate::Version;

/// One menu of the router, such as `/ip/hotspot/user`.
#[derive(Debug)]
pub(crate) struct Menu {
    pub(crate) path: &'static str,
    pub(crate) shape: Shape,
    pub(crate) verbs: &'static [Verb],
    pub(crate) props: &'static [Property],
    /// What is said when a second row would carry the same name.
    pub(crate) clash: Option<&'static str>,
    /// The policy a change needs.
    pub(crate) policy: &'static str,
    /// The property rows are found by without walking.
    pub(crate) key: &'static str,
    /// Whether rows stand in an order that means something and can be changed.
    pub(crate) ordered: bool,
    /// The package without which the menu does not exist.
    pub(crate) package: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Exactly one row, without an id.
    Single,
    /// Rows that are part of the configuration.
    List,
    /// Rows that describe the moment: they are neither saved nor do they survive a reboot.
    Passing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Print,
    Listen,
    Add,
    Set,
    Remove,
    Enable,
    Disable,
    Comment,
    Unset,
    ResetCounters,
    Move,
    MakeStatic,
    MakeBinding,
    MonitorTraffic,
    Run,
    Login,
    Save,
    Load,
    Read,
}

const WORDS: [(Verb, &str); 19] = [
    (Verb::Print, "print"),
    (Verb::Listen, "listen"),
    (Verb::Add, "add"),
    (Verb::Set, "set"),
    (Verb::Remove, "remove"),
    (Verb::Enable, "enable"),
    (Verb::Disable, "disable"),
    (Verb::Comment, "comment"),
    (Verb::Unset, "unset"),
    (Verb::ResetCounters, "reset-counters"),
    (Verb::Move, "move"),
    (Verb::MakeStatic, "make-static"),
    (Verb::MakeBinding, "make-binding"),
    (Verb::MonitorTraffic, "monitor-traffic"),
    (Verb::Run, "run"),
    (Verb::Login, "login"),
    (Verb::Save, "save"),
    (Verb::Load, "load"),
    (Verb::Read, "read"),
];

impl Verb {
    pub(crate) fn parse(word: &str) -> Option<Verb> {
        let word = if word == "getall" { "print" } else { word };
        WORDS.iter().find(|(_, known)| *known == word).map(|(verb, _)| *verb)
    }

    #[cfg(test)]
    pub(crate) fn word(self) -> &'static str {
        WORDS.iter().find(|(verb, _)| *verb == self).map_or("", |(_, word)| word)
    }
}

/// One property of a menu.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What a new row shows when nothing was given.
    pub(crate) default: Option<&'static str>,
    /// The value that means "not set": it is accepted and then not shown.
    pub(crate) blank: Option<&'static str>,
    pub(crate) source: Source,
    pub(crate) required: bool,
    /// Shown only to a user whose group has the `sensitive` policy.
    pub(crate) secret: bool,
    pub(crate) since: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Given by whoever configures the router.
    Given,
    /// Given, and never shown again.
    Sealed,
    /// Kept by the router.
    Kept,
    /// An interval kept by the router that grows from the moment the row appeared.
    Grows,
    /// An interval kept by the router that shrinks from the moment the row appeared.
    Shrinks,
    /// A number kept by the router to which what the running session moves is added when it is shown.
    Live,
    /// Worked out at the moment it is shown.
    Computed,
}

pub(crate) const fn given(name: &'static str, kind: Kind) -> Property {
    Property {
        name,
        kind,
        default: None,
        blank: Some(""),
        source: Source::Given,
        required: false,
        secret: false,
        since: Version::V6_42_12,
    }
}

pub(crate) const fn kept(name: &'static str, kind: Kind) -> Property {
    Property { source: Source::Kept, ..given(name, kind) }
}

pub(crate) const fn computed(name: &'static str) -> Property {
    Property { source: Source::Computed, ..given(name, Kind::Text) }
}

impl Property {
    pub(crate) const fn starts(self, value: &'static str) -> Property {
        Property { default: Some(value), blank: None, ..self }
    }

    pub(crate) const fn blank(self, value: &'static str) -> Property {
        Property { blank: Some(value), ..self }
    }

    pub(crate) const fn required(self) -> Property {
        Property { required: true, blank: None, ..self }
    }

    pub(crate) const fn secret(self) -> Property {
        Property { secret: true, ..self }
    }

    pub(crate) const fn sealed(self) -> Property {
        Property { source: Source::Sealed, ..self }
    }

    pub(crate) fn is_given(&self) -> bool {
        matches!(self.source, Source::Given | Source::Sealed)
    }

    pub(crate) const fn grows(self) -> Property {
        Property { source: Source::Grows, ..self }
    }

    pub(crate) const fn live(self) -> Property {
        Property { source: Source::Live, ..self }
    }

    pub(crate) const fn shrinks(self) -> Property {
        Property { source: Source::Shrinks, ..self }
    }

    pub(crate) const fn since(self, version: Version) -> Property {
        Property { since: version, ..self }
    }
}

impl Menu {
    pub(crate) fn at(path: &str) -> Option<usize> {
        static PLACES: LazyLock<HashMap<&str, usize>> =
            LazyLock::new(|| MENUS.iter().enumerate().map(|(place, menu)| (menu.path, place)).collect());
        PLACES.get(path).copied()
    }

    /// The menu of a path this crate itself wrote down.
    pub(crate) fn known(path: &'static str) -> usize {
        Menu::at(path).expect("the path is one of the table's own")
    }

    pub(crate) fn prop(&self, name: &str) -> Option<usize> {
        self.props.iter().position(|prop| prop.name == name)
    }

    pub(crate) fn is_config(&self) -> bool {
        self.shape != Shape::Passing
    }
}
