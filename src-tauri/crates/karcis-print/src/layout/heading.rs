//! The card's top row: logo and shop on the left, the serial number or the marks on the right.

use super::card::{Draft, Kept, Part};
use super::lines::{Block, LEAST_PT, Look};
use super::{Item, Rect, Tone};
use crate::faces::{Face, legible};
use crate::logo::Logo;

const MARK_PT: f64 = 5.5;
const MARK_LEAST_PT: f64 = 4.5;
const MARK_PAD: f64 = 0.5;
const BETWEEN: f64 = 1.2;

pub(super) struct Heading {
    pub(super) block: Block,
    /// Whether the serial number found room here; otherwise it stands below.
    pub(super) serial_shown: bool,
}

/// The row in the given width; it takes the serial number where asked and where no mark stands in its place.
pub(super) fn heading(draft: &Draft<'_>, width: f64, kept: Kept, takes_serial: bool) -> Heading {
    let mut left = Block::default();
    let mut from = 0.0;
    if let Some((logo, most)) = draft.sheet.shop.logo.as_ref().zip(draft.format.logo)
        && kept.shows(Part::Logo)
    {
        let (logo_width, height) = logo_size(logo, most);
        left = Block { items: vec![Item::Logo(Rect { x: 0.0, y: 0.0, width: logo_width, height })], height };
        from = logo_width + BETWEEN;
    }
    let marks = marks(draft, width - from);
    let has_room = takes_serial && marks.is_none() && kept.shows(Part::Serial);
    let serial = if has_room { serial(draft, (width - from) * 0.6) } else { None };
    let serial_shown = serial.is_some();
    let (right, right_width) = marks.or(serial).unwrap_or_default();
    let shop_room = if right_width > 0.0 { width - from - right_width - BETWEEN } else { width - from };
    let shop = if kept.shows(Part::Shop) { shop(draft, shop_room) } else { None };

    let mut block = Block { height: left.height, items: left.items };
    block.height = block.height.max(right.height).max(shop.as_ref().map_or(0.0, |shop| shop.height));
    for (part, x) in [(shop.unwrap_or_default(), from), (right, width - right_width)] {
        let y = (block.height - part.height) / 2.0;
        block.items.extend(part.placed(x, y));
    }
    Heading { block, serial_shown }
}

/// The shop's name or what stands in its place, left out where the marks leave too little of it to be recognised.
fn shop(draft: &Draft<'_>, room: f64) -> Option<Block> {
    const FEWEST_LETTERS: usize = 5;
    let name = legible(draft.sheet.words.heading.as_ref().unwrap_or(&draft.sheet.shop.name));
    let most_pt = draft.format.shop_pt;
    let look = Look::new(Face::SansBold, most_pt).fitting(&name, room, most_pt - 1.5);
    let shown = look.face.shortened(&name, look.size_pt, room);
    let recognised = shown == name || shown.chars().count() > FEWEST_LETTERS;
    (recognised && !shown.is_empty()).then(|| Block::of_lines(&[shown], look))
}

/// The serial number as it is written, or nothing where the batch has none.
pub(super) fn serial_text(draft: &Draft<'_>) -> Option<String> {
    let serial = legible(&draft.card.serial);
    (!serial.is_empty()).then(|| legible(&format!("{} {serial}", draft.sheet.words.serial)))
}

/// The serial number and its width, where it fits.
pub(super) fn serial(draft: &Draft<'_>, room: f64) -> Option<(Block, f64)> {
    let text = serial_text(draft)?;
    let look = Look::new(Face::Sans, LEAST_PT.max(draft.format.text_pt - 0.8));
    let width = look.width(&text);
    (width <= room).then(|| (Block::of_lines(&[text], look), width))
}

/// The loud marks in one black bar, if the card has any, and the bar's width.
fn marks(draft: &Draft<'_>, room: f64) -> Option<(Block, f64)> {
    let words = &draft.sheet.words;
    let mut marks: Vec<String> = Vec::new();
    marks.extend((!draft.card.on_router).then(|| legible(&words.not_on_router)));
    marks.extend(draft.sheet.copy.map(|number| legible(&format!("{} {number}", words.copy))));
    // The practice word also stands behind the card and in the header; beside other marks it would crowd them out.
    marks.extend((draft.sheet.practice && marks.is_empty()).then(|| legible(&words.practice)));
    marks.retain(|mark| !mark.is_empty());
    if marks.is_empty() {
        return None;
    }
    let room = room - 2.0 * MARK_PAD;
    let text = marks.join(" \u{2022} ");
    let look = Look::new(Face::SansBold, MARK_PT).fitting(&text, room, MARK_LEAST_PT);
    let text = look.face.shortened(&text, look.size_pt, room);
    let (above, below) = look.reach(&text);
    let width = look.width(&text) + 2.0 * MARK_PAD;
    let bar = Rect { x: 0.0, y: 0.0, width, height: above + below + 0.4 };
    let run = look.run(text, MARK_PAD, above + 0.2, Tone::Paper);
    Some((Block { height: bar.height, items: vec![Item::Bar(bar), run] }, width))
}

fn logo_size(logo: &Logo, (most_wide, most_high): (f64, f64)) -> (f64, f64) {
    let (width, height) = (f64::from(logo.width()), f64::from(logo.height()));
    let scale = (most_wide / width).min(most_high / height);
    (width * scale, height * scale)
}
