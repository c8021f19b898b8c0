//! Another device at a router's address, a licence that is used up, and screens that never wait for a router.

use super::Shop;
use super::routers::{added, agreeing, batch_on, send, typed};
use axum::http::{Method, StatusCode};
use karcis_core::audit;
use karcis_core::routers::{self, Router};
use karcis_core::settings::Language;
use karcis_core::staff::Role;
use karcis_core::values::RouterId;
use routeros_sim::{ArmedFault, Fault, SimHandle};

async fn listening(shop: &Shop, seed: u64, port: u16) -> (SimHandle, u16) {
    let sim = agreeing(shop).seed(seed).build();
    let wanted = format!("127.0.0.1:{port}");
    for _ in 0..100_000 {
        if let Ok(address) = sim.listen(&wanted).await {
            return (sim, address.port());
        }
        // The one that was switched off lets go of its port in its own time.
        tokio::task::yield_now().await;
    }
    panic!("{wanted} is not free again");
}

fn kept(shop: &Shop, id: RouterId) -> Router {
    shop.office.db().read(|tx| routers::router(tx, id)).unwrap().unwrap()
}

async fn work(shop: &Shop) {
    while shop.office.engine().tick().await.unwrap().carried > 0 {}
}

/// A shop whose router was exchanged behind its back, and that router.
async fn exchanged(language: Language) -> (Shop, Router, SimHandle) {
    let mut shop = Shop::open_in(language).await;
    let (first, port) = listening(&shop, 1, 0).await;
    let router = added(&mut shop, "Warung-1", port).await;
    batch_on(&shop, router.id, "1 Hari");
    work(&shop).await;
    first.shutdown();
    let (second, _) = listening(&shop, 2, port).await;
    shop.office.engine().reconnect(router.id).await;
    shop.wait(60);
    work(&shop).await;
    let router = kept(&shop, router.id);
    assert!(router.other_machine.is_some());
    (shop, router, second)
}

#[tokio::test]
async fn another_router_is_told_with_both_numbers_and_becomes_the_router_when_the_owner_says_so() {
    for (language, words) in [
        (Language::Id, ["Ini router lain: nomornya", "Ya, ini router pengganti", "3 voucher dikirim lagi"]),
        (
            Language::En,
            [
                "This is another router: its number is",
                "Yes, this one replaces it",
                "3 vouchers are sent again",
            ],
        ),
    ] {
        let (mut shop, router, sim) = exchanged(language).await;
        let (known, seen) = (router.machine.unwrap(), router.other_machine.unwrap());
        let home = shop.get("/").await.body();
        assert!(home.contains(words[0]) && home.contains("R-114"), "{home}");
        assert!(home.contains(known.number()) && home.contains(seen.number()), "{home}");
        let path = format!("/routers/{}", router.id);
        let page = shop.get(&path).await;
        assert!(page.body().contains(words[1]) && page.body().contains(seen.number()), "{}", page.body());
        assert_eq!(page.field("machine"), seen.to_string());
        assert_eq!(sim.user_count(), 0);

        let stale = shop.post(&format!("{path}/replace"), &[("machine", &known.to_string())]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body().contains("R-145"), "{}", stale.body());
        let replaced = shop.post(&format!("{path}/replace"), &[("machine", &seen.to_string())]).await;
        assert_eq!(replaced.status, StatusCode::OK, "{}", replaced.body());
        assert!(replaced.header("hx-trigger").contains("3"), "{}", replaced.header("hx-trigger"));
        assert!(!replaced.body().contains(words[1]), "{}", replaced.body());
        work(&shop).await;
        assert_eq!((kept(&shop, router.id).machine, sim.user_count()), (Some(seen), 3));
        let trail = shop.office.db().read(|tx| audit::entries(tx, None, 1)).unwrap();
        assert_eq!((trail[0].deed.as_str(), trail[0].actor_name.as_str()), ("router.replace", "Budi"));
    }
}

#[tokio::test]
async fn whoever_may_not_change_routers_sees_the_other_one_and_no_button() {
    let (mut shop, router, _sim) = exchanged(Language::Id).await;
    shop.hire("Siti", Role::Admin, false);
    shop.sign_in("Siti").await;
    let page = shop.get(&format!("/routers/{}", router.id)).await.body();
    assert!(page.contains("Ini router lain") && !page.contains("/replace"), "{page}");
}

