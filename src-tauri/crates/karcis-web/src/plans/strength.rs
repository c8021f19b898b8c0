//! The meter that answers while somebody chooses how codes look.

use crate::answer::{Answer, show};
use crate::batches::{StyleForm, readable, score, words};
use crate::desk::Desk;
use crate::fields::Query;
use crate::format::Format;
use crate::texts::Texts;
use askama::Template;
use karcis_core::fault::Fault;
use karcis_core::plans::CodeStyle;
use karcis_core::values::RouterId;
use karcis_core::vouchers::{self, Verdict};
use serde::Deserialize;

/// What the meter assumes to be live at least: a shop that sells has a box of vouchers out.
const LIVE_AT_LEAST: u64 = 1_000;

/// The meter of a code style.
pub(crate) struct Gauge {
    pub(crate) tone: &'static str,
    /// From 0 to 100.
    pub(crate) score: u8,
    pub(crate) letters: String,
    pub(crate) words: String,
}

impl Gauge {
    pub(crate) fn of(style: &CodeStyle, live: u64, format: Format) -> Gauge {
        let live = live.max(LIVE_AT_LEAST);
        let strength = vouchers::strength(style, live);
        Gauge {
            tone: match strength.verdict {
                Verdict::Safe => "ok",
                Verdict::Fair => "wait",
                Verdict::Weak => "bad",
            },
            score: score(&strength),
            letters: format.texts().batches.make_form.length_letters(style.length),
            words: words(&strength, live, format),
        }
    }
}

#[derive(Template)]
#[template(path = "plans/_strength.html")]
struct StrengthPart {
    t: &'static Texts,
    gauge: Gauge,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct StrengthQuery {
    #[serde(default)]
    router: String,
    #[serde(flatten)]
    style: StyleForm,
}

pub(super) async fn meter(desk: Desk, Query(query): Query<StrengthQuery>) -> Answer {
    let live = live(&desk, query.router.parse().ok()).await?;
    show(&StrengthPart { t: desk.t, gauge: Gauge::of(&readable(&query.style), live, desk.format) })
}

/// How many codes the router accepts now.
pub(super) async fn live(desk: &Desk, router: Option<RouterId>) -> Result<u64, Fault> {
    match router {
        Some(router) => desk.read(move |tx| vouchers::live_on(tx, router)).await,
        None => Ok(0),
    }
}
