//! A bar on a terminal, a few plain lines elsewhere.

use crate::say::{aside, redrawn};
use karcis_app::demo::News;
use karcis_web::{Format, Texts};
use std::io::IsTerminal;
use std::time::Instant;

const WIDTH: u32 = 30;
/// On paper and in logs a line for every fifth is enough.
const PARTS: u32 = 5;

/// Shows how a push goes on, on stderr, so that the answer on stdout stays alone.
pub(crate) struct Progress {
    format: Format,
    on_terminal: bool,
    drawn: bool,
    part: u32,
    begun: Option<(Instant, u32)>,
}

impl Progress {
    pub(crate) fn new(format: Format) -> Progress {
        let on_terminal = std::io::stderr().is_terminal();
        Progress { format, on_terminal, drawn: false, part: 0, begun: None }
    }

    pub(crate) fn show(&mut self, news: News) {
        let t = &self.texts().console.demo;
        match news {
            News::Durable { count, ms } => {
                aside(t.durable(self.format.count(count), self.format.count(ms as i64)))
            }
            News::Resumed { number, done, size } => {
                aside(t.resumed(number, self.format.count(done), self.format.count(size)));
            }
            News::Finished { number, size: _ } => aside(t.finished(number)),
            News::Pushing { done, size } => self.pushing(done, size),
        }
    }

    /// Leaves the bar where it is and goes on below it.
    pub(crate) fn end(&mut self) {
        if std::mem::take(&mut self.drawn) {
            aside("");
        }
    }

    fn pushing(&mut self, done: u32, size: u32) {
        let line = self.texts().console.demo.pushing(self.format.count(done), self.format.count(size));
        if self.on_terminal {
            let (begun, from) = *self.begun.get_or_insert((Instant::now(), done));
            let filled = (u64::from(done) * u64::from(WIDTH) / u64::from(size.max(1))) as usize;
            let bar = "█".repeat(filled) + &"░".repeat(WIDTH as usize - filled);
            let left = left(begun, done - from.min(done), size - done.min(size));
            let left = left.map(|left| format!("  ~{}", self.format.span(left))).unwrap_or_default();
            redrawn(format!("{bar} {line}{left}"));
            self.drawn = true;
            if done >= size {
                self.end();
            }
        } else {
            let part = done * PARTS / size.max(1);
            if part > self.part {
                self.part = part;
                aside(line);
            }
        }
    }

    fn texts(&self) -> &'static Texts {
        self.format.texts()
    }
}

/// How long the rest takes at the pace so far.
fn left(begun: Instant, done: u32, rest: u32) -> Option<std::time::Duration> {
    if done == 0 || rest == 0 {
        return None;
    }
    Some(begun.elapsed() * rest / done)
}
