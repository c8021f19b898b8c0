//! The SQL of the list of vouchers: the newest behind a filter, and those whose code holds what was typed.

use super::super::store::voucher_row;
use super::Filter;
use crate::db::{ReadTx, params};
use crate::fault::Fault;
use crate::vouchers::{Voucher, VoucherState};

/// The newest vouchers behind a filter, from before a number on.
pub(super) fn newest(
    tx: &ReadTx<'_>,
    filter: &Filter,
    before: i64,
    limit: i64,
) -> Result<Vec<Voucher>, Fault> {
    let params =
        params![before, word(filter), filter.batch, filter.plan, filter.router, limit, filter.promised];
    tx.all(newest_sql(filter), params, voucher_row)
}

/// One statement per leading condition, so that each can walk an index of its own in the order asked for.
pub(in crate::vouchers) fn newest_sql(filter: &Filter) -> &'static str {
    match (filter.batch, filter.state, filter.plan, filter.router) {
        (Some(_), ..) => {
            "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
         FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE v.batch_id = $3 AND v.number < $1 AND ($2 IS NULL OR v.state = $2) AND ($4 IS NULL OR v.plan_id = $4)
           AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6"
        }
        (None, _, Some(_), _) => {
            "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
         FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE v.plan_id = $4 AND v.number < $1 AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6"
        }
        (None, Some(_), None, Some(_)) => {
            "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
         FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE v.router_id = $5 AND v.number < $1 AND v.state = $2 AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6"
        }
        (None, None, None, Some(_)) => {
            // The index of routers is not in the order asked for; spelled so, the numbers are walked instead.
            "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
         FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE COALESCE(v.router_id, '') = $5 AND v.number < $1 AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6"
        }
        (None, Some(_), None, None) => {
            "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
         FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE v.state = $2 AND v.number < $1 AND ($3 IS NULL OR v.batch_id = $3) AND ($4 IS NULL OR v.plan_id = $4)
           AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6"
        }
        (None, None, None, None) => {
            "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
         FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE v.number < $1 AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4) AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6"
        }
    }
}

pub(super) fn numbered(tx: &ReadTx<'_>, filter: &Filter, number: i64) -> Result<Vec<Voucher>, Fault> {
    tx.all(
        "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
         FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE v.number = $1 AND v.code NOT LIKE '%' || $6 || '%' AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4) AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)",
        params![number, word(filter), filter.batch, filter.plan, filter.router, number.to_string(), filter.promised],
        voucher_row,
    )
}

/// Vouchers whose code begins with the text, by code, from after a code on.
pub(super) fn beginning(
    tx: &ReadTx<'_>,
    filter: &Filter,
    text: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Voucher>, Fault> {
    // `~` sorts behind every letter and digit of a code.
    tx.all(
        "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
         FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE v.code >= $1 AND v.code < $1 || '~' AND v.code > $6 AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4) AND ($5 IS NULL OR v.router_id = $5)
           AND ($8 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $8)
         ORDER BY v.code LIMIT $7",
        params![text, word(filter), filter.batch, filter.plan, filter.router, after, limit, filter.promised],
        voucher_row,
    )
}

/// Vouchers whose code contains the text further in, by code, from after a code on.
pub(super) fn containing(
    tx: &ReadTx<'_>,
    filter: &Filter,
    text: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Voucher>, Fault> {
    // Codes and text are capital letters and digits, so LIKE needs no escapes and cases cannot differ.
    tx.all(
        "SELECT v.id, v.number, v.batch_id, b.number, v.plan_id, b.plan_name, v.router_id, v.serial, v.code, v.password,
                v.state, v.disabled, v.reason, v.on_router_at, v.closed_at, v.printed, v.created_at, v.standing, v.sold_at
         FROM vouchers AS v JOIN batches AS b ON b.id = v.batch_id
         WHERE v.code LIKE '_%' || $1 || '%' AND NOT (v.code >= $1 AND v.code < $1 || '~') AND v.code > $6
           AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4) AND ($5 IS NULL OR v.router_id = $5)
           AND ($8 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $8)
         ORDER BY v.code LIMIT $7",
        params![text, word(filter), filter.batch, filter.plan, filter.router, after, limit, filter.promised],
        voucher_row,
    )
}

fn word(filter: &Filter) -> Option<&'static str> {
    filter.state.map(VoucherState::as_str)
}
