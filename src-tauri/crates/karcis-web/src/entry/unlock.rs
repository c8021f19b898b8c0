//! Bringing the data key after a start: by the passphrase, or by the recovery key from its drawer.

use crate::access::Access;
use crate::answer::{Answer, again, go, own_address, show_with};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form, Query};
use crate::frame::{Frame, Nav};
use crate::office::Office;
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::http::StatusCode;
use karcis_core::audit;
use karcis_core::fault::Fault;
use karcis_core::secrets::{
    self, DataKey, ParsePassphraseError, ParseRecoveryKeyError, Passphrase, RecoveryKey, UnwrapError,
    WrapKind,
};
use karcis_core::staff::{Area, Deed, Permission};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

/// Where the data key lives is the business of whoever sets the shop up.
const SET_UP: Access = Access::SettingUp(Permission::new(Area::System, Deed::Update));

#[derive(Template)]
#[template(path = "entry/unlock.html")]
struct UnlockPage {
    t: &'static Texts,
    frame: Frame,
    by_passphrase: bool,
    /// Whether the key can be kept on this computer from now on, as where the books came from.
    can_keep: bool,
    keep: bool,
    key: Field,
    next: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct UnlockForm {
    #[serde(default)]
    key: String,
    #[serde(default)]
    next: String,
    /// Ticked when the key shall stay on this computer.
    #[serde(default)]
    keep: String,
}

/// Why what was typed does not open the books.
enum Unopened {
    Letter,
    Length(usize),
    Typo,
    Wrong,
    Fault(Fault),
}

pub(super) async fn form(desk: Desk, Query(query): Query<Next>) -> Answer {
    page(&desk, StatusCode::OK, own_address(&query.next)).await
}

/// The page that asks for the passphrase or the recovery key.
pub(crate) async fn page(desk: &Desk, status: StatusCode, next: &str) -> Answer {
    Ok(show_with(status, &view(desk, Field::new("key", ""), true, next).await?))
}

async fn view(desk: &Desk, key: Field, keep: bool, next: &str) -> Result<UnlockPage, Fault> {
    let by_passphrase = desk.read(|tx| secrets::has_wrap(tx, WrapKind::Passphrase)).await?;
    Ok(UnlockPage {
        t: desk.t,
        frame: desk.frame(Nav::None, desk.t.unlock.title).await?,
        can_keep: !by_passphrase && may_keep(desk),
        by_passphrase,
        keep,
        key,
        next: own_address(next).to_owned(),
    })
}

/// Whether this person may have the key kept in this computer's keyring, and there is one to ask.
fn may_keep(desk: &Desk) -> bool {
    desk.office.hooks().key_safe.is_some() && SET_UP.admits(&desk.visit).is_ok()
}

/// Keeps the key that was just brought in this computer's keyring, so that the next start asks for nothing: the books have
/// moved here, or the keyring has forgotten it.
async fn keep(desk: &Desk) -> Result<(), Error> {
    let by_passphrase = desk.read(|tx| secrets::has_wrap(tx, WrapKind::Passphrase)).await?;
    let safe = desk.office.hooks().key_safe.clone().filter(|_| !by_passphrase && may_keep(desk));
    let safe = safe.ok_or(Error::Refused(Refusal::R304))?;
    let keys = desk.office.keys().clone();
    if let Some(Err(fault)) = desk.blocking(move || keys.with(|key| (safe.keep)(key))).await? {
        tracing::warn!(error = %fault.chain(), "the keyring does not keep the data key");
        return Err(Error::Refused(Refusal::R304));
    }
    let (actor, now) = (desk.actor()?, desk.now());
    let detail = json!({ "place": "keyring" });
    desk.write(move |tx| audit::record(tx, &actor, "secrets.house", ("secrets", "data_key"), &detail, now))
        .await?;
    Ok(())
}

pub(super) async fn bring(desk: Desk, Form(form): Form<UnlockForm>) -> Answer {
    let (office, typed) = (desk.office.clone(), Zeroizing::new(form.key));
    let opened = desk.blocking(move || open(&office, &typed)).await?;
    let message = match opened {
        Ok(key) => {
            desk.office.keys().unlock(key);
            if !form.keep.is_empty() {
                keep(&desk).await?;
            }
            return go(own_address(&form.next));
        }
        Err(Unopened::Letter) => desk.t.unlock.letter.to_owned(),
        Err(Unopened::Length(found)) => desk.t.unlock.length(found),
        Err(Unopened::Typo) => desk.t.unlock.typo.to_owned(),
        Err(Unopened::Wrong) => desk.t.unlock.wrong.to_owned(),
        Err(Unopened::Fault(fault)) => return Err(Error::Fault(fault)),
    };
    let mut key = Field::new("key", "");
    key.refuse(message);
    again(&view(&desk, key, !form.keep.is_empty(), &form.next).await?)
}

/// Tries the passphrase first where there is one: a recovery key typed by mistake has another form.
fn open(office: &Office, typed: &str) -> Result<DataKey, Unopened> {
    let by_recovery = match typed.parse::<RecoveryKey>() {
        Ok(recovery) => return unwrapped(office, secrets::unwrap_with_recovery(office.db(), &recovery)),
        Err(ParseRecoveryKeyError::Letter) => Unopened::Letter,
        Err(ParseRecoveryKeyError::Length(found)) => Unopened::Length(found),
        Err(ParseRecoveryKeyError::Typo) => Unopened::Typo,
    };
    match secrets::unwrap_with_passphrase(office.db(), typed) {
        Err(UnwrapError::NoWrap) => Err(by_recovery),
        answer => unwrapped(office, answer),
    }
}

fn unwrapped(office: &Office, answer: Result<DataKey, UnwrapError>) -> Result<DataKey, Unopened> {
    let key = answer.map_err(|error| match error {
        UnwrapError::Wrong | UnwrapError::NoWrap => Unopened::Wrong,
        UnwrapError::Fault(fault) => Unopened::Fault(fault),
    })?;
    match office.db().read(|tx| secrets::is_ours(tx, &key)) {
        Ok(true) => Ok(key),
        Ok(false) => Err(Unopened::Wrong),
        Err(fault) => Err(Unopened::Fault(fault)),
    }
}

/// What is wrong with a passphrase somebody wants to use.
pub(crate) fn wrong_passphrase(error: ParsePassphraseError, t: &Texts) -> String {
    match error {
        ParsePassphraseError::TooShort => t.password.too_short(Passphrase::LEAST),
        ParsePassphraseError::TooLong => t.password.too_long(Passphrase::MOST),
        ParsePassphraseError::TooPlain => t.password.too_plain.to_owned(),
    }
}
