//! What waits for routers and printers, what went wrong on the way, and what a person can do about it.

mod lanes;
mod notes;
mod printers;
mod words;

pub(crate) use lanes::{LaneView, Outlook, Standing, lane, lanes};
pub(crate) use notes::{Need, needs};
pub(crate) use printers::{SlipNeed, printer_lane, printer_lanes, slip_needs};
pub(crate) use words::reason;

use crate::access::Access;
use crate::answer::{Answer, changed, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::frame::{Frame, Nav};
use crate::routes::Routes;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::outbox;
use karcis_core::printers as printing;
use karcis_core::routers;
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::{NoteId, PrinterId, RouterId};

const READ: Permission = Permission::new(Area::Voucher, Deed::Read);
const STEER: Permission = Permission::new(Area::Voucher, Deed::Update);
/// Whoever sells stands in front of the printer.
const PRINT: Permission = Permission::new(Area::Counter, Deed::Create);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/queue", Access::May(READ), page);
    routes.get("/queue/part", Access::May(READ), part);
    routes.post("/queue/routers/{id}/now", Access::May(STEER), try_now);
    routes.post("/queue/printers/{id}/now", Access::May(PRINT), try_printer_now);
    routes.post("/queue/notes/{id}/revive", Access::May(STEER), revive);
}

#[derive(Template)]
#[template(path = "queue/page.html")]
struct QueuePage {
    t: &'static Texts,
    frame: Frame,
    queue: Queue,
}

/// What every change draws anew.
#[derive(Template)]
#[template(path = "queue/_queue.html")]
struct QueuePart {
    t: &'static Texts,
    queue: Queue,
}

struct Queue {
    summary: String,
    lanes: Vec<LaneView>,
    needs: Vec<Need>,
    printers: Vec<LaneView>,
    slips: Vec<SlipNeed>,
    may_steer: bool,
    may_print: bool,
}

async fn page(desk: Desk) -> Answer {
    let queue = queue(&desk).await?;
    show(&QueuePage { t: desk.t, frame: desk.frame(Nav::None, desk.t.queue.title).await?, queue })
}

async fn part(desk: Desk) -> Answer {
    drawn(&desk).await
}

async fn drawn(desk: &Desk) -> Answer {
    show(&QueuePart { t: desk.t, queue: queue(desk).await? })
}

async fn queue(desk: &Desk) -> Result<Queue, Error> {
    let outlook = Outlook::of(desk);
    let (lanes, needs, printers, slips) = desk
        .read(move |tx| {
            Ok::<_, Error>((
                lanes(tx, outlook)?,
                needs(tx, outlook)?,
                printer_lanes(tx, outlook)?,
                slip_needs(tx, outlook)?,
            ))
        })
        .await?;
    Ok(Queue {
        summary: summary(&lanes, &printers, outlook),
        lanes,
        needs,
        printers,
        slips,
        may_steer: desk.may(STEER),
        may_print: desk.may(PRINT),
    })
}

fn summary(routers: &[LaneView], printers: &[LaneView], outlook: Outlook) -> String {
    let (w, count) = (&outlook.t().queue, |count: u32| outlook.format.count(count));
    let waiting = |lanes: &[LaneView]| lanes.iter().map(|lane| lane.waiting).sum::<u32>();
    match (waiting(routers), waiting(printers)) {
        (0, 0) => w.nothing_waits.to_owned(),
        (commands, 0) => w.so_many_wait(count(commands)),
        (0, slips) => w.so_many_slips(count(slips)),
        (commands, slips) => {
            format!("{} · {}", w.so_many_wait(count(commands)), w.so_many_slips(count(slips)))
        }
    }
}

/// The next command or sign of life goes out at once.
async fn try_now(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: RouterId = id.parse().map_err(|_| Error::NotFound)?;
    let now = desk.now();
    desk.write(move |tx| {
        let router = routers::router(tx, id)?.ok_or(Error::NotFound)?;
        Ok::<_, Error>(outbox::unblock(tx, &router.lane(), now)?)
    })
    .await?;
    desk.office.engine().reconnect(id).await;
    // Whichever page the button stands on draws itself anew when it hears that the books have changed.
    Ok(changed(desk.t.queue.trying))
}

/// The next slip is tried at once.
async fn try_printer_now(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: PrinterId = id.parse().map_err(|_| Error::NotFound)?;
    let now = desk.now();
    desk.write(move |tx| {
        let printer = printing::in_use(tx, id)?.ok_or(Error::NotFound)?;
        Ok::<_, Error>(outbox::unblock(tx, &printer.lane(), now)?)
    })
    .await?;
    Ok(changed(desk.t.queue.trying_printer))
}

async fn revive(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: NoteId = id.parse().map_err(|_| Error::NotFound)?;
    let (actor, now) = (desk.actor()?, desk.now());
    let revived = desk.write(move |tx| outbox::revive(tx, &actor, id, now)).await?;
    let words = if revived { desk.t.queue.revived } else { desk.t.queue.not_waiting };
    Ok(changed(words))
}
