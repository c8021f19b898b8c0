use super::Shop;
use super::pretend::{HOST, PASSWORD};
use crate::visit::WindowSession;
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use karcis_core::audit::Actor;
use karcis_core::secrets::{self, Cost, RecoveryKey};
use karcis_core::staff::{Place, Role};

#[tokio::test]
async fn a_page_asked_for_before_signing_in_is_shown_afterwards() {
    let mut shop = Shop::open().await;
    shop.leave();
    let asked = shop.get("/audit?kind=staff").await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert_eq!(asked.field("next"), "/audit?kind=staff");
    let form = [("name", "budi"), ("password", PASSWORD), ("next", "/audit?kind=staff")];
    assert_eq!(shop.post("/sign-in", &form).await.header("hx-redirect"), "/audit?kind=staff");
    let foreign = [("name", "Budi"), ("password", PASSWORD), ("next", "//evil.example/")];
    assert_eq!(shop.post("/sign-in", &foreign).await.header("hx-redirect"), "/");
}

#[tokio::test]
async fn a_part_asked_for_before_signing_in_leads_to_the_door_and_back_to_its_page() {
    let mut shop = Shop::open().await;
    shop.leave();
    let request = shop.request(Method::GET, "/frame").header("hx-request", "true");
    let request = request.header("hx-current-url", format!("http://{HOST}/staff?x=1"));
    let reply = shop.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reply.header("hx-redirect"), "/sign-in?next=/staff%3Fx%3D1");
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_other_sites_and_taken_back_at_the_end() {
    let mut shop = Shop::open().await;
    let cookie = shop.leave();
    let reply = shop.post("/sign-in", &[("name", "Budi"), ("password", PASSWORD)]).await;
    let set = reply.header(header::SET_COOKIE.as_str()).to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Path=/"), "{set}");
    assert_eq!(shop.get("/me").await.status, StatusCode::OK);
    let out = shop.post("/sign-out", &[]).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    assert_eq!(out.header("hx-redirect"), "/sign-in");
    assert_eq!(shop.get("/me").await.status, StatusCode::UNAUTHORIZED);
    shop.come_back(cookie);
    assert_eq!(shop.get("/me").await.status, StatusCode::OK, "another session goes on");
}

