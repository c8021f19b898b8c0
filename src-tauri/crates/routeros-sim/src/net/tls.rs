//! The router's certificate.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::world::hex;

/// How the TLS port answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TlsMode {
    /// With a self-signed certificate, as after an operator has made one on the router.
    SelfSigned,
    /// With a self-signed certificate that ran out years ago.
    Expired,
    /// With a self-signed certificate for another name.
    WrongName,
    /// Without any certificate, the default of a real router: the handshake fails.
    NoCert,
}

/// A certificate could not be made.
#[derive(Debug, Error)]
#[error("no certificate could be made: {0}")]
pub struct CertificateError(String);

#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) fingerprint: String,
}

impl Identity {
    pub(crate) fn new(mode: TlsMode) -> Result<Identity, CertificateError> {
        let wrong = |error: &dyn std::fmt::Display| CertificateError(error.to_string());
        let signing_key = KeyPair::generate().map_err(|error| wrong(&error))?;
        let name = if mode == TlsMode::WrongName { "somewhere-else.lan" } else { "router.lan" };
        let mut params = CertificateParams::new(vec![name.to_owned()]).map_err(|error| wrong(&error))?;
        if mode == TlsMode::Expired {
            params.not_before = date_time_ymd(2019, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let cert = params.self_signed(&signing_key).map_err(|error| wrong(&error))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(&error))?
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .map_err(|error| wrong(&error))?;
        Ok(Identity { config: Arc::new(config), fingerprint: hex(&Sha256::digest(cert.der())) })
    }
}
