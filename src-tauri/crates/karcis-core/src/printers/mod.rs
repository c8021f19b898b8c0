//! The printers of slips, as the books know them: where each is reached and what its paper and letters are.

mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Lane};
use crate::settings;
use crate::values::{PrinterId, Timestamp, line, words};
use rand::CryptoRng;
use serde_json::json;
use std::path::{Component, Path};

/// How wide the roll is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperWidth {
    /// 58 mm: 384 dots, 32 columns.
    Mm58,
    /// 80 mm: 576 dots, 48 columns.
    Mm80,
}

words!(PaperWidth { Mm58 = "58", Mm80 = "80" });

/// The letters a printer is told to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePage {
    /// ASCII only, which every printer shows right.
    Ascii,
    /// What every printer starts with.
    Pc437,
    /// Western Europe under DOS.
    Pc850,
    /// The same with the euro sign.
    Pc858,
    /// Western Europe under Windows.
    Wpc1252,
}

words!(CodePage { Ascii = "ascii", Pc437 = "pc437", Pc850 = "pc850", Pc858 = "pc858", Wpc1252 = "wpc1252" });

/// Who draws QR codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrDrawing {
    /// The printer itself.
    Native,
    /// We do, dot by dot, for printers that cannot.
    Raster,
}

words!(QrDrawing { Native = "native", Raster = "raster" });

/// Where slips are sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Destination {
    /// A printer with an address of its own.
    Network {
        /// Host name or address.
        host: String,
        /// Usually 9100.
        port: u16,
    },
    /// A raw print queue of this computer, by its name.
    Queue(String),
    /// A folder that takes one file for each slip.
    Folder(String),
}

/// A printer of slips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    /// Which printer.
    pub id: PrinterId,
    /// The shop's name for it.
    pub name: String,
    /// Where slips are sent.
    pub destination: Destination,
    /// How wide its paper is.
    pub paper: PaperWidth,
    /// Its letters.
    pub code_page: CodePage,
    /// Who draws QR codes.
    pub qr: QrDrawing,
    /// Whether it cuts after a slip.
    pub cuts: bool,
    /// Whether a cash drawer hangs on it.
    pub kicks_drawer: bool,
    /// Whether it says how it is when asked.
    pub tells_status: bool,
    /// Whether it was taken out of use.
    pub archived: bool,
}

impl Printer {
    /// The queue of slips for this printer.
    pub fn lane(&self) -> Lane {
        Lane::Printer(self.id)
    }
}

/// What is asked when a printer is added or changed.
#[derive(Debug, Clone)]
pub struct PrinterRequest {
    /// The shop's name for it, one line of at most 40 characters.
    pub name: String,
    /// Where slips are sent.
    pub destination: Destination,
    /// How wide its paper is.
    pub paper: PaperWidth,
    /// Its letters.
    pub code_page: CodePage,
    /// Who draws QR codes.
    pub qr: QrDrawing,
    /// Whether it cuts after a slip.
    pub cuts: bool,
    /// Whether a cash drawer hangs on it.
    pub kicks_drawer: bool,
    /// Whether it says how it is when asked.
    pub tells_status: bool,
}

/// Why a printer is not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum PrinterError {
    /// The name is empty or too long.
    #[error("the name is not one line of 1 to 40 characters")]
    BadName,
    /// The host is empty or has blanks, or the port is 0.
    #[error("the host is not a name or an address")]
    BadHost,
    /// The print queue's name is empty, too long, or looks like an option of a command.
    #[error("the queue has no usable name")]
    BadQueue,
    /// The folder is not named from the root on.
    #[error("the folder is not an absolute path")]
    BadFolder,
    /// Another printer has the name.
    #[error("another printer has this name")]
    NameTaken,
    /// There is no such printer, or it is out of use.
    #[error("no such printer")]
    Unknown,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The printers in use, by name.
pub fn all(tx: &ReadTx<'_>) -> Result<Vec<Printer>, Fault> {
    store::all(tx)
}

/// One printer, archived or not.
pub fn printer(tx: &ReadTx<'_>, id: PrinterId) -> Result<Option<Printer>, Fault> {
    store::one(tx, id)
}

