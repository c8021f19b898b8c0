//! Finding a card, a voucher or a receipt from the sell screen; an exact card goes straight onto the ticket.

use super::sell::not_for_sale;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Query;
use crate::icons::Icon;
use crate::sales::{limits, sale_chip};
use crate::shift::since_words;
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::plans::{self, Plan};
use karcis_core::reservations::{self, Reservation, ReservationState};
use karcis_core::sales::{self, Sale, SellError, Why};
use karcis_core::values::{Money, Timestamp};
use karcis_core::vouchers::{self, Batch, Standing, Voucher, VoucherState};
use serde::Deserialize;

/// So many are listed; whoever finds more types more.
const MOST: usize = 8;

/// What the script puts onto the ticket.
pub(super) struct OfferView {
    pub(super) plan: String,
    pub(super) voucher: String,
    pub(super) reservation: String,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) limits: String,
    pub(super) price: i64,
}

impl OfferView {
    fn of(voucher: &Voucher, plan: Option<&Plan>, price: Money, desk: &Desk) -> OfferView {
        OfferView {
            plan: voucher.plan.to_string(),
            voucher: voucher.id.to_string(),
            reservation: String::new(),
            code: karcis_print::grouped(&voucher.code),
            name: voucher.plan_name.clone(),
            limits: plan.map(|plan| limits(plan, desk.format)).unwrap_or_default(),
            price: price.amount(),
        }
    }

    /// What was kept for somebody, while it still is.
    pub(super) async fn of_reservation(desk: &Desk, id: &str) -> Result<Option<OfferView>, Error> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let kept = desk
            .read(move |tx| {
                let open = |kept: &Reservation| kept.state == ReservationState::Open;
                let Some(kept) = reservations::reservation(tx, id)?.filter(open) else {
                    return Ok::<_, Fault>(None);
                };
                let plan = plans::plan(tx, kept.plan)?;
                Ok(Some((kept, plan)))
            })
            .await?;
        Ok(kept.map(|(kept, plan)| OfferView {
            plan: kept.plan.to_string(),
            voucher: String::new(),
            reservation: kept.id.to_string(),
            code: kept.customer,
            name: kept.plan_name,
            limits: plan.map(|plan| limits(&plan, desk.format)).unwrap_or_default(),
            price: kept.price.amount(),
        }))
    }
}

/// One thing that was found.
struct Hit {
    code: String,
    state: Chip,
    words: String,
    offer: Option<OfferView>,
    address: Option<String>,
}

#[derive(Template)]
#[template(path = "counter/_found.html")]
struct FoundPart {
    t: &'static Texts,
    text: String,
    exact: Option<OfferView>,
    hits: Vec<Hit>,
    /// Why the very card that was scanned cannot be sold.
    why: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    text: String,
    /// Whether Enter was pressed or a scanner spoke, so that an exact code is meant.
    enter: String,
}

/// A voucher with what is needed to speak of it.
struct Card {
    voucher: Voucher,
    batch: Batch,
    plan: Option<Plan>,
    sale: Option<Sale>,
    /// What it costs, or why it is not for sale.
    offer: Result<Money, Why>,
}

struct Found {
    exact: Option<Card>,
    cards: Vec<Card>,
    sales: Vec<Sale>,
}

/// The code in what was scanned: the user name in the address of a login page, or the text itself.
fn code_in(text: &str) -> String {
    let query = text.split_once('?').map_or("", |(_, query)| query);
    let named = query.split(['&', '#']).find_map(|pair| pair.strip_prefix("username="));
    named.unwrap_or(text).trim().chars().take(60).collect()
}

fn card(tx: &ReadTx<'_>, voucher: Voucher, now: Timestamp) -> Result<Card, Fault> {
    let batch =
        vouchers::batch(tx, voucher.batch)?.ok_or_else(|| Fault::new("a voucher without its batch"))?;
    let offer = match sales::offer(tx, voucher.id, now) {
        Ok(offer) => Ok(offer.price),
        Err(SellError::NotForSale(why)) => Err(why),
        Err(SellError::Fault(fault)) => return Err(fault),
        Err(_) => Err(Why::Unknown),
    };
    Ok(Card {
        plan: plans::plan(tx, voucher.plan)?,
        sale: sales::of_voucher(tx, voucher.id)?,
        offer,
        batch,
        voucher,
    })
}

