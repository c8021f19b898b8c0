//! The page that shows whether a printer is set up well.

use super::compose::{Said, Words, slip_paper};
use super::render::{Hand, as_values, render};
use super::shop::Shop;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::printers::{self, Destination};
use karcis_core::settings::Language;
use karcis_core::slips::Slip;
use minijinja::Value;
use serde::Serialize;

#[derive(Serialize)]
struct TestFields {
    shop: String,
    printer: String,
    destination: String,
    paper: String,
    columns: String,
    code_page: String,
    qr: String,
    /// As many letters as a line holds.
    ruler: String,
    number: String,
    date: String,
    time: String,
}

pub(super) fn said(tx: &ReadTx<'_>, slip: &Slip, shop: &Shop) -> Result<Option<Said>, Fault> {
    let Some(printer) = slip.printer else { return Ok(None) };
    let Some(printer) = printers::printer(tx, printer)? else { return Ok(None) };
    let paper = slip_paper(&printer);
    let columns = paper.width.columns();
    let fields = TestFields {
        shop: shop.name.clone(),
        printer: printer.name.clone(),
        destination: match &printer.destination {
            Destination::Network { host, port } => format!("{host}:{port}"),
            Destination::Queue(name) => name.clone(),
            Destination::Folder(path) => path.clone(),
        },
        paper: paper.width.mm().to_string(),
        columns: columns.to_string(),
        code_page: paper.code_page.name().to_owned(),
        qr: printer.qr.as_str().to_owned(),
        ruler: "1234567890".chars().cycle().take(columns).collect(),
        number: slip.number.to_string(),
        date: shop.format.day(slip.asked_at),
        time: shop.format.time(slip.asked_at),
    };
    Ok(Some(Said { words: Words::Test, values: as_values(fields), shorter: Vec::new(), practice: false }))
}

pub(super) fn filled(language: Language, values: &Value) -> Result<String, String> {
    let text = match language {
        Language::Id => include_str!("../../../../../ui/slips/test.id.txt"),
        Language::En => include_str!("../../../../../ui/slips/test.en.txt"),
    };
    render(text, values, Hand::Marked).map_err(|error| format!("{error:?}"))
}
