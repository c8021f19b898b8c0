//! Things that go wrong on purpose.

mod armed;
mod from_json;

use std::time::Duration;

use crate::Reboot;

pub use armed::ArmedFault;
pub(crate) use armed::{Asked, Faults};
pub(crate) use from_json::{armed as armed_from_json, deed as deed_from_json, reboot as reboot_from_json};

/// One thing that goes wrong. Armed with [`SimHandle::arm`](crate::SimHandle::arm), it strikes once, at the
/// first command (or connection) that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks once the limit is reached, counted from the matching command on.
    DropAfter {
        /// What is counted.
        limit: Limit,
        /// How the break looks to the client.
        how: Break,
    },
    /// Half of the next sentence leaves, then the connection ends.
    HalfSentence,
    /// The next sentence stops within, and its rest leaves later.
    TornSentence {
        /// Bytes that leave at once.
        at: usize,
        /// How long the rest waits.
        pause: Duration,
    },
    /// The command waits this long before it is carried out.
    Latency(Duration),
    /// The command waits some time between these two before it is carried out.
    Jitter {
        /// The shortest wait.
        least: Duration,
        /// The longest wait.
        most: Duration,
    },
    /// After the command nothing is read for so long.
    StallReads(Duration),
    /// From the command on nothing is written for so long.
    StallWrites(Duration),
    /// From the command on so many bytes leave at a time, each time as a packet of its own.
    SlowDrip {
        /// Bytes of one packet.
        bytes: usize,
        /// The wait after each packet.
        every: Duration,
    },
    /// From the matching command on the router stops answering on this connection, without closing it.
    Silence,
    /// The command is carried out and the connection ends before its reply.
    ApplyThenDrop,
    /// The connection ends and the command is not carried out.
    DropBeforeApply,
    /// The command is refused with this text and not carried out.
    Trap {
        /// `=category=`, when there is one.
        category: Option<u8>,
        /// `=message=`.
        message: String,
    },
    /// `!fatal` with this reason, the end of the connection, and the command is not carried out.
    Fatal(String),
    /// A login is refused although name and password are right.
    WrongPassword,
    /// Somebody takes this policy away from the group of whoever sends the command, just before it.
    PolicyRemoved(String),
    /// An `add` is refused because the disk is full (the text is unverified).
    DiskFull,
    /// In the reply this property holds bytes that are no text.
    NonUtf8 {
        /// The property.
        field: String,
        /// What it holds.
        bytes: Vec<u8>,
    },
    /// Bytes that belong to no sentence leave before the reply.
    Garbage(Vec<u8>),
    /// Every sentence of the reply is sent twice.
    DuplicateReply,
    /// Every sentence of the reply holds this word as well, which no manual knows.
    ExtraWord(String),
    /// A sentence of this kind, such as `!foo`, comes before the reply.
    UnknownReply(String),
    /// The replies to this and the next commands with tags, so many in all, leave in reverse order. Those that
    /// wait for a command that does not come leave after a tenth of a second.
    ReorderReplies(u32),
    /// The router's own clock jumps by so many seconds just before the command.
    ClockJump(i64),
    /// Another administrator does this just before the command.
    Meanwhile(Deed),
    /// The router restarts; the command is not carried out.
    Reboot(Reboot),
    /// A new connection is reset at once.
    RefuseConnect,
    /// A new connection is accepted and never answered.
    AcceptThenSilent,
    /// A new connection is reset when its TLS handshake has begun.
    TlsReset,
    /// A new connection is turned away as if all sessions were taken.
    SessionLimit,
    /// A new connection breaks once the limit is reached, counted from its first byte.
    Cut {
        /// What is counted.
        limit: Limit,
        /// How the break looks to the client.
        how: Break,
    },
}

/// What another administrator does meanwhile. If it cannot be done, nothing happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A new row.
    Add {
        /// The menu, such as `/ip/hotspot/user`.
        path: String,
        /// Its properties.
        values: Vec<(String, String)>,
    },
    /// Other values for a row.
    Set {
        /// The menu.
        path: String,
        /// Id or name of the row.
        row: String,
        /// Its new properties.
        values: Vec<(String, String)>,
    },
    /// A row less.
    Remove {
        /// The menu.
        path: String,
        /// Id or name of the row.
        row: String,
    },
}

/// What [`Fault::DropAfter`] and [`Fault::Cut`] count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Whole sentences the router sends.
    SentencesSent(u64),
    /// Bytes the router sends; the last sentence may be torn.
    BytesSent(u64),
    /// Bytes the router reads. What is complete within them is carried out and answered.
    BytesReceived(u64),
    /// Bytes the router reads. What is complete within them is carried out; what was not answered by then never is.
    BytesUnanswered(u64),
}

/// How a broken connection looks to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Break {
    /// An orderly end of stream.
    #[default]
    Fin,
    /// A reset.
    Rst,
}

impl Fault {
    /// Strikes only at commands whose path matches; `*` stands for any characters.
    #[must_use]
    pub fn on(self, path: &str) -> ArmedFault {
        ArmedFault::from(self).on(path)
    }

    /// What it is called on the control port and in a transcript.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Fault::DropAfter { .. } => "drop-after",
            Fault::HalfSentence => "half-sentence",
            Fault::TornSentence { .. } => "torn-sentence",
            Fault::Latency(_) => "latency",
            Fault::Jitter { .. } => "jitter",
            Fault::StallReads(_) => "stall-reads",
            Fault::StallWrites(_) => "stall-writes",
            Fault::SlowDrip { .. } => "slow-drip",
            Fault::Silence => "silence",
            Fault::ApplyThenDrop => "apply-then-drop",
            Fault::DropBeforeApply => "drop-before-apply",
            Fault::Trap { .. } => "trap",
            Fault::Fatal(_) => "fatal",
            Fault::WrongPassword => "wrong-password",
            Fault::PolicyRemoved(_) => "policy-removed",
            Fault::DiskFull => "disk-full",
            Fault::NonUtf8 { .. } => "non-utf8",
            Fault::Garbage(_) => "garbage",
            Fault::DuplicateReply => "duplicate-reply",
            Fault::ExtraWord(_) => "extra-word",
            Fault::UnknownReply(_) => "unknown-reply",
            Fault::ReorderReplies(_) => "reorder-replies",
            Fault::ClockJump(_) => "clock-jump",
            Fault::Meanwhile(_) => "meanwhile",
            Fault::Reboot(_) => "reboot",
            Fault::RefuseConnect => "refuse-connect",
            Fault::AcceptThenSilent => "accept-then-silent",
            Fault::TlsReset => "tls-reset",
            Fault::SessionLimit => "session-limit",
            Fault::Cut { .. } => "cut",
        }
    }

    fn is_about_connecting(&self) -> bool {
        matches!(
            self,
            Fault::RefuseConnect
                | Fault::AcceptThenSilent
                | Fault::TlsReset
                | Fault::SessionLimit
                | Fault::Cut { .. }
        )
    }

    /// The commands it waits for when nobody says which.
    fn usual_path(&self) -> &'static str {
        if *self == Fault::WrongPassword {
            "/login"
        } else if *self == Fault::DiskFull {
            "*/add"
        } else {
            "*"
        }
    }
}
