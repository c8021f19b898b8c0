//! A slip as a PDF 80 mm wide, for those who print on the computer's own printer or send it on.

use super::PRINT;
use super::again::refusal;
use super::compose::pdf;
use crate::access::Access;
use crate::answer::{Answer, file, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::office::Office;
use crate::prints::{PDF, SheetFailure};
use crate::shift::{counter_here, picked};
use crate::texts::Texts;
use crate::visit::Visit;
use askama::Template;
use axum::extract::Path;
use karcis_core::shifts;
use karcis_core::slips::{self, Slip, SlipError, SlipKind};
use karcis_core::values::SlipId;
use serde::Deserialize;

/// The name by which the window asks for a slip: this and the slip's id.
const NAMED: &str = "slip-";

/// The PDF of a slip, the same bytes every time. Blocks.
pub fn slip_pdf(office: &Office, id: SlipId) -> Result<Vec<u8>, SheetFailure> {
    let pdf = office.db().read(|tx| match slips::slip(tx, id)? {
        Some(slip) => pdf(tx, &slip),
        None => Ok(None),
    })?;
    pdf.ok_or(SheetFailure::Unknown)
}

/// The PDF of the slip that a page of the window names, if the name is one of a slip. Blocks.
pub(crate) fn window_slip(
    office: &Office,
    visit: &Visit,
    name: &str,
) -> Option<Result<Vec<u8>, SheetFailure>> {
    let id: SlipId = name.strip_prefix(NAMED)?.parse().ok()?;
    let admitted: Result<(), Error> = Access::May(PRINT).admits(visit);
    Some(if admitted.is_ok() { slip_pdf(office, id) } else { Err(SheetFailure::Unknown) })
}

pub(super) async fn slip(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: SlipId = id.parse().map_err(|_| Error::NotFound)?;
    let slip = desk.read(move |tx| slips::slip(tx, id)).await?.ok_or(Error::NotFound)?;
    let office = desk.office.clone();
    let pdf = desk.blocking(move || slip_pdf(&office, id)).await??;
    file(&format!("{}.pdf", name(&slip, desk.t)), PDF, pdf)
}

fn name(slip: &Slip, t: &Texts) -> String {
    t.slips.file_name(slip.number)
}

/// What is kept as a file.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FileForm {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    request_key: String,
}

/// The slip is in the books; here is its file.
#[derive(Template)]
#[template(path = "slips/_file.html")]
struct File {
    t: &'static Texts,
    slip: String,
    name: String,
    copy: Option<String>,
    natively: bool,
}

/// Counts a file as a slip and offers it.
pub(super) async fn keep(desk: Desk, Form(form): Form<FileForm>) -> Answer {
    let kind: SlipKind = form.kind.parse().map_err(|_| Error::Unreadable)?;
    let key = RequestKey::parse(&form.request_key)?;
    let (actor, role, now, office) = (desk.actor()?, desk.person()?.role, desk.now(), desk.office.clone());
    let (subject, picked) = (form.subject, picked(&desk));
    let slip = desk
        .write(move |tx| {
            let shift = match counter_here(tx, picked)? {
                Some(counter) => shifts::current(tx, counter.id)?.map(|shift| shift.id),
                None => None,
            };
            let mut rng = office.rng();
            let slip = slips::keep_as_file(
                tx,
                &actor,
                role,
                kind,
                &subject,
                shift,
                key.as_str(),
                rng.as_mut(),
                now,
            )?;
            // A slip about nothing is not kept.
            if pdf(tx, &slip)?.is_none() { Err(SlipError::Unknown) } else { Ok(slip) }
        })
        .await
        .map_err(refusal)?;
    show(&File {
        t: desk.t,
        name: name(&slip, desk.t),
        copy: (slip.copy > 0).then(|| desk.t.slips.is_copy(slip.copy)),
        slip: slip.id.to_string(),
        natively: desk.office.hooks().dialogs,
    })
}
