//! How many guests are online, and how many the router's licence allows.

use super::store;
use crate::db::WriteTx;
use crate::fault::Fault;
use crate::values::{RouterId, Timestamp};
use std::time::Duration;

/// A router's licence and its guests, as it was last asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guests {
    /// `4`, `free`, `p1` and so on.
    pub licence: Option<String>,
    /// How many were online.
    pub online: Option<u32>,
    /// When they were counted.
    pub counted_at: Option<Timestamp>,
}

/// How much room the licence leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fullness {
    /// Enough, or no limit that is known.
    Room,
    /// Nine of ten places are taken.
    Near,
    /// Whoever comes next is turned away by the router.
    Full,
}

/// A number that goes up and down all day is written down at most this often.
const EVERY: Duration = Duration::from_secs(60);

impl Guests {
    /// How many guests the licence allows at a time; `None` when it sets no limit.
    pub fn most(&self) -> Option<u32> {
        self.licence.as_deref().and_then(routeros::system::most_guests)
    }

    /// How much room the licence leaves.
    pub fn fullness(&self) -> Fullness {
        match (self.online, self.most()) {
            (Some(online), Some(most)) if online >= most => Fullness::Full,
            (Some(online), Some(most)) if online >= most - most / 10 => Fullness::Near,
            (Some(_) | None, Some(_) | None) => Fullness::Room,
        }
    }

    /// Whether these guests should be written down in place of the ones before.
    pub fn is_news(&self, before: &Guests) -> bool {
        let rested = match (before.counted_at, self.counted_at) {
            (Some(before), Some(now)) => now.since(before) >= EVERY || now < before,
            (None, _) => true,
            (Some(_), None) => false,
        };
        self.licence != before.licence
            || self.fullness() != before.fullness()
            || (self.online != before.online && rested)
    }
}

/// Keeps how many guests a router has. No audit row: it changes nothing but what we know.
pub fn keep_guests(tx: &WriteTx<'_>, id: RouterId, guests: &Guests) -> Result<(), Fault> {
    store::keep_guests(tx, id, guests)
}

/// Keeps how many users on a router carry the shop's mark and stand in no row of these books. No audit row: it changes
/// nothing but what we know.
pub fn keep_strays(tx: &WriteTx<'_>, id: RouterId, strays: u32) -> Result<(), Fault> {
    store::keep_strays(tx, id, strays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pretend::NOW;

    fn guests(licence: &str, online: u32, after: u64) -> Guests {
        Guests {
            licence: Some(licence.to_owned()),
            online: Some(online),
            counted_at: Some(NOW + Duration::from_secs(after)),
        }
    }

    #[test]
    fn a_licence_is_nearly_used_up_at_nine_of_ten() {
        let cases = [
            ("4", 179, Fullness::Room),
            ("4", 180, Fullness::Near),
            ("4", 200, Fullness::Full),
            ("5", 499, Fullness::Near),
            ("3", 1, Fullness::Full),
            ("6", 5_000, Fullness::Room),
            ("free", 5_000, Fullness::Room),
        ];
        for (licence, online, fullness) in cases {
            assert_eq!(guests(licence, online, 0).fullness(), fullness, "{licence} {online}");
        }
        assert_eq!(Guests::default().fullness(), Fullness::Room);
    }

    #[test]
    fn a_count_is_written_down_once_a_minute_and_at_once_when_it_grows_tight() {
        let before = guests("4", 100, 0);
        assert!(before.is_news(&Guests::default()));
        assert!(!guests("4", 101, 59).is_news(&before));
        assert!(guests("4", 101, 60).is_news(&before));
        assert!(!guests("4", 100, 600).is_news(&before));
        assert!(guests("4", 190, 1).is_news(&before));
        assert!(guests("5", 100, 1).is_news(&before));
    }
}
