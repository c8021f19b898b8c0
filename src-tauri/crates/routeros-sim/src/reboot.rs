//! How the router goes down and what it has forgotten when it is back.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::core::{Core, lock};
use crate::world::World;
use crate::{Clock, Version};

/// How long a router is away when nobody says otherwise.
const BOOTING: Duration = Duration::from_secs(40);

/// One restart of the router. Connections end, rows that describe the moment are gone, connecting is refused
/// until it is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reboot {
    pub(crate) way: Way,
    pub(crate) lost: Lost,
    pub(crate) down: Option<Duration>,
    pub(crate) version: Option<Version>,
    pub(crate) keeps_time: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Graceful,
    PowerCut,
    FactoryReset,
}

/// Changes of the configuration that had not been written to flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    Nothing,
    Last(usize),
    YoungerThan(Duration),
}

impl Reboot {
    /// As `/system/reboot` does it: the time of running sessions is added to the counters of their users. It is
    /// back after 40 seconds of its time.
    #[must_use]
    pub fn graceful() -> Reboot {
        Reboot {
            way: Way::Graceful,
            lost: Lost::Nothing,
            down: Some(BOOTING),
            version: None,
            keeps_time: true,
        }
    }

    /// As a pulled plug does it: running sessions are forgotten with what they used. It is back after 40 seconds
    /// of its time.
    #[must_use]
    pub fn power_cut() -> Reboot {
        Reboot { way: Way::PowerCut, ..Reboot::graceful() }
    }

    /// The configuration is thrown away; it comes back as the builder made it.
    #[must_use]
    pub fn factory_reset() -> Reboot {
        Reboot { way: Way::FactoryReset, ..Reboot::graceful() }
    }

    /// The last changes of the configuration were not yet on flash and are lost.
    #[must_use]
    pub fn losing_last(self, changes: usize) -> Reboot {
        Reboot { lost: Lost::Last(changes), ..self }
    }

    /// Changes of the configuration younger than this were not yet on flash and are lost.
    #[must_use]
    pub fn losing_younger_than(self, age: Duration) -> Reboot {
        Reboot { lost: Lost::YoungerThan(age), ..self }
    }

    /// It is back after so much of its own time.
    #[must_use]
    pub fn back_after(self, down: Duration) -> Reboot {
        Reboot { down: Some(down), ..self }
    }

    /// It stays away until [`SimHandle::power_on`](crate::SimHandle::power_on).
    #[must_use]
    pub fn until_power_on(self) -> Reboot {
        Reboot { down: None, ..self }
    }

    /// Its clock has no battery: it believes to be in 1970 until [`SimHandle::ntp_sync`](crate::SimHandle::ntp_sync).
    #[must_use]
    pub fn forgetting_the_time(self) -> Reboot {
        Reboot { keeps_time: false, ..self }
    }

    /// It comes back as another release.
    #[must_use]
    pub fn into_version(self, version: Version) -> Reboot {
        Reboot { version: Some(version), ..self }
    }
}

impl Core {
    /// Takes the router down; it comes back by itself when the restart says after how long.
    pub(crate) fn restart(self: &Arc<Core>, reboot: Reboot) {
        self.shut_doors();
        let (back, at, clock) = {
            let mut world = lock(&self.world);
            world.settle();
            match reboot.way {
                Way::Graceful => world.end_all_sessions("reboot"),
                Way::PowerCut => {}
                Way::FactoryReset => world.begin_anew(World::new(&self.setup)),
            }
            match reboot.lost {
                Lost::Nothing => {}
                Lost::Last(changes) => world.lose_last(changes),
                Lost::YoungerThan(age) => world.lose_younger_than(age),
            }
            if let Some(version) = reboot.version {
                world.upgrade(version);
            }
            world.go_down(reboot.keeps_time);
            let now = world.clock.virtual_now();
            let back = reboot.down.map(|down| now.saturating_add(whole_seconds(down)));
            (back, now, world.clock.driven_by())
        };
        *lock(&self.back_at) = back;
        self.close_all();
        self.trace.event(at, 0, "reboot");
        let real = match clock {
            Clock::RealTime { .. } => reboot.down,
            Clock::Scaled { times, .. } => reboot.down.map(|down| down / times.max(1)),
            Clock::Frozen { .. } => None,
        };
        if let (Some(down), Some(runtime)) = (real, self.runtime()) {
            // A handle that is gone has stopped the simulator; nobody waits for it to come back.
            let core = Arc::downgrade(self);
            runtime.spawn(async move {
                tokio::time::sleep(down).await;
                if let Some(core) = core.upgrade() {
                    core.return_when_due();
                }
            });
        }
    }

    /// Switches the router on again, now.
    pub(crate) fn power_on(&self) -> io::Result<()> {
        *lock(&self.back_at) = None;
        let now = {
            let mut world = lock(&self.world);
            world.come_up();
            world.clock.virtual_now()
        };
        self.trace.event(now, 0, "power on");
        self.open_doors()
    }

    /// Lets time pass. A router that comes back meanwhile comes back at its moment.
    pub(crate) fn advance(&self, by: Duration) {
        let mut left = by;
        let back = *lock(&self.back_at);
        if let Some(back) = back {
            let until = back.saturating_sub(lock(&self.world).clock.outside()).max(0);
            let until = Duration::from_secs(until.unsigned_abs());
            if until <= left {
                self.pass(until);
                self.return_when_due();
                left -= until;
            }
        }
        self.pass(left);
    }

    fn pass(&self, time: Duration) {
        {
            let mut world = lock(&self.world);
            world.clock.advance(time);
            world.settle();
        }
        self.moved.send_modify(|moved| *moved = moved.saturating_add(whole_seconds(time)));
    }

    fn return_when_due(&self) {
        let now = lock(&self.world).clock.outside();
        if lock(&self.back_at).is_some_and(|back| back <= now) {
            // A port that was taken meanwhile stays closed, as the handle would have been told.
            let _ = self.power_on();
        }
    }
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
