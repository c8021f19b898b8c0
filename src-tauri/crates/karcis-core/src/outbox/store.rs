//! The SQL of notes and lanes.

use super::{Effect, Lane, LaneState, Leased, Note};
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::settings;
use crate::values::{NoteId, Timestamp};

pub(super) fn add(
    tx: &WriteTx<'_>,
    effect: &Effect,
    rank: i64,
    depends_on: Option<NoteId>,
    now: Timestamp,
) -> Result<NoteId, Fault> {
    let id = NoteId::from_row(settings::take_numbers(tx, "notes", 1)?);
    tx.run(
        "INSERT INTO outbox
             (id, lane, kind, payload, subject, priority, state, run_at, depends_on, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $7, $7)",
        params![
            id,
            effect.lane().to_string(),
            effect.kind(),
            effect.payload()?,
            effect.subject(),
            rank,
            now,
            depends_on
        ],
    )?;
    Ok(id)
}

pub(super) fn queued(tx: &ReadTx<'_>, effect: &Effect) -> Result<Option<NoteId>, Fault> {
    tx.maybe(
        "SELECT id FROM outbox WHERE subject = $1 AND state = 'queued' AND kind = $2 AND payload = $3 LIMIT 1",
        params![effect.subject(), effect.kind(), effect.payload()?],
        |row| Ok(NoteId::from_row(row.int(0)?)),
    )
}

pub(super) fn is_owed(tx: &ReadTx<'_>, effect: &Effect) -> Result<bool, Fault> {
    let found = tx.maybe(
        "SELECT 1 FROM outbox WHERE subject = $1 AND state <> 'done' AND kind = $2 AND payload = $3 LIMIT 1",
        params![effect.subject(), effect.kind(), effect.payload()?],
        |row| row.int(0),
    )?;
    Ok(found.is_some())
}

pub(super) fn was_tried(tx: &ReadTx<'_>, subject: &str) -> Result<bool, Fault> {
    let found = tx.maybe(
        "SELECT 1 FROM outbox WHERE subject = $1 AND attempts > 0 LIMIT 1",
        params![subject],
        |row| row.int(0),
    )?;
    Ok(found.is_some())
}

/// Gives back leases that ran out before `now`, or end after the `latest` moment a lease of now could.
pub(super) fn release_expired(
    tx: &WriteTx<'_>,
    lane: &Lane,
    now: Timestamp,
    latest: Timestamp,
) -> Result<usize, Fault> {
    tx.run(
        "UPDATE outbox SET state = 'queued', lease_until = NULL, changed_at = $2
         WHERE lane = $1 AND state = 'leased' AND (lease_until < $2 OR lease_until > $3)",
        params![lane.to_string(), now, latest],
    )
}

pub(super) fn release_all(tx: &WriteTx<'_>, now: Timestamp) -> Result<usize, Fault> {
    tx.run(
        "UPDATE outbox SET state = 'queued', lease_until = NULL, changed_at = $1 WHERE state = 'leased'",
        params![now],
    )
}

pub(super) fn lease_next(
    tx: &WriteTx<'_>,
    lane: &Lane,
    now: Timestamp,
    latest: Timestamp,
    until: Timestamp,
) -> Result<Option<Leased>, Fault> {
    // The outer condition repeats the state: without it two engines on PostgreSQL would lease the same note.
    tx.maybe(
        "UPDATE outbox SET state = 'leased', lease_until = $3, attempts = attempts + 1, changed_at = $2
         WHERE id IN (
             SELECT waiting.id FROM outbox AS waiting
             WHERE waiting.lane = $1 AND waiting.state = 'queued'
               AND (waiting.run_at <= $2 OR waiting.run_at > $4)
               AND (waiting.depends_on IS NULL OR EXISTS (
                   SELECT 1 FROM outbox AS before WHERE before.id = waiting.depends_on AND before.state = 'done'))
             ORDER BY waiting.priority, waiting.run_at, waiting.id LIMIT 1)
           AND state = 'queued'
         RETURNING id, kind, payload, attempts",
        params![lane.to_string(), now, until, latest],
        |row| {
            Ok(Leased {
                id: NoteId::from_row(row.int(0)?),
                effect: Effect::parse(&row.text(1)?, &row.text(2)?)?,
                attempts: row.count(3)?,
            })
        },
    )
}

pub(super) fn close(
    tx: &WriteTx<'_>,
    id: NoteId,
    state: &str,
    why: Option<&str>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE outbox SET state = $2, last_error = $3, lease_until = NULL, changed_at = $4
         WHERE id = $1 AND state = 'leased'",
        params![id, state, why, now],
    )?;
    Ok(())
}

