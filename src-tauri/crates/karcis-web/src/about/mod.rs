//! What this program is, under which licence, and how it is doing.

mod store;

use crate::access::Access;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::frame::{Frame, Nav};
use crate::routes::Routes;
use crate::texts::Texts;
use askama::Template;
use karcis_core::db::SCHEMA_VERSION;
use karcis_core::fault;
use karcis_core::staff::{Area, Deed, Permission};

const READ: Access = Access::May(Permission::new(Area::System, Deed::Read));
/// Incidents on the page; older ones are in the log.
const INCIDENTS: u16 = 50;

pub(crate) fn routes(routes: &mut Routes) {
    // The licence asks that everybody who uses the program over a network is offered its source.
    routes.get("/about", Access::Open, about);
    routes.get("/diagnostics", READ, diagnostics);
    routes.get("/diagnostics/check", READ, check);
}

#[derive(Template)]
#[template(path = "about/page.html")]
struct AboutPage {
    t: &'static Texts,
    frame: Frame,
    version: String,
    source: Option<String>,
}

async fn about(desk: Desk) -> Answer {
    let about = desk.office.about();
    let version = match about.commit.as_str() {
        "" => about.version.clone(),
        commit => format!("{} ({commit})", about.version),
    };
    let page = AboutPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.about.title).await?,
        version,
        source: Some(about.source.clone()).filter(|source| !source.is_empty()),
    };
    show(&page)
}

struct IncidentRow {
    number: i64,
    message: String,
    count: String,
    last: String,
}

#[derive(Template)]
#[template(path = "about/diagnostics.html")]
struct DiagnosticsPage {
    t: &'static Texts,
    frame: Frame,
    version: String,
    sqlite: String,
    schema: i64,
    database: String,
    incidents: Vec<IncidentRow>,
}

async fn diagnostics(desk: Desk) -> Answer {
    let (sqlite, incidents) = desk
        .read(|tx| Ok::<_, fault::Fault>((store::sqlite_version(tx)?, fault::incidents(tx, INCIDENTS)?)))
        .await?;
    let row = |incident: fault::Incident| IncidentRow {
        number: incident.number,
        message: incident.message,
        count: desk.format.count(incident.count),
        last: desk.format.moment(incident.last_at),
    };
    let page = DiagnosticsPage {
        t: desk.t,
        frame: desk.frame(Nav::Settings, desk.t.diagnostics.title).await?,
        version: desk.office.about().version.clone(),
        sqlite,
        schema: SCHEMA_VERSION,
        database: desk.office.db().path().display().to_string(),
        incidents: incidents.into_iter().map(row).collect(),
    };
    show(&page)
}

#[derive(Template)]
#[template(path = "about/_check.html")]
struct CheckPart {
    t: &'static Texts,
    findings: Vec<String>,
}

/// Lets the database read itself through; slow on a large one.
async fn check(desk: Desk) -> Answer {
    let office = desk.office.clone();
    let findings = desk.blocking(move || office.db().check()).await??;
    show(&CheckPart { t: desk.t, findings })
}
