//! The plans table's SQL.

use super::{CodeStyle, Plan, ProfileState};
use crate::db::{ReadTx, Row, Val, WriteTx, params};
use crate::fault::Fault;
use crate::values::{Bytes, Money, Period, PlanId, RateLimit, RouterId, Timestamp};

pub(super) fn all(tx: &ReadTx<'_>) -> Result<Vec<Plan>, Fault> {
    tx.all(
        "SELECT id, router_id, name, hotspot_server, profile_name, price, selling_price, validity_s, uptime_limit_s,
                data_limit_bytes, shared_users, rate_limit, lock_mac, code_mode, code_alphabet, code_length,
                code_prefix, counter_key, colour, profile_state, archived, counter_fill
         FROM plans WHERE archived = 0 ORDER BY COALESCE(counter_key, 10), name_key",
        params![],
        plan,
    )
}

pub(super) fn archived(tx: &ReadTx<'_>, limit: i64) -> Result<Vec<Plan>, Fault> {
    tx.all(
        "SELECT id, router_id, name, hotspot_server, profile_name, price, selling_price, validity_s, uptime_limit_s,
                data_limit_bytes, shared_users, rate_limit, lock_mac, code_mode, code_alphabet, code_length,
                code_prefix, counter_key, colour, profile_state, archived, counter_fill
         FROM plans
         WHERE archived = 1 AND router_id IN (SELECT id FROM routers WHERE archived = 0)
         ORDER BY changed_at DESC, id LIMIT $1",
        params![limit],
        plan,
    )
}

pub(super) fn one(tx: &ReadTx<'_>, id: PlanId) -> Result<Option<Plan>, Fault> {
    tx.maybe(
        "SELECT id, router_id, name, hotspot_server, profile_name, price, selling_price, validity_s, uptime_limit_s,
                data_limit_bytes, shared_users, rate_limit, lock_mac, code_mode, code_alphabet, code_length,
                code_prefix, counter_key, colour, profile_state, archived, counter_fill
         FROM plans WHERE id = $1",
        params![id],
        plan,
    )
}

pub(super) fn name_taken(
    tx: &ReadTx<'_>,
    router: RouterId,
    key: &str,
    except: PlanId,
) -> Result<bool, Fault> {
    tx.one(
        "SELECT COUNT(*) FROM plans WHERE router_id = $1 AND name_key = $2 AND id <> $3 AND archived = 0",
        params![router, key, except],
        |row| row.truth(0),
    )
}

pub(super) fn key_taken(tx: &ReadTx<'_>, key: u8, except: PlanId) -> Result<bool, Fault> {
    tx.one(
        "SELECT COUNT(*) FROM plans WHERE counter_key = $1 AND id <> $2 AND archived = 0",
        params![u32::from(key), except],
        |row| row.truth(0),
    )
}

pub(super) fn add(tx: &WriteTx<'_>, plan: &Plan, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO plans (id, router_id, name, name_key, hotspot_server, profile_name, price, selling_price,
             validity_s, uptime_limit_s, data_limit_bytes, shared_users, rate_limit, lock_mac, code_mode,
             code_alphabet, code_length, code_prefix, counter_key, colour, counter_fill, profile_state,
             created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                 $21, 'pending', $22, $22)",
        &columns(plan, now),
    )?;
    Ok(())
}

pub(super) fn change(tx: &WriteTx<'_>, plan: &Plan, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "UPDATE plans SET router_id = $2, name = $3, name_key = $4, hotspot_server = $5, profile_name = $6,
             price = $7, selling_price = $8, validity_s = $9, uptime_limit_s = $10, data_limit_bytes = $11,
             shared_users = $12, rate_limit = $13, lock_mac = $14, code_mode = $15, code_alphabet = $16,
             code_length = $17, code_prefix = $18, counter_key = $19, colour = $20, counter_fill = $21,
             changed_at = $22
         WHERE id = $1",
        &columns(plan, now),
    )?;
    Ok(())
}

