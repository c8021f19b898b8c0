//! Slips: what a receipt printer puts on its roll.
//!
//! A slip is read from the text an operator's template gave ([`Slip::parse`]) and laid out in columns as a printer
//! has them. [`escpos`] gives the bytes for the printer, [`slip_svg`] the same paper for the screen, [`slip_pdf`] the
//! same words on a page 80 mm wide. A slip that was parsed can always be drawn, and is never longer than [`MAX_MM`].

mod bytes;
mod letters;
mod markup;
mod picture;
mod raster;
mod rows;

pub use bytes::escpos;
pub use letters::CodePage;
pub use markup::escaped;
pub use picture::{slip_pdf, slip_svg};

use crate::logo::Logo;
use crate::qr::QrMatrix;
use letters::Letters;

/// The longest text a slip is read from, in bytes.
pub const MAX_TEXT: usize = 16 * 1024;
/// The longest slip, in millimetres of paper before the cut.
pub const MAX_MM: usize = 1_000;
/// Dots in a millimetre of a receipt printer's paper.
const DOTS_PER_MM: usize = 8;

/// A slip, ready to print.
#[derive(Debug, Clone, PartialEq)]
pub struct Slip {
    lines: Vec<Line>,
    logo: Option<Logo>,
}

/// What one line of a template says. Its texts hold no control characters.
#[derive(Debug, Clone, PartialEq)]
enum Line {
    Text(String, Look),
    Pair { left: String, right: String, bold: bool },
    Rule,
    Code(String),
    Qr { text: String, symbol: QrMatrix },
    Logo,
    Blank,
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Plain,
    Bold,
    Centred,
    /// Twice as wide and high, in the middle.
    Title,
}

impl Slip {
    /// Reads the marked-up text of a slip, one line on paper from each of its lines:
    ///
    /// | line | on paper |
    /// |---|---|
    /// | `# text` | twice as large, in the middle |
    /// | `= text` | in the middle |
    /// | `* text` | bold |
    /// | <code>left &#124;&#124; right</code> | one at each edge, bold after `* ` |
    /// | `---` | a line across |
    /// | `[code] K7M2PQRX` | a code, large and in groups |
    /// | `[qr] text` | a QR symbol |
    /// | `[logo]` | the shop's logo, if the slip has one |
    ///
    /// Anything else is plain text, wrapped at words. A backslash takes its meaning from the character after it;
    /// see [`escaped`] for texts that are not the template's own. Control and invisible characters are dropped.
    pub fn parse(text: &str) -> Result<Self, SlipError> {
        let slip = Self { lines: markup::read(text)?, logo: None };
        for width in SlipWidth::ALL {
            let paper = SlipPaper { width, ..SlipPaper::default() };
            let rows = rows::rows(&slip, paper.width, Letters::Printer(CodePage::Ascii));
            // The logo may come later, so its room is counted as if it were there.
            let logos = slip.lines.iter().filter(|line| matches!(line, Line::Logo)).count();
            let dots = rows.iter().map(|row| row.dots(width)).sum::<usize>()
                + logos * (raster::MAX_LOGO_ROWS + usize::from(BELOW_LOGO));
            if dots > MAX_MM * DOTS_PER_MM {
                return Err(SlipError::PaperTooLong);
            }
        }
        Ok(slip)
    }

    /// The slip with a logo where its text says `[logo]`.
    #[must_use]
    pub fn with_logo(self, logo: Option<Logo>) -> Self {
        Self { logo, ..self }
    }

    /// The first words on it, for the title of a document.
    fn title(&self) -> &str {
        let texts = self.lines.iter().filter_map(|line| match line {
            Line::Text(text, _) => Some(text.as_str()),
            Line::Pair { .. } | Line::Rule | Line::Code(_) | Line::Qr { .. } | Line::Logo | Line::Blank => {
                None
            }
        });
        texts.map(str::trim).find(|text| !text.is_empty()).unwrap_or("Karcis")
    }
}

/// Why a text is no slip. Lines count from one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlipError {
    /// There is nothing on it.
    #[error("the slip is empty")]
    Empty,
    /// More than [`MAX_TEXT`] bytes.
    #[error("the text of the slip is longer than {MAX_TEXT} bytes")]
    TextTooLong,
    /// It would be longer than [`MAX_MM`] millimetres.
    #[error("the slip would be longer than {MAX_MM} mm")]
    PaperTooLong,
    /// A word in brackets at the start of a line that is none of the marks.
    #[error("line {line}: [{mark}] is not a mark; write \\[ for a bracket")]
    UnknownMark {
        /// Which line.
        line: usize,
        /// The word.
        mark: String,
    },
    /// The code is empty, longer than [`crate::MAX_CODE`] or holds characters that cannot be typed from paper.
    #[error("line {line}: the code is not 1 to {max} visible ASCII characters", max = crate::MAX_CODE)]
    Code {
        /// Which line.
        line: usize,
    },
    /// The QR would be empty or too fine to scan.
    #[error("line {line}: the text of the QR is empty or longer than {max} bytes", max = crate::MAX_ADDRESS)]
    Qr {
        /// Which line.
        line: usize,
    },
}

/// The printer's paper and habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlipPaper {
    /// How wide the roll is.
    pub width: SlipWidth,
    /// The letters the printer knows beyond ASCII.
    pub code_page: CodePage,
    /// Who draws the QR symbols.
    pub qr: QrDrawing,
    /// Whether to cut the slip off; if not, it is fed far enough to be torn off.
    pub cut: bool,
    /// Whether to open the cash drawer, before anything is printed.
    pub kick: bool,
}

impl Default for SlipPaper {
    /// What nearly every printer can do.
    fn default() -> Self {
        Self {
            width: SlipWidth::Mm58,
            code_page: CodePage::Pc437,
            qr: QrDrawing::Native,
            cut: true,
            kick: false,
        }
    }
}

/// The rolls of receipt printers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlipWidth {
    /// 58 mm: 384 dots, 32 columns.
    Mm58,
    /// 80 mm: 576 dots, 48 columns.
    Mm80,
}

impl SlipWidth {
    /// Both, the narrow one first.
    pub const ALL: [Self; 2] = [Self::Mm58, Self::Mm80];

    /// Letters in a line.
    pub fn columns(self) -> usize {
        self.dots() / COLUMN
    }

    /// Dots across the part of the paper that is printed.
    pub fn dots(self) -> usize {
        match self {
            Self::Mm58 => 384,
            Self::Mm80 => 576,
        }
    }

    /// The paper's whole width in millimetres.
    pub fn mm(self) -> usize {
        match self {
            Self::Mm58 => 58,
            Self::Mm80 => 80,
        }
    }

    /// Dots along a module of a QR symbol: half a millimetre or more, and the largest symbol used fits.
    fn module(self) -> u8 {
        match self {
            Self::Mm58 => 5,
            Self::Mm80 => 6,
        }
    }
}

/// Dots across a letter of the printer's ordinary font.
const COLUMN: usize = 12;
/// Dots from one line of ordinary text to the next, a sixth of an inch.
const LINE: usize = 34;
/// Dots left white below a logo.
const BELOW_LOGO: u8 = 16;

/// Who draws a QR symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QrDrawing {
    /// The printer, from the text.
    Native,
    /// We, as a picture, for printers that know no QR.
    Raster,
}
