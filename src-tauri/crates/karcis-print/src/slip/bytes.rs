//! A slip as the commands of a receipt printer.

use std::cell::RefCell;

use ::escpos::driver::Driver;
use ::escpos::printer::Printer;
use ::escpos::utils::{
    CharacterSet, JustifyMode, PageCode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption,
};

use super::letters::{CodePage, Letters};
use super::raster::Bits;
use super::rows::{Row, TextRow, rows};
use super::{BELOW_LOGO, QrDrawing, Slip, SlipPaper};

/// Lines fed before the cut, and before the paper is torn off at a bar further up.
const BEFORE_CUT: u8 = 2;
const BEFORE_TEAR: u8 = 4;

/// The bytes that print a slip: at most [`super::MAX_MM`] of paper, and no control byte but those of the commands
/// written here.
pub fn escpos(slip: &Slip, paper: &SlipPaper) -> Vec<u8> {
    let rows = rows(slip, paper.width, Letters::Printer(paper.code_page));
    let mut pen = Pen::new(*paper);
    pen.begin(rows.iter().any(|row| matches!(row, Row::Text(row) if !row.text.is_ascii())));
    for row in &rows {
        pen.row(row);
    }
    pen.end()
}

/// Writes commands and remembers what is set, so that only changes are sent.
struct Pen {
    printer: Printer<Memory>,
    paper: SlipPaper,
    size: usize,
    bold: bool,
    centred: bool,
}

impl Pen {
    fn new(paper: SlipPaper) -> Self {
        let printer = Printer::new(Memory::default(), Protocol::default(), None);
        Self { printer, paper, size: 1, bold: false, centred: false }
    }

    /// Clears what an earlier slip may have left set, and opens the drawer: it takes longer than the paper.
    fn begin(&mut self, beyond_ascii: bool) {
        written(self.printer.init());
        written(self.printer.character_set(CharacterSet::USA));
        if beyond_ascii {
            // Leaves the two-byte mode in which printers made for China start.
            self.raw(&[0x1C, b'.']);
        }
        if let Some(page) = numbered(self.paper.code_page) {
            written(self.printer.page_code(page));
        }
        if self.paper.kick {
            // Pin 2 for 50 ms, then half a second of rest; the crate's own command lacks the times.
            self.raw(&[0x1B, b'p', 0, 25, 250]);
        }
    }

    fn row(&mut self, row: &Row<'_>) {
        match row {
            Row::Text(row) => self.text(row),
            Row::Rule => {
                self.set(1, false, false);
                self.line(&vec![b'-'; self.paper.width.columns()]);
            }
            Row::Qr { text, symbol } => match self.paper.qr {
                QrDrawing::Native => self.native_qr(text),
                QrDrawing::Raster => {
                    self.set(1, false, false);
                    self.line(b"");
                    self.raw(&Bits::of_qr(symbol, self.paper.width).commands());
                    self.line(b"");
                }
            },
            Row::Logo(logo) => {
                self.set(1, false, false);
                self.raw(&logo.bits().commands());
                self.raw(&[0x1B, b'J', BELOW_LOGO]);
            }
            Row::Blank => self.line(b""),
        }
    }

    fn text(&mut self, row: &TextRow) {
        self.set(row.size, row.bold, row.centred);
        let bytes: Vec<u8> =
            row.text.chars().filter_map(|letter| self.paper.code_page.byte(letter)).collect();
        self.line(&bytes);
    }

    /// The symbol drawn by the printer, with an empty line above and below as its quiet zone.
    fn native_qr(&mut self, text: &str) {
        self.set(1, false, true);
        self.line(b"");
        let module = self.paper.width.module();
        let option = QRCodeOption::new(QRCodeModel::Model2, module, QRCodeCorrectionLevel::M);
        written(self.printer.qrcode_option(text, option));
        self.line(b"");
    }

    fn set(&mut self, size: usize, bold: bool, centred: bool) {
        if self.centred != centred {
            self.centred = centred;
            written(self.printer.justify(if centred { JustifyMode::CENTER } else { JustifyMode::LEFT }));
        }
        if self.bold != bold {
            self.bold = bold;
            written(self.printer.bold(bold));
        }
        if self.size != size {
            self.size = size;
            let size = u8::try_from(size).expect("letters are at most three times as large");
            written(self.printer.size(size, size));
        }
    }

    fn line(&mut self, bytes: &[u8]) {
        self.raw(bytes);
        self.raw(b"\n");
    }

    fn raw(&mut self, bytes: &[u8]) {
        written(self.printer.custom(bytes));
    }

    fn end(mut self) -> Vec<u8> {
        self.set(1, false, false);
        if self.paper.cut {
            written(self.printer.feeds(BEFORE_CUT));
            // Feeds to the knife and leaves a hinge; the crate's own partial cut sends a full one.
            self.raw(&[0x1D, b'V', b'B', 0]);
        } else {
            written(self.printer.feeds(BEFORE_TEAR));
        }
        written(self.printer.print());
        self.printer.driver().bytes.into_inner()
    }
}

/// The number the printer knows its table by.
fn numbered(page: CodePage) -> Option<PageCode> {
    match page {
        CodePage::Ascii => None,
        CodePage::Pc437 => Some(PageCode::PC437),
        CodePage::Pc850 => Some(PageCode::PC850),
        CodePage::Pc858 => Some(PageCode::PC858),
        CodePage::Wpc1252 => Some(PageCode::WPC1252),
    }
}

fn written(result: ::escpos::errors::Result<&mut Printer<Memory>>) {
    result.expect("sizes and QR texts are within the protocol's limits, and memory takes every byte");
}

/// Where the crate's printer writes to.
#[derive(Default)]
struct Memory {
    bytes: RefCell<Vec<u8>>,
}

impl Driver for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> ::escpos::errors::Result<()> {
        self.bytes.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> ::escpos::errors::Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> ::escpos::errors::Result<()> {
        Ok(())
    }
}
