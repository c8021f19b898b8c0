//! CUPS, through its own commands: `lp`, `lpstat` and `cancel` are on every system that prints, and speak with the
//! scheduler in whatever version it has.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use crate::queue::Spooler;
use crate::{Cover, Online, Paper, SendError, Status};

/// The most that is read of what a command says.
const MAX_WORDS: u64 = 256 * 1024;

/// The commands of this system.
pub(crate) fn system() -> Cups {
    Cups { before: Vec::new(), pause: Duration::from_millis(250) }
}

/// CUPS as its commands show it.
pub(crate) struct Cups {
    /// What the commands are run by, instead of the system itself.
    before: Vec<String>,
    pause: Duration,
}

impl Spooler for Cups {
    type Job = String;

    async fn queues(&self) -> Result<Vec<String>, SendError> {
        let said = self.run("lpstat", &["-e"], &[]).await?;
        if !said.well && !said.err.contains("No destinations added") {
            return Err(understood(&said.err));
        }
        if said.out.trim().is_empty() && self.is_stopped().await? {
            return Err(SendError::Unreachable);
        }
        Ok(said.out.lines().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }

    async fn status(&self, queue: &str) -> Result<Status, SendError> {
        let said = self.run("lpstat", &["-l", "-p", queue, "-a", queue], &[]).await?;
        if said.well {
            return Ok(read(&said.out));
        }
        let trouble = understood(&said.err);
        // Without its scheduler, CUPS knows no queue at all.
        let stopped = trouble == SendError::QueueUnknown && self.is_stopped().await?;
        Err(if stopped { SendError::Unreachable } else { trouble })
    }

    async fn submit(&self, queue: &str, bytes: &[u8]) -> Result<String, SendError> {
        let said = self.run("lp", &["-d", queue, "-o", "raw", "-t", "Karcis"], bytes).await?;
        if !said.well {
            return Err(understood(&said.err));
        }
        // "request id is KASIR-12 (1 file(s))"
        let job = said.out.lines().find_map(|line| line.strip_prefix("request id is ")?.rsplit_once(" ("));
        // There is a job then, but not one that can be followed.
        let nameless = || SendError::Other(format!("lp said {:?}", said.out)).after(bytes.len(), bytes.len());
        job.map(|(job, _)| job.to_owned()).ok_or_else(nameless)
    }

    async fn is_waiting(&self, queue: &str, job: &String) -> Result<bool, SendError> {
        let said = self.run("lpstat", &["-W", "not-completed", "-o", queue], &[]).await?;
        if !said.well {
            return Err(understood(&said.err));
        }
        let named = |line: &str| line.strip_prefix(job.as_str()).is_some_and(|rest| rest.starts_with(' '));
        Ok(said.out.lines().any(named))
    }

    async fn cancel(&self, _: &str, job: &String) -> Result<(), SendError> {
        let said = self.run("cancel", &[job], &[]).await?;
        if said.well { Ok(()) } else { Err(understood(&said.err)) }
    }

    fn pause(&self) -> Duration {
        self.pause
    }
}

/// What a command said, and whether it went well.
struct Said {
    well: bool,
    out: String,
    err: String,
}

impl Cups {
    /// Whether the scheduler itself is down.
    async fn is_stopped(&self) -> Result<bool, SendError> {
        Ok(self.run("lpstat", &["-r"], &[]).await?.out.contains("not running"))
    }

    /// Runs a command to its end. Whoever stops waiting ends it too.
    async fn run(&self, command: &str, arguments: &[&str], input: &[u8]) -> Result<Said, SendError> {
        let mut words =
            self.before.iter().map(String::as_str).chain([command]).chain(arguments.iter().copied());
        let mut child = Command::new(words.next().unwrap_or(command));
        child.args(words).env("LC_ALL", "C").env_remove("LANGUAGE").kill_on_drop(true);
        child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn()?;
        let (mut stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let feed = async {
            if let Some(mut stdin) = stdin.take() {
                // A command that does not want it all says why itself.
                let _ = stdin.write_all(input).await;
            }
        };
        let (_, out, err, end) = tokio::join!(feed, words_of(stdout), words_of(stderr), child.wait());
        Ok(Said { well: end?.success(), out: out?, err: err? })
    }
}

async fn words_of(stream: Option<impl AsyncRead + Unpin>) -> Result<String, SendError> {
    let mut words = Vec::new();
    if let Some(mut stream) = stream {
        (&mut stream).take(MAX_WORDS).read_to_end(&mut words).await?;
        // The rest is let go, so that the command can end.
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    }
    Ok(String::from_utf8_lossy(&words).into_owned())
}

/// What `lpstat -l -p` and `-a` say of a printer.
fn read(said: &str) -> Status {
    let mut status = Status { online: Online::Yes, ..Status::UNKNOWN };
    for line in said.lines() {
        if let Some(reasons) = line.trim_start().strip_prefix("Alerts:") {
            reasons.split_whitespace().for_each(|reason| learn(&mut status, reason));
        } else if line.starts_with([' ', '\t']) {
            // Said below the first line while a network printer is called in vain.
            if line.trim_start().starts_with("The printer may not exist or is unavailable") {
                status.online = Online::No;
            }
        } else if line.contains(" disabled since ") || line.contains(" not accepting requests ") {
            status.online = Online::No;
        }
    }
    status
}

/// One of IPP's reasons for a printer's state, with or without how grave it is.
fn learn(status: &mut Status, reason: &str) {
    let grave = ["-error", "-warning", "-report"];
    let reason = grave.iter().find_map(|ending| reason.strip_suffix(ending)).unwrap_or(reason);
    match reason {
        "media-empty" | "media-needed" => status.paper = Paper::Out,
        "media-low" if status.paper != Paper::Out => status.paper = Paper::Near,
        "cover-open" | "door-open" | "interlock-open" => status.cover = Cover::Open,
        "offline" | "shutdown" | "paused" | "timed-out" | "connecting-to-device" => {
            status.online = Online::No
        }
        "media-jam" | "cutter-error" | "fuser-over-temp" => status.halted = true,
        _ => {}
    }
}

/// What a command's complaint means.
fn understood(complaint: &str) -> SendError {
    const KNOWN: [(&str, SendError); 14] = [
        ("does not exist", SendError::QueueUnknown),
        ("unknown destination", SendError::QueueUnknown),
        ("Unknown destination", SendError::QueueUnknown),
        ("Invalid destination name", SendError::QueueUnknown),
        ("not accepting jobs", SendError::Offline),
        ("Forbidden", SendError::Denied),
        ("Unauthorized", SendError::Denied),
        ("Not authorized", SendError::Denied),
        ("No space left", SendError::DiskFull),
        ("not running", SendError::Unreachable),
        ("nable to connect", SendError::Unreachable),
        ("not responding", SendError::Unreachable),
        ("Connection refused", SendError::Unreachable),
        ("Bad file descriptor", SendError::Unreachable),
    ];
    let known = KNOWN.into_iter().find(|(words, _)| complaint.contains(words));
    known.map_or_else(
        || SendError::Other(complaint.lines().next().unwrap_or("the command failed").trim().to_owned()),
        |(_, meaning)| meaning,
    )
}

#[cfg(test)]
mod tests;
