//! Making a batch: one transaction for batch, vouchers, notes and audit.

use super::{Batch, BatchState, Purpose, Verdict, code, store, strength};
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Effect, Priority};
use crate::plans::{self, CodeStyle, Plan, PlanError, ProfileState};
use crate::settings;
use crate::values::{BatchId, NoteId, PlanId, RouterId, Timestamp, VoucherId, line};
use rand::CryptoRng;
use serde_json::json;
use std::time::Duration;

/// The largest batch: what a sheet can hold in memory and a person can cut.
pub const MOST_VOUCHERS: u32 = 10_000;
/// Vouchers pushed and read back together. Small enough for progress people can see, large enough that reading the
/// router's users back is a small part of the work.
pub(super) const CHUNK: u32 = 500;

/// What is asked when a batch is made.
#[derive(Debug, Clone)]
pub struct BatchRequest {
    /// Of which plan.
    pub plan: PlanId,
    /// How many, 1 to [`MOST_VOUCHERS`].
    pub size: u32,
    /// How the codes are built; the form starts from the plan's style.
    pub code: CodeStyle,
    /// A note for the maker, at most 120 characters.
    pub note: String,
    /// For how many days its vouchers may be sold.
    pub shelf_life_days: Option<u32>,
}

/// Why a batch is not made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// Not 1 to 10,000.
    #[error("the size must be 1 to 10,000")]
    BadSize,
    /// The note is too long.
    #[error("the note is longer than 120 characters")]
    BadNote,
    /// Not 1 to 3,650 days.
    #[error("the shelf life must be 1 to 3,650 days")]
    BadShelfLife,
    /// Prefix or length are out of bounds.
    #[error(transparent)]
    BadStyle(PlanError),
    /// The codes would be guessed within a month.
    #[error("codes of this length would be guessed in {days} days")]
    TooWeak {
        /// Days of guessing for one hit.
        days: u32,
        /// A length that is long enough, if there is one.
        least_length: Option<u8>,
    },
    /// Nearly every code of this style has been issued already.
    #[error("not enough unused codes of this style are left")]
    TooFewCodes,
    /// The plan is unknown or out of use.
    #[error("no such plan")]
    UnknownPlan,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Makes a batch. The same request under the same key answers the batch it made before.
pub fn issue_batch(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &BatchRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Batch, IssueError> {
    let key = settings::bound_key(request_key, "batch.issue", request);
    if let Some(earlier) = settings::earlier_request(tx, &key, "batch.issue")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no batch"))?;
        return store::batch(tx, id)?.ok_or(IssueError::UnknownPlan);
    }
    let plan = plans::plan(tx, request.plan)?.filter(|plan| !plan.archived).ok_or(IssueError::UnknownPlan)?;
    let batch = parse(tx, actor, &plan, request, rng, now)?;
    store::add_batch(tx, &batch, &actor.id())?;
    add_vouchers(tx, &batch, rng, now)?;
    owe_chunks(tx, &plan, &batch, now)?;
    settings::remember_request(tx, &key, "batch.issue", &batch.id.to_string(), now)?;
    let detail = json!({
        "number": batch.number, "plan": batch.plan_name, "size": batch.size,
        "price": batch.price.amount(), "selling_price": batch.selling_price.amount(),
    });
    audit::record(tx, actor, "batch.issue", ("batch", &batch.id.to_string()), &detail, now)?;
    Ok(batch)
}

/// How many codes the router accepts (or soon will) for which guessing pays.
pub fn live_on(tx: &ReadTx<'_>, router: RouterId) -> Result<u64, Fault> {
    store::live_on(tx, router)
}

/// How many vouchers need the router to stay in use: they can still be sold, or were sold and have not reached it.
pub fn needed_on(tx: &ReadTx<'_>, router: RouterId) -> Result<u64, Fault> {
    store::needed_on(tx, router)
}

fn parse(
    tx: &WriteTx<'_>,
    actor: &Actor,
    plan: &Plan,
    request: &BatchRequest,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Batch, IssueError> {
    if !(1..=MOST_VOUCHERS).contains(&request.size) {
        return Err(IssueError::BadSize);
    }
    let note = match request.note.trim() {
        "" => String::new(),
        text => line(text, 120).map_err(|_| IssueError::BadNote)?,
    };
    let sell_by = match request.shelf_life_days {
        None => None,
        Some(days) if (1..=3_650).contains(&days) => {
            Some(now + Duration::from_secs(u64::from(days) * 86_400))
        }
        Some(_) => return Err(IssueError::BadShelfLife),
    };
    let code = request.code.checked().map_err(IssueError::BadStyle)?;
    let meter = strength::strength(&code, live_on(tx, plan.router)? + u64::from(request.size));
    if meter.verdict == Verdict::Weak {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "fewer than 30 days")]
        let days = meter.days_per_hit as u32;
        return Err(IssueError::TooWeak { days, least_length: meter.least_length });
    }
    Ok(Batch {
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
        size: request.size,
        code,
        note,
        sell_by,
        purpose: Purpose::Sheet,
        state: BatchState::Running,
        created_by: actor.name().to_owned(),
        created_at: now,
        push_started_at: None,
        finished_at: None,
    })
}

fn add_vouchers(
    tx: &WriteTx<'_>,
    batch: &Batch,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<(), IssueError> {
    let first_number = settings::take_numbers(tx, "vouchers", batch.size)?;
    for serial in 1..=batch.size {
        let fresh = fresh_code(tx, &batch.code, rng)?.ok_or(IssueError::TooFewCodes)?;
        let number = first_number + i64::from(serial) - 1;
        let place = store::Place { number, serial, chunk: (serial - 1) / CHUNK };
        store::add_voucher(tx, VoucherId::new(now, rng), batch, &place, &fresh, now)?;
    }
    Ok(())
}

/// A code that was never issued before, now remembered as issued; `None` when a thousand draws found none.
pub(super) fn fresh_code(
    tx: &WriteTx<'_>,
    style: &CodeStyle,
    rng: &mut dyn CryptoRng,
) -> Result<Option<code::Code>, Fault> {
    for _ in 0..1_000 {
        let drawn = code::draw(style, rng);
        if store::remember_code(tx, &drawn.code)? {
            return Ok(Some(drawn));
        }
    }
    Ok(None)
}

/// Owes every chunk to the router, each behind the plan's profile when that is not there yet.
fn owe_chunks(tx: &WriteTx<'_>, plan: &Plan, batch: &Batch, now: Timestamp) -> Result<(), Fault> {
    let profile = match plan.profile_state {
        ProfileState::OnRouter => None,
        ProfileState::Pending | ProfileState::Rejected => Some(plans::owe_profile(tx, plan, now)?),
    };
    for chunk in 0..batch.size.div_ceil(CHUNK) {
        owe_chunk(tx, batch, chunk, profile, now)?;
    }
    Ok(())
}

/// Owes one chunk to the router.
pub(super) fn owe_chunk(
    tx: &WriteTx<'_>,
    batch: &Batch,
    chunk: u32,
    profile: Option<NoteId>,
    now: Timestamp,
) -> Result<NoteId, Fault> {
    let effect = Effect::EnsureVouchers { router: batch.router, batch: batch.id, chunk };
    outbox::push(tx, &effect, Priority::Bulk, profile, now)
}
