//! What the program writes down about itself: one JSON object a line, a file a day, no secrets and no personal data.

mod daily;
mod redact;

use daily::DailyFile;
use karcis_core::engine::Clock;
use std::io;
use std::path::Path;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

/// Lines that may wait for the disk; beyond them the program goes on and the lines are lost.
const WAITING_LINES: usize = 8_192;
/// What is written when `KARCIS_LOG` says nothing.
const USUAL_LEVEL: &str = "info";

/// The log of this process; what waits is written out when it is dropped.
#[must_use = "the log ends with it"]
#[derive(Debug)]
pub struct Logs {
    _writer: WorkerGuard,
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The folder cannot be made or written.
    #[error("the log cannot be written: {0}")]
    CannotWrite(#[from] io::Error),
    /// This process has a log already.
    #[error("this process has a log already")]
    AlreadyLogging,
}

impl Logs {
    /// Begins `<data>/logs/karcis-YYYY-MM-DD.jsonl` (days of UTC) for the whole process.
    ///
    /// `level` is what `KARCIS_LOG` says, such as `debug` or `info,karcis_web=debug`.
    pub fn begin(data: &Path, level: Option<&str>, clock: Clock) -> Result<Logs, LogError> {
        let file = DailyFile::open(&data.join("logs"), clock)?;
        let (writer, guard) = NonBlockingBuilder::default()
            .buffered_lines_limit(WAITING_LINES)
            .thread_name("karcis-log")
            .finish(file);
        let wished = level.filter(|level| !level.is_empty()).unwrap_or(USUAL_LEVEL);
        let filter = EnvFilter::try_new(wished).unwrap_or_else(|_| EnvFilter::new(USUAL_LEVEL));
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_env_filter(filter)
            .with_writer(writer)
            .finish();
        tracing::subscriber::set_global_default(subscriber).map_err(|_| LogError::AlreadyLogging)?;
        Ok(Logs { _writer: guard })
    }
}
