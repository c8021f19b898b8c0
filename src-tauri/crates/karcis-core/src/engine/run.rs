//! The engine's life: a task per lane, woken by commits and by time.

use super::{Engine, Step};
use crate::fault::Fault;
use crate::outbox::Lane;
use crate::values::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The longest sleep: a clock that was set back must not put a lane to sleep for a day.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);
/// The shortest sleep of a lane that waits for a moment.
const SHORTEST_SLEEP: Duration = Duration::from_millis(10);
/// The wait after a fault of ours, so that a full disk is not asked a thousand times a second.
const AFTER_FAULT: Duration = Duration::from_secs(2);

/// What a lane does after a step.
#[derive(Debug, PartialEq, Eq)]
enum Rest {
    /// There may be more to do.
    None,
    /// Nothing for so long, or until the books change.
    UntilCommit(Duration),
    /// Nothing for so long, whatever happens: the report of a fault changes the books, too.
    Full(Duration),
}

impl Engine {
    /// Works until `stop` turns true or is dropped, then closes every connection.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut workers: HashMap<Lane, JoinHandle<()>> = HashMap::new();
        let mut commits = self.db.commits();
        while !stopped(&mut stop) {
            commits.mark_unchanged();
            match self.lanes_in_use().await {
                Ok(lanes) => self.staff(&mut workers, lanes, &stop).await,
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

    /// Gives every lane in use a worker that works, and ends the others with their connections.
    async fn staff(
        self: &Arc<Self>,
        workers: &mut HashMap<Lane, JoinHandle<()>>,
        lanes: Vec<Lane>,
        stop: &watch::Receiver<bool>,
    ) {
        let used: HashSet<Lane> = lanes.iter().copied().collect();
        let gone: Vec<Lane> = workers.keys().filter(|lane| !used.contains(lane)).copied().collect();
        for lane in gone {
            if let Some(worker) = workers.remove(&lane) {
                worker.abort();
                // What it had in hand is known once it is over.
                let _ = worker.await;
            }
            match lane {
                Lane::Router(router) => self.reconnect(router).await,
                Lane::Printer(printer) => self.leave_printer(printer).await,
            }
        }
        for lane in lanes {
            // Only a panic ends a worker before its time.
            if workers.get(&lane).is_none_or(JoinHandle::is_finished) {
                workers.insert(lane, tokio::spawn(Arc::clone(self).work(lane, stop.clone())));
            }
        }
    }

    async fn work(self: Arc<Self>, lane: Lane, mut stop: watch::Receiver<bool>) {
        let mut commits = self.db.commits();
        while !stopped(&mut stop) {
            commits.mark_unchanged();
            let step = self.step(&lane).await;
            if let Err(fault) = &step {
                self.report(fault).await;
            }
            let (rest, woken) = match rest_after(&step, self.now()) {
                Rest::None => continue,
                Rest::UntilCommit(rest) => (rest, true),
                Rest::Full(rest) => (rest, false),
            };
            tokio::select! {
                _ = stop.changed() => {}
                _ = commits.changed(), if woken => {}
                () = tokio::time::sleep(rest) => {}
            }
        }
    }

    pub(super) async fn report(&self, fault: &Fault) {
        let (now, again) = (self.now(), Fault::new(fault.chain()));
        let number = self.db.writing(move |tx| crate::fault::record(tx, "engine", &again, now)).await;
        tracing::error!(fault = fault.chain(), incident = number.ok(), "a step of the engine failed");
    }
}

fn rest_after(step: &Result<Step, Fault>, now: Timestamp) -> Rest {
    match step {
        Ok(Step::Carried) => Rest::None,
        Ok(Step::Idle { until }) => {
            let wait = until.map_or(LONGEST_SLEEP, |until| until.since(now));
            Rest::UntilCommit(wait.clamp(SHORTEST_SLEEP, LONGEST_SLEEP))
        }
        Err(_) => Rest::Full(AFTER_FAULT),
    }
}

/// Whether the engine must end: it was told to, or nobody is left who could tell.
fn stopped(stop: &mut watch::Receiver<bool>) -> bool {
    *stop.borrow_and_update() || stop.has_changed().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_147_200_000);

    #[test]
    fn after_a_fault_a_lane_rests_although_its_own_report_changes_the_books() {
        assert_eq!(rest_after(&Err(Fault::new("the disk is full")), NOW), Rest::Full(AFTER_FAULT));
    }

    #[test]
    fn a_lane_never_sleeps_longer_than_fifteen_seconds_whatever_the_clock_says() {
        for (until, rest) in [
            (None, LONGEST_SLEEP),
            (Some(NOW + Duration::from_secs(86_400)), LONGEST_SLEEP),
            (Some(NOW + Duration::from_secs(4)), Duration::from_secs(4)),
            (Some(NOW - Duration::from_secs(86_400)), SHORTEST_SLEEP),
        ] {
            assert_eq!(rest_after(&Ok(Step::Idle { until }), NOW), Rest::UntilCommit(rest));
        }
        assert_eq!(rest_after(&Ok(Step::Carried), NOW), Rest::None);
    }
}
