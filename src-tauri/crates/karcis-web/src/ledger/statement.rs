//! One account's statement, newest first.

use super::{account_words, entry_word};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Query;
use crate::format::Format;
use crate::frame::{Frame, Nav};
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::ledger::{self, Account, StatementLine};
use karcis_core::values::Money;
use serde::Deserialize;

/// Lines on a page.
const PAGE: u16 = 50;

#[derive(Template)]
#[template(path = "ledger/statement.html")]
struct StatementPage {
    t: &'static Texts,
    frame: Frame,
    title: String,
    sentence: String,
    rows: Vec<Row>,
    older: Option<String>,
    newest: bool,
}

struct Row {
    number: i64,
    at: String,
    kind: &'static str,
    memo: String,
    by: String,
    debit: String,
    credit: String,
    balance: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    before: String,
}

pub(super) async fn page(desk: Desk, Path(account): Path<String>, Query(place): Query<Place>) -> Answer {
    let account: Account = account.parse().map_err(|_| Error::NotFound)?;
    let before = place.before.parse().ok();
    let (lines, balance, name) = desk
        .read(move |tx| {
            let lines = ledger::statement(tx, &account, before, PAGE)?;
            Ok::<_, Fault>((lines, ledger::balance(tx, &account)?, ledger::account_name(tx, &account)?))
        })
        .await?;
    let name = name.ok_or(Error::NotFound)?;
    let (t, format) = (desk.t, desk.format);
    let title = account_words(&account, &name, t);
    let full = lines.len() == usize::from(PAGE);
    let older = lines.last().filter(|_| full).map(|last| format!("/ledger/{account}?before={}", last.id));
    let page = StatementPage {
        t,
        frame: desk.frame(Nav::Reports, &title).await?,
        sentence: t.ledger.balance_is(format.money(Money::rupiah(balance))),
        title,
        rows: lines.iter().map(|line| row(line, format)).collect(),
        older,
        newest: before.is_none(),
    };
    show(&page)
}

fn row(line: &StatementLine, format: Format) -> Row {
    let side = |amount: i64| if amount > 0 { format.money(Money::rupiah(amount)) } else { String::new() };
    Row {
        number: line.id.number(),
        at: format.moment(line.at),
        kind: entry_word(line.kind, format.texts()),
        memo: line.memo.clone(),
        by: line.actor_name.clone(),
        debit: side(line.amount),
        credit: side(-line.amount),
        balance: format.money(Money::rupiah(line.balance)),
    }
}
