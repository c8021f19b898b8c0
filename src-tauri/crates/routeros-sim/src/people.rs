//! People and cables around the router: phones in the reach of its hotspot, callers, and what flows.

use crate::handle::{Refused, SimHandle};
use crate::world::table::star;
use crate::{Caller, LoginWay, Scripts, Traffic};

/// A device in the reach of the hotspot, known by its address. It may come and go; a session it left behind ends as
/// on a real router.
#[derive(Clone)]
pub struct HotspotClient {
    sim: SimHandle,
    mac: String,
}

/// A device that has joined the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// The address it was given.
    pub address: String,
    /// The `.id` of its session, when the router knew it and nobody had to type anything.
    pub session: Option<String>,
}

/// Somebody's router or computer that dials in.
#[derive(Clone)]
pub struct PppClient {
    sim: SimHandle,
    service: String,
    caller_id: String,
}

impl SimHandle {
    /// The device with this address, in capitals with colons.
    #[must_use]
    pub fn client(&self, mac: &str) -> HotspotClient {
        HotspotClient { sim: self.clone(), mac: mac.to_owned() }
    }

    /// Somebody who dials in by `pppoe` or another service from this address.
    #[must_use]
    pub fn ppp_client(&self, service: &str, caller_id: &str) -> PppClient {
        PppClient { sim: self.clone(), service: service.to_owned(), caller_id: caller_id.to_owned() }
    }

    /// What became of the scripts of this router. A test that lets scripts run asserts that none is unsupported.
    #[must_use]
    pub fn scripts(&self) -> Scripts {
        self.world(|world| world.desk.counts.clone())
    }

    /// From now on this moves through an interface.
    pub fn set_traffic(&self, interface: &str, traffic: Traffic) -> Result<(), Refused> {
        Ok(self.world(|world| world.set_traffic(interface, traffic))?)
    }

    /// Plugs the cable of an interface in, or pulls it out.
    pub fn set_link(&self, interface: &str, up: bool) -> Result<(), Refused> {
        Ok(self.world(|world| world.set_link(interface, up))?)
    }

    /// Seconds since 1970 that have really passed for the router, whatever its clock shows.
    pub(crate) fn uptime_clock(&self) -> i64 {
        self.world(|world| world.clock.virtual_now())
    }

    /// The network tells a router that had forgotten the time what time it is.
    pub fn ntp_sync(&self) {
        self.world(crate::world::World::sync_clock);
    }
}

impl HotspotClient {
    /// The address of the device.
    #[must_use]
    pub fn mac(&self) -> &str {
        &self.mac
    }

    /// Joins the network of a hotspot server. A device with a cookie is logged in at once.
    pub fn connect(&self, server: &str) -> Result<Connected, Refused> {
        let joined = self.sim.world(|world| world.join(&self.mac, server)).map_err(Refused)?;
        Ok(Connected { address: joined.address, session: joined.session.map(star) })
    }

    /// Logs in as the login page does, and returns the `.id` of the session; or the text the page shows.
    pub fn login(&self, user: &str, password: &str, by: LoginWay) -> Result<String, Refused> {
        self.sim.world(|world| world.log_in(&self.mac, user, password, by)).map(star).map_err(Refused)
    }

    /// Logs out as the page does. Nothing happens when it is not logged in.
    pub fn logout(&self) {
        self.sim.world(|world| {
            if let Some(session) = world.session_of(&self.mac) {
                world.forget_cookie(&self.mac);
                world.end_session(session, "user request");
            }
        });
    }

    /// From now on it logs in again by itself, in the clear, each time an administrator ends its session, as a phone does
    /// whose app fills in the login page. Where it is refused it stays out.
    pub fn insist(&self, user: &str, password: &str) {
        self.sim.world(|world| world.device_insists(&self.mac, user, password));
    }

    /// From now on it sends and receives so many bits in a second.
    pub fn traffic(&self, up_bps: u64, down_bps: u64) {
        self.sim.world(|world| world.device_moves(&self.mac, up_bps, down_bps));
    }

    /// From now on nothing moves, though the device is still there.
    pub fn go_idle(&self) {
        self.traffic(0, 0);
    }

    /// It is out of reach: nothing moves and it does not answer.
    pub fn vanish(&self) {
        self.sim.world(|world| world.device_vanishes(&self.mac));
    }

    /// It comes back under another address, as phones do that hide theirs. The old session is left behind.
    #[must_use]
    pub fn roam(&self, mac: &str) -> HotspotClient {
        self.vanish();
        self.sim.client(mac)
    }

    /// The `.id` of its session, while it has one.
    #[must_use]
    pub fn session(&self) -> Option<String> {
        self.sim.world(|world| world.session_of(&self.mac)).map(star)
    }
}

impl PppClient {
    /// Dials in, and returns the `.id` of the row in `/ppp/active`; or why the router refused.
    pub fn dial(&self, user: &str, password: &str) -> Result<String, Refused> {
        let caller = Caller { user, password, service: &self.service, caller_id: &self.caller_id };
        self.sim.world(|world| world.dial(&caller)).map(star).map_err(Refused)
    }

    /// Ends a call, with the reason the router writes down.
    pub fn hangup(&self, session: &str, cause: &str) -> Result<(), Refused> {
        self.sim.world(|world| {
            let row = world.at("/ppp/active").find(session).map(|row| row.id);
            world.hang_up(row.ok_or_else(|| world.no_such_item())?, cause);
            Ok(())
        })
    }
}
