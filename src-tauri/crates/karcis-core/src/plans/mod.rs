//! Plans (paket): what is sold, for how much, and the RouterOS user profile behind it.

mod archive;
mod profile;
mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Effect, Priority};
use crate::routers;
use crate::settings;
use crate::values::{Bytes, Money, NoteId, Period, PlanId, RateLimit, RouterId, Timestamp, line, words};
use rand::CryptoRng;
use serde_json::json;

pub use archive::{archived, set_archived};
pub use profile::{OUR_PROFILE, ProfileWish, profile_wish};
pub(crate) use store::{code_style, data, period};

words!(CodeMode { Same = "same", Separate = "separate" });
words!(Alphabet { A28 = "a28", Digits = "digits" });
words!(Fill { Fresh = "fresh", Stock = "stock" });
words!(ProfileState { Pending = "pending", OnRouter = "on_router", Rejected = "rejected" });

/// How a voucher's code is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeStyle {
    /// One code, or a user name and a password of their own.
    pub mode: CodeMode,
    /// The letters drawn from.
    pub alphabet: Alphabet,
    /// Drawn letters, the prefix not counted.
    pub length: u8,
    /// Put in front of every code; capital letters and digits, at most 6.
    pub prefix: String,
}

/// One code, or a user name and a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeMode {
    /// The user name is the password: one code to type.
    Same,
    /// A separate password of the same style.
    Separate,
}

/// The letters codes are drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// 28 letters and digits that cannot be mistaken for each other.
    A28,
    /// The ten digits.
    Digits,
}

/// Where a sale at the counter takes its code from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fill {
    /// Drawn at that moment, so that only sold codes can be guessed.
    #[default]
    Fresh,
    /// The next of the plan's stock, which is on the router already; drawn when none is left.
    Stock,
}

/// The longest code that stays legible on the smallest card, its prefix included.
const MOST_CODE: usize = 20;

/// The colours a plan can wear at the counter.
pub const COLOURS: [&str; 8] = ["teal", "amber", "green", "blue", "red", "purple", "brown", "grey"];

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Which plan.
    pub id: PlanId,
    /// The router that serves it.
    pub router: RouterId,
    /// Its name, as printed.
    pub name: String,
    /// The hotspot server its users may use; `all` for every one.
    pub hotspot_server: String,
    /// The RouterOS user profile behind it; ours by its name.
    pub profile_name: String,
    /// What it costs us (or the reseller).
    pub price: Money,
    /// What the customer pays.
    pub selling_price: Money,
    /// How long a voucher lives from its first login.
    pub validity: Option<Period>,
    /// How long it may be online in all.
    pub uptime_limit: Option<Period>,
    /// How much it may move, both directions together.
    pub data_limit: Option<Bytes>,
    /// How many devices at once.
    pub shared_users: u32,
    /// How fast.
    pub rate_limit: Option<RateLimit>,
    /// Whether the first device is the only one.
    pub lock_mac: bool,
    /// How its codes are built.
    pub code: CodeStyle,
    /// Its key at the counter, 1 to 9.
    pub counter_key: Option<u8>,
    /// Its colour at the counter, one of [`COLOURS`].
    pub colour: String,
    /// Where a sale takes its code from.
    pub counter_fill: Fill,
    /// Whether the profile is on the router.
    pub profile_state: ProfileState,
    /// Whether it is out of use.
    pub archived: bool,
}

/// Where the plan's profile stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileState {
    /// Waits for the router.
    Pending,
    /// Read back from the router.
    OnRouter,
    /// The router would not take it.
    Rejected,
}

/// What is asked when a plan is made or changed.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    /// The router that serves it; cannot be changed later.
    pub router: RouterId,
    /// One line of at most 40 characters.
    pub name: String,
    /// The hotspot server; empty or `all` for every one.
    pub hotspot_server: String,
    /// What it costs us.
    pub price: Money,
    /// What the customer pays.
    pub selling_price: Money,
    /// Life from the first login.
    pub validity: Option<Period>,
    /// Online time in all.
    pub uptime_limit: Option<Period>,
    /// Data in all.
    pub data_limit: Option<Bytes>,
    /// Devices at once, 1 to 100.
    pub shared_users: u32,
    /// Speed.
    pub rate_limit: Option<RateLimit>,
    /// Only the first device.
    pub lock_mac: bool,
    /// How codes are built.
    pub code: CodeStyle,
    /// Key at the counter.
    pub counter_key: Option<u8>,
    /// Colour at the counter.
    pub colour: String,
    /// Where a sale takes its code from.
    pub counter_fill: Fill,
}

