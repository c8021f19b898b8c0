//! Selling: the books first, in one transaction; paper and router follow.

use super::away;
use super::choice::{Choice, Item, Source, Wanted, Why, choose};
use super::discount::{Discount, Granted, grant, spread};
use super::numbers::{self, Series};
use super::{Receipt, ReceiptKind, paper, store};
use crate::audit::{self, Actor};
use crate::counters::{self, Counter};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::ledger::{self, Account, Entry, EntryKind, credit, debit};
use crate::reservations;
use crate::settings;
use crate::shifts::{self, Shift, ShiftState};
use crate::slips::SlipKind;
use crate::staff::Role;
use crate::values::{CounterId, Money, ReceiptId, SaleId, Timestamp};
use crate::vouchers::{self, DrawError, Standing, Voucher};
use rand::CryptoRng;
use serde_json::json;
use std::time::Duration;

/// The same plan, sold by the same person at the same counter within this time, is asked about.
const TWICE_WITHIN: Duration = Duration::from_secs(2);

/// What is asked when something is sold.
#[derive(Debug, Clone)]
pub struct SellRequest {
    /// At which counter.
    pub counter: CounterId,
    /// What.
    pub wanted: Wanted,
    /// What is let off.
    pub discount: Option<Discount>,
    /// What the customer gave; exact when missing.
    pub received: Option<Money>,
    /// What the cashier saw it costs, before the discount; another price is refused instead of sold unseen.
    pub shown: Option<Money>,
    /// Whether the cashier has said that the same plan is meant twice.
    pub twice_confirmed: bool,
    /// Whether the cashier has said that a code may be sold which works only once its router is back.
    pub waiting_accepted: bool,
}

/// Why nothing is sold. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum SellError {
    /// The counter is unknown or out of use.
    #[error("no such counter")]
    UnknownCounter,
    /// No shift is open at the counter.
    #[error("no shift is open")]
    NoShift,
    /// The drawer was counted: the shift is closed or carried on first.
    #[error("the drawer was counted")]
    ShiftCounted,
    /// The plan is unknown or out of use, or its router is.
    #[error("no such plan")]
    UnknownPlan,
    /// The voucher is not for sale.
    #[error("the voucher is not for sale: {0:?}")]
    NotForSale(Why),
    /// The reservation is unknown, sold or let go.
    #[error("the reservation is closed")]
    ReservationClosed,
    /// Not 1 to 20.
    #[error("the quantity must be 1 to 20")]
    Quantity,
    /// An amount is below zero or beyond what a till knows.
    #[error("an amount out of bounds")]
    BadAmount,
    /// It costs something else than the cashier saw.
    #[error("the price is another than the one shown")]
    OtherPrice {
        /// What it costs now, before a discount.
        gross: Money,
    },
    /// The customer gave too little.
    #[error("too little was received")]
    TooLittle {
        /// What is to be paid.
        total: Money,
    },
    /// More than this role may let off; somebody else may allow it, up to the whole price.
    #[error("the discount is too high")]
    DiscountTooHigh {
        /// The most without anybody else.
        most: Money,
    },
    /// A discount without a reason.
    #[error("the discount has no reason")]
    NoReason,
    /// The same was sold a moment ago: is it meant twice?
    #[error("the same was sold a moment ago")]
    AskTwice,
    /// The code would work only once the router is back: may it be sold all the same?
    #[error("the router is away")]
    RouterAway {
        /// The router.
        router_name: String,
    },
    /// Nearly every code of the plan's style has been issued.
    #[error("no unused codes of this style are left")]
    TooFewCodes,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Sells. The same request under the same key answers the receipt it made before, whatever was confirmed meanwhile.
