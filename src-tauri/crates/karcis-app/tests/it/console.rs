//! The console program as a process.

use std::path::Path;
use std::process::{Command, Output};

/// `karcis-cli` in English, in surroundings of its own: no session bus, no home, no wishes of whoever runs the tests.
pub(crate) fn karcis_cli(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karcis-cli"));
    let nowhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nowhere");
    command
        .arg("--lang=en")
        .args(arguments)
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", nowhere.display()))
        .env("XDG_RUNTIME_DIR", &nowhere)
        .env("HOME", &nowhere)
        .env_remove("XDG_DATA_HOME");
    for name in ["KARCIS_DATA", "KARCIS_LOG", "KARCIS_PASSPHRASE", "KARCIS_ROUTER_PASSWORD"] {
        command.env_remove(name);
    }
    command
}

/// What a run that ended said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Runs it to its end, away from the test's own runtime, on which the pretend router lives.
pub(crate) async fn run(arguments: &[&str]) -> Run {
    let mut command = karcis_cli(arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap().into()).await.unwrap()
}

/// Asks a process to end as Ctrl-C or the system would.
#[cfg(unix)]
pub(crate) fn signal(child: &std::process::Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}
