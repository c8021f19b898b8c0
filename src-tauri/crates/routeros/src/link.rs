use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use thiserror::Error;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::connection::Connection;
use crate::error::{ConnectError, Ending};
use crate::limits::Limits;
use crate::target::Target;

/// A router that is kept connected. Dropping it ends the connection unless others still hold it.
#[derive(Debug)]
pub struct Link {
    state: watch::Receiver<LinkState>,
    connection: watch::Receiver<Option<Connection>>,
    retry: Arc<Notify>,
    task: JoinHandle<()>,
}

/// How a [`Link`] is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// On the way to the router.
    Connecting,
    /// Connected and signed in.
    Up {
        /// Since when.
        since: Instant,
    },
    /// Not connected; it will try again.
    Down {
        /// What went wrong.
        reason: DownReason,
        /// When it tries again.
        retry_at: Instant,
    },
    /// Not connected, and it will not try again before somebody says so: trying a wrong password over and over gets
    /// an address blocked, and a changed certificate is for a person to judge.
    Refused {
        /// A refused login or a changed certificate.
        reason: ConnectError,
    },
}

/// Why a [`Link`] is down.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DownReason {
    /// No connection came about.
    #[error(transparent)]
    Connect(ConnectError),
    /// The connection ended.
    #[error(transparent)]
    Ended(Ending),
}

impl Link {
    /// Starts to connect, and to connect again whenever the connection ends. The seed spreads the attempts of many
    /// links, so that they do not all knock in the same moment.
    pub fn start(target: Target, limits: Limits, seed: u64) -> Link {
        let (say, state) = watch::channel(LinkState::Connecting);
        let (hold, connection) = watch::channel(None);
        let retry = Arc::new(Notify::new());
        let keeper = Keeper { target, limits, say, hold, retry: Arc::clone(&retry) };
        let task = tokio::spawn(keeper.keep(StdRng::seed_from_u64(seed)));
        Link { state, connection, retry, task }
    }

    /// The state, to look at or to wait for changes of.
    pub fn state(&self) -> watch::Receiver<LinkState> {
        self.state.clone()
    }

    /// The connection, while there is one.
    pub fn connection(&self) -> Option<Connection> {
        self.connection.borrow().clone()
    }

    /// Tries again at once when down or refused.
    pub fn retry(&self) {
        self.retry.notify_waiters();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Keeper {
    target: Target,
    limits: Limits,
    say: watch::Sender<LinkState>,
    hold: watch::Sender<Option<Connection>>,
    retry: Arc<Notify>,
}

impl Keeper {
    async fn keep(self, mut rng: StdRng) {
        let mut failures = 0;
        loop {
            self.say.send_replace(LinkState::Connecting);
            let reason = match Connection::open(&self.target, &self.limits).await {
                Ok(connection) => {
                    let since = Instant::now();
                    let ending = self.stay(connection, since).await;
                    // One that falls at once is no better than one that never stood.
                    if since.elapsed() >= LONGEST_WAIT {
                        failures = 0;
                    }
                    DownReason::Ended(ending)
                }
                Err(
                    reason @ (ConnectError::LoginRefused { .. } | ConnectError::CertificateChanged { .. }),
                ) => {
                    let asked = self.retry.notified();
                    self.say.send_replace(LinkState::Refused { reason });
                    asked.await;
                    failures = 0;
                    continue;
                }
                Err(
                    reason @ (ConnectError::Unreachable(_)
                    | ConnectError::TimedOut(_)
                    | ConnectError::Tls(_)
                    | ConnectError::NotRouterOs
                    | ConnectError::Closed),
                ) => DownReason::Connect(reason),
            };
            let retry_at = Instant::now() + back_off(failures, &mut rng);
            failures += 1;
            let asked = self.retry.notified();
            self.say.send_replace(LinkState::Down { reason, retry_at });
            tokio::select! {
                () = sleep_until(retry_at) => {}
                () = asked => {}
            }
        }
    }

    async fn stay(&self, connection: Connection, since: Instant) -> Ending {
        self.hold.send_replace(Some(connection.clone()));
        self.say.send_replace(LinkState::Up { since });
        let ending = connection.closed().await;
        self.hold.send_replace(None);
        ending
    }
}

const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// One second, doubling to thirty, of which up to half is left out by chance.
fn back_off(failures: u32, rng: &mut StdRng) -> Duration {
    let whole = FIRST_WAIT.saturating_mul(1 << failures.min(5)).min(LONGEST_WAIT);
    whole.mul_f64(rng.random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_one_second_to_thirty_less_at_most_half() {
        for seed in 0..200 {
            let mut rng = StdRng::seed_from_u64(seed);
            for (failures, whole) in
                [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 30), (6, 30), (u32::MAX, 30)]
            {
                let wait = back_off(failures, &mut rng);
                let whole = Duration::from_secs(whole);
                assert!(whole / 2 <= wait && wait <= whole, "{failures} {wait:?}");
            }
        }
    }

    #[test]
    fn links_with_different_seeds_wait_differently() {
        let wait = |seed| back_off(5, &mut StdRng::seed_from_u64(seed));
        assert_ne!(wait(1), wait(2));
        assert_eq!(wait(1), wait(1));
    }
}
