//! Slips at the counter: asked for with the sale itself, printed again, and what became of them.

use crate::answer::{Answer, changed};
use crate::desk::Desk;
use crate::icons::Icon;
use crate::queue::reason;
use crate::shift::{SELL, counter_here, picked, since_words};
use crate::slips::again::refusal;
use crate::staff::Chip;
use crate::texts::{Refusal, Texts};
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::{ReadTx, WriteTx};
use karcis_core::fault::Fault;
use karcis_core::sales::{self, Receipt, Sale};
use karcis_core::slips::{self, Slip, SlipError, SlipKind, SlipRequest, SlipState};
use karcis_core::staff::Role;
use karcis_core::values::{CounterId, ShiftId, Timestamp};
use rand::CryptoRng;

/// The paper of one counter.
pub(crate) struct Paper;

impl Paper {
    /// What is asked of the counter's printer; nothing when it has none.
    pub(crate) fn wanted(
        tx: &ReadTx<'_>,
        counter: CounterId,
        kind: SlipKind,
        subject: String,
        shift: Option<ShiftId>,
    ) -> Result<Option<SlipRequest>, Fault> {
        let printer = counters::counter(tx, counter)?.and_then(|counter| counter.printer);
        Ok(printer.map(|printer| SlipRequest { kind, subject, printer, shift, kick: true }))
    }

    /// Asks for a slip in the transaction of the deed it is about. A counter without a printer prints nothing.
    pub(crate) fn ask(
        tx: &WriteTx<'_>,
        actor: &Actor,
        request: Option<SlipRequest>,
        rng: &mut dyn CryptoRng,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let Some(request) = request else { return Ok(()) };
        match slips::request(tx, actor, &request, rng, now) {
            // The printer was taken out of use: there is no paper, and the deed stands.
            Ok(_) | Err(SlipError::UnknownPrinter) => Ok(()),
            Err(SlipError::Fault(fault)) => Err(fault),
            Err(SlipError::Unknown | SlipError::Printed | SlipError::TooManyCopies { .. }) => {
                Err(Fault::new("a first slip was refused"))
            }
        }
    }

    /// The slip of a receipt that needs most attention.
    pub(super) fn worst(tx: &ReadTx<'_>, kind: SlipKind, receipt: &Receipt) -> Result<Option<Slip>, Fault> {
        let mut worst: Option<Slip> = None;
        for sale in &receipt.sales {
            let newest = slips::of_subject(tx, kind, &sale.id.to_string())?.pop();
            if let Some(slip) = newest
                && worst.as_ref().is_none_or(|known| weight(slip.state) > weight(known.state))
            {
                worst = Some(slip);
            }
        }
        Ok(worst)
    }

    pub(super) fn is_under_way(slip: &Slip) -> bool {
        match slip.state {
            SlipState::Queued | SlipState::Printing => true,
            SlipState::Printed | SlipState::Unconfirmed | SlipState::Failed | SlipState::Stale => false,
        }
    }

    /// Whether a person has to look after it.
    pub(crate) fn is_unprinted(slip: &Slip) -> bool {
        match slip.state {
            SlipState::Queued | SlipState::Printing | SlipState::Printed => false,
            SlipState::Unconfirmed | SlipState::Failed | SlipState::Stale => true,
        }
    }

    /// Why a slip is not printed, in words.
    pub(crate) fn reason(code: &str, desk: &Desk) -> String {
        let refusal = reason(code);
        format!("{} {}", refusal.code(), refusal.sentence(desk.t))
    }
}

fn weight(state: SlipState) -> u8 {
    match state {
        SlipState::Printed => 0,
        SlipState::Queued => 1,
        SlipState::Printing => 2,
        SlipState::Stale => 3,
        SlipState::Unconfirmed => 4,
        SlipState::Failed => 5,
    }
}

/// A slip in a list of slips.
pub(crate) struct SlipRow {
    pub(crate) title: String,
    pub(crate) chip: Chip,
    pub(crate) words: String,
    /// The slip to be sent once more, when it is not on paper.
    pub(crate) again: Option<String>,
}

