//! After a restart of the router: everything that was written to it shortly before is read back once more.

use super::Engine;
use super::readback::{Standing, Users};
use crate::fault::Fault;
use crate::outbox::Outcome;
use crate::routers;
use crate::values::RouterId;
use crate::vouchers::{self, Doubt, Gone, Presence, UserWish};

impl Engine {
    /// What the router lost in a restart is owed again.
    pub(super) async fn look_back(&self, router: RouterId) -> Result<Outcome, Fault> {
        // Connecting comes first: it may tell of another restart.
        let connection = match self.wire(router).await? {
            Ok(connection) => connection,
            Err(outcome) => return Ok(outcome),
        };
        let doubted = self
            .db
            .reading(move |tx| match routers::unsure_since(tx, router)? {
                Some(since) => Ok::<_, Fault>(Some((since, vouchers::in_doubt(tx, router, since)?))),
                None => Ok(None),
            })
            .await?;
        let Some((since, (profiles, doubts))) = doubted else { return Ok(Outcome::Done) };
        let mut gone = Vec::new();
        if !doubts.is_empty() {
            let users = match Users::read(&connection).await {
                Ok(users) => users,
                Err(error) => return Ok(self.lost(router, &error).await),
            };
            gone = doubts.iter().map(|doubt| missing(doubt, &users)).collect();
        }
        self.heard(router);
        let now = self.now();
        self.db
            .writing(move |tx| {
                if routers::in_use(tx, router)? {
                    vouchers::owe_lost(tx, &profiles, &gone, now)?;
                    routers::looked_back(tx, router, since)?;
                }
                Ok::<_, Fault>(Outcome::Done)
            })
            .await
    }
}

/// What of a batch is not as it was written.
fn missing(doubt: &Doubt, users: &Users) -> Gone {
    let mut gone = Gone { batch: doubt.batch.id, lost: Vec::new(), undone: Vec::new() };
    for user in &doubt.users {
        match users.standing(user, &doubt.batch) {
            Standing::Missing | Standing::Taken { ours: None } => {
                if is_lost(user, doubt) {
                    gone.lost.push(user.voucher);
                }
            }
            Standing::AsWished { .. } => {
                if user.presence == Presence::Absent {
                    gone.undone.push(user.voucher);
                }
            }
            Standing::Differs { .. } => gone.undone.push(user.voucher),
            // A stranger's user of the same name is beside it: it may be removed, but not be set right.
            Standing::Taken { ours: Some(_) } => {
                if user.presence == Presence::Absent {
                    gone.undone.push(user.voucher);
                }
            }
        }
    }
    gone
}

/// Whether a user that is not there should be, and was sent so late that the restart has taken it. One that is pending has
/// a note of its own.
fn is_lost(user: &UserWish, doubt: &Doubt) -> bool {
    user.presence != Presence::Absent && user.confirmed && doubt.sent.contains(&user.voucher)
}
