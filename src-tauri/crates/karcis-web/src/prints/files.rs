//! The PDF of a print and of the measuring sheet: for the browser, for the window's commands, for the console.

use super::CREATE;
use super::options::tenths;
use super::sheet::{Material, paper, refused};
use crate::answer::{Answer, file};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Query;
use crate::office::Office;
use crate::slips::window_slip;
use crate::texts::{Refusal, Texts};
use crate::visit::{Visit, WindowSession};
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use karcis_core::fault::Fault;
use karcis_core::prints;
use karcis_core::settings::Language;
use karcis_core::values::PrintId;
use karcis_print::{CalibrationWords, Offset};
use serde::Deserialize;

pub(crate) const PDF: &str = "application/pdf";

/// Why there is no PDF.
#[derive(Debug)]
pub enum SheetFailure {
    /// There is no such print.
    Unknown,
    /// The sheet cannot be drawn as it is; the refusal says what to do.
    Refused(Refusal),
    /// We are broken.
    Fault(Fault),
}

impl From<Fault> for SheetFailure {
    fn from(fault: Fault) -> SheetFailure {
        SheetFailure::Fault(fault)
    }
}

impl From<SheetFailure> for Error {
    fn from(failure: SheetFailure) -> Error {
        match failure {
            SheetFailure::Unknown => Error::NotFound,
            SheetFailure::Refused(refusal) => Error::Refused(refusal),
            SheetFailure::Fault(fault) => Error::Fault(fault),
        }
    }
}

/// The PDF of a print, the same bytes every time; in the shop's language unless another is asked for. Blocks.
pub fn sheet_pdf(office: &Office, id: PrintId, language: Option<Language>) -> Result<Vec<u8>, SheetFailure> {
    let material = office.db().read(|tx| Material::of_print(tx, id))?.ok_or(SheetFailure::Unknown)?;
    let (host, last) = (material.router.dns_name.clone().unwrap_or_default(), material.batch.size);
    let language = language.unwrap_or(material.language());
    let sheet = material.sheet(language).map_err(SheetFailure::Refused)?;
    karcis_print::sheet(&sheet).map_err(|error| match refused(error, &host, last) {
        Ok(refusal) => SheetFailure::Refused(refusal),
        Err(fault) => SheetFailure::Fault(fault),
    })
}

/// The PDF that a page of the window names: a print's id, `slip-` with a slip's, or `calibration-` with paper and offsets.
///
/// Blocks; the session is the window's, and its person must be allowed to print. Refusals come in their language.
pub fn window_pdf(office: &Office, window: &WindowSession, name: &str) -> Result<Vec<u8>, String> {
    let visit = Visit::of_window(office, window);
    let t = visit.format.texts();
    if let Some(pdf) = window_slip(office, &visit, name) {
        return pdf.map_err(|failure| spoken(&failure, t));
    }
    let admitted: Result<(), Error> = CREATE.admits(&visit);
    if admitted.is_err() {
        return Err(t.errors.not_allowed_sentence.to_owned());
    }
    let pdf = match name.strip_prefix("calibration-") {
        Some(rest) => measuring(&CalibrationQuery::named(rest), t),
        None => match name.parse() {
            Ok(id) => sheet_pdf(office, id, None),
            Err(_) => Err(SheetFailure::Unknown),
        },
    };
    pdf.map_err(|failure| spoken(&failure, t))
}

