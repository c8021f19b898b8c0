//! Every plan as the counter will show it.

use super::shown::{limits, profile_chip};
use super::{CREATE, UPDATE};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::frame::{Frame, Nav};
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use karcis_core::plans::{self, Plan, ProfileState};
use karcis_core::routers::{self, Router};
use karcis_core::staff::{Area, Deed, Permission};

const MAY_SEE_COST: Permission = Permission::new(Area::Report, Deed::Read);

#[derive(Template)]
#[template(path = "plans/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    list: List,
}

/// What every change draws anew.
#[derive(Template)]
#[template(path = "plans/_list.html")]
struct ListPart {
    t: &'static Texts,
    list: List,
}

struct List {
    summary: String,
    tiles: Vec<Tile>,
    archived: Vec<Tile>,
    has_router: bool,
    /// Whether a profile is still on its way, so that the tiles will change by themselves.
    waits: bool,
    may_update: bool,
    may_make: bool,
}

struct Tile {
    id: String,
    name: String,
    colour: String,
    key: Option<u8>,
    price: String,
    /// What it costs us, when that is more than nothing.
    cost: Option<String>,
    limits: Vec<String>,
    router: String,
    practice: bool,
    profile: Chip,
}

pub(super) async fn page(desk: Desk) -> Answer {
    let list = list(&desk).await?;
    show(&ListPage { t: desk.t, frame: desk.frame(Nav::Plans, desk.t.plans.title).await?, list })
}

pub(super) async fn part(desk: Desk) -> Answer {
    drawn(&desk).await
}

pub(super) async fn drawn(desk: &Desk) -> Answer {
    show(&ListPart { t: desk.t, list: list(desk).await? })
}

async fn list(desk: &Desk) -> Result<List, Error> {
    let (plans, archived, routers) = desk
        .read(|tx| Ok::<_, Error>((plans::plans(tx)?, plans::archived(tx)?, routers::routers(tx)?)))
        .await?;
    let w = &desk.t.plans;
    let tiles = |plans: &[Plan]| plans.iter().map(|plan| tile(plan, &routers, desk)).collect::<Vec<_>>();
    Ok(List {
        summary: match plans.len() {
            0 => w.none_yet.to_owned(),
            count => w.summary(desk.format.count(count)),
        },
        tiles: tiles(&plans),
        archived: tiles(&archived),
        has_router: !routers.is_empty(),
        waits: plans.iter().any(|plan| plan.profile_state == ProfileState::Pending),
        may_update: desk.may(UPDATE),
        may_make: desk.may(CREATE),
    })
}

fn tile(plan: &Plan, routers: &[Router], desk: &Desk) -> Tile {
    let router = routers.iter().find(|router| router.id == plan.router);
    Tile {
        id: plan.id.to_string(),
        name: plan.name.clone(),
        colour: plan.colour.clone(),
        key: plan.counter_key,
        price: desk.format.money(plan.selling_price),
        // What earns us how much is not for those who stand at the drawer.
        cost: (plan.price.amount() > 0 && desk.may(MAY_SEE_COST))
            .then(|| desk.t.plans.cost(desk.format.money(plan.price))),
        limits: limits(plan, desk.format),
        router: router.map_or_else(String::new, |router| router.name.clone()),
        practice: router.is_some_and(|router| router.practice),
        profile: profile_chip(plan.profile_state, desk.t),
    }
}
