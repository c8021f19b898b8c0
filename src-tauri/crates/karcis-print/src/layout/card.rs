//! One card. The code, a password, the price and the QR are always whole; the rest gives way.
//!
//! Where a card cannot hold everything beside a 15 mm QR, it goes without in the order of [`GIVES_WAY`].

use super::lines::{Block, Look};
use super::{Item, QrBox, Rect, TextRun, Tone};
use crate::code::{grouped, on_two_lines};
use crate::faces::{Face, MM_PER_PT, legible};
use crate::logo::Logo;
use crate::qr::{QUIET_MODULES, QrMatrix};
use crate::sheet::{Card, CardsPerPage, Sheet, SheetError};

/// What a card can go without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    SecondLines,
    Logo,
    StepTwo,
    StepOne,
    Plan,
    Serial,
    Shop,
    Ssid,
    Validity,
}

/// The order in which a card goes without, first to last. Marks, code, password, price and QR never go.
const GIVES_WAY: [Part; 9] = [
    Part::SecondLines,
    Part::Logo,
    Part::StepTwo,
    Part::StepOne,
    Part::Plan,
    Part::Serial,
    Part::Shop,
    Part::Ssid,
    Part::Validity,
];

/// White kept to the cutting line on the left, top and bottom, and between text and quiet zone.
const PAD: f64 = 1.6;
const PAD_TOP: f64 = 1.5;
const PAD_BOTTOM: f64 = 1.2;
const TO_QUIET_ZONE: f64 = 0.4;
/// White between the quiet zone and the cutting line.
const QR_EDGE: f64 = 0.2;
const QR_LEAST: f64 = 15.0;
/// Below these sizes paper is not read: the smallest line, and the smallest code.
const LEAST_PT: f64 = 5.0;
const LEAST_CODE_PT: f64 = 6.0;
const MARK_PT: f64 = 5.5;
const MARK_PAD: f64 = 0.5;

/// The sizes of one format.
struct Format {
    /// The code runs across the whole card, above the QR; otherwise all text stands beside the QR.
    code_across: bool,
    qr: f64,
    code_pt: f64,
    price_pt: f64,
    text_pt: f64,
    shop_pt: f64,
    logo: Option<(f64, f64)>,
}

impl Format {
    fn of(size: CardsPerPage) -> Self {
        let format = |code_across, qr, code_pt, price_pt, text_pt, shop_pt, logo| Self {
            code_across,
            qr,
            code_pt,
            price_pt,
            text_pt,
            shop_pt,
            logo,
        };
        match size {
            CardsPerPage::TwentyOne => format(false, 23.0, 19.0, 14.0, 7.0, 8.0, Some((14.0, 7.0))),
            CardsPerPage::Thirty => format(false, 19.0, 18.0, 11.0, 6.0, 7.0, Some((9.0, 4.0))),
            CardsPerPage::Forty => format(true, 17.0, 17.0, 11.0, 6.0, 6.5, None),
            CardsPerPage::Fifty => format(true, 16.5, 16.0, 10.0, 5.6, 6.0, None),
        }
    }
}

/// Draws a card of the given size, measured from its upper left corner.
pub(super) fn items(sheet: &Sheet, number: usize, size: (f64, f64)) -> Result<Vec<Item>, SheetError> {
    let card = &sheet.cards[number];
    let matrix =
        QrMatrix::encode(card.login_address.as_bytes()).ok_or(SheetError::AddressTooLong { card: number })?;
    let draft =
        Draft { sheet, card, format: Format::of(sheet.cards_per_page), size, zone_modules: zone(&matrix) };
    let drawn = if draft.format.code_across { draft.code_across(matrix) } else { draft.beside(matrix) };
    drawn.ok_or(SheetError::PriceTooLong { card: number })
}

/// The quiet zone's side as a multiple of the symbol's.
fn zone(matrix: &QrMatrix) -> f64 {
    (matrix.side() + 2 * QUIET_MODULES) as f64 / matrix.side() as f64
}

struct Draft<'a> {
    sheet: &'a Sheet,
    card: &'a Card,
    format: Format,
    size: (f64, f64),
    zone_modules: f64,
}

