//! The SQL of the list of vouchers: the newest behind a filter, and those whose code holds what was typed.

use super::super::store::{voucher_row, voucher_where};
use super::Filter;
use crate::db::{ReadTx, params};
use crate::fault::Fault;
use crate::vouchers::{Voucher, VoucherState};

/// The vouchers behind a filter whose code is as asked, by code, from after a code on.
macro_rules! by_code_where {
    ($code:literal) => {
        voucher_where!(
            $code,
            " AND v.code > $6 AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
              AND ($4 IS NULL OR v.plan_id = $4) AND ($5 IS NULL OR v.router_id = $5)
              AND ($8 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $8)
              ORDER BY v.code LIMIT $7"
        )
    };
}

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
            voucher_where!("v.batch_id = $3 AND v.number < $1 AND ($2 IS NULL OR v.state = $2) AND ($4 IS NULL OR v.plan_id = $4)
           AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6")
        }
        (None, _, Some(_), _) => {
            voucher_where!("v.plan_id = $4 AND v.number < $1 AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6")
        }
        (None, Some(_), None, Some(_)) => {
            voucher_where!(
                "v.router_id = $5 AND v.number < $1 AND v.state = $2 AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6"
            )
        }
        (None, None, None, Some(_)) => {
            // The index of routers is not in the order asked for; spelled so, the numbers are walked instead.
            voucher_where!("COALESCE(v.router_id, '') = $5 AND v.number < $1 AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6")
        }
        (None, Some(_), None, None) => {
            voucher_where!("v.state = $2 AND v.number < $1 AND ($3 IS NULL OR v.batch_id = $3) AND ($4 IS NULL OR v.plan_id = $4)
           AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6")
        }
        (None, None, None, None) => {
            voucher_where!(
                "v.number < $1 AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4) AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)
         ORDER BY v.number DESC LIMIT $6"
            )
        }
    }
}

pub(super) fn numbered(tx: &ReadTx<'_>, filter: &Filter, number: i64) -> Result<Vec<Voucher>, Fault> {
    tx.all(
        voucher_where!("v.number = $1 AND v.code NOT LIKE '%' || $6 || '%' AND ($2 IS NULL OR v.state = $2) AND ($3 IS NULL OR v.batch_id = $3)
           AND ($4 IS NULL OR v.plan_id = $4) AND ($5 IS NULL OR v.router_id = $5)
           AND ($7 IS NULL OR CASE WHEN v.standing IN ('reserved', 'sold') THEN 1 ELSE 0 END = $7)"),
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
    by_code(tx, by_code_where!("v.code >= $1 AND v.code < $1 || '~'"), filter, (text, after, limit))
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
    let sql = by_code_where!("v.code LIKE '_%' || $1 || '%' AND NOT (v.code >= $1 AND v.code < $1 || '~')");
    by_code(tx, sql, filter, (text, after, limit))
}

fn by_code(
    tx: &ReadTx<'_>,
    sql: &'static str,
    filter: &Filter,
    (text, after, limit): (&str, &str, i64),
) -> Result<Vec<Voucher>, Fault> {
    tx.all(
        sql,
        params![text, word(filter), filter.batch, filter.plan, filter.router, after, limit, filter.promised],
        voucher_row,
    )
}

fn word(filter: &Filter) -> Option<&'static str> {
    filter.state.map(VoucherState::as_str)
}
