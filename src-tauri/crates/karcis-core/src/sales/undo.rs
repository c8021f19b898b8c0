//! Undoing: the whole receipt, at once, by the one who sold it.

use super::{Receipt, ReceiptKind, VoidKind, paper, store};
use crate::audit::{self, Actor};
use crate::counters::{self, Counter};
use crate::db::WriteTx;
use crate::fault::Fault;
use crate::ledger::{self, Account, Entry, EntryKind, credit, debit};
use crate::outbox::Priority;
use crate::settings;
use crate::shifts;
use crate::slips::SlipKind;
use crate::values::{ReceiptId, Timestamp};
use crate::vouchers;
use rand::CryptoRng;
use serde_json::json;
use std::time::Duration;

/// So long a receipt can be undone.
pub const UNDO_FOR: Duration = Duration::from_secs(10);

/// Why a receipt is not undone.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is no such receipt of a counter.
    #[error("no such receipt")]
    Unknown,
    /// It was sold too long ago; it can still be voided.
    #[error("too late")]
    TooLate,
    /// Somebody else sold it.
    #[error("somebody else sold it")]
    NotYours,
    /// A sale of it was taken back already.
    #[error("taken back already")]
    AlreadyVoid,
    /// Its shift was counted or closed meanwhile.
    #[error("the shift is not open any more")]
    ShiftNotOpen,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Takes a whole receipt back: money, vouchers and codes. The same request under the same key is one deed.
pub fn undo(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: ReceiptId,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Receipt, UndoError> {
    let receipt = store::receipt(tx, id)?.filter(|receipt| receipt.kind == ReceiptKind::Counter);
    let receipt = receipt.ok_or(UndoError::Unknown)?;
    let key = settings::bound_key(request_key, "sale.undo", &id);
    if settings::earlier_request(tx, &key, "sale.undo")?.is_some() {
        return Ok(receipt);
    }
    may_undo(tx, actor, &receipt, now)?;
    let day = settings::business_day(tx, now)?;
    for sale in &receipt.sales {
        let voided = store::NewVoid {
            kind: VoidKind::Undo,
            reason: "",
            amount: sale.paid,
            shift: receipt.shift,
            by: actor,
            approved_by: None,
            day,
        };
        store::add_void(tx, sale.id, &voided, now)?;
        let voucher = vouchers::voucher(tx, sale.voucher)?;
        let voucher = voucher.ok_or_else(|| Fault::new("a sale without its voucher"))?;
        vouchers::void_promised(tx, &voucher, "sale_undone", Priority::Now, now)?;
    }
    let counter = match receipt.counter {
        Some(counter) => counters::counter(tx, counter)?.ok_or(UndoError::Unknown)?,
        None => return Err(UndoError::Unknown),
    };
    post(tx, actor, &receipt, &counter, now)?;
    let sales = receipt.sales.iter().map(|sale| sale.id);
    paper::ask_for(tx, actor, SlipKind::Void, (&counter, receipt.shift), sales, rng, now)?;
    settings::remember_request(tx, &key, "sale.undo", &id.to_string(), now)?;
    let detail =
        json!({"number": receipt.number, "total": receipt.total.amount(), "quantity": receipt.quantity});
    audit::record(tx, actor, "sale.undo", ("receipt", &id.to_string()), &detail, now)?;
    store::receipt(tx, id)?.ok_or(UndoError::Unknown)
}

fn may_undo(tx: &WriteTx<'_>, actor: &Actor, receipt: &Receipt, now: Timestamp) -> Result<(), UndoError> {
    if receipt.sales.iter().any(|sale| sale.voided.is_some()) {
        return Err(UndoError::AlreadyVoid);
    }
    if receipt.cashier != actor.id() {
        return Err(UndoError::NotYours);
    }
    if apart(now, receipt.at) > UNDO_FOR {
        return Err(UndoError::TooLate);
    }
    let shift = match receipt.shift {
        Some(shift) => shifts::shift(tx, shift)?,
        None => None,
    };
    if shift.is_some_and(|shift| shift.sells()) { Ok(()) } else { Err(UndoError::ShiftNotOpen) }
}

/// How far two moments are apart. A clock that was put back must not make an old sale young.
pub(super) fn apart(one: Timestamp, other: Timestamp) -> Duration {
    one.since(other).max(other.since(one))
}

fn post(
    tx: &WriteTx<'_>,
    actor: &Actor,
    receipt: &Receipt,
    counter: &Counter,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(first) = receipt.sales.first().filter(|_| !receipt.practice) else { return Ok(()) };
    let entry = Entry {
        kind: EntryKind::Undo,
        subject: ("receipt", receipt.id.to_string()),
        shift: receipt.shift,
        memo: format!("{} × {}", receipt.quantity, first.plan_name),
        postings: vec![
            debit(Account::Sales(first.plan), receipt.gross).called(&first.plan_name),
            credit(Account::Discounts, receipt.discount),
            credit(Account::Drawer(counter.id), receipt.total).called(&counter.name),
        ],
    };
    ledger::post(tx, actor, &entry, now)?;
    Ok(())
}
