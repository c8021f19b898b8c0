//! What this program is, under which licence, and how it is doing.

mod store;

use crate::access::Access;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::frame::{Frame, Nav};
use crate::help::Reader;
use crate::routes::Routes;
use crate::texts::Texts;
use askama::Template;
use karcis_core::db::SCHEMA_VERSION;
use karcis_core::fault;
use karcis_core::staff::{Area, Deed, Permission};

const READ: Access = Access::May(Permission::new(Area::System, Deed::Read));
/// Incidents on the page; older ones are in the log.
const INCIDENTS: u16 = 50;
/// Incidents in the text that is copied for those who help.
const COPIED: usize = 10;
const LICENCE: &str = include_str!("../../../../../LICENSE");
const NOTICES: &str = include_str!("../../../../../THIRD-PARTY-NOTICES.md");

pub(crate) fn routes(routes: &mut Routes) {
    // The licence asks that everybody who uses the program over a network is offered its source.
    routes.get("/about", Access::Open, about);
    routes.get("/about/licence", Access::Open, licence);
    routes.get("/about/notices", Access::Open, notices);
    routes.get("/diagnostics", READ, diagnostics);
    routes.get("/diagnostics/check", READ, check);
}

#[derive(Template)]
#[template(path = "about/page.html")]
struct AboutPage {
    t: &'static Texts,
    frame: Frame,
    version: String,
    commit: Option<String>,
    source: Option<String>,
    /// What helps those who help: for whoever may see how the program is doing.
    diagnosis: Option<Diagnosis>,
}

/// Where the books are, and what can be sent to somebody who helps.
struct Diagnosis {
    folder: String,
    /// Versions and incidents; no names, no codes, no money, no place on the disk.
    text: String,
}

async fn about(desk: Desk) -> Answer {
    let about = desk.office.about();
    let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let page = AboutPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.about.title).await?,
        version: about.version.clone(),
        commit: known(&about.commit),
        source: known(&about.source),
        diagnosis: match READ.admits(&desk.visit) {
            Ok(()) => Some(diagnosis(&desk).await?),
            Err(_) => None,
        },
    };
    show(&page)
}

async fn diagnosis(desk: &Desk) -> Result<Diagnosis, fault::Fault> {
    let (sqlite, incidents) = asked(desk).await?;
    let about = desk.office.about();
    let commit = if about.commit.is_empty() { "-" } else { &about.commit };
    let (os, cpu) = (std::env::consts::OS, std::env::consts::ARCH);
    let mut text = format!(
        "Karcis {} ({commit})\n{os} {cpu}, {}, SQLite {sqlite}, schema {SCHEMA_VERSION}\n",
        about.version,
        desk.office.place().as_str(),
    );
    for incident in incidents.iter().take(COPIED) {
        text.push_str(&format!("{} x{}: {}\n", incident.number, incident.count, incident.message));
    }
    let path = desk.office.db().path();
    Ok(Diagnosis { folder: path.parent().unwrap_or(path).display().to_string(), text })
}

async fn asked(desk: &Desk) -> Result<(String, Vec<fault::Incident>), fault::Fault> {
    desk.read(|tx| Ok((store::sqlite_version(tx)?, fault::incidents(tx, INCIDENTS)?))).await
}

/// A long text as it is, on a page with a way back.
#[derive(Template)]
#[template(path = "about/text.html")]
struct TextPage {
    t: &'static Texts,
    frame: Frame,
    reader: Reader,
    text: &'static str,
}

async fn licence(desk: Desk) -> Answer {
    let frame = desk.frame(Nav::None, desk.t.about.agpl).await?;
    show(&TextPage { t: desk.t, frame, reader: Reader::at(&desk), text: LICENCE })
}

async fn notices(desk: Desk) -> Answer {
    let frame = desk.frame(Nav::None, desk.t.about.notices).await?;
    show(&TextPage { t: desk.t, frame, reader: Reader::at(&desk), text: NOTICES })
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
    let (sqlite, incidents) = asked(&desk).await?;
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
