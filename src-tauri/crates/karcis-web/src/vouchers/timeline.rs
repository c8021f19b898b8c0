//! What happened to a voucher, oldest first.

use crate::format::Format;
use crate::icons::Icon;
use crate::texts::Texts;
use karcis_core::audit::Entry;
use karcis_core::prints::Print;
use karcis_core::values::Timestamp;
use karcis_core::vouchers::{Batch, Voucher, VoucherState};

/// One thing that happened.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) tone: &'static str,
    pub(super) icon: Icon,
    pub(super) words: String,
    pub(super) when: String,
}

/// What the timeline is told from.
pub(super) struct Past {
    pub(super) batch: Batch,
    pub(super) router: String,
    pub(super) prints: Vec<Print>,
    pub(super) audit: Vec<Entry>,
}

pub(super) fn timeline(voucher: &Voucher, past: &Past, format: Format) -> Vec<Event> {
    let t = format.texts();
    let mut events = made(voucher, past, t);
    events.extend(past.prints.iter().map(|print| printed(print, t)));
    events.extend(past.audit.iter().filter_map(|entry| steered(entry, voucher, t)));
    events.extend(ended(voucher, past, t));
    // A sort that keeps the order of what happened in the same moment: made, read back, printed, steered.
    events.sort_by_key(|(at, _)| *at);
    let mut events: Vec<Event> =
        events.into_iter().map(|(at, event)| Event { when: format.moment(at), ..event }).collect();
    if voucher.state == VoucherState::Pending {
        let words = t.vouchers.timeline_of.waiting(&past.router);
        events.push(Event { tone: "wait", icon: Icon::HourglassSplit, words, when: String::new() });
    }
    events
}

fn event(tone: &'static str, icon: Icon, words: String) -> Event {
    Event { tone, icon, words, when: String::new() }
}

fn made(voucher: &Voucher, past: &Past, t: &Texts) -> Vec<(Timestamp, Event)> {
    let t = &t.vouchers.timeline_of;
    let by = if voucher.created_at == past.batch.created_at { &past.batch.created_by } else { "Karcis" };
    let created = event("ok", Icon::PlusCircle, t.created(voucher.batch_number, by));
    let mut events = vec![(voucher.created_at, created)];
    events.extend(voucher.on_router_at.map(|at| (at, event("ok", Icon::Router, t.on_router(&past.router)))));
    events
}

fn printed(print: &Print, t: &Texts) -> (Timestamp, Event) {
    let t = &t.vouchers.timeline_of;
    let words = match print.copy {
        0 => t.printed(&print.printed_by),
        copy => t.printed_copy(&print.printed_by, copy),
    };
    (print.at, event("ok", Icon::Printer, words))
}

/// What people did to it, as the audit trail tells it.
fn steered(entry: &Entry, voucher: &Voucher, t: &Texts) -> Option<(Timestamp, Event)> {
    let (told, who) = (&t.vouchers.timeline_of, &entry.actor_name);
    let event = match entry.deed.as_str() {
        "voucher.disable" => event("mute", Icon::SlashCircle, told.disabled(who)),
        "voucher.enable" => event("ok", Icon::ArrowCounterclockwise, told.enabled(who)),
        "session.end" => event("mute", Icon::Wifi, told.session_ended(who)),
        "session.end_failed" => event("wait", Icon::CloudSlash, told.session_unsure.to_owned()),
        "voucher.void" => {
            let reason = reason(voucher.reason.as_deref().unwrap_or_default(), t);
            event("bad", Icon::XLg, told.void(who, reason))
        }
        _ => return None,
    };
    Some((entry.at, event))
}

/// How it ended when no person ended this one voucher: with its batch, its router, or on a taken code.
fn ended(voucher: &Voucher, past: &Past, t: &Texts) -> Option<(Timestamp, Event)> {
    let (told, at) = (&t.vouchers.timeline_of, voucher.closed_at?);
    let reason = reason(voucher.reason.as_deref().unwrap_or_default(), t);
    let by_person = past.audit.iter().any(|entry| entry.deed == "voucher.void");
    match voucher.state {
        VoucherState::Rejected => Some((at, event("bad", Icon::XOctagon, told.rejected(reason)))),
        VoucherState::Void if !by_person => Some((at, event("bad", Icon::XLg, told.void_plain(reason)))),
        VoucherState::Void | VoucherState::Pending | VoucherState::OnRouter => None,
    }
}

/// A reason in words: those that Karcis gives itself are kept as codes, those of people as they wrote them.
fn reason<'a>(kept: &'a str, t: &'a Texts) -> &'a str {
    let r = &t.vouchers.reasons;
    match kept {
        "taken" => r.taken,
        "cancelled" => r.cancelled,
        "sale_undone" => r.sale_undone,
        "returned" => r.returned,
        written => written,
    }
}
