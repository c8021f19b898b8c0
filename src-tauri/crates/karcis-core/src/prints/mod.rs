//! What was put on paper: every print counted, copies known as copies.

mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::settings;
use crate::values::{BatchId, PrintId, RouterId, Timestamp, VoucherId, words};
use crate::vouchers::{self, Purpose, Voucher, VoucherState};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The paper in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 210 x 297 mm.
    A4,
    /// 215 x 330 mm, the Indonesian folio.
    F4,
}

words!(Paper { A4 = "a4", F4 = "f4" });

/// How the cards are told apart for cutting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutMarks {
    /// Dashed lines around every card.
    Lines,
    /// Small marks at the corners.
    Corners,
    /// Nothing.
    Off,
}

words!(CutMarks { Lines = "lines", Corners = "corners", Off = "off" });

/// How a batch is put on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The paper.
    pub paper: Paper,
    /// Cards on a page: 21, 30, 40 or 50.
    pub cards_per_page: u16,
    /// How to cut.
    pub cut_marks: CutMarks,
    /// Positions of the first page that are used up already.
    pub skip: u16,
    /// Tenths of a millimetre to the right that this printer needs, -50 to 50.
    pub offset_x_tenths: i16,
    /// Tenths of a millimetre down, -50 to 50.
    pub offset_y_tenths: i16,
}

/// Cards on a page that the sheets know.
pub const CARDS_PER_PAGE: [u16; 4] = [21, 30, 40, 50];

impl Default for Layout {
    fn default() -> Layout {
        Layout {
            paper: Paper::A4,
            cards_per_page: 40,
            cut_marks: CutMarks::Lines,
            skip: 0,
            offset_x_tenths: 0,
            offset_y_tenths: 0,
        }
    }
}

/// What is asked when a batch is printed.
#[derive(Debug, Clone)]
pub struct PrintRequest {
    /// Which batch.
    pub batch: BatchId,
    /// How.
    pub layout: Layout,
    /// From this serial on; from the first when missing.
    pub from_serial: Option<u32>,
    /// Up to this serial; to the last when missing.
    pub to_serial: Option<u32>,
    /// Whether the person has said yes to cards that do not work yet.
    pub confirmed: bool,
}

/// A print as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print {
    /// Which print.
    pub id: PrintId,
    /// Of which batch.
    pub batch: BatchId,
    /// 0 for the first print of these vouchers, n for the n-th copy.
    pub copy: u32,
    /// How it was laid out.
    pub layout: Layout,
    /// How many cards.
    pub count: u32,
    /// How many of them were not on the router at that moment.
    pub not_on_router: u32,
    /// Who printed.
    pub printed_by: String,
    /// When.
    pub at: Timestamp,
}

/// A card of a print, as the voucher stood at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedCard {
    /// Which voucher.
    pub voucher: VoucherId,
    /// Its number among all vouchers.
    pub number: i64,
    /// Its place in the batch.
    pub serial: u32,
    /// The code on the card.
    pub code: String,
    /// The password; equal to the code in the one-code style.
    pub password: String,
    /// Whether it was on the router when it was printed.
    pub on_router: bool,
}

/// Why nothing is printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// There is no such batch.
    #[error("no such batch")]
    Unknown,
    /// No voucher of the range belongs on paper.
    #[error("nothing to print")]
    Nothing,
    /// Some cards would not work yet, and the person was not asked.
    #[error("{count} vouchers are not on the router yet")]
    NotOnRouter {
        /// How many.
        count: u32,
    },
    /// The layout is not one the sheets know.
    #[error("no such layout")]
    BadLayout,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Counts a print and keeps which vouchers were on it. The same request under the same key answers the print it made before.
