//! A look at books that nobody has open: are they whole, and what waits for a person.

mod money;
mod store;

use crate::practice::{Flashed, look_at_flash};
use crate::start_error::StartError;
use karcis_core::audit::{self, Chain};
use karcis_core::db::{Db, ReadTx, SCHEMA_VERSION};
use karcis_core::fault::Fault;
use karcis_core::outbox::{self, Circuit, Lane};
use karcis_core::printers;
use karcis_core::routers;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use money::{Money, MoneyFlaw};

/// Notes that are looked at for each lane's count.
const MOST_NOTES: u16 = u16::MAX;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// The data folder.
    pub folder: PathBuf,
    /// The versions of what works on it.
    pub versions: Versions,
    /// What SQLite finds wrong with the file: pages, indexes, references.
    pub integrity: Vec<String>,
    /// The audit chain.
    pub audit: AuditChain,
    /// The trial balance of the ledger.
    pub money: Money,
    /// Each router's queue.
    pub lanes: Vec<LaneCount>,
    /// The practice router's memory.
    pub practice: PracticeMemory,
    /// What is wrong, in order of weight; empty when the books are healthy.
    pub findings: Vec<Finding>,
}

/// The versions of what works on the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// This program.
    pub karcis: String,
    /// The SQLite in it.
    pub sqlite: String,
    /// The schema of the books.
    pub schema: i64,
}

/// How the audit chain stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AuditChain {
    /// Every row seals the one before.
    Whole {
        /// How many rows.
        rows: i64,
        /// The head, as printed on slips.
        head: String,
    },
    /// A row does not.
    Broken {
        /// The first such row.
        row: i64,
    },
}

/// One router's queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneCount {
    /// The router's name.
    pub lane: String,
    /// `closed`, `open`, `half_open` or `blocked`.
    pub circuit: &'static str,
    /// The engine's code for why it is not closed.
    pub last_error: Option<String>,
    /// Notes that wait.
    pub waiting: u32,
    /// Notes that a person must look at.
    pub dead: u32,
}

/// The practice router's file beside the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PracticeMemory {
    /// There is no practice router and no file.
    None,
    /// The file can be restored.
    Good,
    /// There is a practice router without a file.
    Missing,
    /// The file cannot be restored.
    Damaged,
    /// There is a file without a practice router.
    Leftover,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// The file is damaged.
    Integrity {
        /// SQLite's words.
        what: String,
    },
    /// The audit chain was tampered with or damaged.
    Audit {
        /// The first bad row.
        row: i64,
    },
    /// Money does not add up.
    Money {
        /// What of it.
        flaw: MoneyFlaw,
    },
    /// Notes were given up.
    Dead {
        /// The router's name.
        lane: String,
        /// How many.
        count: u32,
    },
    /// The practice router's file is not as it should be.
    Practice {
        /// How it is.
        memory: PracticeMemory,
    },
}

/// Why nothing could be looked at.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// There are no books in the folder.
    #[error("there are no books in {0}")]
    NoBooks(PathBuf),
    /// The books do not open; a damaged file is told this way as well.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// Looks at everything in the folder. Blocks; opening the books brings an older schema up to date.
pub fn examine(folder: &Path) -> Result<Examination, DoctorError> {
    if !folder.join("karcis.db").is_file() {
        return Err(DoctorError::NoBooks(folder.to_owned()));
    }
    let db = Db::open(folder).map_err(StartError::books(folder))?;
    Ok(look(&db, folder).map_err(StartError::fault(folder))?)
}

fn look(db: &Db, folder: &Path) -> Result<Examination, Fault> {
    let integrity = match db.check() {
        Ok(findings) => findings,
        Err(fault) if fault.is_damaged() => vec![fault.chain()],
        Err(fault) => return Err(fault),
    };
    // A damaged page may stand in the way of any of these; what can still be read is read.
    let damaged = !integrity.is_empty();
    let sqlite = db.read(store::sqlite_version)?;
    let audit = or_else(damaged, db.read(chain), AuditChain::Broken { row: 0 })?;
    let (money, flaws) = or_else(damaged, db.read(money::money), Default::default())?;
    let lanes = or_else(damaged, db.read(lanes), Vec::new())?;
    let has_practice = or_else(damaged, db.read(routers::practice_router).map(|row| row.is_some()), false)?;
    let practice = memory(has_practice, look_at_flash(folder));
    let findings = findings(&integrity, &audit, flaws, &lanes, practice);
    let versions = Versions { karcis: env!("CARGO_PKG_VERSION").to_owned(), sqlite, schema: SCHEMA_VERSION };
    Ok(Examination {
        folder: folder.to_owned(),
        versions,
        integrity,
        audit,
        money,
        lanes,
        practice,
        findings,
    })
}

