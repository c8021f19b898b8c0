//! Where a handler works: the office, who is there, and the words they read.

use crate::error::Error;
use crate::fields::RequestKey;
use crate::format::Format;
use crate::frame::{Frame, Nav, Outside};
use crate::office::Office;
use crate::texts::Texts;
use crate::visit::{Caller, Visit, WindowSession};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use karcis_core::audit::Actor;
use karcis_core::db::{ReadTx, WriteTx};
use karcis_core::fault::Fault;
use karcis_core::settings::Language;
use karcis_core::staff::{Door, Permission, Person};
use karcis_core::values::Timestamp;
use std::sync::Arc;

/// The extractor of every handler. The route's rule was checked before it exists.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) visit: Arc<Visit>,
    /// Every word in the language of the person.
    pub(crate) t: &'static Texts,
    /// How this person reads dates and counts.
    pub(crate) format: Format,
    pub(crate) window: Option<WindowSession>,
    caller: Option<Caller>,
    path: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Desk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Desk, Error> {
        let office = parts.extensions.get::<Office>().cloned();
        let visit = parts.extensions.get::<Arc<Visit>>().cloned();
        let (Some(office), Some(visit)) = (office, visit) else {
            return Err(Error::Fault(Fault::new("a handler without a rule")));
        };
        let window = parts.extensions.get::<WindowSession>().cloned();
        let caller = parts.extensions.get::<Caller>().copied();
        Ok(Desk { window, caller, ..Desk::at(office, visit, parts.uri.path()) })
    }
}

impl Desk {
    fn at(office: Office, visit: Arc<Visit>, path: &str) -> Desk {
        let format = visit.format;
        Desk { office, visit, t: format.texts(), format, window: None, caller: None, path: path.to_owned() }
    }

    /// The desk for an error page, when the handler is over or never began.
    pub(crate) async fn after(
        office: Office,
        visit: Option<Arc<Visit>>,
        path: &str,
        query: Option<&str>,
    ) -> Desk {
        if let Some(visit) = visit {
            return Desk::at(office, visit, path);
        }
        let pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        let asked = pairs.filter(|(name, _)| *name == "lang").find_map(|(_, code)| Language::parse(code));
        let given = crate::visit::Credentials { token: None, language: asked };
        let now = office.now();
        let visit = office.db().reading(move |tx| Visit::load(tx, &given, now)).await;
        Desk::at(office, Arc::new(visit.unwrap_or_else(|_| Visit::unknown(asked))), path)
    }

    /// Where this request's person tries to come in, for whatever weighs a password.
    pub(crate) fn door(&self) -> Door {
        let address = self.caller.map(|caller| caller.0);
        Door { place: self.office.place(), address, cost: self.office.cost() }
    }

    /// The time, read at the edge and handed down.
    pub(crate) fn now(&self) -> Timestamp {
        self.office.now()
    }

    /// The path of this request.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Who is signed in. Routes for the staff have somebody here.
    pub(crate) fn person(&self) -> Result<&Person, Error> {
        self.visit.person().ok_or(Error::SignIn)
    }

    /// Who is answerable for what this request changes.
    pub(crate) fn actor(&self) -> Result<Actor, Error> {
        Ok(self.person()?.actor())
    }

    /// Whether the person may do this, for buttons that others do not see.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.visit.person().is_some_and(|person| person.role.may(permission))
    }

    /// Asks the books on a blocking thread.
    pub(crate) async fn read<T, E>(
        &self,
        question: impl FnOnce(&ReadTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.office.db().reading(question).await
    }

    /// Decides in the books on a blocking thread.
    pub(crate) async fn write<T, E>(
        &self,
        verb: impl FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.office.db().writing(verb).await
    }

    /// Runs slow work, such as deriving a key, away from the async threads.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        tokio::task::spawn_blocking(work).await.map_err(|_| Fault::new("slow work panicked"))
    }

    /// A key that makes the next form's request one deed, however often it is sent.
    pub(crate) fn request_key(&self) -> RequestKey {
        RequestKey::draw(&self.office)
    }

    /// The frame around a page: who, where, and how the world outside is doing.
    pub(crate) async fn frame(&self, nav: Nav, title: &str) -> Result<Frame, Fault> {
        let outside = match self.visit.person() {
            Some(_) => {
                let (format, keys, now) = (self.format, self.office.keys().clone(), self.now());
                self.read(move |tx| Outside::ask(tx, format, &keys, now)).await?
            }
            None => Outside::default(),
        };
        Ok(Frame::around(self, nav, title, outside))
    }

    /// The frame without the world outside, when that cannot be asked.
    pub(crate) async fn frame_or_bare(&self, nav: Nav, title: &str) -> Frame {
        match self.frame(nav, title).await {
            Ok(frame) => frame,
            Err(_) => Frame::around(self, nav, title, Outside::default()),
        }
    }
}