pub fn print(
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &PrintRequest,
    request_key: &str,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Print, PrintError> {
    let key = settings::bound_key(request_key, "batch.print", request);
    if let Some(earlier) = settings::earlier_request(tx, &key, "batch.print")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no print"))?;
        return store::one(tx, id)?.ok_or(PrintError::Unknown);
    }
    check(&request.layout)?;
    let batch = vouchers::batch(tx, request.batch)?.ok_or(PrintError::Unknown)?;
    // A code drawn at the counter is in its buyer's hand already; another sheet would give it to somebody else.
    if batch.purpose == Purpose::Counter {
        return Err(PrintError::Nothing);
    }
    let cards = cards(tx, request)?;
    let count = u32::try_from(cards.len()).map_err(|_| Fault::new("more cards than a batch has"))?;
    if count == 0 {
        return Err(PrintError::Nothing);
    }
    let not_on_router = waiting(&cards);
    if not_on_router > 0 && !request.confirmed {
        return Err(PrintError::NotOnRouter { count: not_on_router });
    }
    let mut most_printed = 0;
    for card in &cards {
        most_printed = most_printed.max(vouchers::count_print(tx, card.id)?);
    }
    let print = Print {
        id: PrintId::new(now, rng),
        batch: request.batch,
        copy: most_printed.saturating_sub(1),
        layout: request.layout.clone(),
        count,
        not_on_router,
        printed_by: actor.name().to_owned(),
        at: now,
    };
    store::add(tx, &print, &actor.id(), &cards)?;
    keep_layout(tx, &request.layout)?;
    settings::remember_request(tx, &key, "batch.print", &print.id.to_string(), now)?;
    let detail = json!({
        "number": batch.number, "count": count, "copy": print.copy, "not_on_router": not_on_router,
    });
    audit::record(tx, actor, "batch.print", ("batch", &request.batch.to_string()), &detail, now)?;
    Ok(print)
}

/// The vouchers a request would print, for the preview.
pub fn cards(tx: &ReadTx<'_>, request: &PrintRequest) -> Result<Vec<Voucher>, Fault> {
    let from = request.from_serial.unwrap_or(1);
    let to = request.to_serial.unwrap_or(u32::MAX);
    let mut cards = vouchers::printable(tx, request.batch)?;
    cards.retain(|card| (from..=to).contains(&card.serial));
    Ok(cards)
}

/// One print.
pub fn one(tx: &ReadTx<'_>, id: PrintId) -> Result<Option<Print>, Fault> {
    store::one(tx, id)
}

/// The cards of a print in their order, so that the same sheet can be made again.
pub fn printed_cards(tx: &ReadTx<'_>, id: PrintId) -> Result<Vec<PrintedCard>, Fault> {
    store::cards(tx, id)
}

/// The prints of a batch, newest first.
pub fn of_batch(tx: &ReadTx<'_>, batch: BatchId) -> Result<Vec<Print>, Fault> {
    store::of_batch(tx, batch)
}

/// When a voucher was printed, oldest first.
pub fn of_voucher(tx: &ReadTx<'_>, voucher: VoucherId) -> Result<Vec<Print>, Fault> {
    store::of_voucher(tx, voucher)
}

/// The layout used last, which the next print starts from; positions are never skipped unasked.
pub fn last_layout(tx: &ReadTx<'_>) -> Result<Layout, Fault> {
    let kept = settings::text(tx, LAYOUT)?.and_then(|json| serde_json::from_str::<Layout>(&json).ok());
    Ok(kept.map(|layout| Layout { skip: 0, ..layout }).unwrap_or_default())
}

const LAYOUT: &str = "print.layout";

fn keep_layout(tx: &WriteTx<'_>, layout: &Layout) -> Result<(), Fault> {
    settings::keep(tx, LAYOUT, &serde_json::to_string(layout)?)
}

/// Strikes out the prints of a router's batches.
pub(crate) fn forget_of(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    store::forget_of(tx, router)
}

fn check(layout: &Layout) -> Result<(), PrintError> {
    let near = -50..=50;
    let known = CARDS_PER_PAGE.contains(&layout.cards_per_page)
        && layout.skip < layout.cards_per_page
        && near.contains(&layout.offset_x_tenths)
        && near.contains(&layout.offset_y_tenths);
    if known { Ok(()) } else { Err(PrintError::BadLayout) }
}

fn waiting(cards: &[Voucher]) -> u32 {
    let pending = cards.iter().filter(|card| card.state != VoucherState::OnRouter).count();
    u32::try_from(pending).unwrap_or(u32::MAX)
}
