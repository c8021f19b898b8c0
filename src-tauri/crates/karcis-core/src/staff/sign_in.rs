//! Signing in: a guess is counted before it is weighed, and each further one waits longer.

use super::password::{self, PasswordHash};
use super::roster::note;
use super::session::{self, Place, SessionToken};
use super::store::{self, Account};
use super::{Person, PersonName};
use crate::db::{Db, WriteTx};
use crate::fault::Fault;
use crate::secrets::Cost;
use crate::values::{StaffId, Timestamp};
use rand::CryptoRng;
use serde_json::json;
use std::time::Duration;

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// What proves the session from now on.
    pub token: SessionToken,
    /// Who it is.
    pub person: Person,
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// There is no such person, or the password is another; nobody is told which.
    #[error("wrong name or password")]
    Wrong,
    /// The password is right, and the person is disabled.
    #[error("this person is disabled")]
    Disabled,
    /// Too many wrong passwords lately; even the right one is refused until then.
    #[error("too early after wrong passwords")]
    Wait {
        /// When the next attempt is weighed.
        until: Timestamp,
    },
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Wrong passwords in a row that cost no waiting.
const FREE_FAILURES: u32 = 3;
const LONGEST_DELAY_S: u64 = 10;

/// Signs somebody in. Slow on purpose, and works in transactions of its own: call it on a blocking thread.
///
/// Answers [`SignInError::Wait`] in the delay after wrong passwords. A hash made at an older, lower cost is made
/// anew.
pub fn sign_in(
    db: &Db,
    name: &str,
    password: &str,
    place: Place,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<SignedIn, SignInError> {
    sign_in_at(Cost::DEFAULT, db, name, password, place, rng, now)
}

pub(super) fn sign_in_at(
    cost: Cost,
    db: &Db,
    name: &str,
    password: &str,
    place: Place,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<SignedIn, SignInError> {
    let attempt = db.write(|tx| match name.parse::<PersonName>() {
        Ok(name) => admit(tx, store::account_named(tx, &name)?, now),
        Err(_) => Ok(Attempt::Weigh(None)),
    })?;
    let account = weigh(db, attempt.admitted()?, password, cost, now)?;
    let fresher = account.hash.is_cheaper_than(cost).then(|| password::hash_text(password, cost, rng));
    let token = SessionToken::new(rng);
    let person = db.write(|tx| let_in(tx, &account, fresher.as_ref(), &token, place, now))?;
    Ok(SignedIn { token, person })
}

/// Whether this is the person's own password, asked again before something that matters.
///
/// Guarded as [`sign_in`] is: an unattended screen is no place to guess. Slow, in transactions of its own.
pub fn confirm_password(db: &Db, id: StaffId, password: &str, now: Timestamp) -> Result<(), SignInError> {
    let attempt = db.write(|tx| admit(tx, store::account(tx, id)?, now))?;
    let account = weigh(db, attempt.admitted()?, password, Cost::DEFAULT, now)?;
    db.write(|tx| Ok(store::forgive(tx, account.person.id)?))
}

/// How long the attempt after so many failures in a row waits: 1, 2, 4, 8, then 10 seconds from the third on.
///
/// Never a lock: whoever knows the password gets in within ten seconds, however much somebody else guesses.
pub(super) const fn delay(failures: u32) -> Duration {
    if failures < FREE_FAILURES {
        return Duration::ZERO;
    }
    let doublings = failures - FREE_FAILURES;
    if doublings > 3 { Duration::from_secs(LONGEST_DELAY_S) } else { Duration::from_secs(1 << doublings) }
}

enum Attempt {
    Weigh(Option<Account>),
    Wait { until: Timestamp },
}

impl Attempt {
    fn admitted(self) -> Result<Option<Account>, SignInError> {
        match self {
            Attempt::Weigh(account) => Ok(account),
            Attempt::Wait { until } => Err(SignInError::Wait { until }),
        }
    }
}

/// Lets an attempt be weighed, counting it as failed until it has succeeded: attempts made side by side are then
/// guesses in a row as well.
fn admit(tx: &WriteTx<'_>, account: Option<Account>, now: Timestamp) -> Result<Attempt, Fault> {
    let Some(account) = account else { return Ok(Attempt::Weigh(None)) };
    let id = account.person.id;
    let last = match account.last_failure_at {
        Some(ahead) if ahead > now => {
            // The clock was set back: the delay begins anew, neither skipped nor stretched until the clock is there.
            store::date_failure(tx, id, now)?;
            Some(now)
        }
        known => known,
    };
    match last.map(|last| last + delay(account.failures)) {
        Some(until) if now < until => Ok(Attempt::Wait { until }),
        Some(_) | None => {
            store::count_attempt(tx, id, now)?;
            Ok(Attempt::Weigh(Some(account)))
        }
    }
}

/// The account, when the password is its own. Takes as long for a person who does not exist.
fn weigh(
    db: &Db,
    account: Option<Account>,
    password: &str,
    cost: Cost,
    now: Timestamp,
) -> Result<Account, SignInError> {
    let hash = account.as_ref().map_or_else(|| PasswordHash::decoy(cost), |account| account.hash.clone());
    match (account, hash.matches(password)) {
        (Some(account), true) => Ok(account),
        (Some(account), false) => {
            let detail = json!({ "failures": account.failures + 1 });
            let person = &account.person;
            db.write(|tx| note(tx, &person.actor(), "staff.sign_in_failed", person.id, &detail, now))?;
            Err(SignInError::Wrong)
        }
        // Nothing is written down: what was typed as a name may be somebody's password.
        (None, _) => Err(SignInError::Wrong),
    }
}

fn let_in(
    tx: &WriteTx<'_>,
    weighed: &Account,
    fresher: Option<&PasswordHash>,
    token: &SessionToken,
    place: Place,
    now: Timestamp,
) -> Result<Person, SignInError> {
    let id = weighed.person.id;
    let account = store::account(tx, id)?.ok_or(SignInError::Wrong)?;
    if account.hash != weighed.hash {
        return Err(SignInError::Wrong);
    }
    if account.person.disabled {
        return Err(SignInError::Disabled);
    }
    if let Some(hash) = fresher {
        store::set_hash(tx, id, hash)?;
    }
    store::forgive(tx, id)?;
    store::signed_in(tx, id, now)?;
    session::begin(tx, &account.person, &token.hash(), place, now)?;
    note(tx, &account.person.actor(), "staff.sign_in", id, &json!({ "place": place.as_str() }), now)?;
    Ok(Person { last_sign_in_at: Some(now), ..account.person })
}
