use super::Shop;
use crate::settings::may_change_settings;
use crate::updater::{Release, UpdateStanding, UpdateTrouble, Updater};
use crate::visit::WindowSession;
use axum::http::StatusCode;
use karcis_core::audit::{self, Actor};
use karcis_core::counters;
use karcis_core::settings::Language;
use karcis_core::shifts;
use karcis_core::staff::Role;
use karcis_core::values::Money;
use std::sync::{Arc, Mutex};

const ADDRESS: &str = "https://updates.example/karcis/CHANNEL.json";

#[derive(Default)]
struct Pretended {
    standing: Mutex<UpdateStanding>,
    asked: Mutex<Vec<String>>,
}

impl Pretended {
    fn stands(&self, standing: UpdateStanding) {
        *self.standing.lock().unwrap() = standing;
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn note(&self, what: &str) {
        self.asked.lock().unwrap().push(what.to_owned());
    }
}

impl Updater for Pretended {
    fn standing(&self) -> UpdateStanding {
        self.standing.lock().unwrap().clone()
    }

    fn look(&self, url: &str) {
        self.note(url);
    }

    fn fetch(&self) {
        self.note("fetch");
    }

    fn install(&self) {
        self.note("install");
    }
}

async fn shop() -> (Shop, Arc<Pretended>) {
    let updater = Arc::new(Pretended::default());
    let given = Arc::clone(&updater);
    (Shop::open_around(Language::En, |outfit| outfit.hooks.updater = Some(given)).await, updater)
}

fn release(notes: &str) -> Release {
    Release { version: "0.2.0".to_owned(), notes: notes.to_owned() }
}

async fn part(shop: &mut Shop) -> String {
    shop.part("/settings/updates/part").await.body()
}

#[tokio::test]
async fn nobody_looks_anywhere_until_the_owner_has_given_an_address() {
    let (mut shop, updater) = shop().await;
    let page = shop.get("/settings/updates").await.body();
    assert!(page.contains("there is no address yet") && !page.contains("/settings/updates/look"), "{page}");
    let refused = shop.post("/settings/updates/look", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body().contains("R-922"), "{}", refused.body());
    shop.post("/settings/updates/feed", &[("address", ADDRESS), ("channel", "beta")]).await;
    shop.post("/settings/updates/look", &[]).await;
    assert_eq!(updater.asked(), ["https://updates.example/karcis/beta.json"]);
    assert!(part(&mut shop).await.contains("Last looked:"));
}

#[tokio::test]
async fn an_address_that_is_not_under_https_is_refused_beside_its_field() {
    let (mut shop, _) = shop().await;
    for wrong in ["http://updates.example/", "file:///etc/passwd", "<script>"] {
        let refused = shop.post("/settings/updates/feed", &[("address", wrong), ("channel", "stable")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.body().contains("R-921") && !refused.body().contains("<script>"),
            "{}",
            refused.body()
        );
    }
    let unread = shop.post("/settings/updates/feed", &[("address", ""), ("channel", "nightly")]).await;
    assert_eq!(unread.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_new_is_shown_as_text_and_nothing_else() {
    let (mut shop, updater) = shop().await;
    updater.stands(UpdateStanding::Found(release("<img src=x onerror=alert(1)>\nSatu & dua")));
    let body = part(&mut shop).await;
    assert!(body.contains("0.2.0") && body.contains("/settings/updates/fetch"), "{body}");
    assert!(!body.contains("<img") && body.contains("Satu &#38; dua"), "{body}");
}

#[tokio::test]
async fn an_update_is_installed_only_when_nobody_sells_and_the_books_know_who_wanted_it() {
    let (mut shop, updater) = shop().await;
    updater.stands(UpdateStanding::Ready(release("")));
    let (db, mut rng, now) = (shop.office.db().clone(), shop.office.rng(), shop.office.now());
    let counter = db.read(counters::all).unwrap().remove(0).id;
    let float = Money::rupiah(1_000);
    db.write(|tx| shifts::open(tx, &Actor::karcis(), counter, float, "a", rng.as_mut(), now)).unwrap();
    let body = part(&mut shop).await;
    assert!(body.contains("1 shift is not closed") && !body.contains("/settings/updates/install"), "{body}");
    let refused = shop.post("/settings/updates/install", &[]).await.body();
    assert!(refused.contains("1 shift is not closed"), "{refused}");
    assert_eq!(updater.asked(), [""; 0]);

    let (mut shop, updater) = self::shop().await;
    updater.stands(UpdateStanding::Ready(release("")));
    assert!(part(&mut shop).await.contains("/settings/updates/install"));
    shop.post("/settings/updates/install", &[]).await;
    assert_eq!(updater.asked(), ["install"]);
    let trail = shop.office.db().read(|tx| audit::history(tx, ("program", "karcis"), 10)).unwrap();
    assert_eq!(trail.len(), 1);
    assert!(trail[0].detail.contains("0.2.0") && trail[0].actor_name == "Budi", "{:?}", trail[0]);
}

#[tokio::test]
async fn nothing_is_installed_that_is_not_ready() {
    let (mut shop, updater) = shop().await;
    for standing in [UpdateStanding::Idle, UpdateStanding::Found(release("")), UpdateStanding::Looking] {
        updater.stands(standing);
        shop.post("/settings/updates/install", &[]).await;
    }
    assert_eq!(updater.asked(), [""; 0]);
}

#[tokio::test]
async fn every_trouble_is_a_sentence_with_its_code() {
    let (mut shop, updater) = shop().await;
    let mut seen = Vec::new();
    for trouble in UpdateTrouble::ALL {
        updater.stands(UpdateStanding::Failed(trouble));
        let body = part(&mut shop).await;
        let code = body.split("R-").nth(1).map(|rest| rest[..3].to_owned());
        seen.push(code.unwrap_or_else(|| panic!("{trouble:?}: {body}")));
        assert!(!body.contains("every 2s"), "{trouble:?} is the end");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), UpdateTrouble::ALL.len());
}

#[tokio::test]
async fn the_page_asks_again_by_itself_only_while_something_moves() {
    let (mut shop, updater) = shop().await;
    let fetching = UpdateStanding::Fetching { release: release(""), got: 1, of: Some(4) };
    for (standing, moves) in [
        (UpdateStanding::Looking, true),
        (fetching, true),
        (UpdateStanding::Installing(release("")), true),
        (UpdateStanding::Newest, false),
        (UpdateStanding::Ready(release("")), false),
        (UpdateStanding::Installed(release("")), false),
    ] {
        updater.stands(standing.clone());
        let body = part(&mut shop).await;
        assert_eq!(body.contains("every 2s"), moves, "{standing:?}");
        assert_eq!(body.contains("25%"), matches!(standing, UpdateStanding::Fetching { .. }));
    }
}

#[tokio::test]
async fn in_a_browser_nothing_is_installed() {
    let mut shop = Shop::open_in(Language::En).await;
    let page = shop.get("/settings/updates").await.body();
    assert!(page.contains("installed in the window of Karcis") && !page.contains("pick-update"), "{page}");
    for path in ["look", "fetch", "install"] {
        let reply = shop.post(&format!("/settings/updates/{path}"), &[]).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_file_is_taken_only_from_somebody_who_may_change_settings() {
    let mut shop = Shop::open_in(Language::En).await;
    let window = WindowSession::default();
    assert!(may_change_settings(&shop.office, &window).unwrap_err().contains("role"));
    window.hold(Some(shop.session_token()));
    may_change_settings(&shop.office, &window).unwrap();
    shop.hire("Siti", Role::Admin, false);
    shop.sign_in("Siti").await;
    window.hold(Some(shop.session_token()));
    assert!(may_change_settings(&shop.office, &window).is_err());
}
