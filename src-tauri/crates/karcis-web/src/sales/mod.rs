//! Sales as they stand in the books: the list, one sale with all that became of it, voiding it, printing it again.

mod list;
mod page;
mod timeline;
mod void;
mod words;

pub(crate) use words::{SaleRow, limits, sale_chip};

use crate::access::Access;
use crate::error::Error;
use crate::routes::Routes;
use crate::shift::{LOOK, SELL};
use karcis_core::values::SaleId;

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/sales", Access::May(LOOK), list::page);
    routes.get("/sales/find", Access::May(LOOK), list::part);
    routes.get("/sales/{id}", Access::May(LOOK), page::page);
    routes.get("/sales/{id}/part", Access::May(LOOK), page::part);
    routes.post("/sales/{id}/reprint", Access::May(SELL), page::reprint);
    routes.get("/sales/{id}/void", Access::May(SELL), void::ask);
    routes.post("/sales/{id}/void", Access::May(SELL), void::void);
}

fn known(id: &str) -> Result<SaleId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}
