//! What a plan sells, in words.

use crate::format::Format;
use crate::icons::Icon;
use crate::staff::Chip;
use crate::texts::Texts;
use karcis_core::plans::{Plan, ProfileState};

/// Validity first, then every limit that is set.
pub(crate) fn limits(plan: &Plan, format: Format) -> Vec<String> {
    let w = &format.texts().plans;
    let validity = match plan.validity {
        Some(span) => w.lives(format.span(span.as_duration())),
        None => w.lives_on.to_owned(),
    };
    let mut words = vec![validity];
    words.extend(plan.uptime_limit.map(|limit| w.online(format.span(limit.as_duration()))));
    words.extend(plan.data_limit.map(|limit| w.quota(format.data(limit))));
    words.extend(plan.rate_limit.map(|rate| {
        let text = rate.to_string();
        let (up, down) = text.split_once('/').unwrap_or((&text, &text));
        w.speed(down, up)
    }));
    words.extend((plan.shared_users > 1).then(|| w.devices(plan.shared_users)));
    words.extend(plan.lock_mac.then(|| w.locked.to_owned()));
    words
}

/// Whether the plan's profile is on its router.
pub(super) fn profile_chip(state: ProfileState, t: &Texts) -> Chip {
    match state {
        ProfileState::Pending => {
            Chip { tone: "wait", icon: Icon::HourglassSplit, word: t.plans.profile_pending }
        }
        ProfileState::OnRouter => Chip { tone: "ok", icon: Icon::Check2, word: t.plans.profile_on_router },
        ProfileState::Rejected => {
            Chip { tone: "bad", icon: Icon::ExclamationOctagon, word: t.plans.profile_rejected }
        }
    }
}

/// What a colour is called. Colours are a closed list; another word is shown as it is.
pub(super) fn colour_word<'t>(colour: &'t str, t: &'t Texts) -> &'t str {
    let c = &t.plans.colours;
    match colour {
        "teal" => c.teal,
        "amber" => c.amber,
        "green" => c.green,
        "blue" => c.blue,
        "red" => c.red,
        "purple" => c.purple,
        "brown" => c.brown,
        "grey" => c.grey,
        other => other,
    }
}
