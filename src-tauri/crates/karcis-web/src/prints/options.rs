//! The options of a print: read from a form or an address, shown again, written into an address.

use crate::answer::encoded;
use crate::batches::beside;
use crate::fields::{Choice, Field};
use crate::texts::{Refusal, Texts};
use karcis_core::prints::{CARDS_PER_PAGE, CutMarks, Layout, Paper, PrintRequest};
use karcis_core::values::BatchId;
use karcis_print::CardsPerPage;
use serde::Deserialize;

/// The options as they were sent.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct OptionsForm {
    #[serde(default)]
    paper: String,
    #[serde(default)]
    cards: String,
    #[serde(default)]
    cut_marks: String,
    #[serde(default)]
    skip: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    offset_x: String,
    #[serde(default)]
    offset_y: String,
    /// The page looked at, from 1.
    #[serde(default)]
    pub(super) page: String,
    #[serde(default)]
    pub(super) confirmed: String,
    #[serde(default)]
    pub(super) request_key: String,
}

/// A place on the first page, to click where the first card goes.
pub(super) struct Position {
    pub(super) skip: usize,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// The options as they are shown.
pub(super) struct Options {
    pub(super) papers: Vec<Choice>,
    pub(super) cards: Vec<Choice>,
    pub(super) cut_marks: Vec<Choice>,
    pub(super) positions: Vec<Position>,
    pub(super) columns: usize,
    pub(super) from: Field,
    pub(super) to: Field,
    pub(super) offset_x: Field,
    pub(super) offset_y: Field,
    /// What the window calls the measuring sheet with these offsets, and what the browser asks for.
    pub(super) calibration: String,
    pub(super) calibration_query: String,
    /// Whether the folded part holds something else than usual.
    pub(super) unfolded: bool,
}

impl OptionsForm {
    /// The options that a layout kept from an earlier print stands for.
    pub(super) fn of(layout: &Layout) -> OptionsForm {
        OptionsForm {
            paper: layout.paper.as_str().to_owned(),
            cards: layout.cards_per_page.to_string(),
            cut_marks: layout.cut_marks.as_str().to_owned(),
            skip: layout.skip.to_string(),
            offset_x: millimetres(layout.offset_x_tenths),
            offset_y: millimetres(layout.offset_y_tenths),
            ..OptionsForm::default()
        }
    }

    fn paper(&self) -> Paper {
        self.paper.parse().unwrap_or(Paper::A4)
    }

    fn cards(&self) -> u16 {
        let sent = self.cards.parse().ok().filter(|cards| CARDS_PER_PAGE.contains(cards));
        sent.unwrap_or(Layout::default().cards_per_page)
    }

    fn cut_marks(&self) -> CutMarks {
        self.cut_marks.parse().unwrap_or(CutMarks::Lines)
    }

    /// Positions skipped; a page with fewer cards than the one they were chosen on starts at its beginning.
    fn skip(&self) -> u16 {
        self.skip.parse().ok().filter(|skip| *skip < self.cards()).unwrap_or(0)
    }

    /// What is asked for, or beside which field it cannot be read. The lists offer nothing unreadable.
    pub(super) fn request(&self, batch: BatchId, last: u32) -> Result<PrintRequest, (Wrong, Refusal)> {
        let layout = Layout {
            paper: self.paper(),
            cards_per_page: self.cards(),
            cut_marks: self.cut_marks(),
            skip: self.skip(),
            offset_x_tenths: tenths(&self.offset_x).ok_or((Wrong::OffsetX, Refusal::R704))?,
            offset_y_tenths: tenths(&self.offset_y).ok_or((Wrong::OffsetY, Refusal::R704))?,
        };
        let no_serial = || Refusal::R709 { last: last.to_string() };
        Ok(PrintRequest {
            batch,
            layout,
            from_serial: serial(&self.from, last).map_err(|()| (Wrong::From, no_serial()))?,
            to_serial: serial(&self.to, last).map_err(|()| (Wrong::To, no_serial()))?,
            confirmed: self.confirmed == "yes",
        })
    }

