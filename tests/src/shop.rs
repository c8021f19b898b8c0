//! A shop with real books, a real engine and a pretend router on a real socket.

use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::Db;
use karcis_core::engine::{Clock, Engine, PrintLimits};
use karcis_core::fault::Fault;
use karcis_core::outbox::{self, LaneState};
use karcis_core::plans::{self, Alphabet, CodeMode, CodeStyle, Plan, PlanRequest};
use karcis_core::routers::{self, Router, RouterRequest, SealedPassword};
use karcis_core::secrets::{DataKey, Keys};
use karcis_core::settings;
use karcis_core::values::{Money, Period, RouterId, StaffId, Timestamp};
use karcis_core::vouchers::{self, Batch, BatchRequest, IssueError, Tally, Voucher};
use rand::SeedableRng;
use rand::rngs::StdRng;
use routeros_sim::{Sim, SimHandle, Values};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// A shop with one router and one plan. Time stands still until a test turns it.
pub struct TestShop {
    /// The books.
    pub db: Db,
    /// The data key, unlocked.
    pub keys: Keys,
    /// The engine, ticked by the test.
    pub engine: Arc<Engine>,
    /// The pretend router.
    pub sim: SimHandle,
    /// The owner.
    pub owner: Actor,
    /// The router in the books.
    pub router: RouterId,
    /// A plan of that router.
    pub plan: Plan,
    time: Arc<AtomicI64>,
    limits: routeros::Limits,
    /// Since when what is waited for on the network passes in the pretend time, too.
    flowing: Option<Instant>,
    seed: u64,
    folder: Folder,
}

/// The data folder: gone with the shop, or kept for whoever reads the books next.
pub(crate) enum Folder {
    Temporary(tempfile::TempDir),
    Kept(PathBuf),
}

/// How the shop is connected to its router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plug {
    /// Plain text on loopback.
    Plain,
    /// TLS with a self-signed certificate, pinned on first use.
    Tls,
}

/// What the parts of a shop are put together from.
pub(crate) struct Parts {
    pub(crate) db: Db,
    pub(crate) key: DataKey,
    pub(crate) sim: SimHandle,
    pub(crate) owner: Actor,
    pub(crate) router: RouterId,
    pub(crate) plan: Plan,
    pub(crate) folder: Folder,
}

/// The password of the pretend router.
pub(crate) const PASSWORD: &str = "kata-sandi-router";
const A_MINUTE: Duration = Duration::from_secs(60);
/// When every shop begins.
pub(crate) const START: i64 = 1_795_147_200_000; // 2026-11-20 04:00 UTC

impl TestShop {
    /// A shop whose router is new.
    pub async fn open() -> TestShop {
        TestShop::with(Sim::builder(), Plug::Plain).await
    }

    /// A shop whose books stay in this folder.
    pub async fn open_in(folder: &Path) -> TestShop {
        TestShop::build(Sim::builder(), Plug::Plain, Folder::Kept(folder.to_owned())).await
    }

    /// A shop with this router.
    pub async fn with(sim: Sim, plug: Plug) -> TestShop {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        TestShop::build(sim, plug, Folder::Temporary(folder)).await
    }

    async fn build(sim: Sim, plug: Plug, folder: Folder) -> TestShop {
        let (sim, port) = switch_on(sim, plug).await;
        TestShop::found(sim, port, plug, folder, data_key())
    }

    /// Another shop with books of its own at the same router, over plain text; its codes are drawn alike.
    pub fn beside(&self) -> TestShop {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = self.router().port;
        TestShop::found(self.sim.clone(), port, Plug::Plain, Folder::Temporary(folder), data_key_of(1_001))
    }

    /// The same books, copied to another PC that reaches the same router.
    pub fn copied(&self) -> TestShop {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let lines =
            ["karcis.db", "karcis.db-wal"].map(|name| (self.data().join(name), folder.path().join(name)));
        for (from, to) in lines.iter().filter(|(from, _)| from.exists()) {
            std::fs::copy(from, to).expect("the books can be copied");
        }
        let db = Db::open(folder.path()).expect("the copied books open");
        let engine = Arc::new(engine(&db, &self.keys, &self.time, &self.limits, 3));
        TestShop {
            db,
            keys: self.keys.clone(),
            engine,
            sim: self.sim.clone(),
            owner: self.owner.clone(),
            router: self.router,
            plan: self.plan.clone(),
            time: Arc::clone(&self.time),
            limits: self.limits.clone(),
            flowing: None,
            seed: self.seed + 500,
            folder: Folder::Temporary(folder),
        }
    }

