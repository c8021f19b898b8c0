//! The people of the shop: who may do what, how they sign in, and how long they stay signed in.

mod guess;
mod lock;
mod password;
mod person;
mod pin;
mod role;
mod roster;
mod session;
mod sign_in;
mod store;
mod switch;

#[cfg(test)]
mod tests;

pub use crate::secrets::Cost;
pub use guess::{Door, SignInError, Who};
pub use lock::{LockAfter, keep_lock_after, lock, lock_after, lock_when_idle};
pub use password::{NewPassword, ParsePasswordError, PasswordHash, hash};
pub use person::{Person, PersonName, StaffError, Theme};
pub use pin::{NewPin, PIN_TRIES, ParsePinError, PinError, PinState, clear_pin, hash_pin, set_pin};
pub use role::{Area, Deed, Permission, Role};
pub use roster::{
    anybody, change_own_password, change_role, disable, enable, found_owner, hire, people, person,
    reset_password, set_preferences,
};
pub use session::{
    MOST_SESSIONS, ParseTokenHashError, Place, Session, SessionToken, TokenHash, end_expired_sessions,
    end_other_sessions, end_session, end_sessions_of, session, sessions, set_session_counter, touch_session,
};
pub use sign_in::{ApprovalError, SignedIn, confirm_by, confirm_password, sign_in};
pub use switch::{Proof, Secret, SwitchError, switch, unlock};
