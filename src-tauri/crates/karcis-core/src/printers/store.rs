//! The printers table's SQL.

use super::{Destination, Printer, name_key};
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::values::{PrinterId, Timestamp};

/// A destination as it stands in the row: kind, address and port.
pub(super) fn columns(destination: &Destination) -> (&'static str, &str, Option<u32>) {
    match destination {
        Destination::Network { host, port } => ("network", host, Some(u32::from(*port))),
        Destination::Queue(name) => ("queue", name, None),
        Destination::Folder(path) => ("file", path, None),
    }
}

pub(super) fn all(tx: &ReadTx<'_>) -> Result<Vec<Printer>, Fault> {
    tx.all(
        "SELECT id, name, kind, address, port, paper, code_page, qr, cuts, kicks_drawer, tells_status, archived
         FROM printers WHERE archived = 0 ORDER BY name_key",
        params![],
        printer,
    )
}

pub(super) fn one(tx: &ReadTx<'_>, id: PrinterId) -> Result<Option<Printer>, Fault> {
    tx.maybe(
        "SELECT id, name, kind, address, port, paper, code_page, qr, cuts, kicks_drawer, tells_status, archived
         FROM printers WHERE id = $1",
        params![id],
        printer,
    )
}

pub(super) fn name_taken(tx: &ReadTx<'_>, key: &str, except: PrinterId) -> Result<bool, Fault> {
    tx.one("SELECT COUNT(*) FROM printers WHERE name_key = $1 AND id <> $2", params![key, except], |row| {
        row.truth(0)
    })
}

pub(super) fn add(tx: &WriteTx<'_>, printer: &Printer, now: Timestamp) -> Result<(), Fault> {
    let (kind, address, port) = columns(&printer.destination);
    tx.run(
        "INSERT INTO printers (id, name, name_key, kind, address, port, paper, code_page, qr, cuts, kicks_drawer,
                               tells_status, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        params![
            printer.id,
            &printer.name,
            name_key(&printer.name),
            kind,
            address,
            port,
            printer.paper.as_str(),
            printer.code_page.as_str(),
            printer.qr.as_str(),
            printer.cuts,
            printer.kicks_drawer,
            printer.tells_status,
            now
        ],
    )?;
    Ok(())
}

pub(super) fn change(tx: &WriteTx<'_>, printer: &Printer, now: Timestamp) -> Result<(), Fault> {
    let (kind, address, port) = columns(&printer.destination);
    tx.run(
        "UPDATE printers SET name = $2, name_key = $3, kind = $4, address = $5, port = $6, paper = $7, code_page = $8,
             qr = $9, cuts = $10, kicks_drawer = $11, tells_status = $12, changed_at = $13
         WHERE id = $1",
        params![
            printer.id,
            &printer.name,
            name_key(&printer.name),
            kind,
            address,
            port,
            printer.paper.as_str(),
            printer.code_page.as_str(),
            printer.qr.as_str(),
            printer.cuts,
            printer.kicks_drawer,
            printer.tells_status,
            now
        ],
    )?;
    Ok(())
}

pub(super) fn archive(tx: &WriteTx<'_>, id: PrinterId, now: Timestamp) -> Result<(), Fault> {
    // The name is free again for another printer; the row stays for the history of its slips.
    tx.run(
        "UPDATE printers SET archived = 1, name_key = name_key || '#' || id, changed_at = $2 WHERE id = $1",
        params![id, now],
    )?;
    Ok(())
}

fn printer(row: &Row<'_>) -> Result<Printer, Fault> {
    let address = row.text(3)?;
    let destination = match (row.text(2)?.as_str(), row.maybe_int(4)?) {
        ("network", Some(port)) => Destination::Network {
            host: address,
            port: u16::try_from(port).map_err(|_| Fault::new("a port that is none"))?,
        },
        ("queue", None) => Destination::Queue(address),
        ("file", None) => Destination::Folder(address),
        (kind, _) => return Err(Fault::new(format!("a printer of no known kind {kind:?}"))),
    };
    Ok(Printer {
        id: row.parsed(0)?,
        name: row.text(1)?,
        destination,
        paper: row.parsed(5)?,
        code_page: row.parsed(6)?,
        qr: row.parsed(7)?,
        cuts: row.truth(8)?,
        kicks_drawer: row.truth(9)?,
        tells_status: row.truth(10)?,
        archived: row.truth(11)?,
    })
}
