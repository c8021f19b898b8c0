//! Every reseller at a glance, with what they owe.

use super::MAY_CHANGE;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::frame::{Frame, Nav};
use crate::icons::Icon;
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use karcis_core::resellers::{self, Reseller};
use karcis_core::values::Money;

#[derive(Template)]
#[template(path = "resellers/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    summary: String,
    rows: Vec<Row>,
    may_change: bool,
}

struct Row {
    id: String,
    name: String,
    phone: String,
    commission: String,
    owed: String,
    state: Chip,
}

pub(super) async fn page(desk: Desk) -> Answer {
    let found = desk.read(resellers::all).await?;
    let t = desk.t;
    let owed = found.iter().try_fold(Money::ZERO, |sum, (_, owed)| sum.plus(*owed)).unwrap_or_default();
    let active = found.iter().filter(|(reseller, _)| !reseller.archived).count();
    let summary = if found.is_empty() {
        t.resellers.none_yet.to_owned()
    } else {
        t.resellers.summary(desk.format.count(active), desk.format.money(owed))
    };
    let page = ListPage {
        t,
        frame: desk.frame(Nav::Resellers, t.resellers.title).await?,
        summary,
        rows: found.iter().map(|(reseller, owed)| row(reseller, *owed, &desk)).collect(),
        may_change: desk.may(MAY_CHANGE),
    };
    show(&page)
}

fn row(reseller: &Reseller, owed: Money, desk: &Desk) -> Row {
    Row {
        id: reseller.id.to_string(),
        name: reseller.name.clone(),
        phone: reseller.phone.clone(),
        commission: format!("{} %", reseller.commission),
        owed: desk.format.money(owed),
        state: state(reseller, owed, desk.t),
    }
}

/// Where a reseller's account stands, in a word.
pub(super) fn state(reseller: &Reseller, owed: Money, t: &Texts) -> Chip {
    if reseller.archived {
        Chip { tone: "mute", icon: Icon::Inbox, word: t.resellers.archived }
    } else if owed > Money::ZERO {
        Chip { tone: "wait", icon: Icon::HourglassSplit, word: t.resellers.owes }
    } else {
        Chip { tone: "ok", icon: Icon::Check2, word: t.resellers.settled }
    }
}