impl SlipRow {
    pub(crate) fn of(slip: &Slip, desk: &Desk) -> SlipRow {
        let t = &desk.t.sales;
        let title = match (slip.kind, slip.copy) {
            (SlipKind::Void, 0) => t.slip_void(slip.number),
            (
                SlipKind::Voucher
                | SlipKind::Shift
                | SlipKind::CashMove
                | SlipKind::Settlement
                | SlipKind::Test,
                0,
            ) => t.slip_first(slip.number),
            (_, copy) => t.slip_copy(slip.number, copy),
        };
        let unprinted = Paper::is_unprinted(slip);
        let mut words = t.slip_words(since_words(slip.requested_at, desk), &slip.requested_by);
        if let Some(code) = slip.reason.as_deref().filter(|_| unprinted) {
            words = format!("{words} · {}", Paper::reason(code, desk));
        }
        let again = (unprinted && desk.may(SELL)).then(|| slip.id.to_string());
        SlipRow { title, chip: slip_chip(slip.state, desk.t), words, again }
    }
}

/// What became of a slip, as icon and word.
pub(crate) fn slip_chip(state: SlipState, t: &Texts) -> Chip {
    let t = &t.counter;
    let (tone, icon, word) = match state {
        SlipState::Queued => ("wait", Icon::HourglassSplit, t.slip_queued),
        SlipState::Printing => ("live", Icon::Printer, t.slip_printing),
        SlipState::Printed => ("ok", Icon::Printer, t.slip_printed),
        SlipState::Unconfirmed => ("wait", Icon::QuestionCircle, t.slip_unconfirmed),
        SlipState::Failed => ("bad", Icon::ExclamationTriangleFill, t.slip_failed),
        SlipState::Stale => ("wait", Icon::Clock, t.slip_stale),
    };
    Chip { tone, icon, word }
}

/// Prints a sale's slip again at this counter; a copy when the first may be on paper. Nothing without a printer.
pub(crate) fn print_again(
    tx: &WriteTx<'_>,
    (actor, role): (&Actor, Role),
    counter: CounterId,
    sale: &Sale,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Option<Slip>, SlipError> {
    let kind = if sale.voided.is_some() { SlipKind::Void } else { SlipKind::Voucher };
    let shift = karcis_core::shifts::current(tx, counter)?.map(|shift| shift.id);
    let wanted = Paper::wanted(tx, counter, kind, sale.id.to_string(), shift)?;
    let Some(request) = wanted else { return Ok(None) };
    let request = SlipRequest { kick: false, ..request };
    slips::reprint(tx, actor, role, &request, request_key, rng, now).map(Some)
}

/// What is said when a slip goes to the printer once more.
pub(crate) fn printing_words(slip: &Slip, t: &Texts) -> String {
    match slip.copy {
        0 => t.counter.printing_again.to_owned(),
        copy => t.counter.copy_printing(copy),
    }
}

/// F4: the last receipt of this counter once more.
pub(super) async fn reprint_last(desk: Desk) -> Answer {
    let (person, office, now, here) = (desk.person()?, desk.office.clone(), desk.now(), picked(&desk));
    let (actor, role, key) = (person.actor(), person.role, desk.request_key());
    let printed = desk
        .write(move |tx| {
            let Some(counter) = counter_here(tx, here)? else { return Ok(Err(Refusal::R817)) };
            let Some(receipt) = sales::latest(tx, counter.id, 1)?.pop() else {
                return Ok(Err(Refusal::R819));
            };
            let mut last = None;
            for (place, sale) in receipt.sales.iter().enumerate() {
                let key = format!("{key}:{place}");
                let who = (&actor, role);
                last = print_again(tx, who, counter.id, sale, &key, office.rng().as_mut(), now)?;
            }
            Ok(last.ok_or(Refusal::R896))
        })
        .await
        .map_err(refusal)?;
    let slip = printed?;
    Ok(changed(&printing_words(&slip, desk.t)))
}
