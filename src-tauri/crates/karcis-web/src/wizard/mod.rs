//! The first start: shop, owner, recovery key, where the data key lives, a router. Resumed from what the books hold.

mod key;
mod owner;
mod stage;

pub(crate) use owner::{language_choices, zone_choices};
pub(crate) use stage::Stage;

use crate::access::Access;
use crate::answer::{Answer, show_with};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Form;
use crate::frame::{Frame, Nav};
use crate::routes::Routes;
use crate::texts::Texts;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use karcis_core::audit::{self, Actor};
use karcis_core::db::WriteTx;
use karcis_core::fault::Fault;
use karcis_core::settings;
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::Timestamp;
use serde::Deserialize;
use serde_json::json;

const SET_UP: Access = Access::SettingUp(Permission::new(Area::System, Deed::Update));
const ROUTER: &str = "wizard.router";

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/start", Access::Open, start);
    routes.post("/start/shop", Access::Founding, owner::keep_shop);
    routes.post("/start/owner", Access::Founding, owner::found);
    routes.post("/start/recovery", SET_UP, key::kept);
    routes.post("/start/keyring", SET_UP, key::in_keyring);
    routes.post("/start/passphrase", SET_UP, key::under_passphrase);
    routes.post("/start/router", SET_UP, router_chosen);
}

/// Where a step stands in the list beside it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) number: usize,
    pub(crate) word: &'static str,
    pub(crate) done: bool,
    pub(crate) current: bool,
}

fn steps(t: &Texts, stage: Stage) -> Vec<Step> {
    let w = &t.wizard.steps;
    let words = [
        (Stage::Shop, w.shop),
        (Stage::Owner, w.owner),
        (Stage::Recovery, w.recovery),
        (Stage::KeyHome, w.key_home),
        (Stage::Router, w.router),
    ];
    let step =
        |(number, (at, word))| Step { number: number + 1, word, done: at < stage, current: at == stage };
    words.into_iter().enumerate().map(step).collect()
}

/// The step that is next, whatever page was asked for.
pub(crate) async fn current_page(desk: &Desk, status: StatusCode) -> Response {
    // The first start begins at `/`: that is no error to a person.
    let status = if desk.path() == "/" { StatusCode::OK } else { status };
    page(desk, status).await.unwrap_or_else(IntoResponse::into_response)
}

async fn page(desk: &Desk, status: StatusCode) -> Answer {
    match desk.visit.stage {
        Stage::Shop => owner::shop_page(desk, status).await,
        Stage::Owner => owner::owner_page(desk, status).await,
        Stage::Recovery => key::recovery_page(desk, status).await,
        Stage::KeyHome => key::home_page(desk, status).await,
        Stage::Router | Stage::Done => router_page(desk, status).await,
    }
}

async fn start(desk: Desk) -> Answer {
    match (desk.visit.stage, desk.visit.person()) {
        (Stage::Shop | Stage::Owner, _) => page(&desk, StatusCode::OK).await,
        (Stage::Recovery | Stage::KeyHome | Stage::Router, Some(_)) => {
            SET_UP.admits(&desk.visit)?;
            page(&desk, StatusCode::OK).await
        }
        (Stage::Recovery | Stage::KeyHome | Stage::Router, None) => Err(Error::SignIn),
        (Stage::Done, _) => Err(Error::NotFound),
    }
}

/// Whether the first page is still the wizard's last step.
pub(crate) fn asks_for_a_router(desk: &Desk) -> bool {
    desk.visit.stage == Stage::Router && SET_UP.admits(&desk.visit).is_ok()
}

#[derive(Template)]
#[template(path = "wizard/router.html")]
struct RouterPage {
    t: &'static Texts,
    frame: Frame,
    steps: Vec<Step>,
    practice: bool,
    request_key: String,
}

async fn router_page(desk: &Desk, status: StatusCode) -> Answer {
    let page = RouterPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.wizard.router.title).await?,
        steps: steps(desk.t, Stage::Router),
        practice: desk.office.hooks().practice.is_some(),
        request_key: desk.request_key().to_string(),
    };
    Ok(show_with(status, &page))
}

#[derive(Debug, Deserialize)]
struct RouterForm {
    #[serde(default)]
    choice: String,
}

async fn router_chosen(desk: Desk, Form(form): Form<RouterForm>) -> Answer {
    let (actor, now) = (desk.actor()?, desk.now());
    let (choice, address) = match form.choice.as_str() {
        "own" => ("own", "/routers/new"),
        "later" => ("later", "/"),
        _ => return Err(Error::Unreadable),
    };
    desk.write(move |tx| finish(tx, &actor, choice, now)).await?;
    crate::answer::go(address)
}

/// The wizard is over: a router was chosen, the practice router taken (`practice`), or the question put off.
pub(crate) fn finish(tx: &WriteTx<'_>, actor: &Actor, choice: &str, now: Timestamp) -> Result<(), Fault> {
    if settings::text(tx, ROUTER)?.is_some() {
        return Ok(());
    }
    settings::keep(tx, ROUTER, choice)?;
    audit::record(tx, actor, "wizard.finish", ("settings", ROUTER), &json!({ "choice": choice }), now)
}
