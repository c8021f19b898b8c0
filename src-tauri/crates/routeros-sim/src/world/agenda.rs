//! What will happen by itself, and when.

use std::collections::{BTreeSet, HashMap};

/// Something that happens by itself. The order is the one in which things of the same second happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Due {
    /// A hotspot session ends, or a limit of it must be looked at.
    Session(u32),
    /// The counters of a session are added to its user's, where the router does so in between.
    Count(u32),
    /// A hotspot cookie is forgotten.
    Cookie(u32),
    /// A DHCP lease runs out.
    Lease(u32),
    /// A PPP session ends.
    Ppp(u32),
    /// An entry of `/system/scheduler` runs.
    Scheduler(u32),
    /// A script that waits goes on.
    Script(u32),
}

/// Every event that is due, at most one of each.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    by_time: BTreeSet<(i64, Due)>,
    when: HashMap<Due, i64>,
}

impl Agenda {
    /// Sets when an event is due, in place of what was known before; `None` is never.
    pub(crate) fn set(&mut self, due: Due, at: Option<i64>) {
        if let Some(before) = self.when.remove(&due) {
            self.by_time.remove(&(before, due));
        }
        if let Some(at) = at {
            self.when.insert(due, at);
            self.by_time.insert((at, due));
        }
    }

    /// When an event is due.
    pub(crate) fn when(&self, due: Due) -> Option<i64> {
        self.when.get(&due).copied()
    }

    /// Takes the earliest event that is due at this second or before.
    pub(crate) fn take_until(&mut self, at: i64) -> Option<(i64, Due)> {
        let first = self.by_time.first().copied().filter(|(due_at, _)| *due_at <= at)?;
        self.set(first.1, None);
        Some(first)
    }

    /// Forgets every event that follows from a row and can be planned anew.
    pub(crate) fn forget_rows(&mut self) {
        let follows = |due: &Due| match due {
            Due::Session(_) | Due::Cookie(_) | Due::Lease(_) | Due::Scheduler(_) => true,
            Due::Count(_) | Due::Ppp(_) | Due::Script(_) => false,
        };
        self.by_time.retain(|(_, due)| !follows(due));
        self.when.retain(|due, _| !follows(due));
    }

    pub(crate) fn clear(&mut self) {
        self.by_time.clear();
        self.when.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_first_comes_first_and_only_once() {
        let mut agenda = Agenda::default();
        agenda.set(Due::Cookie(1), Some(9));
        agenda.set(Due::Session(2), Some(5));
        agenda.set(Due::Cookie(1), Some(5));
        agenda.set(Due::Lease(7), Some(6));
        agenda.set(Due::Lease(7), None);
        let taken: Vec<_> = std::iter::from_fn(|| agenda.take_until(8)).collect();
        assert_eq!(taken, [(5, Due::Session(2)), (5, Due::Cookie(1))]);
    }
}
