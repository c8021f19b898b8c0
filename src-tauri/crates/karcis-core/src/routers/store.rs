//! The routers table's SQL.

use super::{Checks, Guests, Machine, Router, name_key};
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{RouterId, Timestamp};
use std::time::Duration;

pub(super) fn all(tx: &ReadTx<'_>) -> Result<Vec<Router>, Fault> {
    tx.all(
        "SELECT id, name, host, port, tls, pin, user_name, practice, identity, version, board, dns_name, ssid,
                checks, checked_at, machine, other_machine, replaced_at, licence, guests, guests_at, strays
         FROM routers WHERE archived = 0 ORDER BY practice, name_key",
        params![],
        router,
    )
}

pub(super) fn one(tx: &ReadTx<'_>, id: RouterId) -> Result<Option<Router>, Fault> {
    tx.maybe(
        "SELECT id, name, host, port, tls, pin, user_name, practice, identity, version, board, dns_name, ssid,
                checks, checked_at, machine, other_machine, replaced_at, licence, guests, guests_at, strays
         FROM routers WHERE id = $1",
        params![id],
        router,
    )
}

pub(super) fn in_use(tx: &ReadTx<'_>, id: RouterId) -> Result<bool, Fault> {
    tx.one("SELECT COUNT(*) FROM routers WHERE id = $1 AND archived = 0", params![id], |row| row.truth(0))
}

pub(super) fn practice(tx: &ReadTx<'_>) -> Result<Option<Router>, Fault> {
    tx.maybe(
        "SELECT id, name, host, port, tls, pin, user_name, practice, identity, version, board, dns_name, ssid,
                checks, checked_at, machine, other_machine, replaced_at, licence, guests, guests_at, strays
         FROM routers WHERE practice = 1 AND archived = 0",
        params![],
        router,
    )
}

pub(super) fn with_password(tx: &ReadTx<'_>, id: RouterId) -> Result<Option<(Router, String)>, Fault> {
    let Some(router) = one(tx, id)? else { return Ok(None) };
    let sealed =
        tx.one("SELECT password_sealed FROM routers WHERE id = $1", params![id], |row| row.text(0))?;
    Ok(Some((router, sealed)))
}

pub(super) fn name_taken(tx: &ReadTx<'_>, key: &str, except: RouterId) -> Result<bool, Fault> {
    tx.one("SELECT COUNT(*) FROM routers WHERE name_key = $1 AND id <> $2", params![key, except], |row| {
        row.truth(0)
    })
}

pub(super) fn add(
    tx: &WriteTx<'_>,
    router: &Router,
    sealed: &str,
    plain_accepted: bool,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO routers (id, name, name_key, host, port, tls, plain_accepted, user_name, password_sealed,
                              practice, ssid, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        params![
            router.id,
            &router.name,
            name_key(&router.name),
            &router.host,
            u32::from(router.port),
            router.tls,
            plain_accepted,
            &router.user_name,
            sealed,
            router.practice,
            router.ssid.as_deref(),
            now
        ],
    )?;
    Ok(())
}

pub(super) fn change(
    tx: &WriteTx<'_>,
    router: &Router,
    sealed: Option<&str>,
    plain_accepted: bool,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE routers SET name = $2, name_key = $3, host = $4, port = $5, tls = $6, plain_accepted = $7,
             user_name = $8, password_sealed = COALESCE($9, password_sealed), ssid = $10, pin = $11, changed_at = $12
         WHERE id = $1",
        params![
            router.id,
            &router.name,
            name_key(&router.name),
            &router.host,
            u32::from(router.port),
            router.tls,
            plain_accepted,
            &router.user_name,
            sealed,
            router.ssid.as_deref(),
            router.pin.as_deref(),
            now
        ],
    )?;
    Ok(())
}

pub(super) fn archive(tx: &WriteTx<'_>, id: RouterId, now: Timestamp) -> Result<(), Fault> {
    // The name is free again for another router; the row stays for the history of its vouchers.
    tx.run(
        "UPDATE routers SET archived = 1, name_key = name_key || '#' || id, changed_at = $2 WHERE id = $1",
        params![id, now],
    )?;
    Ok(())
}

pub(super) fn forget(tx: &WriteTx<'_>, id: RouterId) -> Result<(), Fault> {
    tx.run("DELETE FROM routers WHERE id = $1 AND practice = 1", params![id])?;
    Ok(())
}

pub(super) fn keep_checks(
    tx: &WriteTx<'_>,
    id: RouterId,
    checks: &Checks,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE routers SET checks = $2, checked_at = $3, identity = COALESCE($4, identity),
             version = COALESCE($5, version), board = COALESCE($6, board), dns_name = COALESCE($7, dns_name)
         WHERE id = $1",
        params![
            id,
            serde_json::to_string(checks)?,
            now,
            checks.identity.as_deref(),
            checks.version.as_deref(),
            checks.board.as_deref(),
            checks.dns_name.as_deref()
        ],
    )?;
    Ok(())
}

pub(super) fn keep_pin(
    tx: &WriteTx<'_>,
    id: RouterId,
    pin: Option<&str>,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run("UPDATE routers SET pin = $2, changed_at = $3 WHERE id = $1", params![id, pin, now])?;
    Ok(())
}

