//! Who is online at a router: a live look that writes nothing.

use super::Engine;
use crate::fault::Fault;
use crate::outbox::{self, Circuit, Lane};
use crate::values::RouterId;
use routeros::hotspot::{Active, active};
use std::time::Duration;

/// Somebody looks at the list: a router that has not answered by then cannot be asked.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// So many sessions are told one by one, the youngest first; all of them are counted.
pub const MOST_TOLD: usize = 100;
const FIELDS: [&str; 6] = ["user", "address", "mac-address", "uptime", "bytes-in", "bytes-out"];

/// Who is online at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guests {
    /// How many sessions there are.
    pub count: usize,
    /// The youngest of them.
    pub sessions: Vec<GuestSession>,
}

/// Somebody who is online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestSession {
    /// The name they signed in with; the code, if it is a voucher of ours.
    pub user: String,
    /// The device's address in the network.
    pub address: String,
    /// The device.
    pub device: Option<String>,
    /// For how long.
    pub uptime: Duration,
    /// What they sent.
    pub sent: u64,
    /// What they received.
    pub received: u64,
}

impl Engine {
    /// Asks a router who is online. One that is known to be away is left to its lane, and one that cannot be asked in
    /// time answers nothing.
    pub async fn online(&self, router: RouterId) -> Result<Option<Guests>, Fault> {
        let lane = Lane::Router(router);
        let state = self.db.reading(move |tx| outbox::lane(tx, &lane)).await?;
        if state.circuit != Circuit::Closed {
            return Ok(None);
        }
        let look = async {
            let Ok(connection) = self.wire(router).await? else { return Ok::<_, Fault>(None) };
            Ok(connection.call(active().proplist(&FIELDS)).await.ok())
        };
        match tokio::time::timeout(ANSWER_WITHIN, look).await {
            Ok(reply) => Ok(reply?.map(|reply| told(reply.rows.iter().map(Active::from_row).collect()))),
            Err(_) => Ok(None),
        }
    }
}

fn told(mut all: Vec<Active>) -> Guests {
    all.sort_by(|one, other| (one.uptime, &one.user).cmp(&(other.uptime, &other.user)));
    let count = all.len();
    all.truncate(MOST_TOLD);
    Guests { count, sessions: all.into_iter().map(session).collect() }
}

fn session(active: Active) -> GuestSession {
    GuestSession {
        device: active.mac_address.map(|mac| mac.to_string()),
        user: active.user,
        address: active.address,
        uptime: active.uptime,
        sent: active.bytes_in,
        received: active.bytes_out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_youngest_sessions_are_told_and_all_are_counted() {
        let all = (0..MOST_TOLD as u64 + 50).rev().map(|age| Active {
            user: format!("tamu-{age}"),
            uptime: Duration::from_secs(age),
            ..Active::default()
        });
        let online = told(all.collect());
        assert_eq!((online.count, online.sessions.len()), (MOST_TOLD + 50, MOST_TOLD));
        assert_eq!(
            (online.sessions[0].user.as_str(), online.sessions[99].user.as_str()),
            ("tamu-0", "tamu-99")
        );
    }
}
