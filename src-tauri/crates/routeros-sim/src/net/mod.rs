//! The wire: sentences, connections, listening addresses and TLS.

mod answering;
pub(crate) mod codec;
pub(crate) mod connection;
pub(crate) mod door;
#[cfg(test)]
mod fuzz;
mod jobs;
mod login;
mod obeying;
pub(crate) mod outbox;
pub(crate) mod stream;
pub(crate) mod tls;
