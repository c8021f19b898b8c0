//! What stands on the sell screen besides the ticket: the plans, the latest sales, the shift.

use crate::desk::Desk;
use crate::format::Format;
use crate::sales::{SaleRow, limits};
use crate::shift::{SoFar, sales_so_far, since_words};
use crate::texts::Texts;
use karcis_core::counters::Counter;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::plans::{self, Plan};
use karcis_core::printers;
use karcis_core::reservations;
use karcis_core::sales::{self, Receipt, Tile};
use karcis_core::shifts::{self, Shift, ShiftState};
use karcis_core::values::Timestamp;
use karcis_core::vouchers::MOST_COUNTED;

/// So many of the latest receipts are looked at, and so many of their sales shown.
const LATEST: u16 = 8;

/// What the books say at one moment.
pub(super) struct Scene {
    pub(super) counter: Counter,
    pub(super) shift: Option<Shift>,
    sold: SoFar,
    tiles: Vec<Tile>,
    plans: Vec<Plan>,
    pub(super) latest: Vec<Receipt>,
    kept: usize,
    prints: bool,
}

impl Scene {
    pub(super) fn ask(tx: &ReadTx<'_>, counter: Counter, now: Timestamp) -> Result<Scene, Fault> {
        let shift = shifts::current(tx, counter.id)?;
        let sold = match &shift {
            Some(shift) => sales_so_far(tx, shift)?,
            None => SoFar::default(),
        };
        let prints = match counter.printer {
            Some(printer) => printers::in_use(tx, printer)?.is_some(),
            None => false,
        };
        Ok(Scene {
            sold,
            tiles: sales::tiles(tx, now)?,
            plans: plans::plans(tx)?,
            latest: sales::latest(tx, counter.id, LATEST)?,
            kept: reservations::open(tx)?.len(),
            prints,
            shift,
            counter,
        })
    }

    /// The shift, when something can be sold in it.
    pub(super) fn sells(&self) -> bool {
        self.shift.as_ref().is_some_and(Shift::sells)
    }
}

/// The one line under the title.
pub(super) struct ShiftLine {
    pub(super) words: String,
    pub(super) forgotten: bool,
}

impl ShiftLine {
    pub(super) fn of(scene: &Scene, desk: &Desk) -> ShiftLine {
        let t = &desk.t.counter;
        let Some(shift) = &scene.shift else {
            return ShiftLine { words: t.no_shift_line(&scene.counter.name), forgotten: false };
        };
        let since = since_words(shift.opened_at, desk);
        let forgotten = shift.is_forgotten(desk.now());
        let words = match shift.state {
            ShiftState::Open | ShiftState::Closed if forgotten => t.forgotten(since),
            ShiftState::Open | ShiftState::Closed => {
                let sold = desk.format.count(scene.sold.sold);
                let sold = match scene.sold.practice {
                    0 => t.sold_line(sold),
                    practice => t.sold_and_practice(sold, desk.format.count(practice)),
                };
                t.shift_line(&shift.opened_by, since, sold)
            }
            ShiftState::Counted => t.counted_line(&scene.counter.name),
        };
        ShiftLine { words, forgotten }
    }
}

/// A plan to press.
pub(super) struct TileView {
    pub(super) plan: String,
    pub(super) key: Option<u8>,
    pub(super) name: String,
    pub(super) colour: String,
    pub(super) price: String,
    pub(super) amount: i64,
    /// How long it lives, for the tile; everything, for the ticket.
    pub(super) short: String,
    pub(super) limits: String,
    pub(super) stock: String,
    pub(super) tone: &'static str,
}

/// The tiles and the latest sales.
pub(super) struct TillView {
    pub(super) tiles: Vec<TileView>,
    /// Whether the person may make the plan that is missing.
    pub(super) may_plan: bool,
    pub(super) latest: Vec<SaleRow>,
    pub(super) kept: usize,
    pub(super) prints: bool,
}

impl TillView {
    pub(super) fn of(scene: &Scene, desk: &Desk) -> TillView {
        let plan = |tile: &Tile| scene.plans.iter().find(|plan| plan.id == tile.plan);
        let tile = |tile: &Tile| TileView {
            plan: tile.plan.to_string(),
            key: tile.key,
            name: tile.name.clone(),
            colour: tile.colour.clone(),
            price: desk.format.money(tile.price),
            amount: tile.price.amount(),
            short: plan(tile).map(|plan| short(plan, desk.format)).unwrap_or_default(),
            limits: plan(tile).map(|plan| limits(plan, desk.format)).unwrap_or_default(),
            stock: stock(tile, desk.format),
            tone: if tile.waiting || tile.stock == Some(0) { "wait" } else { "" },
        };
        let rows = scene.latest.iter().flat_map(|receipt| receipt.sales.iter().rev());
        TillView {
            tiles: scene.tiles.iter().map(tile).collect(),
            may_plan: desk.may(crate::plans::UPDATE),
            latest: rows.take(usize::from(LATEST)).map(|sale| SaleRow::of(sale, desk)).collect(),
            kept: scene.kept,
            prints: scene.prints,
        }
    }
}

/// How long it lives, as short as can be.
fn short(plan: &Plan, format: Format) -> String {
    plan.validity
        .map_or_else(|| format.texts().plans.lives_on.to_owned(), |span| format.span(span.as_duration()))
}

/// What is there of a plan, in two or three words.
fn stock(tile: &Tile, format: Format) -> String {
    let t: &Texts = format.texts();
    let t = &t.counter;
    let words = match tile.stock {
        Some(count) if count >= MOST_COUNTED => t.stock_or_more(format.count(count)),
        Some(count) if count > 0 => t.stock(format.count(count)),
        Some(_) if tile.waiting => t.fresh_waits.to_owned(),
        Some(_) => t.stock_out.to_owned(),
        None if tile.waiting => t.fresh_waits.to_owned(),
        None => t.fresh.to_owned(),
    };
    if tile.practice { format!("{} · {words}", t.practice_tile) } else { words }
}
