//! Words and sentences on the wire: written from the published description of the API alone.

use std::borrow::Cow;

/// Bytes that are not UTF-8 travel through the simulator as these private characters, one for each byte.
const STRAY_BYTE: u32 = 0x0010_FF00;

/// Turns bytes of the wire into text, keeping what is not UTF-8 so that [`to_wire`] gives it back unchanged.
pub(crate) fn from_wire(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        // A private character that somebody really sent is kept byte by byte too, or it would be
        // mistaken for a stray byte on its way out.
        for part in chunk.valid().split_inclusive(is_stray) {
            let private = part.chars().next_back().filter(|last| is_stray(*last));
            text.push_str(&part[..part.len() - private.map_or(0, char::len_utf8)]);
            if let Some(private) = private {
                private.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| text.push(stray(byte)));
            }
        }
        chunk.invalid().iter().for_each(|byte| text.push(stray(*byte)));
    }
    text
}

fn stray(byte: u8) -> char {
    char::from_u32(STRAY_BYTE + u32::from(byte)).expect("the range holds no surrogates")
}

fn is_stray(character: char) -> bool {
    u32::from(character) >= STRAY_BYTE
}

pub(crate) fn to_wire(text: &str) -> Cow<'_, [u8]> {
    // 0xF4 0x8F is how UTF-8 begins every character of the last plane, where the stray bytes live.
    if !text.as_bytes().contains(&0xF4) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut utf8 = [0; 4];
    for character in text.chars() {
        match u32::from(character).checked_sub(STRAY_BYTE).and_then(|byte| u8::try_from(byte).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

pub(crate) fn put_word(out: &mut Vec<u8>, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    put_length(out, u32::try_from(length).expect("a row is far smaller than 4 GiB"));
    for part in parts {
        out.extend_from_slice(part);
    }
}

pub(crate) fn put_length(out: &mut Vec<u8>, length: u32) {
    let [b0, b1, b2, b3] = length.to_be_bytes();
    match length {
        0..0x80 => out.push(b3),
        0x80..0x4000 => out.extend_from_slice(&[b2 | 0x80, b3]),
        0x4000..0x20_0000 => out.extend_from_slice(&[b1 | 0xC0, b2, b3]),
        0x20_0000..0x1000_0000 => out.extend_from_slice(&[b0 | 0xE0, b1, b2, b3]),
        0x1000_0000.. => out.extend_from_slice(&[0xF0, b0, b1, b2, b3]),
    }
}

/// Why the bytes cannot be understood any further.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// A length byte from 0xF8 on is a control byte nobody has defined.
    ReservedLength,
    /// A word or sentence is longer than this side is willing to hold.
    TooLong,
}

/// How much one sentence may ask this side to hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) word: usize,
    pub(crate) sentence: usize,
}

/// Cuts a stream of bytes into sentences, whatever pieces it arrives in.
pub(crate) struct Decoder {
    buffer: Vec<u8>,
    start: usize,
    words: Vec<Vec<u8>>,
    held: usize,
    pub(crate) limits: Limits,
}

