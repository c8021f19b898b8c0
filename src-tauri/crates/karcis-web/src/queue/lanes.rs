//! The lane of a router or printer as people see it: does it answer, since when not, what waits.

use super::reason;
use crate::desk::Desk;
use crate::format::Format;
use crate::icons::Icon;
use crate::routers::number;
use crate::staff::Chip;
use crate::texts::{Refusal, Texts};
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::outbox::{self, Circuit, Lane, LaneState};
use karcis_core::routers::{self, Router};
use karcis_core::secrets::Keys;
use karcis_core::values::Timestamp;

/// From where the world outside is looked at: in which words, when, and whether the data key is here.
#[derive(Clone, Copy)]
pub(crate) struct Outlook {
    pub(crate) format: Format,
    pub(crate) unlocked: bool,
    pub(crate) now: Timestamp,
}

impl Outlook {
    pub(crate) fn of(desk: &Desk) -> Outlook {
        Outlook::at(desk.format, desk.office.keys(), desk.now())
    }

    pub(crate) fn at(format: Format, keys: &Keys, now: Timestamp) -> Outlook {
        Outlook { format, unlocked: keys.is_unlocked(), now }
    }

    pub(crate) fn t(self) -> &'static Texts {
        self.format.texts()
    }

    /// `14:05` of today, the whole date of any other day.
    pub(crate) fn since(self, at: Timestamp) -> String {
        if self.format.day(at) == self.format.day(self.now) {
            self.format.time(at)
        } else {
            self.format.moment(at)
        }
    }
}

/// How a lane stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It answers.
    Answers,
    /// Nobody has asked it yet.
    Unasked,
    /// The data key is not here, so nobody can ask it.
    Locked,
    /// It does not answer; it is asked again by itself.
    Away,
    /// It refuses us until a person acts.
    Refuses,
}

/// Whose lane it is.
pub(super) struct Side {
    pub(super) lane: Lane,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) practice: bool,
}

/// The lane of a router or printer as shown.
#[derive(Debug, Clone)]
pub(crate) struct LaneView {
    /// Which router or printer.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) practice: bool,
    pub(crate) standing: Standing,
    pub(crate) chip: Chip,
    /// The chip's word and since when, as one phrase.
    pub(crate) state: String,
    /// Since when it does not answer.
    pub(crate) since: Option<String>,
    pub(crate) waiting: u32,
    /// How many commands or slips wait and since when, in words.
    pub(crate) queue: String,
    /// When it is asked again.
    pub(crate) next_try: Option<String>,
    /// Why it does not answer: code and sentence.
    pub(crate) why: Option<(&'static str, String)>,
}

impl LaneView {
    /// Whether a person should look.
    pub(crate) fn away(&self) -> bool {
        match self.standing {
            Standing::Answers | Standing::Unasked => false,
            Standing::Locked | Standing::Away | Standing::Refuses => true,
        }
    }

