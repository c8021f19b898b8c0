//! The shifts there were, newest first.

use super::{chip, difference};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::fields::Query;
use crate::frame::{Frame, Nav};
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use karcis_core::shifts::{self, Shift, ShiftState};
use karcis_core::values::Money;
use serde::Deserialize;

const PAGE: u16 = 50;

#[derive(Template)]
#[template(path = "shift/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    lead: String,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    address: String,
    number: i64,
    counter: String,
    opened: String,
    closed: String,
    state: Chip,
    difference: String,
    tone: &'static str,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    before: String,
}

pub(super) async fn page(desk: Desk, Query(query): Query<ListQuery>) -> Answer {
    let before = query.before.parse().ok();
    let mut found = desk.read(move |tx| shifts::list(tx, before, PAGE + 1)).await?;
    let more = found.len() > usize::from(PAGE);
    found.truncate(usize::from(PAGE));
    let next = found.last().filter(|_| more).map(|shift| format!("/shifts?before={}", shift.number));
    let open = found.iter().filter(|shift| shift.state != ShiftState::Closed).count();
    let t = &desk.t.shift;
    show(&ListPage {
        t: desk.t,
        frame: desk.frame(Nav::Shift, t.list_title).await?,
        lead: if open == 0 { t.all_closed.to_owned() } else { t.list_lead(open) },
        rows: found.iter().map(|shift| row(shift, &desk)).collect(),
        next,
    })
}

fn row(shift: &Shift, desk: &Desk) -> Row {
    let (format, t) = (desk.format, desk.t);
    let closed = shift.tally.filter(|_| shift.state == ShiftState::Closed);
    let amount = closed.map(|tally| tally.difference.amount());
    Row {
        address: format!("/shifts/{}", shift.id),
        number: shift.number,
        counter: shift.counter_name.clone(),
        opened: format!("{} · {}", format.moment(shift.opened_at), shift.opened_by),
        closed: shift.closing.as_ref().map(|closing| format.moment(closing.at)).unwrap_or_default(),
        state: chip(shift, desk.now(), t),
        difference: amount.map(|amount| format.money(Money::rupiah(amount))).unwrap_or_default(),
        tone: match amount.map(|amount| difference(amount, t).0) {
            Some("bad") => "k-bad",
            Some("wait") => "k-wait",
            Some(_) | None => "",
        },
    }
}
