//! The page on which a sheet is chosen.

use super::history::{PrintRow, print_rows};
use super::options::{Options, OptionsForm};
use super::preview::Pages;
use crate::answer::{Answer, show};
use crate::batches::known;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::RequestKey;
use crate::frame::{Frame, Nav};
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::{prints, routers, vouchers};

#[derive(Template)]
#[template(path = "prints/page.html")]
struct PrintPage {
    t: &'static Texts,
    frame: Frame,
    id: String,
    title: String,
    lead: String,
    options: Options,
    pages: Pages,
    /// The fragment for a change swaps the positions in; the page has them in place.
    swapped: bool,
    prints: Vec<PrintRow>,
    natively: bool,
    request_key: RequestKey,
}

/// The options alone, with what is wrong beside them.
#[derive(Template)]
#[template(path = "prints/_options.html")]
pub(super) struct OptionsPart {
    pub(super) t: &'static Texts,
    pub(super) options: Options,
    pub(super) natively: bool,
    pub(super) swapped: bool,
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    let found = desk
        .read(move |tx| {
            let Some(batch) = vouchers::batch(tx, id)? else { return Ok::<_, Fault>(None) };
            let (router, tally) = (routers::router(tx, batch.router)?, vouchers::tally(tx, id)?);
            Ok(Some((batch, router, tally, prints::last_layout(tx)?)))
        })
        .await?;
    let (batch, router, tally, layout) = found.ok_or(Error::NotFound)?;
    let (t, form) = (desk.t, OptionsForm::of(&layout));
    let title = t.prints.title(batch.number);
    let count = desk.format.count(tally.on_router + tally.pending);
    let router = router.map(|router| router.name).unwrap_or_default();
    let page = PrintPage {
        t,
        frame: desk.frame(Nav::Batches, &title).await?,
        id: id.to_string(),
        title,
        lead: t.prints.lead(count, &batch.plan_name, router),
        options: form.shown(t),
        pages: Pages::of(&desk, id, &form).await?,
        swapped: false,
        prints: print_rows(&desk, id).await?,
        natively: desk.office.hooks().dialogs,
        request_key: desk.request_key(),
    };
    show(&page)
}
