//! The first page: how the shop stands, what needs somebody, what comes next.

mod attention;

use crate::access::Access;
use crate::answer::{Answer, show};
use crate::counter::{self, Arriving};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Query;
use crate::format::Format;
use crate::frame::{Frame, Nav};
use crate::icons::Icon;
use crate::queue::{LaneView, Outlook, lanes};
use crate::routers::beside_practice;
use crate::routes::Routes;
use crate::texts::Texts;
use crate::vouchers::Stand;
use crate::wizard;
use askama::Template;
use attention::{Attention, attention};
use axum::http::StatusCode;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::plans;
use karcis_core::routers;
use karcis_core::staff::{Area, Deed, Permission, Role};
use karcis_core::values::RouterId;
use karcis_core::vouchers::{self, Batch, BatchState, Tally};

const MAKE: Permission = Permission::new(Area::Voucher, Deed::Create);
const STEER: Permission = Permission::new(Area::Voucher, Deed::Update);
const ADD_ROUTER: Permission = Permission::new(Area::System, Deed::Create);
/// So many of the latest batches are shown.
const BATCHES: usize = 5;

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/", Access::Staff, home);
    routes.get("/dashboard", Access::Staff, page);
    routes.get("/dashboard/part", Access::Staff, part);
}

#[derive(Template)]
#[template(path = "dashboard/page.html")]
struct DashboardPage {
    t: &'static Texts,
    frame: Frame,
    board: Board,
}

/// What every change draws anew.
#[derive(Template)]
#[template(path = "dashboard/_board.html")]
struct BoardPart {
    t: &'static Texts,
    board: Board,
}

struct Board {
    sentence: String,
    tiles: Vec<Tile>,
    lanes: Vec<LaneView>,
    batches: Vec<BatchLine>,
    attention: Vec<Attention>,
    next: Option<NextStep>,
    may_make: bool,
    may_steer: bool,
}

/// How many vouchers stand somewhere.
struct Tile {
    label: &'static str,
    count: String,
    hint: &'static str,
    address: String,
    tone: &'static str,
    icon: Icon,
}

struct BatchLine {
    address: String,
    name: String,
    made: String,
    done: u32,
    of: u32,
    words: String,
    under_way: bool,
    practice: bool,
}

/// What a new shop does next: a router, a plan, a batch.
struct NextStep {
    icon: Icon,
    title: &'static str,
    lead: &'static str,
    way: Option<(&'static str, &'static str)>,
}

/// Everybody's first page: whoever sells all day begins where they sell.
async fn home(desk: Desk, query: Query<Arriving>) -> Answer {
    if wizard::asks_for_a_router(&desk) {
        return Ok(wizard::current_page(&desk, StatusCode::OK).await);
    }
    match desk.person()?.role {
        Role::Operator => counter::page(desk, query).await,
        Role::SuperAdmin | Role::Admin | Role::Viewer => page(desk).await,
    }
}

async fn page(desk: Desk) -> Answer {
    let board = board(&desk).await?;
    show(&DashboardPage { t: desk.t, frame: desk.frame(Nav::Home, desk.t.dashboard.title).await?, board })
}

async fn part(desk: Desk) -> Answer {
    show(&BoardPart { t: desk.t, board: board(&desk).await? })
}

/// What the books say at one moment.
struct Found {
    tally: Tally,
    apart: Tally,
    practice: Option<RouterId>,
    lanes: Vec<LaneView>,
    batches: Vec<(Batch, Tally)>,
    attention: Vec<Attention>,
    has_plans: bool,
    has_batches: bool,
}

impl Found {
    fn ask(tx: &ReadTx<'_>, outlook: Outlook) -> Result<Found, Fault> {
        let mut batches = vouchers::batches(tx, None, None, None)?;
        batches.truncate(BATCHES);
        let lanes = lanes(tx, outlook)?;
        let with_tally = |batch: Batch| vouchers::tally(tx, batch.id).map(|tally| (batch, tally));
        Ok(Found {
            tally: vouchers::tally_of_all(tx)?,
            apart: vouchers::tally_of_practice(tx)?,
            practice: routers::practice_id(tx)?,
            attention: attention(tx, &lanes, outlook)?,
            lanes,
            has_batches: !batches.is_empty(),
            batches: batches.into_iter().map(with_tally).collect::<Result<_, Fault>>()?,
            has_plans: !plans::plans(tx)?.is_empty(),
        })
    }
}

