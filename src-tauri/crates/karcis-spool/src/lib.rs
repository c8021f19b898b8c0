//! Bytes to a receipt printer, and an honest word on what became of them.
//!
//! [`send`] brings a slip to a printer on the network, to a raw print queue of this computer, or into a file.
//! [`status`] asks how the printer is, [`queues`] which print queues there are, [`nearby`] who on the network
//! takes slips. Everything has a deadline.
//!
//! The errors part what is safe to send again from what is not: only [`SendError::Partly`] means that something may
//! already stand on paper.

#[cfg(unix)]
mod cups;
mod error;
mod file;
mod nearby;
mod network;
mod queue;
mod realtime;
mod status;
#[cfg(windows)]
mod winspool;
#[cfg(windows)]
mod winview;

pub use error::SendError;
pub use nearby::{RAW_PORT, nearby};
pub use status::{Cover, Online, Paper, Status};
#[cfg(windows)]
pub use winview::{Printed, print_shown};

use std::path::PathBuf;
use std::time::Duration;

/// Where slips go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A printer with an address of its own.
    Network {
        /// A host name or an address.
        host: String,
        /// Usually 9100.
        port: u16,
    },
    /// A print queue of this computer that hands bytes on as they are.
    Queue(String),
    /// A folder that takes one file for each slip.
    File(PathBuf),
}

/// How long each thing may take, and what the printer can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To reach the printer.
    pub connect: Duration,
    /// For its word on how it is.
    pub answer: Duration,
    /// For one slip, all in all.
    pub whole: Duration,
    /// How long a network printer prints on after it has taken the last byte, before it is asked again.
    pub settle: Duration,
    /// Whether the printer answers when asked how it is; one that does not is believed unasked.
    pub tells_status: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            answer: Duration::from_secs(2),
            whole: Duration::from_secs(20),
            settle: Duration::from_millis(1_500),
            tells_status: true,
        }
    }
}

/// A slip that went the whole way, as far as can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// How many bytes.
    pub bytes: usize,
    /// How the printer was afterwards.
    pub status: Status,
    /// The file they are in, where the target is a folder.
    pub file: Option<PathBuf>,
}

/// Sends a slip and sees it through: the printer is asked how it is before and after, a job in a print queue is
/// followed until it has left the queue, a file is on the disk when this returns.
///
/// On any error but [`SendError::Partly`] nothing was printed and nothing will be.
pub async fn send(target: &Target, bytes: &[u8], limits: &Limits) -> Result<Sent, SendError> {
    match target {
        Target::Network { host, port } => network::send(host, *port, bytes, limits).await,
        Target::Queue(name) => queue::send(&queue::system(), name, bytes, limits).await,
        Target::File(folder) => file::send(folder.clone(), bytes.to_vec()).await,
    }
}

/// Asks how the printer is, without printing.
pub async fn status(target: &Target, limits: &Limits) -> Result<Status, SendError> {
    match target {
        Target::Network { host, port } => network::status(host, *port, limits).await,
        Target::Queue(name) => queue::status(&queue::system(), name, limits).await,
        Target::File(folder) => file::status(folder.clone()).await,
    }
}

/// The print queues of this computer, in alphabetical order.
pub async fn queues(limits: &Limits) -> Result<Vec<String>, SendError> {
    queue::queues(&queue::system(), limits).await
}
