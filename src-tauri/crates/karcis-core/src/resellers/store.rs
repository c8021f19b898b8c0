//! The SQL of resellers, handovers and settlements.

use super::{Commission, Handover, Reseller, Settlement};
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{CounterId, HandoverId, Money, ResellerId, SettlementId, ShiftId, Timestamp};

/// More resellers than this are more than a list can show.
const MOST_RESELLERS: i64 = 500;

pub(super) fn all(tx: &ReadTx<'_>) -> Result<Vec<Reseller>, Fault> {
    tx.all(
        "SELECT id, name, phone, commission_bp, archived FROM resellers ORDER BY archived, name_key LIMIT $1",
        params![MOST_RESELLERS],
        reseller,
    )
}

pub(super) fn one(tx: &ReadTx<'_>, id: ResellerId) -> Result<Option<Reseller>, Fault> {
    tx.maybe(
        "SELECT id, name, phone, commission_bp, archived FROM resellers WHERE id = $1",
        params![id],
        reseller,
    )
}

pub(super) fn name_taken(tx: &ReadTx<'_>, key: &str, except: ResellerId) -> Result<bool, Fault> {
    tx.one("SELECT COUNT(*) FROM resellers WHERE name_key = $1 AND id <> $2", params![key, except], |row| {
        row.truth(0)
    })
}

pub(super) fn add(tx: &WriteTx<'_>, reseller: &Reseller, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO resellers (id, name, name_key, phone, commission_bp, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        params![
            reseller.id,
            reseller.name.as_str(),
            reseller.name.to_lowercase(),
            reseller.phone.as_str(),
            reseller.commission.as_hundredths(),
            now
        ],
    )?;
    Ok(())
}

pub(super) fn change(tx: &WriteTx<'_>, reseller: &Reseller, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE resellers SET name = $2, name_key = $3, phone = $4, commission_bp = $5, archived = $6, changed_at = $7
         WHERE id = $1",
        params![
            reseller.id,
            reseller.name.as_str(),
            reseller.name.to_lowercase(),
            reseller.phone.as_str(),
            reseller.commission.as_hundredths(),
            reseller.archived,
            now
        ],
    )?;
    Ok(())
}

pub(super) fn add_handover(tx: &WriteTx<'_>, handover: &Handover, by: &str) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO handovers (id, number, reseller_id, reseller_name, batch_id, receipt_id, quantity, gross,
             commission_bp, commission, handed_by, handed_by_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            handover.id,
            handover.number,
            handover.reseller,
            handover.reseller_name.as_str(),
            handover.batch,
            handover.receipt,
            handover.quantity,
            handover.gross,
            handover.rate.as_hundredths(),
            handover.commission,
            by,
            handover.handed_by.as_str(),
            handover.at
        ],
    )?;
    Ok(())
}

pub(super) fn handover(tx: &ReadTx<'_>, id: HandoverId) -> Result<Option<Handover>, Fault> {
    tx.maybe(
        "SELECT id, number, reseller_id, reseller_name, batch_id, receipt_id, quantity, gross, commission_bp,
                commission, handed_by_name, at
         FROM handovers WHERE id = $1",
        params![id],
        handover_row,
    )
}

pub(super) fn handovers(tx: &ReadTx<'_>, of: ResellerId, limit: u16) -> Result<Vec<Handover>, Fault> {
    tx.all(
        "SELECT id, number, reseller_id, reseller_name, batch_id, receipt_id, quantity, gross, commission_bp,
                commission, handed_by_name, at
         FROM handovers WHERE reseller_id = $1 ORDER BY number DESC LIMIT $2",
        params![of, u32::from(limit)],
        handover_row,
    )
}

/// Where a settlement was paid: a counter and its open shift, for cash.
pub(super) struct Till {
    pub(super) counter: Option<CounterId>,
    pub(super) shift: Option<ShiftId>,
}

pub(super) fn add_settlement(
    tx: &WriteTx<'_>,
    settlement: &Settlement,
    till: &Till,
    by: &str,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO settlements (id, number, reseller_id, handover_id, kind, quantity, amount, note, counter_id,
             shift_id, settled_by, settled_by_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            settlement.id,
            settlement.number,
            settlement.reseller,
            settlement.handover,
            settlement.kind.as_str(),
            settlement.quantity,
            settlement.amount,
            settlement.note.as_str(),
            till.counter,
            till.shift,
            by,
            settlement.settled_by.as_str(),
            settlement.at
        ],
    )?;
    Ok(())
}

pub(super) fn settlement(tx: &ReadTx<'_>, id: SettlementId) -> Result<Option<Settlement>, Fault> {
    tx.maybe(
        "SELECT id, number, reseller_id, handover_id, kind, quantity, amount, note, settled_by_name, at
         FROM settlements WHERE id = $1",
        params![id],
        settlement_row,
    )
}

pub(super) fn settlements(tx: &ReadTx<'_>, of: ResellerId, limit: u16) -> Result<Vec<Settlement>, Fault> {
    tx.all(
        "SELECT id, number, reseller_id, handover_id, kind, quantity, amount, note, settled_by_name, at
         FROM settlements WHERE reseller_id = $1 ORDER BY number DESC LIMIT $2",
        params![of, u32::from(limit)],
        settlement_row,
    )
}

/// How many vouchers of a handover were given back so far, and what the reseller was let off for them.
pub(super) fn returned(tx: &ReadTx<'_>, of: HandoverId) -> Result<(u32, Money), Fault> {
    tx.one(
        "SELECT COALESCE(SUM(quantity), 0), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM settlements WHERE handover_id = $1",
        params![of],
        |row| Ok((row.count(0)?, Money::rupiah(row.int(1)?))),
    )
}

fn reseller(row: &Row<'_>) -> Result<Reseller, Fault> {
    Ok(Reseller {
        id: row.parsed(0)?,
        name: row.text(1)?,
        phone: row.text(2)?,
        commission: rate(row.int(3)?)?,
        archived: row.truth(4)?,
    })
}

fn handover_row(row: &Row<'_>) -> Result<Handover, Fault> {
    Ok(Handover {
        id: row.parsed(0)?,
        number: row.int(1)?,
        reseller: row.parsed(2)?,
        reseller_name: row.text(3)?,
        batch: row.parsed(4)?,
        receipt: row.parsed(5)?,
        quantity: row.count(6)?,
        gross: Money::rupiah(row.int(7)?),
        rate: rate(row.int(8)?)?,
        commission: Money::rupiah(row.int(9)?),
        handed_by: row.text(10)?,
        at: row.timestamp(11)?,
    })
}

fn settlement_row(row: &Row<'_>) -> Result<Settlement, Fault> {
    Ok(Settlement {
        id: row.parsed(0)?,
        number: row.int(1)?,
        reseller: row.parsed(2)?,
        handover: row.maybe_parsed(3)?,
        kind: row.parsed(4)?,
        quantity: row.count(5)?,
        amount: Money::rupiah(row.int(6)?),
        note: row.text(7)?,
        settled_by: row.text(8)?,
        at: row.timestamp(9)?,
    })
}

fn rate(hundredths: i64) -> Result<Commission, Fault> {
    let rate = u32::try_from(hundredths).ok().and_then(Commission::hundredths);
    rate.ok_or_else(|| Fault::new("a commission out of range"))
}
