//! A router that was replaced by another device: everything that should be on it is owed anew.

mod store;

use super::issue::owe_chunk;
use super::{Tag, live_on, wish};
use crate::audit::Actor;
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::plans;
use crate::routers::{self, Machine, RouterError};
use crate::values::{NoteId, PlanId, RouterId, Timestamp};
use std::collections::HashMap;

/// Why another device does not become the router.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// It is not the device that was seen there last, or none was.
    #[error("not the device that was seen last")]
    NotSeen,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Makes the device that was seen in the router's place the router, and owes it every profile and live voucher; answers
/// how many vouchers those are.
///
/// The new device is taken for empty, and what is there already is found. What was used up on the old one is not known
/// to it: vouchers begin anew.
pub fn replace_router(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: RouterId,
    seen: &Machine,
    now: Timestamp,
) -> Result<u64, MoveError> {
    if !routers::in_use(tx, id)? {
        return Err(MoveError::NotSeen);
    }
    let owed = live_on(tx, id)?;
    routers::replace(tx, actor, id, seen, owed, now).map_err(|error| match error {
        RouterError::Fault(fault) => MoveError::Fault(fault),
        RouterError::Unknown
        | RouterError::BadName
        | RouterError::BadHost
        | RouterError::BadUser
        | RouterError::NoPassword
        | RouterError::NameTaken
        | RouterError::PlainNotAccepted => MoveError::NotSeen,
    })?;
    let mut profiles = HashMap::new();
    for plan in plans::plans(tx)?.into_iter().filter(|plan| plan.router == id) {
        profiles.insert(plan.id, plans::owe_profile(tx, &plan, now)?);
    }
    let chunks = store::live_chunks(tx, id)?;
    store::take_off(tx, id)?;
    for (batch, chunk) in chunks {
        let Some(batch) = super::store::batch(tx, batch)? else { continue };
        let profile = profile_of(tx, &mut profiles, batch.plan, now)?;
        owe_chunk(tx, &batch, chunk, profile, now)?;
    }
    Ok(owed)
}

/// The note that brings a plan's profile, also of one that is out of use and still has vouchers.
fn profile_of(
    tx: &WriteTx<'_>,
    owed: &mut HashMap<PlanId, NoteId>,
    plan: PlanId,
    now: Timestamp,
) -> Result<Option<NoteId>, Fault> {
    if let Some(note) = owed.get(&plan) {
        return Ok(Some(*note));
    }
    let Some(plan) = plans::plan(tx, plan)? else { return Ok(None) };
    let note = plans::owe_profile(tx, &plan, now)?;
    owed.insert(plan.id, note);
    Ok(Some(note))
}

/// Strays are counted up to here; a person need not know more.
const MOST_STRAYS: u32 = 1_000;

/// How many of these marks are this shop's and stand in no row of these books.
pub fn strays(tx: &ReadTx<'_>, tags: &[Tag]) -> Result<u32, Fault> {
    let shop = wish::shop_tag(tx)?;
    let mut strays = 0;
    for tag in tags.iter().filter(|tag| tag.shop == shop) {
        if strays < MOST_STRAYS && super::store::state_of(tx, tag.voucher)?.is_none() {
            strays += 1;
        }
    }
    Ok(strays)
}
