//! argon2id: what makes a guess expensive.

use argon2::{Algorithm, Argon2, Params, Version};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// What one guess costs: memory in KiB, passes over it, lanes.
///
/// There are only the two costs named here, so that nothing is ever hashed more cheaply than the floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// 64 MiB, three passes, one lane.
    pub const DEFAULT: Cost = Cost { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// 19 MiB, two passes, one lane: the least anything of value may cost (OWASP's minimum for argon2id).
    pub const FLOOR: Cost = Cost { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    #[cfg(test)]
    pub(crate) const TESTS: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    const MOST_MEMORY_KIB: u32 = 1024 * 1024;
    const MOST_PASSES: u32 = 16;
    const MOST_LANES: u32 = 4;

    /// The cost found in a row; bounded, so that a row that was tampered with cannot exhaust the machine.
    ///
    /// Not for the world outside: a cost that can be read from any text would be a way below the floor.
    pub(crate) fn parse_stored(text: &str) -> Option<Cost> {
        let mut parts = text.split(',');
        let mut number = |name: &str| parts.next()?.strip_prefix(name)?.strip_prefix('=')?.parse().ok();
        let cost = Cost { memory_kib: number("m")?, passes: number("t")?, lanes: number("p")? };
        let bounded = cost.memory_kib <= Cost::MOST_MEMORY_KIB
            && cost.passes <= Cost::MOST_PASSES
            && cost.lanes <= Cost::MOST_LANES
            && Params::new(cost.memory_kib, cost.passes, cost.lanes, None).is_ok();
        (bounded && parts.next().is_none()).then_some(cost)
    }

    /// Whether `other` asks more of a guesser in any respect.
    pub(crate) fn is_below(self, other: Cost) -> bool {
        self.memory_kib < other.memory_kib || self.passes < other.passes || self.lanes < other.lanes
    }

    fn params(self) -> Params {
        Params::new(self.memory_kib, self.passes, self.lanes, None)
            .expect("costs are made within argon2's limits")
    }
}

/// `m=65536,t=3,p=1`, as in every argon2 text.
impl fmt::Display for Cost {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "m={},t={},p={}", self.memory_kib, self.passes, self.lanes)
    }
}

/// One at a time: the memory for guessing stays bounded at one hash, and a flood of sign-ins leaves a core free
/// for the counter.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// 32 bytes from something a person knows. Slow on purpose: never inside a transaction.
pub(crate) fn argon2id(known: &[u8], salt: &[u8], cost: Cost) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0_u8; 32]);
    let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params());
    argon2
        .hash_password_into(known, salt, out.as_mut_slice())
        .expect("salts are 16 bytes and longer, and memory that cannot be had ends any program");
    drop(turn);
    #[cfg(test)]
    DERIVATIONS.with(|count| count.set(count.get() + 1));
    out
}

#[cfg(test)]
thread_local! {
    static DERIVATIONS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// How many times this thread has paid for a hash.
#[cfg(test)]
pub(crate) fn derivations_on_this_thread() -> u32 {
    DERIVATIONS.with(std::cell::Cell::get)
}
