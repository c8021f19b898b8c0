//! Who did what, in a chain of hashes: each row seals the one before it.
//!
//! Tamper-evident, not tamper-proof: somebody who can rewrite the whole file can rewrite the chain, but not the
//! heads that were printed on paper or kept in a backup.

mod canonical;
mod store;

#[cfg(test)]
mod tests;

use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::values::{StaffId, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use canonical::canonical_json;

/// Someone answerable for a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    id: Option<StaffId>,
    name: String,
}

impl Actor {
    /// A person on the staff.
    pub fn person(id: StaffId, name: impl Into<String>) -> Actor {
        Actor { id: Some(id), name: name.into() }
    }

    /// Karcis itself, for what the engine finds out.
    pub fn karcis() -> Actor {
        Actor { id: None, name: "Karcis".to_owned() }
    }

    /// The id as kept in rows; `karcis` for the engine.
    pub fn id(&self) -> String {
        self.id.map_or_else(|| "karcis".to_owned(), |id| id.to_string())
    }

    /// The name as shown.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// One row of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Position in the chain, from 1 without a gap.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Whose deed: a staff id or `karcis`.
    pub actor_id: String,
    /// Their name at that moment.
    pub actor_name: String,
    /// What was done, such as `batch.issue`.
    pub deed: String,
    /// The kind of thing it was done to, such as `batch`.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: String,
    /// The details as canonical JSON; never a secret.
    pub detail: String,
    /// The hash of the row before, 64 zeros for the first.
    pub prev_hash: String,
    /// SHA-256 over `prev_hash` and the row's canonical JSON, in hexadecimal.
    pub hash: String,
}

/// What a look at the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// Every row seals the one before.
    Whole {
        /// How many rows.
        rows: i64,
        /// The head's first ten characters, as printed on closing slips.
        head: String,
    },
    /// The first row that does not.
    Broken {
        /// Its position.
        seq: i64,
    },
}

const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Adds a row to the chain, in the transaction of the change it tells about.
pub fn record(
    tx: &WriteTx<'_>,
    actor: &Actor,
    deed: &str,
    subject: (&str, &str),
    detail: &Value,
    now: Timestamp,
) -> Result<(), Fault> {
    let (last_seq, prev_hash) = store::head(tx)?.unwrap_or((0, GENESIS.to_owned()));
    let mut entry = Entry {
        seq: last_seq + 1,
        at: now,
        actor_id: actor.id(),
        actor_name: actor.name().to_owned(),
        deed: deed.to_owned(),
        subject_kind: subject.0.to_owned(),
        subject_id: subject.1.to_owned(),
        detail: canonical_json(detail),
        prev_hash,
        hash: String::new(),
    };
    entry.hash = seal(&entry);
    store::add(tx, &entry)
}

/// The first ten characters of the chain's newest hash, as printed on paper; all zeros before the first row.
pub fn head(tx: &ReadTx<'_>) -> Result<String, Fault> {
    let hash = store::head(tx)?.map_or_else(|| GENESIS.to_owned(), |(_, hash)| hash);
    Ok(hash.chars().take(10).collect())
}

/// Rows newest first, from before `before` on (all when missing), at most `limit`.
pub fn entries(tx: &ReadTx<'_>, before: Option<i64>, limit: u16) -> Result<Vec<Entry>, Fault> {
    store::newest(tx, before.unwrap_or(i64::MAX), limit)
}

/// Everything ever done to one thing, oldest first, at most `limit`.
pub fn history(tx: &ReadTx<'_>, subject: (&str, &str), limit: u16) -> Result<Vec<Entry>, Fault> {
    store::of_subject(tx, subject, limit)
}

/// Reads the whole chain and names the first bad row.
pub fn verify(tx: &ReadTx<'_>) -> Result<Chain, Fault> {
    let mut prev_hash = GENESIS.to_owned();
    let mut rows = 0;
    loop {
        let page = store::after(tx, rows)?;
        if page.is_empty() {
            return Ok(Chain::Whole { rows, head: prev_hash.chars().take(10).collect() });
        }
        for entry in page {
            if entry.seq != rows + 1 || entry.prev_hash != prev_hash || entry.hash != seal(&entry) {
                return Ok(Chain::Broken { seq: rows + 1 });
            }
            rows = entry.seq;
            prev_hash = entry.hash;
        }
    }
}

fn seal(entry: &Entry) -> String {
    let row = canonical_json(&json!({
        "seq": entry.seq,
        "at": entry.at.millis(),
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "deed": entry.deed,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "detail": entry.detail,
    }));
    let digest = Sha256::new().chain_update(&entry.prev_hash).chain_update(row).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
