//! What is sold: which vouchers, at which prices, and whether they may be sold at all.

use super::away;
use super::{Fill, SellError, store};
use crate::db::ReadTx;
use crate::fault::Fault;
use crate::plans::{self, Plan};
use crate::reservations::{self, Reservation, ReservationState};
use crate::routers::{self, Router};
use crate::values::{Money, PlanId, ReservationId, RouterId, Timestamp, VoucherId};
use crate::vouchers::{self, Batch, Standing, Voucher, VoucherState};

/// So many vouchers are sold at once.
pub const MOST_AT_ONCE: u32 = 20;

/// What somebody wants to buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// So many of a plan.
    Plan {
        /// Which plan.
        plan: PlanId,
        /// How many, 1 to [`MOST_AT_ONCE`].
        quantity: u32,
    },
    /// The very card in somebody's hand.
    Voucher(VoucherId),
    /// What was kept for them.
    Reservation(ReservationId),
}

/// Why a voucher is not for sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is no such voucher.
    Unknown,
    /// Somebody has bought it.
    Sold,
    /// A reseller has it.
    HandedOver,
    /// It is kept for somebody.
    Reserved,
    /// It was taken back.
    Void,
    /// Somebody else's user on the router has its code.
    Rejected,
    /// It is switched off.
    Disabled,
    /// Its shelf life is over.
    TooOld,
}

/// One voucher of a sale, before it is one.
pub(super) struct Item {
    pub(super) source: Source,
    pub(super) fill: Fill,
    pub(super) plan_name: String,
    pub(super) price: Money,
    pub(super) cost: Money,
}

/// Where the code comes from.
pub(super) enum Source {
    /// It is drawn as the sale is made.
    Draw,
    /// It is there.
    Voucher(Box<Voucher>),
}

/// Everything of one sale; all of one plan, so of one router.
pub(super) struct Choice {
    pub(super) plan: Plan,
    pub(super) router: Router,
    pub(super) items: Vec<Item>,
    pub(super) reservation: Option<Reservation>,
}

impl Choice {
    pub(super) fn gross(&self) -> Result<Money, SellError> {
        let sum = self.items.iter().try_fold(Money::ZERO, |sum, item| sum.plus(item.price));
        sum.ok_or(SellError::BadAmount)
    }

    /// Whether a code of it still has to reach the router.
    pub(super) fn waits(&self) -> bool {
        self.items.iter().any(|item| match &item.source {
            Source::Draw => true,
            Source::Voucher(voucher) => voucher.state != VoucherState::OnRouter,
        })
    }
}

/// What something would cost now, and whether its codes would wait for their router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// What is sold, as printed.
    pub plan_name: String,
    /// How many.
    pub quantity: u32,
    /// What they cost by their prices.
    pub gross: Money,
    /// The router.
    pub router_name: String,
    /// Whether a code would work only once the router is back.
    pub waiting: bool,
    /// Whether it is for practice.
    pub practice: bool,
}

/// A card that can be sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The card.
    pub voucher: Voucher,
    /// What it costs.
    pub price: Money,
}

/// What something would cost now.
pub fn quote(tx: &ReadTx<'_>, wanted: &Wanted, now: Timestamp) -> Result<Quote, SellError> {
    let choice = choose(tx, wanted, now)?;
    let waiting = choice.waits() && away::away_since(tx, choice.router.id)?.is_some();
    let gross = choice.gross()?;
    let plan_name = choice.items.last().map_or_else(String::new, |item| item.plan_name.clone());
    Ok(Quote {
        plan_name,
        quantity: u32::try_from(choice.items.len()).unwrap_or(u32::MAX),
        gross,
        router_name: choice.router.name,
        waiting,
        practice: choice.router.practice,
    })
}

/// The card, if it may be sold now.
pub fn offer(tx: &ReadTx<'_>, id: VoucherId, now: Timestamp) -> Result<Offer, SellError> {
    let (voucher, batch) = for_sale(tx, id, now)?;
    Ok(Offer { voucher, price: batch.selling_price })
}

pub(super) fn choose(tx: &ReadTx<'_>, wanted: &Wanted, now: Timestamp) -> Result<Choice, SellError> {
    match wanted {
        Wanted::Plan { plan, quantity } => of_plan(tx, *plan, *quantity, now),
        Wanted::Voucher(id) => {
            let (voucher, batch) = for_sale(tx, *id, now)?;
            let fill = match voucher.standing {
                Standing::Stock => Fill::Stock,
                Standing::Unsold | Standing::Reserved | Standing::Sold => Fill::Card,
            };
            // A card of a plan out of use is as good as it was.
            let plan = plans::plan(tx, voucher.plan)?.ok_or(SellError::UnknownPlan)?;
            choice(tx, plan, vec![there(voucher, &batch, fill)], None)
        }
        Wanted::Reservation(id) => of_reservation(tx, *id, now),
    }
}

fn of_plan(tx: &ReadTx<'_>, id: PlanId, quantity: u32, now: Timestamp) -> Result<Choice, SellError> {
    if !(1..=MOST_AT_ONCE).contains(&quantity) {
        return Err(SellError::Quantity);
    }
    let plan = plan_in_use(tx, id)?;
    let mut items = Vec::new();
    match plan.counter_fill {
        plans::Fill::Fresh => {}
        plans::Fill::Stock => {
            for voucher in vouchers::next_of_stock(tx, id, quantity, now)? {
                let batch = batch_of(tx, &voucher)?;
                items.push(there(voucher, &batch, Fill::Stock));
            }
        }
    }
    while items.len() < quantity as usize {
        items.push(drawn(&plan, plan.selling_price, Fill::Fresh));
    }
    choice(tx, plan, items, None)
}

