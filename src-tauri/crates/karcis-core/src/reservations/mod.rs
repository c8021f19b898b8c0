//! Vouchers kept for somebody who pays later, at the price of the day they were kept.

mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::plans::{self, Fill, Plan};
use crate::settings;
use crate::values::{Money, PlanId, ReceiptId, ReservationId, RouterId, Timestamp, VoucherId, line, words};
use crate::vouchers::{self, Standing, Voucher, VoucherState};
use rand::CryptoRng;
use serde_json::json;

words!(ReservationState { Open = "open", Sold = "sold", Released = "released" });

/// So many are kept at once; a counter is not a warehouse.
pub const MOST_OPEN: u32 = 500;

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservationState {
    /// Waits for its customer.
    Open,
    /// Its customer came and paid.
    Sold,
    /// Let go.
    Released,
}

/// Something kept for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Which reservation.
    pub id: ReservationId,
    /// Its number, from 1.
    pub number: i64,
    /// The plan.
    pub plan: PlanId,
    /// The plan's name today.
    pub plan_name: String,
    /// The very voucher; missing when a code is drawn as its customer pays.
    pub voucher: Option<VoucherId>,
    /// For whom.
    pub customer: String,
    /// What the cashier noted.
    pub note: String,
    /// What the customer will pay.
    pub price: Money,
    /// Where it stands.
    pub state: ReservationState,
    /// Until when it was promised. Nothing happens by itself then.
    pub until: Option<Timestamp>,
    /// The receipt it was sold on.
    pub receipt: Option<ReceiptId>,
    /// Who kept it.
    pub reserved_by: String,
    /// When.
    pub reserved_at: Timestamp,
    /// When it was sold or let go.
    pub closed_at: Option<Timestamp>,
}

impl Reservation {
    /// Whether the customer should have come by now.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == ReservationState::Open && self.until.is_some_and(|until| until < now)
    }
}

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// One of the plan: of its stock when it sells from stock and has any.
    Plan(PlanId),
    /// This very card.
    Voucher(VoucherId),
}

/// What is asked when something is kept for somebody.
#[derive(Debug, Clone)]
pub struct ReserveRequest {
    /// What.
    pub kept: Kept,
    /// For whom, one line of at most 60 characters.
    pub customer: String,
    /// A note, at most 120 characters.
    pub note: String,
    /// Until when.
    pub until: Option<Timestamp>,
}

/// Why nothing is kept, or nothing let go.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// The plan is unknown or out of use.
    #[error("no such plan")]
    UnknownPlan,
    /// The voucher cannot be kept: it is sold, kept for somebody, void, switched off or too old.
    #[error("the voucher is not to be had")]
    NotToBeHad,
    /// The customer's name is missing or too long.
    #[error("the customer is not one line of 1 to 60 characters")]
    BadCustomer,
    /// The note is too long.
    #[error("the note is longer than 120 characters")]
    BadNote,
    /// The moment has passed already.
    #[error("the moment has passed already")]
    BadUntil,
    /// Too many are open.
    #[error("too many reservations are open")]
    TooMany,
    /// There is no such reservation.
    #[error("no such reservation")]
    Unknown,
    /// It was sold or let go already.
    #[error("the reservation is closed")]
    Closed,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Keeps a voucher for somebody. The same request under the same key answers the reservation it made before.
pub fn reserve(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &ReserveRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Reservation, ReserveError> {
    let key = settings::bound_key(request_key, "reservation.add", request);
    if let Some(earlier) = settings::earlier_request(tx, &key, "reservation.add")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that kept nothing"))?;
        return store::one(tx, id)?.ok_or(ReserveError::Unknown);
    }
    let reservation = parse(tx, actor, request, rng, now)?;
    if let Some(voucher) = reservation.voucher {
        let voucher = vouchers::voucher(tx, voucher)?.ok_or(ReserveError::NotToBeHad)?;
        if !vouchers::claim(tx, &voucher, Standing::Reserved, now)? {
            return Err(ReserveError::NotToBeHad);
        }
    }
    store::add(tx, &reservation, &actor.id())?;
    let id = reservation.id.to_string();
    settings::remember_request(tx, &key, "reservation.add", &id, now)?;
    let detail = json!({
        "number": reservation.number, "plan": reservation.plan_name, "customer": reservation.customer,
        "price": reservation.price.amount(),
    });
    audit::record(tx, actor, "reservation.add", ("reservation", &id), &detail, now)?;
    Ok(reservation)
}

