//! The SQL of the key wraps.

use super::kdf::Cost;
use super::wrap::{Wrap, WrapKind};
use crate::db::{ReadTx, WriteTx, params};
use crate::fault::Fault;
use crate::values::Timestamp;

/// The column names the way as well as the cost, so that another way can come later.
const WAY: &str = "argon2id,v=19,";
const SHORTEST_SALT: usize = 16;

pub(super) fn keep(tx: &WriteTx<'_>, wrap: &Wrap, now: Timestamp) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO key_wraps (kind, kdf, salt, sealed, made_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind) DO UPDATE SET kdf = excluded.kdf, salt = excluded.salt, sealed = excluded.sealed,
             made_at = excluded.made_at",
        params![
            wrap.kind.as_str(),
            format!("{WAY}{}", wrap.cost),
            wrap.salt.as_slice(),
            wrap.sealed.as_slice(),
            now
        ],
    )?;
    Ok(())
}

pub(super) fn wrap(tx: &ReadTx<'_>, kind: WrapKind) -> Result<Option<Wrap>, Fault> {
    tx.maybe("SELECT kdf, salt, sealed FROM key_wraps WHERE kind = $1", params![kind.as_str()], |row| {
        let cost = row.text(0)?.strip_prefix(WAY).and_then(Cost::parse_stored);
        let cost = cost.ok_or_else(|| Fault::new("a key wrap is derived in an unknown way"))?;
        let salt = row.blob(1)?;
        if salt.len() < SHORTEST_SALT {
            return Err(Fault::new("a key wrap has too short a salt"));
        }
        Ok(Wrap { kind, cost, salt, sealed: row.blob(2)? })
    })
}
