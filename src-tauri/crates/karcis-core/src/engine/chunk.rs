//! Ensuring the users of a chunk: added pipelined, read back, and only then confirmed.

use super::Engine;
use super::readback::{Standing, Users, correction, new_user};
use super::wire::meaning;
use crate::fault::Fault;
use crate::outbox::Outcome;
use crate::plans;
use crate::routers;
use crate::values::{BatchId, RouterId, Timestamp, VoucherId};
use crate::vouchers::{
    self, Batch, BatchState, ChunkAnswer, ChunkWish, Presence, UserWish, keep_answer, voucher_answered,
};
use routeros::hotspot::{active, active_remove, cookie_remove, cookies, user_add, user_remove, user_set};
use routeros::{CallError, Connection, Pending, Query, Reply, Row, TrapKind};
use std::collections::VecDeque;
use std::sync::PoisonError;

/// Commands handed to the connection ahead of their replies: a few more than its window of 32, so that it never runs dry,
/// and few enough that a person who cancels on a slow router waits for no more than these.
const AHEAD: usize = 36;
/// Users removed by one command.
const REMOVED_TOGETHER: usize = 100;

/// How adding the users of a chunk ended.
enum Added {
    /// Every command was answered.
    All,
    /// A person paused or cancelled the batch meanwhile.
    Stopped,
    /// The router refused a command in a way that concerns the whole note.
    Refused(Outcome),
}

impl Engine {
    /// One chunk is on the router as its rows say, or gone from it.
    pub(super) async fn ensure_chunk(
        &self,
        router: RouterId,
        batch: BatchId,
        chunk: u32,
        attempts: u32,
    ) -> Result<Outcome, Fault> {
        let started = self.now();
        let (wish, lately) = self
            .db
            .reading(move |tx| {
                let lately = vouchers::lately_confirmed(tx, batch, chunk, started)?;
                Ok::<_, Fault>((vouchers::chunk_wish(tx, batch, chunk)?, lately))
            })
            .await?;
        let Some(wish) = wish else { return Ok(Outcome::Done) };
        if wish.batch.state == BatchState::Paused {
            return Ok(Outcome::Held);
        }
        let connection = match self.wire(router).await? {
            Ok(connection) => connection,
            Err(outcome) => return Ok(outcome),
        };
        let now = self.now();
        self.db.writing(move |tx| vouchers::push_started(tx, batch, now)).await?;
        let carried = self.carry_chunk(&connection, &wish, attempts).await;
        self.forget_acknowledged(batch);
        self.heard(router);
        let (answer, outcome, users) = match carried {
            Ok(carried) => carried,
            Err(error) => return Ok(self.lost(router, &error).await),
        };
        self.look_for_strays(router, &users).await?;
        let lost: Vec<VoucherId> =
            lately.iter().filter(|wish| users.lack(wish)).map(|wish| wish.voucher).collect();
        let now = self.now();
        let mut rng = self.fork_rng();
        self.db
            .writing(move |tx| {
                if !routers::in_use(tx, router)? {
                    return Ok::<_, Fault>(outcome);
                }
                if outcome == Outcome::Retry("no_match") {
                    owe_profile(tx, &wish.batch, now)?;
                }
                vouchers::owe_again(tx, batch, &lost, now)?;
                keep_answer(tx, batch, chunk, &answer, &mut rng, now)?;
                Ok(outcome)
            })
            .await
    }

    /// One voucher is on the router as its row says, or gone from it.
    pub(super) async fn ensure_voucher(
        &self,
        router: RouterId,
        voucher: VoucherId,
    ) -> Result<Outcome, Fault> {
        let Some(wish) = self.db.reading(move |tx| vouchers::voucher_wish(tx, voucher)).await? else {
            return Ok(Outcome::Done);
        };
        let Some(user) = wish.users.first() else { return Ok(Outcome::Done) };
        let connection = match self.wire(router).await? {
            Ok(connection) => connection,
            Err(outcome) => return Ok(outcome),
        };
        let ensured = ensure_one(&connection, user, &wish.batch).await;
        self.heard(router);
        match ensured {
            Ok(Outcome::Done) if user.presence != Presence::Absent => {
                let now = self.now();
                self.db.writing(move |tx| voucher_answered(tx, voucher, now)).await?;
                Ok(Outcome::Done)
            }
            // Somebody holds this code in their hand: only a person can exchange it.
            Ok(Outcome::GiveUp("taken")) if user.promised => Ok(Outcome::GiveUp("sold_taken")),
            // A voucher that was never there is the business of its chunk, which draws another code for it.
            Ok(Outcome::GiveUp("taken")) if !user.confirmed => Ok(Outcome::Done),
            Ok(outcome) => Ok(outcome),
            Err(error) => {
                let outcome = self.lost(router, &error).await;
                if outcome == Outcome::Retry("no_match") {
                    let now = self.now();
                    self.db.writing(move |tx| owe_profile(tx, &wish.batch, now)).await?;
                }
                Ok(outcome)
            }
        }
    }

