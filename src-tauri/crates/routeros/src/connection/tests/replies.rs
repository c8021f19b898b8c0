use tokio::io::AsyncWriteExt;

use super::peer::{in_memory, over_tcp, sentence};
use crate::{CallError, Command, Ending, Limits, TrapKind};

fn add() -> Command {
    Command::new("/ip/hotspot/user/add").set("name", "x")
}

#[tokio::test]
async fn an_added_rows_id_comes_back_whatever_the_order_of_words() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    for tag_first in [true, false] {
        let (reply, ()) = tokio::join!(connection.call(add()), async {
            let (_, tag) = peer.hear_command().await;
            let words = if tag_first { ["!done", &tag, "=ret=*1A"] } else { ["!done", "=ret=*1A", &tag] };
            peer.say(&words).await;
        });
        assert_eq!(reply.unwrap().ret(), Some("*1A"));
    }
}

#[tokio::test]
async fn a_count_is_a_number_and_no_row() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let count = Command::new("/ip/hotspot/user/print").flag("count-only");
    let (reply, ()) = tokio::join!(connection.call(count), async {
        let (_, tag) = peer.hear_command().await;
        peer.say(&["!done", &tag, "=ret=20000"]).await;
    });
    assert_eq!(reply.as_ref().unwrap().count(), Some(20_000));
    assert!(reply.unwrap().rows.is_empty());
}

#[tokio::test]
async fn no_rows_are_no_rows_with_and_without_the_newer_word_for_it() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    for empty in [true, false] {
        let (reply, ()) = tokio::join!(connection.call(Command::new("/x/print")), async {
            let (_, tag) = peer.hear_command().await;
            if empty {
                peer.say(&["!empty", &tag]).await;
            }
            peer.say(&["!done", &tag]).await;
        });
        assert_eq!(reply.unwrap().rows, []);
    }
}

#[tokio::test]
async fn replies_of_several_commands_may_come_mixed_and_in_any_order() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let first = connection.start(Command::new("/a/print"));
    let second = connection.start(Command::new("/b/print"));
    let (path, a) = peer.hear_command().await;
    assert_eq!(path, "/a/print", "commands are sent in the order they were started");
    let (_, b) = peer.hear_command().await;
    for words in [["!re", &b, "=n=b1"], ["!re", &a, "=n=a1"], ["!re", "=n=b2", &b]] {
        peer.say(&words).await;
    }
    peer.say(&["!done", &b]).await;
    peer.say(&["!done", &a]).await;
    let names = |reply: crate::Reply| -> Vec<String> {
        reply.rows.iter().map(|row| row.get("n").unwrap().to_owned()).collect()
    };
    assert_eq!(names(first.await.unwrap()), ["a1"]);
    assert_eq!(names(second.await.unwrap()), ["b1", "b2"]);
}

#[tokio::test]
async fn several_traps_of_one_command_are_one_refusal_that_keeps_all_words() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let (reply, ()) = tokio::join!(connection.call(add()), async {
        let (_, tag) = peer.hear_command().await;
        peer.say(&["!trap", &tag, "=category=1", "=message=input does not match any value of profile"]).await;
        peer.say(&["!trap", "=message=also this", &tag]).await;
        peer.say(&["!done", &tag]).await;
    });
    let error = reply.unwrap_err();
    let trap = error.trap().unwrap();
    assert_eq!((trap.kind(), trap.category), (TrapKind::NoMatch, Some(1)));
    assert_eq!(trap.further, ["also this"]);
    assert!(connection.is_open(), "a refusal does not end the session");
}

#[tokio::test]
async fn a_fatal_word_fails_what_is_under_way_and_ends_the_session() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let pending = connection.start(add());
    peer.hear().await;
    peer.say(&["!fatal", "not logged in"]).await;
    assert_eq!(pending.await, Err(CallError::Fatal("not logged in".into())));
    assert_eq!(connection.closed().await, Ending::Fatal("not logged in".into()));
    assert!(!connection.is_open());
    assert_eq!(connection.call(add()).await, Err(CallError::NotSent));
}

#[tokio::test]
async fn replies_to_nobody_and_of_unknown_kinds_are_passed_over() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let (reply, ()) = tokio::join!(connection.call(add()), async {
        let (_, tag) = peer.hear_command().await;
        peer.say(&["!done", ".tag=4000000000", "=ret=*9"]).await;
        peer.say(&["!trap", "=message=whose"]).await;
        peer.say(&["!news", &tag]).await;
        peer.say(&["!done", &tag, "=ret=*1"]).await;
    });
    assert_eq!(reply.unwrap().ret(), Some("*1"));
}

