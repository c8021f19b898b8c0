//! The hotspot: servers and their profiles, users and their profiles, guests online, and remembered devices.
//!
//! A struct is what a row says, a function builds the command. Rows leave out what is not set, and older versions know
//! less: what is missing stays empty.

mod server;
mod session;
mod user;
mod user_profile;

pub use server::{Server, ServerProfile, server_profiles, servers};
pub use session::{Active, Cookie, active, active_count, active_remove, cookie_remove, cookies};
pub use user::{
    NewUser, User, UserChange, user_add, user_count, user_disable, user_enable, user_remove,
    user_reset_counters, user_set, users, users_where,
};
pub use user_profile::{
    NewUserProfile, UserProfile, user_profile_add, user_profile_remove, user_profile_set, user_profiles,
};

use crate::row::Row;

fn text(row: &Row, name: &str) -> String {
    row.get(name).unwrap_or_default().to_owned()
}

fn number(row: &Row, name: &str) -> u64 {
    row.get(name).and_then(|value| value.parse().ok()).unwrap_or(0)
}

/// Several rows are named in one command by their ids with commas between them.
fn ids(ids: &[&str]) -> String {
    ids.join(",")
}
