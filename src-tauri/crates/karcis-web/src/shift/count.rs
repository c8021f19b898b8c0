//! Counting the drawer blind: notes and coins go in, nothing that is expected comes out.

use super::{counter_here, known, picked, refused};
use crate::answer::{Answer, again, go, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::frame::{Frame, Nav};
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::shifts::{self, Denomination, Pieces};
use karcis_core::values::Money;
use serde::Deserialize;
use std::collections::BTreeMap;

/// From here on down there are coins only.
const LARGEST_COIN: Money = Money::rupiah(500);

#[derive(Template)]
#[template(path = "shift/count.html")]
struct CountPage {
    t: &'static Texts,
    frame: Frame,
    request_key: RequestKey,
    shift: String,
    rows: Vec<Row>,
    error: Option<&'static str>,
}

/// One denomination to be counted.
struct Row {
    name: String,
    label: String,
    worth: i64,
    coin: bool,
    pieces: String,
    wrong: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct CountForm {
    #[serde(default)]
    request_key: String,
    #[serde(default)]
    shift: String,
    #[serde(flatten)]
    pieces: BTreeMap<String, String>,
}

fn field_name(denomination: Denomination) -> String {
    format!("pieces_{}", denomination.value().amount())
}

/// How many pieces somebody typed; nothing is none.
fn pieces(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() { Some(0) } else { text.parse().ok().filter(|count| *count <= 100_000) }
}

fn rows(typed: &BTreeMap<String, String>) -> Vec<Row> {
    let row = |denomination: Denomination| {
        let name = field_name(denomination);
        let typed = typed.get(&name).cloned().unwrap_or_default();
        Row {
            label: denomination.to_string(),
            worth: denomination.value().amount(),
            coin: denomination.value() <= LARGEST_COIN,
            wrong: pieces(&typed).is_none(),
            pieces: typed,
            name,
        }
    };
    Denomination::ALL.into_iter().map(row).collect()
}

pub(super) async fn page(desk: Desk) -> Answer {
    let here = picked(&desk);
    let shift = desk
        .read(move |tx| match counter_here(tx, here)? {
            Some(counter) => shifts::current(tx, counter.id),
            None => Ok(None),
        })
        .await?
        .ok_or(Error::Refused(Refusal::R801))?;
    show(&CountPage {
        t: desk.t,
        frame: desk.frame(Nav::Shift, desk.t.shift.count_title).await?,
        request_key: desk.request_key(),
        shift: shift.id.to_string(),
        rows: rows(&BTreeMap::new()),
        error: None,
    })
}

pub(super) async fn keep(desk: Desk, Form(form): Form<CountForm>) -> Answer {
    let (key, shift) = (RequestKey::parse(&form.request_key)?, known(&form.shift)?);
    let read = |denomination: Denomination| {
        let typed = form.pieces.get(&field_name(denomination)).map_or("", String::as_str);
        pieces(typed).map(|count| (denomination, count))
    };
    let counted: Option<Vec<Pieces>> = Denomination::ALL.into_iter().map(read).collect();
    let Some(counted) = counted else {
        let page = CountPage {
            t: desk.t,
            frame: desk.frame(Nav::Shift, desk.t.shift.count_title).await?,
            request_key: key,
            shift: shift.to_string(),
            rows: rows(&form.pieces),
            error: Some(desk.t.shift.count_wrong),
        };
        return again(&page);
    };
    let (actor, now) = (desk.actor()?, desk.now());
    let kept = desk.write(move |tx| shifts::count(tx, &actor, shift, &counted, key.as_str(), now)).await;
    kept.map_err(|error| refused(error, &desk))?;
    go("/shift")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_line_is_none_and_anything_else_is_a_whole_number() {
        assert_eq!([pieces(""), pieces(" 12 "), pieces("0")], [Some(0), Some(12), Some(0)]);
        for wrong in ["-1", "1,5", "x", "100001", "99999999999"] {
            assert_eq!(pieces(wrong), None, "{wrong}");
        }
    }
}
