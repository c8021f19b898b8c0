//! Newer versions: looked for once a day or when somebody asks, fetched or taken from a file, checked, installed.
//!
//! Whatever fetches and installs is a [`Carrier`] of the program around us. It is never believed: what it brings is
//! checked here before anybody is offered to install it.

mod signed;

#[cfg(test)]
mod tests;

pub use signed::{BUILT_IN_KEY, Computer};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use karcis_web::{Release, UpdateStanding, UpdateTrouble, Updater};
use semver::Version;
use serde_json::{Value, json};
use signed::verified;
use std::ffi::OsString;
use std::fs::File;
use std::future::Future;
use std::io::Read;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// An installer with the whole of WebView2 in it is smaller than this.
pub const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// A signature is a few hundred characters.
const MOST_SIGNATURE: u64 = 4 * 1024;
/// What is new fits on a page.
const MOST_NOTES: usize = 8_000;

/// What a carrier answers later.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// Hears how many bytes are here, and of how many.
pub type Progress = Arc<dyn Fn(u64, Option<u64>) + Send + Sync>;

/// A release as its feed describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its version.
    pub version: String,
    /// What is new in it.
    pub notes: String,
    /// The signature of its installer: the text of the `.sig` file.
    pub signature: String,
    /// The whole description, for the carrier itself.
    pub description: Value,
}

/// Brings what others offer, and puts it in our place.
pub trait Carrier: Send + Sync {
    /// Asks the feed at this address; nothing when there is none newer.
    fn look<'a>(&'a self, url: &'a str) -> Pending<'a, Result<Option<Found>, UpdateTrouble>>;
    /// Fetches the installer, at most [`MOST_BYTES`].
    fn fetch<'a>(
        &'a self,
        found: &'a Found,
        progress: Progress,
    ) -> Pending<'a, Result<Vec<u8>, UpdateTrouble>>;
    /// Starts the installer. Blocks; on some systems the program ends with it.
    fn install(&self, found: &Found, installer: &[u8]) -> Result<(), UpdateTrouble>;
}

/// How far an update is. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Updates(Arc<Inner>);

struct Inner {
    carrier: Arc<dyn Carrier>,
    key: Option<String>,
    computer: Computer,
    running: Version,
    state: Mutex<State>,
}

#[derive(Clone, Default)]
enum State {
    #[default]
    Idle,
    Looking,
    Newest,
    Found(Found),
    Fetching(Found, u64, Option<u64>),
    Ready(Found, Arc<Vec<u8>>),
    Installing(Found),
    Installed(Found),
    Failed(UpdateTrouble),
}

impl Updates {
    /// Updates of the version that runs on this computer, signed with the private half of the key.
    pub fn new(
        carrier: Arc<dyn Carrier>,
        key: Option<&str>,
        computer: Computer,
        running: Version,
    ) -> Updates {
        let (key, state) = (key.map(str::to_owned), Mutex::default());
        Updates(Arc::new(Inner { carrier, key, computer, running, state }))
    }

    /// Takes an installer that somebody brought along, with its signature beside it. Blocks.
    ///
    /// Whatever is under way goes on, and the file is left alone.
    pub fn take_file(&self, installer: &Path) -> Result<(), UpdateTrouble> {
        let read = self.read_file(installer);
        let mut state = self.state();
        if state.standing().moves() {
            return Ok(());
        }
        let (next, answer) = match read {
            Ok((found, bytes)) => (State::Ready(found, Arc::new(bytes)), Ok(())),
            Err(trouble) => (State::Failed(trouble), Err(trouble)),
        };
        *state = next;
        answer
    }