/// One printer that is in use.
pub fn in_use(tx: &ReadTx<'_>, id: PrinterId) -> Result<Option<Printer>, Fault> {
    Ok(store::one(tx, id)?.filter(|printer| !printer.archived))
}

/// Adds a printer. The same request under the same key answers the printer it made before.
pub fn add(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &PrinterRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Printer, PrinterError> {
    let key = settings::bound_key(request_key, "printer.add", request);
    if let Some(earlier) = settings::earlier_request(tx, &key, "printer.add")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no printer"))?;
        return store::one(tx, id)?.ok_or(PrinterError::Unknown);
    }
    let printer = parse(tx, PrinterId::new(now, rng), request)?;
    store::add(tx, &printer, now)?;
    settings::remember_request(tx, &key, "printer.add", &printer.id.to_string(), now)?;
    audit::record(tx, actor, "printer.add", ("printer", &printer.id.to_string()), &detail(&printer), now)?;
    Ok(printer)
}

/// Changes a printer in use; its lane is tried again at once.
pub fn change(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: PrinterId,
    request: &PrinterRequest,
    now: Timestamp,
) -> Result<Printer, PrinterError> {
    in_use(tx, id)?.ok_or(PrinterError::Unknown)?;
    let printer = parse(tx, id, request)?;
    store::change(tx, &printer, now)?;
    outbox::unblock(tx, &printer.lane(), now)?;
    audit::record(tx, actor, "printer.change", ("printer", &id.to_string()), &detail(&printer), now)?;
    Ok(printer)
}

/// Takes a printer out of use and closes its lane; what hangs on it has been dealt with by the caller.
pub(crate) fn archive(
    tx: &WriteTx<'_>,
    actor: &Actor,
    printer: &Printer,
    now: Timestamp,
) -> Result<(), Fault> {
    store::archive(tx, printer.id, now)?;
    outbox::close_lane(tx, &printer.lane(), now)?;
    let id = printer.id.to_string();
    audit::record(tx, actor, "printer.archive", ("printer", &id), &json!({"name": printer.name}), now)
}

/// A printer made of a request, without touching the books; used to try one before it is added.
pub fn parse(tx: &ReadTx<'_>, id: PrinterId, request: &PrinterRequest) -> Result<Printer, PrinterError> {
    let name = line(&request.name, 40).map_err(|_| PrinterError::BadName)?;
    let destination = destination(&request.destination)?;
    if store::name_taken(tx, &name_key(&name), id)? {
        return Err(PrinterError::NameTaken);
    }
    Ok(Printer {
        id,
        name,
        destination,
        paper: request.paper,
        code_page: request.code_page,
        qr: request.qr,
        cuts: request.cuts,
        kicks_drawer: request.kicks_drawer,
        tells_status: request.tells_status,
        archived: false,
    })
}

fn destination(asked: &Destination) -> Result<Destination, PrinterError> {
    match asked {
        Destination::Network { host, port } => {
            let host = line(host, 253).map_err(|_| PrinterError::BadHost)?;
            let plausible = |letter: char| letter.is_ascii_alphanumeric() || "-._:[]%".contains(letter);
            if !host.chars().all(plausible) || host.starts_with('-') || *port == 0 {
                return Err(PrinterError::BadHost);
            }
            Ok(Destination::Network { host, port: *port })
        }
        Destination::Queue(name) => {
            let name = line(name, 220).map_err(|_| PrinterError::BadQueue)?;
            // A name that begins like an option would be taken for one by the print command.
            if name.starts_with('-') {
                return Err(PrinterError::BadQueue);
            }
            Ok(Destination::Queue(name))
        }
        Destination::Folder(path) => {
            let path = line(path, 1_000).map_err(|_| PrinterError::BadFolder)?;
            let climbs = Path::new(&path).components().any(|part| part == Component::ParentDir);
            if !Path::new(&path).is_absolute() || climbs {
                return Err(PrinterError::BadFolder);
            }
            Ok(Destination::Folder(path))
        }
    }
}

fn detail(printer: &Printer) -> serde_json::Value {
    let (kind, address, port) = store::columns(&printer.destination);
    json!({
        "name": printer.name, "kind": kind, "address": address, "port": port,
        "paper": printer.paper.as_str(), "drawer": printer.kicks_drawer,
    })
}

fn name_key(name: &str) -> String {
    name.to_lowercase()
}
