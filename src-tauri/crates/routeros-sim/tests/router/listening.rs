use std::time::Duration;

use routeros_sim::{Clock, Fault, Guest, LoginWay, Sim};

use crate::client::{RawClient, kinds, logged_in};

#[tokio::test]
async fn who_listens_hears_of_every_change_and_not_of_what_was() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.add_user("before", &[]).unwrap();
    client.send(&["/ip/hotspot/user/listen", ".tag=L", "=.proplist=.id,name,comment"]).await;
    client.ask(&["/system/identity/print"]).await;

    sim.add_user("a", &[]).unwrap();
    assert_eq!(client.reply().await.unwrap().words, ["!re", ".tag=L", "=.id=*2", "=name=a"]);
    let replies = client.ask(&["/ip/hotspot/user/set", ".tag=s", "=.id=a", "=comment=c"]).await;
    assert_eq!(kinds(&replies), ["!done"], "the reply to the change comes before the news of it");
    assert_eq!(client.reply().await.unwrap().value("comment"), Some("c"));
    sim.remove_user("a").unwrap();
    assert_eq!(client.reply().await.unwrap().words, ["!re", ".tag=L", "=.id=*2", "=.dead=true"]);
}

#[tokio::test]
async fn a_cancelled_command_says_so_before_the_cancelling_is_done() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    client.send(&["/ip/hotspot/user/listen", ".tag=L"]).await;
    client.send(&["/cancel", "=tag=L", ".tag=C"]).await;
    let mut words = Vec::new();
    for _ in 0..3 {
        words.push(client.reply().await.unwrap().words);
    }
    assert_eq!(words[0], ["!trap", ".tag=L", "=category=2", "=message=interrupted"]);
    assert_eq!(words[1], ["!done", ".tag=C"]);
    assert_eq!(words[2], ["!done", ".tag=L"]);
    assert_eq!(kinds(&client.ask(&["/cancel", "=tag=L"]).await), ["!done"], "nothing is left to cancel");
}

#[tokio::test]
async fn cancelling_without_a_tag_ends_everything() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    client.send(&["/ip/hotspot/user/listen", ".tag=1"]).await;
    client.send(&["/ip/hotspot/active/listen", ".tag=2"]).await;
    client.send(&["/cancel"]).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(client.reply().await.unwrap().words.join(" "));
    }
    let interrupted = |tag| format!("!trap .tag={tag} =category=2 =message=interrupted");
    assert_eq!(seen[..2], [interrupted(1), interrupted(2)]);
    assert_eq!(seen[2..], ["!done", "!done .tag=1", "!done .tag=2"]);
}

#[tokio::test]
async fn a_command_that_is_still_waiting_can_be_cancelled_and_then_does_nothing() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    sim.arm(Fault::Latency(Duration::from_secs(3600)).on("*/add"));
    client.send(&["/ip/hotspot/user/add", ".tag=A", "=name=a"]).await;
    assert_eq!(kinds(&client.ask(&["/system/identity/print"]).await), ["!re", "!done"], "others overtake it");
    let trap = client.ask(&["/cancel", "=tag=A"]).await;
    assert_eq!(trap[0].value("message"), Some("interrupted"));
    assert_eq!(sim.user_count(), 0);
}

#[tokio::test]
async fn following_shows_the_rows_first_and_the_changes_after() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    client.send(&["/ip/hotspot/user/print", "=follow=", ".tag=F", "=.proplist=name"]).await;
    assert_eq!(client.reply().await.unwrap().value("name"), Some("default-trial"));
    sim.add_user("later", &[]).unwrap();
    assert_eq!(client.reply().await.unwrap().value("name"), Some("later"));
}

#[tokio::test]
async fn a_listener_that_does_not_read_is_given_up_without_harm_to_others() {
    let (sim, address, mut lazy) = logged_in(Sim::builder()).await;
    lazy.send(&["/ip/hotspot/user/listen", ".tag=L"]).await;
    lazy.ask(&["/system/identity/print"]).await;
    sim.add_user("a", &[]).unwrap();
    let comment = "x".repeat(2000);
    for number in 0..30_000 {
        sim.set("/ip/hotspot/user", "a", &[("comment", &format!("{number}{comment}"))]).unwrap();
    }
    let mut other = RawClient::log_in(address).await;
    assert_eq!(kinds(&other.ask(&["/system/identity/print"]).await), ["!re", "!done"]);
    let mut heard = 0;
    let last = loop {
        let reply = lazy.reply().await.unwrap();
        if reply.kind() != "!re" {
            break reply;
        }
        heard += 1;
    };
    assert_eq!((last.kind(), last.words[1].as_str()), ("!trap", ".tag=L"));
    assert!((10_000..30_000).contains(&heard), "{heard}");
}

#[tokio::test]
async fn who_listens_hears_of_what_ends_by_itself_although_nobody_else_asks() {
    let clock = Clock::Scaled { at: 1_767_312_000, times: 20 };
    let (sim, _, mut client) = logged_in(Sim::builder().clock(clock)).await;
    sim.add_user("ani", &[("password", "p"), ("limit-uptime", "10s")]).unwrap();
    client.send(&["/ip/hotspot/active/listen", ".tag=L", "=.proplist=user"]).await;
    client.ask(&["/system/identity/print"]).await;
    let (mac, address) = ("AA:BB:CC:00:00:01", "10.5.50.9");
    sim.hotspot_login(&Guest { user: "ani", password: "p", mac, address, by: LoginWay::HttpPap }).unwrap();
    assert_eq!(client.reply().await.unwrap().value("user"), Some("ani"));
    while client.reply().await.unwrap().value(".dead").is_none() {}
}
