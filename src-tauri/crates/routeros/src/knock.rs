use std::time::Duration;

use mikrotik_rs::proto::codec::{encode_terminator, encode_word};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::target::{Security, Target};
use crate::tls::encrypt;

/// What is found at a router's address by somebody who does not sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Nothing answers.
    Nobody,
    /// The port is open, and nothing is said: the router starts, hangs, or somebody is in the way.
    Silent,
    /// The API speaks.
    Speaks,
}

/// Looks whether a router answers, without a name and a password: nobody is logged in and nothing is logged.
///
/// Source: RouterOS answers a command before the login with `!fatal` and ends the connection.
pub async fn knock(target: &Target, within: Duration) -> Door {
    let reached = timeout(within, TcpStream::connect((target.host.as_str(), target.port)));
    let Ok(Ok(stream)) = reached.await else { return Door::Nobody };
    let said = async {
        match &target.security {
            Security::Plain => says_something(stream).await,
            Security::Tls { .. } => match stream.peer_addr() {
                // Whose certificate it is, is looked at when somebody signs in.
                Ok(address) => match encrypt(stream, address.ip(), None).await {
                    Ok((stream, _)) => says_something(stream).await,
                    Err(_) => false,
                },
                Err(_) => false,
            },
        }
    };
    match timeout(within, said).await {
        Ok(true) => Door::Speaks,
        Ok(false) | Err(_) => Door::Silent,
    }
}

async fn says_something<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> bool {
    let mut farewell = Vec::with_capacity(8);
    encode_word(b"/quit", &mut farewell);
    encode_terminator(&mut farewell);
    if stream.write_all(&farewell).await.is_err() || stream.flush().await.is_err() {
        return false;
    }
    let mut first = [0; 1];
    matches!(stream.read(&mut first).await, Ok(1))
}
