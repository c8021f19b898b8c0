//! What a signature vouches for: the bytes, the version, and the kind of computer an installer is for.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use karcis_web::UpdateTrouble;
use minisign_verify::{PublicKey, Signature};
use semver::Version;

/// The key this copy was built with: the public half, as `tauri signer generate` prints it. Nothing at run time can put
/// another in its place; a copy that was built without one installs no update at all.
pub const BUILT_IN_KEY: Option<&str> = option_env!("KARCIS_UPDATE_KEY");

/// The kind of computer an installer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computer {
    /// `windows` or `linux`, as Rust calls it.
    pub system: &'static str,
    /// `x86_64`, `aarch64`, as Rust calls it.
    pub processor: &'static str,
}

impl Computer {
    /// The one this program runs on.
    pub const fn this() -> Computer {
        Computer { system: std::env::consts::OS, processor: std::env::consts::ARCH }
    }

    /// How the names of installers for it end; nothing where we make none.
    pub(super) fn ending(self) -> Option<&'static str> {
        match (self.system, self.processor) {
            ("windows", "x86_64") => Some("_x64-setup.exe"),
            ("windows", "aarch64") => Some("_arm64-setup.exe"),
            ("linux", "x86_64") => Some("_amd64.deb"),
            ("linux", "aarch64") => Some("_arm64.deb"),
            _ => None,
        }
    }
}

/// What was signed beside the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) version: Version,
    pub(super) file: String,
}

/// Checks that these bytes were signed with the private half of our key, and reads what else was signed with them.
pub(super) fn verified(key: &str, signature: &str, bytes: &[u8]) -> Result<Claims, UpdateTrouble> {
    let key =
        PublicKey::decode(&decoded(key).ok_or(UpdateTrouble::NoKey)?).map_err(|_| UpdateTrouble::NoKey)?;
    let text = decoded(signature).ok_or(UpdateTrouble::NotGenuine)?;
    let signature = Signature::decode(&text).map_err(|_| UpdateTrouble::NotGenuine)?;
    key.verify(bytes, &signature, true).map_err(|_| UpdateTrouble::NotGenuine)?;
    // Only now is the comment what the signer wrote.
    let field =
        |name: &str| signature.trusted_comment().split('\t').find_map(|field| field.strip_prefix(name));
    let version = field("version:").and_then(|version| Version::parse(version.trim_start_matches('v')).ok());
    let (Some(version), Some(file)) = (version, field("file:")) else {
        return Err(UpdateTrouble::OtherVersion);
    };
    Ok(Claims { version, file: file.to_owned() })
}

impl Claims {
    /// Refuses what is for another kind of computer, and what is not newer than the version that runs.
    pub(super) fn suits(&self, computer: Computer, running: &Version) -> Result<(), UpdateTrouble> {
        let named = |ending: &str| self.file.to_ascii_lowercase().ends_with(ending);
        if !computer.ending().is_some_and(named) {
            return Err(UpdateTrouble::OtherComputer);
        }
        if self.version <= *running {
            return Err(UpdateTrouble::NotNewer);
        }
        Ok(())
    }
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(BASE64_STANDARD.decode(text.trim()).ok()?).ok()
}