    /// Puts another device at the router's address; it knows the same user and password.
    pub async fn swap_router(&mut self, sim: Sim) {
        let port = self.router().port;
        self.sim.shutdown();
        self.sim = sim.credentials("karcis", PASSWORD).build();
        let address = format!("127.0.0.1:{port}");
        // Where the system does not give a port back at once.
        let listening = async {
            while self.sim.listen(&address).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(A_MINUTE, listening).await.expect("the port of a router that is off is free");
        self.engine.reconnect(self.router).await;
    }

    fn found(
        sim: SimHandle,
        port: u16,
        plug: Plug,
        folder: Folder,
        (key, mut rng): (DataKey, StdRng),
    ) -> TestShop {
        let db = Db::open(folder.path()).expect("new books open");
        let now = Timestamp::from_millis(START);
        let owner = Actor::person(StaffId::new(now, &mut rng), "Pemilik");
        let id = RouterId::new(now, &mut rng);
        let password = SealedPassword::seal(&key, id, PASSWORD, &mut rng);
        let request = router_request(port, plug, Some(password));
        let plan = db
            .write(|tx| {
                settings::found(tx, &mut rng)?;
                counters::found(tx, &mut rng, now)?;
                routers::add(tx, &owner, id, &request, "router-1", now).map_err(Fault::new)?;
                plans::add(tx, &owner, &day_plan(id), "plan-1", &mut rng, now).map_err(Fault::new)
            })
            .expect("a router and a plan can be added");
        TestShop::assemble(Parts { db, key, sim, owner, router: id, plan, folder })
    }

    pub(crate) fn assemble(parts: Parts) -> TestShop {
        let Parts { db, key, sim, owner, router, plan, folder } = parts;
        let time = Arc::new(AtomicI64::new(START));
        let limits = routeros::Limits { command: Duration::from_secs(5), ..routeros::Limits::default() };
        let keys = Keys::locked();
        keys.unlock(key);
        let engine = Arc::new(engine(&db, &keys, &time, &limits, 2));
        TestShop { db, keys, engine, sim, owner, router, plan, time, limits, flowing: None, seed: 10, folder }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Settles every note as done without telling the router, for books that are only looked at.
    pub fn settle_notes(&self) {
        let lane = outbox::Lane::Router(self.router);
        let now = self.now();
        self.db.write(|tx| outbox::close_lane(tx, &lane, now)).expect("the books can be written");
    }

    /// The pretend time.
    pub fn now(&self) -> Timestamp {
        moment(&self.time, self.flowing)
    }

    /// Turns the pretend time forward.
    pub fn later(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).expect("tests turn by days, not ages");
        self.time.fetch_add(millis, Ordering::SeqCst);
    }

    /// Puts the pretend time back, as a person or a time server does with a wrong clock.
    pub fn earlier(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).expect("tests turn by days, not ages");
        self.time.fetch_sub(millis, Ordering::SeqCst);
    }

    /// A generator of its own for each use.
    pub fn rng(&mut self) -> StdRng {
        self.seed += 1;
        StdRng::seed_from_u64(self.seed)
    }

    /// Makes a batch of the shop's plan.
    pub fn issue(&mut self, size: u32) -> Batch {
        self.try_issue(size).expect("the batch is in order")
    }

    /// Makes a batch of the shop's plan, or is refused.
    pub fn try_issue(&mut self, size: u32) -> Result<Batch, IssueError> {
        let request = BatchRequest {
            plan: self.plan.id,
            size,
            code: self.plan.code.clone(),
            note: String::new(),
            shelf_life_days: None,
        };
        let mut rng = self.rng();
        let key = format!("batch-{}", self.seed);
        let now = self.now();
        self.db.write(|tx| vouchers::issue_batch(tx, &self.owner, &request, &key, &mut rng, now))
    }

