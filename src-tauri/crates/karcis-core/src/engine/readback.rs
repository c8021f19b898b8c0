//! Comparing what the router has with what the books wish.

use crate::values::VoucherId;
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
pub(super) struct Users {
    by_name: HashMap<String, Vec<User>>,
    /// The names under which users of ours stand, in case somebody renamed one.
    names: HashMap<VoucherId, String>,
}

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

    /// Reads the users that may stand for one wish: by its name, or by our mark under another.
    pub(super) async fn read_wished(router: &Connection, wish: &UserWish) -> Result<Users, CallError> {
        let marked = Query::equal("comment", &wish.tag.to_string());
        Users::of(router, users_where(Query::equal("name", &wish.name).or(marked))).await
    }

    async fn of(router: &Connection, command: routeros::Command) -> Result<Users, CallError> {
        let reply = router.call(command.proplist(&FIELDS)).await?;
        let mut by_name: HashMap<String, Vec<User>> = HashMap::with_capacity(reply.rows.len());
        let mut names = HashMap::new();
        for row in &reply.rows {
            let user = User::from_row(row);
            if let Some(tag) = Tag::parse(&user.comment) {
                names.entry(tag.voucher).or_insert_with(|| user.name.clone());
            }
            let of_this_name = by_name.entry(user.name.clone()).or_default();
            // A reply that came twice shows a row twice.
            if of_this_name.iter().all(|known| known.id != user.id) {
                of_this_name.push(user);
            }
        }
        Ok(Users { by_name, names })
    }

    /// Whether nobody has the wished name: ours is gone or has been renamed.
    pub(super) fn lack(&self, wish: &UserWish) -> bool {
        !self.by_name.contains_key(&wish.name)
    }

    /// The marks of ours among them, of whichever shop.
    pub(super) fn tags(&self) -> Vec<Tag> {
        self.by_name.values().flatten().filter_map(|user| Tag::parse(&user.comment)).collect()
    }

    /// How this wish stands.
    pub(super) fn standing(&self, wish: &UserWish, batch: &Batch) -> Standing {
        let found = self.named(&wish.name);
        let ours = found.iter().find(|user| is_ours(user, wish)).or_else(|| self.renamed(wish));
        match ours {
            None if found.is_empty() => Standing::Missing,
            None => Standing::Taken { ours: None },
            Some(ours) if found.iter().any(|user| user.id != ours.id) => {
                Standing::Taken { ours: Some(ours.id.clone()) }
            }
            Some(ours) if as_wished(ours, wish, batch) => Standing::AsWished { id: ours.id.clone() },
            Some(ours) => Standing::Differs { id: ours.id.clone() },
        }
    }

    /// Our user of a wish under a name that somebody else gave it.
    fn renamed(&self, wish: &UserWish) -> Option<&User> {
        self.named(self.names.get(&wish.voucher)?).iter().find(|user| is_ours(user, wish))
    }

    fn named(&self, name: &str) -> &[User] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
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
        name: Some(wish.name.clone()),
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
    user.name == wish.name
        && password
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
