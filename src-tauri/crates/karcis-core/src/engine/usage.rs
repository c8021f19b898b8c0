//! Whether a voucher was ever used: a live look at its router that writes nothing.

use super::Engine;
use super::readback::{USAGE_FIELDS, is_ours};
use crate::fault::Fault;
use crate::outbox::{self, Circuit, Lane};
use crate::routers;
use crate::sales::Usage;
use crate::values::{RouterId, VoucherId};
use crate::vouchers::{self, Purpose, UserWish, VoucherState};
use chrono::NaiveDateTime;
use routeros::hotspot::{Active, User, active, cookies, users, users_where};
use routeros::values::parse_date_time;
use routeros::{CallError, Connection, Query, Row};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

/// Somebody waits at the counter: a router that has not answered by then cannot be asked.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// What the router has of a voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traces {
    /// Whether it was used.
    pub usage: Usage,
    /// Whether it ever reached a router; what did not was never used, and no router was asked.
    pub was_sent: bool,
    /// Whether somebody is online with it now.
    pub online: bool,
    /// How long it was online, the session under way included.
    pub uptime: Duration,
    /// How much went through it, both directions together.
    pub bytes: u64,
    /// The first login as the router's clock said it.
    pub first_login: Option<String>,
}

impl Traces {
    /// The first login by the router's clock, if that can be read.
    pub fn first_login_at(&self) -> Option<NaiveDateTime> {
        parse_date_time(self.first_login.as_deref()?)
    }

    const fn nothing(usage: Usage) -> Traces {
        Traces { usage, was_sent: true, online: false, uptime: Duration::ZERO, bytes: 0, first_login: None }
    }
}

/// What the books know before the router is asked.
enum Known {
    /// It never reached a router.
    NeverSent,
    /// The router does not have it as ours.
    NotThere,
    /// It may be there.
    Sent { router: RouterId, user: UserWish, moved: bool },
}

impl Engine {
    /// The same for somebody who only looks: a router that is known to be away is left to its lane.
    pub async fn glance(&self, voucher: VoucherId) -> Result<Traces, Fault> {
        let circuit = self
            .db
            .reading(move |tx| {
                let Some(voucher) = vouchers::voucher(tx, voucher)? else { return Ok(None) };
                Ok::<_, Fault>(Some(outbox::lane(tx, &Lane::Router(voucher.router))?.circuit))
            })
            .await?;
        match circuit {
            Some(Circuit::Closed) => self.usage(voucher).await,
            Some(Circuit::Open | Circuit::HalfOpen | Circuit::Blocked) | None => {
                Ok(Traces::nothing(Usage::Unknown))
            }
        }
    }

    /// Asks the router whether a voucher was ever used. One that cannot be asked leaves it unknown.
    pub async fn usage(&self, voucher: VoucherId) -> Result<Traces, Fault> {
        let (router, user, moved) = match self.db.reading(move |tx| known(tx, voucher)).await? {
            Known::NeverSent => return Ok(Traces { was_sent: false, ..Traces::nothing(Usage::NeverUsed) }),
            Known::NotThere => return Ok(Traces::nothing(Usage::Unknown)),
            Known::Sent { router, user, moved } => (router, user, moved),
        };
        let look = async {
            match self.wire(router).await? {
                Ok(connection) => Ok(look(&connection, &user).await.ok()),
                Err(_) => Ok::<_, Fault>(None),
            }
        };
        let seen = match tokio::time::timeout(ANSWER_WITHIN, look).await {
            Ok(seen) => seen?,
            Err(_) => None,
        };
        let seen = seen.unwrap_or(Traces::nothing(Usage::Unknown));
        // What was used on the router this one replaces, or before it lost the user, left no trace here.
        let usage = if moved && seen.usage == Usage::NeverUsed { Usage::Unknown } else { seen.usage };
        Ok(Traces { usage, ..seen })
    }
}

/// Many vouchers are asked about by reading everybody once, which takes a slow router its time.
const ALL_WITHIN: Duration = Duration::from_secs(20);

