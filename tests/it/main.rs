//! What Karcis promises, tried in a pretend shop.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod bad_days;
mod counter;
mod dead_router;
mod disk_full;
mod first_login;
mod licence;
mod lost_writes;
mod other_router;
mod press;
mod returned_cards;
mod router_faults;
mod sessions;
mod spool;
mod thieves;
mod tidy;
mod two_shops;
mod vouchers;
