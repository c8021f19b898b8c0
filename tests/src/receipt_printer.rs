//! A receipt printer on the network that takes what it is sent, says how it is, and misbehaves as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A receipt printer on 127.0.0.1.
pub struct FakePrinter {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    taken: watch::Sender<Vec<Taken>>,
    listening: Option<(Arc<TcpListener>, JoinHandle<()>)>,
    /// Keeps its port while it is off.
    off: Option<TcpSocket>,
}

/// How the printer is and how it behaves, until it is told otherwise.
#[derive(Debug, Clone, Default)]
pub struct Mood {
    /// How much paper it has.
    pub paper: Roll,
    /// Whether its cover is open.
    pub cover_open: bool,
    /// Whether it is offline, for no reason it tells.
    pub offline: bool,
    /// Whether its knife is stuck.
    pub knife_stuck: bool,
    /// Whether it leaves questions unanswered.
    pub silent: bool,
    /// Whether it sends bytes nobody asked for before every answer.
    pub talks: bool,
    /// How it takes bytes.
    pub takes: Takes,
}

/// The paper in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Roll {
    /// Plenty.
    #[default]
    Full,
    /// Little.
    Low,
    /// None.
    Empty,
    /// Enough for this many bytes more on a connection, then none.
    Lasts(usize),
}

/// How the printer takes the bytes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Takes {
    /// As they come.
    #[default]
    All,
    /// One at a time.
    Drop,
    /// So many, then it breaks the connection off.
    BreaksOffAfter(usize),
    /// So many, then no more, without a word.
    StallsAfter(usize),
}

/// What came over one connection, questions aside.
#[derive(Debug, Clone, Default)]
struct Taken {
    bytes: Vec<u8>,
    over: bool,
}

impl FakePrinter {
    /// A printer that is well, at a port of its own. It lives in the runtime this is called in.
    pub fn start() -> FakePrinter {
        let mut printer = FakePrinter {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            mood: Arc::default(),
            taken: watch::channel(Vec::new()).0,
            listening: None,
            off: None,
        };
        printer.switch_on();
        printer
    }

    /// Its address.
    pub fn host(&self) -> String {
        self.address.ip().to_string()
    }

    /// Its port, the same after it was off.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Changes how it is or behaves, from the next byte on.
    pub fn set(&self, change: impl FnOnce(&mut Mood)) {
        change(&mut self.mood.lock().expect("nobody panics with the mood in hand"));
    }

    /// Refuses connections from now on, and ends those there are.
    pub async fn switch_off(&mut self) {
        if let Some((listener, listening)) = self.listening.take() {
            listening.abort();
            // Over when its connections are closed.
            let _ = listening.await;
            if let Some(listener) = Arc::into_inner(listener) {
                end(listener);
            }
            self.off = Some(bound(self.address));
        }
    }

    /// Takes connections, at the same port as before.
    pub fn switch_on(&mut self) {
        let socket = self.off.take().unwrap_or_else(|| bound(self.address));
        let listener = Arc::new(socket.listen(16).expect("a bound socket can listen"));
        self.address = listener.local_addr().expect("a listening socket has an address");
        let (mood, taken, door) = (Arc::clone(&self.mood), self.taken.clone(), Arc::clone(&listener));
        let listening = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((connection, _)) = door.accept().await {
                let number = taken.borrow().len();
                taken.send_modify(|taken| taken.push(Taken::default()));
                open.spawn(serve(connection, Arc::clone(&mood), taken.clone(), number));
            }
        });
        self.listening = Some((listener, listening));
    }

    /// Everything that came over each connection that brought any, questions aside, oldest first.
    pub fn slips(&self) -> Vec<Vec<u8>> {
        let taken = self.taken.borrow();
        taken.iter().filter(|taken| !taken.bytes.is_empty()).map(|taken| taken.bytes.clone()).collect()
    }

    /// Waits until this many slips have come to their end.
    pub async fn slips_over(&self, count: usize) -> Vec<Vec<u8>> {
        let over = |taken: &Vec<Taken>| {
            taken.iter().filter(|taken| taken.over && !taken.bytes.is_empty()).count() >= count
        };
        let mut watched = self.taken.subscribe();
        drop(watched.wait_for(over).await.expect("the printer holds the other end"));
        self.slips()
    }

    /// Waits until so many bytes, questions aside, have been taken over one connection.
    pub async fn has_taken(&self, bytes: usize) {
        let mut watched = self.taken.subscribe();
        let enough = |taken: &Vec<Taken>| taken.iter().any(|taken| taken.bytes.len() >= bytes);
        drop(watched.wait_for(enough).await.expect("the printer holds the other end"));
    }

    /// How many connections there have been.
    pub fn connections(&self) -> usize {
        self.taken.borrow().len()
    }
}

