//! Taking a plan out of use, and back into it.

use super::fields::refusal;
use super::known;
use crate::answer::{Answer, go, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use axum::extract::Path;
use karcis_core::plans;

pub(super) async fn archive(desk: Desk, Path(id): Path<String>) -> Answer {
    set(&desk, &id, true).await?;
    go("/plans")
}

pub(super) async fn restore(desk: Desk, Path(id): Path<String>) -> Answer {
    set(&desk, &id, false).await?;
    Ok(with_toast(super::list::drawn(&desk).await?, desk.t.plans.restored))
}

async fn set(desk: &Desk, id: &str, archived: bool) -> Result<(), Error> {
    let (id, actor, now) = (known(id)?, desk.actor()?, desk.now());
    let changed = desk.write(move |tx| plans::set_archived(tx, &actor, id, archived, now)).await;
    changed.map(|_| ()).map_err(refusal)
}
