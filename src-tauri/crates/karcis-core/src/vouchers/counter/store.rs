//! The SQL of vouchers as the counter sees them.

use super::super::store;
use super::super::{Batch, Purpose, Standing, Voucher};
use crate::db::{ReadTx, WriteTx, params};
use crate::fault::Fault;
use crate::values::{BatchId, PlanId, Timestamp, VoucherId};

pub(super) fn newest_counter_batch(tx: &ReadTx<'_>, plan: PlanId) -> Result<Option<Batch>, Fault> {
    let id = tx.maybe(
        "SELECT id FROM batches WHERE plan_id = $1 AND purpose = 'counter' ORDER BY number DESC LIMIT 1",
        params![plan],
        |row| row.parsed(0),
    )?;
    match id {
        Some(id) => store::batch(tx, id),
        None => Ok(None),
    }
}

/// Makes room for one more voucher and answers its place in the batch.
pub(super) fn grow(tx: &WriteTx<'_>, id: BatchId) -> Result<u32, Fault> {
    tx.one("UPDATE batches SET size = size + 1 WHERE id = $1 RETURNING size", params![id], |row| row.count(0))
}

pub(super) fn keep_purpose(tx: &WriteTx<'_>, id: BatchId, purpose: Purpose) -> Result<(), Fault> {
    tx.run("UPDATE batches SET purpose = $2 WHERE id = $1", params![id, purpose.as_str()])?;
    Ok(())
}

pub(super) fn restand_all(
    tx: &WriteTx<'_>,
    id: BatchId,
    (from, to): (Standing, Standing),
) -> Result<usize, Fault> {
    tx.run(
        "UPDATE vouchers SET standing = $3 WHERE batch_id = $1 AND standing = $2",
        params![id, from.as_str(), to.as_str()],
    )
}

/// Moves a live voucher from one standing to another; `false` when it does not stand there any more.
pub(super) fn stand(
    tx: &WriteTx<'_>,
    id: VoucherId,
    (from, to): (Standing, Standing),
    now: Timestamp,
) -> Result<bool, Fault> {
    let changed = tx.run(
        "UPDATE vouchers SET standing = $3, sold_at = $4
         WHERE id = $1 AND standing = $2 AND state IN ('pending', 'on_router')",
        params![id, from.as_str(), to.as_str(), (to == Standing::Sold).then_some(now)],
    )?;
    Ok(changed == 1)
}

pub(super) fn by_code(tx: &ReadTx<'_>, code: &str) -> Result<Option<Voucher>, Fault> {
    let id = tx.maybe("SELECT id FROM vouchers WHERE code = $1", params![code], |row| row.parsed(0))?;
    match id {
        Some(id) => store::voucher(tx, id),
        None => Ok(None),
    }
}

/// The plan's batches that have stock to sell, the oldest first.
pub(super) const BATCHES_IN_STOCK: &str = "SELECT b.id FROM batches AS b
     WHERE b.plan_id = $1 AND b.purpose = 'stock' AND (b.sell_by IS NULL OR b.sell_by >= $2)
       AND EXISTS (SELECT 1 FROM vouchers AS v WHERE v.batch_id = b.id AND v.standing = 'stock'
                   AND v.state = 'on_router' AND v.disabled = 0)
     ORDER BY b.number LIMIT $3";

pub(super) const IN_STOCK: &str = "SELECT id FROM vouchers
     WHERE batch_id = $1 AND standing = 'stock' AND state = 'on_router' AND disabled = 0
     ORDER BY number LIMIT $2";

// The join is spelled CROSS JOIN so that batches, of which a plan has few, are walked first.
pub(super) const STOCK_OF: &str = "SELECT COUNT(*) FROM (
         SELECT v.id FROM batches AS b CROSS JOIN vouchers AS v
         WHERE b.plan_id = $1 AND b.purpose = 'stock' AND (b.sell_by IS NULL OR b.sell_by >= $2)
           AND v.batch_id = b.id AND v.standing = 'stock' AND v.state = 'on_router' AND v.disabled = 0
         LIMIT $3) AS counted";

pub(super) fn next_of_stock(
    tx: &ReadTx<'_>,
    plan: PlanId,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Voucher>, Fault> {
    let limit = limit as usize;
    let mut next = Vec::new();
    // Each of these batches has one voucher at least: so many of them are enough.
    let batches: Vec<BatchId> =
        tx.all(BATCHES_IN_STOCK, params![plan, now, wanted(limit)], |row| row.parsed(0))?;
    for batch in batches {
        let missing = limit - next.len();
        let ids: Vec<VoucherId> = tx.all(IN_STOCK, params![batch, wanted(missing)], |row| row.parsed(0))?;
        for id in ids {
            next.extend(store::voucher(tx, id)?);
        }
        if next.len() >= limit {
            break;
        }
    }
    Ok(next)
}

fn wanted(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn stock_of(tx: &ReadTx<'_>, plan: PlanId, most: u32, now: Timestamp) -> Result<u32, Fault> {
    tx.one(STOCK_OF, params![plan, now, most], |row| row.count(0))
}
