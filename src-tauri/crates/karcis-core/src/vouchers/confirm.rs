//! What the router was found to have, written back into the books.

use super::issue::{fresh_code, owe_chunk};
use super::{Batch, BatchState, VoucherState, store};
use crate::audit::{self, Actor};
use crate::db::WriteTx;
use crate::fault::Fault;
use crate::outbox::{self, Effect, Priority};
use crate::settings;
use crate::values::{BatchId, Timestamp, VoucherId};
use rand::CryptoRng;
use serde_json::json;

/// What was read back from the router for one chunk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChunkAnswer {
    /// Found there, exactly as wished.
    pub present: Vec<VoucherId>,
    /// Somebody else's user holds the name.
    pub taken: Vec<VoucherId>,
}

/// What the books made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confirmed {
    /// Newly on the router.
    pub confirmed: u32,
    /// Replaced by a new voucher with a new code.
    pub replaced: u32,
    /// Whether the batch is now complete.
    pub ready: bool,
}

/// Writes a chunk's answer: confirms, replaces taken codes that are nobody's by fresh ones, completes the batch.
///
/// Replaced vouchers and vouchers voided meanwhile owe their chunk to the router once more.
pub fn keep_answer(
    tx: &WriteTx<'_>,
    batch: BatchId,
    chunk: u32,
    answer: &ChunkAnswer,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Confirmed, Fault> {
    let Some(batch) = store::batch(tx, batch)? else { return Ok(Confirmed::default()) };
    let mut confirmed = 0;
    let mut voided_meanwhile = false;
    for voucher in &answer.present {
        match store::confirm(tx, *voucher, now)? {
            true => confirmed += 1,
            false => voided_meanwhile |= store::state_of(tx, *voucher)? == Some(VoucherState::Void),
        }
    }
    let mut replaced = 0;
    for voucher in &answer.taken {
        if replace(tx, &batch, *voucher, rng, now)? {
            replaced += 1;
        } else {
            leave_to_a_person(tx, &batch, *voucher, now)?;
        }
    }
    if replaced > 0 || voided_meanwhile {
        owe_chunk(tx, &batch, chunk, None, now)?;
    }
    if replaced > 0 {
        let detail = json!({"count": replaced, "why": "taken"});
        audit::record(tx, &Actor::karcis(), "batch.replace", ("batch", &batch.id.to_string()), &detail, now)?;
    }
    Ok(Confirmed { confirmed, replaced, ready: complete(tx, &batch, now)? })
}

/// Marks a single voucher as found on the router, after an effect of its own.
pub fn voucher_answered(tx: &WriteTx<'_>, voucher: VoucherId, now: Timestamp) -> Result<(), Fault> {
    if store::confirm(tx, voucher, now)?
        && let Some(batch) = store::batch_of(tx, voucher)?
    {
        complete(tx, &batch, now)?;
    }
    Ok(())
}

/// A taken code that somebody may hold is not exchanged by machine: its own note finds it taken and is listed.
fn leave_to_a_person(
    tx: &WriteTx<'_>,
    batch: &Batch,
    voucher: VoucherId,
    now: Timestamp,
) -> Result<(), Fault> {
    let promised = store::chunk_row(tx, voucher)?.is_some_and(|row| {
        row.state == VoucherState::Pending && (row.standing.is_promised() || row.was_there)
    });
    let effect = Effect::EnsureVoucher { router: batch.router, voucher };
    if promised && !outbox::is_owed(tx, &effect)? {
        outbox::push(tx, &effect, Priority::Now, None, now)?;
    }
    Ok(())
}

/// Rejects a voucher whose code somebody else holds and puts a new one in its place.
fn replace(
    tx: &WriteTx<'_>,
    batch: &Batch,
    voucher: VoucherId,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(place) = store::reject(tx, voucher, "taken", now)? else { return Ok(false) };
    let fresh = fresh_code(tx, &batch.code, rng)?.ok_or_else(|| Fault::new("no unused code is left"))?;
    let number = settings::take_numbers(tx, "vouchers", 1)?;
    let place = store::Place { number, ..place };
    store::add_voucher(tx, VoucherId::new(now, rng), batch, &place, &fresh, now)?;
    Ok(true)
}

/// Completes the batch when nothing is pending; answers whether it is complete.
pub(super) fn complete(tx: &WriteTx<'_>, batch: &Batch, now: Timestamp) -> Result<bool, Fault> {
    if store::pending_left(tx, batch.id)? {
        return Ok(false);
    }
    match batch.state {
        BatchState::Running | BatchState::Paused => {
            store::keep_state(tx, batch.id, BatchState::Ready, Some(now))?;
            // Nobody can resume a batch that is ready: what its pause held goes and finds nothing to do.
            outbox::hold(tx, &batch.id.to_string(), false, now)?;
        }
        BatchState::Cancelled | BatchState::Ready => {}
    }
    Ok(true)
}
