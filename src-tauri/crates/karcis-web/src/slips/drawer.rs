//! Slips about a drawer: the close of a shift, cash paid in and out.

use super::compose::{Said, Words};
use super::fields::{CashMoveFields, MoveFields, PlanFields, ShiftFields};
use super::render::as_values;
use super::shop::Shop;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::reports::{self, ShiftReport, ShiftSales, TakenBack};
use karcis_core::shifts::{self, Closing, Move, MoveKind, Tally};
use karcis_core::templates::TemplateKind;
use karcis_core::values::{Money, MoveId, ShiftId};

/// So many plans and so many moves are listed; what is more is added up, so that the slip has an end. Long names and
/// reasons take several rows each: then fewer are listed. The shift's page always lists all of them.
const LISTED: usize = 40;
const LISTED_LESS: [usize; 4] = [20, 10, 5, 0];

/// The closing slip of a shift; nothing before it is closed.
pub(super) fn shift(tx: &ReadTx<'_>, id: ShiftId, shop: &Shop) -> Result<Option<Said>, Fault> {
    let Some(report) = reports::shift_report(tx, id)? else { return Ok(None) };
    let (Some(closing), Some(tally)) = (&report.shift.closing, report.shift.tally) else { return Ok(None) };
    let listing = |listed| as_values(closing_fields(&report, closing, tally, listed, shop));
    Ok(Some(Said {
        words: Words::Template(TemplateKind::Shift),
        values: listing(LISTED),
        shorter: LISTED_LESS.map(listing).to_vec(),
        practice: false,
    }))
}

fn closing_fields(
    report: &ShiftReport,
    closing: &Closing,
    tally: Tally,
    listed: usize,
    shop: &Shop,
) -> ShiftFields {
    let drawer = report.drawer;
    let money = |pick: fn(&reports::Drawer) -> Money| drawer.map_or(Money::ZERO, |drawer| pick(&drawer));
    let taken_back = |taken: TakenBack| match taken.count {
        0 => String::new(),
        count => format!("{} · {}", shop.format.count(count), shop.money(taken.paid_back)),
    };
    let shift = &report.shift;
    ShiftFields {
        shop: shop.name.clone(),
        counter: shift.counter_name.clone(),
        number: shop.format.count(shift.number),
        day: shop.format.day(shift.day.start(shop.format.zone, 0)),
        opened_by: shift.opened_by.clone(),
        opened_at: shop.moment(shift.opened_at),
        closed_by: closing.by.clone(),
        closed_at: shop.moment(closing.at),
        plans: plans(&report.plans, listed, shop),
        count: shop.format.count(report.sold.count),
        gross: shop.money(report.sold.gross),
        discount: shop.some_money(report.sold.discount),
        undone: taken_back(report.undone),
        voided: taken_back(report.voided),
        reprints: shop.some(report.reprints),
        practice_count: shop.some(report.practice),
        opening: shop.money(shift.opening_float),
        cash_sales: shop.money(money(|drawer| drawer.cash_sales)),
        settlements: shop.some_money(money(|drawer| drawer.settlements)),
        refunds: shop.some_money(money(|drawer| drawer.refunds)),
        moves: moves(&report.moves, listed, shop),
        pay_in: shop.money(money(|drawer| drawer.pay_in)),
        pay_out: shop.money(money(|drawer| drawer.pay_out)),
        expected: shop.money(tally.expected),
        counted: shop.money(tally.counted),
        difference: shop.money(tally.difference),
        note: closing.note.clone().unwrap_or_default(),
        approved_by: closing.approved_by.clone().unwrap_or_default(),
        handed_over: shop.money(closing.handed_over),
        left: shop.money(Money::rupiah(tally.counted.amount() - closing.handed_over.amount())),
        audit_head: closing.audit_head.clone(),
    }
}

fn plans(sold: &[ShiftSales], listed: usize, shop: &Shop) -> Vec<PlanFields> {
    let row = |name: &str, count: u32, gross: Money| PlanFields {
        name: name.to_owned(),
        count: shop.format.count(count),
        gross: shop.money(gross),
    };
    let (listed, more) = sold.split_at(sold.len().min(listed));
    let mut rows: Vec<PlanFields> =
        listed.iter().map(|plan| row(&plan.name, plan.count, plan.gross)).collect();
    if !more.is_empty() {
        let gross = more.iter().map(|plan| plan.gross.amount()).sum();
        let count = more.iter().map(|plan| plan.count).sum();
        rows.push(row(
            &shop.format.texts().slips.other_plans(shop.format.count(more.len())),
            count,
            Money::rupiah(gross),
        ));
    }
    rows
}

fn moves(moved: &[Move], listed: usize, shop: &Shop) -> Vec<MoveFields> {
    let row = |reason: &str, amount: i64| MoveFields {
        reason: reason.to_owned(),
        amount: shop.money(Money::rupiah(amount)),
    };
    let (listed, more) = moved.split_at(moved.len().min(listed));
    let mut rows: Vec<MoveFields> = listed.iter().map(|one| row(&one.reason, signed(one))).collect();
    if !more.is_empty() {
        let rest = more.iter().map(signed).sum();
        rows.push(row(&shop.format.texts().slips.other_moves(shop.format.count(more.len())), rest));
    }
    rows
}

/// What a move did to the drawer.
fn signed(moved: &Move) -> i64 {
    match moved.kind {
        MoveKind::PayIn => moved.amount.amount(),
        MoveKind::PayOut => -moved.amount.amount(),
    }
}

/// The slip of cash paid in or out.
pub(super) fn cash_move(tx: &ReadTx<'_>, id: MoveId, shop: &Shop) -> Result<Option<Said>, Fault> {
    let Some(moved) = shifts::one_move(tx, id)? else { return Ok(None) };
    let Some(shift) = shifts::shift(tx, moved.shift)? else { return Ok(None) };
    let fields = CashMoveFields {
        shop: shop.name.clone(),
        paid_in: moved.kind == MoveKind::PayIn,
        amount: shop.money(moved.amount),
        reason: moved.reason.clone(),
        number: shop.format.count(moved.number),
        date: shop.format.day(moved.at),
        time: shop.format.time(moved.at),
        shift: shop.format.count(shift.number),
        counter: shift.counter_name,
        moved_by: moved.moved_by.clone(),
    };
    let values = as_values(fields);
    Ok(Some(Said {
        words: Words::Template(TemplateKind::CashMove),
        values,
        shorter: Vec::new(),
        practice: false,
    }))
}
