#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]

use std::sync::Arc;

use proptest::prelude::*;
use routeros_sim::{Sim, TlsMode, Version};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{RawClient, kinds, logged_in};

#[tokio::test]
async fn a_snapshot_brings_everything_back() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    client.ask(&["/ip/hotspot/user/profile/add", "=name=day", "=rate-limit=1M/2M"]).await;
    for number in 0..50 {
        sim.add_user(&format!("u{number}"), &[("profile", "day"), ("comment", "caf\u{e9} | 1")]).unwrap();
    }
    sim.remove_user("u7").unwrap();
    sim.set_identity("Warung");
    let text = serde_json::to_string(&sim.snapshot()).unwrap();

    let other = Sim::builder().build();
    other.restore(&serde_json::from_str(&text).unwrap()).unwrap();
    for menu in ["/ip/hotspot/user", "/ip/hotspot/user/profile", "/system/identity", "/user", "/ip/service"] {
        assert_eq!(other.rows(menu), sim.rows(menu), "{menu}");
    }
    assert_eq!(other.revision(), sim.revision());
    assert_eq!(other.add_user("new", &[]), sim.add_user("new", &[]), "ids go on where they were");
    assert_eq!(other.snapshot()["tables"], sim.snapshot()["tables"]);
}

#[test]
fn what_is_no_snapshot_changes_nothing() {
    let sim = Sim::builder().build();
    sim.add_user("a", &[]).unwrap();
    for wrong in [
        serde_json::json!({}),
        serde_json::json!({ "format": 2, "tables": {} }),
        serde_json::json!({ "format": 1, "tables": { "/nowhere": {} } }),
        serde_json::json!({ "format": 1, "tables": { "/ip/hotspot/user": { "rows": [{ ".id": "x" }] } } }),
    ] {
        assert!(sim.restore(&wrong).is_err(), "{wrong}");
    }
    assert_eq!(sim.user_count(), 1);
}

#[test]
fn the_revision_grows_with_the_configuration_only() {
    let sim = Sim::builder().build();
    assert_eq!(sim.revision(), 0);
    sim.add_user("a", &[]).unwrap();
    sim.rename_user("a", "b").unwrap();
    assert_eq!(sim.revision(), 2);
    assert!(sim.add_user("b", &[]).is_err());
    sim.add("/ip/hotspot/active", &[("user", "b"), ("address", "10.5.50.9")]).unwrap();
    assert_eq!(sim.revision(), 2, "who is online is not configuration");
    sim.remove_user("b").unwrap();
    assert_eq!(sim.revision(), 3);
}

#[tokio::test]
async fn other_computers_cannot_reach_it_unless_that_is_wished() {
    let refused = Sim::builder().build().listen("0.0.0.0:0").await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn the_router_stops_with_its_last_handle() {
    let (sim, address, mut client) = logged_in(Sim::builder()).await;
    let second = sim.clone();
    drop(sim);
    assert_eq!(kinds(&client.ask(&["/system/identity/print"]).await), ["!re", "!done"]);
    drop(second);
    assert!(client.is_closed().await);
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_new_certificate_has_a_new_fingerprint() {
    let sim = Sim::builder().credentials("admin", "secret").build();
    let address = sim.listen_tls("127.0.0.1:0", TlsMode::SelfSigned).await.unwrap();
    let first = tls_login(address).await.unwrap();
    assert_eq!(first, sim.fingerprint().unwrap());
    let second = sim.replace_certificate().unwrap();
    assert_ne!(first, second);
    assert_eq!(tls_login(address).await.unwrap(), second);
    assert_eq!(sim.rows("/user/active").iter().filter(|row| row["via"] != "api-ssl").count(), 0);
}

#[tokio::test]
async fn without_a_certificate_tls_cannot_begin() {
    let sim = Sim::builder().credentials("admin", "secret").build();
    let address = sim.listen_tls("127.0.0.1:0", TlsMode::NoCert).await.unwrap();
    let refused = tls_login(address).await.unwrap_err();
    assert!(refused.to_string().contains("HandshakeFailure"), "{refused}");
}

/// Logs in over TLS and returns the fingerprint of the certificate that was shown.
async fn tls_login(address: std::net::SocketAddr) -> std::io::Result<String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone(provider)))
        .with_no_client_auth();
    let name = ServerName::try_from("router.lan").unwrap();
    let socket = TcpStream::connect(address).await?;
    let stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, socket).await?;
    let certificate = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
    let mut client = RawClient { stream, deadline: true };
    let replies = client.ask(&["/login", "=name=admin", "=password=secret"]).await;
    assert_eq!(kinds(&replies), ["!done"]);
    Ok(Sha256::digest(certificate).iter().map(|byte| format!("{byte:02x}")).collect())
}

#[derive(Debug)]
struct Anyone(Arc<rustls::crypto::CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_and_no_words_break_the_router(
        bytes: Vec<u8>,
        commands in prop::collection::vec(prop::collection::vec(word(), 1..6), 0..8),
        version in prop::sample::select(Version::ALL.to_vec()),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // A login by challenge would hide the commands from the old release; it is given none.
            let version = version.max(Version::V6_49_10);
            let (sim, address, mut client) = logged_in(Sim::builder().version(version)).await;
            let mut sentences = Vec::new();
            for words in &commands {
                crate::client::push_sentence(&mut sentences, &words.iter().map(String::as_str).collect::<Vec<_>>());
            }
            client.stream.write_all(&sentences).await.unwrap();
            let _ = client.stream.write_all(&bytes).await;
            let _ = client.stream.shutdown().await;
            while client.reply().await.is_some() {}
            let mut other = RawClient::log_in(address).await;
            assert_eq!(kinds(&other.ask(&["/system/clock/print"]).await), ["!re", "!done"]);
            drop(sim);
        });
    }
}

fn word() -> impl Strategy<Value = String> {
    let path = prop::sample::select(vec![
        "/ip/hotspot/user/add",
        "/ip/hotspot/user/set",
        "/ip/hotspot/user/print",
        "/ip/hotspot/user/remove",
        "/ip/hotspot/user/profile/unset",
        "/ip/hotspot/host/listen",
        "/cancel",
        "/system/clock/set",
        "/ip/hotspot/add",
        "/log/print",
        "/ip/hotspot/user/comment",
    ]);
    prop_oneof![
        path.prop_map(str::to_owned),
        "=(name|profile|limit-uptime|limit-bytes-in|\\.id|numbers|date|time|mac-address|value-name|comment)=.{0,12}",
        "=(\\.id|numbers)=\\*[0-3](,\\*[0-3])?",
        "[?=.].{0,10}",
    ]
}