/// Puts a note back that did not fail by itself. The first try stays counted: something may have been sent.
pub(super) fn put_back(
    tx: &WriteTx<'_>,
    id: NoteId,
    state: &str,
    why: Option<&str>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE outbox SET state = $2, run_at = $4, last_error = $3, lease_until = NULL, changed_at = $4,
             attempts = CASE WHEN attempts > 1 THEN attempts - 1 ELSE attempts END
         WHERE id = $1 AND state = 'leased'",
        params![id, state, why, now],
    )?;
    Ok(())
}

pub(super) fn close_dead_twins(tx: &WriteTx<'_>, effect: &Effect, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE outbox SET state = 'done', changed_at = $4
         WHERE subject = $1 AND state IN ('dead', 'unknown') AND kind = $2 AND payload = $3",
        params![effect.subject(), effect.kind(), effect.payload()?, now],
    )?;
    Ok(())
}

pub(super) fn requeue(
    tx: &WriteTx<'_>,
    id: NoteId,
    run_at: Timestamp,
    why: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE outbox SET state = 'queued', run_at = $2, last_error = $3, lease_until = NULL, changed_at = $4
         WHERE id = $1 AND state = 'leased'",
        params![id, run_at, why, now],
    )?;
    Ok(())
}

pub(super) fn change_state(
    tx: &WriteTx<'_>,
    subject: &str,
    from: &str,
    to: &str,
    now: Timestamp,
) -> Result<usize, Fault> {
    tx.run(
        "UPDATE outbox SET state = $3, changed_at = $4 WHERE subject = $1 AND state = $2",
        params![subject, from, to, now],
    )
}

pub(super) fn drop_unstarted(tx: &WriteTx<'_>, subject: &str, now: Timestamp) -> Result<usize, Fault> {
    tx.run(
        "UPDATE outbox SET state = 'done', last_error = 'cancelled', changed_at = $2
         WHERE subject = $1 AND state IN ('queued', 'held') AND attempts = 0",
        params![subject, now],
    )
}

pub(super) fn withdraw(tx: &WriteTx<'_>, subject: &str, why: &str, now: Timestamp) -> Result<usize, Fault> {
    tx.run(
        "UPDATE outbox SET state = 'done', last_error = $2, changed_at = $3
         WHERE subject = $1 AND state IN ('queued', 'held')",
        params![subject, why, now],
    )
}

pub(super) fn unfinished_chunks(tx: &ReadTx<'_>, subject: &str) -> Result<Vec<u32>, Fault> {
    let effects = tx.all(
        "SELECT kind, payload FROM outbox WHERE subject = $1 AND state <> 'done' ORDER BY id",
        params![subject],
        |row| Effect::parse(&row.text(0)?, &row.text(1)?),
    )?;
    let mut chunks: Vec<u32> = effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::EnsureVouchers { chunk, .. } => Some(chunk),
            Effect::EnsureProfile { .. }
            | Effect::EnsureVoucher { .. }
            | Effect::LookBack { .. }
            | Effect::PrintSlip { .. } => None,
        })
        .collect();
    chunks.dedup();
    Ok(chunks)
}

/// What was taken up on a lane and last moved since then, each effect once.
pub(super) fn carried_since(tx: &ReadTx<'_>, lane: &Lane, since: Timestamp) -> Result<Vec<Effect>, Fault> {
    tx.all(
        "SELECT DISTINCT kind, payload FROM outbox WHERE lane = $1 AND changed_at >= $2 AND attempts > 0",
        params![lane.to_string(), since],
        |row| Effect::parse(&row.text(0)?, &row.text(1)?),
    )
}

pub(super) fn close_lane(tx: &WriteTx<'_>, lane: &Lane, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE outbox SET state = 'done', last_error = 'lane_closed', changed_at = $2
         WHERE lane = $1 AND state <> 'done'",
        params![lane.to_string(), now],
    )?;
    tx.run("DELETE FROM lanes WHERE lane = $1", params![lane.to_string()])?;
    Ok(())
}

pub(super) fn forget_lane(tx: &WriteTx<'_>, lane: &Lane) -> Result<(), Fault> {
    tx.run("DELETE FROM outbox WHERE lane = $1", params![lane.to_string()])?;
    tx.run("DELETE FROM lanes WHERE lane = $1", params![lane.to_string()])?;
    Ok(())
}

