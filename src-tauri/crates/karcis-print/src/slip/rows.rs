//! Lines broken to the columns of a printer.

use super::letters::Letters;
use super::raster::LogoBits;
use super::{BELOW_LOGO, LINE, Line, Look, Slip, SlipWidth};
use crate::code::{grouped, on_two_lines};
use crate::qr::QrMatrix;

/// One line of a printer, or a picture across several.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Row<'a> {
    Text(TextRow),
    Rule,
    Qr { text: &'a str, symbol: &'a QrMatrix },
    Logo(LogoBits),
    Blank,
}

/// Letters in columns: legible, no more than fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextRow {
    pub(super) text: String,
    /// How many times as wide and high as ordinary letters.
    pub(super) size: usize,
    pub(super) bold: bool,
    pub(super) centred: bool,
}

impl Row<'_> {
    /// How much paper it takes, in dots.
    pub(super) fn dots(&self, width: SlipWidth) -> usize {
        match self {
            Self::Text(row) => row.dots(),
            Self::Rule | Self::Blank => LINE,
            // An empty line above and below keep the symbol's quiet zone.
            Self::Qr { symbol, .. } => symbol.side() * usize::from(width.module()) + 2 * LINE,
            Self::Logo(logo) => logo.rows() + usize::from(BELOW_LOGO),
        }
    }
}

impl TextRow {
    /// From its line to the next, in dots.
    pub(super) fn dots(&self) -> usize {
        LINE.max(self.size * 24 + 10)
    }
}

/// Every row of a slip on paper of this width.
pub(super) fn rows(slip: &Slip, width: SlipWidth, letters: Letters) -> Vec<Row<'_>> {
    let columns = width.columns();
    let mut rows = Vec::with_capacity(slip.lines.len());
    for line in &slip.lines {
        match line {
            Line::Text(text, look) => rows.extend(text_rows(&letters.legible(text), *look, columns)),
            Line::Pair { left, right, bold } => {
                rows.extend(pair(&letters.legible(left), &letters.legible(right), *bold, columns));
            }
            Line::Rule => rows.push(Row::Rule),
            Line::Code(code) => rows.extend(code_rows(code, columns)),
            Line::Qr { text, symbol } => rows.push(Row::Qr { text, symbol }),
            Line::Logo => rows.extend(slip.logo.as_ref().map(|logo| Row::Logo(LogoBits::of(logo, width)))),
            Line::Blank => rows.push(Row::Blank),
        }
    }
    rows
}

fn text_rows<'a>(text: &str, look: Look, columns: usize) -> Vec<Row<'a>> {
    let (size, bold, centred) = match look {
        Look::Plain => (1, false, false),
        Look::Bold => (1, true, false),
        Look::Centred => (1, false, true),
        Look::Title => (2, true, true),
    };
    let row = |text| Row::Text(TextRow { text, size, bold, centred });
    wrapped(text, columns / size).into_iter().map(row).collect()
}

/// The left text wrapped, the right one at the edge of its last row, or below it where there is no room.
fn pair<'a>(left: &str, right: &str, bold: bool, columns: usize) -> Vec<Row<'a>> {
    let mut texts = wrapped(left, columns);
    for (number, part) in wrapped(right, columns).into_iter().enumerate() {
        let room = columns - part.chars().count();
        match texts.last_mut() {
            Some(last) if number == 0 && (last.is_empty() || last.chars().count() < room) => {
                let gap = room - last.chars().count();
                last.extend(std::iter::repeat_n(' ', gap));
                last.push_str(&part);
            }
            Some(_) | None => texts.push(format!("{}{part}", " ".repeat(room))),
        }
    }
    let row = |text| Row::Text(TextRow { text, size: 1, bold, centred: false });
    texts.into_iter().map(row).collect()
}

/// The code as large as it fits on one row, or on two.
fn code_rows<'a>(code: &str, columns: usize) -> Vec<Row<'a>> {
    let row = |text: String, size| Row::Text(TextRow { text, size, bold: true, centred: true });
    let whole = grouped(code);
    let fitting = [3, 2].into_iter().find(|size| whole.len() <= columns / size);
    match fitting {
        Some(size) => vec![row(whole, size)],
        None => {
            let (first, second) = on_two_lines(code);
            vec![row(first, 2), row(second, 2)]
        }
    }
}

