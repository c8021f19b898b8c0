//! A listening address: it lets connections in, and refuses them while the router is off.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::net::{Shutdown, TcpStream as TcpSocketEnd};
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::codec::put_word;
use super::connection::Connection;
use super::stream::Stream;
use super::tls::TlsMode;
use crate::core::{Core, lock};
use crate::{Farewell, Fault};

const BACKLOG: u32 = 128;

/// How long somebody who is turned away may take to hear it.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a port of ours may take to come back, and how often it is looked at.
const PORT_WITHIN: Duration = Duration::from_secs(5);
const PORT_LOOK: Duration = Duration::from_millis(2);

/// A TLS alert: fatal, handshake failure.
const HANDSHAKE_FAILURE: [u8; 7] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28];

pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    tls: Option<TlsMode>,
    leaf: Mutex<Leaf>,
    moved: Notify,
    pub(crate) runtime: Handle,
}

enum Leaf {
    Open(TcpListener),
    /// Bound but not listening: the port stays ours and every connection is refused.
    Shut(TcpSocket),
    /// The operating system did not give the port back.
    Lost,
}

impl Leaf {
    /// Stops listening. Closing the socket alone would leave it to a program that is being started just then: until it
    /// has begun, it holds a copy of every socket, and the system goes on letting callers in.
    fn end(&mut self) {
        let ended = std::mem::replace(self, Leaf::Lost);
        #[cfg(unix)]
        if let Leaf::Open(listener) = ended
            && let Ok(listener) = listener.into_std()
        {
            // Not every system knows this for a socket that listens.
            let _ = TcpSocketEnd::from(OwnedFd::from(listener)).shutdown(Shutdown::Both);
        }
        #[cfg(not(unix))]
        drop(ended);
    }
}

impl Door {
    pub(crate) fn open(address: SocketAddr, tls: Option<TlsMode>) -> io::Result<Arc<Door>> {
        let listener = bound(address)?.listen(BACKLOG)?;
        let address = listener.local_addr()?;
        let leaf = Mutex::new(Leaf::Open(listener));
        Ok(Arc::new(Door { address, tls, leaf, moved: Notify::new(), runtime: Handle::current() }))
    }

    /// From now on connections are refused.
    pub(crate) fn shut(&self) {
        let _runtime = self.runtime.enter();
        let mut leaf = lock(&self.leaf);
        if matches!(*leaf, Leaf::Open(_)) {
            leaf.end();
            if let Ok(socket) = bound_again(self.address) {
                *leaf = Leaf::Shut(socket);
            }
        }
        self.moved.notify_one();
    }

    /// Gives the port back.
    pub(crate) fn close(&self) {
        lock(&self.leaf).end();
    }

    pub(crate) fn reopen(&self) -> io::Result<()> {
        let _runtime = self.runtime.enter();
        let mut leaf = lock(&self.leaf);
        *leaf = match std::mem::replace(&mut *leaf, Leaf::Lost) {
            Leaf::Open(listener) => Leaf::Open(listener),
            Leaf::Shut(socket) => Leaf::Open(socket.listen(BACKLOG)?),
            Leaf::Lost => Leaf::Open(bound_again(self.address)?.listen(BACKLOG)?),
        };
        self.moved.notify_one();
        Ok(())
    }

    /// Lets connections in until the simulator is shut down.
    pub(crate) async fn attend(self: Arc<Door>, core: Arc<Core>, mut stopped: watch::Receiver<bool>) {
        loop {
            let accepted = tokio::select! {
                _ = stopped.wait_for(|stopped| *stopped) => return,
                () = self.moved.notified() => continue,
                accepted = self.accept() => accepted,
            };
            if let Ok((socket, peer)) = accepted {
                self.admit(&core, socket, peer);
            }
        }
    }

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        poll_fn(|cx| match &*lock(&self.leaf) {
            Leaf::Open(listener) => listener.poll_accept(cx),
            Leaf::Shut(_) | Leaf::Lost => Poll::Pending,
        })
        .await
    }

    fn admit(&self, core: &Arc<Core>, socket: TcpStream, peer: SocketAddr) {
        let (number, faults) = core.greet();
        core.event(number, "connected");
        if faults.contains(&Fault::SessionLimit) {
            return self.end_unwanted(core, socket);
        }
        if faults.contains(&Fault::RefuseConnect) {
            // Without lingering, dropping the socket resets the connection.
            let _ = socket.set_zero_linger();
            return;
        }
        let service = if self.tls.is_some() { "api-ssl" } else { "api" };
        let (core, tls) = (Arc::clone(core), self.tls);
        let ticket = match core.register(number, peer, service) {
            Ok(ticket) => ticket,
            Err(Farewell::Silent) => return,
            Err(Farewell::Fatal) => return turn_away(core, socket, tls),
        };
        let _ = socket.set_nodelay(true);
        tokio::spawn(async move {
            let mut closing = ticket.closing.clone();
            let talk = async {
                if faults.contains(&Fault::AcceptThenSilent) {
                    return hold(socket).await;
                }
                if faults.contains(&Fault::TlsReset) {
                    return reset_on_first_bytes(socket).await;
                }
                if let Some(stream) = secured(&core, socket, tls).await {
                    let mut connection = Connection::new(Arc::clone(&core), stream, &ticket);
                    for fault in faults {
                        if let Fault::Cut { limit, how } = fault {
                            connection.arm_break(limit, how);
                        }
                    }
                    connection.serve().await;
                }
            };
            // A connection that has begun notices itself that it is to end; this ends a handshake too.
            tokio::select! {
                () = talk => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
            core.unregister(ticket.number);
            core.event(ticket.number, "closed");
        });
    }

    /// Ends a connection as if all sessions were taken.
    fn end_unwanted(&self, core: &Arc<Core>, socket: TcpStream) {
        let farewell = lock(&core.world).knobs.no_session;
        match farewell {
            Farewell::Silent => {}
            Farewell::Fatal => turn_away(Arc::clone(core), socket, self.tls),
        }
    }
}

