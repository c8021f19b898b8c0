//! The trial balance: every account, and the proof that both sides are equal.

use super::{account_words, family};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::format::Format;
use crate::frame::{Frame, Nav};
use crate::texts::Texts;
use askama::Template;
use karcis_core::ledger::{self, TrialBalance, TrialRow};
use karcis_core::values::Money;

#[derive(Template)]
#[template(path = "ledger/trial.html")]
struct TrialPage {
    t: &'static Texts,
    frame: Frame,
    proven: bool,
    words: String,
    groups: Vec<Group>,
    debit: String,
    credit: String,
}

struct Group {
    family: &'static str,
    rows: Vec<Row>,
}

struct Row {
    address: String,
    name: String,
    debit: String,
    credit: String,
}

pub(super) async fn page(desk: Desk) -> Answer {
    let balance = desk.read(ledger::trial_balance).await?;
    let t = desk.t;
    let page = TrialPage {
        t,
        frame: desk.frame(Nav::Reports, t.ledger.title).await?,
        proven: balance.is_zero(),
        words: proof(&balance, desk.format),
        debit: desk.format.money(Money::rupiah(balance.debit)),
        credit: desk.format.money(Money::rupiah(balance.credit)),
        groups: groups(&balance, desk.format),
    };
    show(&page)
}

fn proof(balance: &TrialBalance, format: Format) -> String {
    let t = format.texts();
    match balance.broken.first() {
        Some(first) => t.ledger.broken(format.count(balance.broken.len()), first.number()),
        None if balance.is_zero() => t.ledger.proven.to_owned(),
        None => t.ledger.unequal(format.money(Money::rupiah(balance.debit - balance.credit))),
    }
}

/// The rows come family by family.
fn groups(balance: &TrialBalance, format: Format) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for found in &balance.rows {
        let family = family(found.kind, format.texts());
        match groups.last_mut().filter(|group| group.family == family) {
            Some(group) => group.rows.push(row(found, format)),
            None => groups.push(Group { family, rows: vec![row(found, format)] }),
        }
    }
    groups
}

fn row(found: &TrialRow, format: Format) -> Row {
    let side = |amount: i64| if amount == 0 { String::new() } else { format.money(Money::rupiah(amount)) };
    Row {
        address: format!("/ledger/{}", found.account),
        name: account_words(&found.account, &found.name, format.texts()),
        debit: side(found.debit()),
        credit: side(found.credit()),
    }
}
