//! Effects carry ids, not wishes: the engine reads the wish when it acts, so a late note cannot apply a stale one.

use crate::fault::Fault;
use crate::values::{BatchId, PlanId, RouterId, VoucherId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One thing the world is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The plan's user profile on its router is as the books say.
    EnsureProfile {
        /// Where.
        router: RouterId,
        /// Which plan.
        plan: PlanId,
    },
    /// One chunk of a batch is on its router, or gone from it, as each voucher's row says.
    EnsureVouchers {
        /// Where.
        router: RouterId,
        /// Which batch.
        batch: BatchId,
        /// Which part of it.
        chunk: u32,
    },
    /// One voucher is on its router, disabled there, or gone, as its row says.
    EnsureVoucher {
        /// Where.
        router: RouterId,
        /// Which voucher.
        voucher: VoucherId,
    },
}

/// A queue with one other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Commands to one router.
    Router(RouterId),
}

/// The text is not a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a lane")]
pub struct ParseLaneError;

impl fmt::Display for Lane {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lane::Router(id) => write!(out, "router:{id}"),
        }
    }
}

impl FromStr for Lane {
    type Err = ParseLaneError;

    fn from_str(text: &str) -> Result<Lane, ParseLaneError> {
        let id = text.strip_prefix("router:").ok_or(ParseLaneError)?;
        id.parse().map(Lane::Router).map_err(|_| ParseLaneError)
    }
}

impl Effect {
    /// The queue the effect waits in.
    pub fn lane(&self) -> Lane {
        match self {
            Effect::EnsureProfile { router, .. }
            | Effect::EnsureVouchers { router, .. }
            | Effect::EnsureVoucher { router, .. } => Lane::Router(*router),
        }
    }

    /// The effect's name in rows and logs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Effect::EnsureProfile { .. } => "ensure_profile",
            Effect::EnsureVouchers { .. } => "ensure_vouchers",
            Effect::EnsureVoucher { .. } => "ensure_voucher",
        }
    }

    /// What the effect is about: the batch, plan or voucher.
    pub fn subject(&self) -> String {
        match self {
            Effect::EnsureProfile { plan, .. } => plan.to_string(),
            Effect::EnsureVouchers { batch, .. } => batch.to_string(),
            Effect::EnsureVoucher { voucher, .. } => voucher.to_string(),
        }
    }

    pub(super) fn payload(&self) -> Result<String, Fault> {
        let payload = match self {
            Effect::EnsureProfile { router, plan } => Payload::new(*router, plan.to_string(), None),
            Effect::EnsureVouchers { router, batch, chunk } => {
                Payload::new(*router, batch.to_string(), Some(*chunk))
            }
            Effect::EnsureVoucher { router, voucher } => Payload::new(*router, voucher.to_string(), None),
        };
        Ok(serde_json::to_string(&payload)?)
    }

    pub(super) fn parse(kind: &str, payload: &str) -> Result<Effect, Fault> {
        let payload: Payload = serde_json::from_str(payload)?;
        let router = known(&payload.router)?;
        match (kind, payload.chunk) {
            ("ensure_profile", None) => Ok(Effect::EnsureProfile { router, plan: known(&payload.id)? }),
            ("ensure_vouchers", Some(chunk)) => {
                Ok(Effect::EnsureVouchers { router, batch: known(&payload.id)?, chunk })
            }
            ("ensure_voucher", None) => Ok(Effect::EnsureVoucher { router, voucher: known(&payload.id)? }),
            _ => Err(Fault::new(format!("an effect {kind:?} of no known kind"))),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Payload {
    router: String,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chunk: Option<u32>,
}

impl Payload {
    fn new(router: RouterId, id: String, chunk: Option<u32>) -> Payload {
        Payload { router: router.to_string(), id, chunk }
    }
}

fn known<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::new("an effect with a broken id"))
}
