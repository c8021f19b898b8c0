//! The way from the webview to the router: a custom scheme, guarded, with no port open.

use std::borrow::Cow;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, header};
use axum::{BoxError, Router};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder, Url};
use tower::ServiceExt;

/// The scheme under which every page lives: `app://localhost/` (on Windows `http://app.localhost/`).
pub(crate) const SCHEME: &str = "app";
/// The one window whose requests are answered.
pub(crate) const WINDOW: &str = "main";

const HOST: &str = "localhost";
/// Forms are small; files are picked by native commands and never come this way.
const REQUEST_LIMIT: usize = 1024 * 1024;
/// The largest answer is the preview of a sheet.
const ANSWER_LIMIT: usize = 32 * 1024 * 1024;

/// Answers what the window asks, by the same router that `serve` and the tests drive.
#[derive(Clone)]
pub(crate) struct Transport {
    router: Router,
}

impl Transport {
    pub(crate) fn new(router: Router) -> Self {
        Self { router }
    }

    /// Answers one request; refuses foreign origins, foreign hosts and bodies beyond the limit.
    pub(crate) async fn answer(&self, request: Request<Vec<u8>>) -> Response<Cow<'static, [u8]>> {
        let answer = match self.admitted(request) {
            Ok(request) => self.routed(request).await,
            Err(status) => refused(status),
        };
        guarded(answer)
    }

    fn admitted(&self, request: Request<Vec<u8>>) -> Result<Request<Body>, StatusCode> {
        if request.uri().host() != Some(HOST) {
            return Err(StatusCode::NOT_FOUND);
        }
        if is_foreign(request.headers()) {
            return Err(StatusCode::FORBIDDEN);
        }
        if request.body().len() > REQUEST_LIMIT {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let (mut parts, body) = request.into_parts();
        parts.uri = origin_form(&parts.uri);
        Ok(Request::from_parts(parts, Body::from(body)))
    }

    /// Runs the router in a task of its own, so that a panic answers this request instead of leaving it waiting.
    async fn routed(&self, request: Request<Body>) -> Response<Cow<'static, [u8]>> {
        let router = self.router.clone();
        let task = tokio::spawn(async move {
            let response = router.oneshot(request).await?;
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, ANSWER_LIMIT).await?;
            Ok::<_, BoxError>(Response::from_parts(parts, Cow::Owned(Vec::from(body))))
        });
        match task.await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                tracing::error!(%error, "the answer to the window could not be read");
                refused(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Err(error) => {
                tracing::error!(%error, "a request of the window ended in a panic");
                refused(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

/// Carries a request of the scheme to the [`Transport`] the application manages.
pub(crate) fn carry<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    if context.webview_label() != WINDOW {
        return responder.respond(guarded(refused(StatusCode::FORBIDDEN)));
    }
    let Some(transport) = context.app_handle().try_state::<Transport>() else {
        return responder.respond(guarded(refused(StatusCode::SERVICE_UNAVAILABLE)));
    };
    let transport = Transport::clone(&transport);
    tauri::async_runtime::spawn(async move { responder.respond(transport.answer(request).await) });
}

/// Tells whether the window may go there: to our own pages and nowhere else.
pub(crate) fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        SCHEME => url.host_str() == Some(HOST),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("app.localhost") && url.port().is_none(),
        _ => false,
    }
}

/// WebKitGTK sends neither header; WebView2 sends both, and there a foreign page is told apart by them.
fn is_foreign(headers: &HeaderMap) -> bool {
    let foreign_origin =
        headers.get(header::ORIGIN).is_some_and(|origin| !OWN_ORIGINS.iter().any(|own| origin == own));
    let cross_site =
        headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
    foreign_origin || cross_site
}

const OWN_ORIGINS: [&str; 3] = ["app://localhost", "http://app.localhost", "https://app.localhost"];

/// The router sees the path a browser would send, so that it behaves the same in the window and over HTTP.
fn origin_form(uri: &Uri) -> Uri {
    uri.path_and_query().cloned().map(Uri::from).unwrap_or_default()
}

