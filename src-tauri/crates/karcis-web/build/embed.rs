//! Icons as an enum, static files as a table.

use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// An enum with one variant a picture in the folder.
pub(crate) fn icons(folder: &Path) -> String {
    let (mut variants, mut arms) = (String::new(), String::new());
    for path in files(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "svg")) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let variant: String = stem.split('-').map(capitalised).collect();
        let _ = writeln!(variants, "/// `{stem}`\n{variant},");
        let _ = writeln!(arms, "Icon::{variant} => include_str!({:?}),", path.display().to_string());
    }
    format!(
        "/// A picture from `ui/static/icons`, drawn into the page itself.
         #[derive(Debug, Clone, Copy, PartialEq, Eq)]
         pub enum Icon {{ {variants} }}
         impl Icon {{ fn svg(self) -> &'static str {{ match self {{ {arms} }} }} }}"
    )
}

/// A table of everything under the folder but the icons, which are drawn into pages.
pub(crate) fn assets(folder: &Path) -> String {
    let mut rows = String::new();
    for path in files(folder).into_iter().filter(|path| !path.starts_with(folder.join("icons"))) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let hash: String = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let path = path.display().to_string();
        let _ =
            writeln!(rows, "Asset {{ path: {name:?}, hash: {hash:?}, bytes: include_bytes!({path:?}) }},");
    }
    format!("static ASSETS: &[Asset] = &[{rows}];")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
