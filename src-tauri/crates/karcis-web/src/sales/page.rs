//! One sale: what it was, what became of it, its slips.

use super::known;
use super::timeline::{Event, Past, timeline};
use super::words::{SaleRow, sale_chip};
use crate::answer::{Answer, changed, show};
use crate::batches::Fact;
use crate::counter::{SlipRow, print_again, printing_words};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::frame::{Frame, Nav};
use crate::shift::{SELL, counter_here, picked};
use crate::slips::again::refusal;
use crate::staff::Chip;
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::counters;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::sales::{self, Fill, Receipt, Sale};
use karcis_core::shifts::{self, Shift};
use karcis_core::slips::{self, Slip, SlipError, SlipKind};
use karcis_core::values::{Money, SaleId};
use karcis_core::vouchers::{self, Voucher, VoucherState};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sales/page.html")]
struct SalePage {
    t: &'static Texts,
    frame: Frame,
    sale: SaleView,
    close_dialog: bool,
}

/// What every change draws anew.
#[derive(Template)]
#[template(path = "sales/_sale.html")]
pub(super) struct SalePart {
    pub(super) t: &'static Texts,
    pub(super) sale: SaleView,
    pub(super) close_dialog: bool,
}

pub(super) struct SaleView {
    id: String,
    code: String,
    state: Chip,
    sentence: String,
    practice: bool,
    /// Whether the customer's code will never work.
    exchange: bool,
    facts: Vec<Fact>,
    voucher_address: String,
    shift: Option<(String, String)>,
    others: Vec<SaleRow>,
    events: Vec<Event>,
    slips: Vec<SlipRow>,
    may_void: bool,
    may_reprint: bool,
    may_send: bool,
    request_key: RequestKey,
}

struct Found {
    sale: Sale,
    receipt: Receipt,
    voucher: Voucher,
    slips: Vec<Slip>,
    shift: Option<Shift>,
    counter: String,
}

fn look_up(tx: &ReadTx<'_>, id: SaleId) -> Result<Option<Found>, Fault> {
    let Some(sale) = sales::sale(tx, id)? else { return Ok(None) };
    let receipt =
        sales::receipt(tx, sale.receipt)?.ok_or_else(|| Fault::new("a sale without its receipt"))?;
    let voucher =
        vouchers::voucher(tx, sale.voucher)?.ok_or_else(|| Fault::new("a sale without its voucher"))?;
    let mut slips = slips::of_subject(tx, SlipKind::Voucher, &id.to_string())?;
    slips.extend(slips::of_subject(tx, SlipKind::Void, &id.to_string())?);
    let counter = sale.counter.map(|counter| counters::counter(tx, counter)).transpose()?.flatten();
    Ok(Some(Found {
        shift: sale.shift.map(|shift| shifts::shift(tx, shift)).transpose()?.flatten(),
        counter: counter.map(|counter| counter.name).unwrap_or_default(),
        receipt,
        voucher,
        slips,
        sale,
    }))
}

impl SaleView {
    pub(super) async fn ask(desk: &Desk, id: SaleId) -> Result<SaleView, Error> {
        let found = desk.read(move |tx| look_up(tx, id)).await?.ok_or(Error::NotFound)?;
        let sale = &found.sale;
        let past = Past {
            sale,
            receipt: &found.receipt,
            voucher: &found.voucher,
            slips: &found.slips,
            counter: &found.counter,
        };
        let t = &desk.t.sales;
        Ok(SaleView {
            id: sale.id.to_string(),
            code: karcis_print::grouped(&sale.code),
            state: sale_chip(sale, desk.t),
            sentence: t.sentence(&sale.plan_name, desk.format.money(sale.paid), sale.receipt_title()),
            practice: sale.practice,
            exchange: sale.voided.is_none() && sale.voucher_state == VoucherState::Rejected,
            facts: facts(&found, desk),
            voucher_address: format!("/vouchers/{}", sale.voucher),
            shift: found
                .shift
                .as_ref()
                .map(|shift| (format!("/shifts/{}", shift.id), desk.t.shift.title_of(shift.number))),
            others: found.receipt.sales.iter().map(|other| SaleRow::of(other, desk)).collect(),
            events: timeline(&past, desk),
            slips: found.slips.iter().map(|slip| SlipRow::of(slip, desk)).collect(),
            may_void: desk.may(SELL) && sale.voided.is_none() && sale.fill != Fill::Handover,
            may_reprint: desk.may(SELL) && sale.fill != Fill::Handover,
            may_send: sale.voided.is_none(),
            request_key: desk.request_key(),
        })
    }
}

fn facts(found: &Found, desk: &Desk) -> Vec<Fact> {
    let (t, format, sale, receipt) = (&desk.t.sales, desk.format, &found.sale, &found.receipt);
    let mut facts = vec![
        Fact { label: t.sold_at, value: format.moment(sale.at) },
        Fact { label: t.cashier, value: sale.cashier_name.clone() },
        Fact { label: t.receipt, value: format!("#{}", receipt.title()) },
        Fact { label: t.plan, value: sale.plan_name.clone() },
        Fact { label: t.router, value: sale.router_name.clone() },
        Fact { label: t.list_price, value: format.money(sale.price) },
    ];
    if sale.discount != Money::ZERO {
        let reason = receipt.discount_reason.as_deref().unwrap_or_default();
        let value = t.discount_why(format.money(sale.discount), reason);
        facts.push(Fact { label: t.discount, value });
        facts.push(Fact { label: t.paid, value: format.money(sale.paid) });
    }
    if let Some(received) = receipt.received {
        facts.push(Fact { label: t.received, value: format.money(received) });
        facts.push(Fact { label: t.change, value: format.money(receipt.change()) });
    }
    facts
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let sale = SaleView::ask(&desk, known(&id)?).await?;
    let frame = desk.frame(Nav::Sales, &sale.code).await?;
    show(&SalePage { t: desk.t, frame, sale, close_dialog: false })
}

pub(super) async fn part(desk: Desk, Path(id): Path<String>) -> Answer {
    let sale = SaleView::ask(&desk, known(&id)?).await?;
    show(&SalePart { t: desk.t, sale, close_dialog: false })
}

#[derive(Debug, Deserialize)]
pub(super) struct ReprintForm {
    #[serde(default)]
    request_key: String,
}

/// The sale's slip once more, at the counter of whoever asks.
pub(super) async fn reprint(desk: Desk, Path(id): Path<String>, Form(form): Form<ReprintForm>) -> Answer {
    let (id, key) = (known(&id)?, RequestKey::parse(&form.request_key)?);
    let (person, office, now, here) = (desk.person()?, desk.office.clone(), desk.now(), picked(&desk));
    let (actor, role) = (person.actor(), person.role);
    let printed = desk
        .write(move |tx| {
            let sale = sales::sale(tx, id)?.ok_or(SlipError::Unknown)?;
            let Some(counter) = counter_here(tx, here)? else { return Ok(Err(Refusal::R817)) };
            let (who, mut rng) = ((&actor, role), office.rng());
            let slip = print_again(tx, who, counter.id, &sale, key.as_str(), rng.as_mut(), now)?;
            Ok(slip.ok_or(Refusal::R896))
        })
        .await
        .map_err(refusal)?;
    let slip = printed?;
    Ok(changed(&printing_words(&slip, desk.t)))
}
