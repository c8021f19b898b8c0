//! `karcis-cli doctor`.

use crate::say::{Ended, say};
use karcis_app::doctor::{AuditChain, DoctorError, Examination, Finding, MoneyFlaw, PracticeMemory, examine};
use karcis_app::{StartError, practice_file, usual_data_folder};
use karcis_core::db::OpenError;
use karcis_core::reports::Flaw;
use karcis_core::settings::Language;
use karcis_core::values::{Money, Zone};
use karcis_web::{Format, Texts};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The books are not as they should be.
const FOUND: u8 = 1;

/// Looks at the books in a data folder: integrity, references, audit chain, money, queues, versions, practice router.
///
/// Ends with 0 when they are healthy, with 1 when something was found, with 2 when they cannot be looked at, as while
/// another Karcis has them open.
#[derive(clap::Args)]
pub(crate) struct Wishes {
    /// The data folder; the system's usual one otherwise.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Prints one JSON object on stdout and nothing else there.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn doctor(wishes: Wishes, language: Language) -> Ended {
    let t = Texts::of(language);
    let Some(folder) = wishes.data.or_else(usual_data_folder) else {
        return Ended::because(2, t.console.no_home);
    };
    let looked = tokio::task::spawn_blocking({
        let folder = folder.clone();
        move || examine(&folder)
    });
    match looked.await {
        Ok(Ok(found)) => told(&found, wishes.json, language),
        Ok(Err(DoctorError::NoBooks(folder))) => {
            Ended::because(2, t.console.doctor.no_books(folder.display()))
        }
        Ok(Err(DoctorError::Start(error))) => unopened(&error, &folder, wishes.json, language),
        Err(_) => Ended::because(2, t.start.fault),
    }
}

/// Books that are too damaged to open are a finding; everything else keeps the doctor from looking.
fn unopened(error: &StartError, folder: &Path, json: bool, language: Language) -> Ended {
    let damaged = match error {
        StartError::Books { error: OpenError::Damaged(_), .. } => true,
        StartError::Books { error: OpenError::Fault(fault), .. } | StartError::Fault { fault, .. } => {
            fault.is_damaged()
        }
        StartError::Books { .. } | StartError::CannotListen { .. } => false,
    };
    if damaged && json {
        let what = error.sentence(Language::En);
        say(json!({ "folder": folder, "findings": [{ "kind": "integrity", "what": what }] }));
    }
    Ended::because(if damaged { FOUND } else { 2 }, error.sentence(language))
}

fn told(found: &Examination, json: bool, language: Language) -> Ended {
    let code = if found.findings.is_empty() { 0 } else { FOUND };
    if json {
        return match serde_json::to_string_pretty(found) {
            Ok(text) => {
                say(text);
                Ended::with(code)
            }
            Err(error) => Ended::because(2, error),
        };
    }
    let format = Format { language, zone: Zone::default() };
    for line in lines(found, format) {
        say(line);
    }
    Ended::with(code)
}

fn lines(found: &Examination, format: Format) -> Vec<String> {
    let t = &format.texts().console.doctor;
    let versions = &found.versions;
    let mut lines = vec![t.versions(&versions.karcis, &versions.sqlite, versions.schema)];
    lines.push(match &found.audit {
        AuditChain::Whole { rows, head } => t.chain_whole(format.count(*rows), head),
        AuditChain::Broken { row } => t.chain_broken(format.count(*row)),
    });
    let rupiah = |amount: i64| format.money(Money::rupiah(amount));
    let books = &found.money;
    lines.push(t.money(format.count(books.accounts as i64), rupiah(books.debit), rupiah(books.credit)));
    if found.lanes.is_empty() {
        lines.push(t.no_lanes.to_owned());
    }
    for lane in &found.lanes {
        let state = match &lane.last_error {
            Some(why) => format!("{} ({why})", lane.circuit),
            None => lane.circuit.to_owned(),
        };
        lines.push(t.lane(&lane.lane, format.count(lane.waiting), format.count(lane.dead), state));
    }
    lines.push(practice(found.practice, &found.folder, format));
    if found.findings.is_empty() {
        lines.push(t.healthy.to_owned());
        return lines;
    }
    lines.push(t.findings(format.count(found.findings.len() as i64)));
    lines.extend(found.findings.iter().map(|finding| {
        let words = match finding {
            Finding::Integrity { what } => t.integrity(what),
            Finding::Audit { row } => t.chain_broken(format.count(*row)),
            Finding::Money { flaw } => money(flaw, format),
            Finding::Dead { lane, count } => t.lane_dead(lane, format.count(*count)),
            Finding::Practice { memory } => practice(*memory, &found.folder, format),
        };
        format!("  - {words}")
    }));
    lines
}

fn money(flaw: &MoneyFlaw, format: Format) -> String {
    let t = &format.texts().console.doctor;
    let rupiah = |amount: &i64| format.money(Money::rupiah(*amount));
    let number = |number: &i64| format.count(*number);
    match flaw {
        MoneyFlaw::TrialBalance { debit, credit } => t.money_unequal(rupiah(debit), rupiah(credit)),
        MoneyFlaw::Transaction { number: it } => t.money_transaction(number(it)),
        MoneyFlaw::Story(flaw) => match flaw {
            Flaw::Voucher { number: it } => t.money_voucher(number(it)),
            Flaw::Receipt { number: it } => t.money_receipt(number(it)),
            Flaw::Plan { name, ledger, sales } => t.money_plan(name, rupiah(ledger), rupiah(sales)),
            Flaw::Discounts { ledger, sales } => t.money_discounts(rupiah(ledger), rupiah(sales)),
            Flaw::Reseller { name, ledger, rows } => t.money_reseller(name, rupiah(ledger), rupiah(rows)),
            Flaw::Shift { number: it, ledger, rows } => {
                t.money_shift(number(it), rupiah(ledger), rupiah(rows))
            }
        },
    }
}

fn practice(memory: PracticeMemory, folder: &Path, format: Format) -> String {
    let t = &format.texts().console.doctor;
    let file = practice_file(folder);
    match memory {
        PracticeMemory::None => t.practice_none.to_owned(),
        PracticeMemory::Good => t.practice_good.to_owned(),
        PracticeMemory::Missing => t.practice_missing(file.display()),
        PracticeMemory::Damaged => t.practice_damaged(file.display()),
        PracticeMemory::Leftover => t.practice_leftover(file.display()),
    }
}
