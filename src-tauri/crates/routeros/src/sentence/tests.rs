use proptest::prelude::*;

use super::*;

/// Writes lengths the way MikroTik documents them, apart from the codec under test.
fn bytes(sentence: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in sentence {
        match word.len() {
            length @ 0..0x80 => bytes.push(length as u8),
            length @ 0x80..0x4000 => bytes.extend((length as u16 | 0x8000).to_be_bytes()),
            length @ 0x4000..0x20_0000 => bytes.extend(&(length as u32 | 0xc0_0000).to_be_bytes()[1..]),
            length => bytes.extend((length as u32 | 0xe000_0000).to_be_bytes()),
        }
        bytes.extend_from_slice(word);
    }
    bytes.push(0);
    bytes
}

fn read_in(limits: &Limits, pieces: &[&[u8]]) -> Result<Vec<Sentence>, Unreadable> {
    let mut framer = Framer::new(limits);
    let mut sentences = Vec::new();
    for piece in pieces {
        framer.room().extend_from_slice(piece);
        while let Some(sentence) = framer.next()? {
            sentences.push(sentence);
        }
    }
    Ok(sentences)
}

fn read(stream: &[u8]) -> Result<Vec<Sentence>, Unreadable> {
    read_in(&Limits::default(), &[stream])
}

fn only(sentence: &[&[u8]]) -> Sentence {
    let mut sentences = read(&bytes(sentence)).unwrap();
    assert_eq!(sentences.len(), 1);
    sentences.remove(0)
}

fn row(words: &[&[u8]]) -> Row {
    Row::of_words(words.iter().copied())
}

#[test]
fn the_tag_may_stand_anywhere() {
    let wanted = Sentence { tag: Some(7), says: Says::Done(row(&[b"=ret=*1A"])) };
    assert_eq!(only(&[b"!done", b".tag=0000000007", b"=ret=*1A"]), wanted);
    assert_eq!(only(&[b"!done", b"=ret=*1A", b".tag=7"]), wanted);
}

#[test]
fn a_reply_without_a_tag_has_none() {
    assert_eq!(only(&[b"!done"]), Sentence { tag: None, says: Says::Done(Row::default()) });
}

#[test]
fn an_empty_reply_is_neither_a_row_nor_the_end() {
    assert_eq!(only(&[b"!empty", b".tag=1"]), Sentence { tag: Some(1), says: Says::Empty });
}

#[test]
fn a_trap_keeps_its_category_and_its_words() {
    let trap = Trap { category: Some(0), message: "no such item (4)".into(), further: Vec::new() };
    let sentence = only(&[b"!trap", b".tag=1", b"=category=0", b"=message=no such item (4)"]);
    assert_eq!(sentence.says, Says::Trap(trap));
}

#[test]
fn a_trap_with_unknown_attributes_or_none_is_still_a_trap() {
    let trap =
        |message: &str| Says::Trap(Trap { category: None, message: message.into(), further: Vec::new() });
    assert_eq!(only(&[b"!trap", b"=new=thing", b"=message=x", b"=category=many"]).says, trap("x"));
    assert_eq!(only(&[b"!trap"]).says, trap(""));
}

#[test]
fn the_last_words_are_a_bare_word_wherever_the_tag_stands() {
    let fatal = Says::Fatal("session terminated on request".into());
    assert_eq!(only(&[b"!fatal", b"session terminated on request"]).says, fatal);
    assert_eq!(only(&[b"!fatal", b".tag=1", b"session terminated on request"]).says, fatal);
    assert_eq!(only(&[b"!fatal", b"=message=session terminated on request"]).says, fatal);
    assert_eq!(only(&[b"!fatal"]).says, Says::Fatal(String::new()));
}

#[test]
fn a_row_in_another_alphabet_is_a_row() {
    let Says::Row(row) = only(&[b"!re", b"=comment=\xe9t\xe9", b".tag=3"]).says else { panic!("no row") };
    assert_eq!(row.get("comment"), Some("été"));
    assert_eq!(row.raw("comment"), Some(&b"\xe9t\xe9"[..]));
}

#[test]
fn an_unknown_type_of_reply_is_passed_over() {
    assert_eq!(only(&[b"!foo", b".tag=3", b"=x=y"]), Sentence { tag: Some(3), says: Says::Unknown });
}