    /// Draws a code of the shop's plan as a sale at the counter does.
    pub fn draw(&mut self) -> Voucher {
        let (mut rng, now) = (self.rng(), self.now());
        let drawn =
            self.db.write(|tx| vouchers::draw_for_counter(tx, &self.owner, &self.plan, &mut rng, now));
        drawn.expect("codes are left")
    }

    /// Ticks until nothing is left to do at this moment.
    pub async fn work(&self) {
        for _ in 0..200 {
            if self.engine.tick().await.expect("the engine works").carried == 0 {
                return;
            }
        }
        panic!("the engine never comes to rest");
    }

    /// Ticks and turns time forward to what is due next, for at most so long, until the batch has nothing pending.
    pub async fn work_until_settled(&self, batch: &Batch, at_most: Duration) -> Tally {
        let end = self.now() + at_most;
        loop {
            self.work().await;
            let tally = self.tally(batch);
            if tally.pending == 0 || self.now() >= end {
                return tally;
            }
            self.later(Duration::from_secs(5));
        }
    }

    /// How the batch's vouchers stand.
    pub fn tally(&self, batch: &Batch) -> Tally {
        self.db.read(|tx| vouchers::tally(tx, batch.id)).expect("the books can be read")
    }

    /// The batch as it is now.
    pub fn batch(&self, batch: &Batch) -> Batch {
        let found = self.db.read(|tx| vouchers::batch(tx, batch.id)).expect("the books can be read");
        found.expect("a batch is never deleted")
    }

    /// The router's lane.
    pub fn lane(&self) -> LaneState {
        let lane = outbox::Lane::Router(self.router);
        self.db.read(|tx| outbox::lane(tx, &lane)).expect("the books can be read")
    }

    /// The router in the books.
    pub fn router(&self) -> Router {
        let found = self.db.read(|tx| routers::router(tx, self.router)).expect("the books can be read");
        found.expect("the shop has a router")
    }

    /// The users on the pretend router that carry our mark.
    pub fn our_users(&self) -> Vec<Values> {
        let mut users = self.sim.users();
        users.retain(|user| user.get("comment").is_some_and(|comment| comment.starts_with("KRC1|")));
        users
    }

    /// A new engine on the same books, as after a restart.
    pub fn restart_engine(&mut self) {
        self.print_within(print_limits());
    }

    /// A new engine that waits for its router as long as one in a shop does; the time it waits passes for the shop.
    pub fn be_patient(&mut self) {
        self.seed += 1;
        self.flowing = Some(Instant::now());
        let (time, flowing) = (Arc::clone(&self.time), self.flowing);
        let clock: Clock = Arc::new(move || moment(&time, flowing));
        let rng = Box::new(StdRng::seed_from_u64(self.seed));
        let limits = routeros::Limits::default();
        let engine = Engine::new(self.db.clone(), self.keys.clone(), clock, rng, limits);
        self.engine = Arc::new(engine.expect("the books can be written"));
    }

    /// A new engine with these deadlines for its printers.
    pub fn print_within(&mut self, limits: PrintLimits) {
        self.seed += 1;
        let engine = engine(&self.db, &self.keys, &self.time, &self.limits, self.seed);
        self.engine = Arc::new(engine.printing_within(limits));
    }

    /// A new engine that waits for a router's answer no longer than this, of real time.
    pub fn answers_within(&mut self, deadline: Duration) {
        self.limits.command = deadline;
        self.limits.login = deadline;
        self.restart_engine();
    }

    /// Checks what must hold after everything: books whole, chain whole, and on the router exactly the batch's users.
    pub fn check(&self, batch: &Batch, on_router: u32) {
        assert_eq!(
            self.db.check().expect("the books can be checked"),
            Vec::<String>::new(),
            "I10: integrity"
        );
        let chain = self.db.read(karcis_core::audit::verify).expect("the chain can be read");
        assert!(matches!(chain, karcis_core::audit::Chain::Whole { .. }), "I9: {chain:?}");
        let tally = self.tally(batch);
        assert_eq!((tally.pending, tally.on_router), (0, on_router), "I8: {tally:?}");
        let mut names: Vec<String> =
            self.our_users().iter().filter_map(|user| user.get("name").cloned()).collect();
        assert_eq!(names.len(), on_router as usize, "I8: exactly the batch's users");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), on_router as usize, "I8: no user twice");
    }
}

