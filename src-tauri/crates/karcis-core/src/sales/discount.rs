//! Discounts: whole rupiah off a receipt, for a reason, up to what a role may give.

use super::SellError;
use crate::audit::Actor;
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::settings;
use crate::staff::Role;
use crate::values::{Money, line};

/// What is let off a receipt.
#[derive(Debug, Clone)]
pub struct Discount {
    /// How much; nothing is no discount.
    pub amount: Money,
    /// Why, one line of at most 120 characters.
    pub reason: String,
    /// Who allows it, when the cashier alone may not: somebody else, who has proven themselves.
    pub approved_by: Option<Actor>,
}

/// A discount that was found in order.
pub(super) struct Granted {
    pub(super) amount: Money,
    pub(super) reason: Option<String>,
    pub(super) approved_by: Option<Actor>,
}

/// The most that somebody of this role may let off by themselves, in percent of what a receipt costs.
pub fn discount_most(tx: &ReadTx<'_>, role: Role) -> Result<u8, Fault> {
    let Some((name, usual)) = setting(role) else { return Ok(0) };
    let kept = settings::text(tx, name)?.and_then(|percent| percent.parse().ok());
    Ok(kept.filter(|percent| *percent <= 100).unwrap_or(usual))
}

/// Keeps what a role may let off. The caller leaves the audit row.
pub fn set_discount_most(tx: &WriteTx<'_>, role: Role, percent: u8) -> Result<(), Fault> {
    match setting(role) {
        Some((name, _)) if percent <= 100 => settings::keep(tx, name, &percent.to_string()),
        Some(_) | None => Err(Fault::new(format!("{percent} percent for {}", role.as_str()))),
    }
}

const fn setting(role: Role) -> Option<(&'static str, u8)> {
    match role {
        Role::SuperAdmin => Some(("counter.discount_most.super_admin", 100)),
        Role::Admin => Some(("counter.discount_most.admin", 50)),
        Role::Operator => Some(("counter.discount_most.operator", 10)),
        Role::Viewer => None,
    }
}

/// The discount, if there is a reason and somebody who may give it.
pub(super) fn grant(
    tx: &ReadTx<'_>,
    actor: &Actor,
    role: Role,
    asked: Option<&Discount>,
    gross: Money,
) -> Result<Granted, SellError> {
    let Some(asked) = asked.filter(|asked| asked.amount != Money::ZERO) else {
        return Ok(Granted { amount: Money::ZERO, reason: None, approved_by: None });
    };
    let reason = line(&asked.reason, 120).map_err(|_| SellError::NoReason)?;
    if asked.amount < Money::ZERO {
        return Err(SellError::BadAmount);
    }
    if asked.amount > gross {
        return Err(SellError::DiscountTooHigh { most: gross });
    }
    let most = Money::rupiah(share(gross.amount(), i64::from(discount_most(tx, role)?), 100));
    let alone = asked.amount <= most;
    let approved_by = asked.approved_by.clone().filter(|somebody| !alone && somebody.id() != actor.id());
    if !alone && approved_by.is_none() {
        return Err(SellError::DiscountTooHigh { most });
    }
    Ok(Granted { amount: asked.amount, reason: Some(reason), approved_by })
}

/// Spreads a discount over prices so that the shares sum to it and none is above its price.
pub(super) fn spread(discount: Money, prices: &[Money]) -> Vec<Money> {
    let gross: i64 = prices.iter().map(|price| price.amount()).sum();
    let (mut before, mut so_far) = (0, 0);
    let share_of = |price: &Money| {
        so_far += price.amount();
        let upto = share(discount.amount(), so_far, gross);
        let part = upto - before;
        before = upto;
        Money::rupiah(part)
    };
    prices.iter().map(share_of).collect()
}

/// `amount * part / whole`, rounded down; nothing of nothing.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    let product = i128::from(amount) * i128::from(part) / i128::from(whole);
    i64::try_from(product).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn shares_sum_to_the_discount_and_stay_within_their_prices(
            prices in prop::collection::vec(0_i64..1_000_000, 1..20), part in 0.0_f64..=1.0,
        ) {
            let gross: i64 = prices.iter().sum();
            #[expect(clippy::cast_possible_truncation, reason = "a part of an amount")]
            let discount = (gross as f64 * part) as i64;
            let prices: Vec<Money> = prices.into_iter().map(Money::rupiah).collect();
            let shares = spread(Money::rupiah(discount), &prices);
            prop_assert_eq!(shares.iter().map(|share| share.amount()).sum::<i64>(), discount);
            for (share, price) in shares.iter().zip(&prices) {
                prop_assert!((Money::ZERO..=*price).contains(share), "{share:?} of {price:?}");
            }
        }
    }
}