impl Engine {
    /// Which of these vouchers their router does not say were never used: the used ones, and all it cannot tell.
    pub async fn doubtful(&self, vouchers: Vec<VoucherId>) -> Result<Vec<VoucherId>, Fault> {
        let asked = vouchers.clone();
        let books = self
            .db
            .reading(move |tx| {
                asked.iter().map(|id| Ok((*id, known(tx, *id)?))).collect::<Result<Vec<_>, Fault>>()
            })
            .await?;
        let mut seen: HashMap<RouterId, Option<Everybody>> = HashMap::new();
        let mut doubtful = Vec::new();
        for (voucher, known) in books {
            let unused = match known {
                Known::NeverSent => true,
                Known::NotThere => false,
                Known::Sent { moved: true, .. } => false,
                Known::Sent { router, user, moved: false } => {
                    let everybody = match seen.entry(router) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(unknown) => unknown.insert(self.everybody(router).await?),
                    };
                    everybody.as_ref().is_some_and(|all| all.never_used(&user))
                }
            };
            if !unused {
                doubtful.push(voucher);
            }
        }
        Ok(doubtful)
    }

    async fn everybody(&self, router: RouterId) -> Result<Option<Everybody>, Fault> {
        let look = async {
            match self.wire(router).await? {
                Ok(connection) => Ok(Everybody::read(&connection).await.ok()),
                Err(_) => Ok::<_, Fault>(None),
            }
        };
        match tokio::time::timeout(ALL_WITHIN, look).await {
            Ok(seen) => seen,
            Err(_) => Ok(None),
        }
    }
}

/// Everybody on a router, read at one moment.
struct Everybody {
    users: HashMap<String, Vec<User>>,
    online: HashMap<String, Vec<Active>>,
    remembered: HashMap<String, usize>,
}

impl Everybody {
    async fn read(router: &Connection) -> Result<Everybody, CallError> {
        let found = router.call(users().proplist(&USAGE_FIELDS)).await?;
        let mut all = Everybody { users: HashMap::new(), online: HashMap::new(), remembered: HashMap::new() };
        for user in found.rows.iter().map(User::from_row) {
            all.users.entry(user.name.clone()).or_default().push(user);
        }
        for session in router.call(active()).await?.rows.iter().map(Active::from_row) {
            all.online.entry(session.user.clone()).or_default().push(session);
        }
        for row in &router.call(cookies().proplist(&["user"])).await?.rows {
            *all.remembered.entry(row.get("user").unwrap_or_default().to_owned()).or_default() += 1;
        }
        Ok(all)
    }

    fn never_used(&self, wish: &UserWish) -> bool {
        let ours = self.users.get(&wish.name).and_then(|users| users.iter().find(|user| is_ours(user, wish)));
        let Some(ours) = ours else { return !wish.confirmed };
        let online = self.online.get(&wish.name).map_or(&[][..], Vec::as_slice);
        let remembered = self.remembered.get(&wish.name).copied().unwrap_or(0);
        traces(ours, online, remembered).usage == Usage::NeverUsed
    }
}

fn known(tx: &crate::db::ReadTx<'_>, id: VoucherId) -> Result<Known, Fault> {
    let Some(wish) = vouchers::voucher_wish(tx, id)? else { return Ok(Known::NotThere) };
    let Some(user) = wish.users.into_iter().next() else { return Ok(Known::NotThere) };
    let voucher = vouchers::voucher(tx, id)?;
    let pending = voucher.as_ref().is_some_and(|voucher| voucher.state == VoucherState::Pending);
    // A code drawn at the counter goes to the router by its own note only: one that was never taken up was never sent.
    if pending && wish.batch.purpose == Purpose::Counter && !outbox::was_tried(tx, &id.to_string())? {
        return Ok(Known::NeverSent);
    }
    let replaced = routers::router(tx, wish.batch.router)?.and_then(|router| router.replaced_at);
    let there = voucher.and_then(|voucher| voucher.on_router_at);
    // One that was there and is pending was lost by its router: it is sent again, or has been on the way since.
    let lost = (pending && there.is_some()) || vouchers::was_sent_again(tx, id)?;
    let moved = lost || there.zip(replaced).is_some_and(|(there, replaced)| there <= replaced);
    Ok(Known::Sent { router: wish.batch.router, user, moved })
}