impl Draft<'_> {
    /// Shop and code across the card, the QR below them on the right, the rest beside it.
    fn code_across(&self, matrix: QrMatrix) -> Option<Vec<Item>> {
        let (width, height) = self.size;
        let room = width - 2.0 * PAD;
        let top_row = self.top_row(room, false, true);
        let code_top = if top_row.height > 0.0 { PAD_TOP + top_row.height + 0.9 } else { PAD_TOP };
        let tallest = height - QR_EDGE - QR_LEAST * self.zone_modules - code_top - 0.3;
        let code = self.code_line(
            &grouped(&self.card.code),
            room,
            self.format.code_pt.min(tallest / (0.8 * MM_PER_PT)),
        );
        let code_bottom = code_top + code.height;
        let side = (height - QR_EDGE - code_bottom - 0.3) / self.zone_modules;
        let qr = self.qr_at_bottom(matrix, side.min(self.format.qr).max(QR_LEAST));
        let left = qr.quiet_zone().x - PAD - TO_QUIET_ZONE;
        let top = code_bottom + 1.3;
        let column = (0..=GIVES_WAY.len())
            .find_map(|gone| pour(self.facts(left, gone)?, height - PAD_BOTTOM - top, 1.0))?;

        let mut items =
            self.watermark(Rect { x: PAD, y: top, width: left, height: height - PAD_BOTTOM - top });
        items.extend(top_row.placed(PAD, PAD_TOP));
        items.extend(code.placed(PAD, code_top));
        items.extend(column.placed(PAD, top));
        items.push(Item::Qr(qr));
        Some(items)
    }

    /// All text in a column, the QR on the right.
    fn beside(&self, matrix: QrMatrix) -> Option<Vec<Item>> {
        let (width, height) = self.size;
        let qr = self.qr_in_middle(matrix);
        let left = qr.quiet_zone().x - PAD - TO_QUIET_ZONE;
        let room = height - PAD_TOP - PAD_BOTTOM;
        let column = (0..=GIVES_WAY.len()).find_map(|gone| {
            let mut blocks = vec![self.top_row(left, keeps(gone, Part::Logo), keeps(gone, Part::Shop))];
            blocks.push(self.code_line(&grouped(&self.card.code), left, self.format.code_pt));
            blocks.extend(self.facts(left, gone)?);
            pour(blocks, room, 1.6)
        })?;
        let mut items = self.watermark(Rect { x: PAD, y: PAD_TOP, width: left, height: room });
        items.extend(column.placed(PAD, PAD_TOP));
        items.push(Item::Qr(qr));
        debug_assert!(left > 0.0 && width > left);
        Some(items)
    }

    fn qr_at_bottom(&self, matrix: QrMatrix, side: f64) -> QrBox {
        let (width, height) = self.size;
        let far = side * (1.0 + self.zone_modules) / 2.0 + QR_EDGE;
        QrBox { symbol: Rect { x: width - far, y: height - far, width: side, height: side }, matrix }
    }

    fn qr_in_middle(&self, matrix: QrMatrix) -> QrBox {
        let (width, height) = self.size;
        let side = self.format.qr.min((height - 2.0 * QR_EDGE) / self.zone_modules).max(QR_LEAST);
        let x = width - side * (1.0 + self.zone_modules) / 2.0 - QR_EDGE;
        QrBox { symbol: Rect { x, y: (height - side) / 2.0, width: side, height: side }, matrix }
    }

    /// Logo and shop on the left, marks on the right; the shop's name makes way for the marks.
    fn top_row(&self, width: f64, with_logo: bool, with_shop: bool) -> Block {
        let mut row = Block::default();
        let mut from = 0.0;
        let mut to = width;
        if let Some(mark) = self.mark(width) {
            let mark_width = mark.items.iter().fold(0.0, |widest: f64, item| match item {
                Item::Bar(bar) => widest.max(bar.width),
                Item::Text(_) | Item::Line(_) | Item::Qr(_) | Item::Logo(_) => widest,
            });
            row.height = mark.height;
            to = width - mark_width - 1.0;
            row.items.extend(mark.placed(width - mark_width, 0.0));
        }
        if let Some((logo, (most_wide, most_high))) = self.sheet.shop.logo.as_ref().zip(self.format.logo)
            && with_logo
            && most_wide + 2.0 < to
        {
            let (logo_width, logo_height) = logo_size(logo, most_wide, most_high);
            row.items.push(Item::Logo(Rect { x: 0.0, y: 0.0, width: logo_width, height: logo_height }));
            row.height = row.height.max(logo_height);
            from = logo_width + 1.2;
        }
        let look = Look::new(Face::SansBold, self.format.shop_pt);
        let name = legible(&self.sheet.shop.name);
        let look = look.fitting(&name, to - from, self.format.shop_pt - 1.0);
        let name = look.face.shortened(&name, look.size_pt, to - from);
        if with_shop && name.chars().count() > 1 {
            let line = Block::of_lines(&[name], look);
            row.height = row.height.max(line.height);
            let y = (row.height - line.height) / 2.0;
            row.items.extend(line.placed(from, y));
        }
        row
    }

    /// The loud marks in one black bar, if the card has any.
    fn mark(&self, width: f64) -> Option<Block> {
        let words = &self.sheet.words;
        let mut marks: Vec<String> = Vec::new();
        marks.extend((!self.card.on_router).then(|| legible(&words.not_on_router)));
        marks.extend(self.sheet.copy.map(|number| legible(&format!("{} {number}", words.copy))));
        if marks.is_empty() {
            return None;
        }
        let room = width - 2.0 * MARK_PAD;
        let text = marks.join(" \u{2022} ");
        let look = Look::new(Face::SansBold, MARK_PT).fitting(&text, room, LEAST_PT - 0.5);
        let text = look.face.shortened(&text, look.size_pt, room);
        let (above, below) = look.reach(&text);
        let bar =
            Rect { x: 0.0, y: 0.0, width: look.width(&text) + 2.0 * MARK_PAD, height: above + below + 0.4 };
        let (face, size_pt) = (look.face, look.size_pt);
        let run = TextRun { text, face, size_pt, x: MARK_PAD, baseline: above + 0.25, tone: Tone::Paper };
        Some(Block { height: bar.height, items: vec![Item::Bar(bar), Item::Text(run)] })
    }

    fn code_line(&self, code: &str, width: f64, most_pt: f64) -> Block {
        Block::of_ink(code, Look::new(Face::MonoBold, most_pt).fitting(code, width, 0.0))
    }

    /// The password under its label, on two lines where one would be too fine.
    fn password(&self, width: f64) -> Option<Block> {
        let password = self.card.password.as_deref()?;
        let most_pt = self.format.code_pt * 0.75;
        let label = Look::new(Face::Sans, self.format.text_pt);
        let label_text = label.face.shortened(&legible(&self.sheet.words.password), label.size_pt, width);
        let mut block = Block::of_lines(&[label_text], label);
        let whole = grouped(password);
        let fits = Face::MonoBold.size_to_fit(&whole, most_pt, width) >= LEAST_CODE_PT + 1.0;
        let (first, second) = if fits { (whole, String::new()) } else { on_two_lines(password) };
        for line in [first, second].into_iter().filter(|line| !line.is_empty()) {
            let line = self.code_line(&line, width, most_pt);
            let (top, height) = (block.height + 0.4, line.height);
            block.items.extend(line.placed(0.0, top));
            block.height = top + height;
        }
        Some(block)
    }

    /// Everything below the code that the card still keeps; `None` when the price cannot be shown whole.
    fn facts(&self, width: f64, gone: usize) -> Option<Vec<Block>> {
        let words = &self.sheet.words;
        let lines = if keeps(gone, Part::SecondLines) { 2 } else { 1 };
        let bold = Look::new(Face::SansBold, self.format.text_pt);
        let plain = Look::new(Face::Sans, self.format.text_pt);
        let ssid = legible(&self.sheet.shop.ssid);
        let ssid = if ssid.is_empty() { ssid } else { format!("{}: {ssid}", legible(&words.ssid)) };
        let serial = legible(&self.card.serial);
        let serial = if serial.is_empty() { serial } else { legible(&format!("{} {serial}", words.serial)) };

        let mut blocks: Vec<Block> = self.password(width).into_iter().collect();
        blocks.extend(self.price(width, keeps(gone, Part::Plan))?);
        let optional = [
            (Part::Validity, legible(&self.card.validity), plain, lines),
            (Part::Ssid, ssid, bold, 1),
            (Part::StepOne, legible(&words.step_one), plain, lines),
            (Part::StepTwo, legible(&words.step_two), plain, lines),
            (Part::Serial, serial, Look::new(Face::Sans, LEAST_PT.max(self.format.text_pt - 0.8)), 1),
        ];
        blocks.extend(optional.into_iter().filter(|(part, ..)| keeps(gone, *part)).filter_map(
            |(_, text, look, lines)| {
                let look = if lines == 1 { look.fitting(&text, width, LEAST_PT) } else { look };
                let lines = look.face.wrapped(&text, look.size_pt, width, lines);
                (!lines.is_empty()).then(|| Block::of_lines(&lines, look))
            },
        ));
        Some(blocks)
    }

    /// The price, the plan behind it where both fit on a line and above it otherwise.
    fn price(&self, width: f64, with_plan: bool) -> Option<Vec<Block>> {
        let price = legible(&self.card.price);
        let look = Look::new(Face::SansBold, self.format.price_pt).fitting(&price, width, LEAST_PT);
        let taken = look.width(&price);
        if taken > width + 1e-6 {
            return None;
        }
        let mut block = Block::of_ink(&price, look);
        let plan = legible(&self.card.plan);
        if !with_plan || plan.is_empty() {
            return Some(vec![block]);
        }
        let plan_look = Look::new(Face::Sans, self.format.text_pt + 0.5);
        let gap = 1.3;
        if taken + gap + plan_look.width(&plan) <= width {
            let (above, _) = look.face.ink_mm(&price, look.size_pt);
            let (face, size_pt) = (plan_look.face, plan_look.size_pt);
            let run = TextRun { text: plan, face, size_pt, x: taken + gap, baseline: above, tone: Tone::Ink };
            let (_, below) = plan_look.reach(&run.text);
            block.height = block.height.max(above + below);
            block.items.push(Item::Text(run));
            return Some(vec![block]);
        }
        let plan_look = plan_look.fitting(&plan, width, LEAST_PT);
        let plan = plan_look.face.shortened(&plan, plan_look.size_pt, width);
        Some(vec![Block::of_lines(&[plan], plan_look), block])
    }

    /// The pale practice word behind the text, clear of the QR.
    fn watermark(&self, area: Rect) -> Vec<Item> {
        let word = legible(&self.sheet.words.practice);
        if !self.sheet.practice || word.is_empty() {
            return Vec::new();
        }
        let look = Look::new(Face::SansBold, 26.0).fitting(&word, area.width, 0.0);
        let (above, below) = look.face.ink_mm(&word, look.size_pt);
        let (face, size_pt) = (look.face, look.size_pt);
        let baseline = area.y + (area.height - above - below) / 2.0 + above;
        vec![Item::Text(TextRun { text: word, face, size_pt, x: area.x, baseline, tone: Tone::Pale })]
    }
}

