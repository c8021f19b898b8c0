//! Counters (kasir): where vouchers are sold, each with a drawer of its own.

mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::printers;
use crate::settings;
use crate::slips;
use crate::values::{CounterId, PrinterId, Timestamp, line};
use rand::CryptoRng;
use serde_json::json;

/// The most counters a shop has, those out of use included.
const MOST: usize = 100;
const LONGEST_NAME: usize = 30;

/// A counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// Which counter.
    pub id: CounterId,
    /// Its number, from 1.
    pub number: i64,
    /// Its name, as printed.
    pub name: String,
    /// The printer of its slips.
    pub printer: Option<PrinterId>,
    /// Whether it is out of use.
    pub archived: bool,
}

/// Why a counter is not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    /// The name is empty or too long.
    #[error("the name is not one line of 1 to 30 characters")]
    BadName,
    /// Another counter has the name.
    #[error("another counter has this name")]
    NameTaken,
    /// There are as many counters as a shop can have.
    #[error("a shop has at most 100 counters")]
    TooMany,
    /// There is no such counter, or it is out of use.
    #[error("no such counter")]
    Unknown,
    /// There is no such printer.
    #[error("no such printer")]
    UnknownPrinter,
    /// A shift is open at it.
    #[error("a shift is open at this counter")]
    ShiftOpen,
    /// It is the last one in use.
    #[error("the last counter stays in use")]
    LastOne,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Gives new books their first counter, "Kasir 1". Books that have one are left as they are.
pub fn found(tx: &WriteTx<'_>, rng: &mut dyn CryptoRng, now: Timestamp) -> Result<(), Fault> {
    if store::any(tx)? {
        return Ok(());
    }
    make(tx, &Actor::karcis(), "Kasir 1".to_owned(), rng, now)?;
    Ok(())
}

/// The counters in use, by number.
pub fn all(tx: &ReadTx<'_>) -> Result<Vec<Counter>, Fault> {
    let mut counters = store::all(tx)?;
    counters.retain(|counter| !counter.archived);
    Ok(counters)
}

/// The counters out of use, by number.
pub fn archived(tx: &ReadTx<'_>) -> Result<Vec<Counter>, Fault> {
    let mut counters = store::all(tx)?;
    counters.retain(|counter| counter.archived);
    Ok(counters)
}

/// One counter, archived or not.
pub fn counter(tx: &ReadTx<'_>, id: CounterId) -> Result<Option<Counter>, Fault> {
    store::one(tx, id)
}

/// The counter somebody works at: the one they chose while it is in use, or the only one there is.
pub fn working_at(tx: &ReadTx<'_>, chosen: Option<CounterId>) -> Result<Option<Counter>, Fault> {
    let mut counters = all(tx)?;
    if let Some(place) = counters.iter().position(|counter| Some(counter.id) == chosen) {
        return Ok(Some(counters.swap_remove(place)));
    }
    Ok(if counters.len() == 1 { counters.pop() } else { None })
}

/// Adds a counter. The same request under the same key answers the counter it made before.
pub fn add(
    tx: &WriteTx<'_>,
    actor: &Actor,
    name: &str,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Counter, CounterError> {
    let key = settings::bound_key(request_key, "counter.add", &name);
    if let Some(earlier) = settings::earlier_request(tx, &key, "counter.add")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no counter"))?;
        return store::one(tx, id)?.ok_or(CounterError::Unknown);
    }
    let name = free_name(tx, name, None)?;
    if store::all(tx)?.len() >= MOST {
        return Err(CounterError::TooMany);
    }
    let counter = make(tx, actor, name, rng, now)?;
    settings::remember_request(tx, &key, "counter.add", &counter.id.to_string(), now)?;
    Ok(counter)
}

/// Gives a counter another name; slips and shifts already written keep the old one.
pub fn rename(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: CounterId,
    name: &str,
    now: Timestamp,
) -> Result<Counter, CounterError> {
    let before = in_use(tx, id)?;
    let name = free_name(tx, name, Some(id))?;
    let after = Counter { name, ..before.clone() };
    if after == before {
        return Ok(after);
    }
    store::change(tx, &after, now)?;
    let detail = json!({ "before": before.name, "after": after.name });
    audit::record(tx, actor, "counter.rename", ("counter", &id.to_string()), &detail, now)?;
    Ok(after)
}

