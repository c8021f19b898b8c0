//! The guide of `ui/help`: Markdown in two languages becomes HTML, a list of contents and text to search in.
//!
//! What a button or a screen is called is never typed into a page: `[[counter.pay]]` is the word of the catalogue, so the
//! guide cannot name a button that does not exist. A page that breaks a rule fails the build.

use super::phrases::{Part, parse};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::collections::BTreeMap;
use std::fmt::Write;
use toml::{Table, Value};

/// Stands in links where a reader who is not signed in needs the language repeated.
const LANGUAGE: &str = "~asked~";

/// One page of the contents: its name in addresses and its picture.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) icon: String,
}

/// One language: the words of the screens, and the pages by name.
pub(crate) struct Edition<'a> {
    pub(crate) name: &'a str,
    pub(crate) words: &'a Table,
    pub(crate) pages: &'a BTreeMap<String, String>,
}

struct Section {
    /// Empty for what stands before the first heading.
    anchor: String,
    title: String,
    text: String,
}

struct Page {
    title: String,
    lead: String,
    html: String,
    sections: Vec<Section>,
    /// Pages and headings this one points at.
    links: Vec<(String, String)>,
}

/// The contents: `[[page]]` with `name` and `icon`, in the order of reading.
pub(crate) fn contents(text: &str) -> Result<Vec<Entry>, Vec<String>> {
    let table: Table = toml::from_str(text).map_err(|error| vec![format!("contents.toml: {error}")])?;
    let pages = table.get("page").and_then(Value::as_array).cloned().unwrap_or_default();
    let word = |page: &Value, key: &str| page.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(pages.iter().map(|page| Entry { name: word(page, "name"), icon: word(page, "icon") }).collect())
}

/// The Rust code, or every reason why the guide cannot be printed.
pub(crate) fn generate(
    contents: &[Entry],
    indonesian: &Edition<'_>,
    english: &Edition<'_>,
) -> Result<String, Vec<String>> {
    let mut wrong = Vec::new();
    let id = edition(contents, indonesian, &mut wrong);
    let en = edition(contents, english, &mut wrong);
    for entry in contents {
        if let (Some(id), Some(en)) = (id.get(&entry.name), en.get(&entry.name)) {
            same_headings(&entry.name, id, en, &mut wrong);
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut code = String::from("pub(super) static PAGES: &[Page] = &[");
    for entry in contents {
        let icon: String = entry.icon.split('-').map(capitalised).collect();
        let _ = writeln!(
            code,
            "Page {{ name: {:?}, icon: Icon::{icon}, id: {}, en: {} }},",
            entry.name,
            constant(&id[&entry.name]),
            constant(&en[&entry.name])
        );
    }
    code.push_str("];");
    Ok(code)
}

fn edition(contents: &[Entry], edition: &Edition<'_>, wrong: &mut Vec<String>) -> BTreeMap<String, Page> {
    let mut pages = BTreeMap::new();
    for entry in contents {
        let at = format!("{}/{}.md", edition.name, entry.name);
        match edition.pages.get(&entry.name) {
            Some(text) => {
                let mut complain = |what: String| wrong.push(format!("{at}: {what}"));
                let text = filled(text, edition.words, &mut complain);
                pages.insert(entry.name.clone(), page(&entry.name, &text, &mut complain));
            }
            None => wrong.push(format!("{at} is missing")),
        }
    }
    for name in edition.pages.keys().filter(|name| contents.iter().all(|entry| entry.name != **name)) {
        wrong.push(format!("{}/{name}.md is not in contents.toml", edition.name));
    }
    for (name, page) in &pages {
        for (to, anchor) in &page.links {
            let there = pages.get(to);
            let found = |page: &Page| page.sections.iter().any(|section| section.anchor == *anchor);
            if !there.is_some_and(|page| anchor.is_empty() || found(page)) {
                wrong.push(format!("{}/{name}.md points at {to}#{anchor}, which is nowhere", edition.name));
            }
        }
    }
    pages
}

fn same_headings(name: &str, id: &Page, en: &Page, wrong: &mut Vec<String>) {
    let anchors =
        |page: &Page| page.sections.iter().map(|section| section.anchor.clone()).collect::<Vec<_>>();
    let (of_id, of_en) = (anchors(id), anchors(en));
    if of_id != of_en {
        wrong.push(format!("{name}.md: the headings are {of_id:?} in id, {of_en:?} in en"));
    }
}

/// The page with the words of the screens in place of their keys.
fn filled(text: &str, words: &Table, complain: &mut impl FnMut(String)) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[[") {
        let Some((key, after)) = after.split_once("]]") else {
            complain("a [[ is not closed".to_owned());
            break;
        };
        filled.push_str(before);
        match word(key, words) {
            Some(word) => {
                let _ = write!(filled, "**{}**", escaped(&word));
            }
            None => complain(format!("there is no word {key}")),
        }
        rest = after;
    }
    filled + rest
}

/// The word under a key whose parts are joined by dots; an ellipsis stands for what is filled in.
fn word(key: &str, words: &Table) -> Option<String> {
    let (sections, last) = key.rsplit_once('.')?;
    let mut table = words;
    for section in sections.split('.') {
        table = table.get(section)?.as_table()?;
    }
    let parts = parse(table.get(last)?.as_str()?).ok()?;
    let piece = |part: Part| match part {
        Part::Text(text) => text,
        Part::Value(_) => "…".to_owned(),
        Part::Plural(_, _, many) => many,
    };
    Some(parts.into_iter().map(piece).collect())
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.trim().chars() {
        if letter.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// What is being read.
#[derive(PartialEq)]
enum Place {
    Text,
    Title,
    Heading,
    Lead,
}

fn page(name: &str, text: &str, complain: &mut impl FnMut(String)) -> Page {
    let mut read = Page {
        title: String::new(),
        lead: String::new(),
        html: String::new(),
        sections: vec![Section { anchor: String::new(), title: String::new(), text: String::new() }],
        links: Vec::new(),
    };
    let mut place = Place::Text;
    let mut shown = Vec::new();
    for event in Parser::new_ext(text, Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_TABLES) {
        if let Some(place_now) = opens(&event, &read) {
            place = place_now;
        }
        keep_text(&event, &place, &mut read);
        let closes = matches!(
            (&event, &place),
            (Event::End(TagEnd::Heading(_)), _) | (Event::End(TagEnd::Paragraph), Place::Lead)
        );
        if let Some(event) = drawn(event, name, &mut read, complain)
            && !matches!(place, Place::Title | Place::Lead)
        {
            shown.push(event);
        }
        if closes {
            place = Place::Text;
        }
    }
    if read.title.is_empty() || read.lead.is_empty() {
        complain("a page begins with a title and one sentence".to_owned());
    }
    read.sections[0].title = read.title.clone();
    html::push_html(&mut read.html, shown.into_iter());
    read
}

/// Where this event leads to, when it opens something that is kept apart.
fn opens(event: &Event<'_>, read: &Page) -> Option<Place> {
    match event {
        Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => Some(Place::Title),
        Event::Start(Tag::Heading { .. }) => Some(Place::Heading),
        Event::Start(Tag::Paragraph) if read.lead.is_empty() && read.sections.len() == 1 => Some(Place::Lead),
        _ => None,
    }
}

fn keep_text(event: &Event<'_>, place: &Place, read: &mut Page) {
    if let Event::Start(Tag::Heading { level: HeadingLevel::H2, id, .. }) = event {
        let anchor = id.as_deref().unwrap_or_default().to_owned();
        read.sections.push(Section { anchor, title: String::new(), text: String::new() });
    }
    let said = match event {
        Event::Text(text) | Event::Code(text) => text.as_ref(),
        Event::SoftBreak | Event::HardBreak => " ",
        Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell) => " ",
        _ => return,
    };
    let Some(section) = read.sections.last_mut() else { return };
    match place {
        Place::Title => read.title.push_str(said),
        Place::Heading => section.title.push_str(said),
        Place::Lead => {
            read.lead.push_str(said);
            section.text.push_str(said);
        }
        Place::Text => section.text.push_str(said),
    }
}

/// The event as it is shown, or nothing when it may not be.
fn drawn<'a>(
    event: Event<'a>,
    name: &str,
    read: &mut Page,
    complain: &mut impl FnMut(String),
) -> Option<Event<'a>> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => {
            complain(format!("no HTML in the guide: {raw}"));
            None
        }
        Event::Start(Tag::Image { dest_url, .. }) => {
            complain(format!("no pictures in the guide: {dest_url}"));
            None
        }
        Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
            complain("an indented block is not meant".to_owned());
            None
        }
        Event::Start(Tag::Heading { level, ref id, .. }) if level != HeadingLevel::H1 => {
            if level != HeadingLevel::H2 || id.as_deref().unwrap_or_default().is_empty() {
                complain("headings are ## with a name, like ## Title {#name}".to_owned());
            }
            Some(event)
        }
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = CowStr::from(address(name, &dest_url, read, complain));
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::Code(text) => {
            Some(keys(&text).map_or(Event::Code(text), |keys| Event::InlineHtml(keys.into())))
        }
        event => Some(event),
    }
}