#[tokio::test]
async fn a_value_in_windows_1252_is_readable_and_its_bytes_are_kept() {
    let (connection, mut peer) = over_tcp(&Limits::default()).await;
    let (reply, ()) = tokio::join!(connection.call(Command::new("/x/print")), async {
        let (_, tag) = peer.hear_command().await;
        let mut bytes = sentence(&["!re", &tag]);
        bytes.pop();
        bytes.extend(b"\x0d=comment=Caf\xe9\x00");
        peer.say_bytes(&bytes).await;
        peer.say(&["!done", &tag]).await;
    });
    let reply = reply.unwrap();
    assert_eq!(reply.rows[0].get("comment"), Some("Café"));
    assert_eq!(reply.rows[0].raw("comment"), Some(&b"Caf\xe9"[..]));
}

#[tokio::test]
async fn a_reply_that_comes_byte_by_byte_is_the_same_reply() {
    let (connection, mut peer) = over_tcp(&Limits::default()).await;
    let (reply, ()) = tokio::join!(connection.call(Command::new("/x/print")), async {
        let (_, tag) = peer.hear_command().await;
        let long = format!("=comment={}", "c".repeat(300));
        let bytes = [sentence(&["!re", &tag, &long]), sentence(&["!done", &tag])].concat();
        for byte in bytes {
            peer.say_bytes(&[byte]).await;
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(reply.unwrap().rows[0].get("comment").map(str::len), Some(300));
}

#[tokio::test]
async fn half_a_sentence_and_then_nothing_is_a_lost_connection() {
    let (connection, mut peer) = over_tcp(&Limits::default()).await;
    let (reply, ()) = tokio::join!(connection.call(add()), async {
        let (_, tag) = peer.hear_command().await;
        let bytes = sentence(&["!done", &tag, "=ret=*1"]);
        peer.say_bytes(&bytes[..bytes.len() - 3]).await;
        peer.stream.shutdown().await.unwrap();
    });
    assert_eq!(reply, Err(CallError::Closed), "whether it was added is not known");
    assert_eq!(connection.closed().await, Ending::ByRouter);
}

#[tokio::test]
async fn a_word_past_the_limit_ends_the_session() {
    let (connection, mut peer) = over_tcp(&Limits::default()).await;
    let (reply, ()) = tokio::join!(connection.call(add()), async {
        peer.hear().await;
        peer.say_bytes(b"\x03!re\xf0\x7f\xff\xff\xff").await;
    });
    assert_eq!(reply, Err(CallError::Closed));
    assert_eq!(connection.closed().await, Ending::Unreadable);
}

#[tokio::test]
async fn a_reply_past_the_limit_is_stopped_and_the_session_lives_on() {
    let (connection, mut peer) = in_memory(&Limits { reply: 10_000, ..Limits::default() }).await;
    let (reply, ()) = tokio::join!(connection.call(Command::new("/x/print")), async {
        let (_, tag) = peer.hear_command().await;
        for _ in 0..200 {
            peer.say(&["!re", &tag, "=name=0123456789"]).await;
        }
        let cancel = peer.hear().await;
        assert_eq!(
            (cancel[0].as_str(), cancel[2].as_str()),
            ("/cancel", tag.replace(".tag=", "=tag=").as_str())
        );
        peer.say(&["!trap", &tag, "=category=2", "=message=interrupted"]).await;
        peer.say(&["!done", &cancel[1]]).await;
        peer.say(&["!done", &tag]).await;
    });
    assert_eq!(reply, Err(CallError::Limit));
    assert!(connection.is_open());
}

#[tokio::test]
async fn twenty_thousand_rows_are_held_in_little_more_than_their_text() {
    let (connection, mut peer) = over_tcp(&Limits::default()).await;
    let (reply, ()) = tokio::join!(connection.call(Command::new("/x/print")), async {
        let (_, tag) = peer.hear_command().await;
        for number in 0..20_000 {
            let id = format!("=.id=*{number:X}");
            let name = format!("=name=k7m2{number:04}");
            peer.stream.write_all(&sentence(&["!re", &tag, &id, &name, "=profile=harian"])).await.unwrap();
        }
        peer.say(&["!done", &tag]).await;
    });
    let rows = reply.unwrap().rows;
    assert_eq!(rows.len(), 20_000);
    assert_eq!(rows[19_999].get("name"), Some("k7m219999"));
    let bytes: usize = rows.iter().map(crate::Row::size).sum();
    assert!(bytes < 20_000 * 128, "{bytes}");
}
