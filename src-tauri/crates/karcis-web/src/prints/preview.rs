//! The live preview: the real layout of a page, drawn by the same code as the PDF.

use super::options::{Options, OptionsForm, paper_word};
use super::sheet::{Material, refused};
use crate::answer::{Answer, show};
use crate::batches::{beside, known};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Query;
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use karcis_core::fault::Fault;
use karcis_core::prints::{self, PrintRequest};
use karcis_core::values::BatchId;
use karcis_core::vouchers;
use karcis_print::{Sheet, page_count, preview_svg};

/// A sheet drawn as far as a preview needs it.
struct Drawn {
    sheet: Sheet,
    host: String,
    copy: u32,
    waiting: usize,
}

/// What a request would print, or why it cannot be.
async fn drawn(desk: &Desk, request: PrintRequest, last: u32) -> Result<Result<Drawn, Refusal>, Error> {
    let material = desk.read(move |tx| Material::of_request(tx, &request)).await?.ok_or(Error::NotFound)?;
    let (copy, waiting) = (material.copy, material.waiting);
    let host = material.router.dns_name.clone().unwrap_or_default();
    let language = material.language();
    let sheet = desk
        .blocking(move || {
            let sheet = material.sheet(language)?;
            if sheet.cards.is_empty() { Err(Refusal::R701 { last: last.to_string() }) } else { Ok(sheet) }
        })
        .await?;
    Ok(sheet.map(|sheet| Drawn { sheet, host, copy, waiting }))
}

async fn size(desk: &Desk, id: BatchId) -> Result<u32, Error> {
    let batch = desk.read(move |tx| vouchers::batch(tx, id)).await?.ok_or(Error::NotFound)?;
    Ok(batch.size)
}

/// A page of a sheet as it is shown, with what there is to know about the whole.
pub(crate) struct Pages {
    pub(crate) title: String,
    /// Where the page's drawing is; nothing when the sheet cannot be drawn.
    pub(crate) image: Option<String>,
    pub(crate) alt: String,
    /// Of the drawing, in tenths of a millimetre: the page keeps its place while it is fetched.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) page_words: String,
    pub(crate) previous: Option<usize>,
    pub(crate) next: Option<usize>,
    pub(crate) count_words: String,
    pub(crate) login: String,
    pub(crate) submit: String,
    pub(crate) copy: Option<String>,
    pub(crate) practice: bool,
    pub(crate) waiting: Option<String>,
    pub(crate) refusal: Option<String>,
}

impl Pages {
    /// The first page, laid out as the last print was; nothing when the batch is unknown.
    pub(crate) async fn as_last_printed(desk: &Desk, id: BatchId) -> Result<Option<Pages>, Error> {
        let layout = desk.read(prints::last_layout).await?;
        Pages::of(desk, id, &OptionsForm::of(&layout)).await.map(Some)
    }

    pub(super) async fn of(desk: &Desk, id: BatchId, form: &OptionsForm) -> Result<Pages, Error> {
        let last = size(desk, id).await?;
        let request = match form.request(id, last) {
            Ok(request) => request,
            Err((_, refusal)) => return Ok(Pages::refused(&refusal, desk.t)),
        };
        let layout = request.layout.clone();
        let drawn = match drawn(desk, request, last).await? {
            Ok(drawn) => drawn,
            Err(refusal) => return Ok(Pages::refused(&refusal, desk.t)),
        };
        let (t, count) =
            (&desk.t.prints, |count: usize| desk.format.count(i64::try_from(count).unwrap_or(i64::MAX)));
        let pages = page_count(&drawn.sheet);
        let page = form.page().min(pages.saturating_sub(1));
        let (width, height) = drawn.sheet.paper.size_mm();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "paper is smaller than 4 m"
        )]
        let tenths = |mm: f64| (mm * 10.0) as u32;
        Ok(Pages {
            title: t.preview_of(paper_word(layout.paper, desk.t), layout.cards_per_page),
            image: Some(format!("/batches/{id}/print/page.svg?{}", form.query(page + 1))),
            alt: t.preview_alt(page + 1, pages),
            width: tenths(width),
            height: tenths(height),
            page_words: t.page_of(count(page + 1), count(pages)),
            previous: page.checked_sub(1).map(|before| before + 1),
            next: (page + 1 < pages).then_some(page + 2),
            count_words: t.pages_of(count(pages), count(drawn.sheet.cards.len())),
            login: t.login_to(&drawn.host),
            submit: t.submit(count(drawn.sheet.cards.len())),
            copy: (drawn.copy > 0).then(|| t.is_copy(drawn.copy)),
            practice: drawn.sheet.practice,
            waiting: (drawn.waiting > 0).then(|| t.waiting_soon(count(drawn.waiting))),
            refusal: None,
        })
    }

    fn refused(refusal: &Refusal, t: &Texts) -> Pages {
        let nothing = String::new;
        Pages {
            title: t.prints.preview.to_owned(),
            image: None,
            alt: nothing(),
            width: 0,
            height: 0,
            page_words: nothing(),
            previous: None,
            next: None,
            count_words: nothing(),
            login: nothing(),
            submit: t.batches.page.print.to_owned(),
            copy: None,
            practice: false,
            waiting: None,
            refusal: Some(beside(refusal, t)),
        }
    }
}

/// The preview, and with it what depends on the options: the positions of the page, the button's count.
#[derive(Template)]
#[template(path = "prints/_preview.html")]
struct PreviewPart {
    t: &'static Texts,
    id: String,
    pages: Pages,
    options: Options,
    swapped: bool,
}

pub(super) async fn part(desk: Desk, Path(id): Path<String>, Query(form): Query<OptionsForm>) -> Answer {
    let id = known(&id)?;
    let pages = Pages::of(&desk, id, &form).await?;
    show(&PreviewPart { t: desk.t, id: id.to_string(), pages, options: form.shown(desk.t), swapped: true })
}

/// One page as a picture.
pub(super) async fn drawing(desk: Desk, Path(id): Path<String>, Query(form): Query<OptionsForm>) -> Answer {
    let id = known(&id)?;
    let last = size(&desk, id).await?;
    let request = form.request(id, last).map_err(|(_, refusal)| Error::Refused(refusal))?;
    let Drawn { sheet, host, .. } = drawn(&desk, request, last).await??;
    let page = form.page();
    let picture = desk.blocking(move || preview_svg(&sheet, page)).await?;
    let picture = picture.or_else(|error| Err(Error::Refused(refused(error, &host, last)?)))?;
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    Ok(([kind], picture).into_response())
}

/// Draws the first page of what a request would print, so that a refusal comes before anything is recorded.
pub(super) async fn try_out(desk: &Desk, request: PrintRequest, last: u32) -> Result<usize, Error> {
    let Drawn { sheet, host, .. } = drawn(desk, request, last).await??;
    let (pages, laid_out) = desk.blocking(move || (page_count(&sheet), preview_svg(&sheet, 0))).await?;
    match laid_out {
        Ok(_) => Ok(pages),
        Err(error) => {
            Err(Error::Refused(refused(error, &host, last).map_err(|fault: Fault| Error::Fault(fault))?))
        }
    }
}
