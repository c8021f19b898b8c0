//! Reading forms: raw texts in, a message beside the field that is wrong.

use crate::error::Error;
use crate::guard;
use crate::office::Office;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use std::fmt;

/// A form as it was sent. Every field of `T` is text with a default, so that a missing one is an empty one.
#[derive(Debug)]
pub(crate) struct Form<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Form<T>, Error> {
        match axum::Form::<T>::from_request(request, state).await {
            Ok(axum::Form(form)) => Ok(Form(form)),
            Err(rejection) => Err(unreadable(rejection.into_response().status())),
        }
    }
}

/// The query of an address, read as forgivingly as a form.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> axum::extract::FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        state: &S,
    ) -> Result<Query<T>, Error> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|axum::extract::Query(query)| Query(query)).map_err(|_| Error::Unreadable)
    }
}

/// Bytes as they were sent, up to the limit of a request.
#[derive(Debug)]
pub(crate) struct Raw(pub(crate) Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Raw, Error> {
        match axum::body::Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Raw(bytes.to_vec())),
            Err(rejection) => Err(unreadable(rejection.into_response().status())),
        }
    }
}

fn unreadable(status: StatusCode) -> Error {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Error::TooLarge } else { Error::Unreadable }
}

/// One field of a form as it is shown: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    /// The name it is sent under; its `id` in the page as well.
    pub(crate) name: &'static str,
    /// What was typed. Passwords are never sent back.
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
}

impl Field {
    /// A field with this text in it.
    pub(crate) fn new(name: &'static str, value: impl Into<String>) -> Field {
        Field { name, value: value.into(), error: None }
    }

    /// Parses what was typed; when that fails, keeps what to say about it and answers nothing.
    pub(crate) fn read<T, E>(
        &mut self,
        parse: impl FnOnce(&str) -> Result<T, E>,
        say: impl FnOnce(E) -> String,
    ) -> Option<T> {
        match parse(&self.value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.error = Some(say(error));
                None
            }
        }
    }

    /// Says what is wrong.
    pub(crate) fn refuse(&mut self, message: impl Into<String>) {
        self.error = Some(message.into());
    }
}

/// One choice of a list.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Choice {
        Choice { value: value.into(), label: label.into(), chosen }
    }
}

/// Makes a form's request one deed, however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestKey(String);

impl RequestKey {
    pub(crate) fn draw(office: &Office) -> RequestKey {
        RequestKey(guard::request_id(office).to_string())
    }

    /// The key a form sent; a form without one is not one of ours.
    pub(crate) fn parse(text: &str) -> Result<RequestKey, Error> {
        let key = uuid::Uuid::try_parse(text).map_err(|_| Error::Unreadable)?;
        Ok(RequestKey(key.to_string()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
