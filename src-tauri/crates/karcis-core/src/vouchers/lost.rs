//! Vouchers the router had and has no more: a power cut takes what it had not yet written to its flash.
//!
//! Looked for when the last part of a batch is read back, since every user is read then. What goes missing later is a
//! matter for comparing the whole router with the books.

use super::issue::owe_chunk;
use super::wish::wishes;
use super::{BatchState, UserWish, store};
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::values::{BatchId, Timestamp, VoucherId};
use serde_json::json;
use std::collections::BTreeSet;
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
