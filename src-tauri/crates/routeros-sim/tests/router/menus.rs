use std::time::Duration;

use routeros_sim::{Clock, Sim, Traffic, Version};

use crate::client::{RawClient, kinds, logged_in, refusal};

async fn column(client: &mut RawClient, menu: &str, property: &str) -> Vec<String> {
    let rows = client.ask(&[&format!("{menu}/print")]).await;
    rows.iter().filter_map(|row| row.value(property)).map(str::to_owned).collect()
}

#[tokio::test]
async fn rules_keep_their_order_and_can_be_moved() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    for comment in ["a", "b", "c"] {
        client.ask(&["/ip/firewall/filter/add", "=chain=forward", &format!("=comment={comment}")]).await;
    }
    client.ask(&["/ip/firewall/filter/add", "=chain=forward", "=comment=first", "=place-before=*0"]).await;
    assert_eq!(column(&mut client, "/ip/firewall/filter", "comment").await, ["first", "a", "b", "c"]);
    client.ask(&["/ip/firewall/filter/move", "=numbers=*2", "=destination=*3"]).await;
    assert_eq!(column(&mut client, "/ip/firewall/filter", "comment").await, ["c", "first", "a", "b"]);
    client.ask(&["/ip/firewall/filter/move", "=numbers=*3,*0"]).await;
    assert_eq!(column(&mut client, "/ip/firewall/filter", "comment").await, ["c", "b", "first", "a"]);
    let replies = client.ask(&["/ip/firewall/filter/move", "=numbers=*9", "=destination=*1"]).await;
    assert_eq!(refusal(&replies), "no such item (4)");
    client.ask(&["/ip/firewall/filter/remove", "=numbers=*1"]).await;
    let restored = Sim::builder().build();
    restored.restore(&sim.snapshot()).unwrap();
    let kept: Vec<String> =
        restored.rows("/ip/firewall/filter").iter().map(|row| row["comment"].clone()).collect();
    assert_eq!(kept, ["c", "first", "a"], "a snapshot keeps the order");
    sim.reboot(1);
    sim.power_on().unwrap();
    let back: Vec<String> =
        sim.rows("/ip/firewall/filter").iter().map(|row| row["comment"].clone()).collect();
    assert_eq!(back, ["c", "b", "first", "a"], "what was lost is back in its place");
    assert!(
        sim.add("/ip/address", &[("address", "1.2.3.4/24"), ("interface", "ether1"), ("place-before", "*0")])
            .is_err()
    );
}

#[tokio::test]
async fn stored_menus_take_what_a_real_router_takes() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    for words in [
        &["/ip/dns/static/add", "=name=wifi.lan", "=address=10.5.50.1"][..],
        &["/ip/dns/static/add", "=name=wifi.lan", "=address=10.5.50.2"],
        &["/ip/hotspot/walled-garden/add", "=dst-host=*.midtrans.com", "=action=allow"],
        &["/ip/hotspot/walled-garden/ip/add", "=dst-address=1.2.3.4", "=action=accept"],
        &["/ip/firewall/nat/add", "=chain=srcnat", "=action=masquerade", "=out-interface=ether1"],
        &["/ip/firewall/address-list/add", "=list=blok", "=address=10.5.50.7"],
        &["/radius/add", "=service=hotspot", "=address=10.0.0.2", "=secret=s"],
        &["/tool/netwatch/add", "=host=8.8.8.8", "=interval=30s"],
        &["/queue/simple/add", "=name=all", "=target=10.5.50.0/24", "=max-limit=10M/20M"],
        &["/ip/pool/add", "=name=p2", "=ranges=10.9.0.2-10.9.0.9,10.9.1.0/24"],
        &["/ip/address/add", "=address=10.9.0.1/24", "=interface=ether2"],
        &["/ip/dhcp-server/add", "=name=d2", "=interface=ether2", "=address-pool=p2"],
        &["/ip/dhcp-server/lease/add", "=address=10.9.0.4", "=mac-address=aa:bb:cc:dd:ee:ff", "=server=d2"],
        &["/ip/hotspot/ip-binding/add", "=address=10.5.50.3-10.5.50.9", "=type=bypassed"],
    ] {
        assert_eq!(kinds(&client.ask(words).await), ["!done"], "{words:?}");
    }
    assert_eq!(column(&mut client, "/queue/simple", "max-limit").await, ["10000000/20000000"]);
    assert_eq!(column(&mut client, "/ip/address", "network").await, ["10.5.50.0", "10.9.0.0"]);
    for (words, text) in [
        (
            &["/ip/dns/static/add", "=name=wifi.lan", "=address=10.5.50.1"][..],
            "failure: entry already exists",
        ),
        (&["/ip/pool/add", "=name=p2", "=ranges=10.1.1.1"], "failure: pool with such name exists"),
        (&["/ip/pool/add", "=name=p3", "=ranges=many"], "invalid value for argument ranges"),
        (
            &["/ip/hotspot/set", "=numbers=hotspot1", "=address-pool=p3"],
            "input does not match any value of address-pool",
        ),
        (
            &["/ip/address/add", "=address=10.1.1.1/24", "=interface=eth9"],
            "input does not match any value of interface",
        ),
        (&["/ip/firewall/filter/add", "=chain=input", "=to-ports=1"], "unknown parameter to-ports"),
        (&["/ip/hotspot/ip-binding/add", "=address=everybody"], "invalid value for argument address"),
    ] {
        assert_eq!(refusal(&client.ask(words).await), text, "{words:?}");
    }
}

