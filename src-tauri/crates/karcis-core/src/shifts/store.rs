//! The SQL of shifts, counts and moves.

use super::{Closing, Count, Denomination, Move, Shift, Tally};
use crate::audit::Actor;
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{CounterId, Day, Money, MoveId, ShiftId};

pub(super) fn current(tx: &ReadTx<'_>, counter: CounterId) -> Result<Option<Shift>, Fault> {
    tx.maybe(
        "SELECT id, number, counter_id, counter_name, state, business_day, opened_by_name, opened_at, opening_float,
                counts, counted, counted_at, expected, difference, closed_by_name, closed_at, handed_over, note,
                approved_by_name, audit_head
         FROM shifts WHERE counter_id = $1 AND state <> 'closed'",
        params![counter],
        shift,
    )
}

pub(super) fn one(tx: &ReadTx<'_>, id: ShiftId) -> Result<Option<Shift>, Fault> {
    tx.maybe(
        "SELECT id, number, counter_id, counter_name, state, business_day, opened_by_name, opened_at, opening_float,
                counts, counted, counted_at, expected, difference, closed_by_name, closed_at, handed_over, note,
                approved_by_name, audit_head
         FROM shifts WHERE id = $1",
        params![id],
        shift,
    )
}

pub(super) fn list(tx: &ReadTx<'_>, before: i64, limit: u16) -> Result<Vec<Shift>, Fault> {
    tx.all(
        "SELECT id, number, counter_id, counter_name, state, business_day, opened_by_name, opened_at, opening_float,
                counts, counted, counted_at, expected, difference, closed_by_name, closed_at, handed_over, note,
                approved_by_name, audit_head
         FROM shifts WHERE number < $1 ORDER BY number DESC LIMIT $2",
        params![before, i64::from(limit)],
        shift,
    )
}

/// At most one for each counter.
pub(super) fn not_closed(tx: &ReadTx<'_>) -> Result<Vec<Shift>, Fault> {
    tx.all(
        "SELECT id, number, counter_id, counter_name, state, business_day, opened_by_name, opened_at, opening_float,
                counts, counted, counted_at, expected, difference, closed_by_name, closed_at, handed_over, note,
                approved_by_name, audit_head
         FROM shifts WHERE state <> 'closed' ORDER BY opened_at, number",
        params![],
        shift,
    )
}

pub(super) fn add(tx: &WriteTx<'_>, shift: &Shift, opened_by: &Actor) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO shifts (id, number, counter_id, counter_name, state, business_day, opened_by, opened_by_name,
             opened_at, opening_float)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            shift.id,
            shift.number,
            shift.counter,
            &shift.counter_name,
            shift.state.as_str(),
            shift.day,
            opened_by.id(),
            opened_by.name(),
            shift.opened_at,
            shift.opening_float
        ],
    )?;
    Ok(())
}

/// Keeps state and count of a shift that stays in use.
pub(super) fn change(tx: &WriteTx<'_>, shift: &Shift) -> Result<(), Fault> {
    tx.run(
        "UPDATE shifts SET state = $2, counts = $3, counted = $4, counted_at = $5, expected = $6, difference = $7
         WHERE id = $1",
        params![
            shift.id,
            shift.state.as_str(),
            shift.counts,
            shift.tally.map(|tally| tally.counted),
            shift.tally.map(|tally| tally.at),
            shift.tally.map(|tally| tally.expected),
            shift.tally.map(|tally| tally.difference)
        ],
    )?;
    Ok(())
}

pub(super) fn close(
    tx: &WriteTx<'_>,
    shift: &Shift,
    closed_by: &Actor,
    approved_by: Option<&Actor>,
) -> Result<(), Fault> {
    let closing = shift.closing.as_ref().ok_or_else(|| Fault::new("a shift closed without a closing"))?;
    tx.run(
        "UPDATE shifts SET state = $2, handed_over = $3, note = $4, approved_by = $5, approved_by_name = $6,
             closed_by = $7, closed_by_name = $8, closed_at = $9, audit_head = $10
         WHERE id = $1",
        params![
            shift.id,
            shift.state.as_str(),
            closing.handed_over,
            closing.note.as_deref(),
            approved_by.map(Actor::id),
            approved_by.map(Actor::name),
            closed_by.id(),
            closed_by.name(),
            closing.at,
            &closing.audit_head
        ],
    )?;
    Ok(())
}

