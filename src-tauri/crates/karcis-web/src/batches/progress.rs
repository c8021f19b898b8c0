//! How far a batch has come, in words a tired person can read.

use super::{MAY_CREATE, MAY_UPDATE, chip};
use crate::desk::Desk;
use crate::error::Error;
use crate::format::Format;
use crate::icons::Icon;
use crate::queue::reason;
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::outbox::{self, Circuit, Effect, LaneState};
use karcis_core::routers;
use karcis_core::values::{BatchId, RouterId, Timestamp};
use karcis_core::vouchers::{self, Batch, BatchState, Tally};
use std::time::Duration;

/// Notes looked through for failed ones of this batch; the queue lists them all.
const FAILED_LOOKED_AT: u16 = 200;

/// What the books and the engine know about a batch on its way.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) batch: Batch,
    pub(super) tally: Tally,
    pub(super) router: String,
    lane: LaneState,
    failed: usize,
    /// Taken by the router, not read back yet.
    acknowledged: u32,
    unlocked: bool,
    now: Timestamp,
}

/// What the books do not know.
#[derive(Clone, Copy)]
struct Beside {
    acknowledged: u32,
    unlocked: bool,
    now: Timestamp,
}

impl Known {
    fn ask(tx: &ReadTx<'_>, id: BatchId, beside: Beside) -> Result<Option<Known>, Fault> {
        let Some(batch) = vouchers::batch(tx, id)? else { return Ok(None) };
        let router =
            routers::router(tx, batch.router)?.ok_or_else(|| Fault::new("a batch without its router"))?;
        let lane = outbox::lane(tx, &router.lane())?;
        let notes = outbox::needing_attention(tx, FAILED_LOOKED_AT)?;
        let failed = notes.iter().filter(|note| concerns(&note.effect, &batch)).count();
        let tally = vouchers::tally(tx, id)?;
        let acknowledged = beside.acknowledged.min(tally.pending);
        let Beside { unlocked, now, .. } = beside;
        Ok(Some(Known { batch, tally, router: router.name, lane, failed, acknowledged, unlocked, now }))
    }

    /// What the wait is for, while the batch runs.
    fn wait(&self) -> Wait {
        if self.lane.circuit == Circuit::Blocked {
            return Wait::Refused;
        }
        if !self.unlocked {
            return Wait::Locked;
        }
        match self.lane.circuit {
            Circuit::Blocked => Wait::Refused,
            Circuit::Open => {
                Wait::Away(self.lane.probe_at.map_or(Duration::ZERO, |probe| probe.since(self.now)))
            }
            Circuit::HalfOpen => Wait::Away(Duration::ZERO),
            Circuit::Closed => Wait::Nothing,
        }
    }

    fn taken(&self) -> u32 {
        (self.tally.on_router + self.acknowledged).min(self.batch.size)
    }

    /// How long it still takes at the pace so far.
    fn eta(&self) -> Option<Duration> {
        let elapsed = self.now.since(self.batch.push_started_at?);
        let rest = self.tally.pending.saturating_sub(self.acknowledged);
        if self.taken() == 0 || elapsed < Duration::from_secs(1) {
            return None;
        }
        let left = elapsed.as_secs_f64() * f64::from(rest) / f64::from(self.taken());
        Some(Duration::from_secs_f64(left.clamp(1.0, 86_400.0).ceil()))
    }
}

enum Wait {
    Nothing,
    Locked,
    Refused,
    Away(Duration),
}

fn concerns(effect: &Effect, batch: &Batch) -> bool {
    match effect {
        Effect::EnsureVouchers { batch: of, .. } => *of == batch.id,
        Effect::EnsureProfile { plan, .. } => *plan == batch.plan,
        Effect::EnsureVoucher { .. } | Effect::LookBack { .. } | Effect::PrintSlip { .. } => false,
    }
}

