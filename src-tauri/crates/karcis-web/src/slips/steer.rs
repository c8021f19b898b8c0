//! The shop's own words: looked at, kept, and thrown away again.

use super::preview::{Example, example};
use super::shop::Shop;
use super::wording::check;
use crate::answer::{Answer, changed, show};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Form;
use crate::format::Format;
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::printers::PaperWidth;
use karcis_core::settings::Language;
use karcis_core::templates::{self, TemplateError, TemplateKind};
use serde::Deserialize;

/// A text as somebody is writing it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct WordingForm {
    #[serde(default)]
    text: String,
    /// The width of the paper it is looked at on.
    #[serde(default)]
    paper: String,
}

/// What the text looks like, or why it cannot be.
#[derive(Template)]
#[template(path = "templates/_example.html")]
struct ExamplePart {
    t: &'static Texts,
    drawing: Option<String>,
    words: Option<String>,
    refusal: Option<String>,
}

fn named(kind: &str, language: &str) -> Result<(TemplateKind, Language), Error> {
    let kind = kind.parse().map_err(|_| Error::NotFound)?;
    Ok((kind, Language::parse(language).ok_or(Error::NotFound)?))
}

pub(super) async fn preview(
    desk: Desk,
    Path((kind, language)): Path<(String, String)>,
    Form(form): Form<WordingForm>,
) -> Answer {
    let (kind, language) = named(&kind, &language)?;
    let paper = form.paper.parse().unwrap_or(PaperWidth::Mm58);
    let text = templates::tidied(&form.text);
    let shop = desk.read(Shop::of).await?.speaking(language);
    let drawn = desk.blocking(move || example(kind, &text, paper, shop)).await??;
    let mut part = ExamplePart { t: desk.t, drawing: None, words: None, refusal: None };
    match drawn {
        Ok(Example::Drawing(svg)) => part.drawing = Some(svg),
        Ok(Example::Words(words)) => part.words = Some(words),
        Err(refusal) => part.refusal = Some(beside(&refusal, desk.t)),
    }
    show(&part)
}

/// Keeps a text that has been tried out.
pub(super) async fn keep(
    desk: Desk,
    Path((kind, language)): Path<(String, String)>,
    Form(form): Form<WordingForm>,
) -> Answer {
    let (kind, language) = named(&kind, &language)?;
    let (actor, now) = (desk.actor()?, desk.now());
    let text = templates::tidied(&form.text);
    let (shop, zone) = (desk.visit.shop.name.clone(), desk.visit.shop.zone);
    let tried = {
        let text = text.clone();
        desk.blocking(move || check(kind, &shop, Format { language, zone }, &text)).await?
    };
    tried?;
    let kept = desk.write(move |tx| templates::keep(tx, &actor, kind, language, &text, now)).await;
    match kept {
        Ok(()) => Ok(changed(desk.t.common.saved)),
        Err(TemplateError::Empty) => Err(Error::Refused(Refusal::R867)),
        Err(TemplateError::TooLong) => Err(Error::Refused(Refusal::R863)),
        Err(TemplateError::Fault(fault)) => Err(Error::Fault(fault)),
    }
}

/// Goes back to the text that came with the program.
pub(super) async fn reset(desk: Desk, Path((kind, language)): Path<(String, String)>) -> Answer {
    let (kind, language) = named(&kind, &language)?;
    let (actor, now) = (desk.actor()?, desk.now());
    desk.write(move |tx| templates::reset(tx, &actor, kind, language, now)).await?;
    Ok(changed(desk.t.common.saved))
}