/// The text on rows of at most `columns` letters, broken between words or, where a word is too long, inside it.
/// Spaces that set the first row in set the others in as well. At least one row.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let letters: Vec<char> = text.trim_end().chars().collect();
    let indent = letters.iter().take_while(|letter| **letter == ' ').count();
    let indent = if indent <= columns / 2 { indent } else { 0 };
    let room = columns - indent;
    let mut rows = Vec::new();
    let mut rest = &letters[indent..];
    let row = |part: &[char]| format!("{}{}", " ".repeat(indent), part.iter().collect::<String>().trim_end());
    while rest.len() > room {
        let between_words = (1..=room).rev().find(|at| rest[*at] == ' ');
        let (part, after) = rest.split_at(between_words.unwrap_or(room));
        rows.push(row(part));
        let gap = after.iter().take_while(|letter| **letter == ' ').count();
        rest = &after[gap..];
    }
    rows.push(row(rest));
    rows
}

#[cfg(test)]
mod tests {
    use super::super::letters::CodePage;
    use super::{Letters, Row, Slip, SlipWidth, rows, wrapped};

    fn texts(markup: &str, width: SlipWidth) -> Vec<String> {
        let slip = Slip::parse(markup).unwrap();
        let rows = rows(&slip, width, Letters::Printer(CodePage::Ascii));
        let text = |row: &Row<'_>| match row {
            Row::Text(row) => format!("{}{}", row.size, row.text),
            Row::Rule | Row::Qr { .. } | Row::Logo(_) | Row::Blank => String::from("-"),
        };
        rows.iter().map(text).collect()
    }

    #[test]
    fn words_are_kept_whole_where_they_fit() {
        assert_eq!(wrapped("satu dua tiga", 8), ["satu dua", "tiga"]);
        assert_eq!(wrapped("satu dua tiga", 9), ["satu dua", "tiga"]);
        assert_eq!(wrapped("satudua tiga", 4), ["satu", "dua", "tiga"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(wrapped("  satu dua tiga", 8), ["  satu", "  dua", "  tiga"]);
        assert_eq!(wrapped("    abcdefgh", 4).concat(), "abcdefgh", "an indent as wide as the paper is none");
    }

    #[test]
    fn a_pair_stands_at_both_edges() {
        let row = texts("Total || Rp 5.000", SlipWidth::Mm58);
        assert_eq!(row, ["1Total                   Rp 5.000"]);
        assert_eq!(texts("Total || Rp 5.000", SlipWidth::Mm80)[0].len(), 49);
    }

    #[test]
    fn a_pair_without_room_takes_more_rows_and_loses_nothing() {
        let long = "Paket Keluarga Bulanan Tanpa Batas || Rp 12.345.678";
        assert_eq!(
            texts(long, SlipWidth::Mm58),
            ["1Paket Keluarga Bulanan Tanpa", &format!("1Batas{}Rp 12.345.678", " ".repeat(14))]
        );
        let full = format!("{} || Rp 5.000", "x".repeat(30));
        assert_eq!(texts(&full, SlipWidth::Mm58)[1], format!("1{}Rp 5.000", " ".repeat(24)));
        assert_eq!(texts("|| kanan", SlipWidth::Mm58), [format!("1{}kanan", " ".repeat(27))]);
    }

    #[test]
    fn a_code_is_as_large_as_it_fits() {
        assert_eq!(texts("[code] K7M2PQRX", SlipWidth::Mm58), ["3K7M2-PQRX"]);
        assert_eq!(texts("[code] K7M2PQRXABCD", SlipWidth::Mm58), ["2K7M2-PQRX-ABCD"]);
        assert_eq!(texts("[code] K7M2PQRXABCD", SlipWidth::Mm80), ["3K7M2-PQRX-ABCD"]);
        assert_eq!(texts("[code] ABCDEFGHJKLMNPQRTUVW", SlipWidth::Mm58), ["2ABCD-EFGH-JKLM", "2NPQR-TUVW"]);
        assert_eq!(texts("[code] p@ss.word!p@ss.word!", SlipWidth::Mm58), ["2p@ss.word!", "2p@ss.word!"]);
    }
}
