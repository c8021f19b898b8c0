//! The SQL of batches, vouchers and issued codes.

use super::code::Code;
use super::lend::{LEFT_ALONE, Lendable};
use super::{Batch, BatchState, Standing, Tally, Voucher, VoucherState};
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::plans::{code_style, data, period};
use crate::values::{BatchId, Money, PlanId, RouterId, Timestamp, VoucherId};
use sha2::{Digest, Sha256};

/// A voucher with its batch's number and the name of its plan, for [`voucher_row`]. The conditions follow.
macro_rules! voucher_where {
    ($($conditions:literal),+ $(,)?) => {
        concat!(
            "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                    v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
             FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
             WHERE ",
            $($conditions),+
        )
    };
}
pub(super) use voucher_where;

/// Where a voucher stands in its batch.
pub(super) struct Place {
    pub(super) number: i64,
    pub(super) serial: u32,
    pub(super) chunk: u32,
}

/// A voucher as the engine needs it.
pub(super) struct ChunkRow {
    pub(super) id: VoucherId,
    pub(super) batch: BatchId,
    pub(super) code: String,
    pub(super) password: String,
    pub(super) state: VoucherState,
    pub(super) disabled: bool,
    pub(super) standing: Standing,
    /// Whether it was read back from a router once.
    pub(super) was_there: bool,
    /// When it was last sent and read back.
    pub(super) written_at: Option<Timestamp>,
}

pub(super) fn add_batch(tx: &WriteTx<'_>, batch: &Batch, created_by: &str) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO batches (id, number, plan_id, router_id, plan_name, hotspot_server, profile_name, price,
             selling_price, validity_s, uptime_limit_s, data_limit_bytes, size, code_mode, code_alphabet,
             code_length, code_prefix, note, sell_by, state, created_by, created_by_name, created_at, finished_at,
             purpose)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22, $23, $24, $25)",
        params![
            batch.id,
            batch.number,
            batch.plan,
            batch.router,
            &batch.plan_name,
            &batch.hotspot_server,
            &batch.profile_name,
            batch.price,
            batch.selling_price,
            batch.validity,
            batch.uptime_limit,
            batch.data_limit,
            batch.size,
            batch.code.mode.as_str(),
            batch.code.alphabet.as_str(),
            u32::from(batch.code.length),
            &batch.code.prefix,
            &batch.note,
            batch.sell_by,
            batch.state.as_str(),
            created_by,
            &batch.created_by,
            batch.created_at,
            batch.finished_at,
            batch.purpose.as_str()
        ],
    )?;
    Ok(())
}

pub(super) fn add_voucher(
    tx: &WriteTx<'_>,
    id: VoucherId,
    batch: &Batch,
    place: &Place,
    code: &Code,
    now: Timestamp,
) -> Result<(), Fault> {
    let standing = batch.purpose.standing();
    tx.run(
        "INSERT INTO vouchers (id, number, batch_id, plan_id, router_id, serial, chunk, code, password, state,
             created_at, standing, sold_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $12)",
        params![
            id,
            place.number,
            batch.id,
            batch.plan,
            batch.router,
            place.serial,
            place.chunk,
            &code.code,
            &code.password,
            now,
            standing.as_str(),
            (standing == Standing::Sold).then_some(now)
        ],
    )?;
    Ok(())
}

/// Remembers the code as issued; `false` when it was issued before.
pub(super) fn remember_code(tx: &WriteTx<'_>, code: &str) -> Result<bool, Fault> {
    // Sixteen bytes of SHA-256: short enough for millions, and no list of codes for a thief of old backups.
    let digest = Sha256::digest(code.as_bytes());
    let added = tx.run(
        "INSERT INTO issued_codes (code_hash) VALUES ($1) ON CONFLICT (code_hash) DO NOTHING",
        params![&digest[..16]],
    )?;
    Ok(added == 1)
}

pub(super) fn batch(tx: &ReadTx<'_>, id: BatchId) -> Result<Option<Batch>, Fault> {
    tx.maybe(
        "SELECT id, number, plan_id, router_id, plan_name, hotspot_server, profile_name, price, selling_price, validity_s,
                uptime_limit_s, data_limit_bytes, size, code_mode, code_alphabet, code_length, code_prefix, note,
                sell_by, state, created_by_name, created_at, push_started_at, finished_at, purpose
         FROM batches WHERE id = $1",
        params![id],
        batch_row,
    )
}

pub(super) fn batch_number(tx: &ReadTx<'_>, number: i64) -> Result<Option<Batch>, Fault> {
    tx.maybe(
        "SELECT id, number, plan_id, router_id, plan_name, hotspot_server, profile_name, price, selling_price, validity_s,
                uptime_limit_s, data_limit_bytes, size, code_mode, code_alphabet, code_length, code_prefix, note,
                sell_by, state, created_by_name, created_at, push_started_at, finished_at, purpose
         FROM batches WHERE number = $1",
        params![number],
        batch_row,
    )
}

