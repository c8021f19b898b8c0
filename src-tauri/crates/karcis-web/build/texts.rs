//! `id.toml` and `en.toml` become one struct of structs with two constants of it.

use super::phrases::{Part, constant, names, parse};
use std::fmt::Write;
use toml::{Table, Value};

/// The section whose keys are refusal codes.
const REFUSALS: &str = "refusals";

struct Section {
    /// Keys from the root, empty for the root itself.
    path: Vec<String>,
    entries: Vec<(String, Entry)>,
}

enum Entry {
    Section(Section),
    Sentence { id: Vec<Part>, en: Vec<Part>, names: Vec<String> },
}

/// The Rust code, or every reason why the two catalogues do not match.
pub(crate) fn generate(indonesian: &str, english: &str) -> Result<String, Vec<String>> {
    let id: Table = toml::from_str(indonesian).map_err(|error| vec![format!("id.toml: {error}")])?;
    let en: Table = toml::from_str(english).map_err(|error| vec![format!("en.toml: {error}")])?;
    let mut wrong = Vec::new();
    let root = pair(Vec::new(), &id, &en, &mut wrong);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut code = String::new();
    types(&root, &mut code);
    for (name, language) in [("INDONESIAN", 0), ("ENGLISH", 1)] {
        let _ = writeln!(code, "static {name}: Texts = {};", value(&root, language));
    }
    refusals(&root, &mut code);
    Ok(code)
}

fn pair(path: Vec<String>, id: &Table, en: &Table, wrong: &mut Vec<String>) -> Section {
    let mut entries = Vec::new();
    for key in en.keys().filter(|key| !id.contains_key(*key)) {
        wrong.push(format!("id.toml lacks {}", dotted(&path, key)));
    }
    for (key, of_id) in id {
        let name = dotted(&path, key);
        match (of_id, en.get(key)) {
            (_, None) => wrong.push(format!("en.toml lacks {name}")),
            (Value::Table(of_id), Some(Value::Table(of_en))) => {
                let path = path.iter().chain([key]).cloned().collect();
                entries.push((key.clone(), Entry::Section(pair(path, of_id, of_en, wrong))));
            }
            (Value::String(of_id), Some(Value::String(of_en))) => match sentence(of_id, of_en) {
                Ok(entry) => entries.push((key.clone(), entry)),
                Err(reason) => wrong.push(format!("{name}: {reason}")),
            },
            (_, Some(_)) => wrong.push(format!("{name} is not a text or a section in both languages")),
        }
    }
    Section { path, entries }
}

fn sentence(id: &str, en: &str) -> Result<Entry, String> {
    if id.trim().is_empty() || en.trim().is_empty() {
        return Err("the text is empty in one language".to_owned());
    }
    let (id, en) = (parse(id)?, parse(en)?);
    let (of_id, mut of_en) = (names(&id), names(&en));
    let mut sorted = of_id.clone();
    sorted.sort();
    of_en.sort();
    if sorted != of_en {
        return Err(format!("placeholders differ: {sorted:?} in id.toml, {of_en:?} in en.toml"));
    }
    Ok(Entry::Sentence { id, en, names: of_id })
}

fn dotted(path: &[String], key: &str) -> String {
    path.iter().map(String::as_str).chain([key]).collect::<Vec<_>>().join(".")
}

fn type_name(path: &[String]) -> String {
    let words = path.iter().flat_map(|key| key.split(['_', '-']));
    words.map(capitalised).collect::<String>() + "Texts"
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

fn field(key: &str) -> String {
    key.replace('-', "_").to_ascii_lowercase()
}

fn plain(parts: &[Part]) -> String {
    let text: String = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.replace('\n', " ").replace(['[', ']', '<', '>', '`'], "'"),
            Part::Value(name) | Part::Plural(name, _, _) => format!("({name})"),
        })
        .collect();
    text.trim().to_owned()
}

