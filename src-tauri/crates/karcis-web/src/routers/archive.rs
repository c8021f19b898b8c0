//! Taking a router out of use; the practice router goes with all its data.

use super::{in_use, known};
use crate::answer::{Answer, go};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Form;
use crate::texts::Refusal;
use axum::extract::Path;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::practice::{self, RemoveError};
use karcis_core::routers::Router;
use karcis_core::values::RouterId;
use karcis_core::vouchers::{self, SteerError};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ArchiveForm {
    /// The router's name, typed by hand.
    name: String,
}

/// Whether vouchers were ever made for it: then its name is typed before it goes.
pub(super) fn has_history(tx: &ReadTx<'_>, id: RouterId) -> Result<bool, Fault> {
    Ok(!vouchers::batches(tx, None, Some(id), None)?.is_empty())
}

pub(super) async fn archive(desk: Desk, Path(id): Path<String>, Form(form): Form<ArchiveForm>) -> Answer {
    let (id, actor, now, format) = (known(&id)?, desk.actor()?, desk.now(), desk.format);
    desk.write(move |tx| {
        let router = in_use(tx, id)?;
        if router.practice {
            practice::remove(tx, &actor, id, now).map_err(gone)?;
            return Ok(());
        }
        let live = vouchers::needed_on(tx, id)?;
        if !is_named(&router, &form.name) && has_history(tx, id)? && live == 0 {
            return Err(Error::Refused(Refusal::R142 { name: router.name }));
        }
        vouchers::archive_router(tx, &actor, id, now).map_err(|error| match error {
            SteerError::InUse => Error::Refused(Refusal::R141 { count: format.count(live) }),
            SteerError::Unknown => Error::NotFound,
            SteerError::TooLate | SteerError::NoReason | SteerError::Sold | SteerError::Reserved => {
                Error::Fault(Fault::new("a router was asked for a reason"))
            }
            SteerError::Fault(fault) => Error::Fault(fault),
        })
    })
    .await?;
    desk.office.engine().reconnect(id).await;
    go("/routers")
}

fn gone(error: RemoveError) -> Error {
    match error {
        RemoveError::Unknown => Error::NotFound,
        RemoveError::Fault(fault) => Error::Fault(fault),
    }
}

fn is_named(router: &Router, typed: &str) -> bool {
    typed.trim().to_lowercase() == router.name.to_lowercase()
}
