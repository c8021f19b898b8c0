//! Income: what came in, seen by day, plan, cashier and router, on the screen and as a file.

mod asked;
mod chart;
mod export;
mod page;
mod table;

use crate::access::Access;
use crate::routes::Routes;
use karcis_core::staff::{Area, Deed, Permission};

pub use export::{Export, window_export};

const READ: Access = Access::May(Permission::new(Area::Report, Deed::Read));
/// What leaves as a file leaves the shop.
const EXPORT: Access = Access::May(MAY_EXPORT);
const MAY_EXPORT: Permission = Permission::new(Area::Report, Deed::Create);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/reports", READ, page::page);
    routes.get("/reports/file", EXPORT, export::file);
}
