//! The shop's name, zone and language.

use crate::answer::{Answer, again, show, with_toast};
use crate::desk::Desk;
use crate::fields::{Choice, Field, Form};
use crate::frame::{Frame, Nav};
use crate::texts::Texts;
use crate::wizard::{language_choices, zone_choices};
use askama::Template;
use karcis_core::audit;
use karcis_core::settings::{self, Language, Shop};
use karcis_core::values::{Zone, line};
use serde::Deserialize;
use serde_json::json;

/// The name stands on every card of a sheet; beyond this it does not fit there.
pub(crate) const SHOP_NAME_MOST: usize = 40;

/// The form of the shop's own settings, also the wizard's first step.
#[derive(Debug, Deserialize)]
pub(crate) struct ShopForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    language: String,
}

/// The same form as it is shown.
pub(crate) struct ShopFields {
    pub(crate) name: Field,
    pub(crate) languages: Vec<Choice>,
    pub(crate) zones: Vec<Choice>,
}

impl ShopFields {
    pub(crate) fn of(shop: &Shop, t: &Texts) -> ShopFields {
        ShopFields {
            name: Field::new("name", shop.name.clone()),
            languages: language_choices(shop.language),
            zones: zone_choices(shop.zone, t),
        }
    }

    pub(crate) fn sent(form: &ShopForm, t: &Texts) -> ShopFields {
        ShopFields {
            name: Field::new("name", form.name.clone()),
            languages: language_choices(Language::parse(&form.language).unwrap_or_default()),
            zones: zone_choices(Zone::parse(&form.zone).unwrap_or_default(), t),
        }
    }

    /// The shop that was typed. The lists offer nothing that cannot be parsed, so only the name can be wrong.
    pub(crate) fn parse(&mut self, form: &ShopForm, t: &Texts) -> Option<Shop> {
        let name = self
            .name
            .read(|text| line(text, SHOP_NAME_MOST), |error| t.fields.wrong_text(error, SHOP_NAME_MOST))?;
        Some(Shop {
            name,
            zone: Zone::parse(&form.zone).unwrap_or_default(),
            language: Language::parse(&form.language).unwrap_or_default(),
        })
    }
}

#[derive(Template)]
#[template(path = "settings/page.html")]
struct SettingsPage {
    t: &'static Texts,
    frame: Frame,
    name: Field,
    languages: Vec<Choice>,
    zones: Vec<Choice>,
    lock_choices: Vec<Choice>,
    logo: Option<String>,
    pick_natively: bool,
}

/// The form alone, as every answer to it.
#[derive(Template)]
#[template(path = "settings/_shop.html")]
struct ShopPart {
    t: &'static Texts,
    name: Field,
    languages: Vec<Choice>,
    zones: Vec<Choice>,
}

pub(super) async fn page(desk: Desk) -> Answer {
    let fields = ShopFields::of(&desk.visit.shop, desk.t);
    let page = SettingsPage {
        t: desk.t,
        frame: desk.frame(Nav::Settings, desk.t.settings.title).await?,
        name: fields.name,
        languages: fields.languages,
        zones: fields.zones,
        lock_choices: super::lock::choices(desk.visit.lock_after, desk.t),
        logo: super::logo::address(&desk).await?,
        pick_natively: desk.office.hooks().dialogs,
    };
    show(&page)
}

pub(super) async fn keep(desk: Desk, Form(form): Form<ShopForm>) -> Answer {
    let mut fields = ShopFields::sent(&form, desk.t);
    let parsed = fields.parse(&form, desk.t);
    let part = ShopPart { t: desk.t, name: fields.name, languages: fields.languages, zones: fields.zones };
    let Some(shop) = parsed else { return again(&part) };
    let (actor, now) = (desk.actor()?, desk.now());
    desk.write(move |tx| {
        let before = settings::shop(tx)?;
        if before == shop {
            return Ok(());
        }
        settings::keep_shop(tx, &shop)?;
        audit::record(tx, &actor, "settings.shop", ("settings", "shop"), &change(&before, &shop), now)
    })
    .await?;
    Ok(with_toast(show(&part)?, desk.t.common.saved))
}

fn change(before: &Shop, after: &Shop) -> serde_json::Value {
    let shop = |shop: &Shop| json!({ "name": shop.name, "zone": shop.zone.name(), "language": shop.language.code() });
    json!({ "from": shop(before), "to": shop(after) })
}
