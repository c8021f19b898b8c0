//! The audit trail: who did what, newest first, and whether the chain is whole.

mod words;

use crate::access::Access;
use crate::answer::{Answer, encoded, show};
use crate::desk::Desk;
use crate::fields::{Choice, Query};
use crate::frame::{Frame, Nav};
use crate::routes::Routes;
use crate::texts::Texts;
use askama::Template;
use karcis_core::audit::{self, Chain, Entry};
use karcis_core::staff::{Area, Deed, Permission};
use serde::Deserialize;

const READ: Access = Access::May(Permission::new(Area::System, Deed::Read));
/// Rows of one page; the next page begins where this one ends.
const PAGE: u16 = 50;
/// Rows of the history of one thing.
const HISTORY: u16 = 500;

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/audit", READ, list);
    routes.get("/audit/verify", READ, verify);
}

#[derive(Debug, Deserialize)]
struct Filter {
    before: Option<i64>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    id: String,
}

struct Row {
    seq: String,
    at: String,
    actor: String,
    deed: String,
    subject: String,
    /// The address of this subject's own history.
    subject_address: String,
    detail: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "audit/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    rows: Vec<Row>,
    kinds: Vec<Choice>,
    /// What the rows are limited to, in words.
    limited_to: Option<String>,
    /// The address of older rows, when there may be some.
    older: Option<String>,
    newest: bool,
}

async fn list(desk: Desk, Query(filter): Query<Filter>) -> Answer {
    let one_thing = !filter.id.is_empty();
    let (kind, id, before) = (filter.kind.clone(), filter.id.clone(), filter.before);
    let entries = desk
        .read(move |tx| {
            if id.is_empty() {
                return audit::entries(tx, before, PAGE);
            }
            let mut history = audit::history(tx, (&kind, &id), HISTORY)?;
            history.reverse();
            Ok(history)
        })
        .await?;
    let older = (!one_thing && entries.len() == usize::from(PAGE)).then(|| entries.last()).flatten();
    let older = older.map(|entry| format!("/audit?before={}&kind={}", entry.seq, encoded(&filter.kind)));
    let shown = entries.iter().filter(|entry| filter.kind.is_empty() || entry.subject_kind == filter.kind);
    let page = ListPage {
        t: desk.t,
        rows: shown.map(|entry| row(entry, &desk)).collect(),
        kinds: words::kinds(&filter.kind, desk.t),
        limited_to: one_thing.then(|| format!("{} {}", words::kind(&filter.kind, desk.t), filter.id)),
        older,
        newest: filter.before.is_none(),
        frame: desk.frame(Nav::Audit, desk.t.audit.title).await?,
    };
    show(&page)
}

fn row(entry: &Entry, desk: &Desk) -> Row {
    Row {
        seq: desk.format.count(entry.seq),
        at: desk.format.moment(entry.at),
        actor: entry.actor_name.clone(),
        deed: words::deed(&entry.deed, desk.t).to_owned(),
        subject: words::kind(&entry.subject_kind, desk.t).to_owned(),
        subject_address: format!(
            "/audit?kind={}&id={}",
            encoded(&entry.subject_kind),
            encoded(&entry.subject_id)
        ),
        detail: entry.detail.clone(),
        hash: entry.hash.chars().take(10).collect(),
    }
}

#[derive(Template)]
#[template(path = "audit/_chain.html")]
struct ChainPart {
    whole: bool,
    words: String,
}

/// Reads the whole chain and tells what was found.
async fn verify(desk: Desk) -> Answer {
    let (whole, words) = match desk.read(audit::verify).await? {
        Chain::Whole { rows, head } => (true, desk.t.audit.whole(desk.format.count(rows), head)),
        Chain::Broken { seq } => (false, desk.t.audit.broken(desk.format.count(seq))),
    };
    show(&ChainPart { whole, words })
}
