//! A faithful pretend RouterOS for practice, demonstration and tests.
//!
//! It speaks the API of real routers over TCP, with a codec of its own so that a mistake in our client cannot
//! hide in shared code. What it imitates, and what nobody has verified yet, is listed in the crate's README and KNOBS.md.
//!
//! ```
//! # async fn example() -> std::io::Result<()> {
//! use routeros_sim::{Sim, Version};
//!
//! let sim = Sim::builder().version(Version::V7_22_3).credentials("admin", "secret").build();
//! let address = sim.listen("127.0.0.1:0").await?;
//! # let _ = address;
//! # Ok(())
//! # }
//! ```

mod builder;
mod control;
mod core;
mod faults;
mod handle;
mod knobs;
mod life;
mod net;
mod people;
mod reboot;
mod speed;
mod trace;
mod version;
mod world;

pub use builder::Sim;
pub use faults::{ArmedFault, Break, Deed, Fault, Limit};
pub use handle::{Client, Refused, SimHandle, Values};
pub use knobs::{Counters, Farewell, Knobs, ProfileRemoval, TagPosition};
pub use life::{Happened, Life};
pub use net::tls::{CertificateError, TlsMode};
pub use people::{Connected, HotspotClient, PppClient};
pub use reboot::Reboot;
pub use speed::Speed;
pub use trace::Struck;
pub use version::{UnknownVersion, Version};
pub use world::{
    Board, Caller, Fixture, Guest, LoginWay, RestoreError, Scripts, Traffic, UnknownFixture, clock::Clock,
};
