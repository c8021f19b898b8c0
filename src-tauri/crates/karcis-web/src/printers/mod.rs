//! Printers of slips: finding them, setting them up, trying them.

mod find;
mod form;
mod list;
mod page;

use crate::access::Access;
use crate::error::Error;
use crate::routes::Routes;
use karcis_core::printers::{CodePage, Destination, PaperWidth, Printer, QrDrawing};
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::PrinterId;

const READ: Access = Access::May(Permission::new(Area::Printing, Deed::Read));
const CHANGE: Access = Access::May(MAY_CHANGE);
const MAY_CHANGE: Permission = Permission::new(Area::Printing, Deed::Update);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/printers", READ, list::page);
    routes.get("/printers/found", CHANGE, find::found);
    routes.get("/printers/new", CHANGE, form::add_page);
    routes.post("/printers", CHANGE, form::add);
    routes.get("/printers/{id}", READ, page::page);
    routes.get("/printers/{id}/part", READ, page::part);
    routes.get("/printers/{id}/edit", CHANGE, form::edit_page);
    routes.post("/printers/{id}", CHANGE, form::change);
    routes.post("/printers/{id}/test", CHANGE, page::test);
    routes.post("/printers/{id}/look", CHANGE, page::look);
    routes.post("/printers/{id}/archive", CHANGE, page::archive);
}

fn known(id: &str) -> Result<PrinterId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// Where its slips go, in a line.
fn place(printer: &Printer, t: &crate::texts::Texts) -> String {
    match &printer.destination {
        Destination::Network { host, port } => format!("{host}:{port}"),
        Destination::Queue(name) => t.printers.queue_named(name),
        Destination::Folder(path) => t.printers.folder_named(path),
    }
}

const fn paper_word(paper: PaperWidth) -> &'static str {
    match paper {
        PaperWidth::Mm58 => "58 mm",
        PaperWidth::Mm80 => "80 mm",
    }
}

const fn code_page_word(code_page: CodePage) -> &'static str {
    match code_page {
        CodePage::Ascii => "ASCII",
        CodePage::Pc437 => "PC437",
        CodePage::Pc850 => "PC850",
        CodePage::Pc858 => "PC858 (€)",
        CodePage::Wpc1252 => "WPC1252",
    }
}

const fn qr_word(qr: QrDrawing, t: &crate::texts::Texts) -> &'static str {
    match qr {
        QrDrawing::Native => t.printers.qr_native,
        QrDrawing::Raster => t.printers.qr_raster,
    }
}