impl Drop for FakePrinter {
    fn drop(&mut self) {
        if let Some((_, listening)) = &self.listening {
            listening.abort();
        }
    }
}

/// Stops listening. Closing the socket alone would leave it to a program that another test is just starting: until it has
/// begun, it holds a copy of every socket.
fn end(listener: TcpListener) {
    #[cfg(unix)]
    if let Ok(listener) = listener.into_std() {
        let socket = std::net::TcpStream::from(std::os::fd::OwnedFd::from(listener));
        // Not every system knows this for a socket that listens.
        let _ = socket.shutdown(std::net::Shutdown::Both);
    }
    #[cfg(not(unix))]
    drop(listener);
}

/// A port of its own; nobody is let in yet.
fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket can be made");
    socket.set_reuseaddr(true).expect("a port can be used again");
    // Little memory, as printers have: what is not taken stays with the sender.
    socket.set_recv_buffer_size(4 * 1024).expect("a buffer can be small");
    socket.bind(address).expect("a port of this computer is free");
    socket
}

/// One connection, to its end.
async fn serve(
    mut connection: TcpStream,
    mood: Arc<Mutex<Mood>>,
    taken: watch::Sender<Vec<Taken>>,
    number: usize,
) {
    let now = || mood.lock().expect("nobody panics with the mood in hand").clone();
    let mut question = Vec::new();
    let mut so_far = 0;
    let mut buffer = [0; 1024];
    'connection: loop {
        let most = match now().takes {
            Takes::All => buffer.len(),
            Takes::Drop => 1,
            Takes::BreaksOffAfter(most) if so_far >= most => {
                // With unread bytes or without, the other side sees the connection reset.
                let _ = connection.set_zero_linger();
                break;
            }
            Takes::StallsAfter(most) if so_far >= most => std::future::pending().await,
            Takes::BreaksOffAfter(most) | Takes::StallsAfter(most) => (most - so_far).min(buffer.len()),
        };
        let Ok(count @ 1..) = connection.read(&mut buffer[..most]).await else { break };
        for byte in &buffer[..count] {
            question.push(*byte);
            match question.as_slice() {
                [0x10] | [0x10, 0x04] => {}
                [0x10, 0x04, asked @ 1..=4] => {
                    let answer = answer(&now(), *asked, so_far);
                    if !answer.is_empty() && connection.write_all(&answer).await.is_err() {
                        break 'connection;
                    }
                    question.clear();
                }
                _ => {
                    so_far += question.len();
                    taken.send_modify(|taken| taken[number].bytes.append(&mut question));
                }
            }
        }
        tokio::task::yield_now().await;
    }
    taken.send_modify(|taken| taken[number].over = true);
}

/// What it says to a question, if anything.
fn answer(mood: &Mood, question: u8, so_far: usize) -> Vec<u8> {
    if mood.silent {
        return Vec::new();
    }
    let empty = match mood.paper {
        Roll::Empty => true,
        Roll::Lasts(bytes) => so_far >= bytes,
        Roll::Full | Roll::Low => false,
    };
    let bit = |set: bool, bit: u8| if set { bit } else { 0 };
    let says = match question {
        1 => bit(empty || mood.cover_open || mood.offline || mood.knife_stuck, 0x08),
        2 => bit(mood.cover_open, 0x04) | bit(empty, 0x20) | bit(mood.knife_stuck, 0x40),
        3 => bit(mood.knife_stuck, 0x08),
        _ => bit(empty, 0x60) | bit(empty || mood.paper == Roll::Low, 0x0C),
    };
    let unasked: &[u8] = if mood.talks { &[0x14, 0x00, 0x00, 0x0F, 0x11] } else { &[] };
    [unasked, &[0x12 | says]].concat()
}
