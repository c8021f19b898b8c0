//! Who is online at a router, asked anew while somebody looks, and putting one of them off.

use super::{PUT_OFF, in_use, known};
use crate::answer::{Answer, show, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Form;
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::db::ReadTx;
use karcis_core::engine::{Ended, GuestSession, Guests, Seat};
use karcis_core::fault::Fault;
use karcis_core::values::RouterId;
use karcis_core::vouchers::{self, Voucher};
use serde::Deserialize;

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
    /// Whether the list takes the focus: the button that was pressed may be gone.
    focus: bool,
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
    /// For those who may put somebody off.
    end: Option<End>,
}

/// Whose session a button ends, and what is asked before.
struct End {
    user: String,
    question: String,
}

pub(super) async fn part(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    desk.read(move |tx| in_use(tx, id)).await?;
    show(&asked(&desk, id).await?)
}

async fn asked(desk: &Desk, id: RouterId) -> Result<OnlinePart, Fault> {
    match desk.office.engine().online(id).await? {
        Some(online) => listed(desk, id, online).await,
        None => Ok(OnlinePart {
            t: desk.t,
            id: id.to_string(),
            rows: None,
            lead: desk.t.routers.online_unknown.to_owned(),
            every: EVERY[1].1,
            focus: false,
        }),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    user: String,
    address: String,
    device: String,
}

/// Done at once or not at all: a session that would end later is not the one somebody looked at.
pub(super) async fn end(desk: Desk, Path(id): Path<String>, Form(form): Form<EndForm>) -> Answer {
    let (id, actor) = (known(&id)?, desk.actor()?);
    desk.read(move |tx| in_use(tx, id)).await?;
    let device = Some(form.device).filter(|device| !device.is_empty());
    let seat = Seat { user: form.user, address: form.address, device };
    let ended = desk.office.engine().end_session(&actor, id, &seat).await?;
    let user = seat.user.clone();
    let voucher = desk.read(move |tx| voucher_of(tx, id, &user)).await?;
    let (who, w) = (name(&seat.user, voucher.as_ref()), &desk.t.routers);
    let words = match ended {
        Ended::Ended => w.online_ended(who),
        Ended::Back => w.online_ended_back(who),
        Ended::Gone => w.online_ended_gone(who),
        Ended::Away => return Err(Error::Refused(Refusal::R146)),
        Ended::Unsure => return Err(Error::Refused(Refusal::R147)),
        Ended::NotPermitted => return Err(Error::Refused(Refusal::R148)),
    };
    let part = OnlinePart { focus: true, ..asked(&desk, id).await? };
    Ok(with_toast(show(&part)?, &words))
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
        focus: false,
    })
}

fn with_vouchers(
    tx: &ReadTx<'_>,
    router: RouterId,
    sessions: Vec<GuestSession>,
) -> Result<Vec<(GuestSession, Option<Voucher>)>, Fault> {
    let found = |session: GuestSession| {
        let voucher = voucher_of(tx, router, &session.user)?;
        Ok((session, voucher))
    };
    sessions.into_iter().map(found).collect()
}

fn voucher_of(tx: &ReadTx<'_>, router: RouterId, user: &str) -> Result<Option<Voucher>, Fault> {
    Ok(vouchers::by_code(tx, user)?.filter(|voucher| voucher.router == router))
}

/// A code as it is read out, or the name somebody else's user has.
fn name(user: &str, voucher: Option<&Voucher>) -> String {
    voucher.map_or_else(|| user.to_owned(), |voucher| karcis_print::grouped(&voucher.code))
}

fn guest(session: GuestSession, voucher: Option<Voucher>, desk: &Desk) -> Guest {
    let (name, w) = (name(&session.user, voucher.as_ref()), &desk.t.routers);
    let question = match voucher {
        Some(_) => w.online_end_question(&name),
        None => w.online_end_question_other(&name),
    };
    Guest {
        end: desk.may(PUT_OFF).then_some(End { user: session.user, question }),
        name,
        voucher: voucher.map(|voucher| (format!("/vouchers/{}", voucher.id), voucher.plan_name)),
        device: session.device.unwrap_or_default(),
        address: session.address,
        uptime: desk.format.span(session.uptime),
        received: desk.format.traffic(session.received),
        sent: desk.format.traffic(session.sent),
    }
}
