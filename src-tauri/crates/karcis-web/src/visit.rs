//! One request's visitor: which shop, how far it is set up, who is signed in, which language they read.

use crate::cookie;
use crate::format::Format;
use crate::office::Office;
use crate::wizard::Stage;
use axum::http::{HeaderMap, Uri, request::Parts};
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::settings::{self, Language, Shop};
use karcis_core::staff::{self, LockAfter, Person, Session};
use karcis_core::values::Timestamp;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The session's token where a window, not a cookie, holds it. The shell puts one into each request of its window.
#[derive(Debug, Clone, Default)]
pub struct WindowSession(Arc<Mutex<Option<String>>>);

impl WindowSession {
    pub(crate) fn token(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn hold(&self, token: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }
}

/// Where a browser's request comes from. The server puts one into each request it takes.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub IpAddr);

/// Who comes, and to what kind of shop.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) shop: Shop,
    pub(crate) stage: Stage,
    /// The session, unless its screen is locked.
    pub(crate) session: Option<Session>,
    /// The session whose screen is locked: nobody is there as far as anything but the lock goes.
    pub(crate) locked: Option<Session>,
    /// After how long without a person screens lock.
    pub(crate) lock_after: LockAfter,
    pub(crate) format: Format,
}

/// What a request says about its visitor.
#[derive(Debug, Default, Clone)]
pub(crate) struct Credentials {
    pub(crate) token: Option<String>,
    pub(crate) language: Option<Language>,
}

impl Credentials {
    pub(crate) fn of(parts: &Parts) -> Credentials {
        let token = match parts.extensions.get::<WindowSession>() {
            Some(window) => window.token(),
            None => cookie::token(&parts.headers),
        };
        Credentials { token, language: asked_language(&parts.uri, &parts.headers) }
    }
}

impl Visit {
    pub(crate) fn load(tx: &ReadTx<'_>, given: &Credentials, now: Timestamp) -> Result<Visit, Fault> {
        let shop = settings::shop(tx)?;
        let session = match &given.token {
            Some(token) => staff::session(tx, token, now)?,
            None => None,
        };
        let own = session.as_ref().and_then(|session| session.person.language);
        let asked = given.language.filter(|_| session.is_none());
        let format = Format { language: asked.or(own).unwrap_or(shop.language), zone: shop.zone };
        let lock_after = staff::lock_after(tx)?;
        let (locked, session) = match session {
            Some(session) if session.is_locked(lock_after, now) => (Some(session), None),
            open => (None, open),
        };
        Ok(Visit { stage: Stage::of(tx, &shop)?, shop, session, locked, lock_after, format })
    }

    /// Who is signed in where a window holds the session. Blocks.
    pub(crate) fn of_window(office: &Office, window: &WindowSession) -> Visit {
        let given = Credentials { token: window.token(), language: None };
        let visit = office.db().read(|tx| Visit::load(tx, &given, office.now()));
        visit.unwrap_or_else(|_| Visit::unknown(None))
    }

    /// A visit of which nothing could be found out, because the books did not answer.
    pub(crate) fn unknown(language: Option<Language>) -> Visit {
        let shop =
            Shop { name: String::new(), zone: Default::default(), language: language.unwrap_or_default() };
        let format = Format { language: shop.language, zone: shop.zone };
        let lock_after = LockAfter::default();
        Visit { shop, stage: Stage::Done, session: None, locked: None, lock_after, format }
    }

    pub(crate) fn person(&self) -> Option<&Person> {
        self.session.as_ref().map(|session| &session.person)
    }

    /// The session this request came with, locked or not: for the lock and the ways out of it alone.
    pub(crate) fn any_session(&self) -> Option<&Session> {
        self.session.as_ref().or(self.locked.as_ref())
    }
}

/// Before anybody is signed in, pages take their language from `?lang=`; forms on them from the page they are on.
fn asked_language(uri: &Uri, headers: &HeaderMap) -> Option<Language> {
    let current = headers.get("hx-current-url").and_then(|value| value.to_str().ok());
    let current = current.and_then(|url| url.split_once('?')).map(|(_, query)| query);
    let in_query = |query: &str| {
        let mut pairs = query.split(['&', '#']).filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == "lang").and_then(|(_, code)| Language::parse(code))
    };
    uri.query().and_then(in_query).or_else(|| current.and_then(in_query))
}

/// Remembers or forgets the session where this visitor keeps it; answers the cookie to set, if any.
pub(crate) fn keep_token(
    office: &Office,
    window: Option<&WindowSession>,
    token: Option<String>,
) -> Option<axum::http::HeaderValue> {
    match window {
        Some(window) => {
            window.hold(token);
            None
        }
        None => match office.place() {
            staff::Place::Browser => cookie::set(token.as_deref()),
            // A window that brought no place for its session keeps none.
            staff::Place::Window => None,
        },
    }
}
