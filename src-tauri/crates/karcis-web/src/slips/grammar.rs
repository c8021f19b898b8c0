//! The little of the template language that the shop's own words may use: fields, `if` and `for`.
//!
//! A text is held against it before the engine sees it, so that a mistake is told with its line, and so that nothing can
//! be written that costs more than the words it prints.

/// What may change the letters of a field.
const FILTERS: [&str; 2] = ["upper", "lower"];

/// A mistake in a text, with its line counted from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) line: usize,
    pub(super) wrong: Wrong,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// A tag that says something else than a field, `if` or `for`, or does not end in its line.
    Tag(String),
    /// A field that this kind of text does not have.
    Field(String),
    /// An `if` or `for` without its end, or an end without its beginning.
    Unpaired(String),
}

/// Holds a text against the language; `fields` are the ones its kind has.
pub(super) fn check(text: &str, fields: &[String]) -> Result<(), Mistake> {
    let mut open: Vec<Open> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for tag in tags(line) {
            let judged = tag.and_then(|tag| judge(tag, fields, &mut open, number + 1));
            judged.map_err(|wrong| Mistake { line: number + 1, wrong })?;
        }
    }
    match open.pop() {
        None => Ok(()),
        Some(left) => Err(Mistake { line: left.line, wrong: Wrong::Unpaired(left.word().to_owned()) }),
    }
}

/// A tag of a line.
enum Tag<'a> {
    Field(&'a str),
    Block(&'a str),
}

/// An `if` or `for` that waits for its end.
struct Open {
    line: usize,
    /// The name a `for` gives to each of what it goes through; an `if` has none.
    each: Option<String>,
    has_else: bool,
}

impl Open {
    fn word(&self) -> &'static str {
        if self.each.is_some() { "for" } else { "if" }
    }
}

/// The tags of a line, each with what stands in it; comments are left out.
fn tags(line: &str) -> Vec<Result<Tag<'_>, Wrong>> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = ["{{", "{%", "{#"].iter().filter_map(|begin| rest.find(begin)).min() {
        let (begin, inside) = rest[at..].split_at(2);
        let end = match begin {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let Some((inside, after)) = inside.split_once(end) else {
            found.push(Err(Wrong::Tag(shown(&rest[at..]))));
            return found;
        };
        match begin {
            "{{" => found.push(Ok(Tag::Field(inside.trim()))),
            "{%" => found.push(Ok(Tag::Block(inside.trim()))),
            _ => {}
        }
        rest = after;
    }
    found
}

fn judge(tag: Tag<'_>, fields: &[String], open: &mut Vec<Open>, line: usize) -> Result<(), Wrong> {
    match tag {
        Tag::Field(inside) => {
            let mut parts = inside.split('|').map(str::trim);
            path(parts.next().unwrap_or_default(), inside, fields, open)?;
            if parts.all(|filter| FILTERS.contains(&filter)) {
                Ok(())
            } else {
                Err(Wrong::Tag(shown(inside)))
            }
        }
        Tag::Block(inside) => block(inside, fields, open, line),
    }
}

fn block(inside: &str, fields: &[String], open: &mut Vec<Open>, line: usize) -> Result<(), Wrong> {
    let words = words(inside).ok_or_else(|| Wrong::Tag(shown(inside)))?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["if", rest @ ..] => {
            condition(rest, inside, fields, open)?;
            open.push(Open { line, each: None, has_else: false });
            Ok(())
        }
        ["elif", rest @ ..] => {
            condition(rest, inside, fields, open)?;
            match open.last() {
                Some(Open { each: None, has_else: false, .. }) => Ok(()),
                Some(_) | None => Err(Wrong::Unpaired("elif".to_owned())),
            }
        }
        ["else"] => match open.last_mut() {
            Some(last) if last.each.is_none() && !last.has_else => {
                last.has_else = true;
                Ok(())
            }
            Some(_) | None => Err(Wrong::Unpaired("else".to_owned())),
        },
        ["for", each, "in", list] if is_name(each) => {
            path(list, inside, fields, open)?;
            open.push(Open { line, each: Some((*each).to_owned()), has_else: false });
            Ok(())
        }
        [end @ ("endif" | "endfor")] => match open.pop() {
            Some(begun) if begun.each.is_some() == (*end == "endfor") => Ok(()),
            Some(_) | None => Err(Wrong::Unpaired((*end).to_owned())),
        },
        _ => Err(Wrong::Tag(shown(inside))),
    }
}

/// `[not] field [== "word"]`, as many as are joined by `and` and `or`.
fn condition(words: &[&str], inside: &str, fields: &[String], open: &[Open]) -> Result<(), Wrong> {
    let bad = || Wrong::Tag(shown(inside));
    for term in words.split(|word| matches!(*word, "and" | "or")) {
        let term = term.strip_prefix(&["not"]).unwrap_or(term);
        match term {
            [field] => path(field, inside, fields, open)?,
            [field, "==" | "!=", literal] if is_literal(literal) => path(field, inside, fields, open)?,
            _ => return Err(bad()),
        }
    }
    Ok(())
}

