//! The first two steps: what the shop is called, and who owns it.

use super::{Stage, Step, steps};
use crate::answer::{Answer, again, go, show_with};
use crate::desk::Desk;
use crate::entry::{self, passwords};
use crate::error::Error;
use crate::fields::{Choice, Field, Form};
use crate::frame::{Frame, Nav};
use crate::settings::shop::{ShopFields, ShopForm};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::http::StatusCode;
use karcis_core::audit::{self, Actor};
use karcis_core::fault::Fault;
use karcis_core::settings::{self, Language, Shop};
use karcis_core::staff::{self, PersonName, StaffError};
use karcis_core::values::Zone;
use serde::Deserialize;
use serde_json::json;

#[derive(Template)]
#[template(path = "wizard/shop.html")]
struct ShopPage {
    t: &'static Texts,
    frame: Frame,
    steps: Vec<Step>,
    name: Field,
    languages: Vec<Choice>,
    zones: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "wizard/owner.html")]
struct OwnerPage {
    t: &'static Texts,
    frame: Frame,
    steps: Vec<Step>,
    name: Field,
    password: Field,
}

pub(super) async fn shop_page(desk: &Desk, status: StatusCode) -> Answer {
    let shop = Shop { name: String::new(), zone: Zone::default(), language: desk.format.language };
    Ok(show_with(status, &shop_view(desk, ShopFields::of(&shop, desk.t)).await?))
}

async fn shop_view(desk: &Desk, fields: ShopFields) -> Result<ShopPage, Fault> {
    Ok(ShopPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.wizard.shop.title).await?,
        steps: steps(desk.t, Stage::Shop),
        name: fields.name,
        languages: fields.languages,
        zones: fields.zones,
    })
}

pub(super) async fn keep_shop(desk: Desk, Form(form): Form<ShopForm>) -> Answer {
    let mut fields = ShopFields::sent(&form, desk.t);
    let Some(shop) = fields.parse(&form, desk.t) else {
        return again(&shop_view(&desk, fields).await?);
    };
    let now = desk.now();
    desk.write(move |tx| {
        // Somebody else may have founded the shop since the rule was checked.
        if staff::anybody(tx)? {
            return Err(Error::NotFound);
        }
        settings::keep_shop(tx, &shop)?;
        let detail = json!({ "name": shop.name, "zone": shop.zone.name(), "language": shop.language.code() });
        Ok(audit::record(tx, &Actor::karcis(), "settings.shop", ("settings", "shop"), &detail, now)?)
    })
    .await?;
    go("/")
}

pub(super) async fn owner_page(desk: &Desk, status: StatusCode) -> Answer {
    let (name, password) = (Field::new("name", ""), Field::new("password", ""));
    Ok(show_with(status, &owner_view(desk, name, password).await?))
}

async fn owner_view(desk: &Desk, name: Field, password: Field) -> Result<OwnerPage, Fault> {
    Ok(OwnerPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.wizard.owner.title).await?,
        steps: steps(desk.t, Stage::Owner),
        name,
        password,
    })
}

#[derive(Deserialize)]
pub(super) struct OwnerForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
}

/// Makes the owner and signs them in, so that the next steps have somebody answerable.
pub(super) async fn found(desk: Desk, Form(form): Form<OwnerForm>) -> Answer {
    let t = desk.t;
    let mut name = Field::new("name", form.name.clone());
    let mut password = Field::new("password", "");
    let parsed = name.read(str::parse::<PersonName>, |error| t.fields.wrong_text(error, PersonName::MOST));
    let shop = desk.visit.shop.name.clone();
    let new = passwords::parse(&mut password, &form.password, &[&form.name, &shop], t);
    let (Some(person), Some(new)) = (parsed, new) else {
        return again(&owner_view(&desk, name, password).await?);
    };
    let office = desk.office.clone();
    let founded = desk
        .blocking(move || {
            let hash = staff::hash(&new, office.cost(), office.rng().as_mut());
            office.db().write(|tx| {
                if settings::shop(tx)?.name.is_empty() {
                    return Err(Error::Unready);
                }
                staff::found_owner(tx, person, hash, office.rng().as_mut(), office.now()).map_err(refused)
            })
        })
        .await?;
    founded?;
    entry::signed_in(&desk, &form.name, &form.password, "/").await
}

fn refused(error: StaffError) -> Error {
    match error {
        // The wizard's pages are gone once there is an owner.
        StaffError::AlreadyFounded => Error::NotFound,
        StaffError::NameTaken => Error::Refused(Refusal::R201 { name: String::new() }),
        StaffError::Unknown => Error::NotFound,
        StaffError::LastOwner => Error::Refused(Refusal::R202),
        StaffError::Fault(fault) => Error::Fault(fault),
    }
}

/// The zones as people know them.
pub(crate) fn zone_choices(chosen: Zone, t: &Texts) -> Vec<Choice> {
    let word = |zone: Zone| match zone {
        Zone::Wib => t.settings.wib,
        Zone::Wita => t.settings.wita,
        Zone::Wit => t.settings.wit,
    };
    Zone::ALL.into_iter().map(|zone| Choice::new(zone.name(), word(zone), zone == chosen)).collect()
}

/// The languages, each in its own words.
pub(crate) fn language_choices(chosen: Language) -> Vec<Choice> {
    let word = |language: Language| match language {
        Language::Id => "Bahasa Indonesia",
        Language::En => "English",
    };
    Language::ALL.into_iter().map(|it| Choice::new(it.code(), word(it), it == chosen)).collect()
}
