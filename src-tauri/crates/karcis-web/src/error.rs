//! Why a request is not answered as asked, and how each kind is shown.

use crate::answer::{fragment, retargeted, show_with, unswapped};
use crate::desk::Desk;
use crate::frame::{Frame, Nav};
use crate::office::Office;
use crate::texts::{Refusal, Texts};
use crate::visit::Visit;
use crate::{entry, wizard};
use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use karcis_core::fault::{self, Fault};
use std::sync::Arc;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub(crate) enum Error {
    /// The rules say no, or the request does not belong here.
    Refused(Refusal),
    /// We are broken.
    Fault(Fault),
    /// There is no such page or thing.
    NotFound,
    /// This person's role does not allow it.
    NotAllowed,
    /// Nobody is signed in.
    SignIn,
    /// The screen is locked.
    Locked,
    /// The page was drawn for somebody else than who is signed in now.
    OtherPerson,
    /// The person must choose a password of their own first.
    OwnPassword,
    /// The shop is not set up yet.
    Unready,
    /// The page was made by an earlier launch and carries its token.
    Stale,
    /// The request comes from a foreign page or to a name that is not ours.
    Foreign,
    /// The form or the address cannot be read at all.
    Unreadable,
    /// The body is beyond the limit.
    TooLarge,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::Fault(fault)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(refusal)
    }
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Error::Refused(_) | Error::OtherPerson => StatusCode::CONFLICT,
            Error::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::NotAllowed | Error::OwnPassword | Error::Unready | Error::Stale | Error::Foreign => {
                StatusCode::FORBIDDEN
            }
            Error::SignIn => StatusCode::UNAUTHORIZED,
            Error::Locked => StatusCode::LOCKED,
            Error::Unreadable => StatusCode::BAD_REQUEST,
            Error::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The code and the sentence; the incident's number stands in for the code of a fault.
    fn words(&self, t: &Texts, incident: Option<i64>) -> Words {
        let e = &t.errors;
        let (code, title, sentence) = match self {
            Error::Refused(refusal) => (refusal.code().to_owned(), e.refused, refusal.sentence(t)),
            Error::Fault(fault) if fault.is_disk_full() => {
                ("R-911".to_owned(), e.fault, e.disk_full.to_owned())
            }
            Error::Fault(_) => match incident {
                Some(number) => (e.incident(number), e.fault, e.fault_sentence.to_owned()),
                None => ("R-910".to_owned(), e.fault, e.fault_sentence.to_owned()),
            },
            Error::NotFound => ("R-904".to_owned(), e.not_found, e.not_found_sentence.to_owned()),
            Error::NotAllowed => ("R-903".to_owned(), e.not_allowed, e.not_allowed_sentence.to_owned()),
            Error::SignIn => ("R-900".to_owned(), e.sign_in, e.sign_in.to_owned()),
            Error::Locked => ("R-912".to_owned(), e.locked, e.locked_sentence.to_owned()),
            Error::OtherPerson => ("R-909".to_owned(), e.other_person, e.other_person_sentence.to_owned()),
            Error::OwnPassword => ("R-906".to_owned(), e.own_password, e.own_password.to_owned()),
            Error::Unready => ("R-907".to_owned(), e.unready, e.unready.to_owned()),
            Error::Stale => ("R-901".to_owned(), e.stale, e.stale_sentence.to_owned()),
            Error::Foreign => ("R-902".to_owned(), e.foreign, e.foreign_sentence.to_owned()),
            Error::Unreadable => ("R-905".to_owned(), e.unreadable, e.unreadable_sentence.to_owned()),
            Error::TooLarge => ("R-908".to_owned(), e.too_large, e.too_large_sentence.to_owned()),
        };
        Words { code, title, sentence, safe: matches!(self, Error::Fault(_)).then_some(e.money_safe) }
    }
}

struct Words {
    code: String,
    title: &'static str,
    sentence: String,
    safe: Option<&'static str>,
}

/// Carries the error to [`render`], which knows the reader's language.
#[derive(Clone)]
struct Slot(Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Slot(Arc::new(self)));
        response
    }
}

/// The full page of an error.
#[derive(Template)]
#[template(path = "errors/page.html")]
struct ErrorPage {
    t: &'static Texts,
    frame: Frame,
    words: Words,
}

/// The notice that takes its place above the page people were working on, which stays as it was.
#[derive(Template)]
#[template(path = "errors/_notice.html")]
struct Notice {
    t: &'static Texts,
    words: Words,
}