/// A field, or a part of what a `for` goes through.
fn path(path: &str, inside: &str, fields: &[String], open: &[Open]) -> Result<(), Wrong> {
    if !path.split('.').all(is_name) {
        return Err(Wrong::Tag(shown(inside)));
    }
    let root = path.split('.').next().unwrap_or_default();
    let known = fields.iter().any(|field| field == root)
        || open.iter().any(|open| open.each.as_deref() == Some(root));
    if known { Ok(()) } else { Err(Wrong::Field(root.to_owned())) }
}

fn is_name(word: &str) -> bool {
    let keyword = matches!(word, "if" | "for" | "in" | "not" | "and" | "or" | "is" | "else" | "elif");
    !keyword
        && word.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '_')
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_literal(word: &str) -> bool {
    let quoted = |mark: char| word.len() >= 2 && word.starts_with(mark) && word.ends_with(mark);
    quoted('"') || quoted('\'') || (word.len() <= 9 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The words of a block, a quoted one as one; nothing when a quotation does not end. A backslash means nothing good here.
fn words(inside: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let (mut quote, mut within) = (None, false);
    for letter in inside.chars() {
        match (quote, letter) {
            (_, '\\') => return None,
            (None, blank) if blank.is_whitespace() => within = false,
            (_, letter) => {
                if !within {
                    words.push(String::new());
                    within = true;
                }
                words.last_mut()?.push(letter);
                quote = match (quote, letter) {
                    (None, '"' | '\'') => Some(letter),
                    (Some(begun), letter) if begun == letter => None,
                    (quote, _) => quote,
                };
            }
        }
    }
    quote.is_none().then_some(words)
}

/// So much of a tag as a message has room for.
fn shown(tag: &str) -> String {
    tag.trim().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Result<(), (usize, Wrong)> {
        let fields = ["shop", "code", "plans"].map(str::to_owned);
        check(text, &fields).map_err(|mistake| (mistake.line, mistake.wrong))
    }

    #[test]
    fn fields_conditions_and_lists_are_the_whole_language() {
        for text in [
            "",
            "# {{ shop }} {{shop|upper}} {{ code | lower }}\nbiasa } saja { 100%",
            "{% if shop %}a{% elif not code and shop == 'x y' %}b{% else %}c{% endif %}",
            "{% if code != \"it's\" or shop == 12 %}{# a word to colleagues {{ #}{% endif %}",
            "{% for plan in plans %}\n{% if plan.count %}{{ plan.name }}{% endif %}\n{% endfor %}",
        ] {
            assert_eq!(judged(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn everything_else_is_told_with_its_line() {
        let tag = |text: &str| Wrong::Tag(text.to_owned());
        for (text, line, wrong) in [
            ("{{ shop", 1, tag("{{ shop")),
            ("a\n{{ shop\n}}", 2, tag("{{ shop")),
            ("a\n\n{{ toko }}", 3, Wrong::Field("toko".to_owned())),
            ("{% for x in plans %}{% endfor %}{{ x }}", 1, Wrong::Field("x".to_owned())),
            ("{% set a = shop %}", 1, tag("set a = shop")),
            ("{% include 'x' %}", 1, tag("include 'x'")),
            ("{% macro m() %}", 1, tag("macro m()")),
            ("{{ shop ~ shop }}", 1, tag("shop ~ shop")),
            ("{{ 'x' * 100000000 }}", 1, tag("'x' * 100000000")),
            ("{{ shop|replace('a', 'aaaa') }}", 1, tag("shop|replace('a', 'aaaa')")),
            ("{{ shop|safe }}", 1, tag("shop|safe")),
            ("{{ range(9) }}", 1, tag("range(9)")),
            ("{{- shop }}", 1, tag("- shop")),
            ("{% if %}{% endif %}", 1, tag("if")),
            ("{% if shop == code %}{% endif %}", 1, tag("if shop == code")),
            ("{% if shop == 'a\\'b' %}{% endif %}", 1, tag("if shop == 'a\\'b'")),
            ("{% if shop == 'a %}{% endif %}", 1, tag("if shop == 'a")),
            ("x\n{% if shop %}\ny", 2, Wrong::Unpaired("if".to_owned())),
            ("{% for x in plans %}{% endif %}", 1, Wrong::Unpaired("endif".to_owned())),
            ("{% else %}", 1, Wrong::Unpaired("else".to_owned())),
            ("{% if shop %}{% else %}{% elif code %}{% endif %}", 1, Wrong::Unpaired("elif".to_owned())),
            ("{% for x in plans %}{% else %}{% endfor %}", 1, Wrong::Unpaired("else".to_owned())),
        ] {
            assert_eq!(judged(text), Err((line, wrong)), "{text}");
        }
    }
}
