//! When Karcis speaks up by itself: seldom, once about each trouble, and not to somebody who is looking at it.

use crate::db::ReadTx;
use crate::desktop::{self, NoticeKind};
use crate::fault::Fault;
use crate::outbox::{self, Circuit, LaneState};
use crate::routers;
use crate::values::{NoteId, RouterId, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

/// A router that comes back sooner was never worth a word.
pub const AWAY_FOR: Duration = Duration::from_mins(2);
/// The same router, or one more entry in the list, is not worth a second word sooner.
pub const QUIET_FOR: Duration = Duration::from_mins(30);
/// So many notices an hour at most; what is left over waits for its turn.
pub const MOST_AN_HOUR: usize = 4;
const HOUR: Duration = Duration::from_hours(1);
/// More than so many entries are "so many or more".
const MOST_COUNTED: u16 = 99;

/// Something worth a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A router has not answered for a while.
    RouterAway {
        /// Its name in the shop.
        name: String,
    },
    /// A router refuses us until somebody acts.
    RouterRefuses {
        /// Its name in the shop.
        name: String,
    },
    /// So much is listed for a person.
    Attention {
        /// How many entries, at most 99.
        count: usize,
    },
}

impl Notice {
    /// The kind by which the owner turns it off.
    pub const fn kind(&self) -> NoticeKind {
        match self {
            Notice::RouterAway { .. } | Notice::RouterRefuses { .. } => NoticeKind::Router,
            Notice::Attention { .. } => NoticeKind::Attention,
        }
    }
}

/// What was spoken of already. It lives as long as the program: a new start may say once more what still holds.
#[derive(Debug, Default)]
pub struct Memory {
    /// Which trouble of each router was spoken of, and when.
    routers: BTreeMap<RouterId, (Trouble, Timestamp)>,
    /// The newest entry of the list that was there when we last looked.
    newest: Option<Newest>,
    attention_at: Option<Timestamp>,
    /// When the notices of the last hour were shown: never more than [`MOST_AN_HOUR`].
    shown: Vec<Timestamp>,
}

type Trouble = (bool, Option<Timestamp>);
type Newest = Option<NoteId>;

/// What to speak of now. Somebody who looks at the window sees it there, so nothing is said and it counts as known.
pub fn due(
    tx: &ReadTx<'_>,
    memory: &mut Memory,
    somebody_looks: bool,
    now: Timestamp,
) -> Result<Vec<Notice>, Fault> {
    // Moments ahead of us were read from a clock that has been put back since.
    memory.shown.retain(|shown| *shown <= now && now.since(*shown) < HOUR);
    let wanted = desktop::desktop(tx)?;
    let mut said = Vec::new();
    let mut say = |notice: Notice, memory: &mut Memory| -> bool {
        if somebody_looks || !wanted.tells(notice.kind()) {
            return true;
        }
        if memory.shown.len() >= MOST_AN_HOUR {
            return false;
        }
        memory.shown.push(now);
        said.push(notice);
        true
    };
    about_routers(tx, memory, &mut say, now)?;
    about_the_list(tx, memory, &mut say, now)?;
    Ok(said)
}

fn about_routers(
    tx: &ReadTx<'_>,
    memory: &mut Memory,
    say: &mut impl FnMut(Notice, &mut Memory) -> bool,
    now: Timestamp,
) -> Result<(), Fault> {
    for router in routers::routers(tx)?.into_iter().filter(|router| !router.practice) {
        let state = outbox::lane(tx, &router.lane())?;
        let Some((trouble, notice)) = trouble(&state, router.name, now) else { continue };
        let known = memory.routers.get(&router.id);
        let again = known.is_some_and(|(earlier, at)| *earlier == trouble || rests(*at, now));
        if !again && say(notice, memory) {
            memory.routers.insert(router.id, (trouble, now));
        }
    }
    Ok(())
}

fn trouble(state: &LaneState, name: String, now: Timestamp) -> Option<(Trouble, Notice)> {
    let since = state.open_since;
    match state.circuit {
        Circuit::Closed => None,
        Circuit::Blocked => Some(((true, since), Notice::RouterRefuses { name })),
        Circuit::Open | Circuit::HalfOpen => {
            let long = since.is_some_and(|since| now.since(since) >= AWAY_FOR);
            long.then_some(((false, since), Notice::RouterAway { name }))
        }
    }
}

fn about_the_list(
    tx: &ReadTx<'_>,
    memory: &mut Memory,
    say: &mut impl FnMut(Notice, &mut Memory) -> bool,
    now: Timestamp,
) -> Result<(), Fault> {
    let listed = outbox::needing_attention(tx, MOST_COUNTED)?;
    let newest = listed.iter().map(|note| note.id).max();
    // What was listed when the program started is on its first page.
    let Some(known) = memory.newest else {
        memory.newest = Some(newest);
        return Ok(());
    };
    let rests = memory.attention_at.is_some_and(|at| rests(at, now));
    if newest > known && !rests && say(Notice::Attention { count: listed.len() }, memory) {
        memory.newest = Some(newest);
        memory.attention_at = Some(now);
    }
    Ok(())
}

fn rests(said_at: Timestamp, now: Timestamp) -> bool {
    said_at <= now && now.since(said_at) < QUIET_FOR
}

#[cfg(test)]
mod tests;
