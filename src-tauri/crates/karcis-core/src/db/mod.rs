//! The books: one writer, a few readers, and the one SQL both engines understand.

mod migrate;
mod open;
mod row;
mod tx;
mod val;

#[cfg(test)]
mod tests;

pub use migrate::{SCHEMA_VERSION, schema_version};
pub use open::{Db, OpenError};
pub use row::Row;
pub use tx::{ReadTx, WriteTx};
pub use val::Val;

/// The values for `$1`, `$2`, ... of a statement, in that order.
macro_rules! params {
    () => { &[] as &[$crate::db::Val] };
    ($($value:expr),+ $(,)?) => { &[$($crate::db::Val::from($value)),+] as &[$crate::db::Val] };
}
pub(crate) use params;