/// One line of the list: what is settled, what is not, and where to do something about it.
#[derive(Debug)]
pub(super) struct Tick {
    pub(super) tone: &'static str,
    pub(super) icon: Icon,
    pub(super) words: String,
    pub(super) way: Option<(String, &'static str)>,
}

/// The buttons that fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Actions {
    pub(super) pause: bool,
    pub(super) resume: bool,
    pub(super) cancel: bool,
    pub(super) print: bool,
    pub(super) printable: bool,
    pub(super) hand_over: bool,
}

/// A batch's progress as it is shown.
#[derive(Debug)]
pub(super) struct Progress {
    pub(super) known: Known,
    pub(super) id: String,
    pub(super) chip: Chip,
    pub(super) done: u32,
    pub(super) of: u32,
    pub(super) words: String,
    pub(super) aside: String,
    pub(super) aside_tone: &'static str,
    pub(super) ticks: Vec<Tick>,
    pub(super) actions: Actions,
    /// When the part asks for itself again; empty once everything is settled.
    pub(super) again: &'static str,
}

impl Progress {
    pub(super) async fn ask(desk: &Desk, id: BatchId) -> Result<Progress, Error> {
        let beside = Beside {
            acknowledged: desk.office.engine().acknowledged(id),
            unlocked: desk.office.keys().is_unlocked(),
            now: desk.now(),
        };
        let known = desk.read(move |tx| Known::ask(tx, id, beside)).await?.ok_or(Error::NotFound)?;
        let format = desk.format;
        let (aside, aside_tone) = aside(&known, format);
        Ok(Progress {
            id: id.to_string(),
            chip: chip(known.batch.state, desk.t),
            done: known.taken(),
            of: known.batch.size,
            words: desk.t.batches.page.done(format.count(known.taken()), format.count(known.batch.size)),
            aside,
            aside_tone,
            ticks: ticks(&known, format),
            actions: actions(desk, &known),
            again: match known.batch.state {
                BatchState::Running => "every 1s, karcis:changed from:body",
                BatchState::Paused => "karcis:changed from:body",
                BatchState::Cancelled | BatchState::Ready => "",
            },
            known,
        })
    }

    /// Tells one look of the page's buttons and rows from another, so that they are drawn only when they change.
    pub(super) fn stage(&self) -> String {
        format!("{}-{}", self.known.batch.state.as_str(), u8::from(self.actions.printable))
    }
}

fn actions(desk: &Desk, known: &Known) -> Actions {
    let (running, paused) = match known.batch.state {
        BatchState::Running => (true, false),
        BatchState::Paused => (false, true),
        BatchState::Cancelled | BatchState::Ready => (false, false),
    };
    let steers = desk.may(MAY_UPDATE);
    Actions {
        pause: running && steers,
        resume: paused && steers,
        cancel: (running || paused) && steers,
        print: desk.may(MAY_CREATE),
        printable: known.tally.pending + known.tally.on_router > 0,
        hand_over: known.batch.state == BatchState::Ready
            && known.tally.ready() > 0
            && desk.may(crate::resellers::MAY_CHANGE),
    }
}

/// The words at the right of the count, and their tone.
fn aside(known: &Known, format: Format) -> (String, &'static str) {
    let t = &format.texts().batches.page;
    let finished = || format.moment(known.batch.finished_at.unwrap_or(known.batch.created_at));
    match known.batch.state {
        BatchState::Ready => (t.finished(finished()), "k-muted"),
        BatchState::Cancelled => (t.stopped(finished()), "k-muted"),
        BatchState::Paused => (t.held.to_owned(), "k-muted"),
        BatchState::Running => match known.wait() {
            Wait::Locked => (t.locked.to_owned(), "k-wait"),
            Wait::Refused => (t.refused.to_owned(), "k-bad"),
            Wait::Away(Duration::ZERO) => (t.trying.to_owned(), "k-wait"),
            Wait::Away(wait) => (t.retrying(wait.as_secs().max(1)), "k-wait"),
            Wait::Nothing => match known.eta() {
                Some(left) => (format!("{} · {}", t.sending, t.eta(format.span(left))), "k-muted"),
                None => (t.sending.to_owned(), "k-muted"),
            },
        },
    }
}