pub(super) fn batch_of(tx: &ReadTx<'_>, voucher: VoucherId) -> Result<Option<Batch>, Fault> {
    let id =
        tx.maybe("SELECT batch_id FROM vouchers WHERE id = $1", params![voucher], |row| row.parsed(0))?;
    match id {
        Some(id) => batch(tx, id),
        None => Ok(None),
    }
}

pub(super) fn batches(
    tx: &ReadTx<'_>,
    plan: Option<PlanId>,
    router: Option<RouterId>,
    before: i64,
    limit: i64,
) -> Result<Vec<Batch>, Fault> {
    tx.all(
        "SELECT id, number, plan_id, router_id, plan_name, hotspot_server, profile_name, price, selling_price, validity_s,
                uptime_limit_s, data_limit_bytes, size, code_mode, code_alphabet, code_length, code_prefix, note,
                sell_by, state, created_by_name, created_at, push_started_at, finished_at, purpose
         FROM batches WHERE number < $1 AND ($2 IS NULL OR plan_id = $2) AND ($3 IS NULL OR router_id = $3)
         ORDER BY number DESC LIMIT $4",
        params![before, plan, router, limit],
        batch_row,
    )
}

pub(super) fn keep_state(
    tx: &WriteTx<'_>,
    id: BatchId,
    state: BatchState,
    finished_at: Option<Timestamp>,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE batches SET state = $2, finished_at = $3 WHERE id = $1",
        params![id, state.as_str(), finished_at],
    )?;
    Ok(())
}

pub(super) fn push_started(tx: &WriteTx<'_>, id: BatchId, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE batches SET push_started_at = COALESCE(push_started_at, $2) WHERE id = $1",
        params![id, now],
    )?;
    Ok(())
}

/// How many vouchers stand somewhere, and how many of them are promised to somebody.
type Count = (VoucherState, u32, u32);

pub(super) fn tally(tx: &ReadTx<'_>, id: BatchId) -> Result<Tally, Fault> {
    let counts = tx.all(
        "SELECT state, COUNT(*), SUM(CASE WHEN standing IN ('reserved', 'sold') THEN 1 ELSE 0 END)
         FROM vouchers WHERE batch_id = $1 GROUP BY state",
        params![id],
        |row| Ok((row.parsed(0)?, row.count(1)?, row.count(2)?)),
    )?;
    Ok(summed(&counts))
}

pub(super) fn tally_of_all(tx: &ReadTx<'_>, practice: bool) -> Result<Tally, Fault> {
    // Grouped as the index of routers is sorted, which saves sorting every voucher.
    let counts = tx.all(
        "SELECT router_id, state, COUNT(*), SUM(CASE WHEN standing IN ('reserved', 'sold') THEN 1 ELSE 0 END)
         FROM vouchers WHERE router_id IN (SELECT id FROM routers WHERE archived = 0 AND practice = $1)
         GROUP BY router_id, state",
        params![practice],
        |row| Ok((row.parsed(1)?, row.count(2)?, row.count(3)?)),
    )?;
    Ok(summed(&counts))
}

fn summed(counts: &[Count]) -> Tally {
    let at = |state| counts.iter().filter(move |(found, ..)| *found == state);
    let of = |state| at(state).map(|(_, count, _)| *count).sum();
    Tally {
        pending: of(VoucherState::Pending),
        on_router: of(VoucherState::OnRouter),
        promised: at(VoucherState::OnRouter).map(|(.., promised)| *promised).sum(),
        rejected: of(VoucherState::Rejected),
        void: of(VoucherState::Void),
    }
}

pub(super) fn live_on(tx: &ReadTx<'_>, router: RouterId) -> Result<u64, Fault> {
    let live = tx.one(
        "SELECT COUNT(*) FROM vouchers WHERE router_id = $1 AND state IN ('pending', 'on_router')",
        params![router],
        |row| row.int(0),
    )?;
    Ok(u64::try_from(live).unwrap_or(0))
}

pub(super) fn needed_on(tx: &ReadTx<'_>, router: RouterId) -> Result<u64, Fault> {
    let needed = tx.one(
        "SELECT COUNT(*) FROM vouchers
         WHERE router_id = $1 AND (state = 'pending' OR (state = 'on_router' AND standing <> 'sold'))",
        params![router],
        |row| row.int(0),
    )?;
    Ok(u64::try_from(needed).unwrap_or(0))
}

pub(super) fn pending_left(tx: &ReadTx<'_>, id: BatchId) -> Result<bool, Fault> {
    let pending = tx.maybe(
        "SELECT 1 FROM vouchers WHERE batch_id = $1 AND state = 'pending' LIMIT 1",
        params![id],
        |row| row.int(0),
    )?;
    Ok(pending.is_some())
}

