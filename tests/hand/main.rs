//! A cashier without a face: works through numbered deeds at a counter as fast as the books allow, and says each one
//! aloud once it is durable. Made to be killed; whoever restarts it names the deed to go on with.

use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::Db;
use karcis_core::fault::Fault;
use karcis_core::ledger::{self, Account};
use karcis_core::plans;
use karcis_core::sales::{self, SellError, SellRequest, Usage, VoidRequest, Wanted};
use karcis_core::shifts::{self, CloseRequest, Denomination, MoveKind, MoveRequest, Pieces, Shift};
use karcis_core::staff::Role;
use karcis_core::values::{CounterId, Money, ReceiptId, StaffId, Timestamp};
use karcis_tests::hand::{Deed, OPENING, deed, moment};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::io::Write;
use std::path::Path;

/// A shift turns over long before there are so many of these.
const MOST_PIECES: u32 = 100_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("the data folder is named");
    let first: u64 = arguments.next().and_then(|text| text.parse().ok()).expect("the first deed is named");
    let last: Option<ReceiptId> = arguments.next().and_then(|text| text.parse().ok());
    if let Err(fault) = work(Path::new(&folder), first, last) {
        say(&format!("fault {}", fault.chain()));
        std::process::exit(1);
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever listens is gone when this fails, and so are we a moment later.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

struct Hand {
    db: Db,
    actor: Actor,
    counter: CounterId,
    last: Option<ReceiptId>,
}

fn work(folder: &Path, first: u64, last: Option<ReceiptId>) -> Result<(), Fault> {
    let db = Db::open(folder).map_err(Fault::new)?;
    let mut rng = StdRng::seed_from_u64(7);
    let actor = Actor::person(StaffId::new(OPENING, &mut rng), "Siti");
    let counter = db.read(counters::all)?.first().map(|counter| counter.id);
    let counter = counter.ok_or_else(|| Fault::new("the shop has no counter"))?;
    let mut hand = Hand { db, actor, counter, last };
    for number in first.. {
        hand.take(number)?;
    }
    Ok(())
}

impl Hand {
    /// One deed; the same number always asks for the same.
    fn take(&mut self, number: u64) -> Result<(), Fault> {
        // No two runs draw the same codes, as no two starts of the program do.
        let mut rng = StdRng::seed_from_u64(number ^ (u64::from(std::process::id()) << 32));
        let now = moment(number);
        match deed(number) {
            Deed::Sell { quantity } => {
                let receipt = self.sell(number, quantity, &mut rng, now)?;
                self.last = Some(receipt);
                say(&format!("sold {number} {receipt}"));
            }
            Deed::Undo => self.undo(number, &mut rng, now)?,
            Deed::Void => self.void(number, &mut rng, now)?,
            Deed::Move { kind, amount } => self.move_cash(number, kind, amount, &mut rng, now)?,
            Deed::Turn { short } => self.turn(number, short, &mut rng, now)?,
        }
        Ok(())
    }

    fn sell(&self, number: u64, quantity: u32, rng: &mut StdRng, now: Timestamp) -> Result<ReceiptId, Fault> {
        let key = format!("deed-{number}");
        self.db.write(|tx| {
            let plan = plans::plans(tx)?.first().map(|plan| plan.id);
            let plan = plan.ok_or_else(|| Fault::new("the shop has no plan"))?;
            let asked = SellRequest {
                counter: self.counter,
                wanted: Wanted::Plan { plan, quantity },
                discount: None,
                received: None,
                shown: None,
                twice_confirmed: true,
                waiting_accepted: true,
            };
            let sold = sales::sell(tx, &self.actor, Role::Operator, &asked, &key, rng, now);
            sold.map(|receipt| receipt.id).map_err(|error| match error {
                SellError::Fault(fault) => fault,
                refusal => Fault::new(refusal),
            })
        })
    }

    /// Takes the latest receipt back; one that was taken back already, or in a closed shift, stays.
    fn undo(&self, number: u64, rng: &mut StdRng, now: Timestamp) -> Result<(), Fault> {
        let Some(last) = self.last else { return Ok(()) };
        let key = format!("deed-{number}");
        let undone = self.db.write(|tx| match sales::undo(tx, &self.actor, last, &key, rng, now) {
            Ok(receipt) => Ok(Some(receipt.id)),
            Err(sales::UndoError::Fault(fault)) => Err(fault),
            Err(_) => Ok(None),
        })?;
        say(&undone.map_or(format!("left {number}"), |id| format!("undone {number} {id}")));
        Ok(())
    }

    fn void(&self, number: u64, rng: &mut StdRng, now: Timestamp) -> Result<(), Fault> {
        let Some(last) = self.last else { return Ok(()) };
        let key = format!("deed-{number}");
        let voided = self.db.write(|tx| {
            let receipt = sales::receipt(tx, last)?;
            let Some(sale) = receipt.and_then(|receipt| receipt.sales.into_iter().next()) else {
                return Ok(None);
            };
            let asked = VoidRequest {
                sale: sale.id,
                counter: self.counter,
                reason: "salah paket".to_owned(),
                usage: Usage::NeverUsed,
                approved_by: None,
            };
            match sales::void(tx, &self.actor, Role::Admin, &asked, &key, rng, now) {
                Ok(sale) => Ok(Some(sale.id)),
                Err(sales::VoidError::Fault(fault)) => Err(fault),
                Err(_) => Ok(None),
            }
        })?;
        say(&voided.map_or(format!("left {number}"), |id| format!("voided {number} {id}")));
        Ok(())
    }

    fn move_cash(
        &self,
        number: u64,
        kind: MoveKind,
        amount: Money,
        rng: &mut StdRng,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let shift = self.shift()?;
        let asked = MoveRequest { shift: shift.id, kind, amount, reason: "uang receh".to_owned() };
        let key = format!("deed-{number}");
        let moved = self
            .db
            .write(|tx| shifts::move_cash(tx, &self.actor, &asked, &key, rng, now).map_err(Fault::new))?;
        say(&format!("moved {number} {}", moved.id));
        Ok(())
    }

    /// Counts the drawer, closes the shift and opens the next with what is in it. Killed in between, it takes up where
    /// the books are.
    fn turn(&self, number: u64, short: Money, rng: &mut StdRng, now: Timestamp) -> Result<(), Fault> {
        let open = self.db.read(|tx| shifts::current(tx, self.counter))?;
        if let Some(shift) = open {
            let found = self.count(&shift, number, short, now)?;
            let asked = CloseRequest {
                shift: shift.id,
                handed_over: found,
                note: "selisih receh".to_owned(),
                approved_by: None,
            };
            let key = format!("deed-{number}-close");
            self.db
                .write(|tx| shifts::close(tx, &self.actor, Role::SuperAdmin, &asked, &key, now))
                .map_err(Fault::new)?;
            say(&format!("closed {number} {}", shift.id));
        }
        // Killed after this one, the deed is taken up with the new shift, which is turned over as well.
        let key = format!("deed-{number}-open-{}", std::process::id());
        let opened = self
            .db
            .write(|tx| shifts::open(tx, &self.actor, self.counter, Money::rupiah(100_000), &key, rng, now))
            .map_err(Fault::new)?;
        say(&format!("opened {number} {}", opened.id));
        Ok(())
    }

    fn count(&self, shift: &Shift, number: u64, short: Money, now: Timestamp) -> Result<Money, Fault> {
        let held = self.db.read(|tx| ledger::balance(tx, &Account::Drawer(self.counter)))?;
        let found = held.saturating_sub(short.amount()).max(0);
        let coin = Denomination::of(500).ok_or_else(|| Fault::new("there is a coin of 500"))?;
        let pieces = u32::try_from(found / 500).unwrap_or(MOST_PIECES).min(MOST_PIECES);
        let pieces: [Pieces; 1] = [(coin, pieces)];
        let key = format!("deed-{number}-count");
        let counted = self
            .db
            .write(|tx| shifts::count(tx, &self.actor, shift.id, &pieces, &key, now))
            .map_err(Fault::new)?;
        Ok(counted.tally.map_or(Money::ZERO, |tally| tally.counted))
    }

    fn shift(&self) -> Result<Shift, Fault> {
        let open = self.db.read(|tx| shifts::current(tx, self.counter))?;
        open.ok_or_else(|| Fault::new("no shift is open"))
    }
}