/// Lets go what was kept: the voucher can be sold to anybody again. Letting go twice is once.
pub fn release(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: ReservationId,
    now: Timestamp,
) -> Result<Reservation, ReserveError> {
    let kept = store::one(tx, id)?.ok_or(ReserveError::Unknown)?;
    match kept.state {
        ReservationState::Open => {}
        ReservationState::Released => return Ok(kept),
        ReservationState::Sold => return Err(ReserveError::Closed),
    }
    if let Some(voucher) = kept.voucher {
        let voucher = vouchers::voucher(tx, voucher)?.ok_or_else(|| Fault::new("a voucher that was kept"))?;
        vouchers::release(tx, &voucher, now)?;
    }
    store::close(tx, id, ReservationState::Released, None, now)?;
    let detail = json!({"number": kept.number, "customer": kept.customer});
    audit::record(tx, actor, "reservation.release", ("reservation", &id.to_string()), &detail, now)?;
    Ok(Reservation { state: ReservationState::Released, closed_at: Some(now), ..kept })
}

/// What is kept for people now, the oldest first.
pub fn open(tx: &ReadTx<'_>) -> Result<Vec<Reservation>, Fault> {
    store::open(tx, MOST_OPEN)
}

/// One reservation.
pub fn reservation(tx: &ReadTx<'_>, id: ReservationId) -> Result<Option<Reservation>, Fault> {
    store::one(tx, id)
}

/// The reservation a voucher is kept for, if one is open.
pub fn of_voucher(tx: &ReadTx<'_>, voucher: VoucherId) -> Result<Option<Reservation>, Fault> {
    store::of_voucher(tx, voucher)
}

/// Closes a reservation whose customer paid. The caller leaves the audit row of the sale.
pub(crate) fn sold(
    tx: &WriteTx<'_>,
    id: ReservationId,
    receipt: ReceiptId,
    now: Timestamp,
) -> Result<(), Fault> {
    store::close(tx, id, ReservationState::Sold, Some(receipt), now)
}

/// Strikes out what is and was kept of a router's plans.
pub(crate) fn forget_of(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    store::forget_of(tx, router)
}

fn parse(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &ReserveRequest,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Reservation, ReserveError> {
    let customer = line(&request.customer, 60).map_err(|_| ReserveError::BadCustomer)?;
    let note = match request.note.trim() {
        "" => String::new(),
        text => line(text, 120).map_err(|_| ReserveError::BadNote)?,
    };
    if request.until.is_some_and(|until| until <= now) {
        return Err(ReserveError::BadUntil);
    }
    if store::count_open(tx)? >= MOST_OPEN {
        return Err(ReserveError::TooMany);
    }
    let (plan, voucher, price) = chosen(tx, request.kept, now)?;
    Ok(Reservation {
        id: ReservationId::new(now, rng),
        number: settings::take_numbers(tx, "reservations", 1)?,
        plan: plan.id,
        plan_name: plan.name,
        voucher,
        customer,
        note,
        price,
        state: ReservationState::Open,
        until: request.until,
        receipt: None,
        reserved_by: actor.name().to_owned(),
        reserved_at: now,
        closed_at: None,
    })
}

/// The plan, the very voucher if it is known already, and its price.
fn chosen(
    tx: &ReadTx<'_>,
    kept: Kept,
    now: Timestamp,
) -> Result<(Plan, Option<VoucherId>, Money), ReserveError> {
    match kept {
        Kept::Plan(plan) => {
            let plan =
                plans::plan(tx, plan)?.filter(|plan| !plan.archived).ok_or(ReserveError::UnknownPlan)?;
            let next = match plan.counter_fill {
                Fill::Stock => vouchers::next_of_stock(tx, plan.id, 1, now)?.pop(),
                Fill::Fresh => None,
            };
            match next {
                Some(voucher) => {
                    let price = price_of(tx, &voucher)?;
                    Ok((plan, Some(voucher.id), price))
                }
                None => {
                    let price = plan.selling_price;
                    Ok((plan, None, price))
                }
            }
        }
        Kept::Voucher(id) => {
            let voucher = vouchers::voucher(tx, id)?.ok_or(ReserveError::NotToBeHad)?;
            if !is_to_be_had(tx, &voucher, now)? {
                return Err(ReserveError::NotToBeHad);
            }
            let plan = plans::plan(tx, voucher.plan)?.ok_or(ReserveError::UnknownPlan)?;
            let price = price_of(tx, &voucher)?;
            Ok((plan, Some(id), price))
        }
    }
}

fn price_of(tx: &ReadTx<'_>, voucher: &Voucher) -> Result<Money, Fault> {
    let batch = vouchers::batch(tx, voucher.batch)?.ok_or_else(|| Fault::new("a voucher without a batch"))?;
    Ok(batch.selling_price)
}

fn is_to_be_had(tx: &ReadTx<'_>, voucher: &Voucher, now: Timestamp) -> Result<bool, Fault> {
    let sell_by = vouchers::batch(tx, voucher.batch)?.and_then(|batch| batch.sell_by);
    let live = match voucher.state {
        VoucherState::Pending | VoucherState::OnRouter => true,
        VoucherState::Rejected | VoucherState::Void => false,
    };
    Ok(live
        && !voucher.standing.is_promised()
        && !voucher.disabled
        && sell_by.is_none_or(|last_moment| now <= last_moment))
}
