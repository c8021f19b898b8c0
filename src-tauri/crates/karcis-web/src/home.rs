//! The first page after signing in.

use crate::access::Access;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::frame::{Frame, Nav};
use crate::routes::Routes;
use crate::texts::Texts;
use crate::wizard;
use askama::Template;
use axum::http::StatusCode;

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/", Access::Staff, home);
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    t: &'static Texts,
    frame: Frame,
}

async fn home(desk: Desk) -> Answer {
    if wizard::asks_for_a_router(&desk) {
        return Ok(wizard::current_page(&desk, StatusCode::OK).await);
    }
    let frame = desk.frame(Nav::Home, desk.t.home.title).await?;
    show(&Home { t: desk.t, frame })
}