    async fn carry_chunk(
        &self,
        router: &Connection,
        wish: &ChunkWish,
        attempts: u32,
    ) -> Result<(ChunkAnswer, Outcome, Users), CallError> {
        // One that was there before may stand under another name by now.
        let back = wish.users.iter().any(|user| user.promised && !user.confirmed);
        let unsure = attempts > 1 || back || wish.batch.state == BatchState::Cancelled;
        let before = if unsure { Some(Users::read(router).await?) } else { None };
        let missing = |user: &&UserWish| {
            user.presence != Presence::Absent
                && !user.confirmed
                && before.as_ref().is_none_or(|users| users.standing(user, &wish.batch) == Standing::Missing)
        };
        let to_add: Vec<&UserWish> = wish.users.iter().filter(missing).collect();
        let added = self.add_users(router, &to_add, &wish.batch).await?;
        let mut users = Users::read(router).await?;
        if self.correct(router, wish, &users).await? {
            users = Users::read(router).await?;
        }
        let answer = answer(wish, &users);
        let settled =
            wish.users.iter().filter(|user| user.presence != Presence::Absent && !user.confirmed).count();
        let complete = answer.present.len() + answer.taken.len() == settled && gone(wish, &users);
        let outcome = match added {
            Added::Refused(outcome) => outcome,
            Added::Stopped => Outcome::Held,
            Added::All if complete => Outcome::Done,
            Added::All => Outcome::Retry("not_kept"),
        };
        Ok((answer, outcome, users))
    }

    /// Adds users, many commands ahead of their replies, until done, stopped by a person or refused for good.
    async fn add_users(
        &self,
        router: &Connection,
        users: &[&UserWish],
        batch: &Batch,
    ) -> Result<Added, CallError> {
        let mut commits = self.db.commits();
        let mut flying: VecDeque<Pending> = VecDeque::with_capacity(AHEAD);
        let mut ended = Added::All;
        let mut waiting = users.iter();
        loop {
            while flying.len() < AHEAD && matches!(ended, Added::All) {
                let Some(user) = waiting.next() else { break };
                flying.push_back(router.start(user_add(&new_user(user, batch))));
            }
            let Some(next) = flying.pop_front() else { return Ok(ended) };
            match next.await {
                Ok(_) => self.acknowledge(batch.id),
                // Whose user it is shows when everything is read back.
                Err(CallError::Trap(trap)) if trap.kind() == TrapKind::AlreadyExists => {}
                Err(CallError::Trap(trap)) => ended = Added::Refused(meaning(&trap)),
                Err(error) => return Err(error),
            }
            if commits.has_changed().unwrap_or(false) {
                commits.mark_unchanged();
                if matches!(ended, Added::All) && self.is_stopped(batch).await {
                    ended = Added::Stopped;
                }
            }
        }
    }

    /// Sets what differs and removes what must go; answers whether anything was sent.
    async fn correct(&self, router: &Connection, wish: &ChunkWish, users: &Users) -> Result<bool, CallError> {
        let mut sent = false;
        let mut leaving = Vec::new();
        for user in &wish.users {
            match (users.standing(user, &wish.batch), user.presence) {
                (Standing::Missing | Standing::Taken { ours: None }, _) => {}
                (
                    Standing::Taken { ours: Some(id) } | Standing::Differs { id } | Standing::AsWished { id },
                    Presence::Absent,
                ) => leaving.push(id),
                // Its voucher may be sold already: a stranger who moves in later does not drive it out.
                (Standing::Taken { ours: Some(id) }, Presence::Enabled | Presence::Disabled) => {
                    if !user.confirmed {
                        leaving.push(id);
                    }
                }
                (Standing::AsWished { .. }, Presence::Enabled | Presence::Disabled) => {}
                (Standing::Differs { id }, Presence::Enabled | Presence::Disabled) => {
                    router.call(user_set(&id, &correction(user, &wish.batch))).await?;
                    sent = true;
                }
            }
        }
        for ids in leaving.chunks(REMOVED_TOGETHER) {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            remove(router, &ids).await?;
            sent = true;
        }
        Ok(sent)
    }

    /// Whether a person has paused or cancelled the batch since its chunk was begun. What a batch cancelled long ago
    /// still has on a router is put there again when that is replaced.
    async fn is_stopped(&self, begun: &Batch) -> bool {
        let (id, before) = (begun.id, begun.state);
        let found = self.db.reading(move |tx| vouchers::batch(tx, id)).await;
        match found.map(|batch| batch.map(|batch| batch.state)) {
            Ok(Some(state @ (BatchState::Paused | BatchState::Cancelled))) => state != before,
            Ok(Some(BatchState::Running | BatchState::Ready) | None) | Err(_) => false,
        }
    }

    fn acknowledge(&self, batch: BatchId) {
        let mut acknowledged = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        *acknowledged.entry(batch).or_default() += 1;
    }

