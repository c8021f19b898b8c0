//! Adding a router and changing how it is reached.

use super::trial::met_before;
use super::{in_use, known, locked};
use crate::answer::{Answer, again, go, show};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form, RequestKey};
use crate::frame::{Frame, Nav};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::routers::{self, Router, RouterError, RouterRequest, SealedPassword};
use karcis_core::values::{RouterId, line};
use serde::Deserialize;

const PORT_PLAIN: u16 = 8728;
const PORT_TLS: u16 = 8729;

/// What is sent. The password is kept when left empty while a router is changed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RouterForm {
    name: String,
    host: String,
    port: String,
    tls: String,
    plain: String,
    user: String,
    pub(super) password: String,
    pub(super) no_password: String,
    ssid: String,
    /// What the test before saving met, and where.
    met: String,
    request_key: String,
}

impl RouterForm {
    /// Whether the form says which password the router's user has.
    pub(super) fn says_password(&self) -> bool {
        !self.password.is_empty() || !self.no_password.is_empty()
    }
}

/// The same form as it is shown.
#[derive(Clone)]
pub(super) struct RouterFields {
    name: Field,
    host: Field,
    port: Field,
    tls: bool,
    plain: bool,
    plain_error: Option<String>,
    user: Field,
    password: Field,
    no_password: bool,
    ssid: Field,
}

impl RouterFields {
    fn blank() -> RouterFields {
        RouterFields { tls: true, ..RouterFields::sent(&RouterForm::default()) }
    }

    fn of(router: &Router) -> RouterFields {
        RouterFields {
            name: Field::new("name", router.name.clone()),
            host: Field::new("host", router.host.clone()),
            port: Field::new("port", router.port.to_string()),
            tls: router.tls,
            plain: !router.tls,
            plain_error: None,
            user: Field::new("user", router.user_name.clone()),
            password: Field::new("password", ""),
            no_password: false,
            ssid: Field::new("ssid", router.ssid.clone().unwrap_or_default()),
        }
    }

    pub(super) fn sent(form: &RouterForm) -> RouterFields {
        RouterFields {
            name: Field::new("name", form.name.clone()),
            host: Field::new("host", form.host.clone()),
            port: Field::new("port", form.port.clone()),
            tls: !form.tls.is_empty(),
            plain: !form.plain.is_empty(),
            plain_error: None,
            user: Field::new("user", form.user.clone()),
            password: Field::new("password", ""),
            no_password: !form.no_password.is_empty(),
            ssid: Field::new("ssid", form.ssid.clone()),
        }
    }

    /// The request that was typed, without its password; every field that is wrong says so.
    pub(super) fn parse(
        &mut self,
        password_needed: bool,
        form: &RouterForm,
        t: &Texts,
    ) -> Option<RouterRequest> {
        let host = self.host.read(|text| line(text, 253), |_| beside(&Refusal::R132, t));
        let user = self.user.read(|text| line(text, 64), |_| beside(&Refusal::R133, t));
        let name = self.name.read(|text| line(text, 40), |_| beside(&Refusal::R131, t));
        let usual = if self.tls { PORT_TLS } else { PORT_PLAIN };
        let port = self.port.read(|text| port(text, usual).ok_or(()), |()| beside(&Refusal::R137, t));
        if password_needed && !form.says_password() {
            self.password.refuse(beside(&Refusal::R134, t));
        }
        if !self.tls && !self.plain {
            self.plain_error = Some(beside(&Refusal::R136, t));
        }
        let (Some(name), Some(host), Some(user_name), Some(port)) = (name, host, user, port) else {
            return None;
        };
        if self.password.error.is_some() || self.plain_error.is_some() {
            return None;
        }
        let ssid = Some(self.ssid.value.clone()).filter(|ssid| !ssid.trim().is_empty());
        Some(RouterRequest {
            name,
            host,
            port,
            tls: self.tls,
            plain_accepted: self.plain,
            user_name,
            password: None,
            ssid,
        })
    }

    /// Puts a refusal of the rules beside the field it is about; gives back what belongs to no field.
    pub(super) fn refuse(&mut self, error: RouterError, t: &Texts) -> Result<(), Error> {
        match error {
            RouterError::BadName => self.name.refuse(beside(&Refusal::R131, t)),
            RouterError::BadHost => self.host.refuse(beside(&Refusal::R132, t)),
            RouterError::BadUser => self.user.refuse(beside(&Refusal::R133, t)),
            RouterError::NoPassword => self.password.refuse(beside(&Refusal::R134, t)),
            RouterError::NameTaken => self.name.refuse(beside(&Refusal::R135, t)),
            RouterError::PlainNotAccepted => self.plain_error = Some(beside(&Refusal::R136, t)),
            RouterError::Unknown => return Err(Error::NotFound),
            RouterError::Fault(fault) => return Err(Error::Fault(fault)),
        }
        Ok(())
    }
}

