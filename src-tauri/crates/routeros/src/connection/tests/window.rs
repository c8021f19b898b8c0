use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio::time::timeout;

use super::peer::{Peer, in_memory, over_tcp, sentence};
use crate::{CallError, Command, Connection, Limits, Password, Pending};

async fn hear_all(peer: &mut Peer<DuplexStream>) -> Vec<String> {
    let mut tags = Vec::new();
    while let Ok((_, tag)) = timeout(Duration::from_secs(1), peer.hear_command()).await {
        tags.push(tag);
    }
    tags
}

fn add(bytes: usize) -> Command {
    Command::new("/ip/hotspot/user/add").set("comment", &"x".repeat(bytes))
}

#[tokio::test(start_paused = true)]
async fn no_more_than_thirty_two_commands_are_under_way() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let all: Vec<Pending> = (0..100).map(|_| connection.start(add(10))).collect();
    let tags = hear_all(&mut peer).await;
    assert_eq!(tags.len(), 32);
    for tag in &tags[..5] {
        peer.say(&["!done", tag]).await;
    }
    assert_eq!(hear_all(&mut peer).await.len(), 5, "each answer makes room for one");
    drop(all);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_sixty_four_kibibytes_are_under_way() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let all: Vec<Pending> = (0..20).map(|_| connection.start(add(10_000))).collect();
    assert_eq!(hear_all(&mut peer).await.len(), 6);
    drop(all);
}

#[tokio::test(start_paused = true)]
async fn a_command_larger_than_the_window_travels_alone() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let all = [connection.start(add(10)), connection.start(add(100_000)), connection.start(add(10))];
    for _ in 0..3 {
        let tags = hear_all(&mut peer).await;
        assert_eq!(tags.len(), 1);
        peer.say(&["!done", &tags[0]]).await;
    }
    for pending in all {
        assert!(pending.await.is_ok());
    }
}

#[tokio::test]
async fn what_does_not_fit_the_limits_is_refused_at_once() {
    let limits = Limits { queue_commands: 3, word: 1000, sentence: 1500, ..Limits::default() };
    let (connection, _peer) = in_memory(&limits).await;
    assert_eq!(connection.call(add(1000)).await, Err(CallError::Limit), "the word");
    assert_eq!(
        connection.call(add(800).set("x", &"y".repeat(800))).await,
        Err(CallError::Limit),
        "the sentence"
    );
    let queued: Vec<Pending> = (0..3).map(|_| connection.start(add(1))).collect();
    assert_eq!(connection.call(add(1)).await, Err(CallError::Limit), "the queue");
    drop(queued);
    let limits = Limits { queue_bytes: 1000, ..Limits::default() };
    let (connection, _peer) = in_memory(&limits).await;
    assert_eq!(connection.call(add(1000)).await, Err(CallError::Limit), "the queue's bytes");
}

/// Each command's reply is written before the next command is read, as a router does that works one by one. Both
/// sides' buffers are far smaller than what travels, so a client that reads only between its writes stops for ever.
#[tokio::test]
async fn a_router_that_does_not_read_until_its_replies_are_taken_is_not_waited_for() {
    const COMMANDS: usize = 1_500;
    let limits = Limits { window_commands: COMMANDS, window_bytes: usize::MAX, ..Limits::default() };
    let (connection, mut peer) = over_tcp(&limits).await;
    let router = tokio::spawn(async move {
        for _ in 0..COMMANDS {
            let (_, tag) = peer.hear_command().await;
            let row = sentence(&["!re", &tag, "=name=0123456789", "=comment=0123456789"]);
            peer.stream.write_all(&row.repeat(200)).await.unwrap();
            peer.say(&["!done", &tag]).await;
        }
    });
    let all: Vec<Pending> = (0..COMMANDS).map(|_| connection.start(add(4_000))).collect();
    for pending in all {
        assert_eq!(pending.await.unwrap().rows.len(), 200);
    }
    router.await.unwrap();
}

#[tokio::test]
async fn sentences_are_written_whole_and_many_in_one_write() {
    let (near, far) = tokio::io::duplex(1 << 20);
    let writes = Arc::new(Mutex::new(Vec::new()));
    let near = Recorded { stream: near, writes: Arc::clone(&writes) };
    let mut peer = Peer::new(far);
    let (limits, password) = (Limits::default(), Password::new("secret"));
    let (connection, ()) =
        tokio::join!(Connection::over(near, None, "admin", &password, &limits), peer.let_in());
    let connection = connection.unwrap();
    let all: Vec<Pending> = (0..1000).map(|number| connection.start(add(number))).collect();
    let answering = async {
        for _ in 0..1000 {
            let (_, tag) = peer.hear_command().await;
            peer.say(&["!done", &tag]).await;
        }
    };
    let waiting = async {
        for pending in all {
            pending.await.unwrap();
        }
    };
    tokio::join!(answering, waiting);
    let writes = writes.lock().unwrap();
    assert!(writes.iter().all(|write: &Vec<u8>| write.ends_with(&[0])), "a write ends where a sentence ends");
    assert!(writes.len() < 1000, "{} writes for 1000 commands", writes.len());
}

/// Notes every write.
struct Recorded {
    stream: DuplexStream,
    writes: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl AsyncRead for Recorded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Recorded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if written.is_ready() {
            self.writes.lock().unwrap().push(bytes.to_vec());
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
