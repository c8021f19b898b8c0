use std::io;

use thiserror::Error;

use crate::Fingerprint;

/// The steps of coming into conversation with a router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Finding the address and reaching it.
    Connect,
    /// The TLS handshake.
    Tls,
    /// Signing in.
    Login,
}

/// Why no conversation with a router came about.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConnectError {
    /// The name is unknown or nothing answers at the address.
    #[error("the router cannot be reached ({0})")]
    Unreachable(io::ErrorKind),
    /// A step took longer than its limit.
    #[error("the router did not answer in time ({0:?})")]
    TimedOut(Stage),
    /// The handshake failed. A router whose api-ssl service has no certificate cannot do TLS at all.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The router shows another certificate than the one pinned. Nothing was sent to it.
    #[error("the router's certificate changed: pinned {pinned}, seen {seen}")]
    CertificateChanged {
        /// What was accepted on first use.
        pinned: Fingerprint,
        /// What the router shows now.
        seen: Fingerprint,
    },
    /// Wrong name or password, or the user may not use the API.
    #[error("the router refused the login: {message}")]
    LoginRefused {
        /// The router's own words.
        message: String,
    },
    /// Something answers, but it does not speak the RouterOS API.
    #[error("what answers there is not a RouterOS API")]
    NotRouterOs,
    /// The other side closed the connection before the login was done; also when too many sessions are open.
    #[error("the router closed the connection during login")]
    Closed,
}

/// Why a command has no reply.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// The router refused it, and changed nothing.
    #[error("the router refused: {0}")]
    Trap(Trap),
    /// The router ended the session, with its reason. Whether the command was carried out is unknown.
    #[error("the router ended the session: {0}")]
    Fatal(String),
    /// The connection ended while the command was under way. Whether it was carried out is unknown.
    #[error("the connection closed before the reply")]
    Closed,
    /// The connection ended before the command was written: the router has never seen it.
    #[error("the connection closed before the command was sent")]
    NotSent,
    /// The command was silent past its deadline; the connection is closed. Whether it was carried out is unknown.
    #[error("the router did not answer in time")]
    TimedOut,
    /// The command, its reply or the queue is larger than [`Limits`](crate::Limits) allow.
    #[error("larger than the limits allow")]
    Limit,
}

impl CallError {
    /// The router's refusal, when that is what happened.
    pub fn trap(&self) -> Option<&Trap> {
        match self {
            CallError::Trap(trap) => Some(trap),
            CallError::Fatal(_)
            | CallError::Closed
            | CallError::NotSent
            | CallError::TimedOut
            | CallError::Limit => None,
        }
    }
}

/// Why a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Ending {
    /// This side closed it.
    #[error("closed by this side")]
    Asked,
    /// The router closed it without a word: a reboot, a cable, a session removed.
    #[error("closed by the router")]
    ByRouter,
    /// The router closed it and said why.
    #[error("ended by the router: {0}")]
    Fatal(String),
    /// A command was silent past its deadline.
    #[error("a command was not answered in time")]
    Deadline,
    /// The network failed.
    #[error("the network failed ({0})")]
    Network(io::ErrorKind),
    /// The router sent what is no sentence, or one past the limits.
    #[error("the router sent what cannot be read")]
    Unreadable,
}

/// A router's refusal of one command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Trap {
    /// The router's class of error: 0 missing item or command, 1 argument value, 2 interrupted, 3 script,
    /// 4 general, 5 API, 6 terminal, 7 value returned by a script. Often absent.
    pub category: Option<u8>,
    /// The router's own words.
    pub message: String,
    /// The words of further traps of the same command.
    pub further: Vec<String>,
}

impl Trap {
    pub(crate) fn interrupted() -> Self {
        Self { category: Some(2), message: "interrupted".into(), further: Vec::new() }
    }

    /// Tells the kind of refusal from the words, as categories are mostly absent.
    ///
    /// Source: RouterOS messages as seen on v6 and v7; v7 appends a number such as ` (4)` to some.
    pub fn kind(&self) -> TrapKind {
        let known = std::iter::once(&self.message).chain(&self.further).find_map(|words| TrapKind::of(words));
        match (known, self.category) {
            (Some(kind), _) => kind,
            (None, Some(2)) => TrapKind::Interrupted,
            (None, _) => TrapKind::Other,
        }
    }
}

