//! Effects carry ids, not wishes: the engine reads the wish when it acts, so a late note cannot apply a stale one.

use crate::fault::Fault;
use crate::values::{BatchId, PlanId, PrinterId, RouterId, SlipId, VoucherId};
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
    /// What the router may have lost in a restart was looked for, and is owed again where it is gone.
    LookBack {
        /// Where.
        router: RouterId,
    },
    /// One slip is on paper, or known not to be.
    PrintSlip {
        /// Where.
        printer: PrinterId,
        /// Which slip.
        slip: SlipId,
    },
}

/// A queue with one other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Commands to one router.
    Router(RouterId),
    /// Slips for one printer.
    Printer(PrinterId),
}

/// The text is not a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a lane")]
pub struct ParseLaneError;

impl fmt::Display for Lane {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lane::Router(id) => write!(out, "router:{id}"),
            Lane::Printer(id) => write!(out, "printer:{id}"),
        }
    }
}

impl FromStr for Lane {
    type Err = ParseLaneError;

    fn from_str(text: &str) -> Result<Lane, ParseLaneError> {
        let lane = match text.split_once(':') {
            Some(("router", id)) => id.parse().map(Lane::Router),
            Some(("printer", id)) => id.parse().map(Lane::Printer),
            Some(_) | None => return Err(ParseLaneError),
        };
        lane.map_err(|_| ParseLaneError)
    }
}

impl Effect {
    /// The queue the effect waits in.
    pub fn lane(&self) -> Lane {
        match self {
            Effect::EnsureProfile { router, .. }
            | Effect::EnsureVouchers { router, .. }
            | Effect::EnsureVoucher { router, .. }
            | Effect::LookBack { router } => Lane::Router(*router),
            Effect::PrintSlip { printer, .. } => Lane::Printer(*printer),
        }
    }

    /// The effect's name in rows and logs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Effect::EnsureProfile { .. } => "ensure_profile",
            Effect::EnsureVouchers { .. } => "ensure_vouchers",
            Effect::EnsureVoucher { .. } => "ensure_voucher",
            Effect::LookBack { .. } => "look_back",
            Effect::PrintSlip { .. } => "print_slip",
        }
    }

    /// What the effect is about: the batch, plan, voucher, router or slip.
    pub fn subject(&self) -> String {
        match self {
            Effect::EnsureProfile { plan, .. } => plan.to_string(),
            Effect::EnsureVouchers { batch, .. } => batch.to_string(),
            Effect::EnsureVoucher { voucher, .. } => voucher.to_string(),
            Effect::LookBack { router } => router.to_string(),
            Effect::PrintSlip { slip, .. } => slip.to_string(),
        }
    }

    pub(super) fn payload(&self) -> Result<String, Fault> {
        let id = self.subject();
        let payload = match self {
            Effect::EnsureProfile { router, .. }
            | Effect::EnsureVoucher { router, .. }
            | Effect::LookBack { router } => {
                Payload { router: Some(router.to_string()), printer: None, id, chunk: None }
            }
            Effect::EnsureVouchers { router, chunk, .. } => {
                Payload { router: Some(router.to_string()), printer: None, id, chunk: Some(*chunk) }
            }
            Effect::PrintSlip { printer, .. } => {
                Payload { router: None, printer: Some(printer.to_string()), id, chunk: None }
            }
        };
        Ok(serde_json::to_string(&payload)?)
    }

    pub(super) fn parse(kind: &str, payload: &str) -> Result<Effect, Fault> {
        let payload: Payload = serde_json::from_str(payload)?;
        let id = &payload.id;
        match (kind, &payload.router, &payload.printer, payload.chunk) {
            ("ensure_profile", Some(router), None, None) => {
                Ok(Effect::EnsureProfile { router: known(router)?, plan: known(id)? })
            }
            ("ensure_vouchers", Some(router), None, Some(chunk)) => {
                Ok(Effect::EnsureVouchers { router: known(router)?, batch: known(id)?, chunk })
            }
            ("ensure_voucher", Some(router), None, None) => {
                Ok(Effect::EnsureVoucher { router: known(router)?, voucher: known(id)? })
            }
            ("look_back", Some(router), None, None) => Ok(Effect::LookBack { router: known(router)? }),
            ("print_slip", None, Some(printer), None) => {
                Ok(Effect::PrintSlip { printer: known(printer)?, slip: known(id)? })
            }
            _ => Err(Fault::new(format!("an effect {kind:?} of no known kind"))),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Payload {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    router: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    printer: Option<String>,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chunk: Option<u32>,
}

fn known<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::new("an effect with a broken id"))
}
