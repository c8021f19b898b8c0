//! Signing in, and proving again who one is.

use super::guess::{Door, SignInError, Who, weigh_password};
use super::password::{self, PasswordHash};
use super::roster::note;
use super::session::{self, SessionToken};
use super::store::{self, Account};
use super::{Permission, Person};
use crate::audit::Actor;
use crate::db::{Db, WriteTx};
use crate::values::{StaffId, Timestamp};
use rand::CryptoRng;
use serde_json::json;

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// What proves the session from now on.
    pub token: SessionToken,
    /// Who it is.
    pub person: Person,
}

/// Why somebody's approval does not count.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// Not let in at all.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The password is right, and this person may not do it either, or has yet to choose a password of their own.
    #[error("this person may not approve")]
    NotAllowed {
        /// Who it was.
        name: String,
    },
}

/// Signs somebody in. Slow on purpose, and works in transactions of its own: call it on a blocking thread.
///
/// Answers [`SignInError::Wait`] in the delay after wrong passwords. A hash made at an older, lower cost is made
/// anew.
pub fn sign_in(
    db: &Db,
    door: &Door,
    name: &str,
    password: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<SignedIn, SignInError> {
    let account = weigh_password(db, door, Who::Named(name), password, now)?;
    let fresher =
        account.hash.is_cheaper_than(door.cost).then(|| password::hash_text(password, door.cost, rng));
    let token = SessionToken::new(rng);
    let person = db.write(|tx| let_in(tx, door, &account, fresher.as_ref(), &token, now))?;
    Ok(SignedIn { token, person })
}

/// Whether this is the person's own password, asked again before something that matters.
///
/// Guarded as [`sign_in`] is: an unattended screen is no place to guess. Slow, in transactions of its own.
pub fn confirm_password(
    db: &Db,
    door: &Door,
    id: StaffId,
    password: &str,
    now: Timestamp,
) -> Result<(), SignInError> {
    let account = weigh_password(db, door, Who::Known(id), password, now)?;
    db.write(|tx| Ok(store::forgive(tx, account.person.id, &door.source())?))
}

/// Somebody who may do what `asked_by` may not, once they have typed their password beside them.
///
/// Guarded as [`sign_in`] is, and left in the audit trail. Slow, in transactions of its own.
pub fn confirm_by(
    db: &Db,
    door: &Door,
    who: Who<'_>,
    password: &str,
    permission: Permission,
    asked_by: &Actor,
    now: Timestamp,
) -> Result<Actor, ApprovalError> {
    let weighed = weigh_password(db, door, who, password, now)?;
    let approved = db.write(|tx| {
        let person = still_theirs(tx, &weighed)?.person;
        store::forgive(tx, person.id, &door.source())?;
        if person.must_change || !person.role.may(permission) {
            return Ok::<_, SignInError>(Err(ApprovalError::NotAllowed { name: person.name }));
        }
        let (area, deed) = (permission.area.as_str(), permission.deed.as_str());
        let detail = json!({ "area": area, "deed": deed, "asked_by": asked_by.id() });
        note(tx, &person.actor(), "staff.approve", person.id, &detail, now)?;
        Ok(Ok(person.actor()))
    });
    approved?
}

/// The account as it is now, unless its password was changed while the old one was weighed.
pub(super) fn still_theirs(tx: &WriteTx<'_>, weighed: &Account) -> Result<Account, SignInError> {
    let account = store::account(tx, weighed.person.id)?.ok_or(SignInError::Wrong)?;
    if account.hash != weighed.hash {
        return Err(SignInError::Wrong);
    }
    if account.person.disabled { Err(SignInError::Disabled) } else { Ok(account) }
}

fn let_in(
    tx: &WriteTx<'_>,
    door: &Door,
    weighed: &Account,
    fresher: Option<&PasswordHash>,
    token: &SessionToken,
    now: Timestamp,
) -> Result<Person, SignInError> {
    let account = still_theirs(tx, weighed)?;
    let (id, place) = (account.person.id, door.place);
    if let Some(hash) = fresher {
        store::set_hash(tx, id, hash)?;
    }
    store::forgive(tx, id, &door.source())?;
    store::signed_in(tx, id, now)?;
    session::begin(tx, &account.person, &token.hash(), place, None, now)?;
    note(tx, &account.person.actor(), "staff.sign_in", id, &json!({ "place": place.as_str() }), now)?;
    Ok(Person { last_sign_in_at: Some(now), ..account.person })
}
