//! Vouchers: finding one among hundreds of thousands, its page, taking it back or switching it off.

mod find;
mod login;
mod page;
mod stand;
mod steer;
mod timeline;
mod usage;

use crate::access::Access;
use crate::desk::Desk;
use crate::error::Error;
use crate::routes::Routes;
use crate::staff::Chip;
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::{RouterId, VoucherId};
use karcis_core::vouchers::Voucher;
pub(crate) use stand::Stand;

const READ: Access = Access::May(Permission::new(Area::Voucher, Deed::Read));
const MAY_CREATE: Permission = Permission::new(Area::Voucher, Deed::Create);
const MAY_UPDATE: Permission = Permission::new(Area::Voucher, Deed::Update);
const UPDATE: Access = Access::May(MAY_UPDATE);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/vouchers", READ, find::page);
    routes.get("/vouchers/find", READ, find::part);
    routes.get("/vouchers/open", READ, find::open);
    routes.get("/vouchers/{id}", READ, page::page);
    routes.get("/vouchers/{id}/part", READ, page::part);
    routes.get("/vouchers/{id}/usage", READ, usage::part);
    routes.get("/vouchers/{id}/void", UPDATE, steer::ask);
    routes.post("/vouchers/{id}/void", UPDATE, steer::void);
    routes.post("/vouchers/{id}/disable", UPDATE, steer::disable);
    routes.post("/vouchers/{id}/enable", UPDATE, steer::enable);
}

fn known(id: &str) -> Result<VoucherId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// The number on the card: the batch and the place in it, by which a person finds the sheet it was cut from.
pub(crate) fn serial(batch_number: i64, serial: u32) -> String {
    format!("{batch_number}-{serial:04}")
}

/// A voucher in a list.
#[derive(Debug)]
pub(crate) struct VoucherRow {
    pub(crate) address: String,
    pub(crate) code: String,
    pub(crate) state: Chip,
    pub(crate) plan: String,
    pub(crate) batch: i64,
    pub(crate) batch_address: String,
    pub(crate) serial: String,
    pub(crate) created: String,
    pub(crate) practice: bool,
}

impl VoucherRow {
    /// One row; `practice` is the practice router, if there is one.
    pub(crate) fn of(voucher: &Voucher, practice: Option<RouterId>, desk: &Desk) -> VoucherRow {
        VoucherRow {
            address: format!("/vouchers/{}", voucher.id),
            code: karcis_print::grouped(&voucher.code),
            state: stand::chip(voucher, desk.t),
            plan: voucher.plan_name.clone(),
            batch: voucher.batch_number,
            batch_address: format!("/batches/{}", voucher.batch),
            serial: serial(voucher.batch_number, voucher.serial),
            created: desk.format.moment(voucher.created_at),
            practice: practice == Some(voucher.router),
        }
    }
}