#[tokio::test]
async fn an_ended_session_is_worth_nothing_even_with_its_cookie() {
    let mut shop = Shop::open().await;
    let cookie = shop.leave();
    shop.come_back(cookie.clone());
    shop.post("/sign-out", &[]).await;
    shop.come_back(cookie);
    assert_eq!(shop.get("/staff").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_window_holds_its_session_itself_and_sets_no_cookie() {
    let mut shop = Shop::open().await;
    let window = WindowSession::default();
    let sign_in = shop
        .request(Method::POST, "/sign-in")
        .header("x-karcis-token", shop.office.token())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(window.clone())
        .body(Body::from(format!("name=Budi&password={PASSWORD}")))
        .unwrap();
    shop.leave();
    let reply = shop.send(sign_in).await;
    assert_eq!((reply.header("hx-redirect"), reply.header("set-cookie")), ("/", ""));
    assert!(window.token().is_some());
    let page = |shop: &Shop| {
        shop.request(Method::GET, "/staff").extension(window.clone()).body(Body::empty()).unwrap()
    };
    let request = page(&shop);
    assert_eq!(shop.send(request).await.status, StatusCode::OK);
    window.hold(None);
    let request = page(&shop);
    assert_eq!(shop.send(request).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn names_are_offered_at_the_shops_own_window_only() {
    let shop = Shop::open().await;
    let mut browser = shop;
    browser.leave();
    assert!(!browser.get("/sign-in").await.body().contains("<option value=\"Budi\">"));
    let mut window = Shop::outfitted(|outfit| outfit.place = Place::Window);
    window.post("/start/shop", &[("name", "Warnet"), ("zone", "WIB"), ("language", "id")]).await;
    window.post("/start/owner", &[("name", "Budi"), ("password", PASSWORD)]).await;
    assert!(window.get("/sign-in").await.body().contains("<option value=\"Budi\">"));
}

#[tokio::test]
async fn wrong_tries_say_the_same_for_every_name_and_then_cost_time() {
    let mut shop = Shop::open().await;
    shop.leave();
    let stranger = shop.post("/sign-in", &[("name", "Siapa"), ("password", "salah-sekali")]).await;
    assert_eq!(stranger.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stranger.body().contains("Nama atau kata sandi salah."));
    for _ in 0..3 {
        let wrong = shop.post("/sign-in", &[("name", "Budi"), ("password", "salah-sekali")]).await;
        assert!(wrong.body().contains("Nama atau kata sandi salah."), "{}", wrong.body());
        assert!(wrong.body().contains("value=\"Budi\"") && !wrong.body().contains("salah-sekali"));
    }
    let wait = shop.post("/sign-in", &[("name", "Budi"), ("password", PASSWORD)]).await;
    assert!(
        wait.body().contains("Coba lagi dalam 1 detik.") && wait.body().contains("data-wait=\"1\""),
        "{}",
        wait.body()
    );
    shop.wait(2);
    shop.sign_in("Budi").await;
}

#[tokio::test]
async fn a_disabled_person_is_told_so_and_not_let_in() {
    let mut shop = Shop::open().await;
    let id = shop.hire("Siti", Role::Operator, false);
    assert_eq!(shop.post(&format!("/staff/{id}/disable"), &[]).await.status, StatusCode::OK);
    shop.leave();
    let reply = shop.post("/sign-in", &[("name", "Siti"), ("password", PASSWORD)]).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(reply.body().contains("R-203"), "{}", reply.body());
}

#[tokio::test]
async fn parts_that_pages_ask_for_by_themselves_keep_no_session_alive() {
    let mut shop = Shop::open().await;
    for _ in 0..40 {
        shop.wait(60);
        shop.part("/frame").await;
    }
    assert_eq!(
        shop.get("/me").await.status,
        StatusCode::UNAUTHORIZED,
        "half an hour at a browser without a person"
    );
    shop.sign_in("Budi").await;
    for _ in 0..40 {
        shop.wait(60);
        assert_eq!(shop.get("/me").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn locked_keys_are_asked_for_after_signing_in_and_opened_by_the_passphrase_or_the_paper() {
    let mut shop = Shop::open().await;
    shop.office.keys().lock();
    assert!(shop.get("/staff").await.body().contains("Kunci data belum dibuka"));
    shop.leave();
    let reply = shop.post("/sign-in", &[("name", "Budi"), ("password", PASSWORD), ("next", "/staff")]).await;
    assert_eq!(reply.header("hx-redirect"), "/unlock?next=/staff");
    for (typed, words) in [
        ("ACDEF", "yang diketik 5"),
        ("B0OI1", "tidak pernah dipakai"),
        ("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", "salah ketik atau tertukar"),
    ] {
        let wrong = shop.post("/unlock", &[("key", typed), ("next", "/staff")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(wrong.body().contains(words) && !wrong.body().contains(typed), "{typed}: {}", wrong.body());
    }
    assert!(!shop.office.keys().is_unlocked());
}

/// A second recovery key for these books, as the owner has one on paper.
fn paper(shop: &Shop) -> String {
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    let recovery = RecoveryKey::new(rng.as_mut());
    let wrap = |key: &_| secrets::wrap_with_recovery(key, &recovery, Cost::FLOOR, rng.as_mut());
    let wrap = shop.office.keys().with(wrap).unwrap();
    shop.office.db().write(|tx| secrets::keep_wrap(tx, &Actor::karcis(), &wrap, now)).unwrap();
    recovery.to_string()
}

#[tokio::test]
async fn on_another_computer_the_recovery_key_opens_the_books_and_stays_there_when_the_owner_says_so() {
    let mut shop = Shop::open().await;
    let (paper, key) = (paper(&shop), shop.office.keys().with(|key| key.to_text().as_str().to_owned()));
    shop.office.keys().lock();
    let page = shop.get("/unlock").await.body();
    assert!(page.contains("Simpan kunci di komputer ini") && page.contains("/help/backup#moving"), "{page}");
    let wrong = shop.post("/unlock", &[("key", "AAAAA-AAAAA"), ("keep", "on")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("id=\"keep\" name=\"keep\" checked"), "{}", wrong.body());
    assert!(shop.keyring.lock().unwrap().is_none(), "a wrong key is not kept");
    let opened = shop.post("/unlock", &[("key", &paper.to_lowercase()), ("keep", "on"), ("next", "/")]).await;
    assert_eq!(opened.header("hx-redirect"), "/", "{}", opened.body());
    assert!(shop.office.keys().is_unlocked());
    assert_eq!(*shop.keyring.lock().unwrap(), key, "the next start finds it in the keyring");
    let trail = shop.office.db().read(|tx| karcis_core::audit::entries(tx, None, 1)).unwrap();
    assert_eq!(trail[0].deed, "secrets.house");
    *shop.keyring.lock().unwrap() = None;
    shop.office.keys().lock();
    shop.post("/unlock", &[("key", &paper), ("next", "/")]).await;
    assert!(shop.office.keys().is_unlocked() && shop.keyring.lock().unwrap().is_none(), "only when asked to");
}

#[tokio::test]
async fn a_keyring_that_does_not_keep_the_key_is_told_and_the_books_stay_open() {
    let mut shop = Shop::open().await;
    let paper = paper(&shop);
    shop.keyring_refuses();
    shop.office.keys().lock();
    let reply = shop.post("/unlock", &[("key", &paper), ("keep", "on"), ("next", "/")]).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(reply.body().contains("R-304") && reply.body().contains("sudah terbuka"), "{}", reply.body());
    assert!(shop.office.keys().is_unlocked());
}

#[tokio::test]
async fn a_cashier_may_open_the_books_but_not_decide_that_the_key_stays() {
    let mut shop = Shop::open().await;
    let paper = paper(&shop);
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    shop.office.keys().lock();
    assert!(!shop.get("/unlock").await.body().contains("name=\"keep\""));
    let reply = shop.post("/unlock", &[("key", &paper), ("keep", "on"), ("next", "/")]).await;
    assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.body());
    assert!(shop.office.keys().is_unlocked() && shop.keyring.lock().unwrap().is_none());
}

#[tokio::test]
async fn changing_ones_password_ends_every_other_session() {
    let mut shop = Shop::open().await;
    let elsewhere = shop.leave();
    shop.sign_in("Budi").await;
    let wrong =
        shop.post("/me/password", &[("current", "salah-sekali"), ("new", "pagar-hijau-sembilan")]).await;
    assert!(wrong.body().contains("Kata sandi sekarang salah."), "{}", wrong.body());
    let same = shop.post("/me/password", &[("current", PASSWORD), ("new", PASSWORD)]).await;
    assert!(same.body().contains("Sama dengan yang sekarang."), "{}", same.body());
    let changed = shop.post("/me/password", &[("current", PASSWORD), ("new", "pagar-hijau-sembilan")]).await;
    assert_eq!(changed.header("hx-redirect"), "/");
    assert_eq!(shop.get("/me").await.status, StatusCode::OK);
    shop.come_back(elsewhere);
    assert_eq!(shop.get("/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_person_reads_in_their_own_language_and_colours() {
    let mut shop = Shop::open().await;
    let reply = shop.post("/me/preferences", &[("language", "en"), ("theme", "dark")]).await;
    assert_eq!(reply.header("hx-refresh"), "true");
    let page = shop.get("/staff").await.body();
    assert!(
        page.contains("<html lang=\"en\" data-theme=\"dark\" data-bs-theme=\"dark\">")
            && page.contains("Add staff"),
        "{page}"
    );
    shop.leave();
    assert!(
        shop.get("/sign-in").await.body().contains("<html lang=\"id\""),
        "the door speaks the shop's language"
    );
    assert!(shop.get("/sign-in?lang=en").await.body().contains("Sign in to"));
}

#[tokio::test]
async fn signing_out_everywhere_ends_this_session_too() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.post("/me/sessions/end", &[]).await.header("hx-redirect"), "/sign-in");
    assert_eq!(shop.get("/me").await.status, StatusCode::UNAUTHORIZED);
}
