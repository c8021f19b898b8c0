//! Adding a reseller, changing one, taking one out of use.

use super::{known, refused};
use crate::answer::{Answer, again, go, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Field, Form, RequestKey};
use crate::frame::{Frame, Nav};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::resellers::{self, Commission, Reseller, ResellerError, ResellerRequest};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "resellers/form.html")]
struct FormPage {
    t: &'static Texts,
    frame: Frame,
    title: String,
    address: String,
    back: String,
    name: Field,
    phone: Field,
    commission: Field,
    request_key: RequestKey,
}

#[derive(Debug, Deserialize)]
pub(super) struct ResellerForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    commission: String,
    #[serde(default)]
    request_key: String,
}

/// The form as it stands: empty, from the books, or as it was sent.
struct Filled {
    name: Field,
    phone: Field,
    commission: Field,
}

impl Filled {
    fn of(name: &str, phone: &str, commission: &str) -> Filled {
        Filled {
            name: Field::new("name", name),
            phone: Field::new("phone", phone),
            commission: Field::new("commission", commission),
        }
    }

    fn sent(form: &ResellerForm) -> Filled {
        Filled::of(&form.name, &form.phone, &form.commission)
    }

    /// What is asked, when the share can be read; the rest is the reseller slice's to say.
    fn request(&mut self, t: &Texts) -> Option<ResellerRequest> {
        let say = |_| t.resellers.wrong_commission.to_owned();
        let commission = self.commission.read(str::parse::<Commission>, say)?;
        Some(ResellerRequest { name: self.name.value.clone(), phone: self.phone.value.clone(), commission })
    }

    fn refuse(&mut self, error: ResellerError, desk: &Desk) -> Result<(), Error> {
        let sentence = |refusal: Refusal| refusal.sentence(desk.t);
        match error {
            ResellerError::BadName => self.name.refuse(sentence(Refusal::R841)),
            ResellerError::NameTaken => {
                self.name.refuse(sentence(Refusal::R843 { name: self.name.value.clone() }));
            }
            ResellerError::BadPhone => self.phone.refuse(sentence(Refusal::R842)),
            ResellerError::Unknown | ResellerError::NotSettled { .. } | ResellerError::Fault(_) => {
                return Err(refused(error, "", desk));
            }
        }
        Ok(())
    }
}

pub(super) async fn add_page(desk: Desk) -> Answer {
    let key = desk.request_key();
    show(&drawn(&desk, None, Filled::of("", "", "10"), key).await?)
}

pub(super) async fn edit_page(desk: Desk, Path(id): Path<String>) -> Answer {
    let reseller = found(&desk, &id).await?;
    let filled = Filled::of(&reseller.name, &reseller.phone, &reseller.commission.to_string());
    let key = desk.request_key();
    show(&drawn(&desk, Some(&reseller), filled, key).await?)
}

async fn found(desk: &Desk, id: &str) -> Result<Reseller, Error> {
    let id = known(id)?;
    desk.read(move |tx| resellers::reseller(tx, id)).await?.ok_or(Error::NotFound)
}

async fn drawn(
    desk: &Desk,
    of: Option<&Reseller>,
    filled: Filled,
    request_key: RequestKey,
) -> Result<FormPage, Fault> {
    let t = desk.t;
    let title = of.map_or(t.resellers.add.to_owned(), |reseller| t.resellers.change_of(&reseller.name));
    let address = of.map_or("/resellers".to_owned(), |reseller| format!("/resellers/{}", reseller.id));
    Ok(FormPage {
        t,
        frame: desk.frame(Nav::Resellers, &title).await?,
        title,
        back: address.clone(),
        address,
        name: filled.name,
        phone: filled.phone,
        commission: filled.commission,
        request_key,
    })
}

pub(super) async fn add(desk: Desk, Form(form): Form<ResellerForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let mut filled = Filled::sent(&form);
    let Some(request) = filled.request(desk.t) else {
        return again(&drawn(&desk, None, filled, key).await?);
    };
    let (actor, now, mut rng, sent) = (desk.actor()?, desk.now(), desk.office.rng(), key.clone());
    let added =
        desk.write(move |tx| resellers::add(tx, &actor, &request, sent.as_str(), rng.as_mut(), now)).await;
    match added {
        Ok(reseller) => go(&format!("/resellers/{}", reseller.id)),
        Err(error) => {
            filled.refuse(error, &desk)?;
            again(&drawn(&desk, None, filled, key).await?)
        }
    }
}

pub(super) async fn change(desk: Desk, Path(id): Path<String>, Form(form): Form<ResellerForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let reseller = found(&desk, &id).await?;
    let mut filled = Filled::sent(&form);
    let Some(request) = filled.request(desk.t) else {
        return again(&drawn(&desk, Some(&reseller), filled, key).await?);
    };
    let (actor, now, id) = (desk.actor()?, desk.now(), reseller.id);
    match desk.write(move |tx| resellers::change(tx, &actor, id, &request, now)).await {
        Ok(_) => go(&format!("/resellers/{id}")),
        Err(error) => {
            filled.refuse(error, &desk)?;
            again(&drawn(&desk, Some(&reseller), filled, key).await?)
        }
    }
}

pub(super) async fn archive(desk: Desk, Path(id): Path<String>) -> Answer {
    put_away(desk, &id, true).await
}

pub(super) async fn restore(desk: Desk, Path(id): Path<String>) -> Answer {
    put_away(desk, &id, false).await
}

async fn put_away(desk: Desk, id: &str, archived: bool) -> Answer {
    let (id, actor, now) = (known(id)?, desk.actor()?, desk.now());
    let done = desk.write(move |tx| resellers::archive(tx, &actor, id, archived, now)).await;
    done.map_err(|error| refused(error, "", &desk))?;
    if archived { go("/resellers") } else { go(&format!("/resellers/{id}")) }
}
