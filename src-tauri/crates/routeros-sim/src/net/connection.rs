//! One client: its sentences are read, obeyed and answered in turn.
//!
//! Reading stops while answers wait to be written, so a client that does not read is not read from.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::codec::{Decoder, Limits, Unreadable};
use super::jobs::Job;
use super::outbox::Outbox;
use super::stream::Stream;
use crate::core::{Core, Ticket, lock};
use crate::faults::Asked;
use crate::world::Random;
use crate::world::command::Command;
use crate::{Break, Clock, Farewell, Knobs};

/// Answers are gathered up to this size before they are written.
pub(super) const BATCH: usize = 64 * 1024;

/// How long a client that was told goodbye may take to close its side.
const PARTING: Duration = Duration::from_secs(1);

/// How often the router looks, for those who listen, whether something has happened by itself meanwhile.
const HEARTBEAT: Duration = Duration::from_secs(1);

pub(crate) struct Connection {
    pub(super) core: Arc<Core>,
    pub(super) knobs: Knobs,
    stream: Stream,
    pub(super) decoder: Decoder,
    pub(super) out: Outbox,
    pub(super) number: u64,
    pub(super) peer: String,
    pub(super) service: &'static str,
    pub(super) user: Option<User>,
    pub(super) challenge: Option<[u8; 16]>,
    pub(super) strange_sentences: u32,
    came: Instant,
    moved: watch::Receiver<i64>,
    moved_before: i64,
    pub(super) jobs: Vec<Job>,
    pub(super) wake: Arc<Notify>,
    pub(super) random: Random,
    pub(super) silent: bool,
    pub(super) read_allowance: Option<u64>,
    /// Whether what was not answered when the last byte was read never is.
    pub(super) unanswered: bool,
    pub(super) read_after: Option<Instant>,
    pub(super) write_after: Option<Instant>,
    pub(super) drip: Option<(usize, Duration)>,
    pub(super) reordered: Option<Reordered>,
    pub(super) breaks: Break,
}

/// Who has logged in, and during which boot of the router.
pub(super) struct User {
    pub(super) name: String,
    pub(super) boot: u64,
}

/// Replies that wait to leave in reverse order.
pub(super) struct Reordered {
    pub(super) left: u32,
    pub(super) replies: Vec<Vec<u8>>,
    pub(super) until: Instant,
}

/// The connection is over.
pub(super) struct End(pub(super) Break);

pub(super) type Step = Result<(), End>;

impl Connection {
    pub(crate) fn new(core: Arc<Core>, stream: Stream, ticket: &Ticket) -> Self {
        let knobs = lock(&core.world).knobs;
        let stranger = Limits { word: knobs.stranger_bytes, sentence: knobs.stranger_bytes };
        let moved = core.moved.subscribe();
        let moved_before = *moved.borrow();
        Connection {
            out: Outbox::new(&knobs, ticket.number, &core.trace),
            core,
            knobs,
            stream,
            decoder: Decoder::new(stranger),
            number: ticket.number,
            peer: ticket.peer.ip().to_string(),
            service: ticket.service,
            user: None,
            challenge: None,
            strange_sentences: 0,
            came: Instant::now(),
            moved,
            moved_before,
            jobs: Vec::new(),
            wake: Arc::new(Notify::new()),
            random: Random(ticket.number),
            silent: false,
            read_allowance: None,
            unanswered: false,
            read_after: None,
            write_after: None,
            drip: None,
            reordered: None,
            breaks: Break::Fin,
        }
    }

    /// Serves the client until one side has had enough.
    pub(crate) async fn serve(mut self) {
        let how = loop {
            if let Err(End(how)) = self.turn().await {
                break how;
            }
        };
        self.note_what_was_said();
        match how {
            Break::Fin => self.part().await,
            Break::Rst => self.stream.reset_when_dropped(),
        }
    }

    /// Closes in order: what the client still sends is read and forgotten, because closing over unread bytes
    /// would reset the connection and could take the last answers with it.
    async fn part(&mut self) {
        let mut bytes = [0; 4096];
        let forget = async {
            self.stream.shutdown().await?;
            while self.stream.read(&mut bytes).await? > 0 {}
            std::io::Result::Ok(())
        };
        let _ = timeout(PARTING, forget).await;
    }

    async fn turn(&mut self) -> Step {
        while self.may_take_a_sentence() {
            match self.decoder.sentence() {
                Ok(Some(words)) => {
                    self.out.heard(&words);
                    self.sentence(Command::parse(&words)).await?;
                }
                Ok(None) => break,
                Err(unreadable) => return self.give_up(&unreadable).await,
            }
        }
        let busy = self.work().await?;
        self.release_reordered();
        self.flush().await?;
        if self.read_allowance == Some(0) && !self.jobs.iter().any(Job::ends_by_itself) {
            return Err(End(self.breaks));
        }
        self.wait(busy).await
    }

