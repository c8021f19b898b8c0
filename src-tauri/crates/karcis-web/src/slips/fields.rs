//! What each kind of text may speak of. Everything is written out already: words, not amounts; an empty word is "no".

use serde::Serialize;

/// The slip of a sold voucher, and the message that carries one.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct VoucherFields {
    pub(crate) shop: String,
    pub(crate) plan: String,
    pub(crate) price: String,
    pub(crate) discount: String,
    pub(crate) paid: String,
    pub(crate) validity: String,
    pub(crate) code: String,
    pub(crate) password: String,
    pub(crate) ssid: String,
    pub(crate) login: String,
    pub(crate) waiting: bool,
    pub(crate) number: String,
    pub(crate) date: String,
    pub(crate) time: String,
    pub(crate) cashier: String,
    pub(crate) counter: String,
}

/// The slip of a voided sale.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct VoidFields {
    pub(crate) shop: String,
    pub(crate) plan: String,
    pub(crate) code: String,
    pub(crate) number: String,
    pub(crate) sold_at: String,
    pub(crate) cashier: String,
    pub(crate) refund: String,
    pub(crate) reason: String,
    pub(crate) date: String,
    pub(crate) time: String,
    pub(crate) voided_by: String,
    pub(crate) approved_by: String,
    pub(crate) counter: String,
}

/// The closing slip of a shift.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct ShiftFields {
    pub(crate) shop: String,
    pub(crate) counter: String,
    pub(crate) number: String,
    pub(crate) day: String,
    pub(crate) opened_by: String,
    pub(crate) opened_at: String,
    pub(crate) closed_by: String,
    pub(crate) closed_at: String,
    pub(crate) plans: Vec<PlanFields>,
    pub(crate) count: String,
    pub(crate) gross: String,
    pub(crate) discount: String,
    pub(crate) undone: String,
    pub(crate) voided: String,
    pub(crate) reprints: String,
    pub(crate) practice_count: String,
    pub(crate) opening: String,
    pub(crate) cash_sales: String,
    pub(crate) settlements: String,
    pub(crate) refunds: String,
    pub(crate) moves: Vec<MoveFields>,
    pub(crate) pay_in: String,
    pub(crate) pay_out: String,
    pub(crate) expected: String,
    pub(crate) counted: String,
    pub(crate) difference: String,
    pub(crate) note: String,
    pub(crate) approved_by: String,
    pub(crate) handed_over: String,
    pub(crate) left: String,
    pub(crate) audit_head: String,
}

/// What was sold of one plan.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct PlanFields {
    pub(crate) name: String,
    pub(crate) count: String,
    pub(crate) gross: String,
}

/// Cash moved without a sale; what went out has its minus.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct MoveFields {
    pub(crate) reason: String,
    pub(crate) amount: String,
}

/// The slip of cash paid in or out.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct CashMoveFields {
    pub(crate) shop: String,
    pub(crate) paid_in: bool,
    pub(crate) amount: String,
    pub(crate) reason: String,
    pub(crate) number: String,
    pub(crate) date: String,
    pub(crate) time: String,
    pub(crate) shift: String,
    pub(crate) counter: String,
    pub(crate) moved_by: String,
}

/// The slip of what a reseller settled.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct SettlementFields {
    pub(crate) shop: String,
    pub(crate) reseller: String,
    pub(crate) bank: bool,
    pub(crate) returned: bool,
    pub(crate) quantity: String,
    pub(crate) amount: String,
    pub(crate) balance: String,
    pub(crate) note: String,
    pub(crate) number: String,
    pub(crate) date: String,
    pub(crate) time: String,
    pub(crate) settled_by: String,
}

/// The words on the cards of a batch.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct CardFields {
    pub(crate) shop: String,
    pub(crate) plan: String,
    pub(crate) price: String,
    pub(crate) validity: String,
    pub(crate) ssid: String,
    pub(crate) batch: String,
}
