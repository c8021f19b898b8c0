//! The SQL of receipts, sales and what was taken back.

use super::numbers::Numbers;
use super::{Fill, Filter, Receipt, Sale, SaleVoid, VoidKind};
use crate::audit::Actor;
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{
    CounterId, Day, Money, PlanId, ReceiptId, ResellerId, RouterId, SaleId, ShiftId, Timestamp, VoucherId,
};
use crate::vouchers::Voucher;

/// What a sale's row says beyond its receipt.
pub(super) struct NewSale<'a> {
    pub(super) id: SaleId,
    pub(super) numbers: Numbers,
    pub(super) fill: Fill,
    pub(super) voucher: &'a Voucher,
    pub(super) plan_name: &'a str,
    pub(super) router_name: &'a str,
    pub(super) price: Money,
    pub(super) discount: Money,
    pub(super) paid: Money,
    pub(super) cost: Money,
    pub(super) reseller: Option<ResellerId>,
}

/// What is kept of a sale that was taken back.
pub(super) struct NewVoid<'a> {
    pub(super) kind: VoidKind,
    pub(super) reason: &'a str,
    pub(super) amount: Money,
    pub(super) shift: Option<ShiftId>,
    pub(super) by: &'a Actor,
    pub(super) approved_by: Option<&'a Actor>,
    pub(super) day: Day,
}

pub(super) fn add_receipt(
    tx: &WriteTx<'_>,
    receipt: &Receipt,
    place: i64,
    approved_by: Option<&Actor>,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO receipts (id, number, kind, counter_id, shift_id, quantity, gross, discount, discount_reason,
             approved_by, approved_by_name, total, received, practice, cashier_id, cashier_name, business_day, at,
             shown)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        params![
            receipt.id,
            place,
            receipt.kind.as_str(),
            receipt.counter,
            receipt.shift,
            receipt.quantity,
            receipt.gross,
            receipt.discount,
            receipt.discount_reason.as_deref(),
            approved_by.map(Actor::id),
            receipt.approved_by.as_deref(),
            receipt.total,
            receipt.received,
            receipt.practice,
            &receipt.cashier,
            &receipt.cashier_name,
            receipt.day,
            receipt.at,
            receipt.number
        ],
    )?;
    Ok(())
}

pub(super) fn add_sale(tx: &WriteTx<'_>, receipt: &Receipt, sale: &NewSale<'_>) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO sales (id, number, receipt_id, voucher_id, fill, plan_id, plan_name, router_id, router_name, code,
             price, discount, paid, cost, reseller_id, counter_id, shift_id, cashier_id, cashier_name, practice,
             business_day, at, shown)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                 $23)",
        params![
            sale.id,
            sale.numbers.place,
            receipt.id,
            sale.voucher.id,
            sale.fill.as_str(),
            sale.voucher.plan,
            sale.plan_name,
            sale.voucher.router,
            sale.router_name,
            &sale.voucher.code,
            sale.price,
            sale.discount,
            sale.paid,
            sale.cost,
            sale.reseller,
            receipt.counter,
            receipt.shift,
            &receipt.cashier,
            &receipt.cashier_name,
            receipt.practice,
            receipt.day,
            receipt.at,
            sale.numbers.shown
        ],
    )?;
    Ok(())
}

pub(super) fn add_void(
    tx: &WriteTx<'_>,
    sale: SaleId,
    voided: &NewVoid<'_>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO sale_voids (sale_id, kind, reason, amount, shift_id, voided_by, voided_by_name, approved_by,
             approved_by_name, business_day, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            sale,
            voided.kind.as_str(),
            voided.reason,
            voided.amount,
            voided.shift,
            voided.by.id(),
            voided.by.name(),
            voided.approved_by.map(Actor::id),
            voided.approved_by.map(Actor::name),
            voided.day,
            now
        ],
    )?;
    Ok(())
}

pub(super) fn receipt(tx: &ReadTx<'_>, id: ReceiptId) -> Result<Option<Receipt>, Fault> {
    let found = tx.maybe(
        "SELECT id, COALESCE(shown, number), kind, counter_id, shift_id, quantity, gross, discount, discount_reason, approved_by_name,
                total, received, practice, cashier_id, cashier_name, business_day, at
         FROM receipts WHERE id = $1",
        params![id],
        receipt_row,
    )?;
    found.map(|receipt| with_sales(tx, receipt)).transpose()
}

pub(super) const LATEST: &str =
    "SELECT id, COALESCE(shown, number), kind, counter_id, shift_id, quantity, gross, discount, discount_reason, approved_by_name,
            total, received, practice, cashier_id, cashier_name, business_day, at
     FROM receipts WHERE counter_id = $1 ORDER BY number DESC LIMIT $2";

