//! The system's keyring, which keeps the data key of these books under the mark of their shop.
//!
//! Only a secret that was written, read back and deleted proves that a keyring works: a locked one accepts questions and
//! refuses to keep anything, and without a session bus there is none.

use karcis_core::fault::{Fault, Trying};
use karcis_core::secrets::DataKey;
use karcis_web::{KeySafe, Randomness};
use keyring::Entry;
use std::fmt::Write;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use zeroize::Zeroizing;

const SERVICE: &str = "karcis";
/// A probe that takes longer waits for a person at a dialog nobody may see; the passphrase is asked for instead.
const PROBE_LIMIT: Duration = Duration::from_secs(10);
/// At a start the system may ask the person for the keyring's password.
const LOAD_LIMIT: Duration = Duration::from_secs(60);

/// The keyring as the wizard uses it, for the books with this mark.
pub(crate) fn key_safe(shop_tag: String, randomness: Randomness) -> KeySafe {
    KeySafe {
        usable: Arc::new(move || {
            let mut random = [0_u8; 16];
            randomness().fill_bytes(&mut random);
            is_usable(random)
        }),
        keep: Arc::new(move |key| keep(&shop_tag, key)),
    }
}

/// The data key that was kept for the books with this mark. Blocks; `None` when there is none or nobody unlocks it.
pub(crate) fn load(shop_tag: &str) -> Option<DataKey> {
    let account = shop_tag.to_owned();
    let kept = within(LOAD_LIMIT, move || Entry::new(SERVICE, &account)?.get_password());
    match kept {
        Some(Ok(text)) => DataKey::parse(&Zeroizing::new(text)).ok(),
        Some(Err(error)) => {
            tracing::info!(error = kind(&error), "the keyring gave no data key");
            None
        }
        None => {
            tracing::warn!("the keyring did not answer");
            None
        }
    }
}

fn keep(shop_tag: &str, key: &DataKey) -> Result<(), Fault> {
    let account = shop_tag.to_owned();
    let text = key.to_text();
    let kept = within(LOAD_LIMIT, move || {
        let entry = Entry::new(SERVICE, &account)?;
        entry.set_password(text.as_str())?;
        Ok(entry.get_password()? == text.as_str())
    });
    match kept
        .ok_or_else(|| Fault::new("the keyring did not answer"))?
        .trying("keep the data key in the keyring")?
    {
        true => Ok(()),
        false => Err(Fault::new("the keyring gave back another key than it was given")),
    }
}

/// Whether a secret survives being written and read, and can be deleted again. Blocks.
fn is_usable(random: [u8; 16]) -> bool {
    let secret = random.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let account = format!("probe-{}", &secret[..8]);
    let worked = within(PROBE_LIMIT, move || {
        let entry = Entry::new(SERVICE, &account)?;
        entry.set_password(&secret)?;
        let read_back = entry.get_password();
        entry.delete_credential()?;
        Ok(read_back? == secret)
    });
    matches!(worked, Some(Ok(true)))
}

/// Runs a call that may wait for a dialog on a thread of its own, and stops waiting after the limit.
fn within<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Option<keyring::Result<T>> {
    let (answer, answered) = mpsc::sync_channel(1);
    let thread = std::thread::Builder::new().name("keyring".to_owned());
    thread.spawn(move || drop(answer.send(call()))).ok()?;
    answered.recv_timeout(limit).ok()
}

/// The error without its details, which may quote what was stored.
fn kind(error: &keyring::Error) -> &'static str {
    match error {
        keyring::Error::NoEntry => "no entry",
        keyring::Error::NoStorageAccess(_) => "no access",
        keyring::Error::NoDefaultStore => "no keyring",
        keyring::Error::PlatformFailure(_) => "the platform failed",
        _ => "another failure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// Runs one of these tests in a process of its own, with this in its environment; answers whether it passed.
    fn in_another_process(test: &str, environment: &[(&str, &str)]) -> Result<(), String> {
        let program = std::env::current_exe().unwrap();
        let arguments = ["--exact", &format!("key_safe::tests::{test}"), "--nocapture"];
        let child = Command::new(program).args(arguments).envs(environment.iter().copied()).output().unwrap();
        let printed = String::from_utf8_lossy(&child.stdout).into_owned();
        if child.status.success() && printed.contains("1 passed") { Ok(()) } else { Err(printed) }
    }

    /// The Credential Manager keeps it for the person, so it must be there for the next start of the program.
    #[test]
    #[cfg(windows)]
    fn the_credential_manager_gives_a_key_back_to_another_process_and_only_under_its_mark() {
        const EXPECTED: &str = "KARCIS_TEST_EXPECTED_KEY";
        const MARK: &str = "0badcafe";
        if let Ok(expected) = std::env::var(EXPECTED) {
            assert_eq!(load(MARK).unwrap().to_text().as_str(), expected);
            assert!(load("00000000").is_none());
            return;
        }
        assert!(is_usable([7; 16]));
        let key = DataKey::new(&mut *crate::edge::randomness()());
        keep(MARK, &key).unwrap();
        let found = in_another_process(
            "the_credential_manager_gives_a_key_back_to_another_process_and_only_under_its_mark",
            &[(EXPECTED, key.to_text().as_str())],
        );
        Entry::new(SERVICE, MARK).unwrap().delete_credential().unwrap();
        found.unwrap();
        assert!(load(MARK).is_none(), "a key that was deleted is gone");
    }

    #[cfg(target_os = "linux")]
    const WITHOUT_BUS: &str = "KARCIS_TEST_WITHOUT_BUS";

    /// The bus is named by the environment of the process, so the test asks again in a process without one.
    #[test]
    #[cfg(target_os = "linux")]
    fn without_a_session_bus_the_keyring_is_not_offered() {
        if std::env::var_os(WITHOUT_BUS).is_some() {
            assert!(!is_usable([7; 16]));
            assert!(load("0badcafe").is_none());
            return;
        }
        let empty = tempfile::tempdir().unwrap();
        let bus = format!("unix:path={}/no-bus", empty.path().display());
        let environment = [
            (WITHOUT_BUS, "1"),
            ("DBUS_SESSION_BUS_ADDRESS", bus.as_str()),
            ("XDG_RUNTIME_DIR", empty.path().to_str().unwrap()),
        ];
        in_another_process("without_a_session_bus_the_keyring_is_not_offered", &environment).unwrap();
    }
}
