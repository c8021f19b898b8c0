use std::fmt;

/// What a command that was carried out answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The rows of a print, in the router's order.
    pub rows: Vec<Row>,
    /// What came along with the end of the reply; mostly nothing, or `ret`.
    pub done: Row,
}

impl Reply {
    /// The id of an added row, a count, or whatever else the command returns.
    pub fn ret(&self) -> Option<&str> {
        self.done.get("ret")
    }

    /// The number a `count-only` print returns.
    pub fn count(&self) -> Option<u64> {
        self.ret()?.parse().ok()
    }

    /// The only or first row.
    pub fn first(&self) -> Option<&Row> {
        self.rows.first()
    }
}

/// One item of a menu: names and values in the order the router sent them.
///
/// All text lies in one allocation, so a print of twenty thousand rows stays small. RouterOS leaves out what is not
/// set, and it keeps bytes rather than text: a value that is not UTF-8 is read as Windows-1252 and its bytes are kept.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Row {
    text: Box<str>,
    ends: Box<[(u32, u32)]>,
    raw: Vec<(u32, Box<[u8]>)>,
}

impl Row {
    /// Reads the attribute words `=name=value` among the words.
    pub(crate) fn of_words<'a>(words: impl Iterator<Item = &'a [u8]> + Clone) -> Row {
        let attributes = words.filter(|word| word.first() == Some(&b'='));
        let bytes = attributes.clone().map(<[u8]>::len).sum();
        let mut text = String::with_capacity(bytes);
        let mut ends = Vec::with_capacity(attributes.clone().count());
        let mut raw = Vec::new();
        for (index, word) in attributes.enumerate() {
            let (name, value) = split(&word[1..]);
            push_text(&mut text, name);
            let name_end = text.len() as u32;
            if !push_text(&mut text, value) {
                raw.push((index as u32, value.into()));
            }
            ends.push((name_end, text.len() as u32));
        }
        Row { text: text.into_boxed_str(), ends: ends.into_boxed_slice(), raw }
    }

    /// The value of a property; `None` when the router did not send it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The bytes of a property as the router sent them.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        let (index, (_, value)) = self.iter().enumerate().find(|(_, (key, _))| *key == name)?;
        let kept = self.raw.iter().find(|(at, _)| *at as usize == index);
        Some(kept.map_or(value.as_bytes(), |(_, bytes)| bytes))
    }

    /// The row's id, such as `*1A`.
    pub fn id(&self) -> Option<&str> {
        self.get(".id")
    }

    /// Whether this row of a [`Listener`](crate::Listener) tells that the item was removed.
    pub fn is_dead(&self) -> bool {
        self.flag(".dead")
    }

    /// Whether a property is there and says yes.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(crate::values::parse_bool) == Some(true)
    }

    /// All names and values, in order.
    pub fn iter(&self) -> Fields<'_> {
        Fields { row: self, next: 0, start: 0 }
    }

    /// How many properties there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no property at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(crate) fn size(&self) -> usize {
        let raw: usize = self.raw.iter().map(|(_, bytes)| size_of::<(u32, Box<[u8]>)>() + bytes.len()).sum();
        size_of::<Row>() + self.text.len() + self.ends.len() * size_of::<(u32, u32)>() + raw
    }
}

impl fmt::Debug for Row {
    /// Shows names only: values hold passwords and people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl<'a> IntoIterator for &'a Row {
    type Item = (&'a str, &'a str);
    type IntoIter = Fields<'a>;

    fn into_iter(self) -> Fields<'a> {
        self.iter()
    }
}

/// The names and values of a [`Row`], in order.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    row: &'a Row,
    next: usize,
    start: usize,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let &(name_end, value_end) = self.row.ends.get(self.next)?;
        let name = &self.row.text[self.start..name_end as usize];
        let value = &self.row.text[name_end as usize..value_end as usize];
        self.next += 1;
        self.start = value_end as usize;
        Some((name, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.row.ends.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Fields<'_> {}

/// Reads bytes as UTF-8 or, where they are not, as Windows-1252: what Winbox on Windows writes.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    push_text(&mut text, bytes);
    text
}

/// Appends the bytes as text and tells whether they were UTF-8.
fn push_text(text: &mut String, bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(valid) => {
            text.push_str(valid);
            true
        }
        Err(_) => {
            text.extend(bytes.iter().copied().map(windows_1252));
            false
        }
    }
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        0x00..=0x7f | 0xa0..=0xff => char::from(byte),
    }
}

fn split(word: &[u8]) -> (&[u8], &[u8]) {
    match word.iter().position(|&byte| byte == b'=') {
        Some(at) => (&word[..at], &word[at + 1..]),
        None => (word, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(words: &[&[u8]]) -> Row {
        Row::of_words(words.iter().copied())
    }

    #[test]
    fn a_row_gives_its_values_by_name_and_in_order() {
        let row = row(&[b"!re", b"=.id=*1", b".tag=1", b"=comment=a=b", b"=name=", b"=flag"]);
        assert_eq!(row.id(), Some("*1"));
        assert_eq!(row.get("comment"), Some("a=b"), "only the second = separates");
        assert_eq!(row.get("name"), Some(""));
        assert_eq!(row.get("absent"), None);
        let all: Vec<_> = row.iter().collect();
        assert_eq!(all, [(".id", "*1"), ("comment", "a=b"), ("name", ""), ("flag", "")]);
    }

    #[test]
    fn a_value_that_is_not_utf_8_is_read_as_windows_1252_and_kept_as_it_was() {
        let row = row(&[b"=name=x", b"=comment=Caf\xe9 \x80 5", b"=email=y"]);
        assert_eq!(row.get("comment"), Some("Café € 5"));
        assert_eq!(row.raw("comment"), Some(&b"Caf\xe9 \x80 5"[..]));
        assert_eq!(row.raw("email"), Some(&b"y"[..]), "a good value's bytes are its text");
        assert_eq!(row.raw("absent"), None);
    }

    #[test]
    fn a_row_prints_its_names_but_not_its_values() {
        let shown = format!("{:?}", row(&[b"=password=hunter2"]));
        assert!(shown.contains("password") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn a_row_takes_little_more_memory_than_its_text() {
        let row = row(&[b"=.id=*1", b"=name=k7m2pqrx", b"=password=k7m2pqrx", b"=profile=harian"]);
        assert!(row.size() < 160, "{}", row.size());
    }
}
