//! Guessing: an attempt is counted before it is weighed, and each further wrong one waits longer.

use super::roster::note;
use super::session::Place;
use super::store::{self, Account};
use super::{PasswordHash, PersonName};
use crate::db::{Db, ReadTx, WriteTx};
use crate::fault::Fault;
use crate::secrets::Cost;
use crate::values::{StaffId, Timestamp};
use serde_json::json;
use std::net::IpAddr;
use std::time::Duration;

/// Where somebody tries to come in, and what weighing a try costs there.
#[derive(Debug, Clone, Copy)]
pub struct Door {
    /// At the window or at a browser.
    pub place: Place,
    /// The browser's address, as far as it is known.
    pub address: Option<IpAddr>,
    /// What a hash made today costs.
    pub cost: Cost,
}

/// Who is meant: picked from a list, or typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who<'a> {
    /// Somebody known.
    Known(StaffId),
    /// Whoever has this name.
    Named(&'a str),
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
/// Wrong passwords from one browser address that lock it out of the account for a while, and for longer.
const LOCKED_OUT_AFTER: u32 = 10;
const LOCKED_OUT_LONGER_AFTER: u32 = 15;
const LOCKED_OUT: Duration = Duration::from_mins(5);
const LOCKED_OUT_LONGER: Duration = Duration::from_mins(15);
/// Failures are forgotten after a day without another, and beyond so many addresses the one seen longest ago is.
const REMEMBERED: Duration = Duration::from_hours(24);
pub(super) const MOST_SOURCES: u32 = 1_000;

impl Door {
    /// What failures are counted against besides the account, so that a guesser locks out nobody but himself: the
    /// window, or a browser's address. An IPv6 network hands out addresses by the 2^64, so only its network counts.
    pub(super) fn source(&self) -> String {
        match (self.place, self.address.map(|address| address.to_canonical())) {
            (Place::Window, _) => "window".to_owned(),
            (Place::Browser, None) => "browser".to_owned(),
            (Place::Browser, Some(IpAddr::V4(address))) => address.to_string(),
            (Place::Browser, Some(IpAddr::V6(address))) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }

    /// How long the attempt after so many failures in a row waits: 1, 2, 4, 8, then 10 seconds from the third on; at a
    /// browser five minutes after the tenth and fifteen after the fifteenth.
    ///
    /// At the window never a lock: whoever knows the password gets in within ten seconds, however much somebody guesses.
    pub(super) const fn delay(&self, failures: u32) -> Duration {
        match self.place {
            Place::Browser if failures >= LOCKED_OUT_LONGER_AFTER => LOCKED_OUT_LONGER,
            Place::Browser if failures >= LOCKED_OUT_AFTER => LOCKED_OUT,
            Place::Window | Place::Browser => {
                if failures < FREE_FAILURES {
                    return Duration::ZERO;
                }
                let doublings = failures - FREE_FAILURES;
                if doublings > 3 {
                    Duration::from_secs(LONGEST_DELAY_S)
                } else {
                    Duration::from_secs(1 << doublings)
                }
            }
        }
    }
}

impl Who<'_> {
    fn account(self, tx: &ReadTx<'_>) -> Result<Option<Account>, Fault> {
        match self {
            Who::Known(id) => store::account(tx, id),
            Who::Named(name) => match name.parse::<PersonName>() {
                Ok(name) => store::account_named(tx, &name),
                Err(_) => Ok(None),
            },
        }
    }
}

enum Attempt {
    Weigh(Option<(Account, u32)>),
    Wait { until: Timestamp },
}

/// The account of whoever is meant, when the password is its own. Takes as long for a person who does not exist.
///
/// The caller forgives the failures once everything else is as it must be.
pub(super) fn weigh_password(
    db: &Db,
    door: &Door,
    who: Who<'_>,
    password: &str,
    now: Timestamp,
) -> Result<Account, SignInError> {
    let attempt = db.write(|tx| admit(tx, door, who.account(tx)?, now))?;
    let counted = match attempt {
        Attempt::Weigh(counted) => counted,
        Attempt::Wait { until } => return Err(SignInError::Wait { until }),
    };
    let hash =
        counted.as_ref().map_or_else(|| PasswordHash::decoy(door.cost), |(account, _)| account.hash.clone());
    match (counted, hash.matches(password)) {
        (Some((account, _)), true) => Ok(account),
        (Some((account, failures)), false) => {
            db.write(|tx| note_failure(tx, door, &account, failures, now))?;
            Err(SignInError::Wrong)
        }
        // Nothing is written down: what was typed as a name may be somebody's password.
        (None, _) => Err(SignInError::Wrong),
    }
}

/// Lets an attempt be weighed, counting it as failed until it has succeeded: attempts made side by side are then
/// guesses in a row as well. Answers how many there were in a row, this one included.
fn admit(tx: &WriteTx<'_>, door: &Door, account: Option<Account>, now: Timestamp) -> Result<Attempt, Fault> {
    let Some(account) = account else { return Ok(Attempt::Weigh(None)) };
    let (id, source) = (account.person.id, door.source());
    let (failures, last) = match store::failures(tx, id, &source)? {
        None => (0, None),
        Some((failures, ahead)) if ahead > now => {
            // The clock was set back: the delay begins anew, neither skipped nor stretched until the clock is there.
            store::date_failure(tx, id, &source, now)?;
            (failures, Some(now))
        }
        Some((failures, last)) => (failures, Some(last)),
    };
    match last.map(|last| last + door.delay(failures)) {
        Some(until) if now < until => Ok(Attempt::Wait { until }),
        Some(_) | None => {
            store::forget_failures_before(tx, now - REMEMBERED)?;
            store::count_failure(tx, id, &source, now)?;
            Ok(Attempt::Weigh(Some((account, failures + 1))))
        }
    }
}

fn note_failure(
    tx: &WriteTx<'_>,
    door: &Door,
    account: &Account,
    failures: u32,
    now: Timestamp,
) -> Result<(), Fault> {
    let mut detail = json!({ "failures": failures });
    if let Some(address) = door.address {
        detail["address"] = json!(address.to_canonical().to_string());
    }
    if door.place == Place::Browser && failures >= LOCKED_OUT_AFTER {
        detail["locked_out_min"] = json!(door.delay(failures).as_secs() / 60);
    }
    let person = &account.person;
    note(tx, &person.actor(), "staff.sign_in_failed", person.id, &detail, now)
}
