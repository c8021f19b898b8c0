//! The questions that reports ask of the tables of sales, voids, moves and settlements.
//!
//! Voids are few and sales are many: `CROSS JOIN` keeps the engine from starting at the sales.

use super::income::Cell;
use super::proof::MOST_NAMED;
use super::shift::Cell as ShiftCell;
use super::{SaleRow, SalesCursor, ShiftSales, Span, TakenBack, Totals};
use crate::db::{ReadTx, Row, params};
use crate::fault::Fault;
use crate::values::{Day, Money, PlanId, ResellerId, ShiftId};

/// Grouped in the order of the index, so that nothing is sorted.
pub(super) fn sold(tx: &ReadTx<'_>, span: Span) -> Result<Vec<Cell>, Fault> {
    tx.all(
        "SELECT business_day, plan_id, cashier_id, router_id, MAX(number), COUNT(*), SUM(price), SUM(discount),
                SUM(paid), SUM(cost)
         FROM sales WHERE business_day >= $1 AND business_day <= $2 AND practice = 0
         GROUP BY business_day, plan_id, cashier_id, router_id",
        params![span.first(), span.last()],
        |row| {
            let totals = Totals {
                count: row.count(5)?,
                gross: money(row, 6)?,
                discount: money(row, 7)?,
                paid: money(row, 8)?,
                cost: money(row, 9)?,
                ..Totals::default()
            };
            cell(row, totals)
        },
    )
}

pub(super) fn taken_back(tx: &ReadTx<'_>, span: Span) -> Result<Vec<Cell>, Fault> {
    tx.all(
        "SELECT v.business_day, s.plan_id, s.cashier_id, s.router_id, MAX(s.number), COUNT(*), SUM(v.amount),
                SUM(s.cost)
         FROM sale_voids AS v CROSS JOIN sales AS s
         WHERE s.id = v.sale_id AND v.business_day >= $1 AND v.business_day <= $2 AND s.practice = 0
         GROUP BY v.business_day, s.plan_id, s.cashier_id, s.router_id",
        params![span.first(), span.last()],
        |row| {
            let totals = Totals {
                voided: row.count(5)?,
                refunds: money(row, 6)?,
                cost_voided: money(row, 7)?,
                ..Totals::default()
            };
            cell(row, totals)
        },
    )
}

/// From the ledger, which knows how each return was rounded; counted for whoever handed over, as their sales are.
pub(super) fn commission(tx: &ReadTx<'_>, span: Span) -> Result<Vec<Cell>, Fault> {
    tx.all(
        "SELECT t.business_day, s.plan_id, s.cashier_id, s.router_id, s.number, SUM(c.amount)
         FROM postings AS c JOIN ledger_transactions AS t ON t.id = c.transaction_id
             LEFT JOIN settlements AS b ON t.subject_kind = 'settlement' AND b.id = t.subject_id
             JOIN handovers AS h ON h.id = COALESCE(b.handover_id, t.subject_id)
             JOIN sales AS s ON s.number = (SELECT MIN(f.number) FROM sales AS f WHERE f.receipt_id = h.receipt_id)
         WHERE c.account_id = 'commission' AND t.business_day >= $1 AND t.business_day <= $2
         GROUP BY t.business_day, s.plan_id, s.cashier_id, s.router_id, s.number",
        params![span.first(), span.last()],
        |row| cell(row, Totals { commission: money(row, 5)?, ..Totals::default() }),
    )
}

fn cell(row: &Row<'_>, totals: Totals) -> Result<Cell, Fault> {
    Ok(Cell {
        day: Day::from_number(row.int(0)?),
        plan: row.text(1)?,
        cashier: row.text(2)?,
        router: row.text(3)?,
        sample: row.int(4)?,
        totals,
    })
}

pub(super) fn plan_name(tx: &ReadTx<'_>, sale: i64) -> Result<String, Fault> {
    tx.one("SELECT plan_name FROM sales WHERE number = $1", params![sale], |row| row.text(0))
}

pub(super) fn cashier_name(tx: &ReadTx<'_>, sale: i64) -> Result<String, Fault> {
    tx.one("SELECT cashier_name FROM sales WHERE number = $1", params![sale], |row| row.text(0))
}

pub(super) fn router_name(tx: &ReadTx<'_>, sale: i64) -> Result<String, Fault> {
    tx.one("SELECT router_name FROM sales WHERE number = $1", params![sale], |row| row.text(0))
}

