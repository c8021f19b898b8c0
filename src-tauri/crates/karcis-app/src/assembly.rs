//! Everything put together once: books, keys, engine, practice router, screens.

use crate::edge;
use crate::folder::create_private_folder;
use crate::key_safe;
use crate::logs::{LogError, Logs};
use crate::practice::Practice;
use crate::start_error::StartError;
use crate::updates::{BUILT_IN_KEY, Carrier, Computer, Updates};
use crate::watch::{Bell, Watch};
use karcis_core::counters;
use karcis_core::db::{Db, OpenError};
use karcis_core::engine::{Clock, Engine};
use karcis_core::fault::Fault;
use karcis_core::secrets::{self, Cost, Keys, UnwrapError, WrapKind};
use karcis_core::settings;
use karcis_core::staff::Place;
use karcis_core::values::Timestamp;
use karcis_web::{
    About, DesktopHook, Export, Hooks, Office, Outfit, PracticeRouter, Randomness, Updater, WindowSession,
};
use semver::Version;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

/// Where the source of exactly this program stands, as the licence asks; empty when it comes with the program.
const SOURCE: &str = env!("KARCIS_SOURCE");
/// The commit this was built from; empty when the build does not know.
const COMMIT: &str = env!("KARCIS_COMMIT");
/// How long the note under way may take to end. A command to a router has its own deadline, but a person who closes
/// the window does not wait for it: a lease that is left is given back at the next start.
const FAREWELL: Duration = Duration::from_secs(10);

/// Where the data key is looked for at the start.
#[derive(Debug, Clone, Default)]
pub enum KeyHome {
    /// In the system's keyring; screens ask for the passphrase when it is not there.
    #[default]
    Keyring,
    /// Under this passphrase, as `KARCIS_PASSPHRASE` names it; otherwise in the keyring.
    Passphrase(Zeroizing<String>),
    /// Nowhere: no keyring is asked and none is offered.
    Nowhere,
}

/// What the program around the assembly decides.
#[derive(Clone)]
pub struct AssemblyOptions {
    /// The data folder.
    pub data: PathBuf,
    /// Whether people sit at the window or come with a browser.
    pub place: Place,
    /// The `host:port` names browsers use; empty in the window.
    pub hosts: Vec<String>,
    /// Whether the window's own dialogs are there.
    pub dialogs: bool,
    /// What a guess at a password costs.
    pub cost: Cost,
    /// Where the data key is looked for.
    pub key_home: KeyHome,
    /// What fetches and installs updates, where the program can replace itself.
    pub carrier: Option<Arc<dyn Carrier>>,
    /// What speaks up outside the pages, where there is something.
    pub bell: Option<Arc<dyn Bell>>,
    /// How the window lives on its computer, where there is one.
    pub desktop: Option<DesktopHook>,
    /// Whether this process writes the folder's log, and what `KARCIS_LOG` says about it.
    pub log: Option<String>,
    /// Tells the time.
    pub clock: Clock,
    /// Draws randomness.
    pub randomness: Randomness,
    /// The bounds of the connections to routers.
    pub limits: routeros::Limits,
}

impl AssemblyOptions {
    /// What life needs: the wall clock, the system's randomness and keyring, full costs; no log.
    pub fn new(data: impl Into<PathBuf>, place: Place) -> AssemblyOptions {
        AssemblyOptions {
            data: data.into(),
            place,
            hosts: Vec::new(),
            dialogs: false,
            cost: Cost::DEFAULT,
            key_home: KeyHome::default(),
            carrier: None,
            bell: None,
            desktop: None,
            log: None,
            clock: edge::clock(),
            randomness: edge::randomness(),
            limits: routeros::Limits::default(),
        }
    }
}

/// An open shop: its books are locked to this process until it is dropped.
pub struct Assembly {
    db: Db,
    keys: Keys,
    engine: Arc<Engine>,
    practice: Practice,
    office: Office,
    key_trouble: Option<UnwrapError>,
    // In the order in which they end: the engine still needs the practice router.
    tasks: [Task; 3],
    watch: Watch,
    updates: Option<Updates>,
    _logs: Option<Logs>,
}

impl Assembly {
    /// Opens the books and puts everything on them; nothing runs before [`Assembly::run`].
    ///
    /// Refuses what [`StartError`] lists. Call it on a runtime: the practice router lives on it.
    pub async fn open(options: AssemblyOptions) -> Result<Assembly, StartError> {
        let folder = options.data.clone();
        let opening = tokio::task::spawn_blocking(move || open(options)).await;
        opening.unwrap_or_else(|_| Err(StartError::fault(&folder)(Fault::new("the start panicked"))))
    }