fn spoken(failure: &SheetFailure, t: &Texts) -> String {
    match failure {
        SheetFailure::Unknown => t.errors.not_found_sentence.to_owned(),
        SheetFailure::Refused(refusal) => beside(refusal, t),
        SheetFailure::Fault(fault) => {
            tracing::error!(error = %fault.chain(), "a sheet could not be drawn for the window");
            t.errors.fault_sentence.to_owned()
        }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Way {
    /// Looked at in the browser instead of kept.
    #[serde(default)]
    open: String,
}

pub(super) async fn sheet(desk: Desk, Path(id): Path<String>, Query(way): Query<Way>) -> Answer {
    let id: PrintId = id.parse().map_err(|_| Error::NotFound)?;
    let print = desk.read(move |tx| prints::one(tx, id)).await?.ok_or(Error::NotFound)?;
    let rows = super::print_rows(&desk, print.batch).await?;
    let name =
        rows.into_iter().find(|row| row.id == id.to_string()).map_or_else(|| id.to_string(), |row| row.name);
    let office = desk.office.clone();
    let pdf = desk.blocking(move || sheet_pdf(&office, id, None)).await??;
    answer(&name, pdf, &way.open)
}

fn answer(name: &str, pdf: Vec<u8>, open: &str) -> Answer {
    if open.is_empty() {
        return file(&file_name(name), PDF, pdf);
    }
    let disposition = HeaderValue::try_from(format!("inline; filename=\"{}\"", file_name(name)));
    let disposition = disposition.map_err(|_| Fault::new("a file name that is no header"))?;
    Ok((
        [(header::CONTENT_TYPE, HeaderValue::from_static(PDF)), (header::CONTENT_DISPOSITION, disposition)],
        pdf,
    )
        .into_response())
}

/// A name every file system and every header carries.
fn file_name(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '-' | '_' | '.');
    let kept: String = name.chars().map(|letter| if plain(letter) { letter } else { '-' }).take(80).collect();
    format!("{}.pdf", kept.trim_matches([' ', '.', '-']))
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct CalibrationQuery {
    #[serde(default)]
    paper: String,
    #[serde(default)]
    offset_x: String,
    #[serde(default)]
    offset_y: String,
    #[serde(default)]
    open: String,
}

impl CalibrationQuery {
    /// `a4-n15-p3`: paper, then each offset in tenths of a millimetre behind `p` or `n` for its sign.
    fn named(name: &str) -> CalibrationQuery {
        let mut parts = name.split('-');
        let paper = parts.next().unwrap_or_default().to_owned();
        let mut offset = || {
            let part = parts.next().unwrap_or_default();
            let (sign, digits) =
                part.strip_prefix('n').map_or(("", part.trim_start_matches('p')), |rest| ("-", rest));
            let tenths: i32 = digits.parse().unwrap_or(0);
            format!("{sign}{},{}", tenths / 10, tenths % 10)
        };
        let (offset_x, offset_y) = (offset(), offset());
        CalibrationQuery { paper, offset_x, offset_y, open: String::new() }
    }
}

fn measuring(query: &CalibrationQuery, t: &Texts) -> Result<Vec<u8>, SheetFailure> {
    let offset = |text: &str| {
        let tenths = tenths(text).ok_or(SheetFailure::Refused(Refusal::R704))?;
        Ok::<_, SheetFailure>(f64::from(tenths) / 10.0)
    };
    let offset = Offset { x_mm: offset(&query.offset_x)?, y_mm: offset(&query.offset_y)? };
    let w = &t.sheet;
    let steps = [w.calibration_print, w.calibration_left, w.calibration_top, w.calibration_enter];
    let words =
        CalibrationWords { title: w.calibration.to_owned(), steps: steps.map(str::to_owned).to_vec() };
    let sheet =
        karcis_print::calibration(paper(query.paper.parse().unwrap_or(prints::Paper::A4)), offset, &words);
    sheet.map_err(|error| match refused(error, "", 0) {
        Ok(refusal) => SheetFailure::Refused(refusal),
        Err(fault) => SheetFailure::Fault(fault),
    })
}

pub(super) async fn calibration(desk: Desk, Query(query): Query<CalibrationQuery>) -> Answer {
    let t = desk.t;
    let open = query.open.clone();
    let pdf = desk.blocking(move || measuring(&query, t)).await??;
    answer(t.prints.calibration_name, pdf, &open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_windows_name_of_a_measuring_sheet_holds_its_offsets() {
        let query = CalibrationQuery::named("f4-n15-p3");
        assert_eq!(
            (query.paper.as_str(), tenths(&query.offset_x), tenths(&query.offset_y)),
            ("f4", Some(-15), Some(3))
        );
        let query = CalibrationQuery::named("a4");
        assert_eq!((tenths(&query.offset_x), tenths(&query.offset_y)), (Some(0), Some(0)));
    }

    #[test]
    fn a_file_name_fits_every_header_and_file_system() {
        assert_eq!(file_name("Batch 14 1 Hari"), "Batch 14 1 Hari.pdf");
        assert_eq!(file_name("Batch 2 \"Café\"/\r\n"), "Batch 2 -Caf.pdf");
    }
}
