//! What a shift's closing slip says, as it stands on the screen.

use crate::batches::Fact;
use crate::desk::Desk;
use crate::error::Error;
use karcis_core::shifts::{self, MoveKind, Shift};
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

/// The report of a shift whose drawer was counted.
pub(super) async fn of(desk: &Desk, shift: &Shift) -> Result<ReportView, Error> {
    let id = shift.id;
    let moves = desk.read(move |tx| shifts::moves(tx, id)).await?;
    let (t, format) = (&desk.t.shift, desk.format);
    let moved = |kind: MoveKind| {
        let amounts = moves.iter().filter(|one| one.kind == kind).map(|one| one.amount.amount());
        format.money(Money::rupiah(amounts.sum()))
    };
    let mut facts = vec![
        Fact { label: t.opening, value: format.money(shift.opening_float) },
        Fact { label: t.pay_in, value: moved(MoveKind::PayIn) },
        Fact { label: t.pay_out, value: moved(MoveKind::PayOut) },
    ];
    if let Some(tally) = shift.tally {
        facts.push(Fact { label: t.expected, value: format.money(tally.expected) });
        facts.push(Fact { label: t.counted_word, value: format.money(tally.counted) });
        facts.push(Fact { label: t.difference, value: format.money(tally.difference) });
    }
    Ok(ReportView { plans: Vec::new(), facts, practice: None })
}
