//! What comes back from a reseller: money, or vouchers that nobody bought.

use super::store::{self, Till};
use super::{Handover, Settlement, SettlementKind};
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::ledger::{self, Account, Entry, EntryKind, Posting, credit, debit};
use crate::sales;
use crate::settings;
use crate::shifts::{self, ShiftState};
use crate::values::{
    CounterId, HandoverId, Money, ResellerId, SaleId, SettlementId, Timestamp, VoucherId, line,
};
use crate::vouchers;
use rand::CryptoRng;
use serde_json::json;
use std::collections::HashSet;

/// What is asked when a reseller pays.
#[derive(Debug, Clone)]
pub struct SettleRequest {
    /// Who pays.
    pub reseller: ResellerId,
    /// Into the drawer of this counter; to the bank when there is none.
    pub counter: Option<CounterId>,
    /// How much.
    pub amount: Money,
    /// At most 120 characters; may be empty.
    pub note: String,
}

/// What is asked when vouchers are given back.
#[derive(Debug, Clone)]
pub struct TakeBackRequest {
    /// What they were handed over with.
    pub handover: HandoverId,
    /// From this serial of the batch on.
    pub from_serial: u32,
    /// Up to this one.
    pub to_serial: u32,
    /// Why, at most 120 characters.
    pub note: String,
    /// Those the router did not say were never used, a moment ago.
    pub doubtful: Vec<VoucherId>,
    /// Somebody who may take back what was used, and has proven themselves.
    pub approved_by: Option<Actor>,
}

/// Why nothing is settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// There is no such reseller or handover.
    #[error("unknown")]
    Unknown,
    /// Nothing was paid.
    #[error("no amount")]
    NoAmount,
    /// They owe less than that.
    #[error("more than is owed")]
    TooMuch {
        /// What they owe.
        owed: Money,
    },
    /// The counter has no open shift whose drawer could take the cash.
    #[error("no open shift")]
    NoShift,
    /// The note is longer than 120 characters, or missing where it must not be.
    #[error("the note is not one line of at most 120 characters")]
    BadNote,
    /// None of these vouchers is still the reseller's.
    #[error("nothing to take back")]
    NothingLeft,
    /// Some were used, or nobody can say: somebody who may must allow it.
    #[error("{count} were used, or nobody can say")]
    NeedsApproval {
        /// How many.
        count: u32,
    },
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The vouchers that such a request would take back, for the router to be asked about.
pub fn returnable(tx: &ReadTx<'_>, request: &TakeBackRequest) -> Result<Vec<VoucherId>, SettleError> {
    let handover = store::handover(tx, request.handover)?.ok_or(SettleError::Unknown)?;
    Ok(still_theirs(tx, &handover, request)?.into_iter().map(|(_, voucher)| voucher).collect())
}

