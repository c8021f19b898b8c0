//! The line between Karcis and its router: it carries bytes whatever they mean, and breaks where a trial says.

use routeros_sim::Break;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What Karcis says.
    ToRouter,
    /// What the router says.
    FromRouter,
}

/// Where a line breaks.
#[derive(Debug, Clone, Copy)]
pub struct Breakage {
    /// Which of the calls, from 0; a knock at the door is a call.
    pub call: usize,
    /// Which way is counted.
    pub way: Way,
    /// So many bytes still arrive.
    pub after: u64,
    /// How both sides hear of it.
    pub how: Break,
}

/// What has been carried by one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// Bytes to the router.
    pub to_router: u64,
    /// Bytes from it.
    pub from_router: u64,
    /// Whether the line broke.
    pub broken: bool,
}

/// A line in front of a router. It is gone with the value.
pub struct Line {
    address: SocketAddr,
    calls: Arc<Mutex<Vec<Carried>>>,
    exchange: JoinHandle<()>,
}

/// Bytes taken up at once.
const MOUTHFUL: usize = 16 * 1024;

impl Line {
    /// A line on loopback to a router on loopback.
    pub async fn to(router: u16, breakages: Vec<Breakage>) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let calls: Arc<Mutex<Vec<Carried>>> = Arc::default();
        let told = Arc::clone(&calls);
        let exchange = tokio::spawn(async move {
            let mut under_way = JoinSet::new();
            while let Ok((caller, _)) = listener.accept().await {
                let call = {
                    let mut calls = lock(&told);
                    calls.push(Carried::default());
                    calls.len() - 1
                };
                let breakage = breakages.iter().find(|breakage| breakage.call == call).copied();
                let told = Arc::clone(&told);
                under_way.spawn(async move {
                    // A router that lets nobody in ends the call.
                    if let Ok(router) = TcpStream::connect(("127.0.0.1", router)).await {
                        let carried = |carried| lock(&told)[call] = carried;
                        let _ = carry(caller, router, breakage, carried).await;
                    }
                });
            }
        });
        Line { address, calls, exchange }
    }

    /// Where it begins.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What each call has carried so far.
    pub fn calls(&self) -> Vec<Carried> {
        lock(&self.calls).clone()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.exchange.abort();
    }
}

fn lock(calls: &Mutex<Vec<Carried>>) -> MutexGuard<'_, Vec<Carried>> {
    calls.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries one call until a side ends it or the line breaks.
async fn carry(
    mut caller: TcpStream,
    mut router: TcpStream,
    breakage: Option<Breakage>,
    told: impl Fn(Carried),
) -> io::Result<()> {
    let mut sum = Carried::default();
    let (mut question, mut answer) = (vec![0; MOUTHFUL], vec![0; MOUTHFUL]);
    while !breaks(&sum, breakage) {
        let heard = tokio::select! {
            said = caller.read(&mut question) => said.map(|length| (Way::ToRouter, length)),
            said = router.read(&mut answer) => said.map(|length| (Way::FromRouter, length)),
        };
        let (way, length) = heard?;
        if length == 0 {
            return Ok(());
        }
        let length = length.min(room(&sum, breakage, way));
        match way {
            Way::ToRouter => {
                router.write_all(&question[..length]).await?;
                sum.to_router += length as u64;
            }
            Way::FromRouter => {
                caller.write_all(&answer[..length]).await?;
                sum.from_router += length as u64;
            }
        }
        told(sum);
    }
    told(Carried { broken: true, ..sum });
    match breakage.map(|breakage| breakage.how) {
        Some(Break::Rst) => {
            caller.set_zero_linger()?;
            router.set_zero_linger()?;
        }
        Some(Break::Fin) | None => {
            // A socket with something unread would be reset: both sides are heard out.
            caller.shutdown().await?;
            router.shutdown().await?;
            tokio::join!(hear_out(&mut caller, question), hear_out(&mut router, answer));
        }
    }
    Ok(())
}

/// How many more bytes arrive that way.
fn room(sum: &Carried, breakage: Option<Breakage>, way: Way) -> usize {
    let counted = breakage.filter(|breakage| breakage.way == way);
    let left = counted.map(|breakage| breakage.after.saturating_sub(so_far(sum, way)));
    left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX))
}

fn breaks(sum: &Carried, breakage: Option<Breakage>) -> bool {
    breakage.is_some_and(|breakage| so_far(sum, breakage.way) >= breakage.after)
}

fn so_far(sum: &Carried, way: Way) -> u64 {
    match way {
        Way::ToRouter => sum.to_router,
        Way::FromRouter => sum.from_router,
    }
}

async fn hear_out(socket: &mut TcpStream, mut buffer: Vec<u8>) {
    while socket.read(&mut buffer).await.is_ok_and(|length| length > 0) {}
}
