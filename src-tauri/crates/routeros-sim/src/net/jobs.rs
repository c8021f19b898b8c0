//! Commands that are still running: those that wait, those with many rows to show, and those that go on until
//! they are cancelled.

use tokio::sync::mpsc::error::TryRecvError;
use tokio::time::Instant;

use super::connection::{BATCH, Connection, End, Step};
use crate::Fault;
use crate::core::lock;
use crate::world::command::{Command, Page, Repeat, Subscription, Trap};

/// Commands of one connection that may run at the same time; while so many are under way that end by themselves,
/// nothing is read.
const JOBS: usize = 1024;

/// Bytes of the commands that wait; while there are more, nothing is read.
const HELD: usize = 4 << 20;

pub(super) struct Job {
    pub(super) tag: Option<String>,
    /// Whether what comes after it has to wait for it.
    pub(super) foreground: bool,
    /// What faults do to its sentences.
    pub(super) spoils: Vec<Fault>,
    pub(super) work: Work,
}

pub(super) enum Work {
    /// A command that is carried out later.
    Wait { due: Instant, command: Box<Command>, faults: Vec<Fault> },
    /// Rows that are shown page by page, the next one not before its time.
    Show { page: Box<Page>, due: Option<Instant> },
    /// Rows as they change.
    Listen(Box<Subscription>),
    /// The same again and again.
    Repeat { repeat: Box<Repeat>, due: Instant, section: u64 },
}

/// What one step of a job has led to.
enum After {
    /// Nothing can be done for it now.
    Rests,
    /// There is more to be done at once.
    Goes,
    Ended,
}

impl Job {
    fn tag(&self) -> Option<&str> {
        match &self.work {
            Work::Wait { command, .. } => command.tag.as_deref(),
            Work::Show { .. } | Work::Listen(_) | Work::Repeat { .. } => self.tag.as_deref(),
        }
    }

    pub(super) fn due(&self) -> Option<Instant> {
        match &self.work {
            Work::Wait { due, .. } | Work::Repeat { due, .. } => Some(*due),
            Work::Show { due, .. } => *due,
            Work::Listen(_) => None,
        }
    }

    pub(super) fn ends_by_itself(&self) -> bool {
        matches!(self.work, Work::Wait { .. } | Work::Show { .. })
    }

    pub(super) fn listens(&self) -> bool {
        matches!(self.work, Work::Listen(_))
    }

    fn held(&self) -> usize {
        match &self.work {
            Work::Wait { command, .. } => command.size(),
            Work::Show { .. } | Work::Listen(_) | Work::Repeat { .. } => 0,
        }
    }
}

impl Connection {
    /// Whether so much is running already that nothing more is read.
    pub(super) fn is_full(&self) -> bool {
        let passing = self.jobs.iter().filter(|job| job.ends_by_itself()).count();
        passing >= JOBS || self.jobs.iter().map(Job::held).sum::<usize>() > HELD
    }

    pub(super) fn may_take_a_sentence(&self) -> bool {
        let stalled = self.read_after.is_some_and(|until| until > Instant::now());
        !stalled && !self.is_full() && !self.jobs.iter().any(|job| job.foreground)
    }

    /// Does one step of every job that can go on; tells whether one could go on at once.
    pub(super) async fn work(&mut self) -> Result<bool, End> {
        let mut busy = self.run_due().await?;
        let mut index = 0;
        while index < self.jobs.len() {
            std::mem::swap(&mut self.out.spoils, &mut self.jobs[index].spoils);
            let after = self.step(index);
            let foreground = self.jobs[index].foreground;
            std::mem::swap(&mut self.out.spoils, &mut self.jobs[index].spoils);
            match after {
                After::Rests => index += 1,
                After::Goes => {
                    busy = true;
                    index += 1;
                }
                After::Ended => {
                    self.jobs.remove(index);
                    // What has waited behind it can go on.
                    busy |= foreground;
                }
            }
            if self.out.is_cut() || self.out.bytes().len() >= BATCH {
                self.flush().await?;
            }
        }
        Ok(busy)
    }

