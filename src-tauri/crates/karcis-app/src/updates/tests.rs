use super::*;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use minisign::KeyPair;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

const WINDOWS: Computer = Computer { system: "windows", processor: "x86_64" };
const SETUP: &str = "Karcis_0.2.0_x64-setup.exe";
const INSTALLER: &[u8] = b"MZ the new program";

struct Signer(KeyPair);

impl Signer {
    fn new() -> Signer {
        Signer(KeyPair::generate_unencrypted_keypair().unwrap())
    }

    fn key(&self) -> String {
        BASE64_STANDARD.encode(self.0.pk.to_box().unwrap().into_string())
    }

    /// As `tauri signer sign --app-version` writes it.
    fn sign(&self, bytes: &[u8], comment: &str) -> String {
        let signed = minisign::sign(None, &self.0.sk, Cursor::new(bytes), Some(comment), None).unwrap();
        BASE64_STANDARD.encode(signed.into_string())
    }
}

fn comment(file: &str, version: &str) -> String {
    format!("timestamp:1795147200\tfile:{file}\tversion:{version}")
}

#[derive(Default)]
struct Feed {
    found: Option<Found>,
    bytes: Vec<u8>,
    installed: AtomicUsize,
    fails: bool,
}

impl Carrier for Feed {
    fn look<'a>(&'a self, _: &'a str) -> Pending<'a, Result<Option<Found>, UpdateTrouble>> {
        Box::pin(async { Ok(self.found.clone()) })
    }

    fn fetch<'a>(&'a self, _: &'a Found, progress: Progress) -> Pending<'a, Result<Vec<u8>, UpdateTrouble>> {
        progress(self.bytes.len() as u64, None);
        Box::pin(async { Ok(self.bytes.clone()) })
    }

    fn install(&self, _: &Found, _: &[u8]) -> Result<(), UpdateTrouble> {
        self.installed.fetch_add(1, Ordering::SeqCst);
        if self.fails { Err(UpdateTrouble::NotInstalled) } else { Ok(()) }
    }
}

fn updates(feed: Feed, key: Option<&str>) -> (Updates, Arc<Feed>) {
    let feed = Arc::new(feed);
    (Updates::new(feed.clone(), key, WINDOWS, Version::new(0, 1, 0)), feed)
}

fn found(version: &str, signature: &str) -> Found {
    let (version, signature) = (version.to_owned(), signature.to_owned());
    Found { version, notes: "Baru".to_owned(), signature, description: Value::Null }
}

/// What comes of a feed that offers this.
async fn offered(signer: &Signer, version: &str, signature: &str, bytes: &[u8]) -> UpdateStanding {
    let feed = Feed { found: Some(found(version, signature)), bytes: bytes.to_vec(), ..Feed::default() };
    let (updates, _) = updates(feed, Some(&signer.key()));
    updates.look_now("https://updates.example/").await;
    updates.fetch_now().await;
    updates.standing()
}

fn failed(trouble: UpdateTrouble) -> UpdateStanding {
    UpdateStanding::Failed(trouble)
}

