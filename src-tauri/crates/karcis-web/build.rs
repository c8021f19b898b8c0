//! Turns the catalogue, the icons and the static files of `ui/` into Rust, so that a missing one fails the build.

#[path = "build/embed.rs"]
mod embed;
#[path = "build/phrases.rs"]
mod phrases;
#[path = "build/texts.rs"]
mod texts;

use std::path::{Path, PathBuf};

fn main() {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder for generated code"));
    // Askama does not tell cargo about files it includes from the second folder.
    for folder in ["locales", "static", "templates"] {
        println!("cargo::rerun-if-changed={}", ui.join(folder).display());
    }
    let indonesian = read(&ui.join("locales/id.toml"));
    let english = read(&ui.join("locales/en.toml"));
    match texts::generate(&indonesian, &english) {
        Ok(code) => write(&out.join("texts.rs"), &code),
        Err(wrong) => refuse(&wrong),
    }
    write(&out.join("icons.rs"), &embed::icons(&ui.join("static/icons")));
    write(&out.join("assets.rs"), &embed::assets(&ui.join("static")));
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