pub(super) fn chunk(tx: &ReadTx<'_>, id: BatchId, chunk: u32) -> Result<Vec<ChunkRow>, Fault> {
    tx.all(
        "SELECT id, batch_id, code, password, state, disabled, standing, on_router_at, written_at FROM vouchers
         WHERE batch_id = $1 AND chunk = $2 ORDER BY serial",
        params![id, chunk],
        chunk_row_of,
    )
}

pub(super) fn chunk_row(tx: &ReadTx<'_>, id: VoucherId) -> Result<Option<ChunkRow>, Fault> {
    tx.maybe(
        "SELECT id, batch_id, code, password, state, disabled, standing, on_router_at, written_at FROM vouchers WHERE id = $1",
        params![id],
        chunk_row_of,
    )
}

fn chunk_row_of(row: &Row<'_>) -> Result<ChunkRow, Fault> {
    Ok(ChunkRow {
        id: row.parsed(0)?,
        batch: row.parsed(1)?,
        code: row.text(2)?,
        password: row.text(3)?,
        state: row.parsed(4)?,
        disabled: row.truth(5)?,
        standing: row.parsed(6)?,
        was_there: row.maybe_timestamp(7)?.is_some(),
        written_at: row.maybe_timestamp(8)?,
    })
}

/// Confirms a pending voucher; `false` when it is not pending.
pub(super) fn confirm(tx: &WriteTx<'_>, id: VoucherId, now: Timestamp) -> Result<bool, Fault> {
    let changed = tx.run(
        "UPDATE vouchers SET state = 'on_router', on_router_at = COALESCE(on_router_at, $2), written_at = $2
         WHERE id = $1 AND state = 'pending'",
        params![id, now],
    )?;
    Ok(changed == 1)
}

/// The vouchers of a batch read back since then; none while any outside of this chunk is pending.
pub(super) fn confirmed_since(
    tx: &ReadTx<'_>,
    (id, chunk): (BatchId, u32),
    since: Timestamp,
) -> Result<Vec<ChunkRow>, Fault> {
    tx.all(
        "SELECT id, batch_id, code, password, state, disabled, standing, on_router_at, written_at FROM vouchers
         WHERE batch_id = $1 AND state = 'on_router' AND written_at >= $3 AND NOT EXISTS (
             SELECT 1 FROM vouchers AS other WHERE other.batch_id = $1 AND other.state = 'pending' AND other.chunk <> $2)
         ORDER BY serial",
        params![id, chunk, since],
        chunk_row_of,
    )
}

/// Whether it was sent to a router once more after it had been read back from one.
pub(super) fn was_sent_again(tx: &ReadTx<'_>, id: VoucherId) -> Result<bool, Fault> {
    let again =
        tx.maybe("SELECT 1 FROM vouchers WHERE id = $1 AND written_at > on_router_at", params![id], |row| {
            row.int(0)
        })?;
    Ok(again.is_some())
}

/// A voucher that was on the router waits for it again; answers its chunk, nothing when it was not.
pub(super) fn take_back(tx: &WriteTx<'_>, id: VoucherId) -> Result<Option<u32>, Fault> {
    tx.maybe(
        "UPDATE vouchers SET state = 'pending' WHERE id = $1 AND state = 'on_router' RETURNING chunk",
        params![id],
        |row| row.count(0),
    )
}

/// Rejects a pending voucher and answers its place; `None` when it is not pending, somebody has it already, or it was on a
/// router before, so that its card may be in somebody's hand.
pub(super) fn reject(
    tx: &WriteTx<'_>,
    id: VoucherId,
    reason: &str,
    now: Timestamp,
) -> Result<Option<Place>, Fault> {
    tx.maybe(
        "UPDATE vouchers SET state = 'rejected', reason = $2, closed_at = $3
         WHERE id = $1 AND state = 'pending' AND standing IN ('unsold', 'stock') AND on_router_at IS NULL
         RETURNING number, serial, chunk",
        params![id, reason, now],
        |row| Ok(Place { number: row.int(0)?, serial: row.count(1)?, chunk: row.count(2)? }),
    )
}

pub(super) fn state_of(tx: &ReadTx<'_>, id: VoucherId) -> Result<Option<VoucherState>, Fault> {
    tx.maybe("SELECT state FROM vouchers WHERE id = $1", params![id], |row| row.parsed(0))
}

pub(super) fn void(tx: &WriteTx<'_>, id: VoucherId, reason: &str, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE vouchers SET state = 'void', reason = $2, closed_at = $3
         WHERE id = $1 AND state IN ('pending', 'on_router')",
        params![id, reason, now],
    )?;
    Ok(())
}

