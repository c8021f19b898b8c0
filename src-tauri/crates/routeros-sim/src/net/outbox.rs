//! Sentences on their way out, and the place where a fault cuts them off.

use super::codec::{put_word, to_wire};
use crate::TagPosition;

/// What is still allowed to leave before the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowance {
    Sentences(u64),
    Bytes(u64),
    /// The next sentence leaves by half.
    HalfOfNext,
}

#[derive(Debug)]
pub(crate) struct Outbox {
    bytes: Vec<u8>,
    begun: usize,
    allowance: Option<Allowance>,
    cut: bool,
    tag_position: TagPosition,
}

impl Outbox {
    pub(crate) fn new(tag_position: TagPosition) -> Self {
        Outbox { bytes: Vec::new(), begun: 0, allowance: None, cut: false, tag_position }
    }

    pub(crate) fn allow(&mut self, allowance: Allowance) {
        self.cut = matches!(allowance, Allowance::Sentences(0) | Allowance::Bytes(0));
        self.allowance = Some(allowance);
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
    }

    pub(crate) fn begin(&mut self, kind: &str, tag: Option<&str>) {
        self.begun = self.bytes.len();
        self.word(&[kind.as_bytes()]);
        if let (Some(tag), TagPosition::Second) = (tag, self.tag_position) {
            self.word(&[b".tag=", &to_wire(tag)]);
        }
    }

    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        self.word(&[b"=", name.as_bytes(), b"=", &to_wire(value)]);
    }

    pub(crate) fn word(&mut self, parts: &[&[u8]]) {
        put_word(&mut self.bytes, parts);
    }

    pub(crate) fn end(&mut self, tag: Option<&str>) {
        if let (Some(tag), TagPosition::Last) = (tag, self.tag_position) {
            self.word(&[b".tag=", &to_wire(tag)]);
        }
        self.bytes.push(0);
        let length = self.bytes.len() - self.begun;
        let leaves = self.share(length);
        self.bytes.truncate(self.begun + leaves);
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
}
