//! Newer versions of the program: where they come from, whether there is one, and when it may be installed.

use crate::access::Access;
use crate::answer::{Answer, again, show, with_toast};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form};
use crate::frame::{Frame, Nav};
use crate::office::Office;
use crate::texts::{Refusal, Texts};
use crate::updater::{Release, UpdateStanding, UpdateTrouble, Updater};
use crate::visit::{Visit, WindowSession};
use askama::Template;
use karcis_core::fault::Fault;
use karcis_core::updates::{self, BadAddress, Channel, Feed, Hindrance, InstallError};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "settings/updates.html")]
struct UpdatesPage {
    t: &'static Texts,
    frame: Frame,
    version: String,
    address: Field,
    channels: Vec<Choice>,
    now: Now,
}

#[derive(Template)]
#[template(path = "settings/_feed.html")]
struct FeedPart {
    t: &'static Texts,
    address: Field,
    channels: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "settings/_updates.html")]
struct NowPart {
    t: &'static Texts,
    now: Now,
}

/// How far an update is, as the page shows it.
struct Now {
    /// Whether the program can replace itself at all.
    here: bool,
    looks_somewhere: bool,
    looked_at: Option<String>,
    moves: bool,
    words: String,
    release: Option<Release>,
    trouble: Option<String>,
    in_the_way: Vec<String>,
    can_look: bool,
    can_fetch: bool,
    can_install: bool,
}

pub(super) async fn page(desk: Desk) -> Answer {
    let feed = desk.read(updates::feed).await?;
    let page = UpdatesPage {
        t: desk.t,
        frame: desk.frame(Nav::Settings, desk.t.updates.title).await?,
        version: desk.office.about().version.clone(),
        address: Field::new("address", feed.address.clone()),
        channels: channels(feed.channel, desk.t),
        now: now(&desk).await?,
    };
    show(&page)
}

pub(super) async fn part(desk: Desk) -> Answer {
    drawn(&desk).await
}

async fn drawn(desk: &Desk) -> Answer {
    show(&NowPart { t: desk.t, now: now(desk).await? })
}

#[derive(Debug, Deserialize)]
pub(super) struct FeedForm {
    #[serde(default)]
    address: String,
    #[serde(default)]
    channel: String,
}

pub(super) async fn keep_feed(desk: Desk, Form(form): Form<FeedForm>) -> Answer {
    let channel = Channel::parse(&form.channel).ok_or(Error::Unreadable)?;
    let mut address = Field::new("address", form.address);
    let wanted = address.read(
        |text| Feed::parse(text, channel),
        |wrong| match wrong {
            BadAddress::NotHttps => beside(&Refusal::R921, desk.t),
            BadAddress::TooLong => desk.t.fields.too_long(updates::LONGEST_ADDRESS),
        },
    );
    let part = FeedPart { t: desk.t, address, channels: channels(channel, desk.t) };
    let Some(wanted) = wanted else { return again(&part) };
    let (actor, now) = (desk.actor()?, desk.now());
    desk.write(move |tx| updates::keep_feed(tx, &actor, &wanted, now)).await?;
    Ok(with_toast(show(&part)?, desk.t.common.saved))
}

pub(super) async fn look(desk: Desk) -> Answer {
    let updater = updater(&desk)?;
    let url = desk.read(updates::feed).await?.url().ok_or(Error::Refused(Refusal::R922))?;
    let now = desk.now();
    desk.write(move |tx| updates::note_look(tx, now)).await?;
    updater.look(&url);
    drawn(&desk).await
}

pub(super) async fn fetch(desk: Desk) -> Answer {
    updater(&desk)?.fetch();
    drawn(&desk).await
}

/// The books decide first, and know who wanted it: afterwards the program may be gone.
pub(super) async fn install(desk: Desk) -> Answer {
    let updater = updater(&desk)?;
    if let UpdateStanding::Ready(release) = updater.standing() {
        let (actor, now) = (desk.actor()?, desk.now());
        let from = desk.office.about().version.clone();
        let decided =
            desk.write(move |tx| updates::begin_install(tx, &actor, (&from, &release.version), now)).await;
        match decided {
            Ok(()) => updater.install(),
            // What stands in the way is on the page that is drawn below.
            Err(InstallError::Hindered(_)) => {}
            Err(InstallError::Fault(fault)) => return Err(fault.into()),
        }
    }
    drawn(&desk).await
}

/// Refuses with a sentence in their language unless the window's person may change settings. Blocks.
pub fn may_change_settings(office: &Office, window: &WindowSession) -> Result<(), String> {
    let visit = Visit::of_window(office, window);
    Access::admits(super::UPDATE, &visit)
        .map_err(|_| visit.format.texts().errors.not_allowed_sentence.to_owned())
}

