use std::fmt;

use mikrotik_rs::proto::command::{CommandBuilder, QueryOperator};
use mikrotik_rs::proto::tag::Tag;

/// One command to the router, built word by word.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    path: String,
    words: Vec<Word>,
}

#[derive(Clone, PartialEq, Eq)]
enum Word {
    Attribute(String, Vec<u8>),
    Query(Term),
}

impl Command {
    /// Names the command by its full path, such as `/ip/hotspot/user/add`.
    pub fn new(path: &str) -> Self {
        Self { path: path.to_owned(), words: Vec::new() }
    }

    /// Gives a property a value; an empty one clears it.
    pub fn set(self, name: &str, value: &str) -> Self {
        self.set_raw(name, value.as_bytes())
    }

    /// Gives a property a value when there is one, and leaves it alone otherwise.
    pub fn opt(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Gives a property bytes that are not UTF-8, as read by [`Row::raw`](crate::Row::raw).
    pub fn set_raw(mut self, name: &str, value: &[u8]) -> Self {
        self.words.push(Word::Attribute(name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a word without a value, such as `count-only`.
    pub fn flag(self, name: &str) -> Self {
        self.set(name, "")
    }

    /// Keeps only rows that match; several queries must all match.
    pub fn query(mut self, query: Query) -> Self {
        self.words.extend(query.terms.into_iter().map(Word::Query));
        self
    }

    /// Asks for these properties only, which spares the router and the wire.
    pub fn proplist(self, names: &[&str]) -> Self {
        self.set(".proplist", &names.join(","))
    }

    /// The path the command was built with.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole sentence, ready for the wire.
    pub(crate) fn encode(&self, tag: u32) -> Vec<u8> {
        let start = CommandBuilder::with_tag(Tag::from_raw(tag)).command(&self.path);
        let whole = self.words.iter().fold(start, |command, word| match word {
            Word::Attribute(name, value) => command.attribute_raw(name, Some(value)),
            Word::Query(Term::Present(name)) => command.query_is_present(name),
            Word::Query(Term::Absent(name)) => command.query_not_present(name),
            Word::Query(Term::Equal(name, value)) => command.query_equal(name, value),
            Word::Query(Term::Greater(name, value)) => command.query_gt(name, value),
            Word::Query(Term::Less(name, value)) => command.query_lt(name, value),
            Word::Query(Term::Not) => command.query_operations(&[QueryOperator::Not]),
            Word::Query(Term::And) => command.query_operations(&[QueryOperator::And]),
            Word::Query(Term::Or) => command.query_operations(&[QueryOperator::Or]),
        });
        whole.build().into_data()
    }

    /// The length of the longest word, and of all words together, prefixes included.
    pub(crate) fn measure(&self) -> (usize, usize) {
        const PREFIX_AND_MARKS: usize = 8;
        const TAG: usize = 20;
        let lengths = self.words.iter().map(|word| match word {
            Word::Attribute(name, value) => name.len() + value.len(),
            Word::Query(term) => term.len(),
        });
        let lengths = lengths.chain([self.path.len()]).map(|length| length + PREFIX_AND_MARKS);
        lengths.fold((0, TAG), |(longest, sum), length| (longest.max(length), sum.saturating_add(length)))
    }
}

impl fmt::Debug for Command {
    /// Shows the path and the names of properties: values hold passwords and people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        self.words.iter().try_for_each(|word| match word {
            Word::Attribute(name, _) => write!(f, " {name}=.."),
            Word::Query(Term::Not | Term::And | Term::Or) => Ok(()),
            Word::Query(
                Term::Present(name)
                | Term::Absent(name)
                | Term::Equal(name, _)
                | Term::Greater(name, _)
                | Term::Less(name, _),
            ) => write!(f, " ?{name}"),
        })
    }
}

/// Which rows of a print are wanted.
///
/// Source: RouterOS, API, queries: a stack of truth values, so an expression is written operands first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Present(String),
    Absent(String),
    Equal(String, String),
    Greater(String, String),
    Less(String, String),
    Not,
    And,
    Or,
}

