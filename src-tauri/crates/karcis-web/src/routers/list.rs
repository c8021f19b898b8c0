//! Every router at a glance.

use super::{CHANGE, CREATE};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::frame::{Frame, Nav};
use crate::icons::Icon;
use crate::queue::{LaneView, Outlook, lane};
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use karcis_core::routers::{self, Checks, Router};

#[derive(Template)]
#[template(path = "routers/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    list: List,
}

/// What every change draws anew.
#[derive(Template)]
#[template(path = "routers/_list.html")]
struct ListPart {
    t: &'static Texts,
    list: List,
}

struct List {
    summary: String,
    cards: Vec<Card>,
    may_create: bool,
    /// Whether the practice router is there to be taken.
    practice: bool,
}

struct Card {
    lane: LaneView,
    /// Board, version and login page, as far as known.
    facts: String,
    test: Chip,
    tested: String,
}

pub(super) async fn page(desk: Desk) -> Answer {
    let list = list(&desk).await?;
    show(&ListPage { t: desk.t, frame: desk.frame(Nav::Routers, desk.t.routers.title).await?, list })
}

pub(super) async fn part(desk: Desk) -> Answer {
    show(&ListPart { t: desk.t, list: list(&desk).await? })
}

async fn list(desk: &Desk) -> Result<List, Error> {
    let outlook = Outlook::of(desk);
    let (cards, practice) = desk
        .read(move |tx| {
            let routers = routers::routers(tx)?;
            let practice = routers.iter().any(|router| router.practice);
            let cards = routers.iter().map(|router| Ok(card(router, lane(tx, router, outlook)?, outlook)));
            Ok::<_, Error>((cards.collect::<Result<Vec<_>, Error>>()?, practice))
        })
        .await?;
    let away = cards.iter().filter(|card| card.lane.away()).count();
    let t = &desk.t.routers;
    let summary = match (cards.len(), away) {
        (0, _) => t.none_yet.to_owned(),
        (count, 0) => t.all_answer(desk.format.count(count)),
        (count, away) => t.some_away(desk.format.count(count), desk.format.count(away)),
    };
    let offered = desk.office.hooks().practice.is_some() && desk.may(CHANGE) && !practice;
    Ok(List { summary, cards, may_create: desk.may(CREATE), practice: offered })
}

fn card(router: &Router, lane: LaneView, outlook: Outlook) -> Card {
    let t = outlook.t();
    Card {
        lane,
        facts: facts(router),
        test: test_chip(router.checks.as_ref(), outlook),
        tested: router
            .checked_at
            .map_or(t.routers.never_tested.to_owned(), |at| t.routers.tested(outlook.since(at))),
    }
}

fn facts(router: &Router) -> String {
    let version = router.version.as_ref().map(|version| format!("RouterOS {version}"));
    let known = [version, router.board.clone(), router.dns_name.clone()];
    known.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// How the last test came out.
pub(super) fn test_chip(checks: Option<&Checks>, outlook: Outlook) -> Chip {
    use karcis_core::routers::CheckState::Warning;
    let t = &outlook.t().routers;
    let (tone, icon, word) = match checks {
        None => ("mute", Icon::QuestionCircle, t.untested),
        Some(checks) if !checks.usable() => ("bad", Icon::XOctagon, t.test_failed),
        Some(checks) if checks.list.iter().any(|check| check.state == Warning) => {
            ("wait", Icon::ExclamationTriangleFill, t.test_warned)
        }
        Some(_) => ("ok", Icon::Check2, t.test_good),
    };
    Chip { tone, icon, word }
}