    /// The options as a query, with the page to look at.
    pub(super) fn query(&self, page: usize) -> String {
        let parts = [
            ("paper", self.paper().as_str().to_owned()),
            ("cards", self.cards().to_string()),
            ("cut_marks", self.cut_marks().as_str().to_owned()),
            ("skip", self.skip().to_string()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("offset_x", self.offset_x.clone()),
            ("offset_y", self.offset_y.clone()),
            ("page", page.to_string()),
        ];
        parts.map(|(name, value)| format!("{name}={}", encoded(&value))).join("&")
    }

    /// The name by which the window asks for the measuring sheet: letters, digits and hyphens only.
    fn calibration(&self) -> String {
        let part = |text: &str| {
            let tenths = tenths(text).unwrap_or(0);
            format!("{}{}", if tenths < 0 { "n" } else { "p" }, tenths.unsigned_abs())
        };
        format!("calibration-{}-{}-{}", self.paper().as_str(), part(&self.offset_x), part(&self.offset_y))
    }

    /// The page looked at, from 0.
    pub(super) fn page(&self) -> usize {
        self.page.parse::<usize>().unwrap_or(1).saturating_sub(1)
    }

    pub(super) fn shown(&self, t: &Texts) -> Options {
        let skip = usize::from(self.skip());
        let (columns, rows) = CardsPerPage::from_count(self.cards()).map_or((4, 10), CardsPerPage::grid);
        let position =
            |at: usize| Position { skip: at, label: t.prints.position(at + 1), chosen: at == skip };
        let folded = [&self.from, &self.to].iter().all(|text| text.trim().is_empty());
        let straight = [&self.offset_x, &self.offset_y].iter().all(|text| tenths(text) == Some(0));
        Options {
            papers: papers(self.paper(), t),
            cards: cards(self.cards(), t),
            cut_marks: cut_marks(self.cut_marks(), t),
            positions: (0..columns * rows).map(position).collect(),
            columns,
            from: Field::new("from", self.from.clone()),
            to: Field::new("to", self.to.clone()),
            offset_x: Field::new("offset_x", self.offset_x.clone()),
            offset_y: Field::new("offset_y", self.offset_y.clone()),
            calibration: self.calibration(),
            calibration_query: format!(
                "paper={}&offset_x={}&offset_y={}",
                self.paper().as_str(),
                encoded(&self.offset_x),
                encoded(&self.offset_y)
            ),
            unfolded: skip > 0 || !folded || !straight,
        }
    }
}

/// Which field cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    From,
    To,
    OffsetX,
    OffsetY,
}

impl Options {
    /// Says beside the field what is wrong with it.
    pub(super) fn refuse(&mut self, wrong: Wrong, refusal: &Refusal, t: &Texts) {
        let field = match wrong {
            Wrong::From => &mut self.from,
            Wrong::To => &mut self.to,
            Wrong::OffsetX => &mut self.offset_x,
            Wrong::OffsetY => &mut self.offset_y,
        };
        field.refuse(beside(refusal, t));
        self.unfolded = true;
    }
}

pub(super) fn paper_word(paper: Paper, t: &Texts) -> &'static str {
    match paper {
        Paper::A4 => t.prints.paper_small,
        Paper::F4 => t.prints.paper_folio,
    }
}

fn papers(chosen: Paper, t: &Texts) -> Vec<Choice> {
    let label = |paper| match paper {
        Paper::A4 => format!("{} · {}", t.prints.paper_small, t.prints.paper_small_hint),
        Paper::F4 => format!("{} · {}", t.prints.paper_folio, t.prints.paper_folio_hint),
    };
    Paper::ALL.iter().map(|paper| Choice::new(paper.as_str(), label(*paper), *paper == chosen)).collect()
}

fn cards(chosen: u16, t: &Texts) -> Vec<Choice> {
    let hint = |cards| match cards {
        21 => Some(t.prints.cards_large),
        40 => Some(t.prints.cards_usual),
        50 => Some(t.prints.cards_small),
        _ => None,
    };
    let label = |cards| match hint(cards) {
        Some(hint) => format!("{cards} · {hint}"),
        None => cards.to_string(),
    };
    CARDS_PER_PAGE.iter().map(|it| Choice::new(it.to_string(), label(*it), *it == chosen)).collect()
}

fn cut_marks(chosen: CutMarks, t: &Texts) -> Vec<Choice> {
    let label = |marks| match marks {
        CutMarks::Lines => t.prints.cut_lines,
        CutMarks::Corners => t.prints.cut_corners,
        CutMarks::Off => t.prints.cut_off,
    };
    CutMarks::ALL.iter().map(|it| Choice::new(it.as_str(), label(*it), *it == chosen)).collect()
}

/// Tenths of a millimetre as people write them: `1,5`, `-2`, `−0.5`; nothing is none.
pub(super) fn tenths(text: &str) -> Option<i16> {
    let text = text.trim().replace(',', ".").replace('−', "-");
    if text.is_empty() {
        return Some(0);
    }
    let (sign, text) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let plain = |digits: &str| digits.len() == 1 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(part) {
        return None;
    }
    let tenths = sign * (whole.parse::<i16>().ok()? * 10 + part.parse::<i16>().ok()?);
    (-50..=50).contains(&tenths).then_some(tenths)
}

fn millimetres(tenths: i16) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, part) => format!("{sign}{whole},{part}"),
    }
}

fn serial(text: &str, last: u32) -> Result<Option<u32>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().ok().filter(|serial| (1..=last).contains(serial)).map(Some).ok_or(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_as_people_write_it_and_shown_the_same() {
        for (text, expected) in
            [("", Some(0)), ("1,5", Some(15)), ("-2", Some(-20)), ("−0.5", Some(-5)), ("5", Some(50))]
        {
            assert_eq!(tenths(text), expected, "{text}");
        }
        for wrong in ["5,1", "-6", "1,55", "a", "1,", ",5", "--1", "1e1"] {
            assert_eq!(tenths(wrong), None, "{wrong}");
        }
        for value in -50..=50 {
            assert_eq!(tenths(&millimetres(value)), Some(value));
        }
    }

    #[test]
    fn options_written_into_an_address_stand_for_the_same_layout() {
        let layout = Layout {
            paper: Paper::F4,
            cards_per_page: 21,
            cut_marks: CutMarks::Corners,
            skip: 20,
            offset_x_tenths: -15,
            offset_y_tenths: 3,
        };
        let form = OptionsForm::of(&layout);
        assert_eq!(
            form.query(2),
            "paper=f4&cards=21&cut_marks=corners&skip=20&from=&to=&offset_x=-1%2C5&offset_y=0%2C3&page=2"
        );
        let smaller = OptionsForm { cards: "40".into(), skip: "40".into(), ..form };
        assert_eq!(smaller.skip(), 0, "a position the page does not have");
    }
}
