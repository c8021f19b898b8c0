//! One client: its sentences are read, obeyed and answered in turn.
//!
//! Reading stops while answers wait to be written, so a client that does not read is not read from.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout};

use super::codec::{Decoder, Limits, Unreadable};
use super::outbox::{Allowance, Outbox};
use super::stream::Stream;
use crate::core::{Core, Ticket, lock};
use crate::world::command::{Command, Subscription, Trap};
use crate::{Break, Fault, Limit};

/// Before login a client may send little.
const STRANGER: Limits = Limits { word: 4096, sentence: 4096 };
const STRANGER_SENTENCES: u32 = 10;
const USER: Limits = Limits { word: 1 << 20, sentence: 4 << 20 };

/// Answers are gathered up to this size before they are written.
pub(super) const BATCH: usize = 64 * 1024;

/// How long a client that was told goodbye may take to close its side.
const PARTING: Duration = Duration::from_secs(1);

/// Commands of one connection that wait for a latency to pass.
const WAITING: usize = 1024;

pub(crate) struct Connection {
    pub(super) core: Arc<Core>,
    stream: Stream,
    decoder: Decoder,
    pub(super) out: Outbox,
    pub(super) number: u64,
    pub(super) peer: String,
    pub(super) service: &'static str,
    pub(super) user: Option<User>,
    pub(super) challenge: Option<[u8; 16]>,
    strange_sentences: u32,
    pub(super) subscriptions: Vec<Subscribed>,
    pub(super) waiting: Vec<Waiting>,
    wake: Arc<Notify>,
    silent: bool,
    read_allowance: Option<u64>,
    breaks: Break,
}

/// Who has logged in, and during which boot of the router.
pub(super) struct User {
    pub(super) name: String,
    pub(super) boot: u64,
}

pub(super) struct Subscribed {
    pub(super) tag: Option<String>,
    pub(super) subscription: Subscription,
}

pub(super) struct Waiting {
    due: Instant,
    pub(super) command: Command,
    faults: Vec<Fault>,
}

/// The connection is over.
pub(super) struct End(pub(super) Break);

pub(super) type Step = Result<(), End>;

