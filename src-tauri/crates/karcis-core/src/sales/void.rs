//! Voiding one sale later: alone while it is young and unused, otherwise with somebody who may.

use super::undo::apart;
use super::{Fill, Sale, VoidKind, paper, store};
use crate::audit::{self, Actor};
use crate::counters::{self, Counter};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::ledger::{self, Account, Entry, EntryKind, credit, debit};
use crate::outbox::Priority;
use crate::settings;
use crate::shifts::{self, Shift, ShiftState};
use crate::slips::SlipKind;
use crate::staff::{Area, Deed, Permission, Role};
use crate::values::{CounterId, SaleId, Timestamp, line};
use crate::vouchers;
use rand::CryptoRng;
use serde_json::json;
use std::time::Duration;

/// So long the cashier who sold it voids an unused voucher alone.
pub const VOID_ALONE_FOR: Duration = Duration::from_secs(5 * 60);
/// Who may void any sale, and allow others to.
const MAY_VOID: Permission = Permission::new(Area::Counter, Deed::Update);

/// Whether a voucher was ever used, as its router tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Nobody ever signed in with it.
    NeverUsed,
    /// Somebody did.
    Used,
    /// The router cannot be asked, or cannot tell.
    Unknown,
}

/// What is asked when a sale is voided.
#[derive(Debug, Clone)]
pub struct VoidRequest {
    /// Which sale.
    pub sale: SaleId,
    /// The counter whose drawer gives the money back.
    pub counter: CounterId,
    /// Why, one line of at most 120 characters.
    pub reason: String,
    /// Whether it was used, as the router said a moment ago.
    pub usage: Usage,
    /// Somebody else, who may void any sale and has proven themselves.
    pub approved_by: Option<Actor>,
}

/// Why somebody else must allow a void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It was sold too long ago.
    Late,
    /// The voucher was used.
    Used,
    /// The router could not be asked whether it was used.
    UsageUnknown,
    /// Another cashier sold it.
    NotYours,
}

/// Why a sale is not voided. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum VoidError {
    /// There is no such sale.
    #[error("no such sale")]
    Unknown,
    /// It was taken back already.
    #[error("taken back already")]
    AlreadyVoid,
    /// A reseller has it, who gives it back.
    #[error("a reseller has it")]
    HandedOver,
    /// A reason must be given.
    #[error("the reason is missing")]
    NoReason,
    /// The counter is unknown or out of use.
    #[error("no such counter")]
    UnknownCounter,
    /// No shift is open at the counter that gives the money back.
    #[error("no shift is open")]
    NoShift,
    /// The drawer was counted: the shift is closed or carried on first.
    #[error("the drawer was counted")]
    ShiftCounted,
    /// Somebody who may void any sale must allow it.
    #[error("needs approval: {0:?}")]
    NeedsApproval(Because),
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why this person cannot void the sale alone; nothing when they can.
pub fn approval_for(sale: &Sale, actor: &Actor, role: Role, usage: Usage, now: Timestamp) -> Option<Because> {
    if role.may(MAY_VOID) {
        return None;
    }
    if sale.cashier != actor.id() {
        return Some(Because::NotYours);
    }
    if apart(now, sale.at) > VOID_ALONE_FOR {
        return Some(Because::Late);
    }
    match usage {
        Usage::NeverUsed => None,
        Usage::Used => Some(Because::Used),
        Usage::Unknown => Some(Because::UsageUnknown),
    }
}

/// Takes one sale back for a reason: money, voucher and code. The same request under the same key is one deed.
pub fn void(
    tx: &WriteTx<'_>,
    actor: &Actor,
    role: Role,
    request: &VoidRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Sale, VoidError> {
    let key = settings::bound_key(request_key, "sale.void", &(request.sale, &request.reason));
    let sale = store::sale(tx, request.sale)?.ok_or(VoidError::Unknown)?;
    if settings::earlier_request(tx, &key, "sale.void")?.is_some() {
        return Ok(sale);
    }
    if sale.voided.is_some() {
        return Err(VoidError::AlreadyVoid);
    }
    match sale.fill {
        Fill::Handover => return Err(VoidError::HandedOver),
        Fill::Fresh | Fill::Stock | Fill::Card | Fill::Reserved => {}
    }
    let reason = line(&request.reason, 120).map_err(|_| VoidError::NoReason)?;
    let (counter, shift) = drawer(tx, request.counter)?;
    let because = approval_for(&sale, actor, role, request.usage, now);
    let somebody_else = request.approved_by.as_ref().filter(|somebody| somebody.id() != actor.id());
    let approved_by = match (because, somebody_else) {
        (Some(because), None) => return Err(VoidError::NeedsApproval(because)),
        (Some(_), Some(somebody)) => Some(somebody),
        (None, _) => None,
    };
    let voided = store::NewVoid {
        kind: VoidKind::Void,
        reason: &reason,
        amount: sale.paid,
        shift: Some(shift.id),
        by: actor,
        approved_by,
        day: settings::business_day(tx, now)?,
    };
    store::add_void(tx, sale.id, &voided, now)?;
    let voucher = vouchers::voucher(tx, sale.voucher)?;
    let voucher = voucher.ok_or_else(|| Fault::new("a sale without its voucher"))?;
    vouchers::void_promised(tx, &voucher, &reason, Priority::Now, now)?;
    post(tx, actor, &sale, &counter, &shift, now)?;
    let sales = std::iter::once(sale.id);
    paper::ask_for(tx, actor, SlipKind::Void, (&counter, Some(shift.id)), sales, rng, now)?;
    settings::remember_request(tx, &key, "sale.void", &sale.id.to_string(), now)?;
    let detail = json!({
        "number": sale.number, "receipt": sale.receipt_number, "plan": sale.plan_name,
        "paid": sale.paid.amount(), "reason": reason, "counter": counter.name,
        "usage": format!("{:?}", request.usage), "approved_by": approved_by.map(Actor::name),
    });
    audit::record(tx, actor, "sale.void", ("sale", &sale.id.to_string()), &detail, now)?;
    store::sale(tx, sale.id)?.ok_or(VoidError::Unknown)
}

/// The counter that gives the money back, and its open shift.
fn drawer(tx: &ReadTx<'_>, id: CounterId) -> Result<(Counter, Shift), VoidError> {
    let counter = counters::counter(tx, id)?.filter(|counter| !counter.archived);
    let counter = counter.ok_or(VoidError::UnknownCounter)?;
    let shift = shifts::current(tx, id)?.ok_or(VoidError::NoShift)?;
    match shift.state {
        ShiftState::Open => Ok((counter, shift)),
        ShiftState::Counted => Err(VoidError::ShiftCounted),
        ShiftState::Closed => Err(VoidError::NoShift),
    }
}

fn post(
    tx: &WriteTx<'_>,
    actor: &Actor,
    sale: &Sale,
    counter: &Counter,
    shift: &Shift,
    now: Timestamp,
) -> Result<(), Fault> {
    if sale.practice {
        return Ok(());
    }
    let entry = Entry {
        kind: EntryKind::Void,
        subject: ("sale", sale.id.to_string()),
        shift: Some(shift.id),
        memo: sale.plan_name.clone(),
        postings: vec![
            debit(Account::Sales(sale.plan), sale.price).called(&sale.plan_name),
            credit(Account::Discounts, sale.discount),
            credit(Account::Drawer(counter.id), sale.paid).called(&counter.name),
        ],
    };
    ledger::post(tx, actor, &entry, now)?;
    Ok(())
}
