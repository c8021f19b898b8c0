//! One card. The code, a password, the price, the QR and the marks are always whole; the rest gives way.
//!
//! Where a card cannot hold everything beside a 15 mm QR, it goes without in the order of [`GIVES_WAY`].

use super::facts::facts;
use super::heading::{heading, serial};
use super::lines::{Block, Look, pour};
use super::{Item, QrBox, Rect, Tone};
use crate::code::grouped;
use crate::faces::{Face, legible};
use crate::qr::{QUIET_MODULES, QrMatrix};
use crate::sheet::{Card, CardsPerPage, Sheet, SheetError};

/// What a card can go without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The shop's logo; the two smaller cards have no room for one to begin with.
    Logo,
    /// The two steps, which are shown whole or not at all.
    Steps,
    /// The plan's name.
    Plan,
    /// The second line of a long validity or network name, which is shortened to one.
    SecondLines,
    /// The serial number.
    Serial,
    /// The shop's name.
    Shop,
    /// The network's name.
    Ssid,
    /// How long the voucher is valid.
    Validity,
}

/// The order in which a card goes without, first to last.
const GIVES_WAY: [Part; 8] = [
    Part::Logo,
    Part::Steps,
    Part::Plan,
    Part::SecondLines,
    Part::Serial,
    Part::Shop,
    Part::Ssid,
    Part::Validity,
];

/// White kept to the cutting line on the left and right, top and bottom.
const PAD: f64 = 1.6;
const PAD_TOP: f64 = 1.4;
const PAD_BOTTOM: f64 = 1.2;
/// White between text and quiet zone, and between quiet zone and cutting line.
const TO_QUIET_ZONE: f64 = 0.4;
const QR_EDGE: f64 = 0.2;
const QR_LEAST: f64 = 15.0;
/// White above the code, and between it and what stands below.
const ABOVE_CODE: f64 = 0.9;
const BELOW_CODE: f64 = 0.9;

/// The sizes of one format: millimetres for the QR and logo, points for text.
pub(super) struct Format {
    /// The code runs across the whole card, above the QR; otherwise all text stands beside the QR.
    code_across: bool,
    qr: f64,
    pub(super) code_pt: f64,
    pub(super) price_pt: f64,
    pub(super) text_pt: f64,
    pub(super) shop_pt: f64,
    /// The widest gap between the lines.
    widest_gap: f64,
    /// The most width and height a logo takes.
    pub(super) logo: Option<(f64, f64)>,
}

impl Format {
    fn of(size: CardsPerPage) -> Self {
        let format = |code_across, qr, [code_pt, price_pt, text_pt, shop_pt]: [f64; 4], widest_gap, logo| {
            Self { code_across, qr, code_pt, price_pt, text_pt, shop_pt, widest_gap, logo }
        };
        match size {
            CardsPerPage::TwentyOne => format(true, 20.0, [26.0, 15.0, 7.2, 8.5], 1.7, Some((16.0, 5.0))),
            CardsPerPage::Thirty => format(false, 19.0, [18.0, 12.0, 6.2, 7.0], 1.2, Some((9.0, 4.0))),
            CardsPerPage::Forty => format(true, 17.0, [17.0, 11.0, 6.0, 6.5], 1.1, None),
            CardsPerPage::Fifty => format(true, 16.5, [16.0, 10.0, 5.6, 6.0], 1.1, None),
        }
    }
}

/// Draws a card of the given size, measured from its upper left corner.
pub(super) fn items(sheet: &Sheet, number: usize, size: (f64, f64)) -> Result<Vec<Item>, SheetError> {
    let card = &sheet.cards[number];
    let matrix = QrMatrix::encode(card.login_address.as_bytes());
    let matrix = matrix.ok_or(SheetError::AddressTooLong { card: number })?;
    let draft = Draft { sheet, card, format: Format::of(sheet.cards_per_page), size };
    let drawn = if draft.format.code_across { draft.code_across(matrix) } else { draft.beside(matrix) };
    drawn.ok_or(SheetError::PriceTooLong { card: number })
}

/// A card being laid out.
pub(super) struct Draft<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) card: &'a Card,
    pub(super) format: Format,
    size: (f64, f64),
}

