use std::time::Duration;

/// The upper bounds of one connection; [`Limits::default`] is what a shop uses, tests shorten them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long finding and reaching the router may take.
    pub connect: Duration,
    /// How long the TLS handshake and, separately, the login may take.
    pub login: Duration,
    /// How long a command may be silent after it was written; each row of its reply starts the wait anew.
    ///
    /// Sixty seconds: a live router was seen to need more than thirty while it wrote its flash.
    pub command: Duration,
    /// How long an idle connection rests before it asks the router for its name to see whether it is still there.
    pub heartbeat: Duration,
    /// How long the router may take to say goodbye.
    pub quit: Duration,
    /// How many commands may be written and not yet answered.
    pub window_commands: usize,
    /// How many bytes of commands may be written and not yet answered (one larger command travels alone).
    pub window_bytes: usize,
    /// How many commands may wait for the window.
    pub queue_commands: usize,
    /// How many bytes of commands may wait for the window.
    pub queue_bytes: usize,
    /// The longest word that is read or written.
    pub word: usize,
    /// The longest sentence that is read or written.
    pub sentence: usize,
    /// The largest reply of one command, in bytes of all its rows.
    pub reply: usize,
    /// How many [`Listener`](crate::Listener)s one connection may hold.
    pub listeners: usize,
    /// How many rows a [`Listener`](crate::Listener) may fall behind.
    pub listener_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            login: Duration::from_secs(10),
            command: Duration::from_secs(60),
            heartbeat: Duration::from_secs(30),
            quit: Duration::from_secs(1),
            window_commands: 32,
            window_bytes: 64 * 1024,
            queue_commands: 20_000,
            queue_bytes: 16 * 1024 * 1024,
            word: 1024 * 1024,
            sentence: 4 * 1024 * 1024,
            reply: 64 * 1024 * 1024,
            listeners: 8,
            listener_rows: 1_024,
        }
    }
}
