//! People who sell our vouchers on: batches handed over against a commission, paid for later, or given back.
//!
//! A handover is a sale on credit. What is owed is the balance of the reseller's account in the ledger, never a
//! figure kept beside it.

mod handover;
mod settle;
mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::ledger::{self, Account};
use crate::settings;
use crate::values::{
    BatchId, HandoverId, Money, ReceiptId, ResellerId, SettlementId, Timestamp, line, words,
};
use rand::CryptoRng;
use serde_json::json;

pub use handover::{HandoverError, HandoverRequest, hand_over, unsold};
pub use settle::{SettleError, SettleRequest, TakeBackRequest, returnable, settle, take_back};

/// A reseller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reseller {
    /// Who.
    pub id: ResellerId,
    /// The name, unique without regard to case.
    pub name: String,
    /// How they are reached; empty when nobody asked.
    pub phone: String,
    /// What they keep of the selling price.
    pub commission: Commission,
    /// Whether nothing is handed to them any more.
    pub archived: bool,
}

/// A share of the selling price, in hundredths of a percent, at most the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Commission(u32);

/// The text is not a share of 0 to 100 percent with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a share of 0 to 100 percent")]
pub struct ParseCommissionError;

impl Commission {
    const WHOLE: u32 = 10_000;

    /// So many hundredths of a percent, when that is not more than the whole.
    pub const fn hundredths(hundredths: u32) -> Option<Commission> {
        if hundredths <= Commission::WHOLE { Some(Commission(hundredths)) } else { None }
    }

    /// The hundredths of a percent.
    pub const fn as_hundredths(self) -> u32 {
        self.0
    }

    /// The share of this amount in whole rupiah; what is left of a rupiah stays with the shop.
    pub fn of(self, gross: Money) -> Money {
        let share = i128::from(gross.amount()) * i128::from(self.0) / i128::from(Commission::WHOLE);
        Money::rupiah(i64::try_from(share).unwrap_or(gross.amount()))
    }
}

/// `10`, `12,5` or `12.5 %`.
impl std::str::FromStr for Commission {
    type Err = ParseCommissionError;

    fn from_str(text: &str) -> Result<Commission, ParseCommissionError> {
        let text = text.trim().trim_end_matches('%').trim();
        let (whole, part) = text.split_once([',', '.']).unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || part.len() > 2 || !digits(whole) || !digits(part) {
            return Err(ParseCommissionError);
        }
        let hundredths = format!("{whole}{part:0<2}").parse().map_err(|_| ParseCommissionError)?;
        Commission::hundredths(hundredths).ok_or(ParseCommissionError)
    }
}

/// `12,5`: without the sign, as it is typed.
impl std::fmt::Display for Commission {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = format!("{:02}", self.0 % 100);
        match part.trim_end_matches('0') {
            "" => write!(out, "{}", self.0 / 100),
            part => write!(out, "{},{part}", self.0 / 100),
        }
    }
}

/// What is asked when a reseller is added or changed.
#[derive(Debug, Clone)]
pub struct ResellerRequest {
    /// One line of at most 60 characters.
    pub name: String,
    /// At most 30 characters; may be empty.
    pub phone: String,
    /// What they keep.
    pub commission: Commission,
}

/// Why a reseller is not kept as asked.
#[derive(Debug, thiserror::Error)]
pub enum ResellerError {
    /// There is no such reseller.
    #[error("no such reseller")]
    Unknown,
    /// The name is empty or too long.
    #[error("the name is not one line of 1 to 60 characters")]
    BadName,
    /// The telephone number is too long.
    #[error("the telephone number is not one line of at most 30 characters")]
    BadPhone,
    /// Another reseller has the name.
    #[error("another reseller has this name")]
    NameTaken,
    /// They still owe the shop, or the shop owes them.
    #[error("the account is not settled")]
    NotSettled {
        /// What they owe; below zero when the shop owes them.
        owed: Money,
    },
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A batch that was handed to a reseller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Which one.
    pub id: HandoverId,
    /// Its number, from 1.
    pub number: i64,
    /// To whom.
    pub reseller: ResellerId,
    /// Their name then.
    pub reseller_name: String,
    /// Which batch.
    pub batch: BatchId,
    /// The receipt its vouchers were sold on.
    pub receipt: ReceiptId,
    /// How many vouchers.
    pub quantity: u32,
    /// What customers pay for them.
    pub gross: Money,
    /// What the reseller keeps of each price.
    pub rate: Commission,
    /// What the reseller keeps in all.
    pub commission: Money,
    /// By whom.
    pub handed_by: String,
    /// When.
    pub at: Timestamp,
}

impl Handover {
    /// What each voucher of it costs: the vouchers of a batch have one price.
    pub fn price(&self) -> Money {
        Money::rupiah(self.gross.amount() / i64::from(self.quantity.max(1)))
    }
}

/// How a reseller settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettlementKind {
    /// Cash into the drawer of a counter.
    Cash,
    /// A transfer to the bank.
    Bank,
    /// Vouchers given back unsold.
    Return,
}

words!(SettlementKind { Cash = "cash", Bank = "bank", Return = "return" });