    /// Whether asking again at once could help.
    pub(crate) fn can_try(&self) -> bool {
        matches!(self.standing, Standing::Away | Standing::Refuses)
    }
}

/// The lanes of the routers in use, in the order of the routers.
pub(crate) fn lanes(tx: &ReadTx<'_>, outlook: Outlook) -> Result<Vec<LaneView>, Fault> {
    routers::routers(tx)?.iter().map(|router| lane(tx, router, outlook)).collect()
}

/// One router's lane.
pub(crate) fn lane(tx: &ReadTx<'_>, router: &Router, outlook: Outlook) -> Result<LaneView, Fault> {
    let side = Side {
        lane: router.lane(),
        id: router.id.to_string(),
        name: router.name.clone(),
        practice: router.practice,
    };
    let mut view = view(tx, side, outlook)?;
    if let (Some((code, _)), Some(other)) = (&view.why, &router.other_machine)
        && *code == reason("other_router").code()
    {
        let t = outlook.t();
        let refusal =
            Refusal::R114 { known: number(router.machine.as_ref(), t), seen: number(Some(other), t) };
        view.why = Some((refusal.code(), refusal.sentence(t)));
    }
    Ok(view)
}

pub(super) fn view(tx: &ReadTx<'_>, side: Side, outlook: Outlook) -> Result<LaneView, Fault> {
    let state = outbox::lane(tx, &side.lane)?;
    let (waiting, oldest) = outbox::waiting(tx, &side.lane)?;
    let standing = standing(&state, outlook);
    let chip = chip(standing, outlook.t());
    let since = state.open_since.filter(|_| standing != Standing::Answers).map(|at| outlook.since(at));
    let why = state.last_error.as_deref().filter(|_| matches!(standing, Standing::Away | Standing::Refuses));
    let next = state.probe_at.filter(|_| standing == Standing::Away).map(|at| next_try(at, outlook));
    Ok(LaneView {
        id: side.id,
        name: side.name,
        practice: side.practice,
        standing,
        state: phrase(standing, since.as_deref(), &chip, outlook.t()),
        chip,
        since,
        waiting,
        // What follows it on its line is said without a full stop between.
        queue: match &next {
            Some(_) => queue(side.lane, waiting, oldest, outlook).trim_end_matches('.').to_owned(),
            None => queue(side.lane, waiting, oldest, outlook),
        },
        next_try: next,
        why: why.map(|code| {
            let refusal = reason(code);
            (refusal.code(), refusal.sentence(outlook.t()))
        }),
    })
}

fn standing(state: &LaneState, outlook: Outlook) -> Standing {
    if state.circuit == Circuit::Blocked {
        return Standing::Refuses;
    }
    if !outlook.unlocked {
        return Standing::Locked;
    }
    match state.circuit {
        Circuit::Blocked => Standing::Refuses,
        Circuit::Open | Circuit::HalfOpen => Standing::Away,
        Circuit::Closed if state.last_ok_at.is_none() => Standing::Unasked,
        Circuit::Closed => Standing::Answers,
    }
}

fn chip(standing: Standing, t: &Texts) -> Chip {
    let (tone, icon, word) = match standing {
        Standing::Answers => ("ok", Icon::Check2, t.queue.answers),
        Standing::Unasked => ("mute", Icon::HourglassSplit, t.queue.unasked),
        Standing::Locked => ("wait", Icon::Lock, t.queue.locked),
        Standing::Away => ("wait", Icon::CloudSlash, t.queue.away),
        Standing::Refuses => ("bad", Icon::ExclamationOctagon, t.queue.refuses),
    };
    Chip { tone, icon, word }
}

fn phrase(standing: Standing, since: Option<&str>, chip: &Chip, t: &Texts) -> String {
    match (standing, since) {
        (Standing::Away, Some(since)) => t.queue.away_since(since),
        (Standing::Refuses, Some(since)) => t.queue.refuses_since(since),
        (
            Standing::Answers | Standing::Unasked | Standing::Locked | Standing::Away | Standing::Refuses,
            Some(_) | None,
        ) => chip.word.to_owned(),
    }
}

fn queue(lane: Lane, waiting: u32, oldest: Option<Timestamp>, outlook: Outlook) -> String {
    let t = outlook.t();
    match (waiting, oldest) {
        (0, _) | (_, None) => t.queue.empty.to_owned(),
        (waiting, Some(oldest)) => {
            let (count, since) = (outlook.format.count(waiting), outlook.since(oldest));
            match lane {
                Lane::Router(_) => t.queue.waiting_since(count, since),
                Lane::Printer(_) => t.queue.slips_waiting(count, since),
            }
        }
    }
}

fn next_try(at: Timestamp, outlook: Outlook) -> String {
    let wait = at.since(outlook.now);
    if wait.as_secs() == 0 {
        outlook.t().queue.next_now.to_owned()
    } else {
        outlook.t().queue.next_in(outlook.format.span(wait))
    }
}
