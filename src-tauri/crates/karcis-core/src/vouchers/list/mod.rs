//! Finding vouchers and batches among hundreds of thousands.

mod store;

use super::{Batch, Voucher, VoucherState};
use crate::db::ReadTx;
use crate::fault::Fault;
use crate::values::{BatchId, PlanId, RouterId};
#[cfg(test)]
pub(super) use store::newest_sql;

/// Rows on one page.
pub const PAGE: u16 = 50;

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of a code, or a voucher's number.
    pub text: String,
    /// Only vouchers that stand here.
    pub state: Option<VoucherState>,
    /// Only vouchers somebody bought or that are kept for somebody; or only the others.
    pub promised: Option<bool>,
    /// Only vouchers of this batch.
    pub batch: Option<BatchId>,
    /// Only vouchers of this plan.
    pub plan: Option<PlanId>,
    /// Only vouchers of this router.
    pub router: Option<RouterId>,
}

/// One page and where the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// At most [`PAGE`] vouchers.
    pub vouchers: Vec<Voucher>,
    /// Hand this back for the page after; `None` on the last one.
    pub next: Option<String>,
}

/// One page of vouchers: the newest first, or by code when something is searched for.
///
/// A code that begins with the text comes before one that contains it; the text may be typed in small letters and
/// with the hyphen that is printed but not part of the code. `after` is the `next` of the page before.
pub fn search(tx: &ReadTx<'_>, filter: &Filter, after: Option<&str>) -> Result<Page, Fault> {
    let text = typed(&filter.text);
    if text.is_empty() { newest(tx, filter, after) } else { by_text(tx, filter, &text, after) }
}

/// Batches, newest first, from before `before` on.
pub fn batches(
    tx: &ReadTx<'_>,
    plan: Option<PlanId>,
    router: Option<RouterId>,
    before: Option<i64>,
) -> Result<Vec<Batch>, Fault> {
    super::store::batches(tx, plan, router, before.unwrap_or(i64::MAX), i64::from(PAGE))
}

/// The batch with this number.
pub fn batch_number(tx: &ReadTx<'_>, number: i64) -> Result<Option<Batch>, Fault> {
    super::store::batch_number(tx, number)
}

fn newest(tx: &ReadTx<'_>, filter: &Filter, after: Option<&str>) -> Result<Page, Fault> {
    let before = after.and_then(|number| number.parse().ok()).unwrap_or(i64::MAX);
    let mut vouchers = store::newest(tx, filter, before, i64::from(PAGE) + 1)?;
    let next = cut(&mut vouchers).map(|last| last.number.to_string());
    Ok(Page { vouchers, next })
}

fn by_text(tx: &ReadTx<'_>, filter: &Filter, text: &str, after: Option<&str>) -> Result<Page, Fault> {
    let limit = i64::from(PAGE) + 1;
    let (within, from) = match after.and_then(|cursor| cursor.split_once(':')) {
        Some(("has", code)) => (true, code.to_owned()),
        Some((_, code)) => (false, code.to_owned()),
        None => (false, String::new()),
    };
    let mut vouchers = Vec::new();
    if after.is_none()
        && let Ok(number) = text.parse::<i64>()
    {
        vouchers.extend(store::numbered(tx, filter, number)?);
    }
    if !within {
        vouchers.extend(store::beginning(tx, filter, text, &from, limit)?);
    }
    let room = limit - i64::try_from(vouchers.len()).unwrap_or(limit);
    // A single letter inside a code says nothing; from two on people look for the end of a torn card.
    if room > 0 && text.len() > 1 {
        let from = if within { from } else { String::new() };
        vouchers.extend(store::containing(tx, filter, text, &from, room)?);
    }
    let next = cut(&mut vouchers).map(|last| {
        let kind = if last.code.starts_with(text) { "begins" } else { "has" };
        format!("{kind}:{}", last.code)
    });
    Ok(Page { vouchers, next })
}

/// Cuts a list that is longer than a page and answers its last row when there is more.
fn cut(vouchers: &mut Vec<Voucher>) -> Option<&Voucher> {
    let more = vouchers.len() > usize::from(PAGE);
    vouchers.truncate(usize::from(PAGE));
    if more { vouchers.last() } else { None }
}

/// The text as codes are written: capital letters and digits only.
pub(super) fn typed(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .take(32)
        .collect()
}