/// Why a plan is not kept.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The name is empty or too long.
    #[error("the name is not one line of 1 to 40 characters")]
    BadName,
    /// Another plan of the router has the name.
    #[error("another plan has this name")]
    NameTaken,
    /// The server's name is too long.
    #[error("the hotspot server is not a name")]
    BadServer,
    /// Not between 1 and 100.
    #[error("shared users must be 1 to 100")]
    BadSharedUsers,
    /// A lock to one device and several devices at once contradict each other.
    #[error("a plan locked to one device cannot be shared")]
    LockedAndShared,
    /// The prefix is not up to 6 capital letters and digits.
    #[error("the prefix is not up to 6 capital letters and digits")]
    BadPrefix,
    /// The length is not between 4 and 16, or prefix and letters together are more than a card can show.
    #[error("the code length must be 4 to 16, at most 20 with the prefix")]
    BadLength,
    /// The key is not between 1 and 9.
    #[error("the key must be 1 to 9")]
    BadKey,
    /// Another plan answers to the key.
    #[error("another plan has this key")]
    KeyTaken,
    /// The colour is not one of ours.
    #[error("no such colour")]
    BadColour,
    /// The router is unknown or out of use, or another than the plan's.
    #[error("no such router")]
    UnknownRouter,
    /// There is no such plan.
    #[error("no such plan")]
    Unknown,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The plans in use, by counter key and name.
pub fn plans(tx: &ReadTx<'_>) -> Result<Vec<Plan>, Fault> {
    store::all(tx)
}

/// One plan, archived or not.
pub fn plan(tx: &ReadTx<'_>, id: PlanId) -> Result<Option<Plan>, Fault> {
    store::one(tx, id)
}

/// Makes a plan and owes its profile to the router. The same request under the same key answers the plan it made before.
pub fn add(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &PlanRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    let key = settings::bound_key(request_key, "plan.add", request);
    if let Some(earlier) = settings::earlier_request(tx, &key, "plan.add")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no plan"))?;
        return store::one(tx, id)?.ok_or(PlanError::Unknown);
    }
    let id = PlanId::new(now, rng);
    let plan = parse(tx, id, request, profile::name_for(&request.name, id))?;
    store::add(tx, &plan, now)?;
    settings::remember_request(tx, &key, "plan.add", &id.to_string(), now)?;
    owe_profile(tx, &plan, now)?;
    audit::record(tx, actor, "plan.add", ("plan", &id.to_string()), &described(&plan), now)?;
    Ok(plan)
}

/// Changes a plan and owes the change to the router; vouchers already made keep their prices and limits.
pub fn change(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: PlanId,
    request: &PlanRequest,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    let before = store::one(tx, id)?.ok_or(PlanError::Unknown)?;
    if before.router != request.router {
        return Err(PlanError::UnknownRouter);
    }
    let plan = parse(tx, id, request, before.profile_name.clone())?;
    let plan = Plan { archived: before.archived, ..plan };
    store::change(tx, &plan, now)?;
    owe_profile(tx, &plan, now)?;
    let detail = json!({
        "before": described(&before),
        "after": described(&plan),
        "price_changed": before.price != plan.price || before.selling_price != plan.selling_price,
    });
    audit::record(tx, actor, "plan.change", ("plan", &id.to_string()), &detail, now)?;
    Ok(plan)
}

/// Takes every plan of a router out of use, as the router goes.
pub(crate) fn archive_of(tx: &WriteTx<'_>, router: RouterId, now: Timestamp) -> Result<(), Fault> {
    store::archive_of(tx, router, now)
}

/// Strikes out every plan of a router whose vouchers are struck out.
pub(crate) fn forget_of(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    store::forget_of(tx, router)
}

