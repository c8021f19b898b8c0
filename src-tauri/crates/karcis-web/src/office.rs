//! What the screens stand on: the books, the keys, a clock, randomness, and what only the program around them can do.

use crate::updater::Updater;
use karcis_core::db::Db;
use karcis_core::engine::Engine;
use karcis_core::fault::Fault;
use karcis_core::secrets::{Cost, DataKey, Keys};
use karcis_core::staff::Place;
use karcis_core::values::Timestamp;
use rand::CryptoRng;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use subtle::ConstantTimeEq;

/// Tells the time; the program's edge reads the clock, everything below is told.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Opens a source of randomness; the system's own outside of tests.
pub type Randomness = Arc<dyn Fn() -> Box<dyn CryptoRng + Send> + Send + Sync>;

/// Keeps the data key somewhere safe, or says why it cannot.
pub type KeepKey = Arc<dyn Fn(&DataKey) -> Result<(), Fault> + Send + Sync>;

/// What the program hands over once to open an [`Office`].
pub struct Outfit {
    /// The books.
    pub db: Db,
    /// The data key, locked until somebody brings it.
    pub keys: Keys,
    /// Carries what was decided to the routers, and looks at them when a person asks.
    pub engine: Arc<Engine>,
    /// Tells the time.
    pub clock: Clock,
    /// Draws randomness.
    pub randomness: Randomness,
    /// Whether people sit at the window or come with a browser.
    pub place: Place,
    /// In the browser: the `host:port` names under which the program may be addressed. Empty in the window.
    pub hosts: Vec<String>,
    /// What a guess at a password costs.
    pub cost: Cost,
    /// What this program is.
    pub about: About,
    /// What only the program around the screens can do.
    pub hooks: Hooks,
}

/// What this program is, for the page that the licence asks for.
#[derive(Debug, Clone)]
pub struct About {
    /// The version, such as `0.1.0`.
    pub version: String,
    /// The commit it was built from; empty when not known.
    pub commit: String,
    /// Where the source of exactly this version is offered (AGPL section 13); empty when it comes with the program.
    pub source: String,
}

/// What only the program around the screens can do; what is missing is not offered.
#[derive(Clone, Default)]
pub struct Hooks {
    /// The system's keyring, when there is one.
    pub key_safe: Option<KeySafe>,
    /// Starts the practice router and tells how it is reached. Blocks; called away from the async threads.
    pub practice: Option<Arc<dyn Fn() -> Result<PracticeRouter, Fault> + Send + Sync>>,
    /// Whether the window's own dialogs (`save_sheet`, `open_sheet`, `pick_logo`) are there.
    pub dialogs: bool,
    /// Newer versions of the program, where it can replace itself.
    pub updater: Option<Arc<dyn Updater>>,
    /// How the window lives on its computer, where there is one.
    pub desktop: Option<DesktopHook>,
}

/// How the window lives on its computer.
#[derive(Clone)]
pub struct DesktopHook {
    /// Whether there is a tray that a hidden window can be brought back from. Blocks.
    pub has_tray: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Whether a sheet can go to the printer without a dialog.
    pub prints: bool,
    /// The system's list of what it starts by itself; none for books in a folder of one's own.
    pub autostart: Option<Autostart>,
}

/// The system's list of what it starts by itself. Its calls block.
#[derive(Clone)]
pub struct Autostart {
    /// Whether Karcis is on it.
    pub is_on: Arc<dyn Fn() -> Result<bool, Fault> + Send + Sync>,
    /// Puts Karcis on it, or takes it off.
    pub set: Arc<dyn Fn(bool) -> Result<(), Fault> + Send + Sync>,
}

/// The system's keyring. Its calls block, so they run away from the async threads.
#[derive(Clone)]
pub struct KeySafe {
    /// Whether a secret written can be read back and deleted.
    pub usable: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Keeps the data key of these books.
    pub keep: KeepKey,
}

/// How the practice router is reached.
#[derive(Debug, Clone)]
pub struct PracticeRouter {
    /// Its address, on this machine.
    pub host: String,
    /// Its API port.
    pub port: u16,
    /// The user made for Karcis.
    pub user: String,
    /// That user's password.
    pub password: String,
}

/// What every handler holds. Cheap to clone.
#[derive(Clone)]
pub struct Office {
    inner: Arc<Inner>,
}

struct Inner {
    outfit: Outfit,
    token: String,
    founding: Mutex<Option<Founding>>,
}

/// Keys that were made on a first start and are shown, but not in the books before somebody has kept them.
pub(crate) struct Founding {
    pub(crate) data_key: DataKey,
    pub(crate) recovery: karcis_core::secrets::RecoveryKey,
}

impl Office {
    /// Opens the office; draws the token that every change must carry until the program ends.
    pub fn open(outfit: Outfit) -> Office {
        let mut bytes = [0_u8; 32];
        (outfit.randomness)().fill_bytes(&mut bytes);
        let token = bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        Office { inner: Arc::new(Inner { outfit, token, founding: Mutex::new(None) }) }
    }

    /// The books.
    pub fn db(&self) -> &Db {
        &self.inner.outfit.db
    }

    /// The data key, when somebody brought it.
    pub fn keys(&self) -> &Keys {
        &self.inner.outfit.keys
    }

    /// What carries decisions to the routers.
    pub fn engine(&self) -> &Engine {
        &self.inner.outfit.engine
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.inner.outfit.clock)()
    }

    /// A source of randomness.
    pub fn rng(&self) -> Box<dyn CryptoRng + Send> {
        (self.inner.outfit.randomness)()
    }

    /// Whether people sit at the window or come with a browser.
    pub fn place(&self) -> Place {
        self.inner.outfit.place
    }

    /// The token of this launch, which pages carry in a `meta` element.
    pub fn token(&self) -> &str {
        &self.inner.token
    }

    /// What a guess at a password costs.
    pub fn cost(&self) -> Cost {
        self.inner.outfit.cost
    }

    /// What this program is.
    pub fn about(&self) -> &About {
        &self.inner.outfit.about
    }

    /// What the program around the screens can do.
    pub fn hooks(&self) -> &Hooks {
        &self.inner.outfit.hooks
    }

    /// Compared in constant time, so that no answer tells how much of a guess was right.
    pub(crate) fn is_token(&self, given: &[u8]) -> bool {
        self.inner.token.as_bytes().ct_eq(given).into()
    }

    pub(crate) fn answers_to(&self, host: &str) -> bool {
        self.inner.outfit.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    pub(crate) fn founding(&self) -> &Mutex<Option<Founding>> {
        &self.inner.founding
    }
}

impl std::fmt::Debug for Office {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Office").field("db", self.db()).finish_non_exhaustive()
    }
}
