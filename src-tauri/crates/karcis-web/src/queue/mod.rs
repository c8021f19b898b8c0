//! What waits for the routers, what went wrong on the way, and what a person can do about it.

mod lanes;
mod notes;
mod words;

pub(crate) use lanes::{LaneView, Outlook, Standing, lane, lanes};
pub(crate) use notes::{Need, needs};
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
use karcis_core::routers;
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::{NoteId, RouterId};

const READ: Permission = Permission::new(Area::Voucher, Deed::Read);
const STEER: Permission = Permission::new(Area::Voucher, Deed::Update);

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/queue", Access::May(READ), page);
    routes.get("/queue/part", Access::May(READ), part);
    routes.post("/queue/routers/{id}/now", Access::May(STEER), try_now);
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
    may_steer: bool,
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
    let (lanes, needs) =
        desk.read(move |tx| Ok::<_, Error>((lanes(tx, outlook)?, needs(tx, outlook)?))).await?;
    let waiting: u32 = lanes.iter().map(|lane| lane.waiting).sum();
    let summary = match waiting {
        0 => desk.t.queue.nothing_waits.to_owned(),
        waiting => desk.t.queue.so_many_wait(desk.format.count(waiting)),
    };
    Ok(Queue { summary, lanes, needs, may_steer: desk.may(STEER) })
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

async fn revive(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: NoteId = id.parse().map_err(|_| Error::NotFound)?;
    let (actor, now) = (desk.actor()?, desk.now());
    let revived = desk.write(move |tx| outbox::revive(tx, &actor, id, now)).await?;
    let words = if revived { desk.t.queue.revived } else { desk.t.queue.not_waiting };
    Ok(changed(words))
}