/// Gives every error its words, in the language of the reader, as a page or as a notice.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let response = next.run(request).await;
    let Some(Slot(error)) = response.extensions().get::<Slot>().cloned() else { return response };
    let visit = response.extensions().get::<Arc<Visit>>().cloned();
    let Some(office) = asked.office.clone() else { return response };
    let desk = Desk::after(office, visit, &asked.path, asked.query.as_deref()).await;
    let incident = noted(&desk, &error, &asked.place).await;
    let words = error.words(desk.t, incident);
    if asked.by_htmx {
        return to_htmx(&error, &desk, words, &asked);
    }
    match &*error {
        Error::Locked if asked.is_get => entry::lock_page(&desk, &asked.target(), error.status()).await,
        Error::SignIn if asked.is_get => entry::sign_in_page(&desk, &asked.target(), error.status()).await,
        Error::OwnPassword if asked.is_get => entry::own_password_page(&desk, error.status()).await,
        Error::Unready if asked.is_get => wizard::current_page(&desk, error.status()).await,
        Error::Refused(_)
        | Error::Fault(_)
        | Error::NotFound
        | Error::NotAllowed
        | Error::SignIn
        | Error::Locked
        | Error::OtherPerson
        | Error::OwnPassword
        | Error::Unready
        | Error::Stale
        | Error::Foreign
        | Error::Unreadable
        | Error::TooLarge => {
            let title = words.title;
            let frame = desk.frame_or_bare(Nav::None, title).await;
            show_with(error.status(), &ErrorPage { t: desk.t, frame, words })
        }
    }
}

fn to_htmx(error: &Error, desk: &Desk, words: Words, asked: &Asked) -> Response {
    if matches!(error, Error::Locked) {
        // The page stays as it is, hidden beneath the lock, with everything that was typed.
        return unswapped(error.status(), "karcis:locked");
    }
    let goto = match error {
        Error::SignIn => Some(format!("/sign-in?next={}", crate::answer::encoded(&asked.return_to()))),
        Error::OwnPassword => Some("/me/password".to_owned()),
        Error::Unready => Some("/".to_owned()),
        Error::Refused(_)
        | Error::Fault(_)
        | Error::NotFound
        | Error::NotAllowed
        | Error::Locked
        | Error::OtherPerson
        | Error::Stale
        | Error::Foreign
        | Error::Unreadable
        | Error::TooLarge => None,
    };
    let notice = fragment(error.status(), &Notice { t: desk.t, words });
    let mut response = retargeted(notice, "#notice");
    if matches!(error, Error::OtherPerson) {
        response.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    if let Some(address) = goto.and_then(|address| HeaderValue::try_from(address).ok()) {
        response.headers_mut().insert("hx-redirect", address);
    }
    response
}

/// Writes a fault down once, in the log and in the books, and answers its number.
async fn noted(desk: &Desk, error: &Error, place: &str) -> Option<i64> {
    let Error::Fault(fault) = error else { return None };
    let chain = fault.chain();
    let (place, now) = (place.to_owned(), desk.office.now());
    let message = Fault::new(&chain);
    let kept = desk.office.db().writing(move |tx| fault::record(tx, &place, &message, now)).await;
    match kept {
        Ok(number) => {
            tracing::error!(incident = number, error = %chain, "a request ended in a fault");
            Some(number)
        }
        Err(unkept) => {
            tracing::error!(error = %chain, unkept = %unkept.chain(), "a request ended in a fault that could not be kept");
            None
        }
    }
}

/// What of a request is needed once it has been answered.
struct Asked {
    office: Option<Office>,
    path: String,
    query: Option<String>,
    place: String,
    by_htmx: bool,
    is_get: bool,
    current: Option<String>,
}

impl Asked {
    fn of(request: &Request) -> Asked {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        Asked {
            office: request.extensions().get::<Office>().cloned(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(str::to_owned),
            place: format!("{} {}", request.method(), request.uri().path()),
            by_htmx: header("hx-request").is_some(),
            is_get: request.method() == axum::http::Method::GET,
            current: header("hx-current-url").map(str::to_owned),
        }
    }

    fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// The page people were looking at when a part of it asked for something.
    fn return_to(&self) -> String {
        let current = self.current.as_deref().unwrap_or("/");
        let uri = current.parse::<axum::http::Uri>().unwrap_or_default();
        uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
    }
}
