//! Steps three and four: the recovery key on paper, and where the data key lives.

use super::stage::KEY_HOME;
use super::{Stage, Step, steps};
use crate::answer::{Answer, again, go, show_with};
use crate::desk::Desk;
use crate::entry::unlock;
use crate::error::Error;
use crate::fields::{Field, Form};
use crate::frame::{Frame, Nav};
use crate::office::{Founding, Office};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::http::StatusCode;
use karcis_core::audit;
use karcis_core::fault::Fault;
use karcis_core::secrets::{self, AdoptError, DataKey, Passphrase, RecoveryKey};
use karcis_core::settings;
use serde::Deserialize;
use serde_json::json;
use std::sync::PoisonError;

#[derive(Template)]
#[template(path = "wizard/recovery.html")]
struct RecoveryPage {
    t: &'static Texts,
    frame: Frame,
    steps: Vec<Step>,
    groups: Vec<String>,
    made: String,
    last: Field,
}

#[derive(Template)]
#[template(path = "wizard/key_home.html")]
struct KeyHomePage {
    t: &'static Texts,
    frame: Frame,
    steps: Vec<Step>,
    keyring: bool,
    passphrase: Field,
}

/// Shows the recovery key. Nothing is in the books before somebody has kept it, so leaving here loses nothing.
pub(super) async fn recovery_page(desk: &Desk, status: StatusCode) -> Answer {
    Ok(show_with(status, &recovery_view(desk, Field::new("last", "")).await?))
}

async fn recovery_view(desk: &Desk, last: Field) -> Result<RecoveryPage, Fault> {
    Ok(RecoveryPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.wizard.recovery.title).await?,
        steps: steps(desk.t, Stage::Recovery),
        groups: shown_groups(&desk.office),
        made: desk.format.moment(desk.now()),
        last,
    })
}

/// The groups of the key being shown; made on the first look and the same until somebody has kept it.
fn shown_groups(office: &Office) -> Vec<String> {
    let mut founding = office.founding().lock().unwrap_or_else(PoisonError::into_inner);
    let founding = founding.get_or_insert_with(|| {
        let mut rng = office.rng();
        Founding { data_key: DataKey::new(rng.as_mut()), recovery: RecoveryKey::new(rng.as_mut()) }
    });
    founding.recovery.to_string().split('-').map(str::to_owned).collect()
}

#[derive(Deserialize)]
pub(super) struct RecoveryForm {
    #[serde(default)]
    last: String,
}

/// The last group was typed from the paper: the key goes into the books, wrapped, and from now on opens them.
pub(super) async fn kept(desk: Desk, Form(form): Form<RecoveryForm>) -> Answer {
    if desk.visit.stage != Stage::Recovery {
        return go("/");
    }
    let typed = form.last.trim().to_uppercase();
    if shown_groups(&desk.office).last() != Some(&typed) {
        let mut last = Field::new("last", form.last);
        last.refuse(desk.t.wizard.recovery.not_the_last);
        return again(&recovery_view(&desk, last).await?);
    }
    let (office, actor) = (desk.office.clone(), desk.actor()?);
    desk.blocking(move || {
        let mut shown = office.founding().lock().unwrap_or_else(PoisonError::into_inner);
        let Some(founding) = shown.as_ref() else { return Ok(()) };
        let mut rng = office.rng();
        let wrap =
            secrets::wrap_with_recovery(&founding.data_key, &founding.recovery, office.cost(), rng.as_mut());
        office.db().write(|tx| {
            secrets::adopt(tx, &actor, &founding.data_key, rng.as_mut(), office.now())
                .map_err(adopted_twice)?;
            Ok::<_, Error>(secrets::keep_wrap(tx, &actor, &wrap, office.now())?)
        })?;
        if let Some(founding) = shown.take() {
            office.keys().unlock(founding.data_key);
        }
        Ok::<_, Error>(())
    })
    .await??;
    go("/")
}

fn adopted_twice(error: AdoptError) -> Error {
    match error {
        AdoptError::AnotherKey => Error::Refused(Refusal::R302),
        AdoptError::Fault(fault) => Error::Fault(fault),
    }
}

/// Asks where the data key shall live; after a restart in between, asks for the recovery key first.
pub(super) async fn home_page(desk: &Desk, status: StatusCode) -> Answer {
    if !desk.office.keys().is_unlocked() {
        return unlock::page(desk, status, "/").await;
    }
    Ok(show_with(status, &home_view(desk, Field::new("passphrase", "")).await?))
}

async fn home_view(desk: &Desk, passphrase: Field) -> Result<KeyHomePage, Fault> {
    let safe = desk.office.hooks().key_safe.clone();
    let keyring = desk.blocking(move || safe.is_some_and(|safe| (safe.usable)())).await?;
    Ok(KeyHomePage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.wizard.key_home.title).await?,
        steps: steps(desk.t, Stage::KeyHome),
        keyring,
        passphrase,
    })
}

/// Keeps the data key in the system's keyring.
pub(super) async fn in_keyring(desk: Desk) -> Answer {
    if desk.visit.stage != Stage::KeyHome {
        return go("/");
    }
    let safe = desk.office.hooks().key_safe.clone().ok_or(Error::Refused(Refusal::R303))?;
    let keys = desk.office.keys().clone();
    let kept = desk.blocking(move || keys.with(|key| (safe.keep)(key))).await?;
    match kept {
        None => return Err(Error::Refused(Refusal::R301)),
        Some(Err(fault)) => {
            tracing::warn!(error = %fault.chain(), "the keyring does not keep the data key");
            return Err(Error::Refused(Refusal::R303));
        }
        Some(Ok(())) => {}
    }
    housed(&desk, "keyring").await
}

#[derive(Deserialize)]
pub(super) struct PassphraseForm {
    #[serde(default)]
    passphrase: String,
}

/// Wraps the data key under a passphrase that is asked for at every start.
pub(super) async fn under_passphrase(desk: Desk, Form(form): Form<PassphraseForm>) -> Answer {
    if desk.visit.stage != Stage::KeyHome {
        return go("/");
    }
    let mut field = Field::new("passphrase", "");
    let parsed = Passphrase::parse(&form.passphrase);
    let passphrase = match parsed {
        Ok(passphrase) => passphrase,
        Err(error) => {
            field.refuse(unlock::wrong_passphrase(error, desk.t));
            return again(&home_view(&desk, field).await?);
        }
    };
    let (office, actor) = (desk.office.clone(), desk.actor()?);
    desk.blocking(move || {
        let mut rng = office.rng();
        let wrap =
            |key: &DataKey| secrets::wrap_with_passphrase(key, &passphrase, office.cost(), rng.as_mut());
        let wrap = office.keys().with(wrap).ok_or(Error::Refused(Refusal::R301))?;
        office.db().write(|tx| Ok::<_, Error>(secrets::keep_wrap(tx, &actor, &wrap, office.now())?))
    })
    .await??;
    housed(&desk, "passphrase").await
}

async fn housed(desk: &Desk, place: &'static str) -> Answer {
    let (actor, now) = (desk.actor()?, desk.now());
    desk.write(move |tx| {
        settings::keep(tx, KEY_HOME, place)?;
        audit::record(tx, &actor, "secrets.house", ("secrets", "data_key"), &json!({ "place": place }), now)
    })
    .await?;
    go("/")
}
