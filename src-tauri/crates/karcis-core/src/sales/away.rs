//! Selling while a router is away: asked once for an outage, then no more.

use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Circuit, Lane};
use crate::settings;
use crate::values::{RouterId, Timestamp};

/// Since when the router is away; nothing while it answers.
pub(super) fn away_since(tx: &ReadTx<'_>, router: RouterId) -> Result<Option<Timestamp>, Fault> {
    let state = outbox::lane(tx, &Lane::Router(router))?;
    Ok(match state.circuit {
        Circuit::Closed => None,
        Circuit::Open | Circuit::HalfOpen | Circuit::Blocked => {
            Some(state.open_since.unwrap_or(Timestamp::from_millis(0)))
        }
    })
}

/// Whether somebody has said already that codes may be sold in this outage.
pub(super) fn is_accepted(tx: &ReadTx<'_>, router: RouterId, since: Timestamp) -> Result<bool, Fault> {
    Ok(settings::text(tx, &name(router))? == Some(since.millis().to_string()))
}

/// Remembers it for everybody, until the router has been back.
pub(super) fn accept(tx: &WriteTx<'_>, router: RouterId, since: Timestamp) -> Result<(), Fault> {
    settings::keep(tx, &name(router), &since.millis().to_string())
}

fn name(router: RouterId) -> String {
    format!("counter.waiting_accepted.{router}")
}
