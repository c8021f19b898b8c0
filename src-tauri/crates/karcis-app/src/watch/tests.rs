use super::*;
use crate::updates::{Carrier, Computer, Found, Pending, Progress};
use karcis_core::audit::Actor;
use karcis_core::outbox::{self, Effect, Lane, Outcome, Priority};
use karcis_core::updates::{Channel, Feed};
use karcis_core::values::{PlanId, RouterId, Timestamp};
use karcis_web::UpdateTrouble;
use rand::SeedableRng;
use rand::rngs::StdRng;
use semver::Version;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use tempfile::TempDir;

#[derive(Default)]
struct Rung(Mutex<Vec<String>>);

impl Bell for Rung {
    fn somebody_looks(&self) -> bool {
        false
    }

    fn ring(&self, title: &str, words: &str) {
        self.0.lock().unwrap().push(format!("{title}: {words}"));
    }
}

impl Rung {
    fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A feed that always has version 9.
#[derive(Default)]
struct Always(AtomicUsize);

impl Carrier for Always {
    fn look<'a>(&'a self, _url: &'a str) -> Pending<'a, Result<Option<Found>, UpdateTrouble>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let found = Found {
            version: "9.0.0".to_owned(),
            notes: String::new(),
            signature: String::new(),
            description: serde_json::Value::Null,
        };
        Box::pin(async move { Ok(Some(found)) })
    }

    fn fetch<'a>(&'a self, _: &'a Found, _: Progress) -> Pending<'a, Result<Vec<u8>, UpdateTrouble>> {
        Box::pin(async { Err(UpdateTrouble::Unreachable) })
    }

    fn install(&self, _: &Found, _: &[u8]) -> Result<(), UpdateTrouble> {
        Err(UpdateTrouble::NotInstalled)
    }
}

struct Shop {
    _folder: TempDir,
    db: Db,
    watch: Watch,
    said: Said,
    rung: Arc<Rung>,
    feed: Arc<Always>,
    clock: Arc<AtomicI64>,
}

fn shop() -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let (rung, feed) = (Arc::new(Rung::default()), Arc::new(Always::default()));
    let clock = Arc::new(AtomicI64::new(1_795_147_200_000));
    let told = Arc::clone(&clock);
    let updates = Updates::new(feed.clone(), Some("key"), Computer::this(), Version::new(0, 1, 0));
    let now: Clock = Arc::new(move || Timestamp::from_millis(told.load(Ordering::SeqCst)));
    let watch = Watch::new(db.clone(), now, Some(updates), Some(rung.clone()));
    Shop { _folder: folder, db, watch, said: Said::default(), rung, feed, clock }
}

impl Shop {
    fn now(&self) -> Timestamp {
        (self.watch.clock)()
    }

    async fn turn(&mut self) -> Vec<String> {
        self.watch.turn(&mut self.said).await.unwrap();
        // What was begun by the turn ends before the next one.
        tokio::task::yield_now().await;
        self.rung.heard()
    }

    fn give_up(&self) {
        let (now, mut rng) = (self.now(), StdRng::seed_from_u64(1));
        let (router, plan) = (RouterId::new(now, &mut rng), PlanId::new(now, &mut rng));
        let effect = Effect::EnsureProfile { router, plan };
        self.db.write(|tx| outbox::push(tx, &effect, Priority::Now, None, now)).unwrap();
        let note = self.db.write(|tx| outbox::lease(tx, &Lane::Router(router), now)).unwrap().unwrap();
        self.db.write(|tx| outbox::settle(tx, &note, &Outcome::GiveUp("refused"), now)).unwrap();
    }
}

#[tokio::test]
async fn what_needs_a_person_rings_once_in_the_language_of_the_shop() {
    let mut shop = shop();
    assert_eq!(shop.turn().await, [""; 0]);
    shop.give_up();
    assert_eq!(shop.turn().await, ["Perlu diperhatikan: 1 hal menunggu Anda di Antrean."]);
    assert_eq!(shop.turn().await, [""; 0]);
}

#[tokio::test]
async fn karcis_looks_for_newer_versions_once_a_day_and_speaks_of_each_once() {
    let mut shop = shop();
    assert_eq!(shop.turn().await, [""; 0]);
    assert_eq!(shop.feed.0.load(Ordering::SeqCst), 0, "nobody has said where to look");
    let feed = Feed::parse("https://updates.example/", Channel::Stable).unwrap();
    shop.db.write(|tx| rules::keep_feed(tx, &Actor::karcis(), &feed, shop.now())).unwrap();
    let mut heard = shop.turn().await;
    heard.extend(shop.turn().await);
    assert_eq!(heard, ["Ada versi baru: Karcis 9.0.0 sudah ada. Lihat Pengaturan › Pembaruan."]);
    assert_eq!(shop.feed.0.load(Ordering::SeqCst), 1);
    shop.clock.fetch_add(24 * 3_600_000, Ordering::SeqCst);
    let mut heard = shop.turn().await;
    heard.extend(shop.turn().await);
    assert_eq!((heard.len(), shop.feed.0.load(Ordering::SeqCst)), (0, 2), "the same version is old news");
}
