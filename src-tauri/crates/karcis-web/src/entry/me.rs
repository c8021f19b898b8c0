//! One's own page: language, colours, password, where one is signed in.

use crate::answer::{Answer, refresh, show};
use crate::desk::Desk;
use crate::fields::{Choice, Form};
use crate::frame::{Frame, Nav, role_word};
use crate::staff::{PinView, SessionRow, refused};
use crate::texts::Texts;
use crate::wizard::language_choices;
use askama::Template;
use karcis_core::settings::Language;
use karcis_core::staff::{self, Theme};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "entry/me.html")]
struct MePage {
    t: &'static Texts,
    frame: Frame,
    role: &'static str,
    languages: Vec<Choice>,
    themes: Vec<Choice>,
    pin: PinView,
    sessions: Vec<SessionRow>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PreferencesForm {
    #[serde(default)]
    language: String,
    #[serde(default)]
    theme: String,
}

pub(super) async fn show_me(desk: Desk) -> Answer {
    let person = desk.person()?.clone();
    let (id, now) = (person.id, desk.now());
    let sessions = desk.read(move |tx| staff::sessions(tx, id, now)).await?;
    let t = desk.t;
    let mut languages = vec![Choice::new("", t.me.shop_language, person.language.is_none())];
    let own = language_choices(person.language.unwrap_or_default());
    languages
        .extend(own.into_iter().map(|it| Choice { chosen: it.chosen && person.language.is_some(), ..it }));
    let theme = |theme: Option<Theme>, word| {
        Choice::new(theme.map_or("", Theme::as_str), word, person.theme == theme)
    };
    let page = MePage {
        t,
        frame: desk.frame(Nav::None, &person.name).await?,
        role: role_word(t, person.role),
        languages,
        themes: vec![
            theme(None, t.me.theme_auto),
            theme(Some(Theme::Light), t.me.theme_light),
            theme(Some(Theme::Dark), t.me.theme_dark),
        ],
        pin: PinView::of(&person, t),
        sessions: sessions.iter().map(|session| SessionRow::of(session, &desk)).collect(),
    };
    show(&page)
}

/// A choice that is not in the list means the shop's language, or the system's colours.
pub(super) async fn keep_preferences(desk: Desk, Form(form): Form<PreferencesForm>) -> Answer {
    let (id, now) = (desk.person()?.id, desk.now());
    let (language, theme) = (Language::parse(&form.language), Theme::parse(&form.theme));
    desk.write(move |tx| staff::set_preferences(tx, id, language, theme, now))
        .await
        .map_err(|error| refused(error, ""))?;
    Ok(refresh())
}
