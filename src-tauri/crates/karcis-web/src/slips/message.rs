//! The message that carries a voucher to a customer: text to copy, or to send by a click that opens the chat.

use super::sale::voucher_fields;
use super::shop::Shop;
use super::wording::{drawn, filled};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::sales;
use karcis_core::templates::TemplateKind;
use karcis_core::values::SaleId;

#[derive(Template)]
#[template(path = "slips/_message.html")]
struct MessagePart {
    t: &'static Texts,
    text: String,
    chat: String,
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: SaleId = id.parse().map_err(|_| Error::NotFound)?;
    let text = desk.read(move |tx| message(tx, id)).await?.ok_or(Error::NotFound)?;
    show(&MessagePart { t: desk.t, chat: chat(&text), text })
}

/// The message of a sale that stands; a voided one has nothing to send.
fn message(tx: &ReadTx<'_>, id: SaleId) -> Result<Option<String>, Fault> {
    let Some(sale) = sales::sale(tx, id)?.filter(|sale| sale.voided.is_none()) else { return Ok(None) };
    let shop = Shop::of(tx)?;
    let values = super::render::as_values(voucher_fields(tx, &sale, &shop)?);
    let kind = TemplateKind::Message;
    drawn(tx, kind, shop.format.language, |text| filled(kind, text, &values)).map(Some)
}

/// An address that opens the chat with the text in it; whom it goes to is chosen there.
fn chat(text: &str) -> String {
    let encoded: String = text
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("https://wa.me/?text={encoded}")
}
