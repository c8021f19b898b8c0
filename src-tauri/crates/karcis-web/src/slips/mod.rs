//! Slips of paper: their words, what becomes of them as bytes and as PDF, and one more try at those that did not print.

pub(crate) mod again;
mod card;
mod chat_number;
mod compose;
mod drawer;
mod fields;
mod files;
mod grammar;
mod message;
mod preview;
mod render;
mod sale;
mod samples;
mod settlement;
mod shop;
mod steer;
mod test_page;
pub(crate) mod wording;

pub(crate) use card::{CardWords, card_words};
pub use compose::slip_composer;
pub(crate) use fields::CardFields;
pub use files::slip_pdf;
pub(crate) use files::window_slip;

use crate::access::Access;
use crate::routes::Routes;
use karcis_core::staff::{Area, Deed, Permission};

/// Whoever sells stands in front of the printer.
const PRINT: Permission = Permission::new(Area::Counter, Deed::Create);

/// The words on paper are the shop's, not the counter's.
const WRITE: Permission = Permission::new(Area::Printing, Deed::Update);

pub(crate) fn routes(routes: &mut Routes) {
    routes.post("/slips/{id}/again", Access::May(PRINT), again::again);
    routes.post("/slips/file", Access::May(PRINT), files::keep);
    routes.get("/sales/{id}/message", Access::May(PRINT), message::page);
    routes.post("/sales/{id}/message", Access::May(PRINT), message::to_number);
    routes.get("/slips/{id}/slip.pdf", Access::May(PRINT), files::slip);
    routes.post("/templates/{kind}/{language}", Access::May(WRITE), steer::keep);
    routes.post("/templates/{kind}/{language}/preview", Access::May(WRITE), steer::preview);
    routes.post("/templates/{kind}/{language}/reset", Access::May(WRITE), steer::reset);
}
