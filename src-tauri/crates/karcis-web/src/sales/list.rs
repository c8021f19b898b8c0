//! Finding sales: as one types, of one shift, a page at a time. The address tells it all.

use super::SaleRow;
use crate::answer::{Answer, encoded, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Query;
use crate::frame::{Frame, Nav};
use crate::shift::SELL;
use crate::texts::Texts;
use askama::Template;
use axum::http::HeaderValue;
use karcis_core::fault::Fault;
use karcis_core::sales::{self, Filter, Page};
use karcis_core::shifts;
use serde::Deserialize;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    text: String,
    shift: String,
    before: String,
}

impl ListQuery {
    fn filter(&self) -> Filter {
        Filter { text: self.text.clone(), shift: self.shift.parse().ok(), ..Filter::default() }
    }

    /// The address of this list, from where on; only what narrows it is written down.
    fn address(&self, before: Option<i64>) -> String {
        let before = before.map(|before| before.to_string()).unwrap_or_default();
        let parts = [("text", self.text.trim()), ("shift", &self.shift), ("before", &before)];
        let pairs = parts.iter().filter(|(_, value)| !value.is_empty());
        let query =
            pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
        if query.is_empty() { "/sales".to_owned() } else { format!("/sales?{query}") }
    }

    fn is_narrowed(&self) -> bool {
        !self.text.trim().is_empty() || !self.shift.is_empty()
    }
}

#[derive(Template)]
#[template(path = "sales/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    text: String,
    shift: Option<(String, String)>,
    may_sell: bool,
    rows: Vec<SaleRow>,
    narrowed: bool,
    first: Option<String>,
    next: Option<String>,
}

/// The rows and the ways on; the part that follows what is typed.
#[derive(Template)]
#[template(path = "sales/_found.html")]
struct FoundPart {
    t: &'static Texts,
    rows: Vec<SaleRow>,
    narrowed: bool,
    first: Option<String>,
    next: Option<String>,
}

impl FoundPart {
    fn of(found: &Page, query: &ListQuery, desk: &Desk) -> FoundPart {
        FoundPart {
            t: desk.t,
            rows: found.sales.iter().map(|sale| SaleRow::of(sale, desk)).collect(),
            narrowed: query.is_narrowed(),
            first: (!query.before.is_empty()).then(|| query.address(None)),
            next: found.next.map(|next| query.address(Some(next))),
        }
    }
}

async fn find(desk: &Desk, query: &ListQuery) -> Result<FoundPart, Error> {
    let (filter, before) = (query.filter(), query.before.parse().ok());
    let found = desk.read(move |tx| sales::search(tx, &filter, before)).await?;
    Ok(FoundPart::of(&found, query, desk))
}

pub(super) async fn page(desk: Desk, Query(query): Query<ListQuery>) -> Answer {
    let shift = match query.shift.parse() {
        Ok(id) => desk.read(move |tx| shifts::shift(tx, id)).await?,
        Err(_) => None,
    };
    let FoundPart { rows, narrowed, first, next, .. } = find(&desk, &query).await?;
    show(&ListPage {
        t: desk.t,
        frame: desk.frame(Nav::Sales, desk.t.sales.title).await?,
        shift: shift.map(|shift| (query.shift.clone(), desk.t.sales.of_shift(shift.number))),
        text: query.text,
        may_sell: desk.may(SELL),
        rows,
        narrowed,
        first,
        next,
    })
}

/// What is typed is found at once; the address follows, so that a reload and a way back show the same.
pub(super) async fn part(desk: Desk, Query(query): Query<ListQuery>) -> Answer {
    let mut response = show(&find(&desk, &query).await?)?;
    let address =
        HeaderValue::try_from(query.address(None)).map_err(|_| Fault::new("an address as a header"))?;
    response.headers_mut().insert("hx-replace-url", address);
    Ok(response)
}
