//! Income of a span, seen from four sides.

use super::{Span, Totals, store};
use crate::db::ReadTx;
use crate::fault::Fault;
use crate::values::Day;
use std::collections::{BTreeMap, HashMap};

/// What a span brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Income {
    /// The span.
    pub span: Span,
    /// Everything together.
    pub total: Totals,
    /// Day by day, days without a sale included.
    pub days: Vec<(Day, Totals)>,
    /// By plan, the largest first.
    pub plans: Vec<Slice>,
    /// By who sold, the largest first.
    pub cashiers: Vec<Slice>,
    /// By router, the largest first.
    pub routers: Vec<Slice>,
}

/// What one plan, cashier or router brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// Which one.
    pub id: String,
    /// Its name at its newest sale of the span.
    pub name: String,
    /// What it brought in.
    pub totals: Totals,
}

/// One cell of the span: what one cashier sold of one plan on one router on one day.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) day: Day,
    pub(super) plan: String,
    pub(super) cashier: String,
    pub(super) router: String,
    /// A sale of the cell, which knows the names.
    pub(super) sample: i64,
    pub(super) totals: Totals,
}

/// What a span brought in, seen from every side at once.
pub fn income(tx: &ReadTx<'_>, span: Span) -> Result<Income, Fault> {
    let mut cells = store::sold(tx, span)?;
    cells.extend(store::taken_back(tx, span)?);
    cells.extend(store::commission(tx, span)?);
    let mut total = Totals::default();
    let mut days: BTreeMap<Day, Totals> = span.days().map(|day| (day, Totals::default())).collect();
    for cell in &cells {
        total.add(&cell.totals);
        days.entry(cell.day).or_default().add(&cell.totals);
    }
    Ok(Income {
        span,
        total,
        days: days.into_iter().collect(),
        plans: slices(&cells, |cell| &cell.plan, |sale| store::plan_name(tx, sale))?,
        cashiers: slices(&cells, |cell| &cell.cashier, |sale| store::cashier_name(tx, sale))?,
        routers: slices(&cells, |cell| &cell.router, |sale| store::router_name(tx, sale))?,
    })
}

fn slices(
    cells: &[Cell],
    side: impl Fn(&Cell) -> &str,
    name: impl Fn(i64) -> Result<String, Fault>,
) -> Result<Vec<Slice>, Fault> {
    let mut sums: HashMap<&str, (i64, Totals)> = HashMap::new();
    for cell in cells {
        let (sample, totals) = sums.entry(side(cell)).or_default();
        *sample = cell.sample.max(*sample);
        totals.add(&cell.totals);
    }
    let mut slices = Vec::with_capacity(sums.len());
    for (id, (sample, totals)) in sums {
        slices.push(Slice { id: id.to_owned(), name: name(sample)?, totals });
    }
    slices.sort_by(|one, two| two.totals.net().cmp(&one.totals.net()).then_with(|| one.id.cmp(&two.id)));
    Ok(slices)
}
