//! What needs somebody, the most pressing first.

use crate::icons::Icon;
use crate::queue::{LaneView, Need, Outlook, Standing, needs};
use crate::routers::remedy;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::plans::{self, Plan, ProfileState};
use karcis_core::routers::{self, CheckItem, CheckState, Fullness, Router};

/// So many given-up notes are shown here; the queue's own page has them all.
const NOTES: usize = 3;

/// One thing that needs somebody.
pub(super) struct Attention {
    pub(super) tone: &'static str,
    pub(super) icon: Icon,
    pub(super) title: String,
    pub(super) code: Option<&'static str>,
    pub(super) words: String,
    /// Where to do something about it: address and word.
    pub(super) way: Option<(String, &'static str)>,
    /// The note that can be tried once more.
    pub(super) note: Option<String>,
}

pub(super) fn attention(
    tx: &ReadTx<'_>,
    lanes: &[LaneView],
    outlook: Outlook,
) -> Result<Vec<Attention>, Fault> {
    let (needs, routers, plans) = (needs(tx, outlook)?, routers::routers(tx)?, plans::plans(tx)?);
    let mut all: Vec<Attention> = lanes.iter().filter_map(|lane| refused(lane, outlook)).collect();
    all.extend(needs.iter().take(NOTES).map(|need| given_up(need, outlook)));
    if needs.len() > NOTES {
        all.push(more(needs.len() - NOTES, outlook));
    }
    let listed = |plan: &Plan| needs.iter().any(|need| need.plan == Some(plan.id));
    all.extend(plans.iter().filter(|plan| !listed(plan)).filter_map(|plan| rejected(plan, outlook)));
    // A router that refuses us has said why above.
    let refuses = |router: &Router| {
        lanes.iter().any(|it| it.standing == Standing::Refuses && it.id == router.id.to_string())
    };
    all.extend(routers.iter().filter(|it| !refuses(it)).filter_map(|router| failed_check(router, outlook)));
    all.extend(routers.iter().filter_map(|router| wrong_clock(router, outlook)));
    all.extend(routers.iter().filter_map(|router| crowded(router, outlook)));
    all.extend(routers.iter().filter_map(|router| strays(router, outlook)));
    Ok(all)
}

fn refused(lane: &LaneView, outlook: Outlook) -> Option<Attention> {
    let (code, words) = lane.why.clone().filter(|_| lane.standing == Standing::Refuses)?;
    Some(Attention {
        tone: "bad",
        icon: Icon::ExclamationOctagon,
        title: lane.name.clone(),
        code: Some(code),
        words,
        way: Some((format!("/routers/{}", lane.id), outlook.t().dashboard.to_router)),
        note: None,
    })
}

fn given_up(need: &Need, outlook: Outlook) -> Attention {
    Attention {
        tone: "bad",
        icon: Icon::ExclamationOctagon,
        title: format!("{} · {}", need.about, need.side),
        code: Some(need.code),
        words: need.words.clone(),
        way: Some((need.address.clone(), outlook.t().queue.look)),
        note: Some(need.note.clone()),
    }
}

fn more(count: usize, outlook: Outlook) -> Attention {
    let w = &outlook.t().dashboard;
    Attention {
        tone: "wait",
        icon: Icon::Inbox,
        title: w.more_needs(outlook.format.count(count)),
        code: None,
        words: String::new(),
        way: Some(("/queue".to_owned(), w.to_queue)),
        note: None,
    }
}

fn rejected(plan: &Plan, outlook: Outlook) -> Option<Attention> {
    let w = &outlook.t().dashboard;
    (plan.profile_state == ProfileState::Rejected).then(|| Attention {
        tone: "bad",
        icon: Icon::Tags,
        title: w.plan_rejected(&plan.name),
        code: None,
        words: w.plan_rejected_words.to_owned(),
        way: Some((format!("/plans/{}", plan.id), w.to_plan)),
        note: None,
    })
}

fn failed_check(router: &Router, outlook: Outlook) -> Option<Attention> {
    let list = &router.checks.as_ref()?.list;
    let check = list.iter().find(|check| check.state == CheckState::Failed)?;
    Some(Attention {
        tone: "bad",
        icon: Icon::XOctagon,
        title: outlook.t().dashboard.check_failed(&router.name),
        code: None,
        words: remedy(check, &outlook.t().checks),
        way: Some((format!("/routers/{}", router.id), outlook.t().dashboard.to_router)),
        note: None,
    })
}

/// The licence lets in nearly nobody more, or nobody.
fn crowded(router: &Router, outlook: Outlook) -> Option<Attention> {
    let (w, guests) = (&outlook.t().dashboard, &router.guests);
    let most = outlook.format.count(guests.most()?);
    let (tone, title) = match guests.fullness() {
        Fullness::Room => return None,
        Fullness::Near => ("wait", w.nearly_full(&router.name)),
        Fullness::Full => ("bad", w.full(&router.name)),
    };
    let level = guests.licence.as_deref().unwrap_or_default();
    Some(Attention {
        tone,
        icon: Icon::People,
        title,
        code: None,
        words: w.full_words(outlook.format.count(guests.online.unwrap_or(0)), most, level),
        way: Some((format!("/routers/{}", router.id), w.to_router)),
        note: None,
    })
}

/// Other books of the same shop write to the router.
fn strays(router: &Router, outlook: Outlook) -> Option<Attention> {
    let w = &outlook.t().dashboard;
    (router.strays > 0).then(|| Attention {
        tone: "bad",
        icon: Icon::ExclamationTriangleFill,
        title: w.strays(&router.name),
        code: None,
        words: w.strays_words(outlook.format.count(router.strays)),
        way: Some((format!("/routers/{}", router.id), w.to_router)),
        note: None,
    })
}

fn wrong_clock(router: &Router, outlook: Outlook) -> Option<Attention> {
    let list = &router.checks.as_ref()?.list;
    let check = list.iter().find(|it| it.item == CheckItem::Clock && it.why == "wrong")?;
    Some(Attention {
        tone: "wait",
        icon: Icon::ClockHistory,
        title: outlook.t().dashboard.clock_wrong(&router.name),
        code: None,
        words: remedy(check, &outlook.t().checks),
        way: Some((format!("/routers/{}", router.id), outlook.t().dashboard.to_router)),
        note: None,
    })
}
