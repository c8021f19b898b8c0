//! The end of the practice router: it goes with everything that was ever made on it.
//!
//! Practice is no money, so nothing of it has to be kept; a row that is not there stands in no list and no sum.

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::plans;
use crate::prints;
use crate::reservations;
use crate::routers;
use crate::sales;
use crate::values::{RouterId, Timestamp};
use crate::vouchers;
use serde_json::json;

/// What hangs on a practice router.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Content {
    /// Plans in use.
    pub plans: usize,
    /// Vouchers, whatever became of them.
    pub vouchers: u32,
    /// Practice sales, the voided ones included.
    pub sales: u32,
}

/// Why nothing is removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// There is no such practice router in use.
    #[error("no such practice router")]
    Unknown,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What would go with a practice router.
pub fn content(tx: &ReadTx<'_>, id: RouterId) -> Result<Content, Fault> {
    Ok(Content {
        plans: plans::plans(tx)?.iter().filter(|plan| plan.router == id).count(),
        vouchers: vouchers::made_for(tx, id)?,
        sales: sales::practised_on(tx, id)?,
    })
}

/// Takes the practice router out of use and strikes out what was made on it: plans, batches, vouchers, prints, slips,
/// reservations, sales, notes. Shifts, drawers and the trail stay; no money was ever part of it.
pub fn remove(tx: &WriteTx<'_>, actor: &Actor, id: RouterId, now: Timestamp) -> Result<Content, RemoveError> {
    let router =
        routers::practice_router(tx)?.filter(|router| router.id == id).ok_or(RemoveError::Unknown)?;
    let gone = content(tx, id)?;
    sales::forget_practice(tx, id)?;
    reservations::forget_of(tx, id)?;
    prints::forget_of(tx, id)?;
    vouchers::forget_of(tx, id)?;
    plans::forget_of(tx, id)?;
    routers::forget(tx, &router)?;
    let detail =
        json!({"name": router.name, "plans": gone.plans, "vouchers": gone.vouchers, "sales": gone.sales});
    audit::record(tx, actor, "router.remove_practice", ("router", &id.to_string()), &detail, now)?;
    Ok(gone)
}
