//! Why a slip did not come out.

use std::io;

/// Why a slip did not come out, or may not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nothing answers at the address, or there is no such host, folder or print spooler.
    #[error("nothing can be reached there")]
    Unreachable,
    /// The host is there, but nothing listens at the port.
    #[error("the printer refuses the connection")]
    Refused,
    /// It was reached and then kept silent, or took too long.
    #[error("the printer does not answer in time")]
    TimedOut,
    /// The connection was cut.
    #[error("the connection was cut")]
    Dropped,
    /// It has no paper.
    #[error("the printer has no paper")]
    PaperOut,
    /// Its cover is open.
    #[error("the printer's cover is open")]
    CoverOpen,
    /// It has stopped for an error that a person must clear.
    #[error("the printer has stopped for an error of its own")]
    Halted,
    /// It takes no orders now: switched off, paused or waiting for somebody.
    #[error("the printer is offline")]
    Offline,
    /// There is no print queue of that name.
    #[error("there is no such print queue")]
    QueueUnknown,
    /// We may not.
    #[error("printing there is not allowed")]
    Denied,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// Some of it went out before it failed, so it may be on paper, in part or whole.
    #[error("{sent} of {of} bytes were sent, then: {why}")]
    Partly {
        /// Bytes that left for the printer.
        sent: usize,
        /// Bytes there were.
        of: usize,
        /// What happened then.
        why: Box<SendError>,
    },
    /// Something else, in the words of the system.
    #[error("{0}")]
    Other(String),
}

impl SendError {
    /// Whether it is certain that nothing came out, so that sending again prints nothing twice.
    pub fn printed_nothing(&self) -> bool {
        !matches!(self, Self::Partly { .. })
    }

    /// The same trouble, once bytes have left.
    pub(crate) fn after(self, sent: usize, of: usize) -> Self {
        match self {
            Self::Partly { why, .. } => why.after(sent, of),
            why if sent == 0 => why,
            why => Self::Partly { sent, of, why: Box::new(why) },
        }
    }
}

impl From<io::Error> for SendError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::ConnectionRefused => Self::Refused,
            Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof => {
                Self::Dropped
            }
            Kind::TimedOut => Self::TimedOut,
            Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::NetworkDown
            | Kind::AddrNotAvailable
            | Kind::NotADirectory
            | Kind::InvalidFilename
            | Kind::NotFound => Self::Unreachable,
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::Denied,
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Self::DiskFull,
            _ => Self::Other(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SendError;

    #[test]
    fn trouble_after_the_first_byte_is_told_with_how_far_it_came() {
        assert_eq!(SendError::PaperOut.after(0, 9), SendError::PaperOut);
        let partly = SendError::PaperOut.after(4, 9);
        assert!(!partly.printed_nothing() && SendError::PaperOut.printed_nothing());
        assert_eq!(partly.to_string(), "4 of 9 bytes were sent, then: the printer has no paper");
        assert_eq!(partly.after(5, 9), SendError::PaperOut.after(5, 9), "never nested");
    }
}
