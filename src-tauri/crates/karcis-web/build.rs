//! Turns the catalogue, the icons and the static files of `ui/` into Rust, so that a missing one fails the build.

#[path = "build/embed.rs"]
mod embed;
#[path = "build/guide.rs"]
mod guide;
#[path = "build/phrases.rs"]
mod phrases;
#[path = "build/texts.rs"]
mod texts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn main() {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder for generated code"));
    // Askama does not tell cargo about files it includes from the second folder.
    for folder in ["help", "locales", "static", "templates"] {
        println!("cargo::rerun-if-changed={}", ui.join(folder).display());
    }
    let indonesian = read(&ui.join("locales/id.toml"));
    let english = read(&ui.join("locales/en.toml"));
    match texts::generate(&indonesian, &english) {
        Ok(code) => write(&out.join("texts.rs"), &code),
        Err(wrong) => refuse(&wrong),
    }
    match printed(&ui.join("help"), &indonesian, &english) {
        Ok(code) => write(&out.join("guide.rs"), &code),
        Err(wrong) => refuse(&wrong),
    }
    write(&out.join("icons.rs"), &embed::icons(&ui.join("static/icons")));
    write(&out.join("assets.rs"), &embed::assets(&ui.join("static")));
}

/// The guide, with the words of the catalogues in it.
fn printed(folder: &Path, indonesian: &str, english: &str) -> Result<String, Vec<String>> {
    let contents = guide::contents(&read(&folder.join("contents.toml")))?;
    let words = |text: &str| toml::from_str(text).map_err(|error| vec![error.to_string()]);
    let (id, en) = (words(indonesian)?, words(english)?);
    let (id_pages, en_pages) = (pages(&folder.join("id")), pages(&folder.join("en")));
    let edition = |name, words, pages| guide::Edition { name, words, pages };
    guide::generate(&contents, &edition("id", &id, &id_pages), &edition("en", &en, &en_pages))
}

/// The Markdown files of a folder, by their names.
fn pages(folder: &Path) -> BTreeMap<String, String> {
    let paths = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let markdown = paths.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let named = |path: PathBuf| Some((path.file_stem()?.to_string_lossy().into_owned(), read(&path)));
    markdown.filter_map(named).collect()
}

fn read(path: &Path) -> String {
    println!("cargo::rerun-if-changed={}", path.display());
    match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => refuse(&[format!("{}: {error}", path.display())]),
    }
}

fn write(path: &Path, code: &str) {
    if let Err(error) = std::fs::write(path, code) {
        refuse(&[format!("{}: {error}", path.display())]);
    }
}

fn refuse(wrong: &[String]) -> ! {
    for line in wrong {
        println!("cargo::error={line}");
    }
    std::process::exit(1);
}
