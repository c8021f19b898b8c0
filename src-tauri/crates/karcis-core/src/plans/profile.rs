//! What a plan asks of the router: the RouterOS hotspot user profile.

use super::Plan;
use crate::values::PlanId;

/// The user profile a plan wishes for, in RouterOS's own words and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileWish {
    /// `name=`; begins with `krc-`, which is how we know our own.
    pub name: String,
    /// `shared-users=`.
    pub shared_users: u32,
    /// `rate-limit=`, empty for none.
    pub rate_limit: String,
    /// `on-login=`, empty for none.
    pub on_login: String,
}

/// What every profile of ours begins with; a profile without it is somebody else's and never touched.
pub const OUR_PROFILE: &str = "krc-";

/// The profile for this plan.
pub fn profile_wish(plan: &Plan) -> ProfileWish {
    ProfileWish {
        name: plan.profile_name.clone(),
        shared_users: plan.shared_users,
        rate_limit: plan.rate_limit.map(|rate| rate.to_string()).unwrap_or_default(),
        on_login: on_login(plan),
    }
}

/// The router's own part of a plan: stamp the first login into the user's comment, lock the user to its device.
///
/// Runs at every login and writes only at the first. `F=` keeps the router's date and time as it says them.
/// Source: RouterOS hotspot user profile `on-login`; variables `$user` and `$"mac-address"`.
fn on_login(plan: &Plan) -> String {
    if plan.validity.is_none() && !plan.lock_mac {
        return String::new();
    }
    let mut script = String::from(
        ":local u [/ip hotspot user find name=$user]; :local c [/ip hotspot user get $u comment]; \
         :if (([:pick $c 0 5] = \"KRC1|\") and ([:typeof [:find $c \"|F=\"]] = \"nil\")) do={ \
         :local d [/system clock get date]; :local t [/system clock get time]; \
         /ip hotspot user set $u comment=($c . \"|F=\" . $d . \" \" . $t)",
    );
    if plan.lock_mac {
        script.push_str(" mac-address=$\"mac-address\"");
    }
    script.push_str(" }");
    script
}

/// `krc-` and the plan's name in small letters and digits, with six digits of its id so that it stays unique.
pub(super) fn name_for(plan_name: &str, id: PlanId) -> String {
    let slug: String = plan_name
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|letter| letter.is_ascii_alphanumeric())
        .take(16)
        .collect();
    let id = id.simple();
    format!("{OUR_PROFILE}{slug}-{}", &id[id.len() - 6..])
}
