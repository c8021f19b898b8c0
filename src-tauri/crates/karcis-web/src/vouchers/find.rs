//! Finding vouchers: as one types, by state, batch, plan and router, a page at a time. The address tells it all.

use super::stand::Stand;
use super::{MAY_CREATE, VoucherRow};
use crate::answer::{Answer, encoded, go, show};
use crate::batches::{plan_choices, router_choices};
use crate::desk::Desk;
use crate::fields::{Choice, Query};
use crate::frame::{Frame, Nav};
use crate::routers::beside_practice;
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use axum::http::HeaderValue;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::plans;
use karcis_core::prints::{self, PrintRequest};
use karcis_core::routers;
use karcis_core::values::{BatchId, RouterId};
use karcis_core::vouchers::{self, Filter, Page, Tally, Voucher};
use serde::Deserialize;

/// The filter as it stands in an address.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct FindQuery {
    #[serde(default)]
    text: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    batch: String,
    #[serde(default)]
    plan: String,
    #[serde(default)]
    router: String,
    #[serde(default)]
    after: String,
}

impl FindQuery {
    fn filter(&self) -> Filter {
        let all = Filter {
            text: self.text.clone(),
            batch: self.batch.parse().ok(),
            plan: self.plan.parse().ok(),
            router: self.router.parse().ok(),
            ..Filter::default()
        };
        self.stand().map_or(all.clone(), |stand| stand.narrow(all))
    }

    fn stand(&self) -> Option<Stand> {
        self.state.parse().ok()
    }

    /// The address of this list, from where on; only what narrows it is written down.
    fn address(&self, after: Option<&str>) -> String {
        let parts = [
            ("text", self.text.trim()),
            ("state", &self.state),
            ("batch", &self.batch),
            ("plan", &self.plan),
            ("router", &self.router),
            ("after", after.unwrap_or_default()),
        ];
        let pairs = parts.iter().filter(|(_, value)| !value.is_empty());
        let query =
            pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
        if query.is_empty() { "/vouchers".to_owned() } else { format!("/vouchers?{query}") }
    }

    fn is_narrowed(&self) -> bool {
        Filter { text: self.text.trim().to_owned(), ..self.filter() } != Filter::default()
    }

    fn with_state(&self, state: &str) -> FindQuery {
        FindQuery { state: state.to_owned(), after: String::new(), ..self.clone() }
    }
}

/// Batch and place, when the text is a number as printed on a card: `14-0041`.
fn printed_serial(text: &str) -> Option<(i64, u32)> {
    let (batch, serial) = text.trim().split_once('-')?;
    let plain = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    if !plain(batch, 9) || !plain(serial, 5) {
        return None;
    }
    Some((batch.parse().ok()?, serial.parse().ok()?))
}

fn by_serial(tx: &ReadTx<'_>, (number, serial): (i64, u32)) -> Result<Vec<Voucher>, Fault> {
    let Some(batch) = vouchers::batch_number(tx, number)? else { return Ok(Vec::new()) };
    let one = PrintRequest {
        batch: batch.id,
        layout: prints::Layout::default(),
        from_serial: Some(serial),
        to_serial: Some(serial),
        confirmed: false,
    };
    prints::cards(tx, &one)
}

fn ask(tx: &ReadTx<'_>, query: &FindQuery) -> Result<Page, Fault> {
    let after = Some(query.after.as_str()).filter(|after| !after.is_empty());
    let page = vouchers::search(tx, &query.filter(), after)?;
    if let (true, Some(place)) = (page.vouchers.is_empty(), printed_serial(&query.text)) {
        return Ok(Page { vouchers: by_serial(tx, place)?, next: None });
    }
    Ok(page)
}

/// The rows and the ways on; the part that follows what is typed.
struct Found {
    rows: Vec<VoucherRow>,
    next: Option<String>,
    /// Back to the start of the list, when this is not it.
    first: Option<String>,
    narrowed: bool,
}

impl Found {
    fn of(page: &Page, practice: Option<RouterId>, query: &FindQuery, desk: &Desk) -> Found {
        Found {
            rows: page.vouchers.iter().map(|voucher| VoucherRow::of(voucher, practice, desk)).collect(),
            next: page.next.as_deref().map(|next| query.address(Some(next))),
            first: (!query.after.is_empty()).then(|| query.address(None)),
            narrowed: query.is_narrowed(),
        }
    }
}

/// A state to narrow the list to, with how many vouchers stand there.
struct StateLink {
    address: String,
    chip: Chip,
    count: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "vouchers/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    summary: String,
    text: String,
    states: Vec<StateLink>,
    state_choices: Vec<Choice>,
    plans: Vec<Choice>,
    routers: Vec<Choice>,
    /// The batch the list is narrowed to: id and words.
    batch: Option<(String, String)>,
    found: Found,
    may_make: bool,
}

