//! Carrying the batch to the router, step by step, with news on the way.

use super::{DemoError, News, Trial, millis};
use karcis_core::db::ReadTx;
use karcis_core::engine::Step;
use karcis_core::fault::Fault;
use karcis_core::outbox::{self, Circuit, Lane};
use karcis_core::routers::Router;
use karcis_core::values::{BatchId, Timestamp};
use karcis_core::vouchers::{self, Batch, Tally};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often news of a long step is told.
const NEWS: Duration = Duration::from_millis(100);
/// How long a step may still take after somebody asked to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// How the lane and the batch stand between two steps.
struct Standing {
    tally: Tally,
    waiting: u32,
    trouble: Option<String>,
}

impl Trial {
    /// Steps until nothing of the batch waits, and answers how long that took.
    pub(super) async fn push(
        &self,
        router: &Router,
        batch: &Batch,
        mut stop: watch::Receiver<bool>,
        tell: &mut (dyn FnMut(News) + Send),
    ) -> Result<u64, DemoError> {
        let (lane, size) = (router.lane(), batch.size);
        let started = Instant::now();
        let mut standing = self.standing(lane, batch.id, false).await?;
        while standing.tally.pending > 0 || standing.waiting > 0 {
            tell(News::Pushing { done: standing.tally.on_router, size });
            let Some(step) = self.step(&lane, batch, standing.tally, &mut stop, tell).await? else {
                let done = self.standing(lane, batch.id, false).await?.tally.on_router;
                return Err(DemoError::Stopped { done, size });
            };
            standing = self.standing(lane, batch.id, true).await?;
            if let Some(why) = standing.trouble {
                return Err(DemoError::Router(why));
            }
            if let Step::Idle { until } = step {
                self.wait(until, &mut stop).await?;
            }
        }
        tell(News::Pushing { done: standing.tally.on_router, size });
        Ok(millis(started.elapsed()))
    }

    /// One step of the engine; nothing when somebody asked to stop.
    async fn step(
        &self,
        lane: &Lane,
        batch: &Batch,
        before: Tally,
        stop: &mut watch::Receiver<bool>,
        tell: &mut (dyn FnMut(News) + Send),
    ) -> Result<Option<Step>, DemoError> {
        if *stop.borrow_and_update() {
            return Ok(None);
        }
        let mut step = std::pin::pin!(self.engine.step(lane));
        let mut news = tokio::time::interval(NEWS);
        loop {
            tokio::select! {
                step = &mut step => return Ok(Some(step?)),
                asked = stop.changed() => {
                    if asked.is_ok() && *stop.borrow() {
                        // A step that is cut short loses nothing: its lease is given back when the folder is opened.
                        let _ = tokio::time::timeout(FAREWELL, &mut step).await;
                        return Ok(None);
                    }
                }
                _ = news.tick() => {
                    let done = before.on_router + self.engine.acknowledged(batch.id);
                    tell(News::Pushing { done: done.min(batch.size), size: batch.size });
                }
            }
        }
    }

    /// Waits for a note that is tried again later.
    async fn wait(
        &self,
        until: Option<Timestamp>,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<(), DemoError> {
        let until = until.ok_or_else(|| Fault::new("the engine rests although notes wait"))?;
        let wait = until.since((self.clock)()).clamp(Duration::from_millis(10), Duration::from_secs(60));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
        Ok(())
    }

    async fn standing(&self, lane: Lane, batch: BatchId, tried: bool) -> Result<Standing, DemoError> {
        Ok(self.db.reading(move |tx| standing(tx, &lane, batch, tried)).await?)
    }
}

fn standing(tx: &ReadTx<'_>, lane: &Lane, batch: BatchId, tried: bool) -> Result<Standing, Fault> {
    let state = outbox::lane(tx, lane)?;
    let (waiting, _) = outbox::waiting(tx, lane)?;
    let dead = outbox::needing_attention(tx, 1)?.pop();
    let trouble = match state.circuit {
        Circuit::Closed => dead.map(|note| note.last_error.unwrap_or_default()),
        // An open circuit found before the first step is the earlier run's.
        Circuit::Open | Circuit::HalfOpen | Circuit::Blocked => state.last_error.filter(|_| tried),
    };
    Ok(Standing { tally: vouchers::tally(tx, batch)?, waiting, trouble })
}
