//! The tick list of a connection test: each line with what was seen and, when it fails, what to do.

use crate::format::Format;
use crate::icons::Icon;
use crate::texts::ChecksTexts;
use chrono::NaiveDateTime;
use karcis_core::routers::{Check, CheckItem, CheckState, Checks};
use karcis_core::values::Timestamp;

/// One line as shown.
#[derive(Debug, Clone)]
pub(super) struct Tick {
    pub(super) tone: &'static str,
    pub(super) icon: Icon,
    pub(super) label: &'static str,
    /// How it came out, for those who see no colour.
    pub(super) word: &'static str,
    pub(super) seen: String,
    pub(super) remedy: Option<String>,
    pub(super) failed: bool,
}

/// The lines of a test, in their order. Address and user stand in them for those who may change them.
pub(super) fn ticks(checks: &Checks, with_address: bool, format: Format) -> Vec<Tick> {
    let hidden = |item: CheckItem| !with_address && matches!(item, CheckItem::Reach | CheckItem::Login);
    let line = |check: &Check| match hidden(check.item) {
        true => Tick { seen: String::new(), ..tick(check, format) },
        false => tick(check, format),
    };
    checks.list.iter().map(line).collect()
}

fn tick(check: &Check, format: Format) -> Tick {
    let t = &format.texts().checks;
    let (tone, icon, word) = match check.state {
        CheckState::Good => ("ok", Icon::CheckCircleFill, t.good),
        CheckState::Warning => ("wait", Icon::ExclamationTriangleFill, t.warning),
        CheckState::Failed => ("bad", Icon::XOctagon, t.failed),
        CheckState::Skipped => ("mute", Icon::DashCircle, t.skipped),
    };
    let wrong = matches!(check.state, CheckState::Failed | CheckState::Warning);
    Tick {
        tone,
        icon,
        label: label(check.item, t),
        word,
        seen: seen(check, format),
        remedy: wrong.then(|| remedy(check, t)),
        failed: check.state == CheckState::Failed,
    }
}

fn label(item: CheckItem, t: &ChecksTexts) -> &'static str {
    match item {
        CheckItem::Reach => t.reach,
        CheckItem::Tls => t.tls,
        CheckItem::Login => t.login,
        CheckItem::Machine => t.machine,
        CheckItem::Permissions => t.permissions,
        CheckItem::Version => t.version,
        CheckItem::HotspotServer => t.hotspot_server,
        CheckItem::DnsName => t.dns_name,
        CheckItem::LoginBy => t.login_by,
        CheckItem::Clock => t.clock,
        CheckItem::FreeSpace => t.free_space,
    }
}

/// What is wrong with a line and what to do about it.
pub(crate) fn remedy(check: &Check, t: &ChecksTexts) -> String {
    let fixed = match (check.item, check.why.as_str()) {
        (CheckItem::Reach, "unreachable") => t.reach_unreachable,
        (CheckItem::Reach, "silent") => t.reach_silent,
        (CheckItem::Reach, "not_routeros") => t.reach_not_routeros,
        (CheckItem::Tls, "silent") => t.tls_silent,
        (CheckItem::Tls, "no_certificate") => t.tls_no_certificate,
        (CheckItem::Tls, "certificate_changed") => t.tls_certificate_changed,
        (CheckItem::Tls, "plain") => t.tls_plain,
        (CheckItem::Login, "login_refused") => t.login_refused,
        (CheckItem::Login, "silent") => t.login_silent,
        (CheckItem::Login, "closed") => t.login_closed,
        (CheckItem::Machine, "other") => t.machine_other,
        (CheckItem::Machine, "untold") => t.machine_untold,
        (CheckItem::Permissions, "missing") => return t.permissions_missing(&check.seen),
        (CheckItem::Permissions, "unseen") => t.permissions_unseen,
        (CheckItem::Version, "old") => t.version_old,
        (CheckItem::Version, "unknown") => t.version_unknown,
        (CheckItem::HotspotServer, "none") => t.hotspot_none,
        (CheckItem::HotspotServer, "disabled") => t.hotspot_disabled,
        (CheckItem::DnsName, "none") => t.dns_none,
        (CheckItem::DnsName, "no_profile") => t.dns_no_profile,
        (CheckItem::LoginBy, "no_pap") => t.login_by_no_pap,
        (CheckItem::Clock, "wrong") => t.clock_wrong,
        (CheckItem::Clock, "unknown") => t.clock_unknown,
        (CheckItem::FreeSpace, "full") => t.space_full,
        (CheckItem::FreeSpace, "unknown") => t.space_unknown,
        (_, "not_permitted") => t.not_permitted,
        (_, "silent") => t.silent,
        (_, "closed") => t.closed,
        (_, "too_large") => t.too_large,
        (_, _) => t.refused,
    };
    fixed.to_owned()
}

