//! What the screens know about newer versions; the program around them looks, fetches and installs.

/// A newer version of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its version, such as `0.2.0`.
    pub version: String,
    /// What is new in it, as plain text.
    pub notes: String,
}

/// How far an update is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum UpdateStanding {
    /// Nobody has looked since the program started.
    #[default]
    Idle,
    /// Somebody is looking.
    Looking,
    /// There is none newer.
    Newest,
    /// There is one.
    Found(Release),
    /// It is on its way here.
    Fetching {
        /// What is fetched.
        release: Release,
        /// The bytes that are here.
        got: u64,
        /// All bytes, when the other side says how many.
        of: Option<u64>,
    },
    /// It is here, and its signature is right.
    Ready(Release),
    /// The program is being replaced.
    Installing(Release),
    /// The program was replaced; it is the new one after the next start.
    Installed(Release),
    /// It went wrong.
    Failed(UpdateTrouble),
}

impl UpdateStanding {
    /// Whether it will be another one soon without anybody doing anything.
    pub fn moves(&self) -> bool {
        match self {
            UpdateStanding::Looking | UpdateStanding::Fetching { .. } | UpdateStanding::Installing(_) => true,
            UpdateStanding::Idle
            | UpdateStanding::Newest
            | UpdateStanding::Found(_)
            | UpdateStanding::Ready(_)
            | UpdateStanding::Installed(_)
            | UpdateStanding::Failed(_) => false,
        }
    }
}

/// Why there is no update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateTrouble {
    /// The other side does not answer, or breaks off.
    Unreachable,
    /// It answers, but has nothing there.
    Nothing,
    /// What it answers is no description of a release.
    Unreadable,
    /// There is none for this kind of computer.
    OtherComputer,
    /// The signature is not ours, or the file is not the one that was signed.
    NotGenuine,
    /// It was signed as another version than it is said to be.
    OtherVersion,
    /// It is not newer than what runs.
    NotNewer,
    /// It is larger than any installer of ours.
    TooLarge,
    /// The file cannot be read.
    NoFile,
    /// The signature does not lie beside the file.
    NoSignature,
    /// This copy was built without the key that updates are checked with.
    NoKey,
    /// The installer did not start.
    NotInstalled,
}

impl UpdateTrouble {
    /// Every trouble.
    pub const ALL: [UpdateTrouble; 12] = [
        UpdateTrouble::Unreachable,
        UpdateTrouble::Nothing,
        UpdateTrouble::Unreadable,
        UpdateTrouble::OtherComputer,
        UpdateTrouble::NotGenuine,
        UpdateTrouble::OtherVersion,
        UpdateTrouble::NotNewer,
        UpdateTrouble::TooLarge,
        UpdateTrouble::NoFile,
        UpdateTrouble::NoSignature,
        UpdateTrouble::NoKey,
        UpdateTrouble::NotInstalled,
    ];
}

/// Looks for newer versions and installs them. Every call answers at once; the work goes on behind it.
pub trait Updater: Send + Sync {
    /// How far it is.
    fn standing(&self) -> UpdateStanding;
    /// Looks at this address.
    fn look(&self, url: &str);
    /// Fetches what was found.
    fn fetch(&self);
    /// Installs what is ready. On some systems the program ends with it.
    fn install(&self);
}
