//! What a session moves: bytes while there is traffic, and silence that ends it.

/// A packet of this size is what the counters of packets assume.
const PACKET: u64 = 900;

/// The traffic of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) up_bps: u64,
    pub(crate) down_bps: u64,
    /// The second from which the present rates hold.
    since: i64,
    up_bits: u64,
    down_bits: u64,
    /// From when on nothing has moved, while nothing moves.
    pub(crate) quiet_since: Option<i64>,
    /// From when on the device does not answer, while it does not.
    pub(crate) lost_since: Option<i64>,
    /// What has been added to the user's counters already: seconds, upload, download.
    pub(crate) counted: (u64, u64, u64),
    /// What the byte limits left at the login: upload, download, both together.
    pub(crate) bytes_left: [Option<u64>; 3],
}

impl Flow {
    pub(crate) fn new(now: i64, bytes_left: [Option<u64>; 3]) -> Flow {
        Flow {
            up_bps: 0,
            down_bps: 0,
            since: now,
            up_bits: 0,
            down_bits: 0,
            quiet_since: Some(now),
            lost_since: None,
            counted: (0, 0, 0),
            bytes_left,
        }
    }

    /// Bytes moved so far: upload, download.
    pub(crate) fn bytes(&self, now: i64) -> (u64, u64) {
        let (up, down) = self.bits(now);
        (up / 8, down / 8)
    }

    pub(crate) fn packets(&self, now: i64) -> (u64, u64) {
        let (up, down) = self.bytes(now);
        (up.div_ceil(PACKET), down.div_ceil(PACKET))
    }

    fn bits(&self, now: i64) -> (u64, u64) {
        let passed = u64::try_from(now.saturating_sub(self.since)).unwrap_or(0);
        let bits = |before: u64, bps: u64| before.saturating_add(bps.saturating_mul(passed));
        (bits(self.up_bits, self.up_bps), bits(self.down_bits, self.down_bps))
    }

    /// From now on so much moves in a second.
    pub(crate) fn change(&mut self, now: i64, up_bps: u64, down_bps: u64) {
        (self.up_bits, self.down_bits) = self.bits(now);
        (self.up_bps, self.down_bps, self.since) = (up_bps, down_bps, now);
        self.quiet_since = match (up_bps.saturating_add(down_bps), self.quiet_since) {
            (0, None) => Some(now),
            (0, quiet) => quiet,
            _ => None,
        };
    }

    /// When the first byte limit is reached, if the traffic goes on like this.
    pub(crate) fn limit_reached(&self) -> Option<i64> {
        let both = self.up_bps.saturating_add(self.down_bps);
        let moved = [self.up_bits, self.down_bits, self.up_bits.saturating_add(self.down_bits)];
        let rates = [self.up_bps, self.down_bps, both];
        let when = |index: usize| {
            let bits = self.bytes_left[index]?.saturating_mul(8).saturating_sub(moved[index]);
            if bits == 0 {
                return Some(self.since);
            }
            let seconds = bits.div_ceil(Some(rates[index]).filter(|rate| *rate > 0)?);
            Some(self.since.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX)))
        };
        (0..3).filter_map(when).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changing_the_rate_loses_no_bits() {
        let mut flow = Flow::new(0, [None; 3]);
        flow.change(0, 3, 0);
        flow.change(1, 5, 0);
        assert_eq!(flow.bytes(2), (1, 0), "3 + 5 bits");
    }

    #[test]
    fn a_limit_is_reached_in_the_second_in_which_the_last_byte_moves() {
        let mut flow = Flow::new(100, [None, Some(1000), Some(10_000)]);
        assert_eq!(flow.limit_reached(), None);
        flow.change(110, 8, 800);
        assert_eq!(flow.limit_reached(), Some(120));
        flow.change(115, 8, 0);
        assert_eq!(flow.limit_reached(), Some(115 + (80_000 - 40 - 4000) / 8));
    }
}
