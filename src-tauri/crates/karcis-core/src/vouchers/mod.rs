//! Vouchers and their batches: durable first, then pushed to the router and read back.

mod code;
mod confirm;
mod counter;
mod issue;
mod lend;
mod list;
mod lost;
mod moved;
mod steer;
mod store;
mod strength;
mod tag;
mod wish;

#[cfg(test)]
mod tests;

use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::plans::CodeStyle;
use crate::values::{BatchId, Bytes, Money, Period, PlanId, RouterId, Timestamp, VoucherId, words};

pub use code::{Code, PASSWORD_LENGTH, draw};
pub use confirm::{ChunkAnswer, Confirmed, keep_answer, voucher_answered};
pub use counter::{
    DrawError, MOST_COUNTED, by_code, claim, draw_for_counter, next_of_stock, release, set_purpose, stock_of,
    void_promised,
};
pub use issue::{BatchRequest, IssueError, MOST_VOUCHERS, issue_batch, live_on, needed_on};
pub use lend::{Lendable, lendable};
pub use list::{Filter, PAGE, Page, batch_number, batches, search};
pub(crate) use lost::{Doubt, Gone, in_doubt, lately_confirmed, owe_again, owe_lost};
pub use moved::{MoveError, replace_router, strays};
pub(crate) use steer::let_go_unless_paused;
pub use steer::{
    SteerError, archive_router, cancel_batch, pause_batch, resume_batch, set_disabled, void_voucher,
};
pub use strength::{Strength, Verdict, strength};
pub use tag::Tag;
pub use wish::{ChunkWish, Presence, UserWish, chunk_wish, push_started, voucher_wish};

/// Where a voucher stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoucherState {
    /// In the books, on its way to the router.
    Pending,
    /// Read back from the router.
    OnRouter,
    /// Somebody else's user holds the code; another voucher took its place.
    Rejected,
    /// Taken back; gone from the router or on its way out.
    Void,
}

words!(VoucherState { Pending = "pending", OnRouter = "on_router", Rejected = "rejected", Void = "void" });

/// Whose a voucher is, whatever the router has of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A card of a sheet that nobody has bought.
    Unsold,
    /// Next in line at the counter.
    Stock,
    /// Kept for somebody.
    Reserved,
    /// Somebody's: bought at the counter, or with a reseller.
    Sold,
}

words!(Standing { Unsold = "unsold", Stock = "stock", Reserved = "reserved", Sold = "sold" });

impl Standing {
    /// Whether a person was promised this very code, so that no machine puts another in its place.
    pub const fn is_promised(self) -> bool {
        match self {
            Standing::Reserved | Standing::Sold => true,
            Standing::Unsold | Standing::Stock => false,
        }
    }
}

/// What a batch is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Sheets of cards.
    Sheet,
    /// What the counter sells next.
    Stock,
    /// Codes drawn at the moment of sale; it grows with each.
    Counter,
}

words!(Purpose { Sheet = "sheet", Stock = "stock", Counter = "counter" });

impl Purpose {
    /// How a voucher stands that comes into being for this purpose.
    pub(super) const fn standing(self) -> Standing {
        match self {
            Purpose::Sheet => Standing::Unsold,
            Purpose::Stock => Standing::Stock,
            Purpose::Counter => Standing::Sold,
        }
    }
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BatchState {
    /// Its vouchers are being pushed.
    Running,
    /// A person holds it.
    Paused,
    /// A person stopped it; what was not pushed is void.
    Cancelled,
    /// Every voucher was read back.
    Ready,
}

words!(BatchState { Running = "running", Paused = "paused", Cancelled = "cancelled", Ready = "ready" });

/// A batch. What its plan said when it was made is kept here: a later price never alters it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Which batch.
    pub id: BatchId,
    /// Its number, from 1.
    pub number: i64,
    /// The plan it was made of.
    pub plan: PlanId,
    /// The router it is for.
    pub router: RouterId,
    /// The plan's name then.
    pub plan_name: String,
    /// The hotspot server then.
    pub hotspot_server: String,
    /// The user profile.
    pub profile_name: String,
    /// The price then.
    pub price: Money,
    /// The selling price then.
    pub selling_price: Money,
    /// Life from the first login.
    pub validity: Option<Period>,
    /// Online time in all.
    pub uptime_limit: Option<Period>,
    /// Data in all.
    pub data_limit: Option<Bytes>,
    /// How many vouchers.
    pub size: u32,
    /// How its codes are built.
    pub code: CodeStyle,
    /// What the maker noted.
    pub note: String,
    /// The last moment its vouchers may be sold.
    pub sell_by: Option<Timestamp>,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: BatchState,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When the first command went out.
    pub push_started_at: Option<Timestamp>,
    /// When the last voucher was settled.
    pub finished_at: Option<Timestamp>,
}