async fn board(desk: &Desk) -> Result<Board, Error> {
    let outlook = Outlook::of(desk);
    let found = desk.read(move |tx| Found::ask(tx, outlook)).await?;
    Ok(Board {
        sentence: sentence(&found, desk),
        tiles: tiles(&found.tally, desk.format),
        next: next_step(&found, desk),
        batches: found
            .batches
            .iter()
            .map(|(batch, tally)| BatchLine {
                practice: found.practice == Some(batch.router),
                ..line(batch, tally, outlook)
            })
            .collect(),
        lanes: found.lanes,
        attention: found.attention,
        may_make: desk.may(MAKE) && found.has_plans,
        may_steer: desk.may(STEER),
    })
}

fn sentence(found: &Found, desk: &Desk) -> String {
    let (w, tally) = (&desk.t.dashboard, &found.tally);
    let ready = desk.format.count(tally.ready());
    let said = if found.lanes.is_empty() {
        w.no_router.to_owned()
    } else if tally.pending > 0 {
        w.some_wait(ready, desk.format.count(tally.pending))
    } else if tally.ready() == 0 && tally.promised > 0 {
        w.nothing_left.to_owned()
    } else if tally.ready() == 0 {
        w.nothing_ready.to_owned()
    } else {
        w.all_ready(ready)
    };
    beside_practice(said, &found.apart, desk.format)
}

fn tiles(tally: &Tally, format: Format) -> Vec<Tile> {
    let w = &format.texts().dashboard;
    let tile = |stand: Stand, (label, hint), (tone, icon)| {
        let count = stand.count(tally);
        Tile {
            label,
            hint,
            count: format.count(count),
            address: format!("/vouchers?state={}", stand.as_str()),
            tone: if count == 0 { "mute" } else { tone },
            icon,
        }
    };
    vec![
        tile(Stand::Ready, (w.ready, w.ready_hint), ("ok", Icon::Check2)),
        tile(Stand::Pending, (w.waiting, w.waiting_hint), ("wait", Icon::HourglassSplit)),
        tile(Stand::Rejected, (w.replaced, w.replaced_hint), ("mute", Icon::ArrowRepeat)),
        tile(Stand::Void, (w.void, w.void_hint), ("mute", Icon::SlashCircle)),
    ]
}

fn line(batch: &Batch, tally: &Tally, outlook: Outlook) -> BatchLine {
    let (w, format) = (&outlook.t().dashboard, outlook.format);
    let (done, of) = (format.count(tally.on_router), format.count(batch.size));
    let words = match batch.state {
        BatchState::Ready if tally.promised > 0 => w.batch_sold(format.count(tally.promised), of),
        BatchState::Ready => w.batch_ready(of),
        BatchState::Running => w.batch_running(done, of),
        BatchState::Paused => w.batch_paused(done, of),
        BatchState::Cancelled => w.batch_cancelled(done, of),
    };
    BatchLine {
        address: format!("/batches/{}", batch.id),
        name: w.batch_name(format.count(batch.number), &batch.plan_name),
        made: w.batch_made(outlook.since(batch.created_at), &batch.created_by),
        done: tally.on_router,
        of: batch.size,
        words,
        under_way: matches!(batch.state, BatchState::Running | BatchState::Paused),
        practice: false,
    }
}

fn next_step(found: &Found, desk: &Desk) -> Option<NextStep> {
    let w = &desk.t.dashboard;
    let step = |icon, title, lead, href, word, permission| {
        Some(NextStep { icon, title, lead, way: desk.may(permission).then_some((href, word)) })
    };
    if found.lanes.is_empty() {
        step(Icon::Router, w.router_first, w.router_first_lead, "/routers", w.to_routers, ADD_ROUTER)
    } else if !found.has_plans {
        step(Icon::Tags, w.plan_first, w.plan_first_lead, "/plans/new", w.to_plans, STEER)
    } else if !found.has_batches {
        step(Icon::Stack, w.batch_first, w.batch_first_lead, "/batches/new", w.to_batches, MAKE)
    } else {
        None
    }
}