fn ticks(known: &Known, format: Format) -> Vec<Tick> {
    let (t, tally, count) = (&format.texts().batches.page, &known.tally, |count: u32| format.count(count));
    let tick = |tone, icon, words| Tick { tone, icon, words, way: None };
    let mut ticks = vec![tick("ok", Icon::CheckCircleFill, t.saved(count(known.batch.size)))];
    if tally.on_router > 0 {
        ticks.push(tick("ok", Icon::CheckCircleFill, t.read_back(count(tally.on_router))));
    }
    if tally.promised > 0 {
        ticks.push(tick("ok", Icon::CashCoin, t.sold(count(tally.promised))));
    }
    if known.acknowledged > 0 {
        ticks.push(tick("live", Icon::ArrowRepeat, t.accepted(count(known.acknowledged))));
    }
    if tally.rejected > 0 {
        ticks.push(tick("ok", Icon::ArrowRepeat, t.replaced(count(tally.rejected))));
    }
    if tally.void > 0 {
        ticks.push(tick("mute", Icon::SlashCircle, t.voided(count(tally.void))));
    }
    if known.failed > 0 {
        let way = Some(("/queue".to_owned(), t.to_queue));
        let words = t.failed(format.count(known.failed));
        ticks.push(Tick { tone: "bad", icon: Icon::ExclamationTriangleFill, words, way });
    } else if tally.pending > known.acknowledged {
        ticks.push(waiting(known, count(tally.pending - known.acknowledged), format));
    }
    ticks
}

/// The line about what is still on its way: what it waits for, and what to do.
fn waiting(known: &Known, count: String, format: Format) -> Tick {
    let (texts, router) = (format.texts(), known.batch.router);
    let t = &texts.batches.page;
    let tick = |tone, icon, words, way| Tick { tone, icon, words, way };
    if known.batch.state == BatchState::Paused {
        return tick("mute", Icon::PauseFill, t.waiting_held(count), None);
    }
    match known.wait() {
        Wait::Nothing => tick("live", Icon::HourglassSplit, t.waiting(count), None),
        Wait::Away(_) => tick("wait", Icon::ExclamationTriangleFill, t.waiting_away(count), None),
        Wait::Locked => {
            let way = Some(("/unlock".to_owned(), texts.frame.unlock));
            tick("wait", Icon::Lock, t.waiting_locked(count), way)
        }
        Wait::Refused => {
            let why = known.lane.last_error.as_deref().map(|code| reason(code).code());
            let words = format!("{} {}", t.waiting_refused(count), why.unwrap_or_default());
            tick(
                "bad",
                Icon::ExclamationTriangleFill,
                words.trim_end().to_owned(),
                Some(router_way(router, t.to_router)),
            )
        }
    }
}

fn router_way(router: RouterId, words: &'static str) -> (String, &'static str) {
    (format!("/routers/{router}"), words)
}

/// The part that asks for itself again, and, when the stage changed, what else on the page changes with it.
#[derive(Template)]
#[template(path = "batches/_step.html")]
pub(super) struct Step {
    t: &'static Texts,
    progress: Progress,
    /// Whether the buttons are drawn as well.
    stage_changed: bool,
    /// Whether an open dialog is closed.
    close_dialog: bool,
}

impl Step {
    /// `was` is the stage the page shows.
    pub(super) fn after(desk: &Desk, progress: Progress, was: &str) -> Step {
        Step { t: desk.t, stage_changed: progress.stage() != was, close_dialog: false, progress }
    }

    pub(super) fn closing_dialog(self) -> Step {
        Step { close_dialog: true, ..self }
    }
}
