//! What the books wish for on the router, read at the moment the engine acts.

use super::{Batch, Tag, VoucherState, store};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::settings;
use crate::values::{BatchId, Timestamp, VoucherId};

/// Whether a user should be on the router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// There, and able to log in.
    Enabled,
    /// There, but switched off.
    Disabled,
    /// Not there.
    Absent,
}

/// A hotspot user as the books wish it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserWish {
    /// Which voucher it is.
    pub voucher: VoucherId,
    /// Whether it should be there.
    pub presence: Presence,
    /// Whether the books have already seen it there.
    pub confirmed: bool,
    /// Whether somebody may hold this very code: it is bought, kept for them, or was on the router before.
    pub promised: bool,
    /// `name=`.
    pub name: String,
    /// `password=`.
    pub password: String,
    /// `comment=`, our tag.
    pub tag: Tag,
}

/// A chunk of a batch as the books wish it; the users share everything but name, password and tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkWish {
    /// The batch.
    pub batch: Batch,
    /// The users of the chunk, absent ones included.
    pub users: Vec<UserWish>,
}

/// What the books wish for one chunk.
pub fn chunk_wish(tx: &ReadTx<'_>, batch: BatchId, chunk: u32) -> Result<Option<ChunkWish>, Fault> {
    let Some(batch) = store::batch(tx, batch)? else { return Ok(None) };
    let shop = shop_tag(tx)?;
    let users = store::chunk(tx, batch.id, chunk)?;
    let users = users.into_iter().filter_map(|row| wish(row, &shop, batch.number)).collect();
    Ok(Some(ChunkWish { batch, users }))
}

/// What the books wish for one voucher.
pub fn voucher_wish(tx: &ReadTx<'_>, id: VoucherId) -> Result<Option<ChunkWish>, Fault> {
    let Some(row) = store::chunk_row(tx, id)? else { return Ok(None) };
    let Some(batch) = store::batch(tx, row.batch)? else { return Ok(None) };
    let shop = shop_tag(tx)?;
    let users = wish(row, &shop, batch.number).into_iter().collect();
    Ok(Some(ChunkWish { batch, users }))
}

/// Remembers that the first command of a batch goes out, for the estimate of when it is done.
pub fn push_started(tx: &WriteTx<'_>, batch: BatchId, now: Timestamp) -> Result<(), Fault> {
    store::push_started(tx, batch, now)
}

/// The wishes of these rows.
pub(super) fn wishes(
    tx: &ReadTx<'_>,
    rows: Vec<store::ChunkRow>,
    batch_number: i64,
) -> Result<Vec<UserWish>, Fault> {
    let shop = shop_tag(tx)?;
    Ok(rows.into_iter().filter_map(|row| wish(row, &shop, batch_number)).collect())
}

/// A rejected voucher wishes for nothing: the user of that name is not ours.
fn wish(row: store::ChunkRow, shop: &str, batch_number: i64) -> Option<UserWish> {
    let presence = match (row.state, row.disabled) {
        (VoucherState::Pending | VoucherState::OnRouter, false) => Presence::Enabled,
        (VoucherState::Pending | VoucherState::OnRouter, true) => Presence::Disabled,
        (VoucherState::Void, _) => Presence::Absent,
        (VoucherState::Rejected, _) => return None,
    };
    Some(UserWish {
        voucher: row.id,
        presence,
        confirmed: row.state == VoucherState::OnRouter,
        promised: row.standing.is_promised() || row.was_there,
        name: row.code,
        password: row.password,
        tag: Tag { shop: shop.to_owned(), batch: batch_number, voucher: row.id },
    })
}

/// Eight characters that tell this shop's users from another's on the same router.
pub(super) fn shop_tag(tx: &ReadTx<'_>) -> Result<String, Fault> {
    settings::text(tx, settings::SHOP_TAG)?.ok_or_else(|| Fault::new("the shop has no tag"))
}
