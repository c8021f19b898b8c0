//! Switching people on one PC, and opening a locked screen: a session proves the place, a PIN or password the person.

use super::Person;
use super::guess::{Door, SignInError, Who, weigh_password};
use super::pin::{PinError, weigh_pin};
use super::roster::note;
use super::session::{self, EndedWhy, Session, SessionToken, TokenHash};
use super::sign_in::{SignedIn, still_theirs};
use super::store::{self, Account};
use crate::db::{Db, WriteTx};
use crate::fault::Fault;
use crate::values::{StaffId, Timestamp};
use rand::CryptoRng;
use serde_json::json;

/// What somebody at a PC proves themselves with.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// The PIN of somebody picked from a list.
    Pin(StaffId, &'a str),
    /// The password of whoever is meant.
    Password(Who<'a>, &'a str),
}

/// Why a screen is not given to somebody.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// The password lets nobody in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The PIN lets nobody in.
    #[error(transparent)]
    Pin(PinError),
    /// The session that the screen had has ended; a screen nobody is signed in at takes no PIN.
    #[error("the session has ended")]
    NoSession,
}

impl From<Fault> for SwitchError {
    fn from(fault: Fault) -> SwitchError {
        SwitchError::SignIn(SignInError::Fault(fault))
    }
}

impl From<PinError> for SwitchError {
    fn from(error: PinError) -> SwitchError {
        match error {
            PinError::Fault(fault) => SwitchError::from(fault),
            error @ (PinError::Wrong { .. } | PinError::Spent) => SwitchError::Pin(error),
        }
    }
}

impl Proof<'_> {
    const fn kind(self) -> &'static str {
        match self {
            Proof::Pin(..) => "pin",
            Proof::Password(..) => "password",
        }
    }

    fn weigh(self, db: &Db, door: &Door, now: Timestamp) -> Result<Account, SwitchError> {
        match self {
            Proof::Pin(id, pin) => Ok(weigh_pin(db, id, pin, now)?),
            Proof::Password(who, password) => Ok(weigh_password(db, door, who, password, now)?),
        }
    }

    /// Takes back what went wrong before, when the account is still as it was weighed.
    fn accept(self, tx: &WriteTx<'_>, door: &Door, weighed: &Account) -> Result<Person, SwitchError> {
        let account = still_theirs(tx, weighed)?;
        let id = account.person.id;
        match self {
            Proof::Pin(..) if account.pin != weighed.pin => return Err(SwitchError::Pin(PinError::Spent)),
            Proof::Pin(..) => store::forgive_pin(tx, id)?,
            Proof::Password(..) => store::forgive(tx, id, &door.source())?,
        }
        Ok(account.person)
    }
}

/// Gives the screen of a session to somebody else: a session of theirs at the same place and counter, in place of the
/// old one, locked or not. The shift at the counter goes on.
///
/// Slow, in transactions of its own.
pub fn switch(
    db: &Db,
    door: &Door,
    from: &TokenHash,
    proof: Proof<'_>,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<SignedIn, SwitchError> {
    db.read(|tx| going_on(store::session(tx, from)?, now).map(drop))?;
    let weighed = proof.weigh(db, door, now)?;
    let token = SessionToken::new(rng);
    let person = db.write(|tx| {
        let before = going_on(store::session(tx, from)?, now)?;
        let person = proof.accept(tx, door, &weighed)?;
        store::end(tx, from, EndedWhy::Switched, now)?;
        session::begin(tx, &person, &token.hash(), before.place, before.counter, now)?;
        store::signed_in(tx, person.id, now)?;
        let detail = json!({
            "from": before.person.id.to_string(), "place": before.place.as_str(), "by": proof.kind()
        });
        note(tx, &person.actor(), "staff.switch", person.id, &detail, now)?;
        Ok::<_, SwitchError>(Person { last_sign_in_at: Some(now), ..person })
    })?;
    Ok(SignedIn { token, person })
}

/// Opens a locked screen for the person whose session it is, who proves themselves with a PIN or a password.
///
/// Slow, in transactions of its own.
pub fn unlock(
    db: &Db,
    door: &Door,
    token_hash: &TokenHash,
    secret: Secret<'_>,
    now: Timestamp,
) -> Result<(), SwitchError> {
    let id = db.read(|tx| going_on(store::session(tx, token_hash)?, now))?.person.id;
    let proof = match secret {
        Secret::Pin(pin) => Proof::Pin(id, pin),
        Secret::Password(password) => Proof::Password(Who::Known(id), password),
    };
    let weighed = proof.weigh(db, door, now)?;
    db.write(|tx| {
        let session = going_on(store::session(tx, token_hash)?, now)?;
        let person = proof.accept(tx, door, &weighed)?;
        store::unlock(tx, &session.token_hash, now)?;
        let detail = json!({ "place": session.place.as_str(), "by": proof.kind() });
        Ok(note(tx, &person.actor(), "staff.unlock", person.id, &detail, now)?)
    })
}

/// What the person of a locked screen types.
#[derive(Clone, Copy)]
pub enum Secret<'a> {
    /// Their PIN.
    Pin(&'a str),
    /// Their password.
    Password(&'a str),
}

fn going_on(session: Option<Session>, now: Timestamp) -> Result<Session, SwitchError> {
    session.filter(|session| session.goes_on(now)).ok_or(SwitchError::NoSession)
}
