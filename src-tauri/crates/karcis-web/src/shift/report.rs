//! What a shift's closing slip says, as it stands on the screen.

use crate::batches::Fact;
use crate::desk::Desk;
use crate::error::Error;
use crate::format::Format;
use karcis_core::fault::Fault;
use karcis_core::reports::{self, Drawer, ShiftReport, TakenBack};
use karcis_core::shifts::Shift;
use karcis_core::values::Money;

/// The money of one shift in lines.
#[derive(Default)]
pub(super) struct ReportView {
    pub(super) plans: Vec<PlanLine>,
    pub(super) facts: Vec<Fact>,
    /// How many sales of practice routers are not among it, in words.
    pub(super) practice: Option<String>,
}

/// What was sold of one plan.
pub(super) struct PlanLine {
    pub(super) name: String,
    pub(super) count: String,
    pub(super) amount: String,
}

/// The report of a shift whose drawer was counted at least once.
pub(super) async fn of(desk: &Desk, shift: &Shift) -> Result<ReportView, Error> {
    let id = shift.id;
    let report = desk.read(move |tx| reports::shift_report(tx, id)).await?;
    let report = report.ok_or_else(|| Fault::new("a shift without its report"))?;
    Ok(view(&report, desk.format))
}

fn view(report: &ShiftReport, format: Format) -> ReportView {
    let t = &format.texts().shift;
    let plan = |sales: &reports::ShiftSales| PlanLine {
        name: sales.name.clone(),
        count: format.count(sales.count),
        amount: format.money(sales.paid),
    };
    let mut facts = report.drawer.map(|drawer| through_drawer(&drawer, format)).unwrap_or_default();
    if let Some(tally) = report.shift.tally {
        facts.push(Fact { label: t.counted_word, value: format.money(tally.counted) });
        facts.push(Fact { label: t.difference, value: format.money(tally.difference) });
    }
    if report.sold.discount != Money::ZERO {
        facts.push(Fact { label: t.discounts, value: format.money(report.sold.discount) });
    }
    let taken_back = |it: TakenBack| t.taken_back(format.count(it.count), format.money(it.paid_back));
    facts.extend([
        Fact { label: t.voids, value: taken_back(report.voided) },
        Fact { label: t.undone, value: taken_back(report.undone) },
        Fact { label: t.reprints, value: format.count(report.reprints) },
    ]);
    ReportView {
        plans: report.plans.iter().map(plan).collect(),
        facts,
        practice: (report.practice > 0).then(|| t.practice(format.count(report.practice))),
    }
}

/// How the drawer came to what it should hold; what did not happen is left out.
fn through_drawer(drawer: &Drawer, format: Format) -> Vec<Fact> {
    let t = &format.texts().shift;
    let lines = [
        (t.opening, drawer.opening, true),
        (t.cash_sales, drawer.cash_sales, true),
        (t.settlements, drawer.settlements, false),
        (t.pay_in, drawer.pay_in, false),
        (t.pay_out, Money::rupiah(-drawer.pay_out.amount()), false),
        (t.refunds, Money::rupiah(-drawer.refunds.amount()), false),
        (t.expected, drawer.expected(), true),
    ];
    let shown = lines.into_iter().filter(|(_, amount, always)| *always || *amount != Money::ZERO);
    shown.map(|(label, amount, _)| Fact { label, value: format.money(amount) }).collect()
}
