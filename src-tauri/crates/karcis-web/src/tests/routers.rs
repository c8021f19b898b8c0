use super::{Reply, Shop};
use crate::office::PracticeRouter;
use axum::http::StatusCode;
use karcis_core::audit;
use karcis_core::fault::Fault;
use karcis_core::outbox::{self, Circuit};
use karcis_core::plans::{self, Alphabet, CodeMode, CodeStyle, PlanRequest};
use karcis_core::routers::{self, CheckItem, CheckState, Router};
use karcis_core::settings::Language;
use karcis_core::staff::Role;
use karcis_core::values::{Money, RouterId};
use karcis_core::vouchers::{self, BatchRequest};
use rand::Rng;
use routeros_sim::{Clock, LoginWay, Sim, SimHandle, TlsMode};
use std::net::SocketAddr;
use std::sync::Arc;

const SECRET: &str = "kata-sandi-router";

/// A pretend router whose clock agrees with the shop's.
pub(super) fn agreeing(shop: &Shop) -> Sim {
    let at = shop.office.now().millis() / 1_000;
    Sim::builder().credentials("karcis", SECRET).clock(Clock::Frozen { at }).dns_name("wifi.melati")
}

async fn listening(sim: Sim) -> (SimHandle, SocketAddr) {
    let sim = sim.build();
    let address = sim.listen("127.0.0.1:0").await.unwrap();
    (sim, address)
}

/// What a person types for this router, without TLS.
pub(super) fn typed(name: &str, port: u16) -> Vec<(&'static str, String)> {
    let text = str::to_owned;
    vec![
        ("name", text(name)),
        ("host", text("127.0.0.1")),
        ("port", port.to_string()),
        ("plain", text("on")),
        ("user", text("karcis")),
        ("password", text(SECRET)),
        ("ssid", text("MELATI")),
    ]
}