/// What a router's refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrapKind {
    /// A row with this name, or for this server, is there already.
    AlreadyExists,
    /// The row named by the command is not there.
    NoSuchItem,
    /// The menu or verb does not exist; a package is missing or the version is older.
    NoSuchCommand,
    /// The menu has no such property in this version.
    UnknownParameter,
    /// A value names a profile, interface or server that does not exist.
    NoMatch,
    /// A value is malformed or out of range.
    InvalidValue,
    /// The user's group lacks the policy.
    NotPermitted,
    /// The router's storage is full.
    OutOfSpace,
    /// Wrong name or password.
    LoginRefused,
    /// The command was cancelled.
    Interrupted,
    /// Anything else.
    Other,
}

impl TrapKind {
    pub(crate) fn is_login_refusal(words: &str) -> bool {
        Self::of(words) == Some(TrapKind::LoginRefused)
    }

    fn of(words: &str) -> Option<TrapKind> {
        const KNOWN: [(&str, TrapKind); 18] = [
            ("already have", TrapKind::AlreadyExists),
            ("already exists", TrapKind::AlreadyExists),
            ("no such item", TrapKind::NoSuchItem),
            ("no such command", TrapKind::NoSuchCommand),
            ("bad command name", TrapKind::NoSuchCommand),
            ("unknown parameter", TrapKind::UnknownParameter),
            ("input does not match any value", TrapKind::NoMatch),
            ("invalid value", TrapKind::InvalidValue),
            ("value out of range", TrapKind::InvalidValue),
            ("not enough permissions", TrapKind::NotPermitted),
            ("not enough space", TrapKind::OutOfSpace),
            ("no space left", TrapKind::OutOfSpace),
            ("out of space", TrapKind::OutOfSpace),
            ("disk full", TrapKind::OutOfSpace),
            ("disk is full", TrapKind::OutOfSpace),
            ("invalid user name or password", TrapKind::LoginRefused),
            ("cannot log in", TrapKind::LoginRefused),
            ("interrupted", TrapKind::Interrupted),
        ];
        let words = words.to_ascii_lowercase();
        KNOWN.iter().find(|(part, _)| words.contains(part)).map(|&(_, kind)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(category: Option<u8>, message: &str) -> TrapKind {
        Trap { category, message: message.into(), further: Vec::new() }.kind()
    }

    #[test]
    fn every_known_refusal_is_told_apart_whatever_its_number_and_case() {
        let seen = [
            ("failure: already have user with this name for this server", TrapKind::AlreadyExists),
            ("failure: secret with the same name already exists", TrapKind::AlreadyExists),
            ("failure: already have such address", TrapKind::AlreadyExists),
            ("item with such name already exists", TrapKind::AlreadyExists),
            ("no such item", TrapKind::NoSuchItem),
            ("no such item (4)", TrapKind::NoSuchItem),
            ("no such command prefix", TrapKind::NoSuchCommand),
            ("no such command or directory (user-manager)", TrapKind::NoSuchCommand),
            ("unknown parameter", TrapKind::UnknownParameter),
            ("unknown parameter limit-uptime", TrapKind::UnknownParameter),
            ("input does not match any value of profile", TrapKind::NoMatch),
            ("invalid value for argument limit-uptime", TrapKind::InvalidValue),
            ("not enough permissions (9)", TrapKind::NotPermitted),
            ("failure: not enough space", TrapKind::OutOfSpace),
            ("Invalid User Name or Password (6)", TrapKind::LoginRefused),
            ("cannot log in", TrapKind::LoginRefused),
            ("interrupted", TrapKind::Interrupted),
            ("failure: contents too long", TrapKind::Other),
        ];
        for (message, wanted) in seen {
            assert_eq!(kind(None, message), wanted, "{message}");
        }
    }

    #[test]
    fn an_unknown_message_of_category_two_is_still_an_interruption() {
        assert_eq!(kind(Some(2), "unterbrochen"), TrapKind::Interrupted);
        assert_eq!(kind(Some(4), "unterbrochen"), TrapKind::Other);
    }

    #[test]
    fn a_later_trap_of_the_same_command_is_understood_too() {
        let trap = Trap {
            category: None,
            message: "failure: see below".into(),
            further: vec!["no such item (4)".into()],
        };
        assert_eq!(trap.kind(), TrapKind::NoSuchItem);
    }
}
