//! Tells the program which commit it is built from and where exactly that source is offered (AGPL sections 6 and 13).
//!
//! `KARCIS_COMMIT` and `KARCIS_SOURCE` come first. Without them a release asks git, or a source archive its own mark; other
//! builds stay unmarked, so that a commit does not build everything anew.

use std::path::Path;
use std::process::Command;

/// `git archive` writes the commit here; in a working tree it is only the place for it.
const ARCHIVED: &str = "build/commit.txt";

fn main() {
    println!("cargo::rerun-if-env-changed=KARCIS_COMMIT");
    println!("cargo::rerun-if-env-changed=KARCIS_SOURCE");
    println!("cargo::rerun-if-changed={ARCHIVED}");
    let commit = named("KARCIS_COMMIT").or_else(archived).or_else(committed).unwrap_or_default();
    println!("cargo::rustc-env=KARCIS_COMMIT={commit}");
    println!("cargo::rustc-env=KARCIS_SOURCE={}", named("KARCIS_SOURCE").unwrap_or_default());
}

fn named(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn archived() -> Option<String> {
    let text = std::fs::read_to_string(ARCHIVED).ok()?;
    let commit = text.trim();
    commit
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| commit.to_owned())
        .filter(|commit| !commit.is_empty())
}

fn committed() -> Option<String> {
    if std::env::var("PROFILE").is_ok_and(|profile| profile != "release") {
        return None;
    }
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|log| Path::new(log).exists()) {
        println!("cargo::rerun-if-changed={log}");
    }
    git(&["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let done = Command::new("git").args(arguments).output().ok().filter(|done| done.status.success())?;
    Some(String::from_utf8(done.stdout).ok()?.trim().to_owned()).filter(|text| !text.is_empty())
}