impl Draft<'_> {
    /// Shop and code across the card, the QR below them on the right, the rest beside it.
    fn code_across(&self, matrix: QrMatrix) -> Option<Vec<Item>> {
        let (width, height) = self.size;
        let room = width - 2.0 * PAD;
        let zone = zone_per_side(&matrix);
        fewest_gone(|kept| {
            let head = heading(self, room, kept, true);
            let code_top =
                PAD_TOP + if head.block.height > 0.0 { head.block.height + ABOVE_CODE } else { 0.0 };
            let highest = height - QR_EDGE - QR_LEAST * zone - code_top;
            let code = code_line(&self.card.code, room, self.format.code_pt, highest);
            let code_bottom = code_top + code.height;
            let side = ((height - QR_EDGE - code_bottom) / zone).clamp(QR_LEAST, self.format.qr);
            let far = side * (1.0 + zone) / 2.0 + QR_EDGE;
            let symbol = Rect { x: width - far, y: height - far, width: side, height: side };
            let qr = QrBox { symbol, matrix: matrix.clone() };
            let left = qr.quiet_zone().x - PAD - TO_QUIET_ZONE;
            let top = code_bottom + BELOW_CODE;
            let area = Rect { x: PAD, y: top, width: left, height: height - PAD_BOTTOM - top };
            let below =
                pour(facts(self, left, kept, head.serial_shown)?, area.height, self.format.widest_gap)?;

            let mut items: Vec<Item> = self.practice_word(area).into_iter().collect();
            items.extend(head.block.placed(PAD, PAD_TOP));
            items.extend(code.placed(PAD, code_top));
            items.extend(below.placed(PAD, top));
            items.push(Item::Qr(qr));
            Some(items)
        })
    }

    /// All text in a column, the QR on the right with the serial number below it.
    fn beside(&self, matrix: QrMatrix) -> Option<Vec<Item>> {
        let (width, height) = self.size;
        let zone = zone_per_side(&matrix);
        let side = ((height - 2.0 * QR_EDGE) / zone).clamp(QR_LEAST, self.format.qr);
        let x = width - side * (1.0 + zone) / 2.0 - QR_EDGE;
        let serial = serial(self, side * zone);
        let serial_height = serial.as_ref().map_or(0.0, |(block, _)| block.height + PAD_BOTTOM);
        let serial = serial.filter(|_| side * zone + serial_height + QR_EDGE <= height);
        let strip = if serial.is_some() { serial_height } else { QR_EDGE };
        let y = (height - strip - side * zone) / 2.0 + side * (zone - 1.0) / 2.0;
        let qr = QrBox { symbol: Rect { x, y, width: side, height: side }, matrix };
        let left = qr.quiet_zone().x - PAD - TO_QUIET_ZONE;
        let area = Rect { x: PAD, y: PAD_TOP, width: left, height: height - PAD_TOP - PAD_BOTTOM };
        let column = fewest_gone(|kept| {
            let head = heading(self, left, kept, false);
            let mut blocks =
                vec![head.block, code_line(&self.card.code, left, self.format.code_pt, area.height)];
            blocks.extend(facts(self, left, kept, serial.is_some())?);
            pour(blocks, area.height, self.format.widest_gap)
        })?;
        let mut items: Vec<Item> = self.practice_word(area).into_iter().collect();
        items.extend(column.placed(PAD, PAD_TOP));
        if let Some((serial, serial_width)) = serial {
            let top = height - PAD_BOTTOM - serial.height;
            items.extend(serial.placed(x + (side - serial_width) / 2.0, top));
        }
        items.push(Item::Qr(qr));
        Some(items)
    }

    /// The pale practice word behind the text, clear of the QR.
    fn practice_word(&self, area: Rect) -> Option<Item> {
        let word = legible(&self.sheet.words.practice);
        if !self.sheet.practice || word.is_empty() {
            return None;
        }
        let look = Look::new(Face::SansBold, 30.0).fitting(&word, area.width, 0.0);
        let (above, below) = look.face.ink_mm(&word, look.size_pt);
        let baseline = area.y + (area.height - above - below) / 2.0 + above;
        Some(look.run(word, area.x, baseline, Tone::Pale))
    }
}

/// What a card still shows after giving up the first parts of [`GIVES_WAY`].
#[derive(Clone, Copy)]
pub(super) struct Kept(usize);

impl Kept {
    pub(super) fn shows(self, part: Part) -> bool {
        !GIVES_WAY[..self.0].contains(&part)
    }
}

/// The first drawing that fits, giving up one part after the other.
fn fewest_gone<T>(draw: impl Fn(Kept) -> Option<T>) -> Option<T> {
    (0..=GIVES_WAY.len()).find_map(|gone| draw(Kept(gone)))
}

/// The quiet zone's side as a multiple of the symbol's.
fn zone_per_side(matrix: &QrMatrix) -> f64 {
    (matrix.side() + 2 * QUIET_MODULES) as f64 / matrix.side() as f64
}

/// The grouped code as large as the room allows.
fn code_line(code: &str, width: f64, most_pt: f64, height: f64) -> Block {
    let code = grouped(code);
    let height_per_pt = Block::of_code(&code, Look::new(Face::MonoBold, 1.0)).height;
    let look = Look::new(Face::MonoBold, most_pt.min(height / height_per_pt)).fitting(&code, width, 0.0);
    Block::of_code(&code, look)
}