fn with(
    mut form: Vec<(&'static str, String)>,
    name: &'static str,
    value: &str,
) -> Vec<(&'static str, String)> {
    form.retain(|(known, _)| *known != name);
    form.push((name, value.to_owned()));
    form
}

fn without(mut form: Vec<(&'static str, String)>, name: &str) -> Vec<(&'static str, String)> {
    form.retain(|(known, _)| *known != name);
    form
}

pub(super) async fn send(shop: &mut Shop, path: &str, form: &[(&'static str, String)]) -> Reply {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    shop.post(path, &form).await
}

/// Adds a router by its form and answers it.
pub(super) async fn added(shop: &mut Shop, name: &str, port: u16) -> Router {
    let key = shop.get("/routers/new").await.field("request_key");
    let reply = send(shop, "/routers", &with(typed(name, port), "request_key", &key)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body());
    only(shop, name)
}

fn only(shop: &Shop, name: &str) -> Router {
    let all = shop.office.db().read(routers::routers).unwrap();
    all.into_iter().find(|router| router.name == name).unwrap()
}

fn kept(shop: &Shop, id: RouterId) -> Router {
    shop.office.db().read(|tx| routers::router(tx, id)).unwrap().unwrap()
}

/// The lines of the tick list that stand in this state.
fn lines(shop: &Shop, id: RouterId, state: CheckState) -> Vec<CheckItem> {
    let checks = kept(shop, id).checks.unwrap();
    checks.list.iter().filter(|check| check.state == state).map(|check| check.item).collect()
}

async fn tested(shop: &mut Shop, sim: Sim) -> (Router, Reply) {
    let (_sim, address) = listening(sim).await;
    let router = added(shop, "Uji", address.port()).await;
    let reply = shop.post(&format!("/routers/{}/test", router.id), &[]).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body());
    (router, reply)
}

#[tokio::test]
async fn a_router_that_is_as_it_should_be_passes_every_line_but_encryption() {
    let mut shop = Shop::open().await;
    let sim = agreeing(&shop);
    let (router, reply) = tested(&mut shop, sim).await;
    assert_eq!(lines(&shop, router.id, CheckState::Failed), []);
    assert_eq!(lines(&shop, router.id, CheckState::Warning), [CheckItem::Tls]);
    assert!(reply.body().contains("Router bisa dipakai"), "{}", reply.body());
    let known = kept(&shop, router.id);
    assert_eq!((known.dns_name.as_deref(), known.checked_at), (Some("wifi.melati"), Some(shop.office.now())));
    assert!(shop.get("/routers").await.body().contains("wifi.melati"));
}

/// Makes something about a router wrong.
type Spoil = fn(Sim) -> Sim;

#[tokio::test]
async fn each_thing_wrong_with_a_router_fails_its_own_line_and_says_what_to_do() {
    let cases: [(Spoil, CheckItem, CheckState, &str); 5] = [
        (|sim| sim.credentials("karcis", "lain"), CheckItem::Login, CheckState::Failed, "System › Users"),
        (|sim| sim.without_hotspot(), CheckItem::HotspotServer, CheckState::Failed, "Hotspot Setup"),
        (|sim| sim.without_dns_name(), CheckItem::DnsName, CheckState::Warning, "Isi DNS Name"),
        (|sim| sim.login_by("cookie,http-chap"), CheckItem::LoginBy, CheckState::Warning, "Centang HTTP PAP"),
        (|sim| sim.clock(Clock::Frozen { at: 0 }), CheckItem::Clock, CheckState::Warning, "NTP Client"),
    ];
    for (spoil, item, state, remedy) in cases {
        let mut shop = Shop::open().await;
        let sim = spoil(agreeing(&shop));
        let (router, reply) = tested(&mut shop, sim).await;
        assert!(lines(&shop, router.id, state).contains(&item), "{item:?}");
        assert!(reply.body().contains(remedy), "{item:?}: {}", reply.body());
        let home = shop.get("/").await.body();
        let pressing = state == CheckState::Failed || item == CheckItem::Clock;
        assert_eq!(
            home.contains("id=\"board\"") && home.contains(remedy),
            pressing,
            "{item:?} on the first page"
        );
    }
}

#[tokio::test]
async fn a_trial_of_what_is_typed_answers_the_tick_list_and_keeps_nothing() {
    let mut shop = Shop::open_in(Language::En).await;
    let (sim, address) = listening(agreeing(&shop)).await;
    let trial = send(&mut shop, "/routers/trial", &typed("Counter-1", address.port())).await;
    assert_eq!(trial.status, StatusCode::OK);
    assert!(trial.body().contains("The router can be used"), "{}", trial.body());
    assert_eq!(trial.body().matches("<li class=").count(), CheckItem::ALL.len());
    assert!(shop.office.db().read(routers::routers).unwrap().is_empty());
    drop(sim);
    // Taken, so that nobody else gets it, and without anybody who listens.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let closed = taken.local_addr().unwrap().port();
    let nobody = send(&mut shop, "/routers/trial", &typed("Counter-1", closed)).await;
    assert!(nobody.body().contains("Nothing answers at this address"), "{}", nobody.body());
}

#[tokio::test]
async fn what_is_wrong_with_a_router_stands_beside_its_field_in_both_languages() {
    for (language, words) in
        [(Language::Id, "R-135 Router lain sudah"), (Language::En, "R-135 Another router has")]
    {
        let mut shop = Shop::open_in(language).await;
        added(&mut shop, "Warung-1", 8728).await;
        let key = shop.get("/routers/new").await.field("request_key");
        let good = with(typed("Warung-2", 8728), "request_key", &key);
        let wrong = [
            (with(good.clone(), "name", " "), "name-error", "R-131"),
            (with(good.clone(), "name", "WARUNG-1"), "name-error", words),
            (with(good.clone(), "host", "http://router/"), "host-error", "R-132"),
            (with(good.clone(), "user", ""), "user-error", "R-133"),
            (with(good.clone(), "password", ""), "password-error", "R-134"),
            (without(good.clone(), "plain"), "plain-error", "R-136"),
            (with(good.clone(), "port", "70000"), "port-error", "R-137"),
        ];
        for (form, field, code) in wrong {
            for path in ["/routers", "/routers/trial"] {
                let reply = send(&mut shop, path, &form).await;
                assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{code} at {path}");
                let body = reply.body();
                let message = body.split(&format!("id=\"{field}\"")).nth(1).unwrap_or_default();
                assert!(message.split("</p>").next().unwrap().contains(code), "{code} at {path}: {body}");
                assert!(!body.contains(SECRET), "a password is never sent back");
            }
        }
        assert_eq!(shop.office.db().read(routers::routers).unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_router_form_sent_twice_makes_one_router() {
    let mut shop = Shop::open().await;
    let key = shop.get("/routers/new").await.field("request_key");
    let form = with(typed("Warung-1", 8728), "request_key", &key);
    let first = send(&mut shop, "/routers", &form).await;
    let second = send(&mut shop, "/routers", &form).await;
    assert_eq!(first.header("hx-redirect"), second.header("hx-redirect"));
    assert_eq!(shop.office.db().read(routers::routers).unwrap().len(), 1);
    assert_eq!(send(&mut shop, "/routers", &typed("Lain", 8728)).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_change_keeps_the_password_that_is_left_empty_and_tries_the_router_at_once() {
    let mut shop = Shop::open().await;
    let (_sim, address) = listening(agreeing(&shop)).await;
    let router = added(&mut shop, "Warung-1", address.port()).await;
    let path = format!("/routers/{}", router.id);
    let now = shop.office.now();
    shop.office.db().write(|tx| outbox::block_lane(tx, &router.lane(), "login_refused", now)).unwrap();
    assert!(shop.get("/").await.body().contains("R-102"), "the banner says why");

    let key = shop.get(&format!("{path}/edit")).await.field("request_key");
    let empty = with(with(typed("Warung Baru", address.port()), "password", ""), "request_key", &key);
    let trial = send(&mut shop, &format!("{path}/trial"), &empty).await;
    assert!(trial.body().contains("Router bisa dipakai"), "the kept password is tried: {}", trial.body());
    let changed = send(&mut shop, &path, &empty).await;
    assert_eq!(changed.header("hx-redirect"), path, "{}", changed.body());
    assert_eq!(kept(&shop, router.id).name, "Warung Baru");
    let lane = shop.office.db().read(|tx| outbox::lane(tx, &router.lane())).unwrap();
    assert_eq!((lane.circuit, lane.probe_at), (Circuit::Open, Some(now)));
    let trail = shop.office.db().read(|tx| audit::entries(tx, None, 50)).unwrap();
    assert!(trail.iter().all(|entry| !entry.detail.contains(SECRET)), "no password in the audit trail");
}

#[tokio::test]
async fn without_the_data_key_no_router_is_added_and_nothing_breaks() {
    let mut shop = Shop::open().await;
    added(&mut shop, "Warung-1", 8728).await;
    let key = shop.get("/routers/new").await.field("request_key");
    shop.office.keys().lock();
    let reply = send(&mut shop, "/routers", &with(typed("Warung-2", 8728), "request_key", &key)).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(reply.body().contains("R-301"), "{}", reply.body());
    assert!(shop.get("/routers").await.body().contains("menunggu kunci"));
}

#[tokio::test]
async fn a_changed_certificate_shows_both_fingerprints_and_only_the_seen_one_can_be_trusted() {
    let mut shop = Shop::open().await;
    let sim = agreeing(&shop).build();
    let address = sim.listen_tls("127.0.0.1:0", TlsMode::SelfSigned).await.unwrap();
    let key = shop.get("/routers/new").await.field("request_key");
    let form = with(with(typed("Kos", address.port()), "tls", "on"), "request_key", &key);
    assert_eq!(send(&mut shop, "/routers", &form).await.status, StatusCode::OK);
    let id = only(&shop, "Kos").id;
    shop.office.engine().tick().await.unwrap();
    let first = kept(&shop, id).pin.unwrap();

    sim.replace_certificate().unwrap();
    let tested = shop.post(&format!("/routers/{id}/test"), &[]).await.body();
    let second = kept(&shop, id).checks.unwrap().fingerprint.unwrap();
    assert_ne!(first, second);
    assert!(tested.contains(&first) && tested.contains(&second), "{tested}");

    let trust = format!("/routers/{id}/trust");
    let stale = shop.post(&trust, &[("fingerprint", &first)]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body().contains("R-143"), "{}", stale.body());
    let trusted = shop.post(&trust, &[("fingerprint", &second)]).await;
    assert_eq!(trusted.status, StatusCode::OK, "{}", trusted.body());
    assert_eq!(kept(&shop, id).pin, Some(second));
    assert_eq!(lines(&shop, id, CheckState::Failed), []);
}

/// Makes vouchers for this router.
pub(super) fn batch_on(shop: &Shop, router: RouterId, name: &str) -> karcis_core::vouchers::Batch {
    let code = CodeStyle { mode: CodeMode::Same, alphabet: Alphabet::A28, length: 8, prefix: String::new() };
    let plan = PlanRequest {
        router,
        name: name.to_owned(),
        hotspot_server: String::new(),
        price: Money::ZERO,
        selling_price: Money::rupiah(5_000),
        validity: "1d".parse().ok(),
        uptime_limit: None,
        data_limit: None,
        shared_users: 1,
        rate_limit: None,
        lock_mac: false,
        code: code.clone(),
        counter_key: None,
        colour: "teal".to_owned(),
        counter_fill: karcis_core::plans::Fill::Fresh,
    };
    let (mut rng, now, actor) = (shop.office.rng(), shop.office.now(), karcis_core::audit::Actor::karcis());
    let key = rng.next_u64().to_string();
    shop.office
        .db()
        .write(|tx| {
            let plan = plans::add(tx, &actor, &plan, &key, rng.as_mut(), now).unwrap();
            let request =
                BatchRequest { plan: plan.id, size: 3, code, note: String::new(), shelf_life_days: None };
            Ok::<_, Fault>(vouchers::issue_batch(tx, &actor, &request, &key, rng.as_mut(), now).unwrap())
        })
        .unwrap()
}

#[tokio::test]
async fn a_router_goes_only_when_no_voucher_on_it_is_live_and_its_name_is_typed() {
    let mut shop = Shop::open().await;
    let router = added(&mut shop, "Warung-1", 8728).await;
    let batch = batch_on(&shop, router.id, "1 Hari");
    let (page, end) = (format!("/routers/{}", router.id), format!("/routers/{}/archive", router.id));
    assert!(shop.get(&page).await.body().contains("3 voucher di router ini masih berlaku"));
    let live = shop.post(&end, &[("name", "Warung-1")]).await;
    assert_eq!(live.status, StatusCode::CONFLICT);
    assert!(live.body().contains("R-141") && live.body().contains("3 voucher"), "{}", live.body());

    let (actor, now) = (karcis_core::audit::Actor::karcis(), shop.office.now());
    shop.office.db().write(|tx| vouchers::cancel_batch(tx, &actor, batch.id, now)).unwrap();
    let unnamed = shop.post(&end, &[("name", "Warung")]).await;
    assert!(unnamed.body().contains("R-142"), "{}", unnamed.body());
    let gone = shop.post(&end, &[("name", " warung-1 ")]).await;
    assert_eq!(gone.header("hx-redirect"), "/routers", "{}", gone.body());
    assert_eq!(shop.get(&page).await.status, StatusCode::NOT_FOUND);
    assert!(shop.office.db().read(plans::plans).unwrap().is_empty(), "its plans went along");
}

#[tokio::test]
async fn the_practice_router_comes_with_one_click_and_goes_with_one() {
    let sim = Sim::builder().credentials("karcis", "latihan").build();
    let port = sim.listen("127.0.0.1:0").await.unwrap().port();
    let mut shop = Shop::outfitted(|outfit| {
        let reached = PracticeRouter {
            host: "127.0.0.1".to_owned(),
            port,
            user: "karcis".to_owned(),
            password: "latihan".to_owned(),
        };
        outfit.hooks.practice = Some(Arc::new(move || Ok(reached.clone())));
    });
    shop.set_up(Language::Id);
    shop.sign_in("Budi").await;
    assert!(shop.get("/routers").await.body().contains("hx-post=\"/practice\""));
    for _ in 0..2 {
        assert_eq!(shop.post("/practice", &[]).await.header("hx-redirect"), "/", "twice is once");
    }
    let router = only(&shop, "Router latihan");
    assert!(router.practice && router.dns_name.is_some(), "it was tested on the way: {router:?}");
    assert!(!shop.get("/routers").await.body().contains("hx-post=\"/practice\""), "there is one at most");
    let page = shop.get(&format!("/routers/{}", router.id)).await.body();
    assert!(page.contains("Latihan") && page.contains("Hapus router latihan"), "{page}");
    assert!(!page.contains("tanpa enkripsi: kata sandi"), "no network lies between: {page}");
    batch_on(&shop, router.id, "1 Hari");
    let asked = shop.get(&format!("/routers/{}", router.id)).await.body();
    assert!(asked.contains("semua data latihan? 1 paket latihan"), "{asked}");
    for list in ["/batches", "/vouchers", "/dashboard"] {
        let body = shop.get(list).await.body();
        assert!(body.contains("voucher latihan tidak ikut dihitung"), "{list}: {body}");
        assert!(body.contains("chip live"), "{list}: {body}");
    }
    let gone = shop.post(&format!("/routers/{}/archive", router.id), &[]).await;
    assert_eq!(gone.header("hx-redirect"), "/routers", "{}", gone.body());
    assert!(shop.office.db().read(routers::routers).unwrap().is_empty());
    for list in ["/batches", "/vouchers", "/dashboard", "/plans", "/queue", "/counter"] {
        let body = shop.get(list).await.body();
        assert!(!body.contains("1 Hari") && !body.contains("atihan ti"), "{list}: {body}");
    }
    assert!(shop.get("/audit").await.body().contains("Router latihan dan datanya dihapus"));
}

#[tokio::test]
async fn who_is_online_is_listed_with_their_voucher_and_a_router_that_is_away_is_not_asked() {
    let mut shop = Shop::open().await;
    let (sim, address) = listening(agreeing(&shop)).await;
    sim.add_user("tetangga", &[("password", "x")]).unwrap();
    let router = added(&mut shop, "Uji", address.port()).await;
    let online = format!("/routers/{}/online", router.id);
    let nobody = shop.get(&online).await.body();
    assert!(nobody.contains("tidak ada yang online") && nobody.contains("every 5s"), "{nobody}");
    assert!(shop.get(&format!("/routers/{}", router.id)).await.body().contains(&online));

    let batch = batch_on(&shop, router.id, "1 Hari");
    let card = shop.office.db().read(|tx| vouchers::printable(tx, batch.id)).unwrap().remove(0);
    sim.add_user(&card.code, &[("password", &card.password)]).unwrap();
    for (mac, user, password) in
        [("AA:BB:CC:00:00:01", "tetangga", "x"), ("AA:BB:CC:00:00:02", &card.code, &card.password)]
    {
        let phone = sim.client(mac);
        phone.connect("hotspot1").unwrap();
        phone.login(user, password, LoginWay::HttpPap).unwrap();
    }
    let two = shop.get(&online).await.body();
    assert!(
        two.contains("2 online") && two.contains("tetangga") && two.contains("AA:BB:CC:00:00:02"),
        "{two}"
    );
    assert!(two.contains(&format!("/vouchers/{}", card.id)) && two.contains("1 Hari"), "{two}");

    let lane = router.lane();
    let now = shop.office.now();
    shop.office.db().write(|tx| outbox::block_lane(tx, &lane, "login_refused", now)).unwrap();
    let away = shop.get(&online).await.body();
    assert!(away.contains("belum bisa ditanya") && !away.contains("tetangga"), "{away}");
}

#[tokio::test]
async fn a_guest_is_put_off_from_the_list_by_those_who_may_switch_vouchers_off() {
    let mut shop = Shop::open().await;
    let (sim, address) = listening(agreeing(&shop)).await;
    sim.add_user("tetangga", &[("password", "x")]).unwrap();
    let router = added(&mut shop, "Uji", address.port()).await;
    let batch = batch_on(&shop, router.id, "1 Hari");
    let card = shop.office.db().read(|tx| vouchers::printable(tx, batch.id)).unwrap().remove(0);
    while sim.user(&card.code).is_none() {
        assert!(shop.office.engine().tick().await.unwrap().carried > 0, "the router gets its vouchers");
    }
    let usage = format!("/vouchers/{}/usage", card.id);
    assert!(shop.get(&usage).await.body().contains("Belum ada yang masuk"));
    let mut seats = Vec::new();
    for (mac, user, password) in
        [("AA:BB:CC:00:00:01", "tetangga", "x"), ("AA:BB:CC:00:00:02", &card.code, &card.password)]
    {
        let phone = sim.client(mac);
        let joined = phone.connect("hotspot1").unwrap();
        phone.login(user, password, LoginWay::HttpPap).unwrap();
        seats.push([("user", user.to_owned()), ("address", joined.address), ("device", mac.to_owned())]);
    }
    fn sent<'a>(seat: &'a [(&'static str, String); 3]) -> [(&'static str, &'a str); 3] {
        seat.each_ref().map(|(name, value)| (*name, value.as_str()))
    }
    sim.advance(std::time::Duration::from_secs(125));
    let used = shop.get(&usage).await.body();
    assert!(used.contains("sedang online") && used.contains("2 menit 5 detik"), "{used}");
    let list = format!("/routers/{}/online", router.id);
    let end = format!("{list}/end");
    let shown = shop.get(&list).await.body();
    let code = karcis_print::grouped(&card.code);
    assert!(shown.contains(&end) && shown.contains(&format!("Akhiri sesi {code}? ")), "{shown}");
    assert!(shown.contains("matikan vouchernya") && shown.contains("bukan voucher Karcis"), "{shown}");

    let ended = shop.post(&end, &sent(&seats[1])).await;
    let toast = ended.header("hx-trigger");
    assert!(toast.contains(&format!("Sesi {code} diakhiri.")), "{toast}");
    let left = ended.body();
    assert!(left.contains("tetangga") && !left.contains(&code) && left.contains("data-focus"), "{left}");
    let again = shop.post(&end, &sent(&seats[1])).await;
    assert!(again.header("hx-trigger").contains("sudah tidak online"), "{}", again.header("hx-trigger"));
    let used = shop.get(&usage).await.body();
    assert!(used.contains("sudah dipakai") && used.contains("Pertama masuk"), "{used}");
    let page = shop.get(&format!("/vouchers/{}", card.id)).await.body();
    assert_eq!(page.matches("Sesinya diakhiri oleh Budi").count(), 1, "{page}");

    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let looked = shop.get(&list).await.body();
    assert!(looked.contains("tetangga") && !looked.contains("/online/end"), "{looked}");
    assert_eq!(shop.post(&end, &sent(&seats[0])).await.status, StatusCode::FORBIDDEN);

    shop.sign_in("Budi").await;
    sim.shutdown();
    shop.office.engine().reconnect(router.id).await;
    assert!(shop.get(&usage).await.body().contains("belum bisa ditanya"));
    let away = shop.post(&end, &sent(&seats[0])).await;
    assert_eq!(away.status, StatusCode::CONFLICT);
    assert!(
        away.body().contains("R-146") && away.body().contains("Tidak ada yang ditunda"),
        "{}",
        away.body()
    );
    let trail = shop.get("/audit?kind=router").await.body();
    assert!(!trail.contains("Mengakhiri sesi tamu"), "{trail}");
}

#[tokio::test]
async fn where_there_is_no_practice_router_it_is_refused() {
    let mut shop = Shop::open().await;
    let refused = shop.post("/practice", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body().contains("R-144"), "{}", refused.body());
    assert!(!shop.get("/routers").await.body().contains("/practice"));
}

#[tokio::test]
async fn an_operator_sees_how_a_router_is_but_neither_its_address_nor_its_buttons() {
    let mut shop = Shop::open().await;
    let sim = agreeing(&shop);
    let (router, tested) = tested(&mut shop, sim).await;
    assert!(tested.body().contains("127.0.0.1") && tested.body().contains("/test\""), "{}", tested.body());
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let page = shop.get(&format!("/routers/{}", router.id)).await;
    assert_eq!(page.status, StatusCode::OK);
    let body = page.body();
    assert!(body.contains("Router menjawab") && body.contains("wifi.melati"), "{body}");
    for hidden in ["127.0.0.1", "karcis</", "/archive", "/test\"", "/edit"] {
        assert!(!body.contains(hidden), "{hidden}: {body}");
    }
}