pub(super) fn keep_machine(tx: &WriteTx<'_>, id: RouterId, machine: Option<&Machine>) -> Result<(), Fault> {
    let machine = machine.map(ToString::to_string);
    tx.run("UPDATE routers SET machine = $2 WHERE id = $1", params![id, machine.as_deref()])?;
    Ok(())
}

pub(super) fn keep_other(tx: &WriteTx<'_>, id: RouterId, machine: Option<&Machine>) -> Result<(), Fault> {
    let machine = machine.map(ToString::to_string);
    tx.run("UPDATE routers SET other_machine = $2 WHERE id = $1", params![id, machine.as_deref()])?;
    Ok(())
}

pub(super) fn keep_replaced(tx: &WriteTx<'_>, id: RouterId, now: Timestamp) -> Result<(), Fault> {
    tx.run("UPDATE routers SET replaced_at = $2, changed_at = $2 WHERE id = $1", params![id, now])?;
    Ok(())
}

/// When it was last switched on, and how long it had been running when it was asked.
pub(super) fn boot(tx: &ReadTx<'_>, id: RouterId) -> Result<Option<(Timestamp, Duration)>, Fault> {
    let known = tx.maybe("SELECT booted_at, uptime_s FROM routers WHERE id = $1", params![id], |row| {
        Ok((row.maybe_timestamp(0)?, row.maybe_int(1)?))
    })?;
    let known = known.and_then(|(at, uptime)| at.zip(uptime));
    Ok(known.map(|(at, uptime)| (at, Duration::from_secs(u64::try_from(uptime).unwrap_or(0)))))
}

pub(super) fn keep_boot(
    tx: &WriteTx<'_>,
    id: RouterId,
    at: Timestamp,
    uptime: Duration,
) -> Result<(), Fault> {
    let uptime = i64::try_from(uptime.as_secs()).unwrap_or(i64::MAX);
    tx.run("UPDATE routers SET booted_at = $2, uptime_s = $3 WHERE id = $1", params![id, at, uptime])?;
    Ok(())
}

pub(super) fn unsure_since(tx: &ReadTx<'_>, id: RouterId) -> Result<Option<Timestamp>, Fault> {
    let since = tx
        .maybe("SELECT unsure_since FROM routers WHERE id = $1", params![id], |row| row.maybe_timestamp(0))?;
    Ok(since.flatten())
}

pub(super) fn keep_unsure(tx: &WriteTx<'_>, id: RouterId, since: Option<Timestamp>) -> Result<(), Fault> {
    tx.run("UPDATE routers SET unsure_since = $2 WHERE id = $1", params![id, since])?;
    Ok(())
}

pub(super) fn forget_boot(tx: &WriteTx<'_>, id: RouterId) -> Result<(), Fault> {
    tx.run(
        "UPDATE routers SET booted_at = NULL, uptime_s = NULL, unsure_since = NULL WHERE id = $1",
        params![id],
    )?;
    Ok(())
}

pub(super) fn keep_guests(tx: &WriteTx<'_>, id: RouterId, guests: &Guests) -> Result<(), Fault> {
    tx.run(
        "UPDATE routers SET licence = $2, guests = $3, guests_at = $4 WHERE id = $1",
        params![id, guests.licence.as_deref(), guests.online, guests.counted_at],
    )?;
    Ok(())
}

pub(super) fn keep_strays(tx: &WriteTx<'_>, id: RouterId, strays: u32) -> Result<(), Fault> {
    tx.run("UPDATE routers SET strays = $2 WHERE id = $1", params![id, strays])?;
    Ok(())
}

fn router(row: &Row<'_>) -> Result<Router, Fault> {
    let machine = |column| -> Result<Option<Machine>, Fault> {
        let text = row.maybe_text(column)?;
        text.map(|text| text.parse().map_err(|_| Fault::new("a device without a name"))).transpose()
    };
    let checks = row.maybe_text(13)?.map(|json| serde_json::from_str(&json)).transpose()?;
    Ok(Router {
        id: row.parsed(0)?,
        name: row.text(1)?,
        host: row.text(2)?,
        port: u16::try_from(row.int(3)?).map_err(|_| Fault::new("a port that is none"))?,
        tls: row.truth(4)?,
        pin: row.maybe_text(5)?,
        user_name: row.text(6)?,
        practice: row.truth(7)?,
        identity: row.maybe_text(8)?,
        version: row.maybe_text(9)?,
        board: row.maybe_text(10)?,
        dns_name: row.maybe_text(11)?,
        ssid: row.maybe_text(12)?,
        checks,
        checked_at: row.maybe_timestamp(14)?,
        machine: machine(15)?,
        other_machine: machine(16)?,
        replaced_at: row.maybe_timestamp(17)?,
        guests: Guests {
            licence: row.maybe_text(18)?,
            online: row.maybe_int(19)?.and_then(|online| u32::try_from(online).ok()),
            counted_at: row.maybe_timestamp(20)?,
        },
        strays: row.count(21)?,
    })
}
