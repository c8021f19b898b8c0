use std::time::Duration;

use tokio::time::timeout;

use super::peer::in_memory;
use crate::{CallError, Command, Ending, Limits, TrapKind};

fn listen() -> Command {
    Command::new("/ip/hotspot/active/listen")
}

#[tokio::test]
async fn a_listener_gets_changes_until_it_is_cancelled() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let mut listener = connection.listen(listen());
    let (path, tag) = peer.hear_command().await;
    assert_eq!(path, "/ip/hotspot/active/listen");
    peer.say(&["!re", &tag, "=.id=*1", "=user=k7m2"]).await;
    peer.say(&["!re", &tag, "=.id=*1", "=.dead=true"]).await;
    let row = listener.next().await.unwrap().unwrap();
    assert_eq!((row.get("user"), row.is_dead()), (Some("k7m2"), false));
    assert!(listener.next().await.unwrap().unwrap().is_dead());

    let (cancelled, ()) = tokio::join!(listener.cancel(), async {
        let cancel = peer.hear().await;
        assert_eq!(cancel[0], "/cancel");
        assert_eq!(cancel[2], tag.replace(".tag=", "=tag="));
        peer.say(&["!trap", &tag, "=category=2", "=message=interrupted"]).await;
        peer.say(&["!done", &cancel[1]]).await;
        peer.say(&["!done", &tag]).await;
    });
    assert_eq!(cancelled, Ok(()));
    assert!(connection.is_open());
}

#[tokio::test(start_paused = true)]
async fn a_listener_may_hear_nothing_for_hours() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let mut listener = connection.listen(listen());
    let (_, listening) = peer.hear_command().await;
    for _ in 0..500 {
        let (path, tag) = peer.hear_command().await;
        assert_eq!(path, "/system/identity/print");
        peer.say(&["!done", &tag]).await;
    }
    peer.say(&["!re", &listening, "=user=x"]).await;
    assert!(listener.next().await.unwrap().is_some());
}

#[tokio::test]
async fn forgetting_a_listener_cancels_it() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    drop(connection.listen(listen()));
    let running = connection.listen(listen());
    peer.hear().await;
    drop(running);
    assert_eq!(peer.hear_command().await.0, "/cancel", "the one never sent needs no cancelling");
}

#[tokio::test]
async fn a_listener_that_falls_behind_ends_and_the_session_lives_on() {
    let limits = Limits { listener_rows: 10, ..Limits::default() };
    let (connection, mut peer) = in_memory(&limits).await;
    let mut listener = connection.listen(listen());
    let (_, tag) = peer.hear_command().await;
    for _ in 0..11 {
        peer.say(&["!re", &tag, "=user=x"]).await;
    }
    let cancel = peer.hear().await;
    assert_eq!(cancel[0], "/cancel");
    peer.say(&["!trap", &tag, "=category=2", "=message=interrupted"]).await;
    peer.say(&["!done", &tag]).await;
    for _ in 0..10 {
        assert!(listener.next().await.unwrap().is_some());
    }
    assert_eq!(listener.next().await, Err(CallError::Limit));
    assert_eq!(listener.next().await, Ok(None), "told once");
    assert!(connection.is_open());
}

#[tokio::test]
async fn there_are_only_so_many_listeners_and_one_that_ends_makes_room() {
    let (connection, mut peer) = in_memory(&Limits { listeners: 1, ..Limits::default() }).await;
    let mut first = connection.listen(listen());
    assert_eq!(connection.listen(listen()).next().await, Err(CallError::Limit));
    let (_, tag) = peer.hear_command().await;
    peer.say(&["!done", &tag]).await;
    assert_eq!(first.next().await, Ok(None));
    let _second = connection.listen(listen());
    assert_eq!(peer.hear_command().await.0, "/ip/hotspot/active/listen");
}

#[tokio::test(start_paused = true)]
async fn a_listener_the_router_does_not_let_go_of_ends_the_session() {
    let (connection, _peer) = in_memory(&Limits::default()).await;
    let listener = connection.listen(listen());
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(listener.cancel().await, Err(CallError::TimedOut));
    assert_eq!(connection.closed().await, Ending::Deadline);
}

#[tokio::test]
async fn a_running_command_is_cancelled_by_the_router_and_a_queued_one_at_once() {
    let (connection, mut peer) = in_memory(&Limits { window_commands: 1, ..Limits::default() }).await;
    let running = connection.start(Command::new("/a"));
    let queued = connection.start(Command::new("/b"));
    let (_, tag) = peer.hear_command().await;
    queued.cancel();
    running.cancel();
    running.cancel();
    let interrupted = queued.await.unwrap_err();
    assert_eq!(interrupted.trap().unwrap().kind(), TrapKind::Interrupted);
    let cancel = peer.hear().await;
    assert_eq!(cancel[0], "/cancel");
    peer.say(&["!trap", &tag, "=category=2", "=message=interrupted"]).await;
    peer.say(&["!done", &cancel[1]]).await;
    peer.say(&["!done", &tag]).await;
    assert_eq!(running.await.unwrap_err(), interrupted);

    let next = connection.start(Command::new("/c"));
    assert_eq!(peer.hear_command().await.0, "/c", "neither /b nor a second /cancel was sent");
    drop(next);
}

#[tokio::test(start_paused = true)]
async fn giving_up_the_wait_lets_the_command_go_on() {
    let (connection, mut peer) = in_memory(&Limits::default()).await;
    let waited = timeout(Duration::from_secs(1), connection.call(Command::new("/a"))).await;
    assert!(waited.is_err());
    let (_, tag) = peer.hear_command().await;
    peer.say(&["!done", &tag]).await;
    let pending = connection.start(Command::new("/b"));
    assert_eq!(peer.hear_command().await.0, "/b", "no /cancel came between");
    drop(pending);
}