fn updater(desk: &Desk) -> Result<Arc<dyn Updater>, Error> {
    desk.office.hooks().updater.clone().ok_or(Error::NotFound)
}

fn channels(chosen: Channel, t: &Texts) -> Vec<Choice> {
    let choice = |channel: Channel| {
        let label = match channel {
            Channel::Stable => t.updates.stable,
            Channel::Beta => t.updates.beta,
        };
        Choice::new(channel.as_str(), label, channel == chosen)
    };
    Channel::ALL.into_iter().map(choice).collect()
}

async fn now(desk: &Desk) -> Result<Now, Fault> {
    let updater = desk.office.hooks().updater.clone();
    let (feed, looked_at, hindrances) = desk
        .read(|tx| Ok::<_, Fault>((updates::feed(tx)?, updates::looked_at(tx)?, updates::hindrances(tx)?)))
        .await?;
    let standing = updater.as_ref().map(|updater| updater.standing()).unwrap_or_default();
    let here = updater.is_some();
    let looks_somewhere = feed.url().is_some();
    let ready = matches!(standing, UpdateStanding::Ready(_));
    let in_the_way: Vec<String> = match ready {
        true => hindrances.iter().map(|hindrance| way(*hindrance, desk.t)).collect(),
        false => Vec::new(),
    };
    Ok(Now {
        here,
        looks_somewhere,
        looked_at: looked_at.map(|at| desk.format.moment(at)),
        moves: standing.moves(),
        words: words(&standing, desk),
        can_look: here && looks_somewhere && !standing.moves(),
        can_fetch: matches!(standing, UpdateStanding::Found(_)),
        can_install: ready && in_the_way.is_empty(),
        in_the_way,
        trouble: trouble(&standing, desk.t),
        release: release(standing),
    })
}

fn release(standing: UpdateStanding) -> Option<Release> {
    match standing {
        UpdateStanding::Found(release)
        | UpdateStanding::Fetching { release, .. }
        | UpdateStanding::Ready(release)
        | UpdateStanding::Installing(release)
        | UpdateStanding::Installed(release) => Some(release),
        UpdateStanding::Idle
        | UpdateStanding::Looking
        | UpdateStanding::Newest
        | UpdateStanding::Failed(_) => None,
    }
}

fn words(standing: &UpdateStanding, desk: &Desk) -> String {
    let t = &desk.t.updates;
    match standing {
        UpdateStanding::Idle => t.idle.to_owned(),
        UpdateStanding::Looking => t.looking.to_owned(),
        UpdateStanding::Newest => t.newest.to_owned(),
        UpdateStanding::Found(release) => t.found(&release.version),
        UpdateStanding::Fetching { release, got, of } => match of {
            Some(of) if *of > 0 => t.fetching_part(&release.version, (got * 100 / of).min(100)),
            Some(_) | None => t.fetching(&release.version),
        },
        UpdateStanding::Ready(release) => t.ready(&release.version),
        UpdateStanding::Installing(release) => t.installing(&release.version),
        UpdateStanding::Installed(release) => t.installed(&release.version),
        UpdateStanding::Failed(_) => t.failed.to_owned(),
    }
}

fn way(hindrance: Hindrance, t: &Texts) -> String {
    match hindrance {
        Hindrance::OpenShifts(count) => t.updates.open_shifts(count),
        Hindrance::UnderWay(count) => t.updates.under_way(count),
        Hindrance::Paused(count) => t.updates.paused(count),
    }
}

fn trouble(standing: &UpdateStanding, t: &Texts) -> Option<String> {
    match standing {
        UpdateStanding::Failed(trouble) => Some(beside(&refusal(*trouble), t)),
        UpdateStanding::Idle
        | UpdateStanding::Looking
        | UpdateStanding::Newest
        | UpdateStanding::Found(_)
        | UpdateStanding::Fetching { .. }
        | UpdateStanding::Ready(_)
        | UpdateStanding::Installing(_)
        | UpdateStanding::Installed(_) => None,
    }
}

pub(crate) fn refusal(trouble: UpdateTrouble) -> Refusal {
    match trouble {
        UpdateTrouble::Unreachable => Refusal::R923,
        UpdateTrouble::Nothing => Refusal::R924,
        UpdateTrouble::Unreadable => Refusal::R925,
        UpdateTrouble::OtherComputer => Refusal::R926,
        UpdateTrouble::NotGenuine => Refusal::R927,
        UpdateTrouble::OtherVersion => Refusal::R928,
        UpdateTrouble::NotNewer => Refusal::R929,
        UpdateTrouble::TooLarge => Refusal::R930,
        UpdateTrouble::NoFile => Refusal::R931,
        UpdateTrouble::NoSignature => Refusal::R932,
        UpdateTrouble::NoKey => Refusal::R933,
        UpdateTrouble::NotInstalled => Refusal::R934,
    }
}
