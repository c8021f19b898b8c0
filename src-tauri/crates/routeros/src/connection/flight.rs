use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::error::{CallError, Trap};
use crate::row::{Reply, Row};

/// How many further traps of one command are kept.
const MOST_TRAPS: usize = 8;

/// A command that was written and is not done.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) bytes: usize,
    pub(crate) due: Option<Instant>,
    pub(crate) answer: Answer,
    trap: Option<Trap>,
    /// The router was asked to stop it.
    pub(crate) cancelled: bool,
    /// Its reply is past the limits: rows are no longer kept.
    overflowed: bool,
}

impl Flight {
    pub(crate) fn new(bytes: usize, due: Option<Instant>, answer: Answer) -> Self {
        Self { bytes, due, answer, trap: None, cancelled: false, overflowed: false }
    }

    pub(crate) fn is_late(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// Takes a row in; false when the reply has just become larger than `most`.
    pub(crate) fn take(&mut self, row: Row, most: usize) -> bool {
        if !self.overflowed && !self.answer.take(row, most) {
            self.overflowed = true;
            return false;
        }
        true
    }

    pub(crate) fn refuse(&mut self, trap: Trap) {
        match &mut self.trap {
            Some(first) if first.further.len() < MOST_TRAPS => first.further.push(trap.message),
            Some(_) => {}
            None => self.trap = Some(trap),
        }
    }

    pub(crate) fn finish(self, done: Row) {
        match (self.overflowed, self.trap) {
            (true, _) => self.answer.fail(CallError::Limit),
            (false, Some(trap)) => self.answer.fail(CallError::Trap(trap)),
            (false, None) => self.answer.succeed(done),
        }
    }
}

/// Who waits for a command.
#[derive(Debug)]
pub(crate) enum Answer {
    Once { tell: oneshot::Sender<Result<Reply, CallError>>, rows: Vec<Row>, size: usize },
    Stream { rows: mpsc::Sender<Row>, finish: oneshot::Sender<Result<(), CallError>> },
}

impl Answer {
    pub(crate) fn once(tell: oneshot::Sender<Result<Reply, CallError>>) -> Self {
        Self::Once { tell, rows: Vec::new(), size: 0 }
    }

    pub(crate) fn stream(rows: mpsc::Sender<Row>, finish: oneshot::Sender<Result<(), CallError>>) -> Self {
        Self::Stream { rows, finish }
    }

    pub(crate) fn is_stream(&self) -> bool {
        matches!(self, Self::Stream { .. })
    }

    /// Whoever waited may have gone; then nobody is told.
    pub(crate) fn fail(self, error: CallError) {
        match self {
            Self::Once { tell, .. } => drop(tell.send(Err(error))),
            Self::Stream { finish, .. } => drop(finish.send(Err(error))),
        }
    }

    fn succeed(self, done: Row) {
        match self {
            Self::Once { tell, rows, .. } => drop(tell.send(Ok(Reply { rows, done }))),
            Self::Stream { finish, .. } => drop(finish.send(Ok(()))),
        }
    }

    /// Takes a row in; false when there is no room for it.
    fn take(&mut self, row: Row, most: usize) -> bool {
        match self {
            Self::Once { rows, size, .. } => {
                *size += row.size();
                if *size > most {
                    rows.clear();
                    return false;
                }
                rows.push(row);
                true
            }
            Self::Stream { rows, .. } => rows.try_send(row).is_ok(),
        }
    }
}
