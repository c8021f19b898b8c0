//! The shop's routers: how they are, how they are reached, whether they are fit for vouchers.

mod archive;
mod checks;
mod form;
mod list;
mod online;
mod page;
mod practice;
mod swap;
mod trial;
mod trust;

pub(crate) use checks::remedy;
pub(crate) use practice::beside_practice;
pub(crate) use swap::number;

use crate::access::Access;
use crate::error::Error;
use crate::routes::Routes;
use crate::texts::Refusal;
use karcis_core::db::ReadTx;
use karcis_core::routers::{self, Router};
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::RouterId;

/// How routers are doing concerns everybody who sells what they serve.
const LOOK: Permission = Permission::new(Area::Voucher, Deed::Read);
/// Whoever may switch a voucher off may put its guest off.
const PUT_OFF: Permission = Permission::new(Area::Voucher, Deed::Update);
const CREATE: Permission = Permission::new(Area::System, Deed::Create);
const CHANGE: Permission = Permission::new(Area::System, Deed::Update);
const AUDIT: Permission = Permission::new(Area::System, Deed::Read);
const REMOVE: Permission = Permission::new(Area::System, Deed::Delete);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/routers", Access::May(LOOK), list::page);
    routes.get("/routers/part", Access::May(LOOK), list::part);
    routes.get("/routers/new", Access::May(CREATE), form::blank);
    routes.post("/routers", Access::May(CREATE), form::add);
    routes.post("/routers/trial", Access::May(CREATE), trial::typed_new);
    routes.get("/routers/{id}", Access::May(LOOK), page::page);
    routes.get("/routers/{id}/part", Access::May(LOOK), page::part);
    routes.get("/routers/{id}/online", Access::May(LOOK), online::part);
    routes.post("/routers/{id}/online/end", Access::May(PUT_OFF), online::end);
    routes.get("/routers/{id}/edit", Access::May(CHANGE), form::filled);
    routes.post("/routers/{id}", Access::May(CHANGE), form::change);
    routes.post("/routers/{id}/trial", Access::May(CHANGE), trial::typed_change);
    routes.post("/routers/{id}/test", Access::May(CHANGE), trial::kept);
    routes.post("/routers/{id}/trust", Access::May(CHANGE), trust::trust);
    routes.post("/routers/{id}/replace", Access::May(CHANGE), swap::replace);
    routes.post("/routers/{id}/archive", Access::May(REMOVE), archive::archive);
    // The wizard offers it before the shop is set up.
    routes.post("/practice", Access::SettingUp(CREATE), practice::take);
}

fn known(id: &str) -> Result<RouterId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// A router in use. One that is out of use has no page any more.
fn in_use(tx: &ReadTx<'_>, id: RouterId) -> Result<Router, Error> {
    routers::routers(tx)?.into_iter().find(|router| router.id == id).ok_or(Error::NotFound)
}

/// The refusal that a locked data key means.
fn locked() -> Error {
    Error::Refused(Refusal::R301)
}
