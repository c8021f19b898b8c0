//! The page on which a printer's offset is measured.

use crate::faces::{Face, legible};
use crate::layout::{Item, LineRun, Look, MARGIN, Page, line_at};
use crate::sheet::{Offset, Paper, SheetError};

/// The words on the calibration page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalibrationWords {
    /// The heading.
    pub title: String,
    /// What to do, a paragraph each, at most six.
    pub steps: Vec<String>,
}

/// Where the two rulers have their zero, from the left and upper edge of the paper.
const ZERO: f64 = 20.0;
/// How far the rulers reach either way, and as far as an offset can be corrected.
const REACH: i32 = 5;
const MAX_STEPS: usize = 6;

/// Draws a page with a ruler along the left and upper edge whose zero lines stand 20 mm from the paper's edge.
///
/// The mark that a real ruler finds 20 mm from the edge is what to add to the offset; with the right offset it is
/// the zero. A dashed frame shows where the cards stand.
pub fn calibration(paper: Paper, offset: Offset, words: &CalibrationWords) -> Result<Vec<u8>, SheetError> {
    offset.check()?;
    let title = legible(&words.title);
    crate::pdf::draw_page(&title, page(paper, offset, words), None, &Face::OF_SHEETS)
}

fn page(paper: Paper, offset: Offset, words: &CalibrationWords) -> Page {
    let (width, height) = paper.size_mm();
    let mut frame = ruler((ZERO, height / 2.0), true);
    frame.extend(ruler((width / 2.0, ZERO), false));
    frame.extend(card_area(width, height));
    frame.extend(text(words, width));
    Page { width, height, shift: (offset.x_mm, offset.y_mm), frame, cells: Vec::new() }
}

/// The outline of the cards, to see whether the printer reaches all of it.
fn card_area(width: f64, height: f64) -> Vec<Item> {
    let (right, bottom) = (width - MARGIN, height - MARGIN);
    let corners = [(MARGIN, MARGIN), (right, MARGIN), (right, bottom), (MARGIN, bottom), (MARGIN, MARGIN)];
    corners.windows(2).map(|side| Item::Line(LineRun { from: side[0], to: side[1], dashed: true })).collect()
}

/// Eleven marks a millimetre apart, longer at zero and at the ends, with their numbers.
fn ruler((x, y): (f64, f64), across: bool) -> Vec<Item> {
    let small = Look::new(Face::Sans, 8.0);
    let mut items = Vec::new();
    for mark in -REACH..=REACH {
        let at = f64::from(mark);
        let length = if mark == 0 {
            26.0
        } else if mark.abs() == REACH {
            10.0
        } else {
            6.0
        };
        let (from, to) = if across {
            ((x + at, y - length / 2.0), (x + at, y + length / 2.0))
        } else {
            ((x - length / 2.0, y + at), (x + length / 2.0, y + at))
        };
        items.push(Item::Line(LineRun { from, to, dashed: false }));
        if mark == 0 || mark.abs() == REACH {
            let label = format!("{mark:+}").replace("+0", "0");
            let place = if across {
                (to.0 - small.width(&label) / 2.0, to.1 + 0.6)
            } else {
                (to.0 + 1.0, to.1 - 1.3)
            };
            items.push(line_at(&label, small, place.0, place.1));
        }
    }
    items
}

fn text(words: &CalibrationWords, width: f64) -> Vec<Item> {
    let (left, room) = (40.0, width - 60.0);
    let heading = Look::new(Face::SansBold, 14.0);
    let body = Look::new(Face::Sans, 10.0);
    let title = heading.face.shortened(&legible(&words.title), heading.size_pt, room);
    let mut items = vec![line_at(&title, heading, left, 50.0)];
    let mut top = 60.0;
    for step in words.steps.iter().take(MAX_STEPS) {
        for line in body.face.wrapped(&legible(step), body.size_pt, room, 3) {
            items.push(line_at(&line, body, left, top));
            top += 5.0;
        }
        top += 2.0;
    }
    items.retain(|item| !matches!(item, Item::Text(run) if run.text.is_empty()));
    items
}
