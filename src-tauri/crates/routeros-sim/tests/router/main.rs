//! The simulator seen from the wire, through a raw client that knows nothing of its code.

mod client;
mod control;
mod faults;
mod hotspot_guests;
mod hotspot_users;
mod listening;
mod login;
mod queries;
mod restarts;
mod soak;
mod spoilt;
mod system;
mod wire;
mod world;
