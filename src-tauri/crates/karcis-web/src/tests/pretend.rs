//! A shop to try: temporary books, a clock that stands still until it is moved, and a browser that keeps its cookie.

use crate::office::{About, Hooks, KeySafe, Office, Outfit};
use crate::routes::{guarded, router};
use crate::wizard;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::Db;
use karcis_core::engine::Engine;
use karcis_core::fault::Fault;
use karcis_core::secrets::{self, Cost, DataKey, Keys, RecoveryKey};
use karcis_core::settings::{self, Language};
use karcis_core::staff::{self, NewPassword, Place, Role};
use karcis_core::values::{StaffId, Timestamp, Zone};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tower::ServiceExt;

pub(crate) const HOST: &str = "karcis.test:8080";
pub(crate) const PASSWORD: &str = "kunci-inggris-biru";
/// 20 November 2026, 14:05 in Jakarta.
const OPENING: i64 = 1_795_158_300_000;

pub(crate) struct Shop {
    pub(crate) office: Office,
    pub(crate) router: Router,
    cookie: Option<String>,
    clock: Arc<AtomicI64>,
    /// What the pretended keyring was given.
    pub(crate) keyring: Arc<Mutex<Option<String>>>,
    /// Whether the pretended keyring is locked and keeps nothing.
    keyring_locked: Arc<AtomicBool>,
    _folder: TempDir,
}

/// The books of a shop that was set up once: hashing for every test would cost more than the tests.
struct Ready {
    books: Vec<(&'static str, Vec<u8>)>,
    cookie: String,
    key: String,
}

static INDONESIAN: OnceCell<Ready> = OnceCell::const_new();
static ENGLISH: OnceCell<Ready> = OnceCell::const_new();

impl Ready {
    async fn made(language: Language) -> Ready {
        let mut shop = Shop::empty();
        shop.set_up(language);
        shop.sign_in("Budi").await;
        let key = shop.office.keys().with(|key| key.to_text().as_str().to_owned()).unwrap();
        let Shop { office, router, cookie, _folder: folder, .. } = shop;
        drop((office, router));
        // What was committed last may still stand in the log beside the file.
        let files = ["karcis.db", "karcis.db-wal"].into_iter();
        let books = files.filter_map(|name| Some((name, std::fs::read(folder.path().join(name)).ok()?)));
        Ready { books: books.collect(), cookie: cookie.unwrap(), key }
    }
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn body(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the hidden or visible field of this name.
    pub(crate) fn field(&self, name: &str) -> String {
        let body = self.body();
        let input = body.split("<input").find(|input| input.contains(&format!("name=\"{name}\""))).unwrap();
        input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }
}

impl Shop {
    /// Before anybody has started it.
    pub(crate) fn empty() -> Shop {
        Shop::outfitted(|_| {})
    }

    pub(crate) fn outfitted(change: impl FnOnce(&mut Outfit)) -> Shop {
        Shop::over(tempfile::tempdir().unwrap(), 1, change)
    }

    /// Over these books, drawing randomness from this seed on.
    fn over(folder: TempDir, first_seed: u64, change: impl FnOnce(&mut Outfit)) -> Shop {
        let (db, keys) = (Db::open(folder.path()).unwrap(), Keys::locked());
        let clock = Arc::new(AtomicI64::new(OPENING));
        let told = Arc::clone(&clock);
        let clock_now = Arc::new(move || Timestamp::from_millis(told.load(Ordering::SeqCst)));
        let seed = Arc::new(AtomicU64::new(first_seed));
        let rng = move || StdRng::seed_from_u64(seed.fetch_add(1, Ordering::SeqCst));
        let limits = routeros::Limits::default();
        let engine =
            Engine::new(db.clone(), keys.clone(), clock_now.clone(), Box::new(rng()), limits).unwrap();
        let keyring = Arc::new(Mutex::new(None));
        let (kept, keyring_locked) = (Arc::clone(&keyring), Arc::new(AtomicBool::new(false)));
        let refuses = Arc::clone(&keyring_locked);
        let key_safe = KeySafe {
            usable: Arc::new(|| true),
            keep: Arc::new(move |key| {
                if refuses.load(Ordering::SeqCst) {
                    return Err(Fault::new("the keyring is locked"));
                }
                *kept.lock().unwrap() = Some(key.to_text().as_str().to_owned());
                Ok(())
            }),
        };
        let mut outfit = Outfit {
            db,
            keys,
            engine: Arc::new(engine),
            clock: clock_now,
            randomness: Arc::new(move || Box::new(rng())),
            place: Place::Browser,
            hosts: vec![HOST.to_owned()],
            cost: Cost::FLOOR,
            about: About { version: "0.0.0".into(), commit: String::new(), source: String::new() },
            hooks: Hooks { key_safe: Some(key_safe), ..Hooks::default() },
        };
        change(&mut outfit);
        let office = Office::open(outfit);
        let router = router(office.clone());
        Shop { office, router, cookie: None, clock, keyring, keyring_locked, _folder: folder }
    }

