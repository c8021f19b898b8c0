//! What happened to a sale, oldest first.

use crate::desk::Desk;
use crate::icons::Icon;
use karcis_core::sales::{Fill, Receipt, Sale, VoidKind};
use karcis_core::slips::{Slip, SlipState};
use karcis_core::values::Timestamp;
use karcis_core::vouchers::{Voucher, VoucherState};

/// One thing that happened.
pub(super) struct Event {
    pub(super) tone: &'static str,
    pub(super) icon: Icon,
    pub(super) words: String,
    pub(super) when: String,
}

/// What the timeline is told from.
pub(super) struct Past<'a> {
    pub(super) sale: &'a Sale,
    pub(super) receipt: &'a Receipt,
    pub(super) voucher: &'a Voucher,
    pub(super) slips: &'a [Slip],
    pub(super) counter: &'a str,
}

pub(super) fn timeline(past: &Past<'_>, desk: &Desk) -> Vec<Event> {
    let mut events = sold(past, desk);
    events.extend(past.slips.iter().filter_map(|slip| printed(slip, desk)));
    events.extend(voided(past.sale, desk));
    // A sort that keeps the order of what happened in the same moment.
    events.sort_by_key(|(at, _)| *at);
    let told = |(at, event): (Timestamp, Event)| Event { when: desk.format.moment(at), ..event };
    let mut events: Vec<Event> = events.into_iter().map(told).collect();
    if past.sale.is_waiting() {
        let words = desk.t.sales.event_waiting(&past.sale.router_name);
        events.push(event("wait", Icon::HourglassSplit, words));
    }
    events
}

fn event(tone: &'static str, icon: Icon, words: String) -> Event {
    Event { tone, icon, words, when: String::new() }
}

fn sold(past: &Past<'_>, desk: &Desk) -> Vec<(Timestamp, Event)> {
    let (t, sale) = (&desk.t.sales, past.sale);
    let words = match sale.fill {
        Fill::Handover => t.event_handed(&sale.cashier_name),
        Fill::Fresh | Fill::Stock | Fill::Card | Fill::Reserved => {
            t.event_sold(&sale.cashier_name, past.counter)
        }
    };
    let mut events = vec![(sale.at, event("ok", Icon::CashCoin, words))];
    if let Some(by) = &past.receipt.approved_by {
        events.push((sale.at, event("ok", Icon::ShieldLock, t.event_approved(by))));
    }
    let arrived = past.voucher.on_router_at.filter(|_| past.voucher.state != VoucherState::Pending);
    events.extend(arrived.map(|at| (at, event("ok", Icon::Router, t.event_on_router(&sale.router_name)))));
    events
}

fn printed(slip: &Slip, desk: &Desk) -> Option<(Timestamp, Event)> {
    match slip.state {
        SlipState::Printed => {
            Some((slip.changed_at, event("ok", Icon::Printer, desk.t.sales.event_printed.to_owned())))
        }
        SlipState::Queued
        | SlipState::Printing
        | SlipState::Unconfirmed
        | SlipState::Failed
        | SlipState::Stale => None,
    }
}

fn voided(sale: &Sale, desk: &Desk) -> Vec<(Timestamp, Event)> {
    let t = &desk.t.sales;
    let Some(voided) = &sale.voided else { return Vec::new() };
    let said = match voided.kind {
        VoidKind::Undo => event("mute", Icon::ArrowCounterclockwise, t.event_undone(&voided.by)),
        VoidKind::Void => event("bad", Icon::XLg, t.event_void(&voided.by, &voided.reason)),
        VoidKind::Return => event("mute", Icon::Inbox, t.event_returned(&voided.by, &voided.reason)),
    };
    let approved = voided.approved_by.as_ref();
    let approved = approved.map(|by| (voided.at, event("ok", Icon::ShieldLock, t.event_approved(by))));
    std::iter::once((voided.at, said)).chain(approved).collect()
}
