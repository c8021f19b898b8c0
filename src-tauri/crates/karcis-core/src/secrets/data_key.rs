//! The key that seals, and what it sealed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use rand::CryptoRng;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The 32 bytes that seal every secret of these books.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; DataKey::LENGTH]);

/// A text that came out of a seal; wiped from memory when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

/// Why a sealed text does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is not something that was sealed here.
    #[error("not a sealed text")]
    NotSealed,
    /// Sealed under another key, for another purpose, or changed since; these look alike.
    #[error("the key does not open this")]
    DoesNotOpen,
}

/// The text is not a data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a data key")]
pub struct ParseDataKeyError;

/// Version 1: XChaCha20-Poly1305, 24 bytes of nonce, then the ciphertext with its tag.
const VERSION: u8 = 1;
const NONCE: usize = 24;

impl DataKey {
    const LENGTH: usize = 32;

    /// A fresh key.
    pub fn new(rng: &mut dyn CryptoRng) -> DataKey {
        let mut bytes = [0_u8; DataKey::LENGTH];
        rng.fill_bytes(&mut bytes);
        DataKey(bytes)
    }

    /// Seals `plain` for one purpose, named by `what` (such as `router:<id>`): it opens for no other.
    pub fn seal(&self, what: &str, plain: &str, rng: &mut dyn CryptoRng) -> String {
        STANDARD.encode(self.seal_bytes(what, plain.as_bytes(), rng))
    }

    /// Opens what was sealed under this key for this purpose.
    pub fn open(&self, what: &str, sealed: &str) -> Result<Secret, SealError> {
        let sealed = STANDARD.decode(sealed).map_err(|_| SealError::NotSealed)?;
        let plain = self.open_bytes(what, &sealed)?;
        let plain = std::str::from_utf8(&plain).map_err(|_| SealError::NotSealed)?;
        Ok(Secret(plain.to_owned()))
    }

    /// The key as text, for the system's keyring and nowhere else.
    pub fn to_text(&self) -> Secret {
        Secret(STANDARD.encode(self.0))
    }

    /// The key that [`DataKey::to_text`] wrote.
    pub fn parse(text: &str) -> Result<DataKey, ParseDataKeyError> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| ParseDataKeyError)?);
        DataKey::from_slice(&bytes).ok_or(ParseDataKeyError)
    }

    pub(super) fn from_slice(bytes: &[u8]) -> Option<DataKey> {
        bytes.try_into().ok().map(DataKey)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn seal_bytes(&self, what: &str, plain: &[u8], rng: &mut dyn CryptoRng) -> Vec<u8> {
        let mut nonce = XNonce::default();
        rng.fill_bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: &purpose(what) };
        let sealed = self.cipher().encrypt(&nonce, payload);
        let sealed = sealed.expect("only texts beyond 256 GiB are too long to seal");
        [&[VERSION], nonce.as_slice(), &sealed].concat()
    }

    pub(super) fn open_bytes(&self, what: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError::NotSealed)?;
        if *version != VERSION {
            return Err(SealError::NotSealed);
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(SealError::NotSealed)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| SealError::NotSealed)?;
        let payload = Payload { msg: sealed, aad: &purpose(what) };
        self.cipher().decrypt(&nonce, payload).map(Zeroizing::new).map_err(|_| SealError::DoesNotOpen)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }
}

/// The associated data: the version is part of it, so that a seal cannot be passed off as an older kind.
fn purpose(what: &str) -> Vec<u8> {
    [&[VERSION], what.as_bytes()].concat()
}

impl Secret {
    /// The text itself, for the one place that needs it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("DataKey(..)")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(..)")
    }
}
