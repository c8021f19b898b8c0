#![expect(clippy::unwrap_used, reason = "a test that cannot reach the router has failed")]

use std::io::ErrorKind;
use std::time::Duration;

use routeros_sim::{Clock, Fault, Guest, LoginWay, Reboot, Sim, SimHandle, Version};
use tokio::net::TcpStream;

use crate::client::{RawClient, kinds, logged_in};

const NEW_YEAR: i64 = 1_767_312_000;
const GUEST: Guest<'static> = Guest {
    user: "ani",
    password: "p",
    mac: "AA:BB:CC:00:00:01",
    address: "10.5.50.9",
    by: LoginWay::HttpPap,
};

async fn with_a_guest() -> (SimHandle, std::net::SocketAddr, RawClient) {
    let all = logged_in(Sim::builder().clock(Clock::Frozen { at: NEW_YEAR })).await;
    all.0.add_user("ani", &[("password", "p")]).unwrap();
    all.0.hotspot_login(&GUEST).unwrap();
    all.0.advance(Duration::from_secs(600));
    all
}

fn uptime(sim: &SimHandle) -> String {
    sim.user("ani").unwrap()["uptime"].clone()
}

#[tokio::test]
async fn a_restart_in_order_counts_the_time_of_running_sessions() {
    let (sim, _, mut client) = with_a_guest().await;
    sim.restart(Reboot::graceful());
    assert!(client.is_closed().await);
    assert_eq!(uptime(&sim), "10m");
    assert!(sim.rows("/ip/hotspot/active").is_empty());
}

#[tokio::test]
async fn a_power_cut_forgets_the_running_sessions() {
    let (sim, ..) = with_a_guest().await;
    sim.restart(Reboot::power_cut());
    assert_eq!(uptime(&sim), "0s");
}

#[tokio::test]
async fn the_router_is_back_after_forty_seconds_of_its_time() {
    let (sim, address, _client) = with_a_guest().await;
    sim.restart(Reboot::power_cut());
    sim.advance(Duration::from_secs(39));
    assert_eq!(TcpStream::connect(address).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    sim.advance(Duration::from_secs(11));
    let mut client = RawClient::log_in(address).await;
    let resource = client.ask(&["/system/resource/print"]).await;
    assert_eq!(resource[0].value("uptime"), Some("10s"), "it counts from the moment it was back");
}

#[tokio::test]
async fn a_restarting_router_comes_back_by_itself_when_time_is_real() {
    let (sim, address, mut client) = logged_in(Sim::builder()).await;
    sim.restart(Reboot::power_cut().back_after(Duration::from_millis(20)));
    assert!(client.is_closed().await);
    let back = async {
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), back).await.expect("it never came back");
}

#[tokio::test]
async fn only_changes_that_were_on_flash_survive_a_power_cut() {
    let (sim, ..) = logged_in(Sim::builder().clock(Clock::Frozen { at: NEW_YEAR })).await;
    sim.add_user("old", &[]).unwrap();
    sim.advance(Duration::from_secs(10));
    sim.add_user("young", &[]).unwrap();
    sim.advance(Duration::from_secs(3));
    sim.restart(Reboot::power_cut().losing_younger_than(Duration::from_secs(5)));
    let names: Vec<String> = sim.users().into_iter().map(|mut user| user.remove("name").unwrap()).collect();
    assert_eq!(names, ["old"]);
}

#[tokio::test]
async fn a_reset_router_is_as_it_left_the_factory() {
    let (sim, address, _client) = with_a_guest().await;
    sim.set_password("admin", "other").unwrap();
    sim.set_identity("Warung");
    let (clock, revision) = (sim.router_clock(), sim.revision());
    sim.restart(Reboot::factory_reset());
    assert_eq!(sim.user_count(), 0);
    assert_eq!(sim.router_clock(), clock, "its clock goes on");
    assert!(sim.revision() > revision);
    sim.power_on().unwrap();
    let mut client = RawClient::log_in(address).await;
    assert_eq!(client.ask(&["/system/identity/print"]).await[0].value("name"), Some("MikroTik"));
}

#[tokio::test]
async fn an_upgraded_router_is_another_release_when_it_is_back() {
    let (sim, address, mut client) = logged_in(Sim::builder().version(Version::V6_49_10)).await;
    sim.add_user("a", &[]).unwrap();
    assert!(client.ask(&["/system/clock/print"]).await[0].value("date").unwrap().contains('/'));
    sim.restart(Reboot::graceful().into_version(Version::V7_22_3).until_power_on());
    sim.power_on().unwrap();
    let mut client = RawClient::log_in(address).await;
    let resource = client.ask(&["/system/resource/print"]).await;
    assert_eq!(resource[0].value("version"), Some("7.22.3 (stable)"));
    assert!(client.ask(&["/system/clock/print"]).await[0].value("date").unwrap().contains('-'));
    let packages = sim.rows("/system/package");
    assert!(packages.iter().all(|row| row["version"] == "7.22.3"), "{packages:?}");
    assert!(sim.user("a").is_some(), "the configuration is kept");
}

#[tokio::test]
async fn a_router_can_go_down_in_the_middle_of_a_batch() {
    let (sim, address, mut client) = logged_in(Sim::builder().clock(Clock::Frozen { at: NEW_YEAR })).await;
    sim.arm(Fault::Reboot(Reboot::power_cut().losing_last(1)).on("*/add").after(3));
    let mut added = 0;
    loop {
        client.send(&["/ip/hotspot/user/add", &format!("=name=u{added}")]).await;
        match client.reply().await {
            Some(_) => added += 1,
            None => break,
        }
    }
    assert_eq!((added, sim.user_count()), (3, 2));
    sim.advance(Duration::from_secs(40));
    assert_eq!(
        kinds(&RawClient::log_in(address).await.ask(&["/system/identity/print"]).await),
        ["!re", "!done"]
    );
}
