//! The numbered migrations, one text for both engines.

use crate::fault::{Fault, Trying};
use refinery::{Migration, Runner};
use rusqlite::Connection;

/// The newest schema this program knows.
pub const SCHEMA_VERSION: i64 = 6;

const MIGRATIONS: [(&str, &str); 6] = [
    ("V1__first", include_str!("../../../../../migrations/V1__first.sql")),
    ("V2__counter", include_str!("../../../../../migrations/V2__counter.sql")),
    ("V3__router_identity", include_str!("../../../../../migrations/V3__router_identity.sql")),
    ("V4__boots", include_str!("../../../../../migrations/V4__boots.sql")),
    ("V5__practice_numbers", include_str!("../../../../../migrations/V5__practice_numbers.sql")),
    ("V6__standing_in_lists", include_str!("../../../../../migrations/V6__standing_in_lists.sql")),
];
const GUARDS: &str = include_str!("../../../../../migrations/guards.sqlite.sql");

/// Brings the books to [`SCHEMA_VERSION`]; each migration is a transaction of its own.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    let migrations = MIGRATIONS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, &for_sqlite(sql)))
        .collect::<Result<Vec<_>, _>>()
        .trying("read the migrations")?;
    Runner::new(&migrations).set_grouped(false).run(connection).trying("migrate the database")?;
    connection.execute_batch(GUARDS).trying("set the guards of the database")?;
    Ok(())
}

/// The version the books are at; 0 for books that were never opened.
pub fn schema_version(connection: &Connection) -> Result<i64, Fault> {
    let known: i64 = connection.query_row(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'refinery_schema_history'",
        [],
        |row| row.get(0),
    )?;
    if known == 0 {
        return Ok(0);
    }
    Ok(connection
        .query_row("SELECT COALESCE(MAX(version), 0) FROM refinery_schema_history", [], |row| row.get(0))?)
}

fn for_sqlite(sql: &str) -> String {
    sql.replace("{{big}}", "INTEGER").replace("{{blob}}", "BLOB").replace("{{strict}}", "STRICT")
}
