//! Vouchers given to a reseller, and given back: sales of their own kind, whose money the resellers' slice posts.

use super::choice::{Source, for_sale, there};
use super::numbers::{self, Series};
use super::{Fill, Receipt, ReceiptKind, Sale, SellError, VoidKind, Why, store};
use crate::audit::Actor;
use crate::db::WriteTx;
use crate::fault::Fault;
use crate::ledger;
use crate::outbox::Priority;
use crate::routers;
use crate::settings;
use crate::values::{Money, ReceiptId, ResellerId, RouterId, SaleId, Timestamp, VoucherId};
use crate::vouchers::{self, MOST_VOUCHERS, Standing, VoucherState};
use rand::CryptoRng;
use std::collections::HashMap;

/// What is given to a reseller: vouchers that are on their router and nobody's.
#[derive(Debug, Clone)]
pub struct HandOver<'a> {
    /// To whom.
    pub reseller: ResellerId,
    /// Which, 1 to 10,000.
    pub vouchers: &'a [VoucherId],
}

/// Why vouchers are not given to a reseller, or not taken back. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// None, or more than 10,000.
    #[error("1 to 10,000 vouchers are handed over at once")]
    Quantity,
    /// One of them is not for sale.
    #[error("voucher {number} is not for sale: {why:?}")]
    NotForSale {
        /// The voucher's number; 0 when there is none.
        number: i64,
        /// Why.
        why: Why,
    },
    /// One of them is not on its router yet.
    #[error("voucher {number} is not on its router yet")]
    NotOnRouter {
        /// The voucher's number.
        number: i64,
    },
    /// Practice vouchers are worth nothing.
    #[error("practice vouchers are not handed over")]
    Practice,
    /// One of the sales is unknown, not a reseller's, or taken back already.
    #[error("sale {number} cannot be given back")]
    NotHandedOver {
        /// The sale's number; 0 when there is none.
        number: i64,
    },
    /// The sum is more than a till knows.
    #[error("an amount out of bounds")]
    BadAmount,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Sells vouchers to a reseller in one receipt. The caller posts the money, remembers the request and leaves the audit row.
pub fn hand_over(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &HandOver<'_>,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Receipt, HandOverError> {
    let quantity = u32::try_from(request.vouchers.len()).map_err(|_| HandOverError::Quantity)?;
    if !(1..=MOST_VOUCHERS).contains(&quantity) {
        return Err(HandOverError::Quantity);
    }
    let mut items = Vec::with_capacity(request.vouchers.len());
    let mut gross = Money::ZERO;
    for id in request.vouchers {
        let item = checked(tx, *id, now)?;
        gross = gross
            .plus(item.price)
            .filter(|sum| sum.amount() <= ledger::MOST)
            .ok_or(HandOverError::BadAmount)?;
        items.push(item);
    }
    let numbers = numbers::take(tx, Series::Receipts, false, 1)?;
    let receipt = Receipt {
        id: ReceiptId::new(now, rng),
        number: numbers.shown,
        kind: ReceiptKind::Handover,
        counter: None,
        shift: None,
        quantity,
        gross,
        discount: Money::ZERO,
        discount_reason: None,
        approved_by: None,
        total: gross,
        received: None,
        practice: false,
        cashier: actor.id(),
        cashier_name: actor.name().to_owned(),
        day: settings::business_day(tx, now)?,
        at: now,
        sales: Vec::new(),
    };
    store::add_receipt(tx, &receipt, numbers.place, None)?;
    let mut names = HashMap::new();
    let first = numbers::take(tx, Series::Sales, false, quantity)?;
    for (nth, item) in (0..).zip(items) {
        let Source::Voucher(voucher) = item.source else { continue };
        if !vouchers::claim(tx, &voucher, Standing::Sold, now)? {
            return Err(HandOverError::NotForSale { number: voucher.number, why: Why::Sold });
        }
        let router_name = router_name(tx, &mut names, voucher.router)?;
        let row = store::NewSale {
            id: SaleId::new(now, rng),
            numbers: first.nth(nth),
            fill: Fill::Handover,
            voucher: &voucher,
            plan_name: &item.plan_name,
            router_name: &router_name,
            price: item.price,
            discount: Money::ZERO,
            paid: item.price,
            cost: item.cost,
            reseller: Some(request.reseller),
        };
        store::add_sale(tx, &receipt, &row)?;
    }
    Ok(store::receipt(tx, receipt.id)?.ok_or_else(|| Fault::new("a receipt that was just made"))?)
}

fn checked(tx: &WriteTx<'_>, id: VoucherId, now: Timestamp) -> Result<super::choice::Item, HandOverError> {
    let (voucher, batch) = match for_sale(tx, id, now) {
        Ok(found) => found,
        Err(SellError::NotForSale(why)) => {
            let number = vouchers::voucher(tx, id)?.map_or(0, |voucher| voucher.number);
            return Err(HandOverError::NotForSale { number, why });
        }
        Err(SellError::Fault(fault)) => return Err(fault.into()),
        Err(other) => return Err(Fault::new(other).into()),
    };
    if voucher.state != VoucherState::OnRouter {
        return Err(HandOverError::NotOnRouter { number: voucher.number });
    }
    if routers::router(tx, voucher.router)?.is_some_and(|router| router.practice) {
        return Err(HandOverError::Practice);
    }
    Ok(there(voucher, &batch, Fill::Handover))
}

fn router_name(
    tx: &WriteTx<'_>,
    names: &mut HashMap<RouterId, String>,
    id: RouterId,
) -> Result<String, Fault> {
    if let Some(name) = names.get(&id) {
        return Ok(name.clone());
    }
    let name = routers::router(tx, id)?.map_or_else(String::new, |router| router.name);
    names.insert(id, name.clone());
    Ok(name)
}

/// Takes vouchers back from a reseller: they are void from now on. The caller posts the money and leaves the audit row.
pub fn take_back(
    tx: &WriteTx<'_>,
    actor: &Actor,
    sales: &[SaleId],
    reason: &str,
    now: Timestamp,
) -> Result<Vec<Sale>, HandOverError> {
    let day = settings::business_day(tx, now)?;
    let mut returned = Vec::with_capacity(sales.len());
    for id in sales {
        let sale = store::sale(tx, *id)?.ok_or(HandOverError::NotHandedOver { number: 0 })?;
        if sale.fill != Fill::Handover || sale.voided.is_some() {
            return Err(HandOverError::NotHandedOver { number: sale.number });
        }
        let voided = store::NewVoid {
            kind: VoidKind::Return,
            reason,
            amount: sale.paid,
            shift: None,
            by: actor,
            approved_by: None,
            day,
        };
        store::add_void(tx, *id, &voided, now)?;
        let voucher = vouchers::voucher(tx, sale.voucher)?;
        let voucher = voucher.ok_or_else(|| Fault::new("a sale without its voucher"))?;
        // A whole batch may come back; who waits at the counter goes first.
        vouchers::void_promised(tx, &voucher, "returned", Priority::Bulk, now)?;
        returned.extend(store::sale(tx, *id)?);
    }
    Ok(returned)
}
