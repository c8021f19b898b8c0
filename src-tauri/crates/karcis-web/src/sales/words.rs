//! A sale in words: its row in a list, and where it stands.

use crate::desk::Desk;
use crate::format::Format;
use crate::icons::Icon;
use crate::shift::since_words;
use crate::staff::Chip;
use crate::texts::Texts;
use karcis_core::plans::Plan;
use karcis_core::sales::{Sale, VoidKind};
use karcis_core::vouchers::VoucherState;

/// What a plan sells, in one line.
pub(crate) fn limits(plan: &Plan, format: Format) -> String {
    crate::plans::limits(plan, format).join(" · ")
}

/// Where a sale stands, as icon and word.
pub(crate) fn sale_chip(sale: &Sale, t: &Texts) -> Chip {
    if let Some(voided) = &sale.voided {
        return match voided.kind {
            VoidKind::Undo => {
                Chip { tone: "mute", icon: Icon::ArrowCounterclockwise, word: t.sales.state_undone }
            }
            VoidKind::Void => Chip { tone: "bad", icon: Icon::XLg, word: t.sales.state_void },
            VoidKind::Return => Chip { tone: "mute", icon: Icon::Inbox, word: t.sales.state_returned },
        };
    }
    match sale.voucher_state {
        VoucherState::Pending => Chip { tone: "wait", icon: Icon::HourglassSplit, word: t.vouchers.pending },
        VoucherState::OnRouter if sale.disabled => {
            Chip { tone: "mute", icon: Icon::SlashCircle, word: t.vouchers.disabled }
        }
        VoucherState::OnRouter => Chip { tone: "ok", icon: Icon::Check2, word: t.counter.sold },
        VoucherState::Rejected => {
            Chip { tone: "bad", icon: Icon::ExclamationTriangleFill, word: t.sales.state_exchange }
        }
        VoucherState::Void => Chip { tone: "bad", icon: Icon::XLg, word: t.vouchers.void },
    }
}

/// A sale in a list.
pub(crate) struct SaleRow {
    pub(crate) address: String,
    pub(crate) time: String,
    pub(crate) code: String,
    pub(crate) receipt: String,
    pub(crate) plan: String,
    pub(crate) state: Chip,
    pub(crate) cashier: String,
    pub(crate) paid: String,
    pub(crate) voided: bool,
    pub(crate) practice: bool,
}

impl SaleRow {
    pub(crate) fn of(sale: &Sale, desk: &Desk) -> SaleRow {
        SaleRow {
            address: format!("/sales/{}", sale.id),
            time: since_words(sale.at, desk),
            code: karcis_print::grouped(&sale.code),
            receipt: sale.receipt_title(),
            plan: sale.plan_name.clone(),
            state: sale_chip(sale, desk.t),
            cashier: sale.cashier_name.clone(),
            paid: desk.format.money(sale.paid),
            voided: sale.voided.is_some(),
            practice: sale.practice,
        }
    }
}
