//! The slips table's SQL.

use super::{Slip, SlipKind, SlipState};
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{PrinterId, ShiftId, SlipId, Timestamp};

pub(super) fn add(tx: &WriteTx<'_>, slip: &Slip, requested_by: &str) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO slips (id, number, kind, subject_id, copy, printer_id, shift_id, kick, state, requested_by,
                            requested_by_name, requested_at, asked_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            slip.id,
            slip.number,
            slip.kind.as_str(),
            &slip.subject,
            slip.copy,
            slip.printer,
            slip.shift,
            slip.kick,
            slip.state.as_str(),
            requested_by,
            &slip.requested_by,
            slip.requested_at,
            slip.asked_at,
            slip.changed_at
        ],
    )?;
    Ok(())
}

pub(super) fn change(tx: &WriteTx<'_>, slip: &Slip) -> Result<(), Fault> {
    tx.run(
        "UPDATE slips SET state = $2, reason = NULL, printer_id = $3, copy = $4, kick = $5, asked_at = $6,
             changed_at = $7
         WHERE id = $1",
        params![
            slip.id,
            slip.state.as_str(),
            slip.printer,
            slip.copy,
            slip.kick,
            slip.asked_at,
            slip.changed_at
        ],
    )?;
    Ok(())
}

pub(super) fn keep_state(
    tx: &WriteTx<'_>,
    id: SlipId,
    state: SlipState,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE slips SET state = $2, reason = $3, changed_at = $4 WHERE id = $1",
        params![id, state.as_str(), reason, now],
    )?;
    Ok(())
}

pub(super) fn one(tx: &ReadTx<'_>, id: SlipId) -> Result<Option<Slip>, Fault> {
    tx.maybe(
        "SELECT id, number, kind, subject_id, copy, printer_id, shift_id, kick, state, reason, requested_by_name,
                requested_at, asked_at, changed_at
         FROM slips WHERE id = $1",
        params![id],
        slip,
    )
}

pub(super) fn of_subject(tx: &ReadTx<'_>, kind: SlipKind, subject: &str) -> Result<Vec<Slip>, Fault> {
    let mut newest = tx.all(
        "SELECT id, number, kind, subject_id, copy, printer_id, shift_id, kick, state, reason, requested_by_name,
                requested_at, asked_at, changed_at
         FROM slips WHERE kind = $1 AND subject_id = $2 ORDER BY number DESC LIMIT 100",
        params![kind.as_str(), subject],
        slip,
    )?;
    newest.reverse();
    Ok(newest)
}

pub(super) fn forget_about(tx: &WriteTx<'_>, subject: &str) -> Result<Vec<SlipId>, Fault> {
    tx.all(
        "DELETE FROM slips WHERE kind IN ('voucher', 'void') AND subject_id = $1 RETURNING id",
        params![subject],
        |row| row.parsed(0),
    )
}

pub(super) fn copies(tx: &ReadTx<'_>, kind: SlipKind, subject: &str) -> Result<u32, Fault> {
    tx.one(
        "SELECT COALESCE(MAX(copy), 0) FROM slips WHERE kind = $1 AND subject_id = $2",
        params![kind.as_str(), subject],
        |row| row.count(0),
    )
}

pub(super) fn copies_in(tx: &ReadTx<'_>, shift: ShiftId) -> Result<u32, Fault> {
    tx.one("SELECT COUNT(*) FROM slips WHERE shift_id = $1 AND copy > 0", params![shift], |row| row.count(0))
}

pub(super) fn latest_on(tx: &ReadTx<'_>, printer: PrinterId) -> Result<Option<Slip>, Fault> {
    tx.maybe(
        "SELECT id, number, kind, subject_id, copy, printer_id, shift_id, kick, state, reason, requested_by_name,
                requested_at, asked_at, changed_at
         FROM slips WHERE printer_id = $1 ORDER BY number DESC LIMIT 1",
        params![printer],
        slip,
    )
}

pub(super) fn unprinted(tx: &ReadTx<'_>, since: Timestamp, limit: u16) -> Result<Vec<Slip>, Fault> {
    tx.all(
        "SELECT id, number, kind, subject_id, copy, printer_id, shift_id, kick, state, reason, requested_by_name,
                requested_at, asked_at, changed_at
         FROM slips WHERE state IN ('unconfirmed', 'failed', 'stale') AND asked_at > $1
         ORDER BY number DESC LIMIT $2",
        params![since, i64::from(limit)],
        slip,
    )
}

pub(super) fn queued(tx: &ReadTx<'_>, printer: PrinterId) -> Result<Vec<Slip>, Fault> {
    tx.all(
        "SELECT id, number, kind, subject_id, copy, printer_id, shift_id, kick, state, reason, requested_by_name,
                requested_at, asked_at, changed_at
         FROM slips WHERE printer_id = $1 AND state = 'queued' ORDER BY number",
        params![printer],
        slip,
    )
}

pub(super) fn printing(tx: &ReadTx<'_>) -> Result<Vec<Slip>, Fault> {
    tx.all(
        "SELECT id, number, kind, subject_id, copy, printer_id, shift_id, kick, state, reason, requested_by_name,
                requested_at, asked_at, changed_at
         FROM slips WHERE state = 'printing' ORDER BY number",
        params![],
        slip,
    )
}

fn slip(row: &Row<'_>) -> Result<Slip, Fault> {
    Ok(Slip {
        id: row.parsed(0)?,
        number: row.int(1)?,
        kind: row.parsed(2)?,
        subject: row.text(3)?,
        copy: row.count(4)?,
        printer: row.maybe_parsed(5)?,
        shift: row.maybe_parsed(6)?,
        kick: row.truth(7)?,
        state: row.parsed(8)?,
        reason: row.maybe_text(9)?,
        requested_by: row.text(10)?,
        requested_at: row.timestamp(11)?,
        asked_at: row.timestamp(12)?,
        changed_at: row.timestamp(13)?,
    })
}
