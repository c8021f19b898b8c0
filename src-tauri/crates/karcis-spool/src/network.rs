//! A printer with an address of its own.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::{Instant, timeout, timeout_at};

use crate::realtime::{QUESTIONS, is_answer, learn};
use crate::{Limits, SendError, Sent, Status};

/// What may be on its way at a time. Small, so that the count of bytes sent is close to what the printer has taken.
const ON_THE_WAY: u32 = 8 * 1024;
/// The most addresses of one name that are tried.
const MAX_ADDRESSES: usize = 4;

pub(crate) async fn send(host: &str, port: u16, bytes: &[u8], limits: &Limits) -> Result<Sent, SendError> {
    let end = Instant::now() + limits.whole;
    let mut printer = connect(host, port, limits.connect.min(limits.whole)).await?;
    if limits.tells_status {
        let before = ask(&mut printer, limits.answer).await?;
        before.trouble().map_or(Ok(()), Err)?;
    }
    let mut sent = 0;
    let status = see_through(&mut printer, bytes, limits, end, &mut sent).await;
    let status = status.map_err(|trouble| trouble.after(sent, bytes.len()))?;
    Ok(Sent { bytes: sent, status, file: None })
}

pub(crate) async fn status(host: &str, port: u16, limits: &Limits) -> Result<Status, SendError> {
    let mut printer = connect(host, port, limits.connect).await?;
    if limits.tells_status { ask(&mut printer, limits.answer).await } else { Ok(Status::UNKNOWN) }
}

/// Sends every byte, waits for the paper, and asks how it went.
async fn see_through(
    printer: &mut TcpStream,
    bytes: &[u8],
    limits: &Limits,
    end: Instant,
    sent: &mut usize,
) -> Result<Status, SendError> {
    while *sent < bytes.len() {
        let taken = timeout_at(end, printer.write(&bytes[*sent..])).await;
        match taken.map_err(|_| SendError::TimedOut)?? {
            0 => return Err(SendError::Dropped),
            taken => *sent += taken,
        }
    }
    if limits.tells_status {
        let still_there = listen(printer, limits.settle).await?;
        let after =
            if still_there { ask(printer, limits.answer).await? } else { return Err(SendError::Dropped) };
        return after.trouble().map_or(Ok(after), Err);
    }
    // A printer that says nothing may hang up when it is done; only one that breaks off tells something.
    printer.shutdown().await?;
    listen(printer, limits.settle).await?;
    Ok(Status::UNKNOWN)
}

/// Hears out whatever the printer says unasked; answers whether it is still there when the time is over.
async fn listen(printer: &mut TcpStream, how_long: Duration) -> Result<bool, SendError> {
    let end = Instant::now() + how_long;
    let mut heard = [0; 64];
    loop {
        match timeout_at(end, printer.read(&mut heard)).await {
            Err(_) => return Ok(true),
            Ok(Ok(0)) => return Ok(false),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(error.into()),
        }
    }
}

/// Asks every question in turn. A printer that answers none is silent; one that answers some is known in part.
async fn ask(printer: &mut TcpStream, answer: Duration) -> Result<Status, SendError> {
    let end = Instant::now() + answer;
    let mut status = Status::UNKNOWN;
    for (number, question) in QUESTIONS.into_iter().enumerate() {
        let heard = timeout_at(end, async {
            printer.write_all(&question.bytes()).await?;
            loop {
                let byte = printer.read_u8().await?;
                if is_answer(byte) {
                    return Ok::<u8, SendError>(byte);
                }
            }
        });
        match heard.await {
            Ok(byte) => learn(&mut status, question, byte?),
            Err(_) if number == 0 => return Err(SendError::TimedOut),
            Err(_) => break,
        }
    }
    Ok(status)
}

/// Reaches the printer at one of the addresses its name has; none may use up the time of those after it.
async fn connect(host: &str, port: u16, within: Duration) -> Result<TcpStream, SendError> {
    // Windows takes no name for the name of the computer itself.
    if host.is_empty() {
        return Err(SendError::Unreachable);
    }
    let end = Instant::now() + within;
    let addresses = timeout(within, lookup_host((host, port))).await;
    let addresses = addresses.map_err(|_| SendError::Unreachable)?.map_err(|_| SendError::Unreachable)?;
    let addresses: Vec<SocketAddr> = addresses.take(MAX_ADDRESSES).collect();
    let mut left = u32::try_from(addresses.len()).unwrap_or(1);
    let mut trouble = SendError::Unreachable;
    for address in &addresses {
        let share = end.saturating_duration_since(Instant::now()) / left.max(1);
        left = left.saturating_sub(1);
        match timeout(share, connect_to(*address)).await {
            Ok(Ok(printer)) => return Ok(printer),
            Ok(Err(other)) => trouble = other,
            Err(_) => trouble = SendError::Unreachable,
        }
    }
    Err(trouble)
}

async fn connect_to(address: SocketAddr) -> Result<TcpStream, SendError> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_send_buffer_size(ON_THE_WAY)?;
    let printer = socket.connect(address).await.map_err(|error| match error.kind() {
        // The system gave up on its own before our deadline.
        std::io::ErrorKind::TimedOut => SendError::Unreachable,
        _ => error.into(),
    })?;
    printer.set_nodelay(true)?;
    Ok(printer)
}