    /// Starts the engine, the practice router's keeper and the watch over both.
    pub fn run(&self) {
        let [watch, engine, practice] = &self.tasks;
        watch.start(|stop| tokio::spawn(self.watch.clone().run(stop)));
        engine.start(|stop| tokio::spawn(Arc::clone(&self.engine).run(stop)));
        practice.start(|stop| tokio::spawn(self.practice.clone().run(stop)));
    }

    /// Ends what [`Assembly::run`] started: the note under way is finished, the practice router's memory is kept.
    pub async fn stop(&self) {
        for task in &self.tasks {
            task.end().await;
        }
        let practice = self.practice.clone();
        // Its keeper has done so already if it ran.
        let _ = tokio::task::spawn_blocking(move || practice.switch_off()).await;
    }

    /// The screens.
    pub fn router(&self) -> axum::Router {
        karcis_web::router(self.office.clone())
    }

    /// The PDF that a page of the window names: a print's id, or a calibration page. Blocks; refusals are sentences.
    pub fn window_pdf(&self, window: &WindowSession, name: &str) -> Result<Vec<u8>, String> {
        karcis_web::window_pdf(&self.office, window, name)
    }

    /// The table that a report's query names, as a file. Blocks; refusals are sentences.
    pub fn window_export(&self, window: &WindowSession, query: &str) -> Result<Export, String> {
        karcis_web::window_export(&self.office, window, query)
    }

    /// Takes the picture that a person picked in the window's dialog as the shop's logo. Blocks; refusals are sentences.
    pub fn keep_logo(&self, window: &WindowSession, picture: &[u8]) -> Result<(), String> {
        karcis_web::keep_picked_logo(&self.office, window, picture)
    }

    /// Locks the window's screen, from outside its pages. Blocks.
    pub fn lock_window(&self, window: &WindowSession) -> Result<bool, Fault> {
        karcis_web::lock_window(&self.office, window)
    }

    /// Takes an installer that a person picked in the window's dialog. Blocks; refusals are sentences.
    pub fn take_update(&self, window: &WindowSession, installer: &Path) -> Result<(), String> {
        karcis_web::may_change_settings(&self.office, window)?;
        let Some(updates) = &self.updates else { return Ok(()) };
        // Why it is not taken stands on the page that asked for it.
        let _ = updates.take_file(installer);
        Ok(())
    }

    /// What the screens stand on.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// Counts commits, so that pages hear when the books change.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.db.commits()
    }

    /// Why the passphrase that was given did not open the data key.
    pub fn key_trouble(&self) -> Option<&UnwrapError> {
        self.key_trouble.as_ref()
    }

    /// The books.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The data key, when somebody brought it.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The engine.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// The practice router.
    pub fn practice(&self) -> &Practice {
        &self.practice
    }
}

impl std::fmt::Debug for Assembly {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Assembly").field("db", &self.db).finish_non_exhaustive()
    }
}

/// Something that runs until it is told to end.
#[derive(Default)]
struct Task {
    stop: watch::Sender<bool>,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl Task {
    fn start(&self, begin: impl FnOnce(watch::Receiver<bool>) -> JoinHandle<()>) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_none() {
            *running = Some(begin(self.stop.subscribe()));
        }
    }

    async fn end(&self) {
        self.stop.send_replace(true);
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut running) = running else { return };
        if tokio::time::timeout(FAREWELL, &mut running).await.is_err() {
            tracing::warn!(
                "work was still under way when the program stopped; it is taken up at the next start"
            );
            running.abort();
        }
    }
}

fn open(options: AssemblyOptions) -> Result<Assembly, StartError> {
    let folder = options.data.clone();
    let fault = StartError::fault(&folder);
    private_folder(&folder).map_err(StartError::books(&folder))?;
    let db = Db::open(&folder).map_err(StartError::books(&folder))?;
    // After the lock: two programs never write one log.
    let logs = options.log.as_deref().and_then(|level| begin_log(&folder, level, &options.clock));
    let randomness = options.randomness.clone();
    let tag = shop_tag(&db, &randomness, (options.clock)()).map_err(&fault)?;
    let keys = Keys::locked();
    let key_trouble = bring_key(&db, &keys, &tag, &options.key_home).map_err(&fault)?;
    let engine =
        Engine::new(db.clone(), keys.clone(), options.clock.clone(), randomness(), options.limits.clone());
    let engine = Arc::new(engine.map_err(&fault)?.composing(karcis_web::slip_composer()));
    let practice =
        Practice::new(db.clone(), keys.clone(), options.clock.clone(), randomness.clone(), &folder);
    if let Err(error) = practice.follow_books() {
        // Real routers do not depend on it; its lane shows that it is away.
        tracing::error!(error = error.chain(), "the practice router does not start");
    }
    let running = Version::parse(env!("CARGO_PKG_VERSION")).expect("cargo takes no other version");
    let updates =
        options.carrier.clone().map(|carrier| Updates::new(carrier, BUILT_IN_KEY, Computer::this(), running));
    let watch = Watch::new(db.clone(), options.clock.clone(), updates.clone(), options.bell.clone());
    let hooks = hooks(&options, &practice, tag, updates.clone());
    let office = Office::open(Outfit {
        db: db.clone(),
        keys: keys.clone(),
        engine: Arc::clone(&engine),
        clock: options.clock,
        randomness,
        place: options.place,
        hosts: options.hosts,
        cost: options.cost,
        about: about(),
        hooks,
    });
    tracing::info!(version = env!("CARGO_PKG_VERSION"), unlocked = keys.is_unlocked(), "the books are open");
    let tasks = Default::default();
    Ok(Assembly { db, keys, engine, practice, office, key_trouble, tasks, watch, updates, _logs: logs })
}