/// How many vouchers of a batch stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// On their way.
    pub pending: u32,
    /// Read back.
    pub on_router: u32,
    /// Of those read back, the ones somebody bought or that are kept for somebody.
    pub promised: u32,
    /// Replaced.
    pub rejected: u32,
    /// Taken back.
    pub void: u32,
}

impl Tally {
    /// How many can still be sold.
    pub const fn ready(&self) -> u32 {
        self.on_router.saturating_sub(self.promised)
    }
}

/// A voucher as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    /// Which voucher.
    pub id: VoucherId,
    /// Its number among all vouchers, from 1.
    pub number: i64,
    /// Its batch.
    pub batch: BatchId,
    /// The batch's number.
    pub batch_number: i64,
    /// Its plan.
    pub plan: PlanId,
    /// The plan's name when it was made.
    pub plan_name: String,
    /// Its router.
    pub router: RouterId,
    /// Its place in the batch, from 1.
    pub serial: u32,
    /// What the customer types.
    pub code: String,
    /// The password; equal to the code in the one-code style.
    pub password: String,
    /// Where it stands.
    pub state: VoucherState,
    /// Whether it is switched off on the router.
    pub disabled: bool,
    /// Whose it is.
    pub standing: Standing,
    /// When it was sold.
    pub sold_at: Option<Timestamp>,
    /// Why it was rejected or taken back.
    pub reason: Option<String>,
    /// When it was read back.
    pub on_router_at: Option<Timestamp>,
    /// When it was rejected or taken back.
    pub closed_at: Option<Timestamp>,
    /// How often it was printed.
    pub printed: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One batch.
pub fn batch(tx: &ReadTx<'_>, id: BatchId) -> Result<Option<Batch>, Fault> {
    store::batch(tx, id)
}

/// How many vouchers of the batch stand where.
pub fn tally(tx: &ReadTx<'_>, id: BatchId) -> Result<Tally, Fault> {
    store::tally(tx, id)
}

/// How many vouchers of all batches stand where. Those of routers out of use and of the practice router are not counted.
pub fn tally_of_all(tx: &ReadTx<'_>) -> Result<Tally, Fault> {
    store::tally_of_all(tx, false)
}

/// How many vouchers of the practice router stand where.
pub fn tally_of_practice(tx: &ReadTx<'_>) -> Result<Tally, Fault> {
    store::tally_of_all(tx, true)
}

/// How many vouchers were ever made for a router.
pub fn made_for(tx: &ReadTx<'_>, router: RouterId) -> Result<u32, Fault> {
    store::made_for(tx, router)
}

/// Strikes out every voucher and batch of a router whose sales and prints are struck out. The codes stay issued.
pub(crate) fn forget_of(tx: &WriteTx<'_>, router: RouterId) -> Result<(), Fault> {
    store::forget_of(tx, router)
}

/// Whether a voucher was sent to a router once more after it had been read back from one, so that what was used before
/// left no trace there.
pub(crate) fn was_sent_again(tx: &ReadTx<'_>, id: VoucherId) -> Result<bool, Fault> {
    store::was_sent_again(tx, id)
}

/// One voucher.
pub fn voucher(tx: &ReadTx<'_>, id: VoucherId) -> Result<Option<Voucher>, Fault> {
    store::voucher(tx, id)
}

/// The vouchers of a batch that belong on paper: neither rejected nor void, in the order of their serials.
pub fn printable(tx: &ReadTx<'_>, id: BatchId) -> Result<Vec<Voucher>, Fault> {
    store::printable(tx, id)
}

/// Counts one more print of a voucher and answers how often it has been printed now.
pub(crate) fn count_print(tx: &WriteTx<'_>, id: VoucherId) -> Result<u32, Fault> {
    store::count_print(tx, id)
}
