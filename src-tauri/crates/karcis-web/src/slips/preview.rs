//! What a text looks like with an everyday example, drawn by the same code as the paper.

use super::card;
use super::compose::{void_mark, width};
use super::render::render;
use super::samples::{self, CODE, Fullness};
use super::shop::Shop;
use super::wording::{check, hand};
use crate::prints::card_words_on;
use crate::texts::Refusal;
use karcis_core::fault::{Fault, Trying};
use karcis_core::printers::PaperWidth;
use karcis_core::templates::TemplateKind;
use karcis_print::slip::{Slip, SlipPaper, slip_svg};
use karcis_print::{Card, CardsPerPage, CutMarks, Offset, Paper, Sheet, login_address, preview_svg};

/// An example of a text as it would be.
pub(super) enum Example {
    /// On paper, as an SVG document.
    Drawing(String),
    /// In a message.
    Words(String),
}

/// The example, or what is wrong with the text.
pub(super) fn example(
    kind: TemplateKind,
    text: &str,
    paper: PaperWidth,
    shop: Shop,
) -> Result<Result<Example, Refusal>, Fault> {
    if let Err(refusal) = check(kind, &shop.name, shop.format, text) {
        return Ok(Err(refusal));
    }
    let values = samples::sample(kind, &shop.name, shop.format, Fullness::Full);
    let filled = render(text, &values, hand(kind)).map_err(|error| Fault::new(format!("{error:?}")))?;
    Ok(Ok(match kind {
        TemplateKind::Message => Example::Words(filled),
        TemplateKind::Card => Example::Drawing(cards(&filled, shop)?),
        TemplateKind::Voucher
        | TemplateKind::Void
        | TemplateKind::Shift
        | TemplateKind::CashMove
        | TemplateKind::Settlement => {
            let mark = if kind == TemplateKind::Void { void_mark(shop.format) } else { String::new() };
            let slip = Slip::parse(&format!("{mark}{filled}")).trying("draw a slip that was tried out")?;
            let paper = SlipPaper { width: width(paper), ..SlipPaper::default() };
            Example::Drawing(slip_svg(&slip.with_logo(shop.logo), &paper))
        }
    }))
}

/// The first cards of a sheet with these words.
fn cards(filled: &str, shop: Shop) -> Result<String, Fault> {
    let said = card::read(filled).map_err(|error| Fault::new(format!("{error:?}")))?;
    let (t, fields) = (shop.format.texts(), samples::card(&shop.name, shop.format));
    let card = |serial: u32| Card {
        code: CODE.to_owned(),
        password: None,
        plan: fields.plan.clone(),
        price: fields.price.clone(),
        validity: said.note.clone(),
        serial: format!("{}-{serial:05}", fields.batch),
        login_address: login_address("warnet.contoh", CODE, CODE),
        on_router: true,
    };
    let sheet = Sheet {
        paper: Paper::A4,
        cards_per_page: CardsPerPage::TwentyOne,
        words: card_words_on(t, &said),
        header: String::new(),
        cards: (1..=6).map(card).collect(),
        skip: 0,
        offset: Offset::default(),
        cut_marks: CutMarks::Dashed,
        copy: None,
        practice: false,
        shop: karcis_print::Shop { name: shop.name, logo: shop.logo, ssid: fields.ssid },
    };
    preview_svg(&sheet, 0).trying("draw cards that were tried out")
}
