//! From the books to a sheet: the cards, the shop's name and logo, the words in the customers' language.

use crate::format::Format;
use crate::settings::LOGO;
use crate::slips::{CardFields, CardWords, card_words, wording};
use crate::texts::{Refusal, Texts};
use crate::vouchers::serial;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::prints::{self, Layout, PrintRequest, PrintedCard};
use karcis_core::routers::{self, Router};
use karcis_core::settings::{self, Language, Shop};
use karcis_core::templates::TemplateKind;
use karcis_core::values::PrintId;
use karcis_core::vouchers::{self, Batch, Voucher, VoucherState};
use karcis_print::{
    Card, CardsPerPage, CutMarks, Logo, Offset, Paper, Sheet, SheetError, Words, login_address,
};

/// Everything a sheet is made of, read in one look at the books.
pub(super) struct Material {
    pub(super) batch: Batch,
    pub(super) router: Router,
    shop: Shop,
    /// The shop's words for its cards, before anything is filled in.
    card_text: String,
    logo: Option<Vec<u8>>,
    layout: Layout,
    cards: Vec<PrintedCard>,
    /// 0 for the first print.
    pub(super) copy: u32,
    /// How many of the cards do not work yet.
    pub(super) waiting: usize,
}

impl Material {
    /// The sheet a request would print now.
    pub(super) fn of_request(tx: &ReadTx<'_>, request: &PrintRequest) -> Result<Option<Material>, Fault> {
        let Some(batch) = vouchers::batch(tx, request.batch)? else { return Ok(None) };
        let vouchers = prints::cards(tx, request)?;
        let copy = vouchers.iter().map(|voucher| voucher.printed).max().unwrap_or(0);
        let cards = vouchers.into_iter().map(card_of).collect();
        Material::gathered(tx, batch, request.layout.clone(), cards, copy).map(Some)
    }

    /// The sheet of an earlier print, as it was then.
    pub(super) fn of_print(tx: &ReadTx<'_>, id: PrintId) -> Result<Option<Material>, Fault> {
        let Some(print) = prints::one(tx, id)? else { return Ok(None) };
        let batch =
            vouchers::batch(tx, print.batch)?.ok_or_else(|| Fault::new("a print without its batch"))?;
        let cards = prints::printed_cards(tx, id)?;
        Material::gathered(tx, batch, print.layout, cards, print.copy).map(Some)
    }

    fn gathered(
        tx: &ReadTx<'_>,
        batch: Batch,
        layout: Layout,
        cards: Vec<PrintedCard>,
        copy: u32,
    ) -> Result<Material, Fault> {
        let router =
            routers::router(tx, batch.router)?.ok_or_else(|| Fault::new("a batch without its router"))?;
        let shop = settings::shop(tx)?;
        Ok(Material {
            waiting: cards.iter().filter(|card| !card.on_router).count(),
            card_text: wording::in_use(tx, TemplateKind::Card, shop.language)?,
            shop,
            logo: settings::picture(tx, LOGO)?,
            batch,
            router,
            layout,
            cards,
            copy,
        })
    }

    /// The language the shop speaks to its customers.
    pub(super) fn language(&self) -> Language {
        self.shop.language
    }

