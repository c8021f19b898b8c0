//! What the practice router has forgotten: the program died before its memory was written.
//!
//! Only for the practice router. A real one is compared and reported, never silently overwritten.

use karcis_core::db::WriteTx;
use karcis_core::fault::Fault;
use karcis_core::outbox::{self, Effect, Priority};
use karcis_core::routers::Router;
use karcis_core::values::{NoteId, PlanId, Timestamp};
use karcis_core::vouchers::{self, Batch, Tag, Voucher, VoucherState};
use routeros_sim::SimHandle;
use std::collections::{HashMap, HashSet};

/// Leaves a note for every voucher that stands on the router in the books and not in its memory, or the other way
/// round; answers how many.
pub(super) fn owe_what_was_forgotten(
    tx: &WriteTx<'_>,
    router: &Router,
    sim: &SimHandle,
    now: Timestamp,
) -> Result<u32, Fault> {
    let users: HashMap<String, bool> = sim
        .users()
        .into_iter()
        .filter_map(|mut user| {
            Some((user.remove("name")?, user.get("disabled").is_some_and(|word| word == "true")))
        })
        .collect();
    let mut profiles = Profiles::of(sim);
    let mut owed = 0;
    let mut before = None;
    loop {
        let batches = vouchers::batches(tx, None, Some(router.id), before)?;
        let Some(last) = batches.last() else { break };
        before = Some(last.number);
        for batch in &batches {
            for voucher in vouchers::printable(tx, batch.id)? {
                let forgotten = users.get(&voucher.code) != Some(&voucher.disabled);
                if voucher.state == VoucherState::OnRouter && forgotten {
                    owe(tx, router, &voucher, profiles.note(tx, router, batch, now)?, now)?;
                    owed += 1;
                }
            }
        }
    }
    Ok(owed + owe_removals(tx, router, sim, now)?)
}

fn owe_removals(tx: &WriteTx<'_>, router: &Router, sim: &SimHandle, now: Timestamp) -> Result<u32, Fault> {
    let mut owed = 0;
    for user in sim.users() {
        let Some(tag) = user.get("comment").and_then(|comment| Tag::parse(comment)) else { continue };
        let Some(voucher) = vouchers::voucher(tx, tag.voucher)? else { continue };
        if voucher.state == VoucherState::Void && voucher.router == router.id {
            owe(tx, router, &voucher, None, now)?;
            owed += 1;
        }
    }
    Ok(owed)
}

fn owe(
    tx: &WriteTx<'_>,
    router: &Router,
    voucher: &Voucher,
    profile: Option<NoteId>,
    now: Timestamp,
) -> Result<(), Fault> {
    let effect = Effect::EnsureVoucher { router: router.id, voucher: voucher.id };
    if outbox::queued(tx, &effect)?.is_none() {
        outbox::push(tx, &effect, Priority::Bulk, profile, now)?;
    }
    Ok(())
}

/// The profiles the router has, and the notes for those it has not.
struct Profiles {
    there: HashSet<String>,
    owed: HashMap<PlanId, NoteId>,
}

impl Profiles {
    fn of(sim: &SimHandle) -> Profiles {
        let rows = sim.rows("/ip/hotspot/user/profile");
        let there = rows.into_iter().filter_map(|mut row| row.remove("name")).collect();
        Profiles { there, owed: HashMap::new() }
    }

    /// The note a voucher of this batch must wait for, if its profile is gone.
    fn note(
        &mut self,
        tx: &WriteTx<'_>,
        router: &Router,
        batch: &Batch,
        now: Timestamp,
    ) -> Result<Option<NoteId>, Fault> {
        if self.there.contains(&batch.profile_name) {
            return Ok(None);
        }
        if let Some(note) = self.owed.get(&batch.plan) {
            return Ok(Some(*note));
        }
        let effect = Effect::EnsureProfile { router: router.id, plan: batch.plan };
        let note = match outbox::queued(tx, &effect)? {
            Some(note) => note,
            None => outbox::push(tx, &effect, Priority::Soon, None, now)?,
        };
        self.owed.insert(batch.plan, note);
        Ok(Some(note))
    }
}
