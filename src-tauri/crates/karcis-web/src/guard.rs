//! What every request must prove and every answer carries.

use crate::error::Error;
use crate::office::Office;
use crate::routes::Matched;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use karcis_core::staff::Place;
use tracing::Instrument;
use uuid::Uuid;

/// The header in which pages send the launch's token with every change.
pub(crate) const TOKEN: HeaderName = HeaderName::from_static("x-karcis-token");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                      connect-src 'self' ipc: http://ipc.localhost; object-src 'none'; frame-ancestors 'none'; \
                      frame-src 'none'; form-action 'self'; base-uri 'none'";

/// Puts the policy on every answer and forbids keeping what was made for one moment.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // WebKit replays an answer it has seen otherwise; only files named by their content say something else.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Lets a request in that is addressed to us, comes from our own pages and, to change something, carries the token.
pub(crate) async fn admit(request: Request, next: Next) -> Response {
    let Some(office) = request.extensions().get::<Office>() else { return Error::Foreign.into_response() };
    match admitted(office, request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn admitted(office: &Office, method: &Method, headers: &HeaderMap) -> Result<(), Error> {
    match office.place() {
        // The window's scheme sends neither Host nor Origin; the shell checks label and navigation.
        Place::Window => {}
        Place::Browser => {
            let host = text(headers, &header::HOST).ok_or(Error::Foreign)?;
            if !office.answers_to(host) || !is_own_page(method, headers, host) {
                return Err(Error::Foreign);
            }
        }
    }
    if asks_only(method) {
        return Ok(());
    }
    let given = headers.get(TOKEN).map(HeaderValue::as_bytes).unwrap_or_default();
    if office.is_token(given) { Ok(()) } else { Err(Error::Stale) }
}

/// Whether the request was made by a page of ours or typed by a person. A link from elsewhere may open a page.
fn is_own_page(method: &Method, headers: &HeaderMap, host: &str) -> bool {
    let own_origin = match text(headers, &header::ORIGIN) {
        None => !headers.contains_key(header::ORIGIN),
        Some(origin) => {
            let address = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            address.is_some_and(|address| address.eq_ignore_ascii_case(host))
        }
    };
    let named = |name: &'static str| text(headers, &HeaderName::from_static(name));
    let own_site = match named("sec-fetch-site") {
        None => !headers.contains_key("sec-fetch-site"),
        Some("same-origin" | "none") => true,
        Some(_) => {
            asks_only(method)
                && named("sec-fetch-mode") == Some("navigate")
                && named("sec-fetch-dest") == Some("document")
        }
    };
    own_origin && own_site
}

fn asks_only(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// One line in the log for each request: which route, how it ended, how long it took; never what was typed.
pub(crate) async fn trace(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<Office>().map(request_id).unwrap_or_default();
    let started = std::time::Instant::now();
    let method = request.method().clone();
    let changes = !asks_only(&method);
    let trace_id = trace_id(request.headers()).unwrap_or_else(|| id.simple().to_string());
    let span = tracing::info_span!("request", id = %id, trace_id, method = %method);
    let mut response = next.run(request).instrument(span.clone()).await;
    let route = response.extensions().get::<Matched>().map_or("-", |matched| matched.0);
    let (status, duration_ms) = (response.status().as_u16(), started.elapsed().as_millis());
    // Looking is noise, changing is history: the log of an ordinary day tells what was done.
    span.in_scope(|| match changes {
        true => tracing::info!(route, status, duration_ms, "answered"),
        false => tracing::debug!(route, status, duration_ms, "answered"),
    });
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The trace a caller is in, so that its log and ours can be laid side by side.
///
/// Source: W3C Trace Context, header `traceparent`: version, 32 hexadecimal digits of trace id, parent, flags.
fn trace_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("traceparent")?.to_str().ok()?.split('-').nth(1)?;
    let well_formed = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (well_formed && id.bytes().any(|byte| byte != b'0')).then(|| id.to_ascii_lowercase())
}

pub(crate) fn request_id(office: &Office) -> Uuid {
    let mut random = [0_u8; 10];
    office.rng().fill_bytes(&mut random);
    let millis = u64::try_from(office.now().millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_s_trace_is_taken_up_when_it_is_well_formed() {
        let traced = |value: &'static str| {
            trace_id(&HeaderMap::from_iter([(
                "traceparent".parse().unwrap(),
                HeaderValue::from_static(value),
            )]))
        };
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(traced("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").as_deref(), Some(id));
        for broken in [
            "",
            "00",
            "00-xyz-1-1",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4b\"}-1-1",
        ] {
            assert_eq!(traced(broken), None, "{broken}");
        }
    }
}
