//! What is to be printed, and what is refused before a line of it is drawn.

use crate::logo::Logo;

/// The most cards one call draws; the document is built in memory, and a larger batch is printed in parts.
pub const MAX_CARDS: usize = 10_000;
/// The longest code or password that stays legible on the smallest card.
pub const MAX_CODE: usize = 20;
/// The longest login address in bytes: a version 7 symbol, whose modules are 0.33 mm at 15 mm.
pub const MAX_ADDRESS: usize = 122;
/// The largest correction of a printer's offset, in millimetres either way.
const MAX_OFFSET: f64 = 5.0;

/// A batch of cards laid out on paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The paper it is printed on.
    pub paper: Paper,
    /// How many cards share a page.
    pub cards_per_page: CardsPerPage,
    /// Whose vouchers these are.
    pub shop: Shop,
    /// The fixed words, in the language of the customers.
    pub words: Words,
    /// What the page header names after the shop, usually the batch.
    pub header: String,
    /// The cards in printing order, one to [`MAX_CARDS`].
    pub cards: Vec<Card>,
    /// Positions left empty at the start of the first page, for a sheet already used in part.
    pub skip: u16,
    /// The printer's correction; everything on the page moves by it.
    pub offset: Offset,
    /// How the cutting lines are shown.
    pub cut_marks: CutMarks,
    /// Marks every card and the header as this copy of an earlier print.
    pub copy: Option<u32>,
    /// Marks every card as made for the practice router.
    pub practice: bool,
}

/// The paper sizes vouchers are printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paper {
    /// 210 by 297 mm.
    A4,
    /// The Indonesian folio, 215 by 330 mm.
    F4,
}

impl Paper {
    /// Every paper, in the order a person chooses from.
    pub const ALL: [Self; 2] = [Self::A4, Self::F4];

    /// Width and height in millimetres.
    pub fn size_mm(self) -> (f64, f64) {
        match self {
            Self::A4 => (210.0, 297.0),
            Self::F4 => (215.0, 330.0),
        }
    }
}

/// How many cards share a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardsPerPage {
    /// Three columns of seven, the large card.
    TwentyOne,
    /// Three columns of ten.
    Thirty,
    /// Four columns of ten.
    Forty,
    /// Five columns of ten, the small card; it has no room for a logo.
    Fifty,
}

impl CardsPerPage {
    /// Every size, largest card first.
    pub const ALL: [Self; 4] = [Self::TwentyOne, Self::Thirty, Self::Forty, Self::Fifty];

    /// The size with this many cards, if there is one.
    pub fn from_count(count: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.count() == usize::from(count))
    }

    /// Cards on a full page.
    pub fn count(self) -> usize {
        let (columns, rows) = self.grid();
        columns * rows
    }

    /// Columns and rows.
    pub fn grid(self) -> (usize, usize) {
        match self {
            Self::TwentyOne => (3, 7),
            Self::Thirty => (3, 10),
            Self::Forty => (4, 10),
            Self::Fifty => (5, 10),
        }
    }
}

/// How the cutting lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CutMarks {
    /// Dashed lines between the cards.
    Dashed,
    /// Small crosses at the corners of the cards.
    Corners,
    /// Nothing, for paper that is perforated already.
    None,
}

/// The printer's correction in millimetres: right and down are positive.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Offset {
    /// To the right, between -5 and 5.
    pub x_mm: f64,
    /// Down, between -5 and 5.
    pub y_mm: f64,
}

impl Offset {
    pub(crate) fn check(self) -> Result<(), SheetError> {
        let within = |mm: f64| (-MAX_OFFSET..=MAX_OFFSET).contains(&mm);
        if within(self.x_mm) && within(self.y_mm) { Ok(()) } else { Err(SheetError::OffsetTooLarge) }
    }
}

/// Whose vouchers these are.
#[derive(Debug, Clone, PartialEq)]
pub struct Shop {
    /// The shop's name.
    pub name: String,
    /// Its logo, drawn on the sheets of 21 and 30.
    pub logo: Option<Logo>,
    /// The name of the wireless network; empty where none is to be printed.
    pub ssid: String,
}