/// Chooses the printer of a counter's slips, or none.
pub fn set_printer(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: CounterId,
    printer: Option<PrinterId>,
    now: Timestamp,
) -> Result<Counter, CounterError> {
    let before = in_use(tx, id)?;
    if let Some(printer) = printer
        && printers::in_use(tx, printer)?.is_none()
    {
        return Err(CounterError::UnknownPrinter);
    }
    print_on(tx, actor, before, printer, now)
}

/// Takes a printer out of use: the slips that wait for it have failed, and no counter prints on it any longer.
pub fn retire_printer(
    tx: &WriteTx<'_>,
    actor: &Actor,
    printer: PrinterId,
    now: Timestamp,
) -> Result<(), CounterError> {
    for counter in all(tx)?.into_iter().chain(archived(tx)?) {
        if counter.printer == Some(printer) {
            print_on(tx, actor, counter, None, now)?;
        }
    }
    if slips::retire_printer(tx, actor, printer, now)? { Ok(()) } else { Err(CounterError::UnknownPrinter) }
}

/// Puts a counter back into use, unless another has its name by now.
pub fn restore(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: CounterId,
    now: Timestamp,
) -> Result<Counter, CounterError> {
    let before = store::one(tx, id)?.ok_or(CounterError::Unknown)?;
    let after = Counter { archived: false, ..before.clone() };
    if after == before {
        return Ok(after);
    }
    store::change(tx, &after, now)?;
    audit::record(
        tx,
        actor,
        "counter.restore",
        ("counter", &id.to_string()),
        &json!({ "name": after.name }),
        now,
    )?;
    Ok(after)
}

/// Takes a counter out of use. Whoever calls has seen that no shift is open, and emptied its drawer.
pub(crate) fn retire(tx: &WriteTx<'_>, id: CounterId, now: Timestamp) -> Result<Counter, CounterError> {
    let before = in_use(tx, id)?;
    if all(tx)?.len() == 1 {
        return Err(CounterError::LastOne);
    }
    let after = Counter { archived: true, ..before };
    store::change(tx, &after, now)?;
    Ok(after)
}

/// A counter that can be worked at.
pub(crate) fn in_use(tx: &ReadTx<'_>, id: CounterId) -> Result<Counter, CounterError> {
    store::one(tx, id)?.filter(|counter| !counter.archived).ok_or(CounterError::Unknown)
}

fn print_on(
    tx: &WriteTx<'_>,
    actor: &Actor,
    before: Counter,
    printer: Option<PrinterId>,
    now: Timestamp,
) -> Result<Counter, CounterError> {
    let after = Counter { printer, ..before.clone() };
    if after == before {
        return Ok(after);
    }
    store::change(tx, &after, now)?;
    let named = |printer: Option<PrinterId>| printer.map(|id| id.to_string());
    let detail =
        json!({ "name": after.name, "before": named(before.printer), "after": named(after.printer) });
    audit::record(tx, actor, "counter.set_printer", ("counter", &after.id.to_string()), &detail, now)?;
    Ok(after)
}

fn make(
    tx: &WriteTx<'_>,
    actor: &Actor,
    name: String,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Counter, Fault> {
    let counter = Counter {
        id: CounterId::new(now, rng),
        number: settings::take_numbers(tx, "sales_counters", 1)?,
        name,
        printer: None,
        archived: false,
    };
    store::add(tx, &counter, now)?;
    let detail = json!({ "number": counter.number, "name": counter.name });
    audit::record(tx, actor, "counter.add", ("counter", &counter.id.to_string()), &detail, now)?;
    Ok(counter)
}

fn free_name(tx: &ReadTx<'_>, name: &str, except: Option<CounterId>) -> Result<String, CounterError> {
    let name = line(name, LONGEST_NAME).map_err(|_| CounterError::BadName)?;
    if store::name_taken(tx, &name.to_lowercase(), except)? {
        return Err(CounterError::NameTaken);
    }
    Ok(name)
}
