//! Paper: plain data in, bytes for a printer out. Sheets of vouchers here, slips in [`slip`].
//!
//! [`sheet`] draws a whole batch, [`preview_svg`] one page of it for the screen, [`calibration`] the page a
//! printer's offset is measured on. All three draw the display list that [`layout`] computes, so what is
//! previewed is what is printed. The same input always gives the same bytes: nothing here reads a clock,
//! draws randomness or touches a file.

mod address;
mod calibration;
mod code;
mod faces;
mod layout;
mod logo;
mod pdf;
mod qr;
mod sheet;
pub mod slip;
mod svg;

pub use address::login_address;
pub use calibration::{CalibrationWords, calibration};
pub use code::grouped;
pub use faces::Face;
pub use layout::{Cell, Item, LineRun, Page, QrBox, Rect, TextRun, Tone, layout};
pub use logo::{Logo, LogoError};
pub use qr::QrMatrix;
pub use sheet::{
    Card, CardsPerPage, CutMarks, MAX_ADDRESS, MAX_CARDS, MAX_CODE, Offset, Paper, Sheet, SheetError, Shop,
    Words,
};

/// Draws the whole sheet as a PDF, every page of it.
///
/// Refuses what [`SheetError`] lists; a sheet that is drawn shows every code, password, price and QR whole.
pub fn sheet(sheet: &Sheet) -> Result<Vec<u8>, SheetError> {
    sheet.check()?;
    pdf::draw(sheet)
}

/// Counts the pages the sheet takes, skipped positions included.
pub fn page_count(sheet: &Sheet) -> usize {
    (usize::from(sheet.skip) + sheet.cards.len()).div_ceil(sheet.cards_per_page.count())
}

/// Draws one page, counted from zero, as an SVG document with the same boxes as the PDF.
///
/// No `style` attributes and no scripts, so a strict content policy shows it; a logo is a `data:` image.
pub fn preview_svg(sheet: &Sheet, page: usize) -> Result<String, SheetError> {
    Ok(svg::draw(&layout(sheet, page)?, sheet.shop.logo.as_ref()))
}
