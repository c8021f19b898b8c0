//! What was just sold: the code, large, and what becomes of it.

use super::paper::{Paper, slip_chip};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::RequestKey;
use crate::icons::Icon;
use crate::staff::Chip;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::outbox::{self, Circuit, Lane};
use karcis_core::sales::{self, Receipt, UNDO_FOR};
use karcis_core::shifts;
use karcis_core::slips::{Slip, SlipKind, SlipState};
use karcis_core::values::{Money, ReceiptId};
use karcis_core::vouchers::VoucherState;
use std::time::Duration;

/// What was sold last is shown again when the page is opened within this time.
const SHOWN_FOR: Duration = Duration::from_secs(5 * 60);

/// A code as a customer reads it across the counter.
pub(super) struct CodeView {
    pub(super) shown: String,
    pub(super) password: Option<String>,
}

/// How long a receipt can still be undone.
pub(super) struct Undo {
    pub(super) seconds: u64,
    pub(super) request_key: RequestKey,
}

/// What became of the slip.
pub(super) struct SlipView {
    pub(super) chip: Chip,
    pub(super) why: Option<String>,
    /// The slip to be sent once more, when it is not on paper.
    pub(super) again: Option<String>,
}

pub(super) struct SoldView {
    pub(super) receipt: String,
    pub(super) first_sale: String,
    pub(super) heading: String,
    pub(super) practice: bool,
    pub(super) codes: Vec<CodeView>,
    pub(super) plain: String,
    pub(super) undone: bool,
    pub(super) state: Chip,
    pub(super) slip: Option<SlipView>,
    /// Whether paper or router still have to answer.
    pub(super) unsettled: bool,
    pub(super) cash: Option<(&'static str, String)>,
    pub(super) undo: Option<Undo>,
}

/// A receipt with what is known around it.
pub(super) struct Known {
    receipt: Receipt,
    slip: Option<Slip>,
    /// Why the printer takes nothing while the slip waits for it, as a code.
    printer_trouble: Option<String>,
    away: bool,
    shift_open: bool,
}

impl Known {
    pub(super) fn of(tx: &ReadTx<'_>, receipt: Receipt) -> Result<Known, Fault> {
        let kind = if receipt.is_void() { SlipKind::Void } else { SlipKind::Voucher };
        let slip = Paper::worst(tx, kind, &receipt)?;
        let away = match receipt.sales.first() {
            Some(sale) => outbox::lane(tx, &Lane::Router(sale.router))?.circuit != Circuit::Closed,
            None => false,
        };
        let waits_at =
            slip.as_ref().filter(|slip| slip.state == SlipState::Queued).and_then(|slip| slip.printer);
        let printer_trouble = match waits_at {
            Some(printer) => {
                let lane = outbox::lane(tx, &Lane::Printer(printer))?;
                lane.last_error.filter(|_| lane.circuit != Circuit::Closed)
            }
            None => None,
        };
        let shift = receipt.shift.map(|shift| shifts::shift(tx, shift)).transpose()?.flatten();
        Ok(Known {
            slip,
            printer_trouble,
            away,
            shift_open: shift.is_some_and(|shift| shift.sells()),
            receipt,
        })
    }

    pub(super) fn ask(tx: &ReadTx<'_>, id: ReceiptId) -> Result<Option<Known>, Fault> {
        sales::receipt(tx, id)?.map(|receipt| Known::of(tx, receipt)).transpose()
    }

