use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The RouterOS release that is imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub enum Version {
    /// 6.42.12: the challenge login, the old date format.
    V6_42_12,
    /// 6.49.10: the plain login, the old date format, terse error texts.
    V6_49_10,
    /// 7.9.2: version 7 error texts with the old date format.
    V7_9_2,
    /// 7.16: ISO dates, no `!empty` yet.
    V7_16,
    /// 7.22.3: ISO dates and `!empty`.
    #[default]
    V7_22_3,
}

/// The text names no release that is imitated.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("RouterOS version {0:?} is not simulated; choose one of 6.42.12, 6.49.10, 7.9.2, 7.16, 7.22.3")]
pub struct UnknownVersion(String);

/// How a release lets users log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginStyle {
    ChallengeOnly,
    PlainOnly,
}

impl Version {
    /// All releases, oldest first.
    pub const ALL: [Version; 5] =
        [Version::V6_42_12, Version::V6_49_10, Version::V7_9_2, Version::V7_16, Version::V7_22_3];

    /// The release number as `/system/resource` begins it.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Version::V6_42_12 => "6.42.12",
            Version::V6_49_10 => "6.49.10",
            Version::V7_9_2 => "7.9.2",
            Version::V7_16 => "7.16",
            Version::V7_22_3 => "7.22.3",
        }
    }

    pub(crate) fn resource_text(self) -> String {
        match self {
            Version::V6_42_12 | Version::V6_49_10 => format!("{} (long-term)", self.number()),
            Version::V7_9_2 | Version::V7_16 | Version::V7_22_3 => format!("{} (stable)", self.number()),
        }
    }

    pub(crate) fn is_v7(self) -> bool {
        self >= Version::V7_9_2
    }

    pub(crate) fn has_iso_dates(self) -> bool {
        self >= Version::V7_16
    }

    pub(crate) fn says_empty(self) -> bool {
        self >= Version::V7_22_3
    }

    pub(crate) fn login_style(self) -> LoginStyle {
        if self == Version::V6_42_12 { LoginStyle::ChallengeOnly } else { LoginStyle::PlainOnly }
    }

    pub(crate) fn login_refusal(self) -> &'static str {
        match self.login_style() {
            LoginStyle::ChallengeOnly => "cannot log in",
            LoginStyle::PlainOnly => "invalid user name or password (6)",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Version::ALL
            .into_iter()
            .find(|version| {
                let number = version.number();
                number == text
                    || number
                        .strip_prefix(text)
                        .is_some_and(|rest| rest.starts_with('.') && text.contains('.'))
            })
            .ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_may_be_named_with_or_without_its_patch_number() {
        assert_eq!("7.22".parse(), Ok(Version::V7_22_3));
        assert_eq!("6.42.12".parse(), Ok(Version::V6_42_12));
        assert!("7".parse::<Version>().is_err(), "7 alone is three releases");
        assert!("5.26".parse::<Version>().is_err());
    }
}