/// The shop's router, switched on, and the port it listens on.
pub(crate) async fn switch_on(sim: Sim, plug: Plug) -> (SimHandle, u16) {
    let sim = sim.credentials("karcis", PASSWORD).build();
    let address = match plug {
        Plug::Plain => sim.listen("127.0.0.1:0").await,
        Plug::Tls => sim.listen_tls("127.0.0.1:0", routeros_sim::TlsMode::SelfSigned).await,
    };
    let port = address.expect("loopback has a free port").port();
    (sim, port)
}

/// Every shop's data key, and the generator that goes on from there.
pub(crate) fn data_key() -> (DataKey, StdRng) {
    data_key_of(1)
}

fn data_key_of(seed: u64) -> (DataKey, StdRng) {
    let mut rng = StdRng::seed_from_u64(seed);
    (DataKey::new(&mut rng), rng)
}

pub(crate) fn router_request(port: u16, plug: Plug, password: Option<SealedPassword>) -> RouterRequest {
    RouterRequest {
        name: "Warung-1".to_owned(),
        host: "127.0.0.1".to_owned(),
        port,
        tls: plug == Plug::Tls,
        plain_accepted: true,
        user_name: "karcis".to_owned(),
        password,
        ssid: Some("CONTOH".to_owned()),
    }
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Folder::Temporary(folder) => folder.path(),
            Folder::Kept(folder) => folder,
        }
    }
}

/// Time enough for a busy machine, and none wasted where nothing is waited for.
fn print_limits() -> PrintLimits {
    PrintLimits {
        connect: Duration::from_secs(10),
        answer: Duration::from_secs(10),
        whole: Duration::from_secs(60),
        settle: Duration::ZERO,
        tells_status: true,
    }
}

fn moment(time: &AtomicI64, flowing: Option<Instant>) -> Timestamp {
    let turned = Timestamp::from_millis(time.load(Ordering::SeqCst));
    turned + flowing.map_or(Duration::ZERO, |since| since.elapsed())
}

fn engine(db: &Db, keys: &Keys, time: &Arc<AtomicI64>, limits: &routeros::Limits, seed: u64) -> Engine {
    let time = Arc::clone(time);
    let clock: Clock = Arc::new(move || Timestamp::from_millis(time.load(Ordering::SeqCst)));
    let rng = Box::new(StdRng::seed_from_u64(seed));
    let engine = Engine::new(db.clone(), keys.clone(), clock, rng, limits.clone());
    let engine = engine.expect("the books can be written");
    engine.composing(karcis_web::slip_composer()).printing_within(print_limits())
}

/// What a form that shows this plan asks for: sent as it is, it changes nothing.
pub fn request_of(plan: &Plan) -> PlanRequest {
    PlanRequest {
        router: plan.router,
        name: plan.name.clone(),
        hotspot_server: plan.hotspot_server.clone(),
        price: plan.price,
        selling_price: plan.selling_price,
        validity: plan.validity,
        uptime_limit: plan.uptime_limit,
        data_limit: plan.data_limit,
        shared_users: plan.shared_users,
        rate_limit: plan.rate_limit,
        lock_mac: plan.lock_mac,
        code: plan.code.clone(),
        counter_key: plan.counter_key,
        colour: plan.colour.clone(),
        counter_fill: plan.counter_fill,
    }
}

pub(crate) fn day_plan(router: RouterId) -> PlanRequest {
    PlanRequest {
        router,
        name: "1 Hari".to_owned(),
        hotspot_server: "all".to_owned(),
        price: Money::rupiah(3_500),
        selling_price: Money::rupiah(5_000),
        validity: Some(Period::seconds(86_400).expect("a day is a period")),
        uptime_limit: None,
        data_limit: None,
        shared_users: 1,
        rate_limit: Some("2M/5M".parse().expect("a rate limit")),
        lock_mac: false,
        code: CodeStyle { mode: CodeMode::Same, alphabet: Alphabet::A28, length: 8, prefix: String::new() },
        counter_key: Some(1),
        colour: "teal".to_owned(),
        counter_fill: karcis_core::plans::Fill::Fresh,
    }
}
