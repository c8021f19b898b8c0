use std::fmt;

use zeroize::Zeroizing;

use crate::Fingerprint;

/// Where a router is and who signs in to it.
#[derive(Debug, Clone)]
pub struct Target {
    /// A host name or an address.
    pub host: String,
    /// Usually 8728, or 8729 with TLS.
    pub port: u16,
    /// Whether the conversation is encrypted.
    pub security: Security,
    /// The router's user.
    pub user: String,
    /// That user's password.
    pub password: Password,
}

/// Whether and how a connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Security {
    /// Everything, the password included, travels readable by anyone on the way.
    Plain,
    /// TLS. Routers sign their own certificates, so trust rests on seeing the same one again.
    Tls {
        /// The certificate seen on first use; `None` accepts any and reports it by
        /// [`Connection::fingerprint`](crate::Connection::fingerprint).
        pin: Option<Fingerprint>,
    },
}

/// A password that is wiped from memory when dropped and never printed.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password over.
    pub fn new(password: impl Into<String>) -> Self {
        Self(Zeroizing::new(password.into()))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_shows_in_debug() {
        let target = Target {
            host: "router".into(),
            port: 8728,
            security: Security::Plain,
            user: "admin".into(),
            password: Password::new("hunter2"),
        };
        assert!(!format!("{target:?}").contains("hunter2"));
    }
}
