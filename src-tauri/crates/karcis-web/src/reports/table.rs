//! A table that leaves as a file: CSV for programs, XLSX for people with a spreadsheet.

use karcis_core::fault::{Fault, Trying};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet};

/// The most rows a worksheet holds, its heading included.
///
/// Source: Excel specifications and limits, 1,048,576 rows by 16,384 columns.
pub(crate) const MOST_ROWS: usize = 1_048_575;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Words, as somebody typed them.
    Text(String),
    /// Whole rupiah.
    Money(i64),
    /// How many.
    Count(i64),
    /// Nothing.
    Empty,
}

impl Cell {
    pub(crate) fn text(words: impl Into<String>) -> Cell {
        Cell::Text(words.into())
    }
}

/// A table with a heading for each column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// The name of the worksheet.
    pub(crate) name: String,
    /// The headings.
    pub(crate) heads: Vec<String>,
    /// The rows, each as wide as the headings.
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// Comma-separated values. Source: RFC 4180; in UTF-8 with a byte order mark, which spreadsheets ask for.
    Csv,
    /// An Office Open XML workbook.
    Xlsx,
}

impl FileKind {
    pub(crate) fn parse(text: &str) -> Option<FileKind> {
        match text {
            "csv" => Some(FileKind::Csv),
            "xlsx" => Some(FileKind::Xlsx),
            _ => None,
        }
    }

    pub(crate) const fn ending(self) -> &'static str {
        match self {
            FileKind::Csv => "csv",
            FileKind::Xlsx => "xlsx",
        }
    }

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            FileKind::Csv => "text/csv; charset=utf-8",
            FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl Table {
    /// The table as a file of this kind.
    pub(crate) fn to_file(&self, kind: FileKind) -> Result<Vec<u8>, Fault> {
        match kind {
            FileKind::Csv => self.to_csv(),
            FileKind::Xlsx => self.to_xlsx(),
        }
    }

    fn to_csv(&self) -> Result<Vec<u8>, Fault> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        writer.write_record(&self.heads).trying("write the heading of a table")?;
        for row in &self.rows {
            writer.write_record(row.iter().map(plain)).trying("write a row of a table")?;
        }
        writer.into_inner().map_err(|error| Fault::new(format!("a table could not be written: {error}")))
    }

    fn to_xlsx(&self) -> Result<Vec<u8>, Fault> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory().trying("begin a worksheet")?;
        self.fill(sheet).trying("fill a worksheet")?;
        book.save_to_buffer().trying("write a workbook")
    }

    fn fill(&self, sheet: &mut Worksheet) -> Result<(), rust_xlsxwriter::XlsxError> {
        let head = Format::new().set_bold();
        let number = Format::new().set_num_format("#,##0").set_align(FormatAlign::Right);
        sheet.set_name(sheet_name(&self.name))?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, words) in (0_u16..).zip(&self.heads) {
            sheet.set_column_width(column, width(words))?;
            sheet.write_string_with_format(0, column, words, &head)?;
        }
        for (line, row) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Text(words) => sheet.write_string(line, column, harmless(words))?,
                    // A spreadsheet counts in floating point, which is exact far beyond any rupiah of a shop.
                    Cell::Money(amount) | Cell::Count(amount) => {
                        sheet.write_number_with_format(line, column, *amount as f64, &number)?
                    }
                    Cell::Empty => continue,
                };
            }
        }
        Ok(())
    }
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(words) => harmless(words),
        Cell::Money(amount) | Cell::Count(amount) => amount.to_string(),
        Cell::Empty => String::new(),
    }
}

/// Words that no spreadsheet takes for a formula.
///
/// Source: OWASP, CSV injection: cells beginning with `=`, `+`, `-`, `@`, tab or carriage return.
fn harmless(words: &str) -> String {
    match words.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => format!("'{words}"),
        Some(_) | None => words.to_owned(),
    }
}

/// A worksheet's name has at most 31 characters and none of `[]:*?/\`.
fn sheet_name(name: &str) -> String {
    let kept: String =
        name.chars().map(|letter| if "[]:*?/\\'".contains(letter) { ' ' } else { letter }).take(31).collect();
    let kept = kept.trim();
    if kept.is_empty() { "Karcis".to_owned() } else { kept.to_owned() }
}

fn width(head: &str) -> f64 {
    const NARROWEST: usize = 12;
    const WIDEST: usize = 40;
    (head.chars().count() + 2).clamp(NARROWEST, WIDEST) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn table(words: &[&str]) -> Table {
        Table {
            name: "Penjualan [Nov]: 2026/11 dengan nama yang panjang sekali".to_owned(),
            heads: vec!["Nama".to_owned(), "Jumlah".to_owned(), "Nilai".to_owned()],
            rows: words
                .iter()
                .map(|words| vec![Cell::text(*words), Cell::Count(-2), Cell::Money(5_000)])
                .collect(),
        }
    }

    fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(&bytes["\u{feff}".len()..]);
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn no_cell_of_a_file_is_a_formula() {
        let evil = ["=1+1", "+62811", "-2", "@SUM(A1)", "\t=1", "\r=1", "Budi = 5", "Rp -5"];
        let table = table(&evil);
        let rows = csv_rows(&table.to_csv().unwrap());
        assert_eq!(rows.len(), evil.len());
        for (row, words) in rows.iter().zip(evil) {
            let neutral = !words.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert_eq!(row[0], if neutral { words.to_owned() } else { format!("'{words}") });
            assert_eq!((row[1].as_str(), row[2].as_str()), ("-2", "5000"), "numbers stay numbers");
        }
        let sheet = inside(&table.to_xlsx().unwrap(), "xl/worksheets/sheet1.xml");
        assert!(!sheet.contains("<f>"), "{sheet}");
        assert!(sheet.contains("'=1+1"), "{sheet}");
        assert!(sheet.contains("<v>5000</v>"), "{sheet}");
    }

    #[test]
    fn quotes_commas_and_lines_come_back_as_they_were() {
        let words = ["a,b", "say \"hi\"", "two\nlines", "Café — Ümläut 😀", ""];
        let rows = csv_rows(&table(&words).to_csv().unwrap());
        let back: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(back, words);
    }

    #[test]
    fn a_workbook_has_a_name_that_spreadsheets_accept() {
        let book = inside(&table(&["x"]).to_xlsx().unwrap(), "xl/workbook.xml");
        assert!(book.contains("name=\"Penjualan  Nov   2026 11 dengan\""), "{book}");
        assert_eq!(sheet_name("[]"), "Karcis");
    }

    /// One file of the archive that a workbook is.
    fn inside(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }
}
