//! Sentences on their way out, and the place where a fault spoils them or cuts them off.

use std::sync::Arc;
use std::time::Duration;

use super::codec::{put_word, to_wire, words_of};
use crate::trace::{Said, Trace};
use crate::world::Random;
use crate::{Fault, Knobs, TagPosition};

/// What is still allowed to leave before the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowance {
    Sentences(u64),
    Bytes(u64),
    /// The next sentence leaves by half.
    HalfOfNext,
}

pub(crate) struct Outbox {
    bytes: Vec<u8>,
    begun: usize,
    allowance: Option<Allowance>,
    cut: bool,
    section: Option<u64>,
    tag_position: TagPosition,
    shuffles: bool,
    random: Random,
    /// What is done to every sentence of the reply that is being written.
    pub(crate) spoils: Vec<Fault>,
    /// Where the next sentence will stop for a while.
    tear: Option<(usize, Duration)>,
    /// Where the bytes in here stop for a while.
    pub(crate) pause: Option<(usize, Duration)>,
    trace: Arc<Trace>,
    said: Vec<Said>,
}

impl Outbox {
    pub(crate) fn new(knobs: &Knobs, seed: u64, trace: &Arc<Trace>) -> Self {
        Outbox {
            bytes: Vec::new(),
            begun: 0,
            allowance: None,
            cut: false,
            section: None,
            tag_position: knobs.tag_position,
            shuffles: knobs.shuffle_attributes,
            random: Random(seed),
            spoils: Vec::new(),
            tear: None,
            pause: None,
            trace: Arc::clone(trace),
            said: Vec::new(),
        }
    }

    pub(crate) fn allow(&mut self, allowance: Allowance) {
        self.cut = matches!(allowance, Allowance::Sentences(0) | Allowance::Bytes(0));
        self.allowance = Some(allowance);
    }

    /// Lets the next sentence stop after so many of its bytes.
    pub(crate) fn tear_next(&mut self, at: usize, pause: Duration) {
        self.tear = Some((at, pause));
    }

    /// Whether nothing may leave after what is in here now.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.pause = None;
    }

    /// Lets nothing of what is in here leave; the transcript tells.
    pub(crate) fn withhold(&mut self) {
        self.clear();
        for said in &mut self.said {
            if let Said::Out(_, torn) = said {
                *torn = Some(0);
            }
        }
    }

    /// Takes out everything that was written from here on.
    pub(crate) fn take_from(&mut self, mark: usize) -> Vec<u8> {
        self.bytes.split_off(mark.min(self.bytes.len()))
    }

    /// Adds bytes that are sentences already, or never will be.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.begun = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        let leaves = self.share(bytes.len());
        self.bytes.truncate(self.begun + leaves);
    }

    /// Puts bytes back that were taken out and have been counted before.
    pub(crate) fn put_back(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn begin(&mut self, kind: &str, tag: Option<&str>) {
        self.begun = self.bytes.len();
        self.word(&[kind.as_bytes()]);
        if let (Some(tag), TagPosition::Second) = (tag, self.tag_position) {
            self.word(&[b".tag=", &to_wire(tag)]);
        }
        if let Some(section) = self.section {
            self.attribute(".section", &section.to_string());
        }
    }

    /// Numbers the rows that follow as this repetition, or no longer.
    pub(crate) fn section(&mut self, section: Option<u64>) {
        self.section = section;
    }

    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        self.word(&[b"=", name.as_bytes(), b"=", &to_wire(value)]);
    }

    pub(crate) fn word(&mut self, parts: &[&[u8]]) {
        put_word(&mut self.bytes, parts);
    }

    pub(crate) fn end(&mut self, tag: Option<&str>) {
        if let (Some(tag), TagPosition::Last | TagPosition::Random) = (tag, self.tag_position) {
            self.word(&[b".tag=", &to_wire(tag)]);
        }
        if self.shuffles || self.tag_position == TagPosition::Random || !self.spoils.is_empty() {
            self.rewrite();
        }
        self.bytes.push(0);
        let sentence =
            self.spoils.contains(&Fault::DuplicateReply).then(|| self.bytes[self.begun..].to_vec());
        self.release();
        if let Some(again) = sentence {
            self.begun = self.bytes.len();
            self.put_back(&again);
            self.release();
        }
    }

    /// Writes the sentence anew, with its words in another order or spoilt.
    fn rewrite(&mut self) {
        let mut words = words_of(&self.bytes[self.begun..]);
        self.bytes.truncate(self.begun);
        for spoil in &self.spoils {
            match spoil {
                Fault::NonUtf8 { field, bytes } => {
                    let start = format!("={field}=").into_bytes();
                    for word in words.iter_mut().filter(|word| word.starts_with(&start)) {
                        *word = [&start, bytes.as_slice()].concat();
                    }
                }
                Fault::ExtraWord(extra) => words.push(extra.clone().into_bytes()),
                _ => {}
            }
        }
        let tag = words.iter().position(|word| word.starts_with(b".tag=")).map(|at| words.remove(at));
        if self.shuffles && words.len() > 2 {
            for last in (2..words.len()).rev() {
                let other = 1 + self.below(last);
                words.swap(last, other);
            }
        }
        if let Some(tag) = tag {
            let at = match self.tag_position {
                TagPosition::Second => 1,
                TagPosition::Last => words.len(),
                TagPosition::Random => 1 + self.below(words.len()),
            };
            words.insert(at, tag);
        }
        words.iter().for_each(|word| put_word(&mut self.bytes, &[word]));
    }

    /// A number below this one.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.random.draw() % limit.max(1) as u64).unwrap_or(0)
    }

    /// Lets as much of the sentence just written leave as may.
    fn release(&mut self) {
        let length = self.bytes.len() - self.begun;
        let leaves = self.share(length);
        if self.trace.is_on() {
            let torn = (leaves < length).then_some(leaves);
            self.said.push(Said::Out(words_of(&self.bytes[self.begun..]), torn));
        }
        self.bytes.truncate(self.begun + leaves);
        if let Some((at, pause)) = self.tear.take() {
            self.pause = Some((self.begun + at.min(leaves), pause));
        }
    }

    /// How many bytes of the sentence just written may leave.
    fn share(&mut self, length: usize) -> usize {
        if self.cut {
            return 0;
        }
        match self.allowance {
            None => length,
            Some(Allowance::Sentences(left)) => {
                let left = left.saturating_sub(1);
                self.allowance = Some(Allowance::Sentences(left));
                self.cut = left == 0;
                length
            }
            Some(Allowance::Bytes(left)) => {
                let leaves = length.min(usize::try_from(left).unwrap_or(usize::MAX));
                let left = left - leaves as u64;
                self.allowance = Some(Allowance::Bytes(left));
                self.cut = left == 0;
                leaves
            }
            Some(Allowance::HalfOfNext) => {
                self.cut = true;
                length / 2
            }
        }
    }

    /// A sentence of one kind without attributes.
    pub(crate) fn bare(&mut self, kind: &str, tag: Option<&str>) {
        self.begin(kind, tag);
        self.end(tag);
    }

    /// Notes a sentence of the client, when a transcript is kept.
    pub(crate) fn heard(&mut self, words: &[Vec<u8>]) {
        if self.trace.is_on() {
            self.said.push(Said::In(words.to_vec()));
        }
    }

    /// What was said since the last time.
    pub(crate) fn take_said(&mut self) -> Vec<Said> {
        std::mem::take(&mut self.said)
    }
}
