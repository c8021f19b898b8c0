//! The locked screen, PINs, switching people, and the sessions one can see and end.

use super::matrix::somewhere;
use super::pretend::PASSWORD;
use super::{Reply, Shop};
use crate::access::Access;
use crate::routes::route_table;
use crate::settings::keep_picked_logo;
use crate::visit::WindowSession;
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use karcis_core::audit;
use karcis_core::staff::{self, Cost, NewPin, Role};
use karcis_core::values::StaffId;

const PIN: &str = "402618";
const LOCKED: StatusCode = StatusCode::LOCKED;

impl Shop {
    pub(super) fn give_pin(&self, id: StaffId) {
        let hash = staff::hash_pin(&NewPin::parse(PIN).unwrap(), Cost::FLOOR, self.office.rng().as_mut());
        let (actor, now) = (audit::Actor::karcis(), self.office.now());
        self.office.db().write(|tx| staff::set_pin(tx, &actor, id, &hash, now)).unwrap();
    }

    fn owner(&self) -> StaffId {
        let people = self.office.db().read(staff::people).unwrap();
        people.iter().find(|person| person.name == "Budi").unwrap().id
    }

    async fn lock(&mut self) {
        let locked = self.post("/lock", &[]).await;
        assert_eq!((locked.status, locked.header("hx-trigger")), (StatusCode::OK, "karcis:locked"));
    }

    async fn open_with(&mut self, by: &str, secret: &str) -> Reply {
        self.post("/lock/open", &[("by", by), (by, secret)]).await
    }

    async fn switch_to(&mut self, id: StaffId, by: &str, secret: &str) -> Reply {
        self.post("/switch", &[("by", by), ("who", &id.to_string()), (by, secret)]).await
    }

