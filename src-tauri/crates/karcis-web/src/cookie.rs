//! The session's cookie, where there is no window to hold the token.

use axum::http::{HeaderMap, HeaderValue, header};

const NAME: &str = "karcis_session";

/// The token in the request's cookies.
pub(crate) fn token(headers: &HeaderMap) -> Option<String> {
    let pairs = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == NAME).map(|(_, value)| value.to_owned())
}

/// Sets the cookie, or takes it back when there is no token. It ends with the browser; the session itself ends sooner.
pub(crate) fn set(token: Option<&str>) -> Option<HeaderValue> {
    let rest = "Path=/; HttpOnly; SameSite=Strict";
    let line = match token {
        Some(token) => format!("{NAME}={token}; {rest}"),
        None => format!("{NAME}=; Max-Age=0; {rest}"),
    };
    HeaderValue::try_from(line).ok()
}
