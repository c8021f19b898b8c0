//! Shifts and cash: opening a drawer, moving cash, counting it blind, closing it, and looking back.

mod close;
mod count;
mod list;
mod moves;
mod one;
mod open;
mod page;
mod report;

pub(crate) use open::OpenForm;
pub(crate) use page::{SoFar, sales_so_far};

use crate::access::Access;
use crate::desk::Desk;
use crate::error::Error;
use crate::icons::Icon;
use crate::routes::Routes;
use crate::staff::Chip;
use crate::texts::{Refusal, Texts};
use karcis_core::counters::{self, Counter};
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::shifts::{Shift, ShiftError, ShiftState};
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::{CounterId, ShiftId, Timestamp};

pub(crate) const SELL: Permission = Permission::new(Area::Counter, Deed::Create);
pub(crate) const LOOK: Permission = Permission::new(Area::Counter, Deed::Read);
pub(crate) const APPROVE: Permission = Permission::new(Area::Counter, Deed::Update);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/shift", Access::May(SELL), page::page);
    routes.post("/shift/open", Access::May(SELL), open::open);
    routes.post("/shift/move", Access::May(SELL), moves::note);
    routes.get("/shift/count", Access::May(SELL), count::page);
    routes.post("/shift/count", Access::May(SELL), count::keep);
    routes.post("/shift/carry-on", Access::May(SELL), close::carry_on);
    routes.post("/shift/close", Access::May(SELL), close::close);
    routes.get("/shifts", Access::May(LOOK), list::page);
    routes.get("/shifts/{id}", Access::May(LOOK), one::page);
    routes.post("/shifts/{id}/print", Access::May(SELL), one::print);
}

fn known(id: &str) -> Result<ShiftId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// The counter this session works at: the one that was picked, or the only one there is.
pub(crate) fn counter_here(tx: &ReadTx<'_>, picked: Option<CounterId>) -> Result<Option<Counter>, Fault> {
    counters::working_at(tx, picked)
}

/// The counter that was picked for this session.
pub(crate) fn picked(desk: &Desk) -> Option<CounterId> {
    desk.visit.session.as_ref().and_then(|session| session.counter)
}

/// The refusals of a shift in words.
pub(crate) fn refused(error: ShiftError, desk: &Desk) -> Error {
    Error::Refused(match error {
        ShiftError::UnknownCounter => Refusal::R817,
        ShiftError::Unknown => return Error::NotFound,
        ShiftError::AlreadyOpen { by, since } => Refusal::R881 { who: by, since: since_words(since, desk) },
        ShiftError::FloatShort { left } => Refusal::R880 { left: desk.format.money(left) },
        ShiftError::Counted => Refusal::R802,
        ShiftError::NotCounted => Refusal::R883,
        ShiftError::Closed => Refusal::R882,
        ShiftError::BadAmount => Refusal::R884,
        ShiftError::BadReason => Refusal::R885,
        ShiftError::BadCount => return Error::Unreadable,
        ShiftError::NoteMissing => Refusal::R886,
        ShiftError::NeedsApproval { limit } => Refusal::R887 { limit: desk.format.money(limit) },
        ShiftError::TooMuchHandedOver => Refusal::R888,
        ShiftError::MovedSinceCount => Refusal::R889,
        ShiftError::Fault(fault) => return Error::Fault(fault),
    })
}

/// `14:05` of today, the whole date of any other day.
pub(crate) fn since_words(at: Timestamp, desk: &Desk) -> String {
    crate::queue::Outlook::of(desk).since(at)
}

/// Where a shift stands, as icon and word.
fn chip(shift: &Shift, now: Timestamp, t: &Texts) -> Chip {
    let t = &t.shift;
    match shift.state {
        ShiftState::Open | ShiftState::Counted if shift.is_forgotten(now) => {
            Chip { tone: "wait", icon: Icon::ExclamationDiamond, word: t.state_forgotten }
        }
        ShiftState::Open => Chip { tone: "ok", icon: Icon::CashStack, word: t.state_open },
        ShiftState::Counted => Chip { tone: "live", icon: Icon::Calculator, word: t.state_counted },
        ShiftState::Closed => Chip { tone: "mute", icon: Icon::Lock, word: t.state_closed },
    }
}

/// A difference in words: tone, icon, word.
fn difference(amount: i64, t: &Texts) -> (&'static str, Icon, &'static str) {
    match amount {
        0 => ("ok", Icon::CheckCircleFill, t.shift.difference_none),
        less if less < 0 => ("bad", Icon::ExclamationTriangleFill, t.shift.difference_less),
        _ => ("wait", Icon::ExclamationDiamond, t.shift.difference_more),
    }
}
