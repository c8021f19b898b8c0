//! Against a feed on this machine, through the updater itself; nothing is installed.

use std::io::Cursor;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use karcis_app::updates::{Computer, Updates};
use karcis_web::{UpdateStanding, Updater as _};
use minisign::KeyPair;
use serde_json::{Value, json};
use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const INSTALLER: &[u8] = b"MZ the new program, which is a little longer than a packet of nothing at all";
/// The version that the pretended program says it is.
const RUNNING: &str = "0.1.0";

struct Signer(KeyPair);

impl Signer {
    fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().unwrap())
    }

    fn key(&self) -> String {
        BASE64_STANDARD.encode(self.0.pk.to_box().unwrap().into_string())
    }

    fn sign(&self, bytes: &[u8], version: &str) -> String {
        let file = if cfg!(windows) { "_x64-setup.exe" } else { "_amd64.deb" };
        let comment = format!("timestamp:1795147200\tfile:karcis_{version}{file}\tversion:{version}");
        let signed = minisign::sign(None, &self.0.sk, Cursor::new(bytes), Some(&comment), None).unwrap();
        BASE64_STANDARD.encode(signed.into_string())
    }
}

fn app(key: &str) -> (tauri::App<MockRuntime>, Arc<PluginCarrier<MockRuntime>>) {
    let mut context = mock_context(noop_assets());
    let config = json!({ "pubkey": "", "requireSignedVersion": true });
    context.config_mut().plugins.0.insert("updater".to_owned(), config);
    let app = mock_builder().plugin(tauri_plugin_updater::Builder::new().build()).build(context).unwrap();
    let carrier = PluginCarrier::new(app.handle().clone(), key, Arc::default());
    (app, Arc::new(carrier))
}

/// Serves a description and an installer on this machine; answers the feed's address.
async fn serve(describe: impl FnOnce(&str) -> (StatusCode, String), installer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (status, text) = describe(&base);
    let routes = Router::new()
        .route("/latest.json", get(async move || (status, text)))
        .route("/karcis", get(async move || installer));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("{base}/latest.json")
}

fn this_computer() -> String {
    format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
}

fn described(version: &str, url: &str, signature: &str, computer: &str) -> Value {
    json!({
        "version": version,
        "notes": "Lebih cepat",
        "platforms": { computer: { "url": url, "signature": signature } },
    })
}

/// How far an update comes that this feed offers to a program that trusts this key.
async fn carried(key: &str, feed: &str) -> UpdateStanding {
    let (_app, carrier) = app(key);
    let running = RUNNING.parse().unwrap();
    let updates = Updates::new(carrier, Some(key), Computer::this(), running);
    updates.look_now(feed).await;
    updates.fetch_now().await;
    updates.standing()
}

async fn offered(signer: &Signer, version: &str, signature: &str, installer: &[u8]) -> UpdateStanding {
    let describe = |base: &str| {
        let answer = described(version, &format!("{base}/karcis"), signature, &this_computer());
        (StatusCode::OK, answer.to_string())
    };
    carried(&signer.key(), &serve(describe, installer.to_vec()).await).await
}

