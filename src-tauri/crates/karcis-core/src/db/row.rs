//! One row of an answer, read by position.

use crate::fault::Fault;
use crate::values::Timestamp;
use std::str::FromStr;

/// A row of an answer; columns are numbered from zero as the statement names them.
pub struct Row<'a>(pub(super) &'a rusqlite::Row<'a>);

impl Row<'_> {
    /// A whole number.
    pub fn int(&self, column: usize) -> Result<i64, Fault> {
        Ok(self.0.get(column)?)
    }

    /// A whole number that may be missing.
    pub fn maybe_int(&self, column: usize) -> Result<Option<i64>, Fault> {
        Ok(self.0.get(column)?)
    }

    /// A count that never goes below zero.
    pub fn count(&self, column: usize) -> Result<u32, Fault> {
        u32::try_from(self.int(column)?).map_err(|_| wrong(column, "a count"))
    }

    /// A truth kept as 0 or 1.
    pub fn truth(&self, column: usize) -> Result<bool, Fault> {
        Ok(self.int(column)? != 0)
    }

    /// A moment.
    pub fn timestamp(&self, column: usize) -> Result<Timestamp, Fault> {
        self.int(column).map(Timestamp::from_millis)
    }

    /// A moment that may be missing.
    pub fn maybe_timestamp(&self, column: usize) -> Result<Option<Timestamp>, Fault> {
        Ok(self.maybe_int(column)?.map(Timestamp::from_millis))
    }

    /// Text.
    pub fn text(&self, column: usize) -> Result<String, Fault> {
        Ok(self.0.get(column)?)
    }

    /// Text that may be missing.
    pub fn maybe_text(&self, column: usize) -> Result<Option<String>, Fault> {
        Ok(self.0.get(column)?)
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<Vec<u8>, Fault> {
        Ok(self.0.get(column)?)
    }

    /// Text that must be a valid `T`, such as an id or a state.
    pub fn parsed<T: FromStr>(&self, column: usize) -> Result<T, Fault> {
        let text = self.0.get_ref(column)?.as_str().map_err(|_| wrong(column, "text"))?;
        text.parse().map_err(|_| wrong(column, std::any::type_name::<T>()))
    }

    /// Text that must be a valid `T` when it is there.
    pub fn maybe_parsed<T: FromStr>(&self, column: usize) -> Result<Option<T>, Fault> {
        match self.maybe_text(column)? {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| wrong(column, std::any::type_name::<T>())),
        }
    }
}

fn wrong(column: usize, wanted: &str) -> Fault {
    Fault::new(format!("column {column} does not hold {wanted}"))
}
