//! Where vouchers stand as people ask for them: what can be sold apart from what somebody has bought already.

use crate::icons::Icon;
use crate::staff::Chip;
use crate::texts::Texts;
use karcis_core::vouchers::{Filter, Standing, Tally, Voucher, VoucherState};
use std::str::FromStr;

/// A part of the list of vouchers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Read back from its router, and nobody's yet.
    Ready,
    /// Read back from its router, and bought or kept for somebody.
    Sold,
    /// On its way to the router.
    Pending,
    /// Another took its place.
    Rejected,
    /// Taken back.
    Void,
}

impl Stand {
    pub(super) const ALL: [Stand; 5] =
        [Stand::Ready, Stand::Sold, Stand::Pending, Stand::Rejected, Stand::Void];

    /// How an address says it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Stand::Ready => "ready",
            Stand::Sold => "sold",
            Stand::Pending => "pending",
            Stand::Rejected => "rejected",
            Stand::Void => "void",
        }
    }

    /// Narrows a list to it.
    pub(super) fn narrow(self, filter: Filter) -> Filter {
        let (state, promised) = match self {
            Stand::Ready => (VoucherState::OnRouter, Some(false)),
            Stand::Sold => (VoucherState::OnRouter, Some(true)),
            Stand::Pending => (VoucherState::Pending, None),
            Stand::Rejected => (VoucherState::Rejected, None),
            Stand::Void => (VoucherState::Void, None),
        };
        Filter { state: Some(state), promised, ..filter }
    }

    pub(crate) const fn count(self, tally: &Tally) -> u32 {
        match self {
            Stand::Ready => tally.ready(),
            Stand::Sold => tally.promised,
            Stand::Pending => tally.pending,
            Stand::Rejected => tally.rejected,
            Stand::Void => tally.void,
        }
    }

    /// What it is called.
    pub(super) fn word(self, t: &Texts) -> &'static str {
        match self {
            Stand::Ready => t.vouchers.on_router,
            Stand::Sold => t.vouchers.promised,
            Stand::Pending => t.vouchers.pending,
            Stand::Rejected => t.vouchers.rejected,
            Stand::Void => t.vouchers.void,
        }
    }

    /// As icon and word.
    pub(super) fn chip(self, t: &Texts) -> Chip {
        let (tone, icon) = match self {
            Stand::Ready => ("ok", Icon::TicketPerforated),
            Stand::Sold => ("mute", Icon::CashCoin),
            Stand::Pending => ("wait", Icon::HourglassSplit),
            Stand::Rejected => ("bad", Icon::XOctagon),
            Stand::Void => ("bad", Icon::XLg),
        };
        Chip { tone, icon, word: self.word(t) }
    }
}

impl FromStr for Stand {
    type Err = ();

    fn from_str(word: &str) -> Result<Stand, ()> {
        Stand::ALL.into_iter().find(|stand| stand.as_str() == word).ok_or(())
    }
}

/// Where one voucher stands, as icon and word.
pub(super) fn chip(voucher: &Voucher, t: &Texts) -> Chip {
    match (voucher.state, voucher.standing) {
        (VoucherState::Pending | VoucherState::OnRouter, _) if voucher.disabled => {
            Chip { tone: "mute", icon: Icon::SlashCircle, word: t.vouchers.disabled }
        }
        (VoucherState::Pending, _) => Stand::Pending.chip(t),
        (VoucherState::OnRouter, Standing::Unsold | Standing::Stock) => Stand::Ready.chip(t),
        (VoucherState::OnRouter, Standing::Reserved) => {
            Chip { tone: "live", icon: Icon::Bookmark, word: t.counter.reserved }
        }
        (VoucherState::OnRouter, Standing::Sold) => {
            Chip { tone: "mute", icon: Icon::CashCoin, word: t.counter.sold }
        }
        (VoucherState::Rejected, _) => Stand::Rejected.chip(t),
        (VoucherState::Void, _) => Stand::Void.chip(t),
    }
}
