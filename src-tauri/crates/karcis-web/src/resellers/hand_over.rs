//! Handing a batch to a reseller.

use super::not_handed;
use crate::answer::{Answer, again, go, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form, RequestKey};
use crate::frame::{Frame, Nav};
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::resellers::{self, Commission, HandoverRequest, Reseller};
use karcis_core::values::{BatchId, Money};
use karcis_core::vouchers::{self, Batch};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "resellers/hand_over.html")]
struct HandOverPage {
    t: &'static Texts,
    frame: Frame,
    id: String,
    title: String,
    sentence: String,
    resellers: Vec<Choice>,
    commission: Field,
    request_key: RequestKey,
}

#[derive(Debug, Deserialize)]
pub(super) struct HandOverForm {
    #[serde(default)]
    reseller: String,
    #[serde(default)]
    commission: String,
    #[serde(default)]
    request_key: String,
}

fn known(id: &str) -> Result<BatchId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

struct Ground {
    batch: Batch,
    unsold: u32,
    resellers: Vec<Reseller>,
}

async fn ground(desk: &Desk, id: BatchId) -> Result<Ground, Error> {
    let found = desk
        .read(move |tx| {
            let Some(batch) = vouchers::batch(tx, id)? else { return Ok::<_, Error>(None) };
            let unsold = resellers::unsold(tx, id)?.len();
            let unsold = u32::try_from(unsold).unwrap_or(u32::MAX);
            let resellers = resellers::all(tx)?.into_iter().map(|(reseller, _)| reseller);
            let resellers = resellers.filter(|reseller| !reseller.archived).collect();
            Ok(Some(Ground { batch, unsold, resellers }))
        })
        .await?;
    found.ok_or(Error::NotFound)
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let ground = ground(&desk, known(&id)?).await?;
    let usual = ground.resellers.first().map(|reseller| reseller.commission).unwrap_or_default();
    let (commission, key) = (Field::new("commission", usual.to_string()), desk.request_key());
    show(&drawn(&desk, &ground, "", commission, key).await?)
}

async fn drawn(
    desk: &Desk,
    ground: &Ground,
    chosen: &str,
    commission: Field,
    request_key: RequestKey,
) -> Result<HandOverPage, Error> {
    let (t, format, batch) = (desk.t, desk.format, &ground.batch);
    let worth = batch.selling_price.times(ground.unsold).unwrap_or(Money::ZERO);
    let title = t.resellers.hand_over_title(batch.number, &batch.plan_name);
    let choice = |reseller: &Reseller| {
        let label = t.resellers.with_share(&reseller.name, format!("{} %", reseller.commission));
        Choice::new(reseller.id.to_string(), label, reseller.id.to_string() == chosen)
    };
    Ok(HandOverPage {
        t,
        frame: desk.frame(Nav::Batches, &title).await?,
        id: batch.id.to_string(),
        sentence: t.resellers.hand_over_sentence(format.count(ground.unsold), format.money(worth)),
        title,
        resellers: ground.resellers.iter().map(choice).collect(),
        commission,
        request_key,
    })
}

pub(super) async fn hand_over(desk: Desk, Path(id): Path<String>, Form(form): Form<HandOverForm>) -> Answer {
    let (id, key) = (known(&id)?, RequestKey::parse(&form.request_key)?);
    let mut commission = Field::new("commission", form.commission.clone());
    let say = |_| desk.t.resellers.wrong_commission.to_owned();
    let Some(share) = commission.read(str::parse::<Commission>, say) else {
        let ground = ground(&desk, id).await?;
        return again(&drawn(&desk, &ground, &form.reseller, commission, key).await?);
    };
    let reseller = form.reseller.parse().map_err(|_| Error::Unreadable)?;
    let request = HandoverRequest { reseller, batch: id, commission: share };
    let (actor, now, mut rng) = (desk.actor()?, desk.now(), desk.office.rng());
    desk.write(move |tx| resellers::hand_over(tx, &actor, &request, key.as_str(), rng.as_mut(), now))
        .await
        .map_err(|error| not_handed(error, &desk))?;
    go(&format!("/resellers/{reseller}"))
}
