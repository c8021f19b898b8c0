//! What was said and what went wrong, one JSON line each, with the router's time.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::core::lock;

/// Faults that are remembered after they struck.
const REMEMBERED: usize = 10_000;

/// A fault that has struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struck {
    /// The router's time, in seconds since 1970 (UTC).
    pub at: i64,
    /// The connection; the first one that reached the router is number 1.
    pub connection: u64,
    /// The name of the fault, such as `drop-after`.
    pub fault: &'static str,
    /// The command it struck at; empty when it struck a connection.
    pub path: String,
}

#[derive(Default)]
pub(crate) struct Trace {
    on: AtomicBool,
    sink: Mutex<Option<Box<dyn Write + Send>>>,
    struck: Mutex<VecDeque<Struck>>,
}

/// One sentence on its way.
#[derive(Debug)]
pub(crate) enum Said {
    In(Vec<Vec<u8>>),
    /// With the bytes that really left, when it was torn.
    Out(Vec<Vec<u8>>, Option<usize>),
}

impl Trace {
    pub(crate) fn write_to(&self, sink: Box<dyn Write + Send>) {
        *lock(&self.sink) = Some(sink);
        self.on.store(true, Ordering::Release);
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on.load(Ordering::Acquire)
    }

    pub(crate) fn said(&self, at: i64, connection: u64, said: &Said) {
        let words = |words: &[Vec<u8>]| words.iter().map(|word| shown(word)).collect::<Vec<Value>>();
        let line = match said {
            Said::In(sentence) => json!({ "in": words(sentence) }),
            Said::Out(sentence, None) => json!({ "out": words(sentence) }),
            Said::Out(sentence, Some(left)) => json!({ "out": words(sentence), "torn": left }),
        };
        self.line(at, connection, line);
    }

    pub(crate) fn struck(&self, struck: Struck) {
        if self.is_on() {
            let line = json!({ "fault": struck.fault, "path": struck.path });
            self.line(struck.at, struck.connection, line);
        }
        let mut list = lock(&self.struck);
        if list.len() == REMEMBERED {
            list.pop_front();
        }
        list.push_back(struck);
    }

    /// Something that is no sentence: a connection that begins or ends, a restart.
    pub(crate) fn event(&self, at: i64, connection: u64, what: &str) {
        if self.is_on() {
            self.line(at, connection, json!({ "event": what }));
        }
    }

    pub(crate) fn list_struck(&self) -> Vec<Struck> {
        lock(&self.struck).iter().cloned().collect()
    }

    fn line(&self, at: i64, connection: u64, mut line: Value) {
        line["at"] = at.into();
        if connection > 0 {
            line["connection"] = connection.into();
        }
        let mut sink = lock(&self.sink);
        // A transcript that cannot be written any more is given up, not the router.
        if sink.as_mut().is_some_and(|sink| writeln!(sink, "{line}").is_err()) {
            *sink = None;
            self.on.store(false, Ordering::Release);
        }
    }
}

/// A word as JSON shows it; what is no text is shown in hex.
fn shown(word: &[u8]) -> Value {
    match std::str::from_utf8(word) {
        Ok(text) => text.into(),
        Err(_) => json!({ "hex": crate::world::hex(word) }),
    }
}
