//! What a run writes into its books: a router, a plan, a batch.

use super::{DemoError, RouterAddress, Trial, blocking};
use crate::demo::DemoRequest;
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::{Db, ReadTx, WriteTx};
use karcis_core::fault::Fault;
use karcis_core::outbox;
use karcis_core::plans::{self, Alphabet, CodeMode, CodeStyle, Plan, PlanRequest};
use karcis_core::routers::{self, Router, RouterRequest, SealedPassword};
use karcis_core::secrets;
use karcis_core::settings::{self, Language, Shop};
use karcis_core::staff;
use karcis_core::values::{Money, Period, RouterId, Timestamp};
use karcis_core::vouchers::{self, Batch, BatchRequest, BatchState, IssueError, Tally};
use karcis_web::Randomness;
use rand::CryptoRng;

const PLAN: &str = "1 Hari";
const ROUTER: &str = "Router";
const PRACTICE: &str = "Router latihan";

/// Makes the books a run's own; refuses those of a real shop.
pub(super) fn found(db: &Db, randomness: &Randomness, now: Timestamp) -> Result<(), DemoError> {
    let taken = db.read(|tx| Ok::<_, Fault>(secrets::has_key(tx)? || staff::anybody(tx)?))?;
    if taken {
        return Err(DemoError::ShopBooks);
    }
    db.write(|tx| {
        settings::found(tx, randomness().as_mut())?;
        counters::found(tx, randomness().as_mut(), now)
    })?;
    Ok(())
}

impl Trial {
    /// The router of this run, under the password and address of this run; its lane is tried at once.
    pub(super) async fn router(&self, request: &DemoRequest) -> Result<Router, DemoError> {
        self.keep_shop(request.language).await?;
        let known = self.db.reading(routers::routers).await?;
        let other = known.iter().find(|known| known.practice == request.router.is_some());
        if let Some(other) = other {
            return Err(DemoError::OtherRouter(other.name.clone()));
        }
        let router = match &request.router {
            Some(address) => self.real_router(known.into_iter().next(), address).await?,
            None => self.practice_router().await?,
        };
        let (actor, lane, now) = (self.actor.clone(), router.lane(), (self.clock)());
        self.db
            .writing(move |tx| {
                outbox::unblock(tx, &lane, now)?;
                // A person starts the run anew, so what was given up is tried anew.
                for note in outbox::needing_attention(tx, u16::MAX)? {
                    outbox::revive(tx, &actor, note.id, now)?;
                }
                Ok::<_, Fault>(())
            })
            .await?;
        Ok(router)
    }

    async fn keep_shop(&self, language: Language) -> Result<(), DemoError> {
        self.db
            .writing(move |tx| {
                let shop = settings::shop(tx)?;
                settings::keep_shop(tx, &Shop { name: "Karcis".to_owned(), language, ..shop })
            })
            .await?;
        Ok(())
    }

    async fn real_router(&self, known: Option<Router>, address: &RouterAddress) -> Result<Router, DemoError> {
        let (mut rng, now) = ((self.randomness)(), (self.clock)());
        let id = known.as_ref().map_or_else(|| RouterId::new(now, rng.as_mut()), |known| known.id);
        let sealed = self.keys.with(|key| SealedPassword::seal(key, id, &address.password, rng.as_mut()));
        let request = RouterRequest {
            name: ROUTER.to_owned(),
            host: address.host.clone(),
            port: address.port,
            tls: address.tls,
            plain_accepted: true,
            user_name: address.user.clone(),
            password: sealed,
            ssid: None,
        };
        let (actor, is_known) = (self.actor.clone(), known.is_some());
        let kept = self.db.writing(move |tx| match is_known {
            true => routers::change(tx, &actor, id, &request, now),
            false => routers::add(tx, &actor, id, &request, "demo-router", now),
        });
        kept.await.map_err(refused_router)
    }

    async fn practice_router(&self) -> Result<Router, DemoError> {
        let (practice, db, keys) = (self.practice.clone(), self.db.clone(), self.keys.clone());
        let (actor, randomness, now) = (self.actor.clone(), self.randomness.clone(), (self.clock)());
        blocking(move || {
            let here = practice.start()?;
            let mut rng = randomness();
            let known = db.read(routers::practice_router)?;
            let id = known.map_or_else(|| RouterId::new(now, rng.as_mut()), |known| known.id);
            let sealed = keys.with(|key| SealedPassword::seal(key, id, &here.password, rng.as_mut()));
            let sealed = sealed.ok_or_else(|| Fault::new("the run has no key"))?;
            let login = (here.user.as_str(), &sealed);
            let row = db.write(|tx| routers::practice(tx, &actor, id, PRACTICE, here.port, login, now));
            let row = row.map_err(refused_router)?;
            practice.follow_books()?;
            Ok(row)
        })
        .await
    }
}

fn refused_router(error: routers::RouterError) -> DemoError {
    match error {
        routers::RouterError::Fault(fault) => fault.into(),
        routers::RouterError::BadHost => DemoError::Router("unreachable".to_owned()),
        routers::RouterError::BadUser => DemoError::Router("login_refused".to_owned()),
        routers::RouterError::BadName
        | routers::RouterError::NoPassword
        | routers::RouterError::NameTaken
        | routers::RouterError::PlainNotAccepted
        | routers::RouterError::Unknown => Fault::new(error).into(),
    }
}

/// The newest batch of an earlier run that was not given up.
pub(super) fn earlier_batch(tx: &ReadTx<'_>, router: RouterId) -> Result<Option<(Batch, Tally)>, Fault> {
    let batches = vouchers::batches(tx, None, Some(router), None)?;
    let Some(batch) = batches.into_iter().find(|batch| batch.state != BatchState::Cancelled) else {
        return Ok(None);
    };
    let tally = vouchers::tally(tx, batch.id)?;
    Ok(Some((batch, tally)))
}

/// The plan of the run's router, made when it is missing.
pub(super) fn plan(
    tx: &WriteTx<'_>,
    actor: &Actor,
    router: RouterId,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Plan, Fault> {
    let known = plans::plans(tx)?.into_iter().find(|plan| plan.router == router);
    if let Some(known) = known {
        return Ok(known);
    }
    let request = PlanRequest {
        router,
        name: PLAN.to_owned(),
        hotspot_server: "all".to_owned(),
        price: Money::rupiah(3_500),
        selling_price: Money::rupiah(5_000),
        validity: Period::seconds(86_400).ok(),
        uptime_limit: None,
        data_limit: None,
        shared_users: 1,
        rate_limit: "2M/5M".parse().ok(),
        lock_mac: false,
        code: CodeStyle { mode: CodeMode::Same, alphabet: Alphabet::A28, length: 8, prefix: String::new() },
        counter_key: None,
        colour: plans::COLOURS[0].to_owned(),
        counter_fill: plans::Fill::Fresh,
    };
    plans::add(tx, actor, &request, "demo-plan", rng, now).map_err(Fault::new)
}

/// A new batch of the plan.
pub(super) fn issue(
    tx: &WriteTx<'_>,
    actor: &Actor,
    plan: &Plan,
    size: u32,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<Batch, IssueError> {
    let request = BatchRequest {
        plan: plan.id,
        size,
        code: plan.code.clone(),
        note: String::new(),
        shelf_life_days: None,
    };
    // A run that was killed while it asked asks again under the same key.
    let key = format!("demo-batch-{}", settings::take_numbers(tx, "demo.batches", 1)?);
    vouchers::issue_batch(tx, actor, &request, &key, rng, now)
}
