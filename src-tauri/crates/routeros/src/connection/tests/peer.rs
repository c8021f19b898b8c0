use std::collections::VecDeque;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpListener, TcpStream};

use crate::{Connection, Limits, Password, Security, Target};

/// The other end of a connection, played word by word by a test.
pub(super) struct Peer<S> {
    pub(super) stream: S,
    read: VecDeque<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, read: VecDeque::new() }
    }

    /// The next sentence; empty when the client has gone.
    pub(super) async fn hear(&mut self) -> Vec<String> {
        let mut words = Vec::new();
        loop {
            let Some(length) = self.length().await else { return Vec::new() };
            if length == 0 {
                return words;
            }
            let mut word = Vec::with_capacity(length);
            for _ in 0..length {
                let Some(byte) = self.byte().await else { return Vec::new() };
                word.push(byte);
            }
            words.push(String::from_utf8_lossy(&word).into_owned());
        }
    }

    /// The next sentence's path and tag.
    pub(super) async fn hear_command(&mut self) -> (String, String) {
        let words = self.hear().await;
        let tag = words.iter().find(|word| word.starts_with(".tag=")).cloned().unwrap_or_default();
        (words.first().cloned().unwrap_or_default(), tag)
    }

    pub(super) async fn say(&mut self, words: &[&str]) {
        self.say_bytes(&sentence(words)).await;
    }

    pub(super) async fn say_bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    pub(super) async fn let_in(&mut self) {
        let login = self.hear().await;
        assert_eq!(login[0], "/login");
        self.say(&["!done"]).await;
    }

    async fn length(&mut self) -> Option<usize> {
        let first = usize::from(self.byte().await?);
        let (mut length, more) = match first {
            0..0x80 => (first, 0),
            0x80..0xc0 => (first & 0x3f, 1),
            0xc0..0xe0 => (first & 0x1f, 2),
            _ => (first & 0x0f, 3),
        };
        for _ in 0..more {
            length = length << 8 | usize::from(self.byte().await?);
        }
        Some(length)
    }

    async fn byte(&mut self) -> Option<u8> {
        if self.read.is_empty() {
            let mut buffer = [0; 4096];
            let count = self.stream.read(&mut buffer).await.unwrap_or(0);
            self.read.extend(&buffer[..count]);
        }
        self.read.pop_front()
    }
}

pub(super) fn sentence(words: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in words {
        assert!(word.len() < 0x4000, "longer words are made by hand");
        if word.len() < 0x80 {
            bytes.push(word.len() as u8);
        } else {
            bytes.extend((word.len() as u16 | 0x8000).to_be_bytes());
        }
        bytes.extend(word.as_bytes());
    }
    bytes.push(0);
    bytes
}

/// A client signed in to a peer, both in memory, so that time can stand still.
pub(super) async fn in_memory(limits: &Limits) -> (Connection, Peer<DuplexStream>) {
    let (near, far) = tokio::io::duplex(1 << 20);
    let mut peer = Peer::new(far);
    let password = Password::new("secret");
    let (connection, ()) =
        tokio::join!(Connection::over(near, None, "admin", &password, limits), peer.let_in());
    (connection.unwrap(), peer)
}

/// A client signed in to a peer over TCP.
pub(super) async fn over_tcp(limits: &Limits) -> (Connection, Peer<TcpStream>) {
    let (target, listener) = listening().await;
    let (connection, peer) = tokio::join!(Connection::open(&target, limits), async {
        let mut peer = accepted(&listener).await;
        peer.let_in().await;
        peer
    });
    (connection.unwrap(), peer)
}

pub(super) async fn listening() -> (Target, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = Target {
        host: "127.0.0.1".into(),
        port: listener.local_addr().unwrap().port(),
        security: Security::Plain,
        user: "admin".into(),
        password: Password::new("secret"),
    };
    (target, listener)
}

pub(super) async fn accepted(listener: &TcpListener) -> Peer<TcpStream> {
    let (stream, _) = listener.accept().await.unwrap();
    stream.set_nodelay(true).unwrap();
    Peer::new(stream)
}