    /// Lays the cards out as data. Refuses without the address of the login page: a QR that leads nowhere is worse
    /// than none.
    pub(super) fn sheet(self, language: Language) -> Result<Sheet, Refusal> {
        let format = Format { language, zone: self.shop.zone };
        let t = format.texts();
        let Some(host) = self.router.dns_name.clone() else {
            return Err(Refusal::R705 { router: self.router.name });
        };
        let cards_per_page = CardsPerPage::from_count(self.layout.cards_per_page).ok_or(Refusal::R703)?;
        let (price, validity) = (format.money(self.batch.selling_price), validity(&self.batch, format));
        let said = card_words(
            &self.card_text,
            language,
            &CardFields {
                shop: self.shop.name.clone(),
                plan: self.batch.plan_name.clone(),
                price: price.clone(),
                validity,
                ssid: self.router.ssid.clone().unwrap_or_default(),
                batch: format.count(self.batch.number),
            },
        );
        let header =
            t.sheet.header(self.batch.number, &self.batch.plan_name, format.day(self.batch.created_at));
        let card = |card: &PrintedCard| Card {
            login_address: login_address(&host, &card.code, &card.password),
            password: (card.password != card.code).then(|| card.password.clone()),
            code: card.code.clone(),
            plan: self.batch.plan_name.clone(),
            price: price.clone(),
            validity: said.note.clone(),
            serial: serial(self.batch.number, card.serial),
            on_router: card.on_router,
        };
        Ok(Sheet {
            paper: paper(self.layout.paper),
            cards_per_page,
            words: card_words_on(t, &said),
            header,
            cards: self.cards.iter().map(card).collect(),
            skip: self.layout.skip,
            offset: Offset {
                x_mm: f64::from(self.layout.offset_x_tenths) / 10.0,
                y_mm: f64::from(self.layout.offset_y_tenths) / 10.0,
            },
            cut_marks: cut_marks(self.layout.cut_marks),
            copy: (self.copy > 0).then_some(self.copy),
            practice: self.router.practice,
            shop: karcis_print::Shop {
                name: self.shop.name,
                // A logo that cannot be read any more is no reason to refuse the sheet: the name stands there.
                logo: self.logo.and_then(|bytes| Logo::prepare(&bytes).ok()),
                ssid: self.router.ssid.unwrap_or_default(),
            },
        })
    }
}

fn card_of(voucher: Voucher) -> PrintedCard {
    PrintedCard {
        voucher: voucher.id,
        number: voucher.number,
        serial: voucher.serial,
        code: voucher.code,
        password: voucher.password,
        on_router: voucher.state == VoucherState::OnRouter,
    }
}

pub(super) fn paper(paper: prints::Paper) -> Paper {
    match paper {
        prints::Paper::A4 => Paper::A4,
        prints::Paper::F4 => Paper::F4,
    }
}

fn cut_marks(marks: prints::CutMarks) -> CutMarks {
    match marks {
        prints::CutMarks::Lines => CutMarks::Dashed,
        prints::CutMarks::Corners => CutMarks::Corners,
        prints::CutMarks::Off => CutMarks::None,
    }
}

/// The words of a sheet whose cards say this.
pub(crate) fn card_words_on(t: &Texts, said: &CardWords) -> Words {
    let w = &t.sheet;
    let [step_one, step_two] = said.steps.clone();
    Words {
        heading: Some(said.heading.clone()),
        password: w.password.to_owned(),
        ssid: w.ssid.to_owned(),
        step_one,
        step_two,
        serial: w.serial.to_owned(),
        page: w.page.to_owned(),
        copy: w.copy.to_owned(),
        not_on_router: w.not_on_router.to_owned(),
        practice: w.practice.to_owned(),
    }
}

/// What the customer gets, most telling first: how long, how much of it online, how much data.
pub(crate) fn validity(batch: &Batch, format: Format) -> String {
    let t = &format.texts().sheet;
    let mut parts = Vec::new();
    parts.extend(batch.validity.map(|span| t.valid(format.span(span.as_duration()))));
    parts.extend(batch.uptime_limit.map(|span| t.online(format.span(span.as_duration()))));
    parts.extend(batch.data_limit.map(|amount| t.quota(format.data(amount))));
    if parts.is_empty() { t.unlimited.to_owned() } else { parts.join(", ") }
}

/// Why a sheet could not be drawn, as something a person can act on.
pub(super) fn refused(error: SheetError, host: &str, last: u32) -> Result<Refusal, Fault> {
    match error {
        SheetError::NoCards | SheetError::NoSuchPage(_) => Ok(Refusal::R701 { last: last.to_string() }),
        SheetError::SkipTooLarge { .. } => Ok(Refusal::R703),
        SheetError::OffsetTooLarge => Ok(Refusal::R704),
        SheetError::CodeUnprintable { .. } => Ok(Refusal::R708),
        SheetError::PriceTooLong { .. } => Ok(Refusal::R707),
        SheetError::AddressTooLong { .. } => Ok(Refusal::R706 { address: host.to_owned() }),
        SheetError::TooManyCards(_) | SheetError::Assembly(_) => Err(Fault::new(error)),
    }
}

/// The sheet a request would print, as data, for those who look at its cards.
#[cfg(test)]
pub(crate) fn sheet_of_request(office: &crate::office::Office, request: &PrintRequest) -> Option<Sheet> {
    let material = office.db().read(|tx| Material::of_request(tx, request)).ok()??;
    let language = material.language();
    material.sheet(language).ok()
}