pub fn sell(
    tx: &WriteTx<'_>,
    actor: &Actor,
    role: Role,
    request: &SellRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Receipt, SellError> {
    let key = settings::bound_key(request_key, "sale.sell", &asked(request));
    if let Some(earlier) = settings::earlier_request(tx, &key, "sale.sell")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that sold nothing"))?;
        // What was sold for practice may have been removed since, with its plan.
        return store::receipt(tx, id)?.ok_or(SellError::UnknownPlan);
    }
    let (counter, shift) = at_the_counter(tx, request.counter)?;
    let choice = choose(tx, &request.wanted, now)?;
    let granted = agree(tx, actor, role, request, &choice)?;
    ask_twice(tx, actor, request, &choice, now)?;
    accept_waiting(tx, request, &choice)?;
    let id = ReceiptId::new(now, rng);
    let numbers = numbers::take(tx, Series::Receipts, choice.router.practice, 1)?;
    let receipt = receipt(tx, actor, (id, numbers.shown), request, (&shift, &choice, &granted), now)?;
    store::add_receipt(tx, &receipt, numbers.place, granted.approved_by.as_ref())?;
    let kept = choice.reservation.as_ref().map(|reservation| reservation.id);
    let sold = hand_out(tx, actor, &receipt, choice, &granted, rng)?;
    if let Some(reservation) = kept {
        reservations::sold(tx, reservation, id, now)?;
    }
    post(tx, actor, &receipt, &counter, &sold)?;
    let sales = sold.iter().map(|sale| sale.id);
    paper::ask_for(tx, actor, SlipKind::Voucher, (&counter, receipt.shift), sales, rng, now)?;
    settings::remember_request(tx, &key, "sale.sell", &id.to_string(), now)?;
    record(tx, actor, &receipt, &counter, &sold)?;
    known(tx, id)
}

/// The price the cashier saw, a discount somebody may give, and enough money.
fn agree(
    tx: &ReadTx<'_>,
    actor: &Actor,
    role: Role,
    request: &SellRequest,
    choice: &Choice,
) -> Result<Granted, SellError> {
    let gross = choice.gross()?;
    if request.shown.is_some_and(|shown| shown != gross) {
        return Err(SellError::OtherPrice { gross });
    }
    let granted = grant(tx, actor, role, request.discount.as_ref(), gross)?;
    let total = gross.minus(granted.amount).ok_or(SellError::BadAmount)?;
    match request.received {
        Some(received) if received.amount() > Money::MOST => Err(SellError::BadAmount),
        Some(received) if received < total => Err(SellError::TooLittle { total }),
        Some(_) | None => Ok(granted),
    }
}

fn receipt(
    tx: &WriteTx<'_>,
    actor: &Actor,
    (id, number): (ReceiptId, i64),
    request: &SellRequest,
    (shift, choice, granted): (&Shift, &Choice, &Granted),
    now: Timestamp,
) -> Result<Receipt, SellError> {
    let gross = choice.gross()?;
    Ok(Receipt {
        id,
        number,
        kind: ReceiptKind::Counter,
        counter: Some(shift.counter),
        shift: Some(shift.id),
        quantity: u32::try_from(choice.items.len()).map_err(|_| SellError::Quantity)?,
        gross,
        discount: granted.amount,
        discount_reason: granted.reason.clone(),
        approved_by: granted.approved_by.as_ref().map(|actor| actor.name().to_owned()),
        total: gross.minus(granted.amount).ok_or(SellError::BadAmount)?,
        received: request.received,
        practice: choice.router.practice,
        cashier: actor.id(),
        cashier_name: actor.name().to_owned(),
        day: settings::business_day(tx, now)?,
        at: now,
        sales: Vec::new(),
    })
}

/// What makes a request the same one: confirmations and approvals alter nothing of what is sold.
fn asked(request: &SellRequest) -> impl std::fmt::Debug + '_ {
    let discount = request.discount.as_ref().map(|discount| (discount.amount, &discount.reason));
    (request.counter, request.wanted, discount, request.received, request.shown)
}

fn known(tx: &ReadTx<'_>, id: ReceiptId) -> Result<Receipt, SellError> {
    Ok(store::receipt(tx, id)?.ok_or_else(|| Fault::new("a receipt that was just made"))?)
}

/// The counter, and its shift if that one sells.
fn at_the_counter(tx: &ReadTx<'_>, id: CounterId) -> Result<(Counter, Shift), SellError> {
    let counter = counters::counter(tx, id)?.filter(|counter| !counter.archived);
    let counter = counter.ok_or(SellError::UnknownCounter)?;
    let shift = shifts::current(tx, id)?.ok_or(SellError::NoShift)?;
    match shift.state {
        ShiftState::Open => Ok((counter, shift)),
        ShiftState::Counted => Err(SellError::ShiftCounted),
        ShiftState::Closed => Err(SellError::NoShift),
    }
}

/// A plan that is asked for twice in a moment may be one finger too many; a card or a reservation is one of its kind.
fn ask_twice(
    tx: &ReadTx<'_>,
    actor: &Actor,
    request: &SellRequest,
    choice: &Choice,
    now: Timestamp,
) -> Result<(), SellError> {
    match request.wanted {
        Wanted::Voucher(_) | Wanted::Reservation(_) => return Ok(()),
        Wanted::Plan { .. } => {}
    }
    let since = now - TWICE_WITHIN;
    let again = store::sold_since(tx, request.counter, &actor.id(), choice.plan.id, (since, now))?;
    if again && !request.twice_confirmed { Err(SellError::AskTwice) } else { Ok(()) }
}

