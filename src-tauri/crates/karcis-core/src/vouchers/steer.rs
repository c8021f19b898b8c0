//! What people do to batches and vouchers after they were made.

use super::issue::owe_chunk;
use super::{Batch, BatchState, Standing, Voucher, VoucherState, confirm, store};
use crate::audit::{self, Actor};
use crate::db::WriteTx;
use crate::fault::Fault;
use crate::outbox::{self, Effect, Priority};
use crate::plans;
use crate::routers;
use crate::values::{BatchId, RouterId, Timestamp, VoucherId, line};
use serde_json::json;

/// Why a batch or voucher is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum SteerError {
    /// There is no such thing.
    #[error("unknown")]
    Unknown,
    /// It has gone too far for this.
    #[error("too late")]
    TooLate,
    /// A reason must be given, one line of at most 120 characters.
    #[error("the reason is missing")]
    NoReason,
    /// Somebody has bought it: its sale is voided instead, so that the money follows.
    #[error("sold; void the sale instead")]
    Sold,
    /// It is kept for somebody: their reservation is released first.
    #[error("kept for somebody")]
    Reserved,
    /// Vouchers of the router are still live.
    #[error("vouchers of this router are still live")]
    InUse,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Holds a running batch; the chunk under way stops between two commands.
pub fn pause_batch(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: BatchId,
    now: Timestamp,
) -> Result<Batch, SteerError> {
    move_batch(tx, actor, id, (BatchState::Running, BatchState::Paused), "batch.pause", now)
}

/// Lets a held batch go on.
pub fn resume_batch(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: BatchId,
    now: Timestamp,
) -> Result<Batch, SteerError> {
    move_batch(tx, actor, id, (BatchState::Paused, BatchState::Running), "batch.resume", now)
}

fn move_batch(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: BatchId,
    (from, to): (BatchState, BatchState),
    deed: &str,
    now: Timestamp,
) -> Result<Batch, SteerError> {
    let batch = store::batch(tx, id)?.ok_or(SteerError::Unknown)?;
    if batch.state != from {
        return Err(SteerError::TooLate);
    }
    store::keep_state(tx, id, to, None)?;
    outbox::hold(tx, &id.to_string(), to == BatchState::Paused, now)?;
    audit::record(tx, actor, deed, ("batch", &id.to_string()), &json!({"number": batch.number}), now)?;
    Ok(Batch { state: to, ..batch })
}

/// Lets a held note go when its batch is not paused any more: a person was quicker than the chunk under way.
pub(crate) fn let_go_unless_paused(tx: &WriteTx<'_>, effect: &Effect, now: Timestamp) -> Result<(), Fault> {
    let Effect::EnsureVouchers { batch, .. } = effect else { return Ok(()) };
    let paused = store::batch(tx, *batch)?.is_some_and(|batch| batch.state == BatchState::Paused);
    if !paused {
        outbox::hold(tx, &batch.to_string(), false, now)?;
    }
    Ok(())
}

/// Stops a batch: what was not read back becomes void, what may have reached the router is taken off it again. What
/// somebody has bought or is kept for them stays theirs.
pub fn cancel_batch(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: BatchId,
    now: Timestamp,
) -> Result<Batch, SteerError> {
    let batch = store::batch(tx, id)?.ok_or(SteerError::Unknown)?;
    match batch.state {
        BatchState::Running | BatchState::Paused => {}
        BatchState::Cancelled | BatchState::Ready => return Err(SteerError::TooLate),
    }
    outbox::drop_unstarted(tx, &id.to_string(), now)?;
    let started = outbox::unfinished_chunks(tx, &id.to_string())?;
    let voided = store::void_pending(tx, id, "cancelled", now)?;
    store::keep_state(tx, id, BatchState::Cancelled, Some(now))?;
    // A chunk that was ever tried may have left users on the router; it is owed once more and finds them absent.
    outbox::hold(tx, &id.to_string(), false, now)?;
    for chunk in started {
        owe_chunk(tx, &batch, chunk, None, now)?;
    }
    let detail = json!({"number": batch.number, "voided": voided});
    audit::record(tx, actor, "batch.cancel", ("batch", &id.to_string()), &detail, now)?;
    Ok(Batch { state: BatchState::Cancelled, finished_at: Some(now), ..batch })
}

/// Takes a voucher that is nobody's back for good, with a reason; the user on the router is owed its removal.
pub fn void_voucher(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: VoucherId,
    reason: &str,
    now: Timestamp,
) -> Result<Voucher, SteerError> {
    let reason = line(reason, 120).map_err(|_| SteerError::NoReason)?;
    let voucher = live(store::voucher(tx, id)?)?;
    match voucher.standing {
        Standing::Unsold | Standing::Stock => {}
        Standing::Reserved => return Err(SteerError::Reserved),
        Standing::Sold => return Err(SteerError::Sold),
    }
    store::void(tx, id, &reason, now)?;
    owe_voucher(tx, &voucher, now)?;
    if let Some(batch) = store::batch_of(tx, id)? {
        confirm::complete(tx, &batch, now)?;
    }
    let detail = json!({"number": voucher.number, "reason": reason});
    audit::record(tx, actor, "voucher.void", ("voucher", &id.to_string()), &detail, now)?;
    store::voucher(tx, id)?.ok_or(SteerError::Unknown)
}

/// Switches a voucher off on the router, or on again.
pub fn set_disabled(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: VoucherId,
    disabled: bool,
    now: Timestamp,
) -> Result<Voucher, SteerError> {
    let voucher = live(store::voucher(tx, id)?)?;
    if voucher.disabled == disabled {
        return Ok(voucher);
    }
    store::set_disabled(tx, id, disabled)?;
    owe_voucher(tx, &voucher, now)?;
    let deed = if disabled { "voucher.disable" } else { "voucher.enable" };
    audit::record(tx, actor, deed, ("voucher", &id.to_string()), &json!({"number": voucher.number}), now)?;
    Ok(Voucher { disabled, ..voucher })
}

/// Takes a router out of use with its plans and notes. Vouchers that can still be sold prevent it, and sold ones that
/// have not reached the router. The practice router is removed with all it has instead.
pub fn archive_router(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: RouterId,
    now: Timestamp,
) -> Result<(), SteerError> {
    let router = routers::router(tx, id)?.ok_or(SteerError::Unknown)?;
    if !routers::in_use(tx, id)? {
        return Err(SteerError::Unknown);
    }
    if router.practice || store::needed_on(tx, id)? > 0 {
        return Err(SteerError::InUse);
    }
    plans::archive_of(tx, id, now)?;
    Ok(routers::archive(tx, actor, &router, now)?)
}

fn live(voucher: Option<Voucher>) -> Result<Voucher, SteerError> {
    let voucher = voucher.ok_or(SteerError::Unknown)?;
    match voucher.state {
        VoucherState::Pending | VoucherState::OnRouter => Ok(voucher),
        VoucherState::Rejected | VoucherState::Void => Err(SteerError::TooLate),
    }
}

fn owe_voucher(tx: &WriteTx<'_>, voucher: &Voucher, now: Timestamp) -> Result<(), Fault> {
    let effect = Effect::EnsureVoucher { router: voucher.router, voucher: voucher.id };
    outbox::push(tx, &effect, Priority::Now, None, now)?;
    Ok(())
}