pub(super) fn set_archived(
    tx: &WriteTx<'_>,
    id: PlanId,
    archived: bool,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run("UPDATE plans SET archived = $2, changed_at = $3 WHERE id = $1", params![id, archived, now])?;
    Ok(())
}

pub(super) fn archive_of(tx: &WriteTx<'_>, router: RouterId, now: Timestamp) -> Result<(), Fault> {
    tx.run("UPDATE plans SET archived = 1, changed_at = $2 WHERE router_id = $1", params![router, now])?;
    Ok(())
}

pub(super) fn forget_of(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    tx.run("DELETE FROM plans WHERE router_id = $1", params![router])?;
    Ok(())
}

pub(super) fn keep_profile_state(
    tx: &WriteTx<'_>,
    id: PlanId,
    state: ProfileState,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE plans SET profile_state = $2, changed_at = $3 WHERE id = $1",
        params![id, state.as_str(), now],
    )?;
    Ok(())
}

fn columns(plan: &Plan, now: Timestamp) -> [Val; 22] {
    [
        plan.id.into(),
        plan.router.into(),
        plan.name.as_str().into(),
        plan.name.to_lowercase().into(),
        plan.hotspot_server.as_str().into(),
        plan.profile_name.as_str().into(),
        plan.price.into(),
        plan.selling_price.into(),
        plan.validity.into(),
        plan.uptime_limit.into(),
        plan.data_limit.into(),
        plan.shared_users.into(),
        plan.rate_limit.map(|rate| rate.to_string()).into(),
        plan.lock_mac.into(),
        plan.code.mode.as_str().into(),
        plan.code.alphabet.as_str().into(),
        u32::from(plan.code.length).into(),
        plan.code.prefix.as_str().into(),
        plan.counter_key.map(u32::from).into(),
        plan.colour.as_str().into(),
        plan.counter_fill.as_str().into(),
        now.into(),
    ]
}

fn plan(row: &Row<'_>) -> Result<Plan, Fault> {
    Ok(Plan {
        id: row.parsed(0)?,
        router: row.parsed(1)?,
        name: row.text(2)?,
        hotspot_server: row.text(3)?,
        profile_name: row.text(4)?,
        price: Money::rupiah(row.int(5)?),
        selling_price: Money::rupiah(row.int(6)?),
        validity: period(row, 7)?,
        uptime_limit: period(row, 8)?,
        data_limit: data(row, 9)?,
        shared_users: row.count(10)?,
        rate_limit: row.maybe_parsed::<RateLimit>(11)?,
        lock_mac: row.truth(12)?,
        code: code_style(row, 13)?,
        counter_key: row.maybe_int(17)?.and_then(|key| u8::try_from(key).ok()),
        colour: row.text(18)?,
        profile_state: row.parsed(19)?,
        archived: row.truth(20)?,
        counter_fill: row.parsed(21)?,
    })
}

/// Reads mode, alphabet, length and prefix from four columns; batches keep the same four.
pub(crate) fn code_style(row: &Row<'_>, first: usize) -> Result<CodeStyle, Fault> {
    Ok(CodeStyle {
        mode: row.parsed(first)?,
        alphabet: row.parsed(first + 1)?,
        length: u8::try_from(row.int(first + 2)?).map_err(|_| Fault::new("a code length that is none"))?,
        prefix: row.text(first + 3)?,
    })
}

/// Reads a span of seconds that may be missing.
pub(crate) fn period(row: &Row<'_>, column: usize) -> Result<Option<Period>, Fault> {
    let Some(seconds) = row.maybe_int(column)? else { return Ok(None) };
    let seconds = u64::try_from(seconds).map_err(|_| Fault::new("a period below zero"))?;
    Period::seconds(seconds).map(Some).map_err(|_| Fault::new("a period out of bounds"))
}

/// Reads an amount of data that may be missing.
pub(crate) fn data(row: &Row<'_>, column: usize) -> Result<Option<Bytes>, Fault> {
    let bytes = row.maybe_int(column)?;
    bytes.map(Bytes::new).transpose().map_err(|_| Fault::new("an amount of data out of bounds"))
}
