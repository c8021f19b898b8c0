//! Lines of text and the blocks they stack into.

use super::{Item, TextRun, Tone};
use crate::faces::{Face, MM_PER_PT};

/// Below this size paper is not read.
pub(super) const LEAST_PT: f64 = 5.0;

/// How a line is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) face: Face,
    pub(crate) size_pt: f64,
}

impl Look {
    pub(crate) fn new(face: Face, size_pt: f64) -> Self {
        Self { face, size_pt }
    }

    /// The same face, smaller where the text would not fit, but not below `least_pt`.
    pub(crate) fn fitting(self, text: &str, width: f64, least_pt: f64) -> Self {
        Self { size_pt: self.face.size_to_fit(text, self.size_pt, width).max(least_pt), ..self }
    }

    /// A text set in this look.
    pub(super) fn run(self, text: String, x: f64, baseline: f64, tone: Tone) -> Item {
        Item::Text(TextRun { text, face: self.face, size_pt: self.size_pt, x, baseline, tone })
    }

    pub(crate) fn width(self, text: &str) -> f64 {
        self.face.width_mm(text, self.size_pt)
    }

    /// Room above and below the baseline: an ordinary line's, or more where an accent or tail reaches further.
    pub(crate) fn reach(self, text: &str) -> (f64, f64) {
        let em = self.size_pt * MM_PER_PT;
        let (above, below) = self.face.ink_mm(text, self.size_pt);
        (above.max(0.76 * em), below.max(0.24 * em))
    }
}

/// A text whose upper left corner is given.
pub(crate) fn line_at(text: &str, look: Look, x: f64, top: f64) -> Item {
    let (above, _) = look.reach(text);
    look.run(text.to_owned(), x, top + above, Tone::Ink)
}

/// Things that keep together, measured from their own upper left corner.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) items: Vec<Item>,
    pub(super) height: f64,
}

impl Block {
    /// Lines one below the other.
    pub(super) fn of_lines(lines: &[String], look: Look) -> Self {
        let mut block = Self::default();
        for line in lines.iter().filter(|line| !line.is_empty()) {
            if !block.items.is_empty() {
                block.height += 0.1 * look.size_pt * MM_PER_PT;
            }
            block.push_line(line, look);
        }
        block
    }

    /// One line, taking only the height of its ink: for large texts.
    pub(super) fn of_ink(text: &str, look: Look) -> Self {
        let (above, below) = look.face.ink_mm(text, look.size_pt);
        Self { items: vec![look.run(text.to_owned(), 0.0, above, Tone::Ink)], height: above + below }
    }

    /// A code: the height of capitals and of the tails J and Q have, whether or not this code has one, so that the
    /// cards of a page look alike.
    pub(super) fn of_code(code: &str, look: Look) -> Self {
        let em = look.size_pt * MM_PER_PT;
        let (above, below) = look.face.ink_mm(code, look.size_pt);
        let (above, below) = (above.max(0.745 * em), below.max(0.15 * em));
        Self { items: vec![look.run(code.to_owned(), 0.0, above, Tone::Ink)], height: above + below }
    }

    /// The texts in it.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|item| match item {
            Item::Text(run) => Some(run.text.as_str()),
            Item::Line(_) | Item::Bar(_) | Item::Qr(_) | Item::Logo(_) => None,
        })
    }

    fn push_line(&mut self, line: &str, look: Look) {
        let (above, below) = look.reach(line);
        self.items.push(line_at(line, look, 0.0, self.height));
        self.height += above + below;
    }

    /// Moves everything by (x, y) and hands it over.
    pub(super) fn placed(self, x: f64, y: f64) -> impl Iterator<Item = Item> {
        self.items.into_iter().map(move |item| moved(item, x, y))
    }
}

fn moved(item: Item, x: f64, y: f64) -> Item {
    match item {
        Item::Text(run) => Item::Text(TextRun { x: run.x + x, baseline: run.baseline + y, ..run }),
        Item::Line(mut line) => {
            line.from = (line.from.0 + x, line.from.1 + y);
            line.to = (line.to.0 + x, line.to.1 + y);
            Item::Line(line)
        }
        Item::Bar(area) => Item::Bar(super::Rect { x: area.x + x, y: area.y + y, ..area }),
        Item::Logo(area) => Item::Logo(super::Rect { x: area.x + x, y: area.y + y, ..area }),
        Item::Qr(mut qr) => {
            qr.symbol.x += x;
            qr.symbol.y += y;
            Item::Qr(qr)
        }
    }
}

/// Stacks blocks into the height, sharing out what is left as gaps of at most `widest`; `None` if they do not fit.
pub(super) fn pour(blocks: Vec<Block>, height: f64, widest: f64) -> Option<Block> {
    const LEAST_GAP: f64 = 0.35;
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
