//! The screens over HTTP, for browsers on this computer.
//!
//! A client that is slow, silent or does not read what it asked for is let go after a while, and only so many are let
//! in at once: nobody can keep the others from being served.

mod stall;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use karcis_web::Caller;
use stall::Unstalled;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

/// Connections that are open at once; a browser takes six.
pub const MOST_CONNECTIONS: usize = 256;
/// How long requests under way may take to end when the server stops.
const FAREWELL: Duration = Duration::from_secs(5);
/// The wait when the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// How long a client may keep us waiting.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request, counted from the connection or the answer before.
    pub head: Duration,
    /// For a request as a whole: its body and our work on it.
    pub request: Duration,
    /// For a client to take the next bytes of an answer.
    pub stall: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            head: Duration::from_secs(15),
            request: Duration::from_secs(120),
            stall: Duration::from_secs(30),
        }
    }
}

/// Serves until `stop` turns true, then lets requests under way end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    mut stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    while !*stop.borrow_and_update() {
        let accepted = tokio::select! {
            _ = stop.changed() => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let Some((stream, caller, permit)) = accepted else { continue };
        let connection = connection(stream, caller, router.clone(), patience);
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        tracing::warn!("a request was still under way when the server stopped");
    }
}

/// The names under which browsers on this computer address a server that listens here.
pub fn own_names(address: SocketAddr) -> Vec<String> {
    let port = address.port();
    match address {
        SocketAddr::V4(own) if own.ip().is_loopback() => vec![own.to_string(), format!("localhost:{port}")],
        SocketAddr::V6(own) if own.ip().is_loopback() => vec![own.to_string(), format!("localhost:{port}")],
        SocketAddr::V4(_) | SocketAddr::V6(_) => vec![address.to_string()],
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, Caller, OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => Some((stream, Caller(address.ip()), permit)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(NO_ROOM).await;
            None
        }
    }
}

type Connection<S> = http1::Connection<TokioIo<Unstalled<TcpStream>>, S>;

fn connection(
    stream: TcpStream,
    caller: Caller,
    router: Router,
    patience: Patience,
) -> Connection<
    impl hyper::service::HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send> + Send,
> {
    // A page is answered in one piece; waiting for more to send would only delay it.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(caller);
        answer(router.clone(), request, patience.request)
    });
    let io = TokioIo::new(Unstalled::new(stream, patience.stall));
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .serve_connection(io, answer)
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    patience: Duration,
) -> Result<Response<Body>, Infallible> {
    match tokio::time::timeout(patience, router.oneshot(request)).await {
        Ok(answered) => answered,
        Err(_) => {
            let mut late = Response::new(Body::empty());
            *late.status_mut() = StatusCode::REQUEST_TIMEOUT;
            Ok(late)
        }
    }
}
