//! The data key, kept in the books under keys that people hold.

use super::data_key::DataKey;
use super::kdf::{Cost, argon2id};
use super::recovery::RecoveryKey;
use super::store;
use crate::audit::{self, Actor};
use crate::db::{Db, ReadTx, WriteTx};
use crate::fault::Fault;
use crate::values::Timestamp;
use rand::CryptoRng;
use serde_json::json;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Whose key wraps the data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapKind {
    /// The recovery key on the owner's paper.
    Recovery,
    /// A passphrase asked for at every start, where there is no usable keyring.
    Passphrase,
}

impl WrapKind {
    /// The name as kept in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            WrapKind::Recovery => "recovery",
            WrapKind::Passphrase => "passphrase",
        }
    }

    const fn purpose(self) -> &'static str {
        match self {
            WrapKind::Recovery => "wrap:recovery",
            WrapKind::Passphrase => "wrap:passphrase",
        }
    }
}

/// The data key wrapped for one kind of key; of no use without that key.
#[derive(Clone)]
pub struct Wrap {
    pub(super) kind: WrapKind,
    pub(super) cost: Cost,
    pub(super) salt: Vec<u8>,
    pub(super) sealed: Vec<u8>,
}

impl fmt::Debug for Wrap {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Wrap").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A passphrase of 12 to 128 characters; who steals the books may guess at it for years.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

/// Why a text is not accepted as a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePassphraseError {
    /// Fewer than 12 characters.
    #[error("shorter than {} characters", Passphrase::LEAST)]
    TooShort,
    /// More than 128 characters.
    #[error("longer than {} characters", Passphrase::MOST)]
    TooLong,
    /// Fewer than five different characters.
    #[error("too few different characters")]
    TooPlain,
}

impl Passphrase {
    /// The least characters.
    pub const LEAST: usize = 12;
    /// The most characters.
    pub const MOST: usize = 128;
    const DIFFERENT: usize = 5;

    /// The passphrase somebody wants to use from now on.
    pub fn parse(text: &str) -> Result<Passphrase, ParsePassphraseError> {
        let letters: std::collections::BTreeSet<char> = text.chars().collect();
        match text.chars().count() {
            count if count < Passphrase::LEAST => Err(ParsePassphraseError::TooShort),
            count if count > Passphrase::MOST => Err(ParsePassphraseError::TooLong),
            _ if letters.len() < Passphrase::DIFFERENT => Err(ParsePassphraseError::TooPlain),
            _ => Ok(Passphrase(text.to_owned())),
        }
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Passphrase(..)")
    }
}

/// Why the data key does not come out of its wrap.
#[derive(Debug, thiserror::Error)]
pub enum UnwrapError {
    /// The key or passphrase is not the one it was wrapped under.
    #[error("not the key it was wrapped under")]
    Wrong,
    /// These books have no such wrap.
    #[error("no such wrap")]
    NoWrap,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Wraps the data key under the recovery key. Slow: made outside a transaction and kept with [`keep_wrap`].
pub fn wrap_with_recovery(
    key: &DataKey,
    recovery: &RecoveryKey,
    cost: Cost,
    rng: &mut dyn CryptoRng,
) -> Wrap {
    wrap(WrapKind::Recovery, key, recovery.as_bytes(), cost, rng)
}

/// Wraps the data key under a passphrase. Slow: made outside a transaction and kept with [`keep_wrap`].
pub fn wrap_with_passphrase(
    key: &DataKey,
    passphrase: &Passphrase,
    cost: Cost,
    rng: &mut dyn CryptoRng,
) -> Wrap {
    wrap(WrapKind::Passphrase, key, passphrase.0.as_bytes(), cost, rng)
}

/// Keeps a wrap in place of the earlier one of its kind, which opens nothing from now on.
pub fn keep_wrap(tx: &WriteTx<'_>, actor: &Actor, wrap: &Wrap, now: Timestamp) -> Result<(), Fault> {
    store::keep(tx, wrap, now)?;
    let detail = json!({ "cost": wrap.cost.to_string() });
    audit::record(tx, actor, "secrets.wrap", ("secrets", wrap.kind.as_str()), &detail, now)
}

/// Whether these books have a wrap of this kind.
pub fn has_wrap(tx: &ReadTx<'_>, kind: WrapKind) -> Result<bool, Fault> {
    Ok(store::wrap(tx, kind)?.is_some())
}

/// The data key, by the recovery key. Slow: reads the wrap, then works outside the transaction.
pub fn unwrap_with_recovery(db: &Db, recovery: &RecoveryKey) -> Result<DataKey, UnwrapError> {
    unwrap(db, WrapKind::Recovery, recovery.as_bytes())
}

/// The data key, by the passphrase. Slow: reads the wrap, then works outside the transaction.
pub fn unwrap_with_passphrase(db: &Db, passphrase: &str) -> Result<DataKey, UnwrapError> {
    unwrap(db, WrapKind::Passphrase, passphrase.as_bytes())
}

fn wrap(kind: WrapKind, key: &DataKey, known: &[u8], cost: Cost, rng: &mut dyn CryptoRng) -> Wrap {
    let mut salt = vec![0_u8; 16];
    rng.fill_bytes(&mut salt);
    let sealed = wrapping_key(known, &salt, cost).seal_bytes(kind.purpose(), key.as_bytes(), rng);
    Wrap { kind, cost, salt, sealed }
}

fn unwrap(db: &Db, kind: WrapKind, known: &[u8]) -> Result<DataKey, UnwrapError> {
    let wrap = db.read(|tx| store::wrap(tx, kind))?.ok_or(UnwrapError::NoWrap)?;
    let opened = wrapping_key(known, &wrap.salt, wrap.cost).open_bytes(kind.purpose(), &wrap.sealed);
    let bytes = opened.map_err(|_| UnwrapError::Wrong)?;
    DataKey::from_slice(&bytes).ok_or(UnwrapError::Wrong)
}

fn wrapping_key(known: &[u8], salt: &[u8], cost: Cost) -> DataKey {
    DataKey::from_slice(argon2id(known, salt, cost).as_slice())
        .expect("32 bytes are derived and 32 are a key")
}