/// What a reseller paid, or gave back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Which one.
    pub id: SettlementId,
    /// Its number, from 1.
    pub number: i64,
    /// Whose.
    pub reseller: ResellerId,
    /// The handover that vouchers were given back from.
    pub handover: Option<HandoverId>,
    /// How.
    pub kind: SettlementKind,
    /// How many vouchers were given back.
    pub quantity: u32,
    /// What the reseller owes less by it.
    pub amount: Money,
    /// What was noted.
    pub note: String,
    /// By whom.
    pub settled_by: String,
    /// When.
    pub at: Timestamp,
}

/// The resellers in use by name, each with what they owe.
pub fn all(tx: &ReadTx<'_>) -> Result<Vec<(Reseller, Money)>, Fault> {
    let resellers = store::all(tx)?;
    resellers.into_iter().map(|reseller| Ok((reseller.clone(), owed(tx, reseller.id)?))).collect()
}

/// One reseller, in use or not.
pub fn reseller(tx: &ReadTx<'_>, id: ResellerId) -> Result<Option<Reseller>, Fault> {
    store::one(tx, id)
}

/// What a reseller owes the shop; below zero when they have paid too much.
pub fn owed(tx: &ReadTx<'_>, id: ResellerId) -> Result<Money, Fault> {
    Ok(Money::rupiah(ledger::balance(tx, &Account::Receivable(id))?))
}

/// What was handed to a reseller, newest first, at most `limit`.
pub fn handovers(tx: &ReadTx<'_>, id: ResellerId, limit: u16) -> Result<Vec<Handover>, Fault> {
    store::handovers(tx, id, limit)
}

/// One handover.
pub fn handover(tx: &ReadTx<'_>, id: HandoverId) -> Result<Option<Handover>, Fault> {
    store::handover(tx, id)
}

/// What a reseller paid and gave back, newest first, at most `limit`.
pub fn settlements(tx: &ReadTx<'_>, id: ResellerId, limit: u16) -> Result<Vec<Settlement>, Fault> {
    store::settlements(tx, id, limit)
}

/// One settlement.
pub fn settlement(tx: &ReadTx<'_>, id: SettlementId) -> Result<Option<Settlement>, Fault> {
    store::settlement(tx, id)
}

/// Adds a reseller. The same request under the same key answers the one it made before.
pub fn add(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &ResellerRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Reseller, ResellerError> {
    let key = settings::bound_key(request_key, "reseller.add", request);
    if let Some(earlier) = settings::earlier_request(tx, &key, "reseller.add")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no reseller"))?;
        return store::one(tx, id)?.ok_or(ResellerError::Unknown);
    }
    let reseller = checked(tx, ResellerId::new(now, rng), request)?;
    store::add(tx, &reseller, now)?;
    settings::remember_request(tx, &key, "reseller.add", &reseller.id.to_string(), now)?;
    note(tx, actor, "reseller.add", &reseller, now)?;
    Ok(reseller)
}

/// Changes a reseller; what was handed over before keeps its commission.
pub fn change(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: ResellerId,
    request: &ResellerRequest,
    now: Timestamp,
) -> Result<Reseller, ResellerError> {
    let before = store::one(tx, id)?.ok_or(ResellerError::Unknown)?;
    let reseller = Reseller { archived: before.archived, ..checked(tx, id, request)? };
    store::change(tx, &reseller, now)?;
    note(tx, actor, "reseller.change", &reseller, now)?;
    Ok(reseller)
}

/// Hands nothing more to a reseller, or hands again. Whoever still owes stays in the list.
pub fn archive(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: ResellerId,
    archived: bool,
    now: Timestamp,
) -> Result<Reseller, ResellerError> {
    let before = store::one(tx, id)?.ok_or(ResellerError::Unknown)?;
    let owed = owed(tx, id)?;
    if archived && owed != Money::ZERO {
        return Err(ResellerError::NotSettled { owed });
    }
    let reseller = Reseller { archived, ..before };
    store::change(tx, &reseller, now)?;
    note(tx, actor, if archived { "reseller.archive" } else { "reseller.restore" }, &reseller, now)?;
    Ok(reseller)
}

fn checked(tx: &ReadTx<'_>, id: ResellerId, request: &ResellerRequest) -> Result<Reseller, ResellerError> {
    let name = line(&request.name, 60).map_err(|_| ResellerError::BadName)?;
    let phone = match request.phone.trim() {
        "" => String::new(),
        phone => line(phone, 30).map_err(|_| ResellerError::BadPhone)?,
    };
    if store::name_taken(tx, &name.to_lowercase(), id)? {
        return Err(ResellerError::NameTaken);
    }
    Ok(Reseller { id, name, phone, commission: request.commission, archived: false })
}

fn note(
    tx: &WriteTx<'_>,
    actor: &Actor,
    deed: &str,
    reseller: &Reseller,
    now: Timestamp,
) -> Result<(), Fault> {
    let detail = json!({ "name": reseller.name, "commission_bp": reseller.commission.as_hundredths() });
    audit::record(tx, actor, deed, ("reseller", &reseller.id.to_string()), &detail, now)
}
