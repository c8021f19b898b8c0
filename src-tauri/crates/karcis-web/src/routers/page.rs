//! One router: how it is, what its last test found, its certificate, its end.

use super::archive::has_history;
use super::checks::{Tick, ticks};
use super::list::test_chip;
use super::swap::{Swap, number};
use super::trial::summary;
use super::{AUDIT, CHANGE, REMOVE, in_use, known};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::format::Format;
use crate::frame::{Frame, Nav};
use crate::queue::{LaneView, Outlook, lane};
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::practice::{self, Content};
use karcis_core::routers::{CheckItem, CheckState, Checks, Router};
use karcis_core::values::RouterId;
use karcis_core::vouchers;

#[derive(Template)]
#[template(path = "routers/page.html")]
struct RouterPage {
    t: &'static Texts,
    frame: Frame,
    router: RouterView,
}

/// What every change draws anew.
#[derive(Template)]
#[template(path = "routers/_router.html")]
struct RouterPart {
    t: &'static Texts,
    router: RouterView,
}

struct RouterView {
    id: String,
    lane: LaneView,
    facts: Vec<(&'static str, String)>,
    test: Chip,
    tested: String,
    summary: Option<&'static str>,
    ticks: Vec<Tick>,
    certificate: Option<Certificate>,
    swap: Option<Swap>,
    may_change: bool,
    may_audit: bool,
    /// Tested by itself when the page opens for the first time after the router was added.
    test_now: bool,
    end: Option<End>,
}

struct Certificate {
    pinned: Option<String>,
    /// Another one than the pinned one, seen by the last test.
    other: Option<String>,
    /// The router shows another one, but no test has looked at it yet.
    unseen: bool,
}

/// What it takes to take the router out of use.
struct End {
    /// The words of the question; nothing when its name must be typed instead.
    question: Option<String>,
    /// Why it cannot go yet.
    in_the_way: Option<String>,
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let router = view(&desk, known(&id)?).await?;
    let frame = desk.frame(Nav::Routers, &router.lane.name).await?;
    show(&RouterPage { t: desk.t, frame, router })
}

pub(super) async fn part(desk: Desk, Path(id): Path<String>) -> Answer {
    drawn(&desk, known(&id)?).await
}

pub(super) async fn drawn(desk: &Desk, id: RouterId) -> Answer {
    show(&RouterPart { t: desk.t, router: view(desk, id).await? })
}

async fn view(desk: &Desk, id: RouterId) -> Result<RouterView, Error> {
    let outlook = Outlook::of(desk);
    let (router, lane, swap, end_of) = desk
        .read(move |tx| {
            let router = in_use(tx, id)?;
            let lane = lane(tx, &router, outlook)?;
            let swap = Swap::of(&router, vouchers::live_on(tx, id)?, outlook.format);
            let end_of = Held::by(tx, &router)?;
            Ok::<_, Error>((router, lane, swap, end_of))
        })
        .await?;
    let (t, may_change) = (desk.t, desk.may(CHANGE));
    Ok(RouterView {
        id: id.to_string(),
        facts: facts(&router, may_change, desk.format),
        test: test_chip(router.checks.as_ref(), outlook),
        tested: router
            .checked_at
            .map_or(t.routers.never_tested.to_owned(), |at| t.routers.tested(outlook.since(at))),
        summary: router.checks.as_ref().map(|checks| summary(checks, t)),
        ticks: router
            .checks
            .as_ref()
            .map(|checks| ticks(checks, may_change, desk.format))
            .unwrap_or_default(),
        certificate: router.tls.then(|| certificate(&router, &lane)),
        swap,
        test_now: may_change && router.checked_at.is_none() && desk.office.keys().is_unlocked(),
        end: desk.may(REMOVE).then(|| end(&router, end_of, desk)),
        may_change,
        may_audit: desk.may(AUDIT),
        lane,
    })
}

fn facts(router: &Router, may_change: bool, format: Format) -> Vec<(&'static str, String)> {
    let t = format.texts();
    let w = &t.routers;
    let address = may_change.then(|| format!("{}:{}", router.host, router.port));
    let user = may_change.then(|| router.user_name.clone());
    let way = if router.tls { w.encrypted } else { w.plain };
    let facts = [
        (w.address, address),
        (w.way, Some(way.to_owned())),
        (w.user, user),
        (w.identity, router.identity.clone()),
        (w.version, router.version.as_ref().map(|version| format!("RouterOS {version}"))),
        (w.board, router.board.clone()),
        (w.machine, router.machine.as_ref().map(|machine| number(Some(machine), t))),
        (w.licence, router.guests.licence.as_ref().map(|level| w.level(level))),
        (w.guests, guests(router, format)),
        (w.dns_name, router.dns_name.clone()),
        (w.ssid, router.ssid.clone()),
    ];
    facts.into_iter().filter_map(|(label, value)| value.map(|value| (label, value))).collect()
}

/// How many guests are online, and how many the licence allows.
fn guests(router: &Router, format: Format) -> Option<String> {
    let (w, guests) = (&format.texts().routers, &router.guests);
    let online = format.count(guests.online?);
    Some(match guests.most() {
        Some(most) => w.guests_of(online, format.count(most)),
        None => online,
    })
}

fn certificate(router: &Router, lane: &LaneView) -> Certificate {
    let seen = router
        .checks
        .as_ref()
        .filter(|checks| has_changed(checks))
        .and_then(|checks| checks.fingerprint.clone());
    let other = seen.filter(|seen| router.pin.as_ref() != Some(seen));
    let blocked = lane
        .why
        .as_ref()
        .is_some_and(|(code, _)| *code == crate::queue::reason("certificate_changed").code());
    Certificate { pinned: router.pin.clone(), unseen: blocked && other.is_none(), other }
}

fn has_changed(checks: &Checks) -> bool {
    let tls = checks.list.iter().find(|check| check.item == CheckItem::Tls);
    tls.is_some_and(|check| check.state == CheckState::Failed && check.why == "certificate_changed")
}

/// What hangs on a router.
enum Held {
    /// The practice router takes all it has with it.
    Practice(Content),
    /// How many of its vouchers are needed, and whether it ever had any.
    Real { live: u64, history: bool },
}

impl Held {
    fn by(tx: &ReadTx<'_>, router: &Router) -> Result<Held, Fault> {
        Ok(match router.practice {
            true => Held::Practice(practice::content(tx, router.id)?),
            false => {
                Held::Real { live: vouchers::needed_on(tx, router.id)?, history: has_history(tx, router.id)? }
            }
        })
    }
}

fn end(router: &Router, held: Held, desk: &Desk) -> End {
    let (w, format) = (&desk.t.routers, desk.format);
    match held {
        Held::Practice(it) => {
            let (plans, vouchers) = (format.count(it.plans), format.count(it.vouchers));
            let question = w.remove_practice_question(plans, vouchers, format.count(it.sales));
            End { question: Some(question), in_the_way: None }
        }
        Held::Real { live: 0, history: false } => {
            End { question: Some(w.remove_question(&router.name)), in_the_way: None }
        }
        Held::Real { live: 0, history: true } => End { question: None, in_the_way: None },
        Held::Real { live, .. } => End { question: None, in_the_way: Some(w.still_live(format.count(live))) },
    }
}