    /// The receipt that was sold last, as long as whoever sold it may still be looking at it.
    pub(super) fn just_now(tx: &ReadTx<'_>, latest: &[Receipt], desk: &Desk) -> Result<Option<Known>, Fault> {
        let me = desk.visit.person().map(|person| person.id.to_string());
        let newest = latest.first().filter(|receipt| Some(&receipt.cashier) == me.as_ref());
        let shown = newest.filter(|receipt| desk.now().since(receipt.at) < SHOWN_FOR);
        shown.map(|receipt| Known::of(tx, receipt.clone())).transpose()
    }
}

impl SoldView {
    pub(super) fn of(known: &Known, desk: &Desk) -> Result<SoldView, Error> {
        let receipt = &known.receipt;
        let first = receipt.sales.first().ok_or_else(|| Fault::new("a receipt without a sale"))?;
        let codes: Vec<CodeView> = receipt
            .sales
            .iter()
            .map(|sale| CodeView {
                shown: karcis_print::grouped(&sale.code),
                password: (sale.password != sale.code).then(|| sale.password.clone()),
            })
            .collect();
        let plain: Vec<&str> = receipt.sales.iter().map(|sale| sale.code.as_str()).collect();
        let undone = receipt.is_void();
        let slip = known.slip.as_ref().map(|slip| slip_view(slip, known.printer_trouble.as_deref(), desk));
        let waiting = receipt.sales.iter().any(karcis_core::sales::Sale::is_waiting);
        let printing = known.slip.as_ref().is_some_and(Paper::is_under_way);
        Ok(SoldView {
            receipt: receipt.id.to_string(),
            first_sale: first.id.to_string(),
            heading: heading(receipt, desk),
            practice: receipt.practice,
            plain: plain.join(" "),
            codes,
            undone,
            state: state(known, desk),
            slip,
            unsettled: waiting || printing,
            cash: cash(receipt, undone, desk),
            undo: undo(known, desk),
        })
    }
}

fn heading(receipt: &Receipt, desk: &Desk) -> String {
    let t = &desk.t.counter;
    let name = receipt.sales.first().map(|sale| sale.plan_name.clone()).unwrap_or_default();
    let what = if receipt.quantity > 1 { t.several(receipt.quantity, name) } else { name };
    if receipt.is_void() {
        t.undone_heading(what, receipt.title())
    } else {
        t.sold_heading(desk.format.time(receipt.at), what, receipt.title())
    }
}

/// Where the codes stand; of several, the one that needs most attention speaks.
fn state(known: &Known, desk: &Desk) -> Chip {
    let t = &desk.t.counter;
    let any = |state: VoucherState| known.receipt.sales.iter().any(|sale| sale.voucher_state == state);
    if known.receipt.is_void() {
        Chip { tone: "bad", icon: Icon::XLg, word: t.undone }
    } else if any(VoucherState::Rejected) {
        Chip { tone: "bad", icon: Icon::ExclamationTriangleFill, word: t.exchange }
    } else if any(VoucherState::Pending) && known.away {
        Chip { tone: "wait", icon: Icon::HourglassSplit, word: t.waits }
    } else if any(VoucherState::Pending) {
        Chip { tone: "live", icon: Icon::ArrowRepeat, word: t.on_its_way }
    } else {
        Chip { tone: "ok", icon: Icon::Check2, word: t.ready }
    }
}

fn slip_view(slip: &Slip, trouble: Option<&str>, desk: &Desk) -> SlipView {
    let unprinted = Paper::is_unprinted(slip);
    let why = slip.reason.as_deref().filter(|_| unprinted).or(trouble);
    SlipView {
        chip: slip_chip(slip.state, desk.t),
        why: why.map(|code| Paper::reason(code, desk)),
        again: (unprinted || trouble.is_some()).then(|| slip.id.to_string()),
    }
}

fn cash(receipt: &Receipt, undone: bool, desk: &Desk) -> Option<(&'static str, String)> {
    let t = &desk.t.counter;
    if undone {
        return Some((t.refund, desk.format.money(receipt.total)));
    }
    receipt.received.map(|_| (t.change, desk.format.money(receipt.change()))).or_else(|| {
        let paid = (receipt.total != Money::ZERO).then(|| desk.format.money(receipt.total))?;
        Some((t.exact_paid, paid))
    })
}

fn undo(known: &Known, desk: &Desk) -> Option<Undo> {
    let receipt = &known.receipt;
    let mine = desk.visit.person().is_some_and(|person| person.id.to_string() == receipt.cashier);
    let whole = receipt.sales.iter().all(|sale| sale.voided.is_none());
    let left = UNDO_FOR.checked_sub(desk.now().since(receipt.at))?;
    let offered = mine && whole && known.shift_open && left >= Duration::from_secs(1);
    offered.then(|| Undo { seconds: left.as_secs(), request_key: desk.request_key() })
}
