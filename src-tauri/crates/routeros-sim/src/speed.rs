//! How fast the router is. All connections share it.

use std::time::Duration;

use tokio::time::Instant;

/// How long a request takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Speed {
    /// As fast as the computer allows.
    #[default]
    Instant,
    /// As measured on a Cloud Hosted Router: 1 ms for each of the first 160 requests, then 20 ms each,
    /// rested again after 1 s without work. A row that is shown takes 20 µs.
    Chr,
    /// As a small board may be: 5 ms, then 60 ms, and 200 µs for a row that is shown.
    HapLite,
    /// A Cloud Hosted Router that stands still for 7 s after every 500 requests.
    Stall,
}

/// What one speed means.
#[derive(Debug, Clone, Copy)]
struct Profile {
    burst: u32,
    fresh: Duration,
    tired: Duration,
    row: Duration,
    stall: Option<(u32, Duration)>,
}

const CHR: Profile = Profile {
    burst: 160,
    fresh: Duration::from_millis(1),
    tired: Duration::from_millis(20),
    row: Duration::from_micros(20),
    stall: None,
};
const REST: Duration = Duration::from_secs(1);

impl Speed {
    /// Every speed.
    pub const ALL: [Speed; 4] = [Speed::Instant, Speed::Chr, Speed::HapLite, Speed::Stall];

    /// What it is called on the console and on the control port.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Speed::Instant => "instant",
            Speed::Chr => "chr",
            Speed::HapLite => "hap-lite",
            Speed::Stall => "stall",
        }
    }

    /// The speed with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Speed> {
        Speed::ALL.into_iter().find(|speed| speed.name() == name)
    }

    fn profile(self) -> Option<Profile> {
        match self {
            Speed::Instant => None,
            Speed::Chr => Some(CHR),
            Speed::HapLite => Some(Profile {
                fresh: Duration::from_millis(5),
                tired: Duration::from_millis(60),
                row: Duration::from_micros(200),
                ..CHR
            }),
            Speed::Stall => Some(Profile { stall: Some((500, Duration::from_secs(7))), ..CHR }),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Pace {
    profile: Option<Profile>,
    tokens: u32,
    served: u32,
    free_at: Option<Instant>,
}

impl Pace {
    pub(crate) fn new(speed: Speed) -> Self {
        let profile = speed.profile();
        Pace { profile, tokens: profile.map_or(0, |profile| profile.burst), served: 0, free_at: None }
    }

    pub(crate) fn change(&mut self, speed: Speed) {
        *self = Pace::new(speed);
    }

    /// When a request that arrives now will have been served; `None` is at once. `writes_over` is what a change
    /// costs besides, for the rows that are there already.
    pub(crate) fn serve(&mut self, now: Instant, writes_over: Duration) -> Option<Instant> {
        let profile = self.profile?;
        let free_at = self.free_at.unwrap_or(now);
        if now.saturating_duration_since(free_at) >= REST {
            self.tokens = profile.burst;
        }
        let mut takes = if self.tokens > 0 { profile.fresh } else { profile.tired } + writes_over;
        self.tokens = self.tokens.saturating_sub(1);
        self.served = self.served.wrapping_add(1);
        if let Some((every, pause)) = profile.stall
            && self.served.is_multiple_of(every)
        {
            takes += pause;
        }
        Some(self.occupy(now, takes))
    }

    /// When so many rows will have been shown; `None` is at once.
    pub(crate) fn show(&mut self, now: Instant, rows: usize) -> Option<Instant> {
        let profile = self.profile.filter(|_| rows > 0)?;
        Some(self.occupy(now, profile.row * u32::try_from(rows).unwrap_or(u32::MAX)))
    }

    fn occupy(&mut self, now: Instant, takes: Duration) -> Instant {
        let done = self.free_at.unwrap_or(now).max(now) + takes;
        self.free_at = Some(done);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Duration = Duration::ZERO;

    fn millis(start: Instant, done: Option<Instant>) -> u128 {
        done.unwrap().duration_since(start).as_millis()
    }

    #[test]
    fn a_tired_router_is_twenty_times_slower_until_it_has_rested() {
        let start = Instant::now();
        let mut pace = Pace::new(Speed::Chr);
        let done: Vec<u128> = (0..162).map(|_| millis(start, pace.serve(start, FREE))).collect();
        assert_eq!((done[0], done[159], done[160], done[161]), (1, 160, 180, 200));
        let rested = start + Duration::from_millis(1200);
        assert_eq!(millis(start, pace.serve(rested, FREE)), 1201);
    }

    #[test]
    fn rows_take_time_too() {
        let start = Instant::now();
        let mut pace = Pace::new(Speed::HapLite);
        pace.serve(start, FREE);
        assert_eq!(millis(start, pace.show(start, 100)), 25);
        assert_eq!(Pace::new(Speed::Instant).show(start, 100), None);
    }

    #[test]
    fn a_router_that_stalls_stands_still_after_five_hundred_requests() {
        let start = Instant::now();
        let mut pace = Pace::new(Speed::Stall);
        let done: Vec<u128> = (0..500).map(|_| millis(start, pace.serve(start, FREE))).collect();
        assert_eq!((done[498], done[499]), (160 + 339 * 20, 160 + 340 * 20 + 7000));
    }
}