/// The value seen, as people of the shop read it.
fn seen(check: &Check, format: Format) -> String {
    match check.item {
        CheckItem::Clock => NaiveDateTime::parse_from_str(&check.seen, "%Y-%m-%d %H:%M UTC")
            .map_or_else(|_| check.seen.clone(), |utc| format.moment(Timestamp::from(utc.and_utc()))),
        CheckItem::FreeSpace => {
            check.seen.parse().map_or_else(|_| String::new(), |bytes| mebibytes(bytes, format))
        }
        // The names of missing policies stand in the remedy, both fingerprints beside each other below.
        CheckItem::Permissions if check.state == CheckState::Failed => String::new(),
        CheckItem::Tls => String::new(),
        CheckItem::Permissions
        | CheckItem::Reach
        | CheckItem::Login
        | CheckItem::Machine
        | CheckItem::Version
        | CheckItem::HotspotServer
        | CheckItem::DnsName
        | CheckItem::LoginBy => check.seen.clone(),
    }
}

fn mebibytes(bytes: u64, format: Format) -> String {
    match bytes >> 20 {
        0 => format!("{} KiB", format.count(bytes >> 10)),
        whole => format!("{} MiB", format.count(whole)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use karcis_core::settings::Language;
    use karcis_core::values::Zone;

    const ID: Format = Format { language: Language::Id, zone: Zone::Wib };

    fn failed(item: CheckItem, why: &str, seen: &str) -> Check {
        Check { item, state: CheckState::Failed, why: why.to_owned(), seen: seen.to_owned() }
    }

    #[test]
    fn every_reason_of_the_connection_test_has_its_own_remedy() {
        // As written in karcis-core's engine/examine.rs.
        let reasons = [
            (CheckItem::Reach, "unreachable"),
            (CheckItem::Reach, "silent"),
            (CheckItem::Reach, "not_routeros"),
            (CheckItem::Tls, "silent"),
            (CheckItem::Tls, "no_certificate"),
            (CheckItem::Tls, "certificate_changed"),
            (CheckItem::Tls, "plain"),
            (CheckItem::Login, "login_refused"),
            (CheckItem::Login, "silent"),
            (CheckItem::Login, "closed"),
            (CheckItem::Machine, "other"),
            (CheckItem::Machine, "untold"),
            (CheckItem::Permissions, "missing"),
            (CheckItem::Permissions, "unseen"),
            (CheckItem::Version, "old"),
            (CheckItem::Version, "unknown"),
            (CheckItem::HotspotServer, "none"),
            (CheckItem::HotspotServer, "disabled"),
            (CheckItem::DnsName, "none"),
            (CheckItem::DnsName, "no_profile"),
            (CheckItem::LoginBy, "no_pap"),
            (CheckItem::Clock, "wrong"),
            (CheckItem::Clock, "unknown"),
            (CheckItem::FreeSpace, "full"),
            (CheckItem::FreeSpace, "unknown"),
            (CheckItem::Version, "not_permitted"),
            (CheckItem::Version, "silent"),
            (CheckItem::Version, "closed"),
            (CheckItem::Version, "too_large"),
            (CheckItem::Version, "refused"),
        ];
        for language in Language::ALL {
            let t = &Format { language, ..ID }.texts().checks;
            let mut remedies: Vec<String> =
                reasons.iter().map(|(item, why)| remedy(&failed(*item, why, "write"), t)).collect();
            remedies.sort();
            remedies.dedup();
            assert_eq!(remedies.len(), reasons.len(), "{language:?}");
        }
    }

    #[test]
    fn times_and_sizes_are_shown_as_people_read_them() {
        let clock = failed(CheckItem::Clock, "wrong", "2026-08-25 07:05 UTC");
        assert_eq!(tick(&clock, ID).seen, "25 Agu 2026 14:05 WIB");
        assert_eq!(tick(&failed(CheckItem::FreeSpace, "full", "921600"), ID).seen, "900 KiB");
        let rights = tick(&failed(CheckItem::Permissions, "missing", "write, api"), ID);
        assert!(rights.remedy.unwrap().contains("write, api"));
    }
}
