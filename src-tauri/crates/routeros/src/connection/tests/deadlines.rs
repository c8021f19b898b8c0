use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::peer::{in_memory, over_tcp};
use crate::{CallError, Command, Ending, Limits};

fn print() -> Command {
    Command::new("/ip/hotspot/user/print")
}

#[tokio::test]
async fn a_command_that_is_never_answered_ends_the_session_at_its_deadline() {
    let (connection, mut peer) = over_tcp(&Limits::default()).await;
    tokio::time::pause();
    let began = Instant::now();
    let unanswered = connection.start(print());
    assert_eq!(unanswered.await, Err(CallError::TimedOut));
    assert_eq!(began.elapsed().as_secs(), 60);
    assert_eq!(connection.closed().await, Ending::Deadline);
    tokio::time::resume();
    assert_eq!(peer.hear_command().await.0, "/ip/hotspot/user/print");
    assert_eq!(peer.hear().await, [""; 0], "the router sees the connection close");
}

#[tokio::test(start_paused = true)]
async fn others_under_way_at_that_moment_are_lost_and_those_queued_were_never_sent() {
    let limits = Limits { window_commands: 2, ..Limits::default() };
    let (connection, _peer) = in_memory(&limits).await;
    let first = connection.start(print());
    tokio::time::sleep(Duration::from_secs(20)).await;
    let second = connection.start(print());
    let third = connection.start(print());
    assert_eq!(first.await, Err(CallError::TimedOut));
    assert_eq!(second.await, Err(CallError::Closed));
    assert_eq!(third.await, Err(CallError::NotSent));
}

#[tokio::test(start_paused = true)]
async fn a_long_print_may_take_longer_than_the_deadline_as_long_as_rows_come() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let (reply, ()) = tokio::join!(connection.call(print()), async {
        let (_, tag) = peer.hear_command().await;
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_secs(50)).await;
            peer.say(&["!re", &tag, "=name=x"]).await;
        }
        peer.say(&["!done", &tag]).await;
    });
    assert_eq!(reply.unwrap().rows.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_asks_for_a_sign_of_life_every_thirty_seconds() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let mut began = Instant::now();
    for _ in 0..3 {
        let (path, tag) = peer.hear_command().await;
        assert_eq!(path, "/system/identity/print");
        assert_eq!(began.elapsed().as_secs(), 30);
        began = Instant::now();
        peer.say(&["!trap", &tag, "=message=not enough permissions (9)"]).await;
        peer.say(&["!done", &tag]).await;
    }
    assert!(connection.is_open(), "a refusal is a sign of life");
}

#[tokio::test(start_paused = true)]
async fn a_busy_session_is_not_asked() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let pending = connection.start(print());
    let (_, tag) = peer.hear_command().await;
    let heard = timeout(Duration::from_secs(59), peer.hear()).await;
    assert!(heard.is_err(), "{heard:?}");
    peer.say(&["!done", &tag]).await;
    assert!(pending.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_router_that_died_in_silence_is_noticed_without_anybody_calling() {
    let (connection, _peer) = in_memory(&Limits::default()).await;
    let began = Instant::now();
    assert_eq!(connection.closed().await, Ending::Deadline);
    assert_eq!(began.elapsed().as_secs(), 90);
}

#[tokio::test(start_paused = true)]
async fn a_router_that_does_not_say_goodbye_is_left_after_a_moment() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let pending = connection.start(print());
    let began = Instant::now();
    connection.clone().close().await;
    assert_eq!(began.elapsed(), Limits::default().quit);
    assert_eq!(connection.closed().await, Ending::Asked);
    assert_eq!(peer.hear_command().await.0, "/quit", "a command still queued gives way to the farewell");
    assert_eq!(pending.await, Err(CallError::NotSent));
}

#[test]
fn nobody_waits_for_a_connection_whose_runtime_is_gone() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let (pending, connection, _peer) = first.block_on(async {
        let (connection, peer) = in_memory(&Limits::default()).await;
        (connection.start(print()), connection, peer)
    });
    drop(first);
    runtime().block_on(async {
        assert!(matches!(pending.await, Err(CallError::NotSent | CallError::Closed)));
        assert!(!connection.is_open());
    });
}
