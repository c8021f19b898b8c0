use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::flight::{Answer, Flight};
use crate::command::Command;
use crate::error::{CallError, Ending, Trap};
use crate::limits::Limits;
use crate::sentence::{Says, Sentence};

/// What is queued, under way and answered on one connection. The tasks and the callers meet here, each for a moment.
#[derive(Debug)]
pub(crate) struct Traffic {
    limits: Limits,
    state: Mutex<State>,
    /// Wakes the writer: there may be something to write.
    to_write: Notify,
    /// Wakes the driver: this side wants to end.
    to_quit: Notify,
    ending: watch::Sender<Option<Ending>>,
}

#[derive(Debug)]
struct State {
    last_tag: u32,
    queue: VecDeque<Queued>,
    queued_bytes: usize,
    /// Cancels and the farewell, which go before everything else. Each belongs to a command already known, so they
    /// are no more than those.
    urgent: Vec<u8>,
    flights: HashMap<u32, Flight>,
    window_commands: usize,
    window_bytes: usize,
    listeners: usize,
    heard: Instant,
    quitting: bool,
}

#[derive(Debug)]
struct Queued {
    tag: u32,
    sentence: Vec<u8>,
    answer: Answer,
}

impl Traffic {
    pub(crate) fn new(limits: Limits) -> Self {
        let state = State {
            last_tag: 0,
            queue: VecDeque::new(),
            queued_bytes: 0,
            urgent: Vec::new(),
            flights: HashMap::new(),
            window_commands: 0,
            window_bytes: 0,
            listeners: 0,
            heard: Instant::now(),
            quitting: false,
        };
        Self {
            limits,
            state: Mutex::new(state),
            to_write: Notify::new(),
            to_quit: Notify::new(),
            ending: watch::Sender::new(None),
        }
    }

    /// How long the router has said nothing.
    pub(crate) fn silent_for(&self) -> Duration {
        self.state().heard.elapsed()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// No code path panics while it holds the lock half-way through a change, so a poisoned one is still sound.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What callers do.
impl Traffic {
    /// Queues a command and gives it its tag; a command that cannot be queued is answered at once.
    pub(crate) fn start(&self, command: &Command, answer: Answer) -> Option<u32> {
        let (longest, sum) = command.measure();
        if longest > self.limits.word || sum > self.limits.sentence {
            answer.fail(CallError::Limit);
            return None;
        }
        let mut state = self.state();
        if state.quitting {
            answer.fail(CallError::NotSent);
            return None;
        }
        if answer.is_stream() && state.listeners >= self.limits.listeners
            || state.queue.len() >= self.limits.queue_commands
            || state.queued_bytes + sum > self.limits.queue_bytes
        {
            answer.fail(CallError::Limit);
            return None;
        }
        let tag = state.next_tag();
        let sentence = command.encode(tag);
        state.queued_bytes += sentence.len();
        state.listeners += usize::from(answer.is_stream());
        state.queue.push_back(Queued { tag, sentence, answer });
        drop(state);
        self.to_write.notify_one();
        Some(tag)
    }

    /// Takes a queued command out again, or asks the router to stop a running one.
    pub(crate) fn cancel(&self, tag: u32) {
        let mut state = self.state();
        if let Some(queued) = state.unqueue(tag) {
            drop(state);
            queued.answer.fail(CallError::Trap(Trap::interrupted()));
            return;
        }
        let due = Instant::now() + self.limits.command;
        if !state.quitting && state.ask_to_stop(tag, due) {
            drop(state);
            self.to_write.notify_one();
        }
    }

    /// Stops taking commands, fails those not yet sent, and says `/quit`.
    pub(crate) fn quit(&self) {
        let mut state = self.state();
        if state.quitting {
            return;
        }
        state.quitting = true;
        let unsent = state.take_queue();
        let farewell = Command::new("/quit").encode(state.next_tag());
        state.urgent.extend(farewell);
        drop(state);
        unsent.into_iter().for_each(|queued| queued.answer.fail(CallError::NotSent));
        self.to_write.notify_one();
        self.to_quit.notify_one();
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.state().quitting
    }

    pub(crate) async fn ended(&self) -> Ending {
        let mut ending = self.ending.subscribe();
        match ending.wait_for(Option::is_some).await {
            Ok(ending) => ending.clone().unwrap_or(Ending::Asked),
            Err(_) => Ending::Asked,
        }
    }
}

/// What the tasks that drive the session do.
impl Traffic {
    pub(crate) async fn wait_for_quit(&self) {
        self.to_quit.notified().await;
    }

    pub(crate) async fn wait_to_write(&self) {
        self.to_write.notified().await;
    }

    /// Moves as many whole sentences as the window has room for into `out`.
    pub(crate) fn fill(&self, out: &mut Vec<u8>) {
        let due = Instant::now() + self.limits.command;
        let mut state = self.state();
        out.append(&mut state.urgent);
        while let Some(queued) = state.next_within(&self.limits) {
            let bytes = queued.sentence.len();
            out.extend_from_slice(&queued.sentence);
            let stream = queued.answer.is_stream();
            if !stream {
                state.window_commands += 1;
                state.window_bytes += bytes;
            }
            let flight = Flight::new(bytes, (!stream).then_some(due), queued.answer);
            state.flights.insert(queued.tag, flight);
        }
    }

    /// Gives a sentence of the router to whom it belongs. A reply to nobody is passed over.
    pub(crate) fn deliver(&self, sentence: Sentence) -> Result<(), Ending> {
        let now = Instant::now();
        let mut state = self.state();
        state.heard = now;
        if let Says::Fatal(reason) = sentence.says {
            return Err(Ending::Fatal(reason));
        }
        let Some(tag) = sentence.tag else { return Ok(()) };
        let Some(flight) = state.flights.get_mut(&tag) else { return Ok(()) };
        match sentence.says {
            Says::Row(row) => {
                let due = now + self.limits.command;
                if !flight.answer.is_stream() {
                    flight.due = Some(due);
                }
                if !flight.take(row, self.limits.reply) && state.ask_to_stop(tag, due) {
                    self.to_write.notify_one();
                }
            }
            Says::Trap(trap) => flight.refuse(trap),
            Says::Done(done) => {
                let flight = state.land(tag);
                drop(state);
                self.to_write.notify_one();
                if let Some(flight) = flight {
                    flight.finish(done);
                }
            }
            Says::Empty | Says::Fatal(_) | Says::Unknown => {}
        }
        Ok(())
    }

    /// When to look next, and what is wrong now: the watch that keeps deadlines and the heartbeat.
    pub(crate) fn look(&self) -> Look {
        let now = Instant::now();
        let mut state = self.state();
        let late: Vec<u32> =
            state.flights.iter().filter(|(_, flight)| flight.is_late(now)).map(|(&tag, _)| tag).collect();
        if !late.is_empty() {
            let late: Vec<Flight> = late.into_iter().filter_map(|tag| state.land(tag)).collect();
            drop(state);
            late.into_iter().for_each(|flight| flight.answer.fail(CallError::TimedOut));
            return Look::Late;
        }
        let busy = state.window_commands > 0 || !state.queue.is_empty() || state.quitting;
        if !busy && state.heard + self.limits.heartbeat <= now {
            return Look::Quiet;
        }
        let beat = (!busy).then_some(state.heard + self.limits.heartbeat);
        let due = state.flights.values().filter_map(|flight| flight.due).min();
        let latest = now + self.longest_look();
        Look::Again(beat.into_iter().chain(due).fold(latest, Instant::min))
    }

    /// A command sent just after a look cannot be late before the next one.
    fn longest_look(&self) -> Duration {
        self.limits.command.min(self.limits.heartbeat)
    }

    /// Ends everything: whoever still waits is told.
    pub(crate) fn end(&self, ending: Ending) {
        let mut state = self.state();
        state.quitting = true;
        let unsent = state.take_queue();
        let flights = std::mem::take(&mut state.flights);
        state.window_commands = 0;
        state.window_bytes = 0;
        drop(state);
        let lost = match &ending {
            Ending::Fatal(reason) => CallError::Fatal(reason.clone()),
            Ending::Asked | Ending::ByRouter | Ending::Deadline | Ending::Network(_) | Ending::Unreadable => {
                CallError::Closed
            }
        };
        unsent.into_iter().for_each(|queued| queued.answer.fail(CallError::NotSent));
        flights.into_values().for_each(|flight| flight.answer.fail(lost.clone()));
        self.ending.send_if_modified(|known| {
            let first = known.is_none();
            known.get_or_insert(ending);
            first
        });
    }
}

/// What the watch finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// A command ran into its deadline.
    Late,
    /// Nothing was heard for as long as a heartbeat.
    Quiet,
    /// All is well until then.
    Again(Instant),
}

impl State {
    fn next_tag(&mut self) -> u32 {
        loop {
            self.last_tag = self.last_tag.wrapping_add(1).max(1);
            // A listener may outlive four thousand million commands, and its tag with it.
            if !self.flights.contains_key(&self.last_tag) {
                return self.last_tag;
            }
        }
    }

