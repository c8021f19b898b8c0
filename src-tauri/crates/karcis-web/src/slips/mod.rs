//! Slips of paper: asked for once more by whoever sells.

pub(crate) mod again;

use crate::access::Access;
use crate::routes::Routes;
use karcis_core::staff::{Area, Deed, Permission};

/// Whoever sells stands in front of the printer.
const PRINT: Permission = Permission::new(Area::Counter, Deed::Create);

pub(crate) fn routes(routes: &mut Routes) {
    routes.post("/slips/{id}/again", Access::May(PRINT), again::again);
}