/// Makes the data folder for its person alone. One that is there stays as it is: somebody may have shared it on purpose.
fn private_folder(folder: &Path) -> Result<(), OpenError> {
    if folder.is_dir() {
        return Ok(());
    }
    create_private_folder(folder).or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Ok(()),
        io::ErrorKind::StorageFull => Err(OpenError::DiskFull(folder.to_owned())),
        _ => Err(OpenError::CannotWrite(folder.to_owned())),
    })
}

fn begin_log(folder: &Path, level: &str, clock: &Clock) -> Option<Logs> {
    match Logs::begin(folder, Some(level), clock.clone()) {
        Ok(logs) => Some(logs),
        Err(LogError::AlreadyLogging) => None,
        Err(error @ LogError::CannotWrite(_)) => {
            // The shop sells without a log as well.
            tracing::warn!(%error, "there is no log");
            None
        }
    }
}

/// Gives new books what every shop has, and answers their mark.
fn shop_tag(db: &Db, randomness: &Randomness, now: Timestamp) -> Result<String, Fault> {
    let mut rng = randomness();
    db.write(|tx| {
        settings::found(tx, rng.as_mut())?;
        counters::found(tx, rng.as_mut(), now)?;
        settings::text(tx, settings::SHOP_TAG)?.ok_or_else(|| Fault::new("the shop has no tag"))
    })
}

/// Unlocks the data key from where it lives, if it is there and is the key of these books.
fn bring_key(db: &Db, keys: &Keys, tag: &str, home: &KeyHome) -> Result<Option<UnwrapError>, Fault> {
    let (has_key, has_passphrase) =
        db.read(|tx| Ok::<_, Fault>((secrets::has_key(tx)?, secrets::has_wrap(tx, WrapKind::Passphrase)?)))?;
    if !has_key {
        return Ok(None);
    }
    match home {
        KeyHome::Nowhere => Ok(None),
        KeyHome::Passphrase(passphrase) => match secrets::unwrap_with_passphrase(db, passphrase) {
            Ok(key) => {
                keys.unlock(key);
                Ok(None)
            }
            Err(UnwrapError::Fault(fault)) => Err(fault),
            Err(trouble @ UnwrapError::Wrong) => Ok(Some(trouble)),
            Err(trouble @ UnwrapError::NoWrap) => {
                from_keyring(db, keys, tag)?;
                Ok(Some(trouble))
            }
        },
        // Where a passphrase was chosen the keyring would ask the person for nothing.
        KeyHome::Keyring if has_passphrase => Ok(None),
        KeyHome::Keyring => from_keyring(db, keys, tag).map(|()| None),
    }
}

fn from_keyring(db: &Db, keys: &Keys, tag: &str) -> Result<(), Fault> {
    let Some(key) = key_safe::load(tag) else { return Ok(()) };
    if db.read(|tx| secrets::is_ours(tx, &key))? {
        keys.unlock(key);
    } else {
        tracing::warn!("the keyring holds a key of other books under this shop's mark");
    }
    Ok(())
}

fn hooks(options: &AssemblyOptions, practice: &Practice, tag: String, updates: Option<Updates>) -> Hooks {
    let key_safe = match options.key_home {
        KeyHome::Keyring | KeyHome::Passphrase(_) => {
            Some(key_safe::key_safe(tag, options.randomness.clone()))
        }
        KeyHome::Nowhere => None,
    };
    let practice = practice.clone();
    let start: Arc<dyn Fn() -> Result<PracticeRouter, Fault> + Send + Sync> =
        Arc::new(move || practice.start());
    Hooks {
        key_safe,
        practice: Some(start),
        dialogs: options.dialogs,
        updater: updates.map(|updates| Arc::new(updates) as Arc<dyn Updater>),
        desktop: options.desktop.clone(),
    }
}

/// What this program is.
pub(crate) fn about() -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: COMMIT.to_owned(),
        source: SOURCE.to_owned(),
    }
}
