//! Where everything stands: the display list both the PDF and the preview draw.
//!
//! All lengths are millimetres, x to the right and y down.

mod card;
mod facts;
mod frame;
mod heading;
mod lines;

use crate::faces::Face;
use crate::qr::{QUIET_MODULES, QrMatrix};
use crate::sheet::{Sheet, SheetError};

pub(crate) use lines::{Look, line_at};

/// The white border of the page, in millimetres.
pub(crate) const MARGIN: f64 = 8.0;

/// One page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Width of the paper.
    pub width: f64,
    /// Height of the paper.
    pub height: f64,
    /// How far everything is moved right and down, the printer's correction.
    pub shift: (f64, f64),
    /// Header and cutting marks, measured from the corner of the paper.
    pub frame: Vec<Item>,
    /// The cards.
    pub cells: Vec<Cell>,
}

/// One card in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Where the card is on the page.
    pub area: Rect,
    /// Which card of the sheet, counted from zero.
    pub card: usize,
    /// What is drawn, measured from the card's corner, in drawing order.
    pub items: Vec<Item>,
}

/// Something drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A line of text.
    Text(TextRun),
    /// A thin line.
    Line(LineRun),
    /// A filled black box, drawn under the text of a mark.
    Bar(Rect),
    /// A QR symbol.
    Qr(QrBox),
    /// The shop's logo.
    Logo(Rect),
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Whether two rectangles share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        const TOUCH: f64 = 1e-6;
        self.x + self.width > other.x + TOUCH
            && other.x + other.width > self.x + TOUCH
            && self.y + self.height > other.y + TOUCH
            && other.y + other.height > self.y + TOUCH
    }

    /// Whether the other rectangle lies wholly inside this one.
    pub fn holds(&self, other: &Self) -> bool {
        const TOUCH: f64 = 1e-6;
        other.x >= self.x - TOUCH
            && other.y >= self.y - TOUCH
            && other.x + other.width <= self.x + self.width + TOUCH
            && other.y + other.height <= self.y + self.height + TOUCH
    }
}

/// A line of text, ready to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct TextRun {
    /// The text, only characters the faces hold.
    pub text: String,
    /// The face.
    pub face: Face,
    /// The size in points.
    pub size_pt: f64,
    /// The left end.
    pub x: f64,
    /// The baseline.
    pub baseline: f64,
    /// How dark it is.
    pub tone: Tone,
}

impl TextRun {
    /// The measured width.
    pub fn width(&self) -> f64 {
        self.face.width_mm(&self.text, self.size_pt)
    }

    /// The box its ink stands in.
    pub fn area(&self) -> Rect {
        let (above, below) = self.face.ink_mm(&self.text, self.size_pt);
        Rect { x: self.x, y: self.baseline - above, width: self.width(), height: above + below }
    }
}

/// How dark a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Black.
    Ink,
    /// White, on a bar.
    Paper,
    /// A pale grey that other text stands on: the practice word.
    Pale,
}

impl Tone {
    /// From 0, black, to 1, white.
    pub(crate) fn lightness(self) -> f64 {
        match self {
            Self::Ink => 0.0,
            Self::Paper => 1.0,
            Self::Pale => 0.87,
        }
    }
}

/// A thin straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineRun {
    /// One end.
    pub from: (f64, f64),
    /// The other end.
    pub to: (f64, f64),
    /// Dashed rather than solid.
    pub dashed: bool,
}

/// A QR symbol in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct QrBox {
    /// The symbol itself, a square of at least 15 mm.
    pub symbol: Rect,
    /// What it holds.
    pub matrix: QrMatrix,
}

impl QrBox {
    /// The symbol and the four light modules around it, which nothing else may touch.
    pub fn quiet_zone(&self) -> Rect {
        let quiet = self.symbol.width / self.matrix.side() as f64 * QUIET_MODULES as f64;
        Rect {
            x: self.symbol.x - quiet,
            y: self.symbol.y - quiet,
            width: self.symbol.width + 2.0 * quiet,
            height: self.symbol.height + 2.0 * quiet,
        }
    }
}

/// Lays out one page, counted from zero.
pub fn layout(sheet: &Sheet, page: usize) -> Result<Page, SheetError> {
    sheet.check()?;
    lay_out(sheet, page)
}

/// Lays out a page of a sheet that has been checked.
pub(crate) fn lay_out(sheet: &Sheet, page: usize) -> Result<Page, SheetError> {
    if page >= crate::page_count(sheet) {
        return Err(SheetError::NoSuchPage(page));
    }
    let (width, height) = sheet.paper.size_mm();
    let places = positions(sheet, page);
    let frame = frame::items(sheet, page, &places);
    let cells = places.into_iter().map(|(area, card)| {
        Ok(Cell { area, card, items: card::items(sheet, card, (area.width, area.height))? })
    });
    let cells = cells.collect::<Result<Vec<Cell>, SheetError>>()?;
    Ok(Page { width, height, shift: (sheet.offset.x_mm, sheet.offset.y_mm), frame, cells })
}

/// The places of a page that hold a card, row by row, and which card each holds.
fn positions(sheet: &Sheet, page: usize) -> Vec<(Rect, usize)> {
    let (columns, rows) = sheet.cards_per_page.grid();
    let (width, height) = card_size(sheet);
    let first = page * columns * rows;
    let place = |position: usize| {
        let card =
            (first + position).checked_sub(sheet.skip.into()).filter(|card| *card < sheet.cards.len())?;
        let (column, row) = (position % columns, position / columns);
        Some((
            Rect { x: MARGIN + column as f64 * width, y: MARGIN + row as f64 * height, width, height },
            card,
        ))
    };
    (0..columns * rows).filter_map(place).collect()
}

fn card_size(sheet: &Sheet) -> (f64, f64) {
    let (columns, rows) = sheet.cards_per_page.grid();
    let (width, height) = sheet.paper.size_mm();
    ((width - 2.0 * MARGIN) / columns as f64, (height - 2.0 * MARGIN) / rows as f64)
}