/// Takes a reseller's money into a drawer or to the bank, at most what they owe.
///
/// The same request under the same key answers the settlement it made before.
pub fn settle(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &SettleRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Settlement, SettleError> {
    let key = settings::bound_key(request_key, "reseller.settle", request);
    if let Some(earlier) = earlier(tx, &key, "reseller.settle")? {
        return Ok(earlier);
    }
    let reseller = store::one(tx, request.reseller)?.ok_or(SettleError::Unknown)?;
    let owed = super::owed(tx, reseller.id)?;
    if request.amount <= Money::ZERO {
        return Err(SettleError::NoAmount);
    }
    if request.amount > owed {
        return Err(SettleError::TooMuch { owed });
    }
    let till = till(tx, request.counter)?;
    let settlement = Settlement {
        id: SettlementId::new(now, rng),
        number: settings::take_numbers(tx, "settlements", 1)?,
        reseller: reseller.id,
        handover: None,
        kind: if request.counter.is_some() { SettlementKind::Cash } else { SettlementKind::Bank },
        quantity: 0,
        amount: request.amount,
        note: note(&request.note)?,
        settled_by: actor.name().to_owned(),
        at: now,
    };
    let into = request.counter.map_or(Account::Bank, Account::Drawer);
    let postings = vec![
        debit(into, settlement.amount),
        credit(Account::Receivable(reseller.id), settlement.amount).called(&reseller.name),
    ];
    keep(tx, actor, &settlement, &till, EntryKind::Settlement, postings, now)?;
    settings::remember_request(tx, &key, "reseller.settle", &settlement.id.to_string(), now)?;
    let detail = json!({ "name": reseller.name, "amount": settlement.amount.amount(), "kind": settlement.kind.as_str() });
    audit::record(tx, actor, "reseller.settle", ("reseller", &reseller.id.to_string()), &detail, now)?;
    Ok(settlement)
}

/// Takes unsold vouchers back: they are void from now on, and the reseller owes their price less.
///
/// Vouchers of the range that are void already are left as they are.
pub fn take_back(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &TakeBackRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Settlement, SettleError> {
    // What the router says may change between two tries of one deed.
    let asked = (request.handover, request.from_serial, request.to_serial, &request.note);
    let key = settings::bound_key(request_key, "reseller.take_back", &asked);
    if let Some(earlier) = earlier(tx, &key, "reseller.take_back")? {
        return Ok(earlier);
    }
    let handover = store::handover(tx, request.handover)?.ok_or(SettleError::Unknown)?;
    let reason = line(&request.note, 120).map_err(|_| SettleError::BadNote)?;
    let returned = still_theirs(tx, &handover, request)?;
    if returned.is_empty() {
        return Err(SettleError::NothingLeft);
    }
    let doubtful = returned.iter().filter(|(_, voucher)| request.doubtful.contains(voucher)).count();
    if doubtful > 0 && request.approved_by.is_none() {
        return Err(SettleError::NeedsApproval { count: u32::try_from(doubtful).unwrap_or(u32::MAX) });
    }
    let returned: Vec<SaleId> = returned.into_iter().map(|(sale, _)| sale).collect();
    let returned = sales::take_back(tx, actor, &returned, &reason, now).map_err(Fault::new)?;
    let quantity = u32::try_from(returned.len()).map_err(|_| Fault::new("more vouchers than a batch has"))?;
    let gross = handover.price().times(quantity).ok_or_else(|| Fault::new("an amount out of range"))?;
    let commission = commission_back(tx, &handover, quantity)?;
    let net = gross.minus(commission);
    let net = net.ok_or_else(|| Fault::new("a commission above the price"))?;
    let settlement = Settlement {
        id: SettlementId::new(now, rng),
        number: settings::take_numbers(tx, "settlements", 1)?,
        reseller: handover.reseller,
        handover: Some(handover.id),
        kind: SettlementKind::Return,
        quantity,
        amount: net,
        note: reason,
        settled_by: actor.name().to_owned(),
        at: now,
    };
    let batch = vouchers::batch(tx, handover.batch)?.ok_or(SettleError::Unknown)?;
    let postings = vec![
        debit(Account::Sales(batch.plan), gross).called(&batch.plan_name),
        credit(Account::Commission, commission),
        credit(Account::Receivable(handover.reseller), net).called(&handover.reseller_name),
    ];
    let till = Till { counter: None, shift: None };
    keep(tx, actor, &settlement, &till, EntryKind::Return, postings, now)?;
    settings::remember_request(tx, &key, "reseller.take_back", &settlement.id.to_string(), now)?;
    let detail = json!({
        "number": batch.number,
        "reseller": handover.reseller_name,
        "count": settlement.quantity,
        "amount": settlement.amount.amount(),
        "reason": settlement.note,
        "doubtful": doubtful,
        "approved_by": request.approved_by.as_ref().map(Actor::name),
    });
    audit::record(
        tx,
        actor,
        "reseller.take_back",
        ("reseller", &handover.reseller.to_string()),
        &detail,
        now,
    )?;
    Ok(settlement)
}

/// The sales of the handover within the serials that were not taken back before.
fn still_theirs(
    tx: &ReadTx<'_>,
    handover: &Handover,
    request: &TakeBackRequest,
) -> Result<Vec<(SaleId, VoucherId)>, SettleError> {
    let serials = request.from_serial..=request.to_serial;
    let live = vouchers::printable(tx, handover.batch)?;
    let meant: HashSet<VoucherId> =
        live.iter().filter(|voucher| serials.contains(&voucher.serial)).map(|voucher| voucher.id).collect();
    let receipt = sales::receipt(tx, handover.receipt)?.ok_or(SettleError::Unknown)?;
    let theirs = receipt.sales.iter().filter(|sale| sale.voided.is_none() && meant.contains(&sale.voucher));
    Ok(theirs.map(|sale| (sale.id, sale.voucher)).collect())
}

/// What the shop takes back of the commission. The last return takes what is left, so that a handover given back
/// whole leaves nothing behind however its commission was rounded.
fn commission_back(tx: &WriteTx<'_>, handover: &Handover, quantity: u32) -> Result<Money, Fault> {
    let too_large = || Fault::new("more given back than handed over");
    let (before, let_off) = store::returned(tx, handover.id)?;
    let gone =
        before.checked_add(quantity).filter(|gone| *gone <= handover.quantity).ok_or_else(too_large)?;
    let taken =
        handover.price().times(before).and_then(|gross| gross.minus(let_off)).ok_or_else(too_large)?;
    let due = if gone == handover.quantity {
        handover.commission
    } else {
        handover.rate.of(handover.price().times(gone).ok_or_else(too_large)?)
    };
    due.minus(taken).ok_or_else(too_large)
}

fn keep(
    tx: &WriteTx<'_>,
    actor: &Actor,
    settlement: &Settlement,
    till: &Till,
    kind: EntryKind,
    postings: Vec<Posting>,
    now: Timestamp,
) -> Result<(), Fault> {
    store::add_settlement(tx, settlement, till, &actor.id())?;
    let entry = Entry {
        kind,
        subject: ("settlement", settlement.id.to_string()),
        shift: till.shift,
        memo: format!("#{} {}", settlement.number, settlement.note).trim_end().to_owned(),
        postings,
    };
    ledger::post(tx, actor, &entry, now).map_err(Fault::from)?;
    Ok(())
}

fn earlier(tx: &WriteTx<'_>, key: &str, kind: &str) -> Result<Option<Settlement>, SettleError> {
    let Some(earlier) = settings::earlier_request(tx, key, kind)? else { return Ok(None) };
    let id = earlier.parse().map_err(|_| Fault::new("a request that made no settlement"))?;
    Ok(Some(store::settlement(tx, id)?.ok_or(SettleError::Unknown)?))
}

/// The drawer that takes cash: the counter's, while its shift is open and not being counted.
fn till(tx: &WriteTx<'_>, counter: Option<CounterId>) -> Result<Till, SettleError> {
    let Some(counter) = counter else { return Ok(Till { counter: None, shift: None }) };
    match shifts::current(tx, counter)? {
        Some(shift) if shift.state == ShiftState::Open => {
            Ok(Till { counter: Some(counter), shift: Some(shift.id) })
        }
        Some(_) | None => Err(SettleError::NoShift),
    }
}

fn note(text: &str) -> Result<String, SettleError> {
    match text.trim() {
        "" => Ok(String::new()),
        text => line(text, 120).map_err(|_| SettleError::BadNote),
    }
}
