//! The SQL of a router that was replaced.

use crate::db::{ReadTx, WriteTx, params};
use crate::fault::Fault;
use crate::values::{BatchId, RouterId};

/// The parts of batches with vouchers that belong on the router.
pub(super) fn live_chunks(tx: &ReadTx<'_>, router: RouterId) -> Result<Vec<(BatchId, u32)>, Fault> {
    tx.all(
        "SELECT DISTINCT batch_id, chunk FROM vouchers
         WHERE router_id = $1 AND state IN ('pending', 'on_router') ORDER BY batch_id, chunk",
        params![router],
        |row| Ok((row.parsed(0)?, row.count(1)?)),
    )
}

/// What was on the router waits for it again, and so do the batches that were complete. When each voucher was first read
/// back stays known.
pub(super) fn take_off(tx: &WriteTx<'_>, router: RouterId) -> Result<usize, Fault> {
    let taken = tx.run(
        "UPDATE vouchers SET state = 'pending' WHERE router_id = $1 AND state = 'on_router'",
        params![router],
    )?;
    tx.run(
        "UPDATE batches SET state = 'running', finished_at = NULL
         WHERE router_id = $1 AND state = 'ready' AND purpose <> 'counter'
           AND id IN (SELECT batch_id FROM vouchers WHERE router_id = $1 AND state = 'pending')",
        params![router],
    )?;
    Ok(taken)
}
