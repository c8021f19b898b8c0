use routeros::account::Account;
use routeros::hotspot::{self, Server, ServerProfile};
use routeros::system::{self, Clock, License, Resource};
use routeros_sim::{Clock as SimClock, Sim, Version};

use crate::signed_in;

#[tokio::test]
async fn the_clock_is_understood_in_every_version() {
    for version in Version::ALL {
        let sim = Sim::builder().version(version).clock(SimClock::Frozen { at: 1_780_246_798 });
        let (_sim, router) = signed_in(sim).await;
        let clock = Clock::read(&router).await.unwrap();
        assert_eq!(clock.utc().unwrap().to_string(), "2026-05-31 16:59:58", "{version} {clock:?}");
        let resource = Resource::read(&router).await.unwrap();
        assert_eq!(resource.version().unwrap().to_string().trim_end_matches(".0"), version.number());
    }
}

#[tokio::test]
async fn the_router_says_what_it_is() {
    let (_sim, router) = signed_in(Sim::builder()).await;
    let resource = Resource::read(&router).await.unwrap();
    assert!(resource.free_hdd_space.is_some() && resource.free_memory.is_some(), "{resource:?}");
    assert!(resource.uptime.is_some() && !resource.board_name.is_empty(), "{resource:?}");
    assert!(!License::read(&router).await.unwrap().level.is_empty());
    assert!(system::serial_number(&router).await.is_ok(), "with or without that menu");
}

#[tokio::test]
async fn the_hotspot_and_its_ways_of_signing_in_are_found() {
    let sim = Sim::builder().dns_name("wifi.warung").login_by("cookie,http-pap");
    let (_sim, router) = signed_in(sim).await;
    let servers = router.call(hotspot::servers()).await.unwrap();
    let server = Server::from_row(servers.first().unwrap());
    assert!(!server.disabled && !server.invalid);
    let profiles = router.call(hotspot::server_profiles()).await.unwrap();
    let mut profiles = profiles.rows.iter().map(ServerProfile::from_row);
    let profile = profiles.find(|profile| profile.name == server.profile).unwrap();
    assert_eq!(profile.dns_name, "wifi.warung");
    assert!(profile.allows("http-pap") && !profile.allows("http-chap"));
}

#[tokio::test]
async fn a_router_without_a_hotspot_has_none_in_every_version() {
    for version in Version::ALL {
        let (_sim, router) = signed_in(Sim::builder().version(version).without_hotspot()).await;
        assert_eq!(router.call(hotspot::servers()).await.unwrap().rows, [], "{version}");
    }
}

#[tokio::test]
async fn the_signed_in_users_rights_are_known() {
    let (_sim, router) = signed_in(Sim::builder()).await;
    let account = Account::read(&router, "admin").await.unwrap();
    assert_eq!((account.group.as_deref(), account.may("write")), (Some("full"), Some(true)));
    let nobody = Account::read(&router, "nobody").await.unwrap();
    assert_eq!(nobody, Account::default());
}
