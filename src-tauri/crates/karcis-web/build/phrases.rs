//! The sentences of the catalogue: plain text with `{names}`, and `{count#one|many}` for a word that changes.

/// A piece of a sentence.
pub(crate) enum Part {
    Text(String),
    Value(String),
    /// Chosen by whether the named value reads `1`.
    Plural(String, String, String),
}

pub(crate) fn parse(sentence: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = sentence;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        let close = after.find('}').ok_or("a brace is not closed")?;
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(placeholder(&after[1..close])?);
        rest = &after[close + 1..];
    }
    if rest.contains('}') {
        return Err("a brace is not opened".to_owned());
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

fn placeholder(inside: &str) -> Result<Part, String> {
    let (name, words) = match inside.split_once('#') {
        Some((name, words)) => (name, Some(words)),
        None => (inside, None),
    };
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        return Err(format!("{{{inside}}} is not a placeholder"));
    }
    match words.map(|words| words.split_once('|')) {
        None => Ok(Part::Value(name.to_owned())),
        Some(Some((one, many))) => Ok(Part::Plural(name.to_owned(), one.to_owned(), many.to_owned())),
        Some(None) => Err(format!("{{{inside}}} names one form only")),
    }
}

/// The names in order of first appearance.
pub(crate) fn names(parts: &[Part]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in parts {
        if let Part::Value(name) | Part::Plural(name, _, _) = part
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

/// The sentence as a Rust constant of `Phrase`.
pub(crate) fn constant(parts: &[Part], names: &[String]) -> String {
    let place = |name: &String| names.iter().position(|known| known == name).unwrap_or_default();
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => format!("Part::Text({text:?})"),
            Part::Value(name) => format!("Part::Value({})", place(name)),
            Part::Plural(name, one, many) => format!("Part::Plural({}, {one:?}, {many:?})", place(name)),
        })
        .collect();
    format!("Phrase(&[{}])", parts.join(", "))
}
