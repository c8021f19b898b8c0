//! Secrets at rest: sealed under one data key, which itself is kept under keys that people hold.
//!
//! The data key lives in the system's keyring, which is the program's business, and in the books it is wrapped by
//! the recovery key printed for the owner and, without a usable keyring, by a passphrase. Books that are stolen
//! without any of these give up no password.

mod data_key;
mod kdf;
mod recovery;
mod store;
mod wrap;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::settings;
use crate::values::Timestamp;
use rand::CryptoRng;
use serde_json::json;
use std::sync::{Arc, PoisonError, RwLock};

pub use data_key::{DataKey, ParseDataKeyError, SealError, Secret};
pub use kdf::Cost;
pub(crate) use kdf::argon2id;
#[cfg(test)]
pub(crate) use kdf::derivations_on_this_thread;
pub use recovery::{ParseRecoveryKeyError, RecoveryKey};
pub use wrap::{
    ParsePassphraseError, Passphrase, UnwrapError, Wrap, WrapKind, has_wrap, keep_wrap,
    unwrap_with_passphrase, unwrap_with_recovery, wrap_with_passphrase, wrap_with_recovery,
};

const CHECK_NAME: &str = "secrets.check";
const CHECK_TEXT: &str = "these are our books";

/// Why a key cannot become the key of these books.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The books already have another key, and secrets sealed under it.
    #[error("the books have another key")]
    AnotherKey,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Makes this key the one of these books, so that it is recognised later. The same key again changes nothing.
pub fn adopt(
    tx: &WriteTx<'_>,
    actor: &Actor,
    key: &DataKey,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<(), AdoptError> {
    if has_key(tx)? {
        return if is_ours(tx, key)? { Ok(()) } else { Err(AdoptError::AnotherKey) };
    }
    settings::keep(tx, CHECK_NAME, &key.seal(CHECK_NAME, CHECK_TEXT, rng))?;
    audit::record(tx, actor, "secrets.adopt", ("secrets", "data_key"), &json!({}), now)?;
    Ok(())
}

/// Whether these books have a key; false on a first start.
pub fn has_key(tx: &ReadTx<'_>) -> Result<bool, Fault> {
    Ok(settings::text(tx, CHECK_NAME)?.is_some())
}

/// Whether this is the key of these books, and not one that a keyring kept for another shop.
pub fn is_ours(tx: &ReadTx<'_>, key: &DataKey) -> Result<bool, Fault> {
    let sealed = settings::text(tx, CHECK_NAME)?;
    Ok(sealed
        .is_some_and(|sealed| key.open(CHECK_NAME, &sealed).is_ok_and(|text| text.as_str() == CHECK_TEXT)))
}

/// The data key while the program runs, shared by everyone who opens or seals; locked until somebody brings it.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    held: Arc<RwLock<Option<DataKey>>>,
}

impl Keys {
    /// Keys that nobody has brought yet.
    pub fn locked() -> Keys {
        Keys::default()
    }

    /// Brings the data key; every clone has it from now on.
    pub fn unlock(&self, key: DataKey) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }

    /// Forgets the data key.
    pub fn lock(&self) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether the data key is here.
    pub fn is_unlocked(&self) -> bool {
        self.with(|_| ()).is_some()
    }

    /// What `deed` makes of the data key; nothing while locked.
    pub fn with<T>(&self, deed: impl FnOnce(&DataKey) -> T) -> Option<T> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(deed)
    }
}
