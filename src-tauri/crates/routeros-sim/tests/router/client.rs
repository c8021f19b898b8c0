//! A raw client: words out, sentences in, and a deadline on everything.

#![expect(clippy::unwrap_used, reason = "a test that cannot reach the router has failed")]

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use routeros_sim::{Break, Sim, SimHandle};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(60);
/// So many bytes a router that only has nothing more to say still takes; one that is gone takes no more than a few.
const MORE: u32 = 1_000;

pub(crate) struct RawClient<S = TcpStream> {
    pub(crate) stream: S,
    /// Off while time is paused, or waiting would make it fly.
    pub(crate) deadline: bool,
}

/// One sentence of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) words: Vec<String>,
}

impl Reply {
    pub(crate) fn kind(&self) -> &str {
        &self.words[0]
    }

    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        let start = format!("={key}=");
        self.words.iter().find_map(|word| word.strip_prefix(&start))
    }

    pub(crate) fn map(&self) -> BTreeMap<&str, &str> {
        self.words.iter().filter_map(|word| word.strip_prefix('=')?.split_once('=')).collect()
    }
}

/// A router with user `admin`, password `secret`, and a client that is logged in.
pub(crate) async fn logged_in(sim: Sim) -> (SimHandle, SocketAddr, RawClient) {
    let sim = sim.credentials("admin", "secret").build();
    let address = sim.listen("127.0.0.1:0").await.unwrap();
    let client = RawClient::log_in(address).await;
    (sim, address, client)
}

impl RawClient {
    pub(crate) async fn connect(address: SocketAddr) -> RawClient {
        RawClient { stream: TcpStream::connect(address).await.unwrap(), deadline: true }
    }

    pub(crate) async fn log_in(address: SocketAddr) -> RawClient {
        let mut client = RawClient::connect(address).await;
        let replies = client.ask(&["/login", "=name=admin", "=password=secret"]).await;
        assert_eq!(kinds(&replies), ["!done"], "{replies:?}");
        client
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> RawClient<S> {
    pub(crate) async fn send(&mut self, words: &[&str]) {
        let mut bytes = Vec::new();
        push_sentence(&mut bytes, words);
        self.stream.write_all(&bytes).await.unwrap();
    }

    /// Whether the words could be sent; the router may have ended the connection.
    pub(crate) async fn try_send(&mut self, words: &[&str]) -> bool {
        let mut bytes = Vec::new();
        push_sentence(&mut bytes, words);
        self.stream.write_all(&bytes).await.is_ok()
    }

    /// Sends a command and returns everything up to its `!done` (or `!fatal`).
    pub(crate) async fn ask(&mut self, words: &[&str]) -> Vec<Reply> {
        self.send(words).await;
        let mut replies = Vec::new();
        loop {
            let reply = self.reply().await.expect("the router closed the connection");
            let last = matches!(reply.kind(), "!done" | "!fatal");
            replies.push(reply);
            if last {
                return replies;
            }
        }
    }

    /// The next sentence; `None` when the connection ended, torn or not.
    pub(crate) async fn reply(&mut self) -> Option<Reply> {
        let sentence = read_sentence(&mut self.stream);
        let words = if self.deadline {
            timeout(PATIENCE, sentence).await.expect("the router is silent")
        } else {
            sentence.await
        };
        words.map(|words| Reply {
            words: words.into_iter().map(|word| String::from_utf8_lossy(&word).into_owned()).collect(),
        })
    }

    pub(crate) async fn is_closed(&mut self) -> bool {
        self.reply().await.is_none()
    }
}

/// What the router still says, and how it then ends the connection.
///
/// A reset is what the client's read fails with. Wine alone hides it there: it shuts every socket down before it closes it,
/// so that an orderly end is read first. But who was reset can send no more either, and that is asked under Wine.
pub(crate) async fn ending(stream: &mut TcpStream) -> (Vec<u8>, Break) {
    let mut said = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("the router is silent");
    match read.map_err(|error| error.kind()) {
        Err(ErrorKind::ConnectionReset) => (said, Break::Rst),
        Err(other) => panic!("neither an end nor a reset: {other:?}"),
        Ok(_) if is_wine() && takes_no_more(stream).await => (said, Break::Rst),
        Ok(_) => (said, Break::Fin),
    }
}

fn is_wine() -> bool {
    cfg!(windows) && std::env::var_os("WINEPREFIX").is_some()
}

async fn takes_no_more(stream: &mut TcpStream) -> bool {
    for _ in 0..MORE {
        if stream.write_all(&[0]).await.is_err() {
            return true;
        }
    }
    false
}

pub(crate) fn push_sentence(bytes: &mut Vec<u8>, words: &[&str]) {
    for word in words {
        assert!(word.len() < 0x20_0000, "this client only speaks of short words");
        let length = u32::try_from(word.len()).unwrap();
        match length {
            0..=0x7F => bytes.push(length as u8),
            0x80..=0x3FFF => bytes.extend_from_slice(&(length as u16 | 0x8000).to_be_bytes()),
            _ => bytes.extend_from_slice(&(length | 0x00C0_0000).to_be_bytes()[1..]),
        }
        bytes.extend_from_slice(word.as_bytes());
    }
    bytes.push(0);
}

pub(crate) async fn read_sentence(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    loop {
        let first = stream.read_u8().await.ok()?;
        let more = match first {
            0x00..=0x7F => 0,
            0x80..=0xBF => 1,
            0xC0..=0xDF => 2,
            _ => panic!("the router sent a very long word"),
        };
        let mut length = usize::from(first) & (0xFF >> (more + usize::from(more > 0)));
        for _ in 0..more {
            length = length << 8 | usize::from(stream.read_u8().await.ok()?);
        }
        if length == 0 {
            return Some(words);
        }
        let mut word = vec![0; length];
        stream.read_exact(&mut word).await.ok()?;
        words.push(word);
    }
}

pub(crate) fn kinds(replies: &[Reply]) -> Vec<&str> {
    replies.iter().map(Reply::kind).collect()
}

/// The message of a command that was refused.
pub(crate) fn refusal(replies: &[Reply]) -> &str {
    assert_eq!(kinds(replies), ["!trap", "!done"], "{replies:?}");
    replies[0].value("message").unwrap()
}
