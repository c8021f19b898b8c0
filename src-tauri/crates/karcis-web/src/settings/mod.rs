//! The shop's settings: its name, zone and language, and its logo.

mod lock;
mod logo;
pub(crate) mod shop;

pub(crate) use logo::NAME as LOGO;
pub use logo::keep_picked_logo;

use crate::access::Access;
use crate::routes::Routes;
use karcis_core::staff::{Area, Deed, Permission};

const READ: Access = Access::May(Permission::new(Area::System, Deed::Read));
const UPDATE: Access = Access::May(Permission::new(Area::System, Deed::Update));

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/settings", READ, shop::page);
    routes.post("/settings/shop", UPDATE, shop::keep);
    routes.post("/settings/lock", UPDATE, lock::keep);
    routes.get("/settings/logo", Access::Staff, logo::show_logo);
    routes.put("/settings/logo", UPDATE, logo::keep);
    routes.delete("/settings/logo", UPDATE, logo::forget);
}
