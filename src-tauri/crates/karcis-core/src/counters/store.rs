//! The SQL of counters.

use super::Counter;
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{CounterId, Timestamp};

pub(super) fn any(tx: &ReadTx<'_>) -> Result<bool, Fault> {
    tx.one("SELECT COUNT(*) FROM sales_counters", params![], |row| row.truth(0))
}

pub(super) fn all(tx: &ReadTx<'_>) -> Result<Vec<Counter>, Fault> {
    tx.all(
        "SELECT id, number, name, printer_id, archived FROM sales_counters ORDER BY number",
        params![],
        counter,
    )
}

pub(super) fn one(tx: &ReadTx<'_>, id: CounterId) -> Result<Option<Counter>, Fault> {
    tx.maybe(
        "SELECT id, number, name, printer_id, archived FROM sales_counters WHERE id = $1",
        params![id],
        counter,
    )
}

/// The name of a counter out of use stays its own: it comes back under it.
pub(super) fn name_taken(tx: &ReadTx<'_>, key: &str, except: Option<CounterId>) -> Result<bool, Fault> {
    let holder = tx.maybe("SELECT id FROM sales_counters WHERE name_key = $1", params![key], |row| {
        row.parsed::<CounterId>(0)
    })?;
    Ok(holder.is_some_and(|holder| Some(holder) != except))
}

pub(super) fn add(tx: &WriteTx<'_>, counter: &Counter, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO sales_counters (id, number, name, name_key, printer_id, archived, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        params![
            counter.id,
            counter.number,
            &counter.name,
            counter.name.to_lowercase(),
            counter.printer,
            counter.archived,
            now
        ],
    )?;
    Ok(())
}

pub(super) fn change(tx: &WriteTx<'_>, counter: &Counter, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE sales_counters SET name = $2, name_key = $3, printer_id = $4, archived = $5, changed_at = $6
         WHERE id = $1",
        params![
            counter.id,
            &counter.name,
            counter.name.to_lowercase(),
            counter.printer,
            counter.archived,
            now
        ],
    )?;
    Ok(())
}

fn counter(row: &Row<'_>) -> Result<Counter, Fault> {
    Ok(Counter {
        id: row.parsed(0)?,
        number: row.int(1)?,
        name: row.text(2)?,
        printer: row.maybe_parsed(3)?,
        archived: row.truth(4)?,
    })
}
