//! Who is online at a router, asked anew while somebody looks.

use super::{in_use, known};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::db::ReadTx;
use karcis_core::engine::{GuestSession, Guests};
use karcis_core::fault::Fault;
use karcis_core::values::{Bytes, RouterId};
use karcis_core::vouchers::{self, Voucher};

/// A router is asked again after so many seconds: a long list is work for a small one.
const EVERY: [(usize, u32); 3] = [(200, 5), (2_000, 15), (usize::MAX, 60)];

#[derive(Template)]
#[template(path = "routers/_online.html")]
struct OnlinePart {
    t: &'static Texts,
    id: String,
    /// Nothing when the router cannot be asked.
    rows: Option<Vec<Guest>>,
    lead: String,
    every: u32,
}

struct Guest {
    name: String,
    /// The page of the voucher, and its plan.
    voucher: Option<(String, String)>,
    device: String,
    address: String,
    uptime: String,
    received: String,
    sent: String,
}

pub(super) async fn part(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    desk.read(move |tx| in_use(tx, id)).await?;
    let online = desk.office.engine().online(id).await?;
    let part = match online {
        Some(online) => listed(&desk, id, online).await?,
        None => OnlinePart {
            t: desk.t,
            id: id.to_string(),
            rows: None,
            lead: desk.t.routers.online_unknown.to_owned(),
            every: EVERY[1].1,
        },
    };
    show(&part)
}

async fn listed(desk: &Desk, id: RouterId, online: Guests) -> Result<OnlinePart, Fault> {
    let (count, shown, w) = (online.count, online.sessions.len(), &desk.t.routers);
    let lead = match (count, count - shown) {
        (0, _) => w.online_none.to_owned(),
        (_, 0) => w.online_now(desk.format.count(count)),
        (_, _) => w.online_some(desk.format.count(count), desk.format.count(shown)),
    };
    let found = desk.read(move |tx| with_vouchers(tx, id, online.sessions)).await?;
    let guests = found.into_iter().map(|(session, voucher)| guest(session, voucher, desk));
    Ok(OnlinePart {
        t: desk.t,
        id: id.to_string(),
        rows: Some(guests.collect()),
        lead,
        every: EVERY.iter().find(|(most, _)| count <= *most).map_or(60, |(_, every)| *every),
    })
}

fn with_vouchers(
    tx: &ReadTx<'_>,
    router: RouterId,
    sessions: Vec<GuestSession>,
) -> Result<Vec<(GuestSession, Option<Voucher>)>, Fault> {
    let found = |session: GuestSession| {
        let voucher = vouchers::by_code(tx, &session.user)?;
        Ok((session, voucher.filter(|voucher| voucher.router == router)))
    };
    sessions.into_iter().map(found).collect()
}

fn guest(session: GuestSession, voucher: Option<Voucher>, desk: &Desk) -> Guest {
    Guest {
        name: voucher.as_ref().map_or(session.user, |voucher| karcis_print::grouped(&voucher.code)),
        voucher: voucher.map(|voucher| (format!("/vouchers/{}", voucher.id), voucher.plan_name)),
        device: session.device.unwrap_or_default(),
        address: session.address,
        uptime: desk.format.span(session.uptime),
        received: amount(session.received),
        sent: amount(session.sent),
    }
}

/// Quotas begin at a mebibyte; what little somebody moved so far is told in smaller units.
fn amount(bytes: u64) -> String {
    match i64::try_from(bytes).map(Bytes::new) {
        Ok(Ok(quota)) => quota.to_string(),
        Ok(Err(_)) | Err(_) => format!("{} KiB", bytes / 1024),
    }
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn an_amount_is_told_from_the_first_kibibyte_on() {
        assert_eq!([0, 2_500, 3 << 20].map(amount), ["0 KiB", "2 KiB", "3 MiB"]);
    }
}