#[tokio::test]
async fn the_test_before_a_router_is_saved_brings_along_which_device_it_met() {
    let mut shop = Shop::open().await;
    let (sim, port) = listening(&shop, 1, 0).await;
    let trial = send(&mut shop, "/routers/trial", &typed("Warung-1", port)).await;
    let met = trial.field("met");
    sim.shutdown();
    let (_other, _) = listening(&shop, 2, port).await;
    let key = shop.get("/routers/new").await.field("request_key");
    let mut form = typed("Warung-1", port);
    form.extend([("met", met.clone()), ("request_key", key)]);
    assert_eq!(send(&mut shop, "/routers", &form).await.status, StatusCode::OK);
    let id = shop.office.db().read(routers::routers).unwrap().remove(0).id;
    let known = kept(&shop, id).machine.expect("the device of the test is remembered");
    assert!(met.ends_with(&known.to_string()));
    work(&shop).await;
    assert!(kept(&shop, id).other_machine.is_some(), "another one had taken its place before it was saved");

    let key = shop.get("/routers/new").await.field("request_key");
    let mut form = typed("Warung-2", port + 1);
    form.extend([("met", met), ("request_key", key)]);
    send(&mut shop, "/routers", &form).await;
    let all = shop.office.db().read(routers::routers).unwrap();
    let elsewhere = all.iter().find(|router| router.name == "Warung-2").unwrap();
    assert_eq!(elsewhere.machine, None, "what was met at another address says nothing about this one");
}

#[tokio::test]
async fn a_router_shows_its_number_its_licence_and_how_full_it_is() {
    let mut shop = Shop::open().await;
    let (sim, port) = listening(&shop, 1, 0).await;
    let router = added(&mut shop, "Warung-1", port).await;
    work(&shop).await;
    let page = shop.get(&format!("/routers/{}", router.id)).await.body();
    let number = kept(&shop, router.id).machine.unwrap();
    assert!(page.contains(number.number()) && page.contains("level 4"), "{page}");
    assert!(page.contains("0 dari paling banyak 200"), "{page}");
    assert!(!shop.get("/").await.body().contains("hampir penuh"));
    for (online, words) in [(185, "Warung-1 hampir penuh"), (200, "Warung-1 penuh")] {
        let before = sim.rows("/ip/hotspot/active").len();
        for guest in before..online {
            sim.add("/ip/hotspot/active", &[("user", &format!("tamu{guest}"))]).unwrap();
        }
        shop.wait(60);
        work(&shop).await;
        let home = shop.get("/").await.body();
        assert!(home.contains(words) && home.contains(&format!("{online} dari paling banyak 200")), "{home}");
    }
}

#[tokio::test]
async fn no_screen_waits_for_a_router_that_hangs() {
    let mut shop = Shop::open().await;
    let (sim, port) = listening(&shop, 1, 0).await;
    let router = added(&mut shop, "Warung-1", port).await;
    let batch = batch_on(&shop, router.id, "1 Hari");
    work(&shop).await;
    sim.arm(Fault::Silence.on("*").always());
    sim.arm(ArmedFault::from(Fault::AcceptThenSilent).always());
    let (asked, met) = (sim.command_count(), sim.connections().len());
    let mut paths: Vec<String> = crate::routes::route_table()
        .iter()
        .filter(|rule| rule.method == Method::GET && !rule.path.contains('{'))
        .map(|rule| rule.path.to_owned())
        .collect();
    paths.extend([
        format!("/routers/{}", router.id),
        format!("/routers/{}/part", router.id),
        format!("/batches/{}", batch.id),
        format!("/vouchers?router={}", router.id),
    ]);
    for path in paths {
        // The window's own feed of changes never ends by itself.
        if path.contains("events") || path.contains("changes") {
            continue;
        }
        let status = shop.get(&path).await.status;
        assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "{path}: {status}");
        assert_eq!((sim.command_count(), sim.connections().len()), (asked, met), "{path} asks the router");
    }
}
