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
        CutMarks::Dashed => items.extend(dashed(sheet, places)),
        CutMarks::Corners => items.extend(crosses(places)),
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

/// One dashed line along each stretch of edges, so that neighbours share theirs and skipped places have none.
fn dashed(sheet: &Sheet, places: &[(Rect, usize)]) -> Vec<Item> {
    let (width, height) = card_size(sheet);
    let at = |column: usize, row: usize| (MARGIN + column as f64 * width, MARGIN + row as f64 * height);
    let (mut across, mut down) = (BTreeSet::new(), BTreeSet::new());
    for (area, _) in places {
        let column = ((area.x - MARGIN) / width).round() as usize;
        let row = ((area.y - MARGIN) / height).round() as usize;
        across.extend([(row, column), (row + 1, column)]);
        down.extend([(column, row), (column + 1, row)]);
    }
    let across = stretches(&across).into_iter().map(|(row, from, to)| (at(from, row), at(to, row)));
    let down = stretches(&down).into_iter().map(|(column, from, to)| (at(column, from), at(column, to)));
    across.chain(down).map(|(from, to)| Item::Line(LineRun { from, to, dashed: true })).collect()
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

/// A small cross at every corner of a card, drawn once where cards meet.
fn crosses(places: &[(Rect, usize)]) -> Vec<Item> {
    let mut corners: Vec<(f64, f64)> = places
        .iter()
        .flat_map(|(area, _)| {
            let (right, bottom) = (area.x + area.width, area.y + area.height);
            [(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)]
        })
        .collect();
    corners.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0)));
    corners.dedup_by(|a, b| (a.0 - b.0).abs() < 0.01 && (a.1 - b.1).abs() < 0.01);
    let line = |from, to| Item::Line(LineRun { from, to, dashed: false });
    corners
        .into_iter()
        .flat_map(|(x, y)| [line((x - CROSS, y), (x + CROSS, y)), line((x, y - CROSS), (x, y + CROSS))])
        .collect()
}
