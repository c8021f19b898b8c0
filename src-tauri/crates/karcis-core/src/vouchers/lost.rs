//! Vouchers the router had and has no more: a power cut takes what it had not yet written to its flash.
//!
//! Looked for when the last part of a batch is read back, since every user is read then, and after every restart of the
//! router. What goes missing in other ways is a matter for comparing the whole router with the books.

use super::issue::owe_chunk;
use super::wish::wishes;
use super::{Batch, BatchState, Purpose, UserWish, VoucherState, store};
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Effect, Lane, Priority};
use crate::plans;
use crate::values::{BatchId, NoteId, PlanId, RouterId, Timestamp, VoucherId};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

/// A voucher read back within this time that is gone has been lost by the router. Later it may have been used up and
/// removed, and putting it there again would give it away twice.
const LATELY: Duration = Duration::from_secs(3_600);

/// The users of a batch that were read back lately, when `chunk` is the last of it; none while others are pending.
pub(crate) fn lately_confirmed(
    tx: &ReadTx<'_>,
    batch: BatchId,
    chunk: u32,
    now: Timestamp,
) -> Result<Vec<UserWish>, Fault> {
    let Some(batch) = store::batch(tx, batch)? else { return Ok(Vec::new()) };
    let rows = store::confirmed_since(tx, (batch.id, chunk), now - LATELY)?;
    wishes(tx, rows, batch.number)
}

/// Owes the router again what it has lost; the batch runs until that is read back.
pub(crate) fn owe_again(
    tx: &WriteTx<'_>,
    batch: BatchId,
    lost: &[VoucherId],
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(batch) = store::batch(tx, batch)? else { return Ok(()) };
    let mut chunks = BTreeSet::new();
    for voucher in lost {
        chunks.extend(store::take_back(tx, *voucher)?);
    }
    if chunks.is_empty() {
        return Ok(());
    }
    if batch.state == BatchState::Ready {
        store::keep_state(tx, batch.id, BatchState::Running, None)?;
    }
    for chunk in chunks {
        owe_chunk(tx, &batch, chunk, None, now)?;
    }
    let detail = json!({"number": batch.number, "count": lost.len()});
    audit::record(tx, &Actor::karcis(), "batch.lost", ("batch", &batch.id.to_string()), &detail, now)?;
    Ok(())
}

/// Up to so many lost vouchers of one chunk are owed one by one, ahead of everything else; more go as a chunk.
const ONE_BY_ONE: usize = 20;

/// What a router that restarted may have lost of one batch.
#[derive(Debug)]
pub(crate) struct Doubt {
    /// The batch.
    pub(crate) batch: Batch,
    /// The users that were written, and those that were removed.
    pub(crate) users: Vec<UserWish>,
    /// The vouchers that were sent since the moment in doubt. One of the others that is gone was not lost by the restart.
    pub(crate) sent: HashSet<VoucherId>,
}

/// What was found to be lost of one batch.
#[derive(Debug)]
pub(crate) struct Gone {
    /// The batch.
    pub(crate) batch: BatchId,
    /// Vouchers whose users are gone.
    pub(crate) lost: Vec<VoucherId>,
    /// Vouchers whose users are as they were before the last change, or there again.
    pub(crate) undone: Vec<VoucherId>,
}

/// What was written to a router since then: the plans whose profiles were, and the users by batch.
pub(crate) fn in_doubt(
    tx: &ReadTx<'_>,
    router: RouterId,
    since: Timestamp,
) -> Result<(Vec<PlanId>, Vec<Doubt>), Fault> {
    let mut profiles = Vec::new();
    let mut rows: BTreeMap<BatchId, HashMap<VoucherId, store::ChunkRow>> = BTreeMap::new();
    for effect in outbox::carried_since(tx, &Lane::Router(router), since)? {
        match effect {
            Effect::EnsureProfile { plan, .. } => profiles.push(plan),
            Effect::EnsureVoucher { voucher, .. } => {
                let row = store::chunk_row(tx, voucher)?;
                rows_of(&mut rows, row.into_iter());
            }
            Effect::EnsureVouchers { batch, chunk, .. } => {
                let of_late = |row: &store::ChunkRow| {
                    row.state == VoucherState::Void || row.written_at.is_some_and(|at| at >= since)
                };
                rows_of(&mut rows, store::chunk(tx, batch, chunk)?.into_iter().filter(of_late));
            }
            Effect::LookBack { .. } | Effect::PrintSlip { .. } => {}
        }
    }
    let mut doubts = Vec::new();
    for (batch, rows) in rows {
        let Some(batch) = store::batch(tx, batch)? else { continue };
        let late = |row: &&store::ChunkRow| row.written_at.is_some_and(|at| at >= since);
        let sent = rows.values().filter(late).map(|row| row.id).collect();
        let users = wishes(tx, rows.into_values().collect(), batch.number)?;
        doubts.push(Doubt { batch, users, sent });
    }
    Ok((profiles, doubts))
}

fn rows_of(
    all: &mut BTreeMap<BatchId, HashMap<VoucherId, store::ChunkRow>>,
    rows: impl Iterator<Item = store::ChunkRow>,
) {
    for row in rows {
        all.entry(row.batch).or_default().insert(row.id, row);
    }
}

/// Owes a router again what it has lost in a restart, behind the profiles that were written to it shortly before.
pub(crate) fn owe_lost(
    tx: &WriteTx<'_>,
    profiles: &[PlanId],
    gone: &[Gone],
    now: Timestamp,
) -> Result<(), Fault> {
    let mut owed = HashMap::new();
    for plan in profiles {
        if let Some(plan) = plans::plan(tx, *plan)? {
            owed.insert(plan.id, plans::owe_profile(tx, &plan, now)?);
        }
    }
    for gone in gone {
        if let Some(batch) = store::batch(tx, gone.batch)? {
            let profile = owed.get(&batch.plan).copied();
            owe_users(tx, &batch, gone, profile, now)?;
        }
    }
    Ok(())
}

fn owe_users(
    tx: &WriteTx<'_>,
    batch: &Batch,
    gone: &Gone,
    profile: Option<NoteId>,
    now: Timestamp,
) -> Result<(), Fault> {
    let mut chunks: BTreeMap<u32, Vec<VoucherId>> = BTreeMap::new();
    for voucher in &gone.lost {
        if let Some(chunk) = store::take_back(tx, *voucher)? {
            chunks.entry(chunk).or_default().push(*voucher);
        }
    }
    let lost: usize = chunks.values().map(Vec::len).sum();
    let mut alone = gone.undone.clone();
    for (chunk, vouchers) in chunks {
        if batch.purpose == Purpose::Counter || vouchers.len() <= ONE_BY_ONE {
            alone.extend(vouchers);
        } else {
            owe_chunk(tx, batch, chunk, profile, now)?;
        }
    }
    for voucher in alone {
        let effect = Effect::EnsureVoucher { router: batch.router, voucher };
        if outbox::queued(tx, &effect)?.is_none() {
            outbox::push(tx, &effect, Priority::Now, profile, now)?;
        }
    }
    if lost == 0 {
        return Ok(());
    }
    if batch.state == BatchState::Ready && batch.purpose != Purpose::Counter {
        store::keep_state(tx, batch.id, BatchState::Running, None)?;
    }
    let detail = json!({"number": batch.number, "count": lost, "why": "restart"});
    audit::record(tx, &Actor::karcis(), "batch.lost", ("batch", &batch.id.to_string()), &detail, now)?;
    Ok(())
}
