//! Invariants of the house that a machine can see: arrows, sizes, words, and where SQL may stand.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the project").to_owned()
}

/// Every file below these folders with one of these endings, with its text, in a fixed order.
fn files(folders: &[&str], endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut |path| {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if endings.contains(&ending) {
                let name =
                    path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(path).expect("sources are text")));
            }
        });
    }
    found.sort();
    assert!(!found.is_empty(), "a walk over {folders:?} finds something");
    found
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("the folder can be listed").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() && !["target", "node_modules", "gen", "vendor", "artifacts"].contains(&name.as_str())
        {
            walk(&path, visit);
        } else if path.is_file() {
            visit(&path);
        }
    }
}

fn sources() -> Vec<(String, String)> {
    files(&["src-tauri", "tests"], &["rs"])
}

/// Which of our crates each crate may depend on; tests and benches may use any.
const ARROWS: [(&str, &[&str]); 8] = [
    (
        "src-tauri",
        &[
            "karcis-app",
            "karcis-web",
            "karcis-core",
            "karcis-print",
            "karcis-spool",
            "routeros",
            "routeros-sim",
        ],
    ),
    (
        "src-tauri/crates/karcis-app",
        &["karcis-web", "karcis-core", "karcis-print", "karcis-spool", "routeros", "routeros-sim"],
    ),
    ("src-tauri/crates/karcis-web", &["karcis-core", "karcis-print"]),
    ("src-tauri/crates/karcis-core", &["karcis-spool", "routeros"]),
    ("src-tauri/crates/karcis-print", &[]),
    ("src-tauri/crates/karcis-spool", &[]),
    ("src-tauri/crates/routeros", &[]),
    ("src-tauri/crates/routeros-sim", &[]),
];

#[test]
fn crates_depend_only_along_the_arrows() {
    for (folder, allowed) in ARROWS {
        let manifest =
            fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("each crate has a manifest");
        let dependencies = manifest
            .split_once("\n[dependencies]")
            .map_or("", |(_, rest)| rest.split("\n[").next().unwrap_or_default());
        for line in dependencies.lines() {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            let ours = name.starts_with("karcis") || name.starts_with("routeros");
            assert!(!ours || allowed.contains(&name), "{folder} must not depend on {name}");
        }
    }
    let crates = fs::read_dir(root().join("src-tauri/crates")).expect("the crates' folder").count();
    assert_eq!(crates, ARROWS.len() - 1, "a new crate needs its arrows here and a reason in ARCHITECTURE.md");
}

#[test]
fn the_office_knows_neither_http_nor_windows() {
    for (name, text) in files(&["src-tauri/crates/karcis-core"], &["rs", "toml"]) {
        for stranger in ["axum", "askama", "tauri"] {
            assert!(
                !text.contains(&format!("{stranger}::")) && !text.contains(&format!("{stranger}.workspace")),
                "{name} knows {stranger}"
            );
        }
    }
    for (name, text) in files(&["src-tauri/crates"], &["toml"]) {
        assert!(!text.contains("tauri"), "{name}: nothing but src-tauri imports tauri");
    }
}

#[test]
fn slices_of_the_office_call_downwards_only() {
    let lib = fs::read_to_string(root().join("src-tauri/crates/karcis-core/src/lib.rs")).expect("lib.rs");
    let order: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(order.len() > 8, "{order:?}");
    let place: BTreeMap<&str, usize> = order.iter().enumerate().map(|(place, name)| (*name, place)).collect();
    for (name, text) in files(&["src-tauri/crates/karcis-core/src"], &["rs"]) {
        let slice = name
            .trim_start_matches("src-tauri/crates/karcis-core/src/")
            .split(['/', '.'])
            .next()
            .unwrap_or_default();
        // Faults, values and the database carry each other; tests may look anywhere.
        let Some(own) = place.get(slice).filter(|_| !["values", "db", "fault"].contains(&slice)) else {
            continue;
        };
        if name.ends_with("tests.rs") || name.contains("/tests/") {
            continue;
        }
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (other, at) in &place {
            let used =
                text.contains(&format!("crate::{other}::")) || text.contains(&format!("crate::{other};"));
            assert!(!used || at <= own, "{name} calls upwards into {other}");
        }
    }
}

#[test]
fn sql_stands_in_the_store_of_its_slice_only() {
    const SPEAKS: [&str; 5] = ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE"];
    for (name, text) in files(&["src-tauri"], &["rs"]) {
        let about_sqlite = name.contains("karcis-core/src/db/")
            || name.ends_with("fault.rs")
            || name.ends_with("karcis-core/src/settings.rs");
        let test = name.ends_with("tests.rs") || name.contains("/tests/");
        if name.ends_with("/store.rs") || about_sqlite || test {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let spoken = SPEAKS
                .iter()
                .any(|word| line.contains(&format!("\"{word}")) || line.trim_start().starts_with(word));
            assert!(!spoken, "{name}:{} holds SQL: {line}", number + 1);
        }
    }
}

