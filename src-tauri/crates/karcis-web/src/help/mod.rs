//! The guide: how the work is done, for whoever sits at the screen. Everybody may read it, before signing in too, for it
//! is there that people are locked out.

mod find;
mod pages;

use crate::access::Access;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Query;
use crate::frame::{Frame, Nav};
use crate::icons::Icon;
use crate::routes::Routes;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use find::{Hit, hits};
use pages::{PAGES, Page, Section};
use serde::Deserialize;

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/help", Access::Open, contents);
    routes.get("/help/find", Access::Open, found);
    routes.get("/help/all", Access::Open, whole);
    routes.get("/help/{page}", Access::Open, page);
}

/// Who reads, and what links repeat for them.
pub(crate) struct Reader {
    /// Whether the menu stands around the page: only somebody of the staff has one.
    pub(crate) inside: bool,
    /// `?lang=en` where nobody is signed in and the language is not the shop's.
    asked: String,
}

impl Reader {
    pub(crate) fn at(desk: &Desk) -> Reader {
        let stranger = desk.visit.any_session().is_none();
        let own = desk.format.language == desk.visit.shop.language;
        Reader {
            inside: Access::Staff.admits(&desk.visit).is_ok(),
            asked: match stranger && !own {
                true => format!("?lang={}", desk.format.language.code()),
                false => String::new(),
            },
        }
    }
}

/// A page in a list.
struct Line {
    address: String,
    icon: Icon,
    title: &'static str,
    lead: &'static str,
    current: bool,
}

fn lines(desk: &Desk, reader: &Reader, current: &str) -> Vec<Line> {
    let line = |page: &'static Page| {
        let written = page.written(desk.format.language);
        Line {
            address: page.address(&reader.asked, ""),
            icon: page.icon,
            title: written.title,
            lead: written.lead,
            current: page.name == current,
        }
    };
    PAGES.iter().map(line).collect()
}

#[derive(Template)]
#[template(path = "help/contents.html")]
struct ContentsPage {
    t: &'static Texts,
    frame: Frame,
    reader: Reader,
    lines: Vec<Line>,
}

async fn contents(desk: Desk) -> Answer {
    let reader = Reader::at(&desk);
    show(&ContentsPage {
        t: desk.t,
        frame: desk.frame(Nav::Help, desk.t.help.title).await?,
        lines: lines(&desk, &reader, ""),
        reader,
    })
}

#[derive(Template)]
#[template(path = "help/page.html")]
struct TopicPage {
    t: &'static Texts,
    frame: Frame,
    reader: Reader,
    lines: Vec<Line>,
    lead: &'static str,
    html: String,
    sections: &'static [Section],
    before: Option<(String, &'static str)>,
    after: Option<(String, &'static str)>,
}

async fn page(desk: Desk, Path(name): Path<String>) -> Answer {
    let at = PAGES.iter().position(|page| page.name == name).ok_or(Error::NotFound)?;
    let (reader, language) = (Reader::at(&desk), desk.format.language);
    let beside = |place: Option<usize>| {
        let page = PAGES.get(place?)?;
        Some((page.address(&reader.asked, ""), page.written(language).title))
    };
    let written = PAGES[at].written(language);
    show(&TopicPage {
        t: desk.t,
        frame: desk.frame(Nav::Help, written.title).await?,
        lines: lines(&desk, &reader, &name),
        lead: written.lead,
        html: written.shown(&reader.asked),
        sections: written.headed(),
        before: beside(at.checked_sub(1)),
        after: beside(at.checked_add(1)),
        reader,
    })
}

struct Chapter {
    name: &'static str,
    title: &'static str,
    lead: &'static str,
    html: String,
}

#[derive(Template)]
#[template(path = "help/whole.html")]
struct WholePage {
    t: &'static Texts,
    frame: Frame,
    reader: Reader,
    chapters: Vec<Chapter>,
}

/// Every page on one, to be printed and hung up.
async fn whole(desk: Desk) -> Answer {
    let (reader, language) = (Reader::at(&desk), desk.format.language);
    let chapter = |page: &'static Page| {
        let written = page.written(language);
        let html = written.shown_among_others(page.name);
        Chapter { name: page.name, title: written.title, lead: written.lead, html }
    };
    show(&WholePage {
        t: desk.t,
        frame: desk.frame(Nav::Help, desk.t.help.whole).await?,
        chapters: PAGES.iter().map(chapter).collect(),
        reader,
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    text: String,
}

#[derive(Template)]
#[template(path = "help/_found.html")]
struct FoundPart {
    t: &'static Texts,
    text: String,
    hits: Vec<Hit>,
}

async fn found(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let reader = Reader::at(&desk);
    let hits = hits(desk.format.language, &asked.text, &reader.asked);
    show(&FoundPart { t: desk.t, text: asked.text.trim().to_owned(), hits })
}