fn or_else<T>(damaged: bool, read: Result<T, Fault>, unreadable: T) -> Result<T, Fault> {
    match read {
        Err(fault) if damaged && fault.is_damaged() => Ok(unreadable),
        read => read,
    }
}

fn chain(tx: &ReadTx<'_>) -> Result<AuditChain, Fault> {
    Ok(match audit::verify(tx)? {
        Chain::Whole { rows, head } => AuditChain::Whole { rows, head },
        Chain::Broken { seq } => AuditChain::Broken { row: seq },
    })
}

fn lanes(tx: &ReadTx<'_>) -> Result<Vec<LaneCount>, Fault> {
    let mut dead: BTreeMap<String, (Lane, u32)> = BTreeMap::new();
    for note in outbox::needing_attention(tx, MOST_NOTES)? {
        dead.entry(note.lane.to_string()).or_insert((note.lane, 0)).1 += 1;
    }
    let routers = routers::routers(tx)?.into_iter().map(|router| router.lane());
    let printers = printers::all(tx)?.into_iter().map(|printer| printer.lane());
    let mut lanes: Vec<Lane> = routers.chain(printers).chain(dead.values().map(|(lane, _)| *lane)).collect();
    lanes.dedup();
    let mut counts: Vec<LaneCount> = Vec::with_capacity(lanes.len());
    for lane in lanes {
        let name = name_of(tx, &lane)?;
        if counts.iter().any(|count| count.lane == name) {
            continue;
        }
        let state = outbox::lane(tx, &lane)?;
        let (waiting, _) = outbox::waiting(tx, &lane)?;
        let dead = dead.get(&lane.to_string()).map_or(0, |(_, count)| *count);
        counts.push(LaneCount {
            lane: name,
            circuit: state.circuit.as_str(),
            last_error: state.last_error.filter(|_| state.circuit != Circuit::Closed),
            waiting,
            dead,
        });
    }
    Ok(counts)
}

fn name_of(tx: &ReadTx<'_>, lane: &Lane) -> Result<String, Fault> {
    let name = match lane {
        Lane::Router(id) => routers::router(tx, *id)?.map(|router| router.name),
        Lane::Printer(id) => printers::printer(tx, *id)?.map(|printer| printer.name),
    };
    Ok(name.unwrap_or_else(|| lane.to_string()))
}

fn memory(has_practice: bool, flashed: Flashed) -> PracticeMemory {
    match (has_practice, flashed) {
        (false, Flashed::Missing) => PracticeMemory::None,
        (true, Flashed::Good) => PracticeMemory::Good,
        (true, Flashed::Missing) => PracticeMemory::Missing,
        (_, Flashed::Damaged) => PracticeMemory::Damaged,
        (false, Flashed::Good) => PracticeMemory::Leftover,
    }
}

fn findings(
    integrity: &[String],
    audit: &AuditChain,
    flaws: Vec<MoneyFlaw>,
    lanes: &[LaneCount],
    practice: PracticeMemory,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        integrity.iter().map(|what| Finding::Integrity { what: what.clone() }).collect();
    if let AuditChain::Broken { row } = audit {
        findings.push(Finding::Audit { row: *row });
    }
    findings.extend(flaws.into_iter().map(|flaw| Finding::Money { flaw }));
    let dead = lanes.iter().filter(|lane| lane.dead > 0);
    findings.extend(dead.map(|lane| Finding::Dead { lane: lane.lane.clone(), count: lane.dead }));
    match practice {
        PracticeMemory::None | PracticeMemory::Good => {}
        PracticeMemory::Missing | PracticeMemory::Damaged | PracticeMemory::Leftover => {
            findings.push(Finding::Practice { memory: practice });
        }
    }
    findings
}
