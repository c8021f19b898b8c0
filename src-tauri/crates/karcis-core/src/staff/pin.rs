//! The cashier's PIN: six digits that switch people on a PC where somebody is signed in, and open a locked screen.

use super::password::{self, PasswordHash};
use super::roster::{known, note};
use super::store::{self, Account};
use super::{Cost, Person, StaffError};
use crate::audit::Actor;
use crate::db::{Db, WriteTx};
use crate::fault::Fault;
use crate::values::{StaffId, Timestamp};
use rand::CryptoRng;
use serde_json::json;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A PIN somebody wants to use from now on: six digits that are not everybody's first guess.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct NewPin(String);

/// Why a text is not accepted as a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePinError {
    /// Not exactly six digits.
    #[error("not {} digits", NewPin::DIGITS)]
    NotDigits,
    /// Among the first that anybody would try.
    #[error("an easy PIN")]
    Easy,
}

/// Whether somebody has a PIN, and whether it counts now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinState {
    /// They have none.
    None,
    /// It counts.
    Ready,
    /// It was wrong too often in a row; only the password counts until it was used.
    Spent,
}

/// Why a PIN lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// It is another.
    #[error("wrong PIN")]
    Wrong {
        /// How many tries are left.
        left: u32,
    },
    /// It was wrong too often in a row, or there is none.
    #[error("only the password counts")]
    Spent,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Wrong tries in a row after which only the password counts.
pub const PIN_TRIES: u32 = 5;

/// What thumbs find on a keypad and years of leaked PINs show, beyond what [`is_easy`] sees by its shape.
const COMMON: [&str; 18] = [
    "159753", "753159", "147258", "258369", "147852", "258147", "369258", "789456", "456123", "123654",
    "741852", "852963", "963852", "159357", "951753", "112211", "314159", "271828",
];

impl NewPin {
    /// How many digits.
    pub const DIGITS: usize = 6;

    /// A PIN, unless it is one that a stranger would try first.
    pub fn parse(text: &str) -> Result<NewPin, ParsePinError> {
        if text.len() != NewPin::DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParsePinError::NotDigits);
        }
        if is_easy(text.as_bytes()) || COMMON.contains(&text) {
            return Err(ParsePinError::Easy);
        }
        Ok(NewPin(text.to_owned()))
    }
}

/// Steps of one size (111111, 123456, 135791, 987654), two digits only (121212, 112211), twice the same three (123123),
/// the same three back (123321), three pairs (112233).
fn is_easy(digits: &[u8]) -> bool {
    let (front, back) = digits.split_at(digits.len() / 2);
    let mut steps = digits.windows(2).map(|pair| (10 + pair[1] - pair[0]) % 10);
    let first = steps.next();
    let even = steps.all(|step| Some(step) == first);
    let mut different = digits.to_vec();
    different.sort_unstable();
    different.dedup();
    let pairs = digits.chunks(2).all(|pair| pair.first() == pair.last());
    even || different.len() < 3 || front == back || front.iter().eq(back.iter().rev()) || pairs
}

/// The hash of a new PIN. Slow on purpose: never inside a transaction.
pub fn hash_pin(pin: &NewPin, cost: Cost, rng: &mut dyn CryptoRng) -> PasswordHash {
    password::hash_text(&pin.0, cost, rng)
}

/// Gives somebody a PIN, their own or anew.
pub fn set_pin(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: StaffId,
    hash: &PasswordHash,
    now: Timestamp,
) -> Result<Person, StaffError> {
    known(tx, id)?;
    store::set_pin(tx, id, Some(hash), now)?;
    note(tx, actor, "staff.set_pin", id, &json!({}), now)?;
    known(tx, id)
}

/// Takes somebody's PIN away.
pub fn clear_pin(tx: &WriteTx<'_>, actor: &Actor, id: StaffId, now: Timestamp) -> Result<Person, StaffError> {
    let person = known(tx, id)?;
    if person.pin == PinState::None {
        return Ok(person);
    }
    store::set_pin(tx, id, None, now)?;
    note(tx, actor, "staff.clear_pin", id, &json!({}), now)?;
    known(tx, id)
}

/// The account, when the PIN is its own; a try is counted before it is weighed, as a password's is.
///
/// The caller forgives the tries once everything else is as it must be.
pub(super) fn weigh_pin(db: &Db, id: StaffId, pin: &str, now: Timestamp) -> Result<Account, PinError> {
    let admitted = db.write(|tx| {
        let Some(account) = store::account(tx, id)? else { return Ok::<_, Fault>(None) };
        match account.person.pin {
            PinState::None | PinState::Spent => Ok(None),
            PinState::Ready => {
                let tries = store::count_pin_failure(tx, id)?;
                Ok(Some((account, tries)))
            }
        }
    })?;
    let Some((account, tries)) = admitted else { return Err(PinError::Spent) };
    if account.pin.as_ref().is_some_and(|hash| hash.matches(pin)) {
        return Ok(account);
    }
    let person = &account.person;
    db.write(|tx| note(tx, &person.actor(), "staff.pin_failed", id, &json!({ "failures": tries }), now))?;
    match PIN_TRIES.saturating_sub(tries) {
        0 => Err(PinError::Spent),
        left => Err(PinError::Wrong { left }),
    }
}

impl fmt::Debug for NewPin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NewPin(..)")
    }
}
