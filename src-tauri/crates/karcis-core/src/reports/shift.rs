//! What happened in a shift: the source of its page and its closing slip.

use super::store;
use crate::db::ReadTx;
use crate::fault::Fault;
use crate::shifts::{self, Move, Shift};
use crate::slips;
use crate::values::{Money, ShiftId};
use std::collections::BTreeMap;

/// What happened in a shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftReport {
    /// The shift itself, with its count and its closing.
    pub shift: Shift,
    /// What was sold of each plan, by name.
    pub plans: Vec<ShiftSales>,
    /// What each cashier sold, by name.
    pub cashiers: Vec<ShiftSales>,
    /// Everything sold.
    pub sold: ShiftSales,
    /// Sales undone at once.
    pub undone: TakenBack,
    /// Sales voided later.
    pub voided: TakenBack,
    /// Copies of slips.
    pub reprints: u32,
    /// Cash moved without a sale, in its order.
    pub moves: Vec<Move>,
    /// Sales on practice routers, which are no money.
    pub practice: u32,
    /// How the drawer came to what it should hold; missing while the count is blind.
    pub drawer: Option<Drawer>,
}

/// What was sold of one plan, by one cashier, or in all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShiftSales {
    /// The plan or cashier; empty for all.
    pub name: String,
    /// Vouchers sold.
    pub count: u32,
    /// Their prices.
    pub gross: Money,
    /// What was let off.
    pub discount: Money,
    /// What was paid.
    pub paid: Money,
}

/// Sales that a shift took back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakenBack {
    /// How many.
    pub count: u32,
    /// What was paid back for them.
    pub paid_back: Money,
}

/// How a drawer came to what it should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawer {
    /// What was in it as the shift opened.
    pub opening: Money,
    /// Paid for sales.
    pub cash_sales: Money,
    /// Paid by resellers.
    pub settlements: Money,
    /// Paid in for a reason.
    pub pay_in: Money,
    /// Paid out for a reason.
    pub pay_out: Money,
    /// Paid back for sales undone and voided.
    pub refunds: Money,
}

impl TakenBack {
    fn plus(self, other: TakenBack) -> Money {
        Money::rupiah(self.paid_back.amount() + other.paid_back.amount())
    }
}

impl Drawer {
    /// What it should hold.
    pub fn expected(&self) -> Money {
        let came = [self.opening, self.cash_sales, self.settlements, self.pay_in];
        let went = [self.pay_out, self.refunds];
        let sum = |amounts: &[Money]| amounts.iter().map(|money| money.amount()).sum::<i64>();
        Money::rupiah(sum(&came) - sum(&went))
    }
}

/// What one cashier sold of one plan.
pub(super) struct Cell {
    pub(super) plan: String,
    pub(super) plan_name: String,
    pub(super) cashier: String,
    pub(super) cashier_name: String,
    pub(super) sales: ShiftSales,
}

/// What happened in a shift so far, or until it was closed.
pub fn shift_report(tx: &ReadTx<'_>, id: ShiftId) -> Result<Option<ShiftReport>, Fault> {
    let Some(shift) = shifts::shift(tx, id)? else { return Ok(None) };
    let cells = store::sold_in(tx, id)?;
    let mut sold = ShiftSales::default();
    for cell in &cells {
        sold.add(&cell.sales);
    }
    let moves = shifts::moves(tx, id)?;
    let [undone, voided] = store::taken_back_in(tx, id)?;
    let refunds = undone.plus(voided);
    let drawer = shift.tally.map(|_| through_drawer(tx, &shift, sold.paid, refunds)).transpose()?;
    Ok(Some(ShiftReport {
        plans: grouped(&cells, |cell| (&cell.plan, &cell.plan_name)),
        cashiers: grouped(&cells, |cell| (&cell.cashier, &cell.cashier_name)),
        sold,
        undone,
        voided,
        reprints: slips::copies_in(tx, id)?.saturating_sub(store::practice_copies_in(tx, id)?),
        practice: store::practice_in(tx, id)?,
        moves,
        drawer,
        shift,
    }))
}

/// How the drawer of a shift came to what it should hold, counted or not: for proofs, not for people at the counter.
pub fn drawer(tx: &ReadTx<'_>, id: ShiftId) -> Result<Option<Drawer>, Fault> {
    let Some(shift) = shifts::shift(tx, id)? else { return Ok(None) };
    let [undone, voided] = store::taken_back_in(tx, id)?;
    through_drawer(tx, &shift, store::paid_in(tx, id)?, undone.plus(voided)).map(Some)
}

fn through_drawer(
    tx: &ReadTx<'_>,
    shift: &Shift,
    cash_sales: Money,
    refunds: Money,
) -> Result<Drawer, Fault> {
    let (pay_in, pay_out) = store::moved_in(tx, shift.id)?;
    Ok(Drawer {
        opening: shift.opening_float,
        cash_sales,
        settlements: store::settled_in(tx, shift.id)?,
        pay_in,
        pay_out,
        refunds,
    })
}

fn grouped<'a>(cells: &'a [Cell], side: impl Fn(&'a Cell) -> (&'a str, &'a str)) -> Vec<ShiftSales> {
    let mut groups: BTreeMap<(&str, &str), ShiftSales> = BTreeMap::new();
    for cell in cells {
        let (id, name) = side(cell);
        // By name first, so that what is read together stands together.
        groups
            .entry((name, id))
            .or_insert_with(|| ShiftSales { name: name.to_owned(), ..ShiftSales::default() })
            .add(&cell.sales);
    }
    groups.into_values().collect()
}

impl ShiftSales {
    fn add(&mut self, other: &ShiftSales) {
        let sum = |one: Money, two: Money| Money::rupiah(one.amount() + two.amount());
        self.count += other.count;
        self.gross = sum(self.gross, other.gross);
        self.discount = sum(self.discount, other.discount);
        self.paid = sum(self.paid, other.paid);
    }
}
