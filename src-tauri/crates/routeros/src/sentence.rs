use mikrotik_rs::proto::codec::{Decode, decode_length};
use mikrotik_rs::proto::tag::Tag;

use crate::error::Trap;
use crate::limits::Limits;
use crate::row::{Row, text_of};

/// One sentence of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) tag: Option<u32>,
    pub(crate) says: Says,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Says {
    Row(Row),
    Done(Row),
    Empty,
    Trap(Trap),
    Fatal(String),
    /// A type of reply this client does not know; it is skipped.
    Unknown,
}

/// The router sent what is no sentence, or one past the limits; nothing after it can be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// Cuts a stream of bytes into sentences, looking at every byte once.
#[derive(Debug)]
pub(crate) struct Framer {
    buffer: Vec<u8>,
    /// Where the current sentence begins.
    start: usize,
    /// Where its next length prefix begins, counted from `start`.
    scan: usize,
    /// The complete words of the current sentence, counted from `start`.
    words: Vec<(usize, usize)>,
    longest_word: usize,
    longest_sentence: usize,
}

impl Framer {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            scan: 0,
            words: Vec::new(),
            longest_word: limits.word,
            longest_sentence: limits.sentence,
        }
    }

    /// The buffer to read into, with room for another read.
    pub(crate) fn room(&mut self) -> &mut Vec<u8> {
        const READ: usize = 16 * 1024;
        if self.start == self.buffer.len() {
            self.buffer.clear();
            self.buffer.shrink_to(16 * READ);
            self.start = 0;
        } else if self.start >= 4 * READ {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.reserve(READ);
        &mut self.buffer
    }

    /// The next complete sentence, if the bytes read so far hold one.
    pub(crate) fn next(&mut self) -> Result<Option<Sentence>, Unreadable> {
        loop {
            let rest = &self.buffer[self.start + self.scan..];
            let (length, prefix) = match decode_length(rest).map_err(|_| Unreadable)? {
                Decode::Complete { value: (length, prefix), .. } => (length as usize, prefix),
                Decode::Incomplete { .. } => return Ok(None),
            };
            if length > self.longest_word || self.scan + prefix + length > self.longest_sentence {
                return Err(Unreadable);
            }
            let begin = self.scan + prefix;
            if length == 0 {
                let sentence = self.understand()?;
                self.words.clear();
                self.start += begin;
                self.scan = 0;
                match sentence {
                    Some(sentence) => return Ok(Some(sentence)),
                    None => continue,
                }
            }
            if self.words.is_empty() && rest.len() > prefix && rest[prefix] != b'!' {
                return Err(Unreadable);
            }
            if rest.len() < prefix + length {
                return Ok(None);
            }
            self.words.push((begin, begin + length));
            self.scan = begin + length;
        }
    }

    /// An empty sentence is nothing at all.
    fn understand(&self) -> Result<Option<Sentence>, Unreadable> {
        let bytes = &self.buffer[self.start..];
        let words = self.words.iter().map(|&(from, to)| &bytes[from..to]);
        let Some(kind) = words.clone().next() else { return Ok(None) };
        let attributes = words.clone().skip(1);
        let tag = match attributes.clone().find_map(|word| word.strip_prefix(b".tag=")) {
            Some(digits) => Some(Tag::try_from(digits).map_err(|_| Unreadable)?.to_raw()),
            None => None,
        };
        let says = match kind {
            b"!re" => Says::Row(Row::of_words(attributes)),
            b"!done" => Says::Done(Row::of_words(attributes)),
            b"!empty" => Says::Empty,
            b"!trap" => Says::Trap(trap(&Row::of_words(attributes))),
            b"!fatal" => Says::Fatal(reason(attributes)),
            _ => Says::Unknown,
        };
        Ok(Some(Sentence { tag, says }))
    }
}

fn trap(row: &Row) -> Trap {
    Trap {
        category: row.get("category").and_then(|category| category.parse().ok()),
        message: row.get("message").unwrap_or_default().to_owned(),
        further: Vec::new(),
    }
}

/// The reason is a bare word; one in the form of a message attribute is understood too.
fn reason<'a>(mut words: impl Iterator<Item = &'a [u8]> + Clone) -> String {
    if let Some(message) = Row::of_words(words.clone()).get("message") {
        return message.to_owned();
    }
    words.find(|word| !word.starts_with(b".tag=")).map(text_of).unwrap_or_default()
}

#[cfg(test)]
mod tests;