fn of_reservation(tx: &ReadTx<'_>, id: ReservationId, now: Timestamp) -> Result<Choice, SellError> {
    let kept = reservations::reservation(tx, id)?.ok_or(SellError::ReservationClosed)?;
    if kept.state != ReservationState::Open {
        return Err(SellError::ReservationClosed);
    }
    let (plan, item) = match kept.voucher {
        None => {
            let plan = plan_in_use(tx, kept.plan)?;
            let item = drawn(&plan, kept.price, Fill::Reserved);
            (plan, item)
        }
        Some(voucher) => {
            let voucher = vouchers::voucher(tx, voucher)?.ok_or(SellError::NotForSale(Why::Unknown))?;
            let batch = batch_of(tx, &voucher)?;
            // Kept for this customer, however long it took them.
            refused(tx, &voucher, &Batch { sell_by: None, ..batch.clone() }, Standing::Reserved, now)?;
            let plan = plans::plan(tx, kept.plan)?.ok_or(SellError::UnknownPlan)?;
            (plan, Item { price: kept.price, ..there(voucher, &batch, Fill::Reserved) })
        }
    };
    choice(tx, plan, vec![item], Some(kept))
}

fn choice(
    tx: &ReadTx<'_>,
    plan: Plan,
    items: Vec<Item>,
    reservation: Option<Reservation>,
) -> Result<Choice, SellError> {
    let router = router_in_use(tx, plan.router)?;
    Ok(Choice { plan, router, items, reservation })
}

fn plan_in_use(tx: &ReadTx<'_>, id: PlanId) -> Result<Plan, SellError> {
    plans::plan(tx, id)?.filter(|plan| !plan.archived).ok_or(SellError::UnknownPlan)
}

fn router_in_use(tx: &ReadTx<'_>, id: RouterId) -> Result<Router, SellError> {
    if !routers::in_use(tx, id)? {
        return Err(SellError::UnknownPlan);
    }
    routers::router(tx, id)?.ok_or(SellError::UnknownPlan)
}

fn drawn(plan: &Plan, price: Money, fill: Fill) -> Item {
    Item { source: Source::Draw, fill, plan_name: plan.name.clone(), price, cost: plan.price }
}

/// A voucher that is there costs what its batch says: a later price never alters it.
pub(super) fn there(voucher: Voucher, batch: &Batch, fill: Fill) -> Item {
    Item {
        source: Source::Voucher(Box::new(voucher)),
        fill,
        plan_name: batch.plan_name.clone(),
        price: batch.selling_price,
        cost: batch.price,
    }
}

/// The voucher and its batch, if anybody may buy it now.
pub(super) fn for_sale(
    tx: &ReadTx<'_>,
    id: VoucherId,
    now: Timestamp,
) -> Result<(Voucher, Batch), SellError> {
    let voucher = vouchers::voucher(tx, id)?.ok_or(SellError::NotForSale(Why::Unknown))?;
    let batch = batch_of(tx, &voucher)?;
    let standing = match voucher.standing {
        Standing::Stock => Standing::Stock,
        Standing::Unsold | Standing::Reserved | Standing::Sold => Standing::Unsold,
    };
    refused(tx, &voucher, &batch, standing, now)?;
    Ok((voucher, batch))
}

fn refused(
    tx: &ReadTx<'_>,
    voucher: &Voucher,
    batch: &Batch,
    wanted: Standing,
    now: Timestamp,
) -> Result<(), SellError> {
    match voucher.state {
        VoucherState::Void => return Err(SellError::NotForSale(Why::Void)),
        VoucherState::Rejected => return Err(SellError::NotForSale(Why::Rejected)),
        VoucherState::Pending | VoucherState::OnRouter => {}
    }
    if voucher.standing != wanted {
        return Err(SellError::NotForSale(why_not_ours(tx, voucher)?));
    }
    if voucher.disabled {
        return Err(SellError::NotForSale(Why::Disabled));
    }
    if batch.sell_by.is_some_and(|last_moment| last_moment < now) {
        return Err(SellError::NotForSale(Why::TooOld));
    }
    Ok(())
}

fn why_not_ours(tx: &ReadTx<'_>, voucher: &Voucher) -> Result<Why, Fault> {
    Ok(match voucher.standing {
        Standing::Reserved => Why::Reserved,
        Standing::Sold => match store::fill_of_voucher(tx, voucher.id)? {
            Some(Fill::Handover) => Why::HandedOver,
            Some(Fill::Fresh | Fill::Stock | Fill::Card | Fill::Reserved) | None => Why::Sold,
        },
        // A card that was kept for somebody and has been let go is anybody's.
        Standing::Unsold | Standing::Stock => Why::Unknown,
    })
}

fn batch_of(tx: &ReadTx<'_>, voucher: &Voucher) -> Result<Batch, Fault> {
    vouchers::batch(tx, voucher.batch)?.ok_or_else(|| Fault::new("a voucher without a batch"))
}