#[tokio::test]
async fn a_lease_given_for_a_while_can_be_kept() {
    let (sim, _, mut client) = logged_in(Sim::builder().clock(Clock::Frozen { at: 1_767_322_800 })).await;
    sim.client("AA:BB:CC:00:00:01").connect("hotspot1").unwrap();
    let before = sim.revision();
    assert_eq!(kinds(&client.ask(&["/ip/dhcp-server/lease/make-static", "=.id=*0"]).await), ["!done"]);
    sim.advance(Duration::from_secs(86_400));
    let lease = client.ask(&["/ip/dhcp-server/lease/print"]).await;
    assert_eq!((lease[0].value("dynamic"), lease[0].value("expires-after")), (Some("false"), None));
    assert!(sim.revision() > before, "now it is configuration");
    sim.client("AA:BB:CC:00:00:02").connect("hotspot1").unwrap();
    sim.advance(Duration::from_secs(3600));
    assert_eq!(sim.rows("/ip/dhcp-server/lease").len(), 1, "a dynamic one runs out");
}

#[tokio::test]
async fn the_user_manager_exists_with_its_package_only() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    assert_eq!(refusal(&client.ask(&["/user-manager/user/print"]).await), "no such command prefix");
    let (_sim, _, mut client) = logged_in(Sim::builder().package("user-manager")).await;
    let added = client.ask(&["/user-manager/user/add", "=name=a", "=password=b"]).await;
    assert_eq!(kinds(&added), ["!done"]);
    client.ask(&["/user-manager/profile/add", "=name=p", "=validity=1d", "=price=5000"]).await;
    let assigned = client.ask(&["/user-manager/user-profile/add", "=user=a", "=profile=p"]).await;
    assert_eq!(kinds(&assigned), ["!done"]);
    assert_eq!(refusal(&client.ask(&["/routing/print"]).await), "no such command prefix");
    assert_eq!(refusal(&client.ask(&["/ip/route/print"]).await), "no such command");
}

#[tokio::test]
async fn traffic_can_be_monitored_once_for_a_while_or_until_cancelled() {
    let (sim, _, mut client) = logged_in(Sim::builder().clock(Clock::Frozen { at: 1_767_322_800 })).await;
    sim.set_traffic("ether1", Traffic::Steady { rx_bps: 8_000_000, tx_bps: 800_000 }).unwrap();
    let once = client.ask(&["/interface/monitor-traffic", "=interface=ether1", "=once="]).await;
    assert_eq!(kinds(&once), ["!re", "!done"]);
    assert_eq!(once[0].value("rx-bits-per-second"), Some("8000000"));
    sim.advance(Duration::from_secs(10));
    let rows = client.ask(&["/interface/print", "?name=ether1"]).await;
    assert_eq!((rows[0].value("rx-byte"), rows[0].value("running")), (Some("10000000"), Some("true")));
    client.ask(&["/interface/reset-counters", "=numbers=ether1"]).await;
    assert_eq!(client.ask(&["/interface/print", "?name=ether1"]).await[0].value("rx-byte"), Some("0"));
    sim.set_link("ether1", false).unwrap();
    sim.advance(Duration::from_secs(10));
    let rows = client.ask(&["/interface/print", "?name=ether1"]).await;
    assert_eq!((rows[0].value("rx-byte"), rows[0].value("running")), (Some("0"), Some("false")));
    assert_eq!(rows[0].value("link-downs"), Some("1"));
    client.send(&["/interface/monitor-traffic", "=interface=ether1,ether2", ".tag=M"]).await;
    assert_eq!(client.reply().await.unwrap().value("rx-bits-per-second"), Some("0"));
    client.send(&["/cancel", "=tag=M", ".tag=C"]).await;
    loop {
        if client.reply().await.unwrap().words == ["!done", ".tag=M"] {
            break;
        }
    }
    let unknown = client.ask(&["/interface/monitor-traffic", "=interface=eth9", "=once="]).await;
    assert_eq!(refusal(&unknown), "input does not match any value of interface");
    client.ask(&["/interface/set", "=numbers=ether3", "=name=wan"]).await;
    assert_eq!(column(&mut client, "/interface/ethernet", "name").await[2], "wan");
}