    fn forget_acknowledged(&self, batch: BatchId) {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).remove(&batch);
    }
}

fn answer(wish: &ChunkWish, users: &Users) -> ChunkAnswer {
    let mut answer = ChunkAnswer::default();
    for user in wish.users.iter().filter(|user| user.presence != Presence::Absent && !user.confirmed) {
        match users.standing(user, &wish.batch) {
            Standing::AsWished { .. } => answer.present.push(user.voucher),
            Standing::Taken { ours: None } => answer.taken.push(user.voucher),
            // Ours beside a stranger's is removed first; a rejected voucher leaves no user behind.
            Standing::Missing | Standing::Differs { .. } | Standing::Taken { ours: Some(_) } => {}
        }
    }
    answer
}

/// Whether nothing of ours is left that should be gone.
fn gone(wish: &ChunkWish, users: &Users) -> bool {
    wish.users.iter().filter(|user| user.presence == Presence::Absent).all(|user| {
        match users.standing(user, &wish.batch) {
            Standing::Missing | Standing::Taken { ours: None } => true,
            Standing::AsWished { .. } | Standing::Differs { .. } | Standing::Taken { ours: Some(_) } => false,
        }
    })
}

/// Ensures one user by its name and reads it back.
async fn ensure_one(router: &Connection, user: &UserWish, batch: &Batch) -> Result<Outcome, CallError> {
    let standing = Users::read_wished(router, user).await?.standing(user, batch);
    let strangers = matches!(standing, Standing::Taken { .. });
    if user.presence != Presence::Enabled && !strangers {
        end_sessions(router, &user.name).await?;
    }
    match (standing, user.presence) {
        (Standing::Missing | Standing::Taken { ours: None }, Presence::Absent) => return Ok(Outcome::Done),
        (Standing::AsWished { .. }, Presence::Enabled | Presence::Disabled) => return Ok(Outcome::Done),
        (Standing::Taken { .. }, Presence::Enabled | Presence::Disabled) => {
            return Ok(Outcome::GiveUp("taken"));
        }
        (Standing::Missing, Presence::Enabled | Presence::Disabled) => {
            router.call(user_add(&new_user(user, batch))).await?;
        }
        (Standing::Differs { id }, Presence::Enabled | Presence::Disabled) => {
            router.call(user_set(&id, &correction(user, batch))).await?;
        }
        (
            Standing::Differs { id } | Standing::AsWished { id } | Standing::Taken { ours: Some(id) },
            Presence::Absent,
        ) => remove(router, &[&id]).await?,
    }
    if user.presence != Presence::Enabled && !strangers {
        // Between the look and the change somebody may have logged in.
        end_sessions(router, &user.name).await?;
    }
    let standing = Users::read_wished(router, user).await?.standing(user, batch);
    match (standing, user.presence) {
        (Standing::AsWished { .. }, Presence::Enabled | Presence::Disabled)
        | (Standing::Missing | Standing::Taken { ours: None }, Presence::Absent) => Ok(Outcome::Done),
        (
            Standing::AsWished { .. } | Standing::Missing | Standing::Differs { .. } | Standing::Taken { .. },
            _,
        ) => Ok(Outcome::Retry("not_kept")),
    }
}

/// Ends the sessions of a user of ours who may not be online any more, and forgets the devices that would sign in again by
/// themselves: RouterOS lets a session run on when its user is gone.
async fn end_sessions(router: &Connection, name: &str) -> Result<(), CallError> {
    let of_user = || Query::equal("user", name);
    let remembered = router.call(cookies().query(of_user()).proplist(&[".id"])).await?;
    let remembered: Vec<&str> = remembered.rows.iter().filter_map(Row::id).collect();
    if !remembered.is_empty() {
        tolerant(router.call(cookie_remove(&remembered)).await)?;
    }
    let online = router.call(active().query(of_user()).proplist(&[".id"])).await?;
    let online: Vec<&str> = online.rows.iter().filter_map(Row::id).collect();
    if online.is_empty() { Ok(()) } else { tolerant(router.call(active_remove(&online)).await) }
}

/// Removes users of ours; one that is gone already is no failure.
async fn remove(router: &Connection, ids: &[&str]) -> Result<(), CallError> {
    tolerant(router.call(user_remove(ids)).await)
}

/// What should be gone and is gone already is no failure.
pub(super) fn tolerant(removed: Result<Reply, CallError>) -> Result<(), CallError> {
    match removed {
        Ok(_) => Ok(()),
        Err(CallError::Trap(trap)) if trap.kind() == TrapKind::NoSuchItem => Ok(()),
        Err(error) => Err(error),
    }
}

/// The router does not know the batch's profile: it is owed once more, ahead of the chunk's next try.
fn owe_profile(tx: &crate::db::WriteTx<'_>, batch: &Batch, now: Timestamp) -> Result<(), Fault> {
    let Some(plan) = plans::plan(tx, batch.plan)? else { return Ok(()) };
    plans::owe_profile(tx, &plan, now)?;
    Ok(())
}
