//! People on the staff, as others see them.

use super::{PinState, Role};
use crate::audit::Actor;
use crate::fault::Fault;
use crate::settings::Language;
use crate::values::{ParseTextError, StaffId, Timestamp, line};
use std::fmt;
use std::str::FromStr;

/// Somebody on the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: StaffId,
    /// The name they sign in with and are shown by.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// They sign in with a password somebody else chose, and do nothing else before they have changed it.
    pub must_change: bool,
    /// They cannot sign in.
    pub disabled: bool,
    /// Their language, when it is not the shop's.
    pub language: Option<Language>,
    /// Their colours, when they are not the system's.
    pub theme: Option<Theme>,
    /// Since when.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Whether they have a PIN for switching people at a PC.
    pub pin: PinState,
}

impl Person {
    /// The person as someone answerable.
    pub fn actor(&self) -> Actor {
        Actor::person(self.id, self.name.clone())
    }
}

/// A person's name: one line of 1 to 40 characters, unique without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// The most characters.
    pub const MOST: usize = 40;

    /// The name as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes the name unique: `Budi  Santoso` and `budi santoso` are one person.
    pub(super) fn key(&self) -> String {
        self.0.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl FromStr for PersonName {
    type Err = ParseTextError;

    fn from_str(text: &str) -> Result<PersonName, ParseTextError> {
        line(text, PersonName::MOST).map(PersonName)
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Colours a person has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Theme; 2] = [Theme::Light, Theme::Dark];

    /// The name as kept in rows and forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme with this name.
    pub fn parse(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.as_str() == name)
    }
}

/// Why something about the staff is refused.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// There is an owner already; only the very first person founds the staff.
    #[error("somebody is on the staff already")]
    AlreadyFounded,
    /// Somebody has this name.
    #[error("the name is taken")]
    NameTaken,
    /// There is no such person.
    #[error("no such person")]
    Unknown,
    /// Nobody would be left who may do everything.
    #[error("the last active owner")]
    LastOwner,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}