fn look(tx: &ReadTx<'_>, text: &str, exactly: bool, now: Timestamp) -> Result<Found, Fault> {
    if text.is_empty() {
        return Ok(Found { exact: None, cards: Vec::new(), sales: Vec::new() });
    }
    let is_receipt = text.starts_with('#');
    let exact = if exactly && !is_receipt { vouchers::by_code(tx, text)? } else { None };
    if let Some(voucher) = exact {
        return Ok(Found { exact: Some(card(tx, voucher, now)?), cards: Vec::new(), sales: Vec::new() });
    }
    let filter = vouchers::Filter { text: text.to_owned(), ..vouchers::Filter::default() };
    let listed = if is_receipt { Vec::new() } else { vouchers::search(tx, &filter, None)?.vouchers };
    let cards = listed.into_iter().take(MOST).map(|voucher| card(tx, voucher, now));
    let cards = cards.collect::<Result<Vec<_>, _>>()?;
    let filter = sales::Filter { text: text.to_owned(), ..sales::Filter::default() };
    let mut found = sales::search(tx, &filter, None)?.sales;
    found.retain(|sale| !cards.iter().any(|card| card.voucher.id == sale.voucher));
    found.truncate(MOST);
    Ok(Found { exact: None, cards, sales: found })
}

pub(super) async fn search(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let (text, exactly, now) = (code_in(&asked.text), !asked.enter.is_empty(), desk.now());
    let wanted = text.clone();
    let found = desk.read(move |tx| look(tx, &wanted, exactly, now)).await?;
    let mut part = FoundPart { t: desk.t, text, exact: None, hits: Vec::new(), why: None };
    if let Some(card) = &found.exact {
        match card.offer {
            Ok(price) => part.exact = Some(OfferView::of(&card.voucher, card.plan.as_ref(), price, &desk)),
            Err(why) => part.why = Some(crate::batches::beside(&not_for_sale(why), desk.t)),
        }
        part.hits.push(hit_of_card(card, &desk));
    }
    part.hits.extend(found.cards.iter().map(|card| hit_of_card(card, &desk)));
    part.hits.extend(found.sales.iter().map(|sale| hit_of_sale(sale, &desk)));
    show(&part)
}

fn hit_of_card(card: &Card, desk: &Desk) -> Hit {
    if let Some(sale) = &card.sale {
        return hit_of_sale(sale, desk);
    }
    let price = desk.format.money(card.batch.selling_price);
    let kept = card.voucher.standing == Standing::Reserved;
    let offer = card.offer.ok().map(|price| OfferView::of(&card.voucher, card.plan.as_ref(), price, desk));
    Hit {
        code: karcis_print::grouped(&card.voucher.code),
        state: standing_chip(&card.voucher, desk.t),
        words: desk.t.counter.hit_card(&card.voucher.plan_name, price, card.voucher.batch_number),
        address: match offer {
            Some(_) => None,
            None if kept => Some("/reservations".to_owned()),
            None => Some(format!("/vouchers/{}", card.voucher.id)),
        },
        offer,
    }
}

fn hit_of_sale(sale: &Sale, desk: &Desk) -> Hit {
    let when = since_words(sale.at, desk);
    Hit {
        code: karcis_print::grouped(&sale.code),
        state: sale_chip(sale, desk.t),
        words: desk.t.counter.hit_sold(&sale.plan_name, when, &sale.cashier_name, sale.receipt_title()),
        offer: None,
        address: Some(format!("/sales/{}", sale.id)),
    }
}

fn standing_chip(voucher: &Voucher, t: &Texts) -> Chip {
    let (v, t) = (&t.vouchers, &t.counter);
    match (voucher.state, voucher.standing) {
        (VoucherState::Void, _) => Chip { tone: "bad", icon: Icon::XLg, word: v.void },
        (VoucherState::Rejected, _) => Chip { tone: "bad", icon: Icon::XOctagon, word: v.rejected },
        (VoucherState::Pending | VoucherState::OnRouter, _) if voucher.disabled => {
            Chip { tone: "mute", icon: Icon::SlashCircle, word: v.disabled }
        }
        (VoucherState::Pending | VoucherState::OnRouter, standing) => match standing {
            Standing::Unsold => Chip { tone: "ok", icon: Icon::TicketPerforated, word: t.unsold },
            Standing::Stock => Chip { tone: "ok", icon: Icon::Stack, word: t.in_stock },
            Standing::Reserved => Chip { tone: "live", icon: Icon::Bookmark, word: t.reserved },
            Standing::Sold => Chip { tone: "mute", icon: Icon::CashCoin, word: t.sold },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanned_login_address_is_taken_for_the_code_in_it() {
        assert_eq!(code_in("http://wifi.contoh/login?username=K7M2PQRX&password=K7M2PQRX"), "K7M2PQRX");
        assert_eq!(code_in("http://wifi.contoh/login?dst=x&username=WM-12#top"), "WM-12");
        assert_eq!(code_in("  k7m2-pqrx "), "k7m2-pqrx");
        assert_eq!(code_in("http://wifi.contoh/login"), "http://wifi.contoh/login");
    }
}
