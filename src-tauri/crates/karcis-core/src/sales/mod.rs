//! Sales: one row for one voucher, grouped into the receipt of what was sold at once, and never changed again.
//!
//! Each is one transaction with its voucher, its money, its notes and its row in the trail.

mod away;
mod choice;
mod discount;
mod find;
mod hand_over;
mod numbers;
mod paper;
mod sell;
mod store;
mod tiles;
mod undo;
mod void;

#[cfg(test)]
mod tests;

use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::slips;
use crate::values::{
    CounterId, Day, Money, PlanId, ReceiptId, ResellerId, RouterId, SaleId, ShiftId, Timestamp, VoucherId,
    words,
};
use crate::vouchers::VoucherState;

pub use choice::{MOST_AT_ONCE, Offer, Quote, Wanted, Why, offer, quote};
pub use discount::{Discount, discount_most, set_discount_most};
pub use find::{Filter, PAGE, Page, search};
pub use hand_over::{HandOver, HandOverError, hand_over, take_back};
pub use numbers::titled;
pub use sell::{SellError, SellRequest, sell};
pub use tiles::{Tile, tiles};
pub use undo::{UNDO_FOR, UndoError, undo};
pub use void::{Because, Usage, VOID_ALONE_FOR, VoidError, VoidRequest, approval_for, void};

words!(ReceiptKind { Counter = "counter", Handover = "handover" });
words!(Fill {
    Fresh = "fresh",
    Stock = "stock",
    Card = "card",
    Reserved = "reserved",
    Handover = "handover",
});
words!(VoidKind { Undo = "undo", Void = "void", Return = "return" });

/// What a receipt stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptKind {
    /// Sold to a customer at a counter.
    Counter,
    /// Given to a reseller.
    Handover,
}

/// Where a sale took its voucher from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Drawn at that moment.
    Fresh,
    /// The counter's stock.
    Stock,
    /// A card that was typed or scanned.
    Card,
    /// Kept for this customer.
    Reserved,
    /// Given to a reseller.
    Handover,
}

/// How a sale was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoidKind {
    /// At once, by the one who sold.
    Undo,
    /// Later, for a reason.
    Void,
    /// Given back by a reseller.
    Return,
}

/// What was sold at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Which receipt.
    pub id: ReceiptId,
    /// Its number, from 1: among the real receipts, or among those of practice.
    pub number: i64,
    /// What it stands for.
    pub kind: ReceiptKind,
    /// The counter; missing for what a reseller got.
    pub counter: Option<CounterId>,
    /// The shift; missing for what a reseller got.
    pub shift: Option<ShiftId>,
    /// How many vouchers.
    pub quantity: u32,
    /// What they cost by their prices.
    pub gross: Money,
    /// What was let off.
    pub discount: Money,
    /// Why.
    pub discount_reason: Option<String>,
    /// Who allowed it, when the cashier alone may not.
    pub approved_by: Option<String>,
    /// What was to be paid.
    pub total: Money,
    /// What the customer gave; missing when it was exact.
    pub received: Option<Money>,
    /// Whether it was for practice: no money moved.
    pub practice: bool,
    /// Who sold: a staff id.
    pub cashier: String,
    /// Their name then.
    pub cashier_name: String,
    /// The business day.
    pub day: Day,
    /// When.
    pub at: Timestamp,
    /// The sales, in the order of their numbers.
    pub sales: Vec<Sale>,
}

impl Receipt {
    /// The number as people read it.
    pub fn title(&self) -> String {
        titled(&self.number.to_string(), self.practice)
    }

    /// What the customer gets back.
    pub fn change(&self) -> Money {
        self.received.and_then(|received| received.minus(self.total)).unwrap_or(Money::ZERO)
    }

    /// Whether every sale of it was taken back.
    pub fn is_void(&self) -> bool {
        !self.sales.is_empty() && self.sales.iter().all(|sale| sale.voided.is_some())
    }
}

