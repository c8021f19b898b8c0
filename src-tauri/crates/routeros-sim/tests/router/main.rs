//! The simulator seen from the wire, through a raw client that knows nothing of its code.

mod client;
mod control;
mod documented;
mod faults;
mod hotspot_clients;
mod hotspot_guests;
mod hotspot_users;
mod listening;
mod login;
mod menus;
mod ppp_callers;
mod queries;
mod restarts;
mod scripts;
mod soak;
mod spoilt;
mod system;
mod time;
mod wire;
mod world;
