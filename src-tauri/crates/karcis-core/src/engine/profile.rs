//! Ensuring a plan's user profile: found by its name, set or added, read back.

use super::Engine;
use crate::fault::Fault;
use crate::outbox::Outcome;
use crate::plans::{self, ProfileState, ProfileWish, profile_wish};
use crate::values::{PlanId, RouterId};
use routeros::hotspot::{NewUserProfile, UserProfile, user_profile_add, user_profile_set, user_profiles};
use routeros::{CallError, Connection, Query, TrapKind};

impl Engine {
    pub(super) async fn ensure_profile(&self, router: RouterId, plan: PlanId) -> Result<Outcome, Fault> {
        let Some(plan) = self.db.reading(move |tx| plans::plan(tx, plan)).await? else {
            return Ok(Outcome::Done);
        };
        let connection = match self.wire(router).await? {
            Ok(connection) => connection,
            Err(outcome) => return Ok(outcome),
        };
        let outcome = match ensure(&connection, &profile_wish(&plan)).await {
            Ok(true) => Outcome::Done,
            Ok(false) => Outcome::Retry("not_kept"),
            Err(error) => self.lost(router, &error).await,
        };
        self.heard(router);
        let state = match outcome {
            Outcome::Done => ProfileState::OnRouter,
            Outcome::GiveUp(_) => ProfileState::Rejected,
            Outcome::Held
            | Outcome::Retry(_)
            | Outcome::Unconfirmed(_)
            | Outcome::LaneAway(_)
            | Outcome::LaneBlocked(_) => return Ok(outcome),
        };
        let now = self.now();
        self.db.writing(move |tx| plans::profile_is(tx, plan.id, state, now)).await?;
        Ok(outcome)
    }
}

/// Makes the profile as wished and answers whether it was read back so.
async fn ensure(router: &Connection, wish: &ProfileWish) -> Result<bool, CallError> {
    match find(router, &wish.name).await? {
        Some(found) if differs(&found, wish) => {
            router.call(user_profile_set(&found.id, &properties(wish, None))).await?;
        }
        Some(_) => return Ok(true),
        None => match router.call(user_profile_add(&properties(wish, Some(&wish.name)))).await {
            // Somebody was quicker, or a reply was lost: the name is ours, so it is read and set like any other.
            Err(CallError::Trap(trap)) if trap.kind() == TrapKind::AlreadyExists => {
                if let Some(found) = find(router, &wish.name).await? {
                    router.call(user_profile_set(&found.id, &properties(wish, None))).await?;
                }
            }
            added => {
                added?;
            }
        },
    }
    Ok(find(router, &wish.name).await?.is_some_and(|found| !differs(&found, wish)))
}

async fn find(router: &Connection, name: &str) -> Result<Option<UserProfile>, CallError> {
    let reply = router.call(user_profiles().query(Query::equal("name", name))).await?;
    Ok(reply.first().map(UserProfile::from_row))
}

fn differs(found: &UserProfile, wish: &ProfileWish) -> bool {
    found.shared_users != Some(wish.shared_users)
        || found.rate_limit != wish.rate_limit
        || found.on_login.trim() != wish.on_login.trim()
}

fn properties(wish: &ProfileWish, name: Option<&str>) -> NewUserProfile {
    // An unset property is left out when adding: some versions refuse an empty rate limit there.
    let said = |text: &str| Some(text.to_owned()).filter(|text| name.is_none() || !text.is_empty());
    NewUserProfile {
        name: name.map(str::to_owned),
        shared_users: Some(wish.shared_users),
        rate_limit: said(&wish.rate_limit),
        on_login: said(&wish.on_login),
        ..NewUserProfile::default()
    }
}