    /// The next queued command, if the window has room. A command larger than the window travels alone.
    fn next_within(&mut self, limits: &Limits) -> Option<Queued> {
        let next = self.queue.front()?;
        let fits = self.window_commands < limits.window_commands
            && self.window_bytes + next.sentence.len() <= limits.window_bytes;
        if !(fits || self.window_commands == 0 || next.answer.is_stream()) {
            return None;
        }
        let queued = self.queue.pop_front()?;
        self.queued_bytes -= queued.sentence.len();
        Some(queued)
    }

    fn unqueue(&mut self, tag: u32) -> Option<Queued> {
        let at = self.queue.iter().position(|queued| queued.tag == tag)?;
        let queued = self.queue.remove(at)?;
        self.queued_bytes -= queued.sentence.len();
        self.listeners -= usize::from(queued.answer.is_stream());
        Some(queued)
    }

    fn take_queue(&mut self) -> VecDeque<Queued> {
        self.queued_bytes = 0;
        std::mem::take(&mut self.queue)
    }

    fn land(&mut self, tag: u32) -> Option<Flight> {
        let flight = self.flights.remove(&tag)?;
        if flight.answer.is_stream() {
            self.listeners -= 1;
        } else {
            self.window_commands -= 1;
            self.window_bytes -= flight.bytes;
        }
        Some(flight)
    }

    /// Has the router asked to stop a running command, once; it must be done by then.
    fn ask_to_stop(&mut self, tag: u32, due: Instant) -> bool {
        let Some(flight) = self.flights.get_mut(&tag) else { return false };
        if std::mem::replace(&mut flight.cancelled, true) {
            return false;
        }
        flight.due.get_or_insert(due);
        let own = self.next_tag();
        let cancel = Command::new("/cancel").set("tag", &format!("{tag:010}"));
        self.urgent.extend(cancel.encode(own));
        true
    }
}
