//! The sell screen: what a cashier looks at all day. One answer to a sale carries the code and everything that changed.

mod ask;
mod find;
mod page;
mod paper;
mod scene;
mod sell;
mod sold;
mod undo;

pub(crate) use page::{Arriving, page};
pub(crate) use paper::{Paper, SlipRow, print_again, printing_words};

use crate::access::Access;
use crate::routes::Routes;
use crate::shift::SELL;

pub(crate) fn routes(routes: &mut Routes) {
    let may = Access::May(SELL);
    routes.get("/counter", may, page::page);
    routes.get("/counter/part", may, page::part);
    routes.post("/counter/use", may, page::pick);
    routes.post("/counter/sell", may, sell::sell);
    routes.post("/counter/undo", may, undo::undo);
    routes.get("/counter/search", may, find::search);
    routes.post("/counter/reprint", may, paper::reprint_last);
}
