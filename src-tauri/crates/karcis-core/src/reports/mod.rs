//! Reports: what the books say about money, by day, plan, cashier and router, and about one shift.
//!
//! Sales count on the business day they were made, voids on the business day they were voided, as in the ledger. Sales
//! on practice routers are not money and stand in no sum here.

mod income;
mod proof;
mod shift;
mod span;
mod store;

#[cfg(test)]
mod tests;

use crate::db::ReadTx;
use crate::fault::Fault;
use crate::values::{Day, Money, PlanId, ResellerId, RouterId, SaleId, ShiftId, Timestamp, VoucherId};

pub use income::{Income, Slice, income};
pub use proof::{Flaw, prove};
pub use shift::{Drawer, ShiftReport, ShiftSales, TakenBack, drawer, shift_report};
pub use span::{BadSpan, Span};

/// What was sold and taken back, added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Vouchers sold.
    pub count: u32,
    /// Their prices.
    pub gross: Money,
    /// What was let off.
    pub discount: Money,
    /// What was paid for them: gross less discount.
    pub paid: Money,
    /// What they cost the shop.
    pub cost: Money,
    /// Sales taken back: undone, voided or given back.
    pub voided: u32,
    /// What was paid back for those.
    pub refunds: Money,
    /// What those would have cost the shop.
    pub cost_voided: Money,
    /// What resellers keep of what they were given, less of what they gave back.
    pub commission: Money,
}

impl Totals {
    /// What stays: paid less refunds and commission. Below zero on a day that only took back.
    pub fn net(&self) -> Money {
        Money::rupiah(self.paid.amount() - self.refunds.amount() - self.commission.amount())
    }

    /// What stays after cost.
    pub fn profit(&self) -> Money {
        Money::rupiah(self.net().amount() - self.cost.amount() + self.cost_voided.amount())
    }

    fn add(&mut self, other: &Totals) {
        let sum = |one: Money, two: Money| Money::rupiah(one.amount() + two.amount());
        self.count += other.count;
        self.gross = sum(self.gross, other.gross);
        self.discount = sum(self.discount, other.discount);
        self.paid = sum(self.paid, other.paid);
        self.cost = sum(self.cost, other.cost);
        self.voided += other.voided;
        self.refunds = sum(self.refunds, other.refunds);
        self.cost_voided = sum(self.cost_voided, other.cost_voided);
        self.commission = sum(self.commission, other.commission);
    }
}

/// One sale as it leaves in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRow {
    /// Which sale.
    pub id: SaleId,
    /// Its place in the order of all sales.
    pub place: i64,
    /// Its number.
    pub number: i64,
    /// The number of its receipt.
    pub receipt: i64,
    /// The voucher.
    pub voucher: VoucherId,
    /// Its code.
    pub code: String,
    /// The plan.
    pub plan: PlanId,
    /// The plan's name at the sale.
    pub plan_name: String,
    /// The router.
    pub router: RouterId,
    /// The router's name at the sale.
    pub router_name: String,
    /// The price.
    pub price: Money,
    /// What was let off.
    pub discount: Money,
    /// What was paid.
    pub paid: Money,
    /// What it cost the shop.
    pub cost: Money,
    /// The reseller it was given to.
    pub reseller: Option<ResellerId>,
    /// The shift it was sold in.
    pub shift: Option<ShiftId>,
    /// Who sold it.
    pub cashier: String,
    /// The business day.
    pub day: Day,
    /// When.
    pub at: Timestamp,
    /// When it was taken back.
    pub voided_at: Option<Timestamp>,
}

/// Where a page of sales goes on.
pub type SalesCursor = (Day, i64);

/// The sales of a span in their order, practice left out, from after the cursor on, at most `limit`.
pub fn sales_rows(
    tx: &ReadTx<'_>,
    span: Span,
    after: Option<SalesCursor>,
    limit: u16,
) -> Result<Vec<SaleRow>, Fault> {
    let after = after.unwrap_or((span.first(), 0));
    store::sales(tx, span, after, limit)
}

impl SaleRow {
    /// Where the page after this row goes on.
    pub fn cursor(&self) -> SalesCursor {
        (self.day, self.place)
    }
}
