//! Every route and who may take it, in one table.

use crate::access::Access;
use crate::error::Error;
use crate::office::Office;
use crate::visit::{Credentials, Visit};
use crate::{
    about, assets, audit, batches, counter, counters, dashboard, entry, error, frame, guard, help, ledger,
    plans, printers, prints, queue, reports, resellers, reservations, routers, sales, settings, shift, slips,
    staff, templates, vouchers, wizard,
};
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::http::{HeaderName, Method};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Extension, Router};
use karcis_core::fault::Fault;
use std::sync::{Arc, OnceLock};
use tower_http::catch_panic::CatchPanicLayer;

/// Forms are small; pictures are the largest thing anybody sends.
const BODY_LIMIT: usize = 1024 * 1024;

/// The header in which pages say whom they were drawn for.
const PERSON: HeaderName = HeaderName::from_static("x-karcis-person");

/// One route and its rule.
#[derive(Debug, Clone)]
pub struct RouteRule {
    /// The method.
    pub method: Method,
    /// The path as registered, with `{places}`.
    pub path: &'static str,
    /// Who may take it.
    pub access: Access,
}

/// Where slices register their routes; a route without a rule cannot be written down.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router,
    rules: Vec<RouteRule>,
}

impl Routes {
    pub(crate) fn get<H: Handler<T, ()>, T: 'static>(
        &mut self,
        path: &'static str,
        access: Access,
        handler: H,
    ) {
        self.add(MethodFilter::GET, Method::GET, path, access, handler);
    }

    pub(crate) fn post<H: Handler<T, ()>, T: 'static>(
        &mut self,
        path: &'static str,
        access: Access,
        handler: H,
    ) {
        self.add(MethodFilter::POST, Method::POST, path, access, handler);
    }

    pub(crate) fn put<H: Handler<T, ()>, T: 'static>(
        &mut self,
        path: &'static str,
        access: Access,
        handler: H,
    ) {
        self.add(MethodFilter::PUT, Method::PUT, path, access, handler);
    }

    pub(crate) fn delete<H: Handler<T, ()>, T: 'static>(
        &mut self,
        path: &'static str,
        access: Access,
        handler: H,
    ) {
        self.add(MethodFilter::DELETE, Method::DELETE, path, access, handler);
    }

    fn add<H: Handler<T, ()>, T: 'static>(
        &mut self,
        filter: MethodFilter,
        method: Method,
        path: &'static str,
        access: Access,
        handler: H,
    ) {
        let check = from_fn(move |request: Request, next: Next| admit(path, access, request, next));
        self.router = std::mem::take(&mut self.router).route(path, on(filter, handler).layer(check));
        self.rules.push(RouteRule { method, path, access });
    }

    /// These routes alone, for a test that brings its own.
    #[cfg(test)]
    pub(crate) fn alone(self) -> Router {
        self.router
    }

    fn all() -> Routes {
        let mut routes = Routes::default();
        routes.get("/static/{*path}", Access::Open, assets::serve);
        frame::routes(&mut routes);
        wizard::routes(&mut routes);
        entry::routes(&mut routes);
        dashboard::routes(&mut routes);
        plans::routes(&mut routes);
        queue::routes(&mut routes);
        slips::routes(&mut routes);
        routers::routes(&mut routes);
        staff::routes(&mut routes);
        audit::routes(&mut routes);
        batches::routes(&mut routes);
        vouchers::routes(&mut routes);
        prints::routes(&mut routes);
        counter::routes(&mut routes);
        sales::routes(&mut routes);
        reservations::routes(&mut routes);
        shift::routes(&mut routes);
        counters::routes(&mut routes);
        reports::routes(&mut routes);
        resellers::routes(&mut routes);
        ledger::routes(&mut routes);
        printers::routes(&mut routes);
        templates::routes(&mut routes);
        settings::routes(&mut routes);
        help::routes(&mut routes);
        about::routes(&mut routes);
        routes
    }
}

/// Every route with its rule, for the menu and for the test that tries every role on every route.
pub fn route_table() -> &'static [RouteRule] {
    static TABLE: OnceLock<Vec<RouteRule>> = OnceLock::new();
    TABLE.get_or_init(|| Routes::all().rules)
}

/// The rule of a route.
pub(crate) fn rule(method: &Method, path: &str) -> Option<&'static RouteRule> {
    route_table().iter().find(|rule| rule.method == *method && rule.path == path)
}

/// The screens of this office: driven by the window's scheme, by tests and by `serve`.
pub fn router(office: Office) -> Router {
    guarded(Routes::all().router, office)
}

/// Puts around the routes what every request must prove and every answer carries.
pub(crate) fn guarded(routes: Router, office: Office) -> Router {
    routes
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || Error::NotFound)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(guard::admit))
        .layer(CatchPanicLayer::custom(|_| Error::Fault(Fault::new("a handler panicked")).into_response()))
        .layer(from_fn(error::render))
        .layer(from_fn(guard::headers))
        .layer(from_fn(guard::trace))
        .layer(Extension(office))
}

/// The pattern a request matched, for its line in the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matched(pub(crate) &'static str);

/// Finds out who comes and lets them pass or not; what is found is kept for the handler and for error pages.
async fn admit(path: &'static str, access: Access, request: Request, next: Next) -> Response {
    let mut response = match visited(access, request).await {
        Ok((visit, Ok(request))) => with_visit(next.run(request).await, visit),
        Ok((visit, Err(error))) => with_visit(error.into_response(), visit),
        Err(fault) => Error::Fault(fault).into_response(),
    };
    response.extensions_mut().insert(Matched(path));
    response
}

fn with_visit(mut response: Response, visit: Arc<Visit>) -> Response {
    response.extensions_mut().insert(visit);
    response
}

/// Whether the page that asks was drawn for the person who is signed in now. Two pages of one browser share a session:
/// what is done at the one that still shows somebody else would be laid at the wrong door.
fn is_of(visit: &Visit, parts: &Parts) -> bool {
    match (parts.headers.get(PERSON), visit.person()) {
        (Some(shown), Some(person)) => shown.as_bytes() == person.id.to_string().as_bytes(),
        (Some(_) | None, _) => true,
    }
}

async fn visited(access: Access, request: Request) -> Result<(Arc<Visit>, Result<Request, Error>), Fault> {
    let (mut parts, body) = request.into_parts();
    let office =
        parts.extensions.get::<Office>().cloned().ok_or_else(|| Fault::new("a request without an office"))?;
    let (given, now) = (Credentials::of(&parts), office.now());
    let visit = Arc::new(office.db().reading(move |tx| Visit::load(tx, &given, now)).await?);
    if let Err(error) = access.admits(&visit) {
        return Ok((visit, Err(error)));
    }
    if !is_of(&visit, &parts) {
        return Ok((visit, Err(Error::OtherPerson)));
    }
    if access != Access::BehindLock {
        entry::touch(&office, &visit, &parts).await?;
    }
    parts.extensions.insert(Arc::clone(&visit));
    Ok((visit, Ok(Request::from_parts(parts, body))))
}
