#[path = "../../build/phrases.rs"]
pub(super) mod phrases;
#[path = "../../build/texts.rs"]
mod texts;

use std::path::{Path, PathBuf};
use toml::{Table, Value};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui");

fn catalogue(name: &str) -> Table {
    toml::from_str(&std::fs::read_to_string(Path::new(ROOT).join("locales").join(name)).unwrap()).unwrap()
}

/// Every key with its text, the sections joined by dots.
fn leaves(table: &Table, path: &str) -> Vec<(String, String)> {
    let below = |(key, value): (&String, &Value)| {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            Value::Table(inner) => leaves(inner, &path),
            value => vec![(path, value.as_str().unwrap().to_owned())],
        }
    };
    table.iter().flat_map(below).collect()
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(path) } else { vec![path] }).collect()
}

#[test]
fn a_missing_text_and_a_differing_placeholder_are_named_by_the_build() {
    let wrong = texts::generate("[a]\none = \"x\"\n", "[a]\ntwo = \"y\"\n").unwrap_err();
    assert_eq!(wrong, ["id.toml lacks a.two", "en.toml lacks a.one"]);
    let wrong = texts::generate("[a]\none = \"{count} x\"\n", "[a]\none = \"{counts} y\"\n").unwrap_err();
    assert!(wrong[0].starts_with("a.one: placeholders differ"), "{wrong:?}");
    let wrong = texts::generate("a = \"\"\n", "a = \"y\"\n").unwrap_err();
    assert_eq!(wrong, ["a: the text is empty in one language"]);
    for unclosed in ["{count", "count}", "{Count}", "{}", "{count#one}"] {
        let text = format!("a = \"{unclosed}\"\n");
        assert!(texts::generate(&text, &text).is_err(), "{unclosed}");
    }
    let code = texts::generate("a = \"{n} x\"\n", "a = \"{n} {n#y|ys}\"\n").unwrap();
    assert!(code.contains("pub fn a(&self, n: impl Display) -> String"), "{code}");
}

#[test]
fn refusals_and_errors_are_said_in_two_languages() {
    let english: std::collections::BTreeMap<String, String> =
        leaves(&catalogue("en.toml"), "").into_iter().collect();
    for (key, indonesian) in leaves(&catalogue("id.toml"), "") {
        if key.starts_with("refusals.") || key.starts_with("errors.") {
            assert_ne!(english[&key], indonesian, "{key} is the same in both languages");
        }
    }
}

#[test]
fn refusals_end_as_sentences_and_carry_a_code_of_three_digits() {
    for (key, sentence) in leaves(catalogue("id.toml")["refusals"].as_table().unwrap(), "") {
        let code = key.strip_prefix("R-").unwrap_or_default();
        assert!(code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()), "{key}");
        assert!(
            sentence.ends_with('.') && sentence.len() > 20,
            "{key} says what happened and what to do: {sentence}"
        );
    }
}

#[test]
fn every_text_is_used_somewhere() {
    // The console program and the window speak from the same catalogue.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["src", "../karcis-app/src", "../../src", "../../../ui/templates"];
    let written = folders.into_iter().flat_map(|folder| files(here.join(folder)));
    let written: String = written.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let idle: Vec<String> = leaves(&catalogue("id.toml"), "")
        .into_iter()
        .map(|(key, _)| key)
        .filter(|key| {
            let name = key.rsplit('.').next().unwrap();
            let used = if key.starts_with("refusals.") {
                written.contains(&format!("Refusal::{}", name.replace('-', "")))
            } else {
                written.contains(&format!(".{name}"))
            };
            !used
        })
        .collect();
    assert_eq!(idle, Vec::<String>::new());
}

#[test]
fn templates_carry_no_styles_and_no_scripts_of_their_own() {
    for path in files(Path::new(ROOT).join("templates")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for banned in [
            " style=\"",
            "<style",
            "javascript:",
            " onclick=",
            " onload=",
            " onsubmit=",
            "hx-on",
            "<script>",
            "http://",
            "hx-vals='js:",
        ] {
            assert!(!text.contains(banned), "{}: {banned}", path.display());
        }
        assert!(!text.contains("multipart/form-data"), "{}", path.display());
    }
}