fn port(text: &str, usual: u16) -> Option<u16> {
    match text.trim() {
        "" => Some(usual),
        digits => digits.parse().ok().filter(|port| *port > 0),
    }
}

#[derive(Template)]
#[template(path = "routers/form.html")]
struct FormPage {
    t: &'static Texts,
    frame: Frame,
    title: String,
    /// Where the form goes; the trial is one step below.
    address: String,
    back: String,
    is_new: bool,
    fields: RouterFields,
    request_key: RequestKey,
}

async fn view(
    desk: &Desk,
    router: Option<&Router>,
    fields: RouterFields,
    request_key: RequestKey,
) -> Result<FormPage, Fault> {
    let title =
        router.map_or(desk.t.routers.add.to_owned(), |router| desk.t.routers.edit_title(&router.name));
    let address = router.map_or("/routers".to_owned(), |router| format!("/routers/{}", router.id));
    Ok(FormPage {
        t: desk.t,
        frame: desk.frame(Nav::Routers, &title).await?,
        title,
        back: address.clone(),
        address,
        is_new: router.is_none(),
        fields,
        request_key,
    })
}

pub(super) async fn blank(desk: Desk) -> Answer {
    let key = desk.request_key();
    show(&view(&desk, None, RouterFields::blank(), key).await?)
}

pub(super) async fn filled(desk: Desk, Path(id): Path<String>) -> Answer {
    let router = changeable(&desk, known(&id)?).await?;
    let key = desk.request_key();
    show(&view(&desk, Some(&router), RouterFields::of(&router), key).await?)
}

/// The practice router is where it listens; there is nothing about it to change.
pub(super) async fn changeable(desk: &Desk, id: RouterId) -> Result<Router, Error> {
    let router = desk.read(move |tx| in_use(tx, id)).await?;
    if router.practice { Err(Error::NotFound) } else { Ok(router) }
}

/// The form again, wherever the request came from, with what is wrong beside its fields.
pub(super) async fn again_with(
    desk: &Desk,
    router: Option<&Router>,
    fields: RouterFields,
    key: RequestKey,
) -> Answer {
    again(&view(desk, router, fields, key).await?)
}

pub(super) async fn add(desk: Desk, Form(form): Form<RouterForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let mut fields = RouterFields::sent(&form);
    let Some(mut request) = fields.parse(true, &form, desk.t) else {
        return again_with(&desk, None, fields, key).await;
    };
    let id = RouterId::new(desk.now(), desk.office.rng().as_mut());
    request.password = Some(sealed(&desk, id, &form.password)?);
    let (actor, now, once) = (desk.actor()?, desk.now(), key.clone());
    let added = desk
        .write(move |tx| {
            let router = routers::add(tx, &actor, id, &request, once.as_str(), now)?;
            if let Some(machine) = met_before(&form.met, &router) {
                routers::meet(tx, &actor, router.id, &machine, now)?;
            }
            Ok(router)
        })
        .await;
    match added {
        Ok(router) => {
            desk.office.engine().reconnect(router.id).await;
            go(&format!("/routers/{}", router.id))
        }
        Err(error) => {
            fields.refuse(error, desk.t)?;
            again_with(&desk, None, fields, key).await
        }
    }
}

pub(super) async fn change(desk: Desk, Path(id): Path<String>, Form(form): Form<RouterForm>) -> Answer {
    let before = changeable(&desk, known(&id)?).await?;
    let (id, key) = (before.id, RequestKey::parse(&form.request_key)?);
    let mut fields = RouterFields::sent(&form);
    let Some(mut request) = fields.parse(false, &form, desk.t) else {
        return again_with(&desk, Some(&before), fields, key).await;
    };
    if form.says_password() {
        request.password = Some(sealed(&desk, id, &form.password)?);
    }
    let (actor, now) = (desk.actor()?, desk.now());
    match desk.write(move |tx| routers::change(tx, &actor, id, &request, now)).await {
        Ok(router) => {
            desk.office.engine().reconnect(router.id).await;
            go(&format!("/routers/{}", router.id))
        }
        Err(error) => {
            fields.refuse(error, desk.t)?;
            again_with(&desk, Some(&before), fields, key).await
        }
    }
}

/// The password under the data key, outside of any transaction.
pub(super) fn sealed(desk: &Desk, id: RouterId, password: &str) -> Result<SealedPassword, Error> {
    let mut rng = desk.office.rng();
    let sealed = desk.office.keys().with(|key| SealedPassword::seal(key, id, password, rng.as_mut()));
    sealed.ok_or_else(locked)
}
