use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::ConnectError;

/// The SHA-256 of a router's certificate, which is what its operator compares.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a certificate in DER.
    pub fn of_certificate(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }

    /// Takes the 32 bytes over.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    /// Pairs of capital digits with colons, as WinBox and browsers show them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// The text is not 32 pairs of hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a SHA-256 fingerprint")]
pub struct ParseFingerprintError;

impl FromStr for Fingerprint {
    type Err = ParseFingerprintError;

    /// Reads 64 hexadecimal digits, with or without colons and spaces.
    fn from_str(text: &str) -> Result<Self, ParseFingerprintError> {
        let mut digits = text.chars().filter(|c| !matches!(c, ':' | ' '));
        let mut digit = || digits.next().and_then(|c| c.to_digit(16)).ok_or(ParseFingerprintError);
        let mut bytes = [0; 32];
        for byte in &mut bytes {
            *byte = (digit()? * 16 + digit()?) as u8;
        }
        if digit().is_ok() || text.chars().any(|c| !c.is_ascii_hexdigit() && !matches!(c, ':' | ' ')) {
            return Err(ParseFingerprintError);
        }
        Ok(Self(bytes))
    }
}

/// Encrypts the connection, provided the router shows the pinned certificate (or any, when none is pinned).
pub(crate) async fn encrypt(
    stream: TcpStream,
    address: IpAddr,
    pin: Option<Fingerprint>,
) -> Result<(TlsStream<TcpStream>, Fingerprint), ConnectError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let seen = Arc::new(OnceLock::new());
    let verifier = PinnedCertificate { pin, seen: Arc::clone(&seen), provider: Arc::clone(&provider) };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::Tls(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.enable_sni = false;
    let shaken = TlsConnector::from(Arc::new(config)).connect(ServerName::from(address), stream).await;
    match (shaken, seen.get().copied(), pin) {
        (_, Some(seen), Some(pinned)) if seen != pinned => {
            Err(ConnectError::CertificateChanged { pinned, seen })
        }
        (Ok(stream), Some(seen), _) => Ok((stream, seen)),
        (Ok(_), None, _) => Err(ConnectError::Tls("the router showed no certificate".into())),
        (Err(error), _, _) => Err(ConnectError::Tls(error.to_string())),
    }
}

/// Trusts one certificate by its fingerprint. Names and dates are not looked at: routers sign their own certificates
/// and many have no clock. That the router holds the certificate's key is proven by the handshake as ever.
#[derive(Debug)]
struct PinnedCertificate {
    pin: Option<Fingerprint>,
    seen: Arc<OnceLock<Fingerprint>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinnedCertificate {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let seen = *self.seen.get_or_init(|| Fingerprint::of_certificate(end_entity));
        match self.pin {
            Some(pinned) if pinned != seen => {
                Err(rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
            }
            Some(_) | None => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_back_what_it_prints() {
        let fingerprint = Fingerprint::of_certificate(b"certificate");
        let shown = fingerprint.to_string();
        assert_eq!(shown.len(), 95);
        assert_eq!(shown.parse(), Ok(fingerprint));
        assert_eq!(shown.replace(':', "").to_lowercase().parse(), Ok(fingerprint));
    }

    #[test]
    fn what_is_not_32_pairs_of_digits_is_no_fingerprint() {
        for wrong in ["", "AB:CD", &"0".repeat(63), &"0".repeat(65), &"0".repeat(66), &"g".repeat(64)] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(ParseFingerprintError), "{wrong}");
        }
    }
}
