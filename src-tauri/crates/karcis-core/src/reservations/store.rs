//! The SQL of reservations.

use super::{Reservation, ReservationState};
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{Money, ReceiptId, ReservationId, RouterId, Timestamp, VoucherId};

pub(super) fn add(tx: &WriteTx<'_>, it: &Reservation, reserved_by: &str) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO reservations (id, number, plan_id, voucher_id, customer, note, price, state, until, reserved_by,
             reserved_by_name, reserved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            it.id,
            it.number,
            it.plan,
            it.voucher,
            &it.customer,
            &it.note,
            it.price,
            it.state.as_str(),
            it.until,
            reserved_by,
            &it.reserved_by,
            it.reserved_at
        ],
    )?;
    Ok(())
}

pub(super) fn close(
    tx: &WriteTx<'_>,
    id: ReservationId,
    state: ReservationState,
    receipt: Option<ReceiptId>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE reservations SET state = $2, receipt_id = $3, closed_at = $4 WHERE id = $1 AND state = 'open'",
        params![id, state.as_str(), receipt, now],
    )?;
    Ok(())
}

pub(super) fn forget_of(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    tx.run(
        "DELETE FROM reservations WHERE plan_id IN (SELECT id FROM plans WHERE router_id = $1)",
        params![router],
    )?;
    Ok(())
}

pub(super) fn one(tx: &ReadTx<'_>, id: ReservationId) -> Result<Option<Reservation>, Fault> {
    tx.maybe(
        "SELECT r.id, r.number, r.plan_id, p.name, r.voucher_id, r.customer, r.note, r.price, r.state, r.until,
                r.receipt_id, r.reserved_by_name, r.reserved_at, r.closed_at
         FROM reservations AS r JOIN plans AS p ON p.id = r.plan_id WHERE r.id = $1",
        params![id],
        reservation,
    )
}

pub(super) fn of_voucher(tx: &ReadTx<'_>, voucher: VoucherId) -> Result<Option<Reservation>, Fault> {
    tx.maybe(
        "SELECT r.id, r.number, r.plan_id, p.name, r.voucher_id, r.customer, r.note, r.price, r.state, r.until,
                r.receipt_id, r.reserved_by_name, r.reserved_at, r.closed_at
         FROM reservations AS r JOIN plans AS p ON p.id = r.plan_id
         WHERE r.state = 'open' AND r.voucher_id = $1",
        params![voucher],
        reservation,
    )
}

pub(super) fn open(tx: &ReadTx<'_>, limit: u32) -> Result<Vec<Reservation>, Fault> {
    tx.all(
        "SELECT r.id, r.number, r.plan_id, p.name, r.voucher_id, r.customer, r.note, r.price, r.state, r.until,
                r.receipt_id, r.reserved_by_name, r.reserved_at, r.closed_at
         FROM reservations AS r JOIN plans AS p ON p.id = r.plan_id
         WHERE r.state = 'open' ORDER BY r.number LIMIT $1",
        params![limit],
        reservation,
    )
}

pub(super) fn count_open(tx: &ReadTx<'_>) -> Result<u32, Fault> {
    tx.one("SELECT COUNT(*) FROM reservations WHERE state = 'open'", params![], |row| row.count(0))
}

fn reservation(row: &Row<'_>) -> Result<Reservation, Fault> {
    Ok(Reservation {
        id: row.parsed(0)?,
        number: row.int(1)?,
        plan: row.parsed(2)?,
        plan_name: row.text(3)?,
        voucher: row.maybe_parsed(4)?,
        customer: row.text(5)?,
        note: row.text(6)?,
        price: Money::rupiah(row.int(7)?),
        state: row.parsed(8)?,
        until: row.maybe_timestamp(9)?,
        receipt: row.maybe_parsed(10)?,
        reserved_by: row.text(11)?,
        reserved_at: row.timestamp(12)?,
        closed_at: row.maybe_timestamp(13)?,
    })
}