/// The sale of one voucher, as it was, with what became of it since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Which sale.
    pub id: SaleId,
    /// Its place in the order of all sales.
    pub place: i64,
    /// Its number, from 1: among the real sales, or among those of practice.
    pub number: i64,
    /// The receipt it is on.
    pub receipt: ReceiptId,
    /// The receipt's number.
    pub receipt_number: i64,
    /// The voucher.
    pub voucher: VoucherId,
    /// The voucher's number.
    pub voucher_number: i64,
    /// Where the voucher came from.
    pub fill: Fill,
    /// The plan.
    pub plan: PlanId,
    /// The plan's name then.
    pub plan_name: String,
    /// The router.
    pub router: RouterId,
    /// The router's name then.
    pub router_name: String,
    /// What the customer types.
    pub code: String,
    /// The password; equal to the code in the one-code style.
    pub password: String,
    /// The price then.
    pub price: Money,
    /// What was let off of it.
    pub discount: Money,
    /// What was paid for it.
    pub paid: Money,
    /// What it cost us then.
    pub cost: Money,
    /// The reseller it was given to.
    pub reseller: Option<ResellerId>,
    /// The counter.
    pub counter: Option<CounterId>,
    /// The shift.
    pub shift: Option<ShiftId>,
    /// Who sold: a staff id.
    pub cashier: String,
    /// Their name then.
    pub cashier_name: String,
    /// Whether it was for practice: no money moved.
    pub practice: bool,
    /// The business day.
    pub day: Day,
    /// When.
    pub at: Timestamp,
    /// Where the voucher stands now.
    pub voucher_state: VoucherState,
    /// Whether the voucher is switched off on the router.
    pub disabled: bool,
    /// How it was taken back, if it was.
    pub voided: Option<SaleVoid>,
}

impl Sale {
    /// The number of its receipt as people read it.
    pub fn receipt_title(&self) -> String {
        titled(&self.receipt_number.to_string(), self.practice)
    }

    /// Whether the code works now: read back from the router, switched on, not taken back.
    pub fn is_active(&self) -> bool {
        self.voucher_state == VoucherState::OnRouter && !self.disabled && self.voided.is_none()
    }

    /// Whether the customer's code still has to reach the router.
    pub fn is_waiting(&self) -> bool {
        self.voucher_state == VoucherState::Pending && self.voided.is_none()
    }
}

/// How a sale was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleVoid {
    /// How.
    pub kind: VoidKind,
    /// Why; empty for an undo.
    pub reason: String,
    /// What was given back.
    pub amount: Money,
    /// The shift whose drawer gave it back.
    pub shift: Option<ShiftId>,
    /// Who took it back.
    pub by: String,
    /// Who allowed it, when that person alone may not.
    pub approved_by: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// One receipt.
pub fn receipt(tx: &ReadTx<'_>, id: ReceiptId) -> Result<Option<Receipt>, Fault> {
    store::receipt(tx, id)
}

/// One sale.
pub fn sale(tx: &ReadTx<'_>, id: SaleId) -> Result<Option<Sale>, Fault> {
    store::sale(tx, id)
}

/// The sale of a voucher; there is never more than one.
pub fn of_voucher(tx: &ReadTx<'_>, voucher: VoucherId) -> Result<Option<Sale>, Fault> {
    store::of_voucher(tx, voucher)
}

/// How many practice sales there are of a router's vouchers.
pub fn practised_on(tx: &ReadTx<'_>, router: RouterId) -> Result<u32, Fault> {
    store::practised_on(tx, router)
}

/// Strikes out the practice sales of a router with their receipts, voids and slips.
pub(crate) fn forget_practice(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    for sale in store::practice_of(tx, router)? {
        slips::forget_about(tx, &sale.to_string())?;
    }
    store::forget_practice(tx, router)
}

/// A counter's latest receipts, newest first.
pub fn latest(tx: &ReadTx<'_>, counter: CounterId, limit: u16) -> Result<Vec<Receipt>, Fault> {
    store::latest(tx, counter, limit)
}