/// Keeps whether the router has the plan's profile.
pub(crate) fn profile_is(
    tx: &WriteTx<'_>,
    id: PlanId,
    state: ProfileState,
    now: Timestamp,
) -> Result<(), Fault> {
    store::keep_profile_state(tx, id, state, now)
}

/// Owes the plan's profile to its router.
pub(crate) fn owe_profile(tx: &WriteTx<'_>, plan: &Plan, now: Timestamp) -> Result<NoteId, Fault> {
    store::keep_profile_state(tx, plan.id, ProfileState::Pending, now)?;
    let effect = Effect::EnsureProfile { router: plan.router, plan: plan.id };
    // A note that has not been taken up reads the newest wish when it is: one is enough.
    if let Some(waiting) = outbox::queued(tx, &effect)? {
        return Ok(waiting);
    }
    outbox::push(tx, &effect, Priority::Soon, None, now)
}

fn parse(
    tx: &ReadTx<'_>,
    id: PlanId,
    request: &PlanRequest,
    profile_name: String,
) -> Result<Plan, PlanError> {
    let known = routers::routers(tx)?.iter().any(|router| router.id == request.router);
    if !known {
        return Err(PlanError::UnknownRouter);
    }
    let name = line(&request.name, 40).map_err(|_| PlanError::BadName)?;
    if store::name_taken(tx, request.router, &name.to_lowercase(), id)? {
        return Err(PlanError::NameTaken);
    }
    if !(1..=100).contains(&request.shared_users) {
        return Err(PlanError::BadSharedUsers);
    }
    if request.lock_mac && request.shared_users > 1 {
        return Err(PlanError::LockedAndShared);
    }
    if let Some(key) = request.counter_key {
        if !(1..=9).contains(&key) {
            return Err(PlanError::BadKey);
        }
        if store::key_taken(tx, key, id)? {
            return Err(PlanError::KeyTaken);
        }
    }
    if !COLOURS.contains(&request.colour.as_str()) {
        return Err(PlanError::BadColour);
    }
    Ok(Plan {
        id,
        router: request.router,
        name,
        hotspot_server: server(&request.hotspot_server)?,
        profile_name,
        price: request.price,
        selling_price: request.selling_price,
        validity: request.validity,
        uptime_limit: request.uptime_limit,
        data_limit: request.data_limit,
        shared_users: request.shared_users,
        rate_limit: request.rate_limit,
        lock_mac: request.lock_mac,
        code: request.code.checked()?,
        counter_key: request.counter_key,
        colour: request.colour.clone(),
        counter_fill: request.counter_fill,
        profile_state: ProfileState::Pending,
        archived: false,
    })
}

fn server(text: &str) -> Result<String, PlanError> {
    match text.trim() {
        "" | "all" => Ok("all".to_owned()),
        name => line(name, 64).map_err(|_| PlanError::BadServer),
    }
}

impl CodeStyle {
    /// The style with a tidy prefix, if length and prefix are within their limits.
    pub fn checked(&self) -> Result<CodeStyle, PlanError> {
        let prefix = self.prefix.trim().to_ascii_uppercase();
        if prefix.len() > 6 || !prefix.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        {
            return Err(PlanError::BadPrefix);
        }
        if !(4..=16).contains(&self.length) || prefix.len() + usize::from(self.length) > MOST_CODE {
            return Err(PlanError::BadLength);
        }
        Ok(CodeStyle { prefix, ..self.clone() })
    }
}

fn described(plan: &Plan) -> serde_json::Value {
    json!({
        "name": plan.name,
        "price": plan.price.amount(),
        "selling_price": plan.selling_price.amount(),
        "validity_s": plan.validity.map(Period::as_secs),
        "uptime_limit_s": plan.uptime_limit.map(Period::as_secs),
        "data_limit_bytes": plan.data_limit.map(Bytes::count),
        "shared_users": plan.shared_users,
        "rate_limit": plan.rate_limit.map(|rate| rate.to_string()),
        "lock_mac": plan.lock_mac,
        "hotspot_server": plan.hotspot_server,
        "counter_fill": plan.counter_fill.as_str(),
    })
}
