//! Finding sales among hundreds of thousands.

use super::{Sale, numbers, store};
use crate::db::ReadTx;
use crate::fault::Fault;
use crate::values::{CounterId, Day, PlanId, ShiftId};

/// Rows on one page.
pub const PAGE: u16 = 50;

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The beginning of a code, or the number of a sale or receipt, with `#` or without; `L-` stands before one of practice.
    pub text: String,
    /// Only sales of this business day.
    pub day: Option<Day>,
    /// Only sales of this shift.
    pub shift: Option<ShiftId>,
    /// Only sales at this counter.
    pub counter: Option<CounterId>,
    /// Only sales by this person: a staff id.
    pub cashier: Option<String>,
    /// Only sales of this plan.
    pub plan: Option<PlanId>,
    /// Only sales that were taken back.
    pub voided: bool,
}

/// One page and where the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// At most [`PAGE`] sales.
    pub sales: Vec<Sale>,
    /// Hand this back for the page after; `None` on the last one.
    pub next: Option<i64>,
}

/// One page of sales, newest first, from before the `next` of the page before.
///
/// What a text finds is one page: whoever finds more types more.
pub fn search(tx: &ReadTx<'_>, filter: &Filter, before: Option<i64>) -> Result<Page, Fault> {
    let text = filter.text.trim();
    if !text.is_empty() {
        return Ok(Page { sales: by_text(tx, filter, text)?, next: None });
    }
    let mut sales = store::newest(tx, filter, before.unwrap_or(i64::MAX), i64::from(PAGE) + 1)?;
    let more = sales.len() > usize::from(PAGE);
    sales.truncate(usize::from(PAGE));
    let next = if more { sales.last().map(|sale| sale.place) } else { None };
    Ok(Page { sales, next })
}

fn by_text(tx: &ReadTx<'_>, filter: &Filter, text: &str) -> Result<Vec<Sale>, Fault> {
    let mut found = Vec::new();
    if let Some(number) = numbers::typed(text) {
        found.extend(store::numbered(tx, filter, number)?);
    }
    let code: String = text.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    let code = code.to_ascii_uppercase();
    if !text.starts_with('#') && !code.is_empty() {
        let more = store::beginning(tx, filter, &code, i64::from(PAGE))?;
        for sale in more {
            if !found.iter().any(|known: &Sale| known.id == sale.id) {
                found.push(sale);
            }
        }
    }
    found.truncate(usize::from(PAGE));
    Ok(found)
}
