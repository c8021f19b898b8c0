//! The screens over HTTP, with clients that mean well and clients that do not.

use crate::browser::Served;
use crate::console::run;
use axum::routing::get;
use axum::{Extension, Router};
use karcis_app::serve::{MOST_CONNECTIONS, Patience, serve};
use karcis_web::Caller;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

#[tokio::test]
async fn the_first_line_is_the_address_and_the_system_can_end_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let (served, reply) = tokio::task::spawn_blocking(move || {
        let mut served = Served::open(&data, &[]);
        let reply = served.get("/");
        (served, reply)
    })
    .await
    .unwrap();
    assert_eq!(served.first_line, format!("http://{}/", served.host));
    assert!(served.host.starts_with("127.0.0.1:"), "{}", served.host);
    assert_eq!((reply.status, reply.header("x-content-type-options")), (200, "nosniff"));
    let second = run(&["serve", "--data", folder.path().to_str().unwrap()]).await;
    assert_eq!((second.code, second.out.as_str()), (Some(2), ""), "{second:?}");
    assert!(second.err.contains("Another Karcis is using the data folder"), "{second:?}");
    let (ended, printed) = tokio::task::spawn_blocking(|| served.end()).await.unwrap();
    assert!(ended.success() || cfg!(windows), "{ended:?} {printed}");
    let logs: Vec<_> = std::fs::read_dir(folder.path().join("logs")).unwrap().collect();
    assert_eq!(logs.len(), 1);
}

#[tokio::test]
async fn addresses_others_can_reach_need_a_yes_and_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let refused = run(&["serve", "--data", data, "--listen", "0.0.0.0:0"]).await;
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("--allow-lan"), "{refused:?}");
    let nameless = run(&["serve", "--data", data, "--listen", "0.0.0.0:0", "--allow-lan"]).await;
    assert_eq!(nameless.code, Some(2), "{nameless:?}");
    assert!(nameless.err.contains("--host"), "{nameless:?}");
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = run(&["serve", "--data", data, "--listen", &taken.local_addr().unwrap().to_string()]).await;
    assert_eq!(taken.code, Some(2), "{taken:?}");
    assert!(taken.err.contains("cannot be used"), "{taken:?}");
}

const SHORT: Duration = Duration::from_millis(150);
/// Longer than any machine keeps us waiting: only what a test is about ends sooner.
const LONG: Duration = Duration::from_secs(60);
const PATIENT: Patience = Patience { head: LONG, request: LONG, stall: LONG };

struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

async fn server(patience: Patience) -> Server {
    let router = Router::new()
        .route("/", get(async || "ya"))
        .route("/large", get(async || vec![b'x'; 64 * 1024 * 1024]))
        .route("/caller", get(async |Extension(caller): Extension<Caller>| caller.0.to_string()))
        .route("/never", get(async || std::future::pending::<()>().await))
        .route("/body", axum::routing::post(async |body: axum::body::Bytes| body.len().to_string()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    Server { address, stop, running: tokio::spawn(serve(listener, router, patience, stopped)) }
}

async fn asked(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Whoever was let go already hears nothing.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut reply = Vec::new();
    let _ = timeout(LONG, stream.read_to_end(&mut reply)).await;
    String::from_utf8_lossy(&reply).into_owned()
}

const PLAIN: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn the_screens_are_told_where_a_request_comes_from_and_no_header_says_otherwise() {
    let server = server(Patience::default()).await;
    let lies = "forwarded: for=10.0.0.1\r\nx-forwarded-for: 10.0.0.1\r\nx-real-ip: 10.0.0.1\r\n";
    let request = format!("GET /caller HTTP/1.1\r\nhost: x\r\n{lies}connection: close\r\n\r\n");
    assert!(asked(server.address, &request).await.ends_with("\r\n\r\n127.0.0.1"));
}

#[tokio::test]
async fn clients_that_never_finish_are_let_go_and_others_are_served() {
    let server = server(Patience { head: SHORT, ..PATIENT }).await;
    let mut silent = Vec::new();
    // One more than there is room for: the last one only comes in when an earlier one has been let go.
    for _ in 0..=MOST_CONNECTIONS {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
        silent.push(stream);
    }
    // A busy machine may make anybody too slow for this server; a browser asks again.
    let served = async { while !asked(server.address, PLAIN).await.ends_with("ya") {} };
    timeout(LONG, served).await.expect("others are served");
    for mut stream in silent {
        let mut rest = Vec::new();
        // An end, not an answer to the question that was never asked.
        let _ = stream.read_to_end(&mut rest).await;
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
}

#[tokio::test]
async fn a_body_that_never_comes_and_work_that_never_ends_are_given_up() {
    let server = server(Patience { request: SHORT, ..PATIENT }).await;
    let half =
        asked(server.address, "POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf").await;
    assert!(half.starts_with("HTTP/1.1 408"), "{half}");
    let never = asked(server.address, "GET /never HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(never.starts_with("HTTP/1.1 408"), "{never}");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_let_go() {
    let server = server(Patience { stall: SHORT, ..PATIENT }).await;
    let mut deaf = TcpStream::connect(server.address).await.unwrap();
    deaf.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert_eq!(deaf.read(&mut [0]).await.unwrap(), 1, "the answer is on its way");
    server.stop.send_replace(true);
    // The server has nobody left but the deaf one: it ends only because that one is let go.
    server.running.await.unwrap();
    let mut read = 0;
    let mut piece = vec![0; 1 << 20];
    while let Ok(count @ 1..) = deaf.read(&mut piece).await {
        read += count;
    }
    assert!(read < 64 * 1024 * 1024, "{read}");
}

#[tokio::test]
async fn a_stopped_server_lets_nobody_in() {
    let server = server(Patience::default()).await;
    assert!(asked(server.address, PLAIN).await.ends_with("ya"));
    server.stop.send_replace(true);
    server.running.await.unwrap();
    // A program that another test is just starting has a copy of the listening socket until it has begun.
    let refused = async {
        while TcpStream::connect(server.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, refused).await.expect("nobody is let in");
}