/// Says why nobody is let in, and closes.
fn turn_away(core: Arc<Core>, socket: TcpStream, tls: Option<TlsMode>) {
    let mut stopped = core.stopping();
    tokio::spawn(async move {
        let say = async {
            let Some(mut stream) = secured(&core, socket, tls).await else { return };
            let mut out = Vec::new();
            put_word(&mut out, &[b"!fatal"]);
            put_word(&mut out, &[b"too many sessions"]);
            out.push(0);
            let _ = stream.write_all(&out).await;
            let _ = stream.shutdown().await;
        };
        tokio::select! {
            _ = timeout(PATIENCE, say) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    });
}

/// Keeps a connection open without ever answering, until the client gives up.
async fn hold(mut socket: TcpStream) {
    let mut bytes = [0; 1024];
    while socket.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
}

/// Waits for the client's first bytes, a TLS greeting or a login, and resets the connection.
async fn reset_on_first_bytes(mut socket: TcpStream) {
    let _ = socket.read(&mut [0; 4096]).await;
    let _ = socket.set_zero_linger();
}

async fn secured(core: &Core, mut socket: TcpStream, tls: Option<TlsMode>) -> Option<Stream> {
    match tls {
        None => Some(Stream::Plain(socket)),
        Some(mode @ (TlsMode::SelfSigned | TlsMode::Expired | TlsMode::WrongName)) => {
            let config = core.identity(mode).ok()?.config;
            let stream = TlsAcceptor::from(config).accept(socket).await.ok()?;
            Some(Stream::Tls(Box::new(stream)))
        }
        Some(TlsMode::NoCert) => {
            let mut hello = [0; 4096];
            socket.read(&mut hello).await.ok().filter(|read| *read > 0)?;
            socket.write_all(&HANDSHAKE_FAILURE).await.ok()?;
            socket.shutdown().await.ok()?;
            None
        }
    }
}

/// Takes a port of ours back. It may be held for a moment: a program that is being started has a copy of every socket until
/// it has become another program.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever holds the port is another process: nothing here could let it go"
)]
fn bound_again(address: SocketAddr) -> io::Result<TcpSocket> {
    let deadline = Instant::now() + PORT_WITHIN;
    loop {
        match bound(address) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < deadline => {
                std::thread::sleep(PORT_LOOK);
            }
            tried => return tried,
        }
    }
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Windows understands this option differently and lets others steal the port with it.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::net::TcpStream as Caller;
    use std::os::fd::AsFd;

    #[tokio::test]
    async fn a_door_that_is_shut_lets_nobody_in_although_a_program_being_started_holds_a_copy_of_its_socket()
    {
        let door = Door::open(SocketAddr::from(([127, 0, 0, 1], 0)), None).unwrap();
        let copied = || match &*lock(&door.leaf) {
            Leaf::Open(listener) => listener.as_fd().try_clone_to_owned().unwrap(),
            Leaf::Shut(_) | Leaf::Lost => panic!("it is open"),
        };
        let first = copied();
        assert!(Caller::connect(door.address).is_ok());
        door.shut();
        assert!(Caller::connect(door.address).is_err());
        door.reopen().unwrap();
        let second = copied();
        assert!(Caller::connect(door.address).is_ok());
        door.close();
        assert!(Caller::connect(door.address).is_err());
        drop((first, second));
    }
}