    /// Waits for bytes, for a row somebody listens to, or for a job that becomes due; with `busy`, only looks.
    async fn wait(&mut self, busy: bool) -> Step {
        let now = Instant::now();
        let stalled = self.read_after.filter(|until| *until > now);
        let reads = stalled.is_none() && !self.is_full();
        let dues = self.jobs.iter().filter_map(Job::due);
        let due = dues.chain(stalled).chain(self.reordered.as_ref().map(|held| held.until)).min();
        let patience = self.patience();
        let listens = self.jobs.iter().any(Job::listens);
        let mut bytes = [0; 16 * 1024];
        tokio::select! {
            biased;
            read = self.stream.read(&mut bytes), if reads => match read {
                Ok(0) | Err(_) => Err(End(Break::Fin)),
                Ok(read) => {
                    self.take_in(&bytes[..read]);
                    Ok(())
                }
            },
            () = tokio::task::yield_now(), if busy => Ok(()),
            () = self.wake.notified() => Ok(()),
            () = sleep_until(due.unwrap_or(now)), if due.is_some() => Ok(()),
            () = sleep(HEARTBEAT), if listens => {
                lock(&self.core.world).settle();
                Ok(())
            }
            Ok(()) = self.moved.changed(), if self.user.is_none() => Ok(()),
            () = sleep(patience.unwrap_or_default()), if patience.is_some() => Err(End(Break::Fin)),
        }
    }

    /// How much longer a client that has not logged in may wait, by the router's time as far as it passes.
    fn patience(&mut self) -> Option<Duration> {
        if self.user.is_some() {
            return None;
        }
        let advanced = self.moved.borrow_and_update().saturating_sub(self.moved_before);
        let advanced = Duration::from_secs(u64::try_from(advanced).unwrap_or(0));
        let left = self.knobs.stranger_idle.saturating_sub(advanced);
        match lock(&self.core.world).clock.driven_by() {
            Clock::RealTime { .. } => Some(left.saturating_sub(self.came.elapsed())),
            Clock::Scaled { times, .. } => {
                let times = times.max(1);
                Some(left.saturating_sub(self.came.elapsed().saturating_mul(times)) / times)
            }
            Clock::Frozen { .. } => left.is_zero().then_some(left),
        }
    }

    fn take_in(&mut self, bytes: &[u8]) {
        let mut taken = bytes.len();
        if let Some(allowance) = &mut self.read_allowance {
            taken = taken.min(usize::try_from(*allowance).unwrap_or(usize::MAX));
            *allowance -= taken as u64;
        }
        self.decoder.feed(&bytes[..taken]);
    }

    async fn give_up(&mut self, unreadable: &Unreadable) -> Step {
        match unreadable {
            Unreadable::TooLong if self.user.is_some() && self.knobs.too_long == Farewell::Fatal => {
                self.fatal("too long word or sentence").await
            }
            Unreadable::TooLong | Unreadable::ReservedLength => {
                self.flush().await?;
                Err(End(Break::Fin))
            }
        }
    }

    async fn sentence(&mut self, command: Command) -> Step {
        self.core.counted(&command.path);
        if self.silent {
            return Ok(());
        }
        if self.user.is_none() {
            self.strange_sentences += 1;
            if self.strange_sentences > self.knobs.stranger_sentences {
                return Err(End(Break::Fin));
            }
        }
        let faults = self.core.strike(&Asked {
            path: &command.path,
            user: self.user.as_ref().map(|user| user.name.as_str()),
            tag: command.tag.as_deref(),
            connection: self.number,
        });
        self.meet(command, faults).await
    }

    pub(super) fn admit(&mut self, user: User) {
        self.decoder.limits = Limits { word: self.knobs.longest_word, sentence: self.knobs.longest_sentence };
        self.user = Some(user);
    }

    pub(super) async fn flush(&mut self) -> Step {
        if self.unanswered && self.read_allowance == Some(0) {
            self.out.withhold();
        }
        self.note_what_was_said();
        if !self.out.bytes().is_empty() {
            if let Some(until) = self.write_after.take() {
                sleep_until(until).await;
            }
            self.write().await.map_err(|_| End(Break::Fin))?;
            self.out.clear();
        }
        if self.out.is_cut() { Err(End(self.breaks)) } else { Ok(()) }
    }

    async fn write(&mut self) -> std::io::Result<()> {
        let bytes = self.out.bytes();
        let (now, later) = match self.out.pause {
            Some((at, pause)) => (&bytes[..at], Some((&bytes[at..], pause))),
            None => (bytes, None),
        };
        drip(&mut self.stream, now, self.drip).await?;
        if let Some((rest, pause)) = later {
            sleep(pause).await;
            drip(&mut self.stream, rest, self.drip).await?;
        }
        Ok(())
    }

    fn note_what_was_said(&mut self) {
        let said = self.out.take_said();
        if !said.is_empty() {
            let at = lock(&self.core.world).clock.outside();
            said.iter().for_each(|said| self.core.trace.said(at, self.number, said));
        }
    }
}

/// Writes bytes at once, or a few at a time.
async fn drip(stream: &mut Stream, bytes: &[u8], drip: Option<(usize, Duration)>) -> std::io::Result<()> {
    let Some((size, every)) = drip else {
        stream.write_all(bytes).await?;
        return stream.flush().await;
    };
    for drop in bytes.chunks(size.max(1)) {
        stream.write_all(drop).await?;
        stream.flush().await?;
        // The shortest sleep of a busy machine is not short.
        if every.is_zero() { tokio::task::yield_now().await } else { sleep(every).await }
    }
    Ok(())
}