/// The fixed words on a sheet, in the language of the customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The first line of a card where it is not the shop's name.
    pub heading: Option<String>,
    /// The label above a separate password, such as "Kata sandi".
    pub password: String,
    /// The label before the network's name, such as "Wi-Fi".
    pub ssid: String,
    /// The first step, numbered, such as "1 Sambungkan ke Wi-Fi di atas".
    pub step_one: String,
    /// The second step, numbered, such as "2 Pindai QR atau masukkan kode".
    pub step_two: String,
    /// Before the serial number, such as "No.".
    pub serial: String,
    /// Before the page number, such as "Hal".
    pub page: String,
    /// The mark of a copy, such as "SALINAN"; its number follows.
    pub copy: String,
    /// The mark of a card whose voucher is not on the router yet.
    pub not_on_router: String,
    /// The pale word behind practice cards, such as "LATIHAN".
    pub practice: String,
}

/// One voucher as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What the customer types: 1 to [`MAX_CODE`] visible ASCII characters, ungrouped.
    pub code: String,
    /// The separate password, where user and password differ; the same limits as the code.
    pub password: Option<String>,
    /// The plan's name.
    pub plan: String,
    /// The price as the shop writes it, such as "Rp 5.000".
    pub price: String,
    /// How long it is valid, as a sentence.
    pub validity: String,
    /// The serial number, without its label.
    pub serial: String,
    /// What the QR holds, at most [`MAX_ADDRESS`] bytes; see [`crate::login_address`].
    pub login_address: String,
    /// Whether the router knows the voucher; if not, the card is marked loudly.
    pub on_router: bool,
}

/// Why a sheet was not drawn. Card numbers count from zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// There is nothing to print.
    #[error("a sheet needs at least one card")]
    NoCards,
    /// More than [`MAX_CARDS`].
    #[error("{0} cards are more than one document holds ({MAX_CARDS}); print them in parts")]
    TooManyCards(usize),
    /// The first page would be skipped whole.
    #[error("{skip} skipped positions leave nothing of a page of {cards_per_page}")]
    SkipTooLarge {
        /// Positions asked to be skipped.
        skip: u16,
        /// Positions there are.
        cards_per_page: usize,
    },
    /// The correction is more than 5 mm or not a number.
    #[error("the printer's offset must lie between -5 and 5 mm")]
    OffsetTooLarge,
    /// The code or password is empty, too long or holds characters that cannot be typed from paper.
    #[error("the code or password of card {card} is not 1 to {MAX_CODE} visible ASCII characters")]
    CodeUnprintable {
        /// Which card.
        card: usize,
    },
    /// A price that cannot be shown whole would mislead, so it is refused.
    #[error("the price of card {card} is empty or does not fit on the card")]
    PriceTooLong {
        /// Which card.
        card: usize,
    },
    /// The QR would be too fine to scan.
    #[error("the login address of card {card} is empty or longer than {MAX_ADDRESS} bytes")]
    AddressTooLong {
        /// Which card.
        card: usize,
    },
    /// The page does not exist.
    #[error("there is no page {0} in this sheet")]
    NoSuchPage(usize),
    /// The PDF could not be assembled; the text says where.
    #[error("the PDF could not be assembled: {0}")]
    Assembly(String),
}

impl Sheet {
    /// Refuses what cannot be drawn, before anything is.
    pub(crate) fn check(&self) -> Result<(), SheetError> {
        if self.cards.is_empty() {
            return Err(SheetError::NoCards);
        }
        if self.cards.len() > MAX_CARDS {
            return Err(SheetError::TooManyCards(self.cards.len()));
        }
        let cards_per_page = self.cards_per_page.count();
        if usize::from(self.skip) >= cards_per_page {
            return Err(SheetError::SkipTooLarge { skip: self.skip, cards_per_page });
        }
        self.offset.check()?;
        self.cards.iter().enumerate().try_for_each(|(number, card)| card.check(number))
    }
}

impl Card {
    fn check(&self, card: usize) -> Result<(), SheetError> {
        let legible = |code: &str| {
            (1..=MAX_CODE).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !legible(&self.code) || !self.password.as_deref().is_none_or(legible) {
            return Err(SheetError::CodeUnprintable { card });
        }
        if !(1..=MAX_ADDRESS).contains(&self.login_address.len()) {
            return Err(SheetError::AddressTooLong { card });
        }
        if crate::faces::legible(&self.price).is_empty() {
            return Err(SheetError::PriceTooLong { card });
        }
        Ok(())
    }
}
