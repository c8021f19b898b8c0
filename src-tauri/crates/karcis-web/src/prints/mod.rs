//! Paper: the options of a sheet with its live preview, the print itself, and what was printed before.

mod files;
mod history;
mod options;
mod page;
mod preview;
mod print;
mod sheet;

use crate::access::Access;
use crate::routes::Routes;
use karcis_core::staff::{Area, Deed, Permission};

pub(crate) use files::PDF;
pub use files::{SheetFailure, sheet_pdf, window_pdf};
pub(crate) use history::{PrintRow, print_rows};
pub(crate) use preview::Pages;
#[cfg(test)]
pub(crate) use sheet::sheet_of_request;
pub(crate) use sheet::{card_words_on, validity};

/// Whoever makes vouchers puts them on paper; a sheet of codes is worth money, so looking on is not enough.
const CREATE: Access = Access::May(Permission::new(Area::Voucher, Deed::Create));
const READ: Access = Access::May(Permission::new(Area::Voucher, Deed::Read));

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/batches/{id}/print", CREATE, page::page);
    routes.post("/batches/{id}/print", CREATE, print::print);
    routes.get("/batches/{id}/print/preview", CREATE, preview::part);
    routes.get("/batches/{id}/print/page.svg", READ, preview::drawing);
    routes.get("/prints/calibration.pdf", CREATE, files::calibration);
    routes.get("/prints/{id}/sheet.pdf", CREATE, files::sheet);
}
