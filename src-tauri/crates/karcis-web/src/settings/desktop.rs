//! How Karcis behaves on the computer it runs on.

use crate::answer::{Answer, show, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Form;
use crate::frame::{Frame, Nav};
use crate::office::Autostart;
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::desktop::{self, Desktop, NoticeKind};
use serde::Deserialize;

/// One switch of the page.
struct Switch {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    on: bool,
    enabled: bool,
}

#[derive(Template)]
#[template(path = "settings/desktop.html")]
struct DesktopPage {
    t: &'static Texts,
    frame: Frame,
    in_window: bool,
    stays: Switch,
    notices: Vec<Switch>,
    autostart: Option<Switch>,
}

#[derive(Template)]
#[template(path = "settings/_desktop.html")]
struct DesktopPart {
    t: &'static Texts,
    stays: Switch,
    notices: Vec<Switch>,
}

#[derive(Template)]
#[template(path = "settings/_autostart.html")]
struct AutostartPart {
    autostart: Option<Switch>,
}

pub(super) async fn page(desk: Desk) -> Answer {
    let wanted = desk.read(desktop::desktop).await?;
    let autostart = match autostart(&desk) {
        Some(list) => Some(autostart_switch(asked(&desk, list).await?, desk.t)),
        None => None,
    };
    let (stays, notices) = switches(&desk, &wanted).await?;
    show(&DesktopPage {
        t: desk.t,
        frame: desk.frame(Nav::Settings, desk.t.desktop.title).await?,
        in_window: desk.office.hooks().desktop.is_some(),
        stays,
        notices,
        autostart,
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct DesktopForm {
    #[serde(default)]
    stays: String,
    #[serde(default)]
    router: String,
    #[serde(default)]
    attention: String,
    #[serde(default)]
    update: String,
}

pub(super) async fn keep(desk: Desk, Form(form): Form<DesktopForm>) -> Answer {
    let on = |kind: &NoticeKind| {
        let sent = match kind {
            NoticeKind::Router => &form.router,
            NoticeKind::Attention => &form.attention,
            NoticeKind::Update => &form.update,
        };
        !sent.is_empty()
    };
    let notices = NoticeKind::ALL.into_iter().filter(on).collect();
    let wanted = Desktop { stays_when_closed: !form.stays.is_empty(), notices };
    let (actor, now, kept) = (desk.actor()?, desk.now(), wanted.clone());
    desk.write(move |tx| desktop::keep(tx, &actor, &kept, now)).await?;
    let (stays, notices) = switches(&desk, &wanted).await?;
    Ok(with_toast(show(&DesktopPart { t: desk.t, stays, notices })?, desk.t.common.saved))
}

#[derive(Debug, Deserialize)]
pub(super) struct AutostartForm {
    #[serde(default)]
    autostart: String,
}

/// The system's list first: what it refuses is not told as done.
pub(super) async fn keep_autostart(desk: Desk, Form(form): Form<AutostartForm>) -> Answer {
    let list = autostart(&desk).ok_or(Error::NotFound)?;
    let (actor, now, on) = (desk.actor()?, desk.now(), !form.autostart.is_empty());
    if asked(&desk, list.clone()).await? != on {
        desk.blocking(move || (list.set)(on)).await?.map_err(|fault| {
            tracing::warn!(error = fault.chain(), "the system's list of what it starts was not changed");
            Error::Refused(Refusal::R920)
        })?;
        desk.write(move |tx| desktop::record_autostart(tx, &actor, on, now)).await?;
    }
    let part = AutostartPart { autostart: Some(autostart_switch(on, desk.t)) };
    Ok(with_toast(show(&part)?, desk.t.common.saved))
}

fn autostart(desk: &Desk) -> Option<Autostart> {
    desk.office.hooks().desktop.as_ref()?.autostart.clone()
}

async fn asked(desk: &Desk, list: Autostart) -> Result<bool, Error> {
    let answer = desk.blocking(move || (list.is_on)()).await?;
    // A list that cannot be read does not name us as far as anybody can tell.
    Ok(answer.unwrap_or(false))
}

fn autostart_switch(on: bool, t: &'static Texts) -> Switch {
    let (label, hint) = (t.desktop.autostart, t.desktop.autostart_hint);
    Switch { name: "autostart", label, hint, on, enabled: true }
}

async fn switches(desk: &Desk, wanted: &Desktop) -> Result<(Switch, Vec<Switch>), Error> {
    let t = &desk.t.desktop;
    let has_tray = match &desk.office.hooks().desktop {
        Some(hook) => {
            let ask = hook.has_tray.clone();
            desk.blocking(move || ask()).await?
        }
        None => false,
    };
    let hint = if has_tray { t.stays_hint } else { t.stays_without_tray };
    let stays =
        Switch { name: "stays", label: t.stays, hint, on: wanted.stays_when_closed, enabled: has_tray };
    let notice = |kind: NoticeKind| {
        let label = match kind {
            NoticeKind::Router => t.notice_router,
            NoticeKind::Attention => t.notice_attention,
            NoticeKind::Update => t.notice_update,
        };
        Switch { name: kind.as_str(), label, hint: "", on: wanted.tells(kind), enabled: true }
    };
    Ok((stays, NoticeKind::ALL.map(notice).into()))
}
