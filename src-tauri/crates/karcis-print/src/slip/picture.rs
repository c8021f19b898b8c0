//! A slip for the screen and as a PDF, in the columns of a printer.

use super::letters::Letters;
use super::rows::{Row, TextRow, rows};
use super::{COLUMN, DOTS_PER_MM, LINE, Slip, SlipPaper, SlipWidth};
use crate::faces::{Face, MM_PER_PT};
use crate::layout::{Item, LineRun, Page, QrBox, Rect, TextRun, Tone};
use crate::sheet::SheetError;

/// White paper above and below, in dots.
const MARGIN: usize = 40;

/// Draws a slip as a PDF page 80 mm wide and as long as the slip.
pub fn slip_pdf(slip: &Slip) -> Result<Vec<u8>, SheetError> {
    let page = page(slip, SlipWidth::Mm80, Letters::Faces);
    let title = Letters::Faces.legible(slip.title());
    crate::pdf::draw_page(&title, page, slip.logo.as_ref(), &[Face::Mono, Face::MonoBold])
}

/// Draws a slip as this printer would print it, as an SVG document: the same letters in the same columns.
///
/// No `style` attributes and no scripts, so a strict content policy shows it; a logo is a `data:` image.
pub fn slip_svg(slip: &Slip, paper: &SlipPaper) -> String {
    crate::svg::draw(&page(slip, paper.width, Letters::Printer(paper.code_page)), slip.logo.as_ref())
}

fn page(slip: &Slip, width: SlipWidth, letters: Letters) -> Page {
    let left = (width.mm() * DOTS_PER_MM - width.dots()) / 2;
    let mut items = Vec::new();
    let mut top = MARGIN;
    for row in rows(slip, width, letters) {
        let height = row.dots(width);
        let mut pen = Pen { items: &mut items, left, width };
        pen.row(row, top);
        top += height;
    }
    Page {
        width: width.mm() as f64,
        height: mm(top + MARGIN),
        shift: (0.0, 0.0),
        frame: items,
        cells: Vec::new(),
    }
}

struct Pen<'a> {
    items: &'a mut Vec<Item>,
    left: usize,
    width: SlipWidth,
}

impl Pen<'_> {
    fn row(&mut self, row: Row<'_>, top: usize) {
        match row {
            Row::Text(row) => self.text(&row, top),
            Row::Rule => {
                let y = mm(top + LINE / 2);
                let (from, to) = ((mm(self.left), y), (mm(self.left + self.width.dots()), y));
                self.items.push(Item::Line(LineRun { from, to, dashed: true }));
            }
            Row::Qr { symbol, .. } => {
                let side = symbol.side() * usize::from(self.width.module());
                let symbol_box = self.centred(side, side, top + LINE);
                self.items.push(Item::Qr(QrBox { symbol: symbol_box, matrix: symbol.clone() }));
            }
            Row::Logo(logo) => {
                let area = self.centred(logo.columns(), logo.rows(), top);
                self.items.push(Item::Logo(area));
            }
            Row::Blank => {}
        }
    }

    /// Every stretch between wide gaps is a run of its own, so that it starts at its column whatever shows it does
    /// with spaces.
    fn text(&mut self, row: &TextRow, top: usize) {
        let letters: Vec<char> = row.text.chars().collect();
        let column = COLUMN * row.size;
        let start = if row.centred { (self.width.dots() - letters.len() * column) / 2 } else { 0 };
        let face = if row.bold { Face::MonoBold } else { Face::Mono };
        let size_pt = mm(column) / (face.width_mm("0", 1.0) / MM_PER_PT) / MM_PER_PT;
        for (at, text) in stretches(&letters) {
            self.items.push(Item::Text(TextRun {
                text,
                face,
                size_pt,
                x: mm(self.left + start + at * column),
                baseline: mm(top + row.dots() / 2) + 0.36 * size_pt * MM_PER_PT,
                tone: Tone::Ink,
            }));
        }
    }

    fn centred(&self, columns: usize, rows: usize, top: usize) -> Rect {
        Rect {
            x: mm(self.left + (self.width.dots() - columns) / 2),
            y: mm(top),
            width: mm(columns),
            height: mm(rows),
        }
    }
}

/// The stretches of a row that hold no two spaces in a row, and where each begins.
fn stretches(letters: &[char]) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut gap = 2;
    for (at, letter) in letters.iter().enumerate() {
        if *letter == ' ' {
            gap += 1;
            continue;
        }
        match found.last_mut().filter(|_| gap < 2) {
            Some((_, text)) => {
                if gap == 1 {
                    text.push(' ');
                }
                text.push(*letter);
            }
            None => found.push((at, letter.to_string())),
        }
        gap = 0;
    }
    found
}

fn mm(dots: usize) -> f64 {
    dots as f64 / DOTS_PER_MM as f64
}

#[cfg(test)]
mod tests {
    use super::stretches;

    #[test]
    fn a_row_is_taken_apart_at_its_wide_gaps_only() {
        let row: Vec<char> = "  Total tunai    Rp 5.000".chars().collect();
        assert_eq!(stretches(&row), [(2, "Total tunai".to_owned()), (17, "Rp 5.000".to_owned())]);
        assert_eq!(stretches(&[]), []);
    }
}
