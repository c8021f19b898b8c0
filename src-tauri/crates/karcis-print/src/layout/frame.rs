//! What stands around the cards: the header and the cutting marks.

use std::collections::BTreeSet;

use super::{Item, LineRun, Look, MARGIN, Rect, card_size, line_at};
use crate::faces::{Face, legible};
use crate::sheet::{CutMarks, Sheet};

/// The header's upper edge: below what printers leave white, above the cards' cutting marks.
const HEADER_TOP: f64 = 4.1;
const HEADER_PT: f64 = 6.5;
/// Half the length of a corner cross.
const CROSS: f64 = 1.2;

pub(super) fn items(sheet: &Sheet, page: usize, places: &[(Rect, usize)]) -> Vec<Item> {
    let mut items = header(sheet, page);
    match sheet.cut_marks {
        CutMarks::Dashed => items.extend(Grid::of(sheet, places).dashed()),
        CutMarks::Corners => items.extend(Grid::of(sheet, places).crosses()),
        CutMarks::None => {}
    }
    items
}

/// Shop and batch on the left, marks and page number on the right.
fn header(sheet: &Sheet, page: usize) -> Vec<Item> {
    let (width, _) = sheet.paper.size_mm();
    let mut right: Vec<String> = Vec::new();
    right.extend(sheet.practice.then(|| legible(&sheet.words.practice)));
    right.extend(sheet.copy.map(|number| legible(&format!("{} {number}", sheet.words.copy))));
    right.push(legible(&format!("{} {}/{}", sheet.words.page, page + 1, crate::page_count(sheet))));
    let left = [legible(&sheet.shop.name), legible(&sheet.header)];
    let left: Vec<&str> = left.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();

    let bold = Look::new(Face::SansBold, HEADER_PT);
    let plain = Look::new(Face::Sans, HEADER_PT);
    let room = width - 2.0 * MARGIN - 2.0;
    let right = bold.face.shortened(&right.join(" \u{2022} "), bold.size_pt, room * 0.5);
    let left = plain.face.shortened(&left.join(" \u{2022} "), plain.size_pt, room - bold.width(&right) - 4.0);
    let edge = width - MARGIN - 1.0;
    [(left, plain, MARGIN + 1.0), (right.clone(), bold, edge - bold.width(&right))]
        .into_iter()
        .filter(|(text, ..)| !text.is_empty())
        .map(|(text, look, x)| line_at(&text, look, x, HEADER_TOP))
        .collect()
}

/// The cards' columns and rows, and where the lines between them run.
struct Grid {
    taken: Vec<(usize, usize)>,
    width: f64,
    height: f64,
}

impl Grid {
    fn of(sheet: &Sheet, places: &[(Rect, usize)]) -> Self {
        let (width, height) = card_size(sheet);
        let column_and_row = |area: &Rect| {
            (((area.x - MARGIN) / width).round() as usize, ((area.y - MARGIN) / height).round() as usize)
        };
        Self { taken: places.iter().map(|(area, _)| column_and_row(area)).collect(), width, height }
    }

    fn at(&self, column: usize, row: usize) -> (f64, f64) {
        (MARGIN + column as f64 * self.width, MARGIN + row as f64 * self.height)
    }

    /// One dashed line along each stretch of edges, so that neighbours share theirs and skipped places have none.
    fn dashed(&self) -> Vec<Item> {
        let (mut across, mut down) = (BTreeSet::new(), BTreeSet::new());
        for &(column, row) in &self.taken {
            across.extend([(row, column), (row + 1, column)]);
            down.extend([(column, row), (column + 1, row)]);
        }
        let across =
            stretches(&across).into_iter().map(|(row, from, to)| (self.at(from, row), self.at(to, row)));
        let down = stretches(&down)
            .into_iter()
            .map(|(column, from, to)| (self.at(column, from), self.at(column, to)));
        across.chain(down).map(|(from, to)| Item::Line(LineRun { from, to, dashed: true })).collect()
    }

    /// A small cross at every corner of a card, drawn once where cards meet.
    fn crosses(&self) -> Vec<Item> {
        let corners: BTreeSet<(usize, usize)> = self
            .taken
            .iter()
            .flat_map(|&(column, row)| {
                [(row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1)]
            })
            .collect();
        let line = |from, to| Item::Line(LineRun { from, to, dashed: false });
        let cross = |(row, column)| {
            let (x, y) = self.at(column, row);
            [line((x - CROSS, y), (x + CROSS, y)), line((x, y - CROSS), (x, y + CROSS))]
        };
        corners.into_iter().flat_map(cross).collect()
    }
}

/// Joins unit edges (line, start) into (line, start, end).
fn stretches(edges: &BTreeSet<(usize, usize)>) -> Vec<(usize, usize, usize)> {
    let mut joined: Vec<(usize, usize, usize)> = Vec::new();
    for &(line, start) in edges {
        match joined.last_mut() {
            Some(last) if last.0 == line && last.2 == start => last.2 = start + 1,
            Some(_) | None => joined.push((line, start, start + 1)),
        }
    }
    joined
}