    /// Set up and running, with its owner Budi signed in.
    pub(crate) async fn open() -> Shop {
        Shop::open_in(Language::Id).await
    }

    pub(crate) async fn open_in(language: Language) -> Shop {
        Shop::open_around(language, |_| {}).await
    }

    /// Set up and running, around what the program brings along.
    pub(crate) async fn open_around(language: Language, change: impl FnOnce(&mut Outfit)) -> Shop {
        let ready = match language {
            Language::Id => &INDONESIAN,
            Language::En => &ENGLISH,
        };
        let ready = ready.get_or_init(|| Ready::made(language)).await;
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in &ready.books {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let shop = Shop { cookie: Some(ready.cookie.clone()), ..Shop::over(folder, 1_000_000, change) };
        shop.office.keys().unlock(DataKey::parse(&ready.key).unwrap());
        shop
    }

    pub(crate) fn set_up(&self, language: Language) {
        let (mut rng, now) = (self.office.rng(), self.office.now());
        let shop = settings::Shop { name: "Warnet Contoh".to_owned(), zone: Zone::Wib, language };
        let hash = self.hash();
        let key = DataKey::new(rng.as_mut());
        let recovery = RecoveryKey::new(rng.as_mut());
        let wrap = secrets::wrap_with_recovery(&key, &recovery, Cost::FLOOR, rng.as_mut());
        self.office
            .db()
            .write(|tx| {
                settings::found(tx, rng.as_mut())?;
                counters::found(tx, rng.as_mut(), now)?;
                settings::keep_shop(tx, &shop)?;
                let owner = staff::found_owner(tx, "Budi".parse().unwrap(), hash, rng.as_mut(), now).unwrap();
                secrets::adopt(tx, &owner.actor(), &key, rng.as_mut(), now).unwrap();
                secrets::keep_wrap(tx, &owner.actor(), &wrap, now)?;
                settings::keep(tx, "secrets.home", "keyring")?;
                wizard::finish(tx, &owner.actor(), "later", now)
            })
            .unwrap();
        self.office.keys().unlock(key);
    }

    fn hash(&self) -> staff::PasswordHash {
        staff::hash(&NewPassword::parse(PASSWORD, &[]).unwrap(), Cost::FLOOR, self.office.rng().as_mut())
    }

    /// Takes somebody on; they have chosen their own password already unless `must_change`.
    pub(crate) fn hire(&self, name: &str, role: Role, must_change: bool) -> StaffId {
        let (mut rng, now, key) =
            (self.office.rng(), self.office.now(), self.office.rng().next_u64().to_string());
        let (hash, own) = (self.hash(), self.hash());
        self.office
            .db()
            .write(|tx| {
                let (actor, name) = (Actor::karcis(), name.parse().unwrap());
                let person = staff::hire(tx, &actor, name, role, hash, &key, rng.as_mut(), now).unwrap();
                if !must_change {
                    let none = "0".repeat(64).parse().unwrap();
                    staff::change_own_password(tx, &person.actor(), person.id, own, &none, now).unwrap();
                }
                Ok::<_, Fault>(person.id)
            })
            .unwrap()
    }

    pub(crate) async fn sign_in(&mut self, name: &str) {
        self.cookie = None;
        let reply = self.post("/sign-in", &[("name", name), ("password", PASSWORD)]).await;
        assert!(self.cookie.is_some(), "{name} cannot sign in: {}", reply.body());
    }

    pub(crate) fn leave(&mut self) -> Option<String> {
        self.cookie.take()
    }

    pub(crate) fn come_back(&mut self, cookie: Option<String>) {
        self.cookie = cookie;
    }

    /// The token of the session, as a window holds it.
    pub(crate) fn session_token(&self) -> String {
        let pair = self.cookie.as_deref().unwrap();
        pair.split_once('=').unwrap().1.to_owned()
    }

    /// From now on the keyring keeps nothing.
    pub(crate) fn keyring_refuses(&self) {
        self.keyring_locked.store(true, Ordering::SeqCst);
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// As htmx asks: for a part of the page.
    pub(crate) async fn part(&mut self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path).header("hx-request", "true").body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", crate::answer::encoded(value))).collect();
        let request = self
            .request(Method::POST, path)
            .header("x-karcis-token", self.office.token())
            .header("hx-request", "true")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    pub(crate) async fn put(&mut self, path: &str, bytes: Vec<u8>) -> Reply {
        let request = self.request(Method::PUT, path).header("x-karcis-token", self.office.token());
        self.send(request.body(Body::from(bytes)).unwrap()).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.unwrap().to_vec();
        if let Some(cookie) = parts.headers.get(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = Some(pair).filter(|pair| !pair.ends_with('='));
        }
        Reply { status: parts.status, headers: parts.headers, bytes }
    }

    /// Puts other routes behind the same guard.
    pub(crate) fn with_routes(&mut self, routes: Router) {
        self.router = guarded(routes, self.office.clone());
    }
}