impl Decoder {
    pub(crate) fn new(limits: Limits) -> Self {
        Decoder { buffer: Vec::new(), start: 0, words: Vec::new(), held: 0, limits }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Forgets all but so many of the bytes that wait, and returns how many waited before.
    pub(crate) fn keep(&mut self, count: usize) -> usize {
        let waiting = self.buffer.len() - self.start;
        self.buffer.truncate(self.start + waiting.min(count));
        waiting
    }

    /// The next whole sentence; `None` until more bytes arrive. Empty sentences are passed over.
    pub(crate) fn sentence(&mut self) -> Result<Option<Vec<Vec<u8>>>, Unreadable> {
        while let Some(word) = self.word()? {
            if !word.is_empty() {
                // The length prefix and the bookkeeping of a word count as well, so that a million
                // one-letter words are not free.
                self.held += word.len() + 8;
                if self.held > self.limits.sentence {
                    return Err(Unreadable::TooLong);
                }
                self.words.push(word);
            } else if !self.words.is_empty() {
                self.held = 0;
                return Ok(Some(std::mem::take(&mut self.words)));
            }
        }
        Ok(None)
    }

    fn word(&mut self) -> Result<Option<Vec<u8>>, Unreadable> {
        let rest = &self.buffer[self.start..];
        let Some((length, prefix)) = length(rest)? else { return Ok(None) };
        if length > self.limits.word {
            return Err(Unreadable::TooLong);
        }
        let Some(word) = rest.get(prefix..prefix + length) else { return Ok(None) };
        let word = word.to_vec();
        self.start += prefix + length;
        Ok(Some(word))
    }
}

/// The length a word announces and how many bytes the announcement took.
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Unreadable> {
    let Some(&first) = bytes.first() else { return Ok(None) };
    let (value, following) = match first {
        0x00..=0x7F => (first, 0),
        0x80..=0xBF => (first & 0x3F, 1),
        0xC0..=0xDF => (first & 0x1F, 2),
        0xE0..=0xEF => (first & 0x0F, 3),
        0xF0..=0xF7 => (0, 4),
        0xF8..=0xFF => return Err(Unreadable::ReservedLength),
    };
    let Some(rest) = bytes.get(1..=following) else { return Ok(None) };
    let length = rest.iter().fold(usize::from(value), |sum, byte| (sum << 8) | usize::from(*byte));
    Ok(Some((length, following + 1)))
}

/// The words of a sentence this side has written.
pub(crate) fn words_of(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    while let Ok(Some((size @ 1.., prefix))) = length(bytes) {
        let Some(word) = bytes.get(prefix..prefix + size) else { break };
        words.push(word.to_vec());
        bytes = &bytes[prefix + size..];
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WIDE: Limits = Limits { word: usize::MAX, sentence: usize::MAX };

    #[test]
    fn lengths_take_one_to_five_bytes() {
        for (length, expected) in [
            (0x00, &[0x00][..]),
            (0x7F, &[0x7F]),
            (0x80, &[0x80, 0x80]),
            (0x3FFF, &[0xBF, 0xFF]),
            (0x4000, &[0xC0, 0x40, 0x00]),
            (0x1F_FFFF, &[0xDF, 0xFF, 0xFF]),
            (0x20_0000, &[0xE0, 0x20, 0x00, 0x00]),
            (0x0FFF_FFFF, &[0xEF, 0xFF, 0xFF, 0xFF]),
            (0x1000_0000, &[0xF0, 0x10, 0x00, 0x00, 0x00]),
            (0xFFFF_FFFF, &[0xF0, 0xFF, 0xFF, 0xFF, 0xFF]),
        ] {
            let mut out = Vec::new();
            put_length(&mut out, length);
            assert_eq!(out, expected, "{length:#x}");
            assert_eq!(super::length(&out), Ok(Some((length as usize, expected.len()))), "{length:#x}");
        }
    }

    #[test]
    fn words_of_every_length_of_prefix_arrive_whole() {
        for (size, prefix) in [
            (0x7F, &[0x7F][..]),
            (0x80, &[0x80, 0x80]),
            (0x4000, &[0xC0, 0x40, 0x00]),
            (0x20_0000, &[0xE0, 0x20, 0x00, 0x00]),
        ] {
            let word = vec![b'x'; size];
            let mut bytes = Vec::new();
            put_word(&mut bytes, &[&word]);
            assert!(bytes.starts_with(prefix) && bytes.len() == size + prefix.len(), "{size:#x}");
            bytes.push(0);
            let mut decoder = Decoder::new(WIDE);
            decoder.feed(&bytes);
            assert_eq!(decoder.sentence(), Ok(Some(vec![word])), "{size:#x}");
        }
        // Five bytes of length may announce a short word too.
        let mut decoder = Decoder::new(WIDE);
        decoder.feed(b"\xF0\x00\x00\x00\x03abc\x00");
        assert_eq!(decoder.sentence(), Ok(Some(vec![b"abc".to_vec()])));
    }

    #[test]
    fn a_control_byte_ends_the_conversation() {
        for first in 0xF8..=0xFF {
            let mut decoder = Decoder::new(WIDE);
            decoder.feed(&[first, 0, 0, 0, 0]);
            assert_eq!(decoder.sentence(), Err(Unreadable::ReservedLength));
        }
    }

    #[test]
    fn a_word_longer_than_the_limit_is_refused_before_it_arrives() {
        let mut decoder = Decoder::new(Limits { word: 10, sentence: 100 });
        decoder.feed(&[11]);
        assert_eq!(decoder.sentence(), Err(Unreadable::TooLong));
    }

    #[test]
    fn many_small_words_are_refused_as_one_large_sentence() {
        let mut decoder = Decoder::new(Limits { word: 10, sentence: 100 });
        decoder.feed(&[1, b'a'].repeat(50));
        assert_eq!(decoder.sentence(), Err(Unreadable::TooLong));
    }

    #[test]
    fn private_characters_are_not_mistaken_for_stray_bytes() {
        let sent = "a\u{10FF41}b\u{10FFFF}";
        assert_eq!(to_wire(&from_wire(sent.as_bytes())).as_ref(), sent.as_bytes());
    }

    proptest! {
        #[test]
        fn a_sentence_survives_any_cutting_of_the_stream(
            words in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..200), 1..8),
            cut in 1usize..64,
        ) {
            let mut bytes = vec![0];
            for word in &words {
                put_word(&mut bytes, &[word]);
            }
            bytes.push(0);
            let mut decoder = Decoder::new(WIDE);
            let mut seen = Vec::new();
            for piece in bytes.chunks(cut) {
                decoder.feed(piece);
                seen.extend(decoder.sentence().unwrap());
            }
            prop_assert_eq!(seen, vec![words]);
        }

        #[test]
        fn bytes_that_are_no_text_come_back_unchanged(bytes: Vec<u8>) {
            prop_assert_eq!(to_wire(&from_wire(&bytes)).into_owned(), bytes);
        }
    }
}
