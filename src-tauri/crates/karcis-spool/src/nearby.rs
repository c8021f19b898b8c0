//! Printers on the network this computer is in: whoever answers on the port that receipt printers listen on.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Where receipt printers take raw bytes.
///
/// Source: the port that network print servers have called "raw" or "JetDirect" since the nineties.
pub const RAW_PORT: u16 = 9_100;
/// How long one address has to answer; on a local network it is there within milliseconds or not at all.
const PATIENCE: Duration = Duration::from_millis(400);
/// How many addresses are tried at a time, so that no switch takes it for a storm.
const AT_ONCE: usize = 64;

/// Asks every address of the local network, and answers those that take a connection on [`RAW_PORT`], in order.
///
/// Empty where this computer is in no network. Takes about two seconds.
pub async fn nearby() -> Vec<IpAddr> {
    match own_address().await {
        Some(own) => answering(neighbours(own), PATIENCE).await.into_iter().map(|it| it.ip()).collect(),
        None => Vec::new(),
    }
}

/// The address this computer speaks from. Nothing is sent: a datagram socket only looks the route up.
async fn own_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await.ok()?;
    // An address kept for documentation: no host has it, and the route to it is the way to everywhere else.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).await.ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(own) if own.is_private() || own.is_link_local() => Some(own),
        IpAddr::V4(_) | IpAddr::V6(_) => None,
    }
}

/// The other 253 addresses of the usual small network around this one.
fn neighbours(own: Ipv4Addr) -> Vec<SocketAddr> {
    let [a, b, c, last] = own.octets();
    let others = (1..=254).filter(move |host| *host != last);
    others.map(|host| SocketAddr::from(([a, b, c, host], RAW_PORT))).collect()
}

/// Those of the addresses that take a connection in time, in order.
async fn answering(addresses: Vec<SocketAddr>, patience: Duration) -> Vec<SocketAddr> {
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut asked = JoinSet::new();
    for address in addresses {
        let gate = Arc::clone(&gate);
        asked.spawn(async move {
            let _turn = gate.acquire_owned().await.ok()?;
            let connection = timeout(patience, TcpStream::connect(address)).await;
            matches!(connection, Ok(Ok(_))).then_some(address)
        });
    }
    let mut found: Vec<SocketAddr> = asked.join_all().await.into_iter().flatten().collect();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::{TcpListener, TcpSocket};

    #[tokio::test]
    async fn only_those_who_answer_are_found() {
        let printer = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // Taken, so that nobody else gets it, and without anybody who listens.
        let taken = TcpSocket::new_v4().unwrap();
        taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let (there, nobody) = (printer.local_addr().unwrap(), taken.local_addr().unwrap());
        assert_eq!(answering(vec![nobody, there], Duration::from_secs(60)).await, [there]);
    }

    #[test]
    fn the_neighbours_are_everybody_else_of_the_network() {
        let neighbours = neighbours(Ipv4Addr::new(192, 168, 88, 10));
        assert_eq!(neighbours.len(), 253);
        assert!(
            neighbours.iter().all(|it| it.port() == RAW_PORT && it.ip() != Ipv4Addr::new(192, 168, 88, 10))
        );
        assert_eq!(neighbours[0].to_string(), "192.168.88.1:9100");
    }
}
