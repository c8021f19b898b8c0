//! Answers: pages, fragments, and the ways to another page that work without redirects.

use crate::error::Error;
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use karcis_core::fault::{Fault, Trying};

/// What a handler answers.
pub(crate) type Answer = Result<Response, Error>;

/// A page or a fragment, as it is.
pub(crate) fn show(template: &impl Template) -> Answer {
    Ok(Html(rendered(template)?).into_response())
}

/// A form that was not accepted, with its messages beside the fields: 422.
pub(crate) fn again(template: &impl Template) -> Answer {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(rendered(template)?)).into_response())
}

/// A page under another status than 200; plain words when even that cannot be drawn.
pub(crate) fn show_with(status: StatusCode, template: &impl Template) -> Response {
    match rendered(template) {
        Ok(html) => (status, Html(html)).into_response(),
        Err(fault) => {
            tracing::error!(error = %fault.chain(), "a page could not be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A fragment under another status than 200.
pub(crate) fn fragment(status: StatusCode, template: &impl Template) -> Response {
    show_with(status, template)
}

/// The same fragment, shown somewhere else than where the request came from.
pub(crate) fn retargeted(mut response: Response, target: &'static str) -> Response {
    response.headers_mut().insert("hx-retarget", HeaderValue::from_static(target));
    // What the form selects from its own answers does not exist in this one.
    response.headers_mut().insert("hx-reselect", HeaderValue::from_static(".k-notice"));
    response.headers_mut().insert("hx-reswap", HeaderValue::from_static("innerHTML show:window:top"));
    response
}

/// The same fragment, drawn whole into another place of the page.
pub(crate) fn drawn_into(mut response: Response, target: &'static str) -> Response {
    response.headers_mut().insert("hx-retarget", HeaderValue::from_static(target));
    response.headers_mut().insert("hx-reswap", HeaderValue::from_static("innerHTML"));
    response
}

/// On to another page of ours. The window follows no redirects, so htmx is told instead.
pub(crate) fn go(address: &str) -> Answer {
    let address = HeaderValue::try_from(address).trying("write an address into a header")?;
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert("hx-redirect", address);
    Ok(response)
}

/// The page the form is on, drawn again from the books.
pub(crate) fn refresh() -> Response {
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    response
}

/// Nothing to swap in but a word of success: the parts that show what was changed listen for `karcis:changed`.
pub(crate) fn changed(words: &str) -> Response {
    let events = serde_json::json!({ "karcis:changed": {}, "karcis:toast": { "words": words } });
    triggering(Response::new(Body::empty()), &events)
}

/// A short word of success on top of what the response shows anyway; `karcis.js` lets it fade.
pub(crate) fn with_toast(response: Response, words: &str) -> Response {
    triggering(response, &serde_json::json!({ "karcis:toast": { "words": words } }))
}

/// Tells the page what happened, once the answer has been drawn: `karcis:sold`.
pub(crate) fn telling(mut response: Response, event: &'static str) -> Response {
    response.headers_mut().insert("hx-trigger-after-swap", HeaderValue::from_static(event));
    response
}

/// The same with a short word on top.
pub(crate) fn telling_too(response: Response, event: &'static str, words: &str) -> Response {
    with_toast(telling(response, event), words)
}

fn triggering(mut response: Response, events: &serde_json::Value) -> Response {
    // Header values are ASCII: everything else is written as JSON escapes.
    let ascii: String = events.to_string().chars().map(escaped).collect();
    if let Ok(value) = HeaderValue::try_from(ascii) {
        response.headers_mut().insert("hx-trigger", value);
    }
    response
}

fn escaped(letter: char) -> String {
    if letter.is_ascii() {
        return letter.to_string();
    }
    let mut units = [0_u16; 2];
    letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// The page hears these events on top of what the response shows anyway.
pub(crate) fn with_event(response: Response, events: &serde_json::Value) -> Response {
    triggering(response, events)
}

/// Nothing to swap in; the page hears this event.
pub(crate) fn unswapped(status: StatusCode, event: &'static str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert("hx-reswap", HeaderValue::from_static("none"));
    response.headers_mut().insert("hx-trigger", HeaderValue::from_static(event));
    response
}

/// A file for the browser to keep.
pub(crate) fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Answer {
    let disposition =
        HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).trying("name a file")?;
    let head =
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)];
    Ok((head, bytes).into_response())
}

/// An address of ours that is safe to go back to: from the root, never to another host.
pub(crate) fn own_address(given: &str) -> &str {
    let inside = given.starts_with('/') && !given.starts_with("//") && !given.contains(['\\', '\r', '\n']);
    if inside && given.len() <= 500 && given.is_ascii() { given } else { "/" }
}

/// The text as a value in a query string.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn rendered(template: &impl Template) -> Result<String, Fault> {
    template.render().trying("draw a page")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_a_foreign_host() {
        assert_eq!(own_address("/vouchers?state=active"), "/vouchers?state=active");
        for foreign in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "javascript:alert(1)",
            "/a\r\nb",
        ] {
            assert_eq!(own_address(foreign), "/", "{foreign}");
        }
    }

    #[test]
    fn a_toast_keeps_its_letters_in_an_ascii_header() {
        let response = with_toast(refresh(), "Disimpan · \"Ya\" 😀");
        let header = response.headers()["hx-trigger"].to_str().unwrap();
        let back: serde_json::Value = serde_json::from_str(header).unwrap();
        assert_eq!(back["karcis:toast"]["words"], "Disimpan · \"Ya\" 😀");
    }
}