#[tokio::test]
async fn backups_and_exports_become_files() {
    let (sim, _, mut client) = logged_in(Sim::builder().clock(Clock::Frozen { at: 1_767_322_800 })).await;
    sim.add_user("ani", &[("password", "rahasia"), ("comment", "meja 1 \"depan\"")]).unwrap();
    assert_eq!(kinds(&client.ask(&["/system/backup/save", "=name=pagi"]).await), ["!done"]);
    let files = client.ask(&["/file/print", "?name=pagi.backup", "=.proplist=name,type,size"]).await;
    assert_eq!(files[0].value("type"), Some("backup"));
    assert!((20_000..=80_000).contains(&files[0].value("size").unwrap().parse::<u32>().unwrap()));

    assert_eq!(kinds(&client.ask(&["/export", "=file=all"]).await), ["!done"]);
    assert_eq!(
        kinds(&client.ask(&["/ip/hotspot/user/export", "=file=users", "=show-sensitive="]).await),
        ["!done"]
    );
    let text = client.ask(&["/file/read", "=file=all.rsc", "=offset=0", "=chunk-size=60"]).await;
    assert!(
        text[0].value("data").unwrap().starts_with("# 2026-01-02 10:00:00 by RouterOS 7.22.3"),
        "{text:?}"
    );
    let whole =
        sim.rows("/file").into_iter().find(|file| file["name"] == "all.rsc").unwrap()["contents"].clone();
    assert!(whole.contains("/ip hotspot user\n") && !whole.contains("rahasia"), "{whole}");
    let users =
        sim.rows("/file").into_iter().find(|file| file["name"] == "users.rsc").unwrap()["contents"].clone();
    assert!(
        users.contains("password=rahasia") && users.contains("comment=\"meja 1 \\\"depan\\\"\""),
        "{users}"
    );
    assert!(!users.contains("/ip hotspot\n"), "only what stands below the path");
    assert_eq!(refusal(&client.ask(&["/export"]).await), "missing value(s) of argument(s) file");

    sim.remove_user("ani").unwrap();
    client.send(&["/system/backup/load", "=name=pagi.backup"]).await;
    assert!(client.is_closed().await, "the router restarts with it");
    assert!(sim.user("ani").is_some());
}

#[tokio::test]
async fn files_are_written_read_in_pieces_and_not_too_long() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    let long = format!("=contents={}", "x".repeat(61_250));
    assert_eq!(kinds(&client.ask(&["/file/add", "=name=login.html", &long]).await), ["!done"]);
    let too_long = format!("=contents={}", "x".repeat(61_251));
    let refused = client.ask(&["/file/set", "=numbers=login.html", &too_long]).await;
    assert_eq!(refusal(&refused), "failure: contents too long");
    let piece = client.ask(&["/file/read", "=file=login.html", "=offset=61240", "=chunk-size=100"]).await;
    assert_eq!(piece[0].value("data"), Some("x".repeat(10).as_str()));
    let file = client.ask(&["/file/print", "?name=login.html", "=.proplist=size,type"]).await;
    assert_eq!((file[0].value("size"), file[0].value("type")), (Some("61250"), Some(".html file")));
    client.ask(&["/file/remove", "=numbers=login.html"]).await;
    assert_eq!(refusal(&client.ask(&["/file/read", "=file=login.html"]).await), "no such item (4)");
}

#[tokio::test]
async fn what_needs_a_policy_is_refused_without_it() {
    let (sim, address, mut client) = logged_in(Sim::builder()).await;
    sim.add("/user", &[("name", "kasir"), ("password", "p"), ("group", "write")]).unwrap();
    let mut clerk = RawClient::connect(address).await;
    clerk.ask(&["/login", "=name=kasir", "=password=p"]).await;
    for words in [
        &["/system/backup/save", "=name=x"][..],
        &["/export", "=file=x"],
        &["/system/backup/load", "=name=x"],
    ] {
        assert_eq!(refusal(&clerk.ask(words).await), "not enough permissions (9)", "{words:?}");
    }
    client.send(&["/system/reboot"]).await;
    assert!(client.is_closed().await, "a reboot is not answered");
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "it is down for a while");
}

#[test]
fn zones_with_summer_time_say_so() {
    let sim = Sim::builder().clock(Clock::Frozen { at: 1_782_000_000 }).version(Version::V7_22_3).build();
    for (zone, offset, summer) in [
        ("Europe/Riga", "+03:00", "true"),
        ("America/New_York", "-04:00", "true"),
        ("Asia/Kolkata", "+05:30", "false"),
    ] {
        sim.set("/system/clock", "*0", &[("time-zone-name", zone)]).unwrap();
        let clock = &sim.rows("/system/clock")[0];
        assert_eq!((clock["gmt-offset"].as_str(), clock["dst-active"].as_str()), (offset, summer), "{zone}");
    }
}
