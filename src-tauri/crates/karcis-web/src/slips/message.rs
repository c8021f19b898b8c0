//! The message that carries a voucher to a customer: text to copy, or to send by a click that opens the chat.

use super::chat_number::chat_number;
use super::sale::voucher_fields;
use super::shop::Shop;
use super::wording::{drawn, filled};
use crate::answer::{Answer, again, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form};
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::sales;
use karcis_core::templates::TemplateKind;
use karcis_core::values::SaleId;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "slips/_message.html")]
struct MessagePart {
    t: &'static Texts,
    sale: SaleId,
    text: String,
    chat: String,
    to: Field,
    /// Whether a number was given, so that the chat opens by itself.
    opens: bool,
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let (sale, text) = found(&desk, &id).await?;
    let to = Field::new("to", "");
    show(&MessagePart { t: desk.t, sale, chat: chat("", &text), text, to, opens: false })
}

/// Whom the message goes to. In the body of a request, because addresses end up in logs and histories.
#[derive(Deserialize)]
pub(super) struct ToForm {
    #[serde(default)]
    to: String,
}

/// The same with the chat of one number. The number is told to nobody but the page that asked and is not kept.
pub(super) async fn to_number(desk: Desk, Path(id): Path<String>, Form(form): Form<ToForm>) -> Answer {
    let (sale, text) = found(&desk, &id).await?;
    let number = chat_number(&form.to);
    let mut to = Field::new("to", form.to);
    let Some(number) = number else {
        to.refuse(desk.t.slips.not_a_number);
        let chat = chat("", &text);
        return again(&MessagePart { t: desk.t, sale, chat, text, to, opens: false });
    };
    show(&MessagePart { t: desk.t, sale, chat: chat(&number, &text), text, to, opens: true })
}

async fn found(desk: &Desk, id: &str) -> Result<(SaleId, String), Error> {
    let id: SaleId = id.parse().map_err(|_| Error::NotFound)?;
    let text = desk.read(move |tx| message(tx, id)).await?.ok_or(Error::NotFound)?;
    Ok((id, text))
}

/// The message of a sale that stands; a voided one has nothing to send.
fn message(tx: &ReadTx<'_>, id: SaleId) -> Result<Option<String>, Fault> {
    let Some(sale) = sales::sale(tx, id)?.filter(|sale| sale.voided.is_none()) else { return Ok(None) };
    let shop = Shop::of(tx)?;
    let values = super::render::as_values(voucher_fields(tx, &sale, &shop)?);
    let kind = TemplateKind::Message;
    drawn(tx, kind, shop.format.language, |text| filled(kind, text, &values)).map(Some)
}

/// An address that opens the chat with the text in it; without a number, whom it goes to is chosen there.
fn chat(number: &str, text: &str) -> String {
    let encoded: String = text
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("https://wa.me/{number}?text={encoded}")
}