fn types(section: &Section, code: &mut String) {
    let name = type_name(&section.path);
    let about = if section.path.is_empty() { "every screen".to_owned() } else { section.path.join(" ") };
    let _ = writeln!(code, "/// The words of {about}.\n#[derive(Debug)]\npub struct {name} {{");
    let mut functions = String::new();
    for (key, entry) in &section.entries {
        let field = field(key);
        match entry {
            Entry::Section(inner) => {
                let inner_type = type_name(&inner.path);
                let _ =
                    writeln!(code, "/// The words of {}.\npub {field}: {inner_type},", inner.path.join(" "));
            }
            Entry::Sentence { id, names, .. } if names.is_empty() => {
                let _ = writeln!(code, "/// {}\npub {field}: &'static str,", plain(id));
            }
            Entry::Sentence { id, names, .. } => {
                let _ = writeln!(code, "{field}: Phrase,");
                let arguments: String = names.iter().map(|name| format!(", {name}: impl Display")).collect();
                let values = names.iter().map(|name| format!("&{name}")).collect::<Vec<_>>().join(", ");
                let _ = writeln!(
                    functions,
                    "/// {}\npub fn {field}(&self{arguments}) -> String {{ self.{field}.fill(&[{values}]) }}",
                    plain(id)
                );
            }
        }
    }
    code.push_str("}\n");
    if !functions.is_empty() {
        let _ = writeln!(code, "impl {name} {{\n{functions}}}");
    }
    for (_, entry) in &section.entries {
        if let Entry::Section(inner) = entry {
            types(inner, code);
        }
    }
}

fn value(section: &Section, language: usize) -> String {
    let mut code = format!("{} {{ ", type_name(&section.path));
    for (key, entry) in &section.entries {
        let _ = match entry {
            Entry::Section(inner) => write!(code, "{}: {}, ", field(key), value(inner, language)),
            Entry::Sentence { id, en, names } => {
                let parts = if language == 0 { id } else { en };
                let text: String = match parts.as_slice() {
                    [Part::Text(text)] => format!("{text:?}"),
                    parts => constant(parts, names),
                };
                write!(code, "{}: {text}, ", field(key))
            }
        };
    }
    code + "}"
}

/// One variant a code, so that a refusal without words in both languages cannot be written down.
fn refusals(root: &Section, code: &mut String) {
    let Some((_, Entry::Section(section))) = root.entries.iter().find(|(key, _)| key == REFUSALS) else {
        return;
    };
    let (mut variants, mut codes, mut sentences) = (String::new(), String::new(), String::new());
    for (key, entry) in &section.entries {
        let Entry::Sentence { id, names, .. } = entry else { continue };
        let (variant, field) = (key.replace('-', ""), field(key));
        let _ = writeln!(variants, "/// {}", plain(id));
        if names.is_empty() {
            let _ = writeln!(variants, "{variant},");
            let _ = writeln!(codes, "Refusal::{variant} => {key:?},");
            let _ = writeln!(sentences, "Refusal::{variant} => t.{REFUSALS}.{field}.to_owned(),");
        } else {
            let fields: String =
                names.iter().map(|name| format!("/// What stands in its place.\n{name}: String, ")).collect();
            let bound = names.join(", ");
            let _ = writeln!(variants, "{variant} {{ {fields} }},");
            let _ = writeln!(codes, "Refusal::{variant} {{ .. }} => {key:?},");
            let _ = writeln!(sentences, "Refusal::{variant} {{ {bound} }} => t.{REFUSALS}.{field}({bound}),");
        }
    }
    let _ = writeln!(
        code,
        "/// Why the rules said no: a stable code and a sentence in both languages.
         #[derive(Debug, Clone, PartialEq, Eq)]
         pub enum Refusal {{ {variants} }}
         impl Refusal {{
             /// The code a person reads to support.
             pub fn code(&self) -> &'static str {{ match self {{ {codes} }} }}
             /// The sentence for people.
             pub fn sentence(&self, t: &Texts) -> String {{ match self {{ {sentences} }} }}
         }}"
    );
}