#[tokio::test]
async fn what_we_signed_for_this_computer_is_fetched_checked_and_installed_once() {
    let signer = Signer::new();
    let signature = signer.sign(INSTALLER, &comment(SETUP, "0.2.0"));
    let feed = Feed { found: Some(found("0.2.0", &signature)), bytes: INSTALLER.to_vec(), ..Feed::default() };
    let (updates, feed) = updates(feed, Some(&signer.key()));
    let release = Release { version: "0.2.0".to_owned(), notes: "Baru".to_owned() };
    updates.install_now().await;
    updates.fetch_now().await;
    assert_eq!(
        updates.standing(),
        UpdateStanding::Idle,
        "nothing is fetched or installed that was not found"
    );
    updates.look_now("https://updates.example/").await;
    assert_eq!(updates.standing(), UpdateStanding::Found(release.clone()));
    updates.install_now().await;
    updates.fetch_now().await;
    assert_eq!(updates.standing(), UpdateStanding::Ready(release.clone()));
    assert_eq!(feed.installed.load(Ordering::SeqCst), 0);
    updates.install_now().await;
    updates.install_now().await;
    assert_eq!(updates.standing(), UpdateStanding::Installed(release));
    assert_eq!(feed.installed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn whatever_is_not_exactly_what_we_signed_is_refused() {
    let signer = Signer::new();
    let good = signer.sign(INSTALLER, &comment(SETUP, "0.2.0"));
    let tampered = [b"X", &INSTALLER[1..]].concat();
    assert_eq!(offered(&signer, "0.2.0", &good, &tampered).await, failed(UpdateTrouble::NotGenuine));
    let cut = &INSTALLER[..INSTALLER.len() - 1];
    assert_eq!(offered(&signer, "0.2.0", &good, cut).await, failed(UpdateTrouble::NotGenuine));
    assert_eq!(offered(&signer, "0.2.0", &good, b"").await, failed(UpdateTrouble::NotGenuine));
    let foreign = Signer::new().sign(INSTALLER, &comment(SETUP, "0.2.0"));
    assert_eq!(offered(&signer, "0.2.0", &foreign, INSTALLER).await, failed(UpdateTrouble::NotGenuine));
    for garbage in ["", "not base64!", "YWJj", &good[..good.len() / 2]] {
        assert_eq!(offered(&signer, "0.2.0", garbage, INSTALLER).await, failed(UpdateTrouble::NotGenuine));
    }
    // The comment is signed as well: nobody gives an old installer a new number.
    let text = String::from_utf8(BASE64_STANDARD.decode(&good).unwrap()).unwrap();
    let renumbered = BASE64_STANDARD.encode(text.replace("version:0.2.0", "version:0.3.0"));
    assert_eq!(offered(&signer, "0.3.0", &renumbered, INSTALLER).await, failed(UpdateTrouble::NotGenuine));
}

#[tokio::test]
async fn an_older_installer_of_ours_under_a_new_number_is_refused() {
    let signer = Signer::new();
    let old = signer.sign(INSTALLER, &comment("Karcis_0.0.9_x64-setup.exe", "0.0.9"));
    assert_eq!(offered(&signer, "0.2.0", &old, INSTALLER).await, failed(UpdateTrouble::OtherVersion));
    for without in ["timestamp:1\tfile:Karcis_0.2.0_x64-setup.exe", "version:0.2.0", "version:zwei\tfile:x"] {
        let signature = signer.sign(INSTALLER, without);
        let standing = offered(&signer, "0.2.0", &signature, INSTALLER).await;
        assert_eq!(standing, failed(UpdateTrouble::OtherVersion), "{without}");
    }
}

#[tokio::test]
async fn a_feed_with_nothing_newer_has_nothing() {
    let signer = Signer::new();
    for version in ["0.1.0", "0.0.9", "0.1.0-beta.1"] {
        let signature = signer.sign(INSTALLER, &comment(SETUP, version));
        assert_eq!(
            offered(&signer, version, &signature, INSTALLER).await,
            UpdateStanding::Newest,
            "{version}"
        );
    }
    assert_eq!(offered(&signer, "zwei", "", INSTALLER).await, failed(UpdateTrouble::Unreadable));
    let (updates, _) = updates(Feed::default(), Some(&signer.key()));
    updates.look_now("https://updates.example/").await;
    assert_eq!(updates.standing(), UpdateStanding::Newest);
}

#[tokio::test]
async fn an_installer_for_another_kind_of_computer_is_refused() {
    let signer = Signer::new();
    for file in ["Karcis_0.2.0_arm64-setup.exe", "karcis_0.2.0_amd64.deb", "Karcis.exe", ""] {
        let signature = signer.sign(INSTALLER, &comment(file, "0.2.0"));
        let standing = offered(&signer, "0.2.0", &signature, INSTALLER).await;
        assert_eq!(standing, failed(UpdateTrouble::OtherComputer), "{file}");
    }
    let ends = |system, processor| Computer { system, processor }.ending();
    assert_eq!(ends("linux", "x86_64"), Some("_amd64.deb"));
    assert_eq!(ends("windows", "x86"), None);
}

#[tokio::test]
async fn a_copy_that_was_built_without_a_key_installs_nothing() {
    for key in [None, Some(""), Some("bm8ga2V5")] {
        let (updates, _) = updates(Feed { found: Some(found("0.2.0", "")), ..Feed::default() }, key);
        updates.look_now("https://updates.example/").await;
        updates.fetch_now().await;
        assert_eq!(updates.standing(), failed(UpdateTrouble::NoKey), "{key:?}");
    }
}

#[tokio::test]
async fn an_installer_that_does_not_start_leaves_what_runs() {
    let signer = Signer::new();
    let signature = signer.sign(INSTALLER, &comment(SETUP, "0.2.0"));
    let feed = Feed {
        found: Some(found("0.2.0", &signature)),
        bytes: INSTALLER.to_vec(),
        fails: true,
        ..Feed::default()
    };
    let (updates, _) = updates(feed, Some(&signer.key()));
    updates.look_now("https://updates.example/").await;
    updates.fetch_now().await;
    updates.install_now().await;
    assert_eq!(updates.standing(), failed(UpdateTrouble::NotInstalled));
}

struct Stick {
    folder: TempDir,
    signer: Signer,
}

impl Stick {
    fn with(bytes: &[u8], comment: &str) -> Stick {
        let (folder, signer) = (tempfile::tempdir().unwrap(), Signer::new());
        let stick = Stick { folder, signer };
        fs::write(stick.installer(), bytes).unwrap();
        fs::write(stick.signature(), stick.signer.sign(bytes, comment) + "\n").unwrap();
        stick
    }

    /// Whatever somebody called the copy: the signed name counts.
    fn installer(&self) -> PathBuf {
        self.folder.path().join("Karcis (1).exe")
    }

    fn signature(&self) -> PathBuf {
        self.folder.path().join("Karcis (1).exe.sig")
    }

    fn take(&self) -> (Result<(), UpdateTrouble>, UpdateStanding) {
        let (updates, _) = updates(Feed::default(), Some(&self.signer.key()));
        (updates.take_file(&self.installer()), updates.standing())
    }
}

#[tokio::test]
async fn an_installer_from_a_stick_goes_through_the_same_checks() {
    let stick = Stick::with(INSTALLER, &comment(SETUP, "0.2.0"));
    let release = Release { version: "0.2.0".to_owned(), notes: String::new() };
    assert_eq!(stick.take(), (Ok(()), UpdateStanding::Ready(release)));
    let plain = BASE64_STANDARD.decode(stick.signer.sign(INSTALLER, &comment(SETUP, "0.2.0"))).unwrap();
    fs::write(stick.signature(), plain).unwrap();
    assert_eq!(stick.take().0, Ok(()), "as minisign itself writes it");
    for (file, version, trouble) in [
        (SETUP, "0.1.0", UpdateTrouble::NotNewer),
        (SETUP, "0.0.9", UpdateTrouble::NotNewer),
        ("karcis_0.2.0_amd64.deb", "0.2.0", UpdateTrouble::OtherComputer),
    ] {
        let stick = Stick::with(INSTALLER, &comment(file, version));
        assert_eq!(stick.take(), (Err(trouble), failed(trouble)));
    }
    fs::write(stick.installer(), &INSTALLER[..5]).unwrap();
    assert_eq!(stick.take().0, Err(UpdateTrouble::NotGenuine));
    fs::write(stick.signature(), [0xff; 40]).unwrap();
    assert_eq!(stick.take().0, Err(UpdateTrouble::NotGenuine));
    fs::write(stick.signature(), vec![b'a'; 5_000]).unwrap();
    assert_eq!(stick.take().0, Err(UpdateTrouble::TooLarge));
    fs::remove_file(stick.signature()).unwrap();
    assert_eq!(stick.take().0, Err(UpdateTrouble::NoSignature));
    fs::remove_file(stick.installer()).unwrap();
    assert_eq!(stick.take().0, Err(UpdateTrouble::NoFile));
}