    /// Carries out the commands whose time has come, in its order.
    async fn run_due(&mut self) -> Result<bool, End> {
        let now = Instant::now();
        let mut busy = false;
        loop {
            let waits = |job: &Job| matches!(job.work, Work::Wait { due, .. } if due <= now);
            let due = (0..self.jobs.len()).filter(|at| waits(&self.jobs[*at]));
            let Some(at) = due.min_by_key(|at| self.jobs[*at].due()) else { return Ok(busy) };
            let job = self.jobs.remove(at);
            busy |= job.foreground;
            if let Work::Wait { command, faults, .. } = job.work {
                self.carry_out(*command, faults).await?;
            }
        }
    }

    fn step(&mut self, index: usize) -> After {
        let Job { tag, work, .. } = &mut self.jobs[index];
        let tag = tag.clone();
        match work {
            Work::Wait { .. } => After::Rests,
            Work::Show { due: Some(due), .. } if *due > Instant::now() => After::Rests,
            Work::Show { .. } => self.show_more(index, tag.as_deref()),
            Work::Listen(_) => self.deliver(index, tag.as_deref()),
            Work::Repeat { due, .. } if *due > Instant::now() => After::Rests,
            Work::Repeat { .. } => self.repeat(index, tag.as_deref()),
        }
    }

    fn show_more(&mut self, index: usize, tag: Option<&str>) -> After {
        let Work::Show { page, due } = &mut self.jobs[index].work else { return After::Ended };
        let before = page.shown;
        let more = lock(&self.core.world).show_page(page, tag, &mut self.out);
        let rows = usize::try_from(page.shown - before).unwrap_or(usize::MAX);
        *due = lock(&self.core.pace).show(Instant::now(), rows);
        if due.is_some() {
            return After::Rests;
        }
        if more {
            return After::Goes;
        }
        if let Some(subscription) = page.then.take() {
            self.jobs[index].work = Work::Listen(Box::new(subscription));
            self.jobs[index].foreground = false;
            return After::Goes;
        }
        if page.shown == 0 && lock(&self.core.world).version.says_empty() {
            self.out.bare("!empty", tag);
        }
        self.done(tag, None);
        After::Ended
    }

    /// Writes what changed for one who listens, up to a batch.
    fn deliver(&mut self, index: usize, tag: Option<&str>) -> After {
        while self.out.bytes().len() < BATCH && !self.out.is_cut() {
            let Work::Listen(subscription) = &mut self.jobs[index].work else { return After::Ended };
            match subscription.changes.try_recv() {
                Ok(change) => self.core.show_change(&change, subscription, tag, &mut self.out),
                Err(TryRecvError::Empty) => return After::Rests,
                Err(TryRecvError::Disconnected) => {
                    self.trap(tag, &Trap::of(2, "interrupted"));
                    return After::Ended;
                }
            }
        }
        After::Goes
    }

    fn repeat(&mut self, index: usize, tag: Option<&str>) -> After {
        let Work::Repeat { repeat, due, section } = &mut self.jobs[index].work else { return After::Ended };
        let goes_on = lock(&self.core.world).show_again(repeat, *section, tag, &mut self.out);
        *section += 1;
        *due = (*due + repeat.every).max(Instant::now());
        if goes_on {
            return After::Rests;
        }
        self.done(tag, None);
        After::Ended
    }

    /// Ends one command that is still running, or all of them.
    pub(super) fn cancel(&mut self, command: &Command) {
        let meant = command.attribute("tag");
        let hit = |job: &mut Job| meant.is_none() || job.tag() == meant;
        let ended: Vec<Job> = self.jobs.extract_if(.., hit).collect();
        for job in &ended {
            self.trap_only(job.tag(), &Trap::of(2, "interrupted"));
        }
        self.done(command.tag.as_deref(), None);
        for job in &ended {
            self.done(job.tag(), None);
        }
    }

    /// Begins a job, unless too many are running. What comes after a job without a tag waits for it, unless it would go on for ever.
    pub(super) fn begin(&mut self, tag: Option<String>, work: Work) -> Step {
        if self.jobs.len() >= JOBS {
            self.trap(tag.as_deref(), &Trap::plain("failure: too many commands are running"));
            return Ok(());
        }
        let foreground = tag.is_none() && matches!(work, Work::Show { .. });
        let spoils = self.out.spoils.clone();
        self.jobs.push(Job { tag, foreground, spoils, work });
        Ok(())
    }
}
