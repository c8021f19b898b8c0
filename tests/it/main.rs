//! What Karcis promises, tried in a pretend shop.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod bad_days;
mod counter;
mod disk_full;
mod first_login;
mod press;
mod router_faults;
mod spool;
mod thieves;
mod tidy;
mod vouchers;
