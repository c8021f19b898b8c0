//! The SQL of prints.

use super::{Print, PrintedCard};
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{BatchId, PrintId, RouterId, VoucherId};
use crate::vouchers::{Voucher, VoucherState};

pub(super) fn add(tx: &WriteTx<'_>, print: &Print, printed_by: &str, cards: &[Voucher]) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO prints (id, batch_id, copy, options, count, not_on_router, printed_by, printed_by_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            print.id,
            print.batch,
            print.copy,
            serde_json::to_string(&print.layout)?,
            print.count,
            print.not_on_router,
            printed_by,
            &print.printed_by,
            print.at
        ],
    )?;
    for (position, card) in (0_u32..).zip(cards) {
        tx.run(
            "INSERT INTO printed_vouchers (print_id, position, voucher_id, copy, on_router)
             VALUES ($1, $2, $3, $4, $5)",
            params![print.id, position, card.id, card.printed, card.state == VoucherState::OnRouter],
        )?;
    }
    Ok(())
}

pub(super) fn forget_of(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    tx.run(
        "DELETE FROM printed_vouchers WHERE print_id IN (
             SELECT p.id FROM prints AS p JOIN batches AS b ON b.id = p.batch_id WHERE b.router_id = $1)",
        params![router],
    )?;
    tx.run(
        "DELETE FROM prints WHERE batch_id IN (SELECT id FROM batches WHERE router_id = $1)",
        params![router],
    )?;
    Ok(())
}

pub(super) fn one(tx: &ReadTx<'_>, id: PrintId) -> Result<Option<Print>, Fault> {
    tx.maybe(
        "SELECT id, batch_id, copy, options, count, not_on_router, printed_by_name, at FROM prints WHERE id = $1",
        params![id],
        print,
    )
}

pub(super) fn of_batch(tx: &ReadTx<'_>, batch: BatchId) -> Result<Vec<Print>, Fault> {
    tx.all(
        "SELECT id, batch_id, copy, options, count, not_on_router, printed_by_name, at FROM prints
         WHERE batch_id = $1 ORDER BY at DESC, id DESC LIMIT 100",
        params![batch],
        print,
    )
}

pub(super) fn of_voucher(tx: &ReadTx<'_>, voucher: VoucherId) -> Result<Vec<Print>, Fault> {
    tx.all(
        "SELECT p.id, p.batch_id, p.copy, p.options, p.count, p.not_on_router, p.printed_by_name, p.at
         FROM printed_vouchers AS c JOIN prints AS p ON p.id = c.print_id
         WHERE c.voucher_id = $1 ORDER BY p.at, p.id LIMIT 100",
        params![voucher],
        print,
    )
}

pub(super) fn cards(tx: &ReadTx<'_>, id: PrintId) -> Result<Vec<PrintedCard>, Fault> {
    tx.all(
        "SELECT v.id, v.number, v.serial, v.code, v.password, c.on_router
         FROM printed_vouchers AS c JOIN vouchers AS v ON v.id = c.voucher_id
         WHERE c.print_id = $1 ORDER BY c.position",
        params![id],
        |row| {
            Ok(PrintedCard {
                voucher: row.parsed(0)?,
                number: row.int(1)?,
                serial: row.count(2)?,
                code: row.text(3)?,
                password: row.text(4)?,
                on_router: row.truth(5)?,
            })
        },
    )
}

fn print(row: &Row<'_>) -> Result<Print, Fault> {
    Ok(Print {
        id: row.parsed(0)?,
        batch: row.parsed(1)?,
        copy: row.count(2)?,
        layout: serde_json::from_str(&row.text(3)?)?,
        count: row.count(4)?,
        not_on_router: row.count(5)?,
        printed_by: row.text(6)?,
        at: row.timestamp(7)?,
    })
}