/// Where a link leads: to a page of the guide, to a heading, or to a screen.
fn address(name: &str, link: &str, read: &mut Page, complain: &mut impl FnMut(String)) -> String {
    if link.starts_with('/') {
        return link.to_owned();
    }
    let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
    let page = match page.strip_suffix(".md") {
        Some(page) => page,
        None if page.is_empty() => name,
        None => {
            complain(format!("{link} leads out of the program"));
            name
        }
    };
    read.links.push((page.to_owned(), anchor.to_owned()));
    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
    format!("/help/{page}{LANGUAGE}{anchor}")
}

/// The keys of a keyboard that this names, drawn as keys.
fn keys(text: &str) -> Option<String> {
    const NAMED: [&str; 6] = ["Enter", "Esc", "Ctrl", "Shift", "Tab", "Alt"];
    let is_key = |word: &str| {
        let number = word.strip_prefix('F').and_then(|number| number.parse::<u8>().ok());
        let single = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_graphic());
        NAMED.contains(&word) || number.is_some_and(|number| (1..=12).contains(&number)) || single
    };
    let words: Vec<&str> = text.split(' ').collect();
    words.iter().all(|word| is_key(word)).then(|| {
        let drawn = |word: &&str| format!("<kbd>{}</kbd>", word.replace('&', "&amp;").replace('<', "&lt;"));
        words.iter().map(drawn).collect::<Vec<_>>().join(" ")
    })
}

fn constant(page: &Page) -> String {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let section = |section: &Section| {
        format!(
            "Section {{ anchor: {:?}, title: {:?}, text: {:?} }}",
            section.anchor,
            one_line(&section.title),
            one_line(&section.text)
        )
    };
    let sections: Vec<String> = page.sections.iter().map(section).collect();
    format!(
        "Written {{ title: {:?}, lead: {:?}, html: {:?}, sections: &[{}] }}",
        one_line(&page.title),
        one_line(&page.lead),
        page.html,
        sections.join(", ")
    )
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}
