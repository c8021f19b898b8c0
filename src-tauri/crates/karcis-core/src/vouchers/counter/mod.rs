//! Vouchers at the counter: drawn at the moment of sale, taken from stock, kept for somebody, and theirs for good.

mod store;

#[cfg(test)]
mod tests;

use super::issue::{CHUNK, MOST_VOUCHERS, fresh_code, live_on, owe_chunk};
use super::list::typed;
use super::steer::SteerError;
use super::{
    Batch, BatchState, Purpose, Standing, Verdict, Voucher, VoucherState, confirm, store as vouchers_store,
    strength,
};
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Effect, Priority};
use crate::plans::{self, CodeStyle, Plan, ProfileState};
use crate::routers;
use crate::settings;
use crate::values::{BatchId, PlanId, Timestamp, VoucherId};
use rand::CryptoRng;
use serde_json::json;

/// Stock is counted up to here; a counter need not know more.
pub const MOST_COUNTED: u32 = 1_000;

/// No unused code of the plan's style is left.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// Nearly every code of this style has been issued already.
    #[error("not enough unused codes of this style are left")]
    TooFewCodes,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Draws a code of the plan for somebody who buys it now, and owes it to the router ahead of everything else.
///
/// It joins the plan's open counter batch; when the plan's terms have changed since, or that batch is full, a new one.
pub fn draw_for_counter(
    tx: &WriteTx<'_>,
    actor: &Actor,
    plan: &Plan,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Voucher, DrawError> {
    let batch = match store::newest_counter_batch(tx, plan.id)? {
        Some(batch) if batch.size < MOST_VOUCHERS && sells_as(&batch, plan) => batch,
        Some(_) | None => open_batch(tx, actor, plan, rng, now)?,
    };
    let fresh = fresh_code(tx, &batch.code, rng)?.ok_or(DrawError::TooFewCodes)?;
    let serial = store::grow(tx, batch.id)?;
    let number = settings::take_numbers(tx, "vouchers", 1)?;
    let place = vouchers_store::Place { number, serial, chunk: (serial - 1) / CHUNK };
    let id = VoucherId::new(now, rng);
    vouchers_store::add_voucher(tx, id, &batch, &place, &fresh, now)?;
    owe_now(tx, plan, id, now)?;
    Ok(vouchers_store::voucher(tx, id)?.ok_or_else(|| Fault::new("a voucher that was just added"))?)
}

/// The vouchers the counter sells next of a plan's stock: on the router, switched on, not past their shelf life.
pub fn next_of_stock(
    tx: &ReadTx<'_>,
    plan: PlanId,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Voucher>, Fault> {
    store::next_of_stock(tx, plan, limit, now)
}

/// How many vouchers of the plan the counter has in stock, counted up to [`MOST_COUNTED`].
pub fn stock_of(tx: &ReadTx<'_>, plan: PlanId, now: Timestamp) -> Result<u32, Fault> {
    store::stock_of(tx, plan, MOST_COUNTED, now)
}

/// The voucher with this code, however it was typed.
pub fn by_code(tx: &ReadTx<'_>, code: &str) -> Result<Option<Voucher>, Fault> {
    store::by_code(tx, &typed(code))
}

/// Gives a live voucher another standing, unless somebody was quicker; answers whether it has it now.
///
/// One that is sold before the router has it goes there ahead of its batch.
pub fn claim(tx: &WriteTx<'_>, voucher: &Voucher, to: Standing, now: Timestamp) -> Result<bool, Fault> {
    if !store::stand(tx, voucher.id, (voucher.standing, to), now)? {
        return Ok(false);
    }
    match (to, voucher.state) {
        (Standing::Sold, VoucherState::Pending) => {
            let plan =
                plans::plan(tx, voucher.plan)?.ok_or_else(|| Fault::new("a voucher without a plan"))?;
            owe_now(tx, &plan, voucher.id, now)?;
        }
        (Standing::Sold | Standing::Unsold | Standing::Stock | Standing::Reserved, _) => {}
    }
    Ok(true)
}

/// Lets a voucher go that was kept for somebody: back to where its batch's vouchers stand.
///
/// One that never reached the router shares the lot of its batch again: it is void when that was cancelled, and
/// exchanged when somebody else has its code.
pub fn release(tx: &WriteTx<'_>, voucher: &Voucher, now: Timestamp) -> Result<bool, Fault> {
    let batch = vouchers_store::batch(tx, voucher.batch)?;
    let batch = batch.ok_or_else(|| Fault::new("a voucher without a batch"))?;
    if !store::stand(tx, voucher.id, (Standing::Reserved, batch.purpose.standing()), now)? {
        return Ok(false);
    }
    match (voucher.state, batch.state) {
        (VoucherState::Pending, BatchState::Cancelled) => {
            void_promised(tx, voucher, "cancelled", Priority::Bulk, now)?;
        }
        (VoucherState::Pending, BatchState::Running | BatchState::Paused | BatchState::Ready) => {
            owe_chunk(tx, &batch, (voucher.serial - 1) / CHUNK, None, now)?;
            // A note of its own that was given up is settled by one that finds nothing more to do.
            let effect = Effect::EnsureVoucher { router: voucher.router, voucher: voucher.id };
            if outbox::is_owed(tx, &effect)? {
                outbox::push(tx, &effect, Priority::Bulk, None, now)?;
            }
        }
        (VoucherState::OnRouter | VoucherState::Rejected | VoucherState::Void, _) => {}
    }
    Ok(true)
}

/// Takes back a voucher that somebody had: its sale is voided by the caller, its user leaves the router.
pub fn void_promised(
    tx: &WriteTx<'_>,
    voucher: &Voucher,
    reason: &str,
    priority: Priority,
    now: Timestamp,
) -> Result<(), Fault> {
    vouchers_store::void(tx, voucher.id, reason, now)?;
    if routers::in_use(tx, voucher.router)? {
        let effect = Effect::EnsureVoucher { router: voucher.router, voucher: voucher.id };
        outbox::push(tx, &effect, priority, None, now)?;
    }
    if let Some(batch) = vouchers_store::batch(tx, voucher.batch)? {
        confirm::complete(tx, &batch, now)?;
    }
    Ok(())
}

/// Makes a batch stock of the counter, or sheets of cards again; what is sold or kept for somebody stays so.
pub fn set_purpose(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: BatchId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Batch, SteerError> {
    let batch = vouchers_store::batch(tx, id)?.ok_or(SteerError::Unknown)?;
    if batch.purpose == Purpose::Counter || purpose == Purpose::Counter {
        return Err(SteerError::TooLate);
    }
    if batch.purpose == purpose {
        return Ok(batch);
    }
    store::keep_purpose(tx, id, purpose)?;
    let moved = store::restand_all(tx, id, (batch.purpose.standing(), purpose.standing()))?;
    let detail = json!({"number": batch.number, "purpose": purpose.as_str(), "vouchers": moved});
    audit::record(tx, actor, "batch.purpose", ("batch", &id.to_string()), &detail, now)?;
    Ok(Batch { purpose, ..batch })
}

/// Whether a code of this batch is what the plan sells now. Its codes may be longer than the plan asks for.
fn sells_as(batch: &Batch, plan: &Plan) -> bool {
    let style = CodeStyle { length: plan.code.length, ..batch.code.clone() };
    batch.plan_name == plan.name
        && batch.hotspot_server == plan.hotspot_server
        && batch.profile_name == plan.profile_name
        && (batch.price, batch.selling_price) == (plan.price, plan.selling_price)
        && (batch.validity, batch.uptime_limit) == (plan.validity, plan.uptime_limit)
        && batch.data_limit == plan.data_limit
        && style == plan.code
        && batch.code.length >= plan.code.length
}

fn open_batch(
    tx: &WriteTx<'_>,
    actor: &Actor,
    plan: &Plan,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Batch, Fault> {
    let batch = Batch {
        id: BatchId::new(now, rng),
        number: settings::take_numbers(tx, "batches", 1)?,
        plan: plan.id,
        router: plan.router,
        plan_name: plan.name.clone(),
        hotspot_server: plan.hotspot_server.clone(),
        profile_name: plan.profile_name.clone(),
        price: plan.price,
        selling_price: plan.selling_price,
        validity: plan.validity,
        uptime_limit: plan.uptime_limit,
        data_limit: plan.data_limit,
        size: 0,
        code: hard_to_guess(tx, plan)?,
        note: String::new(),
        sell_by: None,
        purpose: Purpose::Counter,
        state: BatchState::Ready,
        created_by: actor.name().to_owned(),
        created_at: now,
        push_started_at: None,
        finished_at: Some(now),
    };
    vouchers_store::add_batch(tx, &batch, &actor.id())?;
    let detail = json!({
        "number": batch.number, "plan": batch.plan_name, "price": batch.price.amount(),
        "selling_price": batch.selling_price.amount(), "code_length": batch.code.length,
    });
    audit::record(tx, actor, "batch.counter", ("batch", &batch.id.to_string()), &detail, now)?;
    Ok(batch)
}

/// The plan's style, its codes lengthened when a full batch of them would be guessed: a counter does not stop selling
/// for that, and nobody wants the short ones.
fn hard_to_guess(tx: &ReadTx<'_>, plan: &Plan) -> Result<CodeStyle, Fault> {
    let live = live_on(tx, plan.router)? + u64::from(MOST_VOUCHERS);
    let meter = strength(&plan.code, live);
    let length = match (meter.verdict, meter.least_length) {
        (Verdict::Weak, Some(least)) => least,
        (Verdict::Weak | Verdict::Fair | Verdict::Safe, _) => plan.code.length,
    };
    Ok(CodeStyle { length, ..plan.code.clone() })
}

/// Owes one voucher to the router before anything else, behind the plan's profile when that is not there yet.
fn owe_now(tx: &WriteTx<'_>, plan: &Plan, voucher: VoucherId, now: Timestamp) -> Result<(), Fault> {
    let profile = match plan.profile_state {
        ProfileState::OnRouter => None,
        ProfileState::Pending | ProfileState::Rejected => Some(plans::owe_profile(tx, plan, now)?),
    };
    let effect = Effect::EnsureVoucher { router: plan.router, voucher };
    outbox::push(tx, &effect, Priority::Now, profile, now)?;
    Ok(())
}