impl Term {
    fn len(&self) -> usize {
        match self {
            Term::Present(name) | Term::Absent(name) => name.len(),
            Term::Equal(name, value) | Term::Greater(name, value) | Term::Less(name, value) => {
                name.len() + value.len()
            }
            Term::Not | Term::And | Term::Or => 1,
        }
    }
}

impl Query {
    /// Rows where the property has exactly this value.
    pub fn equal(name: &str, value: &str) -> Self {
        Self::of(Term::Equal(name.to_owned(), value.to_owned()))
    }

    /// Rows where the property is set.
    pub fn present(name: &str) -> Self {
        Self::of(Term::Present(name.to_owned()))
    }

    /// Rows where the property is not set.
    pub fn absent(name: &str) -> Self {
        Self::of(Term::Absent(name.to_owned()))
    }

    /// Rows where the property is greater than the value.
    pub fn greater(name: &str, value: &str) -> Self {
        Self::of(Term::Greater(name.to_owned(), value.to_owned()))
    }

    /// Rows where the property is less than the value.
    pub fn less(name: &str, value: &str) -> Self {
        Self::of(Term::Less(name.to_owned(), value.to_owned()))
    }

    /// Rows where the property has one of the values; `None` when there is no value to look for.
    pub fn one_of<'a>(name: &str, values: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        values.into_iter().map(|value| Self::equal(name, value)).reduce(Self::or)
    }

    /// Rows that match both.
    pub fn and(self, other: Query) -> Self {
        self.join(other, Term::And)
    }

    /// Rows that match at least one of the two.
    pub fn or(self, other: Query) -> Self {
        self.join(other, Term::Or)
    }

    /// Rows that do not match.
    pub fn negate(mut self) -> Self {
        self.terms.push(Term::Not);
        self
    }

    fn of(term: Term) -> Self {
        Self { terms: vec![term] }
    }

    fn join(mut self, other: Query, operator: Term) -> Self {
        self.terms.extend(other.terms);
        self.terms.push(operator);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(command: &Command) -> Vec<String> {
        let bytes = command.encode(42);
        let mut words = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let length = usize::from(bytes[at]);
            words.push(String::from_utf8(bytes[at + 1..at + 1 + length].to_vec()).unwrap());
            at += 1 + length;
        }
        words
    }

    #[test]
    fn a_command_becomes_its_words_in_order_with_a_tag_and_an_end() {
        let command = Command::new("/ip/hotspot/user/add")
            .set("name", "x")
            .opt("comment", None)
            .opt("email", Some(""))
            .flag("detail")
            .proplist(&["name", ".id"]);
        let wanted = [
            "/ip/hotspot/user/add",
            ".tag=0000000042",
            "=name=x",
            "=email=",
            "=detail=",
            "=.proplist=name,.id",
            "",
        ];
        assert_eq!(words(&command), wanted);
    }

    #[test]
    fn a_query_is_written_operands_first() {
        let query = Query::one_of("name", ["a", "b", "c"]).unwrap().and(Query::present("comment").negate());
        let command = Command::new("/p").query(query).query(Query::greater("uptime", "1m"));
        let wanted = [
            "/p",
            ".tag=0000000042",
            "?name=a",
            "?name=b",
            "?#|",
            "?name=c",
            "?#|",
            "?comment",
            "?#!",
            "?#&",
            "?>uptime=1m",
            "",
        ];
        assert_eq!(words(&command), wanted);
    }

    #[test]
    fn no_values_to_look_for_is_no_query() {
        assert_eq!(Query::one_of("name", []), None);
    }

    #[test]
    fn a_command_prints_no_values() {
        let shown = format!(
            "{:?}",
            Command::new("/p").set("password", "hunter2").query(Query::equal("name", "budi"))
        );
        assert_eq!(shown, "/p password=.. ?name");
    }

    #[test]
    fn a_measured_command_is_never_longer_on_the_wire() {
        let command =
            Command::new("/p").set("comment", &"x".repeat(300_000)).query(Query::equal("name", "x"));
        let (longest, sum) = command.measure();
        assert!(longest >= 300_009 && sum >= command.encode(u32::MAX).len());
    }
}
