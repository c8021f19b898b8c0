//! What the router has of a voucher at this moment: whether it is in use, for how long, how much went through it.

use super::known;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::format::Format;
use crate::icons::Icon;
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::engine::Traces;
use karcis_core::fault::Fault;
use karcis_core::sales::Usage;
use karcis_core::vouchers::{self, Batch};

#[derive(Template)]
#[template(path = "vouchers/_usage.html")]
struct UsagePart {
    t: &'static Texts,
    id: String,
    /// Nothing when the router cannot be asked.
    chip: Option<Chip>,
    facts: Vec<(&'static str, String)>,
}

pub(super) async fn part(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    let batch = desk
        .read(move |tx| {
            let voucher = vouchers::voucher(tx, id)?.ok_or(Error::NotFound)?;
            let batch = vouchers::batch(tx, voucher.batch)?;
            batch.ok_or_else(|| Error::Fault(Fault::new("a voucher without its batch")))
        })
        .await?;
    let seen = desk.office.engine().glance(id).await?;
    let facts = if seen.usage == Usage::Used { facts(&seen, &batch, desk.format) } else { Vec::new() };
    show(&UsagePart { t: desk.t, id: id.to_string(), chip: chip(&seen, desk.t), facts })
}

fn chip(seen: &Traces, t: &Texts) -> Option<Chip> {
    let t = &t.vouchers.usage;
    match seen.usage {
        Usage::NeverUsed => Some(Chip { tone: "mute", icon: Icon::TicketPerforated, word: t.never }),
        Usage::Used if seen.online => Some(Chip { tone: "ok", icon: Icon::Wifi, word: t.online }),
        Usage::Used => Some(Chip { tone: "live", icon: Icon::ClockHistory, word: t.used }),
        Usage::Unknown => None,
    }
}

fn facts(seen: &Traces, batch: &Batch, format: Format) -> Vec<(&'static str, String)> {
    let t = &format.texts().vouchers.usage;
    let of = |used: String, limit: Option<String>| limit.map_or(used.clone(), |limit| t.of(used, limit));
    let uptime = batch.uptime_limit.map(|limit| format.span(limit.as_duration()));
    let data = batch.data_limit.map(|limit| format.data(limit));
    let mut facts = vec![
        (t.uptime, of(format.span(seen.uptime), uptime)),
        (t.data, of(format.traffic(seen.bytes), data)),
    ];
    facts.extend(seen.first_login_at().map(|at| (t.first_login, format.wall(at))));
    facts
}
