//! What becomes of one command: the faults that were armed for it strike, it takes its time, it is carried out.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::connection::{BATCH, Connection, End, Reordered, Step};
use super::jobs::{Job, Work};
use super::outbox::Allowance;
use crate::core::lock;
use crate::world::command::{Command, Trap};
use crate::{Break, Fault, Limit};

/// How long replies wait for others to be put in front of them.
const REORDERING: Duration = Duration::from_millis(100);

/// What the faults have decided about a command.
#[derive(Default)]
struct Fate {
    trap: Option<Trap>,
    fatal: Option<String>,
    lost_reply: bool,
    spoils: Vec<Fault>,
}

impl Connection {
    /// Lets a command wait first when a fault says so, then carries it out.
    pub(super) async fn meet(&mut self, command: Command, mut faults: Vec<Fault>) -> Step {
        let waits = |fault: &Fault| matches!(fault, Fault::Latency(_) | Fault::Jitter { .. });
        let latency = match faults.iter().position(waits).map(|at| faults.remove(at)) {
            Some(Fault::Latency(latency)) => latency,
            Some(Fault::Jitter { least, most }) => {
                let range = u64::try_from(most.saturating_sub(least).as_micros()).unwrap_or(u64::MAX);
                least + Duration::from_micros(self.random.draw() % range.saturating_add(1).max(1))
            }
            _ => return self.carry_out(command, faults).await,
        };
        self.flush().await?;
        // A tagged command waits beside others; an untagged one holds up what comes after it.
        let foreground = command.tag.is_none() || self.user.is_none();
        let due = Instant::now() + latency;
        let work = Work::Wait { due, command: Box::new(command), faults };
        self.jobs.push(Job { tag: None, foreground, spoils: Vec::new(), work });
        Ok(())
    }

    /// Carries a command out whose time has come, as far as its faults let it.
    pub(super) async fn carry_out(&mut self, command: Command, faults: Vec<Fault>) -> Step {
        let Some(fate) = self.decide(&command, faults).await? else { return Ok(()) };
        if fate.lost_reply || self.out.is_cut() {
            self.flush().await?;
        }
        self.pace(&command).await?;
        let mark = self.out.bytes().len();
        self.out.spoils = fate.spoils;
        let done = match (fate.fatal, fate.trap) {
            (Some(reason), _) => self.fatal(&reason).await,
            (None, Some(trap)) => {
                self.trap(command.tag.as_deref(), &trap);
                Ok(())
            }
            (None, None) => self.obey(&command).await,
        };
        self.out.spoils.clear();
        done?;
        if fate.lost_reply {
            return Err(End(Break::Fin));
        }
        self.reorder(command.tag.is_some(), mark);
        if self.out.is_cut() || self.out.bytes().len() >= BATCH {
            self.flush().await?;
        }
        Ok(())
    }

