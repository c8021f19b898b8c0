mod driver;
mod flight;
mod traffic;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::command::Command;
use crate::error::{CallError, ConnectError, Ending, Stage, TrapKind};
use crate::limits::Limits;
use crate::row::{Reply, Row};
use crate::target::{Password, Security, Target};
use crate::tls::{Fingerprint, encrypt};
use crate::{login, tls};
use driver::Driven;
use flight::Answer;
use traffic::Traffic;

/// One session with a router. Clones share it; when the last one and every [`Pending`] and [`Listener`] are gone, it
/// says `/quit` and ends.
#[derive(Debug, Clone)]
pub struct Connection {
    session: Arc<Session>,
}

#[derive(Debug)]
struct Session {
    traffic: Arc<Traffic>,
    fingerprint: Option<Fingerprint>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.traffic.quit();
    }
}

impl Connection {
    /// Reaches the router, encrypts if asked to, and signs in.
    ///
    /// # Errors
    /// See [`ConnectError`]; nothing is tried twice.
    pub async fn open(target: &Target, limits: &Limits) -> Result<Connection, ConnectError> {
        let reached = TcpStream::connect((target.host.as_str(), target.port));
        let stream = match timeout(limits.connect, reached).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(ConnectError::Unreachable(error.kind())),
            Err(_) => return Err(ConnectError::TimedOut(Stage::Connect)),
        };
        stream.set_nodelay(true).map_err(|error| ConnectError::Unreachable(error.kind()))?;
        match &target.security {
            Security::Plain => Self::over(stream, None, &target.user, &target.password, limits).await,
            Security::Tls { pin } => {
                let address = stream.peer_addr().map_err(|_| ConnectError::Closed)?.ip();
                let encrypted = timeout(limits.login, encrypt(stream, address, *pin)).await;
                let (stream, seen) = encrypted.map_err(|_| ConnectError::TimedOut(Stage::Tls))??;
                Self::over(stream, Some(seen), &target.user, &target.password, limits).await
            }
        }
    }

    /// Signs in over a stream that is already there and starts the tasks that drive it.
    pub(crate) async fn over<S>(
        mut stream: S,
        fingerprint: Option<tls::Fingerprint>,
        user: &str,
        password: &Password,
        limits: &Limits,
    ) -> Result<Connection, ConnectError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let signed_in = login::sign_in(&mut stream, user, password.reveal(), limits);
        let framer =
            timeout(limits.login, signed_in).await.map_err(|_| ConnectError::TimedOut(Stage::Login))??;
        let traffic = Arc::new(Traffic::new(limits.clone()));
        tokio::spawn(driver::drive(stream, framer, Driven(Arc::clone(&traffic))));
        Ok(Connection { session: Arc::new(Session { traffic, fingerprint }) })
    }

    /// Sends a command and waits for its reply.
    ///
    /// Giving up the wait does not stop the command; [`Pending::cancel`] does.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call(&self, command: Command) -> Result<Reply, CallError> {
        self.start(command).await
    }

    /// Queues a command at once; commands are sent in the order they were started. Awaiting the [`Pending`] gives the
    /// reply, so a caller may hold many.
    pub fn start(&self, command: Command) -> Pending {
        let (tell, reply) = oneshot::channel();
        let tag = self.session.traffic.start(&command, Answer::once(tell));
        Pending { tag, reply, session: Arc::clone(&self.session) }
    }

    /// Starts a command that answers for as long as it is wanted, such as `/ip/hotspot/active/listen`.
    ///
    /// It takes no place in the window and has no deadline.
    pub fn listen(&self, command: Command) -> Listener {
        let (tell, rows) = mpsc::channel(self.session.traffic.limits().listener_rows);
        let (finish, end) = oneshot::channel();
        let tag = self.session.traffic.start(&command, Answer::stream(tell, finish));
        Listener { tag, rows, end: Some(end), session: Arc::clone(&self.session) }
    }

    /// The fingerprint of the certificate the router showed; `None` on a plain connection.
    pub fn fingerprint(&self) -> Option<&Fingerprint> {
        self.session.fingerprint.as_ref()
    }

    /// Whether commands can still be sent.
    pub fn is_open(&self) -> bool {
        self.session.traffic.is_open()
    }

    /// How long the router has said nothing.
    pub fn silent_for(&self) -> Duration {
        self.session.traffic.silent_for()
    }

    /// Waits until the connection has ended, and tells why.
    pub async fn closed(&self) -> Ending {
        self.session.traffic.ended().await
    }

    /// Says `/quit` and waits for the end, which the router is given [`Limits::quit`] to bring about. Commands not yet
    /// sent fail as [`CallError::NotSent`].
    pub async fn close(self) {
        self.session.traffic.quit();
        self.session.traffic.ended().await;
    }
}

/// A command under way: a future of its reply. Dropping it lets the command go on unwatched.
#[derive(Debug)]
#[must_use = "the reply tells whether the router did it"]
pub struct Pending {
    tag: Option<u32>,
    reply: oneshot::Receiver<Result<Reply, CallError>>,
    session: Arc<Session>,
}

impl Pending {
    /// Asks the router to stop the command. It then answers as a trap of kind
    /// [`Interrupted`](crate::TrapKind::Interrupted), unless it was done already; a command still queued is not sent.
    pub fn cancel(&self) {
        if let Some(tag) = self.tag {
            self.session.traffic.cancel(tag);
        }
    }
}

impl Future for Pending {
    type Output = Result<Reply, CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.reply).poll(context).map(|told| told.unwrap_or(Err(CallError::Closed)))
    }
}

/// The rows of a command that answers until it is cancelled. Dropping it cancels it.
#[derive(Debug)]
pub struct Listener {
    tag: Option<u32>,
    rows: mpsc::Receiver<Row>,
    end: Option<oneshot::Receiver<Result<(), CallError>>>,
    session: Arc<Session>,
}

impl Listener {
    /// Waits for the next row; `None` when the command has ended. Safe to give up and call again.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::Limit`] when the rows were not fetched fast enough. Told once, then `None`.
    pub async fn next(&mut self) -> Result<Option<Row>, CallError> {
        if let Some(row) = self.rows.recv().await {
            return Ok(Some(row));
        }
        self.ending().await.map(|()| None)
    }

    /// Cancels the command and waits until the router has let go of it.
    ///
    /// # Errors
    /// What ended the command, when that was not this cancelling.
    pub async fn cancel(mut self) -> Result<(), CallError> {
        self.ask_to_stop();
        self.rows.close();
        match self.ending().await {
            Err(CallError::Trap(trap)) if trap.kind() == TrapKind::Interrupted => Ok(()),
            ended => ended,
        }
    }

    async fn ending(&mut self) -> Result<(), CallError> {
        let Some(end) = &mut self.end else { return Ok(()) };
        let told = end.await.unwrap_or(Err(CallError::Closed));
        self.end = None;
        told
    }

    fn ask_to_stop(&self) {
        if let Some(tag) = self.tag {
            self.session.traffic.cancel(tag);
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.ask_to_stop();
    }
}

#[cfg(test)]
mod tests;