fn failed(trouble: UpdateTrouble) -> UpdateStanding {
    UpdateStanding::Failed(trouble)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_of_ours_is_found_fetched_and_ready() {
    let signer = Signer::new();
    let standing = offered(&signer, "0.2.0", &signer.sign(INSTALLER, "0.2.0"), INSTALLER).await;
    let UpdateStanding::Ready(release) = standing else { panic!("{standing:?}") };
    assert_eq!((release.version.as_str(), release.notes.as_str()), ("0.2.0", "Lebih cepat"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_cut_off_or_signed_by_somebody_else_is_refused() {
    let signer = Signer::new();
    let good = signer.sign(INSTALLER, "0.2.0");
    let tampered = [b"X", &INSTALLER[1..]].concat();
    assert_eq!(offered(&signer, "0.2.0", &good, &tampered).await, failed(UpdateTrouble::NotGenuine));
    assert_eq!(offered(&signer, "0.2.0", &good, &INSTALLER[..20]).await, failed(UpdateTrouble::NotGenuine));
    let foreign = Signer::new().sign(INSTALLER, "0.2.0");
    assert_eq!(offered(&signer, "0.2.0", &foreign, INSTALLER).await, failed(UpdateTrouble::NotGenuine));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_is_no_update_and_an_old_installer_under_a_new_number_is_refused() {
    let signer = Signer::new();
    for version in ["0.0.9", RUNNING] {
        let standing = offered(&signer, version, &signer.sign(INSTALLER, version), INSTALLER).await;
        assert_eq!(standing, UpdateStanding::Newest, "{version}");
    }
    let old = signer.sign(INSTALLER, "0.0.9");
    assert_eq!(offered(&signer, "0.2.0", &old, INSTALLER).await, failed(UpdateTrouble::OtherVersion));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_without_an_installer_for_this_computer_has_none() {
    let signer = Signer::new();
    let signature = signer.sign(INSTALLER, "0.2.0");
    let describe = |base: &str| {
        let answer = described("0.2.0", &format!("{base}/karcis"), &signature, "amiga-m68k");
        (StatusCode::OK, answer.to_string())
    };
    let feed = serve(describe, INSTALLER.to_vec()).await;
    assert_eq!(carried(&signer.key(), &feed).await, failed(UpdateTrouble::OtherComputer));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_says_nothing_useful_is_told_apart_from_one_that_does_not_answer() {
    let key = Signer::new().key();
    let says = async |status: StatusCode, text: &str| {
        let feed = serve(|_| (status, text.to_owned()), Vec::new()).await;
        carried(&key, &feed).await
    };
    assert_eq!(says(StatusCode::NOT_FOUND, "").await, failed(UpdateTrouble::Nothing));
    assert_eq!(says(StatusCode::INTERNAL_SERVER_ERROR, "{}").await, failed(UpdateTrouble::Nothing));
    assert_eq!(says(StatusCode::NO_CONTENT, "").await, UpdateStanding::Newest);
    for garbage in ["", "<html>", "{}", "{\"version\":\"zwei\"}", "[1,2"] {
        assert_eq!(says(StatusCode::OK, garbage).await, failed(UpdateTrouble::Unreadable), "{garbage}");
    }
    // Taken, so that nobody else gets it, and without anybody who listens.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let nobody = format!("http://{}/latest.json", taken.local_addr().unwrap());
    assert_eq!(carried(&key, &nobody).await, failed(UpdateTrouble::Unreachable));
}

/// An address whose file begins, and says of itself that it is far larger than any installer of ours.
async fn far_too_large() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/karcis", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = [0; 4096];
        assert!(stream.read(&mut asked).await.unwrap() > 0);
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\nMZ", MOST_BYTES + 1);
        stream.write_all(answer.as_bytes()).await.unwrap();
        // The other side hangs up.
        while stream.read(&mut asked).await.is_ok_and(|more| more > 0) {}
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installer_that_is_not_there_or_far_too_large_is_refused() {
    let signer = Signer::new();
    let signature = signer.sign(INSTALLER, "0.2.0");
    let at = async |url: &str| {
        let answer = described("0.2.0", url, &signature, &this_computer()).to_string();
        let feed = serve(|_| (StatusCode::OK, answer), Vec::new()).await;
        carried(&signer.key(), &feed).await
    };
    let nothing_there = serve(|_| (StatusCode::OK, String::new()), Vec::new()).await;
    assert_eq!(at(&format!("{nothing_there}/gone")).await, failed(UpdateTrouble::Nothing));
    assert_eq!(at(&far_too_large().await).await, failed(UpdateTrouble::TooLarge));
}

#[tokio::test(flavor = "multi_thread")]
async fn how_much_of_an_installer_is_here_is_told_while_it_comes() {
    let signer = Signer::new();
    let signature = signer.sign(INSTALLER, "0.2.0");
    let describe = |base: &str| {
        let answer = described("0.2.0", &format!("{base}/karcis"), &signature, &this_computer());
        (StatusCode::OK, answer.to_string())
    };
    let feed = serve(describe, INSTALLER.to_vec()).await;
    let (_app, carrier) = app(&signer.key());
    let found = Carrier::look(carrier.as_ref(), &feed).await.unwrap().unwrap();
    let here = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&here);
    let progress: Progress = Arc::new(move |got, _| told.store(got, Ordering::SeqCst));
    Carrier::fetch(carrier.as_ref(), &found, progress).await.unwrap();
    assert_eq!(here.load(Ordering::SeqCst), INSTALLER.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_updater_checks_once_more_before_it_starts_an_installer() {
    let signer = Signer::new();
    let signature = signer.sign(INSTALLER, "0.2.0");
    let (_app, carrier) = app(&signer.key());
    let description = json!({ "version": "0.2.0", "url": NOWHERE, "signature": signature });
    let found = Found {
        version: "0.2.0".to_owned(),
        notes: String::new(),
        signature,
        description: description.clone(),
    };
    let install = |bytes: &'static [u8]| Carrier::install(carrier.as_ref(), &found, bytes);
    assert_eq!(install(b"MZ something else"), Err(UpdateTrouble::NotGenuine));
    let older = json!({ "version": "0.0.9", "url": NOWHERE, "signature": found.signature });
    let older = Found { description: older, ..found.clone() };
    assert_eq!(Carrier::install(carrier.as_ref(), &older, INSTALLER), Err(UpdateTrouble::NotNewer));
}
