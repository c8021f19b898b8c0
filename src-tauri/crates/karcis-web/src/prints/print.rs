//! The print itself: asked about loudly when cards would not work, recorded, then offered as a file.

use super::history::PrintRow;
use super::options::OptionsForm;
use super::page::OptionsPart;
use super::preview::try_out;
use crate::answer::{Answer, again, drawn_into, fragment, show};
use crate::batches::known;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use karcis_core::prints::{self, Print, PrintError};
use karcis_core::vouchers::{self, Batch};

/// The loud question: these cards do not work yet.
#[derive(Template)]
#[template(path = "prints/_waiting.html")]
struct Waiting {
    t: &'static Texts,
    title: String,
    yes: String,
    words: String,
}

/// The print is in the books; here is its file.
#[derive(Template)]
#[template(path = "prints/_done.html")]
struct Done {
    t: &'static Texts,
    print: PrintRow,
    words: String,
    copy: Option<String>,
    waiting: Option<String>,
    natively: bool,
    /// Whether the window can send it to the printer without a dialog.
    silently: bool,
    /// For the next print from the same page.
    request_key: RequestKey,
}

pub(super) async fn print(desk: Desk, Path(id): Path<String>, Form(form): Form<OptionsForm>) -> Answer {
    let (id, key) = (known(&id)?, RequestKey::parse(&form.request_key)?);
    let batch = desk.read(move |tx| vouchers::batch(tx, id)).await?.ok_or(Error::NotFound)?;
    let request = match form.request(id, batch.size) {
        Ok(request) => request,
        Err((wrong, refusal)) => {
            let mut options = form.shown(desk.t);
            options.refuse(wrong, &refusal, desk.t);
            let natively = desk.office.hooks().dialogs;
            return Ok(drawn_into(
                again(&OptionsPart { t: desk.t, options, natively, swapped: false })?,
                "#options",
            ));
        }
    };
    let pages = try_out(&desk, request.clone(), batch.size).await?;
    let (actor, now, office) = (desk.actor()?, desk.now(), desk.office.clone());
    let printed = desk
        .write(move |tx| prints::print(tx, &actor, &request, key.as_str(), office.rng().as_mut(), now))
        .await;
    match printed {
        Ok(print) => done(&desk, &print, &batch, pages),
        Err(PrintError::NotOnRouter { count }) => Ok(asked(&desk, count)),
        Err(PrintError::Unknown) => Err(Error::NotFound),
        Err(PrintError::Nothing) => Err(Error::Refused(Refusal::R701 { last: batch.size.to_string() })),
        Err(PrintError::BadLayout) => Err(Error::Refused(Refusal::R703)),
        Err(PrintError::Fault(fault)) => Err(Error::Fault(fault)),
    }
}

fn asked(desk: &Desk, count: u32) -> axum::response::Response {
    let (t, count) = (desk.t, desk.format.count(count));
    let question = Waiting {
        t,
        title: t.prints.waiting_title(&count),
        yes: t.prints.waiting_yes(&count),
        words: crate::batches::beside(&Refusal::R702 { count }, t),
    };
    fragment(StatusCode::CONFLICT, &question)
}

fn done(desk: &Desk, print: &Print, batch: &Batch, pages: usize) -> Answer {
    let (t, format) = (&desk.t.prints, desk.format);
    let pages = format.count(i64::try_from(pages).unwrap_or(i64::MAX));
    show(&Done {
        t: desk.t,
        print: PrintRow::of(print, batch, desk),
        words: t.done_lead(format.count(print.count), pages),
        copy: (print.copy > 0).then(|| t.done_copy(print.copy)),
        waiting: (print.not_on_router > 0).then(|| t.done_waiting(format.count(print.not_on_router))),
        natively: desk.office.hooks().dialogs,
        silently: desk.office.hooks().desktop.as_ref().is_some_and(|desktop| desktop.prints),
        request_key: desk.request_key(),
    })
}