    fn read_file(&self, installer: &Path) -> Result<(Found, Vec<u8>), UpdateTrouble> {
        let mut beside = OsString::from(installer);
        beside.push(".sig");
        let bytes = read_at_most(installer, MOST_BYTES, UpdateTrouble::NoFile)?;
        let signature = read_at_most(Path::new(&beside), MOST_SIGNATURE, UpdateTrouble::NoSignature)?;
        let signature = as_in_feeds(signature).ok_or(UpdateTrouble::NotGenuine)?;
        let claims = verified(self.key()?, &signature, &bytes)?;
        claims.suits(self.0.computer, &self.0.running)?;
        let version = claims.version.to_string();
        // What a feed would have said about it; the address is never asked.
        let description = json!({ "version": version, "url": "https://localhost/", "signature": signature });
        Ok((Found { version, notes: String::new(), signature, description }, bytes))
    }

    fn key(&self) -> Result<&str, UpdateTrouble> {
        self.0.key.as_deref().ok_or(UpdateTrouble::NoKey)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stands(&self, state: State) {
        *self.state() = state;
    }

    /// Asks the feed and keeps what it says; leaves what is under way alone.
    pub async fn look_now(&self, url: &str) {
        if self.begin_look() {
            self.go_on_looking(url).await;
        }
    }

    fn begin_look(&self) -> bool {
        self.begin(|state| (!state.standing().moves()).then_some(State::Looking)).is_some()
    }

    async fn go_on_looking(&self, url: &str) {
        let answer = match self.key() {
            Ok(_) => self.0.carrier.look(url).await,
            Err(trouble) => Err(trouble),
        };
        self.stands(match answer.and_then(|found| self.offered(found)) {
            Ok(Some(found)) => State::Found(found),
            Ok(None) => State::Newest,
            Err(trouble) => {
                tracing::info!(?trouble, "nothing was learnt about newer versions");
                State::Failed(trouble)
            }
        });
    }

    /// A feed that offers what is not newer has nothing to offer.
    fn offered(&self, found: Option<Found>) -> Result<Option<Found>, UpdateTrouble> {
        let Some(mut found) = found else { return Ok(None) };
        let version = Version::parse(&found.version).map_err(|_| UpdateTrouble::Unreadable)?;
        found.notes = found.notes.chars().take(MOST_NOTES).collect();
        Ok((version > self.0.running).then_some(found))
    }

    /// Fetches what was found and checks it.
    pub async fn fetch_now(&self) {
        if let Some(found) = self.begin_fetch() {
            self.go_on_fetching(found).await;
        }
    }

    fn begin_fetch(&self) -> Option<Found> {
        let before = self.begin(|state| match state {
            State::Found(found) => Some(State::Fetching(found.clone(), 0, None)),
            State::Idle
            | State::Looking
            | State::Newest
            | State::Fetching(..)
            | State::Ready(..)
            | State::Installing(_)
            | State::Installed(_)
            | State::Failed(_) => None,
        });
        before.and_then(State::found)
    }

    async fn go_on_fetching(&self, found: Found) {
        let fetched = self.0.carrier.fetch(&found, self.progress()).await;
        let checked = fetched.and_then(|bytes| self.check(&found, &bytes).map(|()| bytes));
        self.stands(match checked {
            Ok(bytes) => State::Ready(found, Arc::new(bytes)),
            Err(trouble) => {
                tracing::warn!(?trouble, version = found.version, "an update was not taken");
                State::Failed(trouble)
            }
        });
    }

    fn check(&self, found: &Found, bytes: &[u8]) -> Result<(), UpdateTrouble> {
        let claims = verified(self.key()?, &found.signature, bytes)?;
        if claims.version.to_string() != found.version.trim_start_matches('v') {
            return Err(UpdateTrouble::OtherVersion);
        }
        claims.suits(self.0.computer, &self.0.running)
    }

    fn progress(&self) -> Progress {
        let updates = self.clone();
        Arc::new(move |got, of| {
            if let State::Fetching(_, here, all) = &mut *updates.state() {
                (*here, *all) = (got, of);
            }
        })
    }

    /// Installs what is ready.
    pub async fn install_now(&self) {
        if let Some((found, installer)) = self.begin_install() {
            self.go_on_installing(found, installer).await;
        }
    }

    fn begin_install(&self) -> Option<(Found, Arc<Vec<u8>>)> {
        let before = self.begin(|state| match state {
            State::Ready(found, _) => Some(State::Installing(found.clone())),
            State::Idle
            | State::Looking
            | State::Newest
            | State::Found(_)
            | State::Fetching(..)
            | State::Installing(_)
            | State::Installed(_)
            | State::Failed(_) => None,
        });
        if let Some(State::Ready(found, installer)) = before { Some((found, installer)) } else { None }
    }

    async fn go_on_installing(&self, found: Found, installer: Arc<Vec<u8>>) {
        let (updates, installing) = (self.clone(), found.clone());
        let begun =
            tokio::task::spawn_blocking(move || updates.0.carrier.install(&installing, &installer)).await;
        self.stands(match begun.unwrap_or(Err(UpdateTrouble::NotInstalled)) {
            Ok(()) => State::Installed(found),
            Err(trouble) => State::Failed(trouble),
        });
    }

    /// Goes over to the next state, if there is one from here, and answers the one before.
    fn begin(&self, next: impl FnOnce(&State) -> Option<State>) -> Option<State> {
        let mut state = self.state();
        let next = next(&state)?;
        Some(std::mem::replace(&mut *state, next))
    }
}

impl Updater for Updates {
    fn standing(&self) -> UpdateStanding {
        self.state().standing()
    }