pub(super) fn latest(tx: &ReadTx<'_>, counter: CounterId, limit: u16) -> Result<Vec<Receipt>, Fault> {
    let found = tx.all(LATEST, params![counter, i64::from(limit)], receipt_row)?;
    found.into_iter().map(|receipt| with_sales(tx, receipt)).collect()
}

fn with_sales(tx: &ReadTx<'_>, receipt: Receipt) -> Result<Receipt, Fault> {
    let sales = tx.all(OF_RECEIPT, params![receipt.id], sale_row)?;
    Ok(Receipt { sales, ..receipt })
}

/// A sale with its receipt's number, its voucher as it stands now, and how it was taken back. The conditions follow.
macro_rules! sale_where {
    ($conditions:literal) => {
        concat!(
            "SELECT s.id, COALESCE(s.shown, s.number), s.receipt_id, COALESCE(r.shown, r.number), s.voucher_id, v.number, s.fill, s.plan_id, s.plan_name,
                    s.router_id, s.router_name, s.code, v.password, s.price, s.discount, s.paid, s.cost,
                    s.reseller_id, s.counter_id, s.shift_id, s.cashier_id, s.cashier_name, s.practice,
                    s.business_day, s.at, v.state, v.disabled,
                    x.kind, x.reason, x.amount, x.shift_id, x.voided_by_name, x.approved_by_name, x.at, s.number
             FROM sales AS s JOIN receipts AS r ON r.id = s.receipt_id JOIN vouchers AS v ON v.id = s.voucher_id
                  LEFT JOIN sale_voids AS x ON x.sale_id = s.id
             WHERE ",
            $conditions
        )
    };
}

pub(super) const OF_RECEIPT: &str = sale_where!("s.receipt_id = $1 ORDER BY s.number");

pub(super) fn sale(tx: &ReadTx<'_>, id: SaleId) -> Result<Option<Sale>, Fault> {
    tx.maybe(sale_where!("s.id = $1"), params![id], sale_row)
}

pub(super) fn of_voucher(tx: &ReadTx<'_>, voucher: VoucherId) -> Result<Option<Sale>, Fault> {
    tx.maybe(sale_where!("s.voucher_id = $1"), params![voucher], sale_row)
}

pub(super) fn fill_of_voucher(tx: &ReadTx<'_>, voucher: VoucherId) -> Result<Option<Fill>, Fault> {
    tx.maybe("SELECT fill FROM sales WHERE voucher_id = $1", params![voucher], |row| row.parsed(0))
}

pub(super) const SOLD_SINCE: &str = "SELECT 1 FROM (
         SELECT id, cashier_id, at FROM receipts WHERE counter_id = $1 ORDER BY number DESC LIMIT 10) AS newest
         JOIN sales AS s ON s.receipt_id = newest.id
     WHERE newest.cashier_id = $2 AND newest.at > $4 AND newest.at <= $5 AND s.plan_id = $3
       AND NOT EXISTS (SELECT 1 FROM sale_voids AS x WHERE x.sale_id = s.id) LIMIT 1";

/// Whether this person sold the plan at this counter between the two moments, and it stands.
pub(super) fn sold_since(
    tx: &ReadTx<'_>,
    counter: CounterId,
    cashier: &str,
    plan: PlanId,
    (after, upto): (Timestamp, Timestamp),
) -> Result<bool, Fault> {
    let values = params![counter, cashier, plan, after, upto];
    Ok(tx.maybe(SOLD_SINCE, values, |row| row.int(0))?.is_some())
}

pub(super) fn practised_on(tx: &ReadTx<'_>, router: RouterId) -> Result<u32, Fault> {
    tx.one("SELECT COUNT(*) FROM sales WHERE practice = 1 AND router_id = $1", params![router], |row| {
        row.count(0)
    })
}

pub(super) fn practice_of(tx: &ReadTx<'_>, router: RouterId) -> Result<Vec<SaleId>, Fault> {
    tx.all("SELECT id FROM sales WHERE practice = 1 AND router_id = $1", params![router], |row| row.parsed(0))
}

/// The guards let rows go that are for practice, and no others.
pub(super) fn forget_practice(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    tx.run(
        "DELETE FROM sale_voids WHERE sale_id IN (SELECT id FROM sales WHERE practice = 1 AND router_id = $1)",
        params![router],
    )?;
    let mut receipts: Vec<ReceiptId> = tx.all(
        "DELETE FROM sales WHERE practice = 1 AND router_id = $1 RETURNING receipt_id",
        params![router],
        |row| row.parsed(0),
    )?;
    receipts.sort_unstable();
    receipts.dedup();
    for receipt in receipts {
        tx.run("DELETE FROM receipts WHERE id = $1 AND practice = 1", params![receipt])?;
    }
    Ok(())
}