fn accept_waiting(tx: &WriteTx<'_>, request: &SellRequest, choice: &Choice) -> Result<(), SellError> {
    let router = choice.router.id;
    let Some(since) = away::away_since(tx, router)?.filter(|_| choice.waits()) else { return Ok(()) };
    if away::is_accepted(tx, router, since)? {
        return Ok(());
    }
    if !request.waiting_accepted {
        return Err(SellError::RouterAway { router_name: choice.router.name.clone() });
    }
    Ok(away::accept(tx, router, since)?)
}

/// A sale as the rest of its transaction needs it.
struct Sold {
    id: SaleId,
    number: i64,
    voucher: Voucher,
    plan_name: String,
    paid: Money,
}

/// Gives every item its voucher and its row.
fn hand_out(
    tx: &WriteTx<'_>,
    actor: &Actor,
    receipt: &Receipt,
    choice: Choice,
    granted: &Granted,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<Sold>, SellError> {
    let prices: Vec<Money> = choice.items.iter().map(|item| item.price).collect();
    let first = numbers::take(tx, Series::Sales, receipt.practice, receipt.quantity)?;
    let mut sold = Vec::with_capacity(choice.items.len());
    for ((nth, item), discount) in (0..).zip(choice.items).zip(spread(granted.amount, &prices)) {
        let Item { source, fill, plan_name, price, cost } = item;
        let voucher = match source {
            Source::Draw => vouchers::draw_for_counter(tx, actor, &choice.plan, rng, receipt.at)?,
            Source::Voucher(voucher) => {
                if !vouchers::claim(tx, &voucher, Standing::Sold, receipt.at)? {
                    return Err(SellError::NotForSale(Why::Sold));
                }
                *voucher
            }
        };
        let row = store::NewSale {
            id: SaleId::new(receipt.at, rng),
            numbers: first.nth(nth),
            fill,
            voucher: &voucher,
            plan_name: &plan_name,
            router_name: &choice.router.name,
            price,
            discount,
            paid: price.minus(discount).ok_or(SellError::BadAmount)?,
            cost,
            reseller: None,
        };
        store::add_sale(tx, receipt, &row)?;
        let (id, number, paid) = (row.id, row.numbers.shown, row.paid);
        sold.push(Sold { id, number, voucher, plan_name, paid });
    }
    Ok(sold)
}

impl From<DrawError> for SellError {
    fn from(error: DrawError) -> SellError {
        match error {
            DrawError::TooFewCodes => SellError::TooFewCodes,
            DrawError::Fault(fault) => SellError::Fault(fault),
        }
    }
}

/// What came into the drawer and what was earned. Practice is not money.
fn post(
    tx: &WriteTx<'_>,
    actor: &Actor,
    receipt: &Receipt,
    counter: &Counter,
    sold: &[Sold],
) -> Result<(), Fault> {
    let Some(first) = sold.first().filter(|_| !receipt.practice) else { return Ok(()) };
    let entry = Entry {
        kind: EntryKind::Sale,
        subject: ("receipt", receipt.id.to_string()),
        shift: receipt.shift,
        memo: format!("{} × {}", receipt.quantity, first.plan_name),
        postings: vec![
            debit(Account::Drawer(counter.id), receipt.total).called(&counter.name),
            debit(Account::Discounts, receipt.discount),
            credit(Account::Sales(first.voucher.plan), receipt.gross).called(&first.plan_name),
        ],
    };
    ledger::post(tx, actor, &entry, receipt.at)?;
    Ok(())
}

fn record(
    tx: &WriteTx<'_>,
    actor: &Actor,
    receipt: &Receipt,
    counter: &Counter,
    sold: &[Sold],
) -> Result<(), Fault> {
    let sales: Vec<_> = sold
        .iter()
        .map(|sale| json!({"sale": sale.number, "voucher": sale.voucher.number, "paid": sale.paid.amount()}))
        .collect();
    let detail = json!({
        "number": receipt.number, "counter": counter.name, "plan": sold.first().map(|sale| &sale.plan_name),
        "gross": receipt.gross.amount(), "discount": receipt.discount.amount(),
        "discount_reason": receipt.discount_reason, "approved_by": receipt.approved_by,
        "total": receipt.total.amount(), "practice": receipt.practice, "sales": sales,
    });
    audit::record(tx, actor, "sale.sell", ("receipt", &receipt.id.to_string()), &detail, receipt.at)
}
