//! One sentence of a client, understood, and what the router has to say to it.

use super::query::Query;
use crate::net::codec::from_wire;

#[derive(Debug, Clone, Default)]
pub(crate) struct Command {
    pub(crate) path: String,
    pub(crate) tag: Option<String>,
    pub(crate) proplist: Option<Vec<String>>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) queries: Vec<String>,
}

impl Command {
    /// Reads the words in whatever order they come; only the first has to be the command.
    pub(crate) fn parse(words: &[Vec<u8>]) -> Command {
        let mut words = words.iter().map(|word| from_wire(word));
        let mut command = Command { path: words.next().unwrap_or_default(), ..Command::default() };
        for word in words {
            if let Some(tag) = word.strip_prefix(".tag=") {
                command.tag = Some(tag.to_owned());
            } else if let Some(list) =
                word.strip_prefix(".proplist=").or_else(|| word.strip_prefix("=.proplist="))
            {
                command.proplist = Some(list.split(',').map(str::to_owned).collect());
            } else if word.starts_with('?') {
                command.queries.push(word);
            } else if let Some(pair) = word.strip_prefix('=') {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                command.attributes.push((key.to_owned(), value.to_owned()));
            }
        }
        command
    }

    /// About how many bytes it holds.
    pub(crate) fn size(&self) -> usize {
        let pairs: usize = self.attributes.iter().map(|(key, value)| key.len() + value.len() + 64).sum();
        let queries: usize = self.queries.iter().map(|query| query.len() + 32).sum();
        let names = self.proplist.iter().flatten().map(|name| name.len() + 32).sum::<usize>();
        self.path.len() + pairs + queries + names
    }

    pub(crate) fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }
}

/// What comes back for one command.
#[derive(Debug)]
pub(crate) enum Answer {
    /// `!done`, perhaps with `=ret=`.
    Done(Option<String>),
    Trap(Trap),
    Print(Page),
    /// Rows as they change, until the client cancels.
    Listen(Subscription),
    /// The same again and again, until the client cancels or it is over.
    Repeat(Repeat),
    /// One row made for this answer alone.
    Row(Vec<(String, String)>),
    /// The router goes down without another word.
    Down {
        returns: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trap {
    pub(crate) category: Option<u8>,
    pub(crate) message: String,
}

impl Trap {
    pub(crate) fn plain(message: impl Into<String>) -> Trap {
        Trap { category: None, message: message.into() }
    }

    pub(crate) fn of(category: u8, message: impl Into<String>) -> Trap {
        Trap { category: Some(category), message: message.into() }
    }
}

/// A print that has got as far as `from`.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) menu: usize,
    pub(crate) view: View,
    pub(crate) from: u32,
    pub(crate) shown: u64,
    /// Rows first, and then changes as they come.
    pub(crate) then: Option<Subscription>,
}

/// What is shown anew after each interval.
#[derive(Debug)]
pub(crate) struct Repeat {
    pub(crate) every: std::time::Duration,
    pub(crate) what: Again,
}

#[derive(Debug)]
pub(crate) enum Again {
    Rows {
        menu: usize,
        view: View,
    },
    /// The rates of interfaces, so many times or for ever.
    Traffic {
        interfaces: Vec<String>,
        times: Option<u64>,
        proplist: Option<Vec<String>>,
    },
}

/// Which rows are shown to whom, and what of them.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) query: Query,
    pub(crate) proplist: Option<Vec<String>>,
    pub(crate) secrets: bool,
}

#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) menu: usize,
    pub(crate) view: View,
    pub(crate) changes: tokio::sync::mpsc::Receiver<Change>,
}

/// One row that changed, or is gone.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Now(super::table::Row),
    Dead(u32),
}
