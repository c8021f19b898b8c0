//! Which device stands behind a router's address, so that another one at the same place is noticed before it is written to.

use super::{Router, RouterError, store};
use crate::audit::{self, Actor};
use crate::db::WriteTx;
use crate::fault::Fault;
use crate::outbox;
use crate::values::{RouterId, Timestamp, line, words};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fmt;
use std::str::FromStr;

/// What a device is told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The serial number printed on the board.
    Serial,
    /// The number the licence of a machine of another maker is bound to.
    Software,
    /// The number of a virtual router.
    System,
    /// It tells nothing.
    Untold,
}

words!(Mark { Serial = "serial", Software = "software", System = "system", Untold = "untold" });

/// One device. A restored backup, another name and another version leave it what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    mark: Mark,
    number: String,
}

/// The text names no device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a device")]
pub struct ParseMachineError;

/// The longest number that is kept; real ones are shorter than twenty.
const LONGEST: usize = 64;

impl Machine {
    /// The device a router tells of itself: by its board, or else by its licence.
    pub fn told(serial: Option<&str>, licence: &routeros::system::License) -> Machine {
        let kept = |number: &str| line(number, LONGEST).ok();
        if let Some(number) = serial.and_then(kept) {
            return Machine { mark: Mark::Serial, number };
        }
        let mark = if licence.is_virtual { Mark::System } else { Mark::Software };
        match kept(&licence.id) {
            Some(number) => Machine { mark, number },
            None => Machine { mark: Mark::Untold, number: String::new() },
        }
    }

    /// What it is told apart by.
    pub const fn mark(&self) -> Mark {
        self.mark
    }

    /// The number as people compare it; empty when the device tells none.
    pub fn number(&self) -> &str {
        &self.number
    }

    fn is_told(&self) -> bool {
        self.mark != Mark::Untold
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.mark.as_str(), self.number)
    }
}

impl FromStr for Machine {
    type Err = ParseMachineError;

    fn from_str(text: &str) -> Result<Machine, ParseMachineError> {
        let (mark, number) = text.split_once(' ').ok_or(ParseMachineError)?;
        let mark: Mark = mark.parse().map_err(|_| ParseMachineError)?;
        if mark == Mark::Untold {
            return Ok(Machine { mark, number: String::new() });
        }
        Ok(Machine { mark, number: line(number, LONGEST).map_err(|_| ParseMachineError)? })
    }
}

/// Whom a connection has led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// The device the books know, or the first one they meet.
    Known,
    /// Another one; nothing may be written to it.
    Other,
}

/// What meeting this device means, without keeping it.
pub fn compare(router: &Router, seen: &Machine) -> Met {
    match &router.machine {
        Some(known) if known != seen => Met::Other,
        Some(_) | None => Met::Known,
    }
}

/// Whether meeting this device tells the books something new.
pub fn is_news(router: &Router, seen: &Machine) -> bool {
    match (compare(router, seen), &router.machine) {
        (Met::Other, _) => router.other_machine.as_ref() != Some(seen),
        (Met::Known, known) => router.other_machine.is_some() || known.is_none() && seen.is_told(),
    }
}

/// Keeps whom a connection has led to: the first device is remembered, another one is noted beside it.
pub fn meet(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: RouterId,
    seen: &Machine,
    now: Timestamp,
) -> Result<Met, Fault> {
    let Some(router) = store::one(tx, id)? else { return Ok(Met::Known) };
    let met = compare(&router, seen);
    if !is_news(&router, seen) {
        return Ok(met);
    }
    let subject = ("router", &*id.to_string());
    match met {
        Met::Other => {
            store::keep_other(tx, id, Some(seen))?;
            let detail =
                json!({"known": router.machine.map(|known| known.to_string()), "seen": seen.to_string()});
            audit::record(tx, actor, "router.other", subject, &detail, now)?;
        }
        Met::Known => {
            store::keep_other(tx, id, None)?;
            if router.machine.is_none() && seen.is_told() {
                store::keep_machine(tx, id, Some(seen))?;
                let detail = json!({"machine": seen.to_string()});
                audit::record(tx, actor, "router.meet", subject, &detail, now)?;
            }
        }
    }
    Ok(met)
}

/// Makes the device that answers in the router's place the router: exactly the one a person has looked at.
///
/// What should be on it is owed anew by the caller.
pub(crate) fn replace(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: RouterId,
    seen: &Machine,
    owed: u64,
    now: Timestamp,
) -> Result<(), RouterError> {
    let router = store::one(tx, id)?.filter(|router| router.other_machine.as_ref() == Some(seen));
    let router = router.ok_or(RouterError::Unknown)?;
    store::keep_machine(tx, id, Some(seen).filter(|seen| seen.is_told()))?;
    store::keep_other(tx, id, None)?;
    store::keep_replaced(tx, id, now)?;
    store::forget_boot(tx, id)?;
    outbox::unblock(tx, &router.lane(), now)?;
    let detail = json!({
        "before": router.machine.map(|known| known.to_string()), "after": seen.to_string(), "vouchers": owed,
    });
    audit::record(tx, actor, "router.replace", ("router", &id.to_string()), &detail, now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pretend::{Books, NOW};
    use routeros::system::License;

    fn licence(id: &str, is_virtual: bool) -> License {
        License { level: "4".to_owned(), id: id.to_owned(), is_virtual }
    }

    fn board(serial: &str) -> Machine {
        Machine::told(Some(serial), &licence("ABCD-1234", false))
    }

    #[test]
    fn a_board_is_known_by_its_serial_and_a_virtual_router_by_its_licence() {
        let machines = [
            (board("HC1"), "serial HC1"),
            (Machine::told(Some(" "), &licence("ABCD-1234", false)), "software ABCD-1234"),
            (Machine::told(None, &licence("x/y+z", true)), "system x/y+z"),
            (Machine::told(None, &licence("", true)), "untold "),
        ];
        for (machine, text) in machines {
            assert_eq!(machine.to_string(), text);
            assert_eq!(text.parse(), Ok(machine));
        }
        for wrong in ["", "serial", "serial ", "colour blue"] {
            assert_eq!(wrong.parse::<Machine>(), Err(ParseMachineError), "{wrong}");
        }
    }

    #[test]
    fn the_first_device_is_remembered_and_the_next_is_another() {
        let mut books = Books::new();
        let id = books.add_router("Warung-1");
        let meet = |seen: &Machine| books.db.write(|tx| meet(tx, &Actor::karcis(), id, seen, NOW)).unwrap();
        let untold = Machine::told(None, &licence("", false));
        assert_eq!(meet(&untold), Met::Known, "nothing is known yet");
        assert_eq!((meet(&board("A")), meet(&board("A"))), (Met::Known, Met::Known));
        assert_eq!((meet(&board("B")), meet(&untold)), (Met::Other, Met::Other));
        let router = || books.db.read(|tx| store::one(tx, id)).unwrap().unwrap();
        assert_eq!((router().machine, router().other_machine), (Some(board("A")), Some(untold.clone())));
        let replace = |seen: &Machine| books.db.write(|tx| replace(tx, &Actor::karcis(), id, seen, 0, NOW));
        replace(&board("B")).expect_err("a device that is not the one seen last");
        assert_eq!(meet(&board("B")), Met::Other);
        replace(&board("B")).unwrap();
        assert_eq!((meet(&board("B")), meet(&board("A"))), (Met::Known, Met::Other));
        assert_eq!(meet(&board("B")), Met::Known);
        assert_eq!(router().other_machine, None, "the right one is back");
    }
}
