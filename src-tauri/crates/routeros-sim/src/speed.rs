//! How fast the router is.

use std::time::Duration;

use tokio::time::Instant;

/// How long a request takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Speed {
    /// As fast as the computer allows.
    #[default]
    Instant,
    /// As measured on a Cloud Hosted Router: 1 ms for each of the first 160 requests, then 20 ms each,
    /// rested again after 1 s without work. All connections share it.
    Chr,
}

const BURST: u32 = 160;
const FRESH: Duration = Duration::from_millis(1);
const TIRED: Duration = Duration::from_millis(20);
const REST: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Pace {
    speed: Speed,
    tokens: u32,
    free_at: Option<Instant>,
}

impl Pace {
    pub(crate) fn new(speed: Speed) -> Self {
        Pace { speed, tokens: BURST, free_at: None }
    }

    pub(crate) fn change(&mut self, speed: Speed) {
        *self = Pace::new(speed);
    }

    /// When a request that arrives now will have been served; `None` is at once.
    pub(crate) fn serve(&mut self, now: Instant) -> Option<Instant> {
        match self.speed {
            Speed::Instant => return None,
            Speed::Chr => {}
        }
        let free_at = self.free_at.unwrap_or(now);
        if now.saturating_duration_since(free_at) >= REST {
            self.tokens = BURST;
        }
        let takes = if self.tokens > 0 { FRESH } else { TIRED };
        self.tokens = self.tokens.saturating_sub(1);
        let done = free_at.max(now) + takes;
        self.free_at = Some(done);
        Some(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tired_router_is_twenty_times_slower_until_it_has_rested() {
        let start = Instant::now();
        let mut pace = Pace::new(Speed::Chr);
        let at = |done: Option<Instant>| done.unwrap().duration_since(start).as_millis();
        let done: Vec<u128> = (0..162).map(|_| at(pace.serve(start))).collect();
        assert_eq!((done[0], done[159], done[160], done[161]), (1, 160, 180, 200));
        let rested = start + Duration::from_millis(1200);
        assert_eq!(at(pace.serve(rested)), 1201);
    }
}