/// The newest sales behind a filter, from before a number on.
pub(super) fn newest(tx: &ReadTx<'_>, filter: &Filter, before: i64, limit: i64) -> Result<Vec<Sale>, Fault> {
    let values = params![
        before,
        filter.shift,
        filter.day,
        filter.cashier.as_deref(),
        filter.counter,
        filter.plan,
        filter.voided,
        limit
    ];
    tx.all(newest_sql(filter), values, sale_row)
}

/// The rows are chosen from the narrow table first, by the index of the leading condition; only those of the page are
/// joined. `number + 0` keeps the index of numbers out of it: a shift and a day have few sales, the books have many.
pub(super) fn newest_sql(filter: &Filter) -> &'static str {
    match (filter.shift, filter.day, &filter.cashier, filter.voided) {
        (Some(_), ..) => {
            sale_where!(
                "s.id IN (SELECT id FROM sales
                     WHERE shift_id = $2 AND number + 0 < $1 AND ($3 IS NULL OR business_day = $3)
                       AND ($4 IS NULL OR cashier_id = $4) AND ($5 IS NULL OR counter_id = $5)
                       AND ($6 IS NULL OR plan_id = $6)
                       AND ($7 = 0 OR EXISTS (SELECT 1 FROM sale_voids AS y WHERE y.sale_id = sales.id))
                     ORDER BY number DESC LIMIT $8)
                 ORDER BY s.number DESC"
            )
        }
        (None, Some(_), _, _) => {
            sale_where!(
                "s.id IN (SELECT id FROM sales
                     WHERE practice IN (0, 1) AND business_day = $3 AND number + 0 < $1 AND ($2 IS NULL OR shift_id = $2)
                       AND ($4 IS NULL OR cashier_id = $4) AND ($5 IS NULL OR counter_id = $5)
                       AND ($6 IS NULL OR plan_id = $6)
                       AND ($7 = 0 OR EXISTS (SELECT 1 FROM sale_voids AS y WHERE y.sale_id = sales.id))
                     ORDER BY number DESC LIMIT $8)
                 ORDER BY s.number DESC"
            )
        }
        (None, None, _, true) => {
            sale_where!(
                "s.id IN (SELECT sales.id FROM sale_voids AS y CROSS JOIN sales
                     WHERE sales.id = y.sale_id AND $7 = 1 AND number < $1
                       AND ($2 IS NULL OR sales.shift_id = $2) AND ($3 IS NULL OR sales.business_day = $3)
                       AND ($4 IS NULL OR cashier_id = $4) AND ($5 IS NULL OR counter_id = $5)
                       AND ($6 IS NULL OR plan_id = $6)
                     ORDER BY number DESC LIMIT $8)
                 ORDER BY s.number DESC"
            )
        }
        (None, None, Some(_), false) => {
            sale_where!(
                "s.id IN (SELECT id FROM sales
                     WHERE cashier_id = $4 AND number < $1 AND ($2 IS NULL OR shift_id = $2)
                       AND ($3 IS NULL OR business_day = $3) AND ($5 IS NULL OR counter_id = $5)
                       AND ($6 IS NULL OR plan_id = $6) AND $7 = 0
                     ORDER BY number DESC LIMIT $8)
                 ORDER BY s.number DESC"
            )
        }
        (None, None, None, false) => {
            sale_where!(
                "s.id IN (SELECT id FROM sales
                     WHERE number < $1 AND ($2 IS NULL OR shift_id = $2) AND ($3 IS NULL OR business_day = $3)
                       AND ($4 IS NULL OR cashier_id = $4) AND ($5 IS NULL OR counter_id = $5)
                       AND ($6 IS NULL OR plan_id = $6) AND $7 = 0
                     ORDER BY number DESC LIMIT $8)
                 ORDER BY s.number DESC"
            )
        }
    }
}