async fn look(router: &Connection, wish: &UserWish) -> Result<Traces, CallError> {
    let found = users_where(Query::equal("name", &wish.name)).proplist(&USAGE_FIELDS);
    let found = router.call(found).await?;
    let users: Vec<User> = found.rows.iter().map(User::from_row).collect();
    let Some(ours) = users.iter().find(|user| is_ours(user, wish)) else {
        // One that was read back from the router once and is gone may have been used before it went.
        let usage = if wish.confirmed { Usage::Unknown } else { Usage::NeverUsed };
        return Ok(Traces::nothing(usage));
    };
    let of_user = || Query::equal("user", &wish.name);
    let online = router.call(active().query(of_user())).await?;
    let online: Vec<Active> = online.rows.iter().map(Active::from_row).collect();
    let remembered = router.call(cookies().query(of_user()).proplist(&[".id"])).await?;
    let remembered = remembered.rows.iter().filter_map(Row::id).count();
    Ok(traces(ours, &online, remembered))
}

/// Counters are brought up to date when a session ends, so the sessions under way are added.
fn traces(user: &User, online: &[Active], remembered: usize) -> Traces {
    let uptime = online.iter().fold(user.uptime, |sum, session| sum.saturating_add(session.uptime));
    let bytes = online.iter().fold(user.bytes_in.saturating_add(user.bytes_out), |sum, session| {
        sum.saturating_add(session.bytes_in).saturating_add(session.bytes_out)
    });
    let first_login = user.comment.split('|').find_map(|field| field.strip_prefix("F=")).map(str::to_owned);
    let used = !uptime.is_zero()
        || bytes > 0
        || first_login.is_some()
        || user.mac_address.is_some()
        || !online.is_empty()
        || remembered > 0;
    Traces {
        was_sent: true,
        usage: if used { Usage::Used } else { Usage::NeverUsed },
        online: !online.is_empty(),
        uptime,
        bytes,
        first_login,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_trace_of_a_guest_is_use() {
        let fresh = User { comment: "KRC1|shop|1|voucher".to_owned(), ..User::default() };
        assert_eq!(traces(&fresh, &[], 0), Traces::nothing(Usage::NeverUsed));
        let second = Duration::from_secs(1);
        let stamped = "KRC1|shop|1|voucher|F=2026-11-20 14:05:00".to_owned();
        let used = [
            traces(&User { uptime: second, ..fresh.clone() }, &[], 0),
            traces(&User { bytes_out: 1, ..fresh.clone() }, &[], 0),
            traces(&User { comment: stamped, ..fresh.clone() }, &[], 0),
            traces(&User { mac_address: "02:00:00:00:00:01".parse().ok(), ..fresh.clone() }, &[], 0),
            traces(&fresh, &[Active::default()], 0),
            traces(&fresh, &[], 1),
        ];
        assert!(used.iter().all(|traces| traces.usage == Usage::Used));
        assert_eq!(used[2].first_login_at().unwrap().to_string(), "2026-11-20 14:05:00");
        assert_eq!(
            Traces { first_login: Some("kemarin".to_owned()), ..used[2].clone() }.first_login_at(),
            None
        );
        assert!(used[4].online && !used[5].online);
    }

    #[test]
    fn a_session_under_way_counts_before_the_router_adds_it_up() {
        let user = User { uptime: Duration::from_secs(60), bytes_in: 10, ..User::default() };
        let session = Active { uptime: Duration::from_secs(30), bytes_out: 5, ..Active::default() };
        let seen = traces(&user, &[session], 0);
        assert_eq!((seen.uptime, seen.bytes), (Duration::from_secs(90), 15));
    }
}
