//! Giving a batch to a reseller: every voucher of it that can still be sold is sold on credit.

use super::{Commission, Handover, store};
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::ledger::{self, Account, Entry, EntryKind, credit, debit};
use crate::sales::{self, HandOver, HandOverError, Why};
use crate::settings;
use crate::values::{BatchId, HandoverId, PlanId, ResellerId, Timestamp, VoucherId};
use crate::vouchers::{self, Standing, VoucherState};
use rand::CryptoRng;
use serde_json::json;

/// What is asked when a batch is handed over.
#[derive(Debug, Clone)]
pub struct HandoverRequest {
    /// To whom.
    pub reseller: ResellerId,
    /// Which batch.
    pub batch: BatchId,
    /// What the reseller keeps of each price.
    pub commission: Commission,
}

/// Why a batch is not handed over.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// There is no such reseller, or nothing is handed to them any more.
    #[error("no such reseller")]
    UnknownReseller,
    /// There is no such batch.
    #[error("no such batch")]
    UnknownBatch,
    /// No voucher of the batch can still be sold.
    #[error("no voucher of the batch is unsold")]
    NothingLeft,
    /// Vouchers of the practice router are not worth money.
    #[error("the batch is for practice")]
    Practice,
    /// Their time to be sold is over.
    #[error("the vouchers are past their shelf life")]
    TooOld,
    /// Some vouchers are not on the router yet, so a reseller would sell what does not work.
    #[error("{count} vouchers are not on the router yet")]
    NotOnRouter {
        /// How many.
        count: u32,
    },
    /// Together they cost more than one transaction of the ledger moves.
    #[error("the batch is worth more than one transaction moves")]
    TooMuch,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Hands what is unsold of a batch to a reseller, who owes its price less the commission from now on.
///
/// The same request under the same key answers the handover it made before.
pub fn hand_over(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &HandoverRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Handover, HandoverError> {
    let key = settings::bound_key(request_key, "batch.hand_over", request);
    if let Some(earlier) = settings::earlier_request(tx, &key, "batch.hand_over")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no handover"))?;
        return Ok(store::handover(tx, id)?.ok_or_else(|| Fault::new("a handover that is gone"))?);
    }
    let reseller = store::one(tx, request.reseller)?.filter(|reseller| !reseller.archived);
    let reseller = reseller.ok_or(HandoverError::UnknownReseller)?;
    let batch = vouchers::batch(tx, request.batch)?.ok_or(HandoverError::UnknownBatch)?;
    let waiting = vouchers::tally(tx, batch.id)?.pending;
    if waiting > 0 {
        return Err(HandoverError::NotOnRouter { count: waiting });
    }
    let unsold = unsold(tx, batch.id)?;
    if unsold.is_empty() {
        return Err(HandoverError::NothingLeft);
    }
    let given = HandOver { reseller: reseller.id, vouchers: &unsold };
    let sold = sales::hand_over(tx, actor, &given, rng, now).map_err(not_sold)?;
    let handover = Handover {
        id: HandoverId::new(now, rng),
        number: settings::take_numbers(tx, "handovers", 1)?,
        reseller: reseller.id,
        reseller_name: reseller.name,
        batch: batch.id,
        receipt: sold.id,
        quantity: sold.quantity,
        gross: sold.gross,
        rate: request.commission,
        commission: request.commission.of(sold.gross),
        handed_by: actor.name().to_owned(),
        at: now,
    };
    store::add_handover(tx, &handover, &actor.id())?;
    owe(tx, actor, &handover, batch.plan, &batch.plan_name, now)?;
    settings::remember_request(tx, &key, "batch.hand_over", &handover.id.to_string(), now)?;
    let detail = json!({
        "number": batch.number,
        "reseller": handover.reseller_name,
        "count": handover.quantity,
        "gross": handover.gross.amount(),
        "commission": handover.commission.amount(),
    });
    audit::record(tx, actor, "batch.hand_over", ("batch", &batch.id.to_string()), &detail, now)?;
    Ok(handover)
}

/// The vouchers of a batch that a reseller could be given: on the router, switched on, and nobody's.
pub fn unsold(tx: &ReadTx<'_>, batch: BatchId) -> Result<Vec<VoucherId>, Fault> {
    let live = vouchers::printable(tx, batch)?.into_iter().filter(|voucher| {
        let free = match voucher.standing {
            Standing::Unsold | Standing::Stock => true,
            Standing::Reserved | Standing::Sold => false,
        };
        free && voucher.state == VoucherState::OnRouter && !voucher.disabled
    });
    Ok(live.map(|voucher| voucher.id).collect())
}

fn not_sold(error: HandOverError) -> HandoverError {
    match error {
        HandOverError::Practice => HandoverError::Practice,
        HandOverError::NotForSale { why: Why::TooOld, .. } => HandoverError::TooOld,
        HandOverError::BadAmount => HandoverError::TooMuch,
        HandOverError::Fault(fault) => HandoverError::Fault(fault),
        mistake @ (HandOverError::Quantity
        | HandOverError::NotForSale { .. }
        | HandOverError::NotOnRouter { .. }
        | HandOverError::NotHandedOver { .. }) => Fault::new(mistake).context("hand a batch over").into(),
    }
}

fn owe(
    tx: &WriteTx<'_>,
    actor: &Actor,
    handover: &Handover,
    plan: PlanId,
    plan_name: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let net = handover.gross.minus(handover.commission);
    let net = net.ok_or_else(|| Fault::new("a commission above the price"))?;
    let entry = Entry {
        kind: EntryKind::Handover,
        subject: ("handover", handover.id.to_string()),
        shift: None,
        memo: format!("#{} {plan_name} x {}", handover.number, handover.quantity),
        postings: vec![
            debit(Account::Receivable(handover.reseller), net).called(&handover.reseller_name),
            debit(Account::Commission, handover.commission),
            credit(Account::Sales(plan), handover.gross).called(plan_name),
        ],
    };
    ledger::post(tx, actor, &entry, now).map_err(Fault::from)?;
    Ok(())
}