/// The sale with this number, and those of the receipt with it.
pub(super) fn numbered(
    tx: &ReadTx<'_>,
    filter: &Filter,
    (number, practice): (i64, bool),
) -> Result<Vec<Sale>, Fault> {
    tx.all(
        sale_where!(
            "s.id IN (SELECT id FROM sales WHERE practice = $8 AND shown = $1
                 UNION SELECT id FROM sales WHERE number = $1 AND shown IS NULL AND practice = $8
                 UNION SELECT sales.id FROM receipts JOIN sales ON sales.receipt_id = receipts.id
                 WHERE receipts.practice = $8 AND receipts.shown = $1
                 UNION SELECT sales.id FROM receipts JOIN sales ON sales.receipt_id = receipts.id
                 WHERE receipts.number = $1 AND receipts.shown IS NULL AND receipts.practice = $8)
             AND ($2 IS NULL OR s.shift_id = $2) AND ($3 IS NULL OR s.business_day = $3)
             AND ($4 IS NULL OR s.cashier_id = $4) AND ($5 IS NULL OR s.counter_id = $5)
             AND ($6 IS NULL OR s.plan_id = $6) AND ($7 = 0 OR x.sale_id IS NOT NULL)
             ORDER BY s.number DESC LIMIT 50"
        ),
        params![
            number,
            filter.shift,
            filter.day,
            filter.cashier.as_deref(),
            filter.counter,
            filter.plan,
            filter.voided,
            practice
        ],
        sale_row,
    )
}

/// Sales whose code begins with the text, by code.
pub(super) fn beginning(
    tx: &ReadTx<'_>,
    filter: &Filter,
    text: &str,
    limit: i64,
) -> Result<Vec<Sale>, Fault> {
    // `~` sorts behind every letter and digit of a code.
    tx.all(
        sale_where!(
            "s.code >= $1 AND s.code < $1 || '~' AND ($2 IS NULL OR s.shift_id = $2)
             AND ($3 IS NULL OR s.business_day = $3) AND ($4 IS NULL OR s.cashier_id = $4)
             AND ($5 IS NULL OR s.counter_id = $5) AND ($6 IS NULL OR s.plan_id = $6)
             AND ($7 = 0 OR x.sale_id IS NOT NULL)
             ORDER BY s.code LIMIT $8"
        ),
        params![
            text,
            filter.shift,
            filter.day,
            filter.cashier.as_deref(),
            filter.counter,
            filter.plan,
            filter.voided,
            limit
        ],
        sale_row,
    )
}

fn receipt_row(row: &Row<'_>) -> Result<Receipt, Fault> {
    Ok(Receipt {
        id: row.parsed(0)?,
        number: row.int(1)?,
        kind: row.parsed(2)?,
        counter: row.maybe_parsed(3)?,
        shift: row.maybe_parsed(4)?,
        quantity: row.count(5)?,
        gross: Money::rupiah(row.int(6)?),
        discount: Money::rupiah(row.int(7)?),
        discount_reason: row.maybe_text(8)?,
        approved_by: row.maybe_text(9)?,
        total: Money::rupiah(row.int(10)?),
        received: row.maybe_int(11)?.map(Money::rupiah),
        practice: row.truth(12)?,
        cashier: row.text(13)?,
        cashier_name: row.text(14)?,
        day: Day::from_number(row.int(15)?),
        at: row.timestamp(16)?,
        sales: Vec::new(),
    })
}

fn sale_row(row: &Row<'_>) -> Result<Sale, Fault> {
    Ok(Sale {
        id: row.parsed(0)?,
        place: row.int(34)?,
        number: row.int(1)?,
        receipt: row.parsed(2)?,
        receipt_number: row.int(3)?,
        voucher: row.parsed(4)?,
        voucher_number: row.int(5)?,
        fill: row.parsed(6)?,
        plan: row.parsed(7)?,
        plan_name: row.text(8)?,
        router: row.parsed(9)?,
        router_name: row.text(10)?,
        code: row.text(11)?,
        password: row.text(12)?,
        price: Money::rupiah(row.int(13)?),
        discount: Money::rupiah(row.int(14)?),
        paid: Money::rupiah(row.int(15)?),
        cost: Money::rupiah(row.int(16)?),
        reseller: row.maybe_parsed(17)?,
        counter: row.maybe_parsed(18)?,
        shift: row.maybe_parsed(19)?,
        cashier: row.text(20)?,
        cashier_name: row.text(21)?,
        practice: row.truth(22)?,
        day: Day::from_number(row.int(23)?),
        at: row.timestamp(24)?,
        voucher_state: row.parsed(25)?,
        disabled: row.truth(26)?,
        voided: void_of(row)?,
    })
}

fn void_of(row: &Row<'_>) -> Result<Option<SaleVoid>, Fault> {
    let Some(kind) = row.maybe_parsed(27)? else { return Ok(None) };
    Ok(Some(SaleVoid {
        kind,
        reason: row.text(28)?,
        amount: Money::rupiah(row.int(29)?),
        shift: row.maybe_parsed(30)?,
        by: row.text(31)?,
        approved_by: row.maybe_text(32)?,
        at: row.timestamp(33)?,
    }))
}