pub(super) fn forget_about(tx: &WriteTx<'_>, subject: &str) -> Result<(), Fault> {
    tx.run("DELETE FROM outbox WHERE subject = $1", params![subject])?;
    Ok(())
}

pub(super) fn waiting(tx: &ReadTx<'_>, lane: &Lane) -> Result<(u32, Option<Timestamp>), Fault> {
    tx.one(
        "SELECT COUNT(*), MIN(created_at) FROM outbox WHERE lane = $1 AND state IN ('queued', 'leased')",
        params![lane.to_string()],
        |row| Ok((row.count(0)?, row.maybe_timestamp(1)?)),
    )
}

pub(super) fn next_due(tx: &ReadTx<'_>, lane: &Lane) -> Result<Option<Timestamp>, Fault> {
    tx.one(
        "SELECT MIN(waiting.run_at) FROM outbox AS waiting
         WHERE waiting.lane = $1 AND waiting.state = 'queued'
           AND (waiting.depends_on IS NULL OR EXISTS (
               SELECT 1 FROM outbox AS before WHERE before.id = waiting.depends_on AND before.state = 'done'))",
        params![lane.to_string()],
        |row| row.maybe_timestamp(0),
    )
}

pub(super) const FOR_A_PERSON: &str =
    "SELECT id, lane, kind, payload, attempts, last_error, created_at FROM outbox
     WHERE state IN ('dead', 'unknown') ORDER BY id DESC LIMIT $1";

pub(super) fn in_states(tx: &ReadTx<'_>, limit: u16) -> Result<Vec<Note>, Fault> {
    tx.all(FOR_A_PERSON, params![i64::from(limit)], |row| {
        Ok(Note {
            id: NoteId::from_row(row.int(0)?),
            lane: row.parsed(1)?,
            effect: Effect::parse(&row.text(2)?, &row.text(3)?)?,
            attempts: row.count(4)?,
            last_error: row.maybe_text(5)?,
            created_at: row.timestamp(6)?,
        })
    })
}

pub(super) fn under_way(tx: &ReadTx<'_>) -> Result<(u32, u32), Fault> {
    tx.one(
        "SELECT COALESCE(SUM(CASE WHEN state = 'leased' THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN state = 'held' THEN 1 ELSE 0 END), 0)
         FROM outbox WHERE state IN ('leased', 'held')",
        params![],
        |row| Ok((row.count(0)?, row.count(1)?)),
    )
}

pub(super) fn revive(tx: &WriteTx<'_>, id: NoteId, now: Timestamp) -> Result<bool, Fault> {
    let revived = tx.run(
        "UPDATE outbox SET state = 'queued', attempts = 1, run_at = $2, last_error = NULL, changed_at = $2
         WHERE id = $1 AND state IN ('dead', 'unknown')",
        params![id, now],
    )?;
    Ok(revived == 1)
}

pub(super) fn lane(tx: &ReadTx<'_>, lane: &Lane) -> Result<Option<LaneState>, Fault> {
    tx.maybe(
        "SELECT lane, circuit, failures, open_since, probe_at, last_error, last_ok_at FROM lanes WHERE lane = $1",
        params![lane.to_string()],
        lane_state,
    )
}

pub(super) fn lanes(tx: &ReadTx<'_>) -> Result<Vec<LaneState>, Fault> {
    tx.all(
        "SELECT lane, circuit, failures, open_since, probe_at, last_error, last_ok_at FROM lanes ORDER BY lane",
        params![],
        lane_state,
    )
}

pub(super) fn keep_lane(tx: &WriteTx<'_>, state: &LaneState, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO lanes (lane, circuit, failures, open_since, probe_at, last_error, last_ok_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (lane) DO UPDATE SET circuit = excluded.circuit, failures = excluded.failures,
             open_since = excluded.open_since, probe_at = excluded.probe_at, last_error = excluded.last_error,
             last_ok_at = excluded.last_ok_at, changed_at = excluded.changed_at",
        params![
            state.lane.to_string(),
            state.circuit.as_str(),
            state.failures,
            state.open_since,
            state.probe_at,
            state.last_error.as_deref(),
            state.last_ok_at,
            now
        ],
    )?;
    Ok(())
}

fn lane_state(row: &Row<'_>) -> Result<LaneState, Fault> {
    Ok(LaneState {
        lane: row.parsed(0)?,
        circuit: row.parsed(1)?,
        failures: row.count(2)?,
        open_since: row.maybe_timestamp(3)?,
        probe_at: row.maybe_timestamp(4)?,
        last_error: row.maybe_text(5)?,
        last_ok_at: row.maybe_timestamp(6)?,
    })
}
