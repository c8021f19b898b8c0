//! Which practice vouchers sample guests may use without surprising whoever practises.

use super::store;
use crate::db::ReadTx;
use crate::fault::Fault;
use crate::values::{RouterId, Timestamp};

/// A voucher that sample guests may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lendable {
    /// Its number among all vouchers.
    pub number: i64,
    /// The code.
    pub code: String,
    /// The password.
    pub password: String,
}

/// So many of the latest sold vouchers are left to whoever sold them.
pub(super) const LEFT_ALONE: i64 = 1;

/// Vouchers of a practice router for its sample guests, from after a number on, the oldest first.
///
/// Sold ones but the latest, and the last third of a printed sheet, whose first cards a person tries. All were made
/// before this moment, and sold ones sold before it.
pub fn lendable(
    tx: &ReadTx<'_>,
    router: RouterId,
    after: i64,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Lendable>, Fault> {
    store::lendable(tx, router, after, before, limit)
}
