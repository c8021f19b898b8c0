//! How far a shop is set up, read from the books so that a first start can be left and taken up again.

use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::secrets;
use karcis_core::settings::{self, Shop};
use karcis_core::staff;

/// Where the data key lives: in the system's keyring, or under a passphrase.
pub(crate) const KEY_HOME: &str = "secrets.home";

/// The next step of the wizard, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The shop has no name yet.
    Shop,
    /// Nobody is on the staff.
    Owner,
    /// The books have no key: the recovery key has not been kept by anybody.
    Recovery,
    /// The data key has no place to live in.
    KeyHome,
    /// No router was chosen; everything else works.
    Router,
    /// Over.
    Done,
}

impl Stage {
    pub(crate) fn of(tx: &ReadTx<'_>, shop: &Shop) -> Result<Stage, Fault> {
        Ok(if !staff::anybody(tx)? {
            if shop.name.is_empty() { Stage::Shop } else { Stage::Owner }
        } else if !secrets::has_key(tx)? {
            Stage::Recovery
        } else if settings::text(tx, KEY_HOME)?.is_none() {
            Stage::KeyHome
        } else if settings::text(tx, super::ROUTER)?.is_none() {
            Stage::Router
        } else {
            Stage::Done
        })
    }

    pub(crate) fn has_owner(self) -> bool {
        self >= Stage::Recovery
    }
}