pub(super) async fn page(desk: Desk, Query(query): Query<FindQuery>) -> Answer {
    let (asked, filter) = (query.clone(), query.filter());
    let of_batch = filter.batch;
    let (page, all, apart, plans, routers, batch) = desk
        .read(move |tx| {
            let number = of_batch.map(|id: BatchId| vouchers::batch(tx, id)).transpose()?.flatten();
            let number = number.map(|batch| batch.number);
            let (plans, routers) = (plans::plans(tx)?, routers::routers(tx)?);
            let (all, apart) = (vouchers::tally_of_all(tx)?, vouchers::tally_of_practice(tx)?);
            Ok::<_, Fault>((ask(tx, &asked)?, all, apart, plans, routers, number))
        })
        .await?;
    let (t, format) = (desk.t, desk.format);
    let practice = routers.iter().find(|router| router.practice).map(|router| router.id);
    let summary =
        t.vouchers.summary(format.count(all.ready()), format.count(all.pending), format.count(all.void));
    let page = ListPage {
        t,
        summary: beside_practice(summary, &apart, format),
        states: states(&all, &query, &desk),
        state_choices: state_choices(query.stand(), t),
        plans: plan_choices(&plans, filter.plan, t.batches.all_plans),
        routers: router_choices(&routers, filter.router, t.batches.all_routers),
        batch: batch.map(|number| (query.batch.clone(), t.vouchers.of_batch(number))),
        found: Found::of(&page, practice, &query, &desk),
        text: query.text.clone(),
        may_make: desk.may(MAY_CREATE),
        frame: desk.frame(Nav::Vouchers, t.vouchers.title).await?,
    };
    show(&page)
}

fn states(all: &Tally, query: &FindQuery, desk: &Desk) -> Vec<StateLink> {
    let link = |stand: Stand| {
        let chosen = query.stand() == Some(stand);
        StateLink {
            address: query.with_state(if chosen { "" } else { stand.as_str() }).address(None),
            chip: stand.chip(desk.t),
            count: desk.format.count(stand.count(all)),
            chosen,
        }
    };
    let shown = |stand: &Stand| stand.count(all) > 0 || query.stand() == Some(*stand);
    Stand::ALL.into_iter().filter(shown).map(link).collect()
}

fn state_choices(chosen: Option<Stand>, t: &Texts) -> Vec<Choice> {
    let each = Stand::ALL.iter().map(|it| Choice::new(it.as_str(), it.word(t), Some(*it) == chosen));
    std::iter::once(Choice::new("", t.vouchers.all_states, chosen.is_none())).chain(each).collect()
}

#[derive(Template)]
#[template(path = "vouchers/_found.html")]
struct FoundPart {
    t: &'static Texts,
    found: Found,
    may_make: bool,
}

/// The rows for what was typed; the address bar follows, so that going back and links work.
pub(super) async fn part(desk: Desk, Query(query): Query<FindQuery>) -> Answer {
    let asked = query.clone();
    let (page, practice) = desk.read(move |tx| found(tx, &asked)).await?;
    shown(&desk, &query, &page, practice)
}

fn found(tx: &ReadTx<'_>, query: &FindQuery) -> Result<(Page, Option<RouterId>), Fault> {
    Ok((ask(tx, query)?, routers::practice_id(tx)?))
}

fn shown(desk: &Desk, query: &FindQuery, page: &Page, practice: Option<RouterId>) -> Answer {
    let part = FoundPart {
        t: desk.t,
        found: Found::of(page, practice, query, desk),
        may_make: desk.may(MAY_CREATE),
    };
    let mut response = show(&part)?;
    if let Ok(address) = HeaderValue::try_from(query.address(None)) {
        response.headers_mut().insert("hx-replace-url", address);
    }
    Ok(response)
}

/// Enter: a text that is a whole code, number or serial opens its voucher; any other is searched for.
pub(super) async fn open(desk: Desk, Query(query): Query<FindQuery>) -> Answer {
    let asked = query.clone();
    let (page, practice) = desk.read(move |tx| found(tx, &asked)).await?;
    let typed: String = query.text.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_meant = |voucher: &&Voucher| {
        voucher.code.eq_ignore_ascii_case(&typed)
            || (voucher.number.to_string() == typed && page.vouchers.len() == 1)
            || printed_serial(&query.text) == Some((voucher.batch_number, voucher.serial))
    };
    match page.vouchers.iter().find(is_meant).filter(|_| !typed.is_empty()) {
        Some(voucher) => go(&format!("/vouchers/{}", voucher.id)),
        None => shown(&desk, &query, &page, practice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_only_what_narrows_the_list() {
        let query = FindQuery { state: "ready".into(), text: " k7m2-p ".into(), ..FindQuery::default() };
        assert_eq!(query.address(None), "/vouchers?text=k7m2-p&state=ready");
        assert_eq!(query.address(Some("begins:K7")), "/vouchers?text=k7m2-p&state=ready&after=begins%3AK7");
        assert_eq!(FindQuery::default().address(None), "/vouchers");
    }

    #[test]
    fn only_a_number_as_printed_is_taken_for_a_serial() {
        assert_eq!(printed_serial(" 14-0041 "), Some((14, 41)));
        for other in ["14", "K7M2-PQRX", "-41", "14-", "14-123456", "1234567890-1", "1-2-3"] {
            assert_eq!(printed_serial(other), None, "{other}");
        }
    }
}
