//! Who may take a route. Every route names its rule; there is no route without one.

use crate::error::Error;
use crate::visit::Visit;
use crate::wizard::Stage;
use karcis_core::staff::{Permission, Person};

/// Who may take a route, and from when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, always: what a first start and a signed-out page need.
    Open,
    /// Everybody, while the shop has no owner; afterwards there is no such page.
    Founding,
    /// Everybody, once the shop has an owner: the way in.
    Door,
    /// Whoever is signed in, even while their screen is locked: the lock itself and the ways out of it.
    BehindLock,
    /// Whoever is signed in, even when they still have to choose a password of their own.
    SignedIn,
    /// Whoever may set up the shop, from its owner on, even before the rest is set up.
    SettingUp(Permission),
    /// Every person of the staff, once the shop is set up.
    Staff,
    /// Those of the staff whose role has this permission.
    May(Permission),
}

impl Access {
    /// Whether this visitor may pass, and what stands in the way otherwise.
    pub(crate) fn admits(self, visit: &Visit) -> Result<(), Error> {
        match self {
            Access::Open => Ok(()),
            Access::Founding if visit.stage.has_owner() => Err(Error::NotFound),
            Access::Founding => Ok(()),
            Access::Door => with_owner(visit),
            Access::BehindLock => with_owner(visit).and(visit.any_session().map(|_| ()).ok_or(Error::SignIn)),
            Access::SignedIn => signed_in(visit).map(|_| ()),
            Access::SettingUp(permission) => allowed(of_age(visit)?, permission),
            Access::Staff => staff(visit).map(|_| ()),
            Access::May(permission) => allowed(staff(visit)?, permission),
        }
    }
}

fn with_owner(visit: &Visit) -> Result<(), Error> {
    if visit.stage.has_owner() { Ok(()) } else { Err(Error::Unready) }
}

fn signed_in(visit: &Visit) -> Result<&Person, Error> {
    with_owner(visit)?;
    match &visit.locked {
        Some(_) => Err(Error::Locked),
        None => visit.person().ok_or(Error::SignIn),
    }
}

/// Signed in under a password that nobody else knows.
fn of_age(visit: &Visit) -> Result<&Person, Error> {
    let person = signed_in(visit)?;
    if person.must_change { Err(Error::OwnPassword) } else { Ok(person) }
}

fn staff(visit: &Visit) -> Result<&Person, Error> {
    let person = of_age(visit)?;
    if visit.stage >= Stage::Router { Ok(person) } else { Err(Error::Unready) }
}

fn allowed(person: &Person, permission: Permission) -> Result<(), Error> {
    if person.role.may(permission) { Ok(()) } else { Err(Error::NotAllowed) }
}
