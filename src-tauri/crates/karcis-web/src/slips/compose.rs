//! From a slip in the books to what its printer is sent, and to the same paper as a PDF.

use super::shop::Shop;
use super::wording::{drawn, filled};
use super::{drawer, sale, settlement, test_page};
use crate::format::Format;
use karcis_core::db::ReadTx;
use karcis_core::engine::Composer;
use karcis_core::fault::{Fault, Trying};
use karcis_core::printers::{self, CodePage, PaperWidth, Printer, QrDrawing};
use karcis_core::slips::{self, Slip, SlipKind};
use karcis_core::templates::TemplateKind;
use karcis_core::values::SlipId;
use karcis_print::slip::{self as paper, SlipPaper, SlipWidth, escpos};
use minijinja::Value;
use std::sync::Arc;

/// What puts the engine's slips together.
pub fn slip_composer() -> Composer {
    Arc::new(compose)
}

/// The bytes for the slip's printer; nothing when what the slip speaks of is not there.
fn compose(tx: &ReadTx<'_>, id: SlipId) -> Result<Option<Vec<u8>>, Fault> {
    let Some(slip) = slips::slip(tx, id)? else { return Ok(None) };
    let Some(printer) = slip.printer else { return Ok(None) };
    let Some(printer) = printers::printer(tx, printer)? else { return Ok(None) };
    let Some(drawn) = draw(tx, &slip)? else { return Ok(None) };
    let kick = slip.kick && printer.kicks_drawer;
    Ok(Some(escpos(&drawn, &SlipPaper { kick, ..slip_paper(&printer) })))
}

/// The slip as it is laid out, whatever it is put on.
pub(super) fn draw(tx: &ReadTx<'_>, slip: &Slip) -> Result<Option<paper::Slip>, Fault> {
    let shop = Shop::of(tx)?;
    let Some(said) = said(tx, slip, &shop)? else { return Ok(None) };
    let marks = marks(slip, &said, &shop);
    let laid_out = match said.words {
        Words::Template(kind) => drawn(tx, kind, shop.format.language, |text| {
            let try_with = |values| laid_out(&marks, &filled(kind, text, values)?);
            let whole = try_with(&said.values);
            // What lists less may still fit; what is wrong with the text itself is said about the whole.
            whole.or_else(|why| said.shorter.iter().find_map(|values| try_with(values).ok()).ok_or(why))
        })?,
        Words::Test => {
            let text = test_page::filled(shop.format.language, &said.values);
            text.and_then(|text| laid_out(&marks, &text)).map_err(Fault::new)?
        }
    };
    Ok(Some(laid_out.with_logo(shop.logo)))
}

/// What a slip says.
pub(super) struct Said {
    pub(super) words: Words,
    pub(super) values: Value,
    /// The same with less and less of what it lists, for when the whole is longer than any slip.
    pub(super) shorter: Vec<Value>,
    /// Whether it is about the practice router, and no money.
    pub(super) practice: bool,
}

/// Which words it says it with.
pub(super) enum Words {
    /// The shop's own, or the ones that came with the program.
    Template(TemplateKind),
    /// Those of the test page.
    Test,
}

fn said(tx: &ReadTx<'_>, slip: &Slip, shop: &Shop) -> Result<Option<Said>, Fault> {
    let id = &slip.subject;
    match slip.kind {
        SlipKind::Shift => drawer::shift(tx, known(id)?, shop),
        SlipKind::CashMove => drawer::cash_move(tx, known(id)?, shop),
        SlipKind::Voucher => sale::voucher(tx, known(id)?, shop),
        SlipKind::Void => sale::void(tx, known(id)?, shop),
        SlipKind::Settlement => settlement::said(tx, known(id)?, slip.copy, shop),
        SlipKind::Test => test_page::said(tx, slip, shop),
    }
}

fn known<T: std::str::FromStr>(id: &str) -> Result<T, Fault> {
    id.parse().map_err(|_| Fault::new("a slip about nothing"))
}

/// What stands above everything, whatever the shop's words are: these are not theirs to leave out.
fn marks(slip: &Slip, said: &Said, shop: &Shop) -> String {
    let t = shop.format.texts();
    let mut marks = String::new();
    if said.practice {
        marks.push_str(&mark(t.sheet.practice));
    }
    if slip.kind == SlipKind::Void {
        marks.push_str(&void_mark(shop.format));
    }
    if slip.copy > 0 {
        marks.push_str(&mark(&format!("{} {}", t.sheet.copy, slip.copy)));
    }
    marks
}

/// The mark of a voided sale.
pub(super) fn void_mark(format: Format) -> String {
    mark(format.texts().slips.void)
}

fn mark(words: &str) -> String {
    format!("# {}\n", paper::escaped(words))
}

fn laid_out(marks: &str, text: &str) -> Result<paper::Slip, String> {
    paper::Slip::parse(&format!("{marks}{text}")).map_err(|error| error.to_string())
}

/// The printer's paper and habits.
pub(super) fn slip_paper(printer: &Printer) -> SlipPaper {
    SlipPaper {
        width: width(printer.paper),
        code_page: code_page(printer.code_page),
        qr: match printer.qr {
            QrDrawing::Native => paper::QrDrawing::Native,
            QrDrawing::Raster => paper::QrDrawing::Raster,
        },
        cut: printer.cuts,
        kick: false,
    }
}

pub(super) fn width(width: PaperWidth) -> SlipWidth {
    match width {
        PaperWidth::Mm58 => SlipWidth::Mm58,
        PaperWidth::Mm80 => SlipWidth::Mm80,
    }
}

pub(super) fn code_page(page: CodePage) -> paper::CodePage {
    match page {
        CodePage::Ascii => paper::CodePage::Ascii,
        CodePage::Pc437 => paper::CodePage::Pc437,
        CodePage::Pc850 => paper::CodePage::Pc850,
        CodePage::Pc858 => paper::CodePage::Pc858,
        CodePage::Wpc1252 => paper::CodePage::Wpc1252,
    }
}

/// The slip as a PDF page 80 mm wide; nothing when what it speaks of is not there.
pub(super) fn pdf(tx: &ReadTx<'_>, slip: &Slip) -> Result<Option<Vec<u8>>, Fault> {
    let Some(drawn) = draw(tx, slip)? else { return Ok(None) };
    paper::slip_pdf(&drawn).trying("draw a slip as a PDF").map(Some)
}