fn keeps(gone: usize, part: Part) -> bool {
    !GIVES_WAY[..gone].contains(&part)
}

/// Stacks blocks into the height, sharing out what is left as gaps of at most `widest`; `None` if they do not fit.
fn pour(blocks: Vec<Block>, height: f64, widest: f64) -> Option<Block> {
    const LEAST_GAP: f64 = 0.45;
    let blocks: Vec<Block> = blocks.into_iter().filter(|block| !block.items.is_empty()).collect();
    let gaps = blocks.len().saturating_sub(1) as f64;
    let left = height - blocks.iter().map(|block| block.height).sum::<f64>();
    if left < gaps * LEAST_GAP {
        return None;
    }
    let gap = if gaps > 0.0 { (left / gaps).min(widest) } else { 0.0 };
    let mut poured = Block::default();
    for block in blocks {
        let (top, block_height) = (poured.height, block.height);
        poured.items.extend(block.placed(0.0, top));
        poured.height = top + block_height + gap;
    }
    Some(poured)
}

fn logo_size(logo: &Logo, most_wide: f64, most_high: f64) -> (f64, f64) {
    let (width, height) = (f64::from(logo.width()), f64::from(logo.height()));
    let scale = (most_wide / width).min(most_high / height);
    (width * scale, height * scale)
}
