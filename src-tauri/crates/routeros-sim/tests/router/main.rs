//! The simulator seen from the wire, through a raw client that knows nothing of its code.

mod client;
mod faults;
mod hotspot_guests;
mod hotspot_users;
mod listening;
mod login;
mod queries;
mod system;
mod world;