pub(super) fn void_pending(
    tx: &WriteTx<'_>,
    id: BatchId,
    reason: &str,
    now: Timestamp,
) -> Result<usize, Fault> {
    tx.run(
        "UPDATE vouchers SET state = 'void', reason = $2, closed_at = $3
         WHERE batch_id = $1 AND state = 'pending' AND standing IN ('unsold', 'stock')",
        params![id, reason, now],
    )
}

pub(super) fn made_for(tx: &ReadTx<'_>, router: RouterId) -> Result<u32, Fault> {
    tx.one("SELECT COUNT(*) FROM vouchers WHERE router_id = $1", params![router], |row| row.count(0))
}

pub(super) fn lendable(
    tx: &ReadTx<'_>,
    router: RouterId,
    after: i64,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Lendable>, Fault> {
    tx.all(
        "SELECT v.number, v.code, v.password FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE v.router_id = $1 AND v.state = 'on_router' AND v.number > $2 AND v.disabled = 0 AND v.created_at < $3
           AND ((v.standing = 'sold' AND v.sold_at < $3 AND v.number NOT IN (
                    SELECT late.number FROM vouchers AS late WHERE late.router_id = $1 AND late.standing = 'sold'
                    ORDER BY late.sold_at DESC, late.number DESC LIMIT $5))
                OR (v.standing = 'unsold' AND v.printed > 0 AND v.serial * 3 > b.size * 2))
         ORDER BY v.number LIMIT $4",
        params![router, after, before, limit, LEFT_ALONE],
        |row| Ok(Lendable { number: row.int(0)?, code: row.text(1)?, password: row.text(2)? }),
    )
}

pub(super) fn forget_of(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    tx.run("DELETE FROM vouchers WHERE router_id = $1", params![router])?;
    tx.run("DELETE FROM batches WHERE router_id = $1", params![router])?;
    Ok(())
}

pub(super) fn set_disabled(tx: &WriteTx<'_>, id: VoucherId, disabled: bool) -> Result<(), Fault> {
    tx.run("UPDATE vouchers SET disabled = $2 WHERE id = $1", params![id, disabled])?;
    Ok(())
}

pub(super) fn count_print(tx: &WriteTx<'_>, id: VoucherId) -> Result<u32, Fault> {
    tx.one("UPDATE vouchers SET printed = printed + 1 WHERE id = $1 RETURNING printed", params![id], |row| {
        row.count(0)
    })
}

pub(super) fn voucher(tx: &ReadTx<'_>, id: VoucherId) -> Result<Option<Voucher>, Fault> {
    tx.maybe(voucher_where!("v.id = $1"), params![id], voucher_row)
}

pub(super) fn printable(tx: &ReadTx<'_>, id: BatchId) -> Result<Vec<Voucher>, Fault> {
    tx.all(
        voucher_where!("v.batch_id = $1 AND v.state IN ('pending', 'on_router') ORDER BY v.serial"),
        params![id],
        voucher_row,
    )
}

pub(super) fn voucher_row(row: &Row<'_>) -> Result<Voucher, Fault> {
    Ok(Voucher {
        id: row.parsed(0)?,
        number: row.int(1)?,
        batch: row.parsed(2)?,
        batch_number: row.int(3)?,
        plan: row.parsed(4)?,
        plan_name: row.text(5)?,
        router: row.parsed(6)?,
        serial: row.count(7)?,
        code: row.text(8)?,
        password: row.text(9)?,
        state: row.parsed(10)?,
        disabled: row.truth(11)?,
        reason: row.maybe_text(12)?,
        on_router_at: row.maybe_timestamp(13)?,
        closed_at: row.maybe_timestamp(14)?,
        printed: row.count(15)?,
        created_at: row.timestamp(16)?,
        standing: row.parsed(17)?,
        sold_at: row.maybe_timestamp(18)?,
    })
}

fn batch_row(row: &Row<'_>) -> Result<Batch, Fault> {
    Ok(Batch {
        id: row.parsed(0)?,
        number: row.int(1)?,
        plan: row.parsed(2)?,
        router: row.parsed(3)?,
        plan_name: row.text(4)?,
        hotspot_server: row.text(5)?,
        profile_name: row.text(6)?,
        price: Money::rupiah(row.int(7)?),
        selling_price: Money::rupiah(row.int(8)?),
        validity: period(row, 9)?,
        uptime_limit: period(row, 10)?,
        data_limit: data(row, 11)?,
        size: row.count(12)?,
        code: code_style(row, 13)?,
        note: row.text(17)?,
        sell_by: row.maybe_timestamp(18)?,
        state: row.parsed(19)?,
        created_by: row.text(20)?,
        created_at: row.timestamp(21)?,
        push_started_at: row.maybe_timestamp(22)?,
        finished_at: row.maybe_timestamp(23)?,
        purpose: row.parsed(24)?,
    })
}