pub(super) fn sales(
    tx: &ReadTx<'_>,
    span: Span,
    after: SalesCursor,
    limit: u16,
) -> Result<Vec<SaleRow>, Fault> {
    tx.all(
        "SELECT s.id, s.number, COALESCE(r.shown, r.number), s.voucher_id, s.code, s.plan_id, s.plan_name, s.router_id, s.router_name,
                s.price, s.discount, s.paid, s.cost, s.reseller_id, s.shift_id, s.cashier_name, s.business_day, s.at,
                v.at, COALESCE(s.shown, s.number)
         FROM sales AS s JOIN receipts AS r ON r.id = s.receipt_id LEFT JOIN sale_voids AS v ON v.sale_id = s.id
         WHERE (s.business_day, s.number) > ($1, $2) AND s.business_day <= $3 AND s.practice = 0
         ORDER BY s.business_day, s.number LIMIT $4",
        params![after.0, after.1, span.last(), i64::from(limit)],
        |row| {
            Ok(SaleRow {
                id: row.parsed(0)?,
                place: row.int(1)?,
                number: row.int(19)?,
                receipt: row.int(2)?,
                voucher: row.parsed(3)?,
                code: row.text(4)?,
                plan: row.parsed(5)?,
                plan_name: row.text(6)?,
                router: row.parsed(7)?,
                router_name: row.text(8)?,
                price: money(row, 9)?,
                discount: money(row, 10)?,
                paid: money(row, 11)?,
                cost: money(row, 12)?,
                reseller: row.maybe_parsed(13)?,
                shift: row.maybe_parsed(14)?,
                cashier: row.text(15)?,
                day: Day::from_number(row.int(16)?),
                at: row.timestamp(17)?,
                voided_at: row.maybe_timestamp(18)?,
            })
        },
    )
}

/// What was given to resellers is not paid into the drawer, whoever gave it.
pub(super) fn sold_in(tx: &ReadTx<'_>, shift: ShiftId) -> Result<Vec<ShiftCell>, Fault> {
    tx.all(
        "SELECT plan_id, plan_name, cashier_id, cashier_name, COUNT(*), SUM(price), SUM(discount), SUM(paid)
         FROM sales WHERE shift_id = $1 AND practice = 0 AND fill <> 'handover'
         GROUP BY plan_id, plan_name, cashier_id, cashier_name",
        params![shift],
        |row| {
            Ok(ShiftCell {
                plan: row.text(0)?,
                plan_name: row.text(1)?,
                cashier: row.text(2)?,
                cashier_name: row.text(3)?,
                sales: ShiftSales {
                    name: String::new(),
                    count: row.count(4)?,
                    gross: money(row, 5)?,
                    discount: money(row, 6)?,
                    paid: money(row, 7)?,
                },
            })
        },
    )
}

pub(super) fn paid_in(tx: &ReadTx<'_>, shift: ShiftId) -> Result<Money, Fault> {
    tx.one(
        "SELECT COALESCE(SUM(paid), 0) FROM sales WHERE shift_id = $1 AND practice = 0 AND fill <> 'handover'",
        params![shift],
        |row| money(row, 0),
    )
}

/// Copies of slips of practice sales that were asked for in a shift.
pub(super) fn practice_copies_in(tx: &ReadTx<'_>, shift: ShiftId) -> Result<u32, Fault> {
    tx.one(
        "SELECT COUNT(*) FROM slips AS p JOIN sales AS s ON s.id = p.subject_id
         WHERE p.shift_id = $1 AND p.copy > 0 AND s.practice = 1",
        params![shift],
        |row| row.count(0),
    )
}

pub(super) fn practice_in(tx: &ReadTx<'_>, shift: ShiftId) -> Result<u32, Fault> {
    tx.one("SELECT COUNT(*) FROM sales WHERE shift_id = $1 AND practice = 1", params![shift], |row| {
        row.count(0)
    })
}

/// How many sales a shift took back, and what its drawer paid for them: undone at once, and voided later.
pub(super) fn taken_back_in(tx: &ReadTx<'_>, shift: ShiftId) -> Result<[TakenBack; 2], Fault> {
    let rows = tx.all(
        "SELECT v.kind, COUNT(*), SUM(v.amount) FROM sale_voids AS v CROSS JOIN sales AS s
         WHERE s.id = v.sale_id AND v.shift_id = $1 AND s.practice = 0 GROUP BY v.kind",
        params![shift],
        |row| Ok((row.text(0)?, TakenBack { count: row.count(1)?, paid_back: money(row, 2)? })),
    )?;
    let of = |kind: &str| {
        rows.iter().find(|(it, _)| it == kind).map_or_else(TakenBack::default, |(_, taken_back)| *taken_back)
    };
    Ok([of("undo"), of("void")])
}

pub(super) fn moved_in(tx: &ReadTx<'_>, shift: ShiftId) -> Result<(Money, Money), Fault> {
    tx.one(
        "SELECT COALESCE(SUM(CASE kind WHEN 'pay_in' THEN amount ELSE 0 END), 0),
                COALESCE(SUM(CASE kind WHEN 'pay_out' THEN amount ELSE 0 END), 0)
         FROM cash_moves WHERE shift_id = $1",
        params![shift],
        |row| Ok((money(row, 0)?, money(row, 1)?)),
    )
}

pub(super) fn settled_in(tx: &ReadTx<'_>, shift: ShiftId) -> Result<Money, Fault> {
    tx.one(
        "SELECT COALESCE(SUM(amount), 0) FROM settlements WHERE shift_id = $1 AND kind = 'cash'",
        params![shift],
        |row| money(row, 0),
    )
}

