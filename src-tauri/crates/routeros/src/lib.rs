//! A client for the RouterOS API: sentences, login, connection task and typed replies.
//!
//! ```no_run
//! use routeros::{Command, Connection, Limits, Password, Query, Security, Target};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let target = Target {
//!     host: "192.168.88.1".into(),
//!     port: 8728,
//!     security: Security::Plain,
//!     user: "karcis".into(),
//!     password: Password::new("secret"),
//! };
//! let router = Connection::open(&target, &Limits::default()).await?;
//! let added = router.call(Command::new("/ip/hotspot/user/add").set("name", "k7m2").set("password", "k7m2")).await?;
//! assert!(added.ret().is_some_and(|id| id.starts_with('*')));
//! let found = router.call(Command::new("/ip/hotspot/user/print").query(Query::equal("name", "k7m2"))).await?;
//! assert_eq!(found.rows.len(), 1);
//! router.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! The layers, outermost first:
//! - [`Link`] keeps a router connected and tells how it is doing;
//! - [`Connection`] is one session: many [`Command`]s at once, each answered by a [`Reply`] or a [`CallError`];
//! - [`system`], [`hotspot`] and [`account`] know the menus, [`values`] the notations RouterOS writes values in.
//!
//! Bytes become words in `mikrotik-proto` (through `mikrotik-rs`); sentences, limits, deadlines and tasks are ours.

pub mod account;
mod command;
mod connection;
mod error;
pub mod hotspot;
mod knock;
mod limits;
mod link;
mod login;
mod row;
mod sentence;
pub mod system;
mod target;
mod tls;
pub mod values;

pub use command::{Command, Query};
pub use connection::{Connection, Listener, Pending};
pub use error::{CallError, ConnectError, Ending, Stage, Trap, TrapKind};
pub use knock::{Door, knock};
pub use limits::Limits;
pub use link::{DownReason, Link, LinkState};
pub use row::{Fields, Reply, Row};
pub use target::{Password, Security, Target};
pub use tls::{Fingerprint, ParseFingerprintError};
