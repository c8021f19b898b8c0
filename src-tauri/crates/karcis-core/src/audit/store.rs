//! The audit table's SQL.

use super::Entry;
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;

const PAGE: i64 = 1_000;

pub(super) fn head(tx: &ReadTx<'_>) -> Result<Option<(i64, String)>, Fault> {
    tx.maybe("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", params![], |row| {
        Ok((row.int(0)?, row.text(1)?))
    })
}

pub(super) fn add(tx: &WriteTx<'_>, entry: &Entry) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO audit (seq, at, actor_id, actor_name, deed, subject_kind, subject_id, detail, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            entry.seq,
            entry.at,
            &entry.actor_id,
            &entry.actor_name,
            &entry.deed,
            &entry.subject_kind,
            &entry.subject_id,
            &entry.detail,
            &entry.prev_hash,
            &entry.hash
        ],
    )?;
    Ok(())
}

pub(super) fn newest(tx: &ReadTx<'_>, before: i64, limit: u16) -> Result<Vec<Entry>, Fault> {
    tx.all(
        "SELECT seq, at, actor_id, actor_name, deed, subject_kind, subject_id, detail, prev_hash, hash
         FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
        params![before, i64::from(limit)],
        entry,
    )
}

pub(super) fn of_subject(tx: &ReadTx<'_>, subject: (&str, &str), limit: u16) -> Result<Vec<Entry>, Fault> {
    tx.all(
        "SELECT seq, at, actor_id, actor_name, deed, subject_kind, subject_id, detail, prev_hash, hash
         FROM audit WHERE subject_kind = $1 AND subject_id = $2 ORDER BY seq LIMIT $3",
        params![subject.0, subject.1, i64::from(limit)],
        entry,
    )
}

pub(super) fn after(tx: &ReadTx<'_>, seq: i64) -> Result<Vec<Entry>, Fault> {
    tx.all(
        "SELECT seq, at, actor_id, actor_name, deed, subject_kind, subject_id, detail, prev_hash, hash
         FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
        params![seq, PAGE],
        entry,
    )
}

fn entry(row: &Row<'_>) -> Result<Entry, Fault> {
    Ok(Entry {
        seq: row.int(0)?,
        at: row.timestamp(1)?,
        actor_id: row.text(2)?,
        actor_name: row.text(3)?,
        deed: row.text(4)?,
        subject_kind: row.text(5)?,
        subject_id: row.text(6)?,
        detail: row.text(7)?,
        prev_hash: row.text(8)?,
        hash: row.text(9)?,
    })
}