pub(super) fn add_count(tx: &WriteTx<'_>, shift: ShiftId, count: &Count) -> Result<(), Fault> {
    for (denomination, pieces) in &count.pieces {
        tx.run(
            "INSERT INTO cash_counts (shift_id, attempt, denomination, pieces) VALUES ($1, $2, $3, $4)",
            params![shift, count.attempt, denomination.value(), *pieces],
        )?;
    }
    Ok(())
}

pub(super) fn counts(tx: &ReadTx<'_>, shift: ShiftId) -> Result<Vec<Count>, Fault> {
    let rows = tx.all(
        "SELECT attempt, denomination, pieces FROM cash_counts WHERE shift_id = $1
         ORDER BY attempt, denomination DESC",
        params![shift],
        |row| {
            let denomination = Denomination::of(row.int(1)?);
            let denomination = denomination.ok_or_else(|| Fault::new("a count of money that is none"))?;
            Ok((row.count(0)?, (denomination, row.count(2)?)))
        },
    )?;
    let mut counts: Vec<Count> = Vec::new();
    for (attempt, pieces) in rows {
        match counts.last_mut().filter(|count| count.attempt == attempt) {
            Some(count) => count.pieces.push(pieces),
            None => counts.push(Count { attempt, pieces: vec![pieces] }),
        }
    }
    Ok(counts)
}

pub(super) fn add_move(tx: &WriteTx<'_>, moved: &Move, moved_by: &Actor) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO cash_moves (id, number, shift_id, kind, amount, reason, moved_by, moved_by_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            moved.id,
            moved.number,
            moved.shift,
            moved.kind.as_str(),
            moved.amount,
            &moved.reason,
            moved_by.id(),
            moved_by.name(),
            moved.at
        ],
    )?;
    Ok(())
}

pub(super) fn one_move(tx: &ReadTx<'_>, id: MoveId) -> Result<Option<Move>, Fault> {
    tx.maybe(
        "SELECT id, number, shift_id, kind, amount, reason, moved_by_name, at FROM cash_moves WHERE id = $1",
        params![id],
        cash_move,
    )
}

pub(super) fn moves(tx: &ReadTx<'_>, shift: ShiftId, limit: u16) -> Result<Vec<Move>, Fault> {
    tx.all(
        "SELECT id, number, shift_id, kind, amount, reason, moved_by_name, at FROM cash_moves
         WHERE shift_id = $1 ORDER BY number LIMIT $2",
        params![shift, i64::from(limit)],
        cash_move,
    )
}

fn cash_move(row: &Row<'_>) -> Result<Move, Fault> {
    Ok(Move {
        id: row.parsed(0)?,
        number: row.int(1)?,
        shift: row.parsed(2)?,
        kind: row.parsed(3)?,
        amount: Money::rupiah(row.int(4)?),
        reason: row.text(5)?,
        moved_by: row.text(6)?,
        at: row.timestamp(7)?,
    })
}

fn shift(row: &Row<'_>) -> Result<Shift, Fault> {
    Ok(Shift {
        id: row.parsed(0)?,
        number: row.int(1)?,
        counter: row.parsed(2)?,
        counter_name: row.text(3)?,
        state: row.parsed(4)?,
        day: Day::from_number(row.int(5)?),
        opened_by: row.text(6)?,
        opened_at: row.timestamp(7)?,
        opening_float: Money::rupiah(row.int(8)?),
        counts: row.count(9)?,
        tally: tally(row)?,
        closing: closing(row)?,
    })
}

fn tally(row: &Row<'_>) -> Result<Option<Tally>, Fault> {
    let Some(counted) = row.maybe_int(10)? else { return Ok(None) };
    Ok(Some(Tally {
        counted: Money::rupiah(counted),
        at: row.timestamp(11)?,
        expected: Money::rupiah(row.int(12)?),
        difference: Money::rupiah(row.int(13)?),
    }))
}

fn closing(row: &Row<'_>) -> Result<Option<Closing>, Fault> {
    let Some(by) = row.maybe_text(14)? else { return Ok(None) };
    Ok(Some(Closing {
        by,
        at: row.timestamp(15)?,
        handed_over: Money::rupiah(row.int(16)?),
        note: row.maybe_text(17)?,
        approved_by: row.maybe_text(18)?,
        audit_head: row.text(19)?,
    }))
}
