//! Things that go wrong on purpose.

use std::time::Duration;

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
    /// The command waits this long before it is carried out.
    Latency(Duration),
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
    /// A login is refused although name and password are right.
    WrongPassword,
    /// An `add` is refused because the disk is full (the text is unverified).
    DiskFull,
    /// A new connection is reset at once.
    RefuseConnect,
    /// A new connection is accepted and never answered.
    AcceptThenSilent,
}

/// What [`Fault::DropAfter`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Whole sentences the router sends.
    SentencesSent(u64),
    /// Bytes the router sends; the last sentence may be torn.
    BytesSent(u64),
    /// Bytes the router reads. What is complete within them is carried out and answered.
    BytesReceived(u64),
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

/// A fault together with the commands it waits for and how often it strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmedFault {
    fault: Fault,
    path: String,
    skip: u32,
    times: Option<u32>,
}

impl Fault {
    /// Strikes only at commands whose path matches; `*` stands for any characters.
    #[must_use]
    pub fn on(self, path: &str) -> ArmedFault {
        ArmedFault { path: path.to_owned(), ..ArmedFault::from(self) }
    }

    fn is_about_connecting(&self) -> bool {
        matches!(self, Fault::RefuseConnect | Fault::AcceptThenSilent)
    }
}

impl From<Fault> for ArmedFault {
    fn from(fault: Fault) -> Self {
        let path = match fault {
            Fault::WrongPassword => "/login",
            Fault::DiskFull => "*/add",
            Fault::DropAfter { .. }
            | Fault::HalfSentence
            | Fault::Latency(_)
            | Fault::Silence
            | Fault::ApplyThenDrop
            | Fault::DropBeforeApply
            | Fault::Trap { .. }
            | Fault::RefuseConnect
            | Fault::AcceptThenSilent => "*",
        };
        ArmedFault { fault, path: path.to_owned(), skip: 0, times: Some(1) }
    }
}

impl ArmedFault {
    /// Strikes at so many matching commands.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        ArmedFault { times: Some(times), ..self }
    }

    /// Strikes at every matching command until faults are disarmed.
    #[must_use]
    pub fn always(self) -> Self {
        ArmedFault { times: None, ..self }
    }

    /// Lets so many matching commands pass first.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        ArmedFault { skip, ..self }
    }

    fn strike(&mut self) -> Option<Fault> {
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        if let Some(times) = &mut self.times {
            *times = times.checked_sub(1)?;
        }
        Some(self.fault.clone())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<ArmedFault>,
}

impl Faults {
    pub(crate) fn arm(&mut self, fault: ArmedFault) {
        self.armed.push(fault);
    }

    pub(crate) fn disarm(&mut self) {
        self.armed.clear();
    }

    pub(crate) fn at_command(&mut self, path: &str) -> Vec<Fault> {
        self.strike(|armed| !armed.fault.is_about_connecting() && matches(&armed.path, path))
    }

    pub(crate) fn at_connection(&mut self) -> Vec<Fault> {
        self.strike(|armed| armed.fault.is_about_connecting())
    }

    fn strike(&mut self, meant: impl Fn(&ArmedFault) -> bool) -> Vec<Fault> {
        if self.armed.is_empty() {
            return Vec::new();
        }
        let struck =
            self.armed.iter_mut().filter(|armed| meant(armed)).filter_map(ArmedFault::strike).collect();
        self.armed.retain(|armed| armed.times != Some(0));
        struck
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_in_a_path_stands_for_anything() {
        for (pattern, text, expected) in [
            ("*", "/login", true),
            ("*/add", "/ip/hotspot/user/add", true),
            ("*/add", "/ip/hotspot/user/set", false),
            ("/ip/*/add", "/ip/hotspot/user/add", true),
            ("/login", "/login", true),
            ("/login", "/login2", false),
            ("/ip/*er/*t", "/ip/hotspot/user/print", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_was_armed_and_not_before() {
        let mut faults = Faults::default();
        faults.arm(Fault::Silence.on("*/add").after(1).times(2));
        let struck: Vec<usize> = (0..5).map(|_| faults.at_command("/ip/hotspot/user/add").len()).collect();
        assert_eq!(struck, [0, 1, 1, 0, 0]);
        assert!(faults.armed.is_empty(), "what is used up is forgotten");
    }
}