    fn look(&self, url: &str) {
        if self.begin_look() {
            let (updates, url) = (self.clone(), url.to_owned());
            tokio::spawn(async move { updates.go_on_looking(&url).await });
        }
    }

    fn fetch(&self) {
        if let Some(found) = self.begin_fetch() {
            let updates = self.clone();
            tokio::spawn(async move { updates.go_on_fetching(found).await });
        }
    }

    fn install(&self) {
        if let Some((found, installer)) = self.begin_install() {
            let updates = self.clone();
            tokio::spawn(async move { updates.go_on_installing(found, installer).await });
        }
    }
}

impl State {
    fn found(self) -> Option<Found> {
        match self {
            State::Found(found)
            | State::Fetching(found, ..)
            | State::Ready(found, _)
            | State::Installing(found)
            | State::Installed(found) => Some(found),
            State::Idle | State::Looking | State::Newest | State::Failed(_) => None,
        }
    }

    fn standing(&self) -> UpdateStanding {
        match self {
            State::Idle => UpdateStanding::Idle,
            State::Looking => UpdateStanding::Looking,
            State::Newest => UpdateStanding::Newest,
            State::Found(found) => UpdateStanding::Found(release(found)),
            State::Fetching(found, got, of) => {
                UpdateStanding::Fetching { release: release(found), got: *got, of: *of }
            }
            State::Ready(found, _) => UpdateStanding::Ready(release(found)),
            State::Installing(found) => UpdateStanding::Installing(release(found)),
            State::Installed(found) => UpdateStanding::Installed(release(found)),
            State::Failed(trouble) => UpdateStanding::Failed(*trouble),
        }
    }
}

fn release(found: &Found) -> Release {
    Release { version: found.version.clone(), notes: found.notes.clone() }
}

/// The text of a `.sig` file as feeds carry it: minisign writes the plain one, `tauri signer` and our own script base64.
fn as_in_feeds(signature: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(signature).ok()?;
    let plain = text.starts_with("untrusted comment:");
    Some(if plain { BASE64_STANDARD.encode(text) } else { text.trim().to_owned() })
}

fn read_at_most(path: &Path, most: u64, missing: UpdateTrouble) -> Result<Vec<u8>, UpdateTrouble> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|_| missing)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|_| missing)?;
    if bytes.len() as u64 > most { Err(UpdateTrouble::TooLarge) } else { Ok(bytes) }
}
