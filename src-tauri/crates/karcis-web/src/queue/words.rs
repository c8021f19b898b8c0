//! Why a lane stands still, a note was given up or a slip is not printed: the engine's codes in words, each with a code for support.

use crate::texts::Refusal;

/// The sentence for a code the engine kept with a lane, a note or a slip.
pub(crate) fn reason(code: &str) -> Refusal {
    match code {
        "unreachable" => Refusal::R101,
        "login_refused" => Refusal::R102,
        "silent" => Refusal::R103,
        "tls" => Refusal::R104,
        "certificate_changed" => Refusal::R105,
        "not_routeros" => Refusal::R106,
        "closed" => Refusal::R107,
        "not_permitted" => Refusal::R108,
        "out_of_space" => Refusal::R109,
        "no_hotspot" => Refusal::R110,
        "password_unreadable" => Refusal::R111,
        "locked" => Refusal::R112,
        "other_router" => Refusal::R114 { known: "?".to_owned(), seen: "?".to_owned() },
        "unknown_router" => Refusal::R113,
        "not_kept" => Refusal::R121,
        "no_match" => Refusal::R122,
        "refused" => Refusal::R123,
        "value_refused" => Refusal::R124,
        "too_large" => Refusal::R125,
        "taken" => Refusal::R126,
        "sold_taken" => Refusal::R127,
        "printer_unreachable" => Refusal::R850,
        "printer_refused" => Refusal::R851,
        "printer_silent" => Refusal::R852,
        "paper_out" => Refusal::R853,
        "cover_open" => Refusal::R854,
        "printer_offline" => Refusal::R855,
        "printer_halted" => Refusal::R710,
        "print_folder_missing" => Refusal::R740,
        "spooler_missing" => Refusal::R741,
        "queue_unknown" => Refusal::R856,
        "print_denied" => Refusal::R857,
        "print_disk_full" => Refusal::R858,
        "print_failed" => Refusal::R859,
        "print_interrupted" => Refusal::R711,
        "print_cut_off" => Refusal::R712,
        "print_doubtful" => Refusal::R713,
        "slip_too_old" => Refusal::R714,
        "printer_retired" => Refusal::R715,
        "slip_not_composed" => Refusal::R716,
        // A code of a later engine: it is told as it is, so that support can look it up.
        other => Refusal::R129 { code: other.to_owned() },
    }
}