#[test]
fn empty_sentences_are_nothing() {
    assert_eq!(read(&[0, 0, 0]).unwrap(), []);
    assert_eq!(read(&[&[0, 0][..], &bytes(&[b"!done"])].concat()).unwrap().len(), 1);
}

#[test]
fn words_of_every_length_of_prefix_are_read() {
    let limits = Limits { word: 0x20_0010, ..Limits::default() };
    for length in [0, 1, 0x7f - 3, 0x80 - 3, 0x3fff - 3, 0x4000 - 3, 0x1f_ffff - 3, 0x20_0000 - 3] {
        let word = [b"=x=", "y".repeat(length).as_bytes()].concat();
        let sentences = read_in(&limits, &[&bytes(&[b"!re", &word])]).unwrap();
        let Says::Row(row) = &sentences[0].says else { panic!("no row") };
        assert_eq!(row.get("x").map(str::len), Some(length));
    }
}

#[test]
fn a_word_past_the_limit_is_refused_before_it_is_read() {
    let limits = Limits { word: 100, ..Limits::default() };
    assert!(read_in(&limits, &[&bytes(&[b"!re", &[b'x'; 100]])]).is_ok());
    assert_eq!(read_in(&limits, &[b"\x03!re\x65"]), Err(Unreadable), "only its length has come");
    assert_eq!(read(b"\x03!re\xf0\xff\xff\xff\xff"), Err(Unreadable), "four gibibytes");
}

#[test]
fn a_sentence_past_the_limit_is_refused() {
    let limits = Limits { sentence: 60, ..Limits::default() };
    let words = |count| bytes(&[&[b"!re".as_slice()][..], &vec![b"=x=123456".as_slice(); count]].concat());
    assert_eq!(read_in(&limits, &[&words(5)]).unwrap().len(), 1);
    assert_eq!(read_in(&limits, &[&words(6)]), Err(Unreadable));
}

#[test]
fn what_does_not_begin_like_a_reply_is_refused_at_once() {
    assert_eq!(read(b"HTTP/1.1 400 Bad Request\r\n"), Err(Unreadable));
    assert_eq!(read(b"SSH-2.0-ROSSSH"), Err(Unreadable));
    assert_eq!(read(b"\x15\x03\x01\x00\x02"), Err(Unreadable), "a TLS alert");
    assert_eq!(read(&[0xf8]), Err(Unreadable), "a reserved prefix");
    assert_eq!(read(&bytes(&[b"!re", b".tag=x"])), Err(Unreadable), "a tag that was never sent");
}

fn any_sentence() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let kind = prop::sample::select(vec!["!re", "!done", "!trap", "!empty", "!fatal"]);
    let word = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..300).prop_map(|value| [b"=key=".as_slice(), &value].concat()),
        any::<u32>().prop_map(|tag| format!(".tag={tag}").into_bytes()),
    ];
    (kind, prop::collection::vec(word, 0..6)).prop_map(|(kind, words)| {
        let mut sentence = vec![kind.as_bytes().to_vec()];
        sentence.extend(words);
        sentence
    })
}

proptest! {
    #[test]
    fn however_the_network_cuts_the_stream_the_sentences_are_the_same(
        sentences in prop::collection::vec(any_sentence(), 1..6),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let whole: Vec<u8> = sentences
            .iter()
            .flat_map(|sentence| bytes(&sentence.iter().map(Vec::as_slice).collect::<Vec<_>>()))
            .collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(whole.len())).chain([0, whole.len()]).collect();
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &whole[cut[0]..cut[1]]).collect();
        let singles: Vec<&[u8]> = whole.chunks(1).collect();
        let wanted = read(&whole);
        prop_assert_eq!(wanted.as_ref().map(Vec::len), Ok(sentences.len()));
        prop_assert_eq!(&read_in(&Limits::default(), &pieces), &wanted);
        prop_assert_eq!(&read_in(&Limits::default(), &singles), &wanted);
    }

    #[test]
    fn no_stream_of_bytes_makes_reading_fail_badly(stream in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&stream);
        let _ = read(&[b"\x03!re".as_slice(), &stream].concat());
    }
}
