//! The one question that no slice answers.

use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;

pub(super) fn sqlite_version(tx: &ReadTx<'_>) -> Result<String, Fault> {
    tx.one("SELECT sqlite_version()", &[], |row| row.text(0))
}
