//! One reseller: what they owe, what they were given, what came back.

use super::{MAY_CHANGE, known, list};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, RequestKey};
use crate::frame::{Frame, Nav};
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::counters;
use karcis_core::fault::Fault;
use karcis_core::resellers::{self, Handover, Reseller, Settlement, SettlementKind};
use karcis_core::shifts::{self, ShiftState};
use karcis_core::values::{Money, ResellerId};
use karcis_core::vouchers;

/// What is shown of the past; the audit trail holds the rest.
const SHOWN: u16 = 100;

#[derive(Template)]
#[template(path = "resellers/page.html")]
struct ResellerPage {
    t: &'static Texts,
    frame: Frame,
    reseller: View,
}

/// What every settlement draws anew.
#[derive(Template)]
#[template(path = "resellers/_reseller.html")]
pub(super) struct ResellerPart {
    pub(super) t: &'static Texts,
    pub(super) reseller: View,
}

pub(super) struct View {
    id: String,
    name: String,
    sentence: String,
    state: Chip,
    owed: String,
    owes: bool,
    archived: bool,
    may_change: bool,
    archive_question: String,
    amount: Field,
    places: Vec<Choice>,
    request_key: RequestKey,
    handovers: Vec<HandoverRow>,
    settlements: Vec<SettlementRow>,
}

struct HandoverRow {
    id: String,
    number: String,
    batch: String,
    batch_words: String,
    quantity: String,
    gross: String,
    commission: String,
    at: String,
    by: String,
}

struct SettlementRow {
    number: String,
    kind: &'static str,
    detail: String,
    amount: String,
    at: String,
    by: String,
}

struct Known {
    reseller: Reseller,
    owed: Money,
    handovers: Vec<(Handover, i64)>,
    settlements: Vec<Settlement>,
    open: Vec<(String, String)>,
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let reseller = view(&desk, known(&id)?).await?;
    let frame = desk.frame(Nav::Resellers, &reseller.name).await?;
    show(&ResellerPage { t: desk.t, frame, reseller })
}

pub(super) async fn view(desk: &Desk, id: ResellerId) -> Result<View, Error> {
    let known = desk.read(move |tx| known_of(tx, id)).await?.ok_or(Error::NotFound)?;
    let (t, format) = (desk.t, desk.format);
    let reseller = &known.reseller;
    let phone = if reseller.phone.is_empty() { t.resellers.no_phone } else { &reseller.phone };
    let bank = Choice::new("bank", t.resellers.to_bank, known.open.is_empty());
    let drawers = known.open.iter().enumerate();
    let drawers =
        drawers.map(|(place, (id, name))| Choice::new(id.as_str(), t.resellers.to_drawer(name), place == 0));
    Ok(View {
        id: id.to_string(),
        sentence: t.resellers.sentence(format!("{} %", reseller.commission), phone),
        state: list::state(reseller, known.owed, t),
        owed: format.money(known.owed),
        owes: known.owed > Money::ZERO,
        archived: reseller.archived,
        may_change: desk.may(MAY_CHANGE),
        archive_question: t.resellers.archive_question(&reseller.name),
        amount: Field::new("amount", format.money(known.owed)),
        places: drawers.chain([bank]).collect(),
        request_key: desk.request_key(),
        handovers: known.handovers.iter().map(|(handover, batch)| handed(handover, *batch, desk)).collect(),
        settlements: known.settlements.iter().map(|settlement| settled(settlement, desk)).collect(),
        name: known.reseller.name,
    })
}

fn known_of(tx: &karcis_core::db::ReadTx<'_>, id: ResellerId) -> Result<Option<Known>, Fault> {
    let Some(reseller) = resellers::reseller(tx, id)? else { return Ok(None) };
    let mut handovers = Vec::new();
    for handover in resellers::handovers(tx, id, SHOWN)? {
        let number = vouchers::batch(tx, handover.batch)?.map_or(0, |batch| batch.number);
        handovers.push((handover, number));
    }
    let mut open = Vec::new();
    for counter in counters::all(tx)?.into_iter().filter(|counter| !counter.archived) {
        if shifts::current(tx, counter.id)?.is_some_and(|shift| shift.state == ShiftState::Open) {
            open.push((counter.id.to_string(), counter.name));
        }
    }
    Ok(Some(Known {
        owed: resellers::owed(tx, id)?,
        settlements: resellers::settlements(tx, id, SHOWN)?,
        reseller,
        handovers,
        open,
    }))
}

fn handed(handover: &Handover, batch: i64, desk: &Desk) -> HandoverRow {
    let format = desk.format;
    HandoverRow {
        id: handover.id.to_string(),
        number: format!("#{}", handover.number),
        batch: handover.batch.to_string(),
        batch_words: desk.t.resellers.batch_number(batch),
        quantity: format.count(handover.quantity),
        gross: format.money(handover.gross),
        commission: format!("{} ({} %)", format.money(handover.commission), handover.rate),
        at: format.moment(handover.at),
        by: handover.handed_by.clone(),
    }
}

fn settled(settlement: &Settlement, desk: &Desk) -> SettlementRow {
    let t = &desk.t.resellers;
    let (kind, words) = match settlement.kind {
        SettlementKind::Cash => (t.paid_cash, String::new()),
        SettlementKind::Bank => (t.paid_bank, String::new()),
        SettlementKind::Return => (t.given_back, t.returned_count(desk.format.count(settlement.quantity))),
    };
    let parts = [words, settlement.note.clone()].into_iter().filter(|part| !part.is_empty());
    SettlementRow {
        number: format!("#{}", settlement.number),
        kind,
        detail: parts.collect::<Vec<_>>().join(" · "),
        amount: desk.format.money(settlement.amount),
        at: desk.format.moment(settlement.at),
        by: settlement.settled_by.clone(),
    }
}