impl Connection {
    pub(crate) fn new(core: Arc<Core>, stream: Stream, ticket: &Ticket) -> Self {
        let out = Outbox::new(core.tag_position);
        Connection {
            core,
            stream,
            decoder: Decoder::new(STRANGER),
            out,
            number: ticket.number,
            peer: ticket.peer.ip().to_string(),
            service: ticket.service,
            user: None,
            challenge: None,
            strange_sentences: 0,
            subscriptions: Vec::new(),
            waiting: Vec::new(),
            wake: Arc::new(Notify::new()),
            silent: false,
            read_allowance: None,
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
        match how {
            Break::Fin => self.part().await,
            Break::Rst => drop(self.stream.socket().set_zero_linger()),
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
        loop {
            match self.decoder.sentence() {
                Ok(Some(words)) => self.sentence(Command::parse(&words)).await?,
                Ok(None) => break,
                Err(unreadable) => return self.give_up(&unreadable).await,
            }
        }
        self.deliver().await?;
        self.flush().await?;
        if self.read_allowance == Some(0) {
            return Err(End(self.breaks));
        }
        self.wait().await
    }

    /// Waits for bytes, for a row somebody listens to, or for a delayed command to become due.
    async fn wait(&mut self) -> Step {
        let due = self.waiting.iter().map(|waiting| waiting.due).min();
        let mut bytes = [0; 16 * 1024];
        tokio::select! {
            read = self.stream.read(&mut bytes) => match read {
                Ok(0) | Err(_) => Err(End(Break::Fin)),
                Ok(read) => {
                    self.take_in(&bytes[..read]);
                    Ok(())
                }
            },
            () = self.wake.notified() => Ok(()),
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => self.run_due().await,
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
            Unreadable::TooLong if self.user.is_some() => self.fatal("too long word or sentence").await,
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
            if self.strange_sentences > STRANGER_SENTENCES {
                return Err(End(Break::Fin));
            }
        }
        let mut faults = lock(&self.core.faults).at_command(&command.path);
        if let Some(at) = faults.iter().position(|fault| matches!(fault, Fault::Latency(_))) {
            let Fault::Latency(latency) = faults.swap_remove(at) else { return Ok(()) };
            return self.delay(Instant::now() + latency, command, faults).await;
        }
        self.meet(command, faults).await
    }

    /// A tagged command waits beside others; an untagged one holds up the whole connection.
    async fn delay(&mut self, due: Instant, command: Command, faults: Vec<Fault>) -> Step {
        if command.tag.is_some() && self.user.is_some() && self.waiting.len() < WAITING {
            self.waiting.push(Waiting { due, command, faults });
            return Ok(());
        }
        self.flush().await?;
        sleep_until(due).await;
        self.meet(command, faults).await
    }

    async fn run_due(&mut self) -> Step {
        let now = Instant::now();
        while let Some(at) = self.waiting.iter().position(|waiting| waiting.due <= now) {
            let Waiting { command, faults, .. } = self.waiting.remove(at);
            self.meet(command, faults).await?;
        }
        Ok(())
    }

    /// Lets the faults that were armed for this command strike, then obeys it if it is still meant to be.
    async fn meet(&mut self, command: Command, faults: Vec<Fault>) -> Step {
        let mut trap = None;
        let mut lost_reply = false;
        for fault in faults {
            match fault {
                Fault::DropAfter { limit, how } => self.arm_break(limit, how),
                Fault::HalfSentence => self.out.allow(Allowance::HalfOfNext),
                Fault::Silence => {
                    self.silent = true;
                    return Ok(());
                }
                Fault::ApplyThenDrop => lost_reply = true,
                Fault::DropBeforeApply => {
                    self.flush().await?;
                    return Err(End(Break::Fin));
                }
                Fault::Trap { category, message } => trap = Some(Trap { category, message }),
                Fault::WrongPassword => {
                    trap = Some(Trap::plain(lock(&self.core.world).version.login_refusal()))
                }
                Fault::DiskFull => trap = Some(Trap::plain("failure: not enough space")),
                Fault::Latency(_) | Fault::RefuseConnect | Fault::AcceptThenSilent => {}
            }
        }
        if lost_reply || self.out.is_cut() {
            self.flush().await?;
        }
        self.pace().await?;
        match trap {
            Some(trap) => self.trap(command.tag.as_deref(), &trap),
            None => self.obey(&command).await?,
        }
        if lost_reply {
            return Err(End(Break::Fin));
        }
        if self.out.is_cut() || self.out.bytes().len() >= BATCH {
            self.flush().await?;
        }
        Ok(())
    }

    fn arm_break(&mut self, limit: Limit, how: Break) {
        self.breaks = how;
        match limit {
            Limit::SentencesSent(count) => self.out.allow(Allowance::Sentences(count)),
            Limit::BytesSent(count) => self.out.allow(Allowance::Bytes(count)),
            Limit::BytesReceived(count) => {
                // What was sent right behind the command may have been read together with it.
                let waiting = self.decoder.keep(usize::try_from(count).unwrap_or(usize::MAX));
                self.read_allowance = Some(count.saturating_sub(waiting as u64));
            }
        }
    }

    /// Waits as long as a router of the chosen speed would need.
    async fn pace(&mut self) -> Step {
        let now = Instant::now();
        let done = lock(&self.core.pace).serve(now);
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
                self.answer(command.tag.clone(), answer).await
            }
        }
    }

    pub(super) fn admit(&mut self, user: User) {
        self.decoder.limits = USER;
        self.user = Some(user);
    }

    pub(super) async fn flush(&mut self) -> Step {
        if !self.out.bytes().is_empty() {
            let written = async {
                self.stream.write_all(self.out.bytes()).await?;
                self.stream.flush().await
            };
            written.await.map_err(|_| End(Break::Fin))?;
            self.out.clear();
        }
        if self.out.is_cut() { Err(End(self.breaks)) } else { Ok(()) }
    }
}