fn money(row: &Row<'_>, column: usize) -> Result<Money, Fault> {
    row.int(column).map(Money::rupiah)
}

/// Vouchers that are sold without a sale, have a sale without being sold, have two, or live on after theirs was voided.
pub(super) fn flawed_vouchers(tx: &ReadTx<'_>) -> Result<Vec<i64>, Fault> {
    let mut flawed = tx.all(
        "SELECT number FROM vouchers AS c
         WHERE standing = 'sold' AND NOT EXISTS (SELECT 1 FROM sales AS s WHERE s.voucher_id = c.id)
         ORDER BY number LIMIT $1",
        params![MOST_NAMED],
        |row| row.int(0),
    )?;
    flawed.extend(tx.all(
        "SELECT c.number FROM sales AS s JOIN vouchers AS c ON c.id = s.voucher_id
             LEFT JOIN sale_voids AS v ON v.sale_id = s.id
         WHERE c.standing <> 'sold' OR (v.sale_id IS NOT NULL AND c.state <> 'void')
         ORDER BY c.number LIMIT $1",
        params![MOST_NAMED],
        |row| row.int(0),
    )?);
    flawed.extend(tx.all(
        "SELECT MIN(c.number) FROM sales AS s JOIN vouchers AS c ON c.id = s.voucher_id
         GROUP BY s.voucher_id HAVING COUNT(*) > 1 LIMIT $1",
        params![MOST_NAMED],
        |row| row.int(0),
    )?);
    flawed.sort_unstable();
    flawed.dedup();
    Ok(flawed)
}

/// Receipts that are not the sum of their sales, or of which the ledger says something else.
pub(super) fn flawed_receipts(tx: &ReadTx<'_>) -> Result<Vec<i64>, Fault> {
    tx.all(
        "SELECT COALESCE(r.shown, r.number) FROM receipts AS r
         WHERE (r.quantity, r.gross, r.discount, r.total) <>
                   (SELECT COUNT(*), COALESCE(SUM(s.price), 0), COALESCE(SUM(s.discount), 0), COALESCE(SUM(s.paid), 0)
                    FROM sales AS s WHERE s.receipt_id = r.id)
            OR (SELECT COALESCE(SUM(p.amount), 0)
                FROM ledger_transactions AS t JOIN postings AS p ON p.transaction_id = t.id
                WHERE t.subject_kind = CASE r.kind WHEN 'handover' THEN 'handover' ELSE 'receipt' END
                    AND t.subject_id = CASE r.kind WHEN 'handover'
                        THEN (SELECT h.id FROM handovers AS h WHERE h.receipt_id = r.id) ELSE r.id END
                    AND t.kind IN ('sale', 'handover')
                    AND SUBSTR(p.account_id, 1, 6) = 'sales:')
               <> CASE r.practice WHEN 0 THEN -r.gross ELSE 0 END
         ORDER BY r.number LIMIT $1",
        params![MOST_NAMED],
        |row| row.int(0),
    )
}

/// What each plan earned by its sales that were not taken back, practice left out.
pub(super) fn earned(tx: &ReadTx<'_>) -> Result<Vec<(PlanId, String, i64)>, Fault> {
    tx.all(
        "SELECT s.plan_id, MAX(s.plan_name), COALESCE(SUM(CASE WHEN v.sale_id IS NULL THEN s.price ELSE 0 END), 0)
         FROM sales AS s LEFT JOIN sale_voids AS v ON v.sale_id = s.id
         WHERE s.practice = 0 GROUP BY s.plan_id ORDER BY s.plan_id",
        params![],
        |row| Ok((row.parsed(0)?, row.text(1)?, row.int(2)?)),
    )
}

/// What each reseller owes by what they were handed, paid and gave back.
pub(super) fn owed(tx: &ReadTx<'_>) -> Result<Vec<(ResellerId, String, i64)>, Fault> {
    tx.all(
        "SELECT r.id, r.name,
                (SELECT COALESCE(SUM(h.gross - h.commission), 0) FROM handovers AS h WHERE h.reseller_id = r.id)
                    - (SELECT COALESCE(SUM(s.amount), 0) FROM settlements AS s WHERE s.reseller_id = r.id)
         FROM resellers AS r ORDER BY r.name_key",
        params![],
        |row| Ok((row.parsed(0)?, row.text(1)?, row.int(2)?)),
    )
}

/// What was let off sales that were not taken back, practice left out.
pub(super) fn let_off(tx: &ReadTx<'_>) -> Result<i64, Fault> {
    tx.one(
        "SELECT COALESCE(SUM(s.discount), 0) FROM sales AS s LEFT JOIN sale_voids AS v ON v.sale_id = s.id
         WHERE s.practice = 0 AND v.sale_id IS NULL",
        params![],
        |row| row.int(0),
    )
}
