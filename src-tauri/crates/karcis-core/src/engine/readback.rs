//! Comparing what the router has with what the books wish.

use crate::vouchers::{Batch, Presence, Tag, UserWish};
use routeros::hotspot::{NewUser, User, UserChange, users, users_where};
use routeros::{CallError, Connection, Query};
use std::collections::HashMap;
use std::time::Duration;

/// What a user asked back needs; the rest of a row would only cost time.
const FIELDS: [&str; 9] = [
    ".id",
    "name",
    "password",
    "server",
    "profile",
    "comment",
    "limit-uptime",
    "limit-bytes-total",
    "disabled",
];

/// What tells whether a user was ever online.
pub(super) const USAGE_FIELDS: [&str; 7] =
    [".id", "name", "comment", "mac-address", "uptime", "bytes-in", "bytes-out"];

/// The router's users by name; a name may stand there once per hotspot server.
pub(super) struct Users(HashMap<String, Vec<User>>);

/// How a wished user stands on the router.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Not there.
    Missing,
    /// There and ours, exactly as wished.
    AsWished {
        /// Its row.
        id: String,
    },
    /// There and ours, but different.
    Differs {
        /// Its row.
        id: String,
    },
    /// Somebody else's user has the name; ours is there beside it when it has an id.
    Taken {
        /// Our own row of the same name.
        ours: Option<String>,
    },
}

impl Users {
    /// Reads every user.
    pub(super) async fn read(router: &Connection) -> Result<Users, CallError> {
        Users::of(router, users()).await
    }

    /// Reads the users of one name.
    pub(super) async fn read_named(router: &Connection, name: &str) -> Result<Users, CallError> {
        Users::of(router, users_where(Query::equal("name", name))).await
    }

    async fn of(router: &Connection, command: routeros::Command) -> Result<Users, CallError> {
        let reply = router.call(command.proplist(&FIELDS)).await?;
        let mut by_name: HashMap<String, Vec<User>> = HashMap::with_capacity(reply.rows.len());
        for row in &reply.rows {
            let user = User::from_row(row);
            by_name.entry(user.name.clone()).or_default().push(user);
        }
        Ok(Users(by_name))
    }

    /// The marks of ours among them, of whichever shop.
    pub(super) fn tags(&self) -> Vec<Tag> {
        self.0.values().flatten().filter_map(|user| Tag::parse(&user.comment)).collect()
    }

    /// How this wish stands.
    pub(super) fn standing(&self, wish: &UserWish, batch: &Batch) -> Standing {
        let Some(found) = self.0.get(&wish.name) else { return Standing::Missing };
        let ours = found.iter().find(|user| is_ours(user, wish));
        match ours {
            Some(ours) if found.len() > 1 => Standing::Taken { ours: Some(ours.id.clone()) },
            None => Standing::Taken { ours: None },
            Some(ours) if as_wished(ours, wish, batch) => Standing::AsWished { id: ours.id.clone() },
            Some(ours) => Standing::Differs { id: ours.id.clone() },
        }
    }
}

/// The user to add for a wish.
pub(super) fn new_user(wish: &UserWish, batch: &Batch) -> NewUser {
    NewUser {
        name: wish.name.clone(),
        password: wish.password.clone(),
        server: Some(batch.hotspot_server.clone()).filter(|server| server != "all"),
        profile: Some(batch.profile_name.clone()),
        comment: Some(wish.tag.to_string()),
        mac_address: None,
        limit_uptime: limit_uptime(batch),
        limit_bytes_total: limit_bytes(batch),
        disabled: wish.presence == Presence::Disabled,
    }
}

/// What to set on a user of ours that differs. The comment stays: the router may have stamped it.
pub(super) fn correction(wish: &UserWish, batch: &Batch) -> UserChange {
    UserChange {
        password: Some(wish.password.clone()),
        server: Some(batch.hotspot_server.clone()),
        profile: Some(batch.profile_name.clone()),
        limit_uptime: Some(limit_uptime(batch).unwrap_or(Duration::ZERO)),
        limit_bytes_total: Some(limit_bytes(batch).unwrap_or(0)),
        disabled: Some(wish.presence == Presence::Disabled),
        ..UserChange::default()
    }
}

pub(super) fn is_ours(user: &User, wish: &UserWish) -> bool {
    Tag::parse(&user.comment).is_some_and(|tag| tag.shop == wish.tag.shop && tag.voucher == wish.voucher)
}

fn as_wished(user: &User, wish: &UserWish, batch: &Batch) -> bool {
    // A group without the policy `sensitive` is not shown passwords; they were set by us in the same breath.
    let password = user.password.is_empty() || user.password == wish.password;
    let server =
        user.server == batch.hotspot_server || (user.server.is_empty() && batch.hotspot_server == "all");
    password
        && server
        && user.profile == batch.profile_name
        && user.limit_uptime.filter(|limit| !limit.is_zero()) == limit_uptime(batch)
        && user.limit_bytes_total == limit_bytes(batch).unwrap_or(0)
        && user.disabled == (wish.presence == Presence::Disabled)
}

/// The online time that is left in any case: the limit sold, or the validity as a backstop, since nobody can be online
/// longer than the clock runs.
fn limit_uptime(batch: &Batch) -> Option<Duration> {
    let limit = match (batch.uptime_limit, batch.validity) {
        (Some(limit), Some(validity)) => Some(limit.min(validity)),
        (limit, validity) => limit.or(validity),
    };
    limit.map(crate::values::Period::as_duration)
}

fn limit_bytes(batch: &Batch) -> Option<u64> {
    batch.data_limit.and_then(|limit| u64::try_from(limit.count()).ok())
}
