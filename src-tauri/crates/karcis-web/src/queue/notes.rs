//! What needs a person: notes the engine gave up, with what they were about.

use super::{Outlook, reason};
use crate::icons::Icon;
use crate::staff::Chip;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::outbox::{self, Effect, Lane, Note};
use karcis_core::plans;
use karcis_core::printers;
use karcis_core::routers;
use karcis_core::slips;
use karcis_core::values::PlanId;
use karcis_core::vouchers;

/// So many are listed; reviving one makes room for the next.
const LISTED: u16 = 100;

/// A note that needs a person, in words.
#[derive(Debug, Clone)]
pub(crate) struct Need {
    pub(crate) note: String,
    /// What it is about: a batch, a plan, a voucher or a slip.
    pub(crate) about: String,
    /// Where to look at that.
    pub(crate) address: String,
    /// The plan whose profile it is about.
    pub(crate) plan: Option<PlanId>,
    /// The router or printer it is for.
    pub(crate) side: String,
    pub(crate) code: &'static str,
    pub(crate) words: String,
    /// How often it was tried and since when it waits.
    pub(crate) tried: String,
    pub(crate) chip: Chip,
}

/// The notes that need a person, the newest first.
pub(crate) fn needs(tx: &ReadTx<'_>, outlook: Outlook) -> Result<Vec<Need>, Fault> {
    outbox::needing_attention(tx, LISTED)?.iter().map(|note| need(tx, note, outlook)).collect()
}

fn need(tx: &ReadTx<'_>, note: &Note, outlook: Outlook) -> Result<Need, Fault> {
    let t = outlook.t();
    let refusal = reason(note.last_error.as_deref().unwrap_or("refused"));
    let side = match note.lane {
        Lane::Router(router) => routers::router(tx, router)?.map(|router| router.name),
        Lane::Printer(printer) => printers::printer(tx, printer)?.map(|printer| printer.name),
    };
    let (about, address, plan) = about(tx, &note.effect, outlook)?;
    Ok(Need {
        note: note.id.to_string(),
        about,
        address,
        plan,
        side: side.unwrap_or_default(),
        code: refusal.code(),
        words: refusal.sentence(t),
        tried: t.queue.tried(outlook.format.count(note.attempts), outlook.since(note.created_at)),
        chip: Chip { tone: "bad", icon: Icon::ExclamationOctagon, word: t.queue.given_up },
    })
}

fn about(
    tx: &ReadTx<'_>,
    effect: &Effect,
    outlook: Outlook,
) -> Result<(String, String, Option<PlanId>), Fault> {
    let (t, format) = (outlook.t(), outlook.format);
    Ok(match effect {
        Effect::EnsureProfile { plan, .. } => {
            let name = plans::plan(tx, *plan)?.map_or_else(String::new, |plan| plan.name);
            (t.queue.about_plan(name), format!("/plans/{plan}"), Some(*plan))
        }
        Effect::EnsureVouchers { batch, chunk, .. } => {
            let number = vouchers::batch(tx, *batch)?.map_or(0, |batch| batch.number);
            let part = format.count(u64::from(*chunk) + 1);
            (t.queue.about_batch(format.count(number), part), format!("/batches/{batch}"), None)
        }
        Effect::EnsureVoucher { voucher, .. } => {
            let number = vouchers::voucher(tx, *voucher)?.map_or(0, |voucher| voucher.number);
            (t.queue.about_voucher(format.count(number)), format!("/vouchers/{voucher}"), None)
        }
        Effect::LookBack { router } => {
            (t.queue.about_look_back.to_owned(), format!("/routers/{router}"), None)
        }
        Effect::PrintSlip { slip, .. } => {
            let number = slips::slip(tx, *slip)?.map_or(0, |slip| slip.number);
            (t.queue.about_slip(format.count(number)), "/queue".to_owned(), None)
        }
    })
}
