//! The plans as the counter shows them.

use super::away;
use crate::db::ReadTx;
use crate::fault::Fault;
use crate::plans::{self, Fill, Plan};
use crate::routers::{self, Router};
use crate::values::{Money, PlanId, RouterId, Timestamp};
use crate::vouchers;
use std::collections::HashMap;

/// A plan at the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Which plan.
    pub plan: PlanId,
    /// Its name.
    pub name: String,
    /// Its key, 1 to 9.
    pub key: Option<u8>,
    /// Its colour.
    pub colour: String,
    /// What the next one costs: one of stock costs what it cost when it was made.
    pub price: Money,
    /// Where a sale takes its code from.
    pub fill: Fill,
    /// How many are in stock, counted up to [`vouchers::MOST_COUNTED`]; missing when every code is drawn.
    pub stock: Option<u32>,
    /// The router.
    pub router: RouterId,
    /// The router's name.
    pub router_name: String,
    /// Whether the next one would work only once the router is back.
    pub waiting: bool,
    /// Whether it is for practice.
    pub practice: bool,
}

/// The plans in use, by key and name.
pub fn tiles(tx: &ReadTx<'_>, now: Timestamp) -> Result<Vec<Tile>, Fault> {
    let mut known = HashMap::new();
    for router in routers::routers(tx)? {
        let away = away::away_since(tx, router.id)?.is_some();
        known.insert(router.id, (router, away));
    }
    let mut tiles = Vec::new();
    for plan in plans::plans(tx)? {
        if let Some((router, away)) = known.get(&plan.router) {
            tiles.push(tile(tx, plan, router, *away, now)?);
        }
    }
    Ok(tiles)
}

fn tile(tx: &ReadTx<'_>, plan: Plan, router: &Router, away: bool, now: Timestamp) -> Result<Tile, Fault> {
    let (stock, price) = match plan.counter_fill {
        Fill::Fresh => (None, plan.selling_price),
        Fill::Stock => {
            let next = vouchers::next_of_stock(tx, plan.id, 1, now)?.pop();
            let batch = match &next {
                Some(voucher) => vouchers::batch(tx, voucher.batch)?,
                None => None,
            };
            let price = batch.map_or(plan.selling_price, |batch| batch.selling_price);
            (Some(vouchers::stock_of(tx, plan.id, now)?), price)
        }
    };
    Ok(Tile {
        plan: plan.id,
        name: plan.name,
        key: plan.counter_key,
        colour: plan.colour,
        price,
        fill: plan.counter_fill,
        stock,
        router: router.id,
        router_name: router.name.clone(),
        waiting: away && stock.is_none_or(|count| count == 0),
        practice: router.practice,
    })
}
