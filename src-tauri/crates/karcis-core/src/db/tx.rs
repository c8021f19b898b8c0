//! Transactions: `&ReadTx` asks, `&WriteTx` decides.

use super::{Row, Val};
use crate::fault::Fault;
use rusqlite::{CachedStatement, Connection};
use std::marker::PhantomData;
use std::ops::Deref;

/// A transaction that asks. Not `Send`: a transaction never crosses an await.
pub struct ReadTx<'c> {
    connection: &'c Connection,
    on_one_thread: PhantomData<*const ()>,
}

/// A transaction that decides; it can ask as well.
pub struct WriteTx<'c> {
    reading: ReadTx<'c>,
}

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;

    fn deref(&self) -> &ReadTx<'c> {
        &self.reading
    }
}

impl<'c> ReadTx<'c> {
    pub(super) fn new(connection: &'c Connection) -> ReadTx<'c> {
        ReadTx { connection, on_one_thread: PhantomData }
    }

    /// Every row of the answer.
    pub fn all<T>(
        &self,
        sql: &'static str,
        params: &[Val],
        read: impl Fn(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut statement = self.prepare(sql, params)?;
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(&Row(row))?);
        }
        Ok(found)
    }

    /// The first row of the answer, if there is one.
    pub fn maybe<T>(
        &self,
        sql: &'static str,
        params: &[Val],
        read: impl Fn(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let mut statement = self.prepare(sql, params)?;
        let mut rows = statement.raw_query();
        let found = match rows.next()? {
            Some(row) => Some(read(&Row(row))?),
            None => None,
        };
        // A statement with RETURNING does its work while it is stepped, so it is stepped to its end.
        while rows.next()?.is_some() {}
        Ok(found)
    }

    /// The first row of an answer that has one.
    pub fn one<T>(
        &self,
        sql: &'static str,
        params: &[Val],
        read: impl Fn(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.maybe(sql, params, read)?.ok_or_else(|| Fault::new("a row that must exist is missing"))
    }

    /// The statement with its values bound by name.
    ///
    /// SQLite numbers `$n` by first appearance, so `$2` standing before `$1` would swap them when bound by position.
    fn prepare(&self, sql: &'static str, params: &[Val]) -> Result<CachedStatement<'c>, Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        for index in 1..=statement.parameter_count() {
            let name = statement.parameter_name(index).unwrap_or_default();
            let position = name.strip_prefix('$').and_then(|digits| digits.parse::<usize>().ok());
            let value = position.and_then(|position| params.get(position.wrapping_sub(1)));
            let Some(value) = value else {
                return Err(Fault::new(format!("no value for parameter {name:?}")));
            };
            statement.raw_bind_parameter(index, value)?;
        }
        Ok(statement)
    }
}

impl<'c> WriteTx<'c> {
    pub(super) fn new(connection: &'c Connection) -> WriteTx<'c> {
        WriteTx { reading: ReadTx::new(connection) }
    }

    /// Changes rows and tells how many.
    pub fn run(&self, sql: &'static str, params: &[Val]) -> Result<usize, Fault> {
        Ok(self.prepare(sql, params)?.raw_execute()?)
    }
}
