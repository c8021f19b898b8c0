//! The engine's life: a task per lane, woken by commits and by time.

use super::{Engine, Step};
use crate::fault::Fault;
use crate::outbox::Lane;
use crate::values::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The longest sleep: a clock that was set back must not put a lane to sleep for a day.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);
/// The wait after a fault of ours, so that a full disk is not asked a thousand times a second.
const AFTER_FAULT: Duration = Duration::from_secs(2);

impl Engine {
    /// Works until `stop` turns true, then closes every connection.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut workers: HashMap<Lane, JoinHandle<()>> = HashMap::new();
        let mut commits = self.db.commits();
        while !*stop.borrow_and_update() {
            commits.mark_unchanged();
            match self.lanes_in_use().await {
                Ok(lanes) => {
                    workers.retain(|lane, worker| {
                        let used = lanes.contains(lane);
                        if !used {
                            worker.abort();
                        }
                        used
                    });
                    for lane in lanes {
                        workers
                            .entry(lane)
                            .or_insert_with(|| tokio::spawn(Arc::clone(&self).work(lane, stop.clone())));
                    }
                }
                Err(fault) => tracing::error!(fault = fault.chain(), "the lanes cannot be read"),
            }
            tokio::select! {
                _ = stop.changed() => {}
                _ = commits.changed() => {}
                () = tokio::time::sleep(LONGEST_SLEEP) => {}
            }
        }
        for (_, worker) in workers {
            // A worker sees the same signal and finishes the note under way, so that no lease is left behind.
            let _ = worker.await;
        }
        self.close().await;
    }

    async fn work(self: Arc<Self>, lane: Lane, mut stop: watch::Receiver<bool>) {
        let mut commits = self.db.commits();
        while !*stop.borrow_and_update() {
            commits.mark_unchanged();
            let wait = match self.step(&lane).await {
                Ok(Step::Carried) => continue,
                Ok(Step::Idle { until }) => self.sleep_for(until),
                Err(fault) => {
                    self.report(&fault);
                    AFTER_FAULT
                }
            };
            tokio::select! {
                _ = stop.changed() => {}
                _ = commits.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn sleep_for(&self, until: Option<Timestamp>) -> Duration {
        until
            .map_or(LONGEST_SLEEP, |until| until.since(self.now()))
            .clamp(Duration::from_millis(10), LONGEST_SLEEP)
    }

    fn report(&self, fault: &Fault) {
        let now = self.now();
        let number = self.db.write(|tx| crate::fault::record(tx, "engine", fault, now));
        tracing::error!(fault = fault.chain(), incident = number.ok(), "a step of the engine failed");
    }
}
