//! Plans: what is sold, how its codes look, and whether its profile is on the router.

mod amounts;
mod archive;
mod fields;
mod form;
mod list;
mod shown;
mod strength;

pub(crate) use shown::limits;

use crate::access::Access;
use crate::error::Error;
use crate::routes::Routes;
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::PlanId;

const READ: Permission = Permission::new(Area::Voucher, Deed::Read);
const CREATE: Permission = Permission::new(Area::Voucher, Deed::Create);
const AUDIT: Permission = Permission::new(Area::System, Deed::Read);
pub(crate) const UPDATE: Permission = Permission::new(Area::Voucher, Deed::Update);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/plans", Access::May(READ), list::page);
    routes.get("/plans/part", Access::May(READ), list::part);
    // Whoever sells may make batches, but what is sold is decided by those who may change it.
    routes.get("/plans/new", Access::May(UPDATE), form::blank);
    routes.post("/plans", Access::May(UPDATE), form::add);
    routes.get("/plans/strength", Access::May(CREATE), strength::meter);
    routes.get("/plans/{id}", Access::May(UPDATE), form::filled);
    routes.post("/plans/{id}", Access::May(UPDATE), form::change);
    routes.post("/plans/{id}/archive", Access::May(UPDATE), archive::archive);
    routes.post("/plans/{id}/restore", Access::May(UPDATE), archive::restore);
}

fn known(id: &str) -> Result<PlanId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}