    /// As a page sends it that was drawn for this person.
    async fn post_as(&mut self, person: StaffId, path: &str) -> Reply {
        let request = self
            .request(Method::POST, path)
            .header("x-karcis-token", self.office.token())
            .header("x-karcis-person", person.to_string())
            .header("hx-request", "true")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn who(&mut self) -> String {
        let page = self.get("/me").await.body();
        page.split("<h1>").nth(1).unwrap().split('<').next().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_locked_session_answers_nothing_but_the_lock_and_the_ways_out_of_it() {
    let mut shop = Shop::open().await;
    shop.lock().await;
    for rule in route_table() {
        let closed = match rule.access {
            Access::Open | Access::Founding | Access::Door | Access::BehindLock => continue,
            Access::SignedIn | Access::SettingUp(_) | Access::Staff | Access::May(_) => true,
        };
        for by_htmx in [false, true] {
            let request = shop
                .request(rule.method.clone(), &somewhere(rule.path))
                .header("x-karcis-token", shop.office.token())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let request = if by_htmx { request.header("hx-request", "true") } else { request };
            let reply = shop.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.status == LOCKED, closed, "{} {}: {}", rule.method, rule.path, reply.status);
            let body = reply.body();
            if by_htmx {
                let said = (reply.header("hx-reswap"), reply.header("hx-trigger"), body.as_str());
                assert_eq!(said, ("none", "karcis:locked", ""), "{}", rule.path);
            } else if rule.method == Method::GET {
                assert!(body.contains("id=\"lock-form\"") && !body.contains("k-rail"), "{}", rule.path);
            }
        }
    }
}

#[tokio::test]
async fn the_locked_page_goes_on_to_what_was_asked_for_once_it_is_open() {
    let mut shop = Shop::open().await;
    shop.lock().await;
    let page = shop.get("/audit?kind=staff").await;
    assert_eq!((page.status, page.field("next").as_str()), (LOCKED, "/audit?kind=staff"));
    assert!(page.body().contains("Layar terkunci") && page.body().contains("Budi"), "{}", page.body());
    let wrong = shop.open_with("password", "salah-sekali").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("Kata sandi salah.") && !wrong.body().contains("salah-sekali"));
    let form = [("by", "password"), ("password", PASSWORD), ("next", "/audit?kind=staff")];
    assert_eq!(shop.post("/lock/open", &form).await.header("hx-redirect"), "/audit?kind=staff");
    assert_eq!(shop.get("/audit?kind=staff").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_lock_over_a_page_opens_to_that_page_and_says_for_whom() {
    let mut shop = Shop::open().await;
    let owner = shop.owner();
    shop.give_pin(owner);
    shop.lock().await;
    let card = shop.part("/lock").await.body();
    assert!(
        card.contains("name=\"pin\"") && card.contains("data-full=6") && !card.contains("<html"),
        "{card}"
    );
    assert!(shop.part("/lock?by=password").await.body().contains("name=\"password\""));
    let wrong = shop.open_with("pin", "719405").await;
    assert!(wrong.body().contains("PIN salah. Sisa 4 kali."), "{}", wrong.body());
    let open = shop.open_with("pin", PIN).await;
    assert_eq!(open.status, StatusCode::OK);
    assert_eq!(open.header("hx-trigger"), format!(r#"{{"karcis:unlocked":{{"person":"{owner}"}}}}"#));
    assert_eq!(shop.get("/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_pin_wrong_five_times_leaves_the_password_and_comes_back_after_it() {
    let mut shop = Shop::open().await;
    let owner = shop.owner();
    shop.give_pin(owner);
    shop.lock().await;
    for _ in 0..4 {
        shop.open_with("pin", "719405").await;
    }
    let fifth = shop.open_with("pin", "719405").await.body();
    assert!(fifth.contains("R-152") && fifth.contains("name=\"password\""), "{fifth}");
    assert!(!fifth.contains("name=\"pin\""), "{fifth}");
    assert!(shop.open_with("pin", PIN).await.body().contains("R-152"));
    assert!(shop.part("/lock").await.body().contains("PIN terlalu sering salah."));
    assert_eq!(shop.open_with("password", PASSWORD).await.status, StatusCode::OK);
    shop.lock().await;
    assert_eq!(shop.open_with("pin", PIN).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_screen_nobody_uses_locks_and_what_pages_ask_by_themselves_keeps_it_from_nothing() {
    let mut shop = Shop::open().await;
    for _ in 0..10 {
        shop.wait(60);
        assert_eq!(shop.part("/frame").await.status, StatusCode::OK);
    }
    shop.wait(60);
    assert_eq!(shop.part("/frame").await.status, LOCKED);
    // The ways out of the lock are no sign of its own person either.
    shop.post("/lock/idle", &[]).await;
    shop.get("/switch").await;
    assert_eq!(shop.get("/me").await.status, LOCKED);
    shop.open_with("password", PASSWORD).await;
    for _ in 0..30 {
        shop.wait(60);
        assert_eq!(shop.post("/awake", &[]).await.status, StatusCode::NO_CONTENT, "somebody types");
    }
}

#[tokio::test]
async fn an_idle_page_locks_the_session_unless_another_page_was_in_use() {
    let mut shop = Shop::open().await;
    shop.wait(4 * 60);
    shop.get("/staff").await;
    shop.wait(6 * 60);
    let asked = shop.post("/lock/idle", &[]).await;
    assert_eq!(asked.header("hx-trigger"), r#"{"karcis:wait":{"seconds":240}}"#);
    shop.wait(4 * 60);
    assert_eq!(shop.post("/lock/idle", &[]).await.header("hx-trigger"), "karcis:locked");
    assert_eq!(shop.get("/staff").await.status, LOCKED);
}

#[tokio::test]
async fn the_owner_sets_when_screens_lock_or_that_they_never_do() {
    let mut shop = Shop::open().await;
    assert!(shop.get("/settings").await.body().contains("<option value=\"10\" selected>10 menit</option>"));
    assert_eq!(shop.post("/settings/lock", &[("lock_after", "11")]).await.status, StatusCode::BAD_REQUEST);
    let kept = shop.post("/settings/lock", &[("lock_after", "2")]).await.body();
    assert!(kept.contains("<option value=\"2\" selected>"), "{kept}");
    assert!(shop.get("/staff").await.body().contains("data-lock-after=\"120\""));
    shop.wait(180);
    assert_eq!(shop.get("/staff").await.status, LOCKED);
    shop.open_with("password", PASSWORD).await;
    shop.post("/settings/lock", &[("lock_after", "never")]).await;
    assert!(shop.get("/staff").await.body().contains("data-lock-after=\"0\""));
    shop.wait(29 * 60);
    assert_eq!(shop.get("/staff").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_locked_window_hands_nothing_to_its_own_commands_either() {
    let mut shop = Shop::open().await;
    let window = WindowSession::default();
    window.hold(Some(shop.session_token()));
    shop.lock().await;
    assert!(keep_picked_logo(&shop.office, &window, b"no picture").unwrap_err().contains("tidak boleh"));
}

#[tokio::test]
async fn a_pin_gives_the_screen_to_a_cashier_and_the_password_gives_it_back() {
    let mut shop = Shop::open().await;
    let (owner, siti) = (shop.owner(), shop.hire("Siti", Role::Operator, false));
    shop.hire("Tono", Role::Operator, false);
    shop.give_pin(siti);
    let before = shop.leave();
    shop.come_back(before.clone());
    let dialog = shop.part("/switch").await.body();
    assert!(dialog.contains("<dialog") && dialog.contains("Siti"), "{dialog}");
    assert!(!dialog.contains("Tono") && !dialog.contains(&owner.to_string()), "{dialog}");
    let wrong = shop.switch_to(siti, "pin", "719405").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("Sisa 4 kali.") && !wrong.body().contains("719405"), "{}", wrong.body());
    let switched = shop.switch_to(siti, "pin", PIN).await;
    assert_eq!(switched.header("hx-redirect"), "/", "{}", switched.body());
    assert_eq!(shop.who().await, "Siti");
    assert_eq!(shop.get("/settings").await.status, StatusCode::FORBIDDEN);
    let siti_cookie = shop.leave();
    shop.come_back(before);
    assert_eq!(shop.get("/me").await.status, StatusCode::UNAUTHORIZED, "the owner's session has ended");
    shop.come_back(siti_cookie);
    let others = shop.part("/switch?by=password&part=card").await.body();
    assert!(others.contains("Budi") && others.contains("Tono") && !others.contains("<dialog"), "{others}");
    shop.switch_to(owner, "password", PASSWORD).await;
    assert_eq!(shop.who().await, "Budi");
}

#[tokio::test]
async fn a_locked_screen_can_be_taken_over_and_shows_the_new_person_only() {
    let mut shop = Shop::open().await;
    let siti = shop.hire("Siti", Role::Operator, false);
    shop.give_pin(siti);
    shop.lock().await;
    assert!(shop.part("/switch?at=lock&part=card").await.body().contains("Kembali ke kunci"));
    assert_eq!(shop.switch_to(siti, "pin", PIN).await.header("hx-redirect"), "/");
    assert_eq!(shop.who().await, "Siti");
}

#[tokio::test]
async fn a_screen_nobody_is_signed_in_at_takes_no_pin() {
    let mut shop = Shop::open().await;
    let siti = shop.hire("Siti", Role::Operator, false);
    shop.give_pin(siti);
    shop.leave();
    for path in ["/switch", "/lock"] {
        assert_eq!(shop.part(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(shop.switch_to(siti, "pin", PIN).await.status, StatusCode::UNAUTHORIZED);
    assert!(!shop.get("/sign-in").await.body().contains("Siti"));
}

#[tokio::test]
async fn a_page_that_still_shows_somebody_else_changes_nothing_and_is_drawn_anew() {
    let mut shop = Shop::open().await;
    let (owner, siti) = (shop.owner(), shop.hire("Siti", Role::Admin, false));
    shop.give_pin(siti);
    assert_eq!(shop.post_as(owner, "/me/preferences").await.status, StatusCode::OK);
    shop.switch_to(siti, "pin", PIN).await;
    let refused = shop.post_as(owner, "/me/preferences").await;
    assert_eq!((refused.status, refused.header("hx-refresh")), (StatusCode::CONFLICT, "true"));
    assert!(refused.body().contains("R-909"), "{}", refused.body());
    assert_eq!(shop.post_as(siti, "/me/preferences").await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_sets_ones_own_pin_with_ones_password_and_takes_it_away() {
    let mut shop = Shop::open().await;
    let tries = [
        ([PASSWORD, "12345", "12345"], "PIN terdiri dari 6 angka."),
        ([PASSWORD, "123456", "123456"], "termasuk yang pertama ditebak"),
        ([PASSWORD, PIN, "402619"], "Kedua ketikan tidak sama."),
        (["salah-sekali", PIN, PIN], "Kata sandi salah."),
    ];
    for ([current, pin, repeated], words) in tries {
        let form = [("current", current), ("pin", pin), ("repeated", repeated)];
        let again = shop.post("/me/pin", &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(again.body().contains(words) && !again.body().contains(pin), "{words}: {}", again.body());
    }
    let form = [("current", PASSWORD), ("pin", PIN), ("repeated", PIN)];
    assert_eq!(shop.post("/me/pin", &form).await.header("hx-redirect"), "/me");
    assert!(shop.get("/me").await.body().contains("berlaku"));
    shop.lock().await;
    assert_eq!(shop.open_with("pin", PIN).await.status, StatusCode::OK);
    shop.post("/me/pin/clear", &[]).await;
    assert!(shop.get("/me").await.body().contains("belum ada"));
    let trail = shop.office.db().read(|tx| audit::entries(tx, None, 50)).unwrap();
    assert!(trail.iter().all(|entry| !entry.detail.contains(PIN)), "no secret in the audit trail");
}

#[tokio::test]
async fn the_owner_gives_and_takes_a_cashiers_pin() {
    let mut shop = Shop::open().await;
    let siti = shop.hire("Siti", Role::Operator, false);
    let easy = shop.post(&format!("/staff/{siti}/pin"), &[("pin", "111111")]).await;
    assert_eq!(easy.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(easy.body().contains("termasuk yang pertama ditebak"), "{}", easy.body());
    let given = shop.post(&format!("/staff/{siti}/pin"), &[("pin", PIN)]).await;
    assert!(given.body().contains("berlaku") && !given.body().contains(PIN), "{}", given.body());
    let taken = shop.post(&format!("/staff/{siti}/pin/clear"), &[]).await;
    assert!(taken.body().contains("belum ada"), "{}", taken.body());
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_one_or_all_others() {
    let mut shop = Shop::open().await;
    let first = shop.leave();
    shop.sign_in("Budi").await;
    let second = shop.leave();
    shop.sign_in("Budi").await;
    let page = shop.get("/me/sessions").await.body();
    assert_eq!(
        (page.matches("Peramban").count() >= 3, page.matches("yang ini").count()),
        (true, 1),
        "{page}"
    );
    let (owner, now, own) = (shop.owner(), shop.office.now(), shop.session_token());
    let sessions = shop.office.db().read(|tx| staff::sessions(tx, owner, now)).unwrap();
    let here = shop.office.db().read(|tx| staff::session(tx, &own, now)).unwrap().unwrap().token_hash;
    let other = sessions.iter().find(|session| session.token_hash != here).unwrap().token_hash.clone();
    let left = shop.post(&format!("/me/sessions/{}/end", other.as_str()), &[]).await;
    assert_eq!(left.body().matches("yang ini").count(), 1, "{}", left.body());
    let still = shop.office.db().read(|tx| staff::sessions(tx, owner, now)).unwrap();
    assert_eq!(still.len(), 2);
    let alone = shop.post("/me/sessions/others/end", &[]).await.body();
    assert!(alone.contains("Anda hanya masuk di sini."), "{alone}");
    let mine = shop.leave();
    for cookie in [first, second] {
        shop.come_back(cookie);
        assert_eq!(shop.get("/me").await.status, StatusCode::UNAUTHORIZED);
    }
    shop.come_back(mine);
    let out = shop.post(&format!("/me/sessions/{}/end", here.as_str()), &[]).await;
    assert_eq!(out.header("hx-redirect"), "/sign-in");
    assert_eq!(shop.get("/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else_on_their_own_page() {
    let mut shop = Shop::open().await;
    shop.hire("Siti", Role::Operator, false);
    let (owner, now) = (shop.owner(), shop.office.now());
    let theirs = shop.office.db().read(|tx| staff::sessions(tx, owner, now)).unwrap().remove(0).token_hash;
    shop.sign_in("Siti").await;
    shop.post(&format!("/me/sessions/{}/end", theirs.as_str()), &[]).await;
    assert_eq!(shop.office.db().read(|tx| staff::sessions(tx, owner, now)).unwrap().len(), 1);
}

#[tokio::test]
async fn a_browser_that_guesses_is_locked_out_while_the_owner_gets_in_elsewhere() {
    let mut shop = Shop::open().await;
    shop.leave();
    let attempt = |shop: &Shop, address: [u8; 4], password: &str| {
        let request = shop
            .request(Method::POST, "/sign-in")
            .header("x-karcis-token", shop.office.token())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(crate::visit::Caller(address.into()));
        request.body(Body::from(format!("name=Budi&password={password}"))).unwrap()
    };
    let thief = [192, 168, 1, 66];
    for _ in 0..10 {
        let request = attempt(&shop, thief, "salah-sekali");
        let wrong = shop.send(request).await.body();
        assert!(wrong.contains("Nama atau kata sandi salah."), "{wrong}");
        shop.wait(10);
    }
    let request = attempt(&shop, thief, PASSWORD);
    let locked_out = shop.send(request).await;
    assert!(locked_out.body().contains("Coba lagi dalam 4 menit 50 detik."), "{}", locked_out.body());
    let request = attempt(&shop, [192, 168, 1, 20], PASSWORD);
    assert_eq!(shop.send(request).await.header("hx-redirect"), "/");
}
