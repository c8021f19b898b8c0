//! What deeds and things are called in the audit trail.

use crate::fields::Choice;
use crate::texts::Texts;

/// Kinds to filter by.
const KINDS: [&str; 19] = [
    "staff",
    "settings",
    "secrets",
    "router",
    "plan",
    "batch",
    "voucher",
    "printer",
    "slip",
    "template",
    "note",
    "counter",
    "shift",
    "report",
    "reseller",
    "receipt",
    "sale",
    "reservation",
    "program",
];

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
        "printer" => k.printer,
        "slip" => k.slip,
        "template" => k.template,
        "note" => k.note,
        "counter" => k.counter,
        "shift" => k.shift,
        "report" => k.report,
        "reseller" => k.reseller,
        "receipt" => k.receipt,
        "sale" => k.sale,
        "reservation" => k.reservation,
        "program" => k.program,
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
        "staff.set_pin" => d.staff_set_pin,
        "staff.clear_pin" => d.staff_clear_pin,
        "staff.pin_failed" => d.staff_pin_failed,
        "staff.switch" => d.staff_switch,
        "staff.lock" => d.staff_lock,
        "staff.unlock" => d.staff_unlock,
        "settings.lock" => d.settings_lock,
        "staff.approve" => d.staff_approve,
        "staff.pick_counter" => d.staff_pick_counter,
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
        "settings.desktop" => d.settings_desktop,
        "settings.autostart" => d.settings_autostart,
        "settings.updates" => d.settings_updates,
        "update.install" => d.update_install,
        "wizard.finish" => d.wizard_finish,
        "router.add" => d.router_add,
        "router.change" => d.router_change,
        "router.archive" => d.router_archive,
        "router.meet" => d.router_meet,
        "router.other" => d.router_other,
        "router.replace" => d.router_replace,
        "router.remove_practice" => d.router_remove_practice,
        "router.pin" => d.router_pin,
        "router.forget_pin" => d.router_forget_pin,
        "plan.add" => d.plan_add,
        "plan.change" => d.plan_change,
        "plan.archive" => d.plan_archive,
        "plan.restore" => d.plan_restore,
        "batch.issue" => d.batch_issue,
        "batch.pause" => d.batch_pause,
        "batch.resume" => d.batch_resume,
        "batch.cancel" => d.batch_cancel,
        "batch.replace" => d.batch_replace,
        "batch.lost" => d.batch_lost,
        "batch.print" => d.batch_print,
        "batch.purpose" => d.batch_purpose,
        "batch.counter" => d.batch_counter,
        "session.end" => d.session_end,
        "session.end_failed" => d.session_end_failed,
        "voucher.void" => d.voucher_void,
        "voucher.disable" => d.voucher_disable,
        "voucher.enable" => d.voucher_enable,
        "printer.add" => d.printer_add,
        "printer.change" => d.printer_change,
        "printer.archive" => d.printer_archive,
        "slip.request" => d.slip_request,
        "slip.reprint" => d.slip_reprint,
        "slip.again" => d.slip_again,
        "slip.file" => d.slip_file,
        "template.keep" => d.template_keep,
        "template.reset" => d.template_reset,
        "sale.sell" => d.sale_sell,
        "sale.undo" => d.sale_undo,
        "sale.void" => d.sale_void,
        "reservation.add" => d.reservation_add,
        "reservation.release" => d.reservation_release,
        "note.revive" => d.note_revive,
        "counter.add" => d.counter_add,
        "counter.rename" => d.counter_rename,
        "counter.set_printer" => d.counter_set_printer,
        "counter.archive" => d.counter_archive,
        "counter.restore" => d.counter_restore,
        "shift.open" => d.shift_open,
        "shift.pay_in" => d.shift_pay_in,
        "shift.pay_out" => d.shift_pay_out,
        "shift.count" => d.shift_count,
        "shift.carry_on" => d.shift_carry_on,
        "shift.close" => d.shift_close,
        "report.export" => d.report_export,
        "reseller.add" => d.reseller_add,
        "reseller.change" => d.reseller_change,
        "reseller.archive" => d.reseller_archive,
        "reseller.restore" => d.reseller_restore,
        "reseller.settle" => d.reseller_settle,
        "reseller.take_back" => d.reseller_take_back,
        "batch.hand_over" => d.batch_hand_over,
        "settings.difference_limit" => d.settings_difference_limit,
        "settings.day_start" => d.settings_day_start,
        "settings.discount_most" => d.settings_discount_most,
        unknown => unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use karcis_core::settings::Language;
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    /// The deeds that stand in the source where rows of the trail are written.
    fn recorded() -> Vec<String> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let files = ["karcis-core/src", "karcis-web/src"]
            .into_iter()
            .flat_map(|folder| sources(&crates.join(folder)));
        let files = files.filter(|path| !path.display().to_string().contains("tests"));
        let text: String = files.map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let lines = text
            .lines()
            .filter(|line| ["audit::record(", "note(tx,", "let deed ="].iter().any(|it| line.contains(it)));
        let quoted = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
        quoted.filter(|word| word.contains('.') && !word.contains(' ')).map(str::to_owned).collect()
    }

    #[test]
    fn every_deed_in_the_trail_has_words_in_both_languages() {
        let recorded = recorded();
        assert!(recorded.len() > 20, "{recorded:?}");
        for name in recorded {
            for language in Language::ALL {
                assert_ne!(deed(&name, Texts::of(language)), name, "{} has no words", name);
            }
        }
    }
}
