use std::io;
use std::time::Duration;

use super::peer::{accepted, listening, over_tcp};
use crate::{ConnectError, Connection, Limits, Security, Stage};

/// What a client that opens a connection to this peer gets.
macro_rules! open_to {
    (|$peer:ident| $script:expr) => {{
        let (target, listener) = listening().await;
        let limits = Limits { login: Duration::from_secs(60), ..Limits::default() };
        let (opened, ()) = tokio::join!(Connection::open(&target, &limits), async {
            let mut $peer = accepted(&listener).await;
            $script;
        });
        opened
    }};
}

#[tokio::test]
async fn a_modern_router_lets_in_with_name_and_password() {
    let opened = open_to!(|peer| {
        assert_eq!(peer.hear().await, ["/login", "=name=admin", "=password=secret"]);
        peer.say(&["!done"]).await
    });
    assert!(opened.unwrap().fingerprint().is_none());
}

#[tokio::test]
async fn an_old_router_lets_in_who_answers_its_challenge() {
    let opened = open_to!(|peer| {
        peer.hear().await;
        peer.say(&["!done", "=ret=00112233445566778899aabbccddeeff"]).await;
        // md5 of 00, "secret" and the challenge's bytes, computed independently.
        let response = "=response=00c17511d224a5e93170632807d36388aa";
        assert_eq!(peer.hear().await, ["/login", "=name=admin", response]);
        peer.say(&["!done"]).await
    });
    assert!(opened.is_ok());
}

#[tokio::test]
async fn an_old_router_may_refuse_the_answer() {
    let opened = open_to!(|peer| {
        peer.hear().await;
        peer.say(&["!done", "=ret=00112233445566778899aabbccddeeff"]).await;
        peer.hear().await;
        peer.say(&["!trap", "=message=cannot log in"]).await;
        peer.say(&["!done"]).await
    });
    assert_eq!(opened.unwrap_err(), ConnectError::LoginRefused { message: "cannot log in".into() });
}

#[tokio::test]
async fn a_wrong_password_is_refused_in_the_routers_words() {
    let words = "invalid user name or password (6)";
    let opened = open_to!(|peer| {
        peer.hear().await;
        peer.say(&["!trap", &format!("=message={words}")]).await;
        peer.say(&["!done"]).await
    });
    assert_eq!(opened.unwrap_err(), ConnectError::LoginRefused { message: words.into() });
}

#[tokio::test]
async fn a_refusal_followed_by_hanging_up_is_still_a_refusal() {
    let opened = open_to!(|peer| {
        peer.hear().await;
        peer.say(&["!trap", "=message=cannot log in"]).await
    });
    assert_eq!(opened.unwrap_err(), ConnectError::LoginRefused { message: "cannot log in".into() });
}

#[tokio::test]
async fn a_router_that_hangs_up_has_closed() {
    let opened = open_to!(|peer| peer.hear().await);
    assert_eq!(opened.unwrap_err(), ConnectError::Closed);
}

#[tokio::test]
async fn a_router_that_says_nothing_is_given_up() {
    let (target, listener) = listening().await;
    let limits = Limits { login: Duration::from_millis(50), ..Limits::default() };
    let opened = Connection::open(&target, &limits).await;
    assert_eq!(opened.unwrap_err(), ConnectError::TimedOut(Stage::Login));
    drop(listener);
}

#[tokio::test]
async fn a_router_that_says_nothing_to_a_handshake_is_given_up() {
    let (mut target, listener) = listening().await;
    target.security = Security::Tls { pin: None };
    let limits = Limits { login: Duration::from_millis(50), ..Limits::default() };
    let opened = Connection::open(&target, &limits).await;
    assert_eq!(opened.unwrap_err(), ConnectError::TimedOut(Stage::Tls));
    drop(listener);
}

#[tokio::test]
async fn a_web_server_is_no_router() {
    let opened = open_to!(|peer| {
        peer.say_bytes(b"HTTP/1.1 400 Bad Request\r\n").await;
        peer.hear().await
    });
    assert_eq!(opened.unwrap_err(), ConnectError::NotRouterOs);
}

#[tokio::test]
async fn a_challenge_that_makes_no_sense_comes_from_no_router() {
    let opened = open_to!(|peer| {
        peer.hear().await;
        peer.say(&["!done", "=ret=hello"]).await;
        peer.hear().await
    });
    assert_eq!(opened.unwrap_err(), ConnectError::NotRouterOs);
}

#[tokio::test]
async fn nobody_at_home_is_unreachable() {
    // Taken, so that nobody else gets it, and without anybody who listens.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let (mut target, _listener) = listening().await;
    target.port = taken.local_addr().unwrap().port();
    let opened = Connection::open(&target, &Limits::default()).await;
    assert_eq!(opened.unwrap_err(), ConnectError::Unreachable(io::ErrorKind::ConnectionRefused));
}

#[tokio::test]
async fn what_the_router_says_right_after_the_login_is_not_lost() {
    let (target, listener) = listening().await;
    let limits = Limits::default();
    let (opened, ()) = tokio::join!(Connection::open(&target, &limits), async {
        let mut peer = accepted(&listener).await;
        peer.hear().await;
        let both =
            [super::peer::sentence(&["!done"]), super::peer::sentence(&["!fatal", "too many"])].concat();
        peer.say_bytes(&both).await;
    });
    assert_eq!(opened.unwrap().closed().await, crate::Ending::Fatal("too many".into()));
}

#[tokio::test]
async fn closing_says_goodbye_and_so_does_forgetting() {
    for forget in [false, true] {
        let (connection, mut peer) = over_tcp(&Limits::default()).await;
        let leave = async {
            if forget {
                drop(connection);
            } else {
                connection.close().await;
            }
        };
        let ((), heard) = tokio::join!(leave, async {
            let heard = peer.hear().await;
            peer.say(&["!fatal", "session terminated on request"]).await;
            assert_eq!(peer.hear().await, [""; 0], "then the client hangs up");
            heard
        });
        assert_eq!(heard[0], "/quit");
    }
}