    /// Lets the faults strike; `None` when nothing is left to be done for the command.
    async fn decide(&mut self, command: &Command, faults: Vec<Fault>) -> Result<Option<Fate>, End> {
        let mut fate = Fate::default();
        let now = Instant::now();
        for fault in faults {
            match fault {
                Fault::DropAfter { limit, how } => self.arm_break(limit, how),
                Fault::HalfSentence => self.out.allow(Allowance::HalfOfNext),
                Fault::TornSentence { at, pause } => self.out.tear_next(at, pause),
                Fault::StallReads(pause) => self.read_after = Some(now + pause),
                Fault::StallWrites(pause) => self.write_after = Some(now + pause),
                Fault::SlowDrip { bytes, every } => self.drip = Some((bytes, every)),
                Fault::Silence => {
                    self.silent = true;
                    self.jobs.clear();
                    return Ok(None);
                }
                Fault::ApplyThenDrop => fate.lost_reply = true,
                Fault::DropBeforeApply => {
                    self.flush().await?;
                    return Err(End(Break::Fin));
                }
                Fault::Trap { category, message } => fate.trap = Some(Trap { category, message }),
                Fault::Fatal(reason) => fate.fatal = Some(reason),
                Fault::WrongPassword => {
                    fate.trap = Some(Trap::plain(lock(&self.core.world).version.login_refusal()));
                }
                Fault::DiskFull => fate.trap = Some(Trap::plain("failure: not enough space")),
                Fault::PolicyRemoved(policy) => {
                    if let Some(user) = &self.user {
                        lock(&self.core.world).take_policy(&user.name, &policy);
                    }
                }
                Fault::NonUtf8 { .. } | Fault::DuplicateReply | Fault::ExtraWord(_) => {
                    fate.spoils.push(fault);
                }
                Fault::Garbage(bytes) => self.out.raw(&bytes),
                Fault::UnknownReply(kind) => self.out.bare(&kind, command.tag.as_deref()),
                Fault::ReorderReplies(count) => {
                    let until = now + REORDERING;
                    self.reordered = Some(Reordered { left: count, replies: Vec::new(), until });
                }
                Fault::ClockJump(seconds) => {
                    let mut world = lock(&self.core.world);
                    world.settle();
                    let jumped = world.clock.router_now().saturating_add(seconds);
                    world.set_clock_to(jumped);
                }
                Fault::Meanwhile(deed) => {
                    // What cannot be done is not done; the client would not notice either.
                    let _ = lock(&self.core.world).do_deed(&deed);
                }
                Fault::Reboot(reboot) => {
                    self.core.restart(reboot);
                    return Err(End(Break::Fin));
                }
                Fault::Latency(_)
                | Fault::Jitter { .. }
                | Fault::RefuseConnect
                | Fault::AcceptThenSilent
                | Fault::TlsReset
                | Fault::SessionLimit
                | Fault::Cut { .. } => {}
            }
        }
        Ok(Some(fate))
    }

    pub(super) fn arm_break(&mut self, limit: Limit, how: Break) {
        self.breaks = how;
        self.unanswered = matches!(limit, Limit::BytesUnanswered(_));
        match limit {
            Limit::SentencesSent(count) => self.out.allow(Allowance::Sentences(count)),
            Limit::BytesSent(count) => self.out.allow(Allowance::Bytes(count)),
            Limit::BytesReceived(count) | Limit::BytesUnanswered(count) => {
                // What was sent right behind the command may have been read together with it.
                let waiting = self.decoder.keep(usize::try_from(count).unwrap_or(usize::MAX));
                self.read_allowance = Some(count.saturating_sub(waiting as u64));
            }
        }
    }

    /// Keeps the reply just written back when replies are to leave in reverse order.
    fn reorder(&mut self, tagged: bool, mark: usize) {
        let Some(held) = self.reordered.as_mut().filter(|held| tagged && held.left > 0) else { return };
        held.replies.push(self.out.take_from(mark));
        held.left -= 1;
        self.release_reordered();
    }

    pub(super) fn release_reordered(&mut self) {
        let over = |held: &mut Reordered| held.left == 0 || held.until <= Instant::now();
        if let Some(held) = self.reordered.take_if(over) {
            held.replies.iter().rev().for_each(|reply| self.out.put_back(reply));
        }
    }

    /// Waits as long as a router of the chosen speed would need.
    async fn pace(&mut self, command: &Command) -> Step {
        let over = match self.knobs.write_cost {
            Duration::ZERO => Duration::ZERO,
            each => each * lock(&self.core.world).rows_behind(&command.path),
        };
        let now = Instant::now();
        let done = lock(&self.core.pace).serve(now, over);
        if let Some(done) = done.filter(|done| *done > now) {
            self.flush().await?;
            sleep_until(done).await;
        }
        Ok(())
    }

    async fn obey(&mut self, command: &Command) -> Step {
        match (command.path.as_str(), &self.user) {
            ("/login", _) => {
                self.login(command);
                Ok(())
            }
            (_, None) => self.fatal("not logged in").await,
            ("/quit", Some(_)) => self.fatal("session terminated on request").await,
            ("/cancel", Some(_)) => {
                self.cancel(command);
                Ok(())
            }
            (_, Some(user)) => {
                let answer = {
                    let mut world = lock(&self.core.world);
                    if world.boot != user.boot {
                        return Err(End(Break::Fin));
                    }
                    world.run(&user.name, &self.wake, command)
                };
                self.answer(command.tag.clone(), answer)
            }
        }
    }
}