/// Adds what every answer must carry and the router has not said itself.
fn guarded(mut response: Response<Cow<'static, [u8]>>) -> Response<Cow<'static, [u8]>> {
    const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    const DEFAULTS: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // WebKit replays answers from its memory cache otherwise.
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in DEFAULTS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn refused(status: StatusCode) -> Response<Cow<'static, [u8]>> {
    let mut response = Response::new(Cow::Borrowed(status.canonical_reason().unwrap_or("").as_bytes()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};

    use super::*;

    fn transport() -> Transport {
        let router = Router::new()
            .route("/where", get(async |uri: Uri| uri.to_string()))
            .route("/echo", post(async |body: axum::body::Bytes| body))
            .route("/policy", get(async || [(header::CACHE_CONTROL, "max-age=60")]))
            .route("/panic", get(async || -> &'static str { panic!("a handler fails") }));
        Transport::new(router)
    }

    fn asking(uri: &str) -> axum::http::request::Builder {
        Request::builder().uri(uri)
    }

    #[tokio::test]
    async fn the_router_sees_the_path_and_query_a_browser_would_send() {
        let request = asking("app://localhost/where?state=active&page=2").body(Vec::new()).unwrap();
        let answer = transport().answer(request).await;
        assert_eq!(answer.body().as_ref(), b"/where?state=active&page=2");
    }

    #[tokio::test]
    async fn a_body_reaches_the_router_up_to_the_limit_and_not_beyond() {
        let send = async |length| {
            let request = asking("app://localhost/echo").method("POST").body(vec![7; length]).unwrap();
            transport().answer(request).await
        };
        let fits = send(REQUEST_LIMIT).await;
        assert_eq!((fits.status(), fits.body().len()), (StatusCode::OK, REQUEST_LIMIT));
        assert_eq!(send(REQUEST_LIMIT + 1).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn a_foreign_page_or_host_is_refused() {
        let status = async |uri: &str, header: &str, value: &str| {
            let request = asking(uri).header(header, value).body(Vec::new()).unwrap();
            transport().answer(request).await.status()
        };
        assert_eq!(status("app://localhost/where", "origin", "http://app.localhost").await, StatusCode::OK);
        assert_eq!(status("app://localhost/where", "sec-fetch-site", "same-origin").await, StatusCode::OK);
        assert_eq!(
            status("app://localhost/where", "origin", "https://evil.example").await,
            StatusCode::FORBIDDEN
        );
        assert_eq!(status("app://localhost/where", "origin", "null").await, StatusCode::FORBIDDEN);
        assert_eq!(
            status("app://localhost/where", "sec-fetch-site", "cross-site").await,
            StatusCode::FORBIDDEN
        );
        assert_eq!(status("app://elsewhere/where", "accept", "*/*").await, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_panic_in_a_handler_answers_500_and_the_next_request_is_served() {
        let transport = transport();
        let ask = async |uri: &str| transport.answer(asking(uri).body(Vec::new()).unwrap()).await.status();
        assert_eq!(ask("app://localhost/panic").await, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(ask("app://localhost/where").await, StatusCode::OK);
    }

    #[tokio::test]
    async fn every_answer_carries_the_guard_headers_and_the_router_may_say_its_own() {
        let headers = async |uri: &str| {
            transport().answer(asking(uri).body(Vec::new()).unwrap()).await.into_parts().0.headers
        };
        for uri in ["app://localhost/where", "app://localhost/no-such-page", "app://elsewhere/"] {
            let headers = headers(uri).await;
            assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{uri}");
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{uri}");
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("frame-ancestors 'none'"), "{uri}: {policy}");
        }
        assert_eq!(headers("app://localhost/policy").await[header::CACHE_CONTROL], "max-age=60");
    }

    #[test]
    fn the_window_goes_to_its_own_pages_only() {
        let ours = |url: &str| is_ours(&Url::parse(url).unwrap());
        assert!(ours("app://localhost/vouchers?state=active"));
        assert_eq!(ours("http://app.localhost/"), cfg!(windows));
        for foreign in [
            "https://example.com/",
            "http://localhost/",
            "http://127.0.0.1:8080/",
            "app://example.com/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "about:blank",
            "tauri://localhost/",
            "http://app.localhost:8080/",
        ] {
            assert!(!ours(foreign), "{foreign}");
        }
    }
}
