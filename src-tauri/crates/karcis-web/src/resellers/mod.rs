//! Resellers: who sells our vouchers on, what was handed to them, what they owe.

mod form;
mod hand_over;
mod list;
mod page;
mod settle;
mod take_back;

use crate::access::Access;
use crate::error::Error;
use crate::routes::Routes;
use crate::texts::Refusal;
use karcis_core::resellers::{HandoverError, ResellerError, SettleError};
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::ResellerId;

/// What resellers owe is income that has not come yet.
const READ: Access = Access::May(Permission::new(Area::Report, Deed::Read));
const CHANGE: Access = Access::May(MAY_CHANGE);
pub(crate) const MAY_CHANGE: Permission = Permission::new(Area::Counter, Deed::Update);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/resellers", READ, list::page);
    routes.get("/resellers/new", CHANGE, form::add_page);
    routes.post("/resellers", CHANGE, form::add);
    routes.get("/resellers/{id}", READ, page::page);
    routes.get("/resellers/{id}/edit", CHANGE, form::edit_page);
    routes.post("/resellers/{id}", CHANGE, form::change);
    routes.post("/resellers/{id}/archive", CHANGE, form::archive);
    routes.post("/resellers/{id}/restore", CHANGE, form::restore);
    routes.post("/resellers/{id}/settle", CHANGE, settle::settle);
    routes.get("/handovers/{id}/take-back", CHANGE, take_back::dialog);
    routes.post("/handovers/{id}/take-back", CHANGE, take_back::take_back);
    routes.get("/batches/{id}/hand-over", CHANGE, hand_over::page);
    routes.post("/batches/{id}/hand-over", CHANGE, hand_over::hand_over);
}

fn known(id: &str) -> Result<ResellerId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

fn refused(error: ResellerError, name: &str, desk: &crate::desk::Desk) -> Error {
    match error {
        ResellerError::Unknown => Error::NotFound,
        ResellerError::BadName => Error::Refused(Refusal::R841),
        ResellerError::BadPhone => Error::Refused(Refusal::R842),
        ResellerError::NameTaken => Error::Refused(Refusal::R843 { name: name.to_owned() }),
        ResellerError::NotSettled { owed } => {
            Error::Refused(Refusal::R844 { amount: desk.format.money(owed) })
        }
        ResellerError::Fault(fault) => Error::Fault(fault),
    }
}

fn not_handed(error: HandoverError, desk: &crate::desk::Desk) -> Error {
    match error {
        HandoverError::UnknownReseller => Error::Refused(Refusal::R845),
        HandoverError::UnknownBatch => Error::NotFound,
        HandoverError::NothingLeft => Error::Refused(Refusal::R846),
        HandoverError::Practice => Error::Refused(Refusal::R847),
        HandoverError::TooOld => Error::Refused(Refusal::R837),
        HandoverError::NotOnRouter { count } => {
            Error::Refused(Refusal::R848 { count: desk.format.count(count) })
        }
        HandoverError::TooMuch => Error::Refused(Refusal::R836),
        HandoverError::Fault(fault) => Error::Fault(fault),
    }
}

fn not_settled(error: SettleError, desk: &crate::desk::Desk) -> Error {
    match error {
        SettleError::Unknown => Error::NotFound,
        SettleError::NoAmount => Error::Refused(Refusal::R511),
        SettleError::TooMuch { owed } => Error::Refused(Refusal::R849 { amount: desk.format.money(owed) }),
        SettleError::NoShift => Error::Refused(Refusal::R839),
        SettleError::BadNote => Error::Refused(Refusal::R613),
        SettleError::NeedsApproval { count } => {
            Error::Refused(Refusal::R840 { count: desk.format.count(count) })
        }
        SettleError::NothingLeft => Error::Refused(Refusal::R838),
        SettleError::Fault(fault) => Error::Fault(fault),
    }
}
