//! The shop's settings: its name, zone and language, and its logo.

mod desktop;
mod lock;
mod logo;
pub(crate) mod shop;
mod updates;

pub(crate) use logo::NAME as LOGO;
pub use logo::keep_picked_logo;
pub use updates::may_change_settings;

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
    routes.get("/settings/desktop", READ, desktop::page);
    routes.post("/settings/desktop", UPDATE, desktop::keep);
    routes.post("/settings/autostart", UPDATE, desktop::keep_autostart);
    routes.get("/settings/updates", READ, updates::page);
    routes.get("/settings/updates/part", READ, updates::part);
    routes.post("/settings/updates/feed", UPDATE, updates::keep_feed);
    routes.post("/settings/updates/look", UPDATE, updates::look);
    routes.post("/settings/updates/fetch", UPDATE, updates::fetch);
    routes.post("/settings/updates/install", UPDATE, updates::install);
    routes.delete("/settings/logo", UPDATE, logo::forget);
}
