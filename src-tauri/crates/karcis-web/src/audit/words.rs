//! What deeds and things are called in the audit trail.

use crate::fields::Choice;
use crate::texts::Texts;

/// Kinds to filter by.
const KINDS: [&str; 8] = ["staff", "settings", "secrets", "router", "plan", "batch", "voucher", "print"];

/// A kind of thing; one that the catalogue does not know keeps its own name.
pub(super) fn kind<'a>(kind: &'a str, t: &Texts) -> &'a str {
    let k = &t.audit.kinds;
    match kind {
        "staff" => k.staff,
        "settings" => k.settings,
        "secrets" => k.secrets,
        "router" => k.router,
        "plan" => k.plan,
        "batch" => k.batch,
        "voucher" => k.voucher,
        "print" => k.print,
        unknown => unknown,
    }
}

pub(super) fn kinds(chosen: &str, t: &Texts) -> Vec<Choice> {
    let all = Choice::new("", t.audit.all_kinds, chosen.is_empty());
    let each = KINDS.into_iter().map(|it| Choice::new(it, kind(it, t), it == chosen));
    std::iter::once(all).chain(each).collect()
}

/// A deed; one that the catalogue does not know keeps its own name.
pub(super) fn deed<'a>(deed: &'a str, t: &Texts) -> &'a str {
    let d = &t.audit.deeds;
    match deed {
        "staff.found" => d.staff_found,
        "staff.hire" => d.staff_hire,
        "staff.disable" => d.staff_disable,
        "staff.enable" => d.staff_enable,
        "staff.change_role" => d.staff_change_role,
        "staff.reset_password" => d.staff_reset_password,
        "staff.change_own_password" => d.staff_change_own_password,
        "staff.set_preferences" => d.staff_set_preferences,
        "staff.sign_in" => d.staff_sign_in,
        "staff.sign_in_failed" => d.staff_sign_in_failed,
        "staff.end_session" => d.staff_end_session,
        "staff.end_sessions" => d.staff_end_sessions,
        "secrets.adopt" => d.secrets_adopt,
        "secrets.wrap" => d.secrets_wrap,
        "secrets.house" => d.secrets_house,
        "settings.shop" => d.settings_shop,
        "settings.logo" => d.settings_logo,
        "wizard.finish" => d.wizard_finish,
        unknown => unknown,
    }
}