#[test]
fn one_sql_for_two_engines() {
    const FOREIGN: [&str; 6] =
        ["SELECT *", "datetime(", "strftime(", "INSERT OR ", "AUTOINCREMENT", "julianday("];
    for (name, text) in files(&["src-tauri/crates/karcis-core/src", "migrations"], &["rs", "sql"]) {
        if name.ends_with("sqlite.sql") || name.ends_with("tests.rs") {
            continue;
        }
        for word in FOREIGN {
            assert!(!text.contains(word), "{name} says {word}, which one of the engines does not understand");
        }
        if name.ends_with(".sql") {
            for (number, line) in text.lines().enumerate() {
                let typed = [" INTEGER", " BIGINT", " BLOB", " BYTEA", "STRICT"];
                assert!(
                    !typed.iter().any(|word| line.contains(word)),
                    "{name}:{}: use the tokens: {line}",
                    number + 1
                );
            }
        }
    }
}

#[test]
fn files_stay_short_enough_to_find_ones_way() {
    for (name, text) in sources() {
        let lines = text.lines().count();
        let limit = if name.contains("tests") { 900 } else { 600 };
        assert!(lines <= limit, "{name} has {lines} lines; split it by topic");
    }
    for (name, text) in files(&["ui/templates"], &["html"]) {
        let lines = text.lines().count();
        assert!(lines <= 200, "{name} has {lines} lines; split it into fragments");
    }
}

#[test]
fn nobody_is_called_manager_or_helper() {
    const BANNED: [&str; 7] = ["utils", "helpers", "common", "misc", "manager", "service", "processor"];
    for (name, _) in sources() {
        for part in name.trim_end_matches(".rs").split('/') {
            assert!(!BANNED.contains(&part), "{name}: name it after what it holds");
        }
    }
}

#[test]
fn nothing_is_unfinished_or_skipped() {
    const BANNED: [&str; 5] = ["todo!(", "unimplemented!(", "#[ignore", "FIXME", "dbg!("];
    for (name, text) in sources() {
        if name.ends_with("tidy.rs") {
            continue;
        }
        for word in BANNED {
            assert!(!text.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn clocks_are_read_at_the_edge_only() {
    for (name, text) in files(&["src-tauri/crates"], &["rs"]) {
        let edge = name.contains("/karcis-app/")
            || name.contains("/routeros-sim/")
            || name.contains("/examples/")
            || name.contains("/tests");
        let reads = text.contains("Utc::now()")
            || text.contains("SystemTime::now()")
            || text.contains("Local::now()");
        assert!(edge || !reads, "{name} reads a clock; time is an argument");
    }
}

#[test]
fn only_what_windows_has_no_other_way_to_is_spoken_to_unsafely() {
    /// The crates with such a file, and the file.
    const MAY: [(&str, &str); 3] = [
        ("karcis-spool", "src/winspool.rs"),
        ("karcis-spool", "src/winview.rs"),
        ("karcis-app", "src/folder/access.rs"),
    ];
    const KEYWORD: &str = concat!("un", "safe ");
    for (name, text) in sources() {
        let may = MAY.iter().any(|(crate_name, file)| name.ends_with(&format!("{crate_name}/{file}")));
        let says = text.lines().any(|line| {
            let code = line.trim_start();
            !code.starts_with("//") && code.contains(KEYWORD) && code.contains('{')
        });
        assert!(may || !says, "{name} holds what the compiler cannot vouch for");
    }
    for (name, text) in files(&["src-tauri", "tests"], &["toml"]) {
        let own = MAY.iter().any(|(crate_name, _)| name.ends_with(&format!("{crate_name}/Cargo.toml")));
        let strict = text.contains("[lints]\nworkspace = true");
        assert!(!name.ends_with("Cargo.toml") || own || strict, "{name} goes by the lints of the workspace");
    }
}

#[test]
fn pages_hold_no_inline_script_or_style() {
    for (name, text) in files(&["ui/templates"], &["html", "svg"]) {
        for (number, line) in text.lines().enumerate() {
            let inline = line.contains(" style=")
                || line.contains(" onclick=")
                || line.contains("javascript:")
                || (line.contains("<script") && !line.contains(" src="))
                || line.contains("<style");
            assert!(!inline, "{name}:{}: the content security policy refuses it: {line}", number + 1);
            assert!(
                !line.contains("http://") && !line.contains("https://") || line.contains("xmlns"),
                "{name}:{}: root-relative addresses only",
                number + 1
            );
        }
    }
}

#[test]
fn every_manifest_states_the_licence() {
    for (name, text) in files(&["src-tauri", "tests"], &["toml"]) {
        if name.ends_with("Cargo.toml") {
            assert!(text.contains("license.workspace = true"), "{name}");
        }
    }
    let workspace = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace");
    assert!(workspace.contains("license = \"AGPL-3.0-only\""));
    let package = fs::read_to_string(root().join("package.json")).expect("package.json");
    assert!(package.contains("\"license\": \"AGPL-3.0-only\""));
}
