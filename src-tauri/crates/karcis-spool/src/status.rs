//! How a printer is.

use crate::SendError;

/// How a printer is, as far as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Its paper.
    pub paper: Paper,
    /// Its cover.
    pub cover: Cover,
    /// Whether it takes orders.
    pub online: Online,
    /// Whether it has stopped for an error that a person must clear: a jam, a stuck knife, a hot head.
    pub halted: bool,
}

/// The paper in a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// There is enough.
    Ok,
    /// The roll ends soon.
    Near,
    /// There is none.
    Out,
    /// It does not say.
    Unknown,
}

/// The cover of a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// It is shut.
    Closed,
    /// It is open.
    Open,
    /// It does not say.
    Unknown,
}

/// Whether a printer takes orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Online {
    /// It does.
    Yes,
    /// It does not: switched off, paused or waiting for somebody.
    No,
    /// It does not say.
    Unknown,
}

impl Status {
    /// Of a printer that says nothing.
    pub const UNKNOWN: Self =
        Self { paper: Paper::Unknown, cover: Cover::Unknown, online: Online::Unknown, halted: false };

    /// Why a slip would not come out now, if one would not; the cause a person can see comes first.
    pub fn trouble(&self) -> Option<SendError> {
        if self.cover == Cover::Open {
            Some(SendError::CoverOpen)
        } else if self.paper == Paper::Out {
            Some(SendError::PaperOut)
        } else if self.halted {
            Some(SendError::Halted)
        } else if self.online == Online::No {
            Some(SendError::Offline)
        } else {
            None
        }
    }
}
